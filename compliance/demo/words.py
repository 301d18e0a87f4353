"""What people wrote in their sessions: in full where it is scripted, else put together from shorter pieces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

FOLDER = Path(__file__).parent
DISCUSSED = ("workload", "development", "wellbeing", "other")
SUPERVISEE, SUPERVISOR = "supervisee", "supervisor"


@dataclass(frozen=True, slots=True)
class Agreed:
    """An action: what, which of the two, by when. ``still_open``: the story wants it unfinished."""

    what: str
    who: str
    by: date
    still_open: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in one session's record, by section. ``meaning`` and ``reason``: how it was countersigned."""

    discussed: Mapping[str, str]
    agreed: Mapping[str, Sequence[Agreed]] = field(default_factory=dict)
    supervisor_comments: str = ""
    supervisee_comments: str = ""
    meaning: str = "agree"
    reason: str = ""
    return_reason: str = ""
    in_full: bool = False


@cache
def pieces() -> Mapping[str, Any]:
    """The shorter pieces, by section."""
    return _read("written_short.yaml")


@cache
def scripts() -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """The records written in full, by person and how many sessions back from the last."""
    return {(script["person"], script["back"]): script for script in _read("written_in_full.yaml")}


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def scripted(person: str, back: int, *, held_on: date) -> Said | None:
    """The full record of a person's session, if there is one."""
    script = scripts().get((person, back))
    if script is None:
        return None
    sections = {name: script[name] for name in DISCUSSED if name in script}
    return Said(
        discussed={name: section["discussed"] for name, section in sections.items()},
        agreed={
            name: [
                Agreed(row["what"], row["who"], held_on + timedelta(days=row["by"]), row.get("still_open", False))
                for row in section.get("actions", ())
            ]
            for name, section in sections.items()
        },
        supervisor_comments=script.get("supervisor_comments", ""),
        supervisee_comments=script.get("supervisee_comments", ""),
        meaning=script.get("meaning", "agree"),
        reason=script.get("reason", ""),
        return_reason=script.get("return_reason", ""),
        in_full=True,
    )


def put_together(voice: str, dice: Random, *, held_on: date, cases: int, children: Sequence[str]) -> Said:
    """A shorter record, from pieces that suit the kind of work."""
    short = pieces()
    blanks = {"cases": str(cases), "child": dice.choice(children) if children else "the family"}

    def some(texts: Sequence[str], most: int) -> str:
        chosen = dice.sample(texts, dice.randint(1, most))
        return "\n\n".join(text.format(**blanks) for text in chosen)

    def actions(rows: Sequence[tuple[str, str, int]], most: int) -> list[Agreed]:
        chosen = dice.sample(rows, min(len(rows), dice.randint(0, most)))
        return [Agreed(what.format(**blanks), who, held_on + timedelta(days=days)) for what, who, days in chosen]

    return Said(
        discussed={
            "workload": some(short["workload"][voice], 2),
            **{name: some(short[name], 1) for name in DISCUSSED[1:]},
        },
        agreed={
            "workload": actions(short["workload_actions"][voice], 2),
            **{name: actions(short[f"{name}_actions"], 1) for name in DISCUSSED[1:]},
        },
        supervisor_comments=dice.choice(short["supervisor_comments"]) if dice.random() < 0.7 else "",
        supervisee_comments=dice.choice(short["supervisee_comments"]) if dice.random() < 0.6 else "",
    )


def why_cancelled(ground: str, dice: Random) -> str:
    """The reason of a cancelled session."""
    return str(dice.choice(pieces()["cancellations"][ground]))
