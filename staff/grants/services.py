"""Giving sight for a purpose and a time, and ending it. Rooms above decide who may, and for what."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import NotAllowed
from staff.models import SightGrant
from trail import services as trail


@dataclass(frozen=True, slots=True)
class Opened:
    """What a grant opens: one of a person's file, what there is of a child, and a record, by its key."""

    file_of_id: UUID | None = None
    child_id: UUID | None = None
    record_id: UUID | None = None


@transaction.atomic
def give_sight(
    *,
    person_id: UUID,
    opens: Opened,
    basis: SightGrant.Basis,
    given_for: UUID,
    purpose: str,
    starts_on: date,
    ends_on: date | None,
    actor: Actor,
    at: datetime,
    masked: bool = True,
    is_told: bool = True,
    given_by_id: UUID | None = None,
) -> SightGrant:
    """Let somebody read one thing from a day up to, not including, another; None: for good. Raises NotAllowed.

    Never to oneself, and never of one's own file: what is one's own needs no grant. ``given_by_id``: in whose name, where
    somebody decided before that it is given now; otherwise the actor's. ``is_told`` False: whom it is about is not told yet.
    """
    given_by_id = given_by_id or actor.staff_id
    if person_id == given_by_id:
        raise NotAllowed("Nobody gives themselves sight of anything. Ask your manager.")
    grant = SightGrant.objects.create(
        person_id=person_id,
        basis=basis,
        file_of_id=opens.file_of_id,
        child_id=opens.child_id,
        record_id=opens.record_id,
        masked=masked,
        is_told=is_told,
        purpose=purpose,
        given_for=given_for,
        given_by_id=given_by_id,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=at,
    )
    trail.record(
        actor=actor,
        verb="sight.given",
        target=grant,
        about=opens.file_of_id,
        at=at,
        to=person_id,
        basis=str(basis),
        thing=grant.thing_id,
        ends_on=ends_on.isoformat() if ends_on else None,
        masked=masked,
        given_by=given_by_id,
    )
    return grant


@transaction.atomic
def open_archived(
    *,
    person_id: UUID,
    file_of_id: UUID,
    given_for: UUID,
    purpose: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
) -> SightGrant:
    """Let somebody of HR read a file of the archive whole, for a purpose that they name; nobody gives it. Raises NotAllowed.

    Honoured only while that hat is on. Whether the archive holds the file, and who writes it to the trail, is the caller's.
    """
    if person_id == file_of_id:
        raise NotAllowed("Nobody gives themselves sight of their own file.")
    return SightGrant.objects.create(
        person_id=person_id,
        basis=SightGrant.Basis.ARCHIVE,
        file_of_id=file_of_id,
        masked=False,
        purpose=purpose,
        given_for=given_for,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=at,
    )


@transaction.atomic
def end_sight(*, given_for: UUID, actor: Actor, at: datetime, basis: SightGrant.Basis | None = None) -> int:
    """End at once what was given for something and has not ended; how many. ``basis``: of that kind alone."""
    grants = SightGrant.objects.in_force().filter(given_for=given_for)
    if basis is not None:
        grants = grants.filter(basis=basis)
    ended = list(grants.select_for_update(of=("self",), no_key=True))
    for grant in ended:
        grant.ended_at = at
        grant.save(update_fields=["ended_at"])
        trail.record(actor=actor, verb="sight.ended", target=grant, about=grant.file_of_id, at=at, thing=grant.thing_id)
    return len(ended)


@transaction.atomic
def tell_of_sight(*, given_for: UUID) -> None:
    """From now on whom it is about reads that it was given, and what was read by it from the first."""
    SightGrant.objects.untold().filter(given_for=given_for).update(is_told=True)
