"""Who has read a person's file, as the page lists it: which record it was, why, and repeats of a day as one line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Max, Q
from django.db.models.functions import TruncMonth

from core.actor import Actor
from core.clock import LONDON, date_of
from core.sheets import Table
from core.shortcuts import uuid_or_none
from core.templatetags.countersign import MONTHS, medium_date, moment
from policies.rules.durations import add_months
from records.models import Record
from records.rules import Kind
from staff.models import SightGrant, StaffMember
from trail.models import Entry, EntryQuerySet

RECORD = "records.record"
GRANT = "grant"
EXAMINED: Mapping[str, str] = {Kind.AUDIT: "an audit", Kind.OBSERVATION: "an observation"}
MOST_IN_A_FILE = 20_000


@dataclass(slots=True)
class ReadRow:
    """The latest of one person's reads of one thing on one day; how many there were, and when the first was.

    ``named``: which record it was, and ``record_id`` to link to it, where the reader of the list may see that; ``kind`` of
    that record. ``given``: what sight was given for, where it was by that.
    """

    entry: Entry
    first_at: datetime
    times: int = 1
    named: str = ""
    record_id: UUID | None = None
    kind: str = ""
    given: str = ""

    @property
    def words(self) -> str:
        """What was done; an audit or an observation is called so."""
        words, thing = self.entry.words, EXAMINED.get(self.kind)
        return words.replace("a record", thing).replace("a draft", f"a draft of {thing}") if thing else words

    @property
    def why(self) -> str:
        """By which relation; of sight that was given, what it was given for."""
        return self.given or self.entry.via_words


@dataclass(frozen=True, slots=True)
class ReadsWanted:
    """Which reads a page shows: those by one person, of one month; None: all."""

    by: UUID | None = None
    month: date | None = None


@dataclass(frozen=True, slots=True)
class ReadsOffered:
    """By whom and in which months there are reads, for choosing among them; what is chosen stands in ``wanted``."""

    wanted: ReadsWanted
    readers: Sequence[tuple[UUID, str]]
    months: Sequence[tuple[str, str]]

    @property
    def month(self) -> str:
        """The month that is chosen, as the address has it."""
        return f"{self.wanted.month:%Y-%m}" if self.wanted.month else ""


def reads_wanted(*, by: str, month: str) -> ReadsWanted:
    """What an address asks for; anything odd is left out, never an error."""
    try:
        first = date.fromisoformat(f"{month}-01") if month else None
    except ValueError:
        first = None
    return ReadsWanted(uuid_or_none(by), first if first and 2000 < first.year < 2100 else None)  # noqa: PLR2004


def reads_offered(reads: EntryQuerySet, wanted: ReadsWanted) -> ReadsOffered:
    """Who read, by name, and in which months, the latest first; in two queries."""
    plain = reads.order_by()
    readers = plain.values("actor_id").annotate(name=Max("actor_name")).order_by("name")
    months = plain.annotate(month=TruncMonth("at", tzinfo=LONDON)).values_list("month", flat=True).distinct()
    return ReadsOffered(
        wanted,
        [(row["actor_id"], row["name"]) for row in readers if row["actor_id"]],
        [(f"{at:%Y-%m}", f"{MONTHS[at.month - 1]} {at.year}") for at in sorted(months, reverse=True)],
    )


def narrowed(reads: EntryQuerySet, wanted: ReadsWanted) -> EntryQuerySet:
    """Those of the reads that are wanted."""
    if wanted.by:
        reads = reads.filter(actor_id=wanted.by)
    if wanted.month:
        first, end = (datetime.combine(day, time(), LONDON) for day in (wanted.month, add_months(wanted.month, 1)))
        reads = reads.filter(at__gte=first, at__lt=end)
    return reads


def read_rows(entries: Iterable[Entry], *, person: StaffMember, actor: Actor) -> Sequence[ReadRow]:
    """Entries of one page of the list, the latest first, as its lines; in two queries at most."""
    rows: dict[tuple[object, ...], ReadRow] = {}
    for entry in entries:
        same = (entry.actor_id, entry.via, entry.verb, entry.target_id, date_of(entry.at))
        row = rows.setdefault(same, ReadRow(entry, entry.at, times=0))
        row.times, row.first_at = row.times + 1, entry.at
    found = list(rows.values())
    _name(found, person=person, actor=actor)
    _say_what_for([row for row in found if row.entry.via == GRANT], person=person, actor=actor)
    return found


def reads_table(entries: Iterable[Entry], *, person: StaffMember, actor: Actor) -> Table:
    """Reads as rows of a file, one for each, the latest first."""
    rows = [ReadRow(entry, entry.at) for entry in entries]
    _name(rows, person=person, actor=actor)
    _say_what_for([row for row in rows if row.entry.via == GRANT], person=person, actor=actor)
    return "Reads", ["When", "Who", "As", "What", "Which record", "Why"], _lines(rows)


def _lines(rows: Iterable[ReadRow]) -> Iterator[list[str]]:
    for row in rows:
        entry = row.entry
        yield [moment(entry.at), entry.actor_name or "The program", entry.actor_role, row.words, row.named, row.why]


def _name(rows: Sequence[ReadRow], *, person: StaffMember, actor: Actor) -> None:
    about = {row.entry.target_id for row in rows if row.entry.target_kind == RECORD}
    if not about:
        return
    records = Record.objects.visible_to(actor).filter(subject=person, pk__in=about)
    found = {str(row[0]): row for row in records.values_list("pk", "title", "kind", "session__on")}
    for row in rows:
        if row.entry.target_kind == RECORD and row.entry.target_id in found:
            row.record_id, title, row.kind, on = found[row.entry.target_id]
            row.named = ", ".join(filter(None, (title, medium_date(on) if on else "")))


def _say_what_for(rows: Sequence[ReadRow], *, person: StaffMember, actor: Actor) -> None:
    """Of reads by sight that was given: what for, as whoever gave it wrote; of grants that held at that moment.

    Of one's own file never of a grant that one is not told of yet.
    """
    if not rows:
        return
    things = {thing for row in rows if (thing := uuid_or_none(row.entry.target_id))}
    opened = Q(file_of=person) | Q(record_id__in=things) | Q(child_id__in=things)
    grants = list(SightGrant.objects.filter(opened, person__in={row.entry.actor_id for row in rows}))
    if actor.staff_id == person.pk:
        grants = [grant for grant in grants if grant.is_told]
    for row in rows:
        held = [grant for grant in grants if _held(grant, row.entry)]
        # What opened this very thing says more than what opened the whole file
        held.sort(key=lambda grant: str(grant.thing_id) != row.entry.target_id)
        # What the entry itself names was the very one
        held.sort(key=lambda grant: str(grant.pk) != row.entry.detail.get("grant"))
        if held:
            row.given = f"{held[0].get_basis_display()}: {held[0].purpose}"


def _held(grant: SightGrant, entry: Entry) -> bool:
    return (
        grant.person_id == entry.actor_id
        and grant.holds(date_of(entry.at))
        and (grant.ended_at is None or entry.at <= grant.ended_at)
    )
