"""What a policy says of cancelling a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.rules.calendars import Within, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Read from a policy's block ``cancellation``; what it leaves out is not asked for.

    ``exceptional_only``: a cancellation says whether its reason was exceptional. ``rebook``: how soon another date is
    to be in the diary.
    """

    exceptional_only: bool = False
    direct_contact_required: bool = False
    urgent_issues_prompt: bool = False
    rebook: Within | None = None

    @classmethod
    def from_block(cls, block: Mapping[str, Any] | None) -> "Cancellation":
        """The terms as values; a policy without the block has none."""
        block = block or {}
        rebook = block.get("rebook")
        return cls(
            exceptional_only=block.get("allowed") == "exceptional_reason_only",
            direct_contact_required=bool(block.get("direct_contact_required")),
            urgent_issues_prompt=bool(block.get("urgent_issues_prompt")),
            rebook=Within(**rebook) if rebook else None,
        )

    def rebook_by(self, cancelled_on: date, calendar: WorkingCalendar) -> date | None:
        """The last day on which another date may be put in the diary; None where the policy gives no figure."""
        return self.rebook.after(cancelled_on, calendar) if self.rebook else None
