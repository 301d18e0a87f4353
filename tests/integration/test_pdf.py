"""The printed record: what is in the file, and what can never get into it."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
import weasyprint

from records import pdf, pdf_engine
from records.canonical import canonical
from records.pdf_engine import FetchRefused, FontFetcher, NothingFetcher
from tests.signed_parts import Chain, field, section, session_record

# Printing loads fonts and typesets: seconds, not milliseconds
pytestmark = pytest.mark.slow

HOSTILE = (
    '<img src="file:///etc/passwd"><link rel="attachment" href="file:///etc/passwd">'
    '<style>@import "http://192.0.2.1/x.css"</style><script>alert(1)</script>{{ page.head }}{% include "x" %}&amp;'
)


def text_in(file: bytes) -> str:
    """What a reader program reads aloud, in order, spaces made one."""
    command = ["pdftotext", "-enc", "UTF-8", "-", "-"]
    return " ".join(subprocess.run(command, input=file, capture_output=True, check=True).stdout.decode().split())


def opened(file: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(file))


def one_section(text: str, **rest: Any) -> list[Any]:
    return Chain(**rest).add("text", section("Issues", field("Discussed", text))).parts


@pytest.fixture(scope="module")
def usual() -> bytes:
    return pdf.render(session_record(), organisation="Demo authority")


def test_the_same_parts_give_the_same_bytes(usual: bytes) -> None:
    assert pdf.render(session_record(), organisation="Demo authority") == usual


def test_other_parts_give_another_identifier(usual: bytes) -> None:
    other = pdf.render(one_section("x"))

    assert opened(other).trailer.ID[0] != opened(usual).trailer.ID[0]


@pytest.mark.req("R187")
def test_it_says_who_what_when_and_under_which_number(usual: bytes) -> None:
    text = text_in(usual)

    for words in (
        "Demo authority",
        "Supervision record",
        "Amara Obi, Social worker",
        "Monday 9 November 2026",
        "1 hour 30 minutes",
        "Workload management",
        "Finish the chronology for family B",
        "Wrote and signed Priya Nair, Team manager",
        "Agrees this is an accurate record Amara Obi, Social worker",
        "Thank you. I would like to come back to the rota next month.",
        "Monday 9 November 2026 at 16:04:05 (GMT, London)",
        "2026-11-09T16:04:05.123456Z (UTC)",
        "Record 00AB1-2CD34",
        "01940000 0000 7000 8000 0000ab12cd34",
        "Page 1 of ",
    ):
        assert words in text
    head = session_record()[-1].digest.removeprefix("sha256:")
    assert head in text.replace(" ", "")


class TestConformity:
    """What PDF/A-3a and PDF/UA-1 ask for and can be seen in the file (no full validator is to be had)."""

    def test_it_says_which_standards_it_follows(self, usual: bytes) -> None:
        with opened(usual) as file, file.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == file.docinfo["/Title"] == "Supervision record, Amara Obi, 9 November 2026"
            assert metadata["xmp:CreateDate"] == "2026-11-09T16:04:05Z"
            assert str(file.docinfo["/CreationDate"]) == "D:20261109160405Z"
            assert "pdfaExtension:schemas" in str(metadata)

    def test_it_is_tagged_in_english_with_a_title_and_bookmarks(self, usual: bytes) -> None:
        with opened(usual) as file:
            assert file.Root.Lang == "en-GB"
            assert file.Root.MarkInfo.Marked
            assert file.Root.ViewerPreferences.DisplayDocTitle
            with file.open_outline() as outline:
                (top,) = outline.root
                titles = [item.title for item in top.children]
        assert titles[0] == "Workload management"
        assert titles[-2:] == ["Signatures", "About this document"]

    def test_each_header_cell_has_a_scope(self, usual: bytes) -> None:
        with opened(usual) as file:
            scopes = [str(element.A.Scope) for element in elements(file) if element.S == "/TH"]

        assert set(scopes) == {"/Row", "/Column"}

    def test_everything_drawn_is_tagged_or_an_artifact(self, usual: bytes) -> None:
        with opened(usual) as file:
            marks = {(element.Pg.objgen, mark) for element in elements(file) for mark in marks_of(element)}
            for page in file.pages:
                depth, shown, seen = 0, [], set()
                for instruction in pikepdf.parse_content_stream(page):
                    operands, operator = instruction.operands, instruction.operator
                    if str(operator) in ("BDC", "BMC"):
                        depth += 1
                        shown.append(operands)
                        if str(operator) == "BDC" and "/MCID" in operands[1]:
                            seen.add((page.objgen, int(operands[1]["/MCID"])))
                    elif str(operator) == "EMC":
                        depth -= 1
                    elif str(operator) in ("TJ", "f", "S", "Do"):
                        assert depth > 0
                assert seen == {mark for mark in marks if mark[0] == page.objgen}
                assert any(operands[0] == "/Artifact" and len(operands) == 2 for operands in shown)

    def test_the_parent_tree_leads_back_to_the_structure(self, usual: bytes) -> None:
        with opened(usual) as file:
            reached = {element.objgen for element in elements(file)}
            numbers = file.Root.StructTreeRoot.ParentTree.Nums
            for place in range(1, len(numbers), 2):
                for entry in numbers[place]:
                    assert entry is None or entry.objgen in reached

    def test_every_font_is_embedded(self, usual: bytes) -> None:
        with opened(usual) as file:
            fonts = [
                font.DescendantFonts[0].FontDescriptor for page in file.pages for font in page.Resources.Font.values()
            ]
            assert fonts
            assert all("/FontFile2" in font for font in fonts)

    def test_qpdf_finds_nothing(self, usual: bytes, tmp_path: Path) -> None:
        (tmp_path / "record.pdf").write_bytes(usual)

        checked = subprocess.run(["qpdf", "--check", "record.pdf"], cwd=tmp_path, capture_output=True, check=False)

        assert checked.returncode == 0, checked.stdout + checked.stderr


def elements(file: pikepdf.Pdf) -> Iterator[Any]:
    """All elements that hang on the document's structure."""
    waiting = list(file.Root.StructTreeRoot.K)
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [kid for kid in kids_of(element) if isinstance(kid, pikepdf.Dictionary)]


