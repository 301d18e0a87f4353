"""Processes that a command starts: started, watched, stopped; and those that a killed run left behind."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from runner.terminal import CannotGoOn, in_words, say

LINUX = sys.platform == "linux"
LONGEST_LOG = 10_000_000


@dataclass(frozen=True)
class User:
    """The unprivileged user that a server runs as when the command itself runs as root."""

    name: str
    uid: int
    gid: int

    def as_arguments(self) -> dict[str, object]:
        """The arguments that make ``subprocess`` drop to this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def birth_of(pid: int) -> str | None:
    """What tells a process from a later one with the same number, or None when there is no such process."""
    if LINUX:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()
        if fields[0] == "Z":
            return None
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {fields[19]}"
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def command_of(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


@contextlib.contextmanager
def _no_interruption() -> Iterator[set[int]]:
    """Ctrl-C waits until a process that was started is also known to us; gives the signals that were blocked before."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield {int(number) for number in before}
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass
class Process:
    """One started process with its log."""

    name: str
    handle: subprocess.Popen[bytes]
    log: Path
    ends_on: signal.Signals = signal.SIGTERM
    patience: float = 10.0

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.handle.poll() is None

    def stop(self) -> None:
        """Ask it to end, wait, and end it and all that it started."""
        if self.is_alive():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                self.handle.send_signal(self.ends_on)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.handle.wait(self.patience)
        _end_group(self.handle.pid)
        self.handle.wait()


@dataclass
class Processes:
    """All processes of one run, in the order in which they were started; noted in a file, for the next run.

    ``forget``: whether the notes go when these have stopped; not where others write in the same file.
    """

    notes: Path
    forget: bool = True
    started: list[Process] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: User | None = None,
        ends_on: signal.Signals = signal.SIGTERM,
        patience: float = 10.0,
    ) -> Process:
        """Start a process in a session of its own, so that Ctrl-C reaches only the command that stops it in order."""
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_suffix(".old"))
        with log.open("ab") as output, _no_interruption() as before:
            handle = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if environment is None else dict(environment),
                cwd=folder,
                start_new_session=True,
                preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before),
                **(user.as_arguments() if user else {}),  # type: ignore[call-overload]
            )
            self.note(name=name, pid=handle.pid, birth=birth_of(handle.pid), ends_on=int(ends_on))
            process = Process(name, handle, log, ends_on, patience)
            self.started.append(process)
        return process

    def note(self, **facts: object) -> None:
        """Write down what a later run has to clear away if this one is killed."""
        self.notes.parent.mkdir(parents=True, exist_ok=True)
        with self.notes.open("a") as notes:
            notes.write(json.dumps(facts) + "\n")

    def first_dead(self) -> Process | None:
        """A process that has ended by itself, if any has."""
        return next((process for process in self.started if not process.is_alive()), None)

    def stop(self) -> None:
        """Stop everything, the last started first."""
        while self.started:
            self.started.pop().stop()
        if self.forget:
            clear_leftovers(self.notes)


def clear_leftovers(notes: Path) -> list[str]:
    """End what a killed run left running, remove its temporary folders, forget its notes; the names of what was ended."""
    ended = []
    try:
        lines = notes.read_text().splitlines()
    except OSError:
        return []
    for line in reversed(lines):
        try:
            facts = json.loads(line)
        except ValueError:
            continue  # the run was killed while it wrote this line
        if "folder" in facts:
            shutil.rmtree(facts["folder"], ignore_errors=True)
        elif _end_leftover(facts["pid"], facts["birth"], facts["ends_on"]):
            ended.append(facts["name"])
    notes.unlink(missing_ok=True)
    return ended


def _end_leftover(pid: int, birth: str | None, ends_on: int) -> bool:
    now = birth_of(pid)
    if birth is None or (now is not None and now != birth):
        return False
    alive = now is not None
    if alive:
        end_by_number(pid, ends_on)
    return _end_group(pid) or alive


def end_by_number(pid: int, ends_on: int, patience: float = 10.0) -> None:
    """Ask a process that is not our child to end, wait for it, then kill it."""
    for number, wait in ((ends_on, patience), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
        until = time.monotonic() + wait
        while time.monotonic() < until:
            if birth_of(pid) is None:
                return
            time.sleep(0.05)


def _end_group(pid: int) -> bool:
    """Kill what is left of a process's session; its number cannot be another's while a member lives."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def only_one(lock: Path, *, otherwise: str, wait: bool = False) -> Iterator[IO[str]]:
    """Hold a folder for this process; the lock goes with the process, however that ends.

    ``otherwise`` is the sentence for a second one, which stops, or with ``wait`` waits; ``{pid}`` in it becomes the
    number of the first.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        held = lock.open("a+")
    except PermissionError as error:
        raise CannotGoOn(
            f"{in_words(lock.parent)} belongs to another user. Run this as the user who ran it first, "
            f"or remove that folder."
        ) from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            held.seek(0)
            sentence = otherwise.format(pid=held.read().strip() or "unknown")
            if not wait:
                raise CannotGoOn(sentence) from error
            say(sentence)
            fcntl.flock(held, fcntl.LOCK_EX)
        held.seek(0)
        held.truncate()
        held.write(str(os.getpid()))
        held.flush()
        yield held
