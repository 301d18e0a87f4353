"""When an observation may be held, and where it stands: pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from core.errors import RuleBroken

SUPERVISION, PRACTICE = "supervision", "practice"
# The family, of whom nothing is kept but whether they agreed
FAMILY = None


class Stands(StrEnum):
    """Where an observation stands, as pages show it."""

    GIVEN_UP = "given_up"
    REFUSED = "refused"
    ASKED = "asked"
    AGREED = "agreed"
    DRAFT = "draft"
    AWAITING = "awaiting"
    RETURNED = "returned"
    SEALED = "sealed"

    @property
    def tag(self) -> str:
        """The status by which a tag shows it."""
        return TAGS.get(self, self.value)


TAGS = {Stands.ASKED: "to_agree", Stands.REFUSED: "not_agreed_to", Stands.AGREED: "to_hold"}
# Before it is held
OPEN = frozenset({Stands.ASKED, Stands.REFUSED, Stands.AGREED})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answered when asked whether they may be observed. ``person_id`` None: the family."""

    person_id: UUID | None
    agreed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Who must agree before an observation is held: the two or one by key, and whether a family is to be asked."""

    people: tuple[UUID, ...]
    family: bool

    @property
    def everybody(self) -> list[UUID | None]:
        """Whose yes is needed."""
        return [*self.people, FAMILY] if self.family else list(self.people)


def asked_of(*, kind: str, observed_id: UUID, practitioner_id: UUID | None, has_child: bool) -> Asked:
    """Who must agree: the observed; the practitioner whose session it is; a family, where a child of theirs is named."""
    people = (observed_id, practitioner_id) if kind == SUPERVISION and practitioner_id else (observed_id,)
    return Asked(people, family=kind == PRACTICE and has_child)


def last_words(said: Sequence[Said]) -> dict[UUID | None, bool]:
    """The last answer of each, from the answers in order: until it is held anybody may say otherwise."""
    return {each.person_id: each.agreed for each in said}


def is_refused(said: Sequence[Said]) -> bool:
    """Whether somebody does not want it; a family's no counts wherever it is said."""
    return not all(last_words(said).values())


def still_asked(asked: Asked, said: Sequence[Said]) -> list[UUID | None]:
    """Who has not answered yet."""
    words = last_words(said)
    return [each for each in asked.everybody if each not in words]


def stands(*, given_up: bool, state: str | None, asked: Asked, said: Sequence[Said]) -> Stands:
    """Where an observation stands; ``state``: of its record, None before it is held."""
    if given_up:
        return Stands.GIVEN_UP
    if state is not None:
        return Stands(state)
    if is_refused(said):
        return Stands.REFUSED
    return Stands.ASKED if still_asked(asked, said) else Stands.AGREED


def check_agreed(asked: Asked, said: Sequence[Said], names: Mapping[UUID | None, str]) -> None:
    """Nothing is held that somebody did not agree to. Raises RuleBroken, with who it waits for."""
    words = last_words(said)
    refused = [names[each] for each, agreed in words.items() if not agreed]
    if refused:
        raise RuleBroken(f"This cannot be held: {_listed(refused)} did not agree. Speak with them, or give it up.")
    missing = [names[each] for each in still_asked(asked, said)]
    if missing:
        raise RuleBroken(f"This cannot be held yet: {_listed(missing)} has not said that it may be.")


def _listed(names: Collection[str]) -> str:
    return " and ".join(names)


def check_planned_on(planned_on: date, *, today: date) -> None:
    """It is planned for a day that is still to come: nobody agrees to what is over. Raises RuleBroken."""
    if planned_on < today:
        raise RuleBroken("Plan it for today or a later day: those concerned are asked before it is held.", field="on")


def check_held_on(held_on: date, *, asked_on: date, today: date) -> None:
    """It was held: not in days to come, and not before anybody was asked. Raises RuleBroken."""
    if held_on > today:
        raise RuleBroken("This day has not come yet. Enter it once it was held.", field="on")
    if held_on < asked_on:
        raise RuleBroken("Nobody was asked before that day. Check the date.", field="on")


def check_open(*, held: bool, given_up: bool) -> None:
    """What was held stays, and so does what was given up. Raises RuleBroken."""
    if given_up:
        raise RuleBroken("This observation was given up. Nothing was changed.")
    if held:
        raise RuleBroken("This observation was held already. Nothing was changed.")


def check_reason(reason: str, sentence: str) -> None:
    """Something was said. Raises RuleBroken with the sentence, beside the reason."""
    if not reason.strip():
        raise RuleBroken(sentence, field="reason")
