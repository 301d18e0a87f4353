"""Pages of HR's archive: search, open with a purpose, what the file holds, its bags."""

import re
import zipfile
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from archive.bags import services
from archive.models import Bag
from core.actor import Role
from core.clock import date_of, now
from staff.models import SightGrant
from supervision.models import SupervisionSession
from tests.bags_kit import fill, frozen
from tests.org import Org, SignIn
from tests.records_kit import NOON
from trail.models import Entry


@pytest.fixture(autouse=True)
def _printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> None:
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(
        "records.services.documents.pdf.render", lambda parts, **_: b"%PDF-1.7 " + parts[-1].digest.encode()
    )
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)


@pytest.fixture
def hr(org: Org, sign_in: SignIn) -> Client:
    """HR with that hat on; the worker's file is in the archive."""
    fill(org)
    SupervisionSession.objects.create(
        supervisee=org.worker, supervisor=org.supervisor, on=date(2026, 11, 9), starts=time(10), ends=time(11),
        status="held", booked_at=NOON, closed_at=NOON, interrupted=False, private_place=True,
    )  # fmt: skip
    frozen(org.worker, last_day=date_of(now()) - timedelta(days=5), at=now())
    return sign_in(org.hr, hat=Role.HR)


def opened(hr: Client, org: Org, **data: str) -> str:
    answer = hr.post(f"/archive/{org.worker.pk}/", {"kind": "other", "purpose": "A claim", **data}, follow=True)
    return answer.content.decode()


@pytest.mark.req("R140")
def test_hr_searches_opens_with_a_purpose_and_reads(hr: Client, org: Org) -> None:
    page = hr.get("/archive/?q=obi").content.decode()
    assert f'href="/archive/{org.worker.pk}/"' in page
    assert "1 file" in page
    before = hr.get(f"/archive/{org.worker.pk}/").content.decode()
    assert "What do you open it for?" in before
    assert "Signed records" not in before

    page = opened(hr, org)

    assert "Open to you until midnight, for: A claim." in page
    assert "Supervision records of 2026" in page
    record = re.search(r'href="(/records/[^"]+/)"', page)
    assert record
    assert hr.get(record[1]).status_code == 200
    entries = hr.get(f"/archive/{org.worker.pk}/?kind=case_entry&year=2026").content.decode()
    child = re.search(r'href="(/records/[^"]+/)">[^<]*, P1', entries)
    assert child
    assert hr.get(child[1]).status_code == 200
    session = re.search(r'href="(/supervision/sessions/[^"]+/)"', page)
    assert session
    for path in (session[1], f"/people/{org.worker.pk}/folder/", f"/people/{org.worker.pk}/reads/"):
        assert hr.get(path).status_code == 200, path
    assert Entry.objects.filter(verb="archived_file.read", about_id=org.worker.pk).count() == 1
    assert Entry.objects.filter(verb="record.read", about_id=org.worker.pk, actor_id=org.hr.pk).exists()


def test_a_purpose_is_wanted_and_nothing_typed_is_lost(hr: Client, org: Org) -> None:
    page = opened(hr, org, purpose=" ")
    assert "Say what you open it for." in page

    page = hr.post(f"/archive/{org.worker.pk}/", {"purpose": "Ref 12"}).content.decode()

    assert "Choose what you open it for." in page
    assert "Ref 12" in page
    assert not SightGrant.objects.exists()


def test_a_quick_purpose_is_kept_with_what_was_typed(hr: Client, org: Org) -> None:
    page = opened(hr, org, kind="Pension or pay", purpose="asked by Fund Ltd")

    assert "for: Pension or pay: asked by Fund Ltd." in page


@pytest.mark.req("R106")
def test_a_bag_is_asked_for_made_and_downloaded(hr: Client, org: Org) -> None:
    page = opened(hr, org)
    press = re.search(r'name="press" value="([^"]+)"', page)
    assert press
    empty = hr.post(f"/archive/{org.worker.pk}/bags/", {"press": press[1], "purpose": ""}).content.decode()
    assert "Say what you need the bag for." in empty

    for _ in range(2):
        asked = {"press": press[1], "purpose": "Tribunal"}
        page = hr.post(f"/archive/{org.worker.pk}/bags/", asked, follow=True).content.decode()
    assert "Being made: 0 of 0 records done" in page
    services.make_bag(bag_id=Bag.objects.get().pk, at=now())

    page = hr.get(f"/archive/{org.worker.pk}/").content.decode()
    link = re.search(r'href="(/archive/bags/[^"]+)"', page)
    assert link
    assert Bag.objects.get().manifest in page
    file: Any = hr.get(link[1])
    assert file["Content-Disposition"].startswith('attachment; filename="')
    with zipfile.ZipFile(BytesIO(b"".join(file.streaming_content))) as archive:
        assert any(name.endswith("/manifest-sha256.txt") for name in archive.namelist())


def test_what_is_damaged_is_said_in_words(hr: Client, org: Org) -> None:
    opened(hr, org)
    bag = Bag.objects.create(
        person=org.worker, purpose="x", press="01940000-0000-7000-8000-000000000001", asked_at=now(),
        faults=["The document “Certificate” of the folder is damaged on the disk."], failed_at=now(),
    )  # fmt: skip

    page = hr.get(f"/archive/{org.worker.pk}/").content.decode()

    assert "It could not be made, because something of the file is damaged" in page
    assert "The document “Certificate” of the folder is damaged" in page
    answer = hr.get(f"/archive/bags/{bag.pk}/", follow=True).content.decode()
    assert "This bag could not be made." in answer


def test_a_date_that_is_none_is_said_beside_its_boxes(hr: Client) -> None:
    page = hr.get("/archive/?left_from_0=31&left_from_1=2&left_from_2=2026&q=obi").content.decode()

    assert "There is no such date." in page
    assert 'value="obi"' in page


def test_days_the_wrong_way_round(hr: Client) -> None:
    days = "left_from_0=2&left_from_1=2&left_from_2=2026&left_to_0=1&left_to_1=2&left_to_2=2026"

    assert "This is before the day from which you search." in hr.get(f"/archive/?{days}").content.decode()


def test_how_many_queries_the_pages_take(hr: Client, org: Org) -> None:
    opened(hr, org)
    for path, most in (("/archive/?q=obi&team=a", 8), (f"/archive/{org.worker.pk}/", 14)):
        hr.get(path)
        with CaptureQueriesContext(connection) as asked:
            hr.get(path)
        assert len(asked) <= most, f"{path}: {len(asked)}"
