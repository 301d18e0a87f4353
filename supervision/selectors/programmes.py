"""The phases of people's programmes, and what has been asked for to end one: from facts that are at hand."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from policies.rules.programme import Step, programme
from supervision.programme.rules import event_words
from supervision.selectors.contracts import contracts_of
from supervision.selectors.status import Question, questions


@dataclass(frozen=True, slots=True)
class Asked:
    """That the event which ends a phase has been asked for since a day."""

    event: str
    since: date

    @property
    def words(self) -> str:
        """What it is."""
        return event_words(self.event)


def steps_of(*, person_id: UUID, on: date) -> tuple[Step, ...]:
    """The phases of the rules that bind a person on a day; in four queries."""
    asked = questions(people=[person_id], on=on, contracts=contracts_of(people=[person_id], on=on))
    return steps_in(asked[person_id]) if person_id in asked else ()


# The engine is pure; home and the person's page ask the same
@lru_cache(maxsize=1_024)
def steps_in(question: Question) -> tuple[Step, ...]:
    """The phases that a question's facts lead to."""
    return programme(question.timeline, question.facts, question.on)


def asked_in(question: Question) -> Asked | None:
    """What has been asked for the longest, to end a phase; None where nothing is."""
    waiting = [
        Asked(step.event, step.prompt_on)
        for step in steps_in(question)
        if step.is_asked(question.on) and step.prompt_on
    ]
    return min(waiting, key=lambda each: each.since, default=None)
