"""Asks ClamAV's service about a file: one command over a socket, the file in pieces, one line back.

Its protocol is that small, and the package that speaks it has had no release in years and needs one of setuptools that
is gone, so this stands here instead.
"""

import re
import socket
import struct
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

# Seconds without a sign of life; a scan of the largest file takes a few
PATIENCE = 60.0
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
PORT = 3310


class OutOfReach(Exception):
    """No answer that says how the file stands: nobody there, the connection lost, or a fault of the scanner's own."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner says of a file: what it calls the virus, nothing where it found none; and its own version."""

    signature: str
    engine: str


def scan(url: str, file: IO[bytes]) -> Verdict:
    """Ask the scanner at an address (tcp://host:port, unix:///path) about an open file. Raises OutOfReach."""
    try:
        with _connected(url) as connection:
            connection.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                connection.sendall(struct.pack("!L", len(piece)) + piece)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
        with _connected(url) as connection:
            connection.sendall(b"zVERSION\0")
            engine = _answer(connection)[:200]
    except OSError as error:
        raise OutOfReach(f"{type(error).__name__}") from error
    if answer == "stream: OK":
        return Verdict(signature="", engine=engine)
    if found := re.fullmatch(r"stream: (.+) FOUND", answer):
        return Verdict(signature=found[1][:200], engine=engine)
    raise OutOfReach(answer or "the connection was closed")


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "localhost", parts.port or PORT), timeout=PATIENCE)


def _answer(connection: socket.socket) -> str:
    """One answer, which ends with a zero byte; nothing where the connection ends before it."""
    read = b""
    while not read.endswith(b"\0") and len(read) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            return ""
        read += piece
    return read.rstrip(b"\0").decode(errors="replace").strip()
