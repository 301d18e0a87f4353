"""A report's figures as tables: the same for the page, the print and the files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from audits.learning.rules import THEMES
from cases.rules import plan_type_words
from compliance.reports.rules import COMPARED, PLAN, SECTIONS, Numbers, Section, end_of, summed

EVERYBODY = "All"
# By what figures of all are known beside the keys of services and teams
EVERYWHERE = ""


class Place(NamedTuple):
    """A team with its service, or a service; ``key`` of either, none of all; ``query`` as an address has it."""

    key: str
    label: str
    service: str
    query: str
    teams: tuple[str, ...]
    service_key: str = ""


class Cell(NamedTuple):
    """A figure under a heading, and where the list behind it is; empty where there is none for the reader.

    ``number`` None: withheld.
    """

    label: str
    number: int | None
    url: str = ""


class Line(NamedTuple):
    """The figures of a team, a service or of all of them; ``what``: of which plan, status or theme."""

    label: str
    what: str
    cells: tuple[Cell, ...]
    share: int | None
    is_total: bool = False
    service: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One section of the report."""

    id: str
    heading: str
    hint: str
    of: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    has_share: bool
    is_known: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of its kind."""
        return all(cell.number == 0 for line in self.lines for cell in line.cells)

    @property
    def total(self) -> Line | None:
        """The sum of all of it."""
        return next((line for line in self.lines if line.is_total), None)


class Links(Protocol):
    """Where the lists behind figures are, for one reader."""

    def url(self, section: str, stands: str, query: str) -> str:
        """The address; empty where there is none for the reader."""


class NoLinks:
    """Of prints and files: none."""

    def url(self, section: str, stands: str, query: str) -> str:  # noqa: ARG002  none, whatever is asked for
        """None."""
        return ""


def tables(
    figures: Mapping[str, Any],
    places: Sequence[Place],
    *,
    of: str,
    links: Links,
    whole: Place | None = None,
    services: Mapping[str, str] | None = None,
) -> list[Table]:
    """Each section with a line for each place, and their sum. ``whole``: all of them, where ``places`` is a page,
    and ``services`` the keys and names of its services.

    What audits judged and answered is withheld where it is of few; with a service chosen as without.
    """
    whole = whole or Place("", EVERYBODY, "", "", tuple(team for place in places for team in place.teams))
    found = []
    for section in SECTIONS.values():
        known = figures["sections"].get(section.id)
        lines = _lines(section, known or {}, places, links=links)
        total = _total(section, known or {}, whole, links=links)
        found.append(_table(section, [*lines, total], of=of, is_known=known is not None))
        if section.id == "child":
            by_plan = _plan_lines(figures["plan"], places, whole, links=links)
            found.append(_table(PLAN, by_plan, of=of, is_known=known is not None))
    audits = figures["audits"]
    found.append(_judgements(audits.get("places", {}), [*places, whole], of=of, links=links))
    shown = services or {place.service_key: place.service for place in places}
    found.append(_themes(audits.get("themes", {}), shown if whole.key else {**shown, EVERYWHERE: EVERYBODY}))
    return found


def _table(section: Section, lines: Iterable[Line], *, of: str, is_known: bool) -> Table:
    columns = tuple(section.columns.values())
    return Table(section.id, section.heading, section.hint, of, columns, tuple(lines), bool(section.good), is_known)


def _lines(section: Section, known: Mapping[str, Numbers], places: Iterable[Place], *, links: Links) -> Iterator[Line]:
    for place in places:
        numbers = _sum_of(known, place.teams, section)
        yield _line(section, numbers, place.label, place.query, links=links, service=place.service)


def _total(section: Section, known: Mapping[str, Numbers], whole: Place, *, links: Links) -> Line:
    numbers = _sum_of(known, whole.teams, section)
    return _line(section, numbers, whole.label, whole.query, links=links)._replace(is_total=True)


def _sum_of(known: Mapping[str, Numbers], teams: Iterable[str], section: Section) -> Numbers:
    return summed((known[team] for team in teams if team in known), section)


def _line(
    section: Section, numbers: Numbers, label: str, query: str, *, links: Links, service: str = "", what: str = ""
) -> Line:
    cells = tuple(
        _cell(section, stands, words, number, query, links=links)
        for (stands, words), number in zip(section.columns.items(), numbers, strict=True)
    )
    return Line(label, what, cells, section.share(numbers), service=service)


def _plan_lines(known: Mapping[str, Numbers], places: Iterable[Place], whole: Place, *, links: Links) -> Iterator[Line]:
    """A line for each place and plan or status that there is, then one for each plan or status of all of them."""
    plans = sorted({key.split(" ", 1)[1] for key in known})
    for place in places:
        for plan in plans:
            numbers = _sum_of(known, [f"{team} {plan}" for team in place.teams], PLAN)
            if any(numbers):
                query = f"{place.query}&plan={plan}"
                yield _line(PLAN, numbers, place.label, query, links=links, service=place.service, what=_plan(plan))
    for plan in plans:
        numbers = _sum_of(known, [f"{team} {plan}" for team in whole.teams], PLAN)
        line = _line(PLAN, numbers, whole.label, f"{whole.query}&plan={plan}", links=links, what=_plan(plan))
        yield line._replace(is_total=True)


def _plan(plan: str) -> str:
    return plan_type_words(plan) if plan else "None entered"


def _judgements(
    known: Mapping[str, Mapping[str, int] | None], places: Sequence[Place], *, of: str, links: Links
) -> Table:
    """What audits judged, the last of the places being the sum. While all of them are too few, no judgement is named."""
    names = sorted(known.get(EVERYWHERE) or {})
    section = Section(
        "judgement",
        "Judgements of audits",
        {name: name for name in names} or {"": "Judged"},
        "What auditors judged in them. Figures of fewer than five audits are withheld, and with them others from which "
        "they could be worked out.",
    )
    lines = []
    for at, place in enumerate(places, 1):
        numbers = known.get(place.key, {})
        cells = tuple(
            Cell(words, None)
            if numbers is None
            else _cell(section, stands, words, numbers.get(stands, 0), place.query, links=links)
            for stands, words in section.columns.items()
        )
        lines.append(Line(place.label, "", cells, None, at == len(places), place.service))
    return _table(section, lines, of=of, is_known=True)


def _cell(section: Section, stands: str, words: str, number: int, query: str, *, links: Links) -> Cell:
    return Cell(words, number, links.url(section.id, stands, query) if number else "")


def _themes(known: Mapping[str, Mapping[str, Mapping[str, int] | None]], shown: Mapping[str, str]) -> Table:
    """The five themes, each with a line for each service whose audits were asked."""
    section = Section(
        "theme",
        "Themes of audits",
        {"yes": "Yes", "no": "No"},
        "What audits said of the sessions, by service. Figures of fewer than five audits are withheld, and with them "
        "others from which they could be worked out.",
    )
    lines = []
    for theme, words in THEMES.items():
        places = known.get(theme, {})
        for key, name in shown.items():
            if key in places:
                numbers = places[key]
                cells = tuple(
                    Cell(label, None if numbers is None else numbers.get(answer, 0))
                    for answer, label in section.columns.items()
                )
                lines.append(Line(name, words, cells, None, key == EVERYWHERE, name if key else ""))
    return _table(section, lines, of="Service", is_known=True)


@dataclass(frozen=True, slots=True)
class Compared:
    """Some shares over the year: the names of the lines, and for each month its last day with the shares and numbers."""

    heading: str
    names: tuple[str, ...]
    rows: tuple[tuple[date, tuple[int | None, ...]], ...]


def compared(figures: Mapping[str, Any]) -> list[Compared]:
    """The month against those before it."""
    return [
        Compared(
            heading,
            tuple(name for _, name in lines),
            tuple(
                (_last_day(month["month"]), tuple(_share(month["sums"], section) for section, _ in lines))
                for month in figures["months"]
            ),
        )
        for heading, lines in COMPARED
    ]


def _last_day(month: str) -> date:
    return end_of(date.fromisoformat(f"{month}-01"))


def _share(sums: Mapping[str, Numbers | None], section: str) -> int | None:
    numbers = sums.get(section)
    return SECTIONS[section].share(numbers) if numbers else None


class Changed(NamedTuple):
    """A figure that is another, now that more is known."""

    heading: str
    column: str
    before: int
    after: int

    @property
    def difference(self) -> str:
        """With its sign."""
        return f"{self.after - self.before:+d}".replace("-", "−")


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """The sums that entries after the month's end made another."""
    found = []
    for section in SECTIONS.values():
        was, now = (each["months"][-1]["sums"][section.id] for each in (before, after))
        for label, one, other in zip(
            section.columns.values(), was or section.nothing, now or section.nothing, strict=True
        ):
            if one != other:
                found.append(Changed(section.heading, label, one, other))
    return found
