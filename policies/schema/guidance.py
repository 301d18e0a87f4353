"""What a policy file says of records, absences and what goes up the line, and of decisions about a child."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from policies.faults import BRANCH
from policies.schema.parts import DurationText, Open, Slug, Strict, WithinShape


class SupervisorCoverShape(Strict):
    after: DurationText
    responsible: Literal["supervisor_line_manager"] = "supervisor_line_manager"


class AbsenceShape(Open):
    supervisor_cover: SupervisorCoverShape | None = None
    obligation_suspended_after: WithinShape | None = None
    first_after_return: WithinShape | None = None


class ContractShape(Open):
    review_after: DurationText | None = None


class RecordsShape(Open):
    """Of a person's file: whether what attendance was about is kept, and what else the supervisor's manager reads."""

    attendance: Literal["dates", "content"] | None = None
    next_up_reads: list[Literal["health", "conduct"]] | None = None


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


def _list_or_text(value: Any) -> str:
    return f"{BRANCH}list" if isinstance(value, list) else f"{BRANCH}text"


WritersEntry = Annotated[
    Annotated[Annotated[list[Slug], Field(min_length=1)], Tag(f"{BRANCH}list")] | Annotated[Slug, Tag(f"{BRANCH}text")],
    Discriminator(_list_or_text),
]


class NoteTypeShape(Strict):
    """A kind of note about a child between sessions, as the case system calls it.

    ``recorded_by``: ``worker`` or ids of categories of worker; one text joins them by ``_or_``, a list takes any id.
    """

    id: Slug
    label: str
    when: str = ""
    recorded_by: WritersEntry | None = None
    needs_line_manager_agreement_first: bool = False
    except_: Annotated[Literal["emergency"] | None, Field(alias="except")] = None


class TriggerShape(Strict):
    """What demands a decision about a child: a transfer, which the program sees itself, or what somebody enters."""

    id: Slug
    label: str
    event: Literal["transfer", "entered"] = "entered"
    within: WithinShape | None = None
