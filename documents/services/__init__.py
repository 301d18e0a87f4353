"""Storing files, and keeping apart what people bring until it is scanned."""

from documents.services.scanning import accept_unscanned, keep_brought, scan_file, settle_waiting, take_back_choice
from documents.services.storing import ZIP, clear_making, discard, making_folder, store, store_file

__all__ = [
    "ZIP",
    "accept_unscanned",
    "clear_making",
    "discard",
    "keep_brought",
    "making_folder",
    "scan_file",
    "settle_waiting",
    "store",
    "store_file",
    "take_back_choice",
]
