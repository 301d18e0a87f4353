"""Whether an uploaded PDF or export is genuine: what is found, what is told to whom, and what hostile files do."""

import json
import resource
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.core.cache import cache
from django.test import override_settings
from pytest_django import Settings

from core.actor import Actor
from core.errors import RuleBroken
from documents import limited
from records import export, sealing, services
from records.models import Record
from records.services import genuine
from records.services.exporting import readable_parts, write_export
from records.services.genuine import Finding
from tests.org import Org
from tests.records_kit import NOON, Kit
from trail.models import Entry


def printed(record: Record, *, parts: int | None = None) -> bytes:
    """A page that carries the record's parts, as a printed record does, sealed. Printing itself takes seconds."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for part in list(record.parts.order_by("seq"))[:parts]:
        pdf.attachments[f"part-{part.seq}.json"] = bytes(part.body)
    plain = BytesIO()
    pdf.save(plain)
    return sealing.seal_pdf(plain.getvalue(), at=NOON)


def look(data: bytes, actor: Actor, *, kind: str = genuine.PDF) -> genuine.PdfCheck:
    found = services.check_upload(chunks=[data], kind=kind, actor=actor, at=NOON)
    assert isinstance(found, services.PdfCheck)
    return found


class TestPdf:
    @pytest.mark.slow
    @pytest.mark.scenario(2, "d")
    @pytest.mark.req("R112")
    def test_the_pdf_of_a_record_is_genuine(self, kit: Kit) -> None:
        record = kit.sealed()
        document = services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)

        found = look(document.stored.path.read_bytes(), kit.worker)

        assert (found.finding, found.record, found.seq, found.is_newest) == (Finding.GENUINE, record, 2, True)
        assert found.sealed_at == NOON

    def test_whoever_may_see_the_record_reads_which_it_is(self, kit: Kit, org: Org) -> None:
        record = kit.sealed()
        data = printed(record)

        for actor in (kit.worker, kit.supervisor, org.actor(org.team_manager)):
            assert look(data, actor).record == record
        assert Entry.objects.filter(verb="record.verified", target_id=str(record.pk)).count() == 3

    def test_anybody_else_reads_that_it_is_genuine_and_not_whose(self, kit: Kit, org: Org) -> None:
        data = printed(kit.sealed())

        for person in (org.outsider, org.hr, org.sysadmin):
            found = look(data, org.actor(person))
            assert (found.finding, found.is_known, found.sealed_at) == (Finding.GENUINE, True, NOON)
            assert (found.record, found.seq, found.is_newest) == (None, 0, False)
        assert Entry.objects.filter(verb="pdf.verified", about_id=None).count() == 3

    def test_a_pdf_to_which_something_was_added_since_is_not_the_newest(self, kit: Kit) -> None:
        record = kit.sealed()

        found = look(printed(record, parts=1), kit.worker)

        assert (found.finding, found.seq, found.is_newest) == (Finding.GENUINE, 1, False)

    def test_a_record_that_is_gone_is_said(self, kit: Kit) -> None:
        """The tail of the chain was cut: the sealed PDF of that head tells."""
        record = kit.sealed()
        pdf = pikepdf.new()
        pdf.add_blank_page()
        pdf.attachments["part-1.json"] = bytes(record.parts.get(seq=1).body)
        pdf.attachments["part-3.json"] = b"{}"
        plain = BytesIO()
        pdf.save(plain)

        found = look(sealing.seal_pdf(plain.getvalue(), at=NOON), kit.worker)

        assert (found.finding, found.is_known, found.record) == (Finding.GENUINE, False, None)

    @pytest.mark.slow
    def test_a_change_anywhere_is_found(self, kit: Kit) -> None:
        data = printed(kit.sealed())
        hole = range(data.index(b"/Contents <"), data.index(b">", data.index(b"/Contents <")))
        missed = []
        for place in range(100, len(data), len(data) // 15):
            if place in hole:
                continue
            changed = bytearray(data)
            changed[place] ^= 1
            try:
                if look(bytes(changed), kit.worker).finding is Finding.GENUINE:
                    missed.append(place)
            except RuleBroken:
                pass
        assert missed == []

    def test_something_added_behind_the_seal_is_found(self, kit: Kit) -> None:
        data = printed(kit.sealed())
        with pikepdf.open(BytesIO(data)) as pdf:
            pdf.add_blank_page()
            anew = BytesIO()
            pdf.save(anew)

        assert look(data + b"\n% more\n", kit.worker).finding is Finding.CHANGED
        assert look(anew.getvalue(), kit.worker).finding is not Finding.GENUINE

    def test_a_seal_of_somebody_else_is_not_ours(self, kit: Kit, tmp_path: Path) -> None:
        record = kit.sealed()
        other = sealing.ensure_demo_keys(tmp_path / "other")
        key, certificate = str(other / sealing.KEY_NAME), str(other / sealing.CERTIFICATE_NAME)
        with override_settings(SEAL_KEY_FILE=key, SEAL_CERTIFICATE_FILE=certificate):
            data = printed(record)

        found = look(data, kit.worker)

        assert (found.finding, found.record, found.is_known) == (Finding.FOREIGN, None, False)

    def test_a_seal_of_a_former_key_is_ours(self, kit: Kit, settings: Settings, tmp_path: Path) -> None:
        record = kit.sealed()
        data = printed(record)
        folder = tmp_path / "former"
        folder.mkdir()
        (folder / "old.pem").write_bytes(genuine.certificates.known_certificates()[0].pem)
        new = sealing.ensure_demo_keys(tmp_path / "new")
        settings.SEAL_KEY_FILE = str(new / sealing.KEY_NAME)
        settings.SEAL_CERTIFICATE_FILE = str(new / sealing.CERTIFICATE_NAME)

        assert look(data, kit.worker).finding is Finding.FOREIGN
        settings.SEAL_FORMER_CERTIFICATES = str(folder)
        found = look(data, kit.worker)
        assert (found.finding, found.by_former_key, found.record) == (Finding.GENUINE, True, record)

    def test_a_pdf_without_a_seal(self, kit: Kit) -> None:
        pdf, plain = pikepdf.new(), BytesIO()
        pdf.add_blank_page()
        pdf.save(plain)

        assert look(plain.getvalue(), kit.worker).finding is Finding.UNSEALED


class TestExport:
    def exported(self, kit: Kit, tmp_path: Path) -> Path:
        path = tmp_path / "export.zip"
        with export.Archive(path) as archive:
            record = kit.sealed()
            write_export(archive, [(record, readable_parts(record, kit.worker))], folder="export", at=NOON)
        return path

    def test_our_export_is_genuine_and_a_changed_one_is_not(self, kit: Kit, tmp_path: Path) -> None:
        data = self.exported(kit, tmp_path).read_bytes()
        broken = bytearray(data)
        broken[len(data) // 3] ^= 1

        found = services.check_upload(chunks=[data], kind=genuine.ZIP, actor=kit.worker, at=NOON)
        assert isinstance(found, services.ExportCheck)
        assert found.intact
        assert found.lines[0] == "Intact."
        assert "The certificate is the one that you named." in found.lines

        changed = services.check_upload(chunks=[bytes(broken)], kind=genuine.ZIP, actor=kit.worker, at=NOON)
        assert isinstance(changed, services.ExportCheck)
        assert not changed.intact

    def test_an_export_of_somebody_else_is_not_ours(self, kit: Kit, settings: Settings, tmp_path: Path) -> None:
        data = self.exported(kit, tmp_path).read_bytes()
        new = sealing.ensure_demo_keys(tmp_path / "new")
        settings.SEAL_KEY_FILE = str(new / sealing.KEY_NAME)
        settings.SEAL_CERTIFICATE_FILE = str(new / sealing.CERTIFICATE_NAME)

        found = services.check_upload(chunks=[data], kind=genuine.ZIP, actor=kit.worker, at=NOON)

        assert isinstance(found, services.ExportCheck)
        assert not found.intact

    def test_a_zip_that_is_no_export(self, kit: Kit) -> None:
        with pytest.raises(RuleBroken, match="Could not be checked"):
            services.check_upload(chunks=[b"PK\x03\x04 no"], kind=genuine.ZIP, actor=kit.worker, at=NOON)


class TestHostile:
    @pytest.mark.parametrize(
        "data",
        [
            b"%PDF-1.7",
            b"%PDF-1.7\n" + b"<<" * 100_000,
            b"%PDF-1.7\n" + b"[" * 1_000_000 + b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
            b"%PDF-1.7\nstartxref\n0\n%%EOF",
            b"%PDF-1.7\n1 0 obj<</Type/Catalog/AcroForm<</Fields[1 0 R]>>>>endobj\nxref\n0 2\n0000000000 65535 f \n"
            b"0000000009 00000 n \ntrailer<</Size 2/Root 1 0 R/Prev 80>>\nstartxref\n80\n%%EOF",
            bytes(range(256)) * 1000,
        ],
    )
    def test_a_broken_pdf_is_refused_in_words(self, kit: Kit, data: bytes) -> None:
        with pytest.raises(RuleBroken, match="cannot be read"):
            look(data, kit.worker)

    def test_a_pdf_that_unpacks_to_gigabytes_is_ended(self, kit: Kit) -> None:
        pdf = pikepdf.new()
        pdf.add_blank_page()
        pdf.attachments["part-1.json"] = bytes(600 << 20)
        plain = BytesIO()
        pdf.save(plain)
        data = sealing.seal_pdf(plain.getvalue(), at=NOON)
        began = time.monotonic()

        with pytest.raises(RuleBroken, match="cannot be read"):
            look(data, kit.worker)

        assert time.monotonic() - began < limited.PATIENCE
        assert len(data) < 2_000_000

    def test_the_process_has_limits_and_nothing_of_the_service(self) -> None:
        """Asked of the program itself, run as the service runs it, with a question in place of the PDF's reading."""
        program = (
            "import json, os, resource, runpy, sys\n"
            f"module = runpy.run_path({str(genuine.CHECKER)!r})\n"
            "module['limit']()\n"
            "kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)\n"
            "limits = [resource.getrlimit(kind)[1] for kind in kinds]\n"
            "print(json.dumps([limits, sorted(os.environ), 'django' in sys.modules]))\n"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-X", "utf8", "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={},
            cwd="/",
        )

        limits, environment, knows_django = json.loads(done.stdout)
        assert limits == [1 << 30, 10, 0]
        assert set(environment) <= {"LC_CTYPE"}
        assert not knows_django
        assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] != 0, "not this process's"

    def test_one_that_takes_too_long_is_ended(self, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        slow = tmp_path / "slow.py"
        slow.write_text("import time; time.sleep(60)")
        monkeypatch.setattr(genuine, "CHECKER", slow)
        monkeypatch.setattr(limited, "PATIENCE", 0.5)

        with pytest.raises(RuleBroken, match="cannot be read"):
            look(b"%PDF-1.7", kit.worker)

    def test_a_person_has_one_file_checked_at_a_time(self, kit: Kit) -> None:
        data = printed(kit.sealed())
        cache.set(f"genuine-{kit.worker.staff_id}", 1, timeout=60)

        with pytest.raises(RuleBroken, match="still being checked"):
            look(data, kit.worker)
        assert look(data, kit.supervisor).finding is Finding.GENUINE
        cache.clear()
        assert look(data, kit.worker).finding is Finding.GENUINE
        assert look(data, kit.worker).finding is Finding.GENUINE, "and is free again after it"

    def test_nothing_of_it_is_kept(self, kit: Kit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

        look(printed(kit.sealed()), kit.worker)

        assert list(tmp_path.iterdir()) == []


def test_sight_is_todays(kit: Kit, org: Org) -> None:
    """Whoever supervised then and does not now reads no name."""
    record = kit.sealed()
    later = org.actor(org.outsider)

    assert look(printed(record), later).record is None
    assert NOON + timedelta(0) == look(printed(record), later).sealed_at
