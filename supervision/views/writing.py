"""Pages on which a supervisor writes and signs: the record of a session, a contract."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.errors import NotAllowed, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, uuid_or_none
from records.evidence import evidence_of, say_not_signed_yet
from records.forms import DraftForm
from records.models import Record
from records.rules import ChallengeStale, Kind, State
from records.selectors import TextToSign, carried_in, sent_back_with, template_of, text_to_sign
from records.services import note_draft_read
from records.views import change_sharing, draft_form, place_of_files, read_draft, save_draft, too_late
from staff.challenge import challenge_of, confirm_to_sign_url
from staff.models import StaffMember
from supervision import access, selectors, services
from supervision.models import SupervisionSession
from supervision.selectors import SigningContext


@require_http_methods(["POST"])
def contract_open(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_supervise(request.actor, person)
    try:
        record = services.open_contract(supervisee_id=person.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("supervision:person-detail", person_id=person.pk)
    return redirect("supervision:record-write", record_id=record.pk)


@require_http_methods(["GET", "POST"])
def record_write(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    if entry := _written_elsewhere(request, record):
        return redirect(entry)
    is_signed = record.get_state() not in (State.DRAFT, State.RETURNED)
    if is_signed and request.method == "GET":
        return redirect("records:record-detail", record_id=record_id)
    access.check_can_write(request.actor, record)

    context = selectors.signing_context(record=record, on=request.today)
    sections = template_of(record).sections
    if is_signed:
        return too_late(request, record, sections=sections, given=context.given)
    form = draft_form(request, read_draft(request, record), given=context.given)
    try:
        answer = _answer(request, record, form, context) if request.method == "POST" else None
    except NotAllowed:
        return too_late(request, record, sections=sections, given=context.given)
    return answer or _writing_page(request, record, form, context)


def _written_elsewhere(request: Request, record: Record) -> str:
    """Where an entry about a child, or the record of a group, is written; empty for what is written here."""
    if record.group:
        return reverse("supervision:group-record", args=[record.group_session.pk])
    entry = selectors.case_entry_of(record=record, actor=request.actor) if record.kind == Kind.CASE_ENTRY else None
    if entry is None:
        return ""
    if entry.session_id is None:
        return reverse("supervision:group-child", args=[entry.group_id, entry.child_id])
    return reverse("supervision:session-child", args=[entry.session_id, entry.child_id])


def _tick_agenda(request: Request, session: SupervisionSession | None) -> None:
    """Keep which items of the agenda are ticked as discussed, where the form had any."""
    if session and "agenda" in request.POST:
        ids = {found for text in request.POST.getlist("discussed") if (found := uuid_or_none(text))}
        services.mark_discussed(session_id=session.pk, item_ids=ids, actor=request.actor, at=request.at)


def _answer(request: Request, record: Record, form: DraftForm, context: SigningContext) -> HttpResponse | None:
    """Save what was posted, and go where its button leads; None where something has to be put right first."""
    _tick_agenda(request, context.session)
    if not save_draft(request, form) or form.asked_row:
        return None
    write = redirect("supervision:record-write", record_id=record.pk)
    if "share" in request.POST:
        change_sharing(request, record, share=services.share_with_entries)
        return write
    if place := place_of_files(request, form):
        return redirect(f"{write.url}{place}")
    if "sign" not in request.POST:
        messages.success(request, "Your draft is saved.")
        return write
    _, _, problems = _to_sign(record, on=request.today)
    if problems and not form.show_problems(problems):
        return None
    return redirect("supervision:record-sign", record_id=record.pk)


def _writing_page(request: Request, record: Record, form: DraftForm, context: SigningContext) -> HttpResponse:
    page = selectors.writing_page(record=record, context=context)
    shown = {
        "record": record,
        "draft": form,
        "page": page,
        # Where a text is corrected, why it came back stands in their place
        "carried_in": [] if page.returned else carried_in(record=record, actor=request.actor),
        "today": request.today,
        "sent_back": sent_back_with(record) if page.returned else [],
        "error_list": form.error_list,
    }
    if context.session:
        shown["session"] = context.session
        shown["children"] = context.children
        shown["discussed"] = sum(each.is_discussed for each in context.children)
        shown["agenda"] = selectors.agenda_of(supervisee=record.worker, actor=request.actor, session=context.session)
    return render(request, "supervision/record_write.html", shown)


@require_http_methods(["GET", "POST"])
def record_sign(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    if entry := _written_elsewhere(request, record):
        return redirect(entry)
    if record.get_state() not in (State.DRAFT, State.RETURNED):
        messages.info(request, "You have signed this already. Nothing was added.")
        return redirect("records:record-detail", record_id=record_id)
    access.check_can_write(request.actor, record)

    refusal = ""
    say_not_signed_yet(request)
    if request.method == "POST":
        try:
            services.sign_record(
                record_id=record_id,
                shown=request.POST.get("shown", ""),
                challenge=challenge_of(request),
                evidence=evidence_of(request),
                actor=request.actor,
                at=request.at,
            )
        except ChallengeStale:
            return redirect(confirm_to_sign_url(request.path))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, f"Signed. {record.worker.name} can now read and sign it.")
            return redirect("records:record-detail", record_id=record_id)
    return _signing_page(request, record, refusal=refusal)


def _signing_page(request: Request, record: Record, *, refusal: str) -> HttpResponse:
    note_draft_read(record=record, actor=request.actor, at=request.at)
    context, text, problems = _to_sign(record, on=request.today)
    page = selectors.writing_page(record=record, context=context)
    error_list = [{"id": "", "text": refusal}] if refusal else []
    to_look_at = selectors.to_look_at(text, record=record, context=context, actor=request.actor)
    entries = selectors.entries_to_read(text, context)
    shown = {
        "record": record,
        "text": text,
        "page": page,
        "problems": problems,
        "to_look_at": to_look_at,
        "session": context.session,
        "entries": entries,
        "is_ready": not (problems or to_look_at.children or any(each.problems for each in entries)),
        "error_list": error_list,
    }
    return render(request, "supervision/record_sign.html", shown)


def _to_sign(record: Record, *, on: date) -> tuple[SigningContext, TextToSign, list[tuple[str, str, str]]]:
    """What stands in the draft now: its context, the text, and what has to be put right before it can be signed."""
    context = selectors.signing_context(record=record, on=on)
    text = text_to_sign(
        record=record, facts=context.facts, late=context.late, given=context.given, entries=context.entries
    )
    return context, text, selectors.in_the_way(text, record=record, context=context, on=on)
