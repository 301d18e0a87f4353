"""A leaver's bag: the whole file, valid by another hand than ours, and any change of it found."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import bagit
import pytest

from archive.bags import services
from archive.models import Bag
from documents import services as documents
from documents.models import FileScan, StoredFile
from notifications.models import Notice
from outbox.models import Job
from records import certificates
from records.models import Record
from staff.models import FolderDocument
from tests.bags_kit import AFTER, CERTIFICATE, asked, fill, frozen, made, unpacked
from tests.org import Org
from tests.records_kit import WELLBEING, WORKLOAD
from trail.models import Entry

pytestmark = pytest.mark.usefixtures("own_files")


def is_valid(folder: Path) -> bool:
    """What ``bagit`` says of it."""
    try:
        bagit.Bag(str(folder)).validate()
    except (bagit.BagError, OSError, ValueError):
        return False
    return True


def check_records(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the verifier that lies in the bag says, by a bare Python in the folder of the bag."""
    named = certificates.known_certificates()[0].fingerprint
    return subprocess.run(
        [sys.executable, "-I", "data/verify_countersign.py", "data", "--fingerprint", named],
        cwd=folder, env={}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def bag_of_worker(org: Org, tmp_path: Path) -> tuple[Bag, Path, list[Record]]:
    """The bag of the worker's file, unpacked where nothing of the product lies."""
    records = fill(org)
    frozen(org.worker)
    bag = made(org.worker)
    return bag, unpacked(bag, tmp_path / "elsewhere"), records


def text_of(folder: Path, *names: str) -> str:
    return "\n".join(path.read_text() for name in names for path in sorted(folder.glob(name)))


@pytest.mark.req("R106")
@pytest.mark.scenario(17, "b")
def test_hr_receives_the_whole_file_as_a_bag_that_others_can_check(
    bag_of_worker: tuple[Bag, Path, list[Record]],
) -> None:
    bag, folder, records = bag_of_worker

    assert is_valid(folder)
    done = check_records(folder)
    assert done.stdout.startswith("Intact"), done.stdout + done.stderr
    assert "Records: 4; signed parts: 7." in done.stdout
    manifest = (folder / "manifest-sha256.txt").read_bytes()
    assert bag.manifest == f"sha256:{sha256(manifest).hexdigest()}"
    listed = {line.split("  ", 1)[1] for line in manifest.decode().splitlines()}
    assert listed == {path.relative_to(folder).as_posix() for path in (folder / "data").rglob("*") if path.is_file()}
    heads = {
        row["record"]: row["head"] for row in json.loads((folder / "data/export/index.json").read_text())["records"]
    }
    assert heads == {
        str(record.pk): record.get_head_digest() for record in Record.objects.filter(pk__in=[r.pk for r in records])
    }
    info = bagit.Bag(str(folder)).info
    assert info["Payload-Oxum"] == f"{bag.size}.{bag.files}"
    assert info["Bagging-Date"] == "2027-02-27"
    assert "Amara Obi" in info["External-Description"]


@pytest.mark.req("R106")
def test_every_kind_of_thing_in_the_file_is_in_it(bag_of_worker: tuple[Bag, Path, list[Record]]) -> None:
    _, folder, _ = bag_of_worker

    data = folder / "data"
    assert [path.read_bytes() for path in (data / "documents").iterdir()] == [CERTIFICATE]
    assert len(list((data / "pdf").iterdir())) == 3, "the sealed record and its two entries"
    assert WORKLOAD in text_of(data, "read/*.html"), "what has no PDF yet can be read as a page"
    everything = b"".join(path.read_bytes() for path in data.rglob("*.json")).decode()
    assert WELLBEING in everything, "health and conduct, too: HR is given the whole file"
    rows = {
        path.stem: list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        for path in (data / "lists").glob("*.csv")
    }
    assert rows["papers"][0]["Reference"] == "SW 98 7654"
    assert rows["learning-log"][0]["Activity"] == "A course on neglect"
    assert rows["documents"][0]["In this bag"].startswith("documents/2026-09-02-certificate-neglect-e-")
    assert [row["Supervisor"] for row in rows["supervisors"]] == ["Priya Nair"]
    assert {"Finish the chronology for B", "Ask occupational health"} <= {row["What"] for row in rows["actions"]}
    assert ("Priya Nair", "Read the supervision folder") in {(row["Who"], row["What"]) for row in rows["reading-trail"]}
    for name, lines in rows.items():
        again = json.loads((data / f"lists/{name}.json").read_text())
        assert len(again["rows"]) == len(lines)


@pytest.mark.req("R106")
def test_what_is_nobodys_business_is_not_in_it(bag_of_worker: tuple[Bag, Path, list[Record]]) -> None:
    _, folder, _ = bag_of_worker

    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).decode(errors="replace")

    for words in ("Hidden Lane", "Kin Obi", "Only in the draft."):
        assert words not in everything


