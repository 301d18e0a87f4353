"""Pages about what the authority requires."""

from policies.views.policy import policy_detail

__all__ = ["policy_detail"]
