"""Files that people bring: what they are is read from their bytes, and pictures are made anew without what came along."""

import re
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from documents import limited

MOST_BYTES = 15 * 1024 * 1024
LONGEST_NAME = 80
DRAWER = Path(__file__).with_name("upload_draw.py")
# One file at a time in each process of the service, so that many who send at once wait instead of filling the machine
ALONE = threading.Lock()
LONGEST_WAIT = 30

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
SUFFIXES = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
DAMAGED = "This file is damaged, or made to be hard to read. Take the picture, or make the PDF, again."
REFUSALS = {
    "pixels": "This picture has too many pixels. Take it again with a smaller size.",
    "locked": "This PDF is locked with a password. Save it without one, or take a picture of its pages.",
    "active": (
        "This PDF holds more than pages: programs, other files, or links that open something. Scan or print it to a new "
        "PDF, or take a picture of its pages."
    ),
}
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
    """A chosen file as it can be stored: pictures drawn anew, without place, time, device or comments. Raises NotTaken.

    A PDF is kept byte for byte, with everything in it, if it holds pages alone: nothing that runs, and no other file.
    """
    if not data:
        raise NotTaken("This file is empty. Choose another.")
    if len(data) > MOST_BYTES:
        raise NotTaken(
            f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Take the picture again with a smaller size."
        )
    media_type = kind_of(data)
    drawn = looked_at(data, media_type)
    data = data if media_type == PDF else drawn
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


def looked_at(data: bytes, media_type: str) -> bytes:
    """A picture drawn anew; nothing for a PDF, which is only looked through. Raises NotTaken.

    Happens in a process of its own, which may use little of the machine and is ended when it takes too long.
    """
    kind = media_type.rpartition("/")[2].upper()
    if not ALONE.acquire(timeout=LONGEST_WAIT):
        raise NotTaken("Many files are being looked at just now. Send this one again in a minute.")
    try:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            done = limited.run(DRAWER, kind, stdin=file)
    except subprocess.TimeoutExpired as error:
        raise NotTaken(DAMAGED) from error
    finally:
        ALONE.release()
    if done.returncode:
        raise NotTaken(REFUSALS.get(done.stderr.decode(errors="replace"), DAMAGED))
    return done.stdout


def plain_name(name: str, media_type: str) -> str:
    """A name for people: without a path or letters that steer, and with the ending of what it is."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    words = " ".join(re.sub(r"[^\w\- ().,’']+", " ", stem).split())[:LONGEST_NAME].strip(" .")
    return f"{words or 'file'}{SUFFIXES[media_type]}"
