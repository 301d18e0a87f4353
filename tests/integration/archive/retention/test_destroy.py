"""Destroying one class of a leaver's file: who, when, what goes, what stays, what the certificate says."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from archive.models import Certificate, DisposalAnswer
from archive.retention import destroying, selectors, services
from archive.retention.rules import DataClass
from core.errors import NotAllowed, RuleBroken
from documents.models import StoredFile
from outbox.models import Job
from records import canonical, sealing
from records.models import Action, Attestation, Part, PartContent, Record, RecordGone, RenderedDocument
from records.services import render_document, verify
from tests.retention_kit import LEFT, NOW, RetentionKit

pytestmark = pytest.mark.django_db


@pytest.mark.req("R140")
def test_nothing_has_a_date_before_a_rule_gives_one(retention: RetentionKit) -> None:
    retention.leave()

    assert {one.due_on for one in selectors.standing_of(retention.org.worker.pk)} == {None}
    assert selectors.review_list(actor=retention.hr(), on=NOW.date()) == []


@pytest.mark.scenario(17, "d")
def test_the_date_is_empty_until_the_rule_gives_one_and_a_hold_prevents_destruction(retention: RetentionKit) -> None:
    retention.sealed_with("P1")
    retention.leave()
    records = lambda: next(one for one in selectors.standing_of(retention.org.worker.pk) if one.data_class == "records")  # noqa: E731
    assert records().due_on is None
    rule = retention.rule(confirmed=False)
    assert records().due_on is None
    services.answer_rule(rule_id=rule.pk, confirmed=True, words="", actor=retention.second(), at=NOW)
    assert records().due_on == LEFT.replace(year=2034)

    disposal = retention.propose()
    retention.hold()

    with pytest.raises(RuleBroken, match="A hold stands on this"):
        retention.approve(disposal)
    assert PartContent.objects.exists()
    assert not Certificate.objects.exists()
    assert not DisposalAnswer.objects.exists()


@pytest.mark.req("R139")
def test_nothing_is_destroyed_of_somebody_who_is_employed(retention: RetentionKit) -> None:
    record, _ = retention.sealed_with("P1")
    retention.rule()

    with pytest.raises(RuleBroken, match="does not hold"):
        retention.propose()

    assert verify(record).intact


def test_two_people_destroy_and_a_certificate_is_left(retention: RetentionKit) -> None:
    record, (entry,) = retention.sealed_with("P1")
    head = record.get_head_digest()
    render_document(record_id=record.pk, head=head, at=NOW)
    digests = list(record.parts.values_list("digest", flat=True))
    pdf = StoredFile.objects.get()

    certificate = retention.destroyed()

    assert not Part.objects.filter(record=record).exists()
    assert not Action.objects.filter(record=record).exists()
    assert not PartContent.objects.filter(part__record=record).exists()
    assert not RenderedDocument.objects.exists()
    assert not StoredFile.objects.filter(pk=pdf.pk).exists()
    assert Part.objects.filter(record=entry).count() == 2
    assert Attestation.objects.count() == 2
    body = json.loads(bytes(certificate.body))
    assert [part["digest"] for part in body["parts"]] == digests
    assert body["files"] == [pdf.digest]
    assert body["number"] == 1
    assert body["prev"] is None
    assert body["decided_by"] == str(retention.org.hr.pk)
    assert body["approved_by"] == str(retention.second().staff_id)
    assert "Amara" not in bytes(certificate.body).decode()
    assert canonical.digest(bytes(certificate.body)) == certificate.digest
    assert sealing.is_attested(certificate.digest, bytes(certificate.signature), certificate.key_id)
    gone = RecordGone.objects.get()
    assert (gone.record, gone.kind, gone.number, gone.certificate_id) == (record, "destroyed", 1, certificate.pk)
    assert not Record.objects.visible_to(retention.supervisor).filter(pk=record.pk).exists()
    assert verify(record).intact


def test_the_bytes_of_what_is_gone_go_after_the_commit_and_the_ledger_names_it(retention: RetentionKit) -> None:
    record, _ = retention.sealed_with("P1")
    path = render_document(record_id=record.pk, head=record.get_head_digest(), at=NOW).stored.path
    certificate = retention.destroyed()
    assert path.exists()
    job = Job.objects.get(task="archive.tasks.finish_disposal")

    destroying.finish(certificate_id=job.arguments["certificate_id"])
    destroying.finish(certificate_id=certificate.pk)

    assert not path.exists()
    assert (destroying.ledger_folder() / "00000001.json").read_bytes() == destroying.as_file(certificate)


@pytest.mark.parametrize("who", ["the same person", "the person in the file", "a supervisor", "the administrator"])
def test_it_takes_a_second_person(retention: RetentionKit, who: str) -> None:
    retention.sealed_with("P1")
    retention.leave()
    retention.rule()
    disposal = retention.propose()
    actor = {
        "the same person": retention.hr(),
        "the person in the file": retention.worker,
        "a supervisor": retention.supervisor,
        "the administrator": retention.org.actor(retention.org.sysadmin),
    }[who]

    with pytest.raises((NotAllowed, type(disposal).DoesNotExist)):
        retention.approve(disposal, actor=actor)

    assert PartContent.objects.exists()


def test_it_waits_until_its_time_is_over(retention: RetentionKit) -> None:
    retention.sealed_with("P1")
    retention.leave()
    retention.rule(at=NOW - timedelta(days=30))

    with pytest.raises(RuleBroken, match="has reached its date"):
        retention.propose(at=NOW - timedelta(days=3))


def test_the_function_itself_refuses_before_its_time(retention: RetentionKit) -> None:
    retention.sealed_with("P1")
    retention.leave()
    retention.rule()
    disposal = retention.propose()

    with pytest.raises(RuleBroken, match="Its time by the rule is not over"):
        retention.approve(disposal, at=NOW - timedelta(days=3))


def test_kept_longer_comes_back_on_its_day(retention: RetentionKit) -> None:
    retention.sealed_with("P1")
    retention.leave()
    retention.rule()
    until = NOW.date() + timedelta(days=365)
    services.decide(
        person_id=retention.org.worker.pk,
        data_class="records",
        kind="keep",
        until=until,
        reason="A claim may come.",
        actor=retention.hr(),
        at=NOW,
    )

    assert selectors.review_list(actor=retention.hr(), on=NOW.date()) == []
    assert [one.data_class for one in selectors.review_list(actor=retention.hr(), on=until)] == ["records"]


@pytest.mark.parametrize("data_class", [one for one in DataClass if one is not DataClass.CASE_TEXT])
def test_every_class_can_be_destroyed_by_itself(retention: RetentionKit, data_class: DataClass) -> None:
    record, _ = retention.sealed_with("P1")

    retention.destroyed(data_class)

    assert Part.objects.filter(record=record).exists() is (data_class is not DataClass.RECORDS)
    assert selectors.review_list(actor=retention.hr(), on=NOW.date()) == []


@pytest.mark.parametrize(
    ("scope", "what"),
    [
        ("everything", lambda kit, record: {}),
        ("class", lambda kit, record: {"data_class": "records"}),
        ("team", lambda kit, record: {"team_id": kit.org.team.pk}),
        ("record", lambda kit, record: {"record_id": record.pk}),
        ("person", lambda kit, record: {"person_id": kit.org.worker.pk}),
    ],
)
def test_every_kind_of_hold_wins_until_a_second_person_lifts_it(
    retention: RetentionKit, scope: str, what: Callable[[RetentionKit, Record], dict[str, object]]
) -> None:
    record, _ = retention.sealed_with("P1")
    retention.leave()
    retention.rule()
    disposal = retention.propose()
    hold = retention.hold(scope, **what(retention, record))
    (standing,) = [one for one in selectors.standing_of(retention.org.worker.pk) if one.data_class == "records"]
    assert standing.hold == hold
    assert selectors.held(person_id=retention.org.worker.pk, record_ids=[record.pk], data_class="records") == hold
    with pytest.raises(RuleBroken, match="A hold stands"):
        retention.approve(disposal)
    with pytest.raises(NotAllowed):
        services.lift_hold(hold_id=hold.pk, reason="Over.", actor=retention.hr(), at=NOW)

    services.lift_hold(hold_id=hold.pk, reason="Over.", actor=retention.second(), at=NOW)

    assert retention.approve(disposal).number == 1


@pytest.mark.parametrize(
    ("scope", "what"),
    [
        ("class", lambda kit: {"data_class": "folder"}),
        ("team", lambda kit: {"team_id": kit.org.other_team.pk}),
        ("person", lambda kit: {"person_id": kit.org.outsider.pk}),
    ],
)
def test_a_hold_on_something_else_keeps_nothing_of_this(
    retention: RetentionKit, scope: str, what: Callable[[RetentionKit], dict[str, object]]
) -> None:
    retention.sealed_with("P1")
    retention.leave()
    retention.rule()
    retention.hold(scope, **what(retention))

    assert retention.approve(retention.propose()).number == 1


def test_verify_records_says_what_is_gone_and_finds_what_went_without_a_certificate(retention: RetentionKit) -> None:
    retention.sealed_with("P1")
    retention.destroyed()
    out = StringIO()

    call_command("verify_records", stdout=out)

    assert "Under certificates: 1 destroyed, 0 purged" in out.getvalue()


def test_certificates_are_a_chain(retention: RetentionKit) -> None:
    retention.sealed_with("P1")
    first = retention.destroyed()
    retention.rule(DataClass.FOLDER)

    second = retention.approve(retention.propose(DataClass.FOLDER))

    assert second.number == 2
    assert second.prev == first.digest
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("INSERT INTO records_recordgone DEFAULT VALUES")


def test_a_hold_or_rule_that_is_unknown_is_refused(retention: RetentionKit) -> None:
    with pytest.raises(RuleBroken, match="cannot run from that"):
        retention.rule(DataClass.FOLDER, trigger="sealed")
    with pytest.raises(RuleBroken, match="there is none|There is none"):
        retention.hold("record", record_id=retention.org.worker.pk)
    with pytest.raises(NotAllowed):
        services.place_hold(scope="everything", reason="x", actor=retention.supervisor, at=NOW)


def test_the_command_without_a_ledger_does_nothing(retention: RetentionKit, tmp_path: object) -> None:
    out = StringIO()

    call_command("replay_disposals", f"--ledger={tmp_path}", stdout=out)

    assert out.getvalue() == "0 disposals done again.\n"


def test_a_changed_ledger_is_refused(retention: RetentionKit) -> None:
    retention.sealed_with("P1")
    certificate = retention.destroyed()
    destroying.finish(certificate_id=certificate.pk)
    path = destroying.ledger_folder() / "00000001.json"
    path.write_bytes(path.read_bytes().replace(b"destruction", b"distruction"))

    with pytest.raises(CommandError, match="was changed"):
        call_command("replay_disposals", stdout=StringIO())
