"""The background work of audits and observations."""

from celery import shared_task

from audits.timetable import services as timetable
from core.clock import now


@shared_task
def chase_audits(**_: object) -> None:
    """Tell people of audits and observations to arrange, whose day passed, or that were not done in their period."""
    timetable.chase_audits(at=now())
