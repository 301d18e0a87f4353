"""Writes about people: invitations, line of management, supervision, hats."""

from datetime import date, datetime
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse

from core.actor import HATS, Actor, Role
from core.errors import NotAllowed, RuleBroken
from outbox.services import enqueue
from staff import access, rules, selectors
from staff.changing import check_employed, check_may_be_given_to, end_cover_for, end_present, tell
from staff.changing import lock_relations as _lock_relations
from staff.models import (
    Account,
    CategoryHeld,
    ManagementLine,
    Post,
    RoleHeld,
    Service,
    SightGrant,
    StaffMember,
    SupervisionRelationship,
    Team,
)
from trail import services as trail
from trail.models import EntryQuerySet
from trail.selectors import reads_about

# Invitations


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
    engagement: str = Post.Engagement.PERMANENT,
    actor: Actor,
    at: datetime,
) -> StaffMember:
    """Add a person with an account, a post and a worker category, and ask for the invitation to be mailed.

    ``manager_id``: a proposal, which somebody else confirms before it holds. Raises NotAllowed, or RuleBroken when
    the address is taken, or when administrators propose themselves as manager.
    """
    _lock_relations()
    access.check_can_invite(actor)
    if Account.objects.filter(email__iexact=email).exists():
        raise RuleBroken("Somebody with this e-mail address has an account already.", field="email")
    person = StaffMember.objects.create(name=name, employed_from=starts_on)
    account = Account.objects.create_user(email, person=person, invited_at=at, invited_by_id=actor.staff_id)
    Post.objects.create(
        person=person,
        team=team,
        job_title=job_title,
        engagement=Post.Engagement(engagement),
        starts_on=starts_on,
        recorded_at=at,
    )
    if category:
        CategoryHeld.objects.create(person=person, category=category, starts_on=starts_on, recorded_at=at)
    if manager_id:
        _propose_line(person=person, manager_id=manager_id, starts_on=starts_on, actor=actor, at=at)
    trail.record(actor=actor, verb="person.invited", target=person, about=person.pk, at=at)
    enqueue("notifications.tasks.send_invitation", account_id=account.pk)
    return person


@transaction.atomic
def invite_again(*, person_id: UUID, actor: Actor, at: datetime) -> Account:
    """Ask for another invitation to be mailed, for a person who has not chosen a password yet.

    The evidence of signatures tells of it for a month. Raises NotAllowed, or RuleBroken when the person has left, or
    has a password: who forgot it asks for a new one at sign-in.
    """
    access.check_can_invite(actor)
    people = StaffMember.objects.let_in(actor.on)
    accounts = Account.objects.select_for_update(of=("self",), no_key=True).filter(person__in=people, is_active=True)
    account = accounts.filter(person_id=person_id).first()
    if account is None:
        raise RuleBroken("This person has no account that is in use, so there is nobody to invite.")
    if account.has_usable_password():
        raise RuleBroken("This person has chosen a password already. A new one can be asked for where people sign in.")
    account.invited_at = account.credential_reset_at = at
    account.save(update_fields=["invited_at", "credential_reset_at"])
    trail.record(actor=actor, verb="person.invited_again", target=account.person, about=person_id, at=at)
    enqueue("notifications.tasks.send_invitation", account_id=account.pk)
    return account


def invitation_path(*, account_id: int) -> str:
    """The path of the page where an invited person chooses a password; works once, and for three days."""
    account = Account.objects.get(pk=account_id)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)},
    )


