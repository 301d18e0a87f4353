"""Files that people bring: what they are is read from their bytes, and pictures are made anew without what came along."""

import io
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, ImageOps

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
# A page of handwriting stays readable, and a record of twelve pages small
LONGEST_SIDE = 2_400
LONGEST_NAME = 80

# Whether a picture is too large is asked before it is unpacked, below
Image.MAX_IMAGE_PIXELS = None

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
SUFFIXES = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
KINDS = "JPEG and PNG pictures and PDFs"


class NotTaken(ValueError):
    """A file that cannot be kept, with the sentence for the person who chose it."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file as it will be stored: a name without a path, its bytes, and what they are."""

    name: str
    data: bytes
    media_type: str


def take_in(name: str, data: bytes) -> TakenIn:
    """A chosen file as it can be stored: pictures drawn anew, without place, time, device or comments. Raises NotTaken."""
    if not data:
        raise NotTaken("This file is empty. Choose another.")
    if len(data) > MOST_BYTES:
        raise NotTaken(
            f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Take the picture again with a smaller size."
        )
    media_type = kind_of(data)
    if media_type != PDF:
        data = redrawn(data, media_type)
    return TakenIn(name=plain_name(name, media_type), data=data, media_type=media_type)


def kind_of(data: bytes) -> str:
    """What the bytes are, whatever the file is called. Raises NotTaken for what is neither picture nor PDF."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"%PDF-") and b"%%EOF" in data:
        return PDF
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise NotTaken(
            "This picture is in Apple’s HEIC format, which cannot be read here. Send it as a JPEG: on an iPhone choose "
            "Settings, Camera, Formats, Most Compatible, and take it again."
        )
    raise NotTaken(f"This is not a file that can be kept. {KINDS} can.")


def redrawn(data: bytes, media_type: str) -> bytes:
    """A picture drawn anew, the right way up, at most so large. Raises NotTaken where it cannot be read."""
    kind = "PNG" if media_type == PNG else "JPEG"
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotTaken("This picture has too many pixels. Take it again with a smaller size.")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            picture = Image.new("RGB", upright.size, "white")
            layer = upright.convert("RGBA") if "transparency" in upright.info or "A" in upright.mode else None
            picture.paste(layer or upright.convert("RGB"), mask=layer)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        if isinstance(error, NotTaken):
            raise
        raise NotTaken("This picture is damaged and cannot be read. Take it again.") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = io.BytesIO()
    picture.save(written, kind, **({"optimize": True} if kind == "PNG" else {"quality": 82}))
    return written.getvalue()


def plain_name(name: str, media_type: str) -> str:
    """A name for people: without a path or letters that steer, and with the ending of what it is."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    words = " ".join(re.sub(r"[^\w\- ().,’']+", " ", stem).split())[:LONGEST_NAME].strip(" .")
    return f"{words or 'file'}{SUFFIXES[media_type]}"
