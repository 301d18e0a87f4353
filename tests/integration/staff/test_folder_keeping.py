"""Writes to the ten sections of a folder: documents and their renewals, notes, in what form a file is kept."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from pytest_django import DjangoAssertNumQueries

from core.actor import Actor, Role
from core.errors import NotAllowed, RuleBroken
from documents.models import StoredFile
from documents.receiving import TakenIn, take_in
from staff.folder import keeping, selectors
from staff.folder.sections import Row, section_page
from staff.models import Custody, FolderDocument, FolderMedium, FolderNote, Section, StaffMember
from tests.folder_kit import document, note, with_folder_terms
from tests.org import Org, add_person
from tests.uploads import pdf_of_pages
from trail.models import Entry

DAY = date(2026, 9, 1)


def pdf(name: str = "review.pdf") -> TakenIn:
    return take_in(name, pdf_of_pages())


def add(org: Org, by: StaffMember, at: datetime, **changes: Any) -> FolderDocument:
    fields: dict[str, Any] = {"section": Section.APPRAISALS, "title": "Review form", "dated_on": DAY, "lies_at": ""}
    fields |= {"file": pdf()} | changes
    return keeping.add_document(person_id=org.worker.pk, actor=org.actor(by), at=at, **fields)


def say(org: Org, by: StaffMember, at: datetime, kind: str, **changes: Any) -> FolderNote:
    fields: dict[str, Any] = {"dated_on": DAY, "who": "", "text": "What it was about."} | changes
    return keeping.add_note(person_id=org.worker.pk, kind=kind, actor=org.actor(by), at=at, **fields)


def rows(org: Org, section: Section, actor: Actor) -> list[Row]:
    return section_page(org.worker, section, actor=actor, on=actor.on).standing


def verbs() -> list[str]:
    return list(Entry.objects.exclude(verb="policy.adopted").order_by("pk").values_list("verb", flat=True))


@pytest.mark.req("R130")
@pytest.mark.req("R218")
def test_a_scanned_paper_is_kept_in_its_section_and_the_same_file_is_stored_once(org: Org, noon: datetime) -> None:
    scan = pdf()
    first = add(org, org.worker, noon, file=scan, domains=["knowledge"])
    second = add(org, org.supervisor, noon, file=scan, section=Section.MISCELLANEOUS)

    assert (first.section, first.name, first.domains) == (4, "review.pdf", ["knowledge"])
    assert first.stored_id == second.stored_id
    assert StoredFile.objects.count() == 1
    assert verbs() == ["folder_document.added"] * 2
    assert not any("Review" in str(entry.detail) for entry in Entry.objects.all())


@pytest.mark.req("R130")
def test_a_paper_that_was_not_scanned_says_where_it_lies(org: Org, noon: datetime) -> None:
    kept = add(org, org.worker, noon, file=None, lies_at="Cabinet 3")

    assert (kept.stored, kept.lies_at) == (None, "Cabinet 3")
    for given in ({"file": None, "lies_at": ""}, {"lies_at": "Cabinet 3"}):
        with pytest.raises(RuleBroken, match="say where the paper lies"):
            add(org, org.worker, noon, **given)


def test_a_day_that_has_not_come_is_refused(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="has not come yet"):
        add(org, org.worker, noon, dated_on=date(2026, 11, 10))
    with pytest.raises(RuleBroken, match="has not come yet"):
        say(org, org.worker, noon, "comment", dated_on=date(2026, 11, 10))


def test_oneself_and_the_supervisor_alone_put_things_into_a_folder(org: Org, noon: datetime) -> None:
    for other in (org.team_manager, org.head, org.outsider):
        with pytest.raises(NotAllowed):
            add(org, other, noon)
        with pytest.raises(NotAllowed):
            say(org, other, noon, "comment")
        with pytest.raises(NotAllowed):
            keeping.say_medium(person_id=org.worker.pk, medium="here", lies_at="", actor=org.actor(other), at=noon)
    assert not FolderDocument.objects.exists()
    assert not FolderNote.objects.exists()


@pytest.mark.req("R139")
def test_a_renewal_is_a_row_of_its_own_and_the_old_one_is_history(org: Org, noon: datetime) -> None:
    old = add(org, org.worker, noon, title="Policy schedule 2025")

    new = keeping.renew_document(
        document_id=old.pk,
        title="Policy schedule 2026",
        dated_on=DAY,
        file=pdf(),
        lies_at="",
        actor=org.actor(org.worker),
        at=noon,
    )

    assert (new.replaces_id, new.section, new.sensitivity) == (old.pk, old.section, old.sensitivity)
    page = section_page(org.worker, Section.APPRAISALS, actor=org.actor(org.worker), on=DAY)
    assert [row.what for row in page.standing] == ["Policy schedule 2026"]
    assert [row.what for row in page.history] == ["Policy schedule 2025"]
    with pytest.raises(RuleBroken, match="newer one already"):
        keeping.renew_document(
            document_id=old.pk, title="x", dated_on=DAY, file=pdf(), lies_at="", actor=org.actor(org.worker), at=noon
        )
    with transaction.atomic(), pytest.raises(IntegrityError):
        document(org.worker, DAY, by=org.worker, replaces=old)
    keeping.withdraw_document(document_id=new.pk, reason="Wrong file.", actor=org.actor(org.worker), at=noon)
    assert [row.what for row in rows(org, Section.APPRAISALS, org.actor(org.worker))] == ["Policy schedule 2025"]


def test_what_was_entered_is_changed_by_nobody_and_withdrawn_with_a_reason_alone(org: Org, noon: datetime) -> None:
    kept = add(org, org.worker, noon)
    said = say(org, org.supervisor, noon, "essential_conversation")

    for statement in (
        FolderDocument.objects.filter(pk=kept.pk).update,
        FolderNote.objects.filter(pk=said.pk).update,
    ):
        with transaction.atomic(), pytest.raises(ProgrammingError):
            statement(dated_on=date(2026, 1, 1))
    for deletes in (FolderDocument.objects.all().delete, FolderNote.objects.all().delete):
        with transaction.atomic(), pytest.raises(ProgrammingError):
            deletes()
    with transaction.atomic(), pytest.raises(IntegrityError):
        FolderDocument.objects.filter(pk=kept.pk).update(withdrawn_at=noon, withdrawn_by=org.worker)

    keeping.withdraw_document(document_id=kept.pk, reason="Twice.", actor=org.actor(org.supervisor), at=noon)
    keeping.withdraw_note(note_id=said.pk, reason="Another person.", actor=org.actor(org.supervisor), at=noon)
    kept.refresh_from_db()
    said.refresh_from_db()
    assert (kept.withdrawn_because, said.withdrawn_because) == ("Twice.", "Another person.")
    with pytest.raises(NotAllowed, match="does not stand"):
        keeping.withdraw_note(note_id=said.pk, reason="Again.", actor=org.actor(org.supervisor), at=noon)


def test_nobody_takes_out_of_their_own_folder_what_the_supervisor_put_there(org: Org, noon: datetime) -> None:
    said = say(org, org.supervisor, noon, "essential_conversation")
    kept = add(org, org.supervisor, noon)
    own = org.actor(org.worker)

    with pytest.raises(NotAllowed, match="your supervisor can take back"):
        keeping.withdraw_note(note_id=said.pk, reason="No.", actor=own, at=noon)
    with pytest.raises(NotAllowed, match="your supervisor can take back"):
        keeping.withdraw_document(document_id=kept.pk, reason="No.", actor=own, at=noon)


# Attendance and performance


@pytest.mark.req("R221")
def test_of_attendance_kinds_and_days_alone_are_kept_unless_the_policy_says_otherwise(
    shropshire: Org, noon: datetime, tmp_path: Path
) -> None:
    org = shropshire
    said = say(org, org.supervisor, noon, "return_to_work", who="With HR", text="The knee.")
    assert (said.section, said.sensitivity, said.who, said.text) == (7, "health", "", "")
    with pytest.raises(NotAllowed, match="days alone are kept"):
        add(org, org.worker, noon, section=Section.ATTENDANCE)

    with_folder_terms(tmp_path, attendance="content")

    later = say(org, org.supervisor, noon, "return_to_work", who="With HR", text="The knee.")
    assert (later.who, later.text) == ("With HR", "The knee.")
    assert add(org, org.worker, noon, section=Section.ATTENDANCE, sensitivity="shared").sensitivity == "health"
    with transaction.atomic(), pytest.raises(IntegrityError):
        document(org.worker, DAY, by=org.worker, section=Section.ATTENDANCE, sensitivity="shared")


@pytest.mark.req("R137")
@pytest.mark.req("R138")
@pytest.mark.req("R222")
@pytest.mark.parametrize(
    ("kind", "sensitivity"),
    [
        ("essential_conversation", "conduct"),
        ("performance_meeting", "conduct"),
        ("outcome", "conduct"),
        ("complaint", "conduct"),
        ("comment", "shared"),
        ("compliment", "shared"),
        ("recognition", "shared"),
    ],
)
def test_performance_has_notes_of_each_kind_and_those_about_conduct_are_masked_from_the_next_up(
    org: Org, noon: datetime, kind: str, sensitivity: str
) -> None:
    said = say(org, org.supervisor, noon, kind)

    assert (said.section, said.sensitivity) == (8, sensitivity)
    (near,) = rows(org, Section.PERFORMANCE, org.actor(org.worker))
    (masked,) = rows(org, Section.PERFORMANCE, org.actor(org.team_manager))
    assert (near.text, near.withheld) == ("What it was about.", "")
    assert (masked.what, masked.dated_on) == (said.get_kind_display(), DAY)
    assert bool(masked.withheld) is (sensitivity == "conduct")
    assert masked.text == ("" if sensitivity == "conduct" else "What it was about.")


@pytest.mark.req("R138")
def test_the_policy_can_let_the_supervisors_manager_read_what_is_about_conduct(
    shropshire: Org, noon: datetime, tmp_path: Path
) -> None:
    org = shropshire
    say(org, org.supervisor, noon, "essential_conversation")
    note(org.worker, "medical_condition", DAY, by=org.worker, text="Asthma.")
    with_folder_terms(tmp_path, next_up_reads=["conduct"])

    (conduct,) = rows(org, Section.PERFORMANCE, org.actor(org.team_manager))
    (health,) = rows(org, Section.ATTENDANCE, org.actor(org.team_manager))
    (of_hr,) = rows(org, Section.PERFORMANCE, org.actor(org.hr, hat=Role.HR))

    assert conduct.text == "What it was about."
    assert (bool(health.withheld), health.text) == (True, "")
    assert of_hr.withheld


# Files


def test_a_file_is_taken_away_by_whom_it_is_for_and_noted_first(org: Org, noon: datetime) -> None:
    kept = add(org, org.supervisor, noon, sensitivity="conduct")

    file = keeping.take_document(document_id=kept.pk, actor=org.actor(org.worker), at=noon)

    assert file is not None
    assert (file.name, file.media_type) == ("review.pdf", "application/pdf")
    assert file.data.startswith(b"%PDF-")
    assert verbs()[-1] == "folder_document.downloaded"
    for actor in (org.actor(org.team_manager), org.actor(org.hr, hat=Role.HR)):
        with pytest.raises(NotAllowed):
            keeping.take_document(document_id=kept.pk, actor=actor, at=noon)
    assert verbs().count("folder_document.downloaded") == 1


def test_a_paper_that_lies_elsewhere_has_no_file(org: Org, noon: datetime) -> None:
    kept = add(org, org.worker, noon, file=None, lies_at="Cabinet 3")

    assert keeping.take_document(document_id=kept.pk, actor=org.actor(org.worker), at=noon) is None


@pytest.mark.parametrize("changes", [{"is_outside": True}, {"watermarked": True}])
def test_sight_for_a_purpose_reads_on_the_page_alone(org: Org, noon: datetime, changes: dict[str, Any]) -> None:
    kept = add(org, org.worker, noon)
    person = add_person("Ina Spector", team=org.other_team, job_title="Inspector")
    opened: frozenset[UUID] = frozenset({org.worker.pk})
    marks = {"watermarked": opened} if "watermarked" in changes else changes
    actor = Actor(staff_id=person.pk, name=person.name, on=DAY, granted_people=opened, **marks)

    (row,) = rows(org, Section.APPRAISALS, actor)
    assert row.what == "Review form"
    with pytest.raises(NotAllowed, match="cannot be taken away"):
        keeping.take_document(document_id=kept.pk, actor=actor, at=noon)


# In what form it is kept


@pytest.mark.req("R130")
def test_a_file_says_in_what_form_it_is_kept_and_the_latest_stands(org: Org, noon: datetime) -> None:
    own = org.actor(org.worker)
    with pytest.raises(RuleBroken, match="where the paper file lies"):
        keeping.say_medium(person_id=org.worker.pk, medium="both", lies_at="", actor=own, at=noon)
    keeping.say_medium(person_id=org.worker.pk, medium="here", lies_at="Nowhere", actor=own, at=noon)
    keeping.say_medium(person_id=org.worker.pk, medium="both", lies_at="Cabinet 3", actor=own, at=noon)

    page = selectors.folder_page(org.worker, actor=own, on=DAY)

    assert page.medium is not None
    assert (page.medium.form, page.medium.place) == ("Here, and a paper file", "Cabinet 3")
    assert list(FolderMedium.objects.order_by("pk").values_list("lies_at", flat=True)) == ["", "Cabinet 3"]


def test_nothing_goes_into_a_folder_that_the_archive_holds(org: Org, noon: datetime) -> None:
    kept = add(org, org.worker, noon)
    said = say(org, org.worker, noon, "comment")
    Custody.objects.create(person=org.worker, starts_on=DAY, recorded_at=noon)
    own = org.actor(org.worker)

    for write in (
        lambda: add(org, org.worker, noon),
        lambda: say(org, org.worker, noon, "comment"),
        lambda: keeping.withdraw_document(document_id=kept.pk, reason="No.", actor=own, at=noon),
        lambda: keeping.withdraw_note(note_id=said.pk, reason="No.", actor=own, at=noon),
        lambda: keeping.say_medium(person_id=org.worker.pk, medium="here", lies_at="", actor=own, at=noon),
    ):
        with pytest.raises(RuleBroken):
            write()


# All of it


def test_whoever_takes_a_folder_along_gets_all_of_it_in_a_query_each(
    org: Org, noon: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    old = add(org, org.worker, noon, title="Old")
    document(org.worker, DAY, by=org.worker, title="New", replaces=old, recorded_at=noon)
    withdrawn = say(org, org.supervisor, noon, "complaint")
    keeping.withdraw_note(note_id=withdrawn.pk, reason="Wrong.", actor=org.actor(org.supervisor), at=noon)
    say(org, org.supervisor, noon, "fit_note")

    with django_assert_num_queries(2):
        documents = selectors.documents_of(person_ids=[org.worker.pk])
        notes = selectors.notes_of(person_ids=[org.worker.pk])
        named = [(each.title, each.is_history, each.stored.digest[:6], each.recorded_by.name) for each in documents]
        said = [(each.kind, each.withdrawn_by and each.withdrawn_by.name) for each in notes]

    assert named == [("Old", True, "sha256", "Amara Obi"), ("New", False, "sha256", "Amara Obi")]
    assert said == [("fit_note", None), ("complaint", "Priya Nair")]
