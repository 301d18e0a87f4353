"""Every file of the corpus, brought by a real form: nothing runs, nothing lies where it should not, each refusal is said."""

import html
import resource
import time
from datetime import date
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from documents import limited, receiving, upload_office
from documents.models import StoredFile
from documents.rules import place_of
from records.models import DraftSection, Record
from records.rules import ATTACHMENTS
from supervision import services
from supervision.rules import Times
from tests.org import Org, SignIn
from tests.records_kit import NOON
from tests.upload_corpus import CORPUS, Case, made
from tests.upload_corpus.office import OFFICE

BOUNDARY = "=-=-boundary-=-="
# What the program that looks may use, and a margin for what the test itself needs
MOST_MEMORY = 900 << 20


@pytest.fixture(autouse=True)
def state(settings: Settings, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path / "state"
    settings.STATE_DIR.mkdir()
    return tmp_path


@pytest.fixture
def draft(shropshire: Org) -> Record:
    held = services.hold_session(
        supervisee_id=shropshire.worker.pk,
        session_id=None,
        times=Times(on=date(2026, 11, 2), starts=clock(10), ends=clock(11, 30)),
        mode="in_person",
        place="",
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON,
    )
    assert held.record
    return held.record


@pytest.fixture
def supervisor(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.supervisor)


def bring(client: Client, record: Record, name: str, data: bytes) -> Any:
    """Send a file as a browser does, but its name as it is."""
    sent = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    fields = {f"{ATTACHMENTS}-version": "0", "attach": ATTACHMENTS}
    body = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    )
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{ATTACHMENTS}-files"; filename="{sent}"\r\n'
    body += head.encode() + b"Content-Type: image/png\r\n\r\n" + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    address = reverse("supervision:record-write", args=[record.pk])
    return client.post(address, body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def attached(record: Record) -> list[dict[str, Any]]:
    row = DraftSection.objects.filter(record=record, section=ATTACHMENTS).first()
    return row.values["files"] if row else []


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def test_there_are_enough_of_them_and_each_has_its_answer() -> None:
    assert len({case.about for case in CORPUS}) == len(CORPUS) >= 60
    assert all(bool(case.refused) != bool(case.kept_as) for case in CORPUS)


def test_the_script_makes_the_same_files_each_time() -> None:
    small = [case for case in CORPUS if "bomb" not in case.about and "a lot" not in case.about]

    assert [case.data() for case in small[:40]] == [case.data() for case in small[:40]]


@pytest.mark.parametrize("case", CORPUS, ids=str)
def test_each_file_is_refused_with_its_sentence_or_kept_under_a_plain_name(
    supervisor: Client, draft: Record, state: Path, case: Case
) -> None:
    data = case.data()
    began = time.monotonic()

    answer = bring(supervisor, draft, case.name, data)

    assert time.monotonic() - began < limited.PATIENCE + 20
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_MEMORY
    kept = attached(draft)
    if case.refused:
        page = html.unescape(answer.content.decode())
        assert (answer.status_code, kept) == (200, [])
        assert f": {case.refused}" in page, "said beside the field, after the name of the file"
        assert page.count(case.refused) >= 2, "and at the top of the page"
        assert files_below(state) == set()
        return
    assert (answer.status_code, [file["name"] for file in kept]) == (302, [case.kept_as])
    assert files_below(state) == {f"state/files/{place_of(kept[0]['sha256'])}"}
    taken = supervisor.get(reverse("records:record-file", args=[draft.pk, kept[0]["sha256"].removeprefix("sha256:")]))
    assert taken["Content-Disposition"].startswith("attachment;")
    assert taken["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in taken["Content-Security-Policy"]
    assert taken["Content-Type"] == StoredFile.objects.get().media_type
    assert b"<script>" not in taken.content


@pytest.fixture
def no_sniffing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that believes the name."""
    monkeypatch.setattr(receiving, "kind_of", lambda data: receiving.PDF)
    monkeypatch.setattr(receiving, "looked_at", lambda data, media_type: b"")


def test_a_service_that_believed_the_name_would_be_found_out(
    supervisor: Client, draft: Record, no_sniffing: None
) -> None:
    page = next(case for case in CORPUS if case.about == "a web page called a PDF")

    bring(supervisor, draft, page.name, page.data())

    assert [file["name"] for file in attached(draft)] == ["page.pdf"]


def test_without_its_checks_a_bomb_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = next(case for case in OFFICE if case.about == "a bomb that packs well")
    with pytest.raises(upload_office.Refused, match="bomb"):
        upload_office.look(bomb.data())

    monkeypatch.setattr(upload_office, "check_entries", lambda entries: None)
    monkeypatch.setattr(upload_office, "MOST_UNPACKED", 1 << 40)
    unpacked: list[int] = []
    monkeypatch.setattr(upload_office, "check_ooxml", lambda parts: unpacked.append(sum(map(len, parts.values()))))
    upload_office.look(bomb.data())

    assert unpacked[0] > 30 << 20


def test_what_unpacks_to_more_than_it_said_is_stopped_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_office, "check_entries", lambda entries: None)
    monkeypatch.setattr(upload_office, "MOST_UNPACKED", 1 << 20)

    with pytest.raises(upload_office.Refused, match="bomb"):
        upload_office.look(made.zipped(made.office(parts={"word/a.xml": bytes(2 << 20)})))
