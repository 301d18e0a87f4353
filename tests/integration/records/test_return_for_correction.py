"""Sent back, corrected, signed again: parts on parts, and nothing is replaced."""

from datetime import timedelta

import pytest

from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from records import canonical, rules, selectors, services
from records.models import Action, DraftSection, Part, PartContent
from records.rules import Meaning, State
from staff.models import SupervisionRelationship
from tests.org import Org
from tests.records_kit import NOON, WORKLOAD, Kit, fresh, values_for

LATER = NOON + timedelta(hours=2)


def test_a_return_is_a_signed_part_with_its_reason(kit: Kit) -> None:
    record = kit.awaiting()

    part = kit.send_back(record, reason="The date of the visit is wrong.")

    body = canonical.parse(bytes(part.body))
    assert fresh(record).get_state() is State.RETURNED
    assert (body["kind"], body["seq"], body["signature"]["meaning"]) == ("return", 2, "return")
    content = PartContent.objects.get(part=part, section=rules.REASON)
    assert "The date of the visit is wrong." in content.content
    assert "visit" not in bytes(part.body).decode()


def test_the_author_is_told_and_finds_the_draft_as_it_was_signed(kit: Kit) -> None:
    record = kit.awaiting()

    kit.send_back(record)

    job = Job.objects.get(arguments__kind="record_returned")
    assert job.arguments["person_id"] == str(kit.org.supervisor.pk)
    draft = selectors.draft(record=fresh(record), actor=kit.supervisor)
    workload = next(part for part in draft.parts if part.section.id == "workload")
    assert workload.editable
    assert workload.values == values_for(kit.org)["workload"]


def test_who_supervises_now_is_told_and_a_past_supervisor_is_not(kit: Kit, org: Org) -> None:
    returned, sealed = kit.awaiting(), kit.awaiting()
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(supervisor=org.outsider)

    kit.send_back(returned)
    kit.countersign(sealed)

    for kind in ("record_returned", "record_sealed"):
        (told,) = Job.objects.filter(arguments__kind=kind).values_list("arguments__person_id", flat=True)
        assert told == str(org.outsider.pk)


def test_without_a_supervisor_nobody_is_told_who_has_no_sight_of_it(kit: Kit, org: Org) -> None:
    record = kit.awaiting()
    SupervisionRelationship.objects.filter(supervisee=org.worker).delete()

    kit.send_back(record)

    assert not Job.objects.filter(arguments__kind="record_returned").exists()


def test_the_corrected_text_follows_and_what_was_signed_before_stays(kit: Kit) -> None:
    record = kit.awaiting()
    first = Part.objects.get(record=record)
    kit.send_back(record)

    kit.save(record, "workload", {"discussed": "Twelve children.", "actions": []}, version=1, at=LATER)
    second = kit.sign(fresh(record), at=LATER)
    kit.countersign(fresh(record), at=LATER + timedelta(hours=1))

    parts = list(Part.objects.filter(record=record))
    assert [part.kind for part in parts] == ["text", "return", "text", "countersignature"]
    assert [part.seq for part in parts] == [1, 2, 3, 4]
    assert [part.prev for part in parts] == [None, *(part.digest for part in parts[:-1])]
    assert WORKLOAD in PartContent.objects.get(part=first, section="workload").content
    assert "Twelve children." in PartContent.objects.get(part=second, section="workload").content
    assert fresh(record).get_state() is State.SEALED


def test_a_meaning_from_before_the_return_does_not_count(kit: Kit) -> None:
    record = kit.awaiting()
    kit.send_back(record)

    kit.sign(fresh(record), at=LATER)

    assert fresh(record).get_state() is State.AWAITING


def test_actions_follow_the_corrected_text(kit: Kit) -> None:
    record = kit.awaiting()
    kept = Action.objects.get(section="wellbeing")
    dropped = Action.objects.get(section="workload")
    kit.send_back(record)
    changed = {"what": "See B at school", "who": "Amara Obi", "who_id": str(kit.org.worker.pk), "by": None}
    kit.save(record, "workload", {"discussed": WORKLOAD, "actions": [changed]}, version=1, at=LATER)

    kit.sign(fresh(record), at=LATER)

    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert (kept.status, kept.part_seq) == ("open", 3)
    assert (dropped.status, dropped.closed_at) == ("dropped", LATER)
    assert Action.objects.get(what="See B at school").part_seq == 3
    assert Action.objects.count() == 3


def test_an_action_that_is_done_already_stays_done_when_the_record_is_corrected(kit: Kit) -> None:
    record = kit.awaiting()
    done = Action.objects.get(section="workload")
    services.close_action(action_id=done.pk, status="done", reason="", actor=kit.worker, at=NOON)
    kit.send_back(record)

    kit.sign(fresh(record), at=LATER)

    done.refresh_from_db()
    assert done.status == "done"
    assert Action.objects.count() == 2


def test_the_reason_typed_in_the_draft_is_gone_once_it_is_signed(kit: Kit) -> None:
    record = kit.awaiting()
    kit.save(record, rules.REASON, {"text": "The date of the visit is wrong."}, version=0, actor=kit.worker)

    kit.send_back(record)

    assert not DraftSection.objects.filter(record=record, section=rules.REASON).exists()


def test_refuses_without_a_reason(kit: Kit) -> None:
    record = kit.awaiting()

    with pytest.raises(RuleBroken, match="Say what should be corrected"):
        kit.send_back(record, reason=" \n ")

    assert Part.objects.count() == 1


def test_refuses_what_is_sealed_a_draft_or_sent_back_already(kit: Kit) -> None:
    with pytest.raises(RuleBroken, match="already signed and sealed"):
        kit.send_back(kit.sealed())
    with pytest.raises(RuleBroken, match="still a draft"):
        kit.send_back(kit.draft())
    record = kit.awaiting()
    kit.send_back(record)
    with pytest.raises(RuleBroken, match="was sent back"):
        kit.send_back(fresh(record))


def test_refuses_anybody_else_an_old_page_and_an_old_challenge(kit: Kit, org: Org) -> None:
    record = kit.awaiting()

    with pytest.raises(NotAllowed):
        kit.send_back(record, actor=kit.supervisor)
    with pytest.raises(Stale):
        kit.send_back(record, shown="sha256:old")
    with pytest.raises(rules.ChallengeStale):
        kit.send_back(record, challenge=None)

    assert Part.objects.count() == 1


def test_the_supervisee_may_decline_after_a_correction(kit: Kit) -> None:
    record = kit.awaiting()
    kit.send_back(record)
    kit.sign(fresh(record), at=LATER)

    kit.countersign(fresh(record), meaning=Meaning.DECLINE, reason="It is still wrong.", at=LATER)

    assert not rules.is_agreed(fresh(record).get_heads())