@transaction.atomic
def add_first_administrator(*, name: str, email: str, on: date, at: datetime) -> Account:
    """Add the one account that no administrator invited, and ask for its invitation to be mailed.

    Raises RuleBroken when there is a system administrator already, or the address is taken.
    """
    _lock_relations()
    if RoleHeld.objects.live(on).filter(role=Role.SYSTEM_ADMINISTRATOR).exists():
        raise RuleBroken("There is a system administrator already, who can invite further people.")
    if Account.objects.filter(email__iexact=email).exists():
        raise RuleBroken("Somebody with this e-mail address has an account already.", field="email")
    person = StaffMember.objects.create(name=name, employed_from=on)
    RoleHeld.objects.create(person=person, role=Role.SYSTEM_ADMINISTRATOR, starts_on=on, recorded_at=at)
    account = Account.objects.create_user(email, person=person, invited_at=at)
    trail.record(actor=None, verb="person.first_administrator", target=person, about=person.pk, at=at)
    enqueue("notifications.tasks.send_invitation", account_id=account.pk)
    return account


# Services, teams, roles


@transaction.atomic
def add_service(*, name: str, actor: Actor, at: datetime) -> Service:
    """Add a service of the authority. Raises NotAllowed, or RuleBroken when there is one of that name."""
    _lock_relations()
    access.check_can_administer_teams(actor)
    if Service.objects.filter(name__iexact=name).exists():
        raise RuleBroken("There is a service of this name already.", field="name")
    service = Service.objects.create(name=name)
    trail.record(actor=actor, verb="service.added", target=service, at=at)
    return service


@transaction.atomic
def add_team(*, name: str, service: Service, actor: Actor, at: datetime) -> Team:
    """Add a team of a service. Raises NotAllowed, or RuleBroken when there is one of that name."""
    _lock_relations()
    access.check_can_administer_teams(actor)
    if Team.objects.filter(name__iexact=name).exists():
        raise RuleBroken("There is a team of this name already.", field="name")
    team = Team.objects.create(name=name, service=service)
    trail.record(actor=actor, verb="team.added", target=team, at=at)
    return team


@transaction.atomic
def give_role(*, email: str, role: Role, starts_on: date, at: datetime) -> RoleHeld:
    """Give a role to the person with an account, from a day on; told to that person. Only on the machine itself.

    No page does it: an administrator cannot give a content role alone (sight). Raises RuleBroken when nobody has that
    address, or the person holds the role.
    """
    _lock_relations()
    account = selectors.account_with_email(email)
    if account is None:
        raise RuleBroken("Nobody has an account with this e-mail address.")
    check_employed(account.person, on=starts_on, field="starts_on")
    if RoleHeld.objects.open(starts_on).filter(person=account.person, role=role).exists():
        raise RuleBroken("This person holds this role already.")
    held = RoleHeld.objects.create(person=account.person, role=role, starts_on=starts_on, recorded_at=at)
    account.sign_ins.all().delete()
    trail.record(actor=None, verb="role.given", target=held, about=account.person_id, at=at, role=role.value)
    path = reverse("staff:person-detail", kwargs={"person_id": account.person_id})
    enqueue(
        "notifications.tasks.notify", person_id=account.person_id, kind="relations_changed", key=str(held.pk), path=path
    )
    return held


# Line of management


@transaction.atomic
def propose_line(*, person_id: UUID, manager_id: UUID, starts_on: date, actor: Actor, at: datetime) -> ManagementLine:
    """Propose a line manager, who confirms before it holds. An unanswered proposal for the person is replaced.

    Raises NotAllowed, or RuleBroken.
    """
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)
    access.check_can_propose_line(actor, person)
    person.management_lines.waiting().update(declined_at=at)
    return _propose_line(person=person, manager_id=manager_id, starts_on=starts_on, actor=actor, at=at)


def _propose_line(
    *, person: StaffMember, manager_id: UUID, starts_on: date, actor: Actor, at: datetime
) -> ManagementLine:
    if manager_id == actor.staff_id:
        raise RuleBroken("You cannot propose yourself. Another administrator can.", field="manager_id")
    _check_line(person=person, manager_id=manager_id, starts_on=starts_on, today=actor.on)
    line = ManagementLine.objects.create(
        person=person, manager_id=manager_id, proposed_by_id=actor.staff_id, starts_on=starts_on, recorded_at=at
    )
    confirmers = selectors.confirmers_of(line, on=actor.on)
    if not confirmers:
        raise RuleBroken(
            "Nobody can confirm this yet. Somebody other than the proposed manager must lead in this person's service, "
            "invited by another administrator.",
            field="manager_id",
        )
    trail.record(actor=actor, verb="line.proposed", target=line, about=person.pk, at=at, manager=manager_id)
    path = reverse("staff:line-confirm", kwargs={"line_id": line.pk})
    for confirmer in sorted(confirmers):
        enqueue("notifications.tasks.notify", person_id=confirmer, kind="line_to_confirm", key=str(line.pk), path=path)
    return line


