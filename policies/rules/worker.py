"""One worker on one day: the facts sorted once, so that every rule reads them the same way."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from policies.rules import periods, words
from policies.rules.calendars import DAY
from policies.rules.facts import Absence, Facts, Session
from policies.rules.periods import Periods
from policies.rules.policy import (
    WORKER_CLOCK_KINDS,
    AnchorPlus,
    Atom,
    AtomType,
    OnEvent,
    Phase,
    Policy,
    Rule,
    ShortSession,
    Terms,
)
from policies.rules.timeline import PolicyTimeline, Version

HELD = frozenset({"held", "cut_short"})
# Never suspends the obligation, however long (policy-model 2.4)
LEAVE = "annual_leave"
_in_time_order = attrgetter("on", "format", "kind")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase with its dates for this worker, half-open; the day of a boundary is the first of the next phase.

    ``version``: the rule that the phase is of, as it stood in those days.
    """

    phase: Phase
    starts_on: date
    ends_on: date
    version: Version


@dataclass(frozen=True, slots=True)
class Found:
    """Held sessions of the right kind in time order: those that count, those too short to, and the days that count."""

    counted: list[Session]
    short: list[Session]
    days: list[date]


class Worker:
    """A worker's facts as they stand on a day under policies. Facts dated later are ignored, bookings excepted.

    ``policy`` is the one in force on the day; rules are asked for as that policy has them.
    """

    def __init__(self, policies: Policy | PolicyTimeline, facts: Facts, on: date) -> None:
        self.policies = PolicyTimeline.of(policies)
        self.policy = self.policies.on(on)
        self.facts, self.on = facts, on
        self.calendar = self.policy.calendar
        self.messages: list[str] = []
        # When the worker was last supervised before this product was there, if that is known today
        self.opened_on = facts.opened_on if facts.opened_on and facts.opened_on <= on else None
        # The absences long enough to suspend the obligation, from their first day; and the first days back after them
        self.suspensions: Periods = self._long_absences() if facts.absences else ()
        self.returns = [ends_on for _, ends_on in self.suspensions if ends_on <= on]
        # Sessions that took place with the worker there; what is in the diary for today or later; both in time order
        self.held = sorted(
            [each for each in facts.sessions if each.status in HELD and each.present and each.on <= on],
            key=_in_time_order,
        )
        self.booked = sorted(
            [each for each in facts.sessions if each.status == "booked" and each.on >= on], key=_in_time_order
        )
        self._found: dict[tuple[int, bool, bool], Found] = {}
        self._of_kind: dict[int, Found] = {}
        self._in_diary: dict[int, list[date]] = {}
        self._bookings: dict[int, list[date]] = {}
        self._applies: dict[int, Periods] = {}
        self._bound_in: dict[tuple[int, date, date], tuple[Periods, Periods]] = {}
        self._starts: dict[int, date | None] = {}
        self._timelines: dict[int, tuple[Stretch, ...]] = {}

    # Sessions

    def found_over_time(self, rule: Rule, atom: Atom, stretch: Stretch) -> "Found":
        """The held sessions that counted when they were held: each by the phase and the version of its own day."""
        stretches = self.timeline(rule)
        terms = stretch.phase.terms
        if all(each.phase.terms == terms for each in stretches):
            return self.found(terms, atom)
        counted: list[Session] = []
        for each in stretches:
            of_then = self.found(each.phase.terms, atom).counted
            counted += [session for session in of_then if each.starts_on <= session.on < each.ends_on]
        return Found(counted, [], [each.on for each in counted])

    def found(self, terms: Terms, atom: Atom) -> "Found":
        """The held sessions that count towards an atom of a rule with these terms (policy-model 2.3, what counts)."""
        key = (id(terms), atom.qualifying_minutes_only, atom.type == AtomType.MAX_CONSECUTIVE_MISSED)
        if key not in self._found:
            found = self._held_of_kind(terms)
            self._found[key] = _with_short(found, terms, atom) if found.short else found
        return self._found[key]

    def in_diary(self, terms: Terms) -> list[date]:
        """The days for which a session of the right kind was ever put in the diary, whatever became of it."""
        if id(terms) not in self._in_diary:
            days = [each.on for each in self.facts.sessions if (each.kind, each.format) in terms.accepts]
            self._in_diary[id(terms)] = sorted(days)
        return self._in_diary[id(terms)]

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
            found = [self._bound(version) for version in self.versions(rule)]
            self._applies[id(rule)] = found[0] if len(found) == 1 else periods.union(sum(found, ()))
        return self._applies[id(rule)]

    def bound_in(self, rule: Rule, stretch: Stretch) -> tuple[Periods, Periods]:
        """The days of a phase on which its rule binds the worker; and those of them without long absences."""
        key = (id(rule), stretch.starts_on, stretch.ends_on)
        if key not in self._bound_in:
            since = max(stretch.starts_on, self.started_on(rule) or date.min)
            bound = periods.intersect(self.applies(rule), ((since, stretch.ends_on),))
            self._bound_in[key] = (bound, periods.subtract(bound, self.suspensions))
        return self._bound_in[key]

    def versions(self, rule: Rule) -> tuple[Version, ...]:
        """A rule as each policy up to today has it, in time order; one of nobody's policy stands for itself."""
        if len(self.policies.periods) == 1:
            return (Version(self.policy, rule),)
        return self.policies.lines(self.on).get(id(rule)) or (Version(self.policy, rule),)

    def former_rules(self) -> list[Rule]:
        """The rules that today's policy no longer has, each as it last stood."""
        if len(self.policies.periods) == 1:
            return []
        last = {id(line[-1].rule): line[-1] for line in self.policies.lines(self.on).values()}
        return [version.rule for version in last.values() if version.policy is not self.policy]

    def _held_of_kind(self, terms: Terms) -> "Found":
        """Sessions that are of the right kind and format: all of them as counted, those below the minutes as short."""
        if id(terms) not in self._of_kind:
            accepts, minutes = terms.accepts, terms.min_minutes
            counted = [each for each in self.held if (each.kind, each.format) in accepts]
            if self.opened_on:
                counted = _with_opening(counted, self.opened_on, terms)
            short = []
            if minutes is not None:
                short = [each for each in counted if each.minutes is not None and each.minutes < minutes]
            self._of_kind[id(terms)] = Found(counted, short, [each.on for each in counted])
        return self._of_kind[id(terms)]

    def is_excused(self, rule: Rule) -> bool:
        """Whether a rule of today's policy would bind the worker today, were supervision required of the category."""
        if all(category.obligation != "none" for category in self.policy.categories):
            return False
        version = self.versions(rule)[-1]
        would_bind = self._bound(version, is_owed=False) if version.policy is self.policy else ()
        return periods.holding(would_bind, self.on) is not None

    def _bound(self, version: Version, *, is_owed: bool = True) -> Periods:
        rule = version.rule
        held = periods.union(
            [
                periods.period(each.starts_on, each.ends_on)
                for each in self.facts.categories
                if (rule.categories is None or each.category in rule.categories)
                and (each.starts_on is None or each.starts_on <= self.on)
                and _owes(version.policy, each.category) == is_owed
            ]
        )
        if held and rule.services:
            held = periods.intersect(held, self._services(rule.services))
        if held and rule.not_services:
            held = periods.subtract(held, self._services(rule.not_services))
        if held and (version.starts_on > date.min or version.ends_on < date.max):
            held = periods.intersect(held, ((version.starts_on, version.ends_on),))
        return held

    def started_on(self, rule: Rule) -> date | None:
        """When the obligation began: the latest that is given of employment, role and the first phase's anchor.

        Being given a supervisor late, or another one, is not among them (policy-model 2.5). Where none of the three
        is given, the latest other date that is; None where nothing is. A date to come does not move today's clock,
        unless it is all there is. Where the worker was taken over with an opening date, nothing begins before it.
        """
        if id(rule) not in self._starts:
            self._starts[id(rule)] = self._start(rule)
        return self._starts[id(rule)]

    def _start(self, rule: Rule) -> date | None:
        until = rule.phases[0].until
        point = until.prompt_at if isinstance(until, OnEvent) else until
        names = {"employment_start", "role_start", point.anchor if point else "role_start"}
        days = [day for name in names if (day := self.anchor_day(name))] or list(self.facts.anchors.values())
        past = [day for day in days if day <= self.on]
        started_on = max(past) if past else min(days, default=None)
        if self.opened_on:
            return max(started_on or date.min, self.opened_on)
        return started_on

    def anchor_day(self, name: str) -> date | None:
        """One of the worker's own dates; the return to work is read from the absences."""
        if name == "return_to_work":
            return self.returns[-1] if self.returns else None
        return self.facts.anchors.get(name)

    def timeline(self, rule: Rule) -> tuple[Stretch, ...]:
        """The rule's phases with their dates for this worker, version by version; the first is open to the past."""
        if id(rule) not in self._timelines:
            found = [each for version in self.versions(rule) for each in self._stretches(version)]
            self._timelines[id(rule)] = tuple(found)
        return self._timelines[id(rule)]

    def stretch(self, rule: Rule) -> Stretch:
        """The phase that the worker is in today."""
        return next(each for each in self.timeline(rule) if each.starts_on <= self.on < each.ends_on)

    # Being away

    @property
    def suspended_since(self) -> date | None:
        """The first day of the suspending absence that today lies in."""
        away = periods.holding(self.suspensions, self.on)
        return away[0] if away else None

    def book_by(self, due_on: date) -> date:
        """The day to have a meeting in the diary by: worked by the authority, and by the worker where that is known."""
        own = self.facts.working_weekdays
        calendar = self.calendar if own is None else self.calendar.worked_on(own)
        return calendar.book_by(due_on)

    def say(self, message: str) -> None:
        """Keep a message for the answer, once."""
        if message not in self.messages:
            self.messages.append(message)

    def _services(self, wanted: frozenset[str]) -> Periods:
        return periods.union(
            periods.period(each.starts_on, each.ends_on)
            for each in self.facts.services
            if each.service in wanted and (each.starts_on is None or each.starts_on <= self.on)
        )

    def _long_absences(self) -> Periods:
        return periods.union(
            [
                periods.period(each.starts_on, each.ends_on or self._guess(each))
                for each in self.facts.absences
                if each.starts_on <= self.on and each.kind != LEAVE and self._suspends(each)
            ]
        )

    def _suspends(self, absence: Absence) -> bool:
        known_to = absence.ends_on or max(self.on + DAY, absence.expected_to or date.min)
        then = self.policies.on(absence.starts_on)
        threshold = then.suspended_after.after(absence.starts_on, then.calendar)
        return threshold is not None and known_to >= threshold

    def _guess(self, absence: Absence) -> date | None:
        expected = absence.expected_to
        return expected if expected and expected > self.on else None

    def _stretches(self, version: Version) -> Iterator[Stretch]:
        starts_on = date.min
        for phase in version.rule.phases:
            ends_on = self._end_of(phase, version, starts_on)
            if ends_on > starts_on:
                first, end = max(starts_on, version.starts_on), min(ends_on, version.ends_on)
                if first < end:
                    yield Stretch(phase, first, end, version)
                starts_on = ends_on

    def _end_of(self, phase: Phase, version: Version, starts_on: date) -> date:
        if phase.until is None:
            return date.max
        if isinstance(phase.until, OnEvent):
            ends_on = self._end_by_event(phase.until, phase, version, starts_on)
        else:
            ends_on = self.point(phase.until, version) or date.max
        return min(ends_on, self._reduced_on(phase, starts_on)) if phase.reduced_by else ends_on

    def _reduced_on(self, phase: Phase, starts_on: date) -> date:
        """The first day within a phase on which what may end it before its time was recorded."""
        days = [each.on for each in self.facts.events if each.event == phase.reduced_by]
        return min((day for day in days if starts_on < day <= self.on), default=date.max)

    def _end_by_event(self, until: OnEvent, phase: Phase, version: Version, starts_on: date) -> date:
        held = [each.on for each in self.facts.events if each.event == until.event and each.on <= self.on]
        prompt_on = self.point(until.prompt_at, version) if until.prompt_at else None
        if prompt_on and until.advances_at_prompt:
            # What is recorded after the prompt no longer brings the phase back
            return max(min([*held, prompt_on]), starts_on)
        if held:
            return max(min(held), starts_on)
        if prompt_on and max(prompt_on, starts_on) <= self.on and version.policy is self.policy:
            self.say(
                f"{version.rule.id}: still in the phase {phase.id}, because “{until.event.replace('_', ' ')}” is not "
                f"recorded; it has been asked for since {words.day(prompt_on)}."
            )
        return date.max

    def point(self, until: AnchorPlus, version: Version) -> date | None:
        """The day that a boundary falls on; counted from the obligation's start where its own anchor is not known."""
        day = self.anchor_day(until.anchor)
        if day is None:
            day = self.started_on(version.rule)
            name = until.anchor.replace("_", " ")
            instead = f"counted from {words.day(day)} instead" if day else "the phase cannot end"
            if version.policy is self.policy:
                self.say(f"{version.rule.id}: the {name} is not known; {instead}.")
        return until.after(day) if day else None


