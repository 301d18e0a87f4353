"""Pages of records: add to one that is sealed, close one that nobody can finish."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404
from policies.templates import Section
from records import access, forms, presenters, rules, selectors, services
from records.evidence import evidence_of, say_not_signed_yet
from records.models import Part, Record
from records.rules import ChallengeStale, Kind, PartKind
from records.unfinished import OR_CLOSED, UNFINISHED
from records.views.drafting import draft_form
from staff.challenge import challenge_of, confirm_to_sign_url


@require_http_methods(["GET", "POST"])
def record_addendum(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    access.check_can_add(request.actor, record)
    form = forms.Addendum(
        request.POST or None,
        initial={
            "shown": selectors.shown_for_adding(record, corrects=False),
            "sensitivity": request.GET.get("sensitivity", rules.Sensitivity.SHARED.value),
        },
        kind=Kind(record.kind),
        statement=selectors.addendum_statement(record, corrects=False),
        readers=[rules.Sensitivity.SHARED] if record.subject_id is None else list(rules.Sensitivity),
    )
    return add_to_record(request, record, form=form, section=selectors.ADDENDUM_SECTION, service=services.add_addendum)


def add_to_record(
    request: Request,
    record: Record,
    *,
    form: Any,
    section: Section,
    service: Callable[..., Part],
    **context: Any,
) -> HttpResponse:
    """The page on which one of the two adds to a sealed record: reads it, types, and signs what was typed."""
    try:
        rules.check_may_add(record.get_heads())
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("records:record-detail", record_id=record.pk)
    reading = services.read_record(record=record, actor=request.actor, at=request.at)
    if reading.fault:
        return render(request, "records/record_fault.html", {"record": record, "reading": reading}, status=500)
    page = presenters.record_page(reading, actor=request.actor)
    return _own_page(request, record, form=form, section=section, service=service, page=page, **context)


def _own_page(
    request: Request, record: Record, *, form: Any, section: Section, service: Callable[..., Part], **context: Any
) -> HttpResponse:
    typed = draft_form(request, selectors.own_draft(record=record, section=section, actor=request.actor))
    say_not_signed_yet(request)
    if request.method == "POST":
        answer = _sign(request, record, form=form, typed=typed, service=service)
        if answer:
            return answer
    shown = {"record": record, "form": form, "typed": typed, "error_list": typed.error_list, **context}
    return render(request, form.template, shown)


def _sign(
    request: Request, record: Record, *, form: Any, typed: forms.DraftForm, service: Callable[..., Part]
) -> HttpResponse | None:
    """Keep what was typed, then sign exactly that; where it is asked for, prove who one is in between."""
    sections = typed.typed()
    if not sections:
        return None  # no browser sends the page without its section
    try:
        saved = services.save_own(record_id=record.pk, sections=sections, actor=request.actor, at=request.at)
        typed.show_result(saved)
        if typed.has_conflict and selectors.signed_already(record, typed=sections[0].values, actor=request.actor):
            messages.info(request, "You have signed this already. Nothing was added.")
            return redirect("records:record-detail", record_id=record.pk)
        if typed.has_conflict or not typed.is_valid() or "save" in request.POST or not form.is_valid():
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
    except RuleBroken as refusal:
        if refusal.field == "text":
            typed.sections[0].add_error("text", str(refusal))
        else:
            typed.add_refusal(refusal, form=form)
        return None
    messages.success(request, form.done)
    return redirect("records:record-detail", record_id=record.pk)


@require_http_methods(["GET", "POST"])
def record_close(request: Request, record_id: UUID) -> HttpResponse:
    try:
        record = get_visible_or_404(UNFINISHED.with_parts(), request.actor, pk=record_id)
    except Http404:
        return _closed_already(request, record_id)
    form = forms.Closure(
        request.POST or None,
        initial={"shown": selectors.shown_for_closing(record)},
        kind=Kind(record.kind),
        statement=selectors.closure_statement(record),
    )
    return _own_page(
        request,
        record,
        form=form,
        section=selectors.CLOSURE_SECTION,
        service=services.close_record,
        unfinished=selectors.unfinished(record),
    )


def _closed_already(request: Request, record_id: UUID) -> HttpResponse:
    """For whoever pressed the button twice. For anybody else there is nothing to close."""
    record = get_visible_or_404(OR_CLOSED.with_parts(), request.actor, pk=record_id)
    answer = rules.answer_of(record.get_heads())
    if not answer or answer.kind is not PartKind.CLOSURE or answer.signer_id != request.actor.staff_id:
        raise Http404
    messages.info(request, "You have closed this already. Nothing was added.")
    return redirect("records:record-detail", record_id=record_id)


@require_http_methods(["POST"])
def record_addition_save(request: Request, record_id: UUID, section_id: str) -> JsonResponse:
    if section_id == rules.CLOSURE:
        record = get_visible_or_404(UNFINISHED.with_parts(), request.actor, pk=record_id)
    else:
        record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    section = selectors.OWN_SECTIONS[section_id]
    (part,) = selectors.own_draft(record=record, section=section, actor=request.actor).parts
    find_people = partial(selectors.people_called, actor=request.actor)
    form = forms.autosaved(part, people=forms.parties(record), find_people=find_people, data=request.POST)
    if form.too_long:
        return JsonResponse({"message": form.too_long}, status=422)
    try:
        result = services.save_own(record_id=record_id, sections=[form.typed()], actor=request.actor, at=request.at)
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=403)
    if result.conflicts:
        return JsonResponse(presenters.conflict_answer(result.conflicts[0], reader=request.actor), status=409)
    unclear = [error["text"] for error in form.error_list()]
    return JsonResponse(presenters.saved_answer(result.saved[0], reader=request.actor, unclear=unclear))
