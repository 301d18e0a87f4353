"""Looks at an uploaded file, in a process of its own that may use little of the machine and can be ended.

Run as a file, with the upload as its standard input: ``upload_check.py pdf``, or ``upload_check.py zip`` and the
fingerprints that count. A PDF gives one line of JSON; a ZIP what ``verify_countersign.py`` says, and its exit status.
Knows nothing of the service: neither settings, nor database, nor keys.
"""

import json
import re
import resource
import runpy
import sys
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

MEMORY = 1 << 30
SECONDS = 10
DEEPEST = 10


def limit() -> None:
    """Little memory and time, nothing written, no further process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look_at_pdf(data: bytes) -> dict[str, Any]:
    """What stands in a PDF: whose seal, whether it holds and covers the whole file, and which part is the last in it.

    Raises whatever a broken PDF makes the libraries raise.
    """
    reader = PdfFileReader(BytesIO(data), strict=False)
    signatures = reader.embedded_signatures
    if not signatures:
        return {"has_seal": False}
    context = ValidationContext(trust_roots=[], allow_fetching=False)
    found = [validate_pdf_signature(signature, signer_validation_context=context) for signature in signatures]
    seal = found[0]
    is_whole = len(found) == 1 and seal.coverage is SignatureCoverageLevel.ENTIRE_FILE
    sealed_at = seal.signer_reported_dt
    return {
        "has_seal": True,
        "fingerprint": sha256(seal.signing_cert.dump()).hexdigest(),
        "is_intact": bool(seal.intact and seal.valid and seal.docmdp_ok and is_whole),
        "sealed_at": sealed_at.isoformat() if sealed_at else "",
        "head": head_in(reader),
    }


def head_in(reader: PdfFileReader) -> str:
    """The digest of the last part that the PDF carries, or nothing."""
    found = {}
    for name, file in attached(reader.root["/Names"]["/EmbeddedFiles"]) if "/Names" in reader.root else ():
        if match := re.fullmatch(r"part-(\d{1,4})\.json", name):
            found[int(match[1])] = file
    if not found:
        return ""
    part = found[max(found)]["/EF"]["/F"].data
    return f"sha256:{sha256(part).hexdigest()}"


def attached(tree: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Names and files of a PDF's tree of attachments."""
    if depth > DEEPEST:
        raise ValueError("a tree of names without an end")
    names = list(tree.get("/Names", ()))
    yield from ((str(names[place]), tree["/Names"][place + 1]) for place in range(0, len(names) - 1, 2))
    for number in range(len(tree.get("/Kids", ()))):
        yield from attached(tree["/Kids"][number], depth + 1)


def main() -> int:
    """Look at standard input."""
    limit()
    kind, *fingerprints = sys.argv[1:]
    if kind == "zip":
        named = [word for fingerprint in fingerprints for word in ("--fingerprint", fingerprint)]
        sys.argv[1:] = ["/dev/stdin", *named]
        runpy.run_path(str(Path(__file__).with_name("verify_countersign.py")), run_name="__main__")
    found = look_at_pdf(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
