"""Append-only tables, proven with raw SQL: by privilege, by row trigger, by statement trigger, whoever asks."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import connections
from django.db.models import Model
from psycopg2.errors import InsufficientPrivilege

from core.models import AppendOnly

MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, AppendOnly)), key=lambda model: model._meta.db_table
)
ORDINARY = "staff_service"
DUMMIES = {
    "uuid": "uuidv7()",
    "bytea": "'\\x00'",
    "jsonb": "'{}'",
    "boolean": "false",
    "date": "'2026-11-09'",
    "timestamp with time zone": "now()",
    "time without time zone": "'12:00'",
    "inet": "'192.0.2.1'",
    "ARRAY": "'{}'",
    # No number that a table may hold already
    "integer": "4711",
}


@contextmanager
def connected(alias: str) -> Iterator[Any]:
    """A cursor of one of the two roles on this test's database; rolled back at the end."""
    settings = connections.settings[alias]
    with closing(
        psycopg2.connect(
            dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"]
        )
    ) as connection:
        with connection.cursor() as cursor:
            yield cursor
        connection.rollback()


@pytest.fixture
def runtime(django_db_setup: None) -> Generator[Any]:
    with connected("default") as cursor:
        yield cursor


@pytest.fixture
def owner(django_db_setup: None) -> Generator[Any]:
    with connected("owner") as cursor:
        yield cursor


def add_row(cursor: Any, table: str) -> None:
    """A row with a value of some kind in each column that must have one; checks and references out of the way."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    )
    columns = cursor.fetchall()
    names = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(DUMMIES.get(kind, "'1'") for _, kind in columns)
    cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})')


def drop_checks(cursor: Any, table: str) -> None:
    """As owner, within the transaction: what a row of dummies could offend against."""
    cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [f'"{table}"'])
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def a_column(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def test_the_append_only_tables_are_there() -> None:
    assert "trail_entry" in {model._meta.db_table for model in MODELS}


# By privilege, as the role that the program runs as


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
@pytest.mark.parametrize(
    "command", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}"]
)
def test_the_runtime_role_has_no_privilege_to_change(runtime: Any, model: type[Model], command: str) -> None:
    with pytest.raises(InsufficientPrivilege, match="permission denied"):
        runtime.execute(command.format(table=model._meta.db_table, column=a_column(model)))


def test_control_the_runtime_role_changes_an_ordinary_table(runtime: Any) -> None:
    add_row(runtime, ORDINARY)

    runtime.execute(f"UPDATE {ORDINARY} SET name = 'another'")
    assert runtime.rowcount == 1
    runtime.execute(f"DELETE FROM {ORDINARY}")
    assert runtime.rowcount == 1


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_the_runtime_role_cannot_take_the_triggers_off(runtime: Any, model: type[Model]) -> None:
    with pytest.raises(InsufficientPrivilege, match="must be owner"):
        runtime.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER ALL")


def test_the_runtime_role_cannot_put_the_session_out_of_reach_of_triggers(runtime: Any) -> None:
    with pytest.raises(InsufficientPrivilege):
        runtime.execute("SET session_replication_role = 'replica'")


# By trigger, as the owner of the tables, who has every privilege


@pytest.mark.parametrize("ignoring", [False, True], ids=["plainly", "ignoring_triggers"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
@pytest.mark.parametrize("command", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_a_row_trigger_refuses_the_owner(owner: Any, model: type[Model], command: str, ignoring: bool) -> None:
    table = model._meta.db_table
    drop_checks(owner, table)
    add_row(owner, table)
    if ignoring:
        ignore_all_triggers(owner, table)

    with pytest.raises(InsufficientPrivilege, match=f"{table} is append-only: (UPDATE|DELETE) refused"):
        owner.execute(command.format(table=table, column=a_column(model)))


@pytest.mark.parametrize("ignoring", [False, True], ids=["plainly", "ignoring_triggers"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_a_statement_trigger_refuses_the_owner_to_truncate(owner: Any, model: type[Model], ignoring: bool) -> None:
    table = model._meta.db_table
    if ignoring:
        ignore_all_triggers(owner, table)

    with pytest.raises(InsufficientPrivilege, match="is append-only: TRUNCATE refused"):
        owner.execute(f"TRUNCATE {table} CASCADE")


def test_control_the_owner_changes_and_truncates_an_ordinary_table(owner: Any) -> None:
    add_row(owner, ORDINARY)

    owner.execute(f"UPDATE {ORDINARY} SET name = 'another'")
    assert owner.rowcount == 1
    owner.execute("CREATE TABLE ordinary AS SELECT * FROM staff_service")
    owner.execute("TRUNCATE ordinary")
    owner.execute("SELECT count(*) FROM ordinary")
    assert owner.fetchone() == (0,)


def test_control_a_trigger_that_listens_is_switched_off_by_the_same_variable(owner: Any) -> None:
    """That the product's triggers go on refusing means something only since pgtrigger's own would not."""
    owner.execute("CREATE TABLE ordinary (id integer)")
    owner.execute(
        "CREATE FUNCTION public.listens() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF current_setting('pgtrigger.ignore', true) LIKE '%ordinary:%' THEN RETURN OLD; END IF;"
        " RAISE EXCEPTION 'refused'; END $$"
    )
    owner.execute("CREATE TRIGGER kept BEFORE DELETE ON ordinary FOR EACH ROW EXECUTE FUNCTION listens()")
    owner.execute("INSERT INTO ordinary VALUES (1)")
    ignore_all_triggers(owner, "ordinary")

    owner.execute("DELETE FROM ordinary")

    assert owner.rowcount == 1


def ignore_all_triggers(cursor: Any, table: str) -> None:
    """What pgtrigger.ignore() sends, for each trigger of a table: ``{table:trigger,...}``."""
    cursor.execute(
        "SELECT string_agg(tgrelid::regclass || ':' || tgname, ',') FROM pg_trigger"
        " WHERE tgrelid = %s::regclass AND NOT tgisinternal",
        [f'"{table}"'],
    )
    cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + (cursor.fetchone()[0] or "") + "}"])


# Nothing takes evidence with it when it goes


def deletions(cursor: Any, tables: list[str] | None = None) -> dict[str, str]:
    """What each foreign key does when the row that it points to is deleted: a none, r restrict, c cascade, n null."""
    cursor.execute(
        "SELECT conname, confdeltype FROM pg_constraint WHERE contype = 'f'"
        " AND (%(tables)s::text[] IS NULL OR conrelid::regclass::text = ANY(%(tables)s))",
        {"tables": tables},
    )
    return {name: kind.decode() if isinstance(kind, bytes) else kind for name, kind in cursor.fetchall()}


def test_every_foreign_key_out_of_evidence_is_restrict(owner: Any) -> None:
    found = deletions(owner, [model._meta.db_table for model in MODELS])

    assert {name: kind for name, kind in found.items() if kind != "r"} == {}


def test_no_foreign_key_in_the_database_cascades_or_sets_null(owner: Any) -> None:
    found = deletions(owner)

    assert len(found) > 10
    assert {name: kind for name, kind in found.items() if kind not in ("a", "r")} == {}


def test_control_a_cascade_would_be_found(owner: Any) -> None:
    owner.execute("CREATE TABLE ordinary (service uuid REFERENCES staff_service ON DELETE CASCADE)")

    assert deletions(owner, ["ordinary"]) == {"ordinary_service_fkey": "c"}
