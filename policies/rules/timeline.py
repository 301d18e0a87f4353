"""Policies over time: which one is in force on a day, so that each day is judged by its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import RuleBroken
from policies.rules.policy import Policy

Span = tuple[Policy, date, date]  # the policy, its first day, and the first day on which it no longer counts


@dataclass(frozen=True, slots=True)
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
        return policies if isinstance(policies, cls) else cls(((policies, None),))  # type: ignore[arg-type]

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
        """Every policy that began by a day, with its days, half-open; the last one is open."""
        starts = [(policy, starts_on or date.min) for policy, starts_on in self.periods]
        known = [each for place, each in enumerate(starts) if place == 0 or each[1] <= until]
        ends = [*(starts_on for _, starts_on in known[1:]), date.max]
        firsts = [date.min, *ends[:-1]]
        return tuple((policy, first, end) for (policy, _), first, end in zip(known, firsts, ends, strict=True))
