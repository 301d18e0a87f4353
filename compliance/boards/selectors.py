"""The pages of boards: figures by team, the trend, and who moves behind a figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse

from cases.rules import plan_type_words
from compliance.boards import access, counting, rules
from compliance.boards.charts import Chart, chart
from compliance.boards.counting import Counted, Scope
from compliance.boards.nights import BoardNight, last_of_each_month, nights_until, with_state
from compliance.boards.rules import LABELS, Standing, Tally
from compliance.models import Kind
from core.actor import Actor
from policies.models import Adoption
from policies.rules.policy import named
from staff.models import Service, Team

ROWS_ON_A_PAGE = 25
HEADINGS = {
    Kind.WORKER: "Workers",
    Kind.CHILD: "Children",
    Kind.CONTRACT: "Contracts",
    Kind.RECORD: "Records",
}


class Version(NamedTuple):
    """A version of the policy that was in force."""

    pk: UUID
    authority: str
    title: str
    version: str
    starts_on: date
    ends_on: date | None

    @property
    def in_words(self) -> str:
        """Authority and version, as people name them."""
        return named(self.authority, self.version, self.title or "")


class Cell(NamedTuple):
    """A figure under a heading, and where the list behind it is; empty where there is none, or none for the reader."""

    label: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A service, a team, or the children with one plan type."""

    label: str
    url: str
    cells: tuple[Cell, ...]
    share: int | None
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one kind, and their sum."""

    kind: str
    heading: str
    of: str
    columns: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    total: BoardRow | None = None

    @property
    def all_rows(self) -> tuple[BoardRow, ...]:
        """The rows, and their sum as the last."""
        return (*self.rows, self.total) if self.total else self.rows

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of the kind."""
        return not any(cell.number for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Month:
    """The end of a month: the figures that were kept of it, or those of the night shown."""

    on: date
    tally: Tally

    @property
    def figures(self) -> list[tuple[str, int | None, int]]:
        """Of each kind: its heading, how many of a hundred were not late, and how many were late."""
        return [(HEADINGS[kind], self.tally.share(kind), self.tally.of(kind, Standing.LATE)) for kind in Kind]


@dataclass(frozen=True, slots=True)
class Board:
    """What one reader sees of a night. ``night`` None: none was looked at by the day.

    ``is_partial``: figures are of those within the reader's sight alone. ``page``: of the rows of the tables.
    """

    day: date
    service: Service | None
    night: BoardNight | None
    is_partial: bool
    by_team: bool
    tables: tuple[Table, ...] = ()
    page: Page | None = None
    totals: tuple[tuple[Table, Tally], ...] = ()
    months: tuple[Month, ...] = ()
    trend: Chart | None = None
    policies: tuple[Version, ...] = ()
    counted: tuple[Counted, ...] = ()
    teams: Mapping[UUID, Team] | None = None
    plans: tuple[Counted, ...] = ()

    @property
    def headings(self) -> list[str]:
        """The kinds, in order."""
        return list(HEADINGS.values())


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader may count: of which night, of which teams."""

    night: BoardNight
    scope: Scope
    earlier: tuple[BoardNight, ...]


def night_for(*, actor: Actor, day: date, at: datetime) -> Seen | None:
    """The night that a board of a day shows to a reader, in two queries (three until its figures are kept)."""
    nights = nights_until(day)
    if not nights:
        return None
    night = with_state(nights[0])
    months = [each for each in last_of_each_month(nights) if each.on < rules.month_start(night.on)]
    return Seen(night, access.scope_for(actor, night, at=at), tuple(months[: rules.MONTHS - 1]))


def board(
    *, actor: Actor, service: Service | None, day: date, at: datetime, by_team: bool = False, number: str = "1"
) -> Board:
    """The board of a service, or of the authority by service, or by team; in eight queries at most."""
    by_team = by_team or service is not None
    is_partial = not access.sees_everybody(actor)
    seen = night_for(actor=actor, day=day, at=at)
    if seen is None:
        return Board(day, service, None, is_partial, by_team)
    teams = {team.pk: team for team in _teams(service)}
    scope = replace(seen.scope, teams=list(teams) if service else None)
    counted = counting.teams(scope)
    plans = counting.plan_types(scope)
    totals = rules.added(each.tally for each in counted)
    near = sum(each.near for each in counted)
    links = Links(day if day != actor.on else None, service.pk if service else None)
    rows = _rows_by_team(counted, teams) if by_team else _rows_by_service(counted, teams, links)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(number)
    tables = tuple(
        _table(kind, list(page.object_list), totals, near=near, links=links, by_team=by_team) for kind in Kind
    )
    plan_rows = tuple(_plan_row(each, links) for each in sorted(plans, key=lambda each: each.key))
    by_plan = replace(
        tables[1], kind="plan", heading="Children by plan or status", of="Plan or status", rows=plan_rows, total=None
    )
    months = _months(scope, seen, totals)
    return Board(
        day=day,
        service=service,
        night=seen.night,
        is_partial=is_partial,
        by_team=by_team,
        tables=(*tables[:2], by_plan, *tables[2:]),
        page=page,
        totals=tuple((table, totals) for table in tables),
        months=tuple(months),
        trend=_trend(months),
        policies=policies_between(months[0].on, seen.night.on),
        counted=tuple(counted),
        teams=teams,
        plans=tuple(plans),
    )


@dataclass(frozen=True)
class Links:
    """Where lists are. ``day``: in the address unless it is today."""

    day: date | None
    service: UUID | None

    @cached_property
    def _list(self) -> str:
        asked = {"on": self.day.isoformat() if self.day else None, "service": self.service}
        return f"{reverse('compliance:board-list')}?" + "".join(f"{key}={each}&" for key, each in asked.items() if each)

    def url(self, kind: str, standing: str, place: str) -> str:
        """The list behind a figure; ``place``: what else it is chosen by, as the address has it."""
        return f"{self._list}what={kind}&stands={standing}{place}"

    def board_url(self, service: UUID) -> str:
        """The board of a service on the same day."""
        path = reverse("compliance:board-service", args=[service])
        return f"{path}?on={self.day.isoformat()}" if self.day else path


class _Named(NamedTuple):
    label: str
    team: UUID | None
    service: UUID | None
    tally: Tally
    near: int
    url: str = ""


def _teams(service: Service | None) -> QuerySet[Team]:
    teams = Team.objects.select_related("service").order_by("name")
    return teams.filter(service=service) if service else teams


def _rows_by_team(counted: Iterable[Counted], teams: Mapping[UUID, Team]) -> list[_Named]:
    rows = [_Named(teams[each.key].name, each.key, None, each.tally, each.near) for each in counted]
    return sorted(rows, key=lambda row: row.label)


def _rows_by_service(counted: Iterable[Counted], teams: Mapping[UUID, Team], links: Links) -> list[_Named]:
    services: dict[UUID, list[Counted]] = {}
    for each in counted:
        services.setdefault(teams[each.key].service_id, []).append(each)
    names = {team.service_id: team.service.name for team in teams.values()}
    rows = [
        _Named(
            names[key],
            None,
            key,
            rules.added(each.tally for each in own),
            sum(each.near for each in own),
            links.board_url(key),
        )
        for key, own in services.items()
    ]
    return sorted(rows, key=lambda row: row.label)


def _table(kind: Kind, rows: Sequence[_Named], totals: Tally, *, near: int, links: Links, by_team: bool) -> Table:
    return Table(
        kind=kind,
        heading=HEADINGS[kind],
        of="Team" if by_team else "Service",
        columns=tuple(LABELS[kind].values()),
        rows=tuple(_row(kind, row, links) for row in rows),
        total=replace(_row(kind, _Named("All", None, None, totals, near), links), is_total=True),
    )


def _row(kind: Kind, row: _Named, links: Links) -> BoardRow:
    place = f"&team={row.team}" if row.team else f"&service={row.service}" if row.service else ""
    may_open = kind is not Kind.CHILD or row.near > 0
    cells = [
        Cell(label, number, links.url(kind, standing, place) if number and may_open else "")
        for standing, label in LABELS[kind].items()
        for number in [row.tally.of(kind, standing)]
    ]
    return BoardRow(row.label, row.url, tuple(cells), row.tally.share(kind))


def _plan_row(each: Counted, links: Links) -> BoardRow:
    place = f"&plan={quote(each.key)}"
    cells = [
        Cell(label, number, links.url(Kind.CHILD, standing, place) if number and each.near else "")
        for standing, label in LABELS[Kind.CHILD].items()
        for number in [each.tally.of(Kind.CHILD, standing)]
    ]
    plan = plan_type_words(each.key) if each.key else "None entered"
    return BoardRow(plan, "", tuple(cells), each.tally.share(Kind.CHILD))


def _months(scope: Scope, seen: Seen, totals: Tally) -> list[Month]:
    kept = counting.months(scope, [night.on for night in seen.earlier])
    return [*(Month(on, tally) for on, tally in sorted(kept.items())), Month(seen.night.on, totals)]


def _trend(months: Sequence[Month]) -> Chart | None:
    """Lines need two places at least."""
    if len(months) < 2:  # noqa: PLR2004
        return None
    series = [
        (HEADINGS[kind], kind.value, [month.tally.share(kind) for month in months])
        for kind in (Kind.WORKER, Kind.CHILD)
    ]
    return chart([month.on for month in months], series)


def policies_between(first: date, last: date) -> tuple[Version, ...]:
    """The versions of the policy that were in force on some of the days, in order; in one query."""
    adoptions = Adoption.objects.open(first).filter(starts_on__lte=last).order_by("starts_on")
    columns = (
        "policy_id",
        "policy__document__authority",
        "policy__document__title",
        "policy__version",
        "starts_on",
        "ends_on",
    )
    return tuple(Version(*row) for row in adoptions.values_list(*columns))
