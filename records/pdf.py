"""Prints a record: from its verified parts to an unsealed PDF/A-3a with the parts inside. Reads nothing else."""

import gc
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

from core.errors import RuleBroken
from records.pdf_wording import attachments, build_page, count_pages, is_masked
from records.rules import VerifiedPart

if TYPE_CHECKING:
    from records import pdf_engine

# Beyond this, printing would hold a worker for minutes; ten fields of 50,000 letters of prose are about 140
MOST_PAGES = 500
ASSETS = Path(__file__).resolve().parents[1] / "static" / "pdf"
COMMANDS = {
    "darwin": "brew install pango",
    "linux": "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
}


class PrinterMissing(Exception):
    """The libraries that draw letters are not on this machine."""


class TooLongToPrint(RuleBroken):
    """There is more text than can be printed."""


def render(parts: Sequence[VerifiedPart], *, organisation: str | None = None, policy: str = "") -> bytes:
    """The record as a PDF, not yet sealed; the same parts always give the same bytes.

    ``parts`` are the whole chain in order, already verified; ``organisation`` stands in the heading, by default the
    authority's name from the settings; ``policy``: the policy as the authority calls it, else by its id. Raises TooLongToPrint, or PrinterMissing with the command that helps.
    """
    if (pages := count_pages(parts)) > MOST_PAGES:
        raise TooLongToPrint(
            f"This record would be about {pages:,} pages long, and at most {MOST_PAGES:,} are printed. "
            "All of it can be read on the screen."
        )
    name = settings.ORGANISATION_NAME if organisation is None else organisation
    head = parts[-1]
    signed_at = datetime.fromisoformat(head.body["signature"]["signed_at"]).astimezone(UTC)
    # A copy in which something is withheld is another file than the full one, and says so
    half = slice(32, 64) if is_masked(parts) else slice(32)
    identifier = head.digest.partition(":")[2][half].encode()

    with _lock, collection_paused():
        engine = get_engine()
        unprintable: frozenset[str] = frozenset()
        while True:
            page = build_page(parts, organisation=name, policy=policy, unprintable=unprintable)
            html = render_to_string("pdf/record.html", {"page": page})
            pdf, missing = engine.print(html, attachments=attachments(parts), identifier=identifier, at=signed_at)
            if missing <= unprintable:
                return pdf
            unprintable |= missing


def printed(html: str, *, identifier: bytes, at: datetime) -> bytes:
    """Any other page of the product as a PDF, without attachments; the same page always gives the same bytes."""
    with _lock, collection_paused():
        data, _ = get_engine().print(html, identifier=identifier, at=at)
        return data


def get_engine() -> "pdf_engine.Engine":
    """This process's printer, made when the first record is printed. Raises PrinterMissing.

    Its module is imported only here, because the program must start, and say what is missing, without Pango.
    """
    if not _engines or not _engines[0].is_whole():
        _engines[:] = [_load().Engine(ASSETS)]
    return _engines[0]


def _load() -> ModuleType:
    try:
        return import_module("records.pdf_engine")
    except OSError as error:
        command = COMMANDS.get(sys.platform, COMMANDS["linux"])
        raise PrinterMissing(f"PDFs cannot be made: the Pango libraries are missing. Type: {command}") from error


@contextmanager
def collection_paused() -> Iterator[None]:
    """No garbage collection meanwhile: a page makes many small things that all live until it is printed."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# WeasyPrint's font configuration is not for two threads at once
_lock = threading.Lock()
_engines: list["pdf_engine.Engine"] = []
