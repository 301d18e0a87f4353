"""How what was learned is counted and kept back: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.smallnumbers import LEAST, kept_back_nested

# Seconds between opening and signing below which somebody may not have read it; how many signed within how many minutes
# by one person are a batch; how many letters of the same text in two records running are worth a question
QUICK_SECONDS = 40
BATCH, BATCH_MINUTES = 3, 10
SAME_LETTERS = 80

# The five questions of yes or no on what the sessions were like, by section and field
THEMES = {
    "section_2/reflection": "Reflection",
    "section_2/workload": "Workload",
    "section_2/development": "Learning and development",
    "section_2/wellbeing": "Wellbeing and support",
    "section_2/function_balance": "Balance of the four functions",
}


@dataclass(slots=True)
class Question:
    """How one question was answered in all the audits that asked it."""

    label: str
    yes: int = 0
    no: int = 0
    not_applicable: int = 0
    overruled: int = 0

    @property
    def asked(self) -> int:
        """How often it was answered."""
        return self.yes + self.no + self.not_applicable

    def count(self, answer: str, *, overruled: bool) -> None:
        """Take one answer in."""
        if answer in ("yes", "no", "not_applicable"):
            setattr(self, answer, getattr(self, answer) + 1)
        self.overruled += overruled


# What was found in a place; None: not shown
Figures = Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Figures of all, by service and by team; None of what is not shown, here or with any filter."""

    total: Figures
    services: Mapping[str, Figures]
    teams: Mapping[str, Figures]


def placed(found: Iterable[tuple[str, str, str]]) -> Placed:
    """Figures by place, from (service, team, what was found of one audit); those of fewer than five are kept back.

    And those from which they could be told: teams against their service, services against all.
    """
    counted: dict[tuple[str, str], Counter[str]] = {}
    for service, team, what in found:
        counted.setdefault((service, team), Counter())[what] += 1
    back = kept_back_nested({place: each.total() for place, each in counted.items()})
    services: dict[str, Counter[str]] = {}
    for (service, _), each in counted.items():
        services.setdefault(service, Counter()).update(each)
    return Placed(
        None if back.total else dict(sum(counted.values(), Counter())),
        {service: None if service in back.outer else dict(each) for service, each in services.items()},
        {place[1]: None if place in back.inner else dict(each) for place, each in counted.items()},
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """How often each judgement was given in one team, service or all; ``withheld``: too few to be shown."""

    name: str
    judgements: Mapping[str, int]
    withheld: bool
    figures: tuple[int, ...]


def judged(name: str, found: Figures, *, scale: Sequence[str]) -> Judged:
    """The judgements of one place in the order of the scale."""
    given = found or {}
    return Judged(name, given, found is None, tuple(given.get(each, 0) for each in scale))


@dataclass(frozen=True, slots=True)
class Theme:
    """How often one of the five themes was answered with yes and with no in a service, or in all; None: not shown."""

    theme: str
    place: str
    yes: int | None
    no: int | None


def themes_by_service(found: Iterable[tuple[str, str, str]]) -> dict[str, Placed]:
    """Figures of each of the five themes that was asked, from (theme, service, answer), in the order of the tool."""
    asked: dict[str, list[tuple[str, str, str]]] = {}
    for theme, service, answer in found:
        asked.setdefault(theme, []).append((service, service, answer))
    return {theme: placed(asked[theme]) for theme in THEMES if theme in asked}


def theme(name: str, place: str, found: Figures) -> Theme:
    """One line of the themes."""
    return Theme(name, place, *(None if found is None else found.get(answer, 0) for answer in ("yes", "no")))


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that can come of haste, as a question: how often it was, of how many. None: too few to be shown."""

    question: str
    number: int | None
    of: int
    people: int

    @property
    def words(self) -> str:
        """The figure, or that there are too few people in it, or too few of them."""
        if self.people < LEAST:
            return f"withheld (of fewer than {LEAST} people)"
        if self.number is None:
            return f"fewer than {LEAST} of {self.of}"
        return f"{self.number} of {self.of}"


def sign(question: str, number: int, of: int, people: int) -> Sign:
    """A figure that points at nobody: of five people or more, and none, five or more, or just that there are fewer."""
    return Sign(question, None if people < LEAST or 0 < number < LEAST else number, of, people)


@dataclass(frozen=True, slots=True)
class Touched:
    """In how many of the records of a team something stands under a function of supervision."""

    label: str
    number: int
    of: int

    @property
    def share(self) -> int:
        """How many of a hundred."""
        return round(100 * self.number / self.of) if self.of else 0


@dataclass(slots=True)
class Carried:
    """Actions of audits and observations: how many are to do, late among them, and closed."""

    open: int = 0
    late: int = 0
    closed: int = 0


@dataclass(slots=True)
class Kept:
    """How far the timetable was kept: what was wanted, done, and is short; ``no_number``: duties without one."""

    wanted: int = 0
    done: int = 0
    short: int = 0
    no_number: int = 0
