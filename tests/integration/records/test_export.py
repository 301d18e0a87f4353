"""The export of records, and the program that checks it: intact as written, and every change to it found."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives import serialization
from pytest_django import Settings

from core.actor import Actor
from records import canonical, certificates, export, sealing
from records.models import Record
from records.services.exporting import readable_parts, write_export
from tests.org import Org
from tests.records_kit import NOON, WELLBEING, Kit

Files = dict[str, bytes]
# Other ways that a ZIP may go wrong than in its contents
EXPORTED = "export"


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


def sent_back_and_sealed(kit: Kit) -> Record:
    """A record of four parts: signed, sent back, signed again, countersigned."""
    record = kit.awaiting()
    kit.send_back(record)
    kit.sign(record, at=NOON + timedelta(minutes=45))
    kit.countersign(record)
    return record


def write(path: Path, records: Iterable[Record], actor: Actor) -> Path:
    with export.Archive(path) as archive:
        write_export(archive, ((one, readable_parts(one, actor)) for one in records), folder=EXPORTED, at=NOON)
    return path


def files_in(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name.removeprefix(f"{EXPORTED}/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture
def exported(kit: Kit, tmp_path: Path) -> Files:
    """Two records of the worker's, as the worker exports them."""
    return files_in(write(tmp_path / "two.zip", [kit.sealed(), sent_back_and_sealed(kit)], kit.worker))


@pytest.fixture
def masked(kit: Kit, tmp_path: Path) -> Files:
    """One record, as somebody exports it who may not read about health and conduct."""
    return files_in(write(tmp_path / "masked.zip", [kit.sealed()], kit.org.actor(kit.org.team_manager)))


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def check(path: Path, *arguments: str, program: Path = export.VERIFIER) -> tuple[int, str]:
    """What the verifier says, run as a file in a process of its own, without anything of this environment."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={},
        cwd="/",
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def fingerprint() -> str:
    return certificates.known_certificates()[0].fingerprint


def attested(files: Files, index: Mapping[str, Any], key: sealing.OrganisationKey | None = None) -> Files:
    """The same files under another index, attested with a key."""
    raw = rfc8785.dumps(dict(index))
    signed = (key or sealing.organisation_key()).sign(canonical.digest(raw))
    return {**files, "index.json": raw, "index.attestation": signed}


def changed(record: str, seq: int, change: Callable[[dict[str, Any]], None], files: Files) -> Files:
    """The same files, with a part's body changed as somebody would who has no key."""
    name = f"records/{record}/{seq}.json"
    body = json.loads(files[name])
    change(body)
    return {**files, name: rfc8785.dumps(body)}


def attested_anew(files: Files) -> Files:
    """The same files, each part attested as it is now: what somebody could do who has the key."""
    sign = sealing.organisation_key().sign
    parts = [name for name in files if re.fullmatch(r"records/[^/]+/\d+\.json", name)]
    return {**files, **{name.replace(".json", ".attestation"): sign(canonical.digest(files[name])) for name in parts}}


def another_key(tmp_path: Path) -> sealing.OrganisationKey:
    folder = sealing.ensure_demo_keys(tmp_path / "another")
    return sealing.load_key(key_file=folder / sealing.KEY_NAME, certificate_file=folder / sealing.CERTIFICATE_NAME)


