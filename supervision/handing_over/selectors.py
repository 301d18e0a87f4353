"""Reading changes of supervisor: those to come, what goes over with one, and what its brief starts from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cases.models import Allocation
from core.actor import Actor
from core.templatetags.countersign import long_date, time_of
from records import selectors as records
from records.models import Action, Part, Record
from records.rules import EXAMINING, LateEntry, State
from records.selectors import ActionRow, TextToSign
from records.values import Given
from staff.models import SupervisionRelationship
from supervision.models import HandoverBrief, Matter, SupervisionSession
from supervision.selectors.children import child_questions, judge_child
from supervision.selectors.computed import open_actions_in_words
from supervision.selectors.handover import begun_after_another, sessions_to_take_over
from supervision.selectors.people import TeamRow, team_rows
from supervision.selectors.programmes import steps_in

# Children who fall due within so many days after the change are named in the brief
NEAR = timedelta(days=28)
NOTHING_PUT = "Nothing."


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the supervisor by line management. ``relationship_id``: the one that ends; ``record_id``: its brief,
    where it is begun, and ``state`` how that stands.
    """

    person_id: UUID
    person: str
    former_id: UUID
    former: str
    successor_id: UUID
    successor: str
    starts_on: date
    relationship_id: UUID
    record_id: UUID | None = None
    state: str = ""

    @property
    def last_day(self) -> date:
        """The last day with the former supervisor."""
        return self.starts_on - timedelta(days=1)

    @property
    def is_signed(self) -> bool:
        """Whether the brief is signed, at least by who wrote it."""
        return self.state in (State.AWAITING, State.SEALED)

    def is_ahead(self, on: date) -> bool:
        """Whether it is still to come on a day."""
        return self.starts_on > on


def coming_changes(actor: Actor) -> QuerySet[SupervisionRelationship]:
    """Relationships to come by which a supervisor changes: of the actor, of whom the actor supervises, or to the actor."""
    near = Q(supervisee=actor.staff_id) | Q(supervisee__in=actor.supervises) | Q(supervisor=actor.staff_id)
    return begun_after_another().filter(near, starts_on__gt=actor.on)


def changes_at_home(actor: Actor) -> list[Change]:
    """The changes to come that concern the actor as one of the three people, by day; in one query."""
    found = _changes(coming_changes(actor))
    return [each for each in found if actor.staff_id in (each.person_id, each.former_id, each.successor_id)]


def change_of(person_id: UUID, *, on: date) -> Change | None:
    """The next change of somebody's supervisor; where none is to come, the last. None where there was none."""
    found = _changes(begun_after_another().filter(supervisee=person_id))
    coming = [each for each in found if each.is_ahead(on)]
    return coming[-1] if coming else next(iter(found), None)


def change_that_ends(relationship_id: UUID) -> Change | None:
    """The change with which a relationship ends; None where none is set, or nobody comes after."""
    rows: Any = begun_after_another()
    return next(iter(_changes(rows.filter(ends=relationship_id))), None)


def change_of_brief(record: Record) -> Change | None:
    """The change for which a record is the brief."""
    brief = HandoverBrief.objects.filter(record=record).first()
    return change_that_ends(brief.relationship_id) if brief else None


def _changes(rows: QuerySet[SupervisionRelationship]) -> list[Change]:
    ended = SupervisionRelationship.objects.filter(pk=OuterRef("ends"))
    briefs = HandoverBrief.objects.filter(relationship=OuterRef("ends"))
    last = Part.objects.filter(record__handover_brief__relationship=OuterRef("ends")).order_by("-seq")
    found: Any = rows.annotate(
        former=Subquery(ended.values("supervisor")[:1]),
        former_name=Subquery(ended.values("supervisor__name")[:1]),
        brief=Subquery(briefs.values("record")[:1]),
        state=Subquery(last.values("state_after")[:1]),
        person_name=F("supervisee__name"),
        successor_name=F("supervisor__name"),
    )
    return [
        Change(
            person_id=row.supervisee_id,
            person=row.person_name,
            former_id=row.former,
            former=row.former_name,
            successor_id=row.supervisor_id,
            successor=row.successor_name,
            starts_on=row.starts_on,
            relationship_id=row.ends,
            record_id=row.brief,
            state=row.state or (State.DRAFT.value if row.brief else ""),
        )
        for row in found
    ]


# What goes over


@dataclass(frozen=True, slots=True)
class GoesOver:
    """What follows the supervisee to the new supervisor, as one reader sees it. ``brief``: the record, where it is theirs to read or
    write. ``left``: open actions that the former supervisor was to do; ``may_give_on``: those of them that the reader may give on.
    """

    change: Change
    row: TeamRow
    records: int
    actions: int
    left: Sequence[ActionRow]
    sessions: Sequence[SupervisionSession]
    brief: Record | None
    may_write: bool

    @property
    def may_give_on(self) -> list[Action]:
        """Those of what the former supervisor was to do that the reader may give on now."""
        return [each.action for each in self.left if each.may_give_on]

    @property
    def due_on(self) -> date | None:
        """When supervision is due: the change leaves it as it is."""
        first = self.row.assessment.asks_first() if self.row.assessment else None
        return first.due_on if first else None


