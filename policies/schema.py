"""The shape of a policy file, schema ``supervision-policy/1``: every key that may stand in it, and of what kind."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from core.errors import RuleBroken
from policies.faults import BRANCH, quoted
from policies.rules.durations import Duration

# Ten years of days: a longer deadline, or a higher figure of anything, is a slip of the pen
LONGEST_DEADLINE = 3660
# A caseload above this, or a child that counts more, is one, too
LARGEST_CASELOAD, HEAVIEST = 500, 10
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


class AtomShape(Strict):
    id: str | None = None
    type: Literal["rolling", "window", "scheduled", "max_consecutive_missed", "alternation", "as_required"]
    every: DurationText | None = None
    limit: DurationText | None = None
    count: Annotated[int, Field(ge=1, le=LONGEST_DEADLINE)] | None = None
    per: (
        Literal["calendar_month", "calendar_quarter", "calendar_year", "supervision_year", "rolling", "anchored"] | None
    ) = None
    size: DurationText | None = None
    max: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] | None = None
    min_available_working_days: Annotated[int, Field(ge=1, le=LONGEST_DEADLINE)] | None = None
    qualifying_minutes_only: bool | None = None
    severity: Literal["breach", "warning", "info"] = "breach"
    note: str = ""


class AllOf(Strict):
    all_of: Annotated[list[AtomShape], Field(min_length=1)]


def _all_of_or_atom(value: Any) -> str:
    return f"{BRANCH}all_of" if isinstance(value, dict | AllOf) and "all_of" in dict(value) else f"{BRANCH}atom"


IntervalShape = Annotated[
    Annotated[AllOf, Tag(f"{BRANCH}all_of")] | Annotated[AtomShape, Tag(f"{BRANCH}atom")],
    Discriminator(_all_of_or_atom),
]


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


class EventShape(Strict):
    event: Slug
    prompt_at: AnchorShape | None = None
    if_not_recorded: Literal["stay_in_phase", "advance_at_prompt"] = "stay_in_phase"


def _event_or_anchor(value: Any) -> str:
    is_event = isinstance(value, EventShape) or (isinstance(value, dict) and "event" in value)
    return f"{BRANCH}event" if is_event else f"{BRANCH}anchor"


UntilShape = Annotated[
    Annotated[EventShape, Tag(f"{BRANCH}event")] | Annotated[AnchorShape, Tag(f"{BRANCH}anchor")],
    Discriminator(_event_or_anchor),
]


class PhaseShape(Strict):
    id: Slug
    label: str = ""
    until: UntilShape | None
    interval: IntervalShape | None = None
    min_minutes: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] | None = None
    use_rule: str | None = None
    reducible: Block | bool | None = None


class ScopeShape(Strict):
    categories: Annotated[list[str], Field(min_length=1)] | None = None
    services: list[str] = []
    not_services: list[str] = []
    plan_types: Annotated[list[str], Field(min_length=1)] | None = None


class RuleShape(Strict):
    id: Slug
    label: str = ""
    applies_to: ScopeShape
    kind: Literal["combined", "personal", "case", "management", "reflective_group", "practice"]
    obligation: Literal["must", "should", "may"]
    counts: list[Format] = ["individual"]
    min_minutes: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] | None = None
    uninterrupted: bool | None = None
    interval: IntervalShape | None = None
    phases: Annotated[list[PhaseShape], Field(min_length=1)] | None = None
    first_within: WithinShape | None = None
    increase_triggers: list[str] = []
    alternates_individual_and_group: bool = False
    additional_to: list[str] = []
    led_by: str = ""
    short_session: Literal["counts", "counts_for_gap_only", "does_not_count"] = "does_not_count"
    note: str = ""


class CoverageShape(Strict):
    each_session: bool = False
    min_depth: Literal["brief", "in_depth"] = "brief"
    allocated_days_before_session: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] = 0


class InDepthShape(Strict):
    every: DurationText | None = None
    every_sessions: Annotated[int, Field(ge=1, le=LONGEST_DEADLINE)] | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """A rotation without a figure asks for nothing: null says that."""
        if self.every is None and self.every_sessions is None:
            raise refuse('"{}" names neither "every" nor "every_sessions"')
        return self


class CaseRuleShape(Strict):
    id: Slug
    label: str = ""
    applies_to: ScopeShape
    interval: IntervalShape | None = None
    coverage: CoverageShape | None = None
    in_depth_rotation: InDepthShape | None = None
    clock: Literal["child", "worker"] = "child"
    on_transfer: Literal["continue", "restart"] = "continue"
    on_reopen: Literal["restart", "continue"] = "restart"
    satisfied_by: list[Literal["individual", "group", "management_oversight"]] = ["individual"]
    per_case_override: Literal["tighten_only", "any", "none"] = "tighten_only"
    note: str = ""


class CategoryShape(Strict):
    id: Slug
    label: str
    case_holding: bool | None = None
    registered: bool | None = None
    obligation: Literal["must", "should", "may", "none"]
    supervised_by: str | None = None
    note: str = ""


class CalendarShape(Strict):
    timezone: str
    bank_holidays: Literal["england-and-wales", "scotland", "northern-ireland"]
    working_days: Annotated[list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]], Field(min_length=1)]
    closure_days: list[DayText] = []
    supervision_year_start: Annotated[str, AfterValidator(_month_and_day)]
    due_soon_days: Annotated[int, Field(ge=0, le=LONGEST_DEADLINE)] | None = None
    book_by_roll: Literal["previous_working_day", "none"] = "previous_working_day"


class EffectiveShape(Strict):
    from_: Annotated[DayText | None, Field(alias="from")]
    to: DayText | None = None
    review_by: DayText | None = None


class AmbiguityShape(Strict):
    id: Slug
    text: str
    chosen: str
    alternatives: list[Any] = []
    needs_decision_by: str = ""


class Open(BaseModel):
    """A block whose known keys are checked and whose others are kept: they guide people, not the clocks."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class SupervisorCoverShape(Strict):
    after: DurationText
    responsible: Literal["supervisor_line_manager"] = "supervisor_line_manager"


