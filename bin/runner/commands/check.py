"""bin/check [NAME ...]"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner import python_environment, servers, setup
from runner.commands.test import environment_for_tests
from runner.terminal import ROOT, say

ROOMS = (
    "config",
    "core",
    "outbox",
    "trail",
    "policies",
    "documents",
    "staff",
    "cases",
    "records",
    "notifications",
    "supervision",
    "audits",
    "archive",
    "compliance",
)


@dataclass(frozen=True)
class Check:
    """One thing to look at."""

    name: str
    what: str
    command: Callable[[], Sequence[str]]
    needs_database: bool = False
    production: bool = False


def main(arguments: list[str]) -> int:
    """Run every check, say how each went, fail when one did."""
    parser = argparse.ArgumentParser(
        prog="bin/check", description="Checks: " + "; ".join(f"{c.name}: {c.what}" for c in CHECKS)
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these", choices=[[], *(c.name for c in CHECKS)])
    options = parser.parse_args(arguments)
    chosen = [check for check in CHECKS if not options.names or check.name in options.names]
    setup.make_ready(for_tests=True)
    failed = [check for check in chosen if not check.needs_database and not _holds(check, dict(os.environ))]
    if with_database := [check for check in chosen if check.needs_database]:
        with servers.temporary_servers() as addresses:
            environment = environment_for_tests(addresses)
            _migrate(environment)
            failed += [check for check in with_database if not _holds(check, environment)]
    say(f"{len(chosen) - len(failed)} checks hold, {len(failed)} do not" + "".join(f"; {c.name}" for c in failed) + ".")
    return 1 if failed else 0


def _holds(check: Check, environment: dict[str, str]) -> bool:
    began = time.monotonic()
    if check.production:
        environment = environment | _production(environment)
        environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    done = subprocess.run(
        check.command(),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    say(
        f"{'holds ' if done.returncode == 0 else 'FAILS '} {check.name}: {check.what} ({time.monotonic() - began:.1f} s)"
    )
    if done.returncode:
        sys.stdout.write(done.stdout)
    return done.returncode == 0


def _migrate(environment: dict[str, str]) -> None:
    for command in (["migrate", "--database", "owner", "--verbosity", "0"], ["protect_tables", "--verbosity", "0"]):
        subprocess.run(_manage(*command)(), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)


def _production(environment: dict[str, str]) -> dict[str, str]:
    """Settings that a real authority would give, thrown away afterwards."""
    state = Path(environment["STATE_DIR"])
    state.mkdir(parents=True, exist_ok=True)
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "countersign.example",
        "SITE_URL": "https://countersign.example",
        "ORGANISATION_NAME": "Example authority",
        "EMAIL_HOST": "mail.countersign.example",
        "DEFAULT_FROM_EMAIL": "countersign@countersign.example",
        "SEAL_KEY_FILE": str(state / "seal.key"),
        "SEAL_CERTIFICATE_FILE": str(state / "seal.crt"),
    }


def _tool(*command: str) -> Callable[[], Sequence[str]]:
    return lambda: [str(python_environment.PYTHON), "-m", *command]


def _program(name: str, *arguments: str) -> Callable[[], Sequence[str]]:
    return lambda: [str(python_environment.PYTHON.with_name(name)), *arguments]


def _manage(*command: str) -> Callable[[], Sequence[str]]:
    return lambda: [str(python_environment.PYTHON), "manage.py", *command]


def _on_files(name: str, *arguments: str, files: Callable[[], Iterable[Path]]) -> Callable[[], Sequence[str]]:
    return lambda: [str(python_environment.PYTHON.with_name(name)), *arguments, *sorted(map(str, files()))]


def _python_files() -> Iterable[Path]:
    return (path for room in (*ROOMS, "tests") for path in (ROOT / room).rglob("*.py"))


def _templates() -> Iterable[Path]:
    return (ROOT / "templates").rglob("*.html")


CHECKS = [
    Check("format", "ruff's format", _tool("ruff", "format", "--check", "--quiet", ".")),
    Check("lint", "ruff's rules", _tool("ruff", "check", "--quiet", ".")),
    Check("templates", "djade's format of templates", _on_files("djade", "--check", files=_templates)),
    Check("django", "nothing out of date for Django", _on_files("django-upgrade", "--check", files=_python_files)),
    Check("imports", "which room looks into which", _program("lint-imports", "--no-logo")),
    Check("types", "mypy", _tool("mypy")),
    Check("migrations", "none is missing", _manage("makemigrations", "--check", "--dry-run"), needs_database=True),
    Check(
        "tables", "privileges and constraints as declared", _manage("protect_tables", "--check"), needs_database=True
    ),
    Check(
        "deployment",
        "no warning with production's settings",
        _manage("check", "--deploy", "--fail-level", "WARNING", "--database", "default"),
        needs_database=True,
        production=True,
    ),
]
