"""Whether a record is as it was signed: an untouched one is, and every change in the database shows and says where."""

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from records import canonical, sealing, selectors, services
from records.canonical import StoredPart
from records.models import Part, Record
from tests.org import Org, make_org
from tests.records_kit import Kit, fresh
from tests.tampering import Tamper


@pytest.fixture
def kit(committed_db: str) -> Kit:
    return Kit(make_org())


def rewritten_body(record: Record, seq: int, **changes: Any) -> tuple[bytes, str]:
    body = canonical.loads(bytes(Part.objects.get(record=record, seq=seq).body))
    raw = canonical.canonical({**body, **changes})
    return raw, canonical.digest(raw)


@pytest.mark.slow
@pytest.mark.scenario(2, "d")
def test_the_check_passes_only_on_an_untouched_record(kit: Kit, tamper: Tamper) -> None:
    record = kit.sealed()
    assert services.verify(record).intact

    tamper("UPDATE records_partcontent SET content = replace(content, 'Eleven', 'Twelve') WHERE section = 'workload'")

    result = services.verify(record)
    assert not result.intact
    assert result.fault == "Part 1, section workload: its content is not what was signed."


STATEMENTS = {
    "a word of the health section": (
        "UPDATE records_partcontent SET content = replace(content, 'January', 'March') WHERE section = 'wellbeing'",
        "section wellbeing: its content",
    ),
    "a salt": ("UPDATE records_partcontent SET salt = '\\x00' WHERE section = 'workload'", "section workload"),
    "a section's mask": (
        "UPDATE records_partcontent SET sensitivity = 'shared' WHERE section = 'wellbeing'",
        "its sensitivity",
    ),
    "a section gone": ("DELETE FROM records_partcontent WHERE section = 'workload'", "its content is missing"),
    "the evidence": (
        "UPDATE records_partcontent SET content = replace(content, '192.0.2.7', '192.0.2.8') WHERE section = '_evidence'",
        "section _evidence",
    ),
    "the signer": (
        "UPDATE records_part SET signer_id = (SELECT author_id FROM records_record) WHERE seq = 2",
        "signer",
    ),
    "the meaning": ("UPDATE records_part SET meaning = 'decline' WHERE seq = 2", "the column meaning"),
    "the moment": ("UPDATE records_part SET signed_at = signed_at - interval '1 day' WHERE seq = 2", "signed_at"),
    "the facts": ("UPDATE records_part SET facts = '{\"minutes\": 60}' WHERE seq = 1", "the column facts"),
    "the state": ("UPDATE records_part SET state_after = 'awaiting' WHERE seq = 2", "the column state_after"),
    "a byte of a body": (
        "UPDATE records_part SET body = set_byte(body, 20, get_byte(body, 20) + 1) WHERE seq = 1",
        "do not have the digest",
    ),
    "an attestation": (
        "UPDATE records_attestation SET signature = set_byte(signature, 9, (get_byte(signature, 9) + 1) % 256)",
        "did not attest",
    ),
    "the attestation gone": ("DELETE FROM records_attestation", "did not attest"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_every_change_in_the_database_shows(kit: Kit, tamper: Tamper, name: str) -> None:
    sql, what = STATEMENTS[name]
    record = kit.sealed()
    assert services.verify(record).intact

    tamper(sql)

    result = services.verify(fresh(record))
    assert what in result.fault


@pytest.mark.slow
def test_a_body_rewritten_with_its_digest_cannot_be_attested_without_the_key(kit: Kit, tamper: Tamper) -> None:
    record = kit.awaiting()
    raw, digest = rewritten_body(record, 1, facts={"minutes": 60})

    tamper("UPDATE records_part SET body = %s, digest = %s, facts = '{\"minutes\": 60}' WHERE seq = 1", raw, digest)

    assert "did not attest" in services.verify(record).fault


@pytest.mark.slow
def test_the_control_somebody_with_the_key_could(kit: Kit, tamper: Tamper) -> None:
    """Shows that the attestation is what stops the change above, and nothing else."""
    record = kit.awaiting()
    raw, digest = rewritten_body(record, 1, facts={"minutes": 60})

    tamper("UPDATE records_part SET body = %s, digest = %s, facts = '{\"minutes\": 60}' WHERE seq = 1", raw, digest)
    tamper("UPDATE records_attestation SET signature = %s", sealing.organisation_key().sign(digest))

    assert services.verify(record).intact


@pytest.mark.slow
def test_a_tail_that_was_cut_off_shows(kit: Kit, tamper: Tamper) -> None:
    record = kit.sealed()

    for table in ("records_attestation", "records_partcontent"):
        tamper(f"DELETE FROM {table} WHERE part_id = (SELECT id FROM records_part WHERE seq = 2)")
    tamper("DELETE FROM records_part WHERE seq = 2")

    assert services.verify(fresh(record)).fault == "The chain: 2 parts were added and 1 are there."


@pytest.mark.slow
def test_a_tail_cut_off_with_its_count_shows_by_the_pdf_that_was_made_of_it(kit: Kit, tamper: Tamper) -> None:
    record = kit.sealed()
    services.render_document(record_id=record.pk, head=record.get_head_digest(), at=record.created_at)

    for table in ("records_attestation", "records_partcontent"):
        tamper(f"DELETE FROM {table} WHERE part_id = (SELECT id FROM records_part WHERE seq = 2)")
    tamper("DELETE FROM records_part WHERE seq = 2")
    Record.objects.update(lock=1)

    assert "a PDF was made of the part" in services.verify(fresh(record)).fault


@pytest.mark.slow
def test_a_part_bound_to_another_record_that_is_not_there_shows(kit: Kit) -> None:
    record = kit.draft()
    bound = [{"record": str(uuid4()), "kind": "case_entry", "seq": 1, "digest": "sha256:0"}]

    kit.sign(record, bound=bound, shown=kit.shown(record, bound=bound))

    assert "is not as it was bound" in services.verify(fresh(record)).fault


@pytest.mark.slow
def test_what_was_changed_is_not_shown_and_not_printed(kit: Kit, tamper: Tamper) -> None:
    record = kit.sealed()
    tamper("UPDATE records_partcontent SET content = replace(content, 'Eleven', 'Twelve') WHERE section = 'workload'")

    reading = selectors.record_reading(record=fresh(record), actor=kit.worker)

    assert reading.fault == "Part 1, section workload: its content is not what was signed."
    assert reading.parts == ()
    with pytest.raises(canonical.ChainBroken):
        services.render_document(record_id=record.pk, head=record.get_head_digest(), at=record.created_at)


@pytest.mark.slow
def test_the_command_checks_all_records_and_says_which_one_and_where(kit: Kit, tamper: Tamper) -> None:
    records = [kit.sealed(), kit.awaiting(), kit.draft()]
    out, err = StringIO(), StringIO()

    call_command("verify_records", stdout=out)
    assert "3 records checked: all intact." in out.getvalue()

    tamper(
        "UPDATE records_partcontent SET content = replace(content, 'Eleven', 'Twelve') FROM records_part"
        " WHERE section = 'workload' AND part_id = records_part.id AND record_id = %s",
        records[1].pk,
    )
    with pytest.raises(CommandError, match="1 of 3 records are not as they were signed"):
        call_command("verify_records", stdout=StringIO(), stderr=err)
    assert f"Record {records[1].pk}. Part 1, section workload" in err.getvalue()
    call_command("verify_records", str(records[0].pk), stdout=StringIO())
    with pytest.raises(CommandError, match="are not there"):
        call_command("verify_records", str(uuid4()), stdout=StringIO())


def test_what_is_masked_for_a_reader_stays_in_the_database_when_they_check(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Kit(org).sealed()
    fetched: list[StoredPart] = []
    check = canonical.verify_chain

    def check_and_note(parts: list[StoredPart], **options: Any) -> Any:
        fetched.extend(parts)
        return check(parts, **options)

    monkeypatch.setattr(canonical, "verify_chain", check_and_note)

    result = services.verify_for(record=record, actor=org.actor(org.team_manager), at=record.created_at)

    assert result.intact
    sections = {content.section for part in fetched for content in part.contents}
    assert "workload" in sections
    assert sections.isdisjoint({"wellbeing", "_evidence"})


def test_a_reader_who_checks_is_noted(org: Org) -> None:
    kit = Kit(org)
    record = kit.sealed()

    result = services.verify_for(record=record, actor=org.actor(org.team_manager), at=record.created_at)

    assert result.intact
    assert result.parts == 2
