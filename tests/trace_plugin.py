"""Writes the outcome of each test that carries a requirement or a scenario to var/trace.json, for bin/trace.

A run adds to what earlier runs wrote, so that a suite may be run in pieces. Works under xdist: the marks travel with
the reports as user properties.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

PROPERTY = "trace"
WORST_FIRST = ("failed", "skipped", "passed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "req(*numbers): the requirements (R001 and so on) that a test proves")
    config.addinivalue_line("markers", "scenario(number, clause=None): the scenario, or one clause, that a test proves")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config.rootpath), "trace-recorder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marks = [(mark.name, _arguments(mark)) for mark in item.iter_markers() if mark.name in ("req", "scenario")]
        if marks:
            item.user_properties.append((PROPERTY, marks))


def _arguments(mark: pytest.Mark) -> list[Any]:
    return [*mark.args, *([mark.kwargs["clause"]] if "clause" in mark.kwargs else [])]


class Recorder:
    """Gathers outcomes in the process that hears of all of them, and writes them once at the end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tests: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        marks = dict(report.user_properties).get(PROPERTY)
        if not marks:
            return
        outcome = "failed" if getattr(report, "wasxfail", None) is not None else report.outcome
        test = self.tests.setdefault(report.nodeid, {"outcome": outcome, "marks": marks})
        test["outcome"] = min(test["outcome"], outcome, key=WORST_FIRST.index)

    def pytest_sessionfinish(self) -> None:
        if not self.tests:
            return
        at = datetime.now(UTC).isoformat(timespec="seconds")
        digests = {name: self._digest(name) for name in {test.split("::")[0] for test in self.tests}}
        for name, test in self.tests.items():
            test |= {"file": digests[name.split("::")[0]], "at": at}
        path = self.root / "var/trace.json"
        path.parent.mkdir(exist_ok=True)
        with _alone(path):
            earlier = json.loads(path.read_text())["tests"] if path.exists() else {}
            kept = {name: test for name, test in earlier.items() if (self.root / name.split("::")[0]).exists()}
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps({"tests": kept | self.tests}, indent=1, sort_keys=True))
            fresh.replace(path)

    def _digest(self, name: str) -> str:
        return hashlib.sha256((self.root / name).read_bytes()).hexdigest()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One writer at a time, as two runs may end at once."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
