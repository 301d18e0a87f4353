"""Imports of children, in the background."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from cases.importing import services
from core.clock import now
from core.errors import NotNow
from core.limits import one_at_a_time
from outbox.jobs import background

# Longer than a task may take
SECONDS = 300


@background
def read_import(*, run_id: str, **_: object) -> None:
    """Read and compare the file of an import; asked for again, it begins anew or does nothing."""
    with alone(run_id):
        services.do_read(run_id=UUID(run_id), at=now())


@background
def apply_import(*, run_id: str, **_: object) -> None:
    """Write what an import changes, once."""
    with alone(run_id):
        services.do_apply(run_id=UUID(run_id), at=now())


@contextmanager
def alone(run_id: str) -> Iterator[None]:
    """Only one process at a time works on an import. Raises NotNow."""
    with one_at_a_time(f"import:{run_id}", seconds=SECONDS) as is_free:
        if not is_free:
            raise NotNow
        yield
