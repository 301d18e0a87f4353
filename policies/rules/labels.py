"""The words for a rule in place of the name that the policy's file has for it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from policies.rules.answers import Assessment, ChildAssessment, Row
from policies.rules.deadlines import RecordAssessment
from policies.rules.plain import in_plain_words
from policies.rules.policy import CaseRule, Policy, Rule
from policies.rules.timeline import PolicyTimeline

# The engine's own rules, which no policy has
OWN_RULES = {
    "agreed": "Agreed in the contract",
    "return": "After a long absence",
    "override": "Set for this child alone",
}
_PLAN_TYPE = "plan type "
_LABEL_IN = re.compile(r" \(“([^”]+)”")
_ABBREVIATIONS = re.compile(r"\b(asye|nqsw)\b", re.IGNORECASE)

Given = TypeVar("Given", Assessment, ChildAssessment)


def label_of(rule: Rule | CaseRule) -> str:
    """What people call a rule."""
    return rule.label or from_slug(rule.id)


def from_slug(slug: str) -> str:
    """A name of a file as words: "individual-monthly" as "Individual monthly"."""
    words = slug.replace("_", " ").replace("-", " ").capitalize()
    return _ABBREVIATIONS.sub(lambda found: found[0].upper(), words)


def label_in(why: str) -> str:
    """The label of the rule that a sentence in words names; empty where it names none, or the label says that somebody was
    away: that is for those who read the reason.
    """
    found = _LABEL_IN.search(why)
    return found[1] if found and found[1] != OWN_RULES["return"] else ""


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
        assessment,
        policy=in_force.title or in_force.authority,
        rules=rules,
        messages=tuple(_message_in_words(in_force, message) for message in assessment.messages),
    )


def why_in_words(policy: Policy | PolicyTimeline, row: Row, on: date) -> str:
    """The sentence of one row of an answer, with those labels."""
    timeline = PolicyTimeline.of(policy)
    return _why_in_words(row, [each for each, _ in timeline.periods], timeline.on(on))


def basis_in_words(policy: Policy | PolicyTimeline, rule: str, basis: str, on: date, *, is_of_child: bool) -> str:
    """The brackets behind a sentence: ``basis`` is what follows the rule's name in them."""
    timeline = PolicyTimeline.of(policy)
    versions = [each for each, _ in timeline.periods]
    return _basis_in_words(rule, basis, versions, timeline.on(on), is_of_child=is_of_child)


def record_in_words(policy: Policy, answer: RecordAssessment) -> str:
    """The sentence of a record's deadline, with the policy as people name it."""
    return answer.why.replace(f"(recording, {answer.what}; {policy.source})", f"({policy.in_words})")


def _why_in_words(row: Row, versions: Sequence[Policy], in_force: Policy, *, is_of_child: bool = False) -> str:
    sentence, bracket, basis = row.why.rpartition(f" ({row.rule}")
    if not bracket or basis[:1] not in (",", ";"):
        return row.why
    return in_plain_words(sentence, row) + _basis_in_words(row.rule, basis, versions, in_force, is_of_child=is_of_child)


def _basis_in_words(
    rule_id: str, basis: str, versions: Sequence[Policy], in_force: Policy, *, is_of_child: bool
) -> str:
    names, _, source = basis.removesuffix(").").partition("; ")
    policy = _named_in(source, versions) or in_force
    rule = policy.case_rule(rule_id) if is_of_child else policy.rule(rule_id)
    label = label_of(rule) if rule else OWN_RULES.get(rule_id, from_slug(rule_id))
    said = list(_said(rule, names.split(", ")[1:]))
    source = source.replace(policy.source, policy.in_words)
    source = policy.sources_in_words.get(source, source)
    return f" ({', '.join([f'“{label}”', *said])}; {source})."


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
