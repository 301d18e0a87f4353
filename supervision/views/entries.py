"""Pages on which a supervisor writes what a session said of each child: one child after the other."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404
from records.forms import DraftForm, autosaved
from records.presenters import clock_time
from records.rules import FAMILY
from records.selectors import people_called
from records.services import SavedSection, SectionChanged
from records.values import TypedSection
from records.views import answer_save, change_files, draft_form, too_late
from supervision import access, forms, selectors, services
from supervision.models import SupervisionSession
from supervision.rules.discussions import discussions_settled
from supervision.selectors import EntryPage

# Under which name the page saves how the child was discussed, beside the sections of its entry
DEPTH = "_depth"


@require_http_methods(["GET", "POST"])
def session_child(request: Request, session_id: UUID, child_id: UUID) -> HttpResponse:
    session = _session(request, session_id)
    settled = _settled(session)
    if settled and request.method == "GET":
        messages.info(request, settled)
        return redirect("supervision:session-detail", session_id=session_id)
    with_family = f"{FAMILY}-text" in request.POST
    page = services.read_entry(
        session=session, child_id=child_id, with_family=with_family, actor=request.actor, at=request.at
    )
    if page is None:
        return _gone(request, session)
    if settled:
        return _too_late(request, page)
    mark = page.target.mark
    depth = forms.EntryDepth(request.POST or None, initial={"depth": mark.depth if mark else None})
    form = draft_form(request, page.draft, given=page.given)
    answer = _answer(request, page, form, depth) if request.method == "POST" else None
    return answer or _page(request, page, form, depth)


def _settled(session: SupervisionSession) -> str:
    """Why nothing more is written about the children of a session; empty while something can be."""
    return discussions_settled(session.record_state) if session.is_held else "This session was not held."


def _session(request: Request, session_id: UUID) -> SupervisionSession:
    session: SupervisionSession = get_visible_or_404(
        SupervisionSession.objects.with_people().with_record_state().select_related("record"),
        request.actor,
        pk=session_id,
    )
    access.check_can_record(request.actor, session)
    return session


def _answer(request: Request, page: EntryPage, form: DraftForm, depth: forms.EntryDepth) -> HttpResponse | None:
    """Save what was posted, and go where its button leads; None where something has to be put right first."""
    try:
        is_marked = _mark(request, page, depth)
        is_saved = _save(request, page, form)
    except DomainError as refusal:
        if not isinstance(refusal, RuleBroken) or _settled(_session(request, page.session.pk)):
            return _too_late(request, page)
        add_refusal(depth, refusal)
        return None
    if not (is_marked and is_saved) or form.asked_row:
        return None
    messages.success(request, f"{page.target.child.reference} is saved.")
    if "next" in request.POST:
        return _go_on(page)
    return redirect("supervision:session-child", session_id=page.session.pk, child_id=page.target.child.pk)


def _go_on(page: EntryPage) -> HttpResponse:
    """To the next child, and after the last to the record of the session."""
    if page.next:
        return redirect("supervision:session-child", session_id=page.session.pk, child_id=page.next.child.pk)
    if page.session.record_id:
        return redirect("supervision:record-write", record_id=page.session.record_id)
    return redirect("supervision:session-detail", session_id=page.session.pk)


def _mark(request: Request, page: EntryPage, depth: forms.EntryDepth) -> bool:
    """Say how the child was discussed, as was chosen; whether it is said now."""
    if not depth.is_valid():
        return False
    chosen, mark = depth.cleaned_data["depth"], page.target.mark
    if mark and mark.depth == chosen:
        return True
    try:
        services.mark_child(
            session_id=page.session.pk,
            child_id=page.target.child.pk,
            depth=chosen,
            actor=request.actor,
            at=request.at,
        )
    except RuleBroken as refusal:
        add_refusal(depth, refusal)
        return False
    return True


def _save(request: Request, page: EntryPage, form: DraftForm) -> bool:
    """Save what was typed, as far as it can be kept; whether all of it was."""
    if not form.posted:
        return True
    result = services.save_entry(
        session_id=page.session.pk,
        child_id=page.target.child.pk,
        sections=form.typed(),
        actor=request.actor,
        at=request.at,
    )
    form.show_result(result)
    form.add_row()
    if result.record:
        form.draft = replace(form.draft, record=result.record)
        change_files(request, form)
    return form.is_valid() and not form.has_conflict


def _page(request: Request, page: EntryPage, form: DraftForm, depth: forms.EntryDepth) -> HttpResponse:
    context = {
        "page": page,
        "session": page.session,
        "child": page.target.child,
        "draft": form,
        "depth": depth,
        "error_list": [
            *({"id": "id_depth", "text": text} for text in depth.errors.get("depth", ())),
            *({"id": "", "text": text} for text in depth.non_field_errors()),
            *form.error_list,
        ],
        "today": request.today,
    }
    return render(request, "supervision/session_child.html", context)


def _too_late(request: Request, page: EntryPage) -> HttpResponse:
    """What was typed after the record was signed, given back."""
    record = page.target.entry.record if page.target.entry else page.session.record
    if record is None:
        raise Http404
    sections = [part.section for part in page.draft.parts]
    return too_late(request, record, sections=sections, given=page.given)


def _gone(request: Request, session: SupervisionSession) -> HttpResponse:
    """What was typed of a child who, as is known now, was not with the worker on that day, given back."""
    if request.method != "POST" or session.record is None:
        raise Http404
    sections = selectors.sections_of_entries(on=request.today)
    return too_late(request, session.record, sections=sections, because=services.GONE)


@require_http_methods(["POST"])
def session_child_save(request: Request, session_id: UUID, child_id: UUID, section_id: str) -> JsonResponse:
    session = _session(request, session_id)
    if section_id == DEPTH:
        return _save_depth(request, session, child_id)
    found = selectors.entry_part(session=session, child_id=child_id, section_id=section_id, actor=request.actor)
    if found is None or not found.part.editable:
        return JsonResponse({"message": "You can no longer change this section."}, status=403)
    find_people = partial(people_called, actor=request.actor)
    form = autosaved(found.part, people=found.given.people, find_people=find_people, data=request.POST)

    def save(typed: TypedSection) -> SavedSection:
        result = services.save_entry(
            session_id=session_id, child_id=child_id, sections=[typed], actor=request.actor, at=request.at
        )
        if result.conflicts:
            raise SectionChanged(result.conflicts[0])
        return result.saved[0]

    return answer_save(request, form, save)


def _save_depth(request: Request, session: SupervisionSession, child_id: UUID) -> JsonResponse:
    """How the child was discussed, as soon as it is chosen. The last choice stands: there is no text to overwrite."""
    depth = forms.EntryDepth(request.POST)
    if not depth.is_valid():
        return JsonResponse({"message": " ".join(map(str, depth.errors["depth"]))}, status=422)
    try:
        services.mark_child(
            session_id=session.pk, child_id=child_id, **depth.cleaned_data, actor=request.actor, at=request.at
        )
    except DomainError as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    return JsonResponse({"version": 0, "saved_at": clock_time(request.at, on=request.today), "unclear": ""})
