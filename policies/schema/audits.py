"""What a policy file says of examining practice: audits of supervision files, and observations."""

from collections import Counter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from policies.faults import quoted
from policies.rules.audits import parts_a_year
from policies.rules.durations import Duration
from policies.schema.parts import DurationText, Slug, Strict, refuse

# More files in a period, or children of one worker, than this is a slip of the pen
MOST_EXAMINED, MOST_CASES = 100, 20
FEWEST_JUDGEMENTS = 2


def _parting_a_year(every: str) -> str:
    if not parts_a_year(Duration.parse(every)):
        raise refuse(f"{quoted(every)} does not part a year evenly: write P1M, P2M, P3M, P4M, P6M or P1Y")
    return every


def _judgements(judgements: list[str]) -> list[str]:
    if len(judgements) < FEWEST_JUDGEMENTS:
        raise refuse('"judgements" names fewer than two, which leaves nothing to choose')
    twice = [each for each, times in Counter(judgements).items() if times > 1]
    if twice:
        raise refuse(f"{quoted(twice[0])} is named twice")
    return judgements


class DutyShape(Strict):
    by: Literal["dcs", "assistant_director", "service_manager", "team_manager", "principal_social_worker"]
    every: Annotated[DurationText, AfterValidator(_parting_a_year)]
    what: Literal["supervision_file", "observation_of_supervision", "direct_observation_of_practice"]
    of: Literal["assistant_director", "service_manager", "team_manager", "social_worker"]
    count: Annotated[int, Field(ge=1, le=MOST_EXAMINED)] | None = None
    note: str = ""


class CaseAuditShape(Strict):
    cases_per_worker: Annotated[int, Field(ge=1, le=MOST_CASES)]
    lookback: DurationText


class AuditShape(Strict):
    model: Literal["grandparent"] = "grandparent"
    timetable: list[DutyShape] = []
    case_audit: CaseAuditShape | None = None
    judgements: (
        Annotated[list[Annotated[str, Field(min_length=1, max_length=50)]], AfterValidator(_judgements)] | None
    ) = None
    share_with_supervisee: bool = True
    health_content: Literal["masked", "read"] = "masked"
    template: Slug | None = None
    observation_template: Slug | None = None


class ObservationShape(Strict):
    """Direct observation of practice. ``frequency`` null: the policy sets no figure."""

    direct_observation_of_practice: Literal["required", "not_required"]
    frequency: DurationText | None = None
    feedback_required: bool = False
    template: Slug | None = None
