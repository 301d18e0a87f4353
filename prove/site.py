"""The whole program as real processes that can be killed and started again one by one, on a broker of its own."""

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from django.conf import settings
from django.db import connections
from runner import python_environment, valkey

from tests.databases import TEMPLATE, clone_of, make_once, migrate, use

ROOT = Path(__file__).resolve().parent.parent
WEB_WORKERS, WEB_THREADS = 2, 8
BROKER = "broker"


@dataclass
class Site:
    """Web, worker, beat and broker. ``program`` names the module whose ``application`` and ``app`` are run.

    ``acknowledged``: set when one of the people was told of their last save. ``away``: processes that nobody starts again when they end, until ``start`` is called for them.
    """

    folder: Path
    port: int
    environment: Mapping[str, str]
    program: str
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)
    ended: threading.Event = field(default_factory=threading.Event)
    acknowledged: threading.Event = field(default_factory=threading.Event)

    def command(self, name: str) -> list[str]:
        """How a process is started, as in production."""
        celery = [sys.executable, "-m", "celery", "--app", f"{self.program}:app", "--quiet"]
        match name:
            case "web":
                bind = ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket", "--worker-class", "gthread"]
                size = ["--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS), "--log-level", "critical"]
                return [sys.executable, "-m", "gunicorn", f"{self.program}:application", *bind, *size]
            case "worker":
                return [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip"]
            case "beat":
                schedule = ["--schedule", str(self.folder / "schedule"), "--pidfile", ""]
                return [*celery, "beat", "--loglevel", "INFO", *schedule]
        return [
            str(valkey.program(python_environment.site_packages())),
            *self.environment["PROVE_BROKER_OPTIONS"].split(),
        ]

    def start(self, name: str) -> None:
        """Start a process, unless it runs."""
        with self.lock:
            self.away.discard(name)
            if name in self.running and self.running[name].poll() is None:
                return
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.command(name),
                    cwd=ROOT,
                    env=dict(self.environment),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def kill(self, name: str, *, for_good: bool = False) -> None:
        """End a process and all that it started with SIGKILL; it is started again, as a host's supervisor would."""
        with self.lock:
            if for_good:
                self.away.add(name)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running[name].pid, signal.SIGKILL)
            self.running[name].wait()

    def watch(self) -> None:
        """Start again what has ended, until the site ends."""
        while not self.ended.wait(0.5):
            with self.lock:
                for name, process in self.running.items():
                    if process.poll() is not None and name not in self.away:
                        self.start(name)

    def limit_files(self, name: str, most: int) -> None:
        """Let a process and all that it started write no file beyond so many bytes: the kernel says no, as a full disk does."""
        for pid in _group_of(self.running[name].pid):
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def wait_until_it_says(self, name: str, words: str) -> None:
        """Wait until words stand in a process's log. Raises RuntimeError when they do not come within a minute."""
        until = time.monotonic() + 60
        while words not in (self.folder / f"{name}.log").read_text(errors="replace"):
            if time.monotonic() > until:
                raise RuntimeError(f"{name} never said {words}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End everything."""
        self.ended.set()
        with self.lock:
            for name in list(self.running):
                self.kill(name, for_good=True)

    def wait_until_it_answers(self) -> None:
        """Raises RuntimeError when no page comes within a minute."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://localhost:{self.port}/accounts/login/", timeout=10).close()
                return
            except urllib.error.HTTPError as error:
                error.close()
                if error.code < 500:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"no page came:\n{(self.folder / 'web.log').read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def site(*, program: str, slow: float, options: Mapping[str, str]) -> Iterator[Site]:
    """A site on a database, which this process uses as well, and a broker of its own.

    ``slow``: seconds that every answer of the database takes longer; ``options``: more of the environment.
    """
    make_once(TEMPLATE, template=None, fill=migrate)
    folder = Path(tempfile.mkdtemp(prefix="countersign-prove-", dir="/tmp"))  # noqa: S108
    with contextlib.ExitStack() as until_the_end:
        until_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
        name = until_the_end.enter_context(clone_of(TEMPLATE))
        before = use(name)
        until_the_end.callback(use, before)
        until_the_end.callback(connections.close_all)
        address = os.environ["DATABASE_URL"].replace(
            f"/{urlsplit(os.environ['DATABASE_URL']).path.lstrip('/')}?", f"/{name}?"
        )
        if slow:
            address = until_the_end.enter_context(slowed(address, by=slow))
        port = free_port()
        made = Site(folder, port, {**_environment(folder, port=port, database=address), **options}, program)
        until_the_end.callback(made.stop)
        for process in (BROKER, "web", "worker", "beat"):
            made.start(process)
        watcher = threading.Thread(target=made.watch, daemon=True)
        watcher.start()
        made.wait_until_it_answers()
        yield made


@contextlib.contextmanager
def slowed(address: str, *, by: float) -> Iterator[str]:
    """A way to the database on which every answer comes later; gives its address."""
    parts = urlsplit(address)
    socket_folder = parse_qs(parts.query)["host"][0]
    target = next(iter(Path(socket_folder).glob(".s.PGSQL.*[0-9]")))
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, str(target), by), daemon=True).start()
    try:
        who = parts.netloc.rpartition("@")[0]
        yield f"{parts.scheme}://{who}@127.0.0.1:{listener.getsockname()[1]}{parts.path}?sslmode=disable"
    finally:
        listener.close()


def _accept(listener: socket.socket, target: str, by: float) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.connect(target)
        threading.Thread(target=_pass_on, args=(client, server, 0.0), daemon=True).start()
        threading.Thread(target=_pass_on, args=(server, client, by), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, by: float) -> None:
    try:
        while data := source.recv(65536):
            time.sleep(by)
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    # Each direction reads from one of the two, and closes what it read from
    source.close()


def _environment(folder: Path, *, port: int, database: str) -> dict[str, str]:
    broker = folder / "broker.sock"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "prove.settings",
        "DATABASE_URL": database,
        "REDIS_URL": f"unix://{quote(str(broker))}?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{broker}?virtual_host=0",
        "PROVE_BROKER_OPTIONS": f"--port 0 --unixsocket {broker} --dir {folder} --appendonly no",
        "SITE_URL": f"http://localhost:{port}",
        # The campaigns' people are signed in by this process, whose settings may be others
        "SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "bin")]),
        "PYTHONUNBUFFERED": "1",
    }


def _group_of(leader: int) -> list[int]:
    pids = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.getpgid(int(entry.name)) == leader:
                    pids.append(int(entry.name))
    return pids


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
