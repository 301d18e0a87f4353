"""The home page: what needs the person in front of it, in a fixed number of queries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from archive.leaving.selectors import asks_of
from archive.requests.selectors import rows_at_home
from audits.timetable.selectors import duties_at_home
from cases.models import Child
from cases.selectors.nobody import number_without_a_worker
from compliance import needs
from compliance.needs import Group, Need, Person, RecordStanding
from compliance.selectors.coming import MayCome
from compliance.selectors.know import know_needs
from compliance.selectors.lists import FlagRow, standing_flags
from core.actor import Actor
from core.prepared import prepared
from policies.models import HEADS, PolicyDraft
from policies.rules.answers import Row
from policies.rules.policy import Policy
from policies.selectors import drafts_to_publish
from records.models import Part, Record
from records.rules import ADDED, Kind, PartKind, State
from records.selectors import of_those_taken_over, unfinished_records
from records.unfinished import UNFINISHED
from staff.cover.selectors import managers_tasks
from staff.models import StaffMember
from staff.selectors import lines_waiting_for
from supervision.entering.rules import FOR_CHILD_RECORD
from supervision.feedback.selectors import is_offered
from supervision.handing_over.selectors import changes_at_home
from supervision.models import EnteredOnChildRecord, SupervisionSession
from supervision.oversight.rules import Triggers
from supervision.oversight.selectors import waiting_for
from supervision.selectors import (
    ContractView,
    ExceptionView,
    Overview,
    SessionRow,
    children_due_by,
    overviews,
)
from supervision.selectors.status import Question

NEWS_FOR = timedelta(days=14)
# Where nothing says what may be there, everything is asked for
ALL = MayCome()
SERVICE_ROWS = 10
RECORD_COLUMNS = (
    "record_id",
    "record__kind",
    "state_after",
    "record__subject_id",
    "subject_name",
    "author_name",
    "held_on",
    "answer",
    "kind",
    "signer__name",
    "corrects",
    "reference",
    "record__title",
    "to_enter",
    "to_respond",
)


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """How one's own supervision stands. ``row``: the condition that asks for a session first, None where none does.

    ``lately``: the last session, as long as one may say how it was.
    """

    me: Person
    row: Row | None
    next: SessionRow | None
    contract: ContractView | None
    exception: ExceptionView | None = None
    next_due: date | None = None
    away_since: date | None = None
    lately: SessionRow | None = None


@dataclass(frozen=True, slots=True)
class HomePage:
    """What needs the actor, under headings; what was sealed lately; how the own supervision stands; who is overdue below.

    ``children``: how many children of the actor's line are overdue, where the actor has managers below.
    ``without_a_worker``: with how many children within the actor's sight nobody works. ``whole``: whether all of the
    needs are there, and not the most pressing alone.
    """

    groups: list[Group]
    news: Group | None
    own: OwnStanding | None
    service: list[FlagRow]
    service_total: int
    children: int = 0
    without_a_worker: int = 0
    whole: bool = False


def home_page(
    *,
    actor: Actor,
    on: date,
    at: datetime,
    whole: bool = False,
    besides: Iterable[Need] = (),
    coming: MayCome = ALL,
) -> HomePage:
    """What needs the actor on a day, most pressing first; in nine queries whatever the team. ``whole``: all of it.

    ``besides``: needs that are known already. ``coming``: what may be there, and is asked for then alone.
    """
    people = {actor.staff_id} | actor.supervises
    decides_for = actor.next_up_for - people
    found = overviews(people=people, on=on, decides_for=decides_for, me=actor.staff_id)
    names = {person_id: _person(seen, actor) for person_id, seen in found.items()}
    below_me = actor.next_up_for | actor.manages
    found_flags = standing_flags(actor=actor, people=people | below_me, holders=people, below=below_me, on=on)
    flags = [flag for flag in found_flags if flag.person_id]
    raised = {flag.key: flag.raised_on for flag in flags}
    me = names[actor.staff_id]
    due = _children_due(actor, found[me.person_id], on=on)
    asked: list[Need] = [*besides]
    asked += needs.own_needs(me, found[me.person_id], raised=raised, on=on, children_due=due)
    for person_id in actor.supervises:
        asked += needs.supervisee_needs(names[person_id], found[person_id], me=me.person_id, raised=raised, on=on)
    near = {flag.child_id: flag.due_on for flag in reversed(found_flags) if flag.child_id and flag.is_near}
    asked += needs.children_needs(near)
    records = _records(actor, at=at)
    asked += needs.entries_needs(records)
    asked += [needs.record_need(record, me=me.person_id) for record in records if not needs.goes_with_session(record)]
    waiting = waiting_for(actor=actor, asked=_triggers(found, on))
    asked += [needs.wanted_need(each) for each in waiting.wanted]
    asked += [needs.answer_need(put) for put in waiting.put_to_me]
    tasks = managers_tasks(actor, on=on)
    if tasks.lines_wait:
        asked += [needs.line_need(line) for line in lines_waiting_for(actor)]
    asked += [needs.cover_need(away, on=on) for away in tasks.away]
    ending = (needs.folder_need(each, me=actor.staff_id, on=on) for each in tasks.ending)
    asked += [need for need in ending if need]
    asked += _clashes(actor, found, names, asked_to_cover={away.person_id for away in tasks.away})
    above = [key for key in decides_for if key in found and found[key].left_behind]
    asked += [needs.give_on_need(names[key], found[key].left_behind) for key in above]
    asked += [needs.exception_need(names[key], seen.asked) for key, seen in found.items() if seen.asked]
    duties = duties_at_home(actor=actor, policy=_policy(found, on), on=on, besides=_besides(actor))
    asked += needs.audit_needs(duties.standings, on=on)
    if actor.roles & HEADS and duties.may_have("drafts"):
        asked += [needs.draft_need(draft) for draft in drafts_to_publish(actor=actor)]
    if coming.changes:
        asked += [needs.change_need(change, me=me.person_id) for change in changes_at_home(actor)]
    if (actor.next_up_for or actor.manages) and duties.may_have("unfinished"):
        asked += [needs.closing_need(record) for record in unfinished_records(actor=actor)]
    if coming.leavings:
        leaving = asks_of(actor).select_related("person")
        asked += [needs.leaving_need(each, me=actor.staff_id, on=on) for each in leaving]
    below = _longest_of_each(flag for flag in flags if flag.person_id not in people)
    return HomePage(
        groups=needs.grouped(asked, whole=whole),
        news=needs.news(asked, whole=whole),
        own=_own(me, found[me.person_id], actor),
        service=below[:SERVICE_ROWS],
        service_total=len(below),
        children=len({flag.child_id for flag in found_flags if flag.child_id} - set(near)),
        without_a_worker=number_without_a_worker(waiting.nobody, policy=_policy(found, on), on=on),
        whole=whole,
    )


def hr_page(*, actor: Actor, on: date, whole: bool = False) -> list[Group]:
    """What needs HR on a day, under headings: leavings whose list is not complete, requests for data to approve or to
    answer, and requests that somebody may read; in three queries, a few more where there are requests for data.
    """
    found = [needs.leaving_need(each, me=actor.staff_id, on=on) for each in asks_of(actor).select_related("person")]
    found += [needs.data_request_need(row) for row in rows_at_home(actor=actor)]
    found += know_needs(actor, on=on)
    return needs.grouped(found, whole=whole)


def _besides(actor: Actor) -> dict[str, QuerySet[Any]]:
    """What the query of the actor's duties answers, too: whether it is there at all."""
    return {
        "drafts": PolicyDraft.objects.to_publish(actor),
        "unfinished": UNFINISHED.visible_to(actor),
    }


