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
    # Its passages are those on mediation: the other three functions have a theme of their own
    BALANCE: "Mediation, of the four functions",
}
# Themes whose passages stand under one function of supervision
OF_FUNCTION = {
    "management": WORKLOAD,
    "performance_and_development": DEVELOPMENT,
    "support_and_motivation": WELLBEING,
    "mediation": BALANCE,
}
REFLECTS = "reflect"
# By what the field ends under which the passages of a theme stand, after the theme's name
OVER_TIME = "_over_time"


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
    def field(self) -> str:
        """The name of the field under which it stands on a form."""
        return f"{self.theme}{OVER_TIME}"

    @property
    def counted(self) -> str:
        """In how many records there is something, in few words; what is withheld is not counted as nothing."""
        if not self.records:
            return "no signed record"
        if not self.has_place:
            return "the forms have no section for it"
        records = words.number_of(len(self.records), "record")
        if not self.withheld:
            return f"something in {len(self.touched)} of {records}"
        if not self.touched:
            return f"withheld in {self.withheld} of {records}"
        return f"something in {len(self.touched)} of {records}, withheld in {self.withheld}"

    @property
    def months(self) -> list[tuple[str, int, str]]:
        """By month in order: its name, how many records there are, and how many of them hold something or withhold it."""
        hidden = {each.on for each in self.passages if each.text is None}
        found: dict[tuple[int, int], list[date]] = {}
        for day in sorted(self.records):
            found.setdefault((day.year, day.month), []).append(day)
        return [
            (
                f"{words.MONTHS[month - 1]} {year}",
                len(days),
                _in_month(sum(day in self.touched for day in days), sum(day in hidden for day in days)),
            )
            for (year, month), days in found.items()
        ]


def _in_month(touched: int, withheld: int) -> str:
    """How many records of a month hold something; where only what is withheld could tell, that."""
    if not withheld:
        return str(touched)
    return f"{touched}, withheld in {withheld}" if touched else f"withheld in {withheld}"


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
    if looked.withheld and not looked.touched:
        withheld = f"Withheld in {looked.withheld} of {words.number_of(records, 'record')}"
        return f"{withheld}: the section is not the auditor’s to read, and whether it holds anything is not counted."
    if looked.withheld:
        return f"{said}; in {words.number_of(looked.withheld, 'record')} a section is withheld from the auditor."
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
