"""Whether what was signed in one act is there: what a record binds, and the parts that bind an entry. Reads no content."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from records import binding, canonical, rules
from records.models import Part, Record, RecordGone
from records.rules import Kind, PartKind, State, VerifiedPart

ANSWERS = (PartKind.COUNTERSIGNATURE, PartKind.RETURN, PartKind.CLOSURE)
Chains = dict[str, list[Part]]


def check_bound(record: Record, parts: Sequence[VerifiedPart]) -> None:
    """Check what the parts of a record bind: as it was bound, and answered in the same acts. One query.

    Raises ChainBroken with what is wrong and where.
    """
    rows = [row for part in parts for row in part.body["bound"]]
    chains: Chains = {}
    for found in Part.objects.filter(record__in={row["record"] for row in rows}).order_by("seq") if rows else ():
        chains.setdefault(str(found.record_id), []).append(found)
    for part in parts:
        for row in part.body["bound"]:
            if what := _fault_of_bound(part, row, chains) or _fault_of_answer(part, row, chains):
                raise canonical.ChainBroken(record_id=record.pk, where="what it binds", what=what)


def _fault_of_bound(part: VerifiedPart, row: dict[str, Any], chains: Chains) -> str:
    """What is wrong with one bound part: gone, another one, or signed after it was bound."""
    bound = next((each for each in chains.get(row["record"], ()) if each.seq == row["seq"]), None)
    if bound is None or canonical.digest(bytes(bound.body)) != row["digest"]:
        return f"part {row['seq']} of record {row['record']} is not as it was bound"
    is_later = bound.signed_at > rules.moment_of(part.body)
    if is_later and str(bound.act) != part.body["act"]:
        return f"part {row['seq']} of record {row['record']} was signed after it was bound"
    return ""


def _fault_of_answer(part: VerifiedPart, row: dict[str, Any], chains: Chains) -> str:
    """What is wrong with the answer to an entry: each that waited has one of its own in the same act, with its meaning."""
    if row["kind"] != Kind.CASE_ENTRY or part.body["kind"] not in ANSWERS:
        return ""
    chain = chains[row["record"]]
    same = next((each for each in chain if str(each.act) == part.body["act"]), None)
    if same is None:
        before = [each.head for each in chain if each.signed_at <= rules.moment_of(part.body)]
        sealed = rules.state_of(before) is State.SEALED
        return "" if sealed else f"record {row['record']} has no part in the act of part {part.body['seq']}"
    if (same.kind, same.meaning) != (part.body["kind"], part.body["signature"]["meaning"]):
        return f"part {same.seq} of record {row['record']} does not say what part {part.body['seq']} says"
    return ""


def check_whole(record: Record, parts: Sequence[VerifiedPart]) -> None:
    """Check that the record with which an entry was signed is there, with a part in each of its acts. Three queries.

    Where that was sealed with its text, the entry was answered by itself. Raises ChainBroken.
    """
    signed = [part for part in parts if part.body["kind"] not in rules.ADDED]
    if record.kind != Kind.CASE_ENTRY or not signed:
        return
    whole = binding.bound_by(record)
    if whole is None and _whole_is_destroyed(signed):
        return
    if whole is None:
        raise canonical.ChainBroken(record_id=record.pk, where="part 1", what="the record that binds it is missing")
    acts, states = zip(*whole.parts.values_list("act", "state_after"), strict=True)
    for part in signed if states[0] != State.SEALED else ():
        if UUID(part.body["act"]) not in acts:
            what = "the record that binds it has no part in the same act"
            raise canonical.ChainBroken(record_id=record.pk, where=f"part {part.body['seq']}", what=what)


def _whole_is_destroyed(signed: Sequence[VerifiedPart]) -> bool:
    """Whether each act in which an entry was signed is one of a record that was destroyed under a certificate."""
    acts = {UUID(part.body["act"]) for part in signed}
    destroyed = RecordGone.objects.destroyed().filter(acts__overlap=list(acts)).values_list("acts", flat=True)
    return acts <= {act for row in destroyed for act in row}
