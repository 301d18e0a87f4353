"""What is handed out of a session: an entry's PDF holds that entry alone, the record's no child, the own export no child."""

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest

from documents.selectors import read_bytes
from records import pdf_wording, selectors, services
from records.models import Record
from records.pdf_wording.shapes import RecordPage
from records.rules import Meaning
from tests.entries_kit import EntriesKit
from tests.org import Org
from tests.records_kit import NOON, WELLBEING, fresh

CHILDREN = ("P71", "P72", "P73", "P74")


@pytest.fixture
def kit(org: Org) -> EntriesKit:
    return EntriesKit(org)


def page_of(record: Record) -> RecordPage:
    parts = selectors.verified_parts(fresh(record))
    return pdf_wording.build_page(parts, organisation="Shropshire", policy="")


def printed(record: Record, folder: Path) -> tuple[str, bytes]:
    """The words of a record's PDF, and its bytes."""
    made = services.render_document(record_id=record.pk, head=fresh(record).get_head_digest(), at=NOON)
    data = read_bytes(made.stored)
    path = folder / f"{record.pk}.pdf"
    path.write_bytes(data)
    done = subprocess.run([shutil.which("pdftotext") or "", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode(), data


@pytest.mark.slow
@pytest.mark.scenario(16, "a")
@pytest.mark.scenario(16, "b")
@pytest.mark.req("R109", "R110")
def test_the_pdf_of_an_entry_holds_that_entry_and_the_records_no_child(kit: EntriesKit, tmp_path: Path) -> None:
    record, entries = kit.session(*CHILDREN)
    kit.sign_with(record, entries)
    kit.countersign(record)

    of_entry, _ = printed(entries[1], tmp_path)
    of_record, _ = printed(record, tmp_path)

    for words in ("Supervision discussion", "Current issues / situation", "Reflection", "Analysis", "Actions", "P72"):
        assert words in of_entry
    assert "What happens for P72 now." in of_entry
    assert WELLBEING not in of_entry
    assert not any(other in of_entry for other in CHILDREN if other != "P72")
    assert "Issued to the supervisee" not in of_entry
    assert not any(child in of_record for child in CHILDREN)
    assert len(re.findall("Signed together with", of_record)) == 4
    digests = "".join(of_record.split())
    assert all(selectors.verified_parts(fresh(each))[0].digest.split(":")[1][:12] in digests for each in entries)


def test_an_entry_says_where_the_reason_is_that_does_not_stand_in_it(kit: EntriesKit) -> None:
    record, (entry,) = kit.awaiting_with("P71")
    kit.send_back(record, reason="I was ill.")
    kit.sign_with(fresh(record), [entry])
    kit.countersign(fresh(record), meaning=Meaning.DECLINE, reason="I am leaving over this.")

    page = page_of(entry)

    assert page.earlier[1].words == "Returned for correction by Amara Obi"
    (note,) = page.signatures[-1].typed
    assert note.fields[0].text[0].text == (
        "A reason, where one was given, stands in the worker’s own record of the session, and not here."
    )
    assert page.signatures[-1].words == "Declined to sign"
    assert "leaving" not in str(page)


@pytest.mark.scenario(16, "b")
@pytest.mark.req("R112")
def test_a_workers_own_export_holds_no_childs_story(kit: EntriesKit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.services.documents.pdf.render", lambda parts, **_: parts[-1].digest.encode())
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    record, entries = kit.session(*CHILDREN)
    kit.sign_with(record, entries)
    kit.countersign(record)

    asked = services.ask_for_own_records(press=uuid4(), actor=kit.worker, at=NOON)
    services.make_own_export(export_id=asked.pk, at=NOON)
    asked.refresh_from_db()
    with services.read_own_export(asked=asked, actor=kit.worker, at=NOON) as file:
        archive = zipfile.ZipFile(BytesIO(file.read()))
    texts = [archive.read(name) for name in archive.namelist() if not name.endswith((".attestation", ".pem"))]

    assert list(asked.heads) == [str(record.pk)]
    assert not any(child.encode() in text for child in CHILDREN for text in texts)
    assert WELLBEING.encode() in b"".join(texts)