def count_between(days: Sequence[date], starts_on: date, ends_on: date) -> int:
    """How many of the sorted days lie in the half-open period."""
    return max(bisect_left(days, ends_on) - bisect_left(days, starts_on), 0)


def _owes(policy: Policy, category_id: str) -> bool:
    category = policy.category(category_id)
    return category is None or category.obligation != "none"


def _with_opening(held: list[Session], opened_on: date, terms: Terms) -> list[Session]:
    """With the session that the opening date stands for, under terms of formal supervision."""
    pairs = [pair for pair in terms.accepts if pair[0] in WORKER_CLOCK_KINDS]
    enough = any(each.on == opened_on and (each.minutes or 0) >= (terms.min_minutes or 0) for each in held)
    if not pairs or enough:
        return held
    kind, form = min(pairs, key=lambda pair: (pair[1] != "individual", pair))
    return sorted([*held, Session(opened_on, kind=kind, format=form)], key=_in_time_order)


def _with_short(found: Found, terms: Terms, atom: Atom) -> Found:
    """Which of the short sessions count as well: all, those for the gap alone, or none."""
    if _short_ones_count(terms, atom):
        return Found(found.counted, [], found.days)
    short = set(map(id, found.short))
    counted = [each for each in found.counted if id(each) not in short]
    return Found(counted, found.short, [each.on for each in counted])


def _short_ones_count(terms: Terms, atom: Atom) -> bool:
    if atom.qualifying_minutes_only:
        return False
    if terms.short_session == ShortSession.COUNTS_FOR_GAP_ONLY:
        return atom.type == AtomType.MAX_CONSECUTIVE_MISSED
    return terms.short_session == ShortSession.COUNTS
