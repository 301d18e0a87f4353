"""What the tests of this room share."""

import pytest

from tests.diary_kit import go_by
from tests.org import Org


@pytest.fixture
def shropshire(org: Org) -> Org:
    """The authority goes by Shropshire's policy; nobody has had a session."""
    go_by("shropshire-2017")
    return org
