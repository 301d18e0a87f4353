"""What a draft of the policy asks of whoever may publish it."""

from django.urls import reverse

from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import long_date
from policies.models import PolicyDraft


def draft_need(draft: PolicyDraft) -> Need:
    """Read a draft that somebody else drafted, and publish it or leave it."""
    return Need(
        urgency=Urgency.WAITING,
        title=f"Read the draft of the policy: version {draft.version}",
        path=reverse("policies:draft-detail", args=[draft.pk]),
        action_label="Read the draft",
        hint=f"{draft.drafted_by_name} drafted it, to hold from {long_date(draft.starts_on)}. You can publish it.",
    )
