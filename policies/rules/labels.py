"""The words for a rule in place of the name that the policy's file has for it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from policies.rules.answers import Assessment, ChildAssessment, Row
from policies.rules.policy import CaseRule, Policy, Rule
from policies.rules.timeline import PolicyTimeline

# The engine's own rules, which no policy has
OWN_RULES = {
    "agreed": "Agreed in the contract",
    "return": "After a long absence",
    "override": "Set for this child alone",
}
_PLAN_TYPE = "plan type "

Given = TypeVar("Given", Assessment, ChildAssessment)


def label_of(rule: Rule | CaseRule) -> str:
    """What people call a rule."""
    return rule.label or from_slug(rule.id)


def from_slug(slug: str) -> str:
    """A name of a file as words: "individual-monthly" as "Individual monthly"."""
    return slug.replace("_", " ").replace("-", " ").capitalize().replace("Asye", "ASYE").replace("Nqsw", "NQSW")


def assessment_in_words(policy: Policy | PolicyTimeline, assessment: Given) -> Given:
    """The answer with the labels that people know in place of the names that the policy's file has for its rules."""
    timeline = PolicyTimeline.of(policy)
    versions = [each for each, _ in timeline.periods]
    in_force = timeline.on(assessment.on)
    is_of_child = isinstance(assessment, ChildAssessment)
    rules = tuple(
        replace(row, why=_why_in_words(row, versions, in_force, is_of_child=is_of_child)) for row in assessment.rules
    )
    return replace(
        assessment, rules=rules, messages=tuple(_message_in_words(in_force, message) for message in assessment.messages)
    )


def why_in_words(policy: Policy | PolicyTimeline, row: Row, on: date) -> str:
    """The sentence of one row of an answer, with those labels."""
    timeline = PolicyTimeline.of(policy)
    return _why_in_words(row, [each for each, _ in timeline.periods], timeline.on(on))


def _why_in_words(row: Row, versions: Sequence[Policy], in_force: Policy, *, is_of_child: bool = False) -> str:
    sentence, bracket, basis = row.why.rpartition(f" ({row.rule}")
    if not bracket or basis[:1] not in (",", ";"):
        return row.why
    names, _, source = basis.removesuffix(").").partition("; ")
    policy = _named_in(source, versions) or in_force
    rule = policy.case_rule(row.rule) if is_of_child else policy.rule(row.rule)
    label = label_of(rule) if rule else OWN_RULES.get(row.rule, from_slug(row.rule))
    said = list(_said(rule, names.split(", ")[1:]))
    source = source.replace(policy.source, f"{policy.authority}, version {policy.version}")
    return f"{sentence} ({', '.join([f'“{label}”', *said])}; {source})."


def _said(rule: Rule | CaseRule | None, names: Sequence[str]) -> Iterator[str]:
    """Of the names after the rule's, those that people know: phases and their ends, a child's plan types."""
    phases = {phase.id: phase.label or phase.id.replace("_", " ") for phase in getattr(rule, "phases", ()) if phase.id}
    for name in names:
        if name in phases or name.startswith("until "):
            yield phases.get(name, name)
        elif name.startswith(_PLAN_TYPE):
            plan_types = name.removeprefix(_PLAN_TYPE).split(" and ")
            yield _PLAN_TYPE + " and ".join(f"“{from_slug(each)}”" for each in plan_types)


def _named_in(source: str, versions: Sequence[Policy]) -> Policy | None:
    """The version that a row's source names, which need not be the one in force: a window of last year has its own."""
    named = [policy for policy in versions if source.endswith(policy.source)]
    return max(named, key=lambda policy: len(policy.source), default=None)


def _message_in_words(policy: Policy, message: str) -> str:
    name, colon, rest = message.partition(": ")
    rule = policy.rule(name) or policy.case_rule(name) if colon else None
    return f"“{label_of(rule)}”: {rest}" if rule else message
