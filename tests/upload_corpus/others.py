"""Pictures, PDFs, everything that is neither, and odd names."""

from collections.abc import Callable

from tests.upload_corpus import made
from tests.upload_corpus.made import Case, pdf, picture, zeros, zipped


def bad(about: str, name: str, data: Callable[[], bytes] | bytes, why: str) -> Case:
    return Case(about, name, data if callable(data) else lambda: data, refused=why)


def good(about: str, name: str, data: Callable[[], bytes], kept: str) -> Case:
    return Case(about, name, data, kept_as=kept)


def run(script: str) -> str:
    return f"/OpenAction << /S /{script} >>"


OTHERS = [
    good("a photograph", "note.jpg", lambda: picture("JPEG"), "note.jpg"),
    good("a picture", "note.png", picture, "note.png"),
    good("a PDF", "plan.pdf", pdf, "plan.pdf"),
    good("a PDF called a program", "plan.exe", pdf, "plan.pdf"),
    good("a picture called a web page", "note.html", picture, "note.png"),
    good("a picture that is a web page, too", "a.jpg", lambda: picture("JPEG", comment=b"<script>a()</script>"), "a.jpg"),
    good("a picture with an archive behind it", "a.png", lambda: picture() + zipped({"a": "a"}), "a.png"),
    bad("nothing", "empty.pdf", b"", made.EMPTY),
    bad("one byte", "one.pdf", b"x", made.UNKNOWN),
    bad("a web page", "page.html", b"<!DOCTYPE html><script>a()</script>", made.UNKNOWN),
    bad("a web page called a PDF", "page.pdf", b"<html><body onload=a()>%PDF-1.7 %%EOF", made.UNKNOWN),
    bad("a web page called a picture", "page.png", b"<script>a()</script>", made.UNKNOWN),
    bad("a drawing with a script", "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>a()</script></svg>", made.UNKNOWN),
    bad("a drawing called a picture", "a.png", b"<?xml version='1.0'?><svg onload='a()'/>", made.UNKNOWN),
    bad("a table of commas with a formula", "a.csv", b"=cmd|' /C calc'!A0,1\n", made.UNKNOWN),
    bad("rich text", "a.rtf", b"{\\rtf1\\object\\objdata 01}", made.UNKNOWN),
    bad("a program of Windows", "a.exe", b"MZ" + bytes(200), made.UNKNOWN),
    bad("a program of Linux called a PDF", "a.pdf", b"\x7fELF" + bytes(200), made.UNKNOWN),
    bad("a script of the shell", "a.sh", b"#!/bin/sh\ntouch /tmp/ran\n", made.UNKNOWN),
    bad("a moving picture", "a.gif", b"GIF89a" + bytes(40), made.UNKNOWN),
    bad("a GIF that is a script", "a.gif", b"GIF89a=1;a();//", made.UNKNOWN),
    bad("a picture of an iPhone", "a.heic", b"\0\0\0\x20ftypheic" + bytes(40), made.HEIC),
    bad("PostScript", "a.ps", b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file", made.UNKNOWN),
    bad("the test file of scanners", "a.txt", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-TEST", made.UNKNOWN),
    bad("a file too large", "a.pdf", lambda: b"%PDF-1.7" + bytes(15 << 20) + b"%%EOF", made.LARGE),
    bad("a picture cut off", "a.jpg", lambda: picture("JPEG", size=(400, 300))[:300], made.DAMAGED),
    bad("the beginning of a picture alone", "a.png", b"\x89PNG\r\n\x1a\n", made.DAMAGED),
    bad("a picture of too many pixels", "a.png", lambda: picture(size=(7_000, 7_000), mode="1"), made.PIXELS),
    bad("a picture that says it is vast", "a.png", lambda: vast(picture()), made.PIXELS),
    bad("a PDF cut off", "a.pdf", lambda: pdf()[:-8], made.UNKNOWN),
    bad("a PDF of nothing", "a.pdf", b"%PDF-1.7 nothing %%EOF", made.DAMAGED),
    bad("a PDF that runs a script", "a.pdf", lambda: pdf(run("JavaScript /JS (a\\(\\))")), made.ACTIVE),
    bad("a PDF that starts a program", "a.pdf", lambda: pdf(run("Launch /F (cmd.exe)")), made.ACTIVE),
    bad("a PDF that carries files", "a.pdf", lambda: pdf("/Names << /EmbeddedFiles << /Names [] >> >>"), made.ACTIVE),
    bad("a PDF form of another kind", "a.pdf", lambda: pdf("/AcroForm << /XFA (x) >>"), made.ACTIVE),
    bad("a PDF that sends a form", "a.pdf", lambda: pdf(run("SubmitForm /F (https://e.example/)")), made.ACTIVE),
    bad("a PDF that opens another", "a.pdf", lambda: pdf(run("GoToR /F (\\\\\\\\server\\\\share)")), made.ACTIVE),
    bad("a PDF that is an archive, too", "a.pdf", lambda: pdf() + zipped({"a": "a"}), made.POLYGLOT),
    bad("the same, ended well", "a.pdf", lambda: pdf() + zipped({"a": "a"}, comment=b"%%EOF"), made.POLYGLOT),
    bad("a PDF with a web page behind it", "a.pdf", lambda: pdf() + b"<script>a()</script>", made.POLYGLOT),
    bad("a PDF that unpacks to a lot", "a.pdf", lambda: pdf(content=zeros(300), filters="/Filter /FlateDecode"), made.BOMB),
    bad(
        "a PDF packed twice", "a.pdf",
        lambda: pdf(content=zeros(1), filters="/Filter [/FlateDecode /FlateDecode]"), made.BOMB,
    ),
    bad("a PDF whose parts go in a ring", "a.pdf", lambda: pdf("/AA 1 0 R /OpenAction << /S /JavaScript >>"), made.ACTIVE),
]  # fmt: skip


def vast(data: bytes) -> bytes:
    """The same picture, whose header says that it is 65,000 pixels wide and high."""
    import zlib  # noqa: PLC0415

    size = (65_000).to_bytes(4, "big") * 2
    header = b"IHDR" + size + data[24:29]
    return data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:]


NAMES = [
    good("letters that turn round", "\u202egnp.exe", picture, "gnp.png"),
    good("a path", "../../../etc/cron.d/note.png", picture, "note.png"),
    good("a path of Windows", "C:\\Windows\\System32\\note.png", picture, "note.png"),
    good("a zero in the name", "note\0.exe.png", picture, "note.exe.png"),
    good("a very long name", "n" * 400 + ".png", picture, "n" * 80 + ".png"),
    good("a name of pictures", "\U0001f600\U0001f525.png", picture, "file.png"),
    good("a device", "CON.png", picture, "file CON.png"),
    good("a device with an ending", "nul.tar.png", picture, "file nul.tar.png"),
    good("a name that is a page", "<img src=x onerror=a()>.png", picture, "img src x onerror a().png"),
    good("a name with a line in it", "note\r\nSet-Cookie: a=1.png", picture, "note 0D 0ASet-Cookie a 1.png"),
    good("a name that is a formula", "=cmd|calc.png", picture, "cmd calc.png"),
    good("a name that begins with a dash", "-rf.png", picture, "-rf.png"),
    good("a name of another alphabet", "план.png", picture, "план.png"),
    good("a hidden file", ".htaccess", picture, "htaccess.png"),
]
