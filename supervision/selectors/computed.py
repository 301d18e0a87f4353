"""Words that a form computes: of the policy, of open actions, of how a manager's own team is supervised."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.rules.answers import Status
from policies.rules.durations import Duration
from policies.rules.policy import Policy
from records.models import Action, Record
from records.rules import MASKED
from staff.models import SupervisionRelationship
from supervision import rules
from supervision.rules import Bounds
from supervision.selectors.contracts import contracts_of
from supervision.selectors.status import assessments

REGULATOR = "The regulator of the profession"
LATE = frozenset({Status.OVERDUE, Status.MISSED, Status.TARGET_PASSED})
NO_CATEGORIES = "The policy names no such matters: anything is shared only if both of you agree, or where the law asks."


def policy_in_words(policy: Policy | None) -> dict[str, str]:
    """What a contract takes from the policy word for word: the regulator, and what may be passed on (R149, R154)."""
    regulator = str(policy.labels.get("regulator") or REGULATOR) if policy else REGULATOR
    return {"regulator": regulator, "may_be_shared": "\n".join(shareable(policy)) or NO_CATEGORIES}


def shareable(policy: Policy | None) -> list[str]:
    """The matters that the policy lets be passed on without the other's agreement, as it names them."""
    named = (policy.blocks.get("confidentiality") or {}).get("may_share_without_agreement") if policy else None
    return [str(each).replace("_", " ").capitalize() for each in named] if isinstance(named, list) else []


def measured_in_words(facts: Mapping[str, Any], bounds: Bounds) -> str:
    """What a contract's frequency and length are beside the policy's: an exception says so, and never looks like less."""
    every = Duration.parse(facts["every"]) if facts.get("every") else None
    asked = [f"every {bounds.every.in_words}"] if bounds.every else []
    asked += [f"{bounds.minutes} minutes"] if bounds.minutes else []
    if not asked:
        return "The policy gives no figure."
    policy = f"The policy asks for {', '.join(asked)}."
    if bounds.exception and bounds.is_looser(every, facts.get("minutes")):
        return f"{policy} Agreed exception until {rules.in_words(bounds.exception.last_on)}. Not what the policy asks."
    return policy


def open_actions_in_words(record: Record, *, on: date) -> str:
    """What was agreed in earlier sessions and is still to be done, a line each; from masked sections nothing (R203)."""
    live = Action.objects.live().filter(record__subject=record.worker_id).exclude(record=record)
    lines = []
    for action in live.exclude(sensitivity__in=sorted(MASKED)).order_by("due_on", "pk"):
        by = f", by {rules.in_words(action.due_on)}" if action.due_on else ""
        late = " (overdue)" if action.due_on and action.due_on < on else ""
        lines.append(f"{action.what} ({action.owner_name or 'nobody is named'}{by}){late}")
    return "\n".join(lines) or "None."


def team_in_words(record: Record, *, on: date) -> str:
    """How the people whom the supervisee supervises are themselves supervised, in figures (R205)."""
    relationships = SupervisionRelationship.objects.live(on).filter(supervisor_id=record.worker_id)
    people = set(relationships.values_list("supervisee_id", flat=True))
    if not people:
        return f"{record.worker.name} supervises nobody at present."
    contracts = contracts_of(people=people, on=on)
    answers = assessments(people=people, on=on, contracts=contracts)
    late = sum(answer.worst in LATE for answer in answers.values())
    agreed = sum(view.is_in_force for view in contracts.values())
    return (
        f"{len(people)} supervised on {rules.in_words(on)}: {late} overdue or with a session missed, "
        f"{len(people) - late} not; {agreed} with a contract in force."
    )
