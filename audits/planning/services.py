"""Booking an audit, moving it, giving it up, and giving it to another auditor."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audits import access
from audits.drawing.rules import check_reason
from audits.drawing.services import check_not_begun, check_stands, draw_children, locked
from audits.models import Audit, AuditedChild
from audits.planning import rules
from audits.planning.rules import Standing
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from outbox.services import enqueue
from policies.selectors import policy_in_force
from staff.grants.services import Opened, end_sight, give_sight
from staff.models import SightGrant, StaffMember, SupervisionRelationship
from staff.selectors import actor_for
from trail import services as trail


@transaction.atomic
def book_audit(*, audit_id: UUID, booked_on: date, actor: Actor, at: datetime) -> Audit:
    """Set the day of an audit, or move it. Raises NotAllowed, or RuleBroken for a day that is past or once it is open."""
    audit = locked(audit_id, actor)
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

    What it opened to an auditor from outside the line ends. Raises NotAllowed, or RuleBroken without a reason or once it
    is signed.
    """
    audit = locked(audit_id, actor)
    access.check_can_change(actor, audit)
    check_stands(audit)
    rules.check_gives_reason(reason)
    audit.given_up_at, audit.given_up_because = at, reason
    audit.save(update_fields=["given_up_at", "given_up_because"])
    end_sight(given_for=audit.pk, actor=actor, at=at, basis=SightGrant.Basis.AUDIT)
    trail.record(actor=actor, verb="audit.given_up", target=audit, about=audit.file_of_id, at=at)
    return audit


@transaction.atomic
def appoint_auditor(*, audit_id: UUID, to_id: UUID, actor: Actor, at: datetime) -> Audit:
    """Let somebody else do an audit that nobody has opened. Whoever is not next up for the person whose file it is gets
    sight of it until the audit's end; that of the auditor before ends.

    Raises NotAllowed, or RuleBroken for who may not audit this file (R114).
    """
    audit = locked(audit_id, actor)
    access.check_can_appoint(actor, audit)
    check_not_begun(audit)
    to = StaffMember.objects.visible_to(actor).employed(actor.on).filter(pk=to_id).first()
    if to is None:
        raise RuleBroken("Choose one of the people found.", field="to_id")
    on = date_of(at)
    who = standing_of(to, audit, actor=actor, on=on)
    rules.check_may_audit(who, supervisor=audit.supervisor.name)
    if to.pk == audit.auditor_id and not _sees_by_grant(audit, to):
        raise RuleBroken(f"{to.name} does this audit already.", field="to_id")
    end_sight(given_for=audit.pk, actor=actor, at=at, basis=SightGrant.Basis.AUDIT)
    # Whoever has no sight of their own is to see the children of section 3, too: they are drawn now
    children = [] if who.is_next_up else draw_children(audit_id=audit.pk, actor=actor, at=at)
    audit.auditor = to
    audit.save(update_fields=["auditor"])
    if not who.is_next_up:
        _open_file(audit, children, actor=actor, at=at, on=on)
    trail.record(actor=actor, verb="audit.appointed", target=audit, about=audit.file_of_id, at=at, to=to.pk)
    if to.pk != actor.staff_id:
        path = reverse("audits:audit-detail", args=[audit.pk])
        key = f"{audit.pk}/{to.pk}"
        enqueue("notifications.tasks.notify", person_id=to.pk, kind="audit_given", key=key, path=path)
    return audit


@transaction.atomic
def draw_children_again(*, audit_id: UUID, reason: str, actor: Actor, at: datetime) -> list[AuditedChild]:
    """Draw other children for section 3, with a reason, until the audit is signed. What an auditor from outside the line
    sees of children follows. Raises NotAllowed, or RuleBroken without a reason or where none were drawn.
    """
    audit = locked(audit_id, actor)
    access.check_can_draw_children_again(actor, audit)
    check_reason(reason)
    if not audit.children.exists():
        raise RuleBroken("No children are drawn for this audit.")
    children = draw_children(audit_id=audit.pk, actor=actor, at=at, reason=reason)
    if _sees_by_grant(audit, audit.auditor):
        end_sight(given_for=audit.pk, actor=actor, at=at, basis=SightGrant.Basis.AUDIT)
        _open_file(audit, children, actor=actor, at=at, on=date_of(at))
    return children


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


def _sees_by_grant(audit: Audit, person: StaffMember) -> bool:
    return SightGrant.objects.in_force().filter(given_for=audit.pk, person=person).exists()


def _open_file(audit: Audit, children: list[AuditedChild], *, actor: Actor, at: datetime, on: date) -> None:
    """Let an auditor from outside the line read the file, and the children of section 3, until the audit's end."""
    policy = policy_in_force(on)
    masked = not (policy and policy.audit.unmasks_health)
    ends_on = rules.sight_ends_on(ends_on=audit.ends_on, booked_on=audit.booked_on, today=on)
    things = [Opened(file_of_id=audit.file_of_id), *(Opened(child_id=child.child_id) for child in children)]
    for opens in things:
        give_sight(
            person_id=audit.auditor_id,
            opens=opens,
            basis=SightGrant.Basis.AUDIT,
            given_for=audit.pk,
            purpose="Audit of the supervision file",
            starts_on=on,
            ends_on=ends_on,
            masked=masked,
            actor=actor,
            at=at,
        )