class TestIntact:
    @pytest.mark.scenario(2, "d")
    @pytest.mark.req("R112")
    def test_an_untouched_export_is_intact_as_zip_and_as_folder(self, exported: Files, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        for name, data in exported.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

        for place in (zipped(tmp_path / "whole.zip", exported), folder, tmp_path / "two.zip"):
            status, said = check(place, "--fingerprint", fingerprint())

            assert status == 0, said
            assert said.startswith("Intact.\nRecords: 2; signed parts: 6.")
            assert "The certificate is the one that you named." in said

    def test_it_says_so_when_nobody_named_a_certificate(self, exported: Files, tmp_path: Path) -> None:
        status, said = check(zipped(tmp_path / "whole.zip", exported))

        assert status == 0
        assert "You named no certificate: the key is the export's own." in said
        assert fingerprint() in said

    def test_a_certificate_may_be_named_in_the_ways_that_programs_write_it(
        self, exported: Files, tmp_path: Path
    ) -> None:
        whole = zipped(tmp_path / "whole.zip", exported)
        pem = tmp_path / "certificate.pem"
        pem.write_bytes(certificates.known_certificates()[0].pem)
        grouped = certificates.known_certificates()[0].fingerprint_in_groups

        for named in (grouped, f"SHA256 Fingerprint={grouped}", f"sha256:{fingerprint()}"):
            assert check(whole, "--fingerprint", named)[0] == 0
        assert check(whole, "--certificate", str(pem))[0] == 0
        assert check(whole, "--fingerprint", "ab" * 32)[0] == 1

    def test_withheld_sections_are_neither_there_nor_a_fault(self, masked: Files, tmp_path: Path) -> None:
        status, said = check(zipped(tmp_path / "masked.zip", masked), "--fingerprint", fingerprint())

        assert status == 0, said
        assert said.startswith("Intact with withheld sections (")
        assert WELLBEING.encode() not in b"".join(masked.values())
        assert not [name for name in masked if "wellbeing" in name]

    def test_evidence_and_drafts_never_leave(self, kit: Kit, exported: Files) -> None:
        assert not [name for name in exported if "_evidence" in name]
        assert b"192.0.2.7" not in b"".join(exported.values())

    def test_the_same_records_give_the_same_bytes(self, kit: Kit, tmp_path: Path) -> None:
        records = [kit.sealed()]

        first = write(tmp_path / "first.zip", records, kit.worker).read_bytes()

        assert write(tmp_path / "second.zip", records, kit.worker).read_bytes() == first

    def test_evidence_that_is_disclosed_is_checked(self, kit: Kit, exported: Files, tmp_path: Path) -> None:
        record = kit.sealed()
        files = files_in(write(tmp_path / "one.zip", [record], kit.worker))
        evidence = record.parts.get(seq=1).contents.get(section="_evidence").as_stored()
        name = f"records/{record.pk}/1/_evidence.json"
        data = {"content": json.loads(evidence.content), "salt": evidence.salt.hex()}

        assert check(zipped(tmp_path / "with.zip", {**files, name: rfc8785.dumps(data)}))[0] == 0
        data["content"]["address"] = "192.0.2.8"
        status, said = check(zipped(tmp_path / "wrong.zip", {**files, name: rfc8785.dumps(data)}))
        assert (status, "section _evidence: its content is not what was signed" in said) == (1, True)

    def test_what_a_former_key_attested_is_intact(self, kit: Kit, tmp_path: Path, settings: Settings) -> None:
        record = kit.sealed()
        former = certificates.known_certificates()[0]
        folder = tmp_path / "former"
        folder.mkdir()
        (folder / "old.pem").write_bytes(former.pem)
        new = sealing.ensure_demo_keys(tmp_path / "new")
        settings.SEAL_KEY_FILE, settings.SEAL_CERTIFICATE_FILE = (
            str(new / sealing.KEY_NAME),
            str(new / sealing.CERTIFICATE_NAME),
        )
        settings.SEAL_FORMER_CERTIFICATES = str(folder)

        whole = write(tmp_path / "later.zip", [record], kit.worker)

        assert check(whole, "--fingerprint", fingerprint())[0] == 0
        assert fingerprint() != former.fingerprint
        without = {name: data for name, data in files_in(whole).items() if former.fingerprint not in name}
        index = json.loads(without["index.json"])
        index["certificates"] = index["certificates"][:1]
        status, said = check(zipped(tmp_path / "without.zip", attested(without, index)))
        assert (status, "the organisation's key did not attest it" in said) == (1, True)


class TestTampering:
    @pytest.mark.slow
    @pytest.mark.scenario(2, "d")
    def test_a_change_to_any_file_is_found(self, exported: Files, tmp_path: Path) -> None:
        missed = []
        for number, (name, data) in enumerate(exported.items()):
            middle = len(data) // 2
            for what, bytes_now in {
                "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                "cut": data[:-1],
                "longer": data + b"\n",
                "empty": b"",
                "removed": None,
            }.items():
                files = {**exported, name: bytes_now} if bytes_now is not None else dict(exported)
                if bytes_now is None:
                    del files[name]
                status, _ = check(zipped(tmp_path / f"{number}-{what}.zip", files))
                if status == 0:
                    missed.append((name, what))

        assert missed == []
        assert len(exported) > 20

    @pytest.mark.slow
    def test_files_that_were_exchanged_are_found(self, exported: Files, tmp_path: Path) -> None:
        names = sorted(name for name in exported if name.startswith("records/"))
        missed = []
        for one, two in zip(names, names[1:], strict=False):
            files = {**exported, one: exported[two], two: exported[one]}
            if exported[one] != exported[two] and check(zipped(tmp_path / "swapped.zip", files))[0] == 0:
                missed.append((one, two))

        assert missed == []

    def test_a_cut_tail_is_found_although_the_index_was_made_anew(self, kit: Kit, tmp_path: Path) -> None:
        record = kit.sealed()
        files = files_in(write(tmp_path / "one.zip", [record], kit.worker))
        short = {name: data for name, data in files.items() if not re.search(r"records/[^/]+/2[./]", name)}
        index = json.loads(files["index.json"])
        index["records"][0] |= {"seq": 1, "head": canonical.digest(files[f"records/{record.pk}/1.json"])}

        status, said = check(zipped(tmp_path / "cut.zip", {**short, "index.json": rfc8785.dumps(index)}))

        assert status == 1
        assert "index.json: it was changed" in said
        assert check(zipped(tmp_path / "signed.zip", attested(short, index)))[0] == 0, "the index alone tells"

    def test_signing_anew_with_another_key_is_found_by_the_fingerprint(
        self, kit: Kit, exported: Files, tmp_path: Path
    ) -> None:
        forger = another_key(tmp_path)
        made = certificates.KnownCertificate(forger.certificate, (), is_present=True)
        file = export.certificate_file(fingerprint=made.fingerprint, pem=made.pem)
        forged = {
            name: forger.sign(canonical.digest(exported[name.replace(".attestation", ".json")]))
            if name.endswith(".attestation")
            else data
            for name, data in exported.items()
            if not name.startswith("certificates/")
        }
        forged |= {file.name: file.data, "public-key.pem": forger.public_pem.encode()}
        index = json.loads(exported["index.json"])
        index["public_key"] = canonical.digest(forged["public-key.pem"])
        index |= {"key": file.name, "certificates": [{"file": file.name, "sha256": canonical.digest(file.data)}]}
        place = zipped(tmp_path / "forged.zip", attested(forged, index, forger))

        status, said = check(place, "--fingerprint", fingerprint())

        assert (status, "it is not the certificate that you named" in said) == (1, True)
        assert check(place)[0] == 0, "consistent in itself: only the certificate shows whose it is"
        assert made.fingerprint in check(place)[1]

    def test_a_forged_former_certificate_is_not_believed(self, exported: Files, tmp_path: Path) -> None:
        forger = another_key(tmp_path)
        made = certificates.KnownCertificate(forger.certificate, (), is_present=False)
        file = export.certificate_file(fingerprint=made.fingerprint, pem=made.pem)

        status, said = check(zipped(tmp_path / "added.zip", {**exported, file.name: file.data}))

        assert (status, f"{file.name}: this was not exported" in said) == (1, True)

    def test_the_public_key_is_the_certificates(self, exported: Files, tmp_path: Path) -> None:
        other = another_key(tmp_path).public_pem.encode()

        assert check(zipped(tmp_path / "other.zip", {**exported, "public-key.pem": other}))[0] == 1

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            (lambda body: body.update(seq=7), "it was signed as part 7"),
            (lambda body: body.update(record="0" * 36), "it was signed as part 1 of record 0000"),
            (lambda body: body.update(prev="sha256:" + "0" * 64), "it does not follow the part before it"),
            (lambda body: body.update(schema="countersign-part/9"), "not what this check knows"),
            (lambda body: body.update(title="Another"), "the organisation's key did not attest it"),
            (lambda body: body.update(prev=1.5), "not in canonical form"),
            (lambda body: body.pop("act"), "not what this check knows"),
            (lambda body: body["sections"].append(body["sections"][0]), "it stands twice in this part"),
            (lambda body: body["sections"][0].update(id="../../../etc/passwd"), "etc%2Fpasswd"),
        ],
    )
    def test_it_says_what_is_wrong_and_where(
        self, kit: Kit, tmp_path: Path, change: Callable[[dict[str, Any]], None], found: str
    ) -> None:
        record = kit.sealed()
        files = files_in(write(tmp_path / "one.zip", [record], kit.worker))

        status, said = check(zipped(tmp_path / "wrong.zip", changed(str(record.pk), 1, change, files)))

        assert (status, found in said) == (1, True), said
        assert f"record {record.pk}, part 1" in said

    def test_acts_and_what_is_bound_are_compared(self, exported: Files, tmp_path: Path) -> None:
        one, two = (row["record"] for row in json.loads(exported["index.json"])["records"])
        other = canonical.digest(exported[f"records/{two}/1.json"])
        acts = changed(
            two, 2, lambda body: body.update(act=json.loads(exported[f"records/{two}/1.json"])["act"]), exported
        )
        bound = changed(one, 1, lambda body: body["bound"].append({"record": two, "seq": 2, "digest": other}), exported)

        assert "different people or moments" in check(zipped(tmp_path / "acts.zip", attested_anew(acts)))[1]
        assert (
            f"part 2 of record {two} is not as it was bound"
            in check(zipped(tmp_path / "bound.zip", attested_anew(bound)))[1]
        )


