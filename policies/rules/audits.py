"""Who examines whose practice and how often: audits of supervision files, observations, and how both are judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.rules.calendars import Per, window_holding
from policies.rules.durations import Duration, add_months

SUPERVISION_FILE = "supervision_file"
OBSERVATION_OF_SUPERVISION = "observation_of_supervision"
OBSERVATION_OF_PRACTICE = "direct_observation_of_practice"
WHAT = (SUPERVISION_FILE, OBSERVATION_OF_SUPERVISION, OBSERVATION_OF_PRACTICE)
DCS, ASSISTANT_DIRECTOR, SERVICE_MANAGER, TEAM_MANAGER, SOCIAL_WORKER = (
    "dcs",
    "assistant_director",
    "service_manager",
    "team_manager",
    "social_worker",
)
PRINCIPAL_SOCIAL_WORKER = "principal_social_worker"
# From the top down; the principal social worker stands beside the line and may examine any tier
LINE = (DCS, ASSISTANT_DIRECTOR, SERVICE_MANAGER, TEAM_MANAGER, SOCIAL_WORKER)
BY = (*LINE[:-1], PRINCIPAL_SOCIAL_WORKER)
OF = LINE[1:]
# Where a policy names none: the four grades of Ofsted's inspections
DEFAULT_JUDGEMENTS = ("Outstanding", "Good", "Requires improvement", "Inadequate")
MONTHS_IN_A_YEAR = 12

Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class AuditDuty:
    """One line of the timetable: ``by`` examines ``what`` of ``of`` in every period of ``every``.

    ``of`` is the tier of the one whose file it is, or who is observed. ``count`` None: the policy sets no figure, so
    that nobody is ever short of it.
    """

    by: str
    what: str
    of: str
    every: Duration
    count: int | None = None
    note: str = ""

    @property
    def id(self) -> str:
        """Its name in code: "assistant_director-supervision_file-team_manager"."""
        return f"{self.by}-{self.what}-{self.of}"


@dataclass(frozen=True, slots=True)
class AuditTerms:
    """Read from ``audit`` of a policy.

    ``cases_per_worker`` and ``lookback``: how many children are drawn for section 3, and how far back their discussions
    and decisions are listed; None where it says nothing. ``shares_with_supervisee``: once it is signed.
    ``unmasks_health``: whether an auditor reads sections on health.
    """

    duties: tuple[AuditDuty, ...] = ()
    cases_per_worker: int | None = None
    lookback: Duration | None = None
    judgements: tuple[str, ...] = DEFAULT_JUDGEMENTS
    shares_with_supervisee: bool = True
    unmasks_health: bool = False

    @classmethod
    def from_block(cls, audit: Mapping[str, Any] | None) -> "AuditTerms":
        """The terms as values, of a policy's block ``audit``."""
        block = audit or {}
        cases = block.get("case_audit") or {}
        return cls(
            duties=tuple(_duty(each) for each in block.get("timetable", ())),
            cases_per_worker=cases.get("cases_per_worker"),
            lookback=Duration.parse(cases["lookback"]) if cases.get("lookback") else None,
            judgements=tuple(block.get("judgements", DEFAULT_JUDGEMENTS)),
            shares_with_supervisee=block.get("share_with_supervisee", True),
            unmasks_health=block.get("health_content", "masked") == "read",
        )

    def duty(self, duty_id: str) -> AuditDuty | None:
        """The duty with this id, if the policy has it."""
        return next((each for each in self.duties if each.id == duty_id), None)


@dataclass(frozen=True, slots=True)
class ObservationTerms:
    """Read from ``observation``: of direct observations of practice. ``every`` None: no figure, so never overdue."""

    is_required: bool = False
    every: Duration | None = None
    feedback_required: bool = False

    @classmethod
    def from_block(cls, observation: Mapping[str, Any] | None) -> "ObservationTerms":
        """The terms as values, of a policy's block ``observation``."""
        block = observation or {}
        every = block.get("frequency")
        return cls(
            is_required=block.get("direct_observation_of_practice") == "required",
            every=Duration.parse(every) if every else None,
            feedback_required=block.get("feedback_required", False),
        )


def parts_a_year(every: Duration) -> bool:
    """Whether periods of this length fill a year without anything left over."""
    return bool(every.months) and MONTHS_IN_A_YEAR % every.months == 0


def periods(duty: AuditDuty, year: date, year_starts: tuple[int, int]) -> list[Period]:
    """The periods of a duty, half-open, that fill the supervision year in which the day ``year`` lies."""
    whole = window_holding(year, Per.SUPERVISION_YEAR, year_starts=year_starts)
    begins = [add_months(whole.starts_on, months) for months in range(0, MONTHS_IN_A_YEAR, duty.every.months)]
    return list(zip(begins, [*begins[1:], whole.ends_on], strict=True))


def period_of(duty: AuditDuty, on: date, year_starts: tuple[int, int]) -> Period:
    """The period of a duty in which a day lies, half-open."""
    return next(each for each in periods(duty, on, year_starts) if each[0] <= on < each[1])


def _duty(block: Mapping[str, Any]) -> AuditDuty:
    return AuditDuty(
        by=block["by"],
        what=block["what"],
        of=block["of"],
        every=Duration.parse(block["every"]),
        count=block.get("count"),
        note=block.get("note", ""),
    )
