"""Reading one audit as its page shows it."""

from dataclasses import dataclass
from datetime import date

from audits import access
from audits.models import Audit, AuditedChild
from audits.timetable.rules import DAY, duty_words
from cases.models import Child
from core.actor import Actor
from core.clock import date_of
from core.shortcuts import may
from core.templatetags.countersign import long_date
from policies.rules.audits import AuditDuty
from policies.selectors import policy_in_force
from staff.models import SightGrant
from staff.selectors import actor_for


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One audit. ``duty``: for what of the timetable it counts, in words; empty on top of it. ``sees_until``: the last
    day of which an auditor from outside the line reads the file. The rest: what the reader may do, as it stands.
    """

    audit: Audit
    duty: str
    done_on: date | None
    children: list[AuditedChild]
    sees_until: date | None
    may_change: bool
    may_book: bool
    may_draw_again: bool
    may_draw_children: bool
    may_appoint: bool
    may_renew: bool

    @property
    def last_day(self) -> date | None:
        """The last day of the period for which it counts."""
        return self.audit.ends_on - DAY if self.audit.ends_on else None

    @property
    def waits_for_appointed(self) -> bool:
        """Whether somebody gave it to its auditor, who has not opened it: the file is not open to them yet."""
        return self.audit.appointed_by_id is not None and self.state in ("booked", "audit_to_book")

    @property
    def state(self) -> str:
        """Its state, as tags say it."""
        if self.audit.given_up_at:
            return "audit_given_up"
        if self.done_on:
            return "done"
        if self.audit.opened_at:
            return "audit_open"
        return "booked" if self.audit.booked_on else "audit_to_book"


def audit_page(audit: Audit, *, actor: Actor, on: date) -> AuditPage:
    """One audit within sight as its page shows it, in three queries. ``audit``: read with people and when it was done."""
    grant = _grant_of(audit, on=on)
    begun = bool(audit.opened_at)
    stands = not audit.given_up_at and not audit.done_at
    # References are for whoever sees the children (sight: about a child), and for the auditor while the audit lasts
    children = audit.children.select_related("child").order_by("child__reference")
    if not stands or actor.staff_id != audit.auditor_id:
        children = children.filter(child__in=Child.objects.visible_to(actor))
    return AuditPage(
        audit=audit,
        duty=_duty_words(audit, on=on),
        done_on=date_of(audit.done_at) if audit.done_at else None,
        children=list(children),
        sees_until=grant.last_day if grant else None,
        may_change=stands and may(access.check_can_change, actor, audit),
        may_book=stands and not begun and may(access.check_can_change, actor, audit),
        may_draw_again=stands and not begun and may(access.check_can_draw_again, actor, audit),
        may_draw_children=stands and may(access.check_can_draw_children_again, actor, audit),
        may_appoint=stands and not begun and may(access.check_can_appoint, actor, audit),
        may_renew=stands and begun and may(access.check_can_appoint, actor, audit) and not _is_next_up(audit, on=on),
    )


def _is_next_up(audit: Audit, *, on: date) -> bool:
    """Whether the auditor reads the file by the line."""
    return audit.file_of_id in actor_for(audit.auditor, on=on).next_up_for


def _grant_of(audit: Audit, *, on: date) -> SightGrant | None:
    grants = SightGrant.objects.in_force().live(on).filter(given_for=audit.pk, file_of=audit.file_of_id)
    return grants.filter(basis=SightGrant.Basis.AUDIT).order_by("-starts_on").first()


def sight_words(audit: Audit, *, on: date) -> str:
    """When an auditor from outside the line sees the file, as a sentence; empty for one who sees it anyway."""
    if grant := _grant_of(audit, on=on):
        return f"They see the file until {long_date(grant.last_day)}, or until the audit is signed."
    if _is_next_up(audit, on=on):
        return ""
    return "They see the file once they open the audit: until it is signed, and for four weeks at most."


def _duty_words(audit: Audit, *, on: date) -> str:
    policy = policy_in_force(audit.starts_on or on)
    duty: AuditDuty | None = policy.audit.duty(audit.duty) if policy and audit.duty else None
    return duty_words(duty) if duty else ""
