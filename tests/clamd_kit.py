"""Somebody else's program for a test: ClamAV's service, as far as its protocol goes, on a socket of this machine."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ENGINE = "ClamAV 1.4.6/27500/Mon Nov  9 09:00:00 2026"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLEAN, FOUND = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"


def by_content(data: bytes) -> bytes:
    """What ClamAV says of a file."""
    return FOUND if EICAR in data else CLEAN


@dataclass
class Clamd:
    """One that listens. ``answer``: what it says of a file; nothing closes the connection. ``asked``: what it was sent."""

    url: str
    answer: Callable[[bytes], bytes] = by_content
    asked: list[bytes] = field(default_factory=list)


@contextmanager
def clamd(*, path: str = "") -> Iterator[Clamd]:
    """A service that answers until the end of the block, on a port or on a socket at a path."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(path or ("127.0.0.1", 0))
    listening.listen()
    service = Clamd(f"unix://{path}" if path else f"tcp://127.0.0.1:{listening.getsockname()[1]}")
    thread = threading.Thread(target=_listen, args=(listening, service), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(timeout=5)


def _listen(listening: socket.socket, service: Clamd) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection, service), daemon=True).start()


def _talk(connection: socket.socket, service: Clamd) -> None:
    with connection, connection.makefile("rb") as sent:
        command = b""
        while not command.endswith(b"\0"):
            command += sent.read(1)
        if command == b"zVERSION\0":
            connection.sendall(ENGINE.encode() + b"\0")
            return
        data = b""
        while size := struct.unpack("!L", sent.read(4))[0]:
            data += sent.read(size)
        service.asked.append(data)
        if words := service.answer(data):
            connection.sendall(words)


def never(data: bytes) -> bytes:
    """A service that does not come to an end."""
    time.sleep(30)
    return CLEAN
