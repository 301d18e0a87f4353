"""When people meet: two years of diary entries at a believable rhythm, from a seed. Pure: no clock, no database."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from random import Random

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
USUAL_MINUTES, SHORT_MINUTES = 90, 60
SLOTS = (time(9, 30), time(11, 15), time(13, 30), time(15, 15))
# How many months of a supervision year may go without a full session: ten of twelve is what is asked for
TROUBLES_A_YEAR = 2
YEAR_STARTS_IN = 4


class Became(StrEnum):
    """What became of a diary entry."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    DID_NOT_ATTEND = "did_not_attend"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One diary entry. ``ground``: court, leave or other, for a cancelled one; ``by_supervisor``: who cancelled it.

    ``of_year``: booked with the other dates of the coming year.
    """

    supervisee: str
    supervisor: str
    on: date
    starts: time
    minutes: int = USUAL_MINUTES
    became: Became = Became.HELD
    ground: str = ""
    by_supervisor: bool = False
    of_year: bool = False

    @property
    def ends(self) -> time:
        """When it ends, or ended."""
        minutes = self.starts.hour * 60 + self.starts.minute + self.minutes
        return time(minutes // 60, minutes % 60)


@dataclass(frozen=True, slots=True)
class Spell:
    """Days under one supervisor, half-open; None is open."""

    supervisor: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody who is supervised every month, and what is particular about it.

    ``last_on``: the day of the last session held, where the story asks for one. ``missed``: how many whole months
    before this one went without. ``every_months``: how many months apart. ``books_next``: whether a next session stands in the diary; ``year_ahead``: whether
    the whole coming year does.
    """

    person: str
    spells: Sequence[Spell]
    from_on: date
    until_on: date | None = None
    away: Sequence[tuple[date, date]] = ()
    last_on: date | None = None
    missed: int = 0
    every_months: int = 1
    books_next: bool = True
    year_ahead: bool = False
    troubled: bool = True

    def supervisor_on(self, day: date) -> str | None:
        """Who supervises on a day."""
        for spell in self.spells:
            if spell.starts_on <= day and (spell.ends_on is None or day < spell.ends_on):
                return spell.supervisor
        return None

    def is_there(self, day: date) -> bool:
        """Whether the person works on a day."""
        gone = self.until_on is not None and day >= self.until_on
        return self.from_on <= day and not gone and not any(start <= day < end for start, end in self.away)


