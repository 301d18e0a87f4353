"""Reading what the authority requires: the policy in force on a day, and record templates."""

from policies.selectors.reading import (
    ADOPTIONS,
    DAYS_ADDED,
    Adopted,
    adoption_in_force,
    form_for,
    forms_in_use,
    policy_in_force,
    policy_version,
    record_template,
    timeline_of,
)

__all__ = [
    "ADOPTIONS",
    "DAYS_ADDED",
    "Adopted",
    "adoption_in_force",
    "form_for",
    "forms_in_use",
    "policy_in_force",
    "policy_version",
    "record_template",
    "timeline_of",
]
