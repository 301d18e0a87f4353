"""A policy as values: who is supervised how often, already read, checked and with its gaps filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from policies.rules.audits import AuditTerms, ObservationTerms
from policies.rules.calendars import Per, Within, WorkingCalendar
from policies.rules.cancellation import Cancellation
from policies.rules.cover import SupervisorCover
from policies.rules.durations import Duration
from policies.rules.folders import FolderTerms
from policies.rules.workload import Workload

# What a policy leaves out is filled with these: ours, not the council's, and printed as such (policy-model 2.5)
DEFAULT_SUSPENDED_AFTER = Within(calendar_days=28)
DEFAULT_FIRST_AFTER_RETURN = Within(working_days=10)
DEFAULT_MIN_AVAILABLE_WORKING_DAYS = 10
DEFAULT_DUE_SOON_DAYS = 7

# The formal supervision of a worker, as against a reflective group that comes in addition
WORKER_CLOCK_KINDS = frozenset({"combined", "personal", "case", "practice", "management"})
# A combined session is a personal one and a case one in a single meeting (policy-model 2.5)
SATISFIED_BY = {"personal": ("personal", "combined"), "case": ("case", "combined")}


class AtomType(StrEnum):
    ROLLING = "rolling"
    WINDOW = "window"
    SCHEDULED = "scheduled"
    MAX_CONSECUTIVE_MISSED = "max_consecutive_missed"
    ALTERNATION = "alternation"
    AS_REQUIRED = "as_required"


class Severity(StrEnum):
    BREACH = "breach"
    WARNING = "warning"
    INFO = "info"


class ShortSession(StrEnum):
    COUNTS = "counts"
    COUNTS_FOR_GAP_ONLY = "counts_for_gap_only"
    DOES_NOT_COUNT = "does_not_count"


@dataclass(frozen=True, slots=True)
class Atom:
    """One condition of an interval; a rule's status is that of its worst atom."""

    id: str
    type: AtomType
    severity: Severity = Severity.BREACH
    every: Duration | None = None
    limit: Duration | None = None
    count: int = 1
    per: Per | None = None
    size: Duration | None = None
    max: int = 0
    min_available_working_days: int = DEFAULT_MIN_AVAILABLE_WORKING_DAYS
    qualifying_minutes_only: bool = False
    note: str = ""

    @property
    def is_rolling(self) -> bool:
        """Whether it has a due date that moves with the last session."""
        return self.type == AtomType.ROLLING or (self.type == AtomType.WINDOW and self.per == Per.ROLLING)

    @property
    def interval(self) -> Duration | None:
        """How far a rolling due date lies from its anchor."""
        return self.every if self.type == AtomType.ROLLING else self.size


@dataclass(frozen=True, slots=True)
class Terms:
    """Which sessions satisfy a rule: pairs of kind and format, and how short they may be."""

    accepts: frozenset[tuple[str, str]]
    min_minutes: int | None = None
    short_session: ShortSession = ShortSession.DOES_NOT_COUNT


@dataclass(frozen=True, slots=True)
class AnchorPlus:
    """A day counted from one of the worker's own dates, durations added in order."""

    anchor: str
    plus: tuple[Duration, ...]

    def after(self, day: date) -> date:
        """The day that lies the durations after ``day``."""
        for duration in self.plus:
            day = day + duration
        return day


@dataclass(frozen=True, slots=True)
class OnEvent:
    """A phase's end that waits for something to be recorded, with a day on which to ask for it."""

    event: str
    prompt_at: AnchorPlus | None = None
    advances_at_prompt: bool = False


# What a phase that may be reduced waits for where the policy names nothing of its own
DEFAULT_REDUCED_BY = "recorded_review_of_progress"


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a rule with its own interval. A rule without phases has one, unnamed and open-ended."""

    id: str | None
    until: AnchorPlus | OnEvent | None
    atoms: tuple[Atom, ...]
    terms: Terms
    label: str = ""
    uses_rule: str | None = None
    reduced_by: str = ""  # the event by which it may end before its time


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the worker clock. ``categories`` None means every category."""

    id: str
    kind: str
    phases: tuple[Phase, ...]
    categories: frozenset[str] | None = None
    services: frozenset[str] = frozenset()
    not_services: frozenset[str] = frozenset()
    obligation: str = "must"
    label: str = ""
    first_within: Within | None = None
    uninterrupted: bool = False
    additional_to: tuple[str, ...] = ()
    increase_triggers: tuple[str, ...] = ()
    led_by: str = ""
    note: str = ""
    source: str = ""  # policy id and version, as "why" names it
    inherited: bool = False

    @property
    def is_phased(self) -> bool:
        return self.phases[0].id is not None

    @property
    def is_worker_clock(self) -> bool:
        """Formal supervision, as against a reflective group that comes in addition."""
        return self.kind in WORKER_CLOCK_KINDS


