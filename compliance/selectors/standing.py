"""How people and children stand on a day, as was known at a moment: what a night looks at, and nothing else."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from compliance import rules
from compliance.models import Kind
from compliance.rules import Late, Standing, Thing, Wording
from compliance.selectors.night import employed_among
from core.clock import date_of
from policies.rules.answers import Assessment, ChildAssessment
from policies.rules.children import assess_child
from policies.rules.deadlines import RecordDue, assess_record
from policies.rules.engine import assess
from policies.rules.timeline import PolicyTimeline
from staff.models import SupervisionRelationship
from supervision.selectors import ContractView, Question, child_questions, contracts_of, questions

# Which of a policy's deadlines concern the record of a session; the last where children were discussed in it
OF_A_SESSION = ("worker", "personal", "manager", "management")
OF_CHILDREN = "case"

# The records that somebody still has to enter, and those that were entered since they were last looked at
RECORDS = """
SELECT session.id::text, session.supervisee_id, session."on",
    (SELECT min(signed_at) FROM records_part AS part
    WHERE part.record_id = session.record_id AND part.kind = 'text' AND part.signed_at <= %(known_at)s),
    EXISTS (SELECT 1 FROM supervision_discussion AS discussion WHERE discussion.session_id = session.id
        AND discussion.depth <> 'not_discussed' AND discussion.recorded_at <= %(known_at)s
        AND (discussion.replaced_at IS NULL OR discussion.replaced_at > %(known_at)s)),
    entries.signed, entries.entered, entries.entered_on
FROM supervision_supervisionsession AS session
LEFT JOIN LATERAL (SELECT count(*) AS signed, count(entered.id) AS entered, max(entered.entered_on) AS entered_on
    FROM supervision_caseentry AS entry
    LEFT JOIN supervision_enteredonchildrecord AS entered ON entered.record_id = entry.record_id
        AND entered.recorded_at <= %(known_at)s
    WHERE entry.session_id = session.id AND EXISTS (SELECT 1 FROM records_part AS part
        WHERE part.record_id = entry.record_id AND part.kind = 'text' AND part.signed_at <= %(known_at)s)
    ) AS entries ON true
WHERE session.supervisee_id = ANY(%(people)s) AND session.status = 'held' AND session."on" <= %(on)s
    AND session.closed_at <= %(known_at)s
    AND (%(all)s OR NOT EXISTS (SELECT 1 FROM compliance_statusinterval AS known
        WHERE known.kind = 'record' AND known.subject = session.id AND known.status = ANY(%(settled)s)
        AND known.starts_on < %(on)s))
