"""How often something may be asked for, counted in the cache that all processes share."""

import hashlib
import logging

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
