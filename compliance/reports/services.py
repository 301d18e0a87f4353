"""Asking for a month's report, working it out in the background, printing it; what HR supplies; files of it in the trail."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from compliance.models import EqualityGroup, MonthlyReport
from compliance.models.reports import figures_digest, line_key
from compliance.reports import access, building, printing
from compliance.reports.building import Month
from compliance.reports.rules import TAKES_AT_MOST
from core.actor import Actor
from core.errors import RuleBroken
from documents import services as documents
from outbox.services import enqueue
from trail import services as trail

PDF = "application/pdf"


@transaction.atomic
def ask_for_report(*, month: date, known_on: date, actor: Actor, at: datetime) -> MonthlyReport:
    """Ask for a month's report as known on a day; asked twice, it is worked out once. Raises NotAllowed.

    One that is not done after an hour was given up, and is asked for again.
    """
    access.check_can_open(actor)
    people = access.people_of(actor, month=month)
    keys = None if people is None else [str(person) for person in people]
    # Whoever asks at the same moment waits here for the other, and finds its row
    row, is_new = MonthlyReport.objects.get_or_create(
        month=month,
        known_on=known_on,
        whose=line_key(people),
        **({} if people is None else {"asked_by_id": actor.staff_id}),
        defaults={"people": keys, "asked_at": at, "asked_by_id": actor.staff_id},
    )
    report = MonthlyReport.objects.visible_to(actor).select_for_update().get(pk=row.pk)
    if not is_new and (report.built_at or report.asked_at > at - TAKES_AT_MOST):
        return report
    report.asked_at, report.asked_by_id = at, actor.staff_id
    report.save(update_fields=["asked_at", "asked_by"])
    trail.record(
        actor=actor, verb="report.asked", target=report, at=at, month=f"{month:%Y-%m}", known_on=known_on.isoformat()
    )
    enqueue("compliance.tasks.build_report", report_id=report.pk)
    return report


def build_report(*, report_id: UUID, at: datetime) -> None:
    """Work a report out, once however often this runs, saying how far it is; then tell whoever asked, and print it."""
    report = MonthlyReport.objects.get(pk=report_id)
    if report.built_at:
        return
    people = None if report.people is None else [UUID(person) for person in report.people]
    month = Month(report.month, report.known_on, people)
    rows = MonthlyReport.objects.filter(pk=report.pk, built_at=None)
    rows.update(total=building.steps_of(month), done=0)
    figures = building.figures_of(month, step=lambda: rows.update(done=F("done") + 1))
    with transaction.atomic():
        report = MonthlyReport.objects.select_for_update().get(pk=report_id)
        if report.built_at:
            return
        report.figures, report.digest, report.built_at = figures, figures_digest(figures), at
        report.done = report.total
        report.save(update_fields=["figures", "digest", "built_at", "done"])
        enqueue("compliance.tasks.print_report", report_id=report.pk)
        enqueue(
            "notifications.tasks.notify",
            person_id=report.asked_by_id,
            kind="report_ready",
            key=f"report {report.pk}",
            path=f"{reverse('compliance:report-detail', args=[f'{report.month:%Y-%m}'])}?known={report.known_on}",
        )


def print_report(*, report_id: UUID, at: datetime) -> None:
    """Print a report that is worked out, once."""
    report = MonthlyReport.objects.get(pk=report_id)
    if report.stored_id or not report.built_at:
        return
    pdf = printing.as_pdf(report, organisation=settings.ORGANISATION_NAME)
    with transaction.atomic():
        report = MonthlyReport.objects.select_for_update().get(pk=report_id)
        if report.stored_id:
            return
        report.stored = documents.store(pdf, media_type=PDF, at=at)
        report.save(update_fields=["stored"])


def note_file(report: MonthlyReport, *, ending: str, actor: Actor, at: datetime) -> None:
    """Write that somebody takes a report away as a file, before it leaves."""
    trail.record(actor=actor, verb="report.exported", target=report, at=at, form=ending, digest=report.digest)


@transaction.atomic
def bring_groups(*, rows: Sequence[tuple[UUID, str, str]], actor: Actor, at: datetime) -> int:
    """Put what HR brings (person, measure, group) in the place of all that was brought before; how many rows.

    Raises NotAllowed, or RuleBroken where somebody is in two groups of one measure.
    """
    access.check_can_bring_groups(actor)
    if len({(person, measure) for person, measure, _ in rows}) < len(rows):
        raise RuleBroken("Somebody stands in the file twice for one measure. Keep one row of them.", field="file")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('equality groups'))")
    EqualityGroup.objects.filter(replaced_at=None).update(replaced_at=at)
    EqualityGroup.objects.bulk_create(
        EqualityGroup(person_id=person, measure=measure, group=group, recorded_at=at) for person, measure, group in rows
    )
    trail.record(actor=actor, verb="equality_groups.brought", at=at, rows=len(rows))
    return len(rows)
