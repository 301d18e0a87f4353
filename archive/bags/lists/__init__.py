"""What a file holds beside its signed records, as lists."""

from archive.bags.lists.gathering import lists_of
from archive.bags.lists.shapes import Listed

__all__ = ["Listed", "lists_of"]