def test_its_page_leads_to_everything_and_runs_nothing(bag_of_worker: tuple[Bag, Path, list[Record]]) -> None:
    _, folder, _ = bag_of_worker
    data = folder / "data"

    page = (data / "index.html").read_text()

    linked = {part.split('"', 1)[0] for part in page.split('href="')[1:] if not part.startswith("#")}
    assert {place for place in linked if not (data / place).is_file()} == set()
    found = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    for folders in ("pdf/", "read/", "documents/"):
        assert {name for name in found if name.startswith(folders)} <= linked
    for each in data.rglob("*.html"):
        assert "default-src 'none'" in each.read_text()
        assert "<script" not in each.read_text()


# Any change is found


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sums_agree(folder: Path) -> bool:
    """What the README names first: the manifests, checked by the tool of any machine."""
    command = ["sha256sum", "--check", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_any_flipped_byte_is_found(bag_of_worker: tuple[Bag, Path, list[Record]]) -> None:
    _, folder, _ = bag_of_worker
    missed = []
    paths = files_of(folder)
    assert len(paths) > 60

    for path in paths:
        whole = path.read_bytes()
        # In every file somewhere; in those that vouch for the others at both ends, too
        for place in {len(whole) // 2, *((0, len(whole) - 1) if path.parent == folder else ())}:
            broken = bytearray(whole)
            broken[place] ^= 0x01
            path.write_bytes(broken)
            if is_valid(folder) and check_records(folder).returncode == 0 and sums_agree(folder):
                missed.append((path.name, place))
        path.write_bytes(whole)

    assert missed == []
    assert is_valid(folder), "the control: untouched, it is valid"
    assert check_records(folder).returncode == 0
    assert sums_agree(folder)


def _first(folder: Path, pattern: str) -> Path:
    return next(iter(sorted(folder.glob(pattern))))


def removed(folder: Path) -> None:
    _first(folder, "data/pdf/*.pdf").unlink()


def added(folder: Path) -> None:
    (folder / "data/pdf/one-more.pdf").write_bytes(b"%PDF-1.7 forged")


def cut(folder: Path) -> None:
    path = _first(folder, "data/documents/*")
    path.write_bytes(path.read_bytes()[:-1])


def swapped(folder: Path) -> None:
    one, other = sorted(folder.glob("data/pdf/*.pdf"))[:2]
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def renamed(folder: Path) -> None:
    path = _first(folder, "data/lists/*.csv")
    path.rename(path.with_name("renamed.csv"))


def without_a_manifest(folder: Path) -> None:
    (folder / "manifest-sha256.txt").unlink()


@pytest.mark.parametrize("change", [removed, added, cut, swapped, renamed, without_a_manifest])
def test_any_other_change_is_found(
    change: Callable[[Path], None], bag_of_worker: tuple[Bag, Path, list[Record]]
) -> None:
    _, folder, _ = bag_of_worker
    assert is_valid(folder)

    change(folder)

    assert not is_valid(folder)


def test_a_record_that_is_forged_with_its_manifests_is_found_by_the_verifier(
    bag_of_worker: tuple[Bag, Path, list[Record]],
) -> None:
    """Whoever changes a file can write the manifests anew; what was signed they cannot sign."""
    _, folder, _ = bag_of_worker
    path = _first(folder, "data/export/records/*/1/workload.json")
    path.write_text(path.read_text().replace("Eleven children", "Twelve children"))

    bagit.Bag(str(folder)).save(manifests=True)

    assert is_valid(folder)
    assert check_records(folder).returncode == 1


# Making it


def test_it_is_made_once_however_often_its_job_runs(org: Org) -> None:
    fill(org)
    frozen(org.worker)
    bag = made(org.worker)

    services.make_bag(bag_id=bag.pk, at=AFTER)

    assert StoredFile.objects.filter(media_type="application/zip").count() == 1
    assert Job.objects.filter(arguments__kind="bag_ready").count() == 1
    entry = Entry.objects.get(verb="bag.file_read")
    assert (entry.about_id, entry.actor_id, entry.detail["records"]) == (org.worker.pk, None, 4)
    assert Bag.objects.get().done == Bag.objects.get().total == 4


def test_the_same_file_gives_the_same_bag(org: Org, tmp_path: Path) -> None:
    fill(org)
    frozen(org.worker)
    first = made(org.worker)
    entries = Entry.objects.count()

    second = made(org.worker)

    assert first.pk != second.pk
    one, other = unpacked(first, tmp_path / "1"), unpacked(second, tmp_path / "2")
    manifests = [set((folder / "manifest-sha256.txt").read_text().splitlines()) for folder in (one, other)]
    # The second says of the first that it was made: a read of the file
    assert entries < Entry.objects.count()
    assert {line.split("/")[-1].split(".")[0] for line in manifests[0] ^ manifests[1]} == {"reading-trail", "index"}


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("document", "The document “Certificate: “neglect” é” of the folder"),
        ("pdf", "The PDF of “Supervision record” of 09 November 2026"),
    ],
)
@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_a_damaged_file_is_named_and_there_is_no_bag(
    which: str, words: str, how: str, org: Org, own_files: Path
) -> None:
    records = fill(org)
    frozen(org.worker)
    if which == "pdf":
        made(org.worker)  # prints what was not printed
    stored = StoredFile.objects.filter(media_type="application/pdf")
    path = next(
        each.path for each in stored
        if (each.path.read_bytes() == CERTIFICATE if which == "document" else records[0].get_head_digest().encode() in each.path.read_bytes())
    )  # fmt: skip
    whole = path.read_bytes()
    path.unlink()
    if how != "gone":
        path.write_bytes(whole[:-1] if how == "cut" else whole[:-1] + b"!")

    bag = made(org.worker)

    assert bag.stored is None
    assert bag.ready_at is None
    assert bag.failed_at == AFTER
    assert len(bag.faults) == 1
    assert bag.faults[0].startswith(words)
    assert "Restore it from a backup" in bag.faults[0]
    assert Job.objects.filter(arguments__kind="bag_failed").exists()
    assert list((own_files / "state/files/.making").iterdir()) == [], "nothing half made is left"
    path.write_bytes(whole)
    assert made(org.worker).stored is not None, "mended, it can be asked for again"


