"""The running program is broken in every way that a campaign knows, and each time its control is seen to lose something."""

from collections.abc import Generator

import pytest
from pytest_django import DjangoDbBlocker

from prove import faults

pytestmark = pytest.mark.slow


@pytest.fixture
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[None]:
    """A database to clone from; the campaign's people reach their own."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.usefixtures("ground")
@pytest.mark.parametrize("campaign", faults.NAMES)
def test_nothing_that_was_acknowledged_is_lost(campaign: str) -> None:
    figures = faults.run(campaign, faults.QUICK)

    assert [f"{figure.name} {figure.figure} {figure.value:g}" for figure in figures if not figure.holds] == []
