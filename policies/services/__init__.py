"""Writes about what the authority requires."""

from policies.services.adopting import adopt, withdraw
from policies.services.days_off import add_day_off, remove_day_off
from policies.services.drafts import discard_draft, draft_policy, publish_draft
from policies.services.loading import Loaded, load_packs
from policies.services.readings import decide_reading
from policies.services.templates import (
    begin_template_draft,
    change_template_draft,
    discard_template_draft,
    find_faults,
    import_template,
    publish_template,
)

__all__ = [
    "Loaded",
    "add_day_off",
    "adopt",
    "begin_template_draft",
    "change_template_draft",
    "decide_reading",
    "discard_draft",
    "discard_template_draft",
    "draft_policy",
    "find_faults",
    "import_template",
    "load_packs",
    "publish_draft",
    "publish_template",
    "remove_day_off",
    "withdraw",
]
