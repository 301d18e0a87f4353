"""Every address of the service, asked for by everybody, against docs/permissions.md, which no product code reads."""

import re
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from tests.access.world import Named, World, build
from trail.models import Entry

TABLE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
NOBODY = "signed out"
BROWSER = Client()
REFUSALS = {403, 404, 405}


@dataclass(frozen=True)
class Row:
    """One row of the table: what each relation meets when it sends ``method`` to a page about a thing."""

    page: str
    thing: str
    method: str
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.page}" + (f" ({self.thing})" if self.thing else "")


def read_rows(text: str) -> Iterator[Row]:
    """The rows of every table whose first column is headed "page"."""
    header: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if cells[:1] == ["page"]:
            header = cells
        elif not cells:
            header = []
        elif header and not set(cells[0]) <= {"-"}:
            page, thing, method, *rest = cells
            yield Row(page, thing, method, dict(zip(header[3:], rest, strict=True)))


ROWS = list(read_rows(TABLE.read_text()))
BY_PAGE: dict[str, list[Row]] = defaultdict(list)
for each in ROWS:
    BY_PAGE[each.page].append(each)


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the URLconf, with its full name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield f"{namespace}{pattern.name}", pattern


PAGES = dict(addresses(get_resolver()))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[World]:
    """Built once; whatever a request changes is rolled back after it."""
    with time_machine.travel(NOW, tick=False), django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def ask(world: World, row: Row, relation: str) -> Any:
    """What a person of that relation gets; nothing of it stays."""
    thing = world.things[row.thing]
    client = BROWSER
    client.cookies.clear()
    if relation != NOBODY:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[relation]
    cache.clear()
    with transaction.atomic():
        thing.before(world.people.get(relation))
        address = reverse(row.page, kwargs=dict(thing.kwargs))
        before = Entry.objects.filter(verb="refused").count()
        response: Any
        if row.method == "GET":
            response = client.get(address, dict(thing.query))
        else:
            response = client.post(address, {**thing.data, "sent": "1"})
        if response.streaming:
            response.content_read = b"".join(response)
        response.refused = Entry.objects.filter(verb="refused").count() - before
        transaction.set_rollback(True)
    return response


def once(world: World, row: Row, relation: str) -> Any:
    """The same, asked once for all the tests of this module."""
    key = (str(row), relation)
    if key not in world.answers:
        world.answers[key] = ask(world, row, relation)
    return world.answers[key]


def met(response: HttpResponse) -> str:
    """In the words of the table."""
    if response.status_code in REFUSALS:
        return str(response.status_code)
    sign_in_pages = {resolve_url(settings.LOGIN_URL), reverse("account_login")}
    if response.status_code == 302 and response.headers["Location"].split("?")[0] in sign_in_pages:
        return "sign in"
    return "yes" if response.status_code in (200, 302) else f"status {response.status_code}"


def leaks(response: HttpResponse, world: World, row: Row) -> list[str]:
    """What a refusal must not hold: anything that was typed into a record."""
    body = response.content.decode(errors="replace")
    return [word for word in ("court statement", "operation", "chronology", "occupational health") if word in body]


# The table and the URLconf


def test_every_address_has_its_rows() -> None:
    assert sorted(set(PAGES) - set(BY_PAGE)) == [], "add these to docs/permissions.md"


def test_every_row_has_its_address() -> None:
    assert sorted(set(BY_PAGE) - set(PAGES)) == [], "these are no longer pages: take them out of docs/permissions.md"


def test_every_address_has_a_name_of_its_own() -> None:
    names = [name for name, _ in addresses(get_resolver())]

    assert [name for name in names if name.endswith("None")] == []
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("name", sorted(BY_PAGE))
def test_both_methods_are_in_the_table(name: str) -> None:
    assert {row.method for row in BY_PAGE[name]} == {"GET", "POST"}
    seen = [(row.thing, row.method) for row in BY_PAGE[name]]
    assert len(seen) == len(set(seen))


def test_no_product_code_reads_the_table() -> None:
    root = TABLE.parents[1]
    rooms = [path for path in root.iterdir() if (path / "apps.py").exists()] + [root / "config"]

    files = [file for room in rooms for file in room.rglob("*.py")]

    assert len(files) > 50
    assert [str(file) for file in files if "permissions.md" in file.read_text()] == []


# The pages


@pytest.mark.parametrize("name", sorted(BY_PAGE))
def test_everybody_meets_what_the_table_says(world: World, name: str) -> None:
    found = [
        f"{relation}, {row}: {said}, got {got}"
        for row in BY_PAGE[name]
        for relation, said in row.cells.items()
        if (got := met(once(world, row, relation))) != said
    ]

    assert found == []


@pytest.mark.parametrize("name", sorted(name for name in BY_PAGE if ":" in name))
def test_somebody_entitled_gets_in(world: World, name: str) -> None:
    """Without this the sweep would pass on things that are not there."""
    answers = {
        once(world, row, relation).status_code
        for row in BY_PAGE[name]
        for relation, said in row.cells.items()
        if said == "yes"
    }

    is_post_only = all(row.cells["self"] == "405" for row in BY_PAGE[name] if row.method == "GET")
    assert answers & ({200, 302} if is_post_only else {200})


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "404" in row.cells.values() and row.thing], ids=lambda row: str(row)
)
def test_a_refused_outsider_learns_nothing_and_is_noted(world: World, row: Row) -> None:
    response = once(world, row, "colleague")

    assert response.status_code in (403, 404)
    assert leaks(response, world, row) == []
    if world.things[row.thing].kwargs:
        assert response.refused == 1


def test_things_named_by_the_table_are_those_of_the_suite(world: World) -> None:
    assert {row.thing for row in ROWS} == set(world.things)
    assert all(isinstance(thing, Named) for thing in world.things.values())


# Controls


def test_control_a_table_is_read_as_it_is_written() -> None:
    text = (
        "| page | thing | method | self | signed out |\n|---|---|---|---|---|\n"
        "| a:b | | GET | yes | sign in |\n\n| word | who |\n|---|---|\n| x | y |\n"
    )

    assert list(read_rows(text)) == [Row("a:b", "", "GET", {"self": "yes", "signed out": "sign in"})]


def test_control_sight_that_is_too_wide_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the product's definition of sight taken away, the outsider gets in, and the comparison says so."""
    monkeypatch.setattr("records.models.RecordQuerySet.visible_to", lambda self, actor: self)
    row = next(row for row in BY_PAGE["records:record-detail"] if row.thing == "signed record" and row.method == "GET")

    assert met(ask(world, row, "colleague")) == "yes" != row.cells["colleague"]


def test_control_a_page_left_open_to_everybody_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervision.access.check_can_supervise", lambda actor, person: None)
    row = next(row for row in BY_PAGE["supervision:session-book"] if row.method == "GET")

    assert met(ask(world, row, "colleague")) == "yes" != row.cells["colleague"]


def test_control_secrets_in_a_body_would_be_found() -> None:
    assert leaks(HttpResponse("the court statement for B"), None, ROWS[0]) == ["court statement"]


def test_control_words_looked_for_are_in_the_record(world: World) -> None:
    row = next(row for row in BY_PAGE["records:record-detail"] if row.thing == "signed record" and row.method == "GET")

    assert re.search("court statement", ask(world, row, "self").content.decode())
