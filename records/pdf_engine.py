"""WeasyPrint, set up once for each process: bundled fonts, no fetching, PDF/A-3a that is PDF/UA too.

Imported by ``records.pdf`` when the first record is printed, because it needs Pango, which no Python package brings.
"""

import logging
import shutil
import weakref
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from records.pdf_wording import Attached

# Family in the style sheet and its file, in the order in which a letter is looked for. One family for each file: faces
# that share a name would be taken for one font in the PDF. Pango asks for emoji by the family "emoji".
FONTS: tuple[tuple[str, str, str], ...] = (
    ("Countersign", "normal", "atkinson-hyperlegible-next-latin-400-normal.woff2"),
    ("Countersign", "bold", "atkinson-hyperlegible-next-latin-700-normal.woff2"),
    ("CountersignExt", "normal", "atkinson-hyperlegible-next-latin-ext-400-normal.woff2"),
    ("CountersignExt", "bold", "atkinson-hyperlegible-next-latin-ext-700-normal.woff2"),
    ("CountersignNotoExt", "normal", "noto-sans-latin-ext-400-normal.woff2"),
    ("CountersignCyrillic", "normal", "noto-sans-cyrillic-400-normal.woff2"),
    ("CountersignCyrillicExt", "normal", "noto-sans-cyrillic-ext-400-normal.woff2"),
    ("CountersignGreek", "normal", "noto-sans-greek-400-normal.woff2"),
    ("CountersignGreekExt", "normal", "noto-sans-greek-ext-400-normal.woff2"),
    ("CountersignVietnamese", "normal", "noto-sans-vietnamese-400-normal.woff2"),
    ("CountersignArabic", "normal", "noto-sans-arabic-400-normal.woff2"),
    ("CountersignHebrew", "normal", "noto-sans-hebrew-400-normal.woff2"),
    ("CountersignDevanagari", "normal", "noto-sans-devanagari-400-normal.woff2"),
    ("CountersignBengali", "normal", "noto-sans-bengali-400-normal.woff2"),
    ("CountersignGurmukhi", "normal", "noto-sans-gurmukhi-400-normal.woff2"),
    ("CountersignGujarati", "normal", "noto-sans-gujarati-400-normal.woff2"),
    ("CountersignTamil", "normal", "noto-sans-tamil-400-normal.woff2"),
    ("CountersignEthiopic", "normal", "noto-sans-ethiopic-400-normal.woff2"),
    ("CountersignSymbols", "normal", "noto-sans-symbols-400-normal.woff2"),
    ("CountersignNoto", "normal", "noto-sans-latin-400-normal.woff2"),
    ("emoji", "normal", "noto-emoji-400-normal.woff2"),
)
FONT_SCHEME = "bundled-font"

# Its warnings quote letters of the text
logging.getLogger("weasyprint").setLevel(logging.ERROR)


class FetchRefused(FatalURLFetchingError):
    """Something on the page asked for a resource. Nothing typed can; so this is a fault, and no PDF is made.

    Derives from BaseException through WeasyPrint, or WeasyPrint would print without the resource.
    """


class NothingFetcher(URLFetcher):
    """Refuses every address."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.was_asked = False

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        self.was_asked = True
        raise FetchRefused("A page to be printed asked for something from outside. Nothing was fetched.")

    def check(self) -> None:
        """Refuse once more: inside a drawing WeasyPrint swallows even errors that ought to stop it."""
        if self.was_asked:
            self.fetch("")


class FontFetcher(NothingFetcher):
    """Gives the bundled font files by their bare names, and refuses everything else. For our own style sheet only."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._files = {f"{FONT_SCHEME}:{name}": folder / name for _, _, name in FONTS}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._files:
            return super().fetch(url, headers)
        return URLFetcherResponse(url, self._files[url].read_bytes(), {"Content-Type": "font/woff2"})


class Fonts(FontConfiguration):
    """WeasyPrint's fonts, which it unpacks into a temporary folder that somebody may clear under a long-lived worker."""

    def tidy_at_exit(self) -> None:
        """See to it that the folder goes with this object, at the program's end at the latest."""
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def __del__(self) -> None:
        """Not WeasyPrint's way, which fails when the program ends."""

    def are_whole(self) -> bool:
        """Whether every bundled font is still where it was unpacked."""
        return len(list(self._folder.glob("*"))) == len(FONTS)


