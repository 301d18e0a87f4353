"""bin/trace says which requirements have a passing test, and the list of requirements is whole."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = """
| R001 | 001:12 | Categories. |
| R002 | 001:21 | Strength. |
| R003 | 001:24 | Rules. |
| R004 | 001:42 | Report. |
| R005 | 001:42 | Engagement. |
| R006 | 001:42 | Formal sessions. |
| 14a | A cancelled session | The due date stays. |
| 14b | | A new date is booked. |
"""
TESTS = """
import pytest
from pytest import mark

CASES = [pytest.param(1, marks=pytest.mark.req("R003")), 2]

@pytest.mark.req("R001", "R002")
def test_proves_two():
    pass

@mark.req("R002")
def test_fails():
    assert False

@pytest.mark.parametrize("number", CASES)
def test_by_case(number):
    pass

class TestSession:
    pytestmark = [pytest.mark.scenario(14, "a")]

    def test_clause(self):
        pass

@pytest.mark.xfail
@pytest.mark.req("R005")
def test_expected_to_fail():
    assert False

@pytest.mark.skip
@pytest.mark.req("R006")
def test_skipped():
    pass
"""


@pytest.fixture(scope="module")
def trace() -> ModuleType:
    loader = SourceFileLoader("trace_command", str(ROOT / "bin/trace"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[loader.name] = module  # dataclasses look their module up
    loader.exec_module(module)
    return module


def lay_out(folder: Path) -> Path:
    (folder / "docs").mkdir()
    (folder / "docs/requirements.md").write_text(REQUIREMENTS)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
    (folder / "tests").mkdir()
    (folder / "tests/test_sample.py").write_text(TESTS)
    (folder / "trace_plugin.py").write_text((ROOT / "tests/trace_plugin.py").read_text())
    return folder


def run_pytest(project: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "trace_plugin", *arguments]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr


@pytest.fixture(scope="module")
def already_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lay_out(tmp_path_factory.mktemp("traced"))
    run_pytest(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path, already_run: Path) -> Path:
    """A small project of one's own, after a run of its tests."""
    return shutil.copytree(already_run, tmp_path / "project")


@dataclass(frozen=True)
class Printed:
    code: int
    out: str
    err: str

    @property
    def states(self) -> dict[str, str]:
        row = r"^([RS]\d+[a-z]?) +(passing|failing|not run|none) +\d+  "
        return dict(re.findall(row, self.out, re.MULTILINE))


@pytest.fixture
def run_trace(trace: ModuleType, capsys: pytest.CaptureFixture[str]) -> Callable[..., Printed]:
    def run(project: Path, *arguments: str) -> Printed:
        try:
            code = trace.main(["--root", str(project), *arguments])
        except SystemExit as stop:
            code = 1 if isinstance(stop.code, str) else int(stop.code or 0)
        printed = capsys.readouterr()
        return Printed(code, printed.out, printed.err)

    return run


OUTCOMES = {
    "R001": "passing",
    "R002": "failing",
    "R003": "passing",
    "R004": "none",
    "R005": "failing",  # an expected failure proves nothing
    "R006": "not run",  # nor does a skipped test
    "S14a": "passing",
    "S14b": "none",
}


def test_says_not_run_before_anything_ran(project: Path, run_trace: Callable[..., Printed]) -> None:
    (project / "var/trace.json").unlink()

    found = run_trace(project).states

    assert found == {number: "none" if state == "none" else "not run" for number, state in OUTCOMES.items()}


def test_joins_marks_with_outcomes(project: Path, run_trace: Callable[..., Printed]) -> None:
    assert run_trace(project).states == OUTCOMES


def test_joins_marks_with_outcomes_of_several_processes(project: Path, run_trace: Callable[..., Printed]) -> None:
    (project / "var/trace.json").unlink()

    run_pytest(project, "-p", "xdist", "-n", "2")

    assert run_trace(project).states == OUTCOMES


def test_a_run_of_one_test_keeps_what_others_proved(project: Path, run_trace: Callable[..., Printed]) -> None:
    run_pytest(project, "tests/test_sample.py::test_proves_two")

    assert run_trace(project).states == OUTCOMES


def test_an_outcome_lapses_when_its_test_changes(project: Path, run_trace: Callable[..., Printed]) -> None:
    (project / "tests/test_sample.py").write_text(TESTS + "\n# changed\n")

    assert run_trace(project).states["R001"] == "not run"


def test_a_scenario_without_clause_claims_them_all(project: Path, run_trace: Callable[..., Printed]) -> None:
    test = "import pytest\n@pytest.mark.scenario(14)\ndef test_whole():\n    pass\n"
    (project / "tests/test_whole.py").write_text(test)

    run_pytest(project, "tests/test_whole.py")

    assert run_trace(project, "S14").code == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [(["R001"], 0), (["R001", "S14a"], 0), (["R001-R002"], 1), (["R004"], 1), (["S14"], 1), (["R009"], 1), (["x"], 1)],
)
def test_a_named_range_must_pass(
    already_run: Path, run_trace: Callable[..., Printed], asked: list[str], code: int
) -> None:
    assert run_trace(already_run, *asked).code == code


def test_missing_lists_what_has_no_passing_test(already_run: Path, run_trace: Callable[..., Printed]) -> None:
    printed = run_trace(already_run, "--missing")

    assert list(printed.states) == ["R002", "R004", "R005", "R006", "S14b"]
    assert "Requirements: 6. 2 passing, 2 failing, 1 not run, 1 without a test." in printed.out


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ('req("R999")', "R999 is not in docs/requirements.md"),
        ('scenario(14, "z")', "S14z is not in docs/requirements.md"),
        ("scenario(26)", "S26 is not in docs/requirements.md"),
        ("req(*NUMBERS)", "write the numbers of a mark out in full"),
        ("req(184)", "req takes numbers as strings"),
        ('scenario("14a")', "scenario takes a number"),
    ],
)
def test_refuses_a_number_that_does_not_exist(
    project: Path, run_trace: Callable[..., Printed], mark: str, sentence: str
) -> None:
    test = f"import pytest\nNUMBERS = ['R001']\n@pytest.mark.{mark}\ndef test_odd():\n    pass\n"
    (project / "tests/test_odd.py").write_text(test)

    printed = run_trace(project)

    assert printed.code == 1
    assert f"tests/test_odd.py:3: {sentence}" in printed.err


def test_this_projects_marks_are_all_known() -> None:
    done = subprocess.run([sys.executable, ROOT / "bin/trace"], capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.returncode == 0


def test_every_requirement_stands_once_and_in_order() -> None:
    text = (ROOT / "docs/requirements.md").read_text()

    found = re.findall(r"^\| (R\d+) \| \d{3}:\d+ \| \S.*\S \|$", text, re.MULTILINE)

    assert found == [f"R{n:03}" for n in range(1, 375)]


def test_every_scenario_stands_with_its_clauses_in_order() -> None:
    text = (ROOT / "docs/requirements.md").read_text()

    found = re.findall(r"^\| (\d+)([a-z]) \| .*\| \S.*\S \|$", text, re.MULTILINE)

    scenarios = sorted({int(number) for number, _ in found})
    assert scenarios == list(range(1, 26))
    for number in scenarios:
        clauses = "".join(clause for own, clause in found if int(own) == number)
        assert clauses == "abcdefghijklmnopqrstuvwxyz"[: len(clauses)]