def _triggers(found: Mapping[UUID, Overview], on: date) -> Triggers | None:
    """What demands a decision by the policy in force, which whoever is supervised was asked about already."""
    question = _any_question(found)
    return Triggers.of(question.timeline, on) if question else None


def _policy(found: Mapping[UUID, Overview], on: date) -> Policy | None:
    """The policy of a day, which whoever is supervised was asked about already."""
    question = _any_question(found)
    return question.timeline.on(on) if question else None


def _any_question(found: Mapping[UUID, Overview]) -> Question | None:
    return next((seen.question for seen in found.values() if seen.question), None)


def _children_due(actor: Actor, own: Overview, *, on: date) -> int:
    """How many children a worker brings to a session within days. Whoever supervises reads it in the diary."""
    if own.next is None or actor.supervises or not needs.prepares_soon(own, on=on):
        return 0
    return children_due_by(days={own.person_id: own.next.on}, on=on).get(own.person_id, 0)


def _clashes(
    actor: Actor, found: Mapping[UUID, Overview], names: Mapping[UUID, Person], *, asked_to_cover: set[UUID]
) -> Iterator[Need]:
    """Sessions that fall into the absence of their supervisor."""
    for key, seen in found.items():
        if seen.clash:
            yield from needs.clash_need(
                names[key],
                seen.clash,
                me=actor.staff_id,
                supervises=key in actor.supervises,
                asked_to_cover=asked_to_cover,
            )


