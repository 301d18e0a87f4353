"""What comes next for an audit or an observation that is begun, and where."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse

from audits.timetable.rules import DutyStanding, Work
from policies.rules.audits import SUPERVISION_FILE


class Step(NamedTuple):
    """A link to what comes next."""

    label: str
    path: str


def next_step(each: DutyStanding, work: Work, *, reader_id: UUID, on: date) -> Step:
    """What whoever reads does next about what is begun for a duty: book, open, write and sign; look, where another does it."""
    if each.duty.what != SUPERVISION_FILE:
        return Step("See the observation", reverse("audits:observation-detail", args=[work.id]))
    if work.auditor_id != reader_id:
        return Step("See the audit", reverse("audits:audit-detail", args=[work.id]))
    if work.is_open:
        return Step("Write and sign it", reverse("audits:audit-write", args=[work.id]))
    if work.booked_on is None:
        return Step("Book a day", reverse("audits:audit-book", args=[work.id]))
    if work.booked_on == on:
        label = "Open the audit"
    else:
        label = "Open it, or move it" if work.booked_on < on else "Open it on the day"
    return Step(label, reverse("audits:audit-detail", args=[work.id]))


def draw_step(each: DutyStanding) -> Step:
    """Drawing a file for a period of a duty."""
    address = f"{reverse('audits:audit-draw')}?duty={each.duty.id}&starts_on={each.period[0].isoformat()}"
    return Step("Draw a file", address)
