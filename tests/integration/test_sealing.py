"""The organisation's key: what it seals and attests, and when there is none."""

import asyncio
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from records import pdf, sealing
from records.canonical import UnknownKey
from records.sealing import CA_NAME, CERTIFICATE_NAME, KEY_NAME, SealRefused
from tests.signed_parts import session_record

# Printing loads fonts and typesets: seconds, not milliseconds
pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
DIGEST = "sha256:" + "ab" * 32


@pytest.fixture(scope="module")
def demo_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration's key, made once for these tests."""
    return sealing.ensure_demo_keys(tmp_path_factory.mktemp("seal") / "keys")


@pytest.fixture(scope="module")
def printed() -> bytes:
    return pdf.render(session_record(), organisation="Demo authority")


@pytest.fixture
def configured(demo_keys: Path, settings: Settings) -> Iterator[Settings]:
    """As in production: key and certificate from files."""
    settings.DEMO = False
    settings.SEAL_KEY_FILE = str(demo_keys / KEY_NAME)
    settings.SEAL_CERTIFICATE_FILE = str(demo_keys / CERTIFICATE_NAME)
    return settings


@pytest.fixture
def sealed(configured: Settings, printed: bytes) -> bytes:
    return sealing.seal_pdf(printed, at=NOON)


@pytest.fixture(scope="module")
def trusted(demo_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificates that an inspector trusts, with the demonstration's authority among them."""
    folder = tmp_path_factory.mktemp("nss")
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{folder}", "-n", "demo", "-t", "CT,CT,CT", "-a", "-i", str(demo_keys / CA_NAME))
    return folder


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def checked(file: bytes, *, folder: Path, trusting: Path) -> str:
    """What ``pdfsig`` says."""
    place = folder / "checked.pdf"
    place.write_bytes(file)
    return run("pdfsig", "-nssdir", f"sql:{trusting}", str(place))


class TestSeal:
    @pytest.mark.req("R188")
    def test_pdfsig_calls_it_valid_trusted_and_whole(self, sealed: bytes, trusted: Path, tmp_path: Path) -> None:
        said = checked(sealed, folder=tmp_path, trusting=trusted)

        assert "Signature Validation: Signature is Valid." in said
        assert "Certificate Validation: Certificate is Trusted." in said
        assert "Total document signed" in said
        assert "ETSI.CAdES.detached" in said
        assert "SHA-256" in said

    def test_qpdf_finds_nothing_in_it(self, sealed: bytes, tmp_path: Path) -> None:
        (tmp_path / "sealed.pdf").write_bytes(sealed)

        assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(tmp_path / "sealed.pdf"))

    def test_an_authority_that_is_not_trusted_is_not_trusted(self, sealed: bytes, tmp_path: Path) -> None:
        strangers = tmp_path / "strangers"
        strangers.mkdir()
        run("certutil", "-N", "-d", f"sql:{strangers}", "--empty-password")

        assert "Certificate issuer isn't Trusted" in checked(sealed, folder=tmp_path, trusting=strangers)

    def test_one_changed_byte_anywhere_breaks_it(self, sealed: bytes, trusted: Path, tmp_path: Path) -> None:
        hole = slice(
            sealed.index(b"/Contents <"),
            sealed.rindex(b">", 0, sealed.index(b"/ByteRange", sealed.index(b"/Contents <"))),
        )
        places = [
            place for place in range(200, len(sealed) - 40, len(sealed) // 12) if not hole.start <= place < hole.stop
        ]

        for place in places:
            changed = bytearray(sealed)
            changed[place] ^= 0x20
            said = checked(bytes(changed), folder=tmp_path, trusting=trusted)
            assert "Signature is Valid" not in said, place
        assert len(places) >= 8

    def test_text_added_behind_the_seal_shows(self, sealed: bytes, trusted: Path, tmp_path: Path) -> None:
        said = checked(sealed + b"\n% more\n", folder=tmp_path, trusting=trusted)

        assert "Not total document signed" in said

    def test_it_is_pades_and_forbids_every_later_change(self, sealed: bytes, demo_keys: Path) -> None:
        (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
        context = ValidationContext(trust_roots=[load_cert_from_pemder(str(demo_keys / CA_NAME))])

        found = validate_pdf_signature(signature, context)

        assert found.bottom_line
        assert found.coverage is SignatureCoverageLevel.ENTIRE_FILE
        assert found.docmdp_ok
        assert signature.docmdp_level.name == "NO_CHANGES"
        assert found.signer_reported_dt == NOON
        attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
        assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}

    def test_it_stays_what_it_was_pdf_a_with_the_same_pages(self, sealed: bytes, printed: bytes) -> None:
        assert sealed.startswith(printed)
        with pikepdf.open(BytesIO(sealed)) as file, file.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert file.pdf_version == "1.7"
            (widget,) = file.pages[0].Annots
            assert int(widget.F) & 4
            assert max(float(number) for number in widget.Rect) <= 0

    def test_it_works_while_an_event_loop_runs(self, configured: Settings, printed: bytes) -> None:
        sealing._loaded.clear()

        async def within() -> bytes:
            return sealing.seal_pdf(printed, at=NOON)

        assert asyncio.run(within()).startswith(printed)

    def test_an_expired_certificate_seals_nothing(self, configured: Settings, printed: bytes) -> None:
        with pytest.raises(SealRefused, match="31.12.2049"):
            sealing.seal_pdf(printed, at=NOON + timedelta(days=366 * 30))


class TestAttestation:
    def test_it_is_verified_by_one_power_and_the_standard_library(self, configured: Settings) -> None:
        key = sealing.organisation_key()
        numbers = key.private_key.public_key().public_numbers()

        attestation = key.sign(DIGEST)

        size = key.private_key.key_size // 8
        opened = pow(int.from_bytes(attestation), numbers.e, numbers.n).to_bytes(size)
        info = bytes.fromhex("3031300d060960864801650304020105000420") + sha256(DIGEST.encode()).digest()
        assert opened == b"\x00\x01" + b"\xff" * (size - 3 - len(info)) + b"\x00" + info

    def test_only_this_key_s_attestation_of_this_digest_is_accepted(self, configured: Settings) -> None:
        key = sealing.organisation_key()
        attestation = key.sign(DIGEST)

        assert key.verify(DIGEST, attestation)
        assert not key.verify("sha256:" + "ac" * 32, attestation)
        assert not key.verify(DIGEST, attestation[:-1] + bytes([attestation[-1] ^ 1]))
        assert not key.verify(DIGEST, b"")

    @pytest.mark.parametrize("text", ["", "ab" * 32, "md5:" + "ab" * 16, "sha256:" + "AB" * 32, "sha256:" + "ab" * 31])
    def test_only_digests_are_attested(self, configured: Settings, text: str) -> None:
        with pytest.raises(ValueError, match="sha256:<64 hex digits>"):
            sealing.organisation_key().sign(text)

    def test_the_key_has_a_name_that_only_its_public_half_decides(self, configured: Settings) -> None:
        key = sealing.organisation_key()

        public = serialization.load_pem_public_key(key.public_pem.encode())
        encoded = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        assert key.key_id == f"sha256:{sha256(encoded).hexdigest()}"


class TestConfiguration:
    @pytest.mark.parametrize("missing", ["SEAL_KEY_FILE", "SEAL_CERTIFICATE_FILE"])
    def test_without_a_key_nothing_is_attested_or_sealed(
        self, configured: Settings, printed: bytes, missing: str
    ) -> None:
        setattr(configured, missing, "")

        for refused in (sealing.organisation_key, lambda: sealing.seal_pdf(printed, at=NOON)):
            with pytest.raises(ImproperlyConfigured, match="Set SEAL_KEY_FILE and SEAL_CERTIFICATE_FILE"):
                refused()

    def test_half_a_configuration_is_no_reason_for_demo_keys(self, configured: Settings) -> None:
        configured.DEMO = True
        configured.SEAL_CERTIFICATE_FILE = ""

        with pytest.raises(ImproperlyConfigured):
            sealing.organisation_key()

    def test_only_the_demonstration_makes_its_own(self, settings: Settings, tmp_path: Path) -> None:
        settings.SEAL_KEY_FILE = settings.SEAL_CERTIFICATE_FILE = ""
        settings.STATE_DIR = tmp_path
        settings.DEMO = False

        with pytest.raises(ImproperlyConfigured):
            sealing.organisation_key()
        assert list(tmp_path.iterdir()) == []

    def test_a_missing_file_is_named(self, configured: Settings, tmp_path: Path) -> None:
        configured.SEAL_KEY_FILE = str(tmp_path / "nothing.pem")

        with pytest.raises(ImproperlyConfigured, match=r"cannot be read.*nothing\.pem"):
            sealing.organisation_key()

    def test_a_key_and_another_s_certificate_are_refused(self, demo_keys: Path, tmp_path: Path) -> None:
        write_key(tmp_path / KEY_NAME, rsa.generate_private_key(public_exponent=65537, key_size=3072))

        with pytest.raises(ImproperlyConfigured, match="is not for the key"):
            sealing.load_key(key_file=tmp_path / KEY_NAME, certificate_file=demo_keys / CERTIFICATE_NAME)

    @pytest.mark.parametrize(
        "key", [rsa.generate_private_key(public_exponent=65537, key_size=2048), ec.generate_private_key(ec.SECP256R1())]
    )
    def test_a_weak_or_other_key_is_refused(
        self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, tmp_path: Path
    ) -> None:
        write_key(tmp_path / KEY_NAME, key)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), 1, NOON, NOON + timedelta(days=1))
            .sign(key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )
        (tmp_path / CERTIFICATE_NAME).write_bytes(made)

        with pytest.raises(ImproperlyConfigured, match="at least 3072 bits"):
            sealing.load_key(key_file=tmp_path / KEY_NAME, certificate_file=tmp_path / CERTIFICATE_NAME)

    def test_what_is_no_key_is_refused(self, demo_keys: Path, tmp_path: Path) -> None:
        (tmp_path / "key.pem").write_text("not a key")

        with pytest.raises(ImproperlyConfigured, match="must be an RSA key"):
            sealing.load_key(key_file=tmp_path / "key.pem", certificate_file=demo_keys / CERTIFICATE_NAME)


