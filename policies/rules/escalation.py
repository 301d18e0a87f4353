"""To whom in the line something overdue is brought, and after how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.rules.calendars import Within, WorkingCalendar
from policies.rules.policy import Policy

SUPERVISOR, LINE_MANAGER, SERVICE_MANAGER = "supervisor", "supervisor_line_manager", "service_manager"
LEVELS = (SUPERVISOR, LINE_MANAGER, SERVICE_MANAGER)
LEVEL_WORDS = {
    SUPERVISOR: "the supervisor",
    LINE_MANAGER: "the supervisor’s manager",
    SERVICE_MANAGER: "the service manager",
}
OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told, so long after the night that found it."""

    to: str
    after: Within = Within(calendar_days=0)

    def is_due(self, raised_on: date, on: date, calendar: WorkingCalendar) -> bool:
        """Whether it is time for this step on a day."""
        day = self.after.after(raised_on, calendar)
        return day is None or on >= day

    @property
    def words(self) -> str:
        """What the policy's page says of it."""
        at_once = not any((self.after.working_days, self.after.calendar_days, self.after.months))
        return f"{LEVEL_WORDS[self.to]} {'at once' if at_once else f'after {self.after.in_words}'}"


# Used where a policy says nothing of it, and printed as ours
DEFAULT_STEPS = (
    Step(SUPERVISOR),
    Step(LINE_MANAGER, Within(calendar_days=7)),
    Step(SERVICE_MANAGER, Within(calendar_days=14)),
)


def steps_of(policy: Policy) -> tuple[Step, ...]:
    """The steps that a policy sets for what is overdue, in its order; the product's where it sets none."""
    said = policy.blocks.get("escalation") or ()
    found = tuple(_step(each) for each in said if isinstance(each, Mapping) and each.get("when") == OVERDUE)
    return found or DEFAULT_STEPS


def in_words(steps: Iterable[Step]) -> str:
    """ "the supervisor at once, the supervisor’s manager after 7 calendar days"."""
    return ", ".join(step.words for step in steps)


def _step(block: Mapping[str, Any]) -> Step:
    return Step(block["to"], Within(**block["after"])) if block.get("after") else Step(block["to"])
