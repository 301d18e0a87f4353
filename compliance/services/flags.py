"""Who is overdue, flagged once for each due date."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from compliance import rules, selectors
from compliance.models import Flag
from compliance.rules import Key
from core.clock import date_of
from notifications import services as notifications
from notifications.models import Notice
from policies.rules.answers import Assessment, Row
from supervision.selectors import statuses


@transaction.atomic
def raise_flags(*, workers: Collection[UUID], on: date, at: datetime) -> int:
    """Flag what was overdue on ``on``, once for each due date, and tell the two people; the number of new flags.

    Running it twice changes nothing. A flag stays when its matter is settled, and says since when it is.
    """
    answers = statuses(people=workers, on=on, known_at=rules.known_at(on=on, at=at))
    late = rules.late_rows(answers)
    known = {flag.key for flag in Flag.objects.filter(subject__in=workers)}
    new = {key: row for key, row in late.items() if key not in known}
    Flag.objects.bulk_create(
        [_flag(key, row, answers[key[0]], on=on, at=at) for key, row in new.items()], ignore_conflicts=True
    )
    standing = _settle(workers, late if on == date_of(at) else None, at=at)
    if rules.tells_people(on=on, at=at):
        _tell({key[0] for key in new if key in standing}, on=on, at=at)
    return len(new)


def _settle(workers: Collection[UUID], late: dict[Key, Row] | None, *, at: datetime) -> set[Key]:
    """Note which flags no longer ask for a session today; gives those that do. ``late``: today's rows, where known."""
    today = date_of(at)
    flags = list(Flag.objects.standing().filter(subject__in=workers))
    if late is None:
        late = rules.late_rows(statuses(people={flag.subject_id for flag in flags}, on=today, known_at=at))
    standing = {key for key, row in late.items() if row.still_asks}
    settled = [flag.pk for flag in flags if flag.key not in standing]
    Flag.objects.filter(pk__in=settled).update(cleared_on=today)
    return standing


def _tell(subjects: set[UUID], *, on: date, at: datetime) -> None:
    """One notice a night for each supervisee and each present supervisor, however many flags there are."""
    supervisors = selectors.supervisors_of(people=subjects, on=date_of(at))
    for person_id in sorted(subjects.union(*supervisors.values())):
        notifications.notify(
            person_id=person_id, kind=Notice.Kind.SESSION_OVERDUE, key=f"night {on.isoformat()}", path="/", at=at
        )


def _flag(key: Key, row: Row, answer: Assessment, *, on: date, at: datetime) -> Flag:
    subject_id, rule, atom, due_on = key
    policy = f"{answer.policy}, version {answer.policy_version}"
    return Flag(
        subject_id=subject_id,
        rule=rule,
        atom=atom,
        due_on=due_on,
        raised_on=on,
        raised_at=at,
        policy=policy,
        why=row.why,
    )
