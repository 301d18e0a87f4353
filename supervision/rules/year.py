"""Dates for a series of sessions: what is proposed, why a day does not do, and which gaps are too long. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core.errors import RuleBroken
from policies.rules.calendars import WorkingCalendar
from policies.rules.durations import Duration
from supervision.rules.diary import Times, in_words

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
DAYS_OF_THE_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_DATES = 60
# How far past the last day that would do a date is looked for before one gives up
LOOK_FURTHER = timedelta(days=42)


class RowsRefused(RuleBroken):
    """Some dates of a series cannot be booked. ``rows``: a sentence for each, by its place in the series, from 0."""

    def __init__(self, rows: Mapping[int, str]) -> None:
        super().__init__("Some of the dates cannot be booked. Nothing was changed.")
        self.rows = dict(rows)


@dataclass(frozen=True, slots=True)
class Pace:
    """How far apart sessions are to be, and how many. ``longest``: the longest gap that is asked for, if any.

    ``by_month``: one is asked for in each calendar month, so that a date stays in its month. ``until``: the day from
    which another pace holds, half-open.
    """

    every: Duration
    count: int
    longest: Duration | None = None
    by_month: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """Days, half-open; None is open."""

    starts_on: date
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether a day is one of them."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True)
class Attendee:
    """One of the two, as far as days go. ``name`` is empty for the reader, who is spoken to as "you"."""

    name: str = ""
    away: Sequence[Spell] = ()
    patterns: Sequence[tuple[Spell, frozenset[int]]] = ()

    def why_not(self, on: date) -> str:
        """Why somebody is not there on a day, as far as is known; nothing for somebody who is."""
        if any(spell.holds(on) for spell in self.away):
            return f"{self.name} is away" if self.name else "you are away"
        return ""

    def pattern_on(self, on: date) -> frozenset[int] | None:
        """The days of the week on which somebody works, as known for a day; None where nothing is known."""
        return next((weekdays for spell, weekdays in self.patterns if spell.holds(on)), None)


@dataclass(frozen=True, slots=True)
class Taken:
    """Another session of one of the two. ``words``: whose and with whom, as far as the reader may know.

    ``held``: it took place; ``of_supervisee``: it is supervision of the same person.
    """

    times: Times
    words: str
    held: bool = False
    of_supervisee: bool = False

    @property
    def sentence(self) -> str:
        """The words as a sentence."""
        return f"{self.words[0].upper()}{self.words[1:]}."

    @property
    def refusal(self) -> str:
        """The sentence, and that nothing was done."""
        return f"{self.sentence} Nothing was added. Choose another time."


@dataclass(frozen=True, slots=True)
class Days:
    """What is known of the days ahead: the authority's, those of both people, and what is in their diaries."""

    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    bank_holidays: frozenset[date] = frozenset()
    people: Sequence[Attendee] = ()
    taken: Sequence[Taken] = ()

    def why_not(self, on: date) -> str:
        """Why no session should be on a day, in a few words; nothing where nothing is known against it."""
        if on in self.calendar.days_off:
            return "bank holiday" if on in self.bank_holidays else "closure day"
        weekday = DAYS_OF_THE_WEEK[on.weekday()]
        for person in self.people:
            pattern = person.pattern_on(on)
            if pattern is None and on.weekday() not in self.calendar.working_weekdays:
                return "not a working day"
            if pattern is not None and on.weekday() not in pattern:
                return f"{person.name} does not work on {weekday}s" if person.name else f"you do not work on {weekday}s"
            if away := person.why_not(on):
                return away
        return ""

    def clash(self, times: Times) -> str:
        """Which other session stands at that time; nothing where none does."""
        return next((other.words for other in self.taken if overlap(other.times, times)), "")


@dataclass(frozen=True, slots=True)
class Proposed:
    """One date of a series. ``wished``: where it would stand by the weekday alone; ``times``: None where no day does.

    ``moved_because``: why the two differ.
    """

    wished: date
    times: Times | None
    moved_because: str = ""


def overlap(one: Times, other: Times) -> bool:
    """Whether two sessions would be at the same time."""
    return one.on == other.on and one.starts < other.ends and one.ends > other.starts


def propose_year(first: Times, *, pace: Pace, days: Days) -> list[Proposed]:
    """Dates from the first on, at the same weekday and time wherever that does (R038).

    A day that nobody works, on which one of the two is away or busy, or that would leave a gap longer than asked,
    is replaced by the nearest one that does: of the same weekday rather than of another. Where none does in time, the
    next that does at all; ``gap_sentences`` says of it that it comes late.
    """
    found: list[Proposed] = []
    last: date | None = None
    for number in range(min(pace.count, MOST_DATES)):
        wished = _wished(first.on, pace, number, last=last)
        if pace.until and wished >= pace.until:
            break
        on = _choose(wished, first, pace, days, last=last)
        times = replace(first, on=on) if on else None
        found.append(Proposed(wished, times, _because(wished, first, on, days)))
        last = on or last
    return found


