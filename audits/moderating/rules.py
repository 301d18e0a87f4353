"""Who may judge a second time, and how two judgements compare: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Candidate:
    """How somebody stands to an audit that they are asked to judge again, on the day on which they are asked.

    ``is_of_the_file``: supervisor or supervisee of it, or supervises the person whose file it is by now;
    ``is_under_supervisor``: supervised by whose supervision was audited; ``is_under_auditor``: supervised or managed by the
    auditor; ``has_read``: whether they see the signed audit already.
    """

    name: str
    is_auditor: bool = False
    is_asker: bool = False
    is_of_the_file: bool = False
    is_under_supervisor: bool = False
    is_under_auditor: bool = False
    has_read: bool = False


def check_may_judge(who: Candidate) -> None:
    """Somebody judges freely: none of those concerned, nobody supervised by whose supervision it is about (R114), nobody
    below the auditor, and nobody who sees the first judgement.

    Raises RuleBroken beside the person.
    """
    refused = ""
    if who.is_asker:
        refused = "Nobody asks themselves. Choose somebody else."
    elif who.is_auditor:
        refused = f"{who.name} gave the first judgement. Choose somebody else."
    elif who.is_of_the_file:
        refused = f"This audit is about {who.name}’s own supervision. Choose somebody else."
    elif who.is_under_supervisor:
        refused = (
            f"{who.name} is supervised by the supervisor whom this audit is about, and so not free to judge. "
            "Choose somebody else."
        )
    elif who.is_under_auditor:
        refused = (
            f"{who.name} is supervised or managed by the auditor, and so not free to differ. Choose somebody else."
        )
    elif who.has_read:
        refused = f"{who.name} can read the first judgement already. Choose somebody who cannot."
    if refused:
        raise RuleBroken(refused, field="to_id")


def check_due(due_on: date, *, today: date) -> None:
    """There is time left. Raises RuleBroken."""
    if due_on <= today:
        raise RuleBroken("Choose a day after today: until then the file is open to them.", field="due_on")


def check_judgement(judgement: str, words: str, *, judgements: Sequence[str]) -> None:
    """One of the judgements, with what led to it. Raises RuleBroken."""
    if judgement not in judgements:
        raise RuleBroken("Choose a judgement.", field="judgement")
    if not words.strip():
        raise RuleBroken("Say what led you to this judgement.", field="words")


def check_waits(*, done: bool, withdrawn: bool) -> None:
    """It is still asked for. Raises RuleBroken."""
    if done:
        raise RuleBroken("This second judgement was given already. It cannot be changed.")
    if withdrawn:
        raise RuleBroken("This was withdrawn. Nothing was added.")


def steps_apart(first: str, second: str, *, judgements: Sequence[str]) -> int | None:
    """How many steps of the scale lie between two judgements; None where one is not of this scale."""
    if first not in judgements or second not in judgements:
        return None
    return abs(judgements.index(first) - judgements.index(second))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of how many second judgements how many were the same as the first, and how many one step away."""

    number: int = 0
    same: int = 0
    one_step: int = 0

    @property
    def further(self) -> int:
        """How many were further apart."""
        return self.number - self.same - self.one_step


def agreement(steps: Iterable[int | None]) -> Agreement:
    """The pairs that can be compared, counted."""
    found = [each for each in steps if each is not None]
    return Agreement(len(found), found.count(0), found.count(1))
