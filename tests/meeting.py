"""Two who sign at the same moment, brought together where it matters."""

import threading
from typing import Any

import pytest

from records import parts

LONGEST_WAIT = 0.4  # seconds that the first waits for the second to come as far; with the lock it never does


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each signer wait, after all checks and before the first write, until another has come as far.

    Only those of ``at_once``: what a test signs before has nobody to meet, and would break the barrier for good.
    """
    barrier = threading.Barrier(2)
    original = parts.body_of

    def wait_then_make(*args: Any, **options: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            try:
                barrier.wait(timeout=LONGEST_WAIT)
            except threading.BrokenBarrierError:
                # Nobody came this time; the next try waits again
                barrier.reset()
        return original(*args, **options)

    monkeypatch.setattr(parts, "body_of", wait_then_make)
