"""Office files and other archives: good ones with oddities, and all that is hidden in them."""

from collections.abc import Callable, Mapping

from tests.upload_corpus import made
from tests.upload_corpus.made import Case, declared, doubled, marked, office, open_document, relation, zeros, zipped

Parts = Mapping[str, bytes | str]
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = "<w:document xmlns:w='w' xmlns:a='a'>{}</w:document>"
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]><x>&j;</x>"
)


def compound(*names: str) -> Callable[[], bytes]:
    """An older file of Office or Outlook: its beginning, and the names in its directory."""
    return lambda: COMPOUND + bytes(504) + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)


def of(parts: Parts) -> Callable[[], bytes]:
    return lambda: zipped(parts)


def field(*pieces: str) -> str:
    runs = "".join(f"<w:instrText>{piece}</w:instrText>" for piece in pieces)
    return WORD.format(f"<w:fldChar w:t='begin'/>{runs}<w:fldChar w:t='end'/>")


def bad(about: str, name: str, data: Callable[[], bytes] | Parts, why: str) -> Case:
    return Case(about, name, of(data) if isinstance(data, Mapping) else data, refused=why)


def good(about: str, name: str, data: Parts, kept: str) -> Case:
    return Case(about, name, of(data), kept_as=kept)


LINK = relation("hyperlink", "https://www.legislation.gov.uk/ukpga/1989/41", outside=True)
TYPE_OF_MACROS = "<Override PartName='/x' ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>"

