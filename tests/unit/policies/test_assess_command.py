"""``manage.py assess``: what it writes where, how it ends, and that it needs no database."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from tests.policies_kit import shipped

ROOT = Path(__file__).resolve().parents[3]
FACTS = {
    "on": "2026-12-01",
    "worker": {
        "categories": [{"category": "social_worker"}],
        "sessions": [{"on": "2026-11-09", "minutes": 90}],
    },
}


def write(folder: Path, name: str, data: Any) -> Path:
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def run(*arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
    """The command as somebody runs it, in an environment that leads to no database."""
    environment = {"PATH": "/usr/bin:/bin", "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nowhere"}
    command = [sys.executable, "manage.py", "assess", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True)


def outcome(capsys: pytest.CaptureFixture[str], **options: Any) -> tuple[int, str, str]:
    """Exit code, output and errors of the command, run in this process."""
    try:
        call_command("assess", **{name: str(value) for name, value in options.items()})
        code = 0
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    written = capsys.readouterr()
    return code, written.out, written.err


def test_answers_without_a_database() -> None:
    done = run("--policy", "st-helens", "--facts", "-", given=json.dumps(FACTS))

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["worker"]["due_on"] == "2026-12-07"


def test_a_bad_policy_is_named_by_file_path_and_sentence(tmp_path: Path) -> None:
    document = json.loads(json.dumps(shipped("st-helens").document))
    document["supervision_rules"][0]["interval"]["every"] = "P28X"
    policy = write(tmp_path, "st-helens.yaml", yaml.safe_dump(document, sort_keys=False))

    done = run("--policy", policy, "--facts", "-", given=json.dumps(FACTS | {"worker": {"sessions": 3}}))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        'st-helens.yaml: supervision_rules[0].interval.every: "P28X" is not an ISO 8601 duration',
        'facts: worker.sessions: "3" is not a list',
    ]


def test_one_line_for_each_fault_and_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {"on": "2026-12-01", "worker": {"categories": [{"category": "a\nb", "fr\nom": 1}]}}
    path = write(tmp_path, "team.json", [FACTS, wrong, 7])

    code, output, errors = outcome(capsys, policy="st-helens", facts=path)

    assert (code, output) == (2, "")
    assert errors.splitlines() == [
        'team.json[1]: worker.categories[0].fr\\nom: "fr\\nom" is not a key that is known here',
        'team.json[2]: "7" is not an object of facts',
    ]


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ({}, ['--facts: name a file with facts, or "-" for the input']),
        (
            {"on": "2027-02-30", "known_at": "yesterday"},
            [
                '--on: "2027-02-30" is a date that does not exist',
                '--known-at: "yesterday" is neither a date written as YYYY-MM-DD nor a time as YYYY-MM-DDTHH:MM',
                '--facts: name a file with facts, or "-" for the input',
            ],
        ),
        ({"facts": "nowhere.json"}, ["nowhere.json: there is no such file"]),
        ({"facts": "/"}, [": this cannot be read: Is a directory"]),
    ],
)
def test_options_that_lead_nowhere(
    options: dict[str, str], lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, output, errors = outcome(capsys, policy="st-helens", **options)

    assert (code, output) == (2, "")
    assert [line.removeprefix("/") for line in errors.splitlines()] == [line.removeprefix(": ") for line in lines]


def test_a_file_that_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(b"\xff\xfe")

    assert outcome(capsys, policy="st-helens", facts=path) == (
        2,
        "",
        "facts.json: this cannot be read as text: invalid start byte\n",
    )


def test_a_mark_at_the_beginning_of_a_file_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "facts.json", "\ufeff" + json.dumps(FACTS))

    assert outcome(capsys, policy="st-helens", facts=path)[0] == 0


def test_the_day_and_the_moment_of_the_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = {"on": "2026-12-14", "minutes": 90, "recorded_at": "2026-12-21"}
    known = {"worker": FACTS["worker"] | {"sessions": [*FACTS["worker"]["sessions"], session]}}  # type: ignore[index,operator]
    path = write(tmp_path, "facts.json", known)

    _, now, _ = outcome(capsys, policy="st-helens", facts=path, on="2027-01-04")
    _, then, _ = outcome(capsys, policy="st-helens", facts=path, on="2027-01-04", known_at="2026-12-21T12:00")

    assert [json.loads(text)["worker"]["due_on"] for text in (now, then)] == ["2027-01-11", "2026-12-07"]


def test_a_policy_by_its_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = write(tmp_path, "own.yaml", yaml.safe_dump(shipped("st-helens").document | {"id": "own"}))

    code, output, _ = outcome(capsys, policy=policy, facts=write(tmp_path, "facts.json", FACTS))

    assert (code, json.loads(output)["policy"]) == (0, "own")


def test_ten_thousand_objects_are_answered_in_one_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = [FACTS | {"on": f"2026-12-{1 + number % 28:02}"} for number in range(10_000)]
    path = write(tmp_path, "facts.json", many)
    began = time.process_time()

    code, output, _ = outcome(capsys, policy="st-helens", facts=path)

    answers = json.loads(output)
    assert (code, len(answers)) == (0, 10_000)
    assert [answer["on"] for answer in answers] == [facts["on"] for facts in many]
    # A second or two; far more would mean that a policy is read for each
    assert time.process_time() - began < 30
