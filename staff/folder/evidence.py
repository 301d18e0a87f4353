"""What the folder shows on a day, for whoever examines it: values, without a row of the database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Entered:
    """When something was entered, and who but the worker has seen it and when; None: nobody yet."""

    on: date
    seen_on: date | None = None
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """The last check of a registration. ``number``: as it was entered, as text; ``status``: in words."""

    regulator: str
    number: str
    status: str
    checked_on: date
    valid_to: date | None
    entered: Entered


@dataclass(frozen=True, slots=True)
class CoverRow:
    """The last that was said of car insurance for business use. ``seen_as``: "certificate" or "verified"; "" for neither.

    ``drives_for_work``: False where the worker does not, and so needs none.
    """

    seen_on: date
    valid_to: date | None
    drives_for_work: bool | None
    seen_as: str
    entered: Entered


@dataclass(frozen=True, slots=True)
class SheetRow:
    """When the personal information and buddy sheet was filled in, and when the worker last said that it is right."""

    completed_on: date
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class LearningSummary:
    """The learning log from ``since`` up to and including the day that was asked for."""

    entries: int
    last_on: date | None
    hours: Decimal
    since: date


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    """The last appraisal, and when the next is due."""

    held_on: date
    next_due_on: date | None


@dataclass(frozen=True, slots=True)
class FolderEvidence:
    """What stands in one person's folder on a day; None where nothing is entered."""

    registration: RegistrationRow | None
    insurance: CoverRow | None
    personal_sheet: SheetRow | None
    learning: LearningSummary
    appraisal: AppraisalRow | None