@dataclass(frozen=True, slots=True)
class CaseRule:
    """One rule of the child clock."""

    id: str
    atoms: tuple[Atom, ...]
    label: str = ""
    plan_types: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    services: frozenset[str] = frozenset()
    clock: str = "child"
    on_transfer: str = "continue"
    on_reopen: str = "restart"
    satisfied_by: frozenset[str] = frozenset({"individual"})
    per_case_override: str = "tighten_only"
    each_session: bool = False
    min_depth: str = "brief"
    allocated_days_before_session: int = 0
    in_depth_every: Duration | None = None
    in_depth_every_sessions: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of worker, in the authority's own words."""

    id: str
    label: str
    obligation: str = "must"
    case_holding: bool | None = None
    registered: bool | None = None
    supervised_by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A passage that can be read in two ways, and the reading chosen."""

    id: str
    text: str
    chosen: str
    alternatives: tuple[str, ...] = ()
    needs_decision_by: str = ""


@dataclass(frozen=True, slots=True)
class DayAdded:
    """A day off that the authority added: "bank holiday" or "closure day", and why."""

    on: date
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy, inheritance resolved. ``blocks`` holds what the clocks do not read, as in the file."""

    id: str
    authority: str
    version: str
    categories: tuple[Category, ...]
    rules: tuple[Rule, ...]
    title: str = ""
    sources: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    review_by: date | None = None
    inherits: str | None = None
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    bank_holidays: str = "england-and-wales"
    days_added: tuple["DayAdded", ...] = ()  # to the calendar, since the policy was written
    case_rules: tuple[CaseRule, ...] = ()
    suspended_after: Within = DEFAULT_SUSPENDED_AFTER
    first_after_return: Within = DEFAULT_FIRST_AFTER_RETURN
    ambiguities: tuple[Ambiguity, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    deadlines: Mapping[str, Within] = field(default_factory=dict)  # of recording, by what is recorded
    blocks: Mapping[str, Any] = field(default_factory=dict)
    product_defaults: tuple[str, ...] = ()  # sentences: what we filled in
    sources_in_words: Mapping[str, str] = field(default_factory=dict)  # of those that it inherits from, by their source

    @property
    def in_words(self) -> str:
        """Authority and version, as people name them."""
        return named(self.authority, self.version, self.title)

    @property
    def source(self) -> str:
        """Id and version, as "why" names them."""
        return f"{self.id}, version {self.version}"

    def with_days(self, days: Sequence[DayAdded]) -> "Policy":
        """The same with days off that were added; with none, itself."""
        if not days:
            return self
        calendar = replace(self.calendar, days_off=self.calendar.days_off | {day.on for day in days})
        return replace(self, calendar=calendar, days_added=tuple(days))

    @property
    def cancellation(self) -> Cancellation:
        """What it says of cancelling a session."""
        return Cancellation.from_block(self.blocks.get("cancellation"))

    @property
    def supervisor_cover(self) -> SupervisorCover:
        """What it says of a supervisor who is away for long."""
        return SupervisorCover.from_block(self.blocks.get("absence"))

    @property
    def entries_go_to_child_record(self) -> bool:
        """Whether it sends what is written of a child in supervision onto the child's record in the case system."""
        recorded = (self.blocks.get("recording") or {}).get("case")
        return isinstance(recorded, dict) and recorded.get("destination") == "child_record"

    @property
    def audit(self) -> AuditTerms:
        """What it says of audits and observations of supervision: who examines whose, and how often."""
        return AuditTerms.from_block(self.blocks.get("audit"))

    @property
    def observation(self) -> ObservationTerms:
        """What it says of direct observations of practice."""
        return ObservationTerms.from_block(self.blocks.get("observation"))

    @property
    def folder(self) -> FolderTerms:
        """What it says of the supervision folder."""
        return FolderTerms.from_block(self.blocks.get("records"))

    @property
    def workload(self) -> Workload:
        """What it says of how many children somebody is meant to hold."""
        return Workload.from_block(self.blocks.get("workload"))

    def category(self, category_id: str) -> Category | None:
        """The category with this id, if the policy has it."""
        return next((category for category in self.categories if category.id == category_id), None)

    def case_rule(self, rule_id: str) -> CaseRule | None:
        """The rule of the child clock with this id, if the policy has it."""
        return next((rule for rule in self.case_rules if rule.id == rule_id), None)

    def rule(self, rule_id: str) -> Rule | None:
        """The worker rule with this id, if the policy has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def named(authority: str, version: str, title: str = "") -> str:
    """A policy as people name it: whose it is, and its version up to the first semicolon, behind which editors note how
    it was read. Without an authority of its own, by its title.
    """
    whose = (title or authority.strip("()").partition(":")[0].capitalize()) if authority.startswith("(") else authority
    short = version.partition(";")[0].strip()
    return f"{whose}, {short if short.startswith('undated') else f'version {short}'}"


def accepted(kind: str, formats: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The pairs of session kind and format that satisfy a rule of ``kind`` that counts ``formats``."""
    return frozenset((each, form) for each in SATISFIED_BY.get(kind, (kind,)) for form in formats)
