"""Leavers, bags, retention and holds, need to know, requests for data."""

from archive.models.bags import Bag, BagQuerySet
from archive.models.files import ArchivedFile, ArchivedFileQuerySet
from archive.models.leaving import EndedWith, Leaving, LeavingItem, LeavingMark, LeavingQuerySet

__all__ = [
    "ArchivedFile",
    "ArchivedFileQuerySet",
    "Bag",
    "BagQuerySet",
    "EndedWith",
    "Leaving",
    "LeavingItem",
    "LeavingMark",
    "LeavingQuerySet",
]