OFFICE = [
    good("a Word file", "plan.docx", office(), "plan.docx"),
    good("a spreadsheet", "hours.xlsx", office("xlsx", body="<workbook/>"), "hours.xlsx"),
    good("slides", "training.pptx", office("pptx", body="<p/>"), "training.pptx"),
    good("a text of LibreOffice", "plan.odt", open_document(), "plan.odt"),
    good("a table of LibreOffice", "hours.ods", open_document("spreadsheet"), "hours.ods"),
    good("a Word file called a picture", "plan.jpg", office(), "plan.docx"),
    good("a Word file called a program", "plan.docx.exe", office(), "plan.docx.docx"),
    good("a Word file with a link to a law", "law.docx", office(related=(LINK,)), "law.docx"),
    good("fields that number pages", "pages.docx", office(body=field(" PAGE ", "\\* MERGEFORMAT")), "pages.docx"),
    good("a formula that looks like a command", "sum.xlsx", office("xlsx", body="<s><f>1+CALLS</f></s>"), "sum.xlsx"),
    good("a picture in a text", "with.docx", office(parts={"word/media/a.png": made.picture()}), "with.docx"),
    Case("a text whose entries have notes", "notes.docx", lambda: streamed(office()), kept_as="notes.docx"),
    bad("a plain archive", "files.zip", {"a.txt": "a"}, made.ARCHIVE),
    bad("an archive called a Word file", "plan.docx", {"a.txt": "a"}, made.ARCHIVE),
    bad("an empty archive", "plan.docx", lambda: b"PK\x05\x06" + bytes(18), made.ARCHIVE),
    bad("a 7z archive", "plan.docx", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(40), made.ARCHIVE),
    bad("a RAR archive", "a.pdf", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(40), made.ARCHIVE),
    bad(
        "a Java program",
        "a.jar",
        {"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"},
        made.EMBEDDED,
    ),
    bad("an e-book", "a.epub", {"mimetype": "application/epub+zip", "META-INF/manifest.xml": "<m/>"}, made.UNKNOWN),
    bad("slides of LibreOffice", "a.odp", open_document("presentation"), made.UNKNOWN),
    bad("a Word file cut off", "plan.docx", lambda: zipped(office())[:-40], made.DAMAGED),
    bad("a Word file with a wrong sum", "plan.docx", lambda: torn(zipped(office())), made.DAMAGED),
    bad("no list of parts", "plan.docx", {"word/document.xml": "<w/>"}, made.ARCHIVE),
    bad("a list that names no main part", "plan.docx", {"[Content_Types].xml": "<Types/>"}, made.UNKNOWN),
    bad("macros by their name", "plan.docx", office(parts={"word/vbaProject.bin": b"x"}), made.MACROS),
    bad("macros in other letters", "plan.docx", office(parts={"word/VBAPROJECT.BIN": b"x"}), made.MACROS),
    bad("macros by their type", "plan.docx", office(types=TYPE_OF_MACROS), made.MACROS),
    bad("macros by a relation", "plan.docx", office(related=(relation("vbaProject", "x.bin"),)), made.MACROS),
    bad("old macros of Excel", "a.xlsx", office("xlsx", parts={"xl/macrosheets/sheet1.xml": "<m/>"}), made.MACROS),
    bad("a control", "a.docx", office(parts={"word/activeX/activeX1.xml": "<x/>"}), made.MACROS),
    bad("Basic in a text", "a.odt", open_document(parts={"Basic/Standard/Module1.xml": "<m/>"}), made.MACROS),
    bad("Python in a text", "a.odt", open_document(parts={"Scripts/python/a.py": "print()"}), made.MACROS),
    bad("something that listens", "a.odt", open_document(body="<script:event-listener/>"), made.MACROS),
    bad("a link that runs", "a.odt", open_document(body="<text:a xlink:href='vnd.sun.star.script:a'/>"), made.MACROS),
    bad(
        "a script in a drawing",
        "a.docx",
        office(parts={"word/media/a.svg": "<svg><script>a()</script></svg>"}),
        made.MACROS,
    ),
    bad(
        "a drawing that runs when shown",
        "a.docx",
        office(parts={"word/media/a.svg": "<svg onload='a()'/>"}),
        made.MACROS,
    ),
    bad("an object", "a.docx", office(parts={"word/embeddings/oleObject1.bin": COMPOUND}), made.EMBEDDED),
    bad("an object under another name", "a.docx", office(parts={"word/media/a.png": COMPOUND}), made.EMBEDDED),
    bad("an object by a relation", "a.docx", office(related=(relation("oleObject", "o.bin"),)), made.EMBEDDED),
    bad("an object in a text", "a.odt", open_document(parts={"Object 1": COMPOUND}), made.EMBEDDED),
    bad("a program", "a.docx", office(parts={"word/media/a.png": b"MZ\x90\x00"}), made.EMBEDDED),
    bad(
        "an archive in an archive",
        "a.docx",
        lambda: zipped(office(parts={"word/media/a": zipped({"a": "a"})})),
        made.EMBEDDED,
    ),
    bad("a web page in it", "a.docx", office(related=(relation("aFChunk", "a.html"),)), made.EMBEDDED),
    bad(
        "a template elsewhere",
        "a.docx",
        office(related=(relation("attachedTemplate", "https://e.example/t.dotm", outside=True),)),
        made.OUTSIDE,
    ),
    bad(
        "an object elsewhere",
        "a.docx",
        office(related=(relation("oleObject", "file://e/a", outside=True),)),
        made.EMBEDDED,
    ),
    bad(
        "a frame elsewhere",
        "a.docx",
        office(related=(relation("frame", "https://e.example/", outside=True),)),
        made.OUTSIDE,
    ),
    bad(
        "a picture elsewhere",
        "a.docx",
        office(related=(relation("image", "https://e.example/i.png", outside=True),)),
        made.OUTSIDE,
    ),
    bad(
        "a link to a share",
        "a.docx",
        office(related=(relation("hyperlink", "file://server/share", outside=True),)),
        made.OUTSIDE,
    ),
    bad(
        "an address that does not say so",
        "a.docx",
        office(related=(relation("image", "https://e.example/i.png"),)),
        made.OUTSIDE,
    ),
    bad("a field that starts a program", "a.docx", office(body=field(" DDE", "AUTO cmd /c calc")), made.OUTSIDE),
    bad(
        "a simple field that fetches",
        "a.docx",
        office(body=WORD.format("<w:fldSimple w:instr=' INCLUDETEXT x'/>")),
        made.OUTSIDE,
    ),
    bad("a formula that fetches", "a.xlsx", office("xlsx", body="<s><f>WEBSERVICE(A1)</f></s>"), made.OUTSIDE),
    bad("a table elsewhere", "a.ods", open_document("spreadsheet", body="<table:dde-link/>"), made.OUTSIDE),
    bad(
        "a drawing elsewhere",
        "a.odt",
        open_document(body="<draw:image xlink:href='http://e.example/a'/>"),
        made.OUTSIDE,
    ),
    bad("entities that multiply", "a.docx", office(body=LAUGHS), made.ENTITIES),
    bad(
        "an entity that reads a file",
        "a.docx",
        office(body="<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
        made.ENTITIES,
    ),
    bad(
        "the same in UTF-16",
        "a.odt",
        open_document(parts={"styles.xml": ("<?xml version='1.0' encoding='utf-16'?>" + LAUGHS).encode("utf-16")}),
        made.ENTITIES,
    ),
    bad("XML that never ends", "a.docx", office(body="<w>" * 2000), made.DAMAGED),
    bad("a locked archive", "a.docx", lambda: marked(zipped(office()), bits=1), made.LOCKED),
    bad(
        "a locked text",
        "a.odt",
        open_document(parts={"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        made.LOCKED,
    ),
    bad("a locked Word file", "a.docx", compound("EncryptedPackage", "EncryptionInfo"), made.LOCKED),
    bad("an old Word file", "a.doc", compound("WordDocument"), made.OLD_WORD),
    bad("an old spreadsheet", "a.xls", compound("Workbook"), made.OLD_EXCEL),
    bad("old slides", "a.ppt", compound("PowerPoint Document"), made.OLD_SLIDES),
    bad("an old file of no kind", "a.doc", compound("Contents"), made.OLD_OFFICE),
    bad("a mail of Outlook", "a.msg", compound("__nameid_version1.0"), made.MAIL),
    bad("a mail as text", "a.eml", lambda: b"From: a@example.org\r\nSubject: x\r\n\r\nHello", made.MAIL),
    bad("a bomb", "a.docx", lambda: zipped(office(parts={"word/a.xml": bytes(160 << 20)})), made.BOMB),
    bad("a bomb that packs well", "a.docx", lambda: zipped(office(parts={"word/a.xml": bytes(30 << 20)})), made.BOMB),
    bad("a size of gigabytes declared", "a.docx", lambda: declared(zipped(office()), size=0xFFFFFFF0), made.BOMB),
    bad(
        "a size too small declared",
        "a.docx",
        lambda: declared(zipped(office(parts={"word/a.xml": bytes(5 << 20)})), size=3),
        made.DAMAGED,
    ),
    bad("thousands of parts", "a.docx", office(parts={f"word/{n}.xml": b"" for n in range(3_100)}), made.BOMB),
    bad("a name that leaves", "a.docx", office(parts={"../../etc/cron.d/a": "x"}), made.STRUCTURE),
    bad("a name from the root", "a.docx", office(parts={"/etc/passwd": "x"}), made.STRUCTURE),
    bad("a name of Windows", "a.docx", office(parts={"C:\\Windows\\a": "x"}), made.STRUCTURE),
    bad("a name turned round", "a.docx", office(parts={"word/\u202egnp.exe": "x"}), made.STRUCTURE),
    bad(
        "a name with a zero in it",
        "a.docx",
        lambda: zipped(office(parts={"word/aXb": "x"})).replace(b"word/aXb", b"word/a\0b"),
        made.STRUCTURE,
    ),
    bad("a name too long", "a.docx", office(parts={"a" * 300: "x"}), made.STRUCTURE),
    bad("two names that are one", "a.docx", office(parts={"word/A.xml": "<a/>", "word/a.xml": "<a/>"}), made.STRUCTURE),
    bad(
        "a link out of the archive",
        "a.docx",
        lambda: zipped(office(parts={"word/l": "/etc/passwd"}), attributes={"word/l": 0o120777}),
        made.STRUCTURE,
    ),
    bad("entries one upon another", "a.docx", lambda: doubled(zipped(office()), name="word/b.xml"), made.POLYGLOT),
    bad("words behind the archive", "a.docx", lambda: zipped(office()) + b"<script>a()</script>", made.POLYGLOT),
    bad("a note of the archive", "a.docx", lambda: zipped(office(), comment=b"<script>a()</script>"), made.POLYGLOT),
    bad("two archives in one", "a.docx", lambda: zipped({"a": "a"}) + zipped(office()), made.POLYGLOT),
    bad("something between its entries", "a.docx", lambda: gap(zipped(office())), made.POLYGLOT),
    bad("a picture that is an archive", "a.gif", lambda: b"GIF89a" + zipped({"a": "a"}), made.UNKNOWN),
    bad("a stream of packed nothing", "a.gz", lambda: b"\x1f\x8b" + zeros(1), made.ARCHIVE),
]


def streamed(parts: Parts) -> bytes:
    """A ZIP as it is written to where one cannot go back: a note with sizes behind each entry."""
    import io  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    class Onward(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    written = Onward()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, made.LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def torn(data: bytes) -> bytes:
    """One byte of an entry's sum is another."""
    place = data.rfind(b"PK\x01\x02") + 16
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def gap(data: bytes) -> bytes:
    """Something stands between the last entry and the directory, and the end says where that is now."""
    start = data.find(b"PK\x01\x02")
    hidden = b"<script>a()</script>"
    end = bytearray(data[start:])
    end[-6:-2] = (start + len(hidden)).to_bytes(4, "little")
    return data[:start] + hidden + bytes(end)