def write_key(path: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


class TestDemoKeys:
    def test_they_are_for_their_owner_s_eyes_alone(self, demo_keys: Path) -> None:
        assert stat.S_IMODE(demo_keys.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in demo_keys.iterdir()} == {0o600}

    def test_their_certificate_says_that_it_is_a_demonstration(self, demo_keys: Path) -> None:
        key = sealing.load_key(key_file=demo_keys / KEY_NAME, certificate_file=demo_keys / CERTIFICATE_NAME)

        assert "demonstration" in key.certificate.subject.rfc4514_string()
        assert "proves nothing" in key.certificate.issuer.rfc4514_string()
        assert key.private_key.key_size == 3072

    def test_however_many_ask_at_once_there_is_one_key(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        askers = 8
        together = threading.Barrier(askers)
        numbers = iter(range(askers))

        def make() -> dict[str, bytes]:
            number = next(numbers)
            together.wait()
            return {name: f"{number}".encode() for name in (CA_NAME, CERTIFICATE_NAME, KEY_NAME)}

        monkeypatch.setattr(sealing, "make_demo_keys", make)
        seen: list[set[bytes]] = []

        def ask() -> None:
            folder = sealing.ensure_demo_keys(tmp_path / "keys")
            seen.append({file.read_bytes() for file in folder.iterdir()})

        threads = [threading.Thread(target=ask) for _ in range(askers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(seen) == askers
        assert all(files == seen[0] and len(files) == 1 for files in seen)
        assert [path.name for path in tmp_path.iterdir()] == ["keys"]

    def test_a_folder_that_cannot_be_written_is_an_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sealing, "make_demo_keys", lambda: {KEY_NAME: b"k"})
        monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(PermissionError("no")))

        with pytest.raises(PermissionError):
            sealing.ensure_demo_keys(tmp_path / "keys")
        assert list(tmp_path.iterdir()) == []


def test_the_tools_that_check_are_here() -> None:
    assert [tool for tool in ("pdfsig", "certutil", "qpdf", "pdftotext") if shutil.which(tool) is None] == []


def test_what_a_former_key_attested_is_checked_with_its_certificate(configured: Settings, tmp_path: Path) -> None:
    before = sealing.organisation_key()
    attestation = before.sign(DIGEST)
    renewed = sealing.ensure_demo_keys(tmp_path / "renewed")
    configured.SEAL_KEY_FILE = str(renewed / KEY_NAME)
    configured.SEAL_CERTIFICATE_FILE = str(renewed / CERTIFICATE_NAME)
    with pytest.raises(UnknownKey):
        sealing.is_attested(DIGEST, attestation, before.key_id)

    folder = tmp_path / "former"
    folder.mkdir()
    (folder / "2026.pem").write_bytes(before.certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "readme.txt").write_text("not a certificate")
    configured.SEAL_FORMER_CERTIFICATES = str(folder)

    now = sealing.organisation_key()
    assert before.key_id != now.key_id
    assert sealing.is_attested(DIGEST, attestation, before.key_id)
    assert not sealing.is_attested("sha256:" + "cd" * 32, attestation, before.key_id)
    assert not sealing.is_attested(DIGEST, attestation, now.key_id)
    assert sealing.is_attested(DIGEST, now.sign(DIGEST), now.key_id)


def test_refuses_a_folder_of_former_certificates_that_cannot_be_read(configured: Settings, tmp_path: Path) -> None:
    configured.SEAL_FORMER_CERTIFICATES = str(tmp_path / "nowhere")

    with pytest.raises(ImproperlyConfigured, match="SEAL_FORMER_CERTIFICATES"):
        sealing.is_attested(DIGEST, b"", "sha256:other")
