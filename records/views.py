"""Pages of records: read, write one's own part, countersign, send back, download, check."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError, RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404, may
from policies.templates import Section
from records import access, forms, presenters, rules, selectors, services, wording
from records.evidence import evidence_of
from records.models import Action, Part, Record
from records.rules import ChallengeStale, Kind, State
from records.services import SectionChanged
from staff.challenge import challenge_of, reauthenticate_url


@require_safe
def record_detail(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    if not record.get_heads():
        return redirect("records:record-draft", record_id=record_id)

    reading = services.read_record(record=record, actor=request.actor, at=request.at)
    if reading.fault:
        return render(request, "records/record_fault.html", {"record": record, "reading": reading}, status=500)
    context = {
        "record": record,
        "reading": reading,
        "page": presenters.record_page(reading, actor=request.actor),
        "no_pdf": wording.NO_PDF if reading.has_no_pdf else "",
        "can_countersign": may(access.check_can_countersign, request.actor, record),
        "can_write": may(access.check_can_sign_text, request.actor, record),
    }
    return render(request, "records/record_detail.html", context)


@require_http_methods(["GET", "POST"])
def record_draft(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    state = record.get_state()
    if state not in (State.DRAFT, State.RETURNED) and request.method == "GET":
        return redirect("records:record-detail", record_id=record_id)
    if may(access.check_can_sign_text, request.actor, record):
        return redirect("supervision:record-write", record_id=record_id)
    access.check_can_write_own_part(request.actor, record)

    own = selectors.own_sections(selectors.template_of(record))
    if state is State.SEALED:
        return too_late(request, record, sections=own)
    draft = services.read_draft(record=record, actor=request.actor, at=request.at, only=own)
    form = draft_form(request, draft)
    if request.method == "POST" and save_draft(request, form) and not form.asked_row:
        messages.success(request, "What you wrote is saved.")
        then = "records:record-countersign" if state is State.AWAITING else "records:record-draft"
        return redirect(then, record_id=record_id)
    return render(
        request, "records/record_draft.html", {"record": record, "draft": form, "error_list": form.error_list}
    )


def draft_form(request: Request, draft: selectors.Draft, **options: Any) -> forms.DraftForm:
    """The draft as a form, bound when it was posted. For every page that writes in a draft."""
    find_people = partial(selectors.people_called, actor=request.actor)
    data = request.POST if request.method == "POST" else None
    return forms.DraftForm(draft, find_people=find_people, data=data, **options)


def save_draft(request: Request, form: forms.DraftForm) -> bool:
    """Save what was posted, as far as it can be kept; whether all of it was. For every page that writes in a draft."""
    result = services.save_draft(
        record_id=form.draft.record.pk, sections=form.typed(), actor=request.actor, at=request.at
    )
    form.show_result(result)
    form.add_row()
    return form.is_valid() and not form.has_conflict


def too_late(request: Request, record: Record, *, sections: Sequence[Section], **options: Any) -> HttpResponse:
    """What was typed and can no longer be saved, given back: nothing that somebody typed is lost without a word."""
    typed = selectors.as_typed_too_late(record, sections)
    own = [head for head in record.get_heads() if head.signer_id == request.actor.staff_id]
    context = {"record": record, "draft": draft_form(request, typed, **options), "signed": own[-1] if own else None}
    return render(request, "records/record_too_late.html", context, status=409)


@require_http_methods(["POST"])
def record_section_save(request: Request, record_id: UUID, section_id: str) -> JsonResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    part = selectors.draft_part(record=record, section_id=section_id, actor=request.actor)
    if part is None:
        return JsonResponse({"message": "You can no longer change this section."}, status=403)
    find_people = partial(selectors.people_called, actor=request.actor)
    form = forms.autosaved(part, people=forms.parties(record), find_people=find_people, data=request.POST)
    if form.too_long:
        return JsonResponse({"message": form.too_long}, status=422)
    try:
        saved = services.save_section(
            record_id=record_id, **form.typed().as_arguments(), actor=request.actor, at=request.at
        )
    except SectionChanged as error:
        return JsonResponse(presenters.conflict_answer(error.present, reader=request.actor), status=409)
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=403)
    unclear = [error["text"] for error in form.error_list()]
    return JsonResponse(presenters.saved_answer(saved, reader=request.actor, unclear=unclear))


@require_http_methods(["GET", "POST"])
def record_countersign(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    access.check_can_countersign(request.actor, record)
    own = [*selectors.own_sections_shown(record), selectors.REASON_SECTION]
    form = forms.Countersign(
        request.POST or None,
        initial={"shown": selectors.shown_for_countersigning(record), "meaning": request.GET.get("meaning")},
        kind=Kind(record.kind),
    )
    return answer_to_record(request, record, form=form, own=own, service=services.countersign)


@require_http_methods(["GET", "POST"])
def record_return(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    access.check_can_countersign(request.actor, record)
    form = forms.Return(
        request.POST or None,
        initial={"shown": selectors.shown_for_countersigning(record)},
        kind=Kind(record.kind),
    )
    return answer_to_record(
        request,
        record,
        form=form,
        own=[selectors.RETURN_SECTION],
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
    typed = draft_form(request, selectors.draft(record=record, actor=request.actor, only=own))
    if request.method == "POST":
        answer = sign_answer(request, record, form=form, typed=typed, service=service)
        if answer:
            return answer
    context = {
        "record": record,
        "page": presenters.record_page(reading, actor=request.actor),
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
        return redirect(reauthenticate_url(form.address(request.path)))
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


@require_safe
def record_pdf(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    access.check_can_download(request.actor, record)
    try:
        pdf = services.read_document(record=record, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("records:record-detail", record_id=record_id)
    if pdf is None:
        messages.info(request, "The PDF is being made. It takes a few seconds: try again in a moment.")
        return redirect("records:record-detail", record_id=record_id)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{presenters.file_name(record)}"',
            "Content-Security-Policy": "sandbox",
        },
    )


@require_safe
def record_verify(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    if not record.get_heads():
        return redirect("records:record-detail", record_id=record_id)
    context = {
        "record": record,
        "result": services.verify_for(record=record, actor=request.actor, at=request.at),
        "heads": record.get_heads(),
        "masked": not access.reads_in_full(request.actor, record),
        "at": request.at,
    }
    return render(request, "records/record_verify.html", context)


@require_http_methods(["GET", "POST"])
def action_close(request: Request, action_id: UUID) -> HttpResponse:
    action = get_visible_or_404(Action.objects.select_related("record__subject", "owner"), request.actor, pk=action_id)
    access.check_can_close_action(request.actor, action)
    services.read_action(action=action, actor=request.actor, at=request.at)
    form = forms.CloseAction(request.POST or None)
    if form.is_valid():
        try:
            services.close_action(action_id=action_id, **form.cleaned_data, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The action is closed.")
            return redirect(presenters.back_from_action(action, reader=request.actor))
    return render(request, "records/action_close.html", {"action": action, "form": form})
