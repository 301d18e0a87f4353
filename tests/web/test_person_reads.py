"""Who has looked at my file: who, what, when and why, of every kind of reading; and what is lawfully not there."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from compliance.selectors.reads import ReadRow
from core.actor import Role
from records.models import Record
from staff.grants.services import Opened, end_sight, give_sight
from staff.models import SightGrant, StaffMember
from supervision import services as supervision
from tests.org import Org, SignIn
from tests.records_kit import NOON, Kit
from trail import services as trail
from trail.models import Entry
from trail.rules import READ_ENDINGS, VIA_WORDS, WORDS

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("audits", "cases", "compliance", "records", "staff", "supervision")
# Of nobody's file: a concern, which nobody is to know of; a file of rows as it was brought
OF_NOBODY = {"concern.read", "concerns.read", "import.downloaded"}


def page_of(client: Client, person: StaffMember, **query: str) -> str:
    response = client.get(reverse("compliance:person-reads", args=[person.pk]), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def rows_of(page: str) -> list[str]:
    """The lines of the table, without their tags."""
    body = page.split("<tbody", 1)[1].split("</tbody>")[0]
    return [re.sub(r"<[^>]+>", " ", row) for row in body.split("<tr")[1:]]


def auditor_sees(org: Org, *, record: Record | None = None, masked: bool = True) -> UUID:
    """The outsider is given the worker's file, or one record, for an audit; by the head."""
    given_for = uuid4()
    give_sight(
        person_id=org.outsider.pk,
        opens=Opened(record_id=record.pk) if record else Opened(file_of_id=org.worker.pk),
        basis=SightGrant.Basis.AUDIT,
        given_for=given_for,
        purpose="Yearly audit of the supervision file",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 30),
        actor=org.actor(org.head),
        at=NOON - timedelta(days=5),
        masked=masked,
    )
    return given_for


@pytest.mark.req("R254")
def test_every_verb_of_reading_that_the_code_writes_has_words_of_its_own() -> None:
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            found |= set(re.findall(r"\"([a-z_]+\.[a-z_]+)\"", path.read_text(encoding="utf-8")))
    reading = {verb for verb in found if verb.endswith(READ_ENDINGS)} - OF_NOBODY

    assert len(reading) > 20
    assert reading - WORDS.keys() == set(), "say in trail/rules.py what these are, for the person whose data it is"


def test_each_kind_of_reading_is_said_in_plain_words(org: Org, sign_in: SignIn, noon: datetime) -> None:
    for verb in WORDS:
        trail.record(actor=org.actor(org.supervisor), verb=verb, about=org.worker.pk, at=noon)

    rows = rows_of(page_of(sign_in(org.worker), org.worker))

    assert len(rows) == len(WORDS)
    for words in WORDS.values():
        assert any(f" {words} " in row for row in rows), words
    assert all("Priya Nair" in row and "Supervisor" in row and "9 November 2026" in row for row in rows)


def test_each_relation_is_said_in_plain_words(org: Org, sign_in: SignIn, noon: datetime) -> None:
    for via in VIA_WORDS:
        trail.record(actor=org.actor(org.head), verb="record.read", about=org.worker.pk, via=via, at=noon)

    rows = rows_of(page_of(sign_in(org.worker), org.worker))

    assert len(rows) == len(VIA_WORDS)
    for words in VIA_WORDS.values():
        assert any(f" {words} " in row for row in rows), words


@pytest.mark.req("R254")
def test_reading_by_a_grant_says_what_it_was_given_for(org: Org, sign_in: SignIn, noon: datetime) -> None:
    given_for = auditor_sees(org)
    trail.record(actor=org.actor(org.outsider), verb="folder.read", about=org.worker.pk, at=noon)

    [row] = rows_of(page_of(sign_in(org.worker), org.worker))
    assert "Audit: Yearly audit of the supervision file" in row

    # Ended before: what it was given for says nothing of a later read
    end_sight(given_for=given_for, actor=org.actor(org.head), at=noon + timedelta(minutes=1))
    trail.record(
        actor=org.actor(org.outsider), verb="folder.read", about=org.worker.pk, via="grant", at=noon + timedelta(days=1)
    )
    later, earlier = rows_of(page_of(sign_in(org.worker), org.worker))
    assert "Yearly audit" in earlier
    assert "By sight that was given for a purpose" in later


