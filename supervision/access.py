"""Who may do what in the diary, and who may draft and sign."""

from collections.abc import Collection
from uuid import UUID

from cases.models import Allocation
from cases.rules import Holding
from core.actor import Actor
from core.errors import NotAllowed
from core.shortcuts import may
from policies.rules.oversight import WORKER, NoteType
from records.access import check_can_add
from records.models import Record
from staff.models import StaffMember
from supervision.models import AgendaItem, Disclosure, FrequencyException, GroupSession, Matter, SupervisionSession


def check_can_supervise(actor: Actor, person: StaffMember) -> None:
    """Book, hold, draft a contract: the supervisor alone (sight: diary entry, contract). Raises NotAllowed."""
    if person.pk not in actor.supervises:
        raise NotAllowed(f"Only the supervisor of {person.name} can do this.")


def check_is_supervisor(actor: Actor, person_id: UUID) -> None:
    """Record reviews and what phases wait for: who supervises the person, the assessor among them. Raises NotAllowed."""
    if person_id not in actor.supervises:
        raise NotAllowed("Only a supervisor of this person records this.")


def check_can_change_session(actor: Actor, session: SupervisionSession) -> None:
    """Move, cancel or hold: the present supervisor. Raises NotAllowed."""
    if session.supervisee_id not in actor.supervises:
        raise NotAllowed("Only the supervisor can change this session.")


def check_can_book_groups(actor: Actor) -> None:
    """Book a group: whoever supervises somebody. Another may be named to lead it. Raises NotAllowed."""
    if not actor.supervises:
        raise NotAllowed("Groups are booked by people who supervise.")


def check_can_change_group(actor: Actor, group: GroupSession, *, members: Collection[UUID]) -> None:
    """Say who is invited and who was there, or call it off: the facilitator, or who booked it. Raises NotAllowed.

    Never one of its ``members``: nobody says of themselves that they were supervised.
    """
    if actor.staff_id not in (group.facilitator_id, group.booked_by_id):
        raise NotAllowed("Only the facilitator of this group, or who booked it, can do this.")
    if actor.staff_id in members:
        raise NotAllowed("You are a member of this group, so its facilitator does this.")


def check_can_record_group(actor: Actor, group: GroupSession) -> None:
    """Say which children a group spoke of, and write its record: who was named to, or its facilitator; once one of the
    two has begun it, that one alone. Raises NotAllowed.
    """
    if group.record is not None and group.record.author_id != actor.staff_id:
        raise NotAllowed(f"{group.record.author.name} writes the record of this group.")
    if actor.staff_id not in (group.recorder_id, group.facilitator_id):
        raise NotAllowed("Only the recorder of this group, or its facilitator, can do this.")


def check_can_put_forward(actor: Actor, group: GroupSession, *, members: Collection[UUID]) -> None:
    """Put forward an issue or a case before a group meets: who is invited, or leads or records it. Raises NotAllowed."""
    if actor.staff_id not in {group.facilitator_id, group.recorder_id, *members}:
        raise NotAllowed("Only those who take part in this group can put something forward.")


def check_can_record(actor: Actor, session: SupervisionSession) -> None:
    """Write the record of a session that was held: whoever held it, while still the supervisor. Raises NotAllowed."""
    check_can_change_session(actor, session)
    if session.supervisor_id != actor.staff_id:
        raise NotAllowed("Only the supervisor who held this session can write its record.")


def check_can_write(actor: Actor, record: Record) -> None:
    """Write and sign the text: its author, while still the supervisor. Raises NotAllowed."""
    if record.author_id != actor.staff_id or record.subject_id not in actor.supervises:
        raise NotAllowed("Only the supervisor who opened this draft can write and sign it.")


def check_can_see_details(actor: Actor, person_id: object) -> None:
    """More of a diary entry than date, length and status: the two people and the next up. Raises NotAllowed."""
    if person_id != actor.staff_id and person_id not in actor.supervises | actor.next_up_for:
        raise NotAllowed("Only the two people of this session and the next manager up see this.")


def check_is_party(actor: Actor, person_id: UUID) -> None:
    """Ask for a review or an exception, put something on the agenda: the two people themselves. Raises NotAllowed."""
    if person_id != actor.staff_id and person_id not in actor.supervises:
        raise NotAllowed("Only the two people of this supervision can do this.")


