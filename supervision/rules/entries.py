"""Entries for the children's records: of which discussions the policy wants one, and whose text moves a clock. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from policies.rules.policy import Policy
from records.rules import FAMILY
from records.values import is_filled
from supervision.rules.discussions import BRIEF, IN_DEPTH

Written = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class EntryTerms:
    """What a policy wants written: after which depths of discussion, and whether each action needs its day."""

    wanted_after: frozenset[str] = frozenset()
    dated: bool = False

    def wants(self, depth: str) -> bool:
        """Whether a child who was discussed like this needs an entry."""
        return depth in self.wanted_after

    @property
    def in_words(self) -> str:
        """The same for the people who write."""
        if BRIEF in self.wanted_after:
            return "The policy wants an entry for each child, however briefly it was discussed."
        if IN_DEPTH in self.wanted_after:
            return "A child who was discussed in depth needs an entry. After a brief discussion you may leave it empty."
        return "The policy does not ask for entries. Write where the child’s record should say what was discussed."


def entry_terms(policy: Policy | None) -> EntryTerms:
    """What the policy of the day of a session wants: an entry where it says how cases are recorded (R109).

    After a brief discussion only where it wants each child discussed each time, which it could not show otherwise (R328).
    """
    case = (policy.blocks.get("recording") or {}).get("case") if policy else None
    if policy is None or not isinstance(case, dict):
        return EntryTerms()
    each = any(rule.each_session for rule in policy.case_rules)
    return EntryTerms(
        wanted_after=frozenset({BRIEF, IN_DEPTH} if each else {IN_DEPTH}),
        dated=case.get("action_timescale_required") is True,
    )


def says_of_its_own(written: Written) -> bool:
    """Whether something is written of the child alone."""
    return any(
        is_filled(value) for section, fields in written.items() if section != FAMILY for value in fields.values()
    )


def says_of_family(written: Written) -> bool:
    """Whether it holds text that siblings share."""
    return any(is_filled(value) for value in written.get(FAMILY, {}).values())


def moves_own_clock(written: Written) -> bool:
    """Whether a discussion counts for this child: not where all that is written is shared with siblings (scenario 3)."""
    return says_of_its_own(written) or not says_of_family(written)


def joined(texts: Collection[str]) -> str:
    """Different texts about one family as one: each once, in order."""
    return "\n\n".join(dict.fromkeys(text for text in texts if text))
