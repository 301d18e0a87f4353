"""What was signed is only ever added to: by privileges for the program, by triggers for the owner, by no cascade."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from documents.models import StoredFile
from records.models import Action, Attestation, DraftSection, Part, PartContent, Record, RenderedDocument
from tests.org import make_org
from tests.records_kit import NOON, Kit

EVIDENCE = [Attestation, Part, PartContent, RenderedDocument]
TABLES = sorted(model._meta.db_table for model in EVIDENCE)
FIRST_COLUMN = {
    "records_attestation": "key_id",
    "records_part": "kind",
    "records_partcontent": "section",
    "records_rendereddocument": "head",
}


def refused(sql: str, *, using: Any = connection) -> str:
    """The database's words when it refuses, or nothing when it does not."""
    try:
        with transaction.atomic(using=using.alias), using.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return str(error)
    return ""


@pytest.fixture
def sealed(kit: Kit) -> Record:
    record = kit.sealed()
    document = RenderedDocument(record=record, head=record.get_head_digest(), made_at=NOON)
    document.stored = _stored_file()
    document.save(force_insert=True)
    return record


def _stored_file() -> Any:
    return StoredFile.objects.create(digest="sha256:" + "0" * 64, size=1, media_type="application/pdf", created_at=NOON)


@pytest.mark.parametrize("table", TABLES)
def test_the_program_may_only_insert_and_select(sealed: Record, table: str) -> None:
    column = FIRST_COLUMN[table]

    for sql in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"SELECT 1 FROM {table} FOR UPDATE",
    ):
        assert "permission denied" in refused(sql), sql


def test_the_program_may_update_the_lock_of_a_record_and_nothing_else(sealed: Record) -> None:
    assert not refused("UPDATE records_record SET lock = lock")
    for sql in (
        "UPDATE records_record SET title = 'Another'",
        "UPDATE records_record SET subject_id = author_id",
        "DELETE FROM records_record",
        "TRUNCATE records_record CASCADE",
    ):
        assert "permission denied" in refused(sql), sql


def test_the_program_may_change_and_delete_drafts_and_actions(sealed: Record) -> None:
    """The control: what is refused above is refused for those tables, not for everything."""
    assert not refused("UPDATE records_draftsection SET version = version")
    assert not refused("UPDATE records_action SET owner_name = owner_name")
    assert not refused("DELETE FROM records_draftsection")


@pytest.fixture
def as_owner(committed_db: str) -> Any:
    """A record in a database of its own, and the owner's connection to it."""
    kit = Kit(make_org())
    record = kit.sealed()
    RenderedDocument.objects.create(record=record, head=record.get_head_digest(), stored=_stored_file(), made_at=NOON)
    return connections["owner"]


@pytest.mark.slow
def test_the_owner_of_the_tables_is_refused_too(as_owner: Any) -> None:
    for table in TABLES:
        column = FIRST_COLUMN[table]
        for sql in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            assert refused(sql, using=as_owner), sql
            assert "permission denied" not in refused(sql, using=as_owner), sql
    assert not refused("UPDATE records_draftsection SET version = version", using=as_owner)


@pytest.mark.slow
def test_nothing_is_removed_by_removing_what_it_hangs_on(as_owner: Any) -> None:
    for sql in (
        "DELETE FROM records_record",
        "DELETE FROM staff_staffmember",
        "DELETE FROM records_part",
        "DELETE FROM documents_storedfile",
        "TRUNCATE records_record CASCADE",
        "TRUNCATE staff_staffmember CASCADE",
    ):
        assert refused(sql, using=as_owner), sql

    assert Part.objects.count() == 2
    assert PartContent.objects.exists()


def test_two_parts_of_one_number_or_after_one_part_cannot_be(sealed: Record) -> None:
    part = Part.objects.get(record=sealed, seq=2)
    columns = [f.attname for f in Part._meta.concrete_fields if f.attname not in ("id", "digest", "seq", "prev")]
    others = ", ".join(f'"{name}"' for name in columns)

    def copy(*, seq: str, prev: str, digest: str) -> str:
        return refused(
            f"INSERT INTO records_part ({others}, seq, prev, digest)"
            f" SELECT {others}, {seq}, {prev}, {digest} FROM records_part WHERE id = '{part.pk}'"
        )

    assert "part_one_of_a_number" in copy(seq="2", prev="'another'", digest="'d1'")
    assert "part_one_after_another" in copy(seq="3", prev="prev", digest="'d2'")
    assert "digest" in copy(seq="3", prev="'another'", digest="digest")
    assert "part_first_has_none_before" in copy(seq="3", prev="NULL", digest="'d3'")
    assert not copy(seq="3", prev="'another'", digest="'d4'")


def test_one_draft_of_a_section_even_where_its_key_is_null(kit: Kit) -> None:
    record = kit.draft()
    row = dict(DraftSection.objects.filter(record=record, section="workload").values().get())
    row.pop("id")

    with pytest.raises(DatabaseError, match="draft_section_once"), transaction.atomic():
        DraftSection.objects.create(**row)


def test_an_action_is_closed_with_its_moment_and_dropped_with_its_reason(sealed: Record) -> None:
    for changes in ({"status": "done"}, {"status": "dropped", "closed_at": NOON}, {"closed_at": NOON}):
        with pytest.raises(DatabaseError, match="action_"), transaction.atomic():
            Action.objects.update(**changes)
