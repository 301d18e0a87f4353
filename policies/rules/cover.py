"""When somebody has to be named in the place of a supervisor who is away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from policies.rules.durations import Duration

DEFAULT_COVER_AFTER = Duration.parse("P1M")


@dataclass(frozen=True, slots=True)
class SupervisorCover:
    """Read from ``absence.supervisor_cover`` of a policy: how long a supervisor may be away before each supervisee
    needs cover, which the supervisor's line manager names. A policy that says nothing has the product's default.
    """

    after: Duration = DEFAULT_COVER_AFTER

    @classmethod
    def from_block(cls, absence: Mapping[str, Any] | None) -> "SupervisorCover":
        """The terms as values, of a policy's block ``absence``."""
        block = (absence or {}).get("supervisor_cover") or {}
        return cls(Duration.parse(block["after"])) if "after" in block else cls()

    def due_on(
        self, *, starts_on: date, ends_on: date | None, expected_to: date | None, entered_on: date
    ) -> date | None:
        """From which day cover is owed for an absence; None where it ends before that.

        At once, which is the day on which its length was entered, where it is longer than the limit or expected to be;
        else on the day after the limit, unless the supervisor is back. ``ends_on`` and ``expected_to``: the first day
        back, known or guessed.
        """
        limit = starts_on + self.after
        after_the_limit = limit + timedelta(days=1)
        back_on = ends_on or expected_to
        if back_on and back_on > limit:
            return min(entered_on, after_the_limit)
        return None if ends_on else after_the_limit
