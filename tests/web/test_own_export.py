"""The page on which one downloads all of one's own records."""

import re
import zipfile
from io import BytesIO

import pytest

from core.clock import now
from outbox.models import Job
from records import services
from records.models import OwnExport
from tests.org import Org, SignIn
from tests.records_kit import Kit


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.fixture(autouse=True)
def _printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "records.services.documents.pdf.render", lambda parts, **_: b"%PDF-1.7 " + parts[-1].digest.encode()
    )
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)


@pytest.mark.req("R112", "R139")
def test_one_asks_waits_and_downloads(kit: Kit, org: Org, sign_in: SignIn) -> None:
    kit.sealed()
    client = sign_in(org.worker)
    page = client.get("/records/own/").content.decode()
    press = re.search(r'name="press" value="([^"]+)"', page)
    assert press
    assert "Make a file of my 1 record" in page

    for _ in range(2):
        answer = client.post("/records/own/", {"press": press[1]}, follow=True).content.decode()
    assert "Being made: 0 of 1 record done" in answer
    assert "Look again" in answer
    asked = OwnExport.objects.get()
    services.make_own_export(export_id=asked.pk, at=now())

    page = client.get("/records/own/").content.decode()
    assert "Download the ZIP" in page
    file = client.get(f"/records/own/{asked.pk}/")
    assert file["Content-Type"] == "application/zip"
    assert file["Content-Disposition"].startswith('attachment; filename="my-supervision-records-')
    assert file["Cache-Control"] == "no-store"
    assert file["Content-Security-Policy"] == "sandbox"
    with zipfile.ZipFile(BytesIO(b"".join(file.streaming_content))) as archive:  # type: ignore[attr-defined]
        assert "index.html" in archive.namelist()


def test_whoever_has_nothing_signed_reads_what_will_be_here(org: Org, sign_in: SignIn) -> None:
    client = sign_in(org.worker)

    assert "Nothing about you is signed yet." in client.get("/records/own/").content.decode()
    answer = client.post("/records/own/", {"press": "no number"}, follow=True).content.decode()
    assert "there is nothing to download" in answer
    assert not OwnExport.objects.exists()


def test_nobody_else_finds_it(kit: Kit, org: Org, sign_in: SignIn) -> None:
    kit.sealed()
    asked = services.ask_for_own_records(press=org.worker.pk, actor=kit.worker, at=now())
    services.make_own_export(export_id=asked.pk, at=now())

    for name in ("supervisor", "team_manager", "hr", "sysadmin"):
        assert sign_in(getattr(org, name)).get(f"/records/own/{asked.pk}/").status_code == 404


def test_after_a_week_the_page_says_that_it_is_gone(kit: Kit, org: Org, sign_in: SignIn) -> None:
    kit.sealed()
    asked = services.ask_for_own_records(press=org.worker.pk, actor=kit.worker, at=now())
    services.make_own_export(export_id=asked.pk, at=now())
    OwnExport.objects.update(expires_at=now())
    client = sign_in(org.worker)

    assert "Removed: files are kept for seven days" in client.get("/records/own/").content.decode()
    assert "kept for seven days" in client.get(f"/records/own/{asked.pk}/", follow=True).content.decode()


def test_what_could_not_be_made_is_said(kit: Kit, org: Org, sign_in: SignIn) -> None:
    kit.sealed()
    asked = services.ask_for_own_records(press=org.worker.pk, actor=kit.worker, at=now())
    Job.objects.filter(arguments__export_id=str(asked.pk)).update(gave_up_at=now())

    page = sign_in(org.worker).get("/records/own/").content.decode()

    assert "It could not be made." in page
    assert "Make a file of my 1 record" in page


def test_its_queries_do_not_grow(kit: Kit, org: Org, sign_in: SignIn, django_assert_max_num_queries: object) -> None:
    for _ in range(3):
        kit.sealed()
        asked = services.ask_for_own_records(press=kit.awaiting().pk, actor=kit.worker, at=now())
        services.make_own_export(export_id=asked.pk, at=now())
    client = sign_in(org.worker)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/records/own/")