def _person(seen: Overview, actor: Actor) -> Person:
    own = seen.person_id == actor.staff_id
    return Person(seen.person_id, actor.name if own else seen.name, seen.supervisor, seen.contract_with)


def _records(actor: Actor, *, at: datetime) -> list[RecordStanding]:
    """Records that wait for the actor's signature or correction, and those that somebody else sealed lately."""
    return [RecordStanding(*row) for row in _last_parts(actor=actor, since=at - NEWS_FOR)]


@prepared
def _last_parts(*, actor: Actor, since: datetime) -> QuerySet[Part, tuple[Any, ...]]:
    taken_over = Q(kind=Kind.HANDOVER) & of_those_taken_over(actor) if actor.supervises else Q(pk=None)
    mine = Record.objects.visible_to(actor).filter(Q(author=actor.staff_id) | Q(subject=actor.staff_id) | taken_over)
    entered = EnteredOnChildRecord.objects.filter(record=OuterRef("record"))
    insignificant = Part.objects.filter(record=OuterRef("record"), facts__for_child_record=False)
    to_enter = (
        Q(record__kind__in=FOR_CHILD_RECORD, record__author=actor.staff_id)
        & ~Q(state_after=State.RETURNED)
        & ~Exists(entered)
        & ~Exists(insignificant)
    )
    responses = Part.objects.filter(record=OuterRef("record"), kind=PartKind.RESPONSE)
    to_respond = Q(record__kind=Kind.AUDIT, record__subject=actor.staff_id) & ~Exists(responses)
    later = Part.objects.filter(record=OuterRef("record"), seq__gt=OuterRef("seq"))
    asks = (
        Q(record__subject=actor.staff_id, state_after=State.AWAITING) & ~Q(record__kind=Kind.HANDOVER)
        | Q(record__kind=Kind.HANDOVER, state_after=State.AWAITING)
        & ~Q(record__author=actor.staff_id)
        & ~Q(record__subject=actor.staff_id)
        | Q(record__author=actor.staff_id, state_after=State.RETURNED)
        | Q(signed_at__gt=since, state_after=State.SEALED) & ~Q(signer=actor.staff_id)
        | to_enter
        | to_respond
    )
    # Looked up one by one for the few that are found: as joins they cost more to plan than to read
    people = StaffMember.objects.values("name")
    answers = Part.objects.filter(record=OuterRef("record")).exclude(kind__in=sorted(ADDED))
    last = Part.objects.filter(asks, ~Exists(later), record__in=mine).annotate(
        subject_name=Subquery(people.filter(pk=OuterRef("record__subject_id"))),
        author_name=Subquery(people.filter(pk=OuterRef("record__author_id"))),
        held_on=Subquery(SupervisionSession.objects.filter(record=OuterRef("record_id")).values("on")),
        answer=Subquery(answers.order_by("-seq").values("meaning")[:1]),
        corrects=Q(kind=PartKind.ADDENDUM) & ~Q(facts={}),
        reference=Subquery(Child.objects.filter(pk=OuterRef("record__child_id")).values("reference")),
        to_enter=to_enter,
        to_respond=to_respond,
    )
    return last.order_by("signed_at").values_list(*RECORD_COLUMNS)


def _own(me: Person, overview: Overview, actor: Actor) -> OwnStanding | None:
    row = overview.assessment.asks_first() if overview.assessment else None
    if not row and not overview.contract and not overview.next:
        return None
    last = overview.last_held
    return OwnStanding(
        me,
        row,
        overview.next,
        overview.contract,
        overview.exception,
        overview.next_due,
        overview.away_since,
        lately=last if last and is_offered(last, actor=actor) else None,
    )


def _longest_of_each(flags: Iterable[FlagRow]) -> list[FlagRow]:
    found: dict[UUID, FlagRow] = {}
    for flag in flags:
        found.setdefault(flag.key[0], flag)
    return list(found.values())
