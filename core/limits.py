"""How often something may be asked for, and whether it is being done already, counted in the cache that all processes share."""

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def is_within_limit(what: str, *, most: int, seconds: int) -> bool:
    """Count one more of ``what``; whether there were no more than ``most`` in the present stretch of time.

    While the cache is out of reach nothing is counted, and everything is within its limit.
    """
    key = f"limit:{hashlib.sha256(what.encode()).hexdigest()}"
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key)) <= most
    except ValueError:  # it ended between the two lines: a new stretch begins
        return True
    except RedisError as error:
        logger.warning("the cache is out of reach, so nothing is counted: %s", type(error).__name__)
        return True


@contextmanager
def one_at_a_time(what: str, *, seconds: int) -> Iterator[bool]:
    """Hold ``what`` for as long as the block lasts, at most so long; whether nobody held it, as far as the cache knows.

    While the cache is out of reach nobody is kept waiting.
    """
    own = secrets.token_hex(8)
    is_free = bool(_quietly(lambda: cache.add(what, own, timeout=seconds), otherwise=True))
    try:
        yield is_free
    finally:
        # What somebody else took after its time was over is theirs
        if is_free and _quietly(lambda: cache.get(what), otherwise=None) == own:
            _quietly(lambda: cache.delete(what), otherwise=None)


def _quietly(ask: Callable[[], Any], *, otherwise: Any) -> Any:
    try:
        return ask()
    except RedisError as error:
        logger.warning("the cache is out of reach, so nobody waits for another: %s", type(error).__name__)
        return otherwise
