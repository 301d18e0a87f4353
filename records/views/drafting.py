"""Pages of records: write in a draft, one's own part of it or a section at a time."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, NotAllowed, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may
from policies.templates import Section
from records import access, forms, presenters, selectors, services
from records.models import Record
from records.rules import EXAMINING, FAMILY, Kind, State
from records.services import SectionChanged
from records.values import TypedSection
from records.views.files import change_files
from staff.sign_ins import is_automatic


@require_http_methods(["GET", "POST"])
def record_draft(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    state = record.get_state()
    if state not in (State.DRAFT, State.RETURNED) and request.method == "GET":
        return redirect("records:record-detail", record_id=record_id)
    if record.kind in EXAMINING and may(access.check_can_sign_text, request.actor, record):
        return _written_elsewhere(record)
    if record.kind == Kind.HANDOVER:
        return _written_elsewhere(record)
    writes_entry = record.kind == Kind.CASE_ENTRY and record.author_id == request.actor.staff_id
    if writes_entry or record.group or may(access.check_can_sign_text, request.actor, record):
        return redirect("supervision:record-write", record_id=record_id)
    access.check_can_write_own_part(request.actor, record)

    sections = selectors.sections_to_prepare(record, request.actor)
    late = closed_meanwhile(request, record, sections)
    if late or state is State.SEALED:
        return too_late(request, record, sections=late or sections)
    draft = read_draft(request, record, only=sections)
    form = draft_form(request, draft)
    try:
        is_saved = request.method == "POST" and save_draft(request, form)
    except NotAllowed:
        return too_late(request, record, sections=sections)
    if is_saved and not form.asked_row:
        messages.success(request, "What you wrote is saved.")
        then = "records:record-countersign" if state is State.AWAITING else "records:record-draft"
        return redirect(then, record_id=record_id)
    page = "records/entry_draft.html" if record.kind == Kind.CASE_ENTRY else "records/record_draft.html"
    return render(request, page, {"record": record, "draft": form, "error_list": form.error_list})


def _written_elsewhere(record: Record) -> HttpResponse:
    """To the page where a brief, an audit or an observation is written. Raises Http404 where it belongs to none."""
    if record.kind == Kind.HANDOVER:
        return redirect("supervision:handover-write", record_id=record.pk)
    if record.kind == Kind.OBSERVATION:
        return redirect("audits:observation-of-record", record_id=record.pk)
    audit = getattr(record, "audit", None)
    if audit is None:
        raise Http404
    return redirect("audits:audit-write", audit_id=audit.pk)


def read_draft(request: Request, record: Record, **options: Any) -> selectors.Draft:
    """The draft, its reading noted: each time that somebody opens the page, and now and then while it follows a draft."""
    if is_automatic(request):
        services.note_draft_followed(record=record, actor=request.actor, at=request.at)
        return selectors.draft(record=record, actor=request.actor, **options)
    return services.read_draft(record=record, actor=request.actor, at=request.at, **options)


def draft_form(request: Request, draft: selectors.Draft, **options: Any) -> forms.DraftForm:
    """The draft as a form, bound when it was posted. For every page that writes in a draft."""
    find_people = partial(selectors.people_called, actor=request.actor)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return forms.DraftForm(draft, find_people=find_people, data=data, files=files, **options)


def save_draft(request: Request, form: forms.DraftForm) -> bool:
    """Save what was posted, as far as it can be kept; whether all of it was. For every page that writes in a draft."""
    result = services.save_draft(
        record_id=form.draft.record.pk, sections=form.typed(), actor=request.actor, at=request.at
    )
    form.show_result(result)
    form.add_row()
    change_files(request, form)
    return form.is_valid() and not form.has_conflict


def closed_meanwhile(request: Request, record: Record, sections: Sequence[Section]) -> list[Section]:
    """The posted sections that can no longer be written, because the record was signed since the page was opened."""
    if request.method != "POST":
        return []
    may_write = access.writable(request.actor, record, record.get_heads())
    every = {section.id: section for section in (*selectors.template_of(record).sections, *sections)}
    return [
        section
        for section in every.values()
        if f"{section.id}-version" in request.POST and section.written_by not in may_write
    ]


def too_late(
    request: Request, record: Record, *, sections: Sequence[Section], because: str = "", **options: Any
) -> HttpResponse:
    """What was typed and can no longer be saved, given back: nothing that somebody typed is lost without a word.

    ``because``: where it is not that the record was signed. Sections that are repeated stand there for what ``given``
    among the options names.
    """
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record.pk)
    given = options.get("given")
    typed = selectors.as_typed_too_late(record, sections, repeated=given.repeated if given else None)
    own = [head for head in record.get_heads() if head.signer_id == request.actor.staff_id]
    context = {
        "record": record,
        "draft": draft_form(request, typed, **options),
        "signed": own[-1] if own else None,
        "because": because,
    }
    return render(request, "records/record_too_late.html", context, status=409)


@require_http_methods(["POST"])
def record_section_save(request: Request, record_id: UUID, section_id: str) -> JsonResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    key = request.GET.get("key")
    part = selectors.draft_part(record=record, section_id=section_id, actor=request.actor, key=key)
    # What is typed of a family stands in the entry of each sibling, and is saved from the page of a child alone
    if part is None or not part.editable or section_id == FAMILY:
        return JsonResponse({"message": "You can no longer change this section."}, status=403)
    find_people = partial(selectors.people_called, actor=request.actor)
    form = forms.autosaved(part, people=forms.parties(record), find_people=find_people, data=request.POST)

    def save(typed: TypedSection) -> services.SavedSection:
        return services.save_section(record_id=record_id, **typed.as_arguments(), actor=request.actor, at=request.at)

    return answer_save(request, form, save)


def answer_save(
    request: Request, form: forms.SectionForm, save: Callable[[TypedSection], services.SavedSection]
) -> JsonResponse:
    """Save a section that the page sent by itself, and say what became of it. For every page that saves itself."""
    if form.too_long:
        return JsonResponse({"message": form.too_long}, status=422)
    try:
        saved = save(form.typed())
    except SectionChanged as error:
        return _conflict(request, form, error)
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=403)
    unclear = [error["text"] for error in form.error_list()]
    return JsonResponse(presenters.saved_answer(saved, reader=request.actor, unclear=unclear))


def _conflict(request: Request, form: forms.SectionForm, error: SectionChanged) -> JsonResponse:
    """Who saved what stands there, and the text itself, to be shown beside what was typed here."""
    services.note_draft_followed(record=error.present.record, actor=request.actor, at=request.at)
    form.show_conflict(error.present)
    answer = presenters.conflict_answer(error.present, reader=request.actor)
    answer["html"] = render_to_string("components/section_content.html", form.conflict)
    return JsonResponse(answer, status=409)


@require_http_methods(["POST"])
def record_presence(request: Request, record_id: UUID) -> JsonResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    versions = selectors.draft_versions(record=record, actor=request.actor)
    if not versions.readable:
        raise NotAllowed("Only the two people of this record write in its draft.")
    section = request.POST.get("writing", "")
    services.be_present(record=record, section=section if section in versions.readable else "", actor=request.actor)
    present = services.others_present(record=record, actor=request.actor)
    return JsonResponse(presenters.followed_answer(versions, present, reader=request.actor))


def place_of_files(request: Request, form: forms.DraftForm) -> str:
    """The place on the page of the section whose files were changed, to come back to; nothing where none were."""
    asked = request.POST.get("attach") or request.POST.get("remove_file", "").partition("/")[0]
    return next((f"#section-{one.prefix}" for one in form.sections if one.section.id == asked), "")


def change_sharing(request: Request, record: Record, *, share: Callable[..., bool]) -> None:
    """Share the draft with its supervisee, or stop it, as the button says; and say what is so now.

    ``share``: does it, with all that is shared beside the record.
    """
    shared = request.POST["share"] == "1"
    try:
        changed = share(record_id=record.pk, shared=shared, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return
    name = record.worker.name
    said = f"{name} can now read this draft." if shared else f"{name} can no longer read this draft."
    if changed:
        messages.success(request, said)
