"""When feedback may be given, and what of it is shown to whom: pure.

Nothing is shown until it can no longer change, and then in batches that never change again: so nobody can take what was
shown yesterday from what is shown today. ``docs/decisions/2026-11-23-feedback-in-groups.md`` says why each rule is so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import NamedTuple
from uuid import UUID

from core.smallnumbers import LEAST, coarse_share

QUESTIONS = {
    "space": "Was there space to reflect?",
    "challenge": "Did you get support and challenge?",
    "useful": "Was it useful for your work?",
}
WORDS = {1: "Not at all", 2: "A little", 3: "Somewhat", 4: "Much", 5: "Very much"}
# The two upper answers of a trend
UPPER = 4
# A first answer is taken for so many days, and any answer may be changed until so many: seven days at the least
FIRST_ANSWER_DAYS, CHANGE_DAYS = timedelta(days=14), timedelta(days=21)
LEAST_PEOPLE = 3
MONTHS_OF_A_QUARTER = 3


class Scores(NamedTuple):
    """The three answers of one supervisee about one session."""

    space: int
    challenge: int
    useful: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Scores with what decides where they are counted. Lives in memory alone; nothing stored holds these together."""

    session_id: UUID
    person_id: UUID
    closed_on: date
    scores: Scores
    service_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A group of answers as their supervisor sees it: how many, and the middle answer to each question."""

    answers: int
    middle: Mapping[str, int]

    @property
    def in_words(self) -> Sequence[tuple[str, str]]:
        """Each question with its middle answer, in words."""
        return [(question, WORDS[self.middle[name]]) for name, question in QUESTIONS.items()]


@dataclass(frozen=True, slots=True)
class Figure:
    """Answers of a service or of all: how many, and how many of a hundred said "much" or "very much" to each question."""

    answers: int
    shares: Mapping[str, int]


def may_begin(*, held_on: date, closed_on: date, signed: bool, on: date) -> bool:
    """Whether a first answer is taken: once the record is signed, or from the day after the session, for fourteen days.

    ``closed_on``: the day on which it was entered as held. The last days for an answer are counted from it, so that a
    session that is entered late can be answered, too, and never falls into what was shown already.
    """
    return (signed or on > held_on) and on < closed_on + FIRST_ANSWER_DAYS


def may_change(*, closed_on: date, on: date) -> bool:
    """Whether an answer that is given may be changed: until the twenty-first day, so for seven days at least."""
    return on < closed_on + CHANGE_DAYS


def is_offered(*, held_on: date, closed_on: date, signed: bool, on: date) -> bool:
    """Whether a page leads to the questions: an answer may be given, or could have been given and be changed.

    The same whether or not there is one, so that a page that somebody else glances at does not tell.
    """
    return (signed or on > held_on) and may_change(closed_on=closed_on, on=on)


def settled(closed_on: date, *, on: date) -> bool:
    """Whether answers about a session count by a day: from the first of the month after none of them can change.

    By the month, so that nobody watches a batch appear on the day on which one session's answers became final.
    """
    return closed_on + CHANGE_DAYS <= on.replace(day=1)


def fit(people: Iterable[UUID]) -> bool:
    """Whether answers, one for each entry of ``people``, may be shown as one: five, of three people, none with half of them.

    A middle answer then never depends on one person: whatever that person said, the others could have said what makes it.
    """
    counted = Counter(people)
    number = counted.total()
    return number >= LEAST and len(counted) >= LEAST_PEOPLE and 2 * max(counted.values()) < number


def batches(answers: Iterable[Answer], *, on: date) -> list[Batch]:
    """A supervisor's settled answers in batches, the oldest first; what does not yet make one is left out.

    In the order of the days on which their sessions were closed. Whatever settles later is later in that order, so a
    batch that was shown stays as it is for good.
    """
    found, waiting = [], list[Answer]()
    for answer in sorted(answers, key=lambda each: (each.closed_on, each.session_id)):
        if not settled(answer.closed_on, on=on):
            continue
        waiting.append(answer)
        if fit(each.person_id for each in waiting):
            found.append(_batch(waiting))
            waiting = []
    return found


def _batch(answers: Sequence[Answer]) -> Batch:
    return Batch(len(answers), {name: median_low(getattr(each.scores, name) for each in answers) for name in QUESTIONS})


def figure(answers: Sequence[Answer]) -> Figure | None:
    """What a trend shows of some answers; None where they are too few, or too much of one person."""
    if not fit(each.person_id for each in answers):
        return None
    upper = {name: sum(getattr(each.scores, name) >= UPPER for each in answers) for name in QUESTIONS}
    return Figure(len(answers), {name: coarse_share(number, len(answers)) for name, number in upper.items()})


def finished_quarters(*, until: date, number: int) -> Iterator[tuple[date, date]]:
    """The last quarters of the calendar year whose answers are all settled by a day, the oldest first; half-open."""
    end = date(until.year, 3 * ((until.month - 1) // 3) + 1, 1)
    while not settled(end - timedelta(days=1), on=until):
        end = _quarter_before(end)
    ends = [end]
    for _ in range(number):
        ends.append(_quarter_before(ends[-1]))
    yield from zip(reversed(ends[1:]), reversed(ends[:-1]), strict=True)


def _quarter_before(first: date) -> date:
    months = first.year * 12 + first.month - 1 - MONTHS_OF_A_QUARTER
    return date(months // 12, months % 12 + 1, 1)
