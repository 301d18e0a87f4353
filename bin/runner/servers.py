"""The two embedded servers together: for a local run with data that stays, and for tests with data that goes."""

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from runner import postgres, python_environment, valkey
from runner.processes import Processes, clear_leftovers, only_one
from runner.terminal import ROOT

TEMPORARY = "countersign-test-"


@contextlib.contextmanager
def temporary_servers(*, careful: bool = False) -> Iterator[dict[str, str]]:
    """Both servers in a folder of their own, gone afterwards; gives the environment that a program needs for them.

    ``careful``: they write to disk as in production, for measurements; otherwise they are quick.
    """
    clear_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY))
    folder.chmod(0o711)
    with only_one(folder / "lock", otherwise="Another run has this folder."):
        processes = Processes(folder / "processes")
        try:
            passwords = postgres.Passwords(*(secrets.token_urlsafe(24) for _ in range(3)))
            database = postgres.start(
                base=folder,
                site_packages=python_environment.site_packages(),
                passwords=passwords,
                project=ROOT,
                processes=processes,
                log=folder / "postgresql.log",
                lasting=False,
                careful=careful,
            )
            broker = valkey.start(
                base=folder,
                site_packages=python_environment.site_packages(),
                processes=processes,
                log=folder / "valkey.log",
                lasting=careful,
            )
            yield {
                **postgres.environment_of(database),
                **valkey.environment_of(broker),
                "STATE_DIR": str(folder / "state"),
            }
        finally:
            processes.stop()
            shutil.rmtree(folder, ignore_errors=True)


def clear_abandoned() -> None:
    """End the servers, and remove the folders, of test runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        lock = folder / "lock"
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid() or not lock.exists():
            continue
        with lock.open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            clear_leftovers(folder / "processes")
            shutil.rmtree(folder, ignore_errors=True)