def kids_of(element: Any) -> list[Any]:
    return list(element.K) if isinstance(element.K, pikepdf.Array) else [element.K]


def marks_of(element: Any) -> list[int]:
    return [int(kid) for kid in kids_of(element) if isinstance(kid, int)]


class TestAttachments:
    def test_the_parts_are_inside_byte_for_byte(self, usual: bytes) -> None:
        parts = session_record()

        with opened(usual) as file:
            inside = {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}
            related = [str(spec.AFRelationship) for spec in file.Root.AF]

        for part in parts:
            assert inside[f"part-{part.body['seq']}.json"] == part.raw
            assert inside[f"part-{part.body['seq']}.attestation"] == part.attestation
        assert len(inside) == len(related) == 2 * 2 + 7 + 1
        assert set(related) == {"/Source", "/Data"}
        assert list(inside) == sorted(inside)

    def test_the_printed_text_can_be_checked_against_the_signed_digest(self, usual: bytes) -> None:
        with opened(usual) as file:
            inside = {name: spec.get_file().read_bytes() for name, spec in file.attachments.items()}
        body = json.loads(inside["part-1.json"])

        for row in body["sections"]:
            kept = json.loads(inside[f"part-1.{row['id']}.json"])
            digest = sha256(bytes.fromhex(kept["salt"]) + canonical(kept["content"])).hexdigest()
            assert row["digest"] == f"sha256:{digest}"

    def test_a_withheld_section_leaves_neither_text_nor_salt(self) -> None:
        parts = Chain().add("text", section("Open", field("F", "x")), section("Health", withheld=True)).parts

        made = pdf.render(parts)

        with opened(made) as file:
            assert sorted(file.attachments) == ["part-1.attestation", "part-1.json", "part-1.open.json"]
        assert "Health Withheld. This section is not shown in this copy." in text_in(made)


