"""Papers, sheets and learning for tests of the supervision folder."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from staff.models import FolderItem, LearningEntry, PersonalSheet, StaffMember

ENTERED = datetime(2026, 10, 1, 9, tzinfo=UTC)
OUTCOMES = {"registration": "registered", "insurance": "certificate"}


def paper(person: StaffMember, kind: str, dated_on: date, valid_to: date | None = None, **changes: Any) -> FolderItem:
    """Something in a folder, entered by the person."""
    fields = {
        "issuer": "Social Work England" if kind == "registration" else "",
        "reference": "SW012345" if kind == "registration" else "",
        "outcome": OUTCOMES.get(kind, ""),
        "recorded_by": person,
        "recorded_at": ENTERED,
    }
    return FolderItem.objects.create(
        person=person, kind=kind, dated_on=dated_on, valid_to=valid_to, **{**fields, **changes}
    )


def learned(person: StaffMember, done_on: date, hours: str = "2", **changes: Any) -> LearningEntry:
    """Something in a learning log, entered by the person."""
    fields = {"activity": "A day on neglect", "recorded_by": person, "recorded_at": ENTERED}
    return LearningEntry.objects.create(person=person, done_on=done_on, hours=Decimal(hours), **{**fields, **changes})


def sheet(person: StaffMember, completed_on: date, checked_on: date) -> PersonalSheet:
    """A personal sheet with something in it."""
    return PersonalSheet.objects.create(
        person=person, work_mobile="07700 900123", completed_on=completed_on, checked_on=checked_on
    )
