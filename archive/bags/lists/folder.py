"""The supervision folder: papers, the sheet without the home contact, the learning log, notes, documents."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from archive.bags.lists.shapes import Listed, listed, named
from staff.models import FolderDocument, FolderItem, FolderNote, LearningEntry, PersonalSheet

WITHDRAWN = ("Withdrawn", "Withdrawn because")


def folder(person_id: UUID, *, placed: Mapping[UUID, str]) -> Iterator[Listed]:
    """What the folder holds. ``placed``: where in the bag the file of a document lies, by the document's key."""
    items = FolderItem.objects.filter(person_id=person_id).select_related("recorded_by", "seen_by")
    yield listed(
        "papers",
        "Registration, insurance, DBS, qualifications, appraisals",
        ("Kind", "Issuer", "Reference", "Outcome", "Dated", "Valid to", "Entered by", "Entered", "Seen by", *WITHDRAWN),
        [
            (
                *(row.get_kind_display(), row.issuer, row.reference, row.get_outcome_display(), row.dated_on),
                *(row.valid_to, row.recorded_by, row.recorded_at, named(row.seen_by)),
                *(row.withdrawn_at, row.withdrawn_because),
            )
            for row in items.order_by("kind", "dated_on", "pk")
        ],
    )
    yield _sheet(person_id)
    yield _learning(person_id)
    yield _notes(person_id)
    yield _documents(person_id, placed)


def _sheet(person_id: UUID) -> Listed:
    sheet = PersonalSheet.objects.filter(person_id=person_id).first()
    said = [] if sheet is None else [
        ("Work mobile", sheet.work_mobile),
        ("Car registration", sheet.car_registration),
        ("Car", sheet.car_make),
        ("Buddy", sheet.buddy_name),
        ("Buddy’s telephone", sheet.buddy_phone),
        ("Post number", sheet.post_number),
        ("Employee number", sheet.employee_number),
        ("Hours worked", sheet.hours_worked),
        ("Contract type", sheet.contract_type),
        ("First filled in", sheet.completed_on),
        ("Last checked", sheet.checked_on),
    ]  # fmt: skip
    return listed("personal-sheet", "Personal information sheet", ("What", "Said"), said)


def _learning(person_id: UUID) -> Listed:
    entries = LearningEntry.objects.filter(person_id=person_id).order_by("done_on", "pk")
    return listed(
        "learning-log",
        "Learning log",
        (
            *("Day", "Hours", "Activity", "Provider", "Reflection", "Impact on practice", "With a peer", "Domains"),
            *("Entered", *WITHDRAWN),
        ),
        [
            (
                *(row.done_on, row.hours, row.activity, row.provider, row.reflection, row.impact),
                *(row.peer_reflection, row.domains, row.recorded_at, row.withdrawn_at, row.withdrawn_because),
            )
            for row in entries
        ],
    )


def _notes(person_id: UUID) -> Listed:
    notes = FolderNote.objects.filter(person_id=person_id).select_related("recorded_by")
    return listed(
        "notes",
        "Notes of the folder",
        ("Section", "Kind", "Day", "Who", "Said", "Entered by", "Entered", *WITHDRAWN),
        [
            (
                *(row.get_section_display(), row.get_kind_display(), row.dated_on, row.who, row.text),
                *(row.recorded_by, row.recorded_at, row.withdrawn_at, row.withdrawn_because),
            )
            for row in notes.order_by("section", "dated_on", "pk")
        ],
    )


def _documents(person_id: UUID, placed: Mapping[UUID, str]) -> Listed:
    documents = FolderDocument.objects.filter(person_id=person_id).select_related("recorded_by")
    return listed(
        "documents",
        "Documents of the folder",
        ("Section", "Title", "Day", "In this bag", "Paper lies at", "Entered by", "Entered", *WITHDRAWN),
        [
            (
                *(row.get_section_display(), row.title, row.dated_on, placed.get(row.pk, ""), row.lies_at),
                *(row.recorded_by, row.recorded_at, row.withdrawn_at, row.withdrawn_because),
            )
            for row in documents.order_by("section", "dated_on", "pk")
        ],
    )
