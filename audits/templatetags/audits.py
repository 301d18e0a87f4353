"""What the page of an audit says beside its own: sharing, second judgements."""

from typing import Any

from django import template

from audits.models import Audit
from audits.moderating.selectors import moderating_of
from audits.sharing.selectors import sharing_of

register = template.Library()


@register.inclusion_tag("audits/_audit_more.html", takes_context=True)
def audit_more(context: template.Context, audit: Audit) -> dict[str, Any]:
    """Sharing and second judgement of a signed audit, as far as they concern the reader."""
    request = context["request"]
    if audit.record_id is None:
        return {}
    return {
        "audit": audit,
        "sharing": sharing_of(audit, actor=request.actor),
        "moderating": moderating_of(audit, actor=request.actor),
        "request": request,
    }
