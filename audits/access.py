"""Who may plan, draw, book, give up and hand on an audit."""

from audits.models import Audit
from core.actor import Actor, Role
from core.errors import NotAllowed


def check_can_read_plan(actor: Actor) -> None:
    """Everybody reads their own plan; the principal social worker reads everybody's figures. Raises NotAllowed."""
    if actor.hat not in (None, Role.PRINCIPAL_SOCIAL_WORKER):
        raise NotAllowed("Audits are not for this hat. Take it off to see your own.")


def check_can_draw(actor: Actor) -> None:
    """Files are drawn by a line manager of people who supervise, for themselves alone (R114). Raises NotAllowed."""
    if actor.hat is not None:
        raise NotAllowed("A file is drawn without a hat on. Take it off first.")
    if not actor.manages or not actor.next_up_for:
        raise NotAllowed("Only a line manager of people who supervise audits their supervision files.")


def check_can_change(actor: Actor, audit: Audit) -> None:
    """Its auditor books, moves and gives up an audit, or whoever is above the auditor. Raises NotAllowed."""
    _check_is_neither(actor, audit)
    if actor.staff_id != audit.auditor_id and not is_above_auditor(actor, audit):
        raise NotAllowed("Only the auditor, or somebody above the auditor in the line, can change this audit.")


def check_can_draw_again(actor: Actor, audit: Audit) -> None:
    """Only who draws the file may draw another: its auditor, who manages the supervisor. Raises NotAllowed."""
    _check_is_neither(actor, audit)
    if actor.staff_id != audit.auditor_id:
        raise NotAllowed("Only the auditor can draw again.")
    if audit.supervisor_id not in actor.manages:
        raise NotAllowed(
            "This file was given to you to audit. Ask whoever gave it to you, if it has to be another one."
        )


def check_can_draw_children_again(actor: Actor, audit: Audit) -> None:
    """Who drew them, or somebody above, lets other children be drawn; not who sees the file by a grant, since nobody gives
    themselves sight of others. Raises NotAllowed.
    """
    if not is_above_auditor(actor, audit):
        check_can_draw_again(actor, audit)
    _check_is_neither(actor, audit)


def check_can_appoint(actor: Actor, audit: Audit) -> None:
    """Another auditor is named by somebody above the present one. Raises NotAllowed."""
    _check_is_neither(actor, audit)
    if not is_above_auditor(actor, audit):
        raise NotAllowed("Only the auditor’s line manager, or somebody above, can give this audit to somebody else.")


def is_above_auditor(actor: Actor, audit: Audit) -> bool:
    """Whether somebody stands above the auditor in the line, or above whose audit it is by the line, whoever does it."""
    below = actor.manages | actor.next_up_for | actor.above_for
    is_above_next_up = audit.file_of_id in actor.above_for - actor.next_up_for
    return actor.hat is None and (audit.auditor_id in below - {actor.staff_id} or is_above_next_up)


def _check_is_neither(actor: Actor, audit: Audit) -> None:
    if actor.staff_id in (audit.supervisor_id, audit.file_of_id):
        raise NotAllowed("This audit is about your supervision. Somebody else decides about it.")
