"""Who handles a request, its clock, and its end."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from archive.models import DataRequest, RequestEvent
from archive.requests import access, selectors
from archive.requests.rules.clock import LONGEST_EXTENSION
from archive.requests.services.events import add_event, tell
from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from staff.grants.services import Opened, end_sight, give_sight
from staff.models import SightGrant, StaffMember
from trail import services as trail

CLOSED = "This request is closed. Nothing was entered."
TO_COME = "This day is still to come. Enter a day up to today."
OUTCOMES_TO_CHECK = (DataRequest.Outcome.DISCLOSED,)


@transaction.atomic
def approve(*, request_id: UUID, handler_id: UUID, scope: str, actor: Actor, at: datetime) -> DataRequest:
    """Say what is asked for and who handles it, or give it to another handler; that person reads until it is closed.

    Raises NotAllowed, or RuleBroken where somebody would handle their own, or the approver would.
    """
    request = _locked(request_id, actor)
    access.check_can_approve(actor, request)
    handler = StaffMember.objects.visible_to(actor).employed(actor.on).get(pk=handler_id)
    if handler.pk == actor.staff_id:
        raise RuleBroken("Somebody else handles it: nobody lets themselves read a file.", field="handler_id")
    if handler.pk == request.person_id:
        raise RuleBroken("Nobody handles a request about their own data.", field="handler_id")
    if request.handler_id == handler.pk and request.scope == scope:
        return request
    is_first = request.approved_at is None
    end_sight(given_for=request.pk, actor=actor, at=at, basis=SightGrant.Basis.SUBJECT_ACCESS)
    request.handler, request.scope = handler, scope
    request.approved_by_id, request.approved_at = actor.staff_id, at
    request.save(update_fields=["handler", "scope", "approved_by", "approved_at"])
    give_sight(
        person_id=handler.pk,
        opens=Opened(file_of_id=request.person_id, child_id=request.child_id),
        basis=SightGrant.Basis.SUBJECT_ACCESS,
        given_for=request.pk,
        purpose="To answer a request for one’s own data",
        starts_on=actor.on,
        ends_on=None,
        masked=False,
        actor=actor,
        at=at,
    )
    kind = RequestEvent.Kind.APPROVED if is_first else RequestEvent.Kind.HANDLER_CHANGED
    add_event(request, kind, on=actor.on, actor=actor, at=at)
    tell(request, [handler.pk], about=f"handler {at.isoformat()}")
    return request


@transaction.atomic
def check_identity(*, request_id: UUID, on: date, words: str, actor: Actor, at: datetime) -> RequestEvent:
    """Enter how it was checked who asked. Raises NotAllowed or RuleBroken."""
    request = _for_its_clock(request_id, actor, on=on)
    return add_event(request, RequestEvent.Kind.IDENTITY, on=on, words=words, actor=actor, at=at)


@transaction.atomic
def stop_clock(*, request_id: UUID, on: date, words: str, actor: Actor, at: datetime) -> RequestEvent:
    """The clock waits from a day on, since whoever asked was asked back. Raises NotAllowed or RuleBroken."""
    request = _for_its_clock(request_id, actor, on=on)
    stops = selectors.stops_of(request.events.all())
    if stops and stops[-1].ends_on is None:
        raise RuleBroken("The clock has stopped already.")
    if stops and stops[-1].ends_on and on < stops[-1].ends_on:
        raise RuleBroken("The clock waited for something else until after this day. Enter a later one.", field="on")
    if selectors.clock_of(request, on=on).is_overdue:
        raise RuleBroken("The time was over on this day already, so the clock cannot wait from it on.", field="on")
    return add_event(request, RequestEvent.Kind.STOPPED, on=on, words=words, actor=actor, at=at)


@transaction.atomic
def start_clock(*, request_id: UUID, on: date, words: str, actor: Actor, at: datetime) -> RequestEvent:
    """The clock runs again from a day on: what was asked was answered. Raises NotAllowed or RuleBroken."""
    request = _for_its_clock(request_id, actor, on=on)
    stops = selectors.stops_of(request.events.all())
    if not stops or stops[-1].ends_on is not None:
        raise RuleBroken("The clock runs already.")
    if on < stops[-1].starts_on:
        raise RuleBroken("The clock stopped after this day. Enter a later one.", field="on")
    return add_event(request, RequestEvent.Kind.STARTED, on=on, words=words, actor=actor, at=at)


@transaction.atomic
def extend(*, request_id: UUID, months: int, on: date, words: str, actor: Actor, at: datetime) -> RequestEvent:
    """One or two months more, for a reason of which whoever asked was told on a day before the time was over.

    Raises NotAllowed or RuleBroken.
    """
    request = _for_its_clock(request_id, actor, on=on)
    given = sum(event.months for event in request.events.all())
    if given + months > LONGEST_EXTENSION:
        raise RuleBroken("At most two months can be added in all.", field="months")
    if selectors.clock_of(request, on=on).is_overdue:
        raise RuleBroken("Whoever asked has to be told before the time is over, and it was on this day.", field="on")
    return add_event(request, RequestEvent.Kind.EXTENDED, on=on, words=words, months=months, actor=actor, at=at)


@transaction.atomic
def close(*, request_id: UUID, outcome: str, on: date, words: str, actor: Actor, at: datetime) -> DataRequest:
    """End a request: on which day, how. Sight of the file ends with it; the decisions stay, and whose data it was is told.

    Raises NotAllowed, or RuleBroken while something is open of what has to be done before data are given.
    """
    request = _locked(request_id, actor)
    access.check_can_close(actor, request)
    _check_day(request, on=on, today=actor.on)
    if outcome in OUTCOMES_TO_CHECK:
        access.check_can_handle(actor, request)
        _check_answered(request)
    request.closed_as, request.closed_on, request.closing_words = outcome, on, words
    request.closed_by_id, request.closed_at = actor.staff_id, at
    request.save(update_fields=["closed_as", "closed_on", "closing_words", "closed_by", "closed_at"])
    end_sight(given_for=request.pk, actor=actor, at=at, basis=SightGrant.Basis.SUBJECT_ACCESS)
    add_event(request, RequestEvent.Kind.CLOSED, on=on, actor=actor, at=at)
    told = {key for key in (request.person_id, request.approved_by_id) if key} - {actor.staff_id}
    tell(request, sorted(told), about="closed")
    return request


def _check_answered(request: DataRequest) -> None:
    progress, bundle = selectors.progress_of(request), selectors.latest_bundle(request)
    left = [
        each.words for each in selectors.checklist(request, progress=progress, bundle=bundle) if each.is_done is False
    ]
    if left:
        raise RuleBroken(f"Before the data are given: {left[0][0].lower()}{left[0][1:]}. This is not done yet.")


def _locked(request_id: UUID, actor: Actor) -> DataRequest:
    request: DataRequest = (
        DataRequest.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=request_id)
    )
    if request.closed_at is not None:
        raise RuleBroken(CLOSED)
    return request


def _for_its_clock(request_id: UUID, actor: Actor, *, on: date) -> DataRequest:
    request = _locked(request_id, actor)
    access.check_can_keep_clock(actor, request)
    _check_day(request, on=on, today=actor.on)
    return request


def _check_day(request: DataRequest, *, on: date, today: date) -> None:
    if on > today:
        raise RuleBroken(TO_COME, field="on")
    if on < request.received_on:
        raise RuleBroken("The request came in after this day. Enter a later one.", field="on")


def note_log_read(request: DataRequest, *, actor: Actor, at: datetime) -> None:
    """Write that somebody opens the list of what was withheld, before it is shown."""
    if not selectors.runs(actor, request):
        raise NotAllowed("What was withheld is read by who handles the request, and who approves it.")
    trail.record(actor=actor, verb="data_request.log_read", target=request, about=request.person_id, at=at)
