"""Pages of what comes of a group: its record, the children whom it spoke of, their entries."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.rules import reference_label
from core.errors import NotAllowed, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from policies.selectors import policy_in_force
from records.evidence import evidence_of, say_not_signed_yet
from records.forms import DraftForm
from records.models import Record
from records.rules import ChallengeStale, State
from records.selectors import TextToSign, sent_back_with, template_of, text_to_sign
from records.services import note_draft_read
from records.values import Given
from records.views import draft_form, place_of_files, read_draft, save_draft, too_late
from staff.challenge import challenge_of, confirm_to_sign_url
from supervision import access, forms, services
from supervision.models import GroupSession
from supervision.selectors import group_records as selectors
from supervision.selectors.group_records import Brought, GroupToSign

UNSIGNED = (State.DRAFT, State.RETURNED)


def _recorded(request: Request, group_id: UUID) -> GroupSession:
    """A group for whoever writes its record."""
    group: GroupSession = get_visible_or_404(
        GroupSession.objects.with_people().select_related("record__author"), request.actor, pk=group_id
    )
    access.check_can_record_group(request.actor, group)
    return group


def _begun_record(request: Request, group_id: UUID) -> tuple[GroupSession, Record]:
    """A group and its record, where somebody has begun that and the actor reads it."""
    record: Record = get_visible_or_404(
        Record.objects.with_parts().select_related("group_session__facilitator", "group_session__recorder"),
        request.actor,
        group_session=group_id,
    )
    return record.group_session, record


@require_http_methods(["POST"])
def group_record_open(request: Request, group_id: UUID) -> HttpResponse:
    group = _recorded(request, group_id)
    try:
        services.open_record_of_group(group_id=group.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("supervision:group-detail", group_id=group.pk)
    return redirect("supervision:group-record", group_id=group.pk)


@require_http_methods(["GET", "POST"])
def group_record(request: Request, group_id: UUID) -> HttpResponse:
    group, record = _begun_record(request, group_id)
    if request.method == "POST":
        access.check_can_record_group(request.actor, group)
    context = selectors.group_to_sign(group=group, record=record, actor=request.actor)
    if record.get_state() not in UNSIGNED:
        return _signed(request, record, given=context.given)
    form = draft_form(request, read_draft(request, record), given=context.given)
    try:
        answer = _answer(request, group, record, form, context) if request.method == "POST" else None
    except NotAllowed:
        return too_late(request, record, sections=template_of(record).sections, given=context.given)
    return answer or _writing_page(request, group, record, form, context)


def _signed(request: Request, record: Record, *, given: Given) -> HttpResponse:
    if request.method == "GET":
        return redirect("records:record-detail", record_id=record.pk)
    return too_late(request, record, sections=template_of(record).sections, given=given)


def _answer(
    request: Request, group: GroupSession, record: Record, form: DraftForm, context: GroupToSign
) -> HttpResponse | None:
    """Save what was posted, and go where its button leads; None where something has to be put right first."""
    if not save_draft(request, form) or form.asked_row:
        return None
    write = redirect("supervision:group-record", group_id=group.pk)
    if place := place_of_files(request, form):
        return redirect(f"{write.url}{place}")
    if "sign" not in request.POST:
        messages.success(request, "Your draft is saved.")
        return write
    problems = selectors.text_of_group(record, context).problems
    if problems and not form.show_problems(problems):
        return None
    return redirect("supervision:group-record-sign", group_id=group.pk)


def _writing_page(
    request: Request, group: GroupSession, record: Record, form: DraftForm, context: GroupToSign
) -> HttpResponse:
    shown = {
        "group": group,
        "record": record,
        "draft": form,
        "writes": record.author_id == request.actor.staff_id,
        "children": context.brought,
        "error_list": form.error_list,
    }
    return render(request, "supervision/group_record.html", shown)


@require_http_methods(["GET", "POST"])
def group_record_sign(request: Request, group_id: UUID) -> HttpResponse:
    group, record = _begun_record(request, group_id)
    access.check_can_record_group(request.actor, group)
    if record.get_state() not in UNSIGNED:
        return _signed_already(request, record)
    refusal = ""
    say_not_signed_yet(request)
    if request.method == "POST":
        try:
            services.sign_record_of_group(group_id=group.pk, **_signature(request))
        except ChallengeStale:
            return redirect(confirm_to_sign_url(request.path))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, "Signed. Everybody who was there can read it.")
            return redirect("records:record-detail", record_id=record.pk)
    return _signing_page(request, group, record, refusal=refusal)


def _signature(request: Request) -> dict[str, Any]:
    return {
        "shown": request.POST.get("shown", ""),
        "challenge": challenge_of(request),
        "evidence": evidence_of(request),
        "actor": request.actor,
        "at": request.at,
    }


def _signed_already(request: Request, record: Record) -> HttpResponse:
    messages.info(request, "You have signed this already. Nothing was added.")
    return redirect("records:record-detail", record_id=record.pk)


def _signing_page(request: Request, group: GroupSession, record: Record, *, refusal: str) -> HttpResponse:
    note_draft_read(record=record, actor=request.actor, at=request.at)
    context = selectors.group_to_sign(group=group, record=record, actor=request.actor)
    text = selectors.text_of_group(record, context)
    unwritten = selectors.unwritten(context.brought)
    by_record = {each.record_id: each for each in context.brought}
    entries = [(by_record[entry.pk], one) for entry, one in text.entries]
    shown = {
        "group": group,
        "record": record,
        "text": text,
        "entries": entries,
        "facts": context.facts_in_words,
        "unwritten": unwritten,
        "can_sign": not (text.problems or any(one.problems for _, one in entries) or unwritten),
        "error_list": [{"id": "", "text": refusal}] if refusal else [],
    }
    return render(request, "supervision/group_record_sign.html", shown)


@require_http_methods(["GET", "POST"])
def group_children(request: Request, group_id: UUID) -> HttpResponse:
    group = _recorded(request, group_id)
    there = selectors.people_there(group)
    children = selectors.brought_children(group, actor=request.actor)
    form = forms.GroupChildren(
        request.POST if "save" in request.POST else None,
        offered=selectors.children_of_those_there(group, there=there, actor=request.actor),
        marks={each.child.pk: each.mark for each in children},
    )
    label = reference_label(policy_in_force(request.today))
    adding = forms.AddGroupChild(request.POST if "add" in request.POST else None, people=there, label=label)
    if _marked(request, group, form) or _added(request, group, adding):
        return redirect("supervision:group-children", group_id=group.pk)
    shown = {
        "group": group,
        "form": form,
        "adding": adding,
        "children": children,
        "is_open": group.is_held and (group.record is None or group.record.get_state() in UNSIGNED),
    }
    return render(request, "supervision/group_children.html", shown)


def _marked(request: Request, group: GroupSession, form: forms.GroupChildren) -> bool:
    if not form.is_valid():
        return False
    try:
        services.mark_group_children(group_id=group.pk, marks=form.marks, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Saved. The dates of these children have moved as the policy says.")
    return True


def _added(request: Request, group: GroupSession, form: forms.AddGroupChild) -> bool:
    def add(*, reference: str, **_: object) -> object:
        return services.add_group_child(
            group_id=group.pk, reference=reference, mark=form.mark, actor=request.actor, at=request.at
        )

    if not saved(form, add):
        return False
    messages.success(request, "The child is added.")
    return True


@require_http_methods(["GET", "POST"])
def group_child(request: Request, group_id: UUID, child_id: UUID) -> HttpResponse:
    group = _recorded(request, group_id)
    if "begin" in request.POST:
        return _begin_entry(request, group, child_id)
    brought = _brought(request, group, child_id)
    record = _entry(request, brought)
    given = selectors.entry_to_sign(group=group, brought=brought, record=record, on=request.today).given
    if record.get_state() not in UNSIGNED:
        return _signed(request, record, given=given)
    # What siblings share is written where a worker's own children are discussed, and not in a group
    own = template_of(record).sections
    form = draft_form(request, read_draft(request, record, only=own), given=given)
    if request.method == "POST" and save_draft(request, form) and not form.asked_row:
        messages.success(request, f"The entry of {brought.child.reference} is saved.")
        again = record.get_state() is State.RETURNED and "sign" in request.POST
        if again:
            return redirect("supervision:group-child-sign", group_id=group.pk, child_id=child_id)
        then = "group-record" if "sign" in request.POST else "group-children"
        return redirect(f"supervision:{then}", group_id=group.pk)
    shown = {
        "group": group,
        "brought": brought,
        "record": record,
        "draft": form,
        "sent_back": sent_back_with(record) if record.get_state() is State.RETURNED else [],
        "error_list": form.error_list,
    }
    return render(request, "supervision/group_child.html", shown)


def _brought(request: Request, group: GroupSession, child_id: UUID) -> Brought:
    every = selectors.brought_children(group, actor=request.actor)
    found = next((each for each in every if each.child.pk == child_id), None)
    if found is None or found.record_id is None:
        raise Http404
    return found


def _entry(request: Request, brought: Brought) -> Record:
    record: Record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=brought.record_id)
    return record


def _begin_entry(request: Request, group: GroupSession, child_id: UUID) -> HttpResponse:
    try:
        services.open_group_entry(group_id=group.pk, child_id=child_id, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("supervision:group-children", group_id=group.pk)
    return redirect("supervision:group-child", group_id=group.pk, child_id=child_id)


@require_http_methods(["GET", "POST"])
def group_child_sign(request: Request, group_id: UUID, child_id: UUID) -> HttpResponse:
    group = _recorded(request, group_id)
    brought = _brought(request, group, child_id)
    record = _entry(request, brought)
    if record.get_state() is State.DRAFT:
        return redirect("supervision:group-record-sign", group_id=group.pk)
    if record.get_state() is not State.RETURNED:
        return _signed_already(request, record)
    refusal = ""
    say_not_signed_yet(request)
    if request.method == "POST":
        try:
            services.sign_entry_of_group(group_id=group.pk, child_id=child_id, **_signature(request))
        except ChallengeStale:
            return redirect(confirm_to_sign_url(request.path))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, f"Signed. {brought.mark.worker.name} can now read and sign it.")
            return redirect("records:record-detail", record_id=record.pk)
    note_draft_read(record=record, actor=request.actor, at=request.at)
    shown = {
        "group": group,
        "brought": brought,
        "record": record,
        "text": _text_of_entry(group, brought, record, request),
        "error_list": [{"id": "", "text": refusal}] if refusal else [],
    }
    return render(request, "supervision/group_child_sign.html", shown)


def _text_of_entry(group: GroupSession, brought: Brought, record: Record, request: Request) -> TextToSign:
    entry = selectors.entry_to_sign(group=group, brought=brought, record=record, on=request.today)
    return text_to_sign(record=record, facts=entry.facts, late=entry.late, given=entry.given)
