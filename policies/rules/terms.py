"""What an authority calls things: its case system, the reference of a child, the regulator, the notes."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.rules.policy import Policy

# Characters: a word stands in headings, in forms and in tables
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the policy's ``labels`` may set. ``usual``: where it does not."""

    name: str
    label: str
    hint: str
    usual: str


TERMS = (
    Term("child_reference", "The reference of a child", "For example, “Child’s P number”", "Reference"),
    Term("case_system", "The system that holds children’s records", "For example, “Mosaic”", "the case system"),
    Term("regulator", "The regulator of social workers", "As it is called now", "The regulator of the profession"),
    Term(
        "regulator_as_written",
        "The regulator as the policy names it",
        "Where the policy was written under an earlier one",
        "",
    ),
    Term(
        "supervision_note",
        "The note of what supervision said of a child",
        "As it is called in the case system",
        "Supervision discussion",
    ),
    Term("decision_note", "The note of a decision", "As it is called in the case system", "Management decision"),
)


def terms_of(policy: Policy | None) -> Mapping[str, str]:
    """Every term by its name, as the policy calls it or as it is usually called."""
    labels = policy.labels if policy else {}
    return {term.name: labels.get(term.name) or term.usual for term in TERMS}