class Engine:
    """Prints pages. Made once for each process: reading the fonts and the style sheet costs more than a record."""

    def __init__(self, folder: Path) -> None:
        self._fonts = Fonts()
        self._css = CSS(
            string=font_rules() + (folder / "record.css").read_text("utf-8"),
            font_config=self._fonts,
            url_fetcher=FontFetcher(folder / "fonts"),
        )
        self._fonts.tidy_at_exit()

    @property
    def style(self) -> dict[str, Any]:
        """The fonts and the style sheet, as options of WeasyPrint."""
        return {"font_config": self._fonts, "stylesheets": [self._css]}

    def is_whole(self) -> bool:
        """Whether the engine may go on being used."""
        return self._fonts.are_whole()

    def print(
        self, html: str, *, attachments: Sequence[Attached] = (), identifier: bytes, at: datetime
    ) -> tuple[bytes, frozenset[str]]:
        """A PDF/A-3a of the page, and the letters in it that no font has (then the PDF is not to be used)."""
        unprintable: set[str] = set()

        def finish(document: Document, pdf: pydyf.PDF) -> None:
            for font in document.fonts.values():
                unprintable.update(map(chr, font.missing))
            tidy_structure(pdf)
            if "AF" in pdf.catalog:  # WeasyPrint lists each attachment twice
                pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
            add_ua_identifier(pdf)

        fetcher = NothingFetcher()
        pdf = HTML(string=html, url_fetcher=fetcher).write_pdf(
            finisher=finish,
            **self.style,
            attachments=[as_attachment(attached, at=at) for attached in attachments],
            pdf_identifier=identifier,
            pdf_variant="pdf/a-3a",
        )
        fetcher.check()
        return pdf, frozenset(unprintable)


def font_rules() -> str:
    """The style sheet's first rules: where each family comes from, and in what order they are asked for a letter."""
    faces = "".join(
        f'@font-face {{ font-family: {family}; font-weight: {weight}; src: url("{FONT_SCHEME}:{name}") }}\n'
        for family, weight, name in FONTS
    )
    families = ", ".join(dict.fromkeys(family for family, _, _ in FONTS))
    return f"{faces}@page {{ font-family: {families} }}\nhtml {{ font-family: {families} }}\n"


def as_attachment(attached: Attached, *, at: datetime) -> Attachment:
    """A fresh WeasyPrint attachment: each is good for one PDF only."""
    return Attachment(
        file_obj=BytesIO(attached.data),
        url_fetcher=NothingFetcher(),
        name=attached.name,
        description=attached.description,
        created=at,
        modified=at,
        relationship=attached.relationship,
    )


def tidy_structure(pdf: pydyf.PDF) -> None:
    """Complete the tags: a scope on each header cell, and headers and footers of pages as artifacts (PDF/UA 7.8).

    WeasyPrint tags the text in page margins with elements that hang on nothing. Each is found by not being reached
    from the root, its marks in the page are made an artifact, and its place in the parent tree is emptied.
    """
    root = _get_object(pdf, pdf.catalog["StructTreeRoot"])
    reached, waiting = set(), [root]
    while waiting:
        element = waiting.pop()
        reached.add(element.number)
        kids = [_get_object(pdf, kid) for kid in element["K"] if isinstance(kid, bytes)]
        waiting += [kid for kid in kids if kid.get("Type") == "/StructElem"]

    numbers = _get_object(pdf, root["ParentTree"])["Nums"]
    for element in pdf.objects:
        if not isinstance(element, pydyf.Dictionary) or element.get("Type") != "/StructElem":
            continue
        if element.number not in reached:
            page = _get_object(pdf, element["Pg"])
            for mark in element["K"]:
                if isinstance(mark, int):
                    _make_artifact(_get_object(pdf, page["Contents"]), mark)
                    numbers[numbers.index(page["StructParents"]) + 1][mark] = "null"
            element.clear()
        elif element["S"] == "/TH":
            row = _get_object(pdf, element["P"])
            in_head = _get_object(pdf, row["P"])["S"] == "/THead"
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def _get_object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _make_artifact(stream: pydyf.Stream, mark: int) -> None:
    items = stream.stream
    for place, item in enumerate(items):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") == mark:
            items[place - 1 : place + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
            return


# PDF/A allows only properties that it knows or that the file describes, so the PDF/UA identifier brings its description
UA_IDENTIFIER = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def add_ua_identifier(pdf: pydyf.PDF) -> None:
    """Say in the metadata that the file is PDF/UA-1 as well (WeasyPrint writes one standard only)."""
    stream = _get_object(pdf, pdf.catalog["Metadata"])
    stream.stream = [b"".join(stream.stream).replace(b"</rdf:RDF>", UA_IDENTIFIER + b"</rdf:RDF>")]
    stream.compress = False
