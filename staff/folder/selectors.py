"""Reading the folder: what stands in it on a day."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Sum

from staff.folder.evidence import (
    AppraisalRow,
    CoverRow,
    FolderEvidence,
    LearningSummary,
    RegistrationRow,
    SheetRow,
)
from staff.folder.rules import year_before
from staff.models import FolderItem, LearningEntry, PersonalSheet

EXAMINED = (FolderItem.Kind.REGISTRATION, FolderItem.Kind.INSURANCE, FolderItem.Kind.APPRAISAL)


def folder_evidence(*, person_ids: Collection[UUID], on: date) -> dict[UUID, FolderEvidence]:
    """What stood in each of these folders on a day, by person; in three queries. Learning counts for twelve months.

    What is dated later, or was withdrawn, is left out. Whoever shows it has asked before whether the reader may.
    """
    since = year_before(on)
    items = FolderItem.objects.filter(person_id__in=person_ids, kind__in=EXAMINED, dated_on__lte=on).latest_of_each()
    found = {(row.person_id, row.kind): row for row in items}
    sheets = PersonalSheet.objects.filter(person_id__in=person_ids, completed_on__lte=on).values_list(
        "person_id", "completed_on", "checked_on"
    )
    completed = {key: SheetRow(done, checked if checked <= on else None) for key, done, checked in sheets}
    learned = _learned(person_ids, since=since, on=on)
    return {
        key: FolderEvidence(
            registration=_registration(found.get((key, FolderItem.Kind.REGISTRATION))),
            insurance=_insurance(found.get((key, FolderItem.Kind.INSURANCE))),
            personal_sheet=completed.get(key),
            learning=learned.get(key) or LearningSummary(0, None, Decimal(0), since),
            appraisal=_appraisal(found.get((key, FolderItem.Kind.APPRAISAL))),
        )
        for key in person_ids
    }


def _learned(person_ids: Collection[UUID], *, since: date, on: date) -> dict[UUID, LearningSummary]:
    entries = LearningEntry.objects.standing().filter(person_id__in=person_ids, done_on__range=(since, on))
    sums = entries.values("person_id").annotate(number=Count("pk"), last_on=Max("done_on"), hours_in_all=Sum("hours"))
    return {
        row["person_id"]: LearningSummary(row["number"], row["last_on"], row["hours_in_all"], since) for row in sums
    }


def _registration(item: FolderItem | None) -> RegistrationRow | None:
    if item is None:
        return None
    words = FolderItem.Outcome(item.outcome).label
    return RegistrationRow(item.issuer, item.reference, words, item.dated_on, item.valid_to)


def _insurance(item: FolderItem | None) -> CoverRow | None:
    if item is None:
        return None
    drives = item.outcome != FolderItem.Outcome.NO_DRIVING
    return CoverRow(item.dated_on, item.valid_to, drives_for_work=drives, seen_as=item.outcome if drives else "")


def _appraisal(item: FolderItem | None) -> AppraisalRow | None:
    return AppraisalRow(item.dated_on, item.valid_to) if item else None
