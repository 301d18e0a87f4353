"""Leavers, bags, retention and holds, need to know, requests for data."""

from archive.models.leaving import EndedWith, Leaving, LeavingItem, LeavingMark, LeavingQuerySet

__all__ = ["EndedWith", "Leaving", "LeavingItem", "LeavingMark", "LeavingQuerySet"]
