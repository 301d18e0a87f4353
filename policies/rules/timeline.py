"""Policies over time: which one is in force on a day, so that each day is judged by its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.errors import RuleBroken
from policies.rules.policy import Policy, Rule

Span = tuple[Policy, date, date]


@dataclass(frozen=True, slots=True)
class Version:
    """A rule as one policy has it, with the days on which that policy is in force, half-open."""

    policy: Policy
    rule: Rule
    starts_on: date = date.min
    ends_on: date = date.max


@dataclass(frozen=True)
class PolicyTimeline:
    """Policies with the days from which they count, in time order. The first reaches back to the beginning.

    A day before the first one began is judged by it too: nothing else is known of that day.
    """

    periods: tuple[tuple[Policy, date | None], ...]

    def __post_init__(self) -> None:
        days = [starts_on for _, starts_on in self.periods]
        if not days:
            raise RuleBroken("There is no policy to go by.")
        later = [day for day in days[1:] if day is not None]
        if len(later) < len(days) - 1 or any(one >= other for one, other in zip(days, later, strict=False) if one):
            raise RuleBroken("Each policy has to begin on a later day than the one before it.")

    @classmethod
    def of(cls, policies: "Policy | PolicyTimeline") -> "PolicyTimeline":
        """A lone policy as one that counts for ever."""
        return cls(((policies, None),)) if isinstance(policies, Policy) else policies

    @classmethod
    def from_periods(cls, periods: Sequence[tuple[Policy, date | None]]) -> "PolicyTimeline":
        """Put periods into time order; None is the beginning of all time."""
        return cls(tuple(sorted(periods, key=lambda each: each[1] or date.min)))

    def on(self, day: date) -> Policy:
        """The policy in force on a day."""
        for policy, starts_on in reversed(self.periods):
            if starts_on is None or starts_on <= day:
                return policy
        return self.periods[0][0]

    def spans(self, until: date = date.max) -> tuple[Span, ...]:
        """Every policy that began by a day, with its days, half-open; the last one is open-ended."""
        known = self.periods[: self._begun(until)]
        edges = [date.min, *(starts_on or date.min for _, starts_on in known[1:]), date.max]
        return tuple((policy, edges[place], edges[place + 1]) for place, (policy, _) in enumerate(known))

    def lines(self, until: date) -> dict[int, tuple[Version, ...]]:
        """What became of each rule up to a day: its versions in time order, under the ``id()`` of each of them.

        A rule goes on in the next policy under its own id; the last version is open-ended.
        """
        begun = self._begun(until)
        if begun not in self._lines:
            self._lines[begun] = _lines_of(self.spans(until))
        return self._lines[begun]

    def _begun(self, day: date) -> int:
        return 1 + sum(1 for _, starts_on in self.periods[1:] if starts_on and starts_on <= day)

    @cached_property
    def _lines(self) -> dict[int, dict[int, tuple[Version, ...]]]:
        return {}


def _lines_of(spans: Sequence[Span]) -> dict[int, tuple[Version, ...]]:
    found: dict[tuple[str, int], list[Version]] = {}
    for policy, starts_on, ends_on in spans:
        # An inherited rule may have the id of one of the policy's own
        times: Counter[str] = Counter()
        for rule in policy.rules:
            times[rule.id] += 1
            found.setdefault((rule.id, times[rule.id]), []).append(Version(policy, rule, starts_on, ends_on))
    return {id(version.rule): tuple(line) for line in found.values() for version in line}
