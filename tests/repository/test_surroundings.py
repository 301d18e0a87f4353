"""What every test stands on: the role it runs as, the database it gets, the machine that it cannot leave."""

import socket
import threading
import time
from contextlib import ExitStack
from urllib.request import urlopen

import psycopg2
import pytest
from django.db import ProgrammingError, connection, connections
from playwright.sync_api import Error, Page

from tests.databases import TEMPLATE, administering, clone_of
from tests.sites import StartSite
from trail.models import Entry


def ask(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_the_suite_runs_as_the_role_that_owns_nothing(db: None) -> None:
    assert ask("SELECT current_user") == "countersign"
    assert ask("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == 0
    assert ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_that_role_cannot_empty_a_table(db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask(f"TRUNCATE {Entry._meta.db_table}")


def test_a_test_that_rolls_back_is_in_a_transaction(db: None) -> None:
    assert connection.in_atomic_block


def test_a_test_that_commits_has_a_database_of_its_own_for_all_its_threads(committed_db: str) -> None:
    seen = []

    def look() -> None:
        seen.append(ask("SELECT current_database()"))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert not connection.in_atomic_block
    assert seen == [committed_db]
    assert connections.settings["owner"]["NAME"] == committed_db


def test_a_database_that_is_done_with_goes_whoever_still_holds_it(django_db_setup: None) -> None:
    with ExitStack() as held, clone_of(TEMPLATE) as name:
        for role in ("default", "owner"):
            settings = connections.settings[role]
            left_open = psycopg2.connect(
                dbname=name, user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"]
            )
            held.callback(left_open.close)
            left_open.cursor().execute("SELECT 1")
        with administering() as cursor, pytest.raises(psycopg2.errors.ObjectInUse):
            cursor.execute(f'DROP DATABASE "{name}"')
        began = time.monotonic()

    with administering() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
        assert cursor.fetchone() == (0,)
    assert time.monotonic() - began < 15


@pytest.fixture
def row(db: None) -> object:
    return ask("SELECT current_database()")


def test_fixtures_that_ask_for_a_database_get_the_one_that_commits(row: object, committed_db: str) -> None:
    assert row == committed_db


def test_a_test_that_asks_for_no_database_has_none() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        ask("SELECT 1")


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(AssertionError, match="tried to reach"), socket.socket() as client:
        client.connect(("192.0.2.1", 80))


@pytest.mark.slow
def test_a_site_has_its_own_processes_and_database(start_site: StartSite) -> None:
    first, second = start_site(demo=False, worker=True, beat=True), start_site(demo=False)

    for site in (first, second):
        with urlopen(site.url) as page:
            assert page.status == 200
    assert first.database != second.database
    assert first.environment["REDIS_URL"] != second.environment["REDIS_URL"]
    assert "tables protected" in first.manage("protect_tables", "--check")


@pytest.mark.browser
@pytest.mark.slow
def test_the_browser_reaches_a_site_and_nothing_else(start_site: StartSite, page: Page) -> None:
    site = start_site(demo=False)

    page.goto(site.url)

    assert page.title()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://countersign.example/")
