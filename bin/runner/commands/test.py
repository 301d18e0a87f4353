"""bin/test [pytest's arguments]"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from runner import python_environment, servers, setup, system_packages
from runner.terminal import ROOT, say

ONE_PROCESS = (
    "-n",
    "--numprocesses",
    "--pdb",
    "--trace",
    "--collect-only",
    "--co",
    "--help",
    "-h",
    "--version",
    "--markers",
)


def main(arguments: list[str]) -> int:
    """Run pytest on servers of its own; the exit code is pytest's."""
    setup.make_ready(for_tests=True)
    say("Starting PostgreSQL and the broker for the tests.")
    with servers.temporary_servers() as addresses:
        environment = environment_for_tests(addresses)
        command = [str(python_environment.PYTHON), "-m", "pytest", *_share_out(arguments), *arguments]
        running = subprocess.Popen(command, cwd=ROOT, env=environment)
        # Whoever ends this ends pytest as Ctrl-C would, so that it still says what it had done
        signal.signal(signal.SIGTERM, lambda *_: running.send_signal(signal.SIGINT))
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:
                say("")  # it reached pytest, too


def environment_for_tests(addresses: dict[str, str]) -> dict[str, str]:
    """What pytest and all that it starts see."""
    return {
        **os.environ,
        **system_packages.library_environment(),
        **addresses,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        # Playwright's own loop runs in the tests' thread
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "PYTHONUNBUFFERED": "1",
        "CHROMIUM": system_packages.browser() or "",
        # Compiling everything anew in each process would take a third of the time
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        "TMPDIR": tempfile.gettempdir(),
    }


def _share_out(arguments: Sequence[str]) -> list[str]:
    """Two processes for the suite or a folder of it, one where files or tests are named, or where asked otherwise."""
    told = any(argument.split("=")[0] in ONE_PROCESS or argument.startswith("-n") for argument in arguments)
    named = any(_is_file(argument) for argument in arguments)
    return [] if told or named else ["-n", "2", "--dist", "worksteal"]


def _is_file(argument: str) -> bool:
    return not argument.startswith("-") and Path(ROOT, argument.split("::")[0]).is_file()
