"""Writes to the ten sections: documents, notes, in what form a file is kept; and what is read or taken away of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import RuleBroken
from documents import selectors as stored_files
from documents import services as documents
from documents.receiving import TakenIn
from staff.access import check_not_frozen
from staff.folder import access, rules, selectors
from staff.folder.sections import SectionPage, section_page
from staff.folder.services import lock_person, set_withdrawn
from staff.models import FolderDocument, FolderMedium, FolderNote, KeptRow, Section, Sensitivity, StaffMember
from trail import services as trail


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file of a folder, its bytes checked, and the name under which it was put there."""

    name: str
    media_type: str
    data: bytes


# Reading


@transaction.atomic
def read_section(*, person: StaffMember, section: Section, actor: Actor, at: datetime) -> SectionPage:
    """One section of a folder; that somebody else read it is noted. Raises NotAllowed."""
    access.check_can_read(actor, person)
    if actor.staff_id != person.pk:
        trail.record(
            actor=actor, verb="folder.section_read", target=person, about=person.pk, at=at, section=int(section)
        )
    return section_page(person, section, actor=actor, on=actor.on)


@transaction.atomic
def take_document(*, document_id: UUID, actor: Actor, at: datetime) -> FileRead | None:
    """The file of a document, noted in the trail first; None of a paper that lies elsewhere. Raises NotAllowed.

    Raises RuleBroken while it waits for its scan or where that found a virus, and FileDamaged where its bytes are not as
    stored.
    """
    document = _open_document(document_id, actor)
    access.check_can_take_away(actor, document)
    if document.stored is None:
        return None
    trail.record(
        actor=actor,
        verb="folder_document.downloaded",
        target=document,
        about=document.person_id,
        at=at,
        section=document.section,
    )
    data = stored_files.read_brought(document.stored)
    return FileRead(name=document.name, media_type=document.stored.media_type, data=data)


# Documents


@transaction.atomic
def add_document(
    *,
    person_id: UUID,
    section: Section,
    title: str,
    dated_on: date,
    file: TakenIn | None,
    lies_at: str,
    actor: Actor,
    at: datetime,
    sensitivity: str = Sensitivity.SHARED,
    domains: Sequence[str] = (),
) -> FolderDocument:
    """Put a document into a section: a file, or where its paper lies. Raises NotAllowed, or RuleBroken."""
    person = lock_person(person_id, actor)
    access.check_can_add(actor, person)
    access.check_takes_documents(section, selectors.folder_terms(on=actor.on))
    if section == Section.ATTENDANCE:
        sensitivity = Sensitivity.HEALTH
    row = FolderDocument(person=person, section=section, sensitivity=sensitivity, title=title, domains=list(domains))
    return _keep_document(row, dated_on=dated_on, file=file, lies_at=lies_at, actor=actor, at=at)


@transaction.atomic
def renew_document(
    *,
    document_id: UUID,
    title: str,
    dated_on: date,
    file: TakenIn | None,
    lies_at: str,
    actor: Actor,
    at: datetime,
    domains: Sequence[str] = (),
) -> FolderDocument:
    """Put a newer document in the place of one, which becomes history; its section and whose eyes it is for stay.

    Raises NotAllowed, or RuleBroken where there is a newer one already.
    """
    old = _locked_document(document_id, actor)
    access.check_can_take_back(actor, old)
    if FolderDocument.objects.filter(replaces=old, withdrawn_at=None).exists():
        raise RuleBroken("There is a newer one already. Renew that one.")
    row = FolderDocument(
        person=old.person,
        section=old.section,
        sensitivity=old.sensitivity,
        title=title,
        domains=list(domains),
        replaces=old,
    )
    return _keep_document(row, dated_on=dated_on, file=file, lies_at=lies_at, actor=actor, at=at)


@transaction.atomic
def withdraw_document(*, document_id: UUID, reason: str, actor: Actor, at: datetime) -> FolderDocument:
    """Take a document back, with a reason; it stays as history, and the one before stands again. Raises NotAllowed."""
    document = _locked_document(document_id, actor)
    access.check_can_take_back(actor, document)
    set_withdrawn(document, reason=reason, actor=actor, at=at)
    _noted("folder_document.withdrawn", document, document.section, actor, at)
    return document


