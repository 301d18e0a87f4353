"""The night's work: who is overdue, flagged once for each due date. The morning's: who is told of what is due."""

import logging
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from compliance import rules, selectors
from compliance.models import Flag, Night
from compliance.rules import Key
from core.actor import Actor
from core.clock import date_of
from notifications import services as notifications
from notifications.models import Notice
from notifications.selectors import settings_of, used_up
from outbox.services import enqueue
from policies.rules.answers import Assessment, Row
from policies.selectors import policy_in_force
from staff.selectors import account_of, actor_for
from supervision.selectors import statuses

logger = logging.getLogger(__name__)


@transaction.atomic
def start_night(*, on: date, at: datetime) -> int:
    """Ask for everybody to be assessed on a day, in chunks of people; the number of chunks, 0 for a night begun before."""
    people = selectors.people_to_assess(on=on)
    _, is_new = Night.objects.get_or_create(on=on, defaults={"started_at": at, "people": len(people)})
    if not is_new:
        return 0
    chunks = list(rules.chunks(people))
    for chunk in chunks:
        ask_for_chunk(chunk, on=on)
    return len(chunks)


@transaction.atomic
def ask_for_chunk(people: Sequence[UUID], *, on: date) -> None:
    """Ask for some people to be assessed on a day."""
    enqueue("compliance.tasks.assess_chunk", workers=[str(person) for person in people], on=on.isoformat())


def assess_chunk(*, workers: Sequence[UUID], on: date, at: datetime) -> int:
    """Flag what was overdue among some people; the number of new flags.

    Where that fails, each half is asked for by itself: one person whom the engine cannot answer for keeps nobody else
    from being flagged. Raises what it ran into for one person alone.
    """
    try:
        return raise_flags(workers=workers, on=on, at=at)
    except Exception:
        if len(workers) == 1:
            raise
        logger.exception("a chunk of %s people is assessed in halves", len(workers))
    middle = len(workers) // 2
    ask_for_chunk(workers[:middle], on=on)
    ask_for_chunk(workers[middle:], on=on)
    return 0


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


# The morning


@transaction.atomic
def start_digests(*, at: datetime) -> int:
    """Ask for the digest of everybody whose time for it has come, each once a day; the number of people.

    On working days only, and after the night's work, which says what is overdue.
    """
    on = date_of(at)
    policy = policy_in_force(on)
    if (policy and not policy.calendar.is_working(on)) or not selectors.night_is_over(on=on, at=at):
        return 0
    people = notifications.ask_for_digests(at=at)
    for person_id in people:
        enqueue("compliance.tasks.send_digest", person_id=person_id, on=on.isoformat())
    return len(people)


def send_digest(*, person_id: UUID, on: date, at: datetime) -> bool:
    """Mail a person what is new and what is overdue, on the first working day of a week with the week to come.

    Whether this call did it: nothing to say is no mail. Raises MailOutOfReach.
    """
    account = account_of(person_id, on=on)
    own = settings_of(person_id)
    has_week = own.monday and rules.is_first_of_week(on, told_on=own.week_on)
    if account is None or not (own.daily or has_week):
        return False
    actor = actor_for(account.person, on=on)
    return notifications.send_digest(
        settings=own,
        on=on,
        overdue=_to_remind_of(actor, on=on),
        overdue_path=reverse("compliance:home"),
        week=tuple(selectors.week_lines(actor=actor, on=on)) if has_week else (),
        at=at,
    )


def _to_remind_of(actor: Actor, *, on: date) -> dict[str, set[UUID]]:
    """What is overdue for a person, by kind, without the things of which it was reminded often enough."""
    found = selectors.overdue_things(actor=actor, on=on)
    most = settings.MOST_REMINDERS
    return {
        kind: things - used_up(person_id=actor.staff_id, kind=kind, things=things, most=most, on=on)
        for kind, things in found.items()
    }
