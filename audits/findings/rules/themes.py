"""Section 2: what the records of a worker hold by theme, and how often; never a judgement of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policies.rules import words
from policies.templates import Field, Section

REFLECTION, WORKLOAD, DEVELOPMENT, WELLBEING, BALANCE = (
    "reflection",
    "workload",
    "development",
    "wellbeing",
    "function_balance",
)
THEMES: Mapping[str, str] = {
    REFLECTION: "Reflective practice",
    WORKLOAD: "Workload management",
    DEVELOPMENT: "Development and training",
    WELLBEING: "Wellbeing and support",
    BALANCE: "Balance of the four functions",
}
# Themes whose passages stand under one function of supervision
OF_FUNCTION = {
    "management": WORKLOAD,
    "performance_and_development": DEVELOPMENT,
    "support_and_motivation": WELLBEING,
    "mediation": BALANCE,
}
REFLECTS = "reflect"


@dataclass(frozen=True, slots=True)
class Passage:
    """What was written in one section of a signed record; ``text`` None where it is withheld from the reader."""

    on: date
    heading: str
    text: str | None
    url: str = ""

    @property
    def words(self) -> int:
        """How long it is."""
        return len((self.text or "").split())


@dataclass(frozen=True, slots=True)
class Looked:
    """One theme over the records of a period: the passages by day, and in which of the records there is something.

    ``has_place``: whether a form of these records has a section for it. ``withheld``: of how many records something may
    stand in a section that is not the reader's to read.
    """

    theme: str
    passages: Sequence[Passage]
    records: Sequence[date]
    has_place: bool

    @property
    def label(self) -> str:
        """The theme in words."""
        return THEMES[self.theme]

    @property
    def touched(self) -> frozenset[date]:
        """The days whose records hold something that may be read."""
        return frozenset(each.on for each in self.passages if each.text)

    @property
    def withheld(self) -> int:
        """Of how many records a section is withheld."""
        return len({each.on for each in self.passages if each.text is None})

    @property
    def months(self) -> list[tuple[str, int, int]]:
        """By month in order: its name, how many records there are and how many of them hold something."""
        found: dict[tuple[int, int], list[date]] = {}
        for day in sorted(self.records):
            found.setdefault((day.year, day.month), []).append(day)
        return [
            (f"{words.MONTHS[month - 1]} {year}", len(days), sum(day in self.touched for day in days))
            for (year, month), days in found.items()
        ]


def themes_of(section: Section, item: Field) -> list[str]:
    """The themes to which a field of a record belongs: by the function of its section, and where it asks for reflection."""
    found = [OF_FUNCTION[section.function]] if section.function in OF_FUNCTION else []
    names = (section.id, section.heading, item.id, item.label)
    return [REFLECTION, *found] if any(REFLECTS in name.lower() for name in names) else found


def over_time(looked: Looked) -> str:
    """How often a theme stands in the records, as it is signed in an audit: counts and days, and no judgement."""
    records = len(looked.records)
    if not records:
        return "There is no signed record in this time."
    if not looked.has_place:
        return (
            f"The forms of these {words.number_of(records, 'record')} have no section for it: "
            "look for it in what was written on everything else."
        )
    said = f"{len(looked.touched)} of {words.number_of(records, 'record')} hold something on it"
    if looked.withheld:
        return f"{said}; in {words.number_of(looked.withheld, 'record')} the section is not yours to read."
    length = sum(each.words for each in looked.passages)
    missing = [words.day(day) for day in sorted(set(looked.records) - looked.touched)]
    left_out = f" Nothing on {words.listed(missing)}." if missing else ""
    return f"{said}, {length:,} words in all.{left_out}"


def balance_over_time(rows: Sequence[tuple[str, int, int, bool]], *, half_year: int, year: int) -> str:
    """The four functions as counts: (label, in half a year, in a year, whether the forms have a place for it) of each."""
    lines = [f"Signed sessions: {half_year} in the last 6 months, {year} in the last 12."]
    for label, in_half_year, in_year, has_place in rows:
        counts = f"something in {in_half_year} of {half_year}, and in {in_year} of {year}"
        lines.append(f"{label}: {counts if has_place else 'the forms have no section for it'}.")
    return "\n".join(lines)
