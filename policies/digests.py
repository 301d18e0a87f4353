"""Digests of documents: equal ones mean equal rules."""

import hashlib
from typing import Any

import rfc8785


def digest_of(document: Any, *, parent: str | None = None) -> str:
    """``sha256:<hex>`` over the canonical JSON of a document and the digest of the parent that fills its gaps."""
    raw = rfc8785.dumps({"document": document, "parent": parent})
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"
