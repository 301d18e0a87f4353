"""Pages of records: write in a draft, one's own part of it or a section at a time."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.http import Request
from core.shortcuts import get_visible_or_404, may
from policies.templates import Section
from records import access, forms, presenters, selectors, services
from records.models import Record
from records.rules import State
from records.services import SectionChanged


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
