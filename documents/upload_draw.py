"""Draws a picture anew, or looks through a PDF, in a process of its own that may use little of the machine.

Run as a file, with the upload as its standard input: ``upload_draw.py JPEG``, ``upload_draw.py PNG`` or ``upload_draw.py
PDF``. Gives the drawn picture, or nothing for a PDF that may be kept; else one word on standard error and status 2. Knows
nothing of the service: neither settings, nor database, nor keys.
"""

import io
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

MEMORY = 768 << 20
SECONDS = 10
# A JPEG is unpacked at half or a quarter of its size; a PNG only whole
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 20_000_000}
# A page of handwriting stays readable, and a record of twelve pages small
LONGEST_SIDE = 2_400
# What a PDF of scanned pages never needs: programs, other files, doors to the machine, players
ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
ACTIVE_VALUES = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Screen", "/3D",
}  # fmt: skip

# What the streams of a PDF may unpack to, each and together: a page scanned in colour at 600 points an inch is 100 MB
MOST_OF_A_STREAM, MOST_OF_ALL = 256 << 20, 512 << 20
PIECE = 1 << 20
WHITE = b"\0\t\n\f\r "


class Refused(Exception):
    """A file that is not kept, with the word for why."""


def limit() -> None:
    """Little memory and time, nothing written, no further process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def redrawn(data: bytes, kind: str) -> bytes:
    """A picture drawn anew, the right way up, at most so large."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - each kind loads what it needs

    # How large a picture is stands in its header and is asked before it is unpacked, below
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=[kind]) as picture:
        if picture.width * picture.height > MOST_PIXELS[kind]:
            raise Refused("pixels")
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        orientation = picture.getexif().get(0x0112)
        can_be_seen_through = "transparency" in picture.info or "A" in picture.mode
        small = picture.convert("RGBA" if can_be_seen_through else "RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small.getexif()[0x0112] = orientation or 1
    ImageOps.exif_transpose(small, in_place=True)
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small if can_be_seen_through else None)
    written = io.BytesIO()
    paper.save(written, kind, **({"optimize": True} if kind == "PNG" else {"quality": 82}))
    return written.getvalue()


def look_through(data: bytes) -> None:
    """Walk everything that a reader of a PDF can come to."""
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    check_is_all(data)
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted:
        raise Refused("locked")
    total = 0
    for found in reached_from(reader.root):
        if isinstance(found, DictionaryObject):
            check_is_still(found)
        if isinstance(found, StreamObject):
            total += unpacked_size(found)
        if total > MOST_OF_ALL:
            raise Refused("bomb")
    if not reader.root["/Pages"]["/Count"]:
        raise Refused("damaged")


def reached_from(root: Any) -> Iterator[Any]:
    """Everything that hangs together with the root, each thing once."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject  # noqa: PLC0415

    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) in seen:
                continue
            seen.add((found.idnum, found.generation))
            found = found.get_object()
        yield found
        if isinstance(found, DictionaryObject):
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += [found.raw_get(place) for place in range(len(found))]


def check_is_all(data: bytes) -> None:
    """A PDF is the whole file: nothing behind its end, and no archive that ends where it ends."""
    if data.rpartition(b"%%EOF")[2].strip(WHITE) or zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("polyglot")


def unpacked_size(stream: Any) -> int:
    """To how much a stream unpacks, counted without keeping it. Raises Refused where that is too much, or hidden."""
    filters = stream.get("/Filter", [])
    names = [str(one) for one in filters] if isinstance(filters, list) else [str(filters)]
    packed = [name for name in names if name in ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW")]
    if len(packed) > 1:
        raise Refused("bomb")
    if names[:1] not in (["/FlateDecode"], ["/Fl"]):
        return 0
    reader, waiting, size = zlib.decompressobj(), stream.encoded_data, 0
    while waiting and not reader.eof:
        size += len(reader.decompress(waiting, PIECE))
        waiting = reader.unconsumed_tail
        if size > MOST_OF_A_STREAM:
            raise Refused("bomb")
    return size


def check_is_still(found: Any) -> None:
    """Raises Refused for a part of a PDF that does something, or that carries another file."""
    kinds = {str(found.get(key, "")) for key in ("/S", "/Type", "/Subtype")}
    if ACTIVE_KEYS & set(map(str, found)) or ACTIVE_VALUES & kinds:
        raise Refused("active")


def main() -> int:
    """Look at standard input."""
    limit()
    kind, data = sys.argv[1], sys.stdin.buffer.read()
    try:
        if kind == "PDF":
            look_through(data)
        else:
            sys.stdout.buffer.write(redrawn(data, kind))
    except Refused as refusal:
        sys.stderr.write(str(refusal))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
