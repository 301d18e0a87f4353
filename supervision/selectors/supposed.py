"""How people and children would stand if another policy began on a day: what a draft is looked at with."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from policies import rules as engine
from policies.rules.answers import Assessment, ChildAssessment
from policies.rules.children import assess_child
from policies.rules.policy import Policy
from policies.rules.timeline import PolicyTimeline
from supervision.selectors.children import child_fact_rows, child_facts, timeline_of_rows
from supervision.selectors.contracts import contracts_of
from supervision.selectors.rows import session_rows
from supervision.selectors.status import dated_facts, gather_facts, timeline_in


def supposed_timeline(now: PolicyTimeline | None, policy: Policy, *, on: date) -> PolicyTimeline:
    """The policies over time as they would be with another one from a day on."""
    if now is None:
        return PolicyTimeline(((policy, None),))
    earlier = tuple((each, starts_on) for each, starts_on in now.periods if starts_on is None or starts_on < on)
    return PolicyTimeline((*earlier, (policy.with_days(now.on(on).days_added), on if earlier else None)))


def workers_if(
    *, people: Collection[UUID], on: date, policy: Policy
) -> Iterator[tuple[UUID, Assessment | None, Assessment]]:
    """Of each of the people the answer for a day as the policies stand, and as it would be; in four queries.

    Of a day to come it is taken that everything in the diary until then is held.
    """
    known = dated_facts(people, None, on)
    now = timeline_in(known)
    then = supposed_timeline(now, policy, on=on)
    sessions = session_rows(people=people)
    contracts = contracts_of(people=people, on=on)

    def gathered(timeline: PolicyTimeline) -> dict[UUID, engine.Facts]:
        facts = gather_facts(
            people=people, on=on, policy=timeline.on(on), contracts=contracts, sessions=sessions, known=known
        )
        return {key: _as_kept(each, on) for key, each in facts.items()}

    before = gathered(now) if now else {}
    for person_id, facts in gathered(then).items():
        answer = engine.assess(now, before[person_id], on) if now else None
        yield person_id, answer, engine.assess(then, facts, on)


def _as_kept(facts: engine.Facts, on: date) -> engine.Facts:
    sessions = [
        replace(each, status="held") if each.status == "booked" and each.on < on else each for each in facts.sessions
    ]
    return replace(facts, sessions=sessions)


def children_if(
    *, children: Collection[UUID], on: date, policy: Policy
) -> Iterator[tuple[ChildAssessment | None, ChildAssessment]]:
    """The same of each of the children; in one query."""
    rows = child_fact_rows(children=children, on=on)
    now = timeline_of_rows(rows)
    then = supposed_timeline(now, policy, on=on)
    for child in child_facts(children=children, on=on, rows=rows).values():
        yield assess_child(now, child, on) if now else None, assess_child(then, child, on)
