"""What the tests of records share."""

import pytest

from tests.org import Org
from tests.records_kit import Kit


@pytest.fixture
def kit(org: Org) -> Kit:
    """The services of records with everything that a test does not care about filled in."""
    return Kit(org)
