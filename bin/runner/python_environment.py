"""The Python environment in .venv, with the pinned packages; made anew only when something about it changed."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from runner.system_packages import LOG
from runner.terminal import ROOT, CannotGoOn, in_words, last_lines, say

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
PIP = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--root-user-action=ignore"]


def make_sure(*, for_tests: bool) -> None:
    """Make the environment where there is none that works, and install what the requirement files pin."""
    if not _works():
        _make()
    to_run = [ROOT / "requirements.txt", ROOT / "requirements-embedded.txt"]
    if for_tests:
        install([*to_run, ROOT / "requirements-dev.txt"], "the tests' Python packages")
        _note(to_run)  # what the tests need holds all that a run needs
    else:
        install(to_run, "Python packages")


def install(files: list[Path], what: str) -> None:
    """Install requirement files unless exactly these were installed before."""
    stamp = _stamp(files)
    if stamp.exists() and stamp.read_text() == _digest(files):
        return
    say(f"Installing {what} into {in_words(FOLDER)} (a minute or two the first time).")
    arguments = [part for file in files for part in ("-r", str(file))]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("ab") as log:
        command = [str(PYTHON), *PIP, *arguments, "-c", str(ROOT / "constraints.txt")]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise CannotGoOn(
            f"The Python packages could not be installed. Check that this machine reaches its package index, "
            f"then start this again. The whole output is in {in_words(LOG)}; it ends:\n{last_lines(LOG)}"
        )
    _note(files)


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    return FOLDER / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def _works() -> bool:
    if not (PYTHON.exists() and site_packages().is_dir()):
        return False
    return subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode == 0


def _make() -> None:
    say(f"Making the Python environment in {in_words(FOLDER)} (Python {sys.version.split()[0]}).")
    shutil.rmtree(FOLDER, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotGoOn(f"Python could not make its environment in {in_words(FOLDER)}:\n{done.stdout}{done.stderr}")


def _stamp(files: list[Path]) -> Path:
    return FOLDER / f"installed-{'-'.join(file.stem.removeprefix('requirements-') for file in files)}"


def _note(files: list[Path]) -> None:
    """Remember that exactly these files are installed."""
    _stamp(files).write_text(_digest(files))


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in [*files, ROOT / "constraints.txt"]:
        digest.update(file.read_bytes())
    return digest.hexdigest()
