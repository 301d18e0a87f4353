"""What a request tells about the circumstances of a signature."""

from core.http import Request
from records.services import Evidence


def evidence_of(request: Request) -> Evidence:
    """The address and the browser that a signature came from. Kept salted, and withheld by default."""
    return Evidence(address=request.address or "", browser=request.headers.get("User-Agent", "")[:300])
