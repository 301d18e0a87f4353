"""Looks through an office file in a process of its own that may use little of the machine.

Run as a file, with the upload as its standard input. Gives its media type; else one word on standard error and status 2.
Knows nothing of the service: neither settings, nor database, nor keys.
"""

import io
import re
import resource
import stat
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

MEMORY = 512 << 20
SECONDS = 10
MOST_ENTRIES = 3_000
MOST_UNPACKED = 150 << 20
# Of what unpacks to more than this, at most so many times its packed size: text of XML reaches a tenth of that
LARGE, MOST_RATIO = 20 << 20, 200
LONGEST_NAME = 240
PIECE = 1 << 20
DIRECTORY_END = b"PK\x05\x06"
END_SIZE, END_SIZE_64 = 22, 22 + 20 + 56

OOXML = "application/vnd.openxmlformats-officedocument"
# What the main part of each kind says that it is
MAIN_PARTS = {
    f"{OOXML}.wordprocessingml.document.main+xml": f"{OOXML}.wordprocessingml.document",
    f"{OOXML}.spreadsheetml.sheet.main+xml": f"{OOXML}.spreadsheetml.sheet",
    f"{OOXML}.presentationml.presentation.main+xml": f"{OOXML}.presentationml.presentation",
}
ODF = ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet")
MACRO_WORDS = (
    "macroenabled",
    "vbaproject",
    "vbadata",
    "activex",
    "xlmacrosheet",
    "intlmacrosheet",
    "ms-excel.dialogsheet",
)
MACRO_NAMES = re.compile(
    r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|macrosheets|dialogsheets|activex|basic|scripts)(/|$)"
)
EMBEDDED_NAMES = re.compile(r"(^|/)(embeddings|externallinks|afchunk[^/]*)(/|$)")
# How files begin that are never part of a text or a table: archives, programs, older office files
EMBEDDED_STARTS = (
    b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MZ",
    b"\x7fELF", b"\xca\xfe\xba\xbe", b"%PDF-", b"{\\rtf", b"#!",
)  # fmt: skip
EMBEDDED_RELATIONS = (
    "oleobject",
    "package",
    "control",
    "activexcontrolbinary",
    "afchunk",
    "subdocument",
    "externallink",
)
# What a link may open, and only when somebody clicks on it
LINKS = ("http:", "https:", "mailto:", "tel:")
SCHEME = re.compile(r"^\s*[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
EVENTS = {"onload", "onclick", "onerror", "onbegin", "onend", "onfocus", "onmouseover", "onactivate"}
# Fields and functions that fetch something from elsewhere, or start something
FIELDS = re.compile(r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|EMBED)\b", re.IGNORECASE)
FUNCTIONS = re.compile(r"\b(WEBSERVICE|RTD|CALL|REGISTER|EXEC|DDE)\s*\(", re.IGNORECASE)
# Elements by which an OpenDocument file runs something, or fetches something, by the names that every prefix leaves
ODF_ACTIVE = {"event-listener", "script", "applet", "plugin", "object-ole"}
ODF_OUTSIDE = {"floating-frame", "dde-source", "dde-connection-decl", "dde-link", "template", "connection-resource"}

Attributes = Mapping[str, str]
Visitor = Callable[[str, Attributes], None]


class Refused(Exception):
    """A file that is not kept, with the word for why."""


def limit() -> None:
    """Little memory and time, nothing written, no further process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(data: bytes) -> str:
    """The media type of an office file that holds text and pictures alone. Raises Refused."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        check_entries(entries)
        check_is_all(data, archive, entries)
        parts = dict(unpacked(archive, entries))
    if "[Content_Types].xml" in parts:
        return check_ooxml(parts)
    if entries[0].filename == "mimetype" and "META-INF/manifest.xml" in parts:
        return check_odf(parts)
    raise Refused("archive")


def check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """What the archive says of itself, before anything is unpacked."""
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("bomb")
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise Refused("structure")
    for entry in entries:
        if entry.flag_bits & 0x2041:
            raise Refused("locked")
        check_name(entry)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refused("structure")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("structure")
        if entry.file_size > LARGE and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Refused("bomb")


def check_name(entry: zipfile.ZipInfo) -> None:
    """A name inside the archive stays inside, and reads as one thing."""
    name = entry.orig_filename
    is_plain = name == entry.filename and len(name) <= LONGEST_NAME and name.isprintable()
    if not is_plain or "\\" in name or ":" in name or name.startswith("/") or ".." in name.split("/"):
        raise Refused("structure")
    if MACRO_NAMES.search(name.casefold()):
        raise Refused("macros")
    if EMBEDDED_NAMES.search(name.casefold()):
        raise Refused("embedded")


def check_is_all(data: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """The archive is the whole file: nothing before it, behind it, or between its entries, and none inside another."""
    tail = len(data) - archive.start_dir - sum(directory_size(entry) for entry in entries)
    if archive.comment or tail not in (END_SIZE, END_SIZE_64) or data[-END_SIZE:-18] != DIRECTORY_END:
        raise Refused("polyglot")
    place = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset != place or data[place : place + 4] != b"PK\x03\x04":
            raise Refused("polyglot")
        name_size, extra_size = struct.unpack("<HH", data[place + 26 : place + 30])
        if data[place + 30 : place + 30 + name_size] != raw_name(entry):
            raise Refused("polyglot")
        place += 30 + name_size + extra_size + entry.compress_size
        place += descriptor_size(data, place, entry)
    if place != archive.start_dir:
        raise Refused("polyglot")


def raw_name(entry: zipfile.ZipInfo) -> bytes:
    """The name as it stands in the file."""
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")


def directory_size(entry: zipfile.ZipInfo) -> int:
    """How much of the archive's directory is about an entry."""
    return 46 + len(raw_name(entry)) + len(entry.extra) + len(entry.comment)


def descriptor_size(data: bytes, place: int, entry: zipfile.ZipInfo) -> int:
    """How long the note is that may follow an entry: its sum and sizes, with or without a mark before."""
    if not entry.flag_bits & 0x08:
        return 0
    marked = 4 if data[place : place + 4] == b"PK\x07\x08" else 0
    for size, layout in ((12, "<LLL"), (20, "<LQQ")):
        note = data[place + marked : place + marked + size]
        if len(note) == size and struct.unpack(layout, note) == (entry.CRC, entry.compress_size, entry.file_size):
            return marked + size
    raise Refused("polyglot")


def unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Each part's bytes where they are XML; of others the beginning alone. Counts what comes, whatever was declared."""
    total = 0
    for entry in entries:
        kept: list[bytes] = []
        with archive.open(entry) as file:
            while piece := file.read(PIECE):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise Refused("bomb")
                if not kept or is_xml(entry.filename, kept[0]):
                    kept.append(piece)
        if kept and kept[0].startswith(EMBEDDED_STARTS):
            raise Refused("embedded")
        if entry.is_dir() and kept:
            raise Refused("structure")
        yield entry.filename, b"".join(kept)


def is_xml(name: str, start: bytes) -> bool:
    """Whether a part is read as XML, by its name or its beginning."""
    return name.casefold().endswith((".xml", ".rels", ".vml", ".svg", ".rdf")) or start.lstrip()[:1] == b"<"


def walk(data: bytes, visit: Visitor, *, hear: Visitor | None = None) -> None:
    """Call for each element of an XML part; declarations of types, and with them entities, are refused.

    ``hear``: called with an element's name and, under "", a piece of the words in it.
    """
    parser = expat.ParserCreate()
    inside: list[str] = []

    def no_types(*_: object) -> None:
        raise Refused("entities")

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        visit(name, attributes)

    def text(words: str) -> None:
        if hear and inside:
            hear(inside[-1], {"": words})

    parser.StartDoctypeDeclHandler = no_types
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: inside.pop()
    parser.CharacterDataHandler = text
    is_final = True
    parser.Parse(data, is_final)


def local(name: str) -> str:
    """An element's or attribute's name without its prefix, in small letters."""
    return name.rpartition(":")[2].casefold()


def check_ooxml(parts: Mapping[str, bytes]) -> str:
    """A Word, Excel or PowerPoint file of today. Raises Refused."""
    media_type = ooxml_type(parts["[Content_Types].xml"])
    for name, data in parts.items():
        if name.casefold().endswith(".rels"):
            walk(data, check_relation)
        elif is_xml(name, data[:100]):
            Words().check(data)
    return media_type


def ooxml_type(data: bytes) -> str:
    """What the list of parts says that the file is. Raises Refused."""
    said: set[str] = set()
    walk(data, lambda name, attributes: said.add(attributes.get("ContentType", "")))
    if any(word in one.casefold() for one in said for word in MACRO_WORDS):
        raise Refused("macros")
    if any(local(one.replace(".", ":")).startswith(("oleobject", "package+")) for one in said):
        raise Refused("embedded")
    kinds = {MAIN_PARTS[one] for one in said if one in MAIN_PARTS}
    if len(kinds) != 1:
        raise Refused("kind")
    return kinds.pop()


def check_relation(name: str, attributes: Attributes) -> None:
    """One thing that a part hangs together with: inside the file, or a link that somebody clicks on."""
    if local(name) != "relationship":
        return
    kind, target = attributes.get("Type", "").rpartition("/")[2].casefold(), attributes.get("Target", "").strip()
    if kind == "vbaproject":
        raise Refused("macros")
    if kind in EMBEDDED_RELATIONS:
        raise Refused("embedded")
    leaves = (
        attributes.get("TargetMode", "").casefold() == "external"
        or SCHEME.match(target)
        or target[:2] in ("//", "\\\\")
    )
    if leaves and not (kind == "hyperlink" and (target.casefold().startswith(LINKS) or target.startswith("#"))):
        raise Refused("outside")


class Words:
    """What a part's fields and formulas say, put together from the pieces that they are written in."""

    def __init__(self) -> None:
        self.field: list[str] = []
        self.formula: list[str] = []

    def check(self, data: bytes) -> None:
        """Raises Refused for what fetches or starts something."""
        walk(data, self._visit, hear=self._hear)
        self._end_field()

    def _visit(self, name: str, attributes: Attributes) -> None:
        check_element(name, attributes)
        kind = local(name)
        if kind == "fldchar":
            self._end_field()
        elif kind == "f":
            self.formula.clear()

    def _hear(self, name: str, words: Attributes) -> None:
        kind = local(name)
        if kind == "instrtext":
            self.field.append(words[""])
        elif kind == "f":
            self.formula.append(words[""])
            if FUNCTIONS.search("".join(self.formula)):
                raise Refused("outside")

    def _end_field(self) -> None:
        if FIELDS.match("".join(self.field)):
            raise Refused("outside")
        self.field.clear()


def check_element(name: str, attributes: Attributes) -> None:
    """An element of a part: no script, no object, no field that fetches."""
    kind = local(name)
    if kind in ("script", "foreignobject", "control") or any(starts_something(*each) for each in attributes.items()):
        raise Refused("macros")
    if kind in ("oleobject", "ddelink", "altchunk"):
        raise Refused("embedded")
    if kind == "fldsimple" and any(FIELDS.match(words) for words in attributes.values()):
        raise Refused("outside")


def starts_something(key: str, value: str) -> bool:
    """Whether an attribute is one by which a drawing runs a script."""
    return local(key) in EVENTS or value.strip().casefold().startswith("javascript:")


def check_odf(parts: Mapping[str, bytes]) -> str:
    """A text or table of LibreOffice. Raises Refused."""
    media_type = parts["mimetype"].decode("ascii", "replace")
    if media_type not in ODF:
        raise Refused("kind")
    walk(parts["META-INF/manifest.xml"], check_manifest)
    for name, data in parts.items():
        if name != "META-INF/manifest.xml" and is_xml(name, data[:100]):
            walk(data, check_odf_element)
    return media_type


def check_manifest(name: str, attributes: Attributes) -> None:
    """One line of the list of parts."""
    if local(name) == "encryption-data":
        raise Refused("locked")


def check_odf_element(name: str, attributes: Attributes) -> None:
    """An element of a part: nothing that runs, and nothing that is fetched from elsewhere but by a click."""
    if local(name) in ODF_ACTIVE:
        raise Refused("macros")
    if local(name) in ODF_OUTSIDE:
        raise Refused("outside")
    for key, value in attributes.items():
        target = value.strip()
        if starts_something(key, value) or target.casefold().startswith("vnd.sun.star.script:"):
            raise Refused("macros")
        if local(key) == "formula" and FUNCTIONS.search(value):
            raise Refused("outside")
        leaves = local(key) == "href" and (SCHEME.match(target) or target.startswith(("/", "\\")))
        if leaves and not (local(name) == "a" and target.casefold().startswith(LINKS)):
            raise Refused("outside")


def main() -> int:
    """Look at standard input."""
    limit()
    try:
        sys.stdout.write(look(sys.stdin.buffer.read()))
    except Refused as refusal:
        sys.stderr.write(str(refusal))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
