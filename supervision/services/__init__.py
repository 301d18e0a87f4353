"""Every write to supervision: the diary, and the records that come of it."""

from supervision.services.diary import book_session, cancel_session, move_session
from supervision.services.reading import read_person, read_session
from supervision.services.writing import hold_session, open_contract, sign_record

__all__ = [
    "book_session",
    "cancel_session",
    "hold_session",
    "move_session",
    "open_contract",
    "read_person",
    "read_session",
    "sign_record",
]
