"""Writes about what the authority requires."""

from policies.services.adopting import adopt
from policies.services.loading import Loaded, load_packs

__all__ = ["Loaded", "adopt", "load_packs"]
