"""Pages of decisions about a child: record one, and sign it."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.rules import reference_label
from core.errors import DomainError, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may, uuid_or_none
from records.evidence import evidence_of, say_not_signed_yet
from records.models import Record
from records.rules import ChallengeStale
from records.selectors import people_called
from records.services import new_act
from staff.challenge import challenge_of, confirm_to_sign_url
from supervision import forms, selectors, services
from supervision.entering.selectors import to_enter
from supervision.models import DecisionDraft
from supervision.oversight.selectors import triggers_on, wanted_of_actor


@require_http_methods(["GET"])
def decision_list(request: Request) -> HttpResponse:
    context = {
        "waiting": to_enter(request.actor).count(),
        "wanted": wanted_of_actor(actor=request.actor, asked=triggers_on(request.today)),
        "drafts": selectors.own_decisions(actor=request.actor),
        "can_decide": may(selectors.check_may_decide, actor=request.actor),
    }
    return render(request, "supervision/decision_list.html", context)


@require_http_methods(["GET"])
def decision_record(request: Request) -> HttpResponse:
    selectors.check_may_decide(actor=request.actor)
    begun = selectors.decision_begun(
        child_id=uuid_or_none(request.GET.get("child")),
        session_id=uuid_or_none(request.GET.get("session")),
        actor=request.actor,
    )
    # A key of its own from the start, so that sending the page twice begins one decision
    return _writing_page(request, new_act(), _form(request, begun, version=0))


@require_http_methods(["GET", "POST"])
def decision_write(request: Request, draft_id: UUID) -> HttpResponse:
    draft = selectors.own_decision(draft_id=draft_id, actor=request.actor)
    if draft is None and selectors.has_decided(record_id=draft_id, actor=request.actor):
        return _signed_already(request, draft_id)
    if draft is None and (request.method == "GET" or selectors.is_begun(draft_id=draft_id)):
        raise Http404
    selectors.check_may_decide(actor=request.actor)

    if "discard" in request.POST:
        services.drop_decision(draft_id=draft_id, actor=request.actor)
        messages.success(request, "What you had typed is thrown away. Nothing was recorded.")
        return redirect("supervision:decision-list")
    form = _form(request, draft.values if draft else {}, version=draft.version if draft else 0, data=request.POST)
    answer = _keep(request, draft_id, form) if request.method == "POST" else None
    return answer or _writing_page(request, draft_id, form)


def _form(request: Request, typed: Any, *, version: int, data: Any = None) -> forms.WriteDecision:
    asked = selectors.decision_forms(actor=request.actor)
    return forms.WriteDecision(
        typed,
        asked=asked,
        version=version,
        label=reference_label(asked.policy),
        actor=request.actor,
        find_people=partial(people_called, actor=request.actor),
        data=data or None,
    )


def _keep(request: Request, draft_id: UUID, form: forms.WriteDecision) -> HttpResponse | None:
    """Save what was posted, and go where its button leads; None where something has to be put right first."""
    if form.is_search or form.asked_row:
        return None
    typed = form.typed()
    try:
        draft = services.save_decision(
            draft_id=draft_id, typed=typed, version=form.version, actor=request.actor, at=request.at
        )
    except DomainError as refusal:
        if selectors.has_decided(record_id=draft_id, actor=request.actor):
            return _signed_already(request, draft_id)
        form.show_problems([("", str(refusal))])
        return None
    is_valid = form.is_valid()
    form.keep_version(draft.version)
    if not is_valid:
        return None
    if "save" in request.POST:
        messages.success(request, "It is saved, and not signed. You find it under “Decisions”.")
        return redirect("supervision:decision-list")
    to_sign = services.look_at_decision(draft=draft, actor=request.actor, at=request.at)
    form.show_problems(to_sign.problems)
    return None if to_sign.problems else redirect("supervision:decision-sign", draft_id=draft_id)


def _writing_page(request: Request, draft_id: UUID, form: forms.WriteDecision) -> HttpResponse:
    context = {"typed": form, "draft_id": draft_id, "error_list": form.error_list}
    return render(request, "supervision/decision_write.html", context)


@require_http_methods(["GET", "POST"])
def decision_sign(request: Request, draft_id: UUID) -> HttpResponse:
    draft = selectors.own_decision(draft_id=draft_id, actor=request.actor)
    if draft is None:
        # Whoever pressed the button twice has signed it; for anybody else there is none
        get_visible_or_404(Record.objects, request.actor, pk=draft_id, author=request.actor.staff_id)
        return _signed_already(request, draft_id)
    selectors.check_may_decide(actor=request.actor)

    say_not_signed_yet(request)
    refusal = ""
    if request.method == "POST":
        try:
            _sign(request, draft_id)
        except DecisionDraft.DoesNotExist:
            return _signed_already(request, draft_id)
        except ChallengeStale:
            return redirect(confirm_to_sign_url(request.path))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, "Signed. It is kept here; enter it on the child’s record, too.")
            return redirect("records:record-detail", record_id=draft_id)
    to_sign = services.look_at_decision(draft=draft, actor=request.actor, at=request.at)
    error_list = [{"id": "", "text": refusal}] if refusal else []
    context = {"draft": draft, "to_sign": to_sign, "text": to_sign.text, "error_list": error_list}
    return render(request, "supervision/decision_sign.html", context)


def _sign(request: Request, draft_id: UUID) -> None:
    services.sign_decision(
        draft_id=draft_id,
        shown=request.POST.get("shown", ""),
        challenge=challenge_of(request),
        evidence=evidence_of(request),
        actor=request.actor,
        at=request.at,
    )


def _signed_already(request: Request, record_id: UUID) -> HttpResponse:
    messages.info(request, "You have signed this already. Nothing was added.")
    return redirect("records:record-detail", record_id=record_id)
