"""What the timetable of audits and observations asks of somebody."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse

from audits.timetable.rules import DutyStanding, State, Work, duty_words
from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import away, counted, long_date
from policies.rules.audits import SUPERVISION_FILE

SOON_WITHIN_DAYS = 14
ARRANGED = {State.NOT_SET, State.NOBODY, State.AHEAD, State.DONE}


def audit_needs(found: Iterable[DutyStanding], *, on: date) -> Iterator[Need]:
    """What of one's own duties is to be drawn, booked, done or made good, period by period."""
    for each in found:
        for work in each.works:
            if work.done_on is None and work.booked_on is not None:
                yield from _booked(each, work, on)
        is_late_observation = each.last_day < on and each.duty.what != SUPERVISION_FILE
        if each.state in ARRANGED or each.state in (State.BOOKED, State.PASSED) or is_late_observation:
            continue
        yield _to_arrange(each, on)


def _booked(each: DutyStanding, work: Work, on: date) -> Iterator[Need]:
    assert work.booked_on is not None  # noqa: S101  asked by the caller
    days = (work.booked_on - on).days
    if days > SOON_WITHIN_DAYS:
        return
    is_audit = each.duty.what == SUPERVISION_FILE
    yield Need(
        urgency=Urgency.OVERDUE if days < 0 else Urgency.SOON,
        title=duty_words(each.duty) + (": its day has passed" if days < 0 else ""),
        path=reverse("audits:audit-detail", args=[work.id])
        if is_audit
        else reverse("audits:observation-detail", args=[work.id]),
        action_label="Open the audit" if is_audit else "See the observation",
        hint=f"Booked for {long_date(work.booked_on)}, {away(work.booked_on, on)}.",
        due_on=work.booked_on,
        status=State.PASSED if days < 0 else State.BOOKED,
    )


def _to_arrange(each: DutyStanding, on: date) -> Need:
    undated = next((work for work in each.works if work.done_on is None and work.booked_on is None), None)
    is_audit = each.duty.what == SUPERVISION_FILE
    if undated and is_audit:
        path, label = reverse("audits:audit-book", args=[undated.id]), "Book a day"
    elif is_audit:
        path = f"{reverse('audits:audit-draw')}?duty={each.duty.id}&starts_on={each.period[0].isoformat()}"
        label = "Draw a file"
    else:
        path, label = reverse("audits:observations"), "Plan an observation"
    is_near = (each.last_day - on).days <= SOON_WITHIN_DAYS
    short = f"{counted(each.short, 'is', 'are')} short: " if each.short else ""
    return Need(
        urgency=Urgency.OVERDUE if each.short else Urgency.SOON if is_near else Urgency.ARRANGE,
        title=duty_words(each.duty),
        path=path,
        action_label=label,
        hint=f"{short}the period {'ended' if each.last_day < on else 'ends'} on {long_date(each.last_day)}.".capitalize(),
        due_on=each.last_day,
        status=each.state,
    )
