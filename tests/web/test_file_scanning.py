"""The page on which files without a scan are chosen, and what a file that is kept apart looks like to people."""

import html
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from core.actor import Role
from documents import services as documents
from documents.models import FileScan, StoredFile, UnscannedChoice
from documents.receiving import TakenIn
from documents.rules import digest_of
from records import services as records
from records.models import Record
from records.rules import ATTACHMENTS
from tests.org import Org, SignIn
from tests.records_kit import NOON, Kit

PAGE = "/files/scanning/"
NOTE = TakenIn("note of Amara.pdf", b"%PDF-1.7 by hand %%EOF", "application/pdf")


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path


@pytest.fixture
def administrator(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def kit(shropshire: Org) -> Kit:
    return Kit(shropshire)


def take_back(org: Org) -> None:
    admin = Org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    documents.take_back_choice(reason="A scanner comes", after=1, actor=admin, at=NOON)


def with_note(kit: Kit) -> Record:
    record = kit.draft()
    records.attach_files(
        record_id=record.pk, section=ATTACHMENTS, field="files", files=[NOTE], actor=kit.supervisor, at=NOON
    )
    return record


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def open_note(client: Client, record: Record) -> Any:
    digest = digest_of(NOTE.data).removeprefix("sha256:")
    return client.get(reverse("records:record-file", args=[record.pk, digest]))


def test_the_administrator_chooses_with_a_reason_and_takes_it_back(
    administrator: Client, shropshire: Org, kit: Kit
) -> None:
    take_back(shropshire)
    with_note(kit)
    page = text(administrator.get(PAGE))
    assert "nobody has chosen to keep files without one" in page
    assert "note of Amara" not in page, "figures alone: neither content nor names"
    assert "1 file waits to be scanned: nobody can open them" in text(administrator.get("/"))

    refused = administrator.post(PAGE, {"reason": "", "after": "2"})
    assert "Say why." in text(refused)
    answer = administrator.post(PAGE, {"reason": "Our proxy scans every upload", "after": "2"}, follow=True)

    assert "New files are kept without a scan." in text(answer)
    assert "Our proxy scans every upload" in text(answer)
    assert FileScan.objects.filter(result="unscanned_accepted").count() == 1
    again = administrator.post(PAGE, {"reason": "Pressed twice", "after": "2"})
    assert "Somebody else chose before you. Look at what holds now." in text(again)
    assert "Pressed twice" in text(again), "nothing typed is lost"
    administrator.post(PAGE, {"reason": "A scanner comes after all", "after": "3"})
    assert UnscannedChoice.objects.order_by("number").last().accepts is False


def test_the_page_takes_few_queries(
    administrator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    administrator.get(PAGE)

    with django_assert_max_num_queries(12):
        administrator.get(PAGE)


@pytest.mark.parametrize("url", ["", "tcp://127.0.0.1:1"])
def test_the_page_says_whether_there_is_a_scanner(administrator: Client, settings: Settings, url: str) -> None:
    settings.CLAMD_URL = url

    assert ("A scanner for viruses is set up." in text(administrator.get(PAGE))) is bool(url)


def test_nobody_else_opens_the_page(shropshire: Org, sign_in: SignIn) -> None:
    assert sign_in(shropshire.sysadmin).get(PAGE).status_code == 403
    assert sign_in(shropshire.supervisor).post(PAGE, {"reason": "x", "after": "1"}).status_code == 403


def test_a_file_that_waits_is_named_and_not_opened(shropshire: Org, sign_in: SignIn, kit: Kit) -> None:
    take_back(shropshire)
    record = with_note(kit)
    supervisor = sign_in(shropshire.supervisor)

    answer = open_note(supervisor, record)

    assert answer.status_code == 409
    assert "This file is kept apart: no scanner for viruses is set up" in text(answer)
    assert b"by hand" not in answer.content
    kit.sign(record)
    kit.countersign(record)
    page = text(supervisor.get(reverse("records:record-detail", args=[record.pk])))
    assert "This file is kept apart" in page
    assert open_note(sign_in(shropshire.worker), record).status_code == 409


def test_how_a_file_stands_is_said_beside_it(shropshire: Org, sign_in: SignIn, kit: Kit) -> None:
    record = with_note(kit)
    kit.sign(record)
    supervisor = sign_in(shropshire.supervisor)
    address = reverse("records:record-detail", args=[record.pk])

    said = "Not scanned for viruses: accepted by Robin Ellis, system administrator, on 2 November 2026"
    assert said in text(supervisor.get(address))
    assert open_note(supervisor, record).content == NOTE.data

    FileScan.objects.create(stored=StoredFile.objects.get(digest=digest_of(NOTE.data)), result="infected", at=NOON)
    assert "A virus was found in this file. Nobody can open it." in text(supervisor.get(address))
    assert open_note(supervisor, record).status_code == 409
