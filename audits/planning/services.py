"""Booking an audit, moving it, giving it up, giving it to another auditor, and what that one sees of the file."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audits import access
from audits.drawing.rules import check_reason
from audits.drawing.selectors import drawn_children
from audits.drawing.services import check_not_begun, check_stands, draw_children
from audits.models import Audit, AuditedChild
from audits.planning import rules
from audits.planning.rules import Standing
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from outbox.services import enqueue
from records.services import give_up_examination
from staff.grants.services import Opened, end_sight, give_sight
from staff.models import SightGrant, StaffMember, SupervisionRelationship
from staff.selectors import actor_for
from trail import services as trail


@transaction.atomic
def book_audit(*, audit_id: UUID, booked_on: date, actor: Actor, at: datetime) -> Audit:
    """Set the day of an audit, or move it. Raises NotAllowed, or RuleBroken for a day that is past or once it is open."""
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    access.check_can_change(actor, audit)
    check_not_begun(audit)
    rules.check_books(booked_on, today=date_of(at))
    audit.booked_on = booked_on
    audit.save(update_fields=["booked_on"])
    trail.record(
        actor=actor, verb="audit.booked", target=audit, about=audit.file_of_id, at=at, on=booked_on.isoformat()
    )
    return audit


@transaction.atomic
def give_up_audit(*, audit_id: UUID, reason: str, actor: Actor, at: datetime) -> Audit:
    """Give an audit up, so that another file can be drawn for its period; it stays on the record with the reason.

    What it opened to an auditor from outside the line ends, and its draft is shown to nobody any more. Raises NotAllowed,
    or RuleBroken without a reason or once it is signed.
    """
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    access.check_can_change(actor, audit)
    check_stands(audit)
    rules.check_gives_reason(reason)
    audit.given_up_at, audit.given_up_because = at, reason
    audit.save(update_fields=["given_up_at", "given_up_because"])
    end_sight(given_for=audit.pk, actor=actor, at=at, basis=SightGrant.Basis.AUDIT)
    if audit.record_id:
        give_up_examination(record_id=audit.record_id, actor=actor, at=at)
    trail.record(actor=actor, verb="audit.given_up", target=audit, about=audit.file_of_id, at=at)
    return audit


@transaction.atomic
def appoint_auditor(*, audit_id: UUID, to_id: UUID, actor: Actor, at: datetime) -> Audit:
    """Let somebody else do an audit that nobody has opened. Whoever is not next up for the person whose file it is sees no
    more than the audit's page until they open it; then ``open_file`` gives them sight, in the name of the actor.

    Also its present auditor, who drew it and is next up no longer. Raises NotAllowed, or RuleBroken for who may not audit this file (R114).
    """
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    access.check_can_appoint(actor, audit)
    check_not_begun(audit)
    to = StaffMember.objects.visible_to(actor).employed(actor.on).filter(pk=to_id).first()
    if to is None:
        raise RuleBroken("Choose one of the people found.", field="to_id")
    on = date_of(at)
    who = standing_of(to, audit, actor=actor, on=on)
    rules.check_may_audit(who, supervisor=audit.supervisor.name)
    if to.pk == audit.auditor_id and (who.is_next_up or audit.appointed_by_id):
        raise RuleBroken(f"{to.name} does this audit already.", field="to_id")
    audit.auditor, audit.appointed_by_id = to, actor.staff_id
    audit.save(update_fields=["auditor", "appointed_by"])
    trail.record(actor=actor, verb="audit.appointed", target=audit, about=audit.file_of_id, at=at, to=to.pk)
    if to.pk != actor.staff_id:
        path = reverse("audits:audit-detail", args=[audit.pk])
        key = f"{audit.pk}/{to.pk}"
        enqueue("notifications.tasks.notify", person_id=to.pk, kind="audit_given", key=key, path=path)
    return audit


@transaction.atomic
def renew_sight(*, audit_id: UUID, actor: Actor, at: datetime) -> Audit:
    """Let the auditor of an open audit read the file again for a while, in the name of the actor: where the time for which
    it was open is over, or where the auditor is next up no longer.

    Raises NotAllowed for anybody but somebody above the auditor, and RuleBroken for who may not audit this file (R114),
    who reads it anyway, or before it is opened.
    """
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    access.check_can_appoint(actor, audit)
    check_stands(audit)
    if audit.opened_at is None:
        raise RuleBroken("This audit is not open yet. The file opens with it.")
    on = date_of(at)
    who = standing_of(audit.auditor, audit, actor=actor, on=on)
    rules.check_may_audit(who, supervisor=audit.supervisor.name)
    if who.is_next_up:
        raise RuleBroken(f"{who.name} reads this file anyway, as the supervisor’s line manager.")
    audit.appointed_by_id = actor.staff_id
    audit.save(update_fields=["appointed_by"])
    end_sight(given_for=audit.pk, actor=actor, at=at, basis=SightGrant.Basis.AUDIT)
    _give_sight(audit, drawn_children(audit), ends_on=rules.sight_ends_on(on), actor=actor, at=at)
    return audit


@transaction.atomic
def draw_children_again(*, audit_id: UUID, reason: str, actor: Actor, at: datetime) -> list[AuditedChild]:
    """Draw other children for section 3, with a reason, until the audit is signed. What an auditor from outside the line
    sees of children follows. Raises NotAllowed, or RuleBroken without a reason or where none were drawn.
    """
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    access.check_can_draw_children_again(actor, audit)
    check_reason(reason)
    if not audit.children.exists():
        raise RuleBroken("No children are drawn for this audit.")
    children = draw_children(audit_id=audit.pk, actor=actor, at=at, reason=reason)
    given = SightGrant.objects.in_force().live(date_of(at)).filter(given_for=audit.pk, person=audit.auditor)
    if grant := given.filter(file_of=audit.file_of_id).first():
        end_sight(given_for=audit.pk, actor=actor, at=at, basis=SightGrant.Basis.AUDIT)
        _give_sight(audit, children, ends_on=grant.ends_on, actor=actor, at=at)
    return children


def open_file(audit: Audit, children: list[AuditedChild], *, actor: Actor, at: datetime) -> None:
    """Let an auditor from outside the line, who opens the audit now, read the file and the children of section 3: until
    it is signed or given up, and for four weeks at most. Raises RuleBroken for who may not audit this file by now (R114).
    """
    on = date_of(at)
    who = standing_of(audit.auditor, audit, actor=actor, on=on)
    if who.is_next_up:
        return
    rules.check_is_apart(who, supervisor=audit.supervisor.name)
    _give_sight(audit, children, ends_on=rules.sight_ends_on(on), actor=actor, at=at)


def standing_of(to: StaffMember, audit: Audit, *, actor: Actor, on: date) -> Standing:
    """How somebody stands to an audit on a day: to the person whose file it is, and to the supervisor."""
    given = SupervisionRelationship.objects.live(on)
    return Standing(
        name=to.name,
        is_supervisor=to.pk == audit.supervisor_id or given.filter(supervisor=to, supervisee=audit.file_of_id).exists(),
        is_supervisee=to.pk == audit.file_of_id,
        is_supervised_by_supervisor=given.filter(supervisor=audit.supervisor_id, supervisee=to).exists(),
        is_oneself=to.pk == actor.staff_id,
        is_next_up=audit.file_of_id in actor_for(to, on=on).next_up_for,
    )


def _give_sight(
    audit: Audit, children: list[AuditedChild], *, ends_on: date | None, actor: Actor, at: datetime
) -> None:
    """In the name of who gave the audit to its auditor. Health and conduct stay withheld on the pages of the file: of
    what the policy lets an auditor read, the audit itself shows what it needs.
    """
    things = [Opened(file_of_id=audit.file_of_id), *(Opened(child_id=child.child_id) for child in children)]
    for opens in things:
        give_sight(
            person_id=audit.auditor_id,
            opens=opens,
            basis=SightGrant.Basis.AUDIT,
            given_for=audit.pk,
            purpose="Audit of the supervision file",
            starts_on=date_of(at),
            ends_on=ends_on,
            given_by_id=audit.appointed_by_id,
            actor=actor,
            at=at,
        )
