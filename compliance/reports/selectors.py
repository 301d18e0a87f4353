"""The pages of reports: which months there are, and a month's figures as one reader sees them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.urls import reverse

from audits.timetable.rules import ROLE_OF
from compliance.boards.charts import Chart, chart
from compliance.boards.selectors import Version, policies_between
from compliance.models import Kind, MonthlyReport
from compliance.models.reports import line_key
from compliance.reports import access, rules, tables
from compliance.reports.rules import NOT_STATED, TAKES_AT_MOST, end_of
from compliance.reports.tables import Changed, Compared, Place, Table
from core.actor import ROLE_LABELS, Actor
from staff.models import Service, Team
from supervision.feedback.rules import QUESTIONS

ROWS_ON_A_PAGE = 25
STYLES = ("worker", "child")
# Beyond names and dates of people: of children, and of what an audit judged
NEAR_ALONE = frozenset({"child", "plan", "depth", "judgement", "question"})


@dataclass(frozen=True, slots=True)
class Trend:
    """Some shares over a year, drawn and as a table."""

    compared: Compared
    chart: Chart


@dataclass(frozen=True, slots=True)
class EqualityTable:
    """The groups of one measure: in time, late, neither, all of it; None for what is withheld."""

    measure: str
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]

    @property
    def withholds(self) -> bool:
        """Whether anything is withheld."""
        return any(number is None for _, numbers in self.rows for number in numbers)


class QuestionRow(NamedTuple):
    """A question of audits: how often it was answered with "no", of how often it was answered, and where the list is."""

    label: str
    no: int
    asked: int
    url: str = ""


class DutyRow(NamedTuple):
    """What the policy wants examined in a period, all who have to do it together. ``wanted`` None: it sets no number."""

    by: str
    what: str
    how_often: str
    starts_on: date
    last_day: date
    wanted: int | None
    done: int
    booked: int


class FeedbackRow(NamedTuple):
    """How supervision was felt in a quarter: how many answers, and of each question how many of 100 said "much" or more.

    ``answers`` None: too few answered.
    """

    starts_on: date
    last_day: date
    answers: int | None
    shares: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A month as one reader sees it. ``report`` None: never asked for; without figures: being worked out, or given up."""

    month: date
    known_on: date
    report: MonthlyReport | None
    is_stuck: bool = False
    is_partial: bool = False
    by_service: bool = False
    service: Service | None = None
    services: Sequence[Service] = ()
    tables: tuple[Table, ...] = ()
    page: Page | None = None
    trends: tuple[Trend, ...] = ()
    policies: tuple[Version, ...] = ()
    changed: tuple[Changed, ...] = ()
    own_is_built: bool = False
    no: tuple[QuestionRow, ...] = ()
    audits: int = 0
    equality: tuple[EqualityTable, ...] = ()
    duties: tuple[DutyRow, ...] = ()
    feedback: tuple[FeedbackRow, ...] = ()

    @property
    def end(self) -> date:
        """The month's last day."""
        return end_of(self.month)

    @property
    def is_own(self) -> bool:
        """Whether it is what was known when the month ended."""
        return self.known_on == self.end

    @property
    def is_built(self) -> bool:
        """Whether there are figures."""
        return self.report is not None and self.report.built_at is not None

    @property
    def night(self) -> date | None:
        """The night from which people and children are counted; None where the engine was asked, or none was looked at."""
        text = (self.report.figures or {}).get("night") if self.report else None
        return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class ListedMonth:
    """A month in the list of reports, and its reports: those worked out, and the others."""

    month: date
    reports: tuple[MonthlyReport, ...]

    @property
    def address(self) -> str:
        """Where it is."""
        return reverse("compliance:report-detail", args=[f"{self.month:%Y-%m}"])


