"""The night's work and the morning's: how things stand, what is overdue, who is told."""

from compliance.services.digests import send_digest, start_digests
from compliance.services.leads import answer_shortfall, read_shortfall, tell_of_shortfall
from compliance.services.night import Done, ask_for_chunk, assess, assess_chunk, do_night, rebuild, start_night

__all__ = [
    "Done",
    "answer_shortfall",
    "ask_for_chunk",
    "assess",
    "assess_chunk",
    "do_night",
    "read_shortfall",
    "rebuild",
    "send_digest",
    "start_digests",
    "start_night",
    "tell_of_shortfall",
]
