"""Files as people bring them."""

import io
from typing import Any

import pikepdf


def pdf_of_pages(**root: Any) -> bytes:
    """A PDF of one page, with more in its root where a test wants it."""
    written = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        for name, value in root.items():
            file.Root[f"/{name}"] = pikepdf.Dictionary(value) if isinstance(value, dict) else value
        file.save(written)
    return written.getvalue()
