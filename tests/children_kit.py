"""Children for tests of the engine, written with ISO dates. No database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from policies.rules import Atom, Child, Discussion, Duration, Episode, PlanTypeHeld, Policy, Severity
from policies.rules.calendars import Per
from policies.rules.policy import AtomType, CaseRule


def day(text: str) -> date:
    """A day written as an ISO date."""
    return date.fromisoformat(text)


def discussed(*days: str, depth: str = "brief", format: str = "individual", own_text: bool = True) -> list[Discussion]:  # noqa: A002  as the fact has it
    """Discussions on days."""
    return [Discussion(day(each), depth, format, own_text) for each in days]


def plans(*held: tuple[str, str | None, str | None]) -> list[PlanTypeHeld]:
    """Plan types, each with its first day and the first on which it no longer holds."""
    return [
        PlanTypeHeld(name, day(begins) if begins else None, day(ends) if ends else None) for name, begins, ends in held
    ]


def child(
    plan_type: str | None = "child_in_need", *discussions: Iterable[Discussion], opened: str = "2026-10-01",
    closed: str | None = None, **facts: object,
) -> Child:  # fmt: skip
    """A child with one case, and one plan type for as long as it is open."""
    return Child(
        **{  # type: ignore[arg-type]
            "reference": "P1234",
            "episodes": [Episode(day(opened), day(closed) if closed else None)],
            "plan_types": [PlanTypeHeld(plan_type)] if plan_type else [],
            "discussions": [each for group in discussions for each in group],
            **facts,
        }
    )


def rolling(every: str, **atom: object) -> Atom:
    """A rolling condition of a rule called "rule"."""
    return Atom(**{"id": "rule", "type": AtomType.ROLLING, "every": Duration.parse(every), **atom})  # type: ignore[arg-type]


def monthly(**atom: object) -> Atom:
    """One discussion in each calendar month."""
    given = {"id": "rule", "type": AtomType.WINDOW, "per": Per.CALENDAR_MONTH, "severity": Severity.BREACH}
    return Atom(**{**given, **atom})  # type: ignore[arg-type]


def with_rules(policy: Policy, *rules: CaseRule, version: str | None = None) -> Policy:
    """The policy with other rules for children."""
    return replace(policy, case_rules=rules, version=version or policy.version)


def rule(*atoms: Atom, id: str = "rule", **terms: object) -> CaseRule:  # noqa: A002  as the rule has it
    """A rule for every child."""
    given = {"satisfied_by": frozenset({"individual", "group"})}
    return CaseRule(id, atoms, **{**given, **terms})  # type: ignore[arg-type]
