"""Everything that has to be there before the program or its tests can start; quick when it is."""

import re
import shutil
import subprocess

from runner import python_environment, system_packages
from runner.processes import only_one
from runner.terminal import ROOT, VAR, CannotGoOn, say

OLDEST_NODE = 18


def make_ready(*, for_tests: bool) -> None:
    """System packages, the Python environment, the front-end assets."""
    busy = "Waiting for another set-up in this folder (process {pid}) to be done."
    with only_one(VAR / "setup.lock", otherwise=busy, wait=True):
        system_packages.make_sure(for_tests=for_tests)
        python_environment.make_sure(for_tests=for_tests)
        _build_assets()
        if for_tests and system_packages.browser() is None:
            _fetch_browser()


def _build_assets() -> None:
    """bin/assets knows itself whether anything changed; Node.js comes from a Python wheel where the machine has none."""
    if not _has_node():
        python_environment.install([ROOT / "requirements-node.txt"], "Node.js, which builds the styles,")
    command = [str(python_environment.PYTHON), str(ROOT / "bin" / "assets")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as building:
        for line in building.stdout or ():
            say(line.rstrip())
    if building.returncode:
        raise CannotGoOn("The front-end assets could not be built; the line above says why. Then start this again.")


def _has_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)", answer)
    return version is not None and int(version[1]) >= OLDEST_NODE


def _fetch_browser() -> None:
    """Where the system has no Chromium package (macOS, Ubuntu), playwright brings its own."""
    command = [str(python_environment.PYTHON), "-m", "playwright", "install", "chromium"]
    if subprocess.run(command, check=False).returncode:
        raise CannotGoOn(
            "The tests need a browser and none could be fetched. "
            "Install Chromium or Chrome, or set CHROMIUM to the path of one, then start this again."
        )
