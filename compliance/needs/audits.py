"""What the timetable of audits and observations asks of somebody."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse

from audits.timetable.rules import DutyStanding, State, Work, duty_words
from audits.timetable.steps import Step, draw_step, next_step
from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import away, counted, long_date
from policies.rules.audits import SUPERVISION_FILE

SOON_WITHIN_DAYS = 14


def audit_needs(found: Iterable[DutyStanding], *, on: date) -> Iterator[Need]:
    """What of one's own duties is to be drawn, booked, done or made good, period by period.

    What is begun asks for its own next step, and nothing is to be drawn in its place.
    """
    for each in found:
        for work in each.works:
            if work.done_on is None:
                yield from _begun(each, work, on)
        if each.missing and each.period[0] <= on:
            yield _to_arrange(each, on)


def _begun(each: DutyStanding, work: Work, on: date) -> Iterator[Need]:
    days = (work.booked_on - on).days if work.booked_on else None
    is_late, has_passed = each.last_day < on, days is not None and days < 0
    if days is not None and days > SOON_WITHIN_DAYS and not is_late and not work.is_open:
        return
    step = next_step(each, work, reader_id=each.auditor.person_id, on=on)
    yield Need(
        urgency=Urgency.OVERDUE if is_late or has_passed else _until(each, on, days),
        title=duty_words(each.duty) + (": its day has passed" if has_passed and not work.is_open else ""),
        path=step.path,
        action_label=step.label,
        hint=_how_far(each, work, on),
        due_on=work.booked_on if work.booked_on and not is_late else each.last_day,
        status=_status(work, is_late=is_late, has_passed=has_passed),
    )


def _status(work: Work, *, is_late: bool, has_passed: bool) -> str:
    if is_late:
        return State.LATE
    if work.is_open:
        return "audit_open"
    if work.booked_on is None:
        return State.TO_BOOK
    return State.PASSED if has_passed else State.BOOKED


def _how_far(each: DutyStanding, work: Work, on: date) -> str:
    """How far one is, and where that leaves its period: "Booked for Monday 23 November 2026, today."."""
    if work.is_open:
        return f"Opened, not signed yet: {_period_ends(each, on)}"
    if work.booked_on is None:
        return f"The file is drawn, no day is booked: {_period_ends(each, on)}"
    booked = f"Booked for {long_date(work.booked_on)}, {away(work.booked_on, on)}"
    return f"{booked}: {_period_ends(each, on)}" if each.last_day < on else f"{booked}."


def _period_ends(each: DutyStanding, on: date) -> str:
    return f"the period {'ended' if each.last_day < on else 'ends'} on {long_date(each.last_day)}."


def _until(each: DutyStanding, on: date, days: int | None = None) -> Urgency:
    is_near = (each.last_day - on).days <= SOON_WITHIN_DAYS or (days is not None and days <= SOON_WITHIN_DAYS)
    return Urgency.SOON if is_near else Urgency.ARRANGE


def _to_arrange(each: DutyStanding, on: date) -> Need:
    is_audit = each.duty.what == SUPERVISION_FILE
    step = draw_step(each) if is_audit else Step("Plan an observation", reverse("audits:observations"))
    ends = _period_ends(each, on)
    return Need(
        urgency=Urgency.OVERDUE if each.short else _until(each, on),
        title=duty_words(each.duty),
        path=step.path,
        action_label=step.label,
        hint=f"{counted(each.missing, 'is', 'are')} short: {ends}" if each.short else ends[0].upper() + ends[1:],
        due_on=each.last_day,
        status=each.state,
    )
