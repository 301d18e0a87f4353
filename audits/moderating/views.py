"""Pages of second judgements: the list, asking for one, the file and the form, both side by side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Moderation
from audits.moderating import access, forms, selectors, services
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved


@require_safe
def moderations(request: Request) -> HttpResponse:
    access.check_can_read_moderations(request.actor)
    page = selectors.moderations_page(actor=request.actor)
    return render(request, "audits/moderations.html", {"page": page, "today": request.today})


@require_http_methods(["GET", "POST"])
def audit_moderate(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(selectors.AuditsToModerate(), request.actor, pk=audit_id)
    access.check_can_ask(request.actor, audit)
    form = forms.AskForModeration(request.POST or None, actor=request.actor)
    made = saved(form, services.ask_for_moderation, audit_id=audit.pk, actor=request.actor, at=request.at)
    if made:
        messages.success(request, f"{made.moderator.name} is asked, and can read the file until that day.")
        return redirect("audits:moderation-detail", moderation_id=made.pk)
    return render(request, "audits/audit_moderate.html", {"audit": audit, "form": form})


@require_http_methods(["GET", "POST"])
def moderation_detail(request: Request, moderation_id: UUID) -> HttpResponse:
    moderation = get_visible_or_404(selectors.moderations_in_full(), request.actor, pk=moderation_id)
    if request.method == "POST":
        access.check_can_judge(request.actor, moderation)
    scale = selectors.judgements_on(request.today)
    form = forms.Judge(request.POST or None, judgements=scale)
    if saved(form, services.judge, moderation_id=moderation.pk, actor=request.actor, at=request.at):
        messages.success(request, "Your judgement is kept. The first one stands beside it now.")
        return redirect("audits:moderation-detail", moderation_id=moderation.pk)
    page = services.read_moderation(moderation=moderation, actor=request.actor, at=request.at)
    asks = page.row.is_mine and page.row.stands == "to_moderate"
    context = {"moderation": moderation, "page": page, "form": form if asks else None, "today": request.today}
    return render(request, "audits/moderation_detail.html", context)


@require_POST
def moderation_withdraw(request: Request, moderation_id: UUID) -> HttpResponse:
    moderation = get_visible_or_404(Moderation.objects, request.actor, pk=moderation_id)
    try:
        services.withdraw(moderation_id=moderation.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is withdrawn, and the file is closed to them.")
    return redirect("audits:moderation-detail", moderation_id=moderation.pk)
