"""Sharing a signed audit with the person whose supervision file it was."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audits.models import Audit
from audits.sharing import access, rules, selectors
from core.actor import Actor
from outbox.services import enqueue
from staff.grants.services import Opened, give_sight
from staff.models import SightGrant

PURPOSE = "An audit of the own supervision file, shared"


@transaction.atomic
def share_audit(*, audit: Audit, actor: Actor, at: datetime) -> SightGrant:
    """Let the person of the file read the signed audit, for good, without health and conduct; they are told.

    Shared already: the grant that stands. The caller holds the audit's row locked. Raises NotAllowed, or RuleBroken
    before it is signed.
    """
    access.check_can_share(actor, audit)
    rules.check_may_share(is_signed=audit.is_signed, given_up_at=audit.given_up_at)
    if standing := selectors.grant_of(audit, on=actor.on):
        return standing
    grant = give_sight(
        person_id=audit.file_of_id,
        opens=Opened(record_id=audit.record_id),
        basis=SightGrant.Basis.SHARED,
        given_for=audit.pk,
        purpose=PURPOSE,
        starts_on=actor.on,
        ends_on=None,
        actor=actor,
        at=at,
    )
    path = reverse("records:record-detail", kwargs={"record_id": audit.record_id})
    enqueue("notifications.tasks.notify", person_id=audit.file_of_id, kind="audit_shared", key=str(audit.pk), path=path)
    return grant


@transaction.atomic
def share_now(*, audit_id: UUID, actor: Actor, at: datetime) -> SightGrant:
    """The same by a press of a button, where the policy does not share by itself. Raises as above."""
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    return share_audit(audit=audit, actor=actor, at=at)
