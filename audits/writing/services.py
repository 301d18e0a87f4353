"""Writes of an audit: its draft is opened, the file is looked into, the auditor signs; then sight of the file ends."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audits.drawing.services import draw_children
from audits.findings.selectors import Examined, examine
from audits.models import Audit
from audits.planning.services import open_file
from audits.sharing.services import share_audit
from audits.writing import access, selectors
from core.actor import Actor
from core.errors import RuleBroken, Stale
from policies.selectors import form_for, policy_to_write_by
from records import services as records
from records.models import Part, Record
from records.rules import Kind, LateEntry
from records.services import Evidence
from staff.challenge import Challenge
from staff.grants.services import end_sight
from staff.models import SightGrant
from trail import services as trail


@transaction.atomic
def open_audit(*, audit_id: UUID, actor: Actor, at: datetime) -> Audit:
    """Begin an audit: draw the children of section 3, open the draft on the policy's form. From now on the file is as drawn,
    and open to an auditor who was appointed from outside the line.

    Begun already: as it is. Raises NotAllowed for anybody but the auditor, and for one who is next up no longer.
    """
    audit = Audit.objects.locked(actor).to_examine().get(pk=audit_id)
    access.check_can_write(actor, audit)
    if audit.opened_at:
        return audit
    access.check_opens_file(actor, audit)
    children = draw_children(audit_id=audit.pk, actor=actor, at=at)
    if audit.file_of_id not in actor.next_up_for:
        open_file(audit, children, actor=actor, at=at)
    policy = policy_to_write_by(actor.on)
    audit.record = records.open_examination(
        kind=Kind.AUDIT,
        subject_id=audit.supervisor_id,
        template=form_for(policy, "audit"),
        policy_slug=policy.id,
        policy_version=policy.version,
        title=f"Audit of the supervision file of {audit.file_of.name}"[:200],
        actor=actor,
        at=at,
    )
    audit.opened_at = at
    audit.save(update_fields=["record", "opened_at"])
    trail.record(actor=actor, verb="audit.opened", target=audit, about=audit.file_of_id, at=at)
    return audit


def look_into_file(*, audit: Audit, actor: Actor, at: datetime) -> Examined:
    """What the file holds for the questions of an audit, noted first in the trail of the person whose file it is."""
    access.check_can_look(actor, audit)
    access.check_reads_file(actor, audit)
    trail.record(actor=actor, verb="audit.file_read", target=audit, about=audit.file_of_id, at=at)
    return examine(audit=audit, on=actor.on, actor=actor)


@transaction.atomic
def sign_audit(
    *,
    audit_id: UUID,
    shown: str,
    found: str,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
) -> Part:
    """Sign an audit as its auditor, with the findings as they are now. Sight that was given for it ends; where the policy
    says so, the person whose file it was may read it from now on. The supervisor is asked to respond.

    ``found``: what the page said was found (``AuditContext.found``). Raises what ``records.services.sign_text`` raises,
    Stale with what is found otherwise by now, and RuleBroken before it is opened.
    """
    audit = Audit.objects.locked(actor).to_examine().get(pk=audit_id)
    access.check_can_write(actor, audit)
    if audit.record_id is None:
        raise RuleBroken("This audit is not open yet.")
    record = Record.objects.visible_to(actor).with_parts().get(pk=audit.record_id)
    examined = look_into_file(audit=audit, actor=actor, at=at)
    context = selectors.audit_context(audit=audit, record=record, examined=examined)
    if changed := selectors.changed_since(found, context, record=record):
        named = " and ".join(f"“{label}”" for label in changed)
        raise Stale(f"What is known of {named} changed after you opened this page. Read it again, then sign.")
    part = records.sign_text(
        record_id=record.pk,
        shown=shown,
        facts=context.facts,
        late=LateEntry(),
        given=context.given,
        also=context.also,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    trail.record(actor=actor, verb="audit.signed", target=audit, about=audit.file_of_id, at=at)
    end_sight(given_for=audit.pk, basis=SightGrant.Basis.AUDIT, actor=actor, at=at)
    if examined.is_shared:
        share_audit(audit=audit, actor=actor, at=at)
    return part
