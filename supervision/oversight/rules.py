"""After what a decision about a child is wanted, from facts alone. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from policies.rules.oversight import Trigger, triggers
from policies.rules.policy import Policy
from policies.rules.timeline import PolicyTimeline


@dataclass(frozen=True, slots=True)
class Triggers:
    """What demands a decision on a day, since when the policy says so, and in which policy it stands."""

    policy: Policy
    each: tuple[Trigger, ...]
    since: date

    @classmethod
    def of(cls, policies: PolicyTimeline | None, on: date) -> "Triggers | None":
        """None where the policy in force names none."""
        policy = policies.on(on) if policies else None
        each = triggers(policy)
        if policies is None or policy is None or not each:
            return None
        # From the first of those policies in a row that name any: a new version asks for nothing twice
        since = date.max
        for held, starts_on in reversed([one for one in policies.periods if one[1] is None or one[1] <= on]):
            if not triggers(held):
                break
            since = starts_on or date.min
        return cls(policy, each, since)

    @property
    def entered(self) -> tuple[Trigger, ...]:
        """Those that somebody enters."""
        return tuple(each for each in self.each if not each.is_transfer)

    @property
    def transfer(self) -> Trigger | None:
        """The one that is seen from the allocations."""
        return next((each for each in self.each if each.is_transfer), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision that is wanted about a child, since a day, because of what happened then; perhaps by a day."""

    child_id: UUID
    reference: str
    what: str
    on: date
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A spell with one who holds a child."""

    holder: UUID
    starts_on: date
    ends_on: date | None
    without_worker: bool = False


def transferred_on(spells: Sequence[Moved], *, opened_on: date) -> Iterator[date]:
    """The days since a case was opened on which the child came from one worker to another; joint work is no transfer."""
    for spell in spells:
        before = any(
            each.ends_on and opened_on < each.ends_on <= spell.starts_on and each.holder != spell.holder
            for each in spells
            if not each.without_worker
        )
        if before and not spell.without_worker:
            yield spell.starts_on


def wanted_after(
    asked: Triggers,
    happened: Collection[tuple[str, date]],
    *,
    decided: Collection[date],
    child_id: UUID,
    reference: str,
    on: date,
) -> list[Wanted]:
    """For each thing that happened and that no decision of that day or later followed, the first of its kind."""
    by_id = {trigger.id: trigger for trigger in asked.each}
    found: dict[str, Wanted] = {}
    for trigger_id, day in sorted(happened, key=lambda each: each[1]):
        trigger = by_id.get(trigger_id)
        if trigger and asked.since <= day <= on and not any(each >= day for each in decided):
            due_on = trigger.due_on(day, asked.policy)
            found.setdefault(trigger_id, Wanted(child_id, reference, trigger.label, day, due_on))
    return sorted(found.values(), key=lambda each: (each.due_on or each.on, each.what))
