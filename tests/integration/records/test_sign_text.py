"""The first signature: what was shown is what is signed, once, by its author, after a fresh challenge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from records import canonical, rules, sealing, selectors
from records.models import Action, Attestation, DraftSection, Part, PartContent
from records.rules import Kind, LateEntry, Meaning, Relation, State
from records.services import Incomplete
from records.values import Given
from tests.org import Org, add_person, put_under
from tests.records_kit import EVIDENCE, WELLBEING, WORKLOAD, Kit, fresh
from trail.models import Entry


@pytest.mark.req("R152", "R176", "R177", "R178", "R189")
def test_the_supervisor_signs_and_the_record_waits_for_the_supervisee(kit: Kit) -> None:
    record = kit.draft()

    part = kit.sign(record)

    body = canonical.parse(bytes(part.body))
    assert fresh(record).get_state() is State.AWAITING
    assert body["record"] == str(record.pk)
    assert (body["seq"], body["prev"], body["kind"]) == (1, None, "text")
    assert body["required"] == ["supervisor", "supervisee"]
    assert body["facts"] == kit.facts
    assert body["subjects"][0]["label"] == "Amara Obi"
    assert body["signature"]["signer"] == {
        "id": str(kit.org.supervisor.pk),
        "name": "Priya Nair",
        "role": "Senior social worker",
    }
    assert body["signature"]["relation"] == Relation.SUPERVISOR
    assert body["signature"]["meaning"] == Meaning.AUTHOR
    assert body["signature"]["signed_at"] == "2026-11-09T12:00:00.000000Z"
    assert part.digest == canonical.digest(bytes(part.body))


def test_every_section_is_salted_anew_and_no_word_of_it_stands_in_the_body(kit: Kit) -> None:
    part = kit.sign(kit.draft())

    contents = list(PartContent.objects.filter(part=part))
    assert len({bytes(content.salt) for content in contents}) == len(contents)
    assert all(len(bytes(content.salt)) == 32 for content in contents)
    body = bytes(part.body).decode()
    for words in (WORKLOAD, WELLBEING, "chronology", EVIDENCE.address, EVIDENCE.browser):
        assert words not in body
        assert any(words in content.content for content in contents)


@pytest.mark.req("R187")
def test_the_supervisees_own_section_is_not_in_the_supervisors_part(kit: Kit) -> None:
    part = kit.sign(kit.draft())

    sections = [section["id"] for section in canonical.loads(bytes(part.body))["sections"]]
    assert "supervisee_comments" not in sections
    assert sections[:4] == ["session", "workload", "development", "wellbeing"]


def test_the_attestation_is_made_in_the_same_transaction_with_the_organisations_key(kit: Kit) -> None:
    part = kit.sign(kit.draft())

    attestation = Attestation.objects.get(part=part)
    key = sealing.organisation_key()
    assert key.verify(part.digest, bytes(attestation.signature))
    assert attestation.key_id == key.key_id


def test_nothing_remains_when_the_attestation_fails(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    record = kit.draft()
    shown = kit.shown(record)

    def no_key() -> None:
        raise RuntimeError("the key cannot be reached")

    monkeypatch.setattr("records.services.appending.sealing.organisation_key", no_key)
    with pytest.raises(RuntimeError):
        kit.sign(record, shown=shown)

    assert not Part.objects.exists()
    assert not PartContent.objects.exists()
    assert fresh(record).lock == 0


@pytest.mark.req("R182")
def test_agreed_actions_become_rows_with_owner_date_function_and_sensitivity(kit: Kit) -> None:
    kit.sign(kit.draft())

    workload, wellbeing = Action.objects.order_by("-section")
    assert (workload.what, workload.owner, str(workload.due_on)) == (
        "Finish the chronology for B",
        kit.org.worker,
        "2026-11-23",
    )
    assert (workload.function, workload.sensitivity) == ("management", "shared")
    assert (wellbeing.owner, wellbeing.due_on, wellbeing.sensitivity) == (kit.org.supervisor, None, "health")


def test_the_supervisee_is_told_and_no_pdf_is_asked_for_yet(kit: Kit) -> None:
    record = kit.awaiting()

    (job,) = Job.objects.all()
    assert job.task == "notifications.tasks.notify"
    assert job.arguments["person_id"] == str(kit.org.worker.pk)
    assert job.arguments["kind"] == "record_to_countersign"
    assert job.arguments["path"] == f"/records/{record.pk}/countersign/"


def test_it_is_written_to_the_trail_without_content(kit: Kit) -> None:
    part = kit.sign(kit.draft())

    entry = Entry.objects.get(verb="record.signed")
    assert (entry.actor_id, entry.about_id) == (kit.org.supervisor.pk, kit.org.worker.pk)
    assert entry.via == "supervisor"
    assert entry.detail == {"seq": 1, "digest": part.digest}


def test_a_record_that_needs_one_signature_is_sealed_by_its_text(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    record = kit.draft()
    template = selectors.template_of(record)
    monkeypatch.setattr(
        "policies.selectors.record_template", lambda slug, version: replace(template, signatures=("supervisor",))
    )

    part = kit.sign(record)

    assert part.state_after == State.SEALED
    assert not DraftSection.objects.filter(record=record).exists()
    assert Job.objects.filter(task="records.tasks.render_document").count() == 1


# -- refusals


def test_refuses_when_the_text_changed_after_it_was_shown(kit: Kit) -> None:
    record = kit.draft()
    shown = kit.shown(record)
    kit.save(record, "workload", {"discussed": "Twelve children.", "actions": []}, version=1)

    with pytest.raises(Stale, match="changed after you opened it"):
        kit.sign(record, shown=shown)

    assert not Part.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": {"held_on": "2026-11-08", "minutes": 90, "mode": "in_person"}},
        {"late": LateEntry(22, 16)},
        {"given": Given(computed={("session", "held_on"): "Another day"})},
        {"bound": [{"record": "r", "kind": "case_entry", "seq": 1, "digest": "d"}]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_refuses_when_anything_else_that_was_shown_changed(kit: Kit, changed: dict[str, Any]) -> None:
    record = kit.draft()

    with pytest.raises(Stale):
        kit.sign(record, shown=kit.shown(record), **changed)


def test_refuses_when_the_statement_changed(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    record = kit.draft()
    shown = kit.shown(record)

    monkeypatch.setattr("records.wording.statement", lambda kind, meaning: "Another sentence.")

    with pytest.raises(Stale):
        kit.sign(record, shown=shown)


def test_refuses_a_second_signature_of_the_same_text(kit: Kit) -> None:
    record = kit.awaiting()

    with pytest.raises(RuleBroken, match="has been signed and waits"):
        kit.sign(record)

    assert Part.objects.count() == 1


def test_refuses_anybody_but_the_author(kit: Kit, org: Org) -> None:
    record = kit.draft()

    with pytest.raises(NotAllowed, match="Nobody signs for somebody else"):
        kit.sign(record, actor=kit.worker)


def test_refuses_the_author_who_no_longer_supervises(kit: Kit, org: Org) -> None:
    record = kit.draft()
    shown = kit.shown(record)
    org.worker.supervision_received.update(ends_on="2026-11-09")

    with pytest.raises(type(record).DoesNotExist):
        kit.sign(record, shown=shown)


def test_a_successor_cannot_sign_what_somebody_else_wrote(kit: Kit, org: Org) -> None:
    record = kit.draft()
    successor = add_person("Sara Lund", team=org.team, job_title="Senior social worker")
    org.worker.supervision_received.update(ends_on="2026-11-09")
    org.worker.management_lines.update(ends_on="2026-11-09")
    put_under(org.worker, successor, starts_on=datetime(2026, 11, 9, tzinfo=UTC).date())

    with pytest.raises(type(record).DoesNotExist):
        kit.sign(record, shown=kit.shown(record), actor=org.actor(successor))


@pytest.mark.parametrize("age", [timedelta(minutes=5, seconds=1), timedelta(hours=3), timedelta(seconds=-40)], ids=str)
def test_refuses_a_challenge_that_is_not_fresh(kit: Kit, age: timedelta) -> None:
    record = kit.draft()

    with pytest.raises(rules.ChallengeStale):
        kit.sign(record, challenge=kit.challenge(age=age))
    with pytest.raises(rules.ChallengeStale):
        kit.sign(record, challenge=None)

    assert not Part.objects.exists()


def test_outside_the_demo_choosing_a_person_is_no_challenge(kit: Kit, settings: Any) -> None:
    record = kit.draft()
    settings.DEMO = False

    with pytest.raises(NotAllowed, match="no proof"):
        kit.sign(record, challenge=kit.challenge(method="demo"))


@pytest.mark.req("R180")
def test_a_gap_comment_that_is_asked_for_must_be_there_before_signing(kit: Kit) -> None:
    record = kit.draft()
    kit.given = Given(asked={("session", "gap_comment")})

    with pytest.raises(Incomplete) as refused:
        kit.sign(record)
    assert refused.value.problems[0][:2] == ("session", "gap_comment")

    kit.save(record, "session", {"gap_comment": "Leave in October."}, version=0)
    part = kit.sign(record)
    content = PartContent.objects.get(part=part, section="session")
    assert "Leave in October." in content.content


def test_a_gap_comment_that_is_not_asked_for_is_not_signed(kit: Kit) -> None:
    record = kit.draft()
    kit.save(record, "session", {"gap_comment": "Written before the date was put right."}, version=0)

    part = kit.sign(record)

    assert "gap_comment" not in PartContent.objects.get(part=part, section="session").content


@pytest.mark.req("R122", "R123", "R124", "R127")
def test_a_contract_cannot_be_signed_without_what_the_policy_wants_in_it(kit: Kit) -> None:
    record = kit.draft(kind=Kind.CONTRACT, template="contract_1a")

    with pytest.raises(Incomplete) as refused:
        kit.sign(record)

    missing = {field for _, field, _ in refused.value.problems}
    assert {"key_tasks", "format", "frequency", "named_manager", "review_on"} <= missing


@pytest.mark.req("R126", "R167", "R168")
def test_the_clauses_of_a_contract_are_signed_word_for_word(kit: Kit) -> None:
    manager = {"id": str(kit.org.team_manager.pk), "name": "Tom Mills", "role": "Team manager"}
    record = kit.draft(
        kind=Kind.CONTRACT,
        template="contract_1a",
        values={
            "key_tasks": {"key_tasks": "Work with eleven families."},
            "meetings": {"format": "Individual", "frequency": "P1M", "minutes": 90},
            "disagreements": {"named_manager": manager},
            "review": {"review_on": "2027-11-09"},
        },
    )

    part = kit.sign(record)

    content = canonical.loads(
        PartContent.objects.get(part=part, section="supervisor_responsibilities").content.encode()
    )
    template = selectors.template_of(record)
    responsibilities = template.section("supervisor_responsibilities")
    assert responsibilities
    clause = responsibilities.fields[0].text
    assert content["fields"][0] == {
        "id": "supervisor_responsibilities",
        "label": "The supervisor will",
        "type": "clause",
        "value": clause,
    }
