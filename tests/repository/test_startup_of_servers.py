"""The embedded servers and bin/run where something is in the way: one plain sentence, and the next start works."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from runner import postgres, python_environment, valkey
from runner.processes import Processes, birth_of, clear_leftovers
from runner.terminal import ROOT, CannotGoOn

from core.startup import POWERS

PASSWORDS = postgres.Passwords("one", "two", "three")


@pytest.fixture
def base() -> Generator[Path]:
    """A folder that the database's user can enter; pytest's own is closed to all but its owner."""
    folder = Path(tempfile.mkdtemp(prefix="countersign-startup-"))
    folder.chmod(0o711)
    yield folder
    clear_leftovers(folder / "processes")
    shutil.rmtree(folder)


def start_postgres(base: Path, *, careful: bool = False) -> tuple[postgres.Postgres, Processes]:
    processes = Processes(base / "processes")
    server = postgres.start(
        base=base,
        site_packages=python_environment.site_packages(),
        passwords=PASSWORDS,
        project=ROOT,
        processes=processes,
        log=base / "postgresql.log",
        lasting=True,
        careful=careful,
    )
    return server, processes


@contextmanager
def connected(url: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@pytest.mark.slow
def test_postgresql_starts_after_it_was_killed_and_keeps_what_was_committed(base: Path) -> None:
    server, processes = start_postgres(base, careful=True)
    with connected(server.owner_url) as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    processes.started[0].handle.kill()
    processes.started[0].handle.wait()

    again, processes = start_postgres(base)

    with connected(again.owner_url) as cursor:
        cursor.execute("SELECT answer FROM kept")
        assert cursor.fetchone() == (42,)
    processes.stop()


@pytest.mark.slow
def test_postgresql_starts_when_another_program_has_the_number_of_the_killed_one(base: Path) -> None:
    server, processes = start_postgres(base)
    processes.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n{server.socket_folder}\n\n\n")

    _, processes = start_postgres(base)

    assert processes.first_dead() is None
    processes.stop()


@pytest.mark.slow
def test_servers_that_a_killed_run_left_are_ended_before_the_next_start(base: Path) -> None:
    _, killed_run = start_postgres(base)
    left = killed_run.started[0].handle.pid

    ended = clear_leftovers(base / "processes")

    killed_run.started[0].handle.wait()
    assert ended == ["PostgreSQL"]
    assert birth_of(left) is None
    _, processes = start_postgres(base)
    processes.stop()


@pytest.mark.slow
def test_a_data_folder_that_was_half_made_is_made_anew(base: Path) -> None:
    unfinished = base / "postgresql" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")

    _, processes = start_postgres(base)

    assert not unfinished.exists()
    processes.stop()


@pytest.mark.slow
def test_database_of_another_major_version_is_refused_with_a_sentence(base: Path) -> None:
    data = base / "postgresql" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")

    with pytest.raises(CannotGoOn, match="made by PostgreSQL 17; this program uses 18"):
        start_postgres(base)


@pytest.mark.slow
def test_roles_can_do_no_more_than_they_should(base: Path) -> None:
    server, processes = start_postgres(base)

    with connected(server.runtime_url) as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = USER")
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone() == ("countersign_owner",)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), connected(server.runtime_url) as cursor:
        cursor.execute("CREATE TABLE mine (n int)")
    with connected(server.owner_url) as cursor:
        cursor.execute("CREATE EXTENSION btree_gist")
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(server.runtime_url.replace(":three@", ":wrong@"))
    processes.stop()


@pytest.mark.slow
def test_a_runtime_role_that_may_become_the_owner_is_found(base: Path) -> None:
    server, processes = start_postgres(base)
    superuser = server.owner_url.replace(f"{postgres.OWNER}:{PASSWORDS.owner}", f"postgres:{PASSWORDS.superuser}")
    found = []

    for sentence in ("SELECT 1", f"GRANT {postgres.OWNER} TO {postgres.RUNTIME}"):
        with connected(superuser) as cursor:
            cursor.execute(sentence)
        with connected(server.runtime_url) as cursor:
            cursor.execute(POWERS)
            found.append(cursor.fetchone())

    assert found == [(False, False), (False, True)]
    processes.stop()


@pytest.mark.slow
def test_postgresql_never_runs_as_root_nor_listens_on_a_port(base: Path) -> None:
    server, processes = start_postgres(base)

    owner = Path(server.data).stat().st_uid
    with connected(server.runtime_url) as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)

    assert owner != 0
    assert oct(server.data.stat().st_mode)[-3:] == "700"
    assert oct(server.socket_folder.stat().st_mode)[-3:] == "700"
    processes.stop()


def test_socket_has_a_short_address_in_a_deep_folder(base: Path) -> None:
    processes = Processes(base / "processes")

    folder = postgres._socket_folder(base / ("deep" * 40), None, processes)

    assert len(str(folder / postgres.SOCKET_NAME)) < 104
    assert clear_leftovers(base / "processes") == []
    assert not folder.exists()


@pytest.mark.slow
def test_broker_starts_over_the_socket_of_a_killed_one_and_keeps_what_it_had(base: Path) -> None:
    def start(processes: Processes) -> valkey.Valkey:
        return valkey.start(
            base=base,
            site_packages=python_environment.site_packages(),
            processes=processes,
            log=base / "valkey.log",
            lasting=True,
        )

    first = Processes(base / "processes")
    broker = start(first)
    assert ask(broker, b"SET kept 42\r\n") == b"+OK"
    time.sleep(1.2)  # the broker writes its journal to disk once a second
    first.started[0].handle.kill()
    first.started[0].handle.wait()
    assert broker.socket_file.exists()

    second = Processes(base / "processes")

    assert ask(start(second), b"GET kept\r\n") == b"$2\r\n42"
    second.stop()


def ask(broker: valkey.Valkey, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(broker.socket_file))
        client.sendall(command)
        return client.recv(100).strip()


def test_notes_of_a_process_whose_number_now_belongs_to_another_end_nothing(base: Path) -> None:
    innocent = subprocess.Popen(["sleep", "60"], start_new_session=True)
    Processes(base / "processes").note(name="the worker", pid=innocent.pid, birth="long ago", ends_on=15)

    ended = clear_leftovers(base / "processes")

    assert ended == []
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_a_process_that_does_not_listen_is_ended_all_the_same(base: Path) -> None:
    processes = Processes(base / "processes")
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    process = processes.start("deaf", [sys.executable, "-c", deaf], log=base / "log", patience=0.5)
    time.sleep(0.3)

    processes.stop()

    assert process.handle.returncode == -signal.SIGKILL


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The commands in another folder, so that nothing here depends on what runs in this one."""
    shutil.copytree(ROOT / "bin", tmp_path / "copy" / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "copy"


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    return subprocess.run(
        [sys.executable, str(copy / "bin" / "run"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_taken_port_is_said_before_anything_slow(copy: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        done = run(copy, "--port", str(port))

    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {port} is taken by another program. Choose another: bin/run --port {port + 1}"
    )
    assert not (copy / ".venv").exists()


def test_a_second_run_on_the_same_data_is_refused(copy: Path) -> None:
    lock = copy / "var" / "run.lock"
    lock.parent.mkdir()
    with lock.open("w") as held:
        held.write("4711")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)

        done = run(copy)

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Countersign already runs from this folder (process 4711). Stop it first with Ctrl-C in its window."
    )


def test_a_port_that_does_not_exist_is_refused(copy: Path) -> None:
    done = run(copy, "--port", "70000")

    assert done.returncode == 1
    assert "There is no port 70000" in done.stderr
    assert "Traceback" not in done.stderr
