"""How what was learned is counted and kept back: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.smallnumbers import LEAST, kept_back

# Seconds between opening and signing below which somebody may not have read it; how many signed within how many minutes
# by one person are a batch; how many letters of the same text in two records running are worth a question
QUICK_SECONDS = 40
BATCH, BATCH_MINUTES = 3, 10
SAME_LETTERS = 80


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


@dataclass(frozen=True, slots=True)
class Judged:
    """How often each judgement was given in one team, service or all; ``withheld``: too few to be shown."""

    name: str
    number: int
    judgements: Mapping[str, int]
    withheld: bool = False
    figures: tuple[int, ...] = ()


def judged(found: Iterable[tuple[str, str]], *, names: Mapping[str, str], scale: Sequence[str]) -> list[Judged]:
    """Judgements by place, from (place, judgement), in the order of the scale; those of fewer than five are kept back, and what they could be told from."""
    counted: dict[str, Counter[str]] = {}
    for place, judgement in found:
        counted.setdefault(place, Counter())[judgement] += 1
    sizes = {place: each.total() for place, each in counted.items()}
    back = kept_back(sizes)
    rows = [
        Judged(
            names.get(place, place),
            sizes[place],
            {} if place in back else dict(each),
            place in back,
            tuple(0 if place in back else each[name] for name in scale),
        )
        for place, each in counted.items()
    ]
    return sorted(rows, key=lambda row: row.name)


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that can come of haste, as a question: how often it was, of how many. None: too few to be shown."""

    question: str
    number: int | None
    of: int

    @property
    def words(self) -> str:
        """The figure, or that there are too few of them."""
        if self.of < LEAST:
            return f"too few to say (fewer than {LEAST})"
        if self.number is None:
            return f"fewer than {LEAST} of {self.of}"
        return f"{self.number} of {self.of}"


def sign(question: str, number: int, of: int) -> Sign:
    """A figure that points at nobody: none, five or more, or just that there are fewer."""
    return Sign(question, None if of < LEAST or 0 < number < LEAST else number, of)


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