@dataclass(frozen=True, slots=True)
class Links:
    """Where lists are, for a reader. ``of_nights``: whether boards list the night's things as they stood. ``doors``: the
    teams and services, as an address has them, whose lists the reader may open.
    """

    month: date
    known_on: date
    of_nights: bool
    names_children: bool
    doors: frozenset[str]

    def url(self, section: str, stands: str, query: str) -> str:
        """The list behind a figure; empty where the reader has none."""
        if section in NEAR_ALONE and not self.names_children:
            return ""
        place = query.partition("&plan=")[0]
        if place and place not in self.doors:
            return ""
        asked = f"&stands={quote(stands)}{query}"
        if section in (*Kind.values, "plan"):
            if not self.of_nights:
                return ""
            kind = "child" if section == "plan" else section
            return f"{reverse('compliance:board-list')}?on={end_of(self.month)}&what={kind}{asked}"
        path = reverse("compliance:report-behind", args=[f"{self.month:%Y-%m}"])
        return f"{path}?known={self.known_on}&what={section}{asked}"


def month_list(*, actor: Actor) -> list[ListedMonth]:
    """The months that have ended, the newest first, with their reports within sight; in one query."""
    months = rules.months_before(actor.on, rules.LISTED)
    found = MonthlyReport.objects.visible_to(actor).filter(month__gte=months[-1]).defer("figures", "people")
    by_month: dict[date, list[MonthlyReport]] = {}
    for report in found.order_by("known_on"):
        if report.whose == "" or report.whose == line_key(access.people_of(actor, month=report.month)):
            by_month.setdefault(report.month, []).append(report)
    return [ListedMonth(month, tuple(by_month.get(month, ()))) for month in months]


def find_report(*, month: date, known_on: date, actor: Actor) -> MonthlyReport | None:
    """The report of a month as known on a day, of those whom the actor leads today; in one query."""
    whose = line_key(access.people_of(actor, month=month))
    return MonthlyReport.objects.visible_to(actor).filter(month=month, known_on=known_on, whose=whose).first()


def report_page(
    *,
    actor: Actor,
    month: date,
    known_on: date,
    at: datetime,
    service: Service | None = None,
    by_service: bool = False,
    number: str = "1",
) -> ReportPage:
    """A month's page; in six queries at most."""
    report = find_report(month=month, known_on=known_on, actor=actor)
    if report is None or not report.built_at or not report.figures:
        is_stuck = report is not None and report.asked_at <= at - TAKES_AT_MOST
        return ReportPage(month, known_on, report, is_stuck=is_stuck)
    figures, own = report.figures, None
    if known_on != end_of(month):
        own = find_report(month=month, known_on=end_of(month), actor=actor)
    teams = teams_of(figures)
    places = places_of(teams, by_service=by_service, service=service)
    page = Paginator(places, ROWS_ON_A_PAGE).get_page(number)
    whole = Place(
        str(service.pk) if service else "",
        tables.EVERYBODY,
        "",
        f"&service={service.pk}" if service else "",
        tuple(team for place in places for team in place.teams),
    )
    doors = frozenset(doors_of(teams, actor=actor))
    links = Links(month, known_on, figures["night"] is not None, not access.sees_everybody(actor), doors)
    of = "Service" if by_service else "Team"
    shown = {place.service_key: place.service for place in places}
    return ReportPage(
        month=month,
        known_on=known_on,
        report=report,
        is_partial=not access.sees_everybody(actor),
        by_service=by_service,
        service=service,
        services=sorted({team.service for team in teams}, key=lambda each: each.name),
        tables=tuple(tables.tables(figures, list(page.object_list), of=of, links=links, whole=whole, services=shown)),
        page=page,
        trends=tuple(trends(figures)),
        policies=policies_between(month, end_of(month)),
        changed=tuple(tables.changed(own.figures, figures)) if own and own.figures else (),
        own_is_built=own is not None and own.built_at is not None,
        no=questions(figures, links=links),
        audits=figures["audits"]["number"],
        equality=equality_tables(figures),
        duties=duty_rows(figures),
        feedback=feedback_rows(figures),
    )


