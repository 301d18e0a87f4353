"""Reading second judgements: what waits, one with the file that it is about, and how often two people judge alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from audits.findings.selectors import Examined, examine
from audits.learning.contents import SignedAudit, signed_audits
from audits.models import Audit, AuditQuerySet, Moderation, ModerationQuerySet
from audits.moderating import access
from audits.moderating.rules import Candidate
from core.actor import Actor, Role
from core.clock import date_of
from core.shortcuts import may
from policies.rules.audits import DEFAULT_JUDGEMENTS
from policies.selectors import policy_in_force
from records.models import Part, Record
from records.rules import PartKind
from staff.models import StaffMember, SupervisionRelationship
from staff.selectors import actor_for

DAY = timedelta(days=1)
SHOWN = 50


class AuditsToModerate:
    """Signed audits of which somebody may ask for a second judgement: by their names and days, not by what they say."""

    model = Audit

    def visible_to(self, actor: Actor) -> AuditQuerySet:
        """Those of people whom one manages; all for the principal social worker; never of one's own supervision."""
        signed = Exists(Part.objects.filter(record=OuterRef("record"), kind=PartKind.TEXT))
        rows = Audit.objects.standing().with_people().filter(signed)
        rows = rows.exclude(Q(file_of=actor.staff_id) | Q(supervisor=actor.staff_id) | Q(auditor=actor.staff_id))
        return rows if actor.hat is Role.PRINCIPAL_SOCIAL_WORKER else rows.filter(auditor__in=actor.manages)


def moderations_in_full() -> ModerationQuerySet:
    """Second judgements with all that their own pages name."""
    return Moderation.objects.select_related(
        "audit__auditor", "audit__file_of", "audit__supervisor", "audit__record", "moderator", "asked_by"
    )


def judgements_on(on: date) -> Sequence[str]:
    """The scale of the policy in force on a day."""
    policy = policy_in_force(on)
    return policy.audit.judgements if policy else DEFAULT_JUDGEMENTS


def candidate(*, person: StaffMember, audit: Audit, actor: Actor) -> Candidate:
    """How somebody stands to an audit today; in five queries at most."""
    theirs = actor_for(person, on=actor.on)
    given = SupervisionRelationship.objects.live(actor.on)
    by = set(given.filter(supervisee=person).values_list("supervisor_id", flat=True))
    file_of = audit.file_of_id
    reads = Record.objects.visible_to(theirs).filter(audit=audit)
    by_audit = Audit.objects.visible_to(theirs).filter(pk=audit.pk)
    auditor = actor_for(audit.auditor, on=actor.on)
    return Candidate(
        name=person.name,
        is_auditor=person.pk == audit.auditor_id,
        is_asker=person.pk == actor.staff_id,
        is_of_the_file=person.pk in (file_of, audit.supervisor_id) or file_of in theirs.supervises,
        is_under_supervisor=audit.supervisor_id in by,
        is_under_auditor=person.pk in auditor.manages | auditor.above_for or audit.auditor_id in by,
        has_read=reads.exists() or by_audit.exists(),
    )


@dataclass(frozen=True, slots=True)
class ModerationRow:
    """A second judgement as lists show it."""

    moderation: Moderation
    is_mine: bool

    @property
    def stands(self) -> str:
        """Where it stands, as a tag shows it."""
        if self.moderation.done_at:
            return "moderated"
        return "withdrawn" if self.moderation.withdrawn_at else "to_moderate"


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A signed audit of which a second judgement may be asked for."""

    audit: Audit
    signed_on: date


@dataclass(frozen=True, slots=True)
class ModerationsPage:
    """What the reader was asked for, what others were asked for, and of which audits it can be asked."""

    mine: list[ModerationRow]
    others: list[ModerationRow]
    to_ask: list[ToAsk]


def moderations_page(*, actor: Actor) -> ModerationsPage:
    """The reader's own list; in four queries."""
    rows = moderations_in_full().visible_to(actor)
    found = [ModerationRow(one, one.moderator_id == actor.staff_id) for one in rows.order_by("-asked_at")[:SHOWN]]
    to_ask = list(_not_asked(actor).order_by("-opened_at", "-pk").prefetch_related("record__parts")[:SHOWN])
    return ModerationsPage(
        mine=[row for row in found if row.is_mine],
        others=[row for row in found if not row.is_mine],
        to_ask=[ToAsk(audit, _signed_on(audit)) for audit in to_ask],
    )


