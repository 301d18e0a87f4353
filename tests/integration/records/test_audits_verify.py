"""Audits and their responses in the database: every change of what was signed shows, in the program and outside it."""

import subprocess
import sys
from pathlib import Path

import pytest

from records import export, services
from records.services.exporting import readable_parts, write_export
from records.verify_countersign import __file__ as VERIFIER
from tests.examining_kit import Examining
from tests.org import make_org
from tests.records_kit import NOON, fresh
from tests.tampering import Tamper

pytestmark = pytest.mark.slow


@pytest.fixture
def examining(committed_db: str) -> Examining:
    return Examining(make_org())


def test_tampering_with_what_was_found_or_with_the_response_shows(examining: Examining, tamper: Tamper) -> None:
    record = examining.signed()
    examining.respond(record)
    assert services.verify(fresh(record)).intact

    content = record.parts.get(seq=1).contents.get(section="section_1")
    tamper("UPDATE records_partcontent SET content = replace(content, '61 days', '16 days') WHERE id = %s", content.pk)

    verification = services.verify(fresh(record))
    assert not verification.intact
    assert "section_1" in verification.fault


def test_tampering_with_the_meaning_of_a_response_shows(examining: Examining, tamper: Tamper) -> None:
    record = examining.signed()
    examining.respond(record)

    tamper("UPDATE records_part SET meaning = 'agree' WHERE record_id = %s AND seq = 2", record.pk)

    assert "the column meaning" in services.verify(fresh(record)).fault


def test_the_verifier_knows_audits_responses_and_observations(examining: Examining, tmp_path: Path) -> None:
    audit, watched = examining.signed(), examining.awaiting()
    examining.respond(audit)
    examining.countersign(watched)
    path = tmp_path / "own.zip"
    records = [(one, readable_parts(fresh(one), examining.supervisor)) for one in (audit, watched)]
    with export.Archive(path) as archive:
        write_export(archive, records, folder="export", at=NOON)

    done = subprocess.run([sys.executable, VERIFIER, str(path)], capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 0, done.stdout
    assert "Intact." in done.stdout
    assert "Records: 2; signed parts: 4." in done.stdout
