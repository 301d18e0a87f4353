"""What policies ask for a child, read once for as many children as there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from policies.rules import words
from policies.rules.calendars import Per, WorkingCalendar
from policies.rules.facts import Agreed
from policies.rules.frequency import pace_of
from policies.rules.policy import Atom, AtomType, CaseRule, Policy, Severity
from policies.rules.timeline import PolicyTimeline

OVERRIDE = "override"
IN_DEPTH = "in_depth"
IN_DEPTH_SESSIONS = "in_depth_sessions"
# Where no rule of the policy says what counts
_ANY_MEETING = frozenset({"individual", "group"})
_WINDOWS = frozenset({AtomType.WINDOW, AtomType.SCHEDULED})
_KEPT_FOR = 64  # policies and timelines


class Condition:
    """One atom of a case rule, with what satisfies it and the words for it.

    ``nth``: the due date counts from the nth latest discussion. ``is_rotation``: it asks for depth now and then.
    ``set_on``: since when it is asked of one child alone, whatever the policy asks.
    """

    __slots__ = (
        "atom", "every", "formats", "in_depth", "is_rolling", "is_rotation", "is_window", "nth", "pace", "policy_pace",
        "rule", "set_on", "_bases", "_names", "_source",
    )  # fmt: skip

    def __init__(
        self, rule: CaseRule, atom: Atom, source: str,
        *, in_depth: bool | None = None, formats: frozenset[str] | None = None, is_rotation: bool = False, set_on: date | None = None,
    ) -> None:  # fmt: skip
        self.rule, self.atom = rule, atom
        self.formats = rule.satisfied_by if formats is None else formats
        self.in_depth = rule.min_depth == IN_DEPTH if in_depth is None else in_depth
        self.is_rotation, self.set_on = is_rotation, set_on
        self.is_rolling = atom.is_rolling
        self.is_window = atom.type in _WINDOWS and not atom.is_rolling
        self.nth = atom.count if atom.type == AtomType.WINDOW else 1
        self.every = atom.interval
        self.policy_pace = None if is_rotation else pace_of(atom)
        self.pace = _pace(atom)
        self._names = rule.id if atom.id == rule.id else f"{rule.id}, {atom.id}"
        self._source = source
        self._bases: dict[tuple[str, ...], str] = {}

    def basis(self, plan_types: tuple[str, ...]) -> str:
        """Rule, condition, the plan types that it binds by, and the policy version: the end of a sentence."""
        if plan_types not in self._bases:
            said = f", plan type {' and '.join(plan_types)}" if plan_types else ""
            self._bases[plan_types] = f" ({self._names}{said}; {self._source})."
        return self._bases[plan_types]

    def is_same_as(self, other: "Condition") -> bool:
        """Whether another version's condition asks for the very same, so that it goes on without a break."""
        return (self.rule.id, self.formats, self.in_depth, self.atom) == (
            other.rule.id, other.formats, other.in_depth, other.atom,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """A policy's conditions for children, with the days on which it is in force, half-open."""

    policy: Policy
    starts_on: date
    ends_on: date
    conditions: tuple[Condition, ...]
    calendar: WorkingCalendar = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calendar", self.policy.calendar)

    def like(self, condition: Condition) -> Condition | None:
        """The condition that asks for the very same under this version."""
        return next((each for each in self.conditions if each.is_same_as(condition)), None)


_versions: dict[int, tuple[Policy | PolicyTimeline, tuple[Version, ...]]] = {}


def versions_of(policy: Policy | PolicyTimeline) -> tuple[Version, ...]:
    """The versions of a policy in time order, kept for the next child that is asked about."""
    found = _versions.get(id(policy))
    if found is None:
        if len(_versions) >= _KEPT_FOR:
            _versions.clear()
        spans = PolicyTimeline.of(policy).spans()
        # The policy itself is kept, too: nothing else may come to its place in memory
        found = policy, tuple(Version(each, first, end, _conditions(each)) for each, first, end in spans)
        _versions[id(policy)] = found
    return found[1]


def _conditions(policy: Policy) -> tuple[Condition, ...]:
    found = []
    for rule in policy.case_rules:
        found += [Condition(rule, atom, policy.source) for atom in rule.atoms]
        if rule.in_depth_every:
            atom = Atom(id=IN_DEPTH, type=AtomType.ROLLING, every=rule.in_depth_every)
            found.append(Condition(rule, atom, policy.source, in_depth=True, is_rotation=True))
        if rule.in_depth_every_sessions:
            atom = Atom(id=IN_DEPTH_SESSIONS, type=AtomType.ALTERNATION, max=rule.in_depth_every_sessions - 1)
            found.append(Condition(rule, atom, policy.source, is_rotation=True))
    return tuple(found)


def tightest_of(binding: Iterable[Condition]) -> Condition | None:
    """The most demanding pace among conditions that bind; information does not."""
    return min(
        (each for each in binding if each.policy_pace and each.atom.severity != Severity.INFO),
        key=lambda each: each.policy_pace.nominal_days,  # type: ignore[union-attr]
        default=None,
    )


def own_condition(override: Agreed, version: Version, atom: Atom, tightest: Condition | None) -> Condition:
    """What is set for one child, as a condition: what counts, and what a transfer does, is as for the tightest rule."""
    like = tightest.rule if tightest else CaseRule(OVERRIDE, (), satisfied_by=_ANY_MEETING)
    rule = CaseRule(
        OVERRIDE, (atom,), satisfied_by=like.satisfied_by, min_depth=like.min_depth, on_transfer=like.on_transfer
    )
    source = f"set for this child on {words.day(override.starts_on)}, over and above {version.policy.source}"
    return Condition(rule, atom, source, set_on=override.starts_on)


def _pace(atom: Atom) -> str:
    if atom.is_rolling and atom.type == AtomType.WINDOW and atom.size:
        return f"{words.number_of(atom.count, 'discussion')} in any {atom.size.in_words}"
    limit = f", overdue after {atom.limit.in_words}" if atom.limit else ""
    return f"every {atom.every.in_words}{limit}" if atom.every else ""


def unit_of(atom: Atom) -> str:
    """What one window of an atom is called."""
    return {Per.CALENDAR_MONTH: "month", Per.CALENDAR_QUARTER: "quarter"}.get(atom.per or Per.ANCHORED, "window")
