"""The phases of a programme for one worker: when each begins, what ends it, and what has been asked for since when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from policies.rules import periods
from policies.rules.facts import Event, Facts
from policies.rules.policy import OnEvent, Phase, Policy, Rule
from policies.rules.timeline import PolicyTimeline
from policies.rules.worker import Stretch, Worker

# An agreement is between the worker and the supervisor: it counts once both have recorded the same day (R325)
AGREED = "_agreed"


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of a rule: its days where they are known, half-open, and the event by which it ends or may end.

    ``event``: what it waits for; ``prompt_on``: since when that is asked for. ``reduced_by``: what may end it early.
    """

    rule: Rule
    phase: Phase
    starts_on: date | None
    ends_on: date | None
    is_now: bool
    is_over: bool = False
    event: str = ""
    prompt_on: date | None = None
    reduced_by: str = ""

    @property
    def records(self) -> tuple[str, ...]:
        """What can be recorded of it while it is on."""
        return tuple(each for each in (self.event, self.reduced_by) if each) if self.is_now else ()

    def is_asked(self, on: date) -> bool:
        """Whether what ends it is asked for on a day."""
        return self.is_now and bool(self.event) and self.prompt_on is not None and self.prompt_on <= on


def programme(policies: Policy | PolicyTimeline, facts: Facts, on: date) -> tuple[Step, ...]:
    """The phases of the rules, of the policy in force on a day, that bind the worker then; in the rules' order."""
    worker = Worker(policies, facts, on)
    phased = [rule for rule in worker.policy.rules if rule.is_phased]
    bound = [rule for rule in phased if periods.holding(worker.applies(rule), on)]
    return tuple(step for rule in bound for step in _steps(worker, rule))


def _steps(worker: Worker, rule: Rule) -> Iterator[Step]:
    stretches = {stretch.phase.id: stretch for stretch in worker.timeline(rule) if stretch.version.rule is rule}
    now = worker.stretch(rule).phase.id
    for phase in rule.phases:
        stretch = stretches.get(phase.id)
        until = phase.until if isinstance(phase.until, OnEvent) else None
        yield Step(
            rule=rule,
            phase=phase,
            starts_on=_begins(worker, rule, stretch),
            ends_on=stretch.ends_on if stretch and stretch.ends_on < date.max else None,
            is_now=phase.id == now,
            is_over=stretch is not None and stretch.ends_on <= worker.on,
            event=until.event if until else "",
            prompt_on=_prompt_on(worker, rule, until),
            reduced_by=phase.reduced_by,
        )


def _begins(worker: Worker, rule: Rule, stretch: Stretch | None) -> date | None:
    if stretch is None:
        return None
    return stretch.starts_on if stretch.starts_on > date.min else worker.started_on(rule)


def _prompt_on(worker: Worker, rule: Rule, until: OnEvent | None) -> date | None:
    if until is None or until.prompt_at is None:
        return None
    return worker.point(until.prompt_at, worker.versions(rule)[-1])


def needs_both(event: str) -> bool:
    """Whether an event is an agreement, which both people record."""
    return event.endswith(AGREED)


def agreed_by_both(recorded: Sequence[tuple[Event, bool]]) -> tuple[Event, ...]:
    """The events that count: each with whether the worker recorded it; an agreement counts once both recorded its day."""
    own = {event for event, is_own in recorded if is_own}
    others = {event for event, is_own in recorded if not is_own}
    found = {event for event in own | others if not needs_both(event.event) or event in own & others}
    return tuple(sorted(found, key=lambda each: (each.on, each.event)))
