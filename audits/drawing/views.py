"""Pages of draws: draw a file, draw again, see every draw of an audit, and take the program that makes one again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits import access
from audits.drawing import rules, selectors, services
from audits.models import Audit, Draw
from audits.planning import forms
from audits.planning import services as planning
from audits.timetable.rules import day_asked_for, duty_words, how_often, tier_in
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from policies.selectors import policy_in_force


@require_http_methods(["GET", "POST"])
def audit_draw(request: Request) -> HttpResponse:
    """What one draws from, before one draws."""
    access.check_can_draw(request.actor)
    duty_id = request.GET.get("duty", "")
    starts_on = day_asked_for(request.GET.get("starts_on", ""), today=request.today)
    form = forms.Draw(request.POST or None)
    call = {"duty_id": duty_id, "starts_on": starts_on, "actor": request.actor, "at": request.at}
    if audit := saved(form, services.draw_file, **call):
        messages.success(request, f"Drawn: {audit.file_of.name}’s file. Book a day for the audit.")
        return redirect("audits:audit-detail", audit_id=audit.pk)
    pool = selectors.pool_of_files(actor=request.actor, of=tier_in(duty_id), on=request.today)
    policy = policy_in_force(request.today)
    duty = policy.audit.duty(duty_id) if policy else None
    context = {
        "form": form,
        "pool": pool,
        "why_not": selectors.why_not_to_draw(duty_id, starts_on, actor=request.actor, on=request.today),
        "duty": duty_words(duty) if duty else "",
        "how_often": how_often(duty) if duty else "",
        "months": rules.MONTHS_BEFORE_THE_SAME_FILE,
    }
    return render(request, "audits/audit_draw.html", context)


@require_http_methods(["GET", "POST"])
def audit_draw_again(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.with_people(), request.actor, pk=audit_id)
    access.check_can_draw_again(request.actor, audit)

    form = forms.DrawAgain(request.POST or None)
    if again := saved(form, services.draw_again, audit_id=audit.pk, actor=request.actor, at=request.at):
        messages.success(request, f"Drawn again: {again.file_of.name}’s file. Both draws stay on the record.")
        return redirect("audits:audit-detail", audit_id=audit.pk)
    heading = "Draw another file"
    return render(request, "audits/audit_form.html", {"audit": audit, "form": form, "heading": heading, "why": "again"})


@require_http_methods(["GET", "POST"])
def audit_draw_children(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.with_people(), request.actor, pk=audit_id)
    access.check_can_draw_children_again(request.actor, audit)

    form = forms.DrawAgain(request.POST or None)
    if saved(form, planning.draw_children_again, audit_id=audit.pk, actor=request.actor, at=request.at) is not None:
        messages.success(request, "Other children are drawn. Both draws stay on the record.")
        return redirect("audits:audit-detail", audit_id=audit.pk)
    heading = "Draw other children"
    context = {"audit": audit, "form": form, "heading": heading, "why": "children"}
    return render(request, "audits/audit_form.html", context)


@require_safe
def audit_draws(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.with_people(), request.actor, pk=audit_id)
    draws = selectors.draws_of(audit, actor=request.actor)
    context = {"audit": audit, "draws": draws, "checked": request.GET.get("check") == "1"}
    return render(request, "audits/audit_draws.html", context)


@require_safe
def audit_draw_program(request: Request, audit_id: UUID, draw_id: UUID) -> HttpResponse:
    draw = get_visible_or_404(Draw.objects, request.actor, pk=draw_id, for_audit=audit_id)
    program = rules.program(draw.seed, draw.pool, draw.picked)
    headers = {"Content-Disposition": f'attachment; filename="draw-{draw.drawn_at:%Y-%m-%d}-{draw.seed[:8]}.py"'}
    return HttpResponse(program, content_type="text/x-python; charset=utf-8", headers=headers)
