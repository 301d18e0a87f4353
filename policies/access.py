"""Who may draft and publish policies, decide on their readings, and add days off."""

from core.actor import Actor, Role
from core.errors import NotAllowed
from policies.models import HEADS, PolicyDraft, TemplateDraft


def check_can_draft(actor: Actor) -> None:
    """Only a principal social worker, with that hat on, drafts a policy (sight: policy versions). Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER:
        raise NotAllowed("Only a principal social worker drafts a policy. Put that hat on first, if it is yours.")


def check_can_discard(actor: Actor) -> None:
    """A principal social worker, with that hat on, whoever drafted it. Raises NotAllowed."""
    check_can_draft(actor)


def check_can_read_drafts(actor: Actor) -> None:
    """A principal social worker, with that hat on, or a head of the authority. Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER and not (actor.hat is None and actor.roles & HEADS):
        raise NotAllowed(
            "Drafts of the policy are for principal social workers, with that hat on, and for heads of the authority."
        )


def check_can_publish(actor: Actor, draft: PolicyDraft) -> None:
    """Two people: one drafts, another publishes, who is a principal social worker or a head. Raises NotAllowed."""
    check_can_read_drafts(actor)
    if draft.drafted_by_id == actor.staff_id:
        raise NotAllowed("You drafted this version, so somebody else has to publish it.")


def check_can_withdraw(actor: Actor) -> None:
    """Whoever could publish it: nothing begins by it, so one person does. Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER and not (actor.hat is None and actor.roles & HEADS):
        raise NotAllowed(
            "Principal social workers, with that hat on, and heads of the authority withdraw a version that has not begun."
        )


def check_can_change_templates(actor: Actor) -> None:
    """Only a principal social worker, with that hat on, changes forms. Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER:
        raise NotAllowed("Only a principal social worker changes forms. Put that hat on first, if it is yours.")


def check_can_read_templates(actor: Actor) -> None:
    """A principal social worker, with that hat on, or a head of the authority. Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER and not (actor.hat is None and actor.roles & HEADS):
        raise NotAllowed("Forms are for principal social workers, with that hat on, and for heads of the authority.")


def check_can_publish_template(actor: Actor, draft: TemplateDraft) -> None:
    """Two people: nobody who changed a draft publishes it, whoever changed it after them. Raises NotAllowed."""
    check_can_read_templates(actor)
    if actor.staff_id in {draft.changed_by_id, *draft.changers}:
        raise NotAllowed("You changed this draft, so somebody else has to publish it.")


def check_can_decide_readings(actor: Actor) -> None:
    """Only a principal social worker, with that hat on, says how the council reads a passage. Raises NotAllowed."""
    if actor.hat is not Role.PRINCIPAL_SOCIAL_WORKER:
        raise NotAllowed(
            "Only a principal social worker decides how the policy is read. Put that hat on first, if it is yours."
        )


def check_can_change_days_off(actor: Actor) -> None:
    """Only a system administrator, with that hat on, adds and takes back days off. Raises NotAllowed."""
    if actor.hat is not Role.SYSTEM_ADMINISTRATOR:
        raise NotAllowed("Only a system administrator adds days off. Put that hat on first, if it is yours.")
