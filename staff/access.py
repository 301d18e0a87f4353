"""Who may change people, line and supervision."""

from uuid import UUID

from django.db import connection

from core.actor import LEADING_ROLES, Actor, Role
from core.errors import NotAllowed, RuleBroken
from staff.models import Absence, Custody, ManagementLine, StaffMember

FROZEN = "This file is with HR’s archive now. Nothing is added to it, and nothing in it is changed."


def check_not_frozen(person_id: UUID | None) -> None:
    """Nothing is written into a file that HR's archive holds: every room asks here before it writes. Raises RuleBroken.

    Within the caller's transaction: whoever takes a file into custody waits for those who write to it, and they for it.
    """
    if person_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM staff_staffmember WHERE id = %s FOR KEY SHARE", [person_id])
    if Custody.objects.filter(person=person_id).exists():
        raise RuleBroken(FROZEN)


def check_can_invite(actor: Actor) -> None:
    """Only a system administrator, with that hat on, invites. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator invites people. Put that hat on first, if it is yours.")


def check_can_propose_line(actor: Actor, person: StaffMember) -> None:
    """Only a system administrator proposes a line, for somebody else (sight: cannot give itself). Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator proposes a line manager. Put that hat on first, if it is yours.")
    if person.pk == actor.staff_id:
        raise NotAllowed("You cannot propose your own line manager. Another administrator can.")


def check_can_confirm_line(actor: Actor, line: ManagementLine) -> None:
    """Nobody confirms what they gain by, or proposed. Who may at all, ``visible_to`` says. Raises NotAllowed."""
    if actor.staff_id in (line.manager_id, line.person_id):
        raise NotAllowed("Somebody else must confirm this: nobody confirms what is about themselves.")
    if line.proposed_by_id == actor.staff_id:
        raise NotAllowed("Somebody else must confirm this: nobody both proposes and confirms.")


def check_can_change_line(actor: Actor, person: StaffMember) -> None:
    """Those above the line manager set the line (sight: next up, above). Raises NotAllowed."""
    if person.pk == actor.staff_id or person.pk not in actor.next_up_for | actor.above_for:
        raise NotAllowed("Only someone above this person's line manager can change who that is.")


def check_can_administer_teams(actor: Actor) -> None:
    """Only a system administrator, with that hat on, adds services and teams. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator adds teams. Put that hat on first, if it is yours.")


def check_can_reset_sign_in(actor: Actor, person: StaffMember) -> None:
    """Only a system administrator lets somebody choose a password or second factor anew, never itself. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator does this. Put that hat on first, if it is yours.")
    if person.pk == actor.staff_id:
        raise NotAllowed("You cannot do this for yourself. Another administrator can.")


def check_can_change_supervisor(actor: Actor, person: StaffMember) -> None:
    """The line manager, the supervisor's line manager and those above set who supervises. Raises NotAllowed."""
    if person.pk == actor.staff_id:
        raise NotAllowed("You cannot choose your own supervisor. Your line manager does that.")
    if person.pk not in actor.manages | actor.next_up_for | actor.above_for:
        raise NotAllowed("Only this person's line manager, or someone above in the line, can change the supervisor.")


def check_can_name_cover(actor: Actor, supervisor: StaffMember) -> None:
    """For a supervisor who is away: the line manager and those above (sight: cover, set). Raises NotAllowed."""
    if supervisor.pk == actor.staff_id:
        raise NotAllowed("Your line manager names who covers for you.")
    if supervisor.pk not in actor.manages | actor.above_for:
        raise NotAllowed("Only this supervisor's line manager, or someone above in the line, names cover.")


def check_can_change_employment(actor: Actor, person: StaffMember) -> None:
    """How somebody is engaged, and what prepared them to supervise: whoever may set the supervisor. Raises NotAllowed."""
    if person.pk == actor.staff_id or person.pk not in actor.manages | actor.next_up_for | actor.above_for:
        raise NotAllowed("Only this person's line manager, or someone above in the line, can change this.")


def check_can_set_standing(actor: Actor, person: StaffMember) -> None:
    """Categories, key dates, the opening date: the line manager, those above, the system administrator. Raises NotAllowed.

    Nobody sets their own: what is owed to somebody hangs on it.
    """
    if person.pk == actor.staff_id:
        raise NotAllowed("Somebody else must enter this of you: your line manager, or an administrator.")
    is_above = person.pk in actor.manages | actor.next_up_for | actor.above_for
    if not is_above and actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only this person's line manager, someone above in the line, or a system administrator can.")


def check_can_read_relations(actor: Actor, person: StaffMember) -> None:
    """Line, relationships, absences: oneself, one's own line, principal social worker, HR. Raises NotAllowed."""
    near = {actor.staff_id} | actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    if person.pk not in near and actor.hat not in (Role.PRINCIPAL_SOCIAL_WORKER, Role.HR):
        raise NotAllowed("Only this person and their own line see this.")


def check_can_read_reads(actor: Actor, person_id: UUID) -> None:
    """Who has read a person's file: that person, and HR (sight: reads of own file). Raises NotAllowed."""
    if person_id != actor.staff_id and actor.hat is not Role.HR:
        raise NotAllowed("Only this person, and HR, see who has read this file.")


def may_ask_for_sight(actor: Actor) -> bool:
    """Whether there is anybody of whose file the actor may ask that somebody reads of it: who leads, HR, and the PSW."""
    return (
        actor.hat in (Role.HR, Role.PRINCIPAL_SOCIAL_WORKER) or actor.hat is None and bool(actor.roles & LEADING_ROLES)
    )


def check_can_ask_for_sight(actor: Actor, person_id: UUID) -> None:
    """That somebody with a need to know may read of a file: who leads, of their line; HR, the PSW: of any. Raises NotAllowed."""
    if not may_ask_for_sight(actor):
        raise NotAllowed(
            "Only somebody who leads a team or a service, HR and the principal social worker ask for this."
        )
    if person_id == actor.staff_id:
        raise NotAllowed("Somebody else asks for sight of your own records: your manager, or HR.")
    if actor.hat is None and person_id not in actor.supervises | actor.manages | actor.next_up_for | actor.above_for:
        raise NotAllowed("Only somebody in this person’s line, HR and the principal social worker ask for this.")


def absence_kinds(actor: Actor, person: StaffMember) -> list[str]:
    """The kinds of absence that the actor may enter of a person: one's own leave; of those supervised, or below, any."""
    if person.pk == actor.staff_id:
        return [Absence.Kind.LEAVE]
    return list(Absence.Kind.values) if person.pk in actor.supervises | actor.next_up_for | actor.above_for else []


def check_can_enter_absence(actor: Actor, person: StaffMember, *, kind: str) -> None:
    """The supervisor, the next up and those above; oneself one's leave alone (sight: absence dates). Raises NotAllowed."""
    if kind not in absence_kinds(actor, person):
        if person.pk == actor.staff_id:
            raise NotAllowed("Of yourself you can enter leave. Any other absence is entered by your supervisor.")
        raise NotAllowed("Only this person's supervisor, or someone above the supervisor, enters absences.")


def check_can_set_working_days(actor: Actor, person: StaffMember) -> None:
    """Oneself and the supervisor say on which days somebody works. Raises NotAllowed."""
    if person.pk != actor.staff_id and person.pk not in actor.supervises:
        raise NotAllowed("Only this person and the supervisor say on which days of the week this person works.")
