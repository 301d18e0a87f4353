"""How often something may be asked for, counted in the cache that all processes share."""

import hashlib

from django.core.cache import cache


def is_within_limit(what: str, *, most: int, seconds: int) -> bool:
    """Count one more of ``what``; whether there were no more than ``most`` in the present stretch of time."""
    key = f"limit:{hashlib.sha256(what.encode()).hexdigest()}"
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # it ended between the two lines: a new stretch begins
        return True
