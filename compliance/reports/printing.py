"""A month's report as a PDF: tagged, every team, the digest of its figures in it."""

from django.template.loader import render_to_string

from compliance.models import MonthlyReport
from compliance.reports import selectors, tables
from compliance.reports.rules import end_of, known_at
from compliance.reports.tables import NoLinks
from records import pdf


def as_pdf(report: MonthlyReport, *, organisation: str) -> bytes:
    """The report as a PDF; the same figures always give the same bytes, as long as teams keep their names."""
    html = render_to_string("pdf/report.html", {"page": _page(report, organisation=organisation)})
    return pdf.printed(
        html, identifier=report.digest.removeprefix("sha256:")[:32].encode(), at=known_at(report.known_on)
    )


def _page(report: MonthlyReport, *, organisation: str) -> dict[str, object]:
    figures = report.figures or {}
    places = selectors.places_of(selectors.teams_of(figures))
    end = end_of(report.month)
    return {
        "organisation": organisation,
        "report": report,
        "end": end,
        "is_own": report.known_on == end,
        "of_everybody": report.people is None,
        "tables": tables.tables(figures, places, of="Team", links=NoLinks()),
        "compared": tables.compared(figures),
        "no": selectors.questions(figures),
        "audits": figures["audits"]["number"],
        "duties": selectors.duty_rows(figures),
        "feedback": selectors.feedback_rows(figures),
        "equality": selectors.equality_tables(figures),
        "policies": selectors.policies_between(report.month, end),
    }
