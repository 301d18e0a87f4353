"""bin/run [--port N] [--no-demo] [--policy ID]"""

import argparse
import errno
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress

from runner import postgres, python_environment, secrets_file, setup, system_packages, valkey
from runner.processes import Process, Processes, clear_leftovers, only_one
from runner.terminal import OTHER_POLICY, ROOT, VAR, CannotGoOn, in_words, last_lines, say

LOGS = VAR / "log"
NOTES = VAR / "processes"
TWICE = "Countersign already runs from this folder (process {pid}). Stop it first with Ctrl-C in its window."


class Interrupted(KeyboardInterrupt):
    """Somebody asked for the end: Ctrl-C, kill, or a terminal that was closed."""


def main(arguments: list[str]) -> int:
    """Start everything, wait, stop everything."""
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Start the whole program on this machine. DATABASE_URL (with DATABASE_OWNER_URL) and REDIS_URL "
        "take the place of the embedded PostgreSQL and broker.",
    )
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="default: 8000")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    parser.add_argument(
        "--policy",
        choices=sorted(path.stem for path in (ROOT / "policies" / "packs").glob("*.yaml")),
        help="by which policy the demo authority goes, where the database is empty; default: shropshire-2017",
    )
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)

    VAR.mkdir(exist_ok=True, mode=0o711)
    with only_one(VAR / "run.lock", otherwise=TWICE):
        ended = clear_leftovers(NOTES)
        if ended:
            say(f"Ended what a killed run had left behind: {', '.join(ended)}.")
        _check_port(options.port, patience=3 if ended else 0)
        processes = Processes(NOTES)
        try:
            setup.make_ready(for_tests=False)
            _start(processes, port=options.port, demo=not options.no_demo, policy=options.policy)
            _watch(processes)
        except Interrupted:
            say("\nStopping.")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            processes.stop()
    say("Stopped. What was written stays where it is; bin/run starts it again.")
    return 0


def _interrupt(number: int, _frame: object) -> None:
    raise Interrupted(number)


def _check_port(port: int, *, patience: float) -> None:
    """Before anything slow: whether the web server will be able to listen."""
    until = time.monotonic() + patience
    while True:
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(("127.0.0.1", port))
                listener.listen()
        except PermissionError as error:
            raise CannotGoOn(f"Port {port} needs root. Choose one above 1023: bin/run --port 8000") from error
        except OverflowError as error:
            raise CannotGoOn(f"There is no port {port}. Choose one from 1024 to 65535: bin/run --port 8000") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotGoOn(
                    f"Port {port} cannot be used: {error.strerror}. Try: bin/run --port {port + 1}"
                ) from error
            if time.monotonic() > until:
                raise CannotGoOn(
                    f"Port {port} is taken by another program. Choose another: bin/run --port {port + 1}"
                ) from error
            time.sleep(0.2)
        else:
            return


def _start(processes: Processes, *, port: int, demo: bool, policy: str | None) -> None:
    secrets = secrets_file.keep(VAR / "secrets.json")
    address = f"http://localhost:{port}"
    environment = {
        **os.environ,
        **system_packages.library_environment(),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.demo"),
        "SECRET_KEY": os.environ.get("SECRET_KEY", secrets["SECRET_KEY"]),
        "STATE_DIR": os.environ.get("STATE_DIR", str(VAR)),
        "SITE_URL": os.environ.get("SITE_URL", address),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        **_servers(processes, secrets),
    }
    people = _prepare(environment, demo=demo, policy=policy)
    _start_program(processes, environment, port)
    say(f"\n{people}\n" if people else "")
    say(f"Countersign is at {address}/")
    say(f"Ctrl-C stops it. Logs are in {in_words(LOGS)}.")


