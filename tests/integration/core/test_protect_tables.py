"""protect_tables --check: says nothing while all is well, and finds each thing that is not."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

RUNTIME = "countersign"


@pytest.fixture
def as_owner(committed_db: str) -> Callable[[str], None]:
    def run(statement: str) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement)

    return run


def check() -> None:
    call_command("protect_tables", "--check", stdout=StringIO())


def test_a_fresh_database_is_protected(as_owner: Callable[[str], None]) -> None:
    check()


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        (f"GRANT UPDATE ON trail_entry TO {RUNTIME}", "trail_entry: countersign has UPDATE"),
        (f"GRANT UPDATE (verb) ON trail_entry TO {RUNTIME}", "trail_entry: countersign has UPDATE of verb"),
        (f"GRANT DELETE ON trail_entry TO {RUNTIME}", "trail_entry: countersign has DELETE"),
        (f"GRANT TRUNCATE ON trail_entry TO {RUNTIME}", "trail_entry: countersign has TRUNCATE"),
        ("GRANT DELETE ON trail_entry TO PUBLIC", "trail_entry: countersign has DELETE"),
        (f"REVOKE INSERT ON trail_entry FROM {RUNTIME}", "trail_entry: countersign lacks INSERT"),
        (f"REVOKE SELECT ON staff_team FROM {RUNTIME}", "staff_team: countersign lacks SELECT"),
        ("ALTER TABLE trail_entry DISABLE TRIGGER USER", "trail_entry: no trigger refuses UPDATE and DELETE"),
        ("ALTER TABLE trail_entry DISABLE TRIGGER USER", "trail_entry: no trigger refuses TRUNCATE"),
        ("ALTER TABLE trail_entry ENABLE REPLICA TRIGGER pgtrigger_append_only_3cebc", "no trigger refuses UPDATE"),
    ],
)
def test_it_finds_what_is_not_so(as_owner: Callable[[str], None], statement: str, complaint: str) -> None:
    as_owner(statement)

    with pytest.raises(CommandError, match=complaint):
        check()


def test_it_finds_and_mends_a_reference_that_would_wait_for_the_end_of_the_transaction(
    as_owner: Callable[[str], None],
) -> None:
    as_owner(
        """DO $$ DECLARE name text; BEGIN
            SELECT conname INTO name FROM pg_constraint WHERE contype = 'f' AND conrelid = 'records_part'::regclass LIMIT 1;
            EXECUTE format('ALTER TABLE records_part DROP CONSTRAINT %I', name);
            EXECUTE format('ALTER TABLE records_part ADD CONSTRAINT %I FOREIGN KEY (record_id)'
                ' REFERENCES records_record DEFERRABLE INITIALLY DEFERRED', name);
        END $$"""
    )
    with pytest.raises(CommandError, match="records_part: .* is not ON DELETE RESTRICT"):
        check()

    call_command("protect_tables", stdout=StringIO())

    check()


def test_it_finds_a_column_that_may_not_be_changed_but_must_be(as_owner: Callable[[str], None]) -> None:
    as_owner(f"REVOKE UPDATE (read_at) ON notifications_notice FROM {RUNTIME}")

    with pytest.raises(CommandError, match="notifications_notice: countersign lacks UPDATE of read_at"):
        check()


def test_run_without_check_it_mends_the_privileges(as_owner: Callable[[str], None]) -> None:
    as_owner(f"GRANT UPDATE, DELETE ON trail_entry TO {RUNTIME}")

    call_command("protect_tables", stdout=StringIO())

    check()
