"""How the files of the corpus are made, the same each time."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

# What each refusal says, written down here anew: whoever changes one in the service changes it here, knowing it
UNKNOWN = (
    "This is not a file that can be kept. JPEG and PNG pictures, PDFs, and Word, Excel, PowerPoint and OpenDocument files "
    "(docx, xlsx, pptx, odt, ods) can."
)
DAMAGED = "This file is damaged, or made to be hard to read. Take the picture, or save the file, again."
EMPTY = "This file is empty. Choose another."
LARGE = "This file is larger than 15 MB. Take the picture, or save the file, again with a smaller size."
PIXELS = "This picture has too many pixels. Take it again with a smaller size."
LOCKED = "This file is locked with a password. Save it without one, or make a PDF of it."
ACTIVE = (
    "This PDF holds more than pages: programs, other files, or links that open something. Scan or print it to a new PDF, "
    "or take a picture of its pages."
)
BOMB = "This file unpacks to far more than it seems. Save it again with less in it, or make a PDF of it."
POLYGLOT = "This file holds something before, behind or between its parts. Save it again, or print it to a new PDF."
STRUCTURE = "The parts of this file have names or kinds that no office program writes. Save it again from one."
MACROS = "This file holds macros or other programs. Save it without them (as docx, xlsx, pptx, odt or ods), or make a PDF of it."
EMBEDDED = (
    "This file holds other files or objects. Put pictures in their place, or make a PDF of it, and send the other files by "
    "themselves."
)
OUTSIDE = (
    "This file fetches something from elsewhere, or opens files elsewhere: a template, a linked picture or table, a link "
    "to a folder. Break these links and save it again, or make a PDF of it. Links to web pages can stay."
)
ENTITIES = (
    "This file is written in a way that no office program writes it. Save it again from one, or make a PDF of it."
)
ARCHIVE = "This is an archive of files. Unpack it, and send the files by themselves."
MAIL = "This is an e-mail. Open it and print it to a PDF; send what is attached to it by itself."
OLD_WORD = "This is a Word file of the old kind (.doc). Open it in Word, and save it as .docx or as a PDF."
OLD_EXCEL = "This is an Excel file of the old kind (.xls). Open it in Excel, and save it as .xlsx or as a PDF."
OLD_SLIDES = "This is a PowerPoint file of the old kind (.ppt). Open it, and save it as .pptx or as a PDF."
OLD_OFFICE = "This is a file of an older office program. Open it there, and save it as .docx, .xlsx, .pptx or as a PDF."
HEIC = (
    "This picture is in Apple’s HEIC format, which cannot be read here. Send it as a JPEG: on an iPhone choose Settings, "
    "Camera, Formats, Most Compatible, and take it again."
)

LONG_AGO = (1980, 1, 1, 0, 0, 0)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OOXML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Case:
    """One file: what it is, what it is called, how its bytes are made; why it is refused, or under what name it is kept."""

    about: str
    name: str
    data: Callable[[], bytes]
    refused: str = ""
    kept_as: str = ""

    def __str__(self) -> str:
        return self.about


def picture(kind: str = "PNG", *, size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: object) -> bytes:
    """A small picture."""
    written = io.BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def pdf(root: str = "", *, content: bytes = b"", filters: str = "", more: str = "") -> bytes:
    """A PDF of one page, written by hand: with more in its root, another stream, or more objects (from 5 on)."""
    of_stream = f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        of_stream,
        *([more.encode()] if more else []),
    ]
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = len(written)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    written += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    written += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(written)


def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, deflated."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(megabytes)), packer.flush()])


def zipped(
    parts: Mapping[str, bytes | str], *, attributes: Mapping[str, int] | None = None, comment: bytes = b""
) -> bytes:
    """A ZIP of these parts, in this order; ``mimetype`` stored as it is, as OpenDocument has it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = (attributes or {}).get(name, 0o100600) << 16
            archive.writestr(entry, data)
        archive.comment = comment
    return written.getvalue()


def marked(data: bytes, *, bits: int) -> bytes:
    """The same ZIP with bits set in the marks of every entry."""
    changed = bytearray(data)
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = data.find(start)
        while found >= 0:
            changed[found + place] |= bits & 0xFF
            changed[found + place + 1] |= bits >> 8
            found = data.find(start, found + 4)
    return bytes(changed)


def declared(data: bytes, *, size: int) -> bytes:
    """The same ZIP whose directory says of the last entry that it unpacks to so much."""
    changed, place = bytearray(data), data.rfind(b"PK\x01\x02")
    changed[place + 24 : place + 28] = size.to_bytes(4, "little")
    return bytes(changed)


def doubled(data: bytes, *, name: str) -> bytes:
    """The same ZIP with one entry more in its directory, which lies where the last one lies."""
    written = io.BytesIO(data)
    with zipfile.ZipFile(written, "a") as archive:
        last = archive.filelist[-1]
        again = zipfile.ZipInfo(name, LONG_AGO)
        for field in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "external_attr"):
            setattr(again, field, getattr(last, field))
        archive.filelist.append(again)
        archive.NameToInfo[name] = again
        archive.comment = b"x"
        archive.comment = b""
    return written.getvalue()


def relations(*each: str) -> str:
    """A list of relations: each the inside of one."""
    inside = "".join(f"<Relationship Id='r{number}' {one}/>" for number, one in enumerate(each))
    return f"<Relationships xmlns='{RELATIONS}'>{inside}</Relationships>"


def relation(kind: str, target: str, *, outside: bool = False) -> str:
    """The inside of one relation."""
    mode = " TargetMode='External'" if outside else ""
    return f"Type='{OFFICE_RELATIONS}/{kind}' Target='{target}'{mode}"


KINDS = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}


def office(
    kind: str = "docx",
    *,
    body: str = "<w:document xmlns:w='w'><w:body/></w:document>",
    related: tuple[str, ...] = (),
    types: str = "",
    parts: Mapping[str, bytes | str] | None = None,
) -> dict[str, bytes | str]:
    """The parts of a Word, Excel or PowerPoint file: its main part, relations of it, types and parts besides."""
    main, type_of_main = KINDS[kind]
    folder, _, name = main.rpartition("/")
    listed = f"<Override PartName='/{main}' ContentType='{OOXML}.{type_of_main}'/>{types}"
    return {
        "[Content_Types].xml": f"<Types xmlns='{TYPES}'><Default Extension='xml' ContentType='application/xml'/>{listed}</Types>",
        "_rels/.rels": relations(relation("officeDocument", main)),
        main: body,
        f"{folder}/_rels/{name}.rels": relations(*related),
        **(parts or {}),
    }


def open_document(
    kind: str = "text", *, body: str = "", parts: Mapping[str, bytes | str] | None = None
) -> dict[str, bytes | str]:
    """The parts of a text or a table of LibreOffice."""
    names = " ".join(
        f"xmlns:{name}='{name}'" for name in ("office", "text", "draw", "script", "xlink", "table", "meta")
    )
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {names}><office:scripts/>{body}</office:document-content>",
        "META-INF/manifest.xml": "<m:manifest xmlns:m='m'><m:file-entry m:full-path='/'/></m:manifest>",
        **(parts or {}),
    }
