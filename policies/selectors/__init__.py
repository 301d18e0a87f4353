"""Reading what the authority requires: the policy in force on a day, and record templates."""

from policies.selectors.reading import (
    POLICY_IN_FORCE,
    adoption_in_force,
    form_for,
    forms_in_use,
    policy_in_force,
    policy_of,
    policy_version,
    record_template,
)

__all__ = [
    "POLICY_IN_FORCE",
    "adoption_in_force",
    "form_for",
    "forms_in_use",
    "policy_in_force",
    "policy_of",
    "policy_version",
    "record_template",
]
