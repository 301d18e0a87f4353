"""Who may share a signed audit with the person whose file it was."""

from audits.models import Audit
from core.actor import Actor
from core.errors import NotAllowed


def check_can_share(actor: Actor, audit: Audit) -> None:
    """Its auditor, and whoever manages the auditor; never one of the two of the file. Raises NotAllowed."""
    if actor.staff_id in (audit.file_of_id, audit.supervisor_id):
        raise NotAllowed("The auditor decides whether this audit is shared.")
    if actor.staff_id != audit.auditor_id and audit.auditor_id not in actor.manages:
        raise NotAllowed("Only the auditor, or the auditor’s manager, can share this audit.")
