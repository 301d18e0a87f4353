"""Drafts: saved under a version, by their own writers, never overwritten without a word."""

from datetime import timedelta

import pytest

from core.errors import NotAllowed, RuleBroken
from records import selectors, services
from records.models import DraftSection
from records.rules import REASON, Kind, Meaning
from records.services import SectionChanged
from records.values import TypedSection
from tests.org import Org
from tests.records_kit import NOON, Kit, values_for
from trail.models import Entry

TYPED = {"discussed": "Twelve children.", "actions": []}


def test_a_save_makes_the_next_version(kit: Kit) -> None:
    record = kit.draft()

    saved = kit.save(record, "workload", TYPED, version=1)
    again = kit.save(record, "workload", {"discussed": "Thirteen.", "actions": []}, version=saved.version)

    assert (saved.version, again.version) == (2, 3)
    row = DraftSection.objects.get(record=record, section="workload")
    assert row.values["discussed"] == "Thirteen."
    assert (row.updated_by, row.updated_at) == (kit.org.supervisor, NOON)


def test_a_first_save_starts_from_nothing(kit: Kit) -> None:
    assert kit.save(kit.draft(), "other", TYPED, version=0).version == 1


def test_an_old_version_is_refused_with_what_stands_there_and_nothing_is_overwritten(kit: Kit) -> None:
    record = kit.draft()
    kit.save(record, "workload", TYPED, version=1)

    with pytest.raises(SectionChanged) as refused:
        kit.save(record, "workload", {"discussed": "From the other tab.", "actions": []}, version=1)

    assert refused.value.present.version == 2
    assert refused.value.present.values == TYPED
    assert DraftSection.objects.get(record=record, section="workload").values == TYPED


def test_the_same_text_sent_twice_is_one_save(kit: Kit) -> None:
    record = kit.draft()

    first = kit.save(record, "workload", TYPED, version=1)
    repeated = kit.save(record, "workload", TYPED, version=1)

    assert repeated == first


def test_a_version_that_never_was_is_refused(kit: Kit) -> None:
    record = kit.draft()

    for version in (-1, 7):
        with pytest.raises(SectionChanged):
            kit.save(record, "workload", TYPED, version=version)
        with pytest.raises(SectionChanged) as refused:
            kit.save(record, "other", TYPED, version=version or 3)
        assert refused.value.present.version == 0


def test_a_whole_form_is_saved_but_for_what_somebody_else_saved_in_between(kit: Kit) -> None:
    record = kit.draft()
    kit.save(record, "workload", TYPED, version=1)
    sections = [
        TypedSection("workload", None, 1, {"discussed": "From the other tab.", "actions": []}),
        TypedSection("other", None, 0, {"discussed": "Leave in December.", "actions": []}),
    ]

    result = services.save_draft(record_id=record.pk, sections=sections, actor=kit.supervisor, at=NOON)

    assert [saved.section for saved in result.saved] == ["other"]
    assert [(row.section, row.version) for row in result.conflicts] == [("workload", 2)]
    assert DraftSection.objects.get(record=record, section="workload").values == TYPED
    assert DraftSection.objects.get(record=record, section="other").values["discussed"] == "Leave in December."


@pytest.mark.req("R187")
def test_each_person_writes_their_own_sections_only(kit: Kit) -> None:
    record = kit.draft()

    kit.save(record, "supervisee_comments", {"comments": "Mine."}, version=0, actor=kit.worker)
    with pytest.raises(NotAllowed, match="written by the other person"):
        kit.save(record, "supervisee_comments", {"comments": "Not mine."}, version=1)
    with pytest.raises(NotAllowed, match="written by the other person"):
        kit.save(record, "workload", TYPED, version=1, actor=kit.worker)


def test_nobody_else_writes_or_learns_that_there_is_a_draft(kit: Kit, org: Org) -> None:
    record = kit.draft()

    for person in (org.team_manager, org.head, org.outsider, org.hr):
        with pytest.raises(type(record).DoesNotExist):
            kit.save(record, "workload", TYPED, version=1, actor=org.actor(person))


def test_once_signed_only_the_supervisee_goes_on_writing_until_it_is_sealed(kit: Kit) -> None:
    record = kit.awaiting()

    with pytest.raises(NotAllowed, match="must first be sent back"):
        kit.save(record, "workload", TYPED, version=1)
    kit.save(record, "supervisee_comments", {"comments": "Half a sentence"}, version=0, actor=kit.worker)
    kit.save(record, REASON, {"text": "Half a reason"}, version=0, actor=kit.worker)

    kit.countersign(record, meaning=Meaning.DECLINE, reason="The whole reason")
    with pytest.raises(NotAllowed, match="signed and sealed"):
        kit.save(record, "supervisee_comments", {"comments": "More"}, version=1, actor=kit.worker)


@pytest.mark.parametrize(
    ("section", "fields", "words"),
    [
        ("nowhere", {"discussed": "x"}, "no such section"),
        ("workload", {"invented": "x"}, "no such field"),
        ("session", {"supervisor": "Somebody else"}, "no such field"),
        ("workload", {"discussed": "x" * 200_001}, "cannot be kept"),
        ("workload", {"discussed": ["a list"]}, "cannot be kept"),
        ("workload", {"actions": [{"what": "no owner"}]}, "cannot be kept"),
        ("workload", {"discussed": 1.5}, "cannot be kept"),
    ],
)
def test_refuses_what_no_form_could_have_made(kit: Kit, section: str, fields: dict[str, object], words: str) -> None:
    record = kit.draft()

    with pytest.raises(RuleBroken, match=words):
        kit.save(record, section, fields, version=0)

    assert DraftSection.objects.filter(record=record).count() == len(values_for(kit.org))


def test_what_a_draft_is_opened_with_is_its_first_version(kit: Kit) -> None:
    record = kit.draft()

    assert set(DraftSection.objects.filter(record=record).values_list("section", "version")) == {
        ("workload", 1),
        ("wellbeing", 1),
        ("supervisor_comments", 1),
    }


def test_nobody_opens_a_record_about_somebody_they_do_not_supervise(kit: Kit, org: Org) -> None:
    with pytest.raises(NotAllowed, match="Only the supervisor"):
        services.open_record(
            kind=Kind.WORKER_RECORD,
            subject_id=org.outsider.pk,
            template=selectors.template_of(kit.draft()),
            policy_slug="p",
            policy_version="1",
            title="t",
            actor=kit.supervisor,
            at=NOON,
        )


def test_the_trail_has_one_entry_for_a_while_of_typing_and_one_for_each_person(kit: Kit) -> None:
    record = kit.draft()

    for number in range(5):
        at = NOON + timedelta(seconds=5 * number)
        kit.save(record, "other", {"discussed": f"Letter {number}", "actions": []}, version=number, at=at)
    kit.save(record, "other", {"discussed": "Back", "actions": []}, version=5, at=NOON + timedelta(hours=1))

    entries = Entry.objects.filter(verb="record.draft_saved", detail__section="other")
    assert entries.count() == 2
    assert all("Letter" not in str(entry.detail) for entry in entries)
