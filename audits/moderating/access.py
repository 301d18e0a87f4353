"""Who may ask for a second judgement, withdraw it, and give it."""

from audits.models import Audit, Moderation
from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_ask(actor: Actor, audit: Audit) -> None:
    """The auditor’s manager, or the principal social worker with that hat on; neither of the two of the file, nor the
    auditor. Raises NotAllowed.
    """
    if actor.staff_id in (audit.file_of_id, audit.supervisor_id, audit.auditor_id):
        raise NotAllowed("Somebody else asks for a second judgement: this audit is yours, or about your supervision.")
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER and audit.auditor_id not in actor.manages:
        raise NotAllowed("Only the auditor’s manager and the principal social worker ask for a second judgement.")


def check_can_judge(actor: Actor, moderation: Moderation) -> None:
    """Who was asked, in person. Raises NotAllowed."""
    if moderation.moderator_id != actor.staff_id:
        raise NotAllowed(f"Only {moderation.moderator.name} was asked for this judgement.")


def check_can_withdraw(actor: Actor, moderation: Moderation) -> None:
    """Who asked for it. Raises NotAllowed."""
    if moderation.asked_by_id != actor.staff_id:
        raise NotAllowed("Only who asked for this judgement can withdraw it.")


def check_can_read_moderations(actor: Actor) -> None:
    """The list: whoever manages somebody, the principal social worker, and whoever was asked. Raises NotAllowed."""
    if actor.hat not in (None, Role.PRINCIPAL_SOCIAL_WORKER):
        raise NotAllowed("Second judgements are not for this hat. Take it off to see your own.")
