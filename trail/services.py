"""Writing the security log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from core.actor import Actor
from trail.models import Entry


def record(
    *,
    actor: Actor | None,
    verb: str,
    at: datetime,
    target: Model | None = None,
    about: UUID | None = None,
    via: str = "",
    address: str | None = None,
    **detail: Any,
) -> Entry:
    """Write one entry, in the present transaction; for a read, before the content leaves.

    ``about``: the person whose data it is. ``via``: the relation by which the actor was entitled; worked out from
    ``about`` when left out. ``detail``: ids, dates and figures only.
    """
    if actor and about and not via:
        via = actor.relation_to(about)
    return Entry.objects.create(
        at=at,
        actor_id=actor.staff_id if actor else None,
        actor_name=actor.name if actor else "",
        actor_role=(actor.hat.label if actor.hat else actor.job_title) if actor else "",
        via=via,
        verb=verb,
        target_kind=target._meta.label_lower if target else "",
        target_id=str(target.pk) if target else "",
        about_id=about,
        address=address,
        detail={name: str(value) if isinstance(value, UUID) else value for name, value in detail.items()},
    )


def record_for_each(*, actor: Actor, verb: str, people: Iterable[UUID], at: datetime) -> None:
    """Write one entry for each of the people whose data one page is about to show, in one statement."""
    Entry.objects.bulk_create(
        Entry(
            at=at,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            actor_role=actor.hat.label if actor.hat else actor.job_title,
            via=actor.relation_to(person_id),
            verb=verb,
            about_id=person_id,
        )
        for person_id in people
    )


def record_reads(*, actor: Actor, verb: str, targets: Iterable[Model], via: str, at: datetime) -> None:
    """Write one entry for each of the rows that one page is about to show, all by the same right, in one statement."""
    Entry.objects.bulk_create(
        Entry(
            at=at,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            actor_role=actor.hat.label if actor.hat else actor.job_title,
            via=via,
            verb=verb,
            target_kind=target._meta.label_lower,
            target_id=str(target.pk),
        )
        for target in targets
    )


def record_acts(
    *, actor: Actor, verb: str, targets: Iterable[tuple[Model, UUID | None, dict[str, Any]]], at: datetime
) -> None:
    """Write one entry for each of the things that one act changed, in their order and in one statement.

    Each with the person whose data it is, and its detail: ids, dates and figures only.
    """
    Entry.objects.bulk_create(
        Entry(
            at=at,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            actor_role=actor.hat.label if actor.hat else actor.job_title,
            via=actor.relation_to(about) if about else "",
            verb=verb,
            target_kind=target._meta.label_lower,
            target_id=str(target.pk),
            about_id=about,
            detail=detail,
        )
        for target, about, detail in targets
    )


def record_of_each(
    *, actor_id: UUID | None, verb: str, kind: str, targets: Iterable[tuple[UUID, dict[str, Any]]], at: datetime
) -> None:
    """Write one entry for each of many things that one piece of work changed, with its detail: ids, dates, figures."""
    Entry.objects.bulk_create(
        (
            Entry(at=at, actor_id=actor_id, verb=verb, target_kind=kind, target_id=str(key), detail=detail)
            for key, detail in targets
        ),
        batch_size=2_000,
    )