def test_a_file_with_a_virus_is_named_and_left_out(org: Org, tmp_path: Path) -> None:
    fill(org)
    frozen(org.worker)
    FileScan.objects.create(stored=StoredFile.objects.get(scans__isnull=False), result="infected", at=AFTER, engine="x")

    folder = unpacked(made(org.worker), tmp_path / "elsewhere")

    assert not list(folder.glob("data/documents/*"))
    assert CERTIFICATE not in b"".join(path.read_bytes() for path in files_of(folder))
    assert "of the folder: A virus was found in this file." in (folder / "data/index.html").read_text()
    assert is_valid(folder)


def test_a_file_that_waits_to_be_scanned_keeps_the_bag_waiting(org: Org) -> None:
    fill(org)
    frozen(org.worker)
    stored = documents.store(b"%PDF-1.7 not looked at", media_type="application/pdf", at=AFTER)
    row = FolderDocument.objects.get()
    row.pk, row.stored, row.title = None, stored, "Brought late"
    row.save(force_insert=True)

    bag = made(org.worker)

    assert bag.stored is None
    assert len(bag.faults) == 1
    assert bag.faults[0].startswith("The document “Brought late” of the folder: This file")


def test_hr_is_told(org: Org) -> None:
    fill(org)
    frozen(org.worker)
    made(org.worker)

    told = Job.objects.get(arguments__kind="bag_ready")

    assert told.arguments["person_id"] == str(org.hr.pk)
    assert told.arguments["path"] == f"/archive/{org.worker.pk}/"
    assert Notice.Kind.BAG_READY in Notice.Kind


def test_asked_twice_it_is_asked_once(org: Org) -> None:
    frozen(org.worker)
    first = asked(org.worker)

    assert asked(org.worker).pk == first.pk
    assert asked(org.worker, press=first.press).pk == first.pk
    assert Job.objects.filter(task="archive.tasks.make_bag").count() == 1
