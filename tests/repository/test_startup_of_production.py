"""Production refuses to start with anything that would leave people unprotected: real processes, real settings."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from runner.terminal import ROOT

from records.sealing import CERTIFICATE_NAME, KEY_NAME, ensure_demo_keys

# A process each, a second each
pytestmark = pytest.mark.slow

SOUND = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "countersign.example",
    "SITE_URL": "https://countersign.example",
    "ORGANISATION_NAME": "Example authority",
    "EMAIL_HOST": "mail.countersign.example",
    "DEFAULT_FROM_EMAIL": "countersign@countersign.example",
    "SEAL_KEY_FILE": "/run/secrets/seal_key",
    "SEAL_CERTIFICATE_FILE": "/run/secrets/seal_certificate",
}
LOAD_SETTINGS = "from django.conf import settings; settings.DEBUG; print('started')"
LOAD_WEB = "import config.wsgi; print('started')"


def start(code: str, changes: Mapping[str, str | None]) -> subprocess.CompletedProcess[str]:
    kept = ("PATH", "HOME", "STATE_DIR", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DYLD_FALLBACK_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | SOUND
    for name, value in changes.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def database(committed_db: str) -> Mapping[str, str]:
    """Addresses of a database with all tables, for each of the two roles."""
    return {
        name: re.sub(r"/[^/?]+\?", f"/{committed_db}?", os.environ[name])
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }


def test_starts_with_everything_as_it_should_be() -> None:
    assert start(LOAD_SETTINGS, {}).stdout == "started\n"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "Set SECRET_KEY"),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "demo-only-not-a-secret-and-refused-in-production"}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "change-me" * 10}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "a" * 80}, "Set SECRET_KEY"),
        ({"DEBUG": "1"}, "DEBUG cannot be switched on"),
        ({"DEBUG": "True"}, "DEBUG cannot be switched on"),
        ({"DEBUG": "yes"}, "DEBUG cannot be switched on"),
        ({"SESSION_IDLE_MINUTES": "14"}, "Set SESSION_IDLE_MINUTES"),
        ({"SESSION_IDLE_MINUTES": "31"}, "Set SESSION_IDLE_MINUTES"),
        ({"ALLOWED_HOSTS": None}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS"),
        ({"SEAL_KEY_FILE": None}, "Set SEAL_KEY_FILE"),
        ({"SEAL_CERTIFICATE_FILE": None}, "Set SEAL_KEY_FILE and SEAL_CERTIFICATE_FILE"),
        ({"ORGANISATION_NAME": None}, "Set ORGANISATION_NAME"),
        ({"EMAIL_HOST": ""}, "Set EMAIL_HOST"),
        ({"DEFAULT_FROM_EMAIL": None}, "Set EMAIL_HOST and DEFAULT_FROM_EMAIL"),
        ({"DATABASE_URL": None}, "Set DATABASE_URL"),
        ({"REDIS_URL": None}, "Set REDIS_URL"),
    ],
)
def test_refuses_with_a_sentence(changes: dict[str, str | None], sentence: str) -> None:
    done = start(LOAD_SETTINGS, changes)

    assert done.returncode != 0
    assert "started" not in done.stdout
    assert "ImproperlyConfigured" in done.stderr
    assert sentence in done.stderr.splitlines()[-1]


def test_the_demo_s_key_is_one_that_production_refuses() -> None:
    loaded = start(
        "from django.conf import settings; print(settings.SECRET_KEY)",
        {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "SECRET_KEY": None},
    )

    refused = start(LOAD_SETTINGS, {"SECRET_KEY": loaded.stdout.strip()})

    assert loaded.stdout.strip()
    assert "Set SECRET_KEY" in refused.stderr


def test_debug_stays_off_whatever_the_environment_says() -> None:
    for value in ("", "0", "false", "False"):
        done = start("from django.conf import settings; print(settings.DEBUG)", {"DEBUG": value})
        assert done.stdout == "False\n", value


@pytest.fixture
def seal(tmp_path: Path) -> Mapping[str, str]:
    """A key and its certificate."""
    folder = ensure_demo_keys(tmp_path / "keys")
    return {"SEAL_KEY_FILE": str(folder / KEY_NAME), "SEAL_CERTIFICATE_FILE": str(folder / CERTIFICATE_NAME)}


@pytest.mark.parametrize("module", ["celery", "wsgi"])
def test_without_a_word_about_settings_it_is_production(module: str) -> None:
    code = f"import config.{module}; from django.conf import settings; print(settings.DEMO)"

    done = start(code, {"DJANGO_SETTINGS_MODULE": None, "SECRET_KEY": "short"})

    assert "Set SECRET_KEY" in done.stderr


def test_a_command_without_a_word_about_settings_says_what_to_set() -> None:
    code = "import runpy, sys; sys.argv = ['manage.py', 'check']; runpy.run_path('manage.py', run_name='__main__')"

    done = start(code, {"DJANGO_SETTINGS_MODULE": None})

    assert done.returncode == 1
    assert done.stderr.startswith("Set DJANGO_SETTINGS_MODULE to config.settings.production")


@pytest.mark.parametrize("code", [LOAD_WEB, "from config.celery import app; app.start(['worker'])"])
def test_refuses_to_start_with_a_key_that_is_not_there(code: str, database: Mapping[str, str]) -> None:
    done = start(code, {"DATABASE_URL": database["DATABASE_URL"], "SEAL_KEY_FILE": "/no/such"})

    assert done.returncode != 0
    assert "The sealing key or certificate cannot be read" in done.stderr


def test_web_server_starts_as_the_runtime_role(database: Mapping[str, str], seal: Mapping[str, str]) -> None:
    done = start(LOAD_WEB, {"DATABASE_URL": database["DATABASE_URL"], **seal})

    assert done.stdout == "started\n", done.stderr


def test_web_server_refuses_the_role_that_owns_the_tables(database: Mapping[str, str]) -> None:
    done = start(LOAD_WEB, {"DATABASE_URL": database["DATABASE_OWNER_URL"]})

    assert done.returncode != 0
    assert "names a database role that owns the tables" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("what", ["beat", "worker"])
def test_worker_and_schedule_refuse_it_too(what: str, database: Mapping[str, str]) -> None:
    code = f"from config.celery import app; app.start(['{what}'])"

    done = start(code, {"DATABASE_URL": database["DATABASE_OWNER_URL"]})

    assert done.returncode != 0
    assert "names a database role that owns the tables" in done.stderr


def test_nothing_of_the_demo_is_there(database: Mapping[str, str], seal: Mapping[str, str]) -> None:
    code = """
import config.wsgi
from django.conf import settings
from django.urls import get_resolver
print(settings.DEMO, any("demo" in str(entry.pattern) for entry in get_resolver().url_patterns))
"""

    done = start(code, {"DATABASE_URL": database["DATABASE_URL"], **seal})

    assert done.stdout == "False False\n", done.stderr
