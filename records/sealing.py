"""The organisation's key: it attests each signed part and seals each printed record. It is never in the database."""

import asyncio
import os
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core.clock import now  # noqa: TID251 - at the start there is nobody to say what time it is
from records.canonical import UnknownKey

KEY_BITS = 3072
KEY_NAME, CERTIFICATE_NAME, CA_NAME = "seal-key.pem", "seal-certificate.pem", "demo-ca.pem"
# Fixed, so that no clock is asked and the demonstration's past lies within
DEMO_FROM, DEMO_UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
SEAL_FIELD = "Seal"


class SealRefused(Exception):
    """The record cannot be sealed; nothing unsealed is handed out in its place."""


@dataclass(frozen=True)
class OrganisationKey:
    """The organisation's key with its certificate, loaded and checked once.

    ``chain`` are the certificates above it that travel with each seal, the nearest first.
    """

    private_key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @cached_property
    def key_id(self) -> str:
        """The key's name: the digest of its public half (DER SubjectPublicKeyInfo), "sha256:<hex>"."""
        return key_id_of(self.private_key.public_key())

    @cached_property
    def public_pem(self) -> str:
        """The public half, to be given to whoever verifies."""
        public = self.private_key.public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return public.public_bytes(serialization.Encoding.PEM, form).decode("ascii")

    def sign(self, digest: str) -> bytes:
        """Attest a part: RSA with PKCS #1 v1.5 and SHA-256 over the ASCII bytes of "sha256:<64 hex digits>"."""
        return self.private_key.sign(attested_bytes(digest), padding.PKCS1v15(), hashes.SHA256())

    def verify(self, digest: str, signature: bytes) -> bool:
        """Whether the attestation is this key's, and over this digest."""
        return is_signed(digest, signature, self.private_key.public_key())

    @cached_property
    def placeholder(self) -> signers.ExternalSigner:
        """What pyHanko asks about the key while it prepares a PDF; it signs nothing."""
        return signers.ExternalSigner(as_asn1(self.certificate), None, signature_value=self.private_key.key_size // 8)

    @cached_property
    def cms(self) -> "CmsForm":
        """The seal's signature object with its two blanks, the same for every record."""
        return make_cms_form(self)


def key_id_of(public: rsa.RSAPublicKey) -> str:
    """The name of a key: the digest of its public half (DER SubjectPublicKeyInfo), "sha256:<hex>"."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return f"sha256:{sha256(public.public_bytes(serialization.Encoding.DER, form)).hexdigest()}"


def is_signed(digest: str, signature: bytes, public: rsa.RSAPublicKey) -> bool:
    """Whether an attestation over this digest was made with the other half of this key."""
    try:
        public.verify(signature, attested_bytes(digest), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def is_attested(digest: str, attestation: bytes, key_id: str) -> bool:
    """Whether the organisation's key of this name, the present or a former one, made the attestation.

    Raises UnknownKey where there is no certificate of such a key.
    """
    key = organisation_key()
    if key_id == key.key_id:
        return key.verify(digest, attestation)
    former = former_keys(str(settings.SEAL_FORMER_CERTIFICATES or ""))
    if key_id not in former:
        raise UnknownKey(key_id)
    return is_signed(digest, attestation, former[key_id])


@cache
def former_keys(folder: str) -> dict[str, rsa.RSAPublicKey]:
    """Public halves of the keys that attested before the present one, by name: from the PEM certificates in a folder.

    Read once for each process. Raises ImproperlyConfigured for a folder or file that cannot be read.
    """
    found: dict[str, rsa.RSAPublicKey] = {}
    if not folder:
        return found
    try:
        for path in sorted(Path(folder).iterdir()):
            if path.suffix != ".pem":
                continue
            public = x509.load_pem_x509_certificates(path.read_bytes())[0].public_key()
            if isinstance(public, rsa.RSAPublicKey):
                found[key_id_of(public)] = public
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"SEAL_FORMER_CERTIFICATES cannot be read: {error}") from error
    return found


def attested_bytes(digest: str) -> bytes:
    """The bytes under an attestation. Raises ValueError for anything but "sha256:<64 lower-case hex digits>"."""
    kind, _, value = digest.partition(":")
    if kind != "sha256" or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise ValueError("An attestation is made over a digest written as sha256:<64 hex digits>.")
    return digest.encode("ascii")


@dataclass(frozen=True, slots=True)
class CmsForm:
    """A PAdES B-B signature object (CMS) around two blanks, one for the document's digest and one for the signature.

    Everything else in it, attributes and certificates, is the same for every record: the time stands in the PDF's own
    signature dictionary (ETSI EN 319 142-1, 6.3). Encoding it for each record costs ten times what the signature does.
    """

    key: rsa.RSAPrivateKey
    encoded: bytes
    attributes: bytes
    blank_signature: bytes

    def fill(self, digest: bytes) -> bytes:
        """The signature object over a document with this SHA-256 digest."""
        signature = self.key.sign(self.attributes.replace(BLANK_DIGEST, digest), padding.PKCS1v15(), hashes.SHA256())
        return self.encoded.replace(BLANK_DIGEST, digest).replace(self.blank_signature, signature)


BLANK_DIGEST = sha256(b"a blank for a digest").digest()


def make_cms_form(key: OrganisationKey) -> CmsForm:
    """Let pyHanko build the signature object once, around the blanks."""
    blank = b"".join(sha256(bytes([number])).digest() for number in range(key.private_key.key_size // 256))
    registry = SimpleCertificateStore()
    registry.register_multiple([as_asn1(certificate) for certificate in key.chain])
    signer = signers.ExternalSigner(as_asn1(key.certificate), registry, signature_value=blank)
    # In a thread of its own, since an event loop may be running in this one
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(asyncio.run, signer.async_sign(BLANK_DIGEST, "sha256", use_pades=True)).result()
    encoded = made.dump()
    attributes = made["content"]["signer_infos"][0]["signed_attrs"].untag().dump()
    if (encoded.count(BLANK_DIGEST), attributes.count(BLANK_DIGEST), encoded.count(blank)) != (1, 1, 1):
        raise SealRefused("The signature object could not be prepared.")
    return CmsForm(key.private_key, encoded, attributes, blank)


def organisation_key() -> OrganisationKey:
    """The organisation's key, loaded once for each process.

    From SEAL_KEY_FILE and SEAL_CERTIFICATE_FILE; in the demo, and only there, made at first use under STATE_DIR.
    Raises ImproperlyConfigured when there is none, or key and certificate do not fit each other.
    """
    place = (str(settings.SEAL_KEY_FILE or ""), str(settings.SEAL_CERTIFICATE_FILE or ""))
    if not all(place):
        if any(place) or not settings.DEMO:
            raise ImproperlyConfigured(
                "Set SEAL_KEY_FILE and SEAL_CERTIFICATE_FILE: records are signed and sealed with your organisation's "
                "own key and certificate, and without them no record can be signed."
            )
        folder = ensure_demo_keys(Path(settings.STATE_DIR) / "keys")
        place = (str(folder / KEY_NAME), str(folder / CERTIFICATE_NAME))
    with _lock:
        if place not in _loaded:
            _loaded[place] = load_key(key_file=Path(place[0]), certificate_file=Path(place[1]))
        return _loaded[place]


def refuse_an_unfit_key() -> None:
    """Check, before the program starts, that records can be sealed. Raises ImproperlyConfigured."""
    certificate = organisation_key().certificate
    if not certificate.not_valid_before_utc <= now() <= certificate.not_valid_after_utc:
        raise ImproperlyConfigured(
            f"The sealing certificate is valid from {certificate.not_valid_before_utc:%d.%m.%Y} to "
            f"{certificate.not_valid_after_utc:%d.%m.%Y}. Give SEAL_CERTIFICATE_FILE one that is valid now."
        )


_lock = threading.Lock()
_loaded: dict[tuple[str, str], OrganisationKey] = {}


def load_key(*, key_file: Path, certificate_file: Path) -> OrganisationKey:
    """Read a PEM key and its PEM certificate, followed by those above it. Raises ImproperlyConfigured."""
    try:
        private_key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        certificate, *chain = x509.load_pem_x509_certificates(certificate_file.read_bytes())
    except OSError as error:
        raise ImproperlyConfigured(f"The sealing key or certificate cannot be read: {error}") from error
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(
            f"{key_file} must be an RSA key and {certificate_file} its certificate, both PEM without a passphrase."
        ) from error
    if not isinstance(private_key, rsa.RSAPrivateKey) or private_key.key_size < KEY_BITS:
        raise ImproperlyConfigured(f"The sealing key in {key_file} must be RSA with at least {KEY_BITS} bits.")
    if certificate.public_key() != private_key.public_key():
        raise ImproperlyConfigured(f"The certificate in {certificate_file} is not for the key in {key_file}.")
    return OrganisationKey(private_key, certificate, tuple(chain))


def seal_pdf(pdf: bytes, *, at: datetime) -> bytes:
    """The PDF with the organisation's electronic seal over all of it: PAdES B-B, invisible, no change allowed after.

    ``at`` is the time that the seal states. Raises SealRefused when the certificate is not valid at
    that time, and ImproperlyConfigured when there is no key.
    """
    key = organisation_key()
    certificate = key.certificate
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise SealRefused(
            f"The organisation's sealing certificate is valid from {certificate.not_valid_before_utc:%d.%m.%Y} to "
            f"{certificate.not_valid_after_utc:%d.%m.%Y}. Give SEAL_CERTIFICATE_FILE a certificate that is valid now."
        )
    metadata = signers.PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        md_algorithm="sha256",
        reason="Sealed as issued; any later change breaks the seal",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    # Out of bounds, because PDF/A forbids the hidden flag and PDF/UA an untagged annotation on the page
    outside = fields.InvisSigSettings(box_out_of_bounds=True)
    spec = fields.SigFieldSpec(SEAL_FIELD, invis_sig_settings=outside)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    session = signers.PdfSigner(metadata, signer=key.placeholder, new_field_spec=spec).init_signing_session(writer)
    session.system_time = at
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * len(key.cms.encoded))
    output = BytesIO()
    digested, _ = prepared.digest_tbs_document(output=output)
    digested.fill_with_cms(output, key.cms.fill(digested.document_digest))
    return output.getvalue()


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The certificate as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def ensure_demo_keys(folder: Path) -> Path:
    """A self-made authority, key and certificate for demonstrations, made once however many processes ask.

    Written beside the place and moved there whole, so that no process sees half of it; who comes second uses the
    first's. Files are readable by their owner alone.
    """
    if (folder / KEY_NAME).exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, data in make_demo_keys().items():
            with os.fdopen(os.open(fresh / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        fresh.rename(folder)
    except OSError:
        if not (folder / KEY_NAME).exists():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def make_demo_keys() -> dict[str, bytes]:
    """PEM files by name: a certificate authority for demonstrations, and a key and certificate under it."""
    ca_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    seal_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    organisation = settings.ORGANISATION_NAME or "Demonstration"
    ca_name = demo_name(organisation, "Countersign demonstration authority: proves nothing")
    ca = (
        start_certificate(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    seal_name = demo_name(organisation, "Seal of records (demonstration)")
    seal = (
        start_certificate(seal_name, ca_name, seal_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(certificates=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(seal_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    return {
        CA_NAME: ca.public_bytes(pem),
        CERTIFICATE_NAME: seal.public_bytes(pem) + ca.public_bytes(pem),
        KEY_NAME: seal_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain),
    }


def demo_name(organisation: str, name: str) -> x509.Name:
    """A certificate's subject."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "GB"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def start_certificate(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    """What the demonstration's certificates have in common."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEMO_FROM)
        .not_valid_after(DEMO_UNTIL)
    )


def key_usage(*, certificates: bool) -> x509.KeyUsage:
    """What a key may be used for: to sign certificates, or to sign and be held to it."""
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
