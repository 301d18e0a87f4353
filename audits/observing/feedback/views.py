"""Pages of feedback: enter that it was held, write, check and sign."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.models import Observation
from audits.observing import access, forms, selectors
from audits.observing.feedback import services
from audits.observing.feedback.selectors import FeedbackContext, feedback_context, feedback_to_sign
from core.errors import NotAllowed, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from records.access import check_can_sign_text
from records.evidence import evidence_of, say_not_signed_yet
from records.forms import DraftForm
from records.models import Record
from records.rules import ChallengeStale, State
from records.selectors import sent_back_with, template_of
from records.services import note_draft_read
from records.views import draft_form, place_of_files, read_draft, save_draft, too_late
from staff.challenge import challenge_of, confirm_to_sign_url


@require_http_methods(["GET", "POST"])
def observation_hold(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    access.check_observes(request.actor, observation)
    form = forms.Hold(request.POST or None, initial={"on": observation.planned_on})
    if saved(form, services.hold, observation_id=observation.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is entered. Write the feedback now, or later.")
        return redirect("audits:observation-write", observation_id=observation.pk)
    context = {"observation": observation, "form": form, "heading": "It was held"}
    return render(request, "audits/observation_form.html", context)


@require_http_methods(["GET", "POST"])
def observation_write(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    if observation.held_on is None:
        return redirect("audits:observation-detail", observation_id=observation.pk)
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=observation.record_id)
    is_signed = record.get_state() not in (State.DRAFT, State.RETURNED)
    if is_signed and request.method == "GET":
        return redirect("records:record-detail", record_id=record.pk)
    check_can_sign_text(request.actor, record)
    context = feedback_context(observation=observation, record=record, on=request.today)
    sections = template_of(record).sections
    if is_signed:
        return too_late(request, record, sections=sections, given=context.given)
    form = draft_form(request, read_draft(request, record), given=context.given)
    try:
        answer = _answer(request, observation, form, context) if request.method == "POST" else None
    except NotAllowed:
        return too_late(request, record, sections=sections, given=context.given)
    return answer or _writing_page(request, observation, record, form)


def _answer(
    request: Request, observation: Observation, form: DraftForm, context: FeedbackContext
) -> HttpResponse | None:
    """Save what was posted, and go where its button leads; None where something has to be put right first."""
    if not save_draft(request, form) or form.asked_row:
        return None
    write = redirect("audits:observation-write", observation_id=observation.pk)
    if place := place_of_files(request, form):
        return redirect(f"{write.url}{place}")
    if "sign" not in request.POST:
        messages.success(request, "Your draft is saved.")
        return write
    problems = feedback_to_sign(form.draft.record, context).problems
    if problems and not form.show_problems(problems):
        return None
    return redirect("audits:observation-sign", observation_id=observation.pk)


def _writing_page(request: Request, observation: Observation, record: Record, form: DraftForm) -> HttpResponse:
    is_returned = record.get_state() is State.RETURNED
    shown = {
        "observation": observation,
        "record": record,
        "draft": form,
        "is_returned": is_returned,
        "sent_back": sent_back_with(record) if is_returned else [],
        "error_list": form.error_list,
    }
    return render(request, "audits/observation_write.html", shown)


@require_http_methods(["GET", "POST"])
def observation_sign(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    if observation.held_on is None:
        return redirect("audits:observation-detail", observation_id=observation.pk)
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=observation.record_id)
    if record.get_state() not in (State.DRAFT, State.RETURNED):
        messages.info(request, "You have signed this already. Nothing was added.")
        return redirect("records:record-detail", record_id=record.pk)
    check_can_sign_text(request.actor, record)
    refusal = ""
    say_not_signed_yet(request)
    if request.method == "POST":
        try:
            _sign(request, observation)
        except ChallengeStale:
            return redirect(confirm_to_sign_url(request.path))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, f"Signed. {observation.observed.name} can now read and sign it.")
            return redirect("records:record-detail", record_id=record.pk)
    note_draft_read(record=record, actor=request.actor, at=request.at)
    context = feedback_context(observation=observation, record=record, on=request.today)
    shown = {
        "observation": observation,
        "record": record,
        "text": feedback_to_sign(record, context),
        "error_list": [{"id": "", "text": refusal}] if refusal else [],
    }
    return render(request, "audits/observation_sign.html", shown)


def _sign(request: Request, observation: Observation) -> None:
    services.sign_feedback(
        observation_id=observation.pk,
        shown=request.POST.get("shown", ""),
        challenge=challenge_of(request),
        evidence=evidence_of(request),
        actor=request.actor,
        at=request.at,
    )


@require_http_methods(["GET", "POST"])
def observation_of_record(request: Request, record_id: UUID) -> HttpResponse:
    """The same page, for whoever comes from the record."""
    observation = get_visible_or_404(Observation.objects, request.actor, record=record_id)
    return observation_write(request, observation.pk)


def observation_of(request: Request, observation_id: UUID) -> Observation:
    """The observation that an address names, with all that its pages say of it."""
    found: Observation = get_visible_or_404(selectors.observations_in_full(), request.actor, pk=observation_id)
    return found
