"""bin/run as a person at a terminal has it: started, stopped, killed, started again. Without the demo, to be quick."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from pathlib import Path

import pytest
from runner.processes import birth_of, clear_leftovers
from runner.terminal import ROOT

pytestmark = pytest.mark.slow

READY = "Ctrl-C stops it."
SHARED = (".venv", "node_modules")
OURS = ("DATABASE_", "REDIS_", "CELERY_", "DJANGO_", "STATE_DIR", "PYTEST_", "SECRET_KEY", "SITE_URL")


@pytest.fixture(scope="module")
def project() -> Generator[Path]:
    """The project's files in another folder, with what bin/setup made here."""
    parent = Path(tempfile.mkdtemp(prefix="countersign-run-"))
    parent.chmod(0o755)
    folder = parent / "project"
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / "static" / "build", folder / "static" / "build")
    for name in SHARED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    yield folder
    clear_leftovers(folder / "var" / "processes")
    shutil.rmtree(parent)


@pytest.fixture
def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


class Run:
    """One start of bin/run, and what it has printed so far."""

    def __init__(self, project: Path, port: int) -> None:
        self.output = project.parent / f"output-{time.monotonic_ns()}"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(project / "bin" / "run"), "--no-demo", "--port", str(port)],
                env={name: value for name, value in os.environ.items() if not name.startswith(OURS)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def until_ready(self) -> None:
        until = time.monotonic() + 300
        while READY not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < until, self.text
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def children(project: Path) -> list[int]:
    return [int(pid) for pid in re.findall(r'"pid": (\d+)', (project / "var" / "processes").read_text())]


def is_free(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def exists(pid: int) -> bool:
    return birth_of(pid) is not None


def test_it_says_what_it_does_serves_pages_and_ctrl_c_stops_all_of_it(project: Path, port: int) -> None:
    run = Run(project, port)
    run.until_ready()
    started = children(project)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/build/application.css") as style:
        assert style.status == 200
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert page.status == 200
    code = run.end(signal.SIGINT)

    assert code == 0
    assert [line for line in run.text.splitlines() if line] == [
        "Starting PostgreSQL.",
        "Making a PostgreSQL 18 database in var/postgresql.",
        "Starting the broker.",
        "Bringing the database up to date.",
        "Starting the web server, the worker and the schedule.",
        f"Countersign is at http://localhost:{port}/",
        "Ctrl-C stops it. Logs are in var/log.",
        "Stopping.",
        "Stopped. What was written stays where it is; bin/run starts it again.",
    ]
    assert len(started) == 5
    assert not any(exists(pid) for pid in started)
    assert is_free(port)
    assert (project / "var" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_after_everything_was_killed_the_next_start_works(project: Path, port: int) -> None:
    killed = Run(project, port)
    killed.until_ready()
    for pid in (killed.process.pid, *children(project)):
        os.kill(pid, signal.SIGKILL)
    killed.process.wait()

    run = Run(project, port)
    run.until_ready()

    assert run.end(signal.SIGTERM) == 0


def test_what_outlived_a_killed_run_is_ended_and_its_port_used_again(project: Path, port: int) -> None:
    killed = Run(project, port)
    killed.until_ready()
    killed.process.kill()
    killed.process.wait()
    left = children(project)
    assert not is_free(port)

    run = Run(project, port)
    run.until_ready()

    assert "Ended what a killed run had left behind: the schedule, the worker, the web server, the broker" in run.text
    assert not any(exists(pid) for pid in left)
    assert run.end(signal.SIGINT) == 0


def test_a_part_that_dies_ends_the_rest_with_a_sentence(project: Path, port: int) -> None:
    run = Run(project, port)
    run.until_ready()
    started = children(project)
    second = Run(project, port)
    assert second.process.wait(30) == 1
    assert second.text.strip() == (
        f"Countersign already runs from this folder (process {run.process.pid}). Stop it first with Ctrl-C in its window."
    )

    os.kill(started[3], signal.SIGKILL)
    code = run.process.wait(60)

    assert code == 1
    assert "ended by itself, so everything was stopped. Its log is var/log/" in run.text
    assert "Traceback" not in run.text
    assert not any(exists(pid) for pid in started)
