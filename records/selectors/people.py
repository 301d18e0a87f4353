"""People of a record: found by name, and told."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.actor import Actor
from records import access
from records.holders import holders_of_child
from records.models import Record
from records.rules import EXAMINING, Kind
from records.selectors.groups import via_of_group
from staff.models import ManagementLine, StaffMember
from staff.selectors import job_titles, present_supervisor


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the directory, as a ``person`` field keeps them."""

    id: UUID
    name: str
    role: str

    def as_value(self) -> dict[str, str]:
        """The value of the field."""
        return {"id": str(self.id), "name": self.name, "role": self.role}


def people_to_name(words: str, *, actor: Actor) -> list[Person]:
    """Colleagues with these words in their names, ten at most; nobody for less than two letters."""
    if len(words.strip()) < 2:
        return []
    name = words.partition(",")[0]
    found = StaffMember.objects.visible_to(actor).employed(actor.on).matching(name).with_job_title(on=actor.on)
    return [Person(person.pk, person.name, person.job_title or "") for person in found.order_by("name", "pk")[:10]]


def supervisor_to_tell(record: Record, *, on: date) -> UUID | None:
    """Whom news of a record goes to, beside its supervisee: its author while they supervise, then who does.

    Of an entry about a child, the same of the worker with whom it was discussed; of a decision, its author; of what looks
    at somebody's practice, its author while they manage that person, too.
    """
    if record.discussed_with_id:
        return present_supervisor(record.discussed_with_id, was=record.author_id, on=on)
    if record.subject_id is None or record.kind in EXAMINING and _manages_still(record, on=on):
        return record.author_id
    return present_supervisor(record.subject_id, was=record.author_id, on=on)


def _manages_still(record: Record, *, on: date) -> bool:
    lines = ManagementLine.objects.live(on).filter(person=record.subject_id, manager=record.author_id)
    return lines.exists()


def via_of(record: Record, *, actor: Actor) -> str:
    """By which relation an actor reads a record about a child, or of a group, for the trail; of a worker's the trail knows it itself."""
    if record.group:
        return via_of_group(record, actor=actor)
    if record.child_id is None:
        return via_of_worker(record, actor=actor)
    if record.kind == Kind.DECISION and actor.staff_id in (record.author_id, record.asked_by_id):
        return "who decided" if record.author_id == actor.staff_id else "who asked"
    held_by = [actor.relation_to(holder.person_id) for holder in holders_of_child(record, on=actor.on)]
    near = [words for words in ("self", "supervisor", "next up", "line manager") if words in held_by]
    if not near and actor.staff_id == record.author_id:
        return "who wrote it"
    if not near and (record.child_id in actor.granted_children or record.pk in actor.granted_records):
        return "grant"
    return {"self": "holder"}.get(near[0], f"{near[0]} of the holder") if near else "former holder"


def via_of_worker(record: Record, *, actor: Actor) -> str:
    """The same of one about a worker: nothing where the trail knows it itself; a grant, where nothing else opens it."""
    if record.kind in EXAMINING and record.author_id == actor.staff_id:
        return access.EXAMINED_AS[Kind(record.kind)][0].value
    if actor.relation_to(record.worker_id) in ("self", "supervisor", "next up"):
        return ""
    is_granted = record.pk in actor.granted_records or record.subject_id in actor.granted_people
    return "grant" if is_granted else ""


def people_called(text: str, *, actor: Actor) -> list[Person]:
    """People of the directory whom a typed text names: "Helen Marsh", or "Helen Marsh, Service manager"; ten at most.

    Nobody but those whose whole name it is, where there is one.
    """
    name, _, role = (piece.strip() for piece in text.partition(","))
    staff = StaffMember.objects.visible_to(actor).employed(actor.on)
    found = list(staff.filter(name__iexact=name)[:10]) or list(staff.filter(name__icontains=name).order_by("name")[:10])
    titles = job_titles({person.pk for person in found}, on=actor.on)
    people = [Person(person.pk, person.name, titles.get(person.pk, "")) for person in found]
    exact = [person for person in people if role and person.role.casefold() == role.casefold()]
    return exact or people
