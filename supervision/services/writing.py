"""Records that come of supervision: opened when a session is held or a contract begun, signed by the supervisor."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies import selectors as policies
from records import services as records
from records.models import Part, Record
from records.rules import Kind
from records.services import Evidence
from staff.challenge import Challenge
from staff.models import StaffMember
from supervision import access, rules, selectors
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.services import diary

CONTRACT_TEMPLATE = "contract_1a"
RECORD_TEMPLATE = "worker_record_app2"


@transaction.atomic
def hold_session(
    *, supervisee_id: UUID, session_id: UUID | None, times: Times, mode: str, place: str, actor: Actor, at: datetime
) -> SupervisionSession:
    """Enter that a session was held, booked before or not, and open the draft of its record.

    Raises NotAllowed, or RuleBroken: the time has not come, lies before the relationship, or is taken by another.
    """
    session = diary.lock_held(
        supervisee_id=supervisee_id, session_id=session_id, times=times, mode=mode, place=place, actor=actor, at=at
    )
    session.record = _open(Kind.WORKER_RECORD, RECORD_TEMPLATE, supervisee_id, actor=actor, at=at)
    session.save()
    diary.note_held(session, actor=actor, at=at)
    return session


@transaction.atomic
def open_contract(*, supervisee_id: UUID, actor: Actor, at: datetime) -> Record:
    """Begin a contract with a supervisee; where one is being drafted already, that one.

    Raises NotAllowed, or RuleBroken when one waits for a signature.
    """
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=supervisee_id)
    access.check_can_supervise(actor, person)
    if unfinished := selectors.unfinished_contract(supervisee_id=supervisee_id, actor=actor):
        return unfinished
    return _open(
        Kind.CONTRACT,
        CONTRACT_TEMPLATE,
        supervisee_id,
        actor=actor,
        at=at,
        values=selectors.contract_beginnings(person=person, actor=actor),
    )


@transaction.atomic
def sign_record(
    *, record_id: UUID, shown: str, challenge: Challenge | None, evidence: Evidence, actor: Actor, at: datetime
) -> Part:
    """Sign the text of a contract or session record as its author, with the facts of the diary.

    A next date that stands in the text is booked. Raises what ``records.services.sign_text`` raises, and RuleBroken
    for a contract that is looser than the policy.
    """
    record = Record.objects.visible_to(actor).get(pk=record_id)
    context = selectors.signing_context(record=record, on=actor.on)
    if record.kind == Kind.CONTRACT:
        selectors.check_contract(record, context, on=actor.on)
    next_at = selectors.next_session_named(record=record)
    part = records.sign_text(
        record_id=record_id,
        shown=shown,
        facts=context.facts,
        late=context.late,
        given=context.given,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    if next_at:
        _book_next(record, next_at, actor=actor, at=at)
    return part


def _open(
    kind: Kind,
    template_slug: str,
    supervisee_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    values: Mapping[str, Mapping[str, Any]] | None = None,
) -> Record:
    policy = policies.policy_in_force(actor.on)
    if policy is None:
        raise RuleBroken("No supervision policy is in force today. The principal social worker can put one in force.")
    template = policies.record_template(template_slug)
    return records.open_record(
        kind=kind,
        subject_id=supervisee_id,
        template=template,
        policy_slug=policy.id,
        policy_version=policy.version,
        title=template.title,
        values=values,
        actor=actor,
        at=at,
    )


def _book_next(record: Record, next_at: datetime, *, actor: Actor, at: datetime) -> None:
    """Put the next session that the record names into the diary (R188), where none is booked for that day already."""
    ends = next_at + timedelta(minutes=rules.USUAL_MINUTES)
    times = Times(on=next_at.date(), starts=next_at.time(), ends=ends.time())
    taken = SupervisionSession.objects.planned().filter(supervisee_id=record.subject_id, on=times.on)
    if times.on >= actor.on and ends.date() == next_at.date() and not taken.exists():
        diary.book_session(
            supervisee_id=record.subject_id,
            times=times,
            mode=SupervisionSession.Mode.IN_PERSON,
            place="",
            actor=actor,
            at=at,
        )
