"""Pages of one audit: where it stands, its day, giving it up, and who does it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits import access
from audits.models import Audit
from audits.planning import forms, selectors, services
from audits.writing.selectors import standing_of
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from core.templatetags.countersign import long_date


@require_safe
def audit_detail(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.with_people().with_done_at(), request.actor, pk=audit_id)
    page = selectors.audit_page(audit, actor=request.actor, on=request.today)
    context = {"page": page, "audit": audit, "today": request.today}
    context["standing"] = standing_of(audit, actor=request.actor)
    return render(request, "audits/audit_detail.html", context)


@require_http_methods(["GET", "POST"])
def audit_book(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.with_people(), request.actor, pk=audit_id)
    access.check_can_change(request.actor, audit)

    form = forms.BookAudit(request.POST or None, initial={"booked_on": audit.booked_on})
    if booked := saved(form, services.book_audit, audit_id=audit.pk, actor=request.actor, at=request.at):
        late = booked.ends_on and booked.booked_on >= booked.ends_on
        beyond = " That is after the period for which it counts, so it will be late." if late else ""
        messages.success(request, f"The audit is booked for {long_date(booked.booked_on)}.{beyond}")
        return redirect("audits:audit-detail", audit_id=audit.pk)
    heading = "Move the audit" if audit.booked_on else "Book the audit"
    return render(request, "audits/audit_form.html", {"audit": audit, "form": form, "heading": heading, "why": "book"})


@require_http_methods(["GET", "POST"])
def audit_give_up(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.with_people(), request.actor, pk=audit_id)
    access.check_can_change(request.actor, audit)

    form = forms.GiveUp(request.POST or None)
    if saved(form, services.give_up_audit, audit_id=audit.pk, actor=request.actor, at=request.at):
        messages.success(request, "The audit is given up, and stays on the record with your reason.")
        return redirect("audits:audit-detail", audit_id=audit.pk)
    heading = "Give the audit up"
    return render(
        request, "audits/audit_form.html", {"audit": audit, "form": form, "heading": heading, "why": "give_up"}
    )


@require_http_methods(["GET", "POST"])
def audit_appoint(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.with_people(), request.actor, pk=audit_id)
    access.check_can_appoint(request.actor, audit)
    # A person chosen on a page from before it was opened is refused, not passed over
    if audit.opened_at and "to_id" not in request.POST:
        return _renew(request, audit)

    form = forms.Appoint(request.POST or None, actor=request.actor)
    if given := saved(form, services.appoint_auditor, audit_id=audit.pk, actor=request.actor, at=request.at):
        messages.success(
            request, f"{given.auditor.name} does this audit. {selectors.sight_words(given, on=request.today)}"
        )
        return redirect("audits:audit-detail", audit_id=audit.pk)
    heading = "Give the audit to somebody else"
    return render(
        request, "audits/audit_form.html", {"audit": audit, "form": form, "heading": heading, "why": "appoint"}
    )


def _renew(request: Request, audit: Audit) -> HttpResponse:
    """Once an audit is open its auditor stays; what can be given is sight of the file, again."""
    form = forms.Renew(request.POST or None)
    if renewed := saved(form, services.renew_sight, audit_id=audit.pk, actor=request.actor, at=request.at):
        words = selectors.sight_words(renewed, on=request.today)
        messages.success(request, f"{renewed.auditor.name} can go on with this audit. {words}")
        return redirect("audits:audit-detail", audit_id=audit.pk)
    heading = "Let the auditor read the file again"
    return render(request, "audits/audit_form.html", {"audit": audit, "form": form, "heading": heading, "why": "renew"})
