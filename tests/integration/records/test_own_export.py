"""All of one's own records as one file: made once, downloaded by its owner alone, gone after a week."""

import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from core.errors import NotAllowed, RuleBroken
from documents import services as documents
from documents.models import StoredFile
from notifications import tasks as notifications
from notifications.models import Notice
from outbox.models import Job
from records import certificates, services, tasks
from records.models import OwnExport, RenderedDocument
from records.services import exporting
from tests.org import Org
from tests.records_kit import NOON, WELLBEING, WORKLOAD, Kit
from trail.models import Entry

PDF = b"%PDF-1.7 printed "


@pytest.fixture(autouse=True)
def _printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> None:
    """Printing and sealing take seconds and have tests of their own; and files of this test lie in its own folder."""
    settings.STATE_DIR = tmp_path / "state"
    monkeypatch.setattr("records.services.documents.pdf.render", lambda parts, **_: PDF + parts[-1].digest.encode())
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)


def ask(kit: Kit, press: UUID | None = None) -> OwnExport:
    return services.ask_for_own_records(press=press or uuid4(), actor=kit.worker, at=NOON)


def made(kit: Kit) -> OwnExport:
    asked = ask(kit)
    services.make_own_export(export_id=asked.pk, at=NOON)
    asked.refresh_from_db()
    return asked


def read(asked: OwnExport, kit: Kit) -> dict[str, bytes]:
    with services.read_own_export(asked=asked, actor=kit.worker, at=NOON) as file:
        data = file.read()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.req("R112", "R139")
@pytest.mark.scenario(2, "d")
def test_it_holds_every_signed_record_in_three_forms_and_the_program_that_checks_it(kit: Kit, tmp_path: Path) -> None:
    sealed, waiting = kit.sealed(), kit.awaiting()
    draft = kit.draft(values={"workload": {"discussed": "Only in the draft."}})
    asked = made(kit)

    files = read(asked, kit)

    assert set(asked.heads) == {str(sealed.pk), str(waiting.pk)}
    assert {name.split("/")[0] for name in files} == {
        "README.txt", "index.html", "pdf", "read", "export", "verify_countersign.py",
    }  # fmt: skip
    assert [files[name] for name in files if name.startswith("pdf/")] == [PDF + sealed.get_head_digest().encode()]
    pages = b"".join(data for name, data in files.items() if name.startswith("read/")).decode()
    assert pages.count(WORKLOAD) == 2
    assert WELLBEING in pages
    everything = b"".join(files.values())
    assert b"Only in the draft." not in everything
    assert str(draft.pk).encode() not in everything

    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    (tmp_path / "verifier.py").write_bytes(files["verify_countersign.py"])
    named = certificates.known_certificates()[0].fingerprint
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verifier.py"), str(tmp_path / "own.zip"), "--fingerprint", named],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("Intact.\nRecords: 2; signed parts: 3."), done.stdout
    assert named in files["README.txt"].decode()


def test_what_people_typed_is_text_on_its_pages(kit: Kit) -> None:
    record = kit.draft(values={"workload": {"discussed": "<script>alert(1)</script><img src=http://example.com/x>"}})
    kit.sign(record)
    record.subject.name = "Amara <b>Obi</b>"
    record.subject.save()

    files = read(made(kit), kit)

    pages = [data.decode() for name, data in files.items() if name.endswith(".html")]
    assert len(pages) == 2
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
        assert "<b>" not in page
        assert "default-src 'none'" in page
    assert "&lt;script&gt;" in "".join(pages)


def test_others_records_are_not_in_it(kit: Kit) -> None:
    """The supervisor wrote the worker's record, and has none."""
    kit.sealed()

    with pytest.raises(RuleBroken, match="Nothing about you is signed yet"):
        services.ask_for_own_records(press=uuid4(), actor=kit.supervisor, at=NOON)