class TestControl:
    """The same changes with a check taken out of the program: it then finds nothing, so the tests above can fail."""

    def tampered(self, kit: Kit, tmp_path: Path, kind: str) -> Path:
        record = kit.sealed()
        files = files_in(write(tmp_path / "one.zip", [record], kit.worker))
        first = f"records/{record.pk}/1"
        if kind == "section":
            name = next(name for name in files if name.startswith(f"{first}/workload"))
            files[name] = files[name].replace(b"Eleven", b"Twelve")
        if kind == "attestation":
            files[f"{first}.attestation"] = b"\x01" * 384
        if kind == "index":
            index = json.loads(files["index.json"])
            index["made_at"] = "2030-01-01T00:00:00.000000Z"
            files["index.json"] = rfc8785.dumps(index)
        if kind == "besides":
            files[f"{first}/more.json"] = b"{}"
        return zipped(tmp_path / f"{kind}.zip", files)

    @pytest.mark.parametrize(
        ("kind", "line", "instead"),
        [
            ("section", 'or digest(data) != section["digest"]', "or False"),
            ("attestation", "if not any(is_attested(digest(raw), attestation", "if not any(True or (attestation"),
            ("index", 'or not is_attested(digest(raw), self.files.read("index.attestation"), *key[1:])', ""),
            ("besides", "sorted(set(files.found) - self.known)", "()"),
        ],
    )
    def test_without_the_check_it_is_not_found(
        self, kit: Kit, tmp_path: Path, kind: str, line: str, instead: str
    ) -> None:
        place = self.tampered(kit, tmp_path, kind)
        program = export.VERIFIER.read_text("utf-8")
        assert program.count(line) == 1
        weakened = tmp_path / "weakened.py"
        weakened.write_text(program.replace(line, instead), "utf-8")

        assert check(place)[0] == 1
        assert check(place, program=weakened) == (0, check(place, program=weakened)[1])


