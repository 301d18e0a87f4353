"""Records about children that are to be entered on the child's record in the case system, and those that were."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import DateField, DateTimeField, Exists, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from cases import selectors as cases
from cases.access import check_can_change_child
from core.actor import Actor
from core.clock import date_of
from core.shortcuts import may
from policies.rules.deadlines import RecordAssessment
from policies.rules.timeline import PolicyTimeline
from policies.selectors import timeline_on
from records.models import Part, Record
from records.rules import PartKind, State
from supervision.entering.rules import FOR_CHILD_RECORD, assess_entering, late_words
from supervision.models import EnteredOnChildRecord

ON_A_PAGE = 50
TEXTS = Part.objects.filter(record=OuterRef("pk"), kind=PartKind.TEXT)


def to_enter(actor: Actor) -> Any:
    """The signed records within sight that belong on a child's record and that nobody has entered there yet.

    What went back for correction waits for its new text; what was judged to be of no significance waits for nothing.
    """
    entered = EnteredOnChildRecord.objects.filter(record=OuterRef("pk"))
    return for_child_record(actor).filter(~Exists(entered)).exclude(state=State.RETURNED)


def for_child_record(actor: Actor) -> Any:
    """The signed records within sight that belong on a child's record, with the day that each is of and of its signature."""
    insignificant = TEXTS.filter(facts__for_child_record=False)
    found = Record.objects.visible_to(actor).filter(
        Exists(TEXTS), ~Exists(insignificant), kind__in=FOR_CHILD_RECORD, child__isnull=False
    )
    last = TEXTS.order_by("-seq")
    return found.with_state().annotate(
        held_on=Cast(KeyTextTransform("held_on", Subquery(last.values("facts")[:1])), DateField()),
        written_at=Subquery(TEXTS.order_by("seq").values("signed_at")[:1], output_field=DateTimeField()),
    )


@dataclass(frozen=True, slots=True)
class ToEnter:
    """A record that is, or was, to be entered. ``due``: how it stands by its deadline; ``may_mark``: by whoever looks.

    ``entered``: that it was; None while nobody has said so.
    """

    record_id: UUID
    kind: str
    title: str
    reference: str
    written_by: str
    held_on: date | None
    written_on: date
    due: RecordAssessment | None
    may_mark: bool
    entered: EnteredOnChildRecord | None = None

    @property
    def due_on(self) -> date | None:
        """The last day on which it can be entered in time; of what is entered as it was said then."""
        if self.entered:
            return self.entered.due_on
        return self.due.due_on if self.due else None

    @property
    def late(self) -> str:
        """By how much it is late."""
        return late_words(self.due)


@dataclass(frozen=True, slots=True)
class EnteringPage:
    """The records to enter, or those that were entered."""

    rows: Page
    shows_done: bool
    waiting: int

    @property
    def can_mark(self) -> bool:
        """Whether the reader can say of any on this page that it is entered."""
        return any(row.may_mark for row in self.rows)


def entering_page(*, actor: Actor, on: date, shows_done: bool = False, number: str = "1") -> EnteringPage:
    """The records that wait, the oldest first; or those that were entered, the latest first. A page at a time."""
    waiting = to_enter(actor)
    found = waiting.order_by("held_on", "pk")
    if shows_done:
        found = for_child_record(actor).filter(entered__isnull=False).order_by("-entered__recorded_at", "pk")
    page: Any = Paginator(found.select_related("child", "author", "entered__entered_by"), ON_A_PAGE).get_page(number)
    rows = rows_of(list(page.object_list), actor=actor, on=on, policies=timeline_on(on))
    page.object_list = rows
    number_waiting = waiting.count() if shows_done else page.paginator.count
    return EnteringPage(rows=page, shows_done=shows_done, waiting=number_waiting)


