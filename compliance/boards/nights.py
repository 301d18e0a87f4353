"""Which night a board shows."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from compliance.boards import rules
from compliance.boards.counting import Scope
from compliance.models import Night, NightFigure
from compliance.rules import known_at
from core.clock import date_of
from outbox.models import Job

A_YEAR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class BoardNight:
    """A night that was begun on its own day, and what is known of its figures.

    ``started_at``: when it was begun. ``unfinished``: somebody is still to be looked at; ``is_kept``: the figures are at
    hand.
    """

    on: date
    started_at: datetime
    unfinished: bool = False
    is_kept: bool = False

    @property
    def known_at(self) -> datetime:
        """What the night could know."""
        return known_at(on=self.on, at=self.started_at)

    def scope(self, *, at: datetime) -> Scope:
        """Everybody in this night."""
        return Scope(self.on, self.known_at, rules.cut(self.on, at=at), is_kept=self.is_kept)


def nights_until(day: date) -> list[BoardNight]:
    """The nights of a year up to a day that boards can show, the last first; in one query.

    One that was made up later is none of them: nobody knew on that day what it found.
    """
    nights = Night.objects.filter(on__range=(day - A_YEAR, day)).order_by("-on")
    rows = nights.values_list("on", "started_at")
    return [BoardNight(on, started_at) for on, started_at in rows if date_of(started_at) <= on]


def with_state(night: BoardNight) -> BoardNight:
    """The same, with whether its figures are at hand, and, where they are not, whether it is finished."""
    if NightFigure.objects.filter(on=night.on, person=None).exists():
        return replace(night, is_kept=True)
    chunks = Job.objects.filter(task="compliance.tasks.assess_chunk", arguments__on=night.on.isoformat())
    return replace(night, unfinished=chunks.filter(done_at=None).exists())


def last_of_each_month(nights: list[BoardNight]) -> list[BoardNight]:
    """The last night of each month, the last month first."""
    found: dict[date, BoardNight] = {}
    for night in nights:
        found.setdefault(rules.month_start(night.on), night)
    return list(found.values())
