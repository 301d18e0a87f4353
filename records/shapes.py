"""What the value of a field has to be before it is kept: no form could have made anything else. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from policies.templates import Field
from records import findings

MOST_CHARACTERS = 200_000
MOST_ACTIONS = 50
MOST_FILES = 12
MOST_CHOICES = 500
# What an action may have beside what, who and by when
MORE_OF_ACTIONS = ("priority", "standard")
INTERVAL = re.compile(r"P[1-9][0-9]?[DWMY]")


class Unclear(ValueError):
    """A typed value that cannot be kept, with the sentence for the person who typed it."""


class TooLong(Unclear):
    """More text than is kept. Nothing of it can be saved; the page holds it."""


def empty(item: Field) -> Any:
    """The value of a field in which nothing was entered."""
    if item.type in ("multi_choice", "actions", "files"):
        return []
    if item.type == "evidence":
        return findings.nothing_said()
    return None if item.type in ("date", "datetime", "number", "yes_no", "person", "interval", "file") else ""


def check_shape(item: Field, value: Any) -> None:
    """Refuse a value that no form of this field could have made. Raises Unclear."""
    if not _has_shape(item, value):
        raise Unclear(f"{item.label}: this cannot be kept as it is.")


def _has_shape(item: Field, value: Any) -> bool:
    if value == empty(item):
        return True
    if item.type in ROWS:
        most, is_row = ROWS[item.type]
        return isinstance(value, list) and len(value) <= most and all(map(is_row, value))
    return OF_ITS_OWN.get(item.type, _is_kept_text)(value)


def _is_action(row: Any) -> bool:
    keys = {"what", "who", "who_id", "by"}
    return isinstance(row, dict) and keys <= set(row) <= keys | set(MORE_OF_ACTIONS)


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"name", "size", "sha256"}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


# Fields that hold several of a kind: how many at most, and what each of them has to be
ROWS: Mapping[str, tuple[int, Callable[[Any], bool]]] = {
    "multi_choice": (MOST_CHOICES, _is_text),
    "actions": (MOST_ACTIONS, _is_action),
    "files": (MOST_FILES, _is_file),
}


def _is_kept_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_CHARACTERS


# Fields that hold one value that is no text: what it has to be
OF_ITS_OWN: Mapping[str, Callable[[Any], bool]] = {
    "number": lambda value: isinstance(value, int | str) and not isinstance(value, bool),
    "person": lambda value: isinstance(value, dict) and set(value) == {"id", "name", "role"},
    "file": _is_file,
    "evidence": findings.is_evidence,
    "yes_no": lambda value: value in ("yes", "no"),
    "interval": lambda value: isinstance(value, str) and bool(INTERVAL.fullmatch(value)),
}
