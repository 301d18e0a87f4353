"""A month's report as rows of a file: every team, each figure in a row of its own first, then each table as it is read."""

from collections.abc import Iterator, Sequence

from compliance.models import MonthlyReport
from compliance.reports import selectors, tables
from compliance.reports.rules import end_of
from compliance.reports.tables import NoLinks, Table
from core import sheets
from core.sheets import Value
from supervision.feedback.rules import QUESTIONS

WITHHELD = "withheld"
MARKS = ["Month", "As known at the end of", "Digest of the figures"]


def report_sheets(report: MonthlyReport) -> list[sheets.Table]:
    """All of it; the first, which is what CSV holds, has every figure of every team."""
    figures = report.figures or {}
    places = selectors.places_of(selectors.teams_of(figures))
    found = tables.tables(figures, places, of="Team", links=NoLinks())
    marks: list[Value] = [f"{report.month:%Y-%m}", report.known_on, report.digest]
    headers = [*MARKS, "Table", "Service", "Team", "Plan, status or theme", "Figure", "Number"]
    return [
        ("Figures", headers, list(_figures(found, marks))),
        *((table.heading.replace(":", ""), _headers(table), list(_lines(table))) for table in found),
        ("Months", ["Month", "What", "Share, of 100"], list(_months(report))),
        (
            "Audits no",
            ["Question", "Audits that answered no", "Audits that answered"],
            [list(each) for each in selectors.questions(figures)],
        ),
        (
            "Plan of audits",
            ["By", "What", "How often", "From", "Until", "Wanted", "Done", "Booked"],
            list(_duties(report)),
        ),
        ("How it is felt", ["From", "Until", "Answers", *QUESTIONS.values()], list(_feedback(report))),
        ("Groups", ["Measure", "Group", "In time", "Late", "Neither", "All"], list(_groups(report))),
        ("About", ["What", "Value"], list(_about(report))),
    ]


def _figures(found: Sequence[Table], marks: list[Value]) -> Iterator[list[Value]]:
    for table in found:
        if not table.is_known:
            continue
        for line in table.lines:
            for cell in line.cells:
                yield [*marks, table.heading, line.service, line.label, line.what, cell.label, _number(cell.number)]


def _number(number: int | None) -> Value:
    return WITHHELD if number is None else number


def _headers(table: Table) -> list[str]:
    return ["Service", "Team", "Plan, status or theme", *table.columns, "Share, of 100"]


def _lines(table: Table) -> Iterator[list[Value]]:
    for line in table.lines if table.is_known else ():
        yield [line.service, line.label, line.what, *(_number(cell.number) for cell in line.cells), line.share]


def _months(report: MonthlyReport) -> Iterator[list[Value]]:
    for each in tables.compared(report.figures or {}):
        for on, shares in each.rows:
            for name, share in zip(each.names, shares, strict=True):
                yield [f"{on:%Y-%m}", f"{each.heading}: {name}", share]


def _duties(report: MonthlyReport) -> Iterator[list[Value]]:
    for each in selectors.duty_rows(report.figures or {}):
        yield ["no number set" if value is None else value for value in each]


def _feedback(report: MonthlyReport) -> Iterator[list[Value]]:
    for each in selectors.feedback_rows(report.figures or {}):
        shares = [WITHHELD if share is None else share for _, share in each.shares]
        yield [each.starts_on, each.last_day, WITHHELD if each.answers is None else each.answers, *shares]


def _groups(report: MonthlyReport) -> Iterator[list[Value]]:
    for each in selectors.equality_tables(report.figures or {}):
        for group, numbers in each.rows:
            yield [each.measure, group, *(WITHHELD if number is None else number for number in numbers)]


def _about(report: MonthlyReport) -> Iterator[list[Value]]:
    yield ["Month", f"{report.month:%Y-%m}"]
    yield ["As known at the end of", report.known_on]
    yield ["Digest of the figures", report.digest]
    yield ["Of whom", "everybody" if report.people is None else "one line of management"]
    for version in selectors.policies_between(report.month, end_of(report.month)):
        yield ["Judged by", f"{version.in_words}, from {version.starts_on.isoformat()}"]
