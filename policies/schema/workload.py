"""How much work a policy file thinks right, and the tags by which a discussion is found again."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from policies.faults import quoted
from policies.schema.parts import AnchorShape, Slug, Strict, refuse

# A caseload above this, or a child that counts more, is a slip of the pen
LARGEST_CASELOAD, HEAVIEST = 500, 10


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
