"""What pages of other rooms, and of an audit, say beside their own: sharing, second judgements, the last observation."""

from typing import Any
from uuid import UUID

from django import template

from audits.models import Audit
from audits.moderating.selectors import moderating_of
from audits.observing.selectors import observed_line
from audits.sharing.selectors import sharing_of

register = template.Library()


@register.inclusion_tag("audits/_audit_more.html", takes_context=True)
def audit_more(context: template.Context, audit: Audit) -> dict[str, Any]:
    """Sharing and second judgement of a signed audit, as far as they concern the reader."""
    request = context["request"]
    return {
        "audit": audit,
        "sharing": sharing_of(audit, actor=request.actor),
        "moderating": moderating_of(audit, actor=request.actor),
        "request": request,
    }


@register.inclusion_tag("audits/_last_observed.html", takes_context=True)
def last_observed(context: template.Context, person_id: UUID) -> dict[str, Any]:
    """When somebody was last observed, for their own page; in one query."""
    return {"person_id": person_id, "last": observed_line(person_id=person_id, actor=context["request"].actor)}
