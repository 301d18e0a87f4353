"""What the blocks of a policy file are made of: days, durations, deadlines; and what refuses a key that nobody knows."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from core.errors import RuleBroken
from policies.faults import quoted
from policies.rules.durations import Duration

# Ten years of days: a longer deadline, or a higher figure of anything, is a slip of the pen
LONGEST_DEADLINE = 3660
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH_AND_DAY = re.compile(r"\d{2}-\d{2}")


def refuse(sentence: str) -> PydanticCustomError:
    """An error whose message is the sentence itself."""
    return PydanticCustomError("plain", "{sentence}", {"sentence": sentence})


def _duration(text: str) -> str:
    try:
        Duration.parse(text)
    except RuleBroken as error:
        raise refuse(str(error)) from error
    return text


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise refuse(f"{quoted(text)} is not a date written as YYYY-MM-DD")
    _must_exist(text, text)
    return text


def _month_and_day(text: str) -> str:
    if not _MONTH_AND_DAY.fullmatch(text):
        raise refuse(f"{quoted(text)} is not a day of the year written as MM-DD")
    _must_exist(f"2027-{text}", text)
    return text


def _must_exist(day: str, text: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise refuse(f"{quoted(text)} is a date that does not exist") from error


DurationText = Annotated[str, AfterValidator(_duration)]
DayText = Annotated[str, AfterValidator(_day)]
MonthAndDay = Annotated[str, AfterValidator(_month_and_day)]
Slug = Annotated[str, Field(min_length=1)]
Format = Literal["individual", "group"]
Anchor = Literal[
    "employment_start",
    "role_start",
    "asye_start",
    "placement_start",
    "probation_start",
    "return_to_work",
    "allocation",
    "relationship_start",
]
Block = dict[str, Any]


class Strict(BaseModel):
    """No key that is not named, no value that is not already of its kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Open(BaseModel):
    """A block whose known keys are checked and whose others are kept: they guide people, not the clocks."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class WithinShape(Strict):
    working_days: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] | None = None
    calendar_days: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] | None = None
    months: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] | None = None
    qualifier: Literal["as_soon_as_possible", "immediately", "earliest_possible_date"] | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """An empty deadline would never pass, and two figures would be two deadlines."""
        if not self.model_fields_set:
            raise refuse('"{}" names no deadline')
        given = [name for name in ("working_days", "calendar_days", "months") if getattr(self, name) is not None]
        if len(given) > 1:
            raise refuse(f"{quoted(given[0])} and {quoted(given[1])} stand side by side; a deadline has one of them")
        return self


class AnchorShape(Strict):
    anchor: Anchor
    plus: Annotated[list[DurationText], Field(min_length=1)]