def _keep_document(
    row: FolderDocument, *, dated_on: date, file: TakenIn | None, lies_at: str, actor: Actor, at: datetime
) -> FolderDocument:
    _check_day(dated_on, actor)
    if (file is None) == (not lies_at):
        words = "Choose a file, or say where the paper lies" + (", not both." if file else ".")
        raise RuleBroken(words, field="lies_at" if file else "file")
    row.dated_on, row.lies_at = dated_on, lies_at
    row.recorded_by_id, row.recorded_at = actor.staff_id, at
    if file:
        row.name, row.stored = file.name, documents.keep_brought(file, actor=actor, at=at, path=section_path(row))
    row.save(force_insert=True)
    verb = "folder_document.renewed" if row.replaces_id else "folder_document.added"
    _noted(verb, row, row.section, actor, at)
    return row


def section_path(row: FolderDocument) -> str:
    """The page of the section of a document."""
    return reverse("staff:folder-section", kwargs={"person_id": row.person_id, "section": int(row.section)})


def _open_document(document_id: UUID, actor: Actor) -> FolderDocument:
    seen = FolderDocument.objects.visible_to(actor).select_related("person", "stored")
    next_up_reads = selectors.folder_terms(on=actor.on).next_up_reads
    document: FolderDocument = seen.marked_for(actor, next_up_reads=next_up_reads).get(pk=document_id)
    return document


def _locked_document(document_id: UUID, actor: Actor) -> FolderDocument:
    seen = FolderDocument.objects.visible_to(actor).select_related("person")
    document: FolderDocument = seen.select_for_update(of=("self",)).get(pk=document_id)
    check_not_frozen(document.person_id)
    return document


# Notes


@transaction.atomic
def add_note(
    *, person_id: UUID, kind: str, dated_on: date, actor: Actor, at: datetime, who: str = "", text: str = ""
) -> FolderNote:
    """Write down that there was something, and what, in the section of its kind. Raises NotAllowed, or RuleBroken.

    Of attendance its kind and day alone, unless the policy keeps more (R221).
    """
    person = lock_person(person_id, actor)
    access.check_can_add(actor, person)
    _check_day(dated_on, actor)
    is_attendance = kind in rules.ATTENDANCE
    if is_attendance and not selectors.folder_terms(on=actor.on).keeps_attendance:
        who = text = ""
    note = FolderNote.objects.create(
        person=person,
        section=Section.ATTENDANCE if is_attendance else Section.PERFORMANCE,
        kind=FolderNote.Kind(kind),
        sensitivity=Sensitivity(rules.sensitivity_of(kind)),
        dated_on=dated_on,
        who=who,
        text=text,
        recorded_by_id=actor.staff_id,
        recorded_at=at,
    )
    _noted("folder_note.added", note, note.section, actor, at)
    return note


@transaction.atomic
def withdraw_note(*, note_id: UUID, reason: str, actor: Actor, at: datetime) -> FolderNote:
    """Take a note back, with a reason; it stays as history. Raises NotAllowed."""
    notes = FolderNote.objects.visible_to(actor).select_related("person")
    note: FolderNote = notes.select_for_update(of=("self",)).get(pk=note_id)
    check_not_frozen(note.person_id)
    access.check_can_take_back(actor, note)
    set_withdrawn(note, reason=reason, actor=actor, at=at)
    _noted("folder_note.withdrawn", note, note.section, actor, at)
    return note


# In what form it is kept


@transaction.atomic
def say_medium(*, person_id: UUID, medium: str, lies_at: str, actor: Actor, at: datetime) -> FolderMedium:
    """Say in what form somebody's file is kept, and where its paper lies (R130). Raises NotAllowed, or RuleBroken."""
    person = lock_person(person_id, actor)
    access.check_can_add(actor, person)
    if medium == FolderMedium.Medium.HERE:
        lies_at = ""
    elif not lies_at:
        raise RuleBroken("Say where the paper file lies.", field="lies_at")
    row = FolderMedium.objects.create(
        person=person,
        medium=FolderMedium.Medium(medium),
        lies_at=lies_at,
        recorded_by_id=actor.staff_id,
        recorded_at=at,
    )
    trail.record(actor=actor, verb="folder.medium_said", target=row, about=person.pk, at=at, medium=medium)
    return row


def _check_day(dated_on: date, actor: Actor) -> None:
    if dated_on > actor.on:
        raise RuleBroken("That day has not come yet. Enter the day on which it was.", field="dated_on")


def _noted(verb: str, row: KeptRow, section: int, actor: Actor, at: datetime) -> None:
    trail.record(actor=actor, verb=verb, target=row, about=row.person_id, at=at, section=int(section))
