"""One case of a child on a day: the facts sorted once, so that every condition reads them the same way."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from policies.rules import periods
from policies.rules.answers import Row, Status
from policies.rules.case_conditions import IN_DEPTH, Condition, Version
from policies.rules.child_facts import AllocationHeld, Child
from policies.rules.periods import Period, Periods
from policies.rules.policy import CaseRule

# What an anchor is: the day that a due date is counted from
DISCUSSED, OPENED, EPISODE, ALLOCATED, TRANSFERRED = "discussed", "opened", "episode", "allocated", "transferred"


class Case:
    """A case of a child, one episode or several that count as one, as it stands on ``on``.

    Facts dated later are ignored. ``judged_on`` is the day that due dates are held against: ``on`` itself, or the day
    of closing, the first that is no longer in the case.
    """

    __slots__ = (
        "begins_on", "child", "episodes", "judged_on", "on", "plans", "start", "start_kind", "versions",
        "_days", "_restarts",
    )  # fmt: skip

    def __init__(
        self, versions: tuple[Version, ...], child: Child, on: date, episodes: Periods, judged_on: date
    ) -> None:
        self.versions, self.child, self.on, self.judged_on = versions, child, on, judged_on
        self.episodes = episodes
        self.begins_on = episodes[0][0]
        self.plans = [
            (each.plan_type, each.starts_on or date.min, each.ends_on or date.max)
            for each in child.plan_types
            if each.starts_on is None or each.starts_on <= on
        ]
        self._begin()
        self._days: dict[tuple[frozenset[str], bool], list[date]] = {}
        self._restarts: list[date] | None = None

    def _begin(self) -> None:
        """The obligation's start: the episode's, the first allocation in it where later, the opening date where later."""
        self.start, self.start_kind = self.begins_on, EPISODE
        first = min((each.starts_on for each in self._allocations()), default=None) if self.child.allocations else None
        if first and first > self.start:
            self.start, self.start_kind = first, ALLOCATED
        opened_on = self.child.opened_on
        if opened_on and self.start <= opened_on <= self.on:
            self.start, self.start_kind = opened_on, OPENED

    @property
    def version(self) -> Version:
        """The one in force on ``on``."""
        return self.version_on(self.on)

    def version_on(self, day: date) -> Version:
        """The version in force on a day."""
        if len(self.versions) == 1:
            return self.versions[0]
        return next(each for each in self.versions if each.starts_on <= day < each.ends_on)

    # Discussions

    def days(self, condition: Condition) -> list[date]:
        """The days of the discussions that count for a condition, in time order."""
        key = (condition.formats, condition.in_depth)
        if key not in self._days:
            formats, in_depth, begins_on, on = condition.formats, condition.in_depth, self.begins_on, self.on
            days = [
                each.on
                for each in self.child.discussions
                if begins_on <= each.on <= on
                and each.own_text
                and each.format in formats
                and (not in_depth or each.depth == IN_DEPTH)
            ]
            opened_on = self.child.opened_on
            if opened_on and begins_on <= opened_on <= on:
                days.append(opened_on)
            days.sort()
            self._days[key] = days
        return self._days[key]

    def anchor(self, condition: Condition, day: date) -> tuple[date, str]:
        """What the due date is counted from, as things stood on a day: the latest of discussion, start and transfer."""
        anchor, kind = self.start, self.start_kind
        if condition.rule.on_transfer == "restart":
            transferred_on = self.transferred_by(day)
            if transferred_on and transferred_on > anchor:
                anchor, kind = transferred_on, TRANSFERRED
        days = self.days(condition)
        place = (len(days) if day >= self.on else bisect_right(days, day)) - condition.nth
        if place >= 0 and days[place] >= anchor:
            opened = days[place] == self.child.opened_on
            return days[place], OPENED if opened else DISCUSSED
        return anchor, kind

    # Who holds the child

    def transferred_by(self, day: date) -> date | None:
        """The last day, up to one, on which the child came to a worker who had not held it the day before."""
        if self._restarts is None:
            held = self._allocations()
            self._restarts = sorted(
                each.starts_on
                for each in held
                if each.starts_on > self.begins_on
                and not any(
                    other.worker == each.worker
                    and other.starts_on < each.starts_on
                    and (other.ends_on is None or other.ends_on >= each.starts_on)
                    for other in held
                )
            )
        place = bisect_right(self._restarts, day)
        return self._restarts[place - 1] if place else None

    def _allocations(self) -> list[AllocationHeld]:
        ends_on = self.episodes[-1][1]
        return [
            each
            for each in self.child.allocations
            if each.starts_on <= self.on
            and each.starts_on < ends_on
            and (each.ends_on is None or each.ends_on > self.begins_on)
        ]

    # Being bound by a rule

    def bound_since(self, wanted: frozenset[str] | None, day: date) -> date | None:
        """Since when, without a break, the child has had a plan type of those wanted; None where it has none that day."""
        if wanted is None:
            return date.min
        held = [(starts_on, ends_on) for name, starts_on, ends_on in self.plans if name in wanted]
        if len(held) > 1:
            held = list(periods.union(held))
        return next((starts_on for starts_on, ends_on in held if starts_on <= day < ends_on), None)

    def binds(self, rule: CaseRule, day: date) -> bool:
        """Whether a rule binds on a day of the case."""
        return rule.plan_types is None or self.bound_since(rule.plan_types, day) is not None

    def bound(self, condition: Condition) -> Periods:
        """The days of the case on which a condition binds."""
        obliged = periods.intersect(self.episodes, ((self.start, date.max),))
        asked = self.asked_for(condition)
        return obliged if asked is periods.ALWAYS else periods.intersect(asked, obliged)

    def asked_for(self, condition: Condition) -> Periods:
        """The days on which a condition is asked for, with every version that asks for the very same."""
        if condition.set_on:
            return ((condition.set_on, date.max),)
        if len(self.versions) == 1:
            return self._plan_periods(condition.rule.plan_types)
        found: list[Period] = []
        for version in self.versions:
            if like := version.like(condition):
                days = self._plan_periods(like.rule.plan_types)
                found += periods.intersect(days, ((version.starts_on, version.ends_on),))
        return periods.union(found)

    def _plan_periods(self, wanted: frozenset[str] | None) -> Periods:
        if wanted is None:
            return periods.ALWAYS
        return periods.union(
            (starts_on, ends_on if ends_on <= self.on else date.max)
            for name, starts_on, ends_on in self.plans
            if name in wanted
        )

    def plan_types(self, rule: CaseRule, day: date) -> tuple[str, ...]:
        """The plan types by which a rule binds on a day; none for a rule that asks for no plan type."""
        wanted = rule.plan_types
        if wanted is None:
            return ()
        names = [name for name, starts_on, ends_on in self.plans if name in wanted and starts_on <= day < ends_on]
        return tuple(names) if len(names) < 2 else tuple(sorted(set(names)))


def row_of(
    case: Case, condition: Condition, status: Status, why: str, plan_types: Sequence[str],
    *, standing: Status | None = None, due_on: date | None = None, limit_on: date | None = None,
    book_by: date | None = None, overdue_days: int = 0, counted: int | None = None, required: int | None = None,
    forecast: str | None = None,
) -> Row:  # fmt: skip
    """A row, with its basis at the end of the sentence."""
    return Row(
        condition.rule.id, condition.atom.id, condition.atom.severity, status,
        why + condition.basis(tuple(plan_types)),
        due_on, limit_on, book_by, overdue_days, counted, required, None, forecast, standing or status,
    )  # fmt: skip
