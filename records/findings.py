"""What the program found of itself, and what an auditor says of it: confirmed, or overruled for a reason. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from policies.templates import Field

FoundAnswer = Literal["yes", "no", "not_applicable", "unknown"]

ANSWERS: Mapping[str, str] = {"yes": "Yes", "no": "No", "not_applicable": "Does not apply"}
UNKNOWN: Literal["unknown"] = "unknown"
CONFIRM, OVERRULE = "confirm", "overrule"
SAID: Mapping[str, str] = {CONFIRM: "Yes, that is right", OVERRULE: "No, I overrule it"}
# What an auditor typed, as it is saved
KEYS = ("confirmed", "answer", "reason")


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands behind a question of an audit: an answer, a sentence, and each piece of evidence in a line."""

    answer: FoundAnswer
    summary: str
    lines: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it answers the question; where not, the auditor does."""
        return self.answer != UNKNOWN

    @property
    def words(self) -> str:
        """Its answer in words."""
        return ANSWERS.get(self.answer, "Not known")

    def as_signed(self) -> dict[str, Any]:
        """The finding as it was shown."""
        return {"answer": self.answer, "summary": self.summary, "lines": list(self.lines)}


NOTHING_KNOWN = Finding(UNKNOWN, "Nothing is known here that could answer this.")


def nothing_said() -> dict[str, str]:
    """What is saved of a question that nobody has answered."""
    return dict.fromkeys(KEYS, "")


def is_evidence(value: Any) -> bool:
    """Whether a value is of the shape in which an auditor's answer is saved."""
    if (
        not isinstance(value, dict)
        or set(value) != set(KEYS)
        or not all(isinstance(one, str) for one in value.values())
    ):
        return False
    return value["confirmed"] in ("", *SAID) and value["answer"] in ("", UNKNOWN, *ANSWERS)


def signed_value(finding: Finding, said: Mapping[str, str]) -> dict[str, Any]:
    """What is signed of a question: what was found, and what the auditor answers, so that both stay visible."""
    typed = {**nothing_said(), **said}
    if not finding.is_known:
        answer = typed["answer"] if typed["answer"] in ANSWERS else ""
        return {"finding": finding.as_signed(), "confirmed": "", "answer": answer, "reason": typed["reason"]}
    answer = finding.answer if typed["confirmed"] == CONFIRM else typed["answer"]
    return {
        "finding": finding.as_signed(),
        "confirmed": typed["confirmed"],
        "answer": answer if typed["confirmed"] else "",
        "reason": typed["reason"],
    }


# By what the place of a problem ends, after the field's own name: its own answer, or its reason; no field's name has a hyphen
OF_ANSWER, OF_REASON = "-answer", "-reason"


def problem(item: Field, finding: Finding, said: Mapping[str, str]) -> tuple[str, str] | None:
    """What is to be put right in an answer before it is signed: where, and a sentence. Nothing where it is complete."""
    typed = {**nothing_said(), **said}
    own, why = f"{item.id}{OF_ANSWER}", f"{item.id}{OF_REASON}"
    if not finding.is_known:
        return None if typed["answer"] in ANSWERS else (own, f"answer “{item.label}”: it is not known here.")
    if typed["confirmed"] == CONFIRM:
        changed = f"what is known of “{item.label}” has changed since you confirmed it. Look at it again."
        return None if typed["answer"] in ("", finding.answer) else (item.id, changed)
    if typed["confirmed"] != OVERRULE:
        return item.id, f"say of “{item.label}” whether what was found is right."
    if typed["answer"] not in ANSWERS:
        return own, f"say what your own answer to “{item.label}” is."
    if typed["answer"] == finding.answer:
        return own, f"your answer to “{item.label}” is what was found. Confirm it, or give another answer."
    return None if typed["reason"].strip() else (why, f"say why you overrule what was found of “{item.label}”.")