def teams_of(figures: Mapping[str, Any]) -> list[Team]:
    """The teams that a report's figures are of, by service and name; in one query."""
    keys = {key for lines in figures["sections"].values() for key in lines}
    found = Team.objects.filter(pk__in=[UUID(key) for key in keys]).select_related("service")
    return sorted(found, key=lambda team: (team.service.name, team.name))


def doors_of(teams: Iterable[Team], *, actor: Actor) -> Iterator[str]:
    """Of some teams and their services those whose lists the actor may open, as an address has them; in one query."""
    services = set(access.ReportServices.visible_to(actor).values_list("pk", flat=True))
    for team in teams:
        if team.service_id in services:
            yield f"&team={team.pk}"
            yield f"&service={team.service_id}"


def places_of(teams: Iterable[Team], *, by_service: bool = False, service: Service | None = None) -> list[Place]:
    """A line for each team, or each service; of one service alone where one is chosen."""
    chosen = [team for team in teams if service is None or team.service_id == service.pk]
    if not by_service:
        return [
            Place(
                str(team.pk),
                team.name,
                team.service.name,
                f"&team={team.pk}",
                (str(team.pk),),
                str(team.service_id),
            )
            for team in chosen
        ]
    services = {team.service.pk: team.service for team in chosen}
    return [
        Place(
            str(key),
            each.name,
            each.name,
            f"&service={key}",
            tuple(str(team.pk) for team in chosen if team.service_id == key),
            str(key),
        )
        for key, each in services.items()
    ]


def trends(figures: Mapping[str, Any]) -> list[Trend]:
    """What is compared over the year, as drawings with their tables."""
    return [
        Trend(each, chart([on for on, _ in each.rows], list(_series(each)), said=""))
        for each in tables.compared(figures)
    ]


def _series(each: Compared) -> Iterable[tuple[str, str, list[int | None]]]:
    for place, name in enumerate(each.names):
        yield name, STYLES[place], [shares[place] for _, shares in each.rows]


def questions(figures: Mapping[str, Any], *, links: tables.Links | None = None) -> tuple[QuestionRow, ...]:
    """The questions of audits that were most often answered with "no", those first; asked five times or more."""
    links = links or tables.NoLinks()
    found = (
        QuestionRow(label, no, asked, links.url("question", label, ""))
        for label, (no, asked) in figures["audits"].get("questions", {}).items()
    )
    return tuple(sorted(found, key=lambda each: (-each.no, each.label)))


def equality_tables(figures: Mapping[str, Any]) -> tuple[EqualityTable, ...]:
    """The groups of each measure that HR supplies."""
    found = figures["equality"]
    return tuple(
        EqualityTable(measure, tuple((group, tuple(groups[group])) for group in sorted(groups, key=_place)))
        for measure, groups in found.items()
    )


def duty_rows(figures: Mapping[str, Any]) -> tuple[DutyRow, ...]:
    """What was to be audited and observed, beside what was."""
    return tuple(
        DutyRow(
            ROLE_LABELS[ROLE_OF[each["by"]]],
            each["what"],
            each["how_often"],
            date.fromisoformat(each["from"]),
            date.fromisoformat(each["until"]),
            each["wanted"],
            each["done"],
            each["booked"],
        )
        for each in figures.get("duties", ())
    )


def feedback_rows(figures: Mapping[str, Any]) -> tuple[FeedbackRow, ...]:
    """How supervision was felt, quarter by quarter."""
    return tuple(
        FeedbackRow(
            date.fromisoformat(each["from"]),
            date.fromisoformat(each["until"]),
            each["answers"],
            tuple((question, each["shares"].get(name)) for name, question in QUESTIONS.items()),
        )
        for each in figures.get("feedback", ())
    )


def _place(group: str) -> tuple[bool, str]:
    """Whoever is of no group stands last."""
    return group == NOT_STATED, group
