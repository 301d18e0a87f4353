"""The rules of a policy file: how often somebody is supervised, and a child discussed."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from policies.faults import BRANCH
from policies.schema.parts import (
    LONGEST_DEADLINE,
    AnchorShape,
    Block,
    DurationText,
    Format,
    Slug,
    Strict,
    WithinShape,
    refuse,
)


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