class TestOnce:
    def test_the_same_press_twice_makes_one(self, kit: Kit) -> None:
        kit.sealed()
        press = uuid4()

        first, second = ask(kit, press), ask(kit, press)
        services.make_own_export(export_id=first.pk, at=NOON)
        third = ask(kit, press)

        assert first.pk == second.pk == third.pk
        assert Job.objects.filter(task="records.tasks.make_own_export").count() == 1

    def test_another_press_while_it_is_being_made_is_the_same_one_and_after_that_another(self, kit: Kit) -> None:
        kit.sealed()
        first = ask(kit)

        assert ask(kit).pk == first.pk
        services.make_own_export(export_id=first.pk, at=NOON)
        assert ask(kit).pk != first.pk

    def test_a_job_that_runs_again_makes_exactly_one_and_tells_once(self, kit: Kit) -> None:
        kit.sealed()
        asked = ask(kit)

        for _ in range(3):
            tasks.make_own_export(export_id=str(asked.pk))

        asked.refresh_from_db()
        assert StoredFile.objects.filter(media_type=documents.ZIP).count() == 1
        assert Job.objects.filter(task="notifications.tasks.notify", arguments__kind="own_records_ready").count() == 1
        assert list(documents.making_folder().iterdir()) == []

    def test_a_worker_that_died_in_the_middle_leaves_nothing_and_the_next_one_makes_it(
        self, kit: Kit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kit.sealed()
        asked = ask(kit)

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr("records.services.exporting.documents.store_file", die)
            with pytest.raises(KeyboardInterrupt):
                services.make_own_export(export_id=asked.pk, at=NOON)
        asked.refresh_from_db()
        assert (asked.ready_at, asked.stored, asked.done) == (None, None, 1)

        services.make_own_export(export_id=asked.pk, at=NOON)

        asked.refresh_from_db()
        assert asked.stored
        assert list(documents.making_folder().iterdir()) == []

    def test_two_workers_at_once_make_one(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        """The second one finishes its file while the first has been kept: it is thrown away."""
        kit.sealed()
        asked = ask(kit)
        keep = exporting._keep

        def overtaken(path: Path, export_id: UUID, **options: object) -> None:
            monkeypatch.setattr("records.services.exporting._keep", keep)
            services.make_own_export(export_id=export_id, at=NOON + timedelta(seconds=1))
            keep(path, export_id, **options)  # type: ignore[arg-type]

        monkeypatch.setattr("records.services.exporting._keep", overtaken)
        services.make_own_export(export_id=asked.pk, at=NOON)

        assert StoredFile.objects.filter(media_type=documents.ZIP).count() == 1
        asked.refresh_from_db()
        assert asked.ready_at == NOON + timedelta(seconds=1)

    def test_what_could_not_be_made_is_tried_again_at_the_next_press(self, kit: Kit) -> None:
        kit.sealed()
        asked = ask(kit)
        Job.objects.filter(arguments__export_id=str(asked.pk)).update(gave_up_at=NOON)

        assert ask(kit).pk == asked.pk
        assert Job.objects.filter(arguments__export_id=str(asked.pk), gave_up_at=None).count() == 1

    def test_printing_that_takes_long_goes_on_in_the_next_run(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        kit.sealed()
        kit.sealed()
        asked = ask(kit)
        monkeypatch.setattr("records.services.exporting.PRINTS_FOR", -1.0)

        with pytest.raises(exporting.StillPrinting):
            services.make_own_export(export_id=asked.pk, at=NOON)
        monkeypatch.setattr("records.services.exporting.PRINTS_FOR", 60.0)
        services.make_own_export(export_id=asked.pk, at=NOON)

        assert RenderedDocument.objects.count() == 2
        assert len([name for name in read(OwnExport.objects.get(), kit) if name.startswith("pdf/")]) == 2


class TestReading:
    def test_it_is_noted_before_it_leaves(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        kit.sealed()
        asked = made(kit)
        read(asked, kit)

        entry = Entry.objects.get(verb="own_records.downloaded")
        assert (entry.about_id, entry.via, entry.detail["records"]) == (kit.worker.staff_id, "self", 1)

        def broken(**_: object) -> None:
            raise RuntimeError("the trail cannot be written")

        monkeypatch.setattr("records.services.exporting.trail.record", broken)
        with pytest.raises(RuntimeError):
            services.read_own_export(asked=asked, actor=kit.worker, at=NOON)

    def test_sight_is_asked_at_the_download(self, kit: Kit, org: Org) -> None:
        """A record that is about somebody else by now (a wrong person, put right by a migration, say) is not given out."""
        kit.sealed()
        asked = made(kit)
        OwnExport.objects.update(heads={**asked.heads, str(uuid4()): "sha256:" + "0" * 64})

        with pytest.raises(NotAllowed, match="no longer shown to you"):
            services.read_own_export(asked=asked, actor=kit.worker, at=NOON)

    def test_nobody_else_reads_it(self, kit: Kit) -> None:
        kit.sealed()
        asked = made(kit)

        with pytest.raises(OwnExport.DoesNotExist):
            services.read_own_export(asked=asked, actor=kit.supervisor, at=NOON)

    def test_after_a_week_it_is_not_given_out_although_nobody_removed_it(self, kit: Kit) -> None:
        kit.sealed()
        asked = made(kit)

        services.read_own_export(asked=asked, actor=kit.worker, at=NOON + timedelta(days=7, seconds=-1)).close()
        with pytest.raises(RuleBroken, match="seven days"):
            services.read_own_export(asked=asked, actor=kit.worker, at=NOON + timedelta(days=7))


class TestRemoving:
    def test_the_night_after_the_week_removes_the_bytes_once(self, kit: Kit) -> None:
        kit.sealed()
        asked = made(kit)
        assert asked.stored
        path = asked.stored.path

        assert services.remove_old_exports(at=NOON + timedelta(days=6)) == 0
        assert path.exists()
        assert services.remove_old_exports(at=NOON + timedelta(days=7)) == 1
        assert services.remove_old_exports(at=NOON + timedelta(days=8)) == 0

        asked.refresh_from_db()
        assert not path.exists()
        assert (asked.stored, asked.removed_at) == (None, NOON + timedelta(days=7))
        assert Entry.objects.filter(verb="own_records.removed").count() == 1

    def test_bytes_that_something_else_uses_stay(self, kit: Kit) -> None:
        kit.sealed()
        first = made(kit)
        assert first.stored
        OwnExport.objects.create(
            person_id=kit.worker.staff_id,
            press=uuid4(),
            asked_at=NOON,
            stored=first.stored,
            ready_at=NOON,
            expires_at=NOON + timedelta(days=30),
        )

        assert services.remove_old_exports(at=NOON + timedelta(days=7)) == 0

        assert first.stored.path.exists()

    @pytest.mark.django_db
    def test_a_pdf_is_never_discarded(self) -> None:
        stored = documents.store(b"%PDF-", media_type="application/pdf", at=NOON)

        with pytest.raises(ValueError, match="Only a ZIP"):
            documents.discard(stored)

    @pytest.mark.django_db
    def test_what_was_left_half_made_goes(self) -> None:
        half = documents.making_folder() / "half"
        half.write_bytes(b"half")

        services.remove_old_exports(at=NOON)
        assert half.exists()
        services.remove_old_exports(at=NOON + timedelta(days=3650))
        assert not half.exists()


def test_its_owner_is_told_in_the_product(kit: Kit) -> None:
    kit.sealed()
    made(kit)
    job = Job.objects.get(task="notifications.tasks.notify", arguments__kind="own_records_ready")

    notifications.notify(**job.arguments)

    assert Notice.objects.get().path == "/records/own/"


def test_a_record_that_is_not_as_it_was_signed_is_not_exported(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.sealed()
    asked = ask(kit)
    monkeypatch.setattr("records.sealing.is_attested", lambda *_: False)

    with pytest.raises(RuleBroken, match="did not attest"):
        services.make_own_export(export_id=asked.pk, at=NOON)
