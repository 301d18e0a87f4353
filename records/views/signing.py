"""Pages of records: countersign, or send back."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404
from policies.templates import Section
from records import access, forms, presenters, rules, selectors, services
from records.evidence import evidence_of, say_not_signed_yet
from records.models import Part, Record
from records.rules import ChallengeStale, Kind, State
from records.views.drafting import draft_form, save_draft
from staff.challenge import challenge_of, confirm_to_sign_url


@require_http_methods(["GET", "POST"])
def record_countersign(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    if whole := selectors.answered_with(record, actor=request.actor):
        return redirect("records:record-countersign", record_id=whole.pk)
    access.check_can_countersign(request.actor, record)
    own = [*selectors.own_sections_shown(record), *selectors.reasons_asked(record)]
    form = forms.Countersign(
        request.POST or None,
        initial={"shown": selectors.shown_for_countersigning(record), "meaning": request.GET.get("meaning")},
        kind=Kind(record.kind),
    )
    return answer_to_record(request, record, form=form, own=own, service=services.countersign)


@require_http_methods(["GET", "POST"])
def record_return(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    if whole := selectors.answered_with(record, actor=request.actor):
        return redirect("records:record-return", record_id=whole.pk)
    access.check_can_send_back(request.actor, record)
    form = forms.Return(
        request.POST or None,
        initial={"shown": selectors.shown_for_countersigning(record)},
        kind=Kind(record.kind),
    )
    return answer_to_record(
        request,
        record,
        form=form,
        own=[selectors.return_asked(record)],
        service=services.return_for_correction,
    )


def answer_to_record(
    request: Request,
    record: Record,
    *,
    form: forms.Answer,
    own: list[Section],
    service: Callable[..., Part],
) -> HttpResponse:
    """The page on which a supervisee answers a signed text: reads it, types, and signs one of the two answers."""
    if record.get_state() is not State.AWAITING:
        messages.info(request, rules.ALREADY[record.get_state()])
        return redirect("records:record-detail", record_id=record.pk)
    reading = services.read_record(record=record, actor=request.actor, at=request.at)
    if reading.fault:
        return render(request, "records/record_fault.html", {"record": record, "reading": reading}, status=500)
    entries = services.read_entries(record=record, actor=request.actor, at=request.at)
    if broken := next((one for one in entries if one.fault), None):
        return render(request, "records/record_fault.html", {"record": broken.record, "reading": broken}, status=500)
    say_not_signed_yet(request)
    typed = draft_form(request, selectors.draft(record=record, actor=request.actor, only=own))
    if request.method == "POST":
        answer = sign_answer(request, record, form=form, typed=typed, service=service)
        if answer:
            return answer
    context = {
        "record": record,
        "page": presenters.record_page(reading, actor=request.actor),
        "entries": presenters.entries_shown(entries),
        "form": form,
        "typed": typed,
        "error_list": typed.error_list,
    }
    return render(request, form.template, context)


def sign_answer(
    request: Request, record: Record, *, form: forms.Answer, typed: forms.DraftForm, service: Callable[..., Part]
) -> HttpResponse | None:
    """Save what was typed, then sign exactly that; where it is asked for, prove who one is in between."""
    try:
        if not save_draft(request, typed) or "save" in request.POST or typed.asked_row or not form.is_valid():
            return None
        page = form.cleaned_data.pop("shown")
        service(
            record_id=record.pk,
            shown=selectors.shown_with(page, typed.typed()),
            **form.cleaned_data,
            challenge=challenge_of(request),
            evidence=evidence_of(request),
            actor=request.actor,
            at=request.at,
        )
    except ChallengeStale:
        return redirect(confirm_to_sign_url(request.path, **form.chosen))
    except DomainError as refusal:
        state = selectors.state_now(record)
        if state is not State.AWAITING:
            messages.info(request, rules.ALREADY[state])
            return redirect("records:record-detail", record_id=record.pk)
        if not isinstance(refusal, RuleBroken):
            raise
        typed.add_refusal(refusal, form=form)
        return None
    messages.success(request, form.done)
    return redirect("records:record-detail", record_id=record.pk)
