"""Nothing in the project names the place where it was made."""

import re
import subprocess

from runner.terminal import ROOT

# Folders of one machine, hosts of package registries, and words that no reader of the project knows
FORBIDDEN = re.compile(
    r"/(?:work|home|root|Users)/\w|registry\.npmjs|files\.pythonhosted|pypi\.org|deb\.debian\.org|\bsubagent\b",
    re.IGNORECASE,
)
ALLOWED = {"tests/repository/test_texts.py"}


def test_no_file_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if name in ALLOWED or not path.is_file():
            continue
        for number, line in enumerate(path.read_bytes().decode(errors="replace").splitlines(), start=1):
            if match := FORBIDDEN.search(line):
                found.append(f"{name}:{number}: {match[0]}")

    assert found == []
