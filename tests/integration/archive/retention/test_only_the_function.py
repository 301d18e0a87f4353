"""Nobody but the function destroys: not the program's role, not the owner as long as triggers fire, not the role by itself."""

from io import StringIO
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from archive.retention import destroying, registry
from core.fields import ContentField
from records.models import Part, PartContent, RecordGone
from records.services import verify
from tests.org import make_org
from tests.retention_kit import RetentionKit
from tests.tampering import Tamper

ABOUT = {"staff.StaffMember", "staff.Account", "records.Record", "cases.Child", "documents.StoredFile"}


@pytest.fixture
def kit(committed_db: str) -> RetentionKit:
    return RetentionKit(make_org())


def as_role(role: str | None, sql: str, *, certificate: bool = False) -> None:
    """Run a statement as the owner, or as a role that the owner may become; nothing stays."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        if role:
            cursor.execute(f"SET LOCAL ROLE {role}")
        if certificate:
            cursor.execute(
                "INSERT INTO archive_certificate (id, number, kind, data_class, body, digest, signature, key_id,"
                " transaction, made_at) VALUES (uuidv7(), 99, 'purge', 'case_text', '', 'x', '', '',"
                " pg_current_xact_id()::text::bigint, now())"
            )
        cursor.execute(sql)
        transaction.set_rollback(True, using="owner")


WAYS = [
    "DELETE FROM records_partcontent",
    "UPDATE records_partcontent SET content = ''",
    "TRUNCATE records_partcontent",
    "DELETE FROM archive_certificate",
    "UPDATE archive_certificate SET number = 7",
    "TRUNCATE archive_certificate",
    "DELETE FROM records_recordgone",
]


@pytest.mark.parametrize("sql", WAYS)
def test_the_role_of_the_program_is_refused(kit: RetentionKit, sql: str) -> None:
    kit.sealed_with("P1")

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", [way for way in WAYS if "partcontent" in way])
@pytest.mark.parametrize("switch", ["", "SET session_replication_role = replica; ", "SET pgtrigger.ignore = '{all}'; "])
def test_the_owner_is_refused_and_no_variable_switches_that_off(kit: RetentionKit, sql: str, switch: str) -> None:
    kit.sealed_with("P1")

    with pytest.raises(DatabaseError, match="append-only|permission denied"):
        as_role(None, switch + sql)


@pytest.mark.parametrize("sql", WAYS)
def test_the_role_that_destroys_is_refused_without_its_function(kit: RetentionKit, sql: str) -> None:
    kit.sealed_with("P1")

    with pytest.raises(DatabaseError, match="append-only|permission denied"):
        as_role("countersign_disposal", sql)


def test_the_control_with_a_certificate_of_the_same_transaction_it_may_delete_and_nothing_else(
    kit: RetentionKit,
) -> None:
    kit.sealed_with("P1")

    as_role("countersign_disposal", "DELETE FROM records_partcontent", certificate=True)
    for sql in (
        "UPDATE records_partcontent SET content = ''",
        "TRUNCATE records_partcontent",
        "DELETE FROM trail_entry",
    ):
        with pytest.raises(DatabaseError, match="append-only|permission denied"):
            as_role("countersign_disposal", sql, certificate=True)


@pytest.mark.parametrize(
    "call",
    [
        "SELECT archive_remove('purge', 'case_text', NULL, '{}', '{}', '', '', '', true)",
        "SELECT archive_replay('', '', '')",
        "SET ROLE countersign_disposal",
        "INSERT INTO archive_certificate DEFAULT VALUES",
    ],
)
def test_the_program_cannot_go_round_what_the_functions_check(kit: RetentionKit, call: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(call)


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("GRANT EXECUTE ON FUNCTION archive_replay(bytea, bytea, text) TO countersign", "others may call it"),
        ("GRANT EXECUTE ON FUNCTION archive_replay(bytea, bytea, text) TO PUBLIC", "others may call it"),
        ("GRANT UPDATE ON records_partcontent TO countersign_disposal", "countersign_disposal has UPDATE"),
        ("REVOKE DELETE ON records_part FROM countersign_disposal", "countersign_disposal lacks DELETE"),
        ("DROP FUNCTION archive_purge(uuid, uuid, bytea, bytea, text)", "is not there"),
        ("ALTER FUNCTION archive_replay(bytea, bytea, text) SECURITY INVOKER", "does not run as"),
        (
            "CREATE OR REPLACE FUNCTION archive_hold_of(p_people uuid[], p_class text, p_records uuid[]) RETURNS uuid"
            " LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$",
            "is another than the registry makes",
        ),
    ],
)
def test_the_check_finds_a_door_and_closes_it(kit: RetentionKit, sql: str, complaint: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(CommandError, match=complaint):
        call_command("protect_tables", "--check", stdout=StringIO())

    call_command("protect_tables", stdout=StringIO())

    call_command("protect_tables", "--check", stdout=StringIO())


def test_a_restored_backup_is_told_what_is_gone(kit: RetentionKit) -> None:
    """The rows as an older backup has them: those of the disposal are taken away, and what it destroyed is there again."""
    record, _ = kit.sealed_with("P1")
    parts, contents = _rows("records_part", record.pk), _rows("records_partcontent", record.pk)
    certificate = kit.destroyed()
    destroying.finish(certificate_id=certificate.pk)
    assert not Part.objects.filter(record=record).exists()
    _forget_the_disposal()
    _put_back(parts, contents)
    assert Part.objects.filter(record=record).exists()
    assert not RecordGone.objects.exists()

    call_command("replay_disposals", stdout=StringIO())

    assert not Part.objects.filter(record=record).exists()
    assert not PartContent.objects.filter(part__record=record).exists()
    assert verify(record).intact
    assert RecordGone.objects.get().number == 1
    out = StringIO()
    call_command("replay_disposals", stdout=out)
    assert out.getvalue() == "0 disposals done again.\n"
    call_command("verify_records", stdout=StringIO())


def test_a_hold_of_the_restored_backup_wins_over_the_replay(kit: RetentionKit) -> None:
    record, _ = kit.sealed_with("P1")
    parts, contents = _rows("records_part", record.pk), _rows("records_partcontent", record.pk)
    destroying.finish(certificate_id=kit.destroyed().pk)
    _forget_the_disposal()
    _put_back(parts, contents)
    kit.hold()

    with pytest.raises(CommandError, match="A hold stands"):
        call_command("replay_disposals", stdout=StringIO())

    assert Part.objects.filter(record=record).exists()


def test_what_went_without_a_certificate_is_found(kit: RetentionKit, tamper: Tamper) -> None:
    record, _ = kit.sealed_with("P1")
    tamper(
        "DELETE FROM records_attestation WHERE part_id IN (SELECT id FROM records_part WHERE record_id = %s)", record.pk
    )
    tamper(
        "DELETE FROM records_partcontent WHERE part_id IN (SELECT id FROM records_part WHERE record_id = %s)", record.pk
    )
    tamper("DELETE FROM records_part WHERE record_id = %s", record.pk)
    with pytest.raises(CommandError, match="not as they were signed"):
        call_command("verify_records", stdout=StringIO(), stderr=StringIO())
    tamper(
        "INSERT INTO records_recordgone (id, record_id, kind, certificate_id, number, at, acts)"
        " VALUES (uuidv7(), %s, 'destroyed', uuidv7(), 1, now(), '{}')",
        record.pk,
    )
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_records", stdout=StringIO(), stderr=said)

    assert "no certificate names it" in said.getvalue() or "missing" in said.getvalue()


def test_every_table_with_what_people_wrote_or_whom_it_is_about_is_named() -> None:
    named = {step.model for step in registry.STEPS} | set(registry.KEPT)
    found = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        and any(
            isinstance(one, ContentField) or (one.is_relation and one.related_model._meta.label in ABOUT)
            for one in model._meta.concrete_fields
            if not one.is_relation or one.related_model
        )
    }

    assert found - named == set(), "say in archive/retention/registry.py what becomes of these, or why they are kept"
    assert not {step.model for step in registry.STEPS} & set(registry.KEPT)
    assert all(registry.KEPT.values())


def _rows(table: str, record_id: UUID) -> tuple[str, list[tuple[str, ...]]]:
    where = (
        "record_id = %s" if table == "records_part" else "part_id IN (SELECT id FROM records_part WHERE record_id = %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {where}", [record_id])
        return table, cursor.fetchall()


def _put_back(*saved: tuple[str, list[tuple[str, ...]]]) -> None:
    with connections["owner"].cursor() as cursor:
        for table, rows in saved:
            for (row,) in rows:
                cursor.execute(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)", [row]
                )


def _forget_the_disposal() -> None:
    with connections["owner"].cursor() as cursor:
        for table in ("records_recordgone", "archive_certificate"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
