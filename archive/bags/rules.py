"""What a bag looks like (BagIt 1.0, RFC 8493): its tag files, the names in it, and what is written of it. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

ALGORITHM = "sha256"
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data"
MANIFEST, TAG_MANIFEST = f"manifest-{ALGORITHM}.txt", f"tagmanifest-{ALGORITHM}.txt"
BAG_INFO, BAGIT = "bag-info.txt", "bagit.txt"
# So long a bag is kept for those who take it along; another can be made at any time
KEPT_FOR = timedelta(days=30)
LONGEST_WORD = 60
SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
NOT_IN = (
    "Confidential concerns about supervision: they belong to whoever raised them, and to nobody’s file.",
    "Next of kin, home address and home telephone: nobody needs them once somebody has left.",
    "Drafts that were never signed, what somebody prepared and did not share, and worries written down before a session.",
    "How supervision was felt: those answers name nobody.",
    "Decisions on children: they stand on the child’s record, in the hands of whoever holds the child today.",
    "Records of groups: they are about everybody who was there. The groups that this person was invited to are in a list.",
)


def safe_name(*words: str, ending: str = "") -> str:
    """A file's name of letters, digits and hyphens that every system can hold; ``ending`` of the same kind, with its dot."""
    text = unicodedata.normalize("NFKD", "-".join(word for word in words if word))
    plain = re.sub(r"[^a-z0-9]+", "-", text.encode("ascii", "ignore").decode().lower()).strip("-")
    kept = plain[:LONGEST_WORD].strip("-") or "file"
    return f"{kept}{safe_ending(ending)}"


def safe_ending(name: str) -> str:
    """The ending of a file's name where it is a plain one, else nothing."""
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return found.group().lower() if found else ""


def check_name(name: str) -> None:
    """Refuse a name that leads out of its folder, or that some system cannot hold. Raises ValueError."""
    for part in name.split("/"):
        if not SAFE.fullmatch(part) or part.endswith(".") or len(part) > 200 or RESERVED.fullmatch(part):
            raise ValueError(f"{name!r} is no name for a file in a bag")


def manifest_line(name: str, digest: str) -> str:
    """One line of a manifest; names hold nothing that would have to be escaped."""
    return f"{digest}  {name}\n"


def tag_line(label: str, value: str) -> str:
    """One line of ``bag-info.txt``; whatever somebody typed stays on its line."""
    return f"{label}: {' '.join(value.split())}\n"


def bag_info(elements: Sequence[tuple[str, str]], *, made_on: date, octets: int, files: int) -> str:
    """``bag-info.txt``, with what every bag says of itself last."""
    last = [
        ("Bagging-Date", made_on.isoformat()),
        ("Payload-Oxum", f"{octets}.{files}"),
        ("Bag-Size", size_words(octets)),
    ]
    return "".join(tag_line(label, value) for label, value in [*elements, *last] if value.strip())


def size_words(octets: int) -> str:
    """About how large it is."""
    size, units = float(octets), ["bytes", "KB", "MB", "GB"]
    while size >= 1000 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{size:.0f} {units[0]}" if units[0] == "bytes" else f"{size:.1f} {units[0]}"
