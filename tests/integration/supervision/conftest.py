"""What the tests of supervision share."""

from datetime import UTC, date, datetime, time

import pytest

from policies import services as policies
from tests.org import Org


@pytest.fixture
def shropshire(org: Org) -> Org:
    """The authority goes by Shropshire's policy."""
    policies.load_packs(at=datetime(2025, 4, 1, 9, tzinfo=UTC))
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=datetime(2025, 4, 1, 9, tzinfo=UTC))
    return org


@pytest.fixture
def ten() -> tuple[time, time]:
    """From ten to half past eleven."""
    return time(10), time(11, 30)
