"""What ends in folders, for the page where people begin: rows beside those of another query, so that it costs none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from staff.folder.rules import LONGEST_LEAD, Stage, stage_of
from staff.models import FolderItem


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing of a person that ends soon, today, or has ended."""

    person_id: UUID
    name: str
    kind: str
    valid_to: date
    stage: Stage

    @property
    def label(self) -> str:
        """What it is, in words."""
        return FolderItem.Kind(self.kind).label


# The latest of each kind of some people that ends within the longest time: as wide as the rows of ``staff.cover``
ENDING_ROWS = f"""
SELECT 'folder', latest.person_id, person.name, NULL::uuid, latest.kind, latest.valid_to, NULL::date, NULL::uuid,
    NULL::uuid, NULL::date, NULL::date, NULL::date, NULL::timestamptz,
    NULL::uuid, latest.issuer, NULL::date, NULL::date, NULL::date,
    NULL::uuid, NULL::date, NULL::date, NULL::date, NULL::timestamptz
FROM (
    SELECT DISTINCT ON (person_id, kind) person_id, kind, issuer, valid_to FROM staff_folderitem
    WHERE withdrawn_at IS NULL AND person_id = ANY(%(folders)s)
    ORDER BY person_id, kind, dated_on DESC, recorded_at DESC, id DESC
) AS latest
JOIN staff_staffmember AS person ON person.id = latest.person_id
WHERE latest.valid_to <= %(on)s + {LONGEST_LEAD.days}
"""  # noqa: S608  a constant of this service alone


def endings(rows: Iterable[tuple[Any, ...]], *, on: date) -> list[Ending]:
    """What of the rows of a query is asked for on a day."""
    found = [(row[1], row[2], row[4], row[5], row[14]) for row in rows if row[0] == "folder"]
    return [
        Ending(person_id, name, kind, valid_to, stage)
        for person_id, name, kind, valid_to, issuer in found
        if (stage := stage_of(valid_to, on=on, issuer=issuer))
    ]
