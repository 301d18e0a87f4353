"""Who was at the group that a record is of, and by which relation somebody reads it."""

from datetime import date

from core.actor import Actor
from records.canonical import Signer
from records.models import Record
from staff.selectors import job_titles


def attendees_of(record: Record, *, on: date) -> list[Signer]:
    """Whom the record of a group is about, with what they are called on a day, by name; nobody for any other record."""
    if not record.group:
        return []
    there = record.attendees.filter(led=False).order_by("person__name", "person")
    people = list(there.values_list("person_id", "person__name"))
    titles = job_titles({key for key, _ in people}, on=on)
    return [Signer(id=key, name=name, role=titles.get(key, "")) for key, name in people]


def people_of_group(record: Record) -> list[tuple[str, str]]:
    """Everybody who was there, who led it and who writes the record (id, name): an action can be given to them by name."""
    there = [(str(each.person_id), each.person.name) for each in record.attendees.select_related("person")]
    return sorted({*there, (str(record.author_id), record.author.name)}, key=lambda each: each[1])


def via_of_group(record: Record, *, actor: Actor) -> str:
    """By which relation an actor reads the record of a group, for the trail."""
    if record.author_id == actor.staff_id:
        return "recorder"
    seat = record.attendees.filter(person=actor.staff_id).first()
    if seat:
        return "facilitator" if seat.led else "was there"
    return "grant" if record.pk in actor.granted_records else "supervisor of the facilitator"
