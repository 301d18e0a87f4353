"""Question 1.1: whether a supervision contract is in place, and what it lacks (R236). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from policies.rules import words
from policies.rules.durations import Duration
from records.findings import Finding
from records.rules import Meaning
from supervision.rules import Standing

BINDS = (Standing.IN_FORCE, Standing.OUT_OF_DATE)
AGREED = (Meaning.AUTHOR, Meaning.AGREE)
NOT_IN_PLACE = {
    Standing.MISSING: "There is no contract between {supervisor} and {supervisee}.",
    Standing.DRAFT: "A contract is being drafted and nobody has signed it.",
    Standing.UNSIGNED: "The contract waits for a signature, so it is not in force.",
    Standing.RETURNED: "The contract was sent back for correction, so it is not in force.",
    Standing.DECLINED: "The contract was declined, so it is not in force.",
}
ON_ITS_WAY = {
    Standing.DRAFT: "A new version is being drafted; this one holds until both have signed that.",
    Standing.UNSIGNED: "A new version waits for a signature; this one holds until both have signed that.",
    Standing.RETURNED: "A new version was sent back for correction; this one holds until both have signed that.",
}


@dataclass(frozen=True, slots=True)
class Signed:
    """That somebody put their name to a contract, on which day and with which meaning; the reason where it may be read."""

    name: str
    on: date
    meaning: Meaning
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """How the contract of a supervisee with the supervisor stands, and what its text says.

    ``format``: one to one, in a group or both, in the words of its form; ``next_standing``: of a new version.
    """

    supervisor: str
    supervisee: str
    standing: Standing
    signed: Sequence[Signed] = ()
    every: Duration | None = None
    format: str = ""
    minutes: int | None = None
    review_on: date | None = None
    next_standing: Standing | None = None


def contract_in_place(facts: ContractFacts, *, on: date) -> Finding:
    """Yes: signed by both, in force, and it says how often and in which form. One whose review is overdue still holds.

    What somebody signed as "seen, not agreed" is not signed by both, here as in question 1.2.
    """
    names = {"supervisor": facts.supervisor, "supervisee": facts.supervisee}
    signatures = tuple(_signed(each) for each in facts.signed)
    if facts.standing not in BINDS:
        return Finding("no", NOT_IN_PLACE[facts.standing].format(**names), signatures)
    lacks = tuple(_lacks(facts))
    lines = (*signatures, *lacks, *_says(facts, on))
    if lacks:
        return Finding("no", "A contract is in force, and it lacks something that is asked for.", lines)
    overdue = " Its review is overdue." if facts.standing is Standing.OUT_OF_DATE else ""
    return Finding(
        "yes",
        f"A contract is in force, signed by both. It says how often and in which form.{overdue}",
        lines,
    )


def _lacks(facts: ContractFacts) -> Iterator[str]:
    for each in facts.signed:
        if each.meaning not in AGREED:
            yield f"It is not signed by both: {each.name} did not agree to it."
    if facts.every is None:
        yield "It does not say how often supervision is to be."
    if not facts.format:
        yield "It does not say whether supervision is one to one, in a group or both."


def _says(facts: ContractFacts, on: date) -> Iterator[str]:
    if facts.every:
        minutes = f", {facts.minutes} minutes" if facts.minutes else ""
        yield f"Agreed: every {facts.every.in_words}{minutes}{f', {facts.format.lower()}' if facts.format else ''}."
    if facts.review_on:
        is_late = facts.review_on < on
        yield f"Review {'was due' if is_late else 'due'} by {words.day(facts.review_on)}{' and is overdue' if is_late else ''}."
    else:
        yield "It names no day for its review."
    if said := ON_ITS_WAY.get(facts.next_standing) if facts.next_standing else None:
        yield said


def _signed(each: Signed) -> str:
    how = {
        Meaning.AUTHOR: "signed it",
        Meaning.AGREE: "signed it and agreed",
        Meaning.SEEN_NOT_AGREED: "signed it as seen, not agreed",
        Meaning.DECLINE: "declined to sign it",
        Meaning.RETURN: "sent it back for correction",
    }.get(each.meaning, "closed it")
    return f"{each.name} {how} on {words.day(each.on)}{f': “{each.reason}”' if each.reason else ''}."