@pytest.mark.req("R254")
def test_a_record_that_a_grant_opened_is_named_with_its_purpose_in_fixed_queries(
    org: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record = Kit(org).sealed()
    auditor_sees(org, record=record)
    auditor = org.actor(org.outsider, on=date(2026, 11, 9))
    for hours in range(3):
        trail.record(
            actor=auditor,
            verb="record.read",
            target=record,
            about=org.worker.pk,
            via="grant",
            at=NOON + timedelta(hours=hours),
        )
    client = sign_in(org.worker)
    [row] = rows_of(page_of(client, org.worker))
    assert record.title in row
    assert "Yearly audit" in row
    assert "3 times since" in row

    with django_assert_num_queries(12):
        page_of(client, org.worker)


@pytest.mark.parametrize(
    ("verb", "kind", "words"),
    [
        ("record.read", "audit", "Read an audit"),
        ("record.downloaded", "observation", "Took a copy of an observation"),
        ("record.draft_read", "observation", "Read a draft of an observation"),
        ("record.read", "worker_record", "Read a record"),
        ("record.read", "", "Read a record"),
    ],
)
def test_an_audit_is_called_an_audit(noon: datetime, verb: str, kind: str, words: str) -> None:
    assert ReadRow(Entry(verb=verb, at=noon), noon, kind=kind).words == words


def test_a_concern_stays_hidden_from_everybody_it_is_not_for(shropshire: Org, sign_in: SignIn, noon: datetime) -> None:
    org = shropshire
    concern = supervision.raise_concern(
        route=f"hr/{org.supervisor.pk}", text="I am not listened to.", actor=org.actor(org.worker), at=noon
    )
    sign_in(org.hr, hat=Role.HR).get(reverse("supervision:concern-detail", args=[concern.pk]))
    assert Entry.objects.filter(verb="concern.read").exists()

    for person in (org.worker, org.supervisor):
        page = page_of(sign_in(person), person)
        assert "Nobody else has opened anything so far." in page
        assert "Hanna Roy" not in page


def test_reads_are_chosen_by_person_and_month(org: Org, sign_in: SignIn, noon: datetime) -> None:
    for person, at in (
        (org.supervisor, noon),
        (org.head, noon),
        (org.head, datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),
    ):
        trail.record(actor=org.actor(person), verb="person.read", about=org.worker.pk, at=at)
    client = sign_in(org.worker)

    assert len(rows_of(page_of(client, org.worker))) == 3
    assert len(rows_of(page_of(client, org.worker, by=str(org.head.pk)))) == 2
    # Half past eleven in London, too: the clocks went back the week before
    [row] = rows_of(page_of(client, org.worker, by=str(org.head.pk), month="2026-10"))
    assert "31 October 2026" in row
    assert "Nobody did in what you chose." in page_of(client, org.worker, by=str(org.hr.pk))
    assert len(rows_of(page_of(client, org.worker, by="nobody", month="soon"))) == 3


def test_the_list_has_pages_and_they_stay_chosen(org: Org, sign_in: SignIn, noon: datetime) -> None:
    for number in range(60):
        trail.record(
            actor=org.actor(org.supervisor), verb="person.read", about=org.worker.pk, at=noon - timedelta(days=number)
        )

    page = page_of(sign_in(org.worker), org.worker, by=str(org.supervisor.pk))

    assert len(rows_of(page)) == 50
    assert f"by={org.supervisor.pk}&amp;page=2" in page


@pytest.mark.req("R254")
def test_one_takes_ones_own_list_along_and_hr_does_not(org: Org, sign_in: SignIn, noon: datetime) -> None:
    auditor_sees(org)
    trail.record(actor=org.actor(org.outsider), verb="folder.read", about=org.worker.pk, at=noon)
    trail.record(actor=org.actor(org.supervisor), verb="session.read", about=org.worker.pk, at=noon)

    response: Any = sign_in(org.worker).get(
        reverse("compliance:person-reads", args=[org.worker.pk]), {"as": "csv", "by": str(org.outsider.pk)}
    )

    [row] = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
    assert row["Who"] == "Oscar Reed"
    assert row["What"] == "Read the supervision folder"
    assert row["Why"] == "Audit: Yearly audit of the supervision file"
    hr = sign_in(org.hr, hat=Role.HR)
    assert "Take this list as CSV" not in page_of(hr, org.worker)
    assert "<table" in page_of(hr, org.worker, **{"as": "csv"})


def test_the_way_there_stands_on_ones_own_page(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get(reverse("staff:person-detail", args=[org.worker.pk])).content.decode()

    assert reverse("compliance:person-reads", args=[org.worker.pk]) in page
