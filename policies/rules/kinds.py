"""Which kinds of session a policy knows for a worker: one to one, and in a group."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from policies.rules.facts import Facts
from policies.rules.policy import Atom, AtomType, Policy, Rule, Terms
from policies.rules.rolling import binds
from policies.rules.worker import Worker

INDIVIDUAL, GROUP = "individual", "group"
COMBINED = "combined"
# A group that no rule counts: it is held in addition, and moves nobody's clock
REFLECTIVE = "reflective_group"
NOT_OF_A_SLUG = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds that one-to-one sessions with a worker can be of; ``usual``: the one that a session is unless somebody
    says otherwise.
    """

    usual: str = COMBINED
    choices: tuple[str, ...] = (COMBINED,)

    @property
    def is_choice(self) -> bool:
        """Whether there is anything to ask."""
        return len(self.choices) > 1


@dataclass(frozen=True, slots=True)
class GroupModel:
    """A way of working in a group that the policy names: its steps in order, and the roles that people take.

    ``label``: what the authority calls it.
    """

    id: str
    steps: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    label: str = ""

    @property
    def name(self) -> str:
        """Its name in words: its label, or where a policy gives none, its id."""
        return self.label or self.id.replace("-", " ").replace("_", " ").capitalize()


def service_slug(name: str) -> str:
    """A service of the authority as policies name it: "Family Safeguarding" is family_safeguarding."""
    return NOT_OF_A_SLUG.sub("_", name.lower()).strip("_")


def rules_that_bind(policy: Policy, *, categories: Collection[str], services: Collection[str] = ()) -> list[Rule]:
    """The rules for a worker of these categories in these services."""
    return [
        rule
        for rule in policy.rules
        if (rule.categories is None or rule.categories & set(categories))
        and (not rule.services or rule.services & set(services))
        and not rule.not_services & set(services)
    ]


def kinds_of_sessions(policy: Policy, *, categories: Collection[str], services: Collection[str] = ()) -> Kinds:
    """What a one-to-one session with a worker may be, and what it usually is.

    Usually the kind that satisfies every rule that binds; where no single kind does, personal and case in one. Where
    the policy records personal and case supervision apart, each can be held by itself.
    """
    bound = [rule for rule in rules_that_bind(policy, categories=categories, services=services) if _counts(rule)]
    asked = tuple(dict.fromkeys(rule.kind for rule in bound))
    if asked == ("personal",) and _records_cases_apart(policy, categories):
        return Kinds("personal", ("personal", "case", COMBINED))
    usual = next((kind for kind in (*asked, COMBINED) if all(_satisfies(kind, rule) for rule in bound)), COMBINED)
    return Kinds(usual, asked if len(asked) == 1 else tuple(dict.fromkeys((*asked, COMBINED))))


def kinds_of_groups(policy: Policy) -> tuple[str, ...]:
    """The kinds of the rules that count sessions in a group; where none does, a group is held in addition to all."""
    found = dict.fromkeys(rule.kind for rule in policy.rules if _counts(rule, GROUP))
    return tuple(found) or (REFLECTIVE,)


def group_models(policy: Policy) -> tuple[GroupModel, ...]:
    """The ways of working in a group that the policy names."""
    return tuple(_models(policy.blocks.get("group_models")))


def recorder_agreed_before(policy: Policy) -> bool:
    """Whether who writes the record of a group is to be agreed before it begins."""
    recording = policy.blocks.get("recording") or {}
    group = recording.get("group")
    return isinstance(group, dict) and group.get("recorder") == "agreed_before_session"


def next_must_be_individual(policy: Policy, facts: Facts, on: date) -> bool:
    """Whether a rule that alternates leaves no group session for the worker before an individual one."""
    worker = Worker(policy, facts, on)
    return any(
        _running(worker, stretch.phase.terms, atom) >= atom.max
        for rule in policy.rules
        if binds(worker, rule)
        for stretch in (worker.stretch(rule),)
        for atom in stretch.phase.atoms
        if atom.type == AtomType.ALTERNATION
    )


def group_comes_next(policy: Policy, facts: Facts, on: date, *, rule_id: str) -> bool:
    """Whether what a rule asks for next is a group: it counts groups alone, or it alternates and an individual session
    came last.
    """
    rule = policy.rule(rule_id)
    if rule is None:
        return False
    if not _counts(rule):
        return _counts(rule, GROUP)
    worker = Worker(policy, facts, on)
    stretch = worker.stretch(rule)
    turns = [atom for atom in stretch.phase.atoms if atom.type == AtomType.ALTERNATION]
    counted = [session for atom in turns for session in worker.found(stretch.phase.terms, atom).counted]
    return bool(counted) and counted[-1].format == INDIVIDUAL


def _running(worker: Worker, terms: Terms, atom: Atom) -> int:
    """How many group sessions came last, up to the day asked about."""
    counted = reversed(worker.found(terms, atom).counted)
    return len(list(takewhile(lambda session: session.format == GROUP, counted)))


def _counts(rule: Rule, wanted: str = INDIVIDUAL) -> bool:
    return any(form == wanted for phase in rule.phases for _, form in phase.terms.accepts)


def _satisfies(kind: str, rule: Rule) -> bool:
    return all((kind, INDIVIDUAL) in phase.terms.accepts for phase in rule.phases)


def _records_cases_apart(policy: Policy, categories: Collection[str]) -> bool:
    recording = policy.blocks.get("recording") or {}
    holds = any((found := policy.category(each)) and found.case_holding is not False for each in categories)
    return holds and "personal" in recording and "case" in recording


def _models(block: Any) -> Iterator[GroupModel]:
    for each in block if isinstance(block, list) else ():
        if isinstance(each, dict) and each.get("id"):
            steps, roles = ([str(one) for one in each.get(name) or ()] for name in ("steps", "roles"))
            yield GroupModel(str(each["id"]), tuple(steps), tuple(roles), str(each.get("label") or ""))
