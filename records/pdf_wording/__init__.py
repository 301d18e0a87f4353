"""What a record says in words, as its page and its PDF show it. Reads nothing but verified parts."""

from records.pdf_wording.page import (
    attachments,
    build_page,
    count_pages,
    entered,
    is_masked,
    is_of_a_group,
    issued,
    state_in_words,
)
from records.pdf_wording.plain import plain_text
from records.pdf_wording.shapes import Attached
from records.pdf_wording.wording import ADDED_AS, Wording
from records.pdf_wording.words import NOTHING_SIGNED, late_in_words, short_number

__all__ = [
    "ADDED_AS",
    "NOTHING_SIGNED",
    "Attached",
    "Wording",
    "attachments",
    "build_page",
    "count_pages",
    "entered",
    "is_masked",
    "is_of_a_group",
    "issued",
    "late_in_words",
    "plain_text",
    "short_number",
    "state_in_words",
]
