"""The organisation's certificates, of the present key and of those before it: what others check records with."""

from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from records import sealing


@dataclass(frozen=True)
class KnownCertificate:
    """A certificate of the organisation's, with those above it as they came along."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    is_present: bool

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, 64 hexadecimal digits: what two people compare."""
        return sha256(self.certificate.public_bytes(serialization.Encoding.DER)).hexdigest()

    @property
    def fingerprint_in_groups(self) -> str:
        """The same, as one reads it out: pairs of digits with colons between."""
        return ":".join(self.fingerprint[place : place + 2] for place in range(0, 64, 2)).upper()

    @cached_property
    def pem(self) -> bytes:
        """The file to hand out: the certificate first, then those above it."""
        return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (self.certificate, *self.chain))

    @property
    def owner(self) -> str:
        """Whose it says that it is."""
        return self.certificate.subject.rfc4514_string()


def known_certificates() -> list[KnownCertificate]:
    """The certificate of the present key, and those of the keys before it. Raises ImproperlyConfigured without a key."""
    key = sealing.organisation_key()
    present = KnownCertificate(key.certificate, key.chain, is_present=True)
    former = _former(str(settings.SEAL_FORMER_CERTIFICATES or ""))
    return [present, *(one for one in former if one.fingerprint != present.fingerprint)]


@cache
def _former(folder: str) -> tuple[KnownCertificate, ...]:
    """The certificates in a folder of PEM files, one to a file, read once for each process."""
    if not folder:
        return ()
    try:
        paths = sorted(path for path in Path(folder).iterdir() if path.suffix == ".pem")
        read = [x509.load_pem_x509_certificates(path.read_bytes()) for path in paths]
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"SEAL_FORMER_CERTIFICATES cannot be read: {error}") from error
    found = {
        one.fingerprint: one
        for one in (KnownCertificate(first, tuple(rest), is_present=False) for first, *rest in read)
        if isinstance(one.certificate.public_key(), rsa.RSAPublicKey)
    }
    return tuple(found.values())
