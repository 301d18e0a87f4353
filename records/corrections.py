"""The facts of a record as they stand: those of its text, with what addenda corrected since. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from records.rules import PartKind


@dataclass(frozen=True, slots=True)
class Change:
    """One correction of a fact: what stood there before, when that was corrected (UTC text), and by whom."""

    was: Any
    signed_at: str
    by: str


@dataclass(frozen=True, slots=True)
class FactsNow:
    """The facts that hold; the part that states them last, None where none does; and what was changed, by fact."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    seq: int | None = None
    changes: Mapping[str, Sequence[Change]] = field(default_factory=dict)


def facts_now(bodies: Sequence[Mapping[str, Any]]) -> FactsNow:
    """The facts of the last text with its corrections, from the bodies of a chain in order."""
    texts = [place for place, body in enumerate(bodies) if body["kind"] == PartKind.TEXT]
    if not texts:
        return FactsNow()
    text = bodies[texts[-1]]
    facts, seq = dict(text["facts"]), text["seq"]
    changes: dict[str, list[Change]] = {}
    for body in filter(corrects_itself, bodies[texts[-1] + 1 :]):
        signature = body["signature"]
        for name, value in body["facts"].items():
            if facts.get(name) != value:
                change = Change(facts.get(name), signature["signed_at"], signature["signer"]["name"])
                changes.setdefault(name, []).append(change)
                facts[name] = value
        seq = body["seq"]
    return FactsNow(facts, seq, changes)


def corrects_itself(body: Mapping[str, Any]) -> bool:
    """Whether a part corrects facts of its own record."""
    corrects = body["corrects"]
    return body["kind"] == PartKind.ADDENDUM and bool(corrects) and corrects["record"] == body["record"]