def _servers(processes: Processes, secrets: dict[str, str]) -> dict[str, str]:
    """The embedded servers, each unless the environment names another."""
    answers: dict[str, str] = {}
    site_packages = python_environment.site_packages()
    if not os.environ.get("DATABASE_URL"):
        say("Starting PostgreSQL.")
        passwords = postgres.Passwords(*(secrets[name] for name in ("postgres", "countersign_owner", "countersign")))
        server = postgres.start(
            base=VAR,
            site_packages=site_packages,
            passwords=passwords,
            project=ROOT,
            processes=processes,
            log=LOGS / "postgresql.log",
            lasting=True,
        )
        answers |= postgres.environment_of(server)
    if not os.environ.get("REDIS_URL"):
        say("Starting the broker.")
        broker = valkey.start(
            base=VAR, site_packages=site_packages, processes=processes, log=LOGS / "valkey.log", lasting=True
        )
        answers |= valkey.environment_of(broker)
    return answers


def _prepare(environment: dict[str, str], *, demo: bool, policy: str | None) -> str:
    """Migrate, protect, load the demo authority where the database is empty; the demo people, as they are to be shown."""
    say("Bringing the database up to date.")
    people = VAR / "demo-people.txt"
    people.unlink(missing_ok=True)
    log = LOGS / "prepare.log"
    LOGS.mkdir(parents=True, exist_ok=True)
    command = [str(python_environment.PYTHON), "-m", "runner.prepare", *([str(people), policy or ""] if demo else [])]
    path = os.pathsep.join(filter(None, [str(ROOT), str(ROOT / "bin"), os.environ.get("PYTHONPATH")]))
    with log.open("wb") as errors:
        # A session of its own, as for all others: Ctrl-C ends it here, in order
        done = subprocess.Popen(
            command, cwd=ROOT, env=environment | {"PYTHONPATH": path}, stderr=errors, start_new_session=True
        )
        try:
            code = done.wait()
        except BaseException:
            done.terminate()
            done.wait()
            raise
    if code == OTHER_POLICY:
        raise CannotGoOn(last_lines(log, 1).strip())
    if code:
        raise CannotGoOn(
            f"The database could not be brought up to date. The log is {in_words(log)}; it ends:\n{last_lines(log)}"
        )
    return people.read_text().rstrip() if people.exists() else ""


def _start_program(processes: Processes, environment: dict[str, str], port: int) -> None:
    say("Starting the web server, the worker and the schedule.")
    python = str(python_environment.PYTHON)
    # The schedule's notes are a cache: a file that a killed run left half-written must not stop the next
    for old in VAR.glob("schedule*"):
        old.unlink()
    web = [python, "-m", "gunicorn", "config.wsgi:application", "--no-control-socket", "--bind", f"127.0.0.1:{port}"]
    web += [
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--timeout",
        "60",
        "--graceful-timeout",
        "5",
    ]
    celery = [python, "-m", "celery", "--app", "config", "--quiet"]
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel", "INFO", "--schedule", str(VAR / "schedule"), "--pidfile", ""]
    server = processes.start("the web server", web, log=LOGS / "web.log", environment=environment, folder=ROOT)
    processes.start("the worker", worker, log=LOGS / "worker.log", environment=environment, folder=ROOT)
    processes.start("the schedule", beat, log=LOGS / "beat.log", environment=environment, folder=ROOT)
    _wait_until_it_answers(server, f"http://127.0.0.1:{port}/")


def _wait_until_it_answers(server: Process, address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not server.is_alive():
            break
        with suppress(OSError):
            try:
                urllib.request.urlopen(address, timeout=10).close()  # noqa: S310
            except urllib.error.HTTPError as error:
                if error.code >= 500:
                    break
            return
        time.sleep(0.1)
    raise CannotGoOn(
        f"The web server did not start as it should. Its log is {in_words(server.log)}; it ends:\n{last_lines(server.log)}"
    )


def _watch(processes: Processes) -> None:
    """Until somebody stops it, or one of the processes ends by itself."""
    while True:
        if dead := processes.first_dead():
            raise CannotGoOn(
                f"{dead.name[0].upper()}{dead.name[1:]} ended by itself, so everything was stopped. "
                f"Its log is {in_words(dead.log)}; it ends:\n{last_lines(dead.log)}\nType bin/run to start again."
            )
        time.sleep(0.5)
