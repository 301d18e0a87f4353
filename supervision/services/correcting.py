"""Corrections of a wrong fact after both have signed: the record says so, and the diary follows."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core.actor import Actor
from core.clock import LONDON
from core.errors import RuleBroken
from records import access as records_access
from records import services as records
from records.models import Part, Record
from records.rules import PartKind, Sensitivity
from records.services import Evidence
from staff.challenge import Challenge
from staff.models import SupervisionRelationship
from supervision import rules, selectors
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.services.diary import lock_supervisee
from trail import services as trail


@transaction.atomic
def correct_session(
    *,
    record_id: UUID,
    shown: str,
    times: Times,
    mode: str,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
) -> Part:
    """Sign when a session really was, and let the diary, and so every clock, follow. What was signed stays.

    Raises what ``records.services.add_addendum`` raises, and RuleBroken for a day or time on which it cannot have been.
    """
    record = Record.objects.visible_to(actor).select_related("subject", "author").get(pk=record_id)
    records_access.check_can_correct(actor, record)
    lock_supervisee(record.worker_id, actor)
    session = SupervisionSession.objects.visible_to(actor).select_for_update(of=("self",)).get(record=record)
    _check_can_have_been(record, session, times, at=at)
    session.on, session.starts, session.ends, session.mode = times.on, times.starts, times.ends, mode
    part = records.add_addendum(
        record_id=record_id,
        shown=shown,
        sensitivity=Sensitivity.SHARED,
        facts=selectors.facts_of_session(session),
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    session.save(update_fields=["on", "starts", "ends", "mode"])
    trail.record(actor=actor, verb="session.corrected", target=session, about=session.supervisee_id, at=at)
    return part


def _check_can_have_been(record: Record, session: SupervisionSession, times: Times, *, at: datetime) -> None:
    """Not ahead, not after its record was signed, while its author supervised, and neither was elsewhere."""
    signed_at = record.parts.filter(kind=PartKind.TEXT).order_by("seq").values_list("signed_at", flat=True)[0]
    rules.check_could_have_been(times, now=at.astimezone(LONDON), signed_at=signed_at.astimezone(LONDON))
    supervision = SupervisionRelationship.objects.live(times.on)
    if not supervision.filter(supervisor=record.author_id, supervisee=record.worker_id).exists():
        raise RuleBroken(f"{record.author.name} did not supervise {record.worker.name} on that day.", field="on")
    people = (session.supervisee_id, session.supervisor_id)
    others = SupervisionSession.objects.held().filter(
        Q(supervisee__in=people) | Q(supervisor__in=people), on=times.on, starts__lt=times.ends, ends__gt=times.starts
    )
    if others.exclude(pk=session.pk).exists():
        raise RuleBroken("One of the two of you was in another session at that time.", field="starts")