def propose_moves(present: Sequence[Times], wished: Sequence[Times], *, days: Days) -> list[Proposed]:
    """Where the sessions of a series go when all are moved: to the days wished, or the nearest that do."""
    found = []
    for number, (old, new) in enumerate(zip(present, wished, strict=True)):
        next_one = wished[number + 1].on if number + 1 < len(wished) else new.on + LOOK_FURTHER
        before = wished[number - 1].on if number else new.on - LOOK_FURTHER
        around = (day for day in _days(before + DAY, next_one) if abs(day - new.on) <= WEEK)
        free = [day for day in around if not days.why_not(day) and not days.clash(replace(new, on=day))]
        on = min(free, key=lambda day: _cost(day, new.on, new.on), default=None)
        times = replace(new, on=on) if on else None
        found.append(Proposed(new.on, times or old, _because(new.on, new, on, days)))
    return found


def gap_sentences(dates: Sequence[date], *, pace: Pace, after: date | None) -> dict[int, str]:
    """Which dates come too long after the one before, each with a sentence, by place. ``after``: the last one held."""
    found: dict[int, str] = {}
    order = sorted(range(len(dates)), key=lambda place: dates[place])
    before = after
    for place in order:
        day = dates[place]
        if before and before < day and (sentence := _too_long(before, day, pace)):
            found[place] = sentence
        before = day
    return found


def _too_long(before: date, day: date, pace: Pace) -> str:
    days = (day - before).days
    if pace.longest and day > before + pace.longest:
        at_most = pace.longest.in_words if pace.longest.in_words[0].isdigit() else f"a {pace.longest.in_words}"
        return f"{days} days after {in_words(before)}, where {at_most} is the longest gap asked for"
    months = (day.year - before.year) * 12 + day.month - before.month
    if pace.by_month and months > 1:
        return f"{days} days after {in_words(before)}: a month without a session"
    return ""


def clashes_within(dates: Sequence[Times]) -> dict[int, str]:
    """Which dates of a series stand at the same time as an earlier one of it, by place."""
    return {
        place: f"Date {earlier + 1} is at that time, too."
        for place, times in enumerate(dates)
        for earlier in range(place)
        if overlap(times, dates[earlier])
    }


def _wished(first: date, pace: Pace, number: int, *, last: date | None) -> date:
    """The same weekday, so many intervals later; counted from the first date itself, so that nothing drifts."""
    if pace.every.months:
        like = first + Duration(months=pace.every.months * number)
        wished = min(
            _weekdays_near(like, first.weekday()), key=lambda day: (_is_outside(day, like, pace), abs(day - like))
        )
    else:
        wished = first + timedelta(days=pace.every.days * number)
    latest = last + pace.longest if last and pace.longest else None
    while latest and wished > latest:
        wished -= WEEK
    return wished if last is None or wished > last else last + DAY


def _weekdays_near(day: date, weekday: int) -> list[date]:
    back = day - DAY * ((day.weekday() - weekday) % 7)
    return [back - WEEK, back, back + WEEK]


def _is_outside(day: date, month_of: date, pace: Pace) -> bool:
    return pace.by_month and (day.year, day.month) != (month_of.year, month_of.month)


def _choose(wished: date, first: Times, pace: Pace, days: Days, *, last: date | None) -> date | None:
    """The best day in time; else the first that does at all afterwards; else None."""

    def does(day: date) -> bool:
        return not days.why_not(day) and not days.clash(replace(first, on=day))

    latest = (
        last + pace.longest if last and pace.longest else wished + timedelta(days=int(pace.every.nominal_days) // 2)
    )
    earliest = first.on if last is None else max(last + DAY, wished - timedelta(days=int(pace.every.nominal_days) // 2))
    in_time = [day for day in _days(earliest, latest + DAY) if not _is_outside(day, wished, pace) and does(day)]
    if in_time:
        return min(in_time, key=lambda day: _cost(day, wished, first.on))
    later = max(latest, wished) + DAY
    return next((day for day in _days(later, later + LOOK_FURTHER) if does(day)), None)


def _cost(day: date, wished: date, like: date) -> tuple[int, date]:
    """Nearness, a day of another weekday counting as a week further; of two the earlier."""
    other_weekday = day.weekday() != like.weekday()
    return (abs((day - wished).days) + 7 * other_weekday, day)


def _because(wished: date, first: Times, on: date | None, days: Days) -> str:
    if on == wished:
        return ""
    return days.why_not(wished) or days.clash(replace(first, on=wished)) or "to keep the gap short enough"


def _days(starts_on: date, ends_on: date) -> Iterator[date]:
    day = starts_on
    while day < ends_on:
        yield day
        day += DAY
