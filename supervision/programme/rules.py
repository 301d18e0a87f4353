"""What can be recorded of a programme: pure values and checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import RuleBroken
from policies.rules import words
from policies.rules.programme import Step, needs_both


@dataclass(frozen=True, slots=True)
class Recordable:
    """Something that can be recorded of a phase that is on. ``ends_phase``: whether the next one begins by it."""

    event: str
    ends_phase: bool
    since: date | None

    @property
    def key(self) -> str:
        """By which a form names it."""
        return f"{self.event}:{'ends' if self.ends_phase else 'stays'}"

    @property
    def label(self) -> str:
        """The words of the choice."""
        said = event_words(self.event)
        if not self.ends_phase:
            return f"{said}: how often stays as it is"
        return f"{said}: the next phase begins on that day" + (", once both agree" if needs_both(self.event) else "")


def event_words(event: str) -> str:
    """An event of a policy in words: "ASYE six month review held"."""
    said = event.replace("_", " ").replace("asye", "ASYE")
    return f"{said[:1].upper()}{said[1:]}"


def recordable(steps: Sequence[Step]) -> list[Recordable]:
    """What can be recorded now: what a phase waits for; and a review, which may end one early or leave it as it is."""
    found: dict[str, Recordable] = {}
    for step in steps:
        if step.is_now and step.event:
            _add(found, Recordable(step.event, ends_phase=True, since=step.starts_on))
        if step.is_now and step.reduced_by:
            _add(found, Recordable(step.reduced_by, ends_phase=True, since=step.starts_on))
            _add(found, Recordable(step.reduced_by, ends_phase=False, since=step.starts_on))
    return list(found.values())


def _add(found: dict[str, Recordable], one: Recordable) -> None:
    found.setdefault(one.key, one)


def check_day(on: date, *, today: date, since: date | None) -> None:
    """It was, and after the phase began. Raises RuleBroken."""
    if on > today:
        raise RuleBroken("This day has not come yet. Record it once it was.", field="on")
    if since and on <= since:
        raise RuleBroken(f"The phase began on {words.day(since)}. Choose a later day.", field="on")
