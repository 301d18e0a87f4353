"""Entries about the children whom a session spoke of: what is written of each, what is still wanted, what is signed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db.models import Max, Prefetch, QuerySet

from cases.models import Child
from cases.selectors import siblings_of
from core.actor import Actor
from core.clock import date_of
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from policies.templates import Template
from records import selectors as records
from records.models import DraftSection, Part, Record
from records.rules import FAMILY, PartKind
from records.selectors import EntryText
from records.values import Given
from staff.models import StaffMember
from supervision import rules
from supervision.models import CaseEntry, Discussion, SupervisionSession
from supervision.rules.discussions import IN_DEPTH, NOT_DISCUSSED, OVERSIGHT
from supervision.rules.entries import EntryTerms, Written, entry_terms, joined, says_of_family, says_of_its_own
from supervision.selectors.discussed import held_on
from supervision.selectors.late import lateness

NOT_YET = "This is the first discussion on record."


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where children were discussed, as their entries state it. ``worker``: with whom; ``author``: who writes it."""

    on: date
    minutes: int
    format: str
    worker: StaffMember
    author: StaffMember


def meeting_of(session: SupervisionSession) -> Meeting:
    """A session between two people."""
    author, form = session.supervisor, Discussion.Format.INDIVIDUAL.value
    return Meeting(session.on, session.minutes, form, worker=session.supervisee, author=author)


@dataclass(frozen=True, slots=True)
class ChildToWrite:
    """A child of whom a session spoke, or of whom text stands. ``is_wanted``: whether the policy wants an entry;
    ``capabilities``: in words, those that its discussion shows, where a page says them."""

    child: Child
    mark: Discussion | None
    entry: CaseEntry | None
    is_wanted: bool
    capabilities: Sequence[str] = ()

    @property
    def is_discussed(self) -> bool:
        """Whether it is said that it was, briefly or in depth."""
        return self.mark is not None and self.mark.depth != NOT_DISCUSSED

    @property
    def is_in_depth(self) -> bool:
        """Whether it is said that it was in depth: such a child is written about first."""
        return self.mark is not None and self.mark.depth == IN_DEPTH

    @property
    def written(self) -> Written:
        """What is typed so far, by section."""
        return written_in(self.entry.record) if self.entry else {}

    @property
    def has_text(self) -> bool:
        """Whether anything is."""
        return says_of_its_own(self.written) or says_of_family(self.written)

    @property
    def was_signed(self) -> bool:
        """Whether its entry was signed before, and sent back."""
        return self.entry is not None and bool(self.entry.record.get_heads())

    @property
    def is_signed_with(self) -> bool:
        """Whether its entry goes into the signature: it holds text, or was signed before."""
        return self.is_discussed and (self.has_text or self.was_signed)

    @property
    def depth_words(self) -> str:
        """How it was discussed, for a list."""
        return self.mark.get_depth_display() if self.mark else "Not marked yet"

    @property
    def progress_words(self) -> str:
        """What is done of it, for a list."""
        if self.has_text:
            return "written" if says_of_its_own(self.written) else "text about the family alone"
        return "to be written" if self.is_wanted else "nothing written"

    @property
    def problem(self) -> str:
        """What stands in the way of a signature; empty where nothing does."""
        if self.has_text and not self.is_discussed:
            return f"Say how {self.child.reference} was discussed: text about the child is written."
        if self.is_wanted and not self.is_signed_with:
            how = "in depth" if self.is_in_depth else "briefly"
            return f"Write the entry of {self.child.reference}, who was discussed {how}: the policy wants one."
        return ""


def written_in(record: Record) -> Written:
    """What is typed of a record so far, by section; no query where the sections are prefetched."""
    return {row.section: row.values for row in record.draft_sections.all()}


def with_text(entries: QuerySet[CaseEntry], *, with_parts: bool = True) -> QuerySet[CaseEntry]:
    """Entries with their child, record and all that is typed, in two queries; with the chain, in three."""
    rows = entries.select_related(
        "child", "record__child", "record__author", "record__discussed_with", "record__draft_share"
    )
    typed = Prefetch("record__draft_sections", DraftSection.objects.select_related("updated_by"))
    chain = Prefetch("record__parts", Part.objects.all() if with_parts else Part.objects.none())
    return rows.prefetch_related(typed, chain)


def case_entry_of(*, record: Record, actor: Actor) -> CaseEntry | None:
    """In which session or group an entry was written, where the actor sees the entry."""
    return CaseEntry.objects.visible_to(actor).filter(record=record).first()


def shared_entries(session: SupervisionSession, actor: Actor) -> list[CaseEntry]:
    """The entries that the worker may read while they are written: those that are shared."""
    shared = CaseEntry.objects.visible_to(actor).filter(session=session, record__draft_share__isnull=False)
    return list(shared.select_related("child").order_by("child__reference"))


def terms_of(session: SupervisionSession) -> EntryTerms:
    """What the policy of the day of a session wants written."""
    return entry_terms(policy_in_force(session.on))


