"""Scenario 5d: over every address of the world about the worker, the former supervisor meets what a colleague meets.

Asked of all rows of docs/permissions.md by which a supervisor gets in and a colleague does not. The control asks the same on the
supervisor's last day.
"""

from collections.abc import Generator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from staff.models import SupervisionRelationship
from tests.access.test_every_page_is_guarded import NOW, ROWS, Row, ask, leaks, met
from tests.access.world import World, build
from tests.org import RECORDED, add_person

# While these are asked about a change is planned, which cannot begin anew in a world where it has taken place
PLANNED = {"worker whose supervisor changes", "hand-over brief in draft"}
# What is of the supervisor's own office or practice, and goes to no successor: groups that they lead, decisions that they
# made, what was observed or audited of them; and somebody else of theirs, who leaves
OWN = ("group", "decision", "observation", "audit", "leave")
LOST = [
    row
    for row in ROWS
    if row.thing
    and row.cells["supervisor"] == "yes"
    and row.cells["colleague"] in ("403", "404")
    and row.thing not in PLANNED
    and not any(word in row.thing for word in OWN)
]
PAGES = sorted({row.page for row in LOST})


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[World]:
    """The world on the first day with another supervisor of the worker; whatever a request changes is rolled back."""
    with time_machine.travel(NOW, tick=False), django_db_blocker.unblock(), transaction.atomic():
        made = build()
        successor = add_person("Yara Quill", team=made.org.team, job_title="Senior social worker")
        by_line = {"supervisee": made.org.worker, "kind": SupervisionRelationship.Kind.LINE_MANAGEMENT}
        SupervisionRelationship.objects.filter(**by_line).update(ends_on=NOW.date())
        SupervisionRelationship.objects.create(
            **by_line, supervisor=successor, starts_on=NOW.date(), recorded_at=RECORDED
        )
        yield made
        transaction.set_rollback(True)


def rows_of(page: str) -> list[Row]:
    return [row for row in LOST if row.page == page]


@pytest.mark.scenario(5, "d")
@pytest.mark.req("R105")
@pytest.mark.parametrize("page", PAGES)
def test_from_the_first_day_nothing_opens_and_the_attempt_is_noted(world: World, page: str) -> None:
    wrong = []
    for row in rows_of(page):
        response = ask(world, row, "supervisor")
        if met(response) not in ("403", "404") or leaks(response, world, row):
            wrong.append(f"{row}: got {met(response)}")
        elif world.things[row.thing].kwargs and response.refused != 1:
            wrong.append(f"{row}: the attempt is not in the trail")

    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_control_on_the_last_day_all_of_it_opens(world: World, page: str) -> None:
    """The same world with the change a day later: what is refused above is there, and this person's until then."""
    with transaction.atomic():
        relations = SupervisionRelationship.objects.filter(supervisee=world.org.worker)
        relations.filter(starts_on=NOW.date()).delete()
        relations.filter(ends_on=NOW.date()).update(ends_on=NOW.date() + timedelta(days=1))
        wrong = [str(row) for row in rows_of(page) if met(ask(world, row, "supervisor")) != "yes"]
        transaction.set_rollback(True)

    assert wrong == []


def test_control_there_is_much_to_lose() -> None:
    assert len(LOST) > 120
    assert {"records:record-detail", "records:record-pdf", "records:action-detail", "staff:folder"} <= set(PAGES)
