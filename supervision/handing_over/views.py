"""Pages of a change of supervisor: what goes over at the day, and the brief that is written, checked and signed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import NotAllowed, RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from core.templatetags.countersign import counted
from records.evidence import evidence_of, say_not_signed_yet
from records.forms import DraftForm
from records.models import Record
from records.rules import ChallengeStale, Kind, State
from records.selectors import template_of
from records.services import note_draft_read
from records.views import draft_form, place_of_files, read_draft, save_draft, too_late
from staff.challenge import challenge_of, confirm_to_sign_url
from supervision.handing_over import access, forms, selectors, services
from supervision.handing_over.selectors import BriefContext, Change
from supervision.selectors.people import OpenFiles


@require_http_methods(["GET", "POST"])
def handover_detail(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(OpenFiles(), request.actor, pk=person_id)
    change = selectors.change_of(person.pk, on=request.today)
    if change is None:
        raise Http404
    page = services.read_change(person=person, change=change, actor=request.actor, at=request.at)
    form = forms.GiveOn(request.POST or None, change=change, open_actions=page.may_give_on)
    given = saved(form, services.give_on, person_id=person.pk, change=change, actor=request.actor, at=request.at)
    if given:
        messages.success(
            request, f"{counted(given, 'action is', 'actions are')} given on, and who has them now is told."
        )
        return redirect("supervision:handover-detail", person_id=person.pk)
    context = {"person": person, "change": change, "page": page, "form": form, "today": request.today}
    return render(
        request, "supervision/handing_over/detail.html", {**context, "is_ahead": change.is_ahead(request.today)}
    )


@require_POST
def handover_open(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(OpenFiles(), request.actor, pk=person_id)
    try:
        record = services.open_brief(person_id=person.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("supervision:person-detail", person_id=person.pk)
    return redirect("supervision:handover-write", record_id=record.pk)


@require_http_methods(["GET", "POST"])
def handover_write(request: Request, record_id: UUID) -> HttpResponse:
    record, change = _brief(request, record_id)
    sections = template_of(record).sections
    if record.get_state() is not State.DRAFT:
        if request.method == "GET":
            return redirect("records:record-detail", record_id=record.pk)
        return too_late(request, record, sections=sections)
    access.check_can_write(request.actor, change)
    context = selectors.brief_context(record=record, change=change, on=request.today)
    form = draft_form(request, read_draft(request, record), given=context.given)
    try:
        answer = _answer(request, form, context) if request.method == "POST" else None
    except NotAllowed:
        return too_late(request, record, sections=sections, given=context.given)
    shown = {"record": record, "change": change, "draft": form, "error_list": form.error_list}
    return answer or render(request, "supervision/handing_over/write.html", shown)


def _answer(request: Request, form: DraftForm, context: BriefContext) -> HttpResponse | None:
    """Save what was posted, and go where its button leads; None where something has to be put right first."""
    record = form.draft.record
    if not save_draft(request, form) or form.asked_row:
        return None
    write = redirect("supervision:handover-write", record_id=record.pk)
    if place := place_of_files(request, form):
        return redirect(f"{write.url}{place}")
    if "sign" not in request.POST:
        messages.success(request, "Your draft is saved.")
        return write
    problems = selectors.brief_to_sign(record, context).problems
    if problems and not form.show_problems(problems):
        return None
    return redirect("supervision:handover-sign", record_id=record.pk)


@require_http_methods(["GET", "POST"])
def handover_sign(request: Request, record_id: UUID) -> HttpResponse:
    record, change = _brief(request, record_id)
    if record.get_state() is not State.DRAFT:
        messages.info(request, "This is signed already. Nothing was added.")
        return redirect("records:record-detail", record_id=record.pk)
    access.check_can_write(request.actor, change)
    refusal = ""
    say_not_signed_yet(request)
    if request.method == "POST":
        try:
            _sign(request, record)
        except ChallengeStale:
            return redirect(confirm_to_sign_url(request.path))
        except RuleBroken as error:
            refusal = str(error)
        else:
            messages.success(request, f"Signed. {change.successor} reads and signs it from their first day on.")
            return redirect("records:record-detail", record_id=record.pk)
    return _signing_page(request, record, change, refusal=refusal)


def _sign(request: Request, record: Record) -> None:
    services.sign_brief(
        record_id=record.pk,
        shown=request.POST.get("shown", ""),
        challenge=challenge_of(request),
        evidence=evidence_of(request),
        actor=request.actor,
        at=request.at,
    )


def _signing_page(request: Request, record: Record, change: Change, *, refusal: str) -> HttpResponse:
    note_draft_read(record=record, actor=request.actor, at=request.at)
    context = selectors.brief_context(record=record, change=change, on=request.today)
    shown = {
        "record": record,
        "change": change,
        "text": selectors.brief_to_sign(record, context),
        "error_list": [{"id": "", "text": refusal}] if refusal else [],
    }
    return render(request, "supervision/handing_over/sign.html", shown)


def _brief(request: Request, record_id: UUID) -> tuple[Record, Change]:
    """The brief that an address names, and its change. Raises Http404."""
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    change = selectors.change_of_brief(record) if record.kind == Kind.HANDOVER else None
    if change is None:
        raise Http404
    return record, change
