"""Noting that somebody asked for what is kept about them."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from archive.models import DataRequest, RequestEvent
from archive.requests import access
from archive.requests.services.events import add_event, approvers, tell
from cases.models import Child
from core.actor import Actor
from core.errors import RuleBroken
from staff.models import StaffMember
from trail import services as trail

OPEN_ALREADY = "A request about the same data is open already. Add what is new to that one, through whoever handles it."
OWN_IS_OPEN = "You have asked already, and the request is still open."
NOBODY = "Nobody of this name has an entry here. Type the whole name as it is written in the directory, or was."
SEVERAL = "Several people have this name. Ask HR to note the request."
NO_CHILD = "There is no child with this reference. Type it exactly as in the case system."
WHOLE = "Everything that is kept about me in this product."


@transaction.atomic
def ask_for_own_data(*, actor: Actor, at: datetime) -> DataRequest:
    """Ask for one's own data, by one press; pressed twice, it is asked once. Whoever is signed in is known to be themselves.

    Raises NotAllowed for somebody from outside.
    """
    access.check_can_register(actor)
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=actor.staff_id)
    existing = DataRequest.objects.visible_to(actor).open().filter(person=person).first()
    if existing:
        return existing
    request = _create(
        person=person, received_on=actor.on, how=DataRequest.How.HERE, asked_by="", scope=WHOLE, actor=actor, at=at
    )
    words = "Asked while signed in with their own account."
    add_event(request, RequestEvent.Kind.IDENTITY, on=actor.on, words=words, actor=actor, at=at)
    return request


@transaction.atomic
def register(
    *,
    person_id: UUID | None,
    former_name: str,
    reference: str,
    received_on: date,
    how: str,
    asked_by: str,
    scope: str,
    identity: str,
    actor: Actor,
    at: datetime,
) -> DataRequest:
    """Note a request that reached somebody, about a worker, somebody who has left, or a child by its exact reference.

    ``identity``: how it was checked who asked, where that was done. Raises NotAllowed, or RuleBroken beside the field.
    """
    access.check_can_register(actor)
    if sum(map(bool, (person_id, former_name, reference))) != 1:
        raise RuleBroken(
            "Say about whom it is: a worker, somebody who has left, or a child; one of them.", field="person_id"
        )
    if received_on > actor.on:
        raise RuleBroken("The day on which it came in is still to come. Enter a day up to today.", field="received_on")
    person = _person(person_id, former_name, actor) if not reference else None
    child = _child(reference) if reference else None
    if DataRequest.objects.open().filter(person=person, child=child).exists():
        raise RuleBroken(OPEN_ALREADY)
    request = _create(
        person=person, child=child, received_on=received_on, how=how, asked_by=asked_by, scope=scope, actor=actor, at=at
    )
    if identity:
        add_event(request, RequestEvent.Kind.IDENTITY, on=actor.on, words=identity, actor=actor, at=at)
    return request


def _create(*, received_on: date, scope: str, actor: Actor, at: datetime, **fields: object) -> DataRequest:
    request = DataRequest.objects.create(
        received_on=received_on, scope=scope, registered_by_id=actor.staff_id, registered_at=at, **fields
    )
    add_event(request, RequestEvent.Kind.REGISTERED, on=received_on, actor=actor, at=at)
    if request.person_id and request.person_id != actor.staff_id:
        tell(request, [request.person_id], about="noted")
    tell(request, approvers(request, on=actor.on), about="to approve")
    return request


def _person(person_id: UUID | None, former_name: str, actor: Actor) -> StaffMember:
    """The worker, locked, so that two who note it at once are one after the other."""
    people = StaffMember.objects.visible_to(actor).filter(organisation="")
    if person_id is None:
        wanted = former_name.strip()
        found = list(people.filter(name__iexact=wanted, left_on__lte=actor.on).values_list("pk", flat=True)[:2])
        if len(found) != 1:
            raise RuleBroken(SEVERAL if found else NOBODY, field="former_name")
        person_id = found[0]
    return people.select_for_update(of=("self",), no_key=True).get(pk=person_id)


def _child(reference: str) -> Child:
    """The child by its exact reference, locked; whoever types it learns nothing but that it was noted."""
    child = Child.objects.select_for_update(of=("self",), no_key=True).filter(reference=reference.strip()).first()
    if child is None:
        raise RuleBroken(NO_CHILD, field="reference")
    return child


def note_read(request: DataRequest, *, actor: Actor, at: datetime) -> None:
    """Write that somebody opens a request, before it is shown; not of whoever's own it is."""
    if request.person_id != actor.staff_id:
        trail.record(actor=actor, verb="data_request.read", target=request, about=request.person_id, at=at)
