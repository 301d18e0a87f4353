"""The shape of facts: every key that may stand in them, and of what kind."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, PlainValidator, ValidationInfo, field_validator

from core.errors import RuleBroken
from policies.assessing.moments import read_day, read_moment
from policies.faults import quoted
from policies.schema import IntervalShape, Slug, Strict, refuse

Read = TypeVar("Read")
MINUTES_IN_A_DAY = 24 * 60


def _text_read_by(read: Callable[[str], Read]) -> Callable[[Any], Read]:
    def validate(value: Any) -> Read:
        if not isinstance(value, str):
            raise refuse(f"{quoted(value)} is not text (write it in quotes)")
        try:
            return read(value)
        except RuleBroken as error:
            raise refuse(str(error)) from error

    return validate


def _not_before(day: date | None, name: str, other: date | None) -> date | None:
    if day and other and day < other:
        raise refuse(f"{quoted(str(day))} is before {quoted(name)}, {quoted(str(other))}")
    return day


Day = Annotated[date, PlainValidator(_text_read_by(read_day))]
Text = Annotated[str, Field(min_length=0)]  # any length; counted, so that half a character is found
Moment = Annotated[datetime, PlainValidator(_text_read_by(read_moment))]


class Fact(Strict):
    """Something known. ``recorded_at``: since when; known for ever where nothing is said."""

    recorded_at: Moment | None = None


class Stretch(Fact):
    """Something that holds from a day up to, not including, another; None is open."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None

    @field_validator("to", "expected_to", check_fields=False)
    @classmethod
    def is_not_before_the_beginning(cls, day: date | None, known: ValidationInfo) -> date | None:
        """An end on the day of the beginning is no time at all, and allowed."""
        return _not_before(day, "from", known.data.get("from_"))


class DatedStretch(Stretch):
    """The same where the first day has to be known."""

    from_: Annotated[Day, Field(alias="from")]


class CategoryShape(Stretch):
    category: Slug


class ServiceShape(Stretch):
    service: Slug


class AnchorsShape(Strict):
    employment_start: Day | None = None
    role_start: Day | None = None
    asye_start: Day | None = None
    probation_start: Day | None = None
    placement_start: Day | None = None
    relationship_start: Day | None = None


class EventShape(Fact):
    event: Slug
    on: Day


class AbsenceShape(DatedStretch):
    expected_to: Day | None = None
    kind: Text | None = None


class SessionShape(Fact):
    on: Day
    status: Literal["booked", "held", "cut_short", "cancelled", "did_not_attend"] = "held"
    format: Literal["individual", "group", "ad_hoc"] = "individual"
    kind: Literal["combined", "personal", "case", "management", "practice", "reflective_group"] = "combined"
    minutes: Annotated[int, Field(ge=0, le=MINUTES_IN_A_DAY)] | None = None
    present: bool | None = None


class AgreedShape(Fact):
    interval: IntervalShape
    from_: Annotated[Day, Field(alias="from")]


class WorkerShape(Fact):
    categories: list[CategoryShape] = []
    services: list[ServiceShape] = []
    anchors: AnchorsShape = AnchorsShape()
    events: list[EventShape] = []
    absences: list[AbsenceShape] = []
    sessions: list[SessionShape] = []
    agreed: AgreedShape | None = None


class EpisodeShape(DatedStretch):
    pass


class PlanTypeShape(Stretch):
    plan_type: Slug


class DiscussionShape(Fact):
    on: Day
    depth: Literal["brief", "in_depth"] = "brief"
    format: Literal["individual", "group", "management_oversight"] = "individual"
    own_text: bool = True


class AllocationShape(DatedStretch):
    worker: Slug


class ChildShape(Fact):
    reference: Text = ""
    episodes: list[EpisodeShape] = []
    plan_types: list[PlanTypeShape] = []
    discussions: list[DiscussionShape] = []
    allocations: list[AllocationShape] = []
    override: AgreedShape | None = None


class RecordShape(Fact):
    what: Slug
    session_on: Day
    entered_on: Day | None = None

    @field_validator("entered_on")
    @classmethod
    def is_not_before_its_session(cls, day: date | None, known: ValidationInfo) -> date | None:
        """Nobody records what has not happened."""
        return _not_before(day, "session_on", known.data.get("session_on"))


class PeriodShape(Fact):
    policy: Slug
    from_: Annotated[Day | None, Field(alias="from")] = None


class FactsShape(Strict):
    on: Day | None = None
    policies: list[PeriodShape] = []
    worker: WorkerShape | None = None
    children: list[ChildShape] = []
    records: list[RecordShape] = []
