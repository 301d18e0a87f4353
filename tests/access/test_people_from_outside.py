"""Every address of the table, asked for by an inspector and by a colleague who may read two records and no more."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from staff.gate import ACCOUNT_PAGES, OUTSIDE_PAGES, READING_PAGES
from staff.models import SightGrant, StaffMember
from tests.access.test_every_page_is_guarded import BY_PAGE, NOW, PAGES, ROWS, TABLE, Row, ask, met, world
from tests.access.world import World
from tests.needs_kit import NeedsKit
from tests.org import sign_in_as

__all__ = ["world"]

OUTSIDE, COLLEAGUE = "somebody from outside", "colleague let read"
# The two records, as the table calls them
READ = ("sealed record", "signed record")
PAGE = "records:record-detail"


@pytest.fixture(scope="module")
def readers(world: World) -> World:  # noqa: F811  the fixture of the sweep
    """The world of the sweep, with two who were let read the same two records."""
    kit = NeedsKit(world.org, promotes=False)
    inspector = StaffMember.objects.create(name="Jane Ward", organisation="Ofsted", employed_from=NOW.date())
    people = dict(world.people) | {OUTSIDE: inspector, COLLEAGUE: kit.colleague}
    sessions = dict(world.sessions)
    for name in (OUTSIDE, COLLEAGUE):
        kit.let_read(people[name], [world.things[thing].kwargs["record_id"] for thing in READ], on=NOW.date())
        sessions[name] = sign_in_as(people[name]).cookies[settings.SESSION_COOKIE_NAME].value
    return replace(world, people=people, sessions=sessions)


def is_opened(row: Row) -> bool:
    return row.page == PAGE and row.method == "GET" and row.thing in READ


def named_in_table() -> set[str]:
    """The addresses that the table names for people from outside."""
    section = Path(TABLE).read_text().split("### People from outside")[1].split("###")[0]
    rows = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    return {name.strip() for cell in rows for name in cell.split(",")} - {"address"}


def test_the_gate_is_the_table() -> None:
    written = {name for name in named_in_table() if not name.endswith("*") and set(name) != {"-"}}

    assert written == OUTSIDE_PAGES
    assert {name.rstrip("*") for name in named_in_table() if name.endswith("*")} == set(ACCOUNT_PAGES)
    assert set(PAGES) >= OUTSIDE_PAGES
    assert set(PAGES) >= READING_PAGES


@pytest.mark.req("R107")
@pytest.mark.scenario(18, "a")
@pytest.mark.parametrize("name", sorted(BY_PAGE))
def test_somebody_from_outside_opens_the_pages_of_the_table_and_no_other(readers: World, name: str) -> None:
    if name.startswith(ACCOUNT_PAGES) or name in OUTSIDE_PAGES - {PAGE}:
        return
    found = []
    for row in BY_PAGE[name]:
        wanted = "yes" if is_opened(row) else "405" if (row.page, row.method) == (PAGE, "POST") else "404"
        if (got := met(ask(readers, row, OUTSIDE))) != wanted:
            found.append(f"{row}: {got} instead of {wanted}")

    assert found == []


@pytest.mark.req("R107")
@pytest.mark.scenario(18, "a")
@pytest.mark.parametrize("name", sorted(BY_PAGE))
def test_a_colleague_opens_the_two_records_and_nothing_more_than_before(readers: World, name: str) -> None:
    if name.startswith(ACCOUNT_PAGES):
        return
    found = []
    for row in BY_PAGE[name]:
        wanted = "yes" if is_opened(row) else row.cells["colleague"]
        if (got := met(ask(readers, row, COLLEAGUE))) != wanted:
            found.append(f"{row}: {got} instead of {wanted}")

    assert found == []


@pytest.mark.parametrize("name", sorted(OUTSIDE_PAGES - {"demo-sign-in", "demo-confirm", "notifications:notice-open"}))
def test_nothing_is_opened_before_there_is_a_second_factor(readers: World, name: str) -> None:
    client = sign_in_as(readers.people[OUTSIDE], challenged=False)
    kwargs = {"record_id": readers.things[READ[0]].kwargs["record_id"]} if name == PAGE else {}

    response: Any = client.get(reverse(name, kwargs=kwargs))

    assert response.status_code == 302
    assert response.headers["Location"] == reverse("mfa_index")


def test_control_a_grant_that_opened_every_page_would_be_found(readers: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With sight honoured everywhere, as an audit's is, the colleague gets the PDF."""
    monkeypatch.setattr("staff.selectors.ON_THE_PAGE_ALONE", frozenset())
    row = next(row for row in ROWS if row.page == "records:record-pdf" and row.thing in READ and row.method == "GET")

    assert met(ask(readers, row, COLLEAGUE)) == "yes"
    assert SightGrant.objects.filter(person=readers.people[COLLEAGUE]).count() == 2
