"""Finding files of the archive, and what one that was opened holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import ExtractYear

from archive.bags.selectors import BagRow, bags_of
from archive.files import rules
from archive.models import ArchivedFile, ArchivedFileQuerySet, Leaving
from core.actor import Actor
from records.models import Part, Record, RecordQuerySet
from records.rules import Kind
from staff.folder import selectors as folders
from staff.models import FolderDocument, SightGrant
from supervision.models import SupervisionSession

FILES_A_PAGE, RECORDS_A_PAGE, SESSIONS = 25, 50, 100


def files_found(
    *, actor: Actor, words: str, team: str, left_from: date | None, left_to: date | None
) -> ArchivedFileQuerySet:
    """Files by name with each of the words in a name or number, of a team, whose last day lies between two days."""
    found = ArchivedFile.objects.visible_to(actor).matching(rules.words_sought(words))
    if team.strip():
        found = found.filter(team_name__icontains=team.strip())
    if left_from:
        found = found.filter(last_day__gte=left_from)
    if left_to:
        found = found.filter(last_day__lte=left_to)
    return found.order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class KindOfRecord:
    """How many records of a kind there are, by year, the newest year first."""

    kind: str
    words: str
    years: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What the page of a file that was opened says."""

    file: ArchivedFile
    opened: SightGrant | None
    kinds: Sequence[KindOfRecord]
    kind: str
    year: int
    records: Page[Record]
    sessions: Sequence[SupervisionSession]
    documents: Sequence[FolderDocument]
    bags: Sequence[BagRow]
    leaving: Leaving | None

    @property
    def is_in_the_making(self) -> bool:
        """Whether a bag is being made."""
        return any(row.is_in_the_making for row in self.bags)


def opened_file(file: ArchivedFile, *, kind: str, year: str, number: str, actor: Actor, at: datetime) -> OpenedFile:
    """A file that the actor opened today: its records of one kind and year, documents, bags, and how the leaving went."""
    kinds = _kinds(_signed(file.person_id, actor))
    shown = next((each for each in kinds if each.kind == kind), kinds[0] if kinds else None)
    years = [each for each, _ in shown.years] if shown else [0]
    chosen = int(year) if year.isdecimal() and int(year) in years else years[0]
    rows = _signed(file.person_id, actor).filter(kind=shown.kind if shown else "", created_at__year=chosen or 1)
    grants = SightGrant.objects.live(actor.on).in_force().filter(person_id=actor.staff_id, file_of_id=file.person_id)
    leavings = Leaving.objects.visible_to(actor).standing().filter(person_id=file.person_id).with_people()
    return OpenedFile(
        file=file,
        opened=grants.filter(basis=SightGrant.Basis.ARCHIVE).order_by("-recorded_at").first(),
        kinds=kinds,
        kind=shown.kind if shown else "",
        year=chosen,
        records=Paginator(rows.order_by("-created_at", "-pk"), RECORDS_A_PAGE).get_page(number),
        sessions=_sessions(file.person_id, year=chosen, actor=actor),
        documents=folders.documents_of(person_ids=[file.person_id]),
        bags=bags_of(file.person_id, actor=actor, at=at),
        leaving=leavings.first(),
    )


def _signed(person_id: UUID, actor: Actor) -> RecordQuerySet:
    of_the_file = Record.objects.filter(subject_id=person_id) | Record.objects.filter(discussed_with_id=person_id)
    signed = of_the_file.filter(Exists(Part.objects.filter(record=OuterRef("pk"))))
    return signed.filter(pk__in=Record.objects.visible_to(actor).values("pk")).with_state().with_people()


def _sessions(person_id: UUID, *, year: int, actor: Actor) -> list[SupervisionSession]:
    """The sessions of a year, or of a file without records the latest."""
    found = SupervisionSession.objects.visible_to(actor).filter(supervisee_id=person_id)
    return list((found.filter(on__year=year) if year else found).with_people().order_by("-on", "-starts")[:SESSIONS])


def _kinds(rows: RecordQuerySet) -> list[KindOfRecord]:
    counted = (
        rows.order_by().annotate(year=ExtractYear("created_at")).values("kind", "year").annotate(number=Count("pk"))
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for row in counted.order_by("-year"):
        found.setdefault(row["kind"], []).append((row["year"], row["number"]))
    return [KindOfRecord(kind.value, plural_of(kind), found[kind]) for kind in Kind if kind in found]


def plural_of(kind: Kind) -> str:
    """Records of a kind, as a heading says it."""
    return KIND_WORDS.get(kind, kind.replace("_", " ").capitalize())


KIND_WORDS: dict[Any, str] = {
    Kind.CONTRACT: "Contracts",
    Kind.WORKER_RECORD: "Supervision records",
    Kind.CASE_ENTRY: "Entries on children",
    Kind.DECISION: "Decisions",
    Kind.HANDOVER: "Hand-over briefs",
    Kind.AUDIT: "Audits",
    Kind.OBSERVATION: "Observations",
}