"""


@dataclass(slots=True)
class Looked:
    """What a night found: how each thing stands, and what is late, by what a flag is raised for once."""

    standings: dict[Thing, Standing] = field(default_factory=dict)
    late: dict[rules.Key, Late] = field(default_factory=dict)

    def add(self, kind: Kind, about: UUID, answer: Assessment | ChildAssessment, wording: Wording) -> None:
        """The answer about a worker or a child."""
        key = str(about)
        self.standings[Thing(kind, key, key)] = rules.of_answer(answer, wording)
        for row in rules.late_rows_of(answer):
            due_on = row.due_on or answer.on
            source = wording.policy.source
            why = wording.why(row, is_of_child=kind is Kind.CHILD)
            late = Late(kind, about, row.rule, row.atom, due_on, source, why, row.still_asks)
            self.late[late.key] = late

    def add_other(self, kind: Kind, subject: str, about: UUID, standing: Standing) -> None:
        """How a contract or a record stands."""
        self.standings[Thing(kind, subject, str(about))] = standing
        if rules.is_late(standing) and standing.due_on:
            atom = subject if kind is Kind.RECORD else standing.atom
            late = Late(
                kind, about, standing.rule, atom, standing.due_on, standing.policy, standing.why, still_asks=True
            )
            self.late[late.key] = late


def look_at(kind: str, *, keys: Collection[UUID], on: date, known_at: datetime, with_settled: bool = False) -> Looked:
    """How some people, or some children, stand on a day. ``with_settled``: as of ``look_at_people``."""
    if kind == rules.CHILDREN:
        return look_at_children(children=keys, on=on, known_at=known_at)
    people = employed_among(keys, on=on)
    return look_at_people(people=people, on=on, known_at=known_at, with_settled=with_settled)


def look_at_people(*, people: Collection[UUID], on: date, known_at: datetime, with_settled: bool = False) -> Looked:
    """How workers, their contracts and the records of their sessions stand; whoever is not employed stands nowhere.

    ``with_settled``: also the records that were entered long since, for a caller who has no intervals to go by.
    """
    looked = Looked()
    facts = people_facts(people=people, on=on, known_at=known_at, with_settled=with_settled)
    if facts.policies is None:
        return looked
    wording = Wording(facts.policies, on)
    for person_id, question in facts.questions.items():
        looked.add(Kind.WORKER, person_id, assess(facts.policies, question.facts, on), wording)
    for person_id, contract in facts.contracts.items():
        if person_id in facts.questions:
            _add_contract(
                looked, person_id, contract, began_on=facts.began_on[person_id], policies=facts.policies, on=on
            )
    for subject, person_id, due in facts.records:
        answers = (assess_record(facts.policies, each, on) for each in due)
        if standing := rules.of_record(answers, policies=facts.policies):
            looked.add_other(Kind.RECORD, subject, person_id, standing)
    return looked


@dataclass(slots=True)
class PeopleFacts:
    """What is read of people for a night."""

    questions: Mapping[UUID, Question]
    contracts: Mapping[UUID, ContractView]
    began_on: Mapping[UUID, date]
    policies: PolicyTimeline | None = None
    records: Sequence[tuple[str, UUID, list[RecordDue]]] = ()


def people_facts(*, people: Collection[UUID], on: date, known_at: datetime, with_settled: bool = False) -> PeopleFacts:
    """What the engine is to be asked of people, how their contracts stand, which records are to be entered."""
    relations = _line_supervisors(people, on=on, known_at=known_at)
    supervisors = {supervisee: supervisor for supervisee, (supervisor, _) in relations.items()}
    contracts = contracts_of(people=people, on=on, supervisors=supervisors, known_at=known_at)
    asked = questions(people=people, on=on, contracts=contracts, known_at=known_at)
    found = PeopleFacts(asked, contracts, {person: began_on for person, (_, began_on) in relations.items()})
    found.policies = next((question.timeline for question in asked.values()), None)
    if found.policies and any(policy.deadlines for policy, _ in found.policies.periods):
        found.records = list(
            _records(people, policies=found.policies, on=on, known_at=known_at, with_settled=with_settled)
        )
    return found


def facts_of(kind: str, *, keys: Collection[UUID], on: date, known_at: datetime) -> object:
    """What is read of some people, or some children, and nothing done with it: to measure a night against."""
    if kind == rules.CHILDREN:
        return child_questions(children=keys, on=on, known_at=known_at)
    return people_facts(people=employed_among(keys, on=on), on=on, known_at=known_at)


def look_at_children(*, children: Collection[UUID], on: date, known_at: datetime) -> Looked:
    """How children whose case is open stand; the others stand nowhere."""
    looked = Looked()
    wording = None
    for child_id, question in child_questions(children=children, on=on, known_at=known_at).items():
        wording = wording or Wording(question.timeline, on)
        for episode in question.child.episodes:
            if episode.starts_on <= on and (episode.ends_on is None or episode.ends_on > on):
                looked.add(Kind.CHILD, child_id, assess_child(question.timeline, question.child, on), wording)
                break
    return looked


def _add_contract(
    looked: Looked, person_id: UUID, contract: ContractView, *, began_on: date, policies: PolicyTimeline, on: date
) -> None:
    standing = rules.of_contract(
        contract.standing, review_on=contract.review_on, began_on=began_on, policy=policies.on(on), on=on
    )
    looked.add_other(Kind.CONTRACT, str(person_id), person_id, standing)


def _line_supervisors(people: Collection[UUID], *, on: date, known_at: datetime) -> dict[UUID, tuple[UUID, date]]:
    """Who supervises each of the people by line management on a day, and since when."""
    rows = SupervisionRelationship.objects.live(on).filter(
        supervisee_id__in=people, kind=SupervisionRelationship.Kind.LINE_MANAGEMENT, recorded_at__lte=known_at
    )
    found = rows.values_list("supervisee_id", "supervisor_id", "starts_on")
    return {supervisee: (supervisor, starts_on) for supervisee, supervisor, starts_on in found}


def _records(
    people: Collection[UUID], *, policies: PolicyTimeline, on: date, known_at: datetime, with_settled: bool
) -> Iterator[tuple[str, UUID, list[RecordDue]]]:
    """The sessions whose record is to be entered, by key: whose they were, and what each deadline goes by."""
    values: dict[str, Any] = {
        "people": list(people),
        "on": on,
        "known_at": known_at,
        "settled": list(rules.SETTLED),
        "all": with_settled,
    }
    with connection.cursor() as cursor:
        cursor.execute(RECORDS, values)
        rows = cursor.fetchall()
    for session, supervisee, held_on, signed_at, of_children, signed, entered, last_on in rows:
        signed_on = date_of(signed_at) if signed_at else None
        due = [RecordDue(what, held_on, signed_on) for what in OF_A_SESSION]
        if of_children:
            # Of entries, when the last came onto its child's record, where the policy sends them there
            there = signed and policies.on(held_on).entries_go_to_child_record
            due.append(
                RecordDue(OF_CHILDREN, held_on, (last_on if entered == signed else None) if there else signed_on)
            )
        yield session, supervisee, due
