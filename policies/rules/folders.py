"""What a policy says of the supervision folder: what it keeps, and whose eyes that is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FolderTerms:
    """Read from a policy's block ``records``; what it leaves out is off.

    ``keeps_attendance``: whether what attendance was about is kept, not its kinds and dates alone (R221). ``next_up_reads``:
    which of "health" and "conduct" the supervisor's manager reads, beside the worker and the supervisor.
    """

    keeps_attendance: bool = False
    next_up_reads: frozenset[str] = frozenset()

    @classmethod
    def from_block(cls, block: Mapping[str, Any] | None) -> "FolderTerms":
        """The terms as values; a policy without the block has none."""
        block = block or {}
        return cls(
            keeps_attendance=block.get("attendance") == "content",
            next_up_reads=frozenset(block.get("next_up_reads") or ()),
        )
