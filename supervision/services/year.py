"""Series of sessions: booked in one go, and moved together."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from staff.models import StaffMember
from supervision import rules, selectors
from supervision.models import SupervisionSession
from supervision.rules import RowsRefused, Times
from supervision.services import diary
from trail import services as trail


@transaction.atomic
def book_year(
    *, supervisee_id: UUID, dates: Sequence[Times], mode: str, place: str, kind: str = "", actor: Actor, at: datetime
) -> list[SupervisionSession]:
    """Put a year's dates in the diary of both, all or none, as one series (R038).

    Raises NotAllowed, RuleBroken when there is no date, or RowsRefused with a sentence for each date that is passed,
    lies outside the relationship, or at which one of the two is in another session.
    """
    supervisee = diary.lock_supervisee(supervisee_id, actor)
    if not dates:
        raise RuleBroken("Keep at least one date.")
    _check_all(supervisee, dates, actor, at)
    series = uuid4()
    kind = kind or selectors.kinds_of(person_id=supervisee_id, on=actor.on).usual
    sessions = [
        diary.create_session(supervisee, times, mode, place, actor, at, kind=kind, series=series) for times in dates
    ]
    trail.record(
        actor=actor,
        verb="session.series_booked",
        target=sessions[0],
        about=supervisee_id,
        at=at,
        series=series,
        number=len(sessions),
    )
    diary.tell_calendars([session.pk for session in sessions])
    return sessions


@transaction.atomic
def move_series(
    *, session_id: UUID, moves: Mapping[UUID, Times], actor: Actor, at: datetime
) -> list[SupervisionSession]:
    """Move a booked session and later ones of its series, each to its new time, all or none.

    Raises NotAllowed, RuleBroken when one of them is no longer booked in this series, or RowsRefused as booking does.
    """
    first = diary.lock_planned(session_id, actor)
    rest = selectors.rest_of_series(session=first)
    by_key = {session.pk: session for session in rest.select_for_update(of=("self",))}
    if not set(moves) <= set(by_key):
        raise RuleBroken("One of these sessions is no longer booked in this series. Look at the list again.")
    _check_all(first.supervisee, list(moves.values()), actor, at, besides=list(moves))
    for key, times in moves.items():
        diary.note_move(by_key[key], times, actor, at)
    trail.record(
        actor=actor,
        verb="session.series_moved",
        target=first,
        about=first.supervisee_id,
        at=at,
        number=len(moves),
    )
    diary.tell_calendars(list(moves))
    return [by_key[key] for key in moves]


def _check_all(
    supervisee: StaffMember, dates: Sequence[Times], actor: Actor, at: datetime, *, besides: Sequence[UUID] = ()
) -> None:
    """Every date by the same rules as one, in one look at both diaries. Raises RowsRefused."""
    refused = dict(rules.clashes_within(dates))
    taken = selectors.taken_between(
        person=supervisee,
        actor=actor,
        starts_on=min(times.on for times in dates),
        ends_on=max(times.on for times in dates) + rules.DAY,
        besides=besides,
    )
    relationship_from = diary.relationship_from(supervisee.pk, actor)
    for place, times in enumerate(dates):
        if refusal := _refusal(times, date_of(at), relationship_from, supervisee.name):
            refused[place] = refusal
        elif other := next((each for each in taken if rules.overlap(each.times, times)), None):
            refused[place] = other.sentence
    if refused:
        raise RowsRefused(refused)


def _refusal(times: Times, today: date, relationship_from: date | None, name: str) -> str:
    try:
        rules.check_may_be_booked(times, today=today, relationship_from=relationship_from, name=name)
    except RuleBroken as refusal:
        return str(refusal)
    return ""
