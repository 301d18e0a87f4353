"""Files that people bring: read from their bytes, and drawn anew."""

import io
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from documents import forms, limited, receiving
from documents.forms import Files
from documents.receiving import NotTaken, TakenIn, take_in
from tests.uploads import pdf_of_pages


def made(kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_nothing_that_came_along_with_a_picture_stays() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Somebody's phone"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "At 12 Elm Road")

    taken = [
        take_in("a.jpg", made(exif=exif, comment=b"At 12 Elm Road", icc_profile=b"x" * 200)),
        take_in("b.png", made("PNG", pnginfo=text, icc_profile=b"x" * 200)),
    ]

    for file in taken:
        assert b"Elm Road" not in file.data
        assert b"phone" not in file.data
        assert set(opened(file.data).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_is_turned_the_right_way_up_and_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    taken = take_in("a.jpg", made(size=(4_000, 1_000), exif=exif))

    assert opened(taken.data).size == (600, 2_400)


def test_what_can_be_seen_through_stands_on_white() -> None:
    taken = take_in("a.png", made("PNG", mode="RGBA"))

    assert opened(taken.data).getpixel((0, 0)) == (255, 255, 255)


def test_bytes_say_what_it_is_and_not_the_name() -> None:
    taken = take_in("notes.pdf", made("PNG"))

    assert (taken.name, taken.media_type) == ("notes.png", "image/png")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\Priya\\note one.JPG", "note one.jpg"),
        ('"><script>.jpg', "script.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("tŷ gwyn (2).jpg", "tŷ gwyn (2).jpg"),
        ("   ", "file.jpg"),
        ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
    ],
)
def test_a_name_has_no_path_and_nothing_that_steers(name: str, plain: str) -> None:
    assert take_in(name, made()).name == plain


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"GIF89a", "cannot be kept|not a file that can be kept"),
        (b"<html>", "not a file that can be kept"),
        (b"%PDF-1.7 cut off", "not a file that can be kept"),
        (b"%PDF-1.7 nothing %%EOF", "damaged"),
        (b"\x00\x00\x00\x20ftypheic", "HEIC"),
        (b"\x89PNG\r\n\x1a\nnothing", "damaged"),
        (made()[:300], "damaged"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_plain_words(data: bytes, sentence: str) -> None:
    with pytest.raises(NotTaken, match=sentence):
        take_in("a.jpg", data)


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MOST_BYTES", 10)

    with pytest.raises(NotTaken, match="larger than"):
        take_in("a.jpg", made())


@pytest.mark.parametrize(("kind", "size"), [("PNG", (7_700, 7_700)), ("JPEG", (9_000, 9_000))])
def test_a_small_file_that_unpacks_to_a_large_picture_is_refused_by_its_header(
    kind: str, size: tuple[int, int]
) -> None:
    bomb = made(kind, size=size, mode="L")

    assert len(bomb) < 2_000_000
    with pytest.raises(NotTaken, match="too many pixels"):
        take_in("a.png", bomb)


def test_too_many_files_at_once_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(receiving, "take_in", lambda name, data: opened.append(name))
    chosen = [SimpleUploadedFile(f"{number}.jpg", b"x" * 100) for number in range(13)]

    assert Files(most=12).take_in(chosen) == ([], ["You chose 13 files. Choose at most 12 files."])
    monkeypatch.setattr(forms, "MOST_AT_ONCE", 1_000)
    assert Files(most=12).take_in(chosen[:12])[1] == [
        "Together these files are larger than 0 MB. Send some of them first."
    ]
    assert opened == []
    assert Files(most=12).take_in(chosen[:10])[1] == []
    assert len(opened) == 10


def test_a_pdf_of_pages_is_kept_byte_for_byte() -> None:
    data = pdf_of_pages()

    assert take_in("plan.exe", data) == TakenIn("plan.pdf", data, "application/pdf")


@pytest.mark.parametrize(
    "root",
    [
        {"OpenAction": {"/S": pikepdf.Name("/JavaScript"), "/JS": "app.alert(1)"}},
        {"OpenAction": {"/S": pikepdf.Name("/Launch"), "/F": "cmd.exe"}},
        {"Names": {"/EmbeddedFiles": pikepdf.Dictionary({"/Names": pikepdf.Array([])})}},
        {"AA": {"/WC": pikepdf.Dictionary({"/S": pikepdf.Name("/SubmitForm")})}},
        {"AcroForm": {"/XFA": "<xdp/>"}},
    ],
)
def test_a_pdf_that_does_something_or_carries_a_file_is_refused(root: dict[str, Any]) -> None:
    with pytest.raises(NotTaken, match="more than pages"):
        take_in("plan.pdf", pdf_of_pages(**root))


def test_a_locked_pdf_is_refused() -> None:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of_pages())) as file:
        file.save(written, encryption=pikepdf.Encryption(owner="a", user=""))

    with pytest.raises(NotTaken, match="locked"):
        take_in("plan.pdf", written.getvalue())


def test_what_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "PATIENCE", 0.01)

    with pytest.raises(NotTaken, match="hard to read"):
        take_in("a.jpg", made())
    assert not receiving.ALONE.locked()
