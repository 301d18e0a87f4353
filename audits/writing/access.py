"""Who may open, write and sign an audit."""

from audits.models import Audit
from core.actor import Actor
from core.errors import NotAllowed


def check_can_write(actor: Actor, audit: Audit) -> None:
    """Its auditor in person, and while the audit stands. Raises NotAllowed."""
    if actor.staff_id != audit.auditor_id:
        raise NotAllowed(f"Only {audit.auditor.name} does this audit. Nobody signs for somebody else.")
    if actor.hat is not None:
        raise NotAllowed("An audit is done without a hat on. Take it off first.")
    if audit.given_up_at:
        raise NotAllowed("This audit was given up.")


def check_can_look(actor: Actor, audit: Audit) -> None:
    """Look into the file while the audit is open, and no longer. Raises NotAllowed."""
    check_can_write(actor, audit)
    if audit.opened_at is None:
        raise NotAllowed("Open the audit first: from then on, each look into the file is noted.")


def check_opens_file(actor: Actor, audit: Audit) -> None:
    """Open an audit: as the supervisor's manager, or because somebody gave it to one. Raises NotAllowed."""
    if audit.appointed_by_id is None:
        check_reads_file(actor, audit)


def check_reads_file(actor: Actor, audit: Audit) -> None:
    """Whoever audits a file has sight of it: as the supervisor's manager, or while it is open to them. Raises NotAllowed."""
    if audit.file_of_id not in actor.next_up_for | actor.granted_people:
        raise NotAllowed(
            f"You can no longer read the supervision file of {audit.file_of.name}: somebody else supervises or manages "
            "there now, or the time for which it was open to you is over. Ask your line manager to let you read it again "
            "for this audit, or to give the audit up. What you saved is kept."
        )
