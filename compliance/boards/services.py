"""What boards keep: the figures of the last nights, and of the last night of each month. Files of them are in the trail."""

from datetime import date, datetime, timedelta

from django.db import transaction

from compliance.boards import counting
from compliance.boards.lists import Listed
from compliance.boards.nights import A_YEAR, BoardNight, last_of_each_month, nights_until, with_state
from compliance.boards.selectors import Board
from compliance.models import NightFigure, PlanFigure
from core.actor import Actor
from core.clock import date_of
from trail import services as trail

KEPT_FOR = timedelta(days=40)


def keep_figures(*, at: datetime) -> int:
    """Keep the figures of the nights that are done; of older ones only the last of each month. How many nights.

    Asked for again and again: until a night is done, boards count anew for each page.
    """
    today = date_of(at)
    nights = nights_until(today)
    wanted = {night.on: night for night in last_of_each_month(nights)}
    wanted |= {night.on: night for night in nights if night.on > today - KEPT_FOR}
    kept = set(NightFigure.objects.filter(on__in=wanted, person=None).values_list("on", flat=True).distinct())
    missing = [with_state(night) for on, night in sorted(wanted.items()) if on not in kept]
    done = [night for night in missing if not night.unfinished]
    for night in done:
        keep_night(night, at=at)
    _forget(set(wanted), today=today)
    return len(done)


@transaction.atomic
def keep_night(night: BoardNight, *, at: datetime) -> int:
    """Keep the figures of a night, as was known in it; twice changes nothing."""
    return counting.keep(night.scope(at=at))


def note_board(board: Board, *, actor: Actor, at: datetime) -> None:
    """Write that somebody takes the figures of a board away as a file, before they leave."""
    trail.record(actor=actor, verb="board.exported", at=at, target=board.service, on=board.day.isoformat())


@transaction.atomic
def note_list(found: Listed, *, actor: Actor, at: datetime) -> None:
    """Write that somebody takes a list away as a file, for each whose due dates are in it, before they leave."""
    asked = found.asked
    trail.record(
        actor=actor,
        verb="board.list_exported",
        at=at,
        target=asked.team or asked.service,
        on=found.day.isoformat(),
        what=asked.kind,
        stands=asked.standing,
        number=len(found.selected),
    )
    people = sorted({each.person for each in found.selected})
    trail.record_for_each(actor=actor, verb="due_dates.downloaded", people=people, at=at)


def _forget(wanted: set[date], *, today: date) -> None:
    """Remove the figures of nights that need not be at hand; they can be counted anew. What is a year old stays."""
    span = (today - A_YEAR, today - KEPT_FOR)
    for figures in (NightFigure, PlanFigure):
        figures.objects.filter(on__range=span).exclude(on__in=wanted).delete()
