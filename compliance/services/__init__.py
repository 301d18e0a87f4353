"""The night's work and the morning's: how things stand, what is overdue, who is told."""

from compliance.services.digests import send_digest, start_digests
from compliance.services.night import Done, ask_for_chunk, assess, assess_chunk, do_night, start_night

__all__ = [
    "Done",
    "ask_for_chunk",
    "assess",
    "assess_chunk",
    "do_night",
    "send_digest",
    "start_digests",
    "start_night",
]
