"""What a test may touch: its own broker database, no other machine. Loaded first, before Django reads its settings."""

import os
import re
import socket
from collections.abc import Generator
from typing import Any

import pytest

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
FIRST_FOR_SITES = 32
LOOPBACK = ("127.", "::1", "localhost")


def broker_addresses(database: int) -> dict[str, str]:
    """The environment for one of the broker's databases."""
    return {
        "REDIS_URL": re.sub(r"db=\d+$", f"db={database}", os.environ["REDIS_URL"]),
        "CELERY_BROKER_URL": re.sub(r"virtual_host=\d+$", f"virtual_host={database}", os.environ["CELERY_BROKER_URL"]),
    }


if "CELERY_BROKER_URL" in os.environ:
    os.environ.update(broker_addresses(WORKER))


def pytest_configure(config: pytest.Config) -> None:
    if "DATABASE_OWNER_URL" not in os.environ and not config.option.collectonly:
        pytest.exit("The tests need their own PostgreSQL and broker. Type: bin/test", returncode=1)


@pytest.fixture(autouse=True)
def fresh_cache(request: pytest.FixtureRequest) -> None:
    """Limits on sign-ins and the like count from nothing in each test that reaches a page."""
    if "_django_db_helper" in request.fixturenames or request.node.get_closest_marker("django_db"):
        from django.core.cache import cache  # noqa: PLC0415

        cache.clear()


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Generator[None]:
    """No test reaches another machine, whatever it calls."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
