"""Who may read the folder, add to it, and open what is for an emergency alone."""

from core.actor import Actor, Role
from core.errors import NotAllowed
from policies.rules.folders import FolderTerms
from staff.folder.rules import NOTES, SEVEN
from staff.models import FolderDocument, FolderNote, FolderRow, KeptRow, StaffMember


def check_can_read_dates(actor: Actor, person: StaffMember) -> None:
    """How the things of a folder stand, and until when: whoever reads the folder, all above, PSW. Raises NotAllowed."""
    above = actor.manages | actor.above_for
    if person.pk not in above and actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER:
        check_can_read(actor, person)


def check_can_read(actor: Actor, person: StaffMember) -> None:
    """What is in a folder: oneself, supervisor, next up, under a grant; HR (sight: folder). Raises NotAllowed."""
    near = {actor.staff_id} | actor.supervises | actor.next_up_for | actor.granted_people
    if person.pk not in near and actor.hat is not Role.HR:
        raise NotAllowed("Only this person, the supervisor, the manager above and HR read this folder.")


def check_can_add(actor: Actor, person: StaffMember) -> None:
    """Oneself and the supervisor add to a folder. Raises NotAllowed."""
    if person.pk != actor.staff_id and person.pk not in actor.supervises:
        raise NotAllowed("Only this person and the supervisor add to this folder.")


def check_can_change_learning(actor: Actor, person: StaffMember) -> None:
    """One changes the words of one's own learning log, and takes it along. Raises NotAllowed."""
    if person.pk != actor.staff_id:
        raise NotAllowed("Only the person whose learning it is changes its words, or takes the log along.")


def check_can_mark_seen(actor: Actor, row: FolderRow) -> None:
    """The supervisor says that the paper was shown, once; nobody of their own. Raises NotAllowed."""
    if row.person_id not in actor.supervises:
        raise NotAllowed("Only the supervisor says that something was seen.")
    if row.withdrawn_at or row.seen_at:
        raise NotAllowed("It was seen already, or it does not stand any more.")


def check_can_read_kept(actor: Actor, row: FolderDocument | FolderNote) -> None:
    """What a document or note says, where sight of the row (``marked_for``) opens more than its day. Raises NotAllowed."""
    if not row.is_open:
        raise NotAllowed("This is for the worker and the supervisor. You see that there is such a thing, and its day.")


def check_can_take_away(actor: Actor, document: FolderDocument) -> None:
    """Take a file along: whoever reads it, but for somebody let in for a purpose, who reads on the page alone.

    Raises NotAllowed.
    """
    check_can_read_kept(actor, document)
    if actor.is_outside or document.person_id in actor.watermarked:
        raise NotAllowed("Files of this folder cannot be taken away by sight that was given for a purpose.")


def check_can_take_back(actor: Actor, row: KeptRow) -> None:
    """Withdraw or renew a document or a note: the supervisor any, oneself what one entered. Raises NotAllowed."""
    check_can_add(actor, row.person)
    if row.person_id == actor.staff_id and row.recorded_by_id != actor.staff_id:
        raise NotAllowed("What somebody else put into your folder, your supervisor can take back.")
    if row.withdrawn_at:
        raise NotAllowed("It does not stand any more.")


def check_takes_documents(section: int, terms: FolderTerms) -> None:
    """A document into a section: into attendance only where the policy keeps more than days. Raises NotAllowed."""
    if section == SEVEN and not terms.keeps_attendance:
        raise NotAllowed("Of attendance, days alone are kept here. Papers about health are kept by HR.")


def check_takes_notes(section: int) -> None:
    """A note into one of the sections that have them. Raises NotAllowed."""
    if section not in NOTES:
        raise NotAllowed("This section of the folder has no notes.")


def check_can_withdraw(actor: Actor, row: FolderRow) -> None:
    """Whoever may add takes back what is wrong, while it stands. Raises NotAllowed."""
    check_can_add(actor, row.person)
    if row.withdrawn_at:
        raise NotAllowed("It does not stand any more.")


def check_can_change_sheet(actor: Actor, person: StaffMember) -> None:
    """One keeps up one's own personal sheet (sight: next of kin, address). Raises NotAllowed."""
    if person.pk != actor.staff_id:
        raise NotAllowed("Everybody keeps up their own personal sheet.")


def check_can_open_contact(actor: Actor, person: StaffMember) -> None:
    """With a reason: supervisor, next up, above; HR without one; oneself has the sheet. Raises NotAllowed."""
    may = actor.supervises | actor.next_up_for | actor.above_for
    if person.pk not in may and actor.hat is not Role.HR:
        raise NotAllowed("Only the supervisor, the managers above and HR can open this.")