def rows_of(
    records: Sequence[Any], *, actor: Actor, on: date, policies: PolicyTimeline | None, marks: bool = True
) -> list[ToEnter]:
    """Records of ``for_child_record`` as lists show them; ``marks``: whether it matters who may say that they are entered."""
    markable = may_mark(records, actor=actor) if marks else frozenset[UUID]()
    rows = []
    for record in records:
        entered = getattr(record, "entered", None)
        due = (
            assess_entering(
                policies, record.kind, held_on=record.held_on, entered_on=entered and entered.entered_on, on=on
            )
            if record.held_on
            else None
        )
        rows.append(
            ToEnter(
                record_id=record.pk,
                kind=record.kind,
                title=record.title,
                reference=record.child.reference,
                written_by=record.author.name,
                held_on=record.held_on,
                written_on=date_of(record.written_at),
                due=due,
                may_mark=record.pk in markable and not entered,
                entered=entered,
            )
        )
    return rows


def may_mark(records: Collection[Record], *, actor: Actor) -> frozenset[UUID]:
    """Of which of the records the actor says that they are entered: who wrote them, the child's worker, who answers for
    the child. In at most three queries.
    """
    others = [record for record in records if record.author_id != actor.staff_id]
    own = {record.pk for record in records if record.author_id == actor.staff_id}
    children = {record.child_id for record in others if record.child_id}
    if not children:
        return frozenset(own)
    holders = cases.holders_of(children=children, on=actor.on)
    held = cases.held_without_a_worker(children=children, on=actor.on, holders=holders)

    def may_say(child: UUID) -> bool:
        holdings = [holder.holding for holder in holders.get(child, ())]
        is_worker = any(each.holder_id == actor.staff_id for each in holdings)
        return is_worker or may(check_can_change_child, actor, holdings, held=held.get(child))

    said = {child: may_say(child) for child in children}
    return frozenset(own | {record.pk for record in others if record.child_id and said[record.child_id]})


def chosen(*, record_ids: Iterable[UUID], actor: Actor) -> list[Any]:
    """Those of the chosen records that still wait and that the actor sees, the oldest first."""
    found = to_enter(actor).filter(pk__in=set(record_ids)).select_related("child", "author", "entered")
    return list(found.order_by("held_on", "pk")[:ON_A_PAGE])


def entered(*, record: Record, actor: Actor) -> EnteredOnChildRecord | None:
    """That a record was entered on the child's record, by whom and when; None while nobody has said so."""
    found = EnteredOnChildRecord.objects.visible_to(actor).filter(record=record)
    return found.select_related("entered_by").first()


@dataclass(frozen=True, slots=True)
class Times:
    """When something was held, when it was written, and when it came onto the child's record.

    ``is_written_again``: its text was signed anew after it was entered, so what stands there is the text of before.
    """

    held_on: date | None
    written_at: datetime
    entered: EnteredOnChildRecord | None
    due: RecordAssessment | None
    is_written_again: bool
    is_wanted: bool

    @property
    def late(self) -> str:
        """By how much it is late."""
        return late_words(self.due)


def times_of(*, record: Record, actor: Actor, on: date) -> Times | None:
    """When one record about a child was held, written and entered; None for one that is not signed."""
    texts = [part for part in record.parts.all() if part.kind == PartKind.TEXT]
    if not texts or record.kind not in FOR_CHILD_RECORD:
        return None
    facts = texts[-1].facts
    held_on = date.fromisoformat(facts["held_on"]) if facts.get("held_on") else None
    found = entered(record=record, actor=actor)
    policies = timeline_on(on)
    day = found.entered_on if found else None
    due = assess_entering(policies, record.kind, held_on=held_on, entered_on=day, on=on) if held_on else None
    return Times(
        held_on=held_on,
        written_at=texts[0].signed_at,
        entered=found,
        due=due,
        is_written_again=bool(found and texts[-1].signed_at > found.recorded_at),
        is_wanted=facts.get("for_child_record") is not False,
    )
