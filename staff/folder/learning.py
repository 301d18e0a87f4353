"""Writes to the learning log, and what is read or taken away of it, noted before it leaves."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from core.templatetags.countersign import in_hours
from policies.rules.tags import labels_of
from staff.access import check_not_frozen
from staff.folder import access, selectors
from staff.folder.services import lock_person, set_seen, set_withdrawn
from staff.models import LearningEntry, LearningEntryQuerySet, StaffMember
from trail import services as trail

# In the order of the regulator's questions: what was done, what came of it, what a peer added; the domains after them
QUESTIONS = (
    "Date",
    "Hours",
    "What did you do, and who provided it?",
    "What did you learn, and what does it change in your practice?",
    "What came of it in practice?",
    "Looked back on",
    "Peer reflection",
    "Domains of the capabilities framework",
)


@transaction.atomic
def read_learning(*, person: StaffMember, actor: Actor, at: datetime) -> LearningEntryQuerySet:
    """A learning log, and the note in the trail that somebody else read it. Raises NotAllowed."""
    access.check_can_read(actor, person)
    if actor.staff_id != person.pk:
        trail.record(actor=actor, verb="learning_log.read", target=person, about=person.pk, at=at)
    return selectors.learning_of(person, actor=actor)


@transaction.atomic
def take_learning(*, person: StaffMember, actor: Actor, at: datetime) -> Iterator[tuple[Any, ...]]:
    """One's own log, oldest first, a row for each of ``QUESTIONS``; noted in the trail. Raises NotAllowed."""
    access.check_can_change_learning(actor, person)
    trail.record(actor=actor, verb="learning_log.downloaded", target=person, about=person.pk, at=at)
    tags = selectors.framework(on=actor.on).tags
    return (
        (
            entry.done_on,
            in_hours(entry.hours),
            f"{entry.activity} ({entry.provider})" if entry.provider else entry.activity,
            entry.reflection,
            entry.impact,
            entry.looked_back_on,
            entry.peer_reflection,
            "; ".join(labels_of(entry.domains, tags)),
        )
        for entry in selectors.learning_of(person, actor=actor).reverse()
    )


@transaction.atomic
def add_learning(*, person_id: UUID, actor: Actor, at: datetime, **fields: Any) -> LearningEntry:
    """Enter learning into a log (R194-R197); what the supervisor enters counts as seen.

    Raises NotAllowed, or RuleBroken for a day that has not come.
    """
    person = lock_person(person_id, actor)
    access.check_can_add(actor, person)
    return _enter(person, actor, at, "learning.added", **fields)


@transaction.atomic
def change_learning(*, entry_id: UUID, actor: Actor, at: datetime, **fields: Any) -> LearningEntry:
    """Put another version in the place of an entry, as when its impact shows (R303). The one before stays, withdrawn.

    Raises NotAllowed, or RuleBroken for days that cannot be.
    """
    entry = _lock(entry_id, actor)
    access.check_can_change_learning(actor, entry.person)
    access.check_can_withdraw(actor, entry)
    set_withdrawn(entry, reason="Another version stands in its place.", actor=actor, at=at)
    return _enter(entry.person, actor, at, "learning.changed", replaces=entry, **fields)


@transaction.atomic
def withdraw_learning(*, entry_id: UUID, reason: str, actor: Actor, at: datetime) -> LearningEntry:
    """Take an entry back, with a reason. Raises NotAllowed."""
    entry = _lock(entry_id, actor)
    access.check_can_withdraw(actor, entry)
    set_withdrawn(entry, reason=reason, actor=actor, at=at)
    trail.record(actor=actor, verb="learning.withdrawn", target=entry, about=entry.person_id, at=at)
    return entry


@transaction.atomic
def mark_learning_seen(*, entry_id: UUID, actor: Actor, at: datetime) -> LearningEntry:
    """The supervisor says that the entry was shown and spoken of. Raises NotAllowed."""
    entry = _lock(entry_id, actor)
    access.check_can_mark_seen(actor, entry)
    set_seen(entry, actor=actor, at=at)
    trail.record(actor=actor, verb="learning.seen", target=entry, about=entry.person_id, at=at)
    return entry


def _enter(
    person: StaffMember,
    actor: Actor,
    at: datetime,
    verb: str,
    *,
    done_on: date,
    hours: Decimal,
    looked_back_on: date | None = None,
    domains: Sequence[str] = (),
    replaces: LearningEntry | None = None,
    **words: str,
) -> LearningEntry:
    if done_on > actor.on:
        raise RuleBroken("That day has not come yet. Enter learning once it is done.", field="done_on")
    if looked_back_on and not done_on <= looked_back_on <= actor.on:
        raise RuleBroken("Enter a day between that of the learning and today.", field="looked_back_on")
    is_own = actor.staff_id == person.pk
    entry = LearningEntry.objects.create(
        person=person,
        seen_by_id=None if is_own else actor.staff_id,
        seen_at=None if is_own else at,
        done_on=done_on,
        hours=hours,
        looked_back_on=looked_back_on,
        domains=list(domains),
        replaces=replaces,
        recorded_by_id=actor.staff_id,
        recorded_at=at,
        **words,
    )
    trail.record(actor=actor, verb=verb, target=entry, about=person.pk, at=at)
    return entry


def _lock(entry_id: UUID, actor: Actor) -> LearningEntry:
    entries = LearningEntry.objects.visible_to(actor).select_related("person")
    entry: LearningEntry = entries.select_for_update(of=("self",)).get(pk=entry_id)
    check_not_frozen(entry.person_id)
    return entry
