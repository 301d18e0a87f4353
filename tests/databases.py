"""Databases of the suite: one template, made once; a clone for each process; one more for each test that commits.

The suite connects as the runtime role, which may not TRUNCATE, so nothing is ever flushed: a test that needs real
commits asks for ``committed_db`` and gets a clone of its own (about 0.1 s), dropped afterwards.
"""

import itertools
import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import validate_django_db

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
TEMPLATE = "countersign_template"
COMMITTING = {"committed_db", "transactional_db", "live_server"}

_numbers = itertools.count(1)


@contextmanager
def administering(role: str = "owner") -> Iterator[Any]:
    """A cursor of the owner role, or of another, on a database that nobody clones, outside any transaction."""
    settings = connections.settings[role]
    connection = psycopg2.connect(
        dbname="postgres", user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"]
    )
    try:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def make_once(name: str, *, template: str | None, fill: Callable[[str], None]) -> None:
    """Make a database that others are cloned from, whichever process comes first; the others wait for it."""
    with administering() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name])
        if cursor.fetchone()[0]:
            return
        unfinished = f"{name}_unfinished"
        cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{unfinished}"' + (f' TEMPLATE "{template}"' if template else ""))
        fill(unfinished)
        cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def use(name: str) -> str:
    """Point Django at a database, in this and every later thread; the name of the one before."""
    before: str = connections.settings["default"]["NAME"]
    for alias in ("default", "owner"):
        connections[alias].close()
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    return before


@contextmanager
def clone_of(template: str) -> Iterator[str]:
    """A database of one's own, gone afterwards."""
    name = f"suite_{WORKER}_{os.getpid()}_{next(_numbers)}"
    with administering() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        drop(name)


def drop(name: str, *, patience: float = 20) -> None:
    """Drop a database that is done with, whoever may still be connected to it: each role ends its own connections.

    Neither may end the other's. Somebody who connects anew in between is ended in the next round.
    """
    until = time.monotonic() + patience
    with administering() as owner, administering("default") as runtime:
        while True:
            runtime.execute(
                "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user",
                [name],
            )
            try:
                owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            except (psycopg2.errors.ObjectInUse, psycopg2.errors.InsufficientPrivilege):
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return


def migrate(name: str) -> None:
    """Make the tables as the owner, give the runtime role its privileges, load the policies that ship."""
    before = use(name)
    try:
        call_command("migrate", database="owner", verbosity=0)
        call_command("protect_tables", verbosity=0, stdout=StringIO())
        call_command("load_policies", verbosity=0, stdout=StringIO())
        keep_files_unscanned()
    finally:
        use(before)


def keep_files_unscanned() -> None:
    """What an administrator of a place without a scanner chose: what people bring can be opened at once."""
    from documents.models import UnscannedChoice  # noqa: PLC0415 - loaded before Django is

    UnscannedChoice.objects.create(
        number=1,
        accepts=True,
        reason="The suite has no scanner",
        at=datetime(2026, 11, 2, 9, tzinfo=UTC),
        by_id=UUID(int=1),
        by_name="Robin Ellis",
        by_role="System administrator",
    )


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Generator[None]:
    """The database of this process: a clone of the template, used by all tests that roll back."""
    with django_db_blocker.unblock():
        make_once(TEMPLATE, template=None, fill=migrate)
    with clone_of(TEMPLATE) as name:
        with django_db_blocker.unblock():
            before = use(name)
        yield
        with django_db_blocker.unblock():
            use(before)


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Generator[None]:
    """pytest-django's, but a test that commits gets a clone where pytest-django would flush."""
    marker = request.node.get_closest_marker("django_db")
    marked = bool(marker and validate_django_db(marker)[0])
    if not marked and COMMITTING.isdisjoint(request.fixturenames):
        request.getfixturevalue("_django_db_helper")
        yield
        return
    with clone_of(TEMPLATE) as name, django_db_blocker.unblock():
        before = use(name)
        yield
        use(before)


@pytest.fixture
def committed_db(_django_db_helper: None) -> str:
    """The name of a database where commits are real, for this test alone; for threads and other processes, too."""
    name: str = connections.settings["default"]["NAME"]
    return name
