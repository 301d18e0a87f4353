"""The night's work and the morning's: how things stand, what is overdue, who is told."""

from compliance.services.digests import send_digest, start_digests
from compliance.services.flags import raise_flags
from compliance.services.night import ask_for_chunk, assess_chunk, start_night

__all__ = [
    "ask_for_chunk",
    "assess_chunk",
    "raise_flags",
    "send_digest",
    "start_digests",
    "start_night",
]
