"""What stays overdue is brought up the line of management, each step of the policy once."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from compliance import selectors
from compliance.models import Escalation
from compliance.selectors import KnownFlag, Line
from notifications import services as notifications
from notifications.models import Notice
from policies.rules.escalation import LINE_MANAGER, SUPERVISOR, Step, steps_of
from policies.selectors import policy_in_force


def escalate(flags: Collection[KnownFlag], *, on: date, at: datetime) -> int:
    """Bring flags that still ask for something to whoever is next, where it is time; the number of steps taken.

    Who is away is passed over, and the next one above is told instead. Nobody is told twice of one flag.
    """
    policy = policy_in_force(on)
    if policy is None or not flags:
        return 0
    steps = steps_of(policy)
    told = selectors.told_of(flags)
    due = [
        (flag, number, step)
        for flag in flags
        for number, step in enumerate(steps, 1)
        if number not in told.get(flag.pk, {}) and step.is_due(flag.raised_on, on, policy.calendar)
    ]
    if not due:
        return 0
    line = selectors.line_of({flag for flag, _, _ in due}, on=on)
    held_by = selectors.held_by({flag for flag, _, _ in due}, line)
    found = list(_steps(due, line, told, held_by, on=on, at=at))
    Escalation.objects.bulk_create(found, ignore_conflicts=True)
    kinds = {flag.pk: flag.kind for flag, _, _ in due}
    brought = {(row.to_id, kinds[row.flag_id]) for row in found if row.level != SUPERVISOR or row.in_place_of_id}
    for person_id, kind in sorted(brought):
        notifications.notify(
            person_id=person_id,
            kind=Notice.Kind.OVERDUE_ESCALATED,
            key=f"night {on.isoformat()} {kind}",
            path=f"{reverse('compliance:overdue')}?what={kind}",
            at=at,
        )
    return len(found)


def _steps(
    due: Collection[tuple[KnownFlag, int, Step]],
    line: Line,
    told: dict[UUID, dict[int, UUID]],
    held_by: dict[UUID, UUID],
    *,
    on: date,
    at: datetime,
) -> Iterator[Escalation]:
    for flag, number, step in due:
        wanted, to = _whom(step, flag, line)
        if to is None or to in told[flag.pk].values():
            continue
        told[flag.pk][number] = to
        yield Escalation(
            flag_id=flag.pk,
            step=number,
            level=step.to,
            to_id=to,
            in_place_of_id=wanted if wanted != to else None,
            held_by_id=held_by.get(flag.pk),
            on=on,
            at=at,
        )


def _whom(step: Step, flag: KnownFlag, line: Line) -> tuple[UUID | None, UUID | None]:
    """Whom the step names, and who is told: the same, or the next one above who is there."""
    above = line.above(flag.about)
    place = {SUPERVISOR: 0, LINE_MANAGER: 1}.get(step.to)
    if place is None:
        place = next((number for number, each in enumerate(above) if each in line.service_managers), 2)
    wanted = above[place] if place < len(above) else None
    to = next((each for each in above[place:] if each and each not in line.away), None)
    return wanted, to
