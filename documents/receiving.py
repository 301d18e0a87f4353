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
OFFICE = Path(__file__).with_name("upload_office.py")
SUFFIXES = {
    JPEG: ".jpg",
    PNG: ".png",
    PDF: ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
# What Windows takes for a device, whatever ending follows
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}
# What a zipped file is called until its parts are read
ZIPPED = "application/zip"
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
DAMAGED = "This file is damaged, or made to be hard to read. Take the picture, or save the file, again."
KINDS = "JPEG and PNG pictures, PDFs, and Word, Excel, PowerPoint and OpenDocument files (docx, xlsx, pptx, odt, ods)"
UNKNOWN = f"This is not a file that can be kept. {KINDS} can."
LOCKED = "This file is locked with a password. Save it without one, or make a PDF of it."
REFUSALS = {
    "pixels": "This picture has too many pixels. Take it again with a smaller size.",
    "locked": LOCKED,
    "active": (
        "This PDF holds more than pages: programs, other files, or links that open something. Scan or print it to a new "
        "PDF, or take a picture of its pages."
    ),
    "bomb": "This file unpacks to far more than it seems. Save it again with less in it, or make a PDF of it.",
    "polyglot": "This file holds something before, behind or between its parts. Save it again, or print it to a new PDF.",
    "structure": "The parts of this file have names or kinds that no office program writes. Save it again from one.",
    "macros": "This file holds macros or other programs. Save it without them (as docx, xlsx, pptx, odt or ods), or make a PDF of it.",
    "embedded": (
        "This file holds other files or objects. Put pictures in their place, or make a PDF of it, and send the other "
        "files by themselves."
    ),
    "outside": (
        "This file fetches something from elsewhere, or opens files elsewhere: a template, a linked picture or table, a "
        "link to a folder. Break these links and save it again, or make a PDF of it. Links to web pages can stay."
    ),
    "entities": "This file is written in a way that no office program writes it. Save it again from one, or make a PDF of it.",
    "archive": "This is an archive of files. Unpack it, and send the files by themselves.",
    "kind": UNKNOWN,
}
# Older files of Office and Outlook begin alike; what stands in their directories tells them apart, in UTF-16
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
COMPOUND_KINDS = (
    ("EncryptedPackage", LOCKED),
    ("__nameid_version1.0", ""),
    ("WordDocument", "This is a Word file of the old kind (.doc). Open it in Word, and save it as .docx or as a PDF."),
    ("Workbook", "This is an Excel file of the old kind (.xls). Open it in Excel, and save it as .xlsx or as a PDF."),
    (
        "PowerPoint Document",
        "This is a PowerPoint file of the old kind (.ppt). Open it, and save it as .pptx or as a PDF.",
    ),
)
MAIL = "This is an e-mail. Open it and print it to a PDF; send what is attached to it by itself."
OLD_OFFICE = "This is a file of an older office program. Open it there, and save it as .docx, .xlsx, .pptx or as a PDF."
MAIL_STARTS = re.compile(
    rb"^(from|received|return-path|delivered-to|mime-version|x-[\w-]+|message-id|subject|date): ", re.I
)


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

    A PDF or an office file is kept byte for byte, with everything in it, if it holds text and pictures alone: nothing
    that runs, no other file, and nothing that is fetched from elsewhere.
    """
    if not data:
        raise NotTaken("This file is empty. Choose another.")
    if len(data) > MOST_BYTES:
        raise NotTaken(too_large())
    media_type = kind_of(data)
    seen = looked_at(data, media_type)
    if media_type == ZIPPED:
        media_type = seen.decode()
    elif media_type != PDF:
        data = seen
    return TakenIn(name=plain_name(name, media_type), data=data, media_type=media_type)


def too_large() -> str:
    """The sentence for a file that is larger than any that is kept."""
    return f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Take the picture, or save the file, again with a smaller size."


def kind_of(data: bytes) -> str:
    """What the bytes are, whatever the file is called. Raises NotTaken for what is kept of no kind."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"%PDF-") and b"%%EOF" in data:
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return ZIPPED
    raise NotTaken(why_not(data))


def why_not(data: bytes) -> str:
    """Why bytes of no kind that is kept cannot be, with what to do instead where that can be told."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return (
            "This picture is in Apple’s HEIC format, which cannot be read here. Send it as a JPEG: on an iPhone choose "
            "Settings, Camera, Formats, Most Compatible, and take it again."
        )
    if data.startswith(COMPOUND):
        found = (words for name, words in COMPOUND_KINDS if name.encode("utf-16-le") in data)
        return next(found, OLD_OFFICE) or MAIL
    if MAIL_STARTS.match(data):
        return MAIL
    if data.startswith((b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"PK\x05\x06")):
        return REFUSALS["archive"]
    return UNKNOWN


def looked_at(data: bytes, media_type: str) -> bytes:
    """A picture drawn anew; nothing for a PDF, and for a zipped file what it is: these are looked through. Raises NotTaken.

    Happens in a process of its own, which may use little of the machine and is ended when it takes too long.
    """
    program, kind = (OFFICE, "") if media_type == ZIPPED else (DRAWER, media_type.rpartition("/")[2].upper())
    if not ALONE.acquire(timeout=LONGEST_WAIT):
        raise NotTaken("Many files are being looked at just now. Send this one again in a minute.")
    try:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            done = limited.run(program, kind, stdin=file)
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
    if words.partition(".")[0].strip().upper() in DEVICES:
        words = f"file {words}"
    return f"{words or 'file'}{SUFFIXES[media_type]}"
