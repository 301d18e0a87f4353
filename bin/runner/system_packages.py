"""What the machine itself must have: a Python that can make environments, the PDF libraries, the tests' programs."""

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.terminal import VAR, CannotGoOn, in_words, last_lines, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
LOG = VAR / "log" / "setup.log"


@dataclass(frozen=True)
class Need:
    """One thing, how to see that it is there, and what it is called in each package manager."""

    what: str
    present: bool
    apt: str
    brew: str


def make_sure(*, for_tests: bool) -> None:
    """Install what is missing where we may; otherwise stop with the one command to type."""
    missing = [need for need in needs(for_tests=for_tests) if not need.present]
    if not missing:
        return
    what = ", ".join(dict.fromkeys(need.what for need in missing))
    if shutil.which("apt-get"):
        _with_apt(what, _names(need.apt for need in missing))
    else:
        names = _names(need.brew for need in missing)
        how = "Type: brew install " + " ".join(names) if sys.platform == "darwin" else _for_others(missing)
        raise CannotGoOn(f"This machine lacks {what}. {how}")
    if still := [need.what for need in needs(for_tests=for_tests) if not need.present]:
        raise CannotGoOn(
            f"The packages were installed, and {', '.join(still)} still cannot be found. See {in_words(LOG)}."
        )


def needs(*, for_tests: bool) -> list[Need]:
    """Everything that has to be on the machine, with whether it is."""
    linux = sys.platform == "linux"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    venv = importlib.util.find_spec("ensurepip") is not None
    listed = [
        Need("Python's venv module", venv, f"python{version}-venv", "python"),
        Need("the PDF libraries", _loads("libpango-1.0.so.0", "libpango-1.0.dylib"), "libpango-1.0-0", "pango"),
        Need(
            "the PDF libraries", _loads("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"), "libpangoft2-1.0-0", "pango"
        ),
        Need(
            "the PDF libraries",
            _loads("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
            "libharfbuzz-subset0",
            "harfbuzz",
        ),
        Need("a font", not linux or any(Path("/usr/share/fonts").rglob("*.ttf")), "fonts-dejavu-core", "pango"),
    ]
    if for_tests:
        listed += [
            Need("a browser", browser() is not None or not _is_debian(), "chromium", ""),
            Need("PDF tools", bool(shutil.which("pdfsig") and shutil.which("pdftotext")), "poppler-utils", "poppler"),
            Need("PDF tools", shutil.which("qpdf") is not None, "qpdf", "qpdf"),
            Need("certificate tools", shutil.which("certutil") is not None, "libnss3-tools", "nss"),
        ]
    return listed


def browser() -> str | None:
    """The Chromium or Chrome of this machine, or the one that CHROMIUM names."""
    if told := os.environ.get("CHROMIUM"):
        return told
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or next((path for path in MAC_BROWSERS if Path(path).exists()), None)


def library_environment() -> dict[str, str]:
    """On macOS, where Homebrew's libraries are; elsewhere nothing."""
    if platform.system() != "Darwin":
        return {}
    folders = [folder for folder in ("/opt/homebrew/lib", "/usr/local/lib") if Path(folder).is_dir()]
    return {"DYLD_FALLBACK_LIBRARY_PATH": ":".join(folders)}


def _is_debian() -> bool:
    """Whether ``chromium`` is a package of the system's manager: so on Debian, not on Ubuntu, where it is a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "\nID=debian" in f"\n{release.read_text()}"


def _loads(linux: str, mac: str) -> bool:
    if sys.platform == "darwin":
        return any(Path(folder, mac).exists() for folder in ("/opt/homebrew/lib", "/usr/local/lib"))
    try:
        ctypes.CDLL(linux)
    except OSError:
        return False
    return True


def _names(names: object) -> list[str]:
    return sorted({name for name in names if name})  # type: ignore[attr-defined]


def _for_others(missing: Sequence[Need]) -> str:
    return f"Install what Debian calls {', '.join(_names(need.apt for need in missing))}, then start this again."


def _with_apt(what: str, names: Sequence[str]) -> None:
    if os.geteuid() != 0:
        raise CannotGoOn(
            f"This machine lacks {what}. Type: sudo apt-get update && sudo apt-get install -y {' '.join(names)}"
        )
    say(f"Installing {what} with apt-get: {' '.join(names)}.")
    if not _apt(["install", *names]):
        say("Reading the lists of Debian packages anew, since that did not work with those at hand.")
        if not (_apt(["update"]) and _apt(["install", *names])):
            raise CannotGoOn(
                f"apt-get could not install {what}. Type: apt-get update && apt-get install -y {' '.join(names)}\n"
                f"{last_lines(LOG)}"
            )


def _apt(arguments: Sequence[str]) -> bool:
    command = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "--no-install-recommends", *arguments]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("ab") as log:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, check=False)
    return done.returncode == 0
