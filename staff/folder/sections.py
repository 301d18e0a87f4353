"""Reading the ten sections: what each holds, and one of them whole, with the words withheld that are not for the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, DecimalField, F, Max, Sum, TextField, Value
from django.db.models.functions import Cast

from core.actor import Actor
from documents import selectors as stored_files
from documents.rules import Standing
from policies.rules.tags import Capabilities, framework_of, labels_of
from policies.selectors import policy_in_force
from staff.folder.evidence import LearningSummary
from staff.folder.rules import WITH_DOMAINS, Covered, covered, year_before
from staff.models import FolderDocument, FolderMedium, FolderNote, LearningEntry, Section, Sensitivity, StaffMember

LATEST_HISTORY = 50
COLUMNS = ("section", "what", "number", "last", "hours_in_all", "form", "place")
# With their types: the arms of a union have to agree
NO_DAY = Cast(Value(None), DateField())
NO_HOURS = Cast(Value(None), DecimalField(max_digits=9, decimal_places=2))
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

    @property
    def in_all(self) -> int:
        """Documents and notes together."""
        return self.documents + self.notes


@dataclass(frozen=True, slots=True)
class Kept:
    """In what form a file is kept, in words, and where its paper lies."""

    form: str
    place: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a folder holds, by the number of its section. ``medium``: None where nobody has said."""

    held: Mapping[int, Held]
    learning: LearningSummary
    medium: Kept | None


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
    standing: Standing | None = None
    sensitivity: str = ""
    is_for_next_up: bool = False
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


def contents_of(person: StaffMember, *, actor: Actor, on: date) -> Contents:
    """What each section of a folder keeps that the actor may know of, and in what form the file is kept; in one query."""
    since = year_before(on)
    documents = FolderDocument.objects.visible_to(actor).filter(person=person).standing()
    notes = FolderNote.objects.visible_to(actor).filter(person=person).standing()
    learning = LearningEntry.objects.visible_to(actor).standing().filter(person=person, done_on__range=(since, on))
    medium = FolderMedium.objects.visible_to(actor).filter(person=person).order_by("-recorded_at", "-pk")[:1]
    arms = (
        _counted(notes, "note"),
        _counted(
            learning.annotate(section=Value(int(Section.TRAINING))), "learning", day="done_on", hours=Sum("hours")
        ),
        medium.annotate(section=Value(0), what=Value("medium"), number=Value(0), last=NO_DAY, hours_in_all=NO_HOURS)
        .annotate(form=F("medium"), place=F("lies_at"))
        .values_list(*COLUMNS),
    )
    return _contents(_counted(documents, "document").union(*arms, all=True), since=since)


def shared_in_sections(person: StaffMember) -> Mapping[int, Held]:
    """What each keeps for those above: of what is about neither health nor conduct, numbers and days; in one query."""
    documents = FolderDocument.objects.filter(person=person, sensitivity=Sensitivity.SHARED).standing()
    notes = FolderNote.objects.filter(person=person, sensitivity=Sensitivity.SHARED).standing()
    rows = _counted(documents, "document").union(_counted(notes, "note"), all=True)
    return _contents(rows, since=date.min).held


def _counted(rows: Any, what: str, *, day: str = "dated_on", hours: Any = None) -> Any:
    """A row for each section, of ``COLUMNS``."""
    counted = rows.order_by().values("section").annotate(what=Value(what), number=Count("pk"), last=Max(day))
    no_words = Value("", output_field=TextField())
    return counted.annotate(hours_in_all=hours or NO_HOURS, form=no_words, place=no_words).values_list(*COLUMNS)


def _contents(rows: Iterable[tuple[Any, ...]], *, since: date) -> Contents:
    held: dict[int, Held] = {}
    learning, medium = LearningSummary(0, None, Decimal(0), since), None
    for section, what, number, last_on, hours, form, place in rows:
        if what == "medium":
            medium = Kept(FolderMedium.Medium(form).label, place)
        elif what == "learning":
            learning = LearningSummary(number, last_on, hours, since)
        else:
            before = held.get(section, Held())
            latest = max(filter(None, (before.last_on, last_on)))
            held[section] = replace(before, last_on=latest, **{f"{what}s": number})
    return Contents(held, learning, medium)


def section_page(person: StaffMember, section: Section, *, actor: Actor, on: date) -> SectionPage:
    """One section of a folder as the actor may read it; in three queries, where domains are counted in four."""
    policy = policy_in_force(on)
    terms = policy.folder if policy else None
    next_up_reads = terms.next_up_reads if terms else frozenset[str]()
    framework = framework_of(policy)
    documents = FolderDocument.objects.visible_to(actor).filter(person=person, section=section)
    notes = FolderNote.objects.visible_to(actor).filter(person=person, section=section)
    people = ("recorded_by", "withdrawn_by")
    seen = list(documents.marked_for(actor, next_up_reads=next_up_reads).with_standing().select_related(*people))
    standings = stored_files.standings(each.stored_id for each in seen if each.stored_id and each.is_open)
    rows = [
        _document_row(each, actor, next_up_reads, labels_of(each.domains, framework.tags), standings) for each in seen
    ]
    rows += [
        _note_row(each, actor, next_up_reads)
        for each in notes.marked_for(actor, next_up_reads=next_up_reads).select_related(*people)
    ]
    rows.sort(key=lambda row: (row.dated_on, row.pk), reverse=True)
    return SectionPage(
        section=section,
        keeps_attendance=bool(terms and terms.keeps_attendance),
        standing=[row for row in rows if not row.is_history],
        history=[row for row in rows if row.is_history][:LATEST_HISTORY],
        coverage=coverage(person, framework=framework, actor=actor, on=on) if section in WITH_DOMAINS else [],
    )


def _document_row(
    document: FolderDocument,
    actor: Actor,
    next_up_reads: frozenset[str],
    domains: list[str],
    standings: Mapping[UUID, Standing],
) -> Row:
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
        standing=standings[document.stored_id] if document.stored_id else None,
        domains=tuple(domains),
        **_common(document, actor, next_up_reads),
    )


def _note_row(note: FolderNote, actor: Actor, next_up_reads: frozenset[str]) -> Row:
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
        **_common(note, actor, next_up_reads),
    )


def _common(row: FolderDocument | FolderNote, actor: Actor, next_up_reads: frozenset[str]) -> dict[str, Any]:
    return {
        "sensitivity": row.sensitivity,
        "is_for_next_up": row.sensitivity in next_up_reads,
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
