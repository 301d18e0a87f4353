"""Pages about what the authority requires."""

from policies.views.days_off import day_off_remove, days_off
from policies.views.drafts import draft_add, draft_detail, draft_discard, draft_publish, drafts
from policies.views.policy import policy_detail, reading_decide, version_detail, version_withdraw, versions
from policies.views.terms import terms_edit

__all__ = [
    "day_off_remove",
    "days_off",
    "draft_add",
    "draft_detail",
    "draft_discard",
    "draft_publish",
    "drafts",
    "policy_detail",
    "reading_decide",
    "terms_edit",
    "version_detail",
    "version_withdraw",
    "versions",
]