def children_to_write(
    session: SupervisionSession, *, terms: EntryTerms, also: UUID | None = None, with_parts: bool = True
) -> list[ChildToWrite]:
    """The children whom a session spoke of, and those of whom text stands: in depth first, then by reference.

    In four queries.

    ``also``: one more, who was with the worker on the day, though nothing is said or written of it; then in five.
    ``with_parts`` False: while nothing of the session is signed, in one less.
    """
    marks = {each.child_id: each for each in session.discussions.select_related("child")}
    entries = {
        each.child_id: each for each in with_text(CaseEntry.objects.filter(session=session), with_parts=with_parts)
    }
    known = {key: mark.child for key, mark in marks.items()} | {key: each.child for key, each in entries.items()}
    if also and also not in known:
        known |= {child.pk: child for child in Child.objects.filter(pk=also, pk__in=held_on(session))}
    found = [
        ChildToWrite(
            child=child,
            mark=marks.get(key),
            entry=entries.get(key),
            is_wanted=key in marks and terms.wants(marks[key].depth),
        )
        for key, child in known.items()
    ]
    shown = [each for each in found if each.is_discussed or each.has_text or each.child.pk == also]
    return sorted(shown, key=lambda each: (not each.is_in_depth, each.child.reference))


def family_of(child_id: UUID, *, children: Collection[ChildToWrite], on: date, actor: Actor) -> list[ChildToWrite]:
    """The siblings of a child who were discussed in the same session and whom the actor sees, the child not among them."""
    families = families_of({each.child.pk for each in children if each.is_discussed} | {child_id}, on=on, actor=actor)
    wanted = families.get(child_id, frozenset())
    return [each for each in children if each.child.pk in wanted and each.is_discussed]


def families_of(children: Collection[UUID], *, on: date, actor: Actor) -> dict[UUID, frozenset[UUID]]:
    """Of each of some children its siblings among them, as far as the actor sees child and sibling today; in one query."""
    found = siblings_of(children=children, on=on, seen_by=actor) if len(children) > 1 else {}
    among = {child: siblings & frozenset(children) for child, siblings in found.items()}
    return {child: siblings for child, siblings in among.items() if siblings}


def family_text(children: Collection[ChildToWrite]) -> str:
    """What stands about a family in the entries of its children; several texts, written apart, one after the other."""
    return joined([str(each.written.get(FAMILY, {}).get("text") or "") for each in children])


def family_version(text: str) -> int:
    """The version of a text that stands in several entries: made of the text, since they share no row. 0: no text."""
    return crc32(text.encode()) % 1_000_000_000 if text else 0


def last_discussed(children: Collection[UUID], *, before: date) -> dict[UUID, date]:
    """When each of the children was last discussed in supervision before a day, in text of its own; in one query."""
    earlier = Discussion.objects.filter(child_id__in=children, on__lt=before, own_text=True)
    earlier = earlier.exclude(depth=NOT_DISCUSSED).exclude(format=OVERSIGHT)
    return dict(earlier.order_by().values_list("child_id").annotate(last=Max("on")))


def entry_facts(meeting: Meeting, *, depth: str) -> dict[str, Any]:
    """What an entry states beside its text."""
    return {"held_on": meeting.on.isoformat(), "minutes": meeting.minutes, "depth": depth, "format": meeting.format}


def entry_given(
    template: Template,
    meeting: Meeting,
    *,
    reference: str,
    last_on: date | None,
    terms: EntryTerms,
    without: str = NOT_YET,
) -> Given:
    """What an entry's form computes, whom its actions may be given to, and which of them need a date.

    ``without``: what it says where there is no day on which the child was discussed before.
    """
    words = {
        "child_reference": reference,
        "held_on": rules.in_words(meeting.on),
        "last_discussed_on": rules.in_words(last_on) if last_on else without,
        "worker": meeting.worker.name,
    }
    places = list(_places(template))
    return Given(
        computed={
            (section, item): words[item] for section, item, kind in places if kind == "computed" and item in words
        },
        dated=frozenset((section, item) for section, item, kind in places if kind == "actions") if terms.dated else (),
        people=[(str(each.pk), each.name) for each in (meeting.worker, meeting.author)],
    )


def _places(template: Template) -> Iterator[tuple[str, str, str]]:
    for section in template.sections:
        for item in section.fields:
            yield section.id, item.id, item.type


def entry_texts(
    children: Sequence[ChildToWrite], meeting: Meeting, *, terms: EntryTerms, on: date, policy: Policy | None
) -> tuple[EntryText, ...]:
    """The entries that one signature signs with a record, each with its own facts; in one query.

    ``policy``: of the day of the signature, by which lateness is counted.
    """
    signed = [(each, each.entry, each.mark) for each in children if each.is_signed_with]
    earlier = last_discussed([each.child.pk for each, _, _ in signed], before=meeting.on) if signed else {}
    return tuple(
        EntryText(
            record_id=entry.record_id,
            record=entry.record,
            facts=entry_facts(meeting, depth=mark.depth),
            late=lateness(meeting.on, first_signed_on(entry.record) or on, policy=policy),
            given=entry_given(
                records.template_of(entry.record),
                meeting,
                reference=each.child.reference,
                last_on=earlier.get(each.child.pk),
                terms=terms,
            ),
        )
        for each, entry, mark in signed
        if entry and mark
    )


def first_signed_on(record: Record) -> date | None:
    """The day on which a record was signed first: a text that is corrected after a return was entered on that day."""
    signed = [head.signed_at for head in record.get_heads() if head.kind is PartKind.TEXT and head.signed_at]
    return date_of(signed[0]) if signed else None
