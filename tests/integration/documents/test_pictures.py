"""Files that people bring: read from their bytes, and drawn anew."""

import io

import pytest
from PIL import Image, PngImagePlugin

from documents import pictures
from documents.pictures import NotTaken, take_in


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
    assert take_in("plan.exe", b"%PDF-1.7 %%EOF").name == "plan.pdf"


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
        (b"\x00\x00\x00\x20ftypheic", "HEIC"),
        (b"\x89PNG\r\n\x1a\nnothing", "damaged"),
        (made()[:300], "damaged"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_plain_words(data: bytes, sentence: str) -> None:
    with pytest.raises(NotTaken, match=sentence):
        take_in("a.jpg", data)


def test_too_large_a_file_and_too_many_pixels_are_refused_before_they_are_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1_000)
    with pytest.raises(NotTaken, match="too many pixels"):
        take_in("a.png", made("PNG", size=(100, 100)))

    monkeypatch.setattr(pictures, "MOST_BYTES", 10)
    with pytest.raises(NotTaken, match="larger than"):
        take_in("a.jpg", made())
