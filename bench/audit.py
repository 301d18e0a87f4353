"""The pre-filled audit of a file with five years of monthly records and seven hundred discussions."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from audits.models import Audit
from audits.writing import services
from bench.figures import Figure, say, time_ratio
from bench.pages import BARE, Page, queries, visit
from core.clock import date_of, now
from policies import services as policies
from policies.rules.durations import add_months
from staff.models import CategoryHeld, ManagementLine, StaffMember, SupervisionRelationship
from supervision.models import Discussion
from tests import audits_kit, cases_kit
from tests.audited_file_kit import AuditedFile
from tests.org import Org, make_org

MONTHS, CHILDREN, DISCUSSIONS = 60, 12, 700
READING, QUERIES = "<= 6", "<= 20"


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Time ratio and number of queries of the audit's pages, as its auditor opens them. Nothing in it is left to chance."""
    at = now()
    org = begin(at=at)
    months = max(round(MONTHS * scale), 1)
    say(f"{months} monthly records, signed by both.")
    fill(org, months=months, on=date_of(at))
    audit = begun(org, at=at)
    check_size(audit, org)
    return [figure for page in pages(audit, org) for figure in figures(page, months)]


def begin(*, at: datetime) -> Org:
    """The people, who have been here for longer than the file."""
    policies.load_packs(at=at)
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=at)
    long_ago = add_months(date_of(at), -12 * 10)
    StaffMember.objects.update(employed_from=long_ago)
    for rows in (CategoryHeld, SupervisionRelationship, ManagementLine):
        rows.objects.update(starts_on=long_ago)
    return org


def fill(org: Org, *, months: int, on: date) -> None:
    """A contract, a signed record a month, and the children of the worker discussed in them all the time."""
    file = AuditedFile(org, on=on)
    days = [add_months(on, -number) - timedelta(days=3) for number in range(months)]
    file.contract(signed_on=days[0])
    for day in reversed(days):
        file.session(day)
    first = add_months(on, -12 * 6)
    children = [cases_kit.child_with(org.worker, opened_on=first) for _ in range(CHILDREN)]
    said = [(child, day) for day in days for child in children][:DISCUSSIONS]
    Discussion.objects.bulk_create(
        Discussion(child=child, worker=org.worker, on=day, depth="brief", recorded_at=cases_kit.at(day))
        for child, day in said
    )


def begun(org: Org, *, at: datetime) -> Audit:
    """The audit of the file, open."""
    # A draw names its audit and the audit its draw: both stand once both are written
    with transaction.atomic():
        audit = audits_kit.planned(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, at=at)
    return services.open_audit(audit_id=audit.pk, actor=Org.actor(org.team_manager, on=date_of(at)), at=at)


def pages(audit: Audit, org: Org) -> Iterator[Page]:
    """The pages, as the auditor opens them."""
    for name in ("write", "evidence", "sign"):
        yield Page(name, org.team_manager.name, reverse(f"audits:audit-{name}", args=[audit.pk]))


def check_size(audit: Audit, org: Org) -> None:
    """What is measured is answered from the whole file."""
    answer: Any = visit(next(pages(audit, org)))()
    text = answer.content.decode()
    assert "12 of 12 records signed by both." in text or "11 of 11 records signed by both." in text, "no records"
    assert text.count("In depth") or text.count("briefly"), "no discussions"


def figures(page: Page, months: int) -> Iterator[Figure]:
    """What is measured of one page."""
    at = {"records": months, "discussions": DISCUSSIONS}
    ratio = time_ratio(visit(page), visit(Page("bare", page.who, reverse(BARE))))
    against = "bare signed-in page, interleaved"
    yield Figure("audit", page.name, "time_ratio", ratio.median, READING, ratio.runs, ratio.spread, against, at)
    yield Figure("audit", page.name, "queries", queries(visit(page)), QUERIES, at=at)
