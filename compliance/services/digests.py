"""The morning's work: who is told of what is due."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from compliance import rules, selectors
from core.actor import Actor
from core.clock import date_of
from notifications import services as notifications
from notifications.selectors import settings_of, used_up
from outbox.services import enqueue
from policies.selectors import policy_in_force
from staff.selectors import account_of, actor_for


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