def check_can_prepare(actor: Actor, session: SupervisionSession) -> None:
    """Prepare a session, and see its agenda: the two people themselves. Raises NotAllowed."""
    if session.supervisee_id != actor.staff_id and session.supervisee_id not in actor.supervises:
        raise NotAllowed("Only the two people of this session prepare it.")


def check_can_say_worry(actor: Actor, session: SupervisionSession) -> None:
    """Say how worried one is about each child: the worker whose session it is. Raises NotAllowed."""
    if session.supervisee_id != actor.staff_id:
        raise NotAllowed("Only the worker says how worried they are about their children.")


def check_raised(actor: Actor, item: AgendaItem) -> None:
    """Share, change or take back an item of the agenda: who raised it. Raises NotAllowed."""
    if item.raised_by_id != actor.staff_id:
        raise NotAllowed("Only the person who raised this can do that.")


def check_can_decide_exception(actor: Actor, asked: FrequencyException) -> None:
    """Approve or refuse: the supervisor's manager, who is neither of the two and did not ask. Raises NotAllowed."""
    parties = {asked.supervisee_id, asked.asked_by_id}
    is_one = actor.staff_id in parties or asked.supervisee_id in actor.supervises
    if is_one or asked.supervisee_id not in actor.next_up_for:
        raise NotAllowed("The supervisor’s manager decides this, never the supervisor or the supervisee.")


def check_can_give_view(actor: Actor, matter: Matter) -> None:
    """Write one's own view of a matter: the two people of it. Raises NotAllowed."""
    if matter.supervisee_id not in actor.supervises | {actor.staff_id}:
        raise NotAllowed("Only the two people whom this is between write their views.")


def check_can_answer_matter(actor: Actor, matter: Matter) -> None:
    """Decide: the manager to whom it was put, who is neither of the two. Raises NotAllowed."""
    if matter.referred_to_id != actor.staff_id or matter.supervisee_id in actor.supervises | {actor.staff_id}:
        raise NotAllowed("Only the manager to whom this was put can answer it.")


def check_can_close_matter(actor: Actor, matter: Matter) -> None:
    """Close it: who raised it, or the manager to whom it was put. Raises NotAllowed."""
    if actor.staff_id not in (matter.raised_by_id, matter.referred_to_id):
        raise NotAllowed("Only the person who raised this, or the manager to whom it was put, can close it.")


def check_can_read_shared(actor: Actor, person_id: UUID) -> None:
    """What was shared and what runs elsewhere: the two people, and next up. Raises NotAllowed."""
    if person_id not in actor.supervises | actor.next_up_for | {actor.staff_id}:
        raise NotAllowed("Only the two people of this supervision and the next manager up see this.")


def check_can_agree_to_share(actor: Actor, disclosure: Disclosure) -> None:
    """Agree that something is shared, or not: the supervisee whom it is about. Raises NotAllowed."""
    if disclosure.supervisee_id != actor.staff_id:
        raise NotAllowed("Only the person whom this is about can agree to it.")


def check_can_decide(actor: Actor, *, writes: Collection[NoteType] = ()) -> None:
    """Record a decision about a child: whoever supervises or manages somebody. Raises NotAllowed.

    Of any child whose exact reference they know (sight: a duty manager outside the line). ``writes``: the kinds of note
    that the policy lets the actor write without being either, such as a consultation about an own child.
    """
    if not actor.supervises and not actor.manages and not writes:
        raise NotAllowed("Only supervisors and managers record decisions.")


def check_can_decide_on(actor: Actor, holdings: Collection[Holding], *, note: NoteType | None = None) -> None:
    """Nobody decides for themselves about a child whose worker they are. Raises NotAllowed.

    A ``note`` of what was discussed and agreed is written by either side, where the policy says so.
    """
    holds = any(each.holder_id == actor.staff_id and not each.without_worker for each in holdings)
    if holds and not (note and WORKER in note.recorded_by):
        raise NotAllowed("You work with this child yourself, so your supervisor decides and records it.")


def check_can_mark_entered(actor: Actor, record: Record) -> None:
    """Say that a decision was entered on the child's record: who decided, who answers for the child, its worker.

    Raises NotAllowed.
    """
    if may(check_can_add, actor, record):
        return
    if not Allocation.objects.live(actor.on).filter(child=record.child_id, holder=actor.staff_id).exists():
        raise NotAllowed("Only who decided, the child’s worker and the worker’s supervisor can say this.")