class TestHostile:
    """Whatever is given to it, it ends with a sentence and not with a traceback (``check`` looks for one)."""

    def test_what_is_no_export(self, tmp_path: Path) -> None:
        (tmp_path / "text.zip").write_text("no zip")
        (tmp_path / "folder").mkdir()

        for place in (tmp_path / "text.zip", tmp_path / "folder", tmp_path / "missing.zip"):
            status, said = check(place)
            assert status == 2
            assert said.startswith("Could not be checked.")

    @pytest.mark.slow
    def test_a_zip_that_is_cut_anywhere(self, exported: Files, tmp_path: Path) -> None:
        whole = zipped(tmp_path / "whole.zip", exported).read_bytes()
        for size in range(0, len(whole), len(whole) // 12):
            (tmp_path / "cut.zip").write_bytes(whole[:size])
            assert check(tmp_path / "cut.zip")[0] == 2
        for place in range(0, len(whole), len(whole) // 40):
            broken = whole[:place] + b"\xff\xff\xff\xff" + whole[place + 4 :]
            (tmp_path / "broken.zip").write_bytes(broken)
            assert check(tmp_path / "broken.zip")[0] in (1, 2)

    @pytest.mark.parametrize("name", ["../out.json", "/etc/passwd", "records/../../out", "records\\..\\out", "c:/out"])
    def test_names_that_lead_out(self, exported: Files, tmp_path: Path, name: str) -> None:
        status, said = check(zipped(tmp_path / "out.zip", {**exported, name: b"{}"}))

        assert (status, "leads out of it" in said) == (2, True)

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_a_name_that_stands_twice(self, exported: Files, tmp_path: Path) -> None:
        place = zipped(tmp_path / "twice.zip", exported)
        with zipfile.ZipFile(place, "a") as archive:
            archive.writestr("index.json", exported["index.json"])

        assert check(place)[0] == 2

    def test_a_bomb(self, exported: Files, tmp_path: Path) -> None:
        place = tmp_path / "bomb.zip"
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in exported.items():
                if name != "index.attestation":
                    archive.writestr(name, data)
            with archive.open("index.attestation", "w", force_zip64=True) as file:
                for _ in range(200):
                    file.write(bytes(1 << 20))
        status, said = check(place)

        assert (status, "index.attestation is far too large" in said) == (1, True)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"1" * 100_000,
            b'"' + b"a" * 1_000_000,
            b'{"schema":"countersign-export/1","schema":"countersign-export/1"}',
            b'{"a":1e999}',
            b'{"a":NaN}',
            b'{"a":-0}',
            b'{"a":"\\ud800"}',
            b"\xff\xfe",
            b'{"a": 1}',
            '{"\u00e9":1}'.encode(),
            b"null",
            b"[]",
        ],
    )
    def test_bytes_that_are_no_canonical_json(self, exported: Files, tmp_path: Path, raw: bytes) -> None:
        part = next(name for name in exported if name.endswith("/1.json"))
        section = next(name for name in exported if name.endswith("workload.json"))

        for name in ("index.json", part, section):
            status, said = check(zipped(tmp_path / "odd.zip", {**exported, name: raw}))
            assert status == 1, said

    @pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 100, b"\x30\x00" * 5])
    def test_certificates_that_are_none(self, exported: Files, tmp_path: Path, der: bytes) -> None:
        index = json.loads(exported["index.json"])
        name = index["key"]
        pem = (
            b"-----BEGIN CERTIFICATE-----\n"
            + sealing.sha256(der).hexdigest().encode()
            + b"\n-----END CERTIFICATE-----\n"
        )
        index["certificates"] = [{"file": name, "sha256": canonical.digest(pem)}]

        status, said = check(zipped(tmp_path / "none.zip", attested({**exported, name: pem}, index)))

        assert (status, "its bytes are not of the kind" in said) == (1, True)

    def test_control_letters_do_not_reach_the_screen(self, exported: Files, tmp_path: Path) -> None:
        status, said = check(zipped(tmp_path / "odd.zip", {**exported, "records/\x1b[2Jx\nIntact.": b"{}"}))

        assert status == 1
        assert "\x1b" not in said
        assert "\nIntact." not in said

    def test_a_folder_whose_files_are_links(self, exported: Files, tmp_path: Path) -> None:
        folder = tmp_path / "links"
        folder.mkdir()
        for name in ("index.json", "index.attestation"):
            (folder / name).write_bytes(exported[name])
        (folder / "public-key.pem").symlink_to("/etc/passwd")

        status, said = check(folder)

        assert (status, "public-key.pem is missing" in said) == (1, True) or "certificate" in said


class TestProgram:
    """Somebody outside reads all of it and runs it anywhere."""

    def test_it_is_short_and_needs_nothing(self) -> None:
        text = export.VERIFIER.read_text("utf-8")
        imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))

        assert len(text.splitlines()) <= 300
        assert imported <= sys.stdlib_module_names
        compile(text, "verify_countersign.py", "exec", dont_inherit=True)

    def test_it_is_python_of_3_8(self) -> None:
        import ast  # noqa: PLC0415

        ast.parse(export.VERIFIER.read_text("utf-8"), feature_version=(3, 8))

    def test_its_key_is_read_as_the_library_reads_it(self, exported: Files) -> None:
        pem = exported["public-key.pem"]
        known = serialization.load_pem_public_key(pem)

        assert sealing.key_id_of(known) == sealing.organisation_key().key_id  # type: ignore[arg-type]
