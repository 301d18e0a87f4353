"""Reading what was shared: with whom, since when."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Subquery

from audits.models import Audit
from audits.sharing import access
from core.actor import Actor
from core.clock import date_of
from core.shortcuts import may
from records.models import Part
from records.rules import PartKind
from staff.models import SightGrant


def grant_of(audit: Audit, *, on: date) -> SightGrant | None:
    """By what the person of the file reads an audit on a day; None while it is not shared."""
    grants = SightGrant.objects.live(on).in_force().filter(given_for=audit.pk, basis=SightGrant.Basis.SHARED)
    return grants.filter(person_id=audit.file_of_id).first()


@dataclass(frozen=True, slots=True)
class SharedAudit:
    """An audit of one's own supervision file as one's page lists it."""

    record_id: UUID
    auditor: str
    signed_on: date
    shared_on: date


def audits_of_own_file(*, actor: Actor) -> list[SharedAudit]:
    """The audits of the actor's own supervision file that were shared with them, newest first; in two queries."""
    if not actor.granted_records:
        return []
    rows = Audit.objects.visible_to(actor).filter(file_of=actor.staff_id, record_id__in=actor.granted_records)
    found = {row.pk: row for row in rows.select_related("auditor").prefetch_related("record__parts")}
    grants = SightGrant.objects.live(actor.on).in_force().filter(given_for__in=found, person_id=actor.staff_id)
    shared = [_shared(found[grant.given_for], grant) for grant in grants]
    return sorted(shared, key=lambda each: (each.signed_on, each.record_id), reverse=True)


def _shared(audit: Audit, grant: SightGrant) -> SharedAudit:
    record = audit.record
    assert record is not None  # noqa: S101  nothing is shared before it is signed
    signed = max(part.signed_at for part in record.parts.all() if part.kind == PartKind.TEXT)
    return SharedAudit(record.pk, audit.auditor.name, date_of(signed), grant.starts_on)


@dataclass(frozen=True, slots=True)
class SupervisionAudited:
    """A signed audit of the reader's own supervision of somebody."""

    record_id: UUID
    file_of: str
    auditor: str
    signed_on: date


def audits_of_own_supervision(*, actor: Actor) -> list[SupervisionAudited]:
    """The signed audits of how the actor supervises, newest first; in one query."""
    text = Part.objects.filter(record=OuterRef("record"), kind=PartKind.TEXT).order_by("-seq").values("signed_at")[:1]
    rows = Audit.objects.visible_to(actor).filter(supervisor=actor.staff_id).annotate(signed_at=Subquery(text))
    return [
        SupervisionAudited(row.record_id, row.file_of.name, row.auditor.name, date_of(row.signed_at))
        for row in rows.exclude(signed_at=None).select_related("auditor", "file_of").order_by("-signed_at")
        if row.record_id
    ]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether a signed audit is shared, since when, and whether the reader may share it."""

    is_signed: bool
    shared_on: date | None
    can_share: bool


def sharing_of(audit: Audit, *, actor: Actor) -> Sharing:
    """How an audit stands with the person whose file it was; in two queries."""
    signed = audit.is_signed
    grant = grant_of(audit, on=actor.on) if signed else None
    may_share = signed and grant is None and may(access.check_can_share, actor, audit)
    return Sharing(signed, grant.starts_on if grant else None, may_share)
