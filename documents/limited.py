"""Runs a program of ours over bytes that somebody brought, apart from the service: no words, keys or settings of it."""

import subprocess
import sys
from pathlib import Path
from typing import IO

# Seconds by the clock; each program limits its own computing and memory besides
PATIENCE = 20


def run(program: Path, *arguments: str, stdin: IO[bytes]) -> "subprocess.CompletedProcess[bytes]":
    """Run it over an open file. Raises subprocess.TimeoutExpired."""
    return subprocess.run(  # noqa: S603 - our own program, and no word of it comes from outside
        [sys.executable, "-I", "-B", "-X", "utf8", str(program), *arguments],
        stdin=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env={},
        cwd="/",
    )