def _not_asked(actor: Actor) -> AuditQuerySet:
    """Those of which nobody was asked, whether or not the actor knows whom."""
    asked = Moderation.objects.filter(audit=OuterRef("pk"), withdrawn_at=None)
    return AuditsToModerate().visible_to(actor).filter(~Exists(asked))


def _signed_on(audit: Audit) -> date:
    assert audit.record is not None  # noqa: S101  asked for signed ones
    return max(date_of(part.signed_at) for part in audit.record.parts.all() if part.kind == PartKind.TEXT)


@dataclass(frozen=True, slots=True)
class ModerationPage:
    """One second judgement as one reader sees it.

    ``file``: what the moderator judges by, while the file is open to them; ``first``: once the second was given.
    """

    row: ModerationRow
    signed_on: date
    records: list[Record]
    file: Examined | None
    first: SignedAudit | None
    can_withdraw: bool


def moderation_page(*, moderation: Moderation, actor: Actor) -> ModerationPage:
    """A second judgement with the file, or with the first judgement; the evidence of the time up to the signature, as it is
    known when it is looked at.
    """
    audit = moderation.audit
    row = ModerationRow(moderation, moderation.moderator_id == actor.staff_id)
    waits = row.stands == "to_moderate"
    sees_file = waits and row.is_mine and audit.file_of_id in actor.granted_people
    signed_on = _signed_on(audit)
    return ModerationPage(
        row=row,
        signed_on=signed_on,
        records=_records(audit, actor) if sees_file else [],
        file=_file(audit, signed_on, actor) if sees_file else None,
        first=first_judgement(audit) if moderation.done_at else None,
        can_withdraw=waits and may(access.check_can_withdraw, actor, moderation),
    )


def _file(audit: Audit, on: date, actor: Actor) -> Examined:
    return examine(audit=Audit.objects.to_examine().get(pk=audit.pk), on=on, actor=actor)


def _records(audit: Audit, actor: Actor) -> list[Record]:
    rows = Record.objects.visible_to(actor).filter(subject=audit.file_of_id).order_by("-created_at")
    return list(rows.select_related("author")[:SHOWN])


def first_judgement(audit: Audit) -> SignedAudit:
    """What the auditor judged, and in which words; in one query."""
    record_id = audit.record_id
    return signed_audits(records=[record_id]).get(record_id, SignedAudit()) if record_id else SignedAudit()


def waiting_for(*, actor: Actor) -> list[tuple[UUID, date]]:
    """The second judgements for which the actor is asked, with their days; in one query."""
    rows = Moderation.objects.visible_to(actor).filter(moderator=actor.staff_id, done_at=None, withdrawn_at=None)
    return list(rows.order_by("due_on").values_list("pk", "due_on"))


@dataclass(frozen=True, slots=True)
class Moderating:
    """The second judgements of an audit that the reader knows of, and whether they may ask for one."""

    rows: list[ModerationRow]
    can_ask: bool


def moderating_of(audit: Audit, *, actor: Actor) -> Moderating:
    """How an audit stands with second judgements; in two queries."""
    rows = Moderation.objects.visible_to(actor).filter(audit=audit).select_related("moderator")
    found = [ModerationRow(one, one.moderator_id == actor.staff_id) for one in rows.order_by("-asked_at")]
    return Moderating(found, can_ask=_not_asked(actor).filter(pk=audit.pk).exists())