@transaction.atomic
def confirm_line(*, line_id: UUID, actor: Actor, at: datetime) -> ManagementLine:
    """Confirm a proposed line of management; who supervises stays as it is.

    It holds from the day proposed, or from today when that has passed; the present line of that person ends on that
    day. Raises NotAllowed, or RuleBroken when the line would close into a loop, or the present one began later.
    """
    _lock_relations()
    line = ManagementLine.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=line_id)
    access.check_can_confirm_line(actor, line)
    lines = line.person.management_lines.confirmed()
    if lines.exists():
        line.starts_on = max(line.starts_on, actor.on)
    _check_line(person=line.person, manager_id=line.manager_id, starts_on=line.starts_on, today=actor.on)
    former = end_present(lines, on=line.starts_on, what="line of management")
    line.confirmed_at = at
    line.save(update_fields=["confirmed_at", "starts_on"])
    trail.record(actor=actor, verb="line.confirmed", target=line, about=line.person_id, at=at)
    tell(line, person=line.person, concerned={*(row.manager_id for row in former), line.manager_id}, actor=actor)
    return line


@transaction.atomic
def decline_line(*, line_id: UUID, actor: Actor, at: datetime) -> ManagementLine:
    """Say that this is not that person's line manager; the administrators see that it was declined. Raises NotAllowed."""
    line = ManagementLine.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=line_id)
    access.check_can_confirm_line(actor, line)
    line.declined_at = at
    line.save(update_fields=["declined_at"])
    trail.record(actor=actor, verb="line.declined", target=line, about=line.person_id, at=at)
    return line


def answer_line(*, line_id: UUID, answer: str, actor: Actor, at: datetime) -> ManagementLine:
    """Answer a proposal: "yes" or "no". Raises as confirming and declining do."""
    if answer == "no":
        return decline_line(line_id=line_id, actor=actor, at=at)
    return confirm_line(line_id=line_id, actor=actor, at=at)


@transaction.atomic
def change_line(*, person_id: UUID, manager_id: UUID, starts_on: date, actor: Actor, at: datetime) -> ManagementLine:
    """End the present line of management and begin the next: set by those above, so nobody needs to confirm it.

    Raises NotAllowed, or RuleBroken when it would close into a loop, or the present line began later.
    """
    _lock_relations()
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)
    access.check_can_change_line(actor, person)
    rules.check_gives_not_to_oneself(
        to_id=manager_id, actor_id=actor.staff_id, is_line_manager=False, field="manager_id"
    )
    _check_line(person=person, manager_id=manager_id, starts_on=starts_on, today=actor.on)
    person.management_lines.waiting().update(declined_at=at)
    former = end_present(person.management_lines.confirmed(), on=starts_on, what="line of management")
    line = ManagementLine.objects.create(
        person=person, manager_id=manager_id, starts_on=starts_on, recorded_at=at, confirmed_at=at
    )
    trail.record(actor=actor, verb="line.changed", target=line, about=person.pk, at=at, manager=manager_id)
    tell(line, person=person, concerned={*(row.manager_id for row in former), manager_id}, actor=actor)
    return line


