"""bin/prove [CAMPAIGN ...] [--quick | --full | --size N] [--json FILE]"""

import os
import subprocess

from runner import python_environment, servers, setup
from runner.commands.test import environment_for_tests
from runner.terminal import ROOT, say_aside


def main(arguments: list[str]) -> int:
    """Run the campaigns on servers of its own, which are gone afterwards; the exit code is that of ``python -m prove``."""
    say_aside()
    setup.make_ready(for_tests=True)
    command = [str(python_environment.PYTHON), "-m", "prove", *arguments]
    if {"--help", "-h"} & set(arguments):
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    with servers.temporary_servers(careful=True) as addresses:
        environment = environment_for_tests(addresses) | {
            "DJANGO_SETTINGS_MODULE": "prove.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "bin")]),
        }
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
