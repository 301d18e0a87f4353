"""Reading the ten sections: what each holds, and one of them whole, with the words withheld that are not for the reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Value

from core.actor import Actor
from policies.rules.tags import Capabilities, framework_of, labels_of
from policies.selectors import policy_in_force
from staff.folder.rules import WITH_DOMAINS, Covered, covered, year_before
from staff.models import FolderDocument, FolderMedium, FolderNote, LearningEntry, Section, Sensitivity, StaffMember

LATEST_HISTORY = 50
WITHHELD = {
    Sensitivity.HEALTH: "About health. What it says is for the worker and the supervisor.",
    Sensitivity.CONDUCT: "About conduct. What it says is for the worker and the supervisor.",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What a section keeps of its own: how many documents and notes, and the day of the last."""

    documents: int = 0
    notes: int = 0
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A document or a note as one reader sees it. ``withheld``: why there is no more than a kind and a day."""

    pk: UUID
    is_note: bool
    what: str
    dated_on: date
    is_history: bool
    withheld: str = ""
    text: str = ""
    who: str = ""
    lies_at: str = ""
    name: str = ""
    has_file: bool = False
    sensitivity: str = ""
    domains: tuple[str, ...] = ()
    entered_by: str = ""
    entered_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""
    may_take_back: bool = False


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section: what stands, newest first, and what is history. ``coverage``: of the domains, in sections sorted by them."""

    section: Section
    keeps_attendance: bool
    standing: list[Row]
    history: list[Row]
    coverage: list[Covered]


def held_in_sections(person: StaffMember, *, actor: Actor) -> dict[int, Held]:
    """What each section of a folder keeps that the actor may know of, by its number; in one query."""
    documents = FolderDocument.objects.visible_to(actor).filter(person=person).standing()
    notes = FolderNote.objects.visible_to(actor).filter(person=person).standing()
    return _held(_counted(documents, is_note=False).union(_counted(notes, is_note=True), all=True))


def shared_in_sections(person: StaffMember) -> dict[int, Held]:
    """The same for those above: of what is about neither health nor conduct, and numbers and days alone; in one query."""
    documents = FolderDocument.objects.filter(person=person, sensitivity=Sensitivity.SHARED).standing()
    notes = FolderNote.objects.filter(person=person, sensitivity=Sensitivity.SHARED).standing()
    return _held(_counted(documents, is_note=False).union(_counted(notes, is_note=True), all=True))


def _counted(rows: QuerySet[Any], *, is_note: bool) -> QuerySet[Any, tuple[Any, ...]]:
    counted = (
        rows.order_by().values("section").annotate(is_note=Value(is_note), number=Count("pk"), last=Max("dated_on"))
    )
    return counted.values_list("section", "is_note", "number", "last")


def _held(rows: Iterable[tuple[int, bool, int, date]]) -> dict[int, Held]:
    found: dict[int, Held] = {}
    for section, is_note, number, last_on in rows:
        held = found.get(section, Held())
        found[section] = Held(
            documents=held.documents if is_note else number,
            notes=number if is_note else held.notes,
            last_on=max(filter(None, (held.last_on, last_on))),
        )
    return found


def medium_of(person: StaffMember, *, actor: Actor) -> FolderMedium | None:
    """In what form a file is kept, as it was said last; None where nobody has said."""
    said = FolderMedium.objects.visible_to(actor).filter(person=person)
    return said.order_by("-recorded_at", "-pk").first()


def section_page(person: StaffMember, section: Section, *, actor: Actor, on: date) -> SectionPage:
    """One section of a folder as the actor may read it; in three queries, where domains are counted in four."""
    policy = policy_in_force(on)
    terms = policy.folder if policy else None
    next_up_reads = terms.next_up_reads if terms else frozenset[str]()
    framework = framework_of(policy)
    documents = FolderDocument.objects.visible_to(actor).filter(person=person, section=section)
    notes = FolderNote.objects.visible_to(actor).filter(person=person, section=section)
    people = ("recorded_by", "withdrawn_by")
    seen = documents.marked_for(actor, next_up_reads=next_up_reads).with_standing().select_related(*people)
    rows = [_document_row(each, actor, labels_of(each.domains, framework.tags)) for each in seen]
    rows += [
        _note_row(each, actor) for each in notes.marked_for(actor, next_up_reads=next_up_reads).select_related(*people)
    ]
    rows.sort(key=lambda row: (row.dated_on, row.pk), reverse=True)
    return SectionPage(
        section=section,
        keeps_attendance=bool(terms and terms.keeps_attendance),
        standing=[row for row in rows if not row.is_history],
        history=[row for row in rows if row.is_history][:LATEST_HISTORY],
        coverage=coverage(person, framework=framework, actor=actor, on=on) if section in WITH_DOMAINS else [],
    )


def _document_row(document: FolderDocument, actor: Actor, domains: list[str]) -> Row:
    if not document.is_open:
        withheld = WITHHELD[Sensitivity(document.sensitivity)]
        return Row(
            pk=document.pk,
            is_note=False,
            what="Document",
            dated_on=document.dated_on,
            is_history=document.is_history,
            withheld=withheld,
        )
    return Row(
        pk=document.pk,
        is_note=False,
        what=document.title,
        dated_on=document.dated_on,
        is_history=document.is_history,
        lies_at=document.lies_at,
        name=document.name,
        has_file=document.stored_id is not None,
        domains=tuple(domains),
        **_common(document, actor),
    )


def _note_row(note: FolderNote, actor: Actor) -> Row:
    is_history = note.withdrawn_at is not None
    if not note.is_open:
        withheld = WITHHELD[Sensitivity(note.sensitivity)]
        return Row(
            pk=note.pk,
            is_note=True,
            what=note.get_kind_display(),
            dated_on=note.dated_on,
            is_history=is_history,
            withheld=withheld,
        )
    return Row(
        pk=note.pk,
        is_note=True,
        what=note.get_kind_display(),
        dated_on=note.dated_on,
        is_history=is_history,
        who=note.who,
        text=note.text,
        **_common(note, actor),
    )


def _common(row: FolderDocument | FolderNote, actor: Actor) -> dict[str, Any]:
    return {
        "sensitivity": row.sensitivity,
        "entered_by": row.recorded_by.name,
        "entered_at": row.recorded_at,
        "withdrawn_by": row.withdrawn_by.name if row.withdrawn_by else "",
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_because": row.withdrawn_because,
        "may_take_back": row.person_id in actor.supervises or row.person_id == actor.staff_id == row.recorded_by_id,
    }


def coverage(person: StaffMember, *, framework: Capabilities, actor: Actor, on: date) -> list[Covered]:
    """Which domains of the framework the learning and the papers of appraisal of twelve months bear on; in one query."""
    since = year_before(on)
    learning = LearningEntry.objects.visible_to(actor).standing().filter(person=person, done_on__range=(since, on))
    evidence = FolderDocument.objects.readable_by(actor).standing().filter(person=person, dated_on__range=(since, on))
    rows = learning.annotate(is_learning=Value(True)).values_list("domains", "is_learning")  # noqa: FBT003
    rows = rows.union(evidence.annotate(is_learning=Value(False)).values_list("domains", "is_learning"), all=True)  # noqa: FBT003
    tagged = list(rows)
    return covered(
        {tag.id: tag.label for tag in framework.tags},
        learning=[domains for domains, is_learning in tagged if is_learning],
        evidence=[domains for domains, is_learning in tagged if not is_learning],
    )
