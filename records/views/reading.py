"""Pages of records: read, download, check."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.actor import Actor
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may
from records import access, binding, presenters, rules, selectors, services, wording
from records.models import RecordGone
from records.pdf_wording import plain_text
from records.rules import Kind, State
from records.selectors import RecordReading
from records.unfinished import OR_CLOSED

# Kinds of record that bind entries about children
BINDING = (Kind.WORKER_RECORD, Kind.GROUP_RECORD)


@require_safe
def record_detail(request: Request, record_id: UUID) -> HttpResponse:
    try:
        record = get_visible_or_404(OR_CLOSED.for_its_page(request.actor), request.actor, pk=record_id)
    except Http404:
        gone = get_visible_or_404(RecordGone.objects.destroyed(), request.actor, record_id=record_id)
        return render(request, "records/record_gone.html", {"gone": gone}, status=410)
    if not record.get_heads():
        return redirect("records:record-draft", record_id=record_id)

    reading = services.read_record(record=record, actor=request.actor, at=request.at, chain=record.parts.all())
    if reading.fault:
        return render(request, "records/record_fault.html", {"record": record, "reading": reading}, status=500)
    is_entry, is_open = record.kind == Kind.CASE_ENTRY, reading.state is not State.SEALED
    whole = selectors.whole_of(record, actor=request.actor) if is_entry else None
    goes_with = is_entry and is_open and not binding.is_sealed(whole)
    page = presenters.record_page(reading, actor=request.actor, goes_with=goes_with)
    if access.is_on_page_alone(request.actor, record):
        context = {"record": record, "page": page, "reading": reading, "watermark": request.at}
        return render(request, "records/record_read_only.html", context)
    context = {
        "record": record,
        "reading": reading,
        "page": page,
        "purged": selectors.purged_of(record) if record.child_id and page.has_masked else None,
        "entries": selectors.entries_of(record, actor=request.actor) if record.kind in BINDING else [],
        "whole": whole if whole and whole.in_sight else None,
        "no_pdf": wording.NO_PDF if reading.has_no_pdf else "",
        "copy_text": plain_text(reading.parts) if record.child_id else "",
        "kept": selectors.kept_unsigned(record=record, actor=request.actor) if page.is_closed else [],
        **_may(request.actor, reading, goes_with=goes_with),
    }
    return render(request, "records/record_detail.html", context)


def _may(actor: Actor, reading: RecordReading, *, goes_with: bool) -> dict[str, bool]:
    """What the actor may do from the page. An entry is closed with its record, and never by itself."""
    record = reading.record
    by_itself = reading.state is State.AWAITING and record.kind != Kind.CASE_ENTRY
    return {
        "is_near": access.is_near(actor, record),
        "can_countersign": not goes_with and may(access.check_can_countersign, actor, record),
        "can_write": not goes_with and may(access.check_can_sign_text, actor, record),
        "can_respond": _may_respond(actor, reading),
        "can_add": may(access.check_can_add, actor, record),
        "can_correct": may(access.check_can_correct, actor, record) and record.kind == Kind.WORKER_RECORD,
        "can_close": by_itself and selectors.can_close(record=record, actor=actor),
    }


def _may_respond(actor: Actor, reading: RecordReading) -> bool:
    return may(access.check_can_respond, actor, reading.record) and rules.response_of(reading.heads) is None


@require_safe
def record_pdf(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(OR_CLOSED.with_parts(), request.actor, pk=record_id)
    try:
        pdf = services.read_document(record=record, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("records:record-detail", record_id=record_id)
    if pdf is None:
        messages.info(request, "The PDF is being made. It takes a few seconds: try again in a moment.")
        return redirect("records:record-detail", record_id=record_id)
    audience = access.audience_of(request.actor, record)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{presenters.file_name(record, audience=audience)}"',
            "Content-Security-Policy": "sandbox",
        },
    )


@require_safe
def record_verify(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(OR_CLOSED.with_parts(), request.actor, pk=record_id)
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
