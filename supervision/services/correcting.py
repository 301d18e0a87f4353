"""Corrections of a wrong fact after both have signed: the record says so, and the diary follows."""

from datetime import date, datetime
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
from supervision.rules.discussions import NOT_DISCUSSED
from supervision.services.diary import lock_supervisee
from supervision.services.entries import discussed_again
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

    What was said of each child is of the right day from then on, and each entry of the session says so in the same act.
    Raises what ``records.services.add_addendum`` raises, and RuleBroken for a day or time on which it cannot have been.
    """
    record = Record.objects.visible_to(actor).select_related("subject", "author").get(pk=record_id)
    records_access.check_can_correct(actor, record)
    lock_supervisee(record.worker_id, actor)
    session = SupervisionSession.objects.visible_to(actor).select_for_update(of=("self",)).get(record=record)
    _check_can_have_been(record, session, times, at=at)
    _check_children(session, times.on)
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
    discussed_again(session.discussions.exclude(on=times.on), at=at, on=times.on)
    trail.record(actor=actor, verb="session.corrected", target=session, about=session.supervisee_id, at=at)
    return part


def _check_children(session: SupervisionSession, on: date) -> None:
    """Who was with the worker on the day that was wrong has to have been on the right one, where it was discussed."""
    said = session.discussions.exclude(depth=NOT_DISCUSSED)
    before = selectors.held_on_the_day(session)
    after = selectors.held_on_the_day(session, on=on)
    gone = [each.child.reference for each in said.select_related("child") if each.child_id in before - after]
    if gone:
        raise RuleBroken(
            f"{', '.join(sorted(gone))} {'was' if len(gone) == 1 else 'were'} not with {session.supervisee.name} on that "
            "day. If that is wrong, correct who held the case first.",
            field="on",
        )


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
