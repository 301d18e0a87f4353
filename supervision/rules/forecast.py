"""When the policy's rule would be missed, if sessions were held as they are booked and none besides. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from policies.rules import words
from policies.rules.answers import Row
from policies.rules.calendars import DAY
from policies.rules.durations import add_months
from policies.rules.engine import assess
from policies.rules.facts import Facts
from policies.rules.labels import why_in_words
from policies.rules.policy import Policy
from policies.rules.timeline import PolicyTimeline

LOOK_AHEAD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The first deadline that what is booked would not meet, and the rule's sentence for it.

    ``next_on``: the first session booked after it; None where nothing is booked any more by then.
    """

    due_on: date
    why: str
    next_on: date | None

    @property
    def is_a_gap(self) -> bool:
        """Whether a session is booked, and too late."""
        return self.next_on is not None


def forecast(policy: Policy | PolicyTimeline, facts: Facts, on: date) -> Forecast | None:
    """The first breach to come within a year; None where there is none, or one stands already today."""
    if (today := assess(policy, facts, on)).longest_overdue():
        return None
    known = {(row.rule, row.atom, row.due_on) for row in today.overdue()}
    coming = sorted(each.on for each in facts.sessions if each.status == "booked" and each.on >= on)
    kept = [
        replace(each, status="held") if each.status == "booked" and each.on >= on else each for each in facts.sessions
    ]
    as_kept = replace(facts, sessions=kept)
    for day in _telling_days(on, coming):
        missed = [
            row
            for row in assess(policy, as_kept, day).overdue()
            if row.due_on and (row.rule, row.atom, row.due_on) not in known
        ]
        first = min(missed, key=lambda row: row.due_on or date.max, default=None)
        if first and first.due_on:
            next_on = next((each for each in coming if each > first.due_on), None)
            return Forecast(first.due_on, _why(policy, first, day, coming), next_on)
    return None


def _why(policy: Policy | PolicyTimeline, row: Row, on: date, coming: list[date]) -> str:
    """The sentence of a row that is not yet, with the booked session that it counts on named as such."""
    why = why_in_words(policy, row, on)
    for day in coming:
        held, due_by = f"The last session that counts was on {words.day(day)}, and ", f"{words.day(row.due_on or on)}"
        if why.startswith(held):
            return f"If the session booked for {words.day(day)} is held, the next is due by {due_by}: {why.removeprefix(held)}"
    return why


def _telling_days(on: date, coming: list[date]) -> Iterator[date]:
    """The days on which a breach shows if there is one: before each session, as each month is over, and a year on."""
    months = [add_months(on.replace(day=1), number) for number in range(1, 13)]
    before = [day - DAY for day in coming]
    yield from sorted({day for day in (*months, *before, on + LOOK_AHEAD) if on < day <= on + LOOK_AHEAD})