def goes_over(*, change: Change, actor: Actor) -> GoesOver:
    """What goes over with a change, read on a day before or after it."""
    signed = Record.objects.visible_to(actor).filter(subject=change.person_id, parts__seq=1)
    open_actions = Action.objects.visible_to(actor).live().filter(record__subject=change.person_id)
    left = open_actions.filter(owner=change.former_id).exclude(record__kind__in=sorted(EXAMINING))
    of_former = SupervisionSession.objects.visible_to(actor).planned()
    ahead = of_former.filter(supervisee=change.person_id, supervisor=change.former_id, on__gte=change.starts_on)
    waiting = ahead if change.is_ahead(actor.on) else sessions_to_take_over(person_id=change.person_id, actor=actor)
    brief = Record.objects.visible_to(actor).filter(pk=change.record_id).first() if change.record_id else None
    is_former = change.former_id == actor.staff_id and change.is_ahead(actor.on)
    return GoesOver(
        change=change,
        row=team_rows(people=[change.person_id], on=actor.on)[0],
        records=signed.count(),
        actions=open_actions.count(),
        left=[
            records.action_row(each, actor=actor, on=actor.on, left_behind=change.person_id in actor.next_up_for)
            for each in records.by_urgency(left.with_people().with_delay_explained())
        ],
        sessions=list(waiting.order_by("on", "starts")),
        brief=brief,
        may_write=is_former and change.person_id in actor.supervises and not change.is_signed,
    )


# What the brief starts from


@dataclass(frozen=True, slots=True)
class BriefContext:
    """What stands in a brief beside what its writer typed: the same for the form, the check and the signature."""

    given: Given
    facts: Mapping[str, Any]


def brief_context(*, record: Record, change: Change, on: date) -> BriefContext:
    """What the file says on a day, in words, for the places that the form has for it."""
    words = dict(_words(record, change, on=on))
    template = records.template_of(record)
    places = [(one.id, item.id) for one in template.sections for item in one.fields if item.type == "computed"]
    return BriefContext(
        given=Given(
            computed={place: words[place[1]] for place in places if place[1] in words},
            people=[(str(record.worker_id), record.worker.name), (str(record.author_id), record.author.name)],
        ),
        facts={"changes_on": change.starts_on.isoformat()},
    )


def brief_to_sign(record: Record, context: BriefContext) -> TextToSign:
    """The text of a brief as it would be signed now."""
    return records.text_to_sign(record=record, facts=context.facts, late=LateEntry(), given=context.given)


def _words(record: Record, change: Change, *, on: date) -> Iterator[tuple[str, str]]:
    row = team_rows(people=[record.worker_id], on=on)[0]
    yield "supervisee", change.person
    yield "supervisor", f"{change.former}, until {long_date(change.last_day)}"
    yield "successor", change.successor
    yield "changes_on", long_date(change.starts_on)
    yield "last_session", _last(row)
    yield "next_due", _due(row)
    yield "booked", _booked(record.worker_id, on=on)
    yield "programme", _phases(row)
    yield "contract", _contract(row)
    yield "agreed", row.exception.words if row.exception else "None."
    yield "open_actions", open_actions_in_words(record, on=on)
    yield "children_due", _children(record.worker_id, on=on, until=change.starts_on + NEAR)
    yield "matters", _matters(record.worker_id)


def _last(row: TeamRow) -> str:
    return f"{long_date(row.last.on)}, {row.last.undisturbed_minutes} minutes." if row.last else "None is on record."


def _due(row: TeamRow) -> str:
    first = row.assessment.asks_first() if row.assessment else None
    if first is None or first.due_on is None:
        return first.why if first else "Nothing is asked for."
    return f"{long_date(first.due_on)}. {first.why}."


def _booked(person_id: UUID, *, on: date) -> str:
    planned = SupervisionSession.objects.planned().filter(supervisee=person_id, on__gte=on).order_by("on", "starts")
    lines = [f"{long_date(each.on)}, {time_of(each.starts)} to {time_of(each.ends)}" for each in planned]
    return "\n".join(lines) or "Nothing is in the diary."


def _phases(row: TeamRow) -> str:
    now = [step for step in steps_in(row.question) if step.is_now] if row.question else []
    lines = [
        f"{step.phase.label or step.phase.id}{f', until {long_date(step.ends_on - timedelta(days=1))}' if step.ends_on else ''}"
        for step in now
        if step.phase.label or step.phase.id
    ]
    return "\n".join(lines) or "None."


def _contract(row: TeamRow) -> str:
    contract = row.contract
    since = f", since {long_date(contract.starts_on)}" if contract.starts_on else ""
    review = f", to be reviewed by {long_date(contract.review_on)}" if contract.review_on else ""
    return f"{contract.words}{since}{review}. A contract of the two new people takes its place."


def _children(person_id: UUID, *, on: date, until: date) -> str:
    held = Allocation.objects.live(on).filter(holder=person_id).values_list("child", "child__reference")
    references = dict(held)
    asked = child_questions(children=references.keys(), on=on) if references else {}
    due = [
        (first.due_on, references[child])
        for child, question in asked.items()
        if (first := judge_child(question).asks_first()) and first.due_on and first.due_on <= until
    ]
    lines = [f"{reference}: {'overdue since' if day < on else 'by'} {long_date(day)}" for day, reference in sorted(due)]
    return "\n".join(lines) or f"None by {long_date(until)}."


def _matters(person_id: UUID) -> str:
    waiting = Matter.objects.filter(supervisee=person_id).exclude(status=Matter.Status.CLOSED).order_by("raised_at")
    return "\n".join(_matter_lines(waiting)) or NOTHING_PUT


def _matter_lines(matters: Iterable[Matter]) -> Iterator[str]:
    for matter in matters:
        yield f"{matter.get_kind_display()}, put on {long_date(matter.raised_at)}: {matter.get_status_display().lower()}"
