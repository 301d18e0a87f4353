"""What the tests of the archive share."""

import pytest

from tests.org import Org
from tests.retention_kit import RetentionKit


@pytest.fixture
def retention(org: Org) -> RetentionKit:
    """The services of retention with everything that a test does not care about filled in."""
    return RetentionKit(org)
