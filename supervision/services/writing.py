"""Records that come of supervision: opened when a session is held or a contract begun, signed by the supervisor."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies import selectors as policies
from policies.templates import Template
from records import services as records
from records.models import Part, Record
from records.rules import Kind
from records.services import Evidence
from staff.access import check_not_frozen
from staff.challenge import Challenge
from staff.models import StaffMember
from staff.relationships.services import hold_supervision
from supervision import access, rules, selectors
from supervision.models import SupervisionSession
from supervision.rules import Course, Times
from supervision.selectors import Values
from supervision.services import agenda, agreements, diary, entries


@transaction.atomic
def hold_session(
    *,
    supervisee_id: UUID,
    session_id: UUID | None,
    times: Times,
    mode: str,
    place: str,
    kind: str = "",
    course: Course = rules.NOT_SAID,
    actor: Actor,
    at: datetime,
) -> SupervisionSession:
    """Enter that a session was held, booked before or not, and how it went; open the draft of its record.

    Raises NotAllowed, or RuleBroken: the time has not come, lies before the relationship, or is taken by another.
    """
    session = diary.lock_held(
        supervisee_id=supervisee_id,
        session_id=session_id,
        times=times,
        mode=mode,
        place=place,
        kind=kind,
        course=course,
        actor=actor,
        at=at,
    )
    session.record = open_draft(Kind.WORKER_RECORD, supervisee_id, of_session=session.kind, actor=actor, at=at)
    session.save()
    diary.note_held(session, actor=actor, at=at)
    agenda.take_over(session, actor=actor, at=at)
    return session


@transaction.atomic
def open_contract(*, supervisee_id: UUID, actor: Actor, at: datetime) -> Record:
    """Begin a contract with a supervisee; where one is being drafted already, that one.

    Where one is in force it is the next version of that, with all that it says; the old one holds until both have
    signed. Raises NotAllowed, or RuleBroken without a policy.
    """
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=supervisee_id)
    access.check_can_supervise(actor, person)
    check_not_frozen(person.pk)
    if unfinished := selectors.unfinished_contract(supervisee_id=supervisee_id, actor=actor):
        return unfinished
    return open_draft(
        Kind.CONTRACT,
        supervisee_id,
        actor=actor,
        at=at,
        begin=lambda template: _contract_values(person, template, actor=actor, at=at),
    )


def _contract_values(person: StaffMember, template: Template, *, actor: Actor, at: datetime) -> Values:
    begun = selectors.contract_beginnings(person=person, actor=actor)
    present = selectors.contracts_of(people=[person.pk], on=actor.on).get(person.pk)
    if present is None or present.record_id is None or not present.is_in_force:
        return begun
    record = Record.objects.visible_to(actor).with_parts().get(pk=present.record_id)
    return selectors.renewed(records.read_record(record=record, actor=actor, at=at), template=template, begun=begun)


@transaction.atomic
def sign_record(
    *, record_id: UUID, shown: str, challenge: Challenge | None, evidence: Evidence, actor: Actor, at: datetime
) -> Part:
    """Sign the text of a contract or session record as its author, with the facts of the diary.

    The entries about the children of the session are signed with it, all in one act, or nothing is. A next date that stands in the text is booked. Raises what ``records.services.sign_text`` raises, and RuleBroken
    for a contract that is looser than the policy, or a session of which a child is left out that the policy wants named.
    """
    record = Record.objects.visible_to(actor).get(pk=record_id)
    if record.subject_id:
        hold_supervision(record.subject_id, actor)
    session = _locked_session(record, actor=actor, at=at)
    context = selectors.signing_context(record=record, on=actor.on)
    if record.kind == Kind.CONTRACT:
        selectors.check_contract(record, context, on=actor.on)
    elif session:
        selectors.check_children(session, policy=context.policy)
        selectors.check_entries(context)
    following = selectors.next_session_named(record=record)
    part = records.sign_text(
        record_id=record_id,
        shown=shown,
        facts=context.facts,
        late=context.late,
        given=context.given,
        entries=context.entries,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    if following:
        _book_next(record, *following, actor=actor, at=at)
    if record.kind == Kind.CONTRACT:
        agreements.meet_review_requests(record, at=at)
    elif part.seq == 1 and context.session:
        agenda.carry_on(context.session)
    return part


def _locked_session(record: Record, *, actor: Actor, at: datetime) -> SupervisionSession | None:
    """The session that a record is of, locked before what is signed is read: entries wait, and clocks are as they say."""
    session_id = SupervisionSession.objects.filter(record=record).values_list("pk", flat=True).first()
    if session_id is None:
        return None
    session = diary.lock_session(session_id, actor)
    entries.follow_own_text(session, at=at)
    return session


def open_draft(
    kind: Kind,
    supervisee_id: UUID,
    *,
    of_session: str = "",
    actor: Actor,
    at: datetime,
    begin: Callable[[Template], Values] | None = None,
) -> Record:
    """A new draft on the form that the policy wants for this person, and for a session of this kind."""
    policy = policies.policy_to_write_by(actor.on)
    purpose = "contract" if kind is Kind.CONTRACT else "record"
    template = selectors.template_for(policy, purpose, person_id=supervisee_id, kind=of_session, on=actor.on)
    return records.open_record(
        kind=kind,
        subject_id=supervisee_id,
        template=template,
        policy_slug=policy.id,
        policy_version=policy.version,
        title=template.title,
        values=begin(template) if begin else None,
        actor=actor,
        at=at,
    )


def _book_next(record: Record, next_at: datetime, place: str, *, actor: Actor, at: datetime) -> None:
    """Put the next session that the record names into the diary (R188), where none is booked for that day already."""
    ends = next_at + timedelta(minutes=rules.USUAL_MINUTES)
    times = Times(on=next_at.date(), starts=next_at.time(), ends=ends.time())
    taken = SupervisionSession.objects.planned().filter(supervisee_id=record.worker_id, on=times.on)
    if times.on >= actor.on and ends.date() == next_at.date() and not taken.exists():
        try:
            diary.book_session(
                supervisee_id=record.worker_id,
                times=times,
                mode=SupervisionSession.Mode.IN_PERSON,
                place=place[:100],
                actor=actor,
                at=at,
            )
        except RuleBroken as refusal:
            # Beside no field of the signing page: the sentence has to say what it is about
            raise RuleBroken(f"The next session that this record names cannot be booked. {refusal}") from refusal