class AbsenceShape(Open):
    supervisor_cover: SupervisorCoverShape | None = None
    obligation_suspended_after: WithinShape | None = None
    first_after_return: WithinShape | None = None


class ContractShape(Open):
    review_after: DurationText | None = None


def _in_quarters(weight: float) -> float:
    if not 0 < weight <= HEAVIEST or (weight * 4) % 1:
        raise refuse(f"{quoted(weight)} is not a weight: write quarters from 0.25 to {HEAVIEST}, such as 1.5")
    return weight


def _never_a_limit(hard_limit: bool) -> bool:  # noqa: FBT001  a value of the file
    if hard_limit:
        raise refuse('"hard_limit" stays false: a caseload is a guide, and no allocation is ever refused')
    return hard_limit


class GuideShape(Strict):
    categories: Annotated[list[str], Field(min_length=1)]
    guide: Annotated[int, Field(ge=1, le=LARGEST_CASELOAD)]
    until: AnchorShape | None = None
    note: str = ""


class WeightShape(Strict):
    plan_types: Annotated[list[str], Field(min_length=1)]
    weight: Annotated[float, AfterValidator(_in_quarters)]
    note: str = ""


class WorkloadShape(Strict):
    caseload_guide: Annotated[int, Field(ge=1, le=LARGEST_CASELOAD)] | None = None
    guides: list[GuideShape] = []
    weights: list[WeightShape] = []
    joint: Literal["shared", "whole"] = "shared"
    hard_limit: Annotated[bool, AfterValidator(_never_a_limit)] = False
    review_by: str = ""


class TagShape(Strict):
    id: Annotated[str, Field(min_length=1, max_length=50)]
    label: Annotated[str, Field(min_length=1, max_length=100)]


class CapabilitiesShape(Strict):
    framework: Annotated[str, Field(min_length=1)]
    version: str = ""
    categories: Annotated[list[Slug], Field(min_length=1)] | None = None
    items: Annotated[list[TagShape], Field(min_length=1)]


class TagsShape(Strict):
    purposes: list[TagShape] = []
    capabilities: CapabilitiesShape | None = None


class RecordingShape(Open):
    deadline: WithinShape | None = None


def _block_or_value(value: Any) -> str:
    return f"{BRANCH}block" if isinstance(value, dict | RecordingShape) else f"{BRANCH}value"


RecordingEntry = Annotated[
    Annotated[RecordingShape, Tag(f"{BRANCH}block")] | Annotated[Any, Tag(f"{BRANCH}value")],
    Discriminator(_block_or_value),
]


class OverdueStepShape(Strict):
    """A step by which something overdue goes up the line; other entries of ``escalation`` guide people alone."""

    when: Literal["overdue"]
    to: Literal["supervisor", "supervisor_line_manager", "service_manager"]
    after: WithinShape | None = None
    immediately: bool | None = None
    by: str | None = None


def _overdue_or_value(value: Any) -> str:
    is_step = isinstance(value, OverdueStepShape) or (isinstance(value, dict) and value.get("when") == "overdue")
    return f"{BRANCH}overdue" if is_step else f"{BRANCH}value"


EscalationEntry = Annotated[
    Annotated[OverdueStepShape, Tag(f"{BRANCH}overdue")] | Annotated[Any, Tag(f"{BRANCH}value")],
    Discriminator(_overdue_or_value),
]


class NoteTypeShape(Strict):
    """A kind of note about a child between sessions, as the case system calls it."""

    id: Slug
    label: str
    when: str = ""
    recorded_by: Slug | None = None
    needs_line_manager_agreement_first: bool = False
    except_: Annotated[Literal["emergency"] | None, Field(alias="except")] = None


class TriggerShape(Strict):
    """What demands a decision about a child: a transfer, which the program sees itself, or what somebody enters."""

    id: Slug
    label: str
    event: Literal["transfer", "entered"] = "entered"
    within: WithinShape | None = None


class PolicyShape(Strict):
    schema_: Annotated[Literal["supervision-policy/1"], Field(alias="schema")]
    id: Slug
    authority: str
    title: str = ""
    version: str
    source: list[str] = []
    effective: EffectiveShape
    inherits: str | None = None
    calendar: CalendarShape
    labels: Block | None = None
    worker_categories: Annotated[list[CategoryShape], Field(min_length=1)]
    supervision_rules: Annotated[list[RuleShape], Field(min_length=1)]
    case_rules: list[CaseRuleShape]
    recording: dict[str, RecordingEntry]
    preparation: Block | None = None
    contract: ContractShape | None = None
    cancellation: Block | None = None
    absence: AbsenceShape | None = None
    escalation: list[EscalationEntry] | None = None
    disagreements: Block | None = None
    confidentiality: Block | None = None
    records: Block | None = None
    audit: Block | None = None
    observation: Block | None = None
    group_models: list[Any] | None = None
    templates: Block | None = None
    workload: WorkloadShape | None = None
    tags: TagsShape | None = None
    development: list[Any] | None = None
    oversight_note_types: list[NoteTypeShape] | None = None
    oversight_triggers: list[TriggerShape] | None = None
    part_time: Block | None = None
    ambiguities: list[AmbiguityShape] = []
