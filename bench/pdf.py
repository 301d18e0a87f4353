"""A sealed PDF of three pages in a warm worker, against WeasyPrint on the same page.

Three comparisons, the hardest first: WeasyPrint with our fonts and style sheet already read, as a plain PDF; the same
as tagged PDF/A-3a with the same attachments; and as anybody would call it, ``HTML(string).write_pdf()`` with the style
sheet in the page, read each time. None of the three is sealed.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML

from bench.figures import Figure, time_ratio
from records import pdf, pdf_engine, sealing
from records.pdf_wording import attachments, build_page
from tests.signed_parts import session_record

PAGES = 3
WORDS, SECTIONS = 150, 3
WANTED = "<= 1.4"
AT = datetime(2026, 11, 9, 17, tzinfo=UTC)


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Time ratios of the whole way from verified parts to a sealed file; data are the same at every scale."""
    parts = session_record(words=WORDS, sections=SECTIONS)
    engine = pdf.get_engine()
    page = render_to_string("pdf/record.html", {"page": build_page(parts, organisation=settings.ORGANISATION_NAME)})
    if (pages := len(HTML(string=page).render(**engine.style).pages)) != PAGES:
        raise ValueError(f"The page to be measured has {pages} pages and not {PAGES}.")
    sheet = pdf_engine.font_rules() + (pdf.ASSETS / "record.css").read_text("utf-8")
    whole = page.replace("</head>", f"<style>{sheet}</style></head>")

    def sealed() -> bytes:
        return sealing.seal_pdf(pdf.render(parts), at=AT)

    def plain() -> bytes:
        return HTML(string=page).write_pdf(**engine.style)

    def same_kind() -> bytes:
        inside = [pdf_engine.as_attachment(attached, at=AT) for attached in attachments(parts)]
        return HTML(string=page).write_pdf(**engine.style, attachments=inside, pdf_variant="pdf/a-3a")

    def as_anybody_would() -> bytes:
        return HTML(string=whole, url_fetcher=pdf_engine.FontFetcher(pdf.ASSETS / "fonts")).write_pdf()

    found = []
    for name, bare, against, runs in (
        ("sealed.three_pages", plain, "bare WeasyPrint, fonts and styles read before, plain PDF", 30),
        ("sealed.three_pages.same_kind", same_kind, "bare WeasyPrint, fonts and styles read before, PDF/A-3a", 30),
        ("sealed.three_pages.cold_styles", as_anybody_would, "bare WeasyPrint, fonts and styles in the page", 5),
    ):
        ratio = time_ratio(sealed, bare, runs=runs, warm_up=2)
        found.append(
            Figure(
                group="pdf",
                name=name,
                figure="time_ratio",
                value=ratio.median,
                wanted=WANTED,
                runs=ratio.runs,
                spread=ratio.spread,
                against=f"{against}, interleaved",
                at={"pages": PAGES, "attachments": len(attachments(parts))},
            )
        )
    return found
