"""Faults in files that people write: every one at once, each with the file, the path and a plain sentence."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core.errors import RuleBroken

# Marks the branches of a union in an error's location; no key of a file looks like this
BRANCH = "<"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. ``path`` is written as in ``supervision_rules[0].interval.every``; empty for the file itself."""

    file: str
    path: str
    sentence: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.sentence) if part)


class Faulty(RuleBroken):
    """A file that is not used, with all its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def quoted(value: object) -> str:
    """A key or value as it stands in the file, in double quotes, cut short where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f'"{text if len(text) <= 60 else text[:57] + "..."}"'


def path_of(location: Sequence[str | int]) -> str:
    """``("rules", 0, "every")`` as ``rules[0].every``."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part.startswith(BRANCH):
            path += f".{part}" if path else part
    return path


def faults_of(error: ValidationError, file: str) -> list[Fault]:
    """What pydantic found, in plain sentences that quote the key or value."""
    return [Fault(file, path_of(each["loc"]), _sentence(each)) for each in error.errors(include_url=False)]


def _sentence(error: Any) -> str:
    kind, value, context = error["type"], quoted(error["input"]), error.get("ctx", {})
    named = [part for part in error["loc"] if not str(part).startswith(BRANCH)]
    key = quoted(named[-1]) if named else "the file"
    sentences = {
        "missing": f"{key} is missing",
        "extra_forbidden": f"{key} is not a key that is known here",
        "literal_error": f"{value} is not one of {context.get('expected', '')}",
        "string_type": f"{value} is not text (write it in quotes)",
        "int_type": f"{value} is not a whole number",
        "bool_type": f"{value} is neither true nor false",
        "list_type": f"{value} is not a list",
        "tuple_type": f"{value} is not a list",
        "dict_type": f"{value} is not a mapping of keys to values",
        "model_type": f"{value} is not a mapping of keys to values",
        "model_attributes_type": f"{value} is not a mapping of keys to values",
        "greater_than_equal": f"{value} is less than {context.get('ge', '')}",
        "less_than_equal": f"{value} is more than {context.get('le', '')}",
        "string_unicode": f"{ascii(error['input'])} is not text that can be written",
        "invalid_key": f"{value} is not a key written as text",
        "too_short": f"{key} is empty",
        "string_too_short": f"{key} is empty",
        "string_pattern_mismatch": f"{value} does not look like {context.get('pattern', '')}",
    }
    if kind == "plain":
        return str(error["msg"])
    return sentences.get(kind, f"{value}: {error['msg']}")
