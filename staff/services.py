"""Writes about people: invitations, line of management, supervision, hats."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from staff import access, rules, selectors
from staff.models import (
    Account,
    CategoryHeld,
    ManagementLine,
    Post,
    StaffMember,
    SupervisionRelationship,
    Team,
)
from trail import services as trail


@transaction.atomic
def invite_person(
    *,
    name: str,
    email: str,
    job_title: str,
    team: Team,
    category: str,
    starts_on: date,
    manager_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> StaffMember:
    """Add a person with an account, a post and a worker category, and ask for the invitation to be mailed.

    ``manager_id``: a proposal, which that manager confirms before it holds. Raises NotAllowed, or RuleBroken when
    the address is taken.
    """
    access.check_can_invite(actor)
    if Account.objects.filter(email__iexact=email).exists():
        raise RuleBroken("Somebody with this e-mail address has an account already.")
    person = StaffMember.objects.create(name=name, employed_from=starts_on)
    account = Account.objects.create_user(email, person=person, invited_at=at)
    Post.objects.create(person=person, team=team, job_title=job_title, starts_on=starts_on, recorded_at=at)
    if category:
        CategoryHeld.objects.create(person=person, category=category, starts_on=starts_on, recorded_at=at)
    if manager_id:
        ManagementLine.objects.create(person=person, manager_id=manager_id, starts_on=starts_on, recorded_at=at)
    trail.record(actor=actor, verb="person.invited", target=person, about=person.pk, at=at)
    enqueue("notifications.tasks.send_invitation", account_id=account.pk)
    return person


@transaction.atomic
def confirm_line(*, line_id: UUID, supervises: bool, actor: Actor, at: datetime) -> ManagementLine:
    """Confirm a proposed line of management; with ``supervises`` the manager becomes the supervisor from that day too.

    Raises NotAllowed, or RuleBroken when the line would close into a loop.
    """
    line = ManagementLine.objects.waiting_for(actor.staff_id).select_for_update(of=("self",)).get(pk=line_id)
    access.check_can_confirm_line(actor, line)
    below = selectors.is_in_line_of(line.manager_id, line.person_id, on=line.starts_on)
    rules.check_makes_no_loop(manager_is_below=below)
    line.confirmed_at = at
    line.save(update_fields=["confirmed_at"])
    trail.record(actor=actor, verb="line.confirmed", target=line, about=line.person_id, at=at)
    if supervises:
        _set_supervisor(person_id=line.person_id, to_id=actor.staff_id, starts_on=line.starts_on, actor=actor, at=at)
    return line


@transaction.atomic
def change_supervisor(
    *, supervisee_id: UUID, to_id: UUID, starts_on: date, actor: Actor, at: datetime
) -> SupervisionRelationship:
    """End the present supervisory relationship and begin the next. Due dates are the supervisee's and stay (R105).

    Raises NotAllowed, or RuleBroken when it would supervise oneself, or begin before the present one did.
    """
    supervisee = StaffMember.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=supervisee_id)
    access.check_can_change_supervisor(actor, supervisee)
    return _set_supervisor(person_id=supervisee.pk, to_id=to_id, starts_on=starts_on, actor=actor, at=at)


def _set_supervisor(
    *, person_id: UUID, to_id: UUID, starts_on: date, actor: Actor, at: datetime
) -> SupervisionRelationship:
    line_management = SupervisionRelationship.Kind.LINE_MANAGEMENT
    given_back = SupervisionRelationship.objects.live(starts_on).filter(supervisee_id=to_id, supervisor_id=person_id)
    rules.check_may_supervise(supervisor_id=to_id, supervisee_id=person_id, given_back=given_back.exists())
    present = SupervisionRelationship.objects.filter(supervisee_id=person_id, kind=line_management)
    if present.filter(starts_on__gte=starts_on).exists():
        raise RuleBroken("The present supervision began on or after that day. Choose a later one.")
    # Half-open: the last day of the present supervisor is the day before
    present.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on)).update(ends_on=starts_on)
    relationship = SupervisionRelationship.objects.create(
        supervisee_id=person_id, supervisor_id=to_id, kind=line_management, starts_on=starts_on, recorded_at=at
    )
    trail.record(actor=actor, verb="supervisor.changed", target=relationship, about=person_id, at=at, to=to_id)
    return relationship
