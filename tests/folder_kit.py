"""Papers, sheets and learning for tests of the supervision folder."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

from documents.receiving import take_in
from documents.services import keep_brought
from policies import services as policies
from policies.files import PACKS
from staff.folder.rules import ATTENDANCE, sensitivity_of
from staff.models import (
    FolderDocument,
    FolderItem,
    FolderNote,
    LearningEntry,
    PersonalSheet,
    RegistrationCheck,
    Section,
    StaffMember,
)
from tests.org import Org
from tests.uploads import pdf_of_pages

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


def document(person: StaffMember, dated_on: date, *, by: StaffMember, **changes: Any) -> FolderDocument:
    """A document in a folder, with a file of one page."""
    file = take_in("Appraisal.pdf", pdf_of_pages())
    stored = None if changes.get("lies_at") else keep_brought(file, actor=Org.actor(by), at=ENTERED)
    fields = {"section": Section.APPRAISALS, "title": "Appraisal form", "sensitivity": "shared", "recorded_at": ENTERED}
    named = {"stored": stored, "name": file.name if stored else ""}
    return FolderDocument.objects.create(
        person=person, dated_on=dated_on, recorded_by=by, **{**fields, **named, **changes}
    )


def note(person: StaffMember, kind: str, dated_on: date, *, by: StaffMember, **changes: Any) -> FolderNote:
    """A note in the section of its kind."""
    fields = {
        "section": Section.ATTENDANCE if kind in ATTENDANCE else Section.PERFORMANCE,
        "sensitivity": sensitivity_of(kind),
        "recorded_at": ENTERED,
    }
    return FolderNote.objects.create(
        person=person, kind=kind, dated_on=dated_on, recorded_by=by, **{**fields, **changes}
    )


def with_folder_terms(folder: Path, **terms: Any) -> None:
    """Put Shropshire's policy in force with other words on the folder."""
    file = copytree(PACKS, folder / "packs") / "shropshire-2017.yaml"
    written = file.read_text().replace("id: shropshire-2017", "id: with-terms", 1)
    words = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in terms.items())
    file.write_text(written.replace("records:\n", f"records:\n{words}", 1))
    assert not policies.load_packs(at=ENTERED, folder=folder / "packs").faults
    policies.adopt(slug="with-terms", starts_on=date(2018, 1, 1), at=ENTERED)


def register_check(brought_by: StaffMember, rows: str = "[]") -> RegistrationCheck:
    """An answer of the register that was read, and not entered."""
    return RegistrationCheck.objects.create(
        regulator="Social Work England", checked_on=date(2026, 10, 1), rows=rows, figures={"strangers": 0},
        brought_by=brought_by, brought_at=ENTERED,
    )  # fmt: skip