@dataclass
class Diary:
    """Everybody's entries, so that nobody is in two rooms at once."""

    is_working: Callable[[date], bool]
    today: date
    random: Random
    taken: set[tuple[str, date, time]] = field(default_factory=set)

    def meetings_of(self, need: Need) -> list[Meeting]:
        """A person's diary over the months, in order of days."""
        like = need.last_on.day if need.last_on else self.random.randrange(3, 27)
        found: list[Meeting] = []
        for first in months(need.from_on, self.today):
            back = months_between(first, self.today)
            found += self._month(need, first, back=back, day=like + self.random.choice((-1, 0, 0, 1)))
        if need.year_ahead:
            found += self._year(need, found, day=like)
        elif need.books_next:
            found += self._next(need, found, day=like)
        return sorted(found, key=lambda meeting: (meeting.on, meeting.starts))

    def weekly(self, need: Need) -> list[Meeting]:
        """A newly qualified worker's diary: never more than seven days apart, the next one booked."""
        found, day = [], self.working_from(self.today - WEEK)
        while day >= need.from_on:
            found.append(self._meeting(need, day))
            day = self.working_from(day - WEEK)
        found.append(self._meeting(need, self.working_from(self.today), Became.PLANNED))
        return [meeting for meeting in reversed(found) if meeting]

    def left_open(self, need: Need, on: date) -> list[Meeting]:
        """A booked session on a day that has passed: nobody has said what became of it."""
        return list(_some(self._meeting(need, on, Became.PLANNED)))

    def working_from(self, day: date) -> date:
        """The first working day on or after a day."""
        while not self.is_working(day):
            day += DAY
        return day

    def working_back(self, day: date, days: int = 0) -> date:
        """The working day that lies a number of working days before a day; 0: that day or the last one before it."""
        while not self.is_working(day):
            day -= DAY
        for _ in range(days):
            day -= DAY
            while not self.is_working(day):
                day -= DAY
        return day

    def _month(self, need: Need, first: date, *, back: int, day: int) -> Iterator[Meeting]:
        last_back = months_between(need.last_on, self.today) if need.last_on else -1
        if 1 <= back <= need.missed:
            yield from self._went_without(need, first, back=back)
            return
        if need.last_on and back == last_back:
            yield from _some(self._meeting(need, need.last_on))
            return
        if (need.missed and back == 0) or back < last_back or back % need.every_months:
            return
        on = self._free_day(need, first, day)
        if on is None or on >= self.today:
            return
        trouble = self._trouble(need, first, back=back)
        if trouble == "missed":
            yield from _some(self._cancelled(need, on))
        elif trouble == "moved":
            yield from self._moved(need, on)
        else:
            minutes = SHORT_MINUTES if trouble == "short" else USUAL_MINUTES
            yield from _some(self._meeting(need, on, minutes=minutes))

    def _moved(self, need: Need, on: date) -> Iterator[Meeting]:
        """Cancelled, and held some days later in the same month; where no later day is free, simply held."""
        later = self._free_day(need, on.replace(day=1), on.day + self.random.randrange(2, 6))
        if later is None or later <= on or later >= self.today:
            yield from _some(self._meeting(need, on))
            return
        yield from _some(self._cancelled(need, on))
        yield from _some(self._meeting(need, later))

    def _went_without(self, need: Need, first: date, *, back: int) -> Iterator[Meeting]:
        """A month with two cancelled sessions and none held: court both times, or the leave of one and of the other."""
        for number in range(2):
            on = self._free_day(need, first, 8 + 11 * number + self.random.randrange(3))
            if on and on < self.today:
                ground = "court" if back > 1 else "leave"
                yield from _some(self._cancelled(need, on, ground=ground, by_supervisor=back == 1 and number == 1))

    def _next(self, need: Need, found: Sequence[Meeting], *, day: int) -> Iterator[Meeting]:
        """The next session: this month while none was held in it, and in any case the one after."""
        held = [meeting.on for meeting in found if meeting.became is Became.HELD]
        last = max(held, default=date.min)
        for ahead in range(need.every_months + 1):
            first = month_before(self.today, -ahead)
            if first <= last or (held and months_between(last, first) < need.every_months):
                continue
            wished = max(day, self.today.day + 2) if ahead == 0 else day
            on = self._free_day(need, first, wished)
            if on and on > self.today and (on - last).days > 7:
                yield from _some(self._meeting(need, on, Became.PLANNED))

    def _year(self, need: Need, found: Sequence[Meeting], *, day: int) -> Iterator[Meeting]:
        """Twelve dates booked in one go: one in each coming month, from this one on where none was held in it."""
        last = max((meeting.on for meeting in found if meeting.became is Became.HELD), default=date.min)
        ahead = (month_before(self.today, -months) for months in range(14))
        coming = (first for first in ahead if (first.year, first.month) > (last.year, last.month))
        for first in list(coming)[:12]:
            on = self._free_day(need, first, max(day, self.today.day + 2) if first <= self.today else day)
            if on and on > self.today and (meeting := self._meeting(need, on, Became.PLANNED)):
                yield replace(meeting, of_year=True)

    def _trouble(self, need: Need, first: date, *, back: int) -> str:
        """What goes wrong in a month: nothing mostly, and never in two months running or more than twice a year."""
        if not need.troubled or back < 2:
            return ""
        year = first.year - (first.month < YEAR_STARTS_IN)
        dice = dice_of(need.person, year)
        months_hit = dice.sample(range(0, 12, 2), TROUBLES_A_YEAR)
        kinds = [dice.choice(("", "missed", "short", "moved", "moved")) for _ in months_hit]
        return dict(zip(months_hit, kinds, strict=True)).get((first.month - YEAR_STARTS_IN) % 12, "")

    def _free_day(self, need: Need, first: date, day: int) -> date | None:
        """The working day of the month nearest to the wished one on which both are there and have an hour and a half."""
        days = [first + DAY * number for number in range((next_month(first) - first).days)]
        for on in sorted(days, key=lambda each: (abs(each.day - day), each)):
            supervisor = need.supervisor_on(on)
            if supervisor and self.is_working(on) and need.is_there(on) and self._slot(need.person, supervisor, on):
                return on
        return None

    def _slot(self, *names_and_day: object) -> time | None:
        *names, on = names_and_day
        usual = dice_of(names[0]).randrange(len(SLOTS))
        slots = SLOTS[usual:] + SLOTS[:usual]
        return next((slot for slot in slots if not any((name, on, slot) in self.taken for name in names)), None)

    def _meeting(
        self, need: Need, on: date, became: Became = Became.HELD, *, minutes: int = USUAL_MINUTES
    ) -> Meeting | None:
        supervisor = need.supervisor_on(on)
        slot = self._slot(need.person, supervisor, on) if supervisor else None
        if supervisor is None or slot is None:
            return None
        self.taken |= {(need.person, on, slot), (supervisor, on, slot)}
        return Meeting(need.person, supervisor, on, slot, minutes, became)

    def _cancelled(self, need: Need, on: date, *, ground: str = "", by_supervisor: bool = False) -> Meeting | None:
        meeting = self._meeting(need, on, Became.CANCELLED)
        if meeting is None:
            return None
        if not ground:
            ground = "court" if self.random.random() < 0.4 else "other"
            by_supervisor = ground == "other" and self.random.random() < 0.5
        return replace(meeting, ground=ground, by_supervisor=by_supervisor)


def _some(meeting: Meeting | None) -> Iterable[Meeting]:
    return () if meeting is None else (meeting,)


def months(from_on: date, to_on: date) -> Iterator[date]:
    """The first days of the months from the one of a day to the one of another."""
    first = from_on.replace(day=1)
    while first <= to_on:
        yield first
        first = next_month(first)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=28) + 4 * DAY).replace(day=1)


def months_between(day: date, later: date) -> int:
    """How many months the month of a day lies before that of another."""
    return (later.year - day.year) * 12 + later.month - day.month


def month_before(day: date, months_back: int) -> date:
    """The first day of the month that lies some months before a day's."""
    count = day.year * 12 + day.month - 1 - months_back
    return date(count // 12, count % 12 + 1, 1)


def dice_of(*words: object) -> Random:
    """Dice that fall the same for the same words, in every process: for a story, not for a secret."""
    return Random(" ".join(str(word) for word in words))  # noqa: S311
