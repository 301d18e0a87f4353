"""The words for a rule in place of the name that the policy's file has for it."""

from collections.abc import Sequence
from dataclasses import replace

from policies.rules.answers import Assessment, Row
from policies.rules.policy import Policy, Rule
from policies.rules.timeline import PolicyTimeline

# The engine's own rules, which no policy has
OWN_RULES = {"agreed": "Agreed in the contract", "return": "After a long absence"}


def label_of(rule: Rule) -> str:
    """What people call a rule."""
    return rule.label or from_slug(rule.id)


def from_slug(slug: str) -> str:
    """A name of a file as words: "individual-monthly" as "Individual monthly"."""
    return slug.replace("_", " ").replace("-", " ").capitalize().replace("Asye", "ASYE").replace("Nqsw", "NQSW")


def assessment_in_words(policy: Policy | PolicyTimeline, assessment: Assessment) -> Assessment:
    """The answer with the labels that people know in place of the names that the policy's file has for its rules."""
    timeline = PolicyTimeline.of(policy)
    versions = [each for each, _ in timeline.periods]
    in_force = timeline.on(assessment.on)
    rules = tuple(replace(row, why=_why_in_words(row, versions, in_force)) for row in assessment.rules)
    return replace(
        assessment, rules=rules, messages=tuple(_message_in_words(in_force, message) for message in assessment.messages)
    )


def _why_in_words(row: Row, versions: Sequence[Policy], in_force: Policy) -> str:
    sentence, bracket, basis = row.why.rpartition(f" ({row.rule}")
    if not bracket or basis[:1] not in (",", ";"):
        return row.why
    names, _, source = basis.removesuffix(").").partition("; ")
    policy = _named_in(source, versions) or in_force
    rule = policy.rule(row.rule)
    label = label_of(rule) if rule else OWN_RULES.get(row.rule, from_slug(row.rule))
    phases = {phase.id: phase.label or phase.id.replace("_", " ") for phase in rule.phases if phase.id} if rule else {}
    said = [phases.get(name, name) for name in names.split(", ")[1:] if name in phases or name.startswith("until ")]
    source = source.replace(policy.source, f"{policy.authority}, version {policy.version}")
    return f"{sentence} ({', '.join([f'“{label}”', *said])}; {source})."


def _named_in(source: str, versions: Sequence[Policy]) -> Policy | None:
    """The version that a row's source names, which need not be the one in force: a window of last year has its own."""
    named = [policy for policy in versions if source.endswith(policy.source)]
    return max(named, key=lambda policy: len(policy.source), default=None)


def _message_in_words(policy: Policy, message: str) -> str:
    name, colon, rest = message.partition(": ")
    rule = policy.rule(name) if colon else None
    return f"“{label_of(rule)}”: {rest}" if rule else message
