"""One worker on one day: the facts sorted once, so that every rule reads them the same way."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from policies.rules import periods, words
from policies.rules.calendars import DAY, Window
from policies.rules.facts import Absence, Facts, Session
from policies.rules.periods import Periods
from policies.rules.policy import AnchorPlus, Atom, AtomType, OnEvent, Phase, Policy, Rule, ShortSession, Terms

HELD = frozenset({"held", "cut_short"})
# Never suspends the obligation, however long (policy-model 2.4)
LEAVE = "annual_leave"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase with its dates for this worker, half-open; the day of a boundary is the first of the next phase."""

    phase: Phase
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Found:
    """Held sessions of the right kind in time order: those that count, those too short to, and the days that count."""

    counted: list[Session]
    short: list[Session]
    days: list[date]


class Worker:
    """A worker's facts as they stand on a day under a policy. Facts dated later are ignored, bookings excepted."""

    def __init__(self, policy: Policy, facts: Facts, on: date) -> None:
        self.policy, self.facts, self.on = policy, facts, on
        self.calendar = policy.calendar
        self.messages: list[str] = []
        self.available_months: dict[tuple[int, int, Window, int], int] = {}
        self._found: dict[tuple[int, bool, bool], Found] = {}
        self._of_kind: dict[int, Found] = {}
        self._bookings: dict[int, list[date]] = {}
        self._applies: dict[int, Periods] = {}
        self._timelines: dict[int, tuple[Stretch, ...]] = {}

    # Sessions

    @cached_property
    def held(self) -> list[Session]:
        """Sessions that took place with the worker there, in time order."""
        held = [each for each in self.facts.sessions if each.status in HELD and each.present and each.on <= self.on]
        return sorted(held, key=_in_time_order)

    @cached_property
    def booked(self) -> list[Session]:
        """What is in the diary for today or later, in time order."""
        booked = [each for each in self.facts.sessions if each.status == "booked" and each.on >= self.on]
        return sorted(booked, key=_in_time_order)

    def found(self, terms: Terms, atom: Atom) -> "Found":
        """The held sessions that count towards an atom of a rule with these terms (policy-model 2.3, what counts)."""
        key = (id(terms), atom.qualifying_minutes_only, atom.type == AtomType.MAX_CONSECUTIVE_MISSED)
        if key not in self._found:
            found = self._held_of_kind(terms)
            self._found[key] = _with_short(found, terms, atom) if found.short else found
        return self._found[key]

    def in_diary(self, terms: Terms, window: Window) -> int:
        """How many sessions of the right kind were ever put in the diary in a window, whatever became of them."""
        return sum(
            window.starts_on <= each.on < window.ends_on and (each.kind, each.format) in terms.accepts
            for each in self.facts.sessions
        )

    def bookings(self, terms: Terms) -> list[date]:
        """The days, from today on, for which a session that would satisfy these terms is booked."""
        if id(terms) not in self._bookings:
            days = [each.on for each in self.booked if (each.kind, each.format) in terms.accepts]
            self._bookings[id(terms)] = days
        return self._bookings[id(terms)]

    # Being bound by a rule

    def applies(self, rule: Rule) -> Periods:
        """The days on which a rule binds the worker, by categories and services (known today)."""
        if id(rule) not in self._applies:
            self._applies[id(rule)] = self._bound(rule)
        return self._applies[id(rule)]

    def _held_of_kind(self, terms: Terms) -> "Found":
        """Sessions that are of the right kind and format: all of them as counted, those below the minutes as short."""
        if id(terms) not in self._of_kind:
            counted = [each for each in self.held if (each.kind, each.format) in terms.accepts]
            short = [each for each in counted if _is_short(each, terms)]
            self._of_kind[id(terms)] = Found(counted, short, [each.on for each in counted])
        return self._of_kind[id(terms)]

    def _bound(self, rule: Rule) -> Periods:
        held = periods.union(
            periods.period(each.starts_on, each.ends_on)
            for each in self.facts.categories
            if (rule.categories is None or each.category in rule.categories)
            and (each.starts_on is None or each.starts_on <= self.on)
            and self._owes(each.category)
        )
        if rule.services:
            held = periods.intersect(held, self._services(rule.services))
        if rule.not_services:
            held = periods.subtract(held, self._services(rule.not_services))
        return held

    def started_on(self, rule: Rule) -> date | None:
        """When the obligation began: the latest that is given of employment, role and the first phase's anchor.

        Being given a supervisor late, or another one, is not among them (policy-model 2.5). Where none of the three
        is given, the latest other date that is; None where nothing is.
        """
        until = rule.phases[0].until
        point = until.prompt_at if isinstance(until, OnEvent) else until
        names = {"employment_start", "role_start", point.anchor if point else "role_start"}
        days = [day for name in names if (day := self.anchor_day(name))]
        return max(days or self.facts.anchors.values(), default=None)

    def anchor_day(self, name: str) -> date | None:
        """One of the worker's own dates; the return to work is read from the absences."""
        if name == "return_to_work":
            return self.returns[-1] if self.returns else None
        return self.facts.anchors.get(name)

    def timeline(self, rule: Rule) -> tuple[Stretch, ...]:
        """The rule's phases with their dates for this worker; the first is open to the past."""
        if id(rule) not in self._timelines:
            self._timelines[id(rule)] = tuple(self._stretches(rule))
        return self._timelines[id(rule)]

    def stretch(self, rule: Rule) -> Stretch:
        """The phase that the worker is in today."""
        return next(each for each in self.timeline(rule) if each.starts_on <= self.on < each.ends_on)

    # Being away

    @cached_property
    def suspensions(self) -> Periods:
        """The absences long enough to suspend the obligation, from their first day (policy-model 2.5, absence)."""
        return periods.union(
            periods.period(each.starts_on, each.ends_on or self._guess(each))
            for each in self.facts.absences
            if each.starts_on <= self.on and each.kind != LEAVE and self._suspends(each)
        )

    @cached_property
    def returns(self) -> list[date]:
        """The first days back after suspending absences, up to today."""
        return [ends_on for _, ends_on in self.suspensions if ends_on <= self.on]

    @property
    def suspended_since(self) -> date | None:
        """The first day of the suspending absence that today lies in."""
        away = periods.holding(self.suspensions, self.on)
        return away[0] if away else None

    def available_days(self, window: Window, bound: Periods) -> int:
        """Working days in a window while the worker was bound and not on a suspending absence."""
        if self.suspensions:
            bound = periods.subtract(bound, self.suspensions)
        days = 0
        for starts_on, ends_on in bound:
            days += self.calendar.working_days(max(starts_on, window.starts_on), min(ends_on, window.ends_on))
        return days

    def say(self, message: str) -> None:
        """Keep a message for the answer, once."""
        if message not in self.messages:
            self.messages.append(message)

    def _owes(self, category_id: str) -> bool:
        category = self.policy.category(category_id)
        return category is None or category.obligation != "none"

    def _services(self, wanted: frozenset[str]) -> Periods:
        return periods.union(
            periods.period(each.starts_on, each.ends_on)
            for each in self.facts.services
            if each.service in wanted and (each.starts_on is None or each.starts_on <= self.on)
        )

    def _suspends(self, absence: Absence) -> bool:
        known_to = absence.ends_on or max(self.on + DAY, absence.expected_to or date.min)
        threshold = self.policy.suspended_after.after(absence.starts_on, self.calendar)
        return threshold is not None and known_to >= threshold

    def _guess(self, absence: Absence) -> date | None:
        expected = absence.expected_to
        return expected if expected and expected > self.on else None

    def _stretches(self, rule: Rule) -> Iterator[Stretch]:
        starts_on = date.min
        for phase in rule.phases:
            ends_on = self._end_of(phase, rule, starts_on)
            if ends_on > starts_on:
                yield Stretch(phase, starts_on, ends_on)
                starts_on = ends_on

    def _end_of(self, phase: Phase, rule: Rule, starts_on: date) -> date:
        if phase.until is None:
            return date.max
        if isinstance(phase.until, OnEvent):
            return self._end_by_event(phase.until, phase, rule, starts_on)
        return self._point(phase.until, rule) or date.max

    def _end_by_event(self, until: OnEvent, phase: Phase, rule: Rule, starts_on: date) -> date:
        held = [each.on for each in self.facts.events if each.event == until.event and each.on <= self.on]
        if held:
            return max(min(held), starts_on)
        prompt_on = self._point(until.prompt_at, rule) if until.prompt_at else None
        if prompt_on and until.advances_at_prompt:
            return prompt_on
        if prompt_on and max(prompt_on, starts_on) <= self.on:
            self.say(
                f"{rule.id}: still in the phase {phase.id}, because “{until.event.replace('_', ' ')}” is not recorded; "
                f"it has been asked for since {words.day(prompt_on)}."
            )
        return date.max

    def _point(self, until: AnchorPlus, rule: Rule) -> date | None:
        """The day that a boundary falls on; counted from the obligation's start where its own anchor is not known."""
        day = self.anchor_day(until.anchor)
        if day is None:
            day = self.started_on(rule)
            name = until.anchor.replace("_", " ")
            instead = f"counted from {words.day(day)} instead" if day else "the phase cannot end"
            self.say(f"{rule.id}: the {name} is not known; {instead}.")
        return until.after(day) if day else None


def count_between(days: Sequence[date], starts_on: date, ends_on: date) -> int:
    """How many of the sorted days lie in the half-open period."""
    return max(bisect_left(days, ends_on) - bisect_left(days, starts_on), 0)


def _in_time_order(session: Session) -> tuple[date, str, str, int]:
    return (session.on, session.format, session.kind, session.minutes or 0)


def _is_short(session: Session, terms: Terms) -> bool:
    return terms.min_minutes is not None and session.minutes is not None and session.minutes < terms.min_minutes


def _with_short(found: Found, terms: Terms, atom: Atom) -> Found:
    """Which of the short sessions count as well: all, those for the gap alone, or none."""
    if _short_ones_count(terms, atom):
        return Found(found.counted, [], found.days)
    counted = [each for each in found.counted if not _is_short(each, terms)]
    return Found(counted, found.short, [each.on for each in counted])


def _short_ones_count(terms: Terms, atom: Atom) -> bool:
    if atom.qualifying_minutes_only:
        return False
    if terms.short_session == ShortSession.COUNTS_FOR_GAP_ONLY:
        return atom.type == AtomType.MAX_CONSECUTIVE_MISSED
    return terms.short_session == ShortSession.COUNTS
