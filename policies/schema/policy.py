"""A policy file as a whole: whose it is, of whom and of which days it speaks, and its blocks."""

from typing import Annotated, Any, Literal

from pydantic import Field

from policies.schema.audits import AuditShape, ObservationShape
from policies.schema.guidance import (
    AbsenceShape,
    ContractShape,
    EscalationEntry,
    NoteTypeShape,
    RecordingEntry,
    RecordsShape,
    TriggerShape,
)
from policies.schema.parts import LONGEST_DEADLINE, Block, DayText, MonthAndDay, Slug, Strict
from policies.schema.rules import CaseRuleShape, RuleShape
from policies.schema.workload import TagsShape, WorkloadShape


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
    supervision_year_start: MonthAndDay
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
    records: RecordsShape | None = None
    audit: AuditShape | None = None
    observation: ObservationShape | None = None
    group_models: list[Any] | None = None
    templates: Block | None = None
    workload: WorkloadShape | None = None
    tags: TagsShape | None = None
    development: list[Any] | None = None
    oversight_note_types: list[NoteTypeShape] | None = None
    oversight_triggers: list[TriggerShape] | None = None
    part_time: Block | None = None
    ambiguities: list[AmbiguityShape] = []