def _check_line(*, person: StaffMember, manager_id: UUID, starts_on: date, today: date) -> None:
    manager = StaffMember.objects.get(pk=manager_id)
    has_had = person.management_lines.confirmed().exists()
    rules.check_begins_no_earlier(starts_on=starts_on, today=today, is_first=not has_had)
    check_employed(person, on=starts_on, field="starts_on")
    check_employed(manager, on=starts_on, field="manager_id")
    rules.check_may_manage(manager_id=manager_id, person_id=person.pk)
    rules.check_makes_no_loop(
        manager_is_below=selectors.line_would_loop(person_id=person.pk, manager_id=manager_id, starts_on=starts_on)
    )


# Supervision


@transaction.atomic
def change_supervisor(
    *, supervisee_id: UUID, to_id: UUID, starts_on: date, actor: Actor, at: datetime
) -> SupervisionRelationship:
    """End the present supervisory relationship and begin the next. Due dates are the supervisee's and stay (R105).

    Raises NotAllowed, or RuleBroken when it would supervise oneself, or begin before the present one did.
    """
    _lock_relations()
    supervisee = (
        StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=supervisee_id)
    )
    access.check_can_change_supervisor(actor, supervisee)
    rules.check_gives_not_to_oneself(
        to_id=to_id, actor_id=actor.staff_id, is_line_manager=supervisee.pk in actor.manages, field="to_id"
    )
    return _set_supervisor(person=supervisee, to_id=to_id, starts_on=starts_on, actor=actor, at=at)


def _set_supervisor(
    *, person: StaffMember, to_id: UUID, starts_on: date, actor: Actor, at: datetime
) -> SupervisionRelationship:
    received = person.supervision_received
    rules.check_begins_no_earlier(starts_on=starts_on, today=actor.on, is_first=not received.exists())
    line_management = SupervisionRelationship.Kind.LINE_MANAGEMENT
    check_may_be_given_to(person=person, to_id=to_id, starts_on=starts_on)
    former = end_present(received.filter(kind=line_management), on=starts_on, what="supervision")
    end_cover_for({row.supervisor_id for row in former}, person=person, on=starts_on)
    relationship = SupervisionRelationship.objects.create(
        supervisee=person, supervisor_id=to_id, kind=line_management, starts_on=starts_on, recorded_at=at
    )
    trail.record(actor=actor, verb="supervisor.changed", target=relationship, about=person.pk, at=at, to=to_id)
    tell(relationship, person=person, concerned={*(row.supervisor_id for row in former), to_id}, actor=actor)
    return relationship


# Reading


@transaction.atomic
def read_relations(*, person: StaffMember, actor: Actor, at: datetime) -> selectors.PersonRelations:
    """A person's line, supervision, categories and absences, and the note in the trail that somebody else read them.

    Raises NotAllowed.
    """
    access.check_can_read_relations(actor, person)
    if actor.staff_id != person.pk:
        trail.record(actor=actor, verb="person.read", target=person, about=person.pk, at=at)
    return selectors.relations_of(person.pk, on=actor.on)


@transaction.atomic
def read_reads(*, person: StaffMember, actor: Actor, at: datetime) -> EntryQuerySet:
    """Who read a person's file, newest first, and the note in the trail that somebody else looked. Raises NotAllowed.

    Oneself: but for what was read by sight that one is lawfully not told of yet.
    """
    access.check_can_read_reads(actor, person.pk)
    if actor.staff_id != person.pk:
        trail.record(actor=actor, verb="person.reads_read", target=person, about=person.pk, at=at)
        return reads_about(person.pk)
    untold = SightGrant.objects.untold().annotate(key=Cast("pk", CharField())).values("key")
    return reads_about(person.pk).but_by_grants(untold)


# Hats


def put_on_hat(*, hat: Role | None, actor: Actor, at: datetime) -> Actor:
    """The actor with another hat on, or with none; the trail hears of it. Raises NotAllowed for a hat not one's own."""
    if hat is not None and (hat not in HATS or hat not in actor.roles):
        raise NotAllowed("This hat is not yours.")
    wearing = actor.wearing(hat)
    trail.record(actor=wearing, verb="hat.on" if hat else "hat.off", at=at, hat=hat.value if hat else "")
    return wearing