class TestNothingTypedIsMarkup:
    def test_it_appears_as_text_wherever_it_was_typed(self) -> None:
        parts = Chain(title=HOSTILE, subjects=[{"id": "1", "kind": "worker", "label": HOSTILE, "role": HOSTILE}])
        parts.add(
            "text",
            section(
                HOSTILE,
                field(HOSTILE, HOSTILE),
                field("A", [{"what": HOSTILE, "who": HOSTILE, "who_id": None, "by": None}], type="actions"),
                field("C", [HOSTILE], type="multi_choice"),
            ),
        )
        parts.parts[0].body["signature"]["statement"] = HOSTILE

        made = pdf.render(parts.parts, organisation=HOSTILE)

        assert text_in(made).replace(" ", "").count(HOSTILE.replace(" ", "")) >= 10
        with opened(made) as file:
            assert [name for name in file.attachments if not name.startswith("part-1")] == []
            assert not [page for page in file.pages if "/Annots" in page or page.get("/Resources/XObject")]
        assert b"root:" not in made

    def test_control_weasyprint_alone_would_have_attached_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("a secret of the machine")
        link = f'<link rel="attachment" href="file://{tmp_path}/secret">'

        made = weasyprint.HTML(string=link).write_pdf()

        with opened(made) as file:
            assert [spec.get_file().read_bytes() for spec in file.attachments.values()] == [b"a secret of the machine"]

    @pytest.mark.parametrize(
        "markup",
        [
            '<link rel="attachment" href="file:///etc/passwd">',
            '<a rel="attachment" href="file:///etc/passwd">x</a>',
            '<img src="file:///etc/passwd">',
            '<img src="http://192.0.2.1/x.png">',
            '<img src="data:image/png;base64,AAAA">',
            '<link rel="stylesheet" href="http://192.0.2.1/x.css">',
            '<style>@import "file:///etc/passwd";</style>',
            '<style>body { background: url("http://192.0.2.1/x.png") }</style>',
            '<style>@font-face { font-family: x; src: url("file:///etc/passwd") }</style><p style="font-family: x">x',
            '<style>@font-face { font-family: x; src: url("bundled-font:noto-emoji-400-normal.woff2") }</style>',
            '<object data="file:///etc/passwd"></object>',
            '<embed src="file:///etc/passwd">',
            '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        ],
    )
    def test_even_real_markup_gets_nothing_and_no_pdf_is_made(self, markup: str) -> None:
        page = f'<html lang="en"><body>{markup}</body></html>'

        with pytest.raises(FetchRefused):
            pdf.get_engine().print(page, identifier=b"x", at=datetime(2026, 1, 1, tzinfo=UTC))

    def test_the_style_sheet_s_fetcher_gives_the_bundled_fonts_and_nothing_else(self) -> None:
        fetcher = FontFetcher(pdf.ASSETS / "fonts")

        fonts = [fetcher.fetch(f"bundled-font:{name}").read() for _, _, name in pdf_engine.FONTS]

        assert all(font.startswith(b"wOF2") for font in fonts)
        for url in ("bundled-font:../record.css", "file:///etc/passwd", (pdf.ASSETS / "record.css").as_uri()):
            with pytest.raises(FetchRefused):
                fetcher.fetch(url)
        with pytest.raises(FetchRefused):
            NothingFetcher()("bundled-font:noto-emoji-400-normal.woff2")

    def test_a_refused_fetch_is_no_ordinary_error_that_could_be_swallowed(self) -> None:
        assert not issubclass(FetchRefused, Exception)


READABLE = (
    "Mae'r ŵyl yng Nghaerdydd: tŷ, dŵr, ẁ ỳ ẅ ÿ",
    "Łódź, Đặng, Çağla, Ştefan",
    "Привет",
    "Ελληνικά",
    "አማርኛ",
    "before [U+F1234] after",
    "[U+202E]turned",
    "x[U+0007]y",
    "[U+E000]",
)
SHAPED = ("مرحبا بالعالم", "हिन्दी", "বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "தமிழ்", "😀 👍🏽 👨‍👩‍👧‍👦 🏳️‍🌈 1️⃣")
PASTED = (
    "before \U000f1234 after",
    "\u202eturned\u202c",
    "x\x07y",
    "\ue000 \u200bzero\u00a0width\ufeff a" + "\u0301" * 50,
)


@pytest.fixture(scope="module")
def letters() -> bytes:
    return pdf.render(one_section("\n\n".join([*READABLE[:5], *SHAPED, "שלום", *PASTED])))


class TestLetters:
    """Every letter appears; the pictures were looked at, too."""

    def test_letters_of_many_languages_and_codes_of_unprintable_ones_are_there(self, letters: bytes) -> None:
        text = text_in(letters)

        assert [line for line in READABLE if line not in text] == []

    def test_only_what_no_font_has_is_printed_as_a_code(self, letters: bytes) -> None:
        assert set(re.findall(r"\[U\+\w+\]", text_in(letters))) == {"[U+F1234]", "[U+202E]", "[U+0007]", "[U+E000]"}

    def test_scripts_and_emoji_come_from_the_bundled_fonts(self, letters: bytes) -> None:
        with opened(letters) as file:
            families = {str(font.BaseFont).split("+")[1] for font in file.pages[0].Resources.Font.values()}

        assert families >= {
            "CountersignArabic",
            "CountersignHebrew",
            "CountersignDevanagari",
            "CountersignBengali",
            "CountersignGurmukhi",
            "CountersignGujarati",
            "CountersignTamil",
            "emoji",
        }

    def test_no_glyph_stands_for_a_missing_letter(self, letters: bytes) -> None:
        with opened(letters) as file:
            encodings = {str(font.Encoding) for page in file.pages for font in page.Resources.Font.values()}

        assert encodings == {"/Identity-H"}

    def test_text_from_the_right_is_set_from_the_right(self, letters: bytes) -> None:
        bounds = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=letters, capture_output=True, check=True).stdout

        found = re.search(r'xMax="([\d.]+)"[^>]*>[\u0590-\u05ff]+<', bounds.decode())

        assert found
        assert float(found[1]) > 500


class TestSize:
    @pytest.mark.slow
    @pytest.mark.parametrize("text", ["word " * 40_000, "x" * 200_000, ("x" * 60 + "\n\n") * 3_226])
    def test_two_hundred_thousand_characters_are_printed_to_the_last(self, text: str) -> None:
        made = pdf.render(one_section(text + " the very end"))

        assert "the very end" in text_in(made)

    def test_more_than_can_be_printed_is_refused_with_both_numbers(self) -> None:
        parts = one_section("a\n" * 40_000)

        with pytest.raises(pdf.TooLongToPrint, match="about 1,000 pages long, and at most 500 are printed"):
            pdf.render(parts)


class TestTheMachine:
    def test_without_pango_it_says_what_to_type(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def no_pango(name: str) -> None:
            raise OSError("cannot load library 'libpango-1.0-0'")

        monkeypatch.setattr(pdf, "_engines", [])
        monkeypatch.setattr(pdf, "import_module", no_pango)
        monkeypatch.setattr(sys, "platform", "linux")

        with pytest.raises(pdf.PrinterMissing, match="Type: apt-get install -y libpango-1.0-0"):
            pdf.render(one_section("x"))

    def test_nothing_but_printing_needs_pango(self) -> None:
        code = (
            "import django, sys; django.setup(); import records.services, records.tasks, records.urls;"
            "sys.exit('weasyprint' in sys.modules)"
        )

        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_the_printer_is_made_once_and_again_when_its_fonts_were_cleared_away(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = [SimpleNamespace(is_whole=lambda: True), SimpleNamespace(is_whole=lambda: True)]
        monkeypatch.setattr(pdf, "_engines", [])
        monkeypatch.setattr(pdf, "_load", lambda: SimpleNamespace(Engine=lambda folder: made.pop(0)))
        first = pdf.get_engine()
        assert pdf.get_engine() is first

        first.is_whole = lambda: False  # type: ignore[method-assign]

        assert pdf.get_engine() is not first

    def test_a_font_that_was_cleared_away_is_missed(self) -> None:
        engine = pdf.get_engine()
        unpacked = next(iter(engine._fonts._folder.iterdir()))
        kept = unpacked.rename(unpacked.parent.parent / f"{unpacked.name}.kept")

        try:
            assert not engine.is_whole()
        finally:
            kept.rename(unpacked)
        assert engine.is_whole()
