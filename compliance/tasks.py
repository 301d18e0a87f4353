"""The night's work and the morning's, in the background."""

from datetime import date
from uuid import UUID

from celery import shared_task

from compliance import services
from compliance.boards import services as boards
from compliance.healthcheck import services as healthcheck
from compliance.reports import services as reports
from compliance.rules import Bounds
from compliance.services import effects
from core.clock import date_of, now
from outbox.jobs import background


@shared_task
def start_night(**_: object) -> None:
    """Begin the work of the last night, unless it has begun: asked for every hour, so that a machine that was off catches up."""
    at = now()
    services.start_night(on=date_of(at), at=at)


@background
def assess_chunk(*, kind: str, after: str, until: str, since: str, on: str, **_: object) -> None:
    """Do the work of some nights (ISO dates) for one chunk of people or children, by the keys that it lies between."""
    bounds = Bounds(kind, UUID(after), UUID(until))
    services.assess_chunk(bounds, since=date.fromisoformat(since), on=date.fromisoformat(on), at=now())


@shared_task
def keep_figures(**_: object) -> None:
    """Keep the figures of the nights that are done, so that boards need not count anew: asked for every ten minutes."""
    boards.keep_figures(at=now())


@shared_task
def start_digests(**_: object) -> None:
    """Ask for the digests whose time has come: asked for every quarter of an hour, since people choose their time."""
    services.start_digests(at=now())


@background
def send_digest(*, person_id: str, on: str, **_: object) -> None:
    """Mail one person the digest of a day (ISO date), unless the day is over."""
    services.send_digest(person_id=UUID(person_id), on=date.fromisoformat(on), at=now())


@background
def foresee_policy(*, draft_id: str, on: str, **_: object) -> None:
    """Ask for what a draft of the policy would change on a day (ISO date)."""
    effects.foresee_policy(draft_id=UUID(draft_id), on=date.fromisoformat(on), at=now())


@background
def work_out_effect(*, effect_id: str, **_: object) -> None:
    """Reckon what a draft of the policy would change."""
    effects.work_out_effect(effect_id=UUID(effect_id), at=now())


@background
def tell_of_draft(*, draft_id: str, **_: object) -> None:
    """Tell those who may publish a draft of the policy that it waits."""
    effects.tell_of_draft(draft_id=UUID(draft_id), at=now())


@background
def tell_of_publication(*, draft_id: str, **_: object) -> None:
    """Tell the two who made a version of the policy that it is published."""
    effects.tell_of_publication(draft_id=UUID(draft_id), at=now())


@background
def tell_of_survey(*, survey_id: str, key: str, **_: object) -> None:
    """Tell everybody that a survey is open, or that its results are published."""
    healthcheck.tell_of_survey(survey_id=UUID(survey_id), key=key, on=date_of(now()))


@background
def build_report(*, report_id: str, **_: object) -> None:
    """Work out a month's report, and tell whoever asked for it."""
    reports.build_report(report_id=UUID(report_id), at=now())


@background
def print_report(*, report_id: str, **_: object) -> None:
    """Make the PDF of a month's report that is worked out."""
    reports.print_report(report_id=UUID(report_id), at=now())
