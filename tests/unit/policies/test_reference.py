"""The engine and the second, slower reckoning (``reference``) answer alike, whatever happens to workers and children."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policies.assessing import Asked, answers_to
from tests.unit.policies.reference import Policies, reference_answer
from tests.unit.policies.reference.guesses import Guess
from tests.unit.policies.reference.policy import load

PACKS = Path(__file__).resolve().parents[3] / "policies" / "packs"
MADE_UP = Path(__file__).parent / "made_up"
EACH = 30  # more while the engine is worked on


def policies() -> Iterator[Path]:
    yield from sorted([*PACKS.glob("*.yaml"), *MADE_UP.glob("every-*.yaml")])


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without its sentences, rows in one order; what is not required has no figures to compare."""

    def without_words(part: dict[str, Any]) -> dict[str, Any]:
        rows = [{key: value for key, value in row.items() if key != "why"} for row in part["rules"]]
        rows = [row | {"booked_on": None} if row["status"] == "not_required" else row for row in rows]
        return part | {"rules": sorted(rows, key=lambda row: (row["rule"], row["atom"], str(row["due_on"])))}

    return {
        "worker": without_words(answer["worker"]),
        "children": [without_words(child) for child in answer["children"]],
        "records": answer["records"],
    }


@pytest.mark.parametrize("path", list(policies()), ids=lambda path: path.stem)
def test_engine_and_reference_answer_alike(path: Path) -> None:
    policy = load(path)
    facts = [Guess(policy, seed).facts() for seed in range(EACH)]

    answers: Any = answers_to(json.dumps(facts), Asked(str(path)), file="facts")

    for seed, (given, answer) in enumerate(zip(facts, answers, strict=True)):
        expected = reference_answer(Policies.alone(policy), given, date.fromisoformat(given["on"]))
        assert plain(answer) == plain(expected), f"seed {seed}"
