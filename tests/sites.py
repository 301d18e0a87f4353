"""The whole program as real processes on a database of its own: gunicorn, and a Celery worker where asked."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from runner.processes import Process, Processes
from runner.terminal import ROOT

from tests.databases import TEMPLATE, clone_of, make_once
from tests.surroundings import FIRST_FOR_SITES, broker_addresses

DEMO_TEMPLATE = "countersign_demo_template"
BROKER_DATABASES = 64


@dataclass(frozen=True)
class Site:
    """A running site: where it is, which database it uses, and the environment of its processes."""

    url: str
    database: str
    state: Path
    environment: Mapping[str, str]
    processes: Mapping[str, Process]

    def manage(self, *command: str) -> str:
        """Run a management command on this site's database; what it prints."""
        return _manage(self.environment, *command)

    def log(self, name: str = "web") -> str:
        """What a process of the site has written: web, worker."""
        return self.processes[name].log.read_text(errors="replace")


StartSite = Callable[..., Site]


@pytest.fixture(scope="session")
def demo_template(django_db_setup: None) -> Path:
    """A database with the demo authority, made once and only ever cloned; the folder of its stored files."""
    state = _folder() / "demo-state"

    def load(name: str) -> None:
        _manage(_environment(name, state, 0), "load_demo")

    make_once(DEMO_TEMPLATE, template=TEMPLATE, fill=load)
    return state


@pytest.fixture
def start_site(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[StartSite]:
    """Start a site: ``start_site(demo=True, worker=False, beat=False, settings=..., wsgi=..., workers=1, extra={})``."""
    with ExitStack() as until_the_end:

        def start(
            *,
            demo: bool = True,
            worker: bool = False,
            beat: bool = False,
            wsgi: str = "config.wsgi:application",
            workers: int = 1,
            extra: Mapping[str, str] | None = None,
        ) -> Site:
            folder = tmp_path / f"site-{len(list(tmp_path.glob('site-*')))}"
            folder.mkdir()
            state = folder / "state"
            if demo:
                shutil.copytree(request.getfixturevalue("demo_template"), state)
            else:
                request.getfixturevalue("django_db_setup")
                state.mkdir()
            database = until_the_end.enter_context(clone_of(DEMO_TEMPLATE if demo else TEMPLATE))
            processes = Processes(_folder() / "processes", forget=False)
            until_the_end.callback(processes.stop)
            port = _free_port()
            environment = {
                **_environment(database, state, _free_broker_database()),
                "SITE_URL": f"http://localhost:{port}",
                **(extra or {}),
            }
            python, started = sys.executable, {}
            commands = {
                "web": [
                    *(
                        python,
                        "-m",
                        "gunicorn",
                        wsgi,
                        "--no-control-socket",
                        "--bind",
                        f"127.0.0.1:{port}",
                        "--worker-class",
                        "gthread",
                    ),
                    *("--workers", str(workers), "--threads", "8", "--graceful-timeout", "1"),
                ],
                "worker": [
                    *(python, "-m", "celery", "--app", "config", "--quiet", "worker", "--concurrency", "1"),
                    *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
                ],
                "beat": [
                    *(python, "-m", "celery", "--app", "config", "--quiet", "beat", "--loglevel", "INFO"),
                    *("--schedule", str(folder / "schedule"), "--pidfile", ""),
                ],
            }
            for name, wanted in {"web": True, "worker": worker, "beat": beat}.items():
                if wanted:
                    log = folder / f"{name}.log"
                    started[name] = processes.start(
                        name, commands[name], log=log, environment=environment, folder=ROOT, patience=5
                    )
            url = f"http://localhost:{port}"
            _wait_for(f"http://127.0.0.1:{port}/", started["web"])
            return Site(url, database, state, environment, started)

        yield start


@pytest.fixture
def live_site(start_site: StartSite) -> Site:
    """The demo authority behind a real web server, on a database of this test's own."""
    return start_site()


@pytest.fixture
def live_site_with_worker(start_site: StartSite) -> Site:
    """The same with a Celery worker, which renders PDFs and sends mail."""
    return start_site(worker=True)


def _folder() -> Path:
    """The folder of this run of bin/test."""
    return Path(os.environ["STATE_DIR"]).parent


def _environment(database: str, state: Path, broker_database: int) -> dict[str, str]:
    addresses = {
        name: re.sub(r"/[^/?]+\?", f"/{database}?", os.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        **addresses,
        **broker_addresses(broker_database),
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "STATE_DIR": str(state),
        "PYTHONUNBUFFERED": "1",
    }


def _manage(environment: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=dict(environment), capture_output=True, text=True
    )
    assert done.returncode == 0, f"manage.py {' '.join(command)} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _free_broker_database() -> int:
    """One of the broker's databases that no site uses now, emptied."""
    counter = redis.Redis.from_url(broker_addresses(FIRST_FOR_SITES - 1)["REDIS_URL"])
    number = FIRST_FOR_SITES + int(str(counter.incr("sites"))) % (BROKER_DATABASES - FIRST_FOR_SITES)
    counter.close()
    own = redis.Redis.from_url(broker_addresses(number)["REDIS_URL"])
    own.flushdb()
    own.close()
    return number


def _wait_for(address: str, server: Process) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and server.is_alive():
        try:
            urllib.request.urlopen(address, timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                return
            break
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the site did not start:\n{server.log.read_text(errors='replace')[-3000:]}")
