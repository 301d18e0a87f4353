"""Faults of a policy as the page says them to whoever writes one: the sentence first, then the place in the text."""

import re
from collections.abc import Iterator
from typing import Any

from policies import strict_yaml
from policies.faults import Fault, Faulty

_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
ENTRIES = {
    "supervision_rules": "supervision rule",
    "case_rules": "case rule",
    "worker_categories": "category",
    "phases": "phase",
    "ambiguities": "ambiguity",
    "guides": "guide",
    "weights": "weight",
    "timetable": "duty",
}
EXAMPLES = {
    "is not an ISO 8601 duration": "is not a length of time; write it such as P2M for two months, or P28D for 28 days",
}


def sentences_of(error: Faulty, text: str) -> list[str]:
    """Every fault once: what is wrong, with an example where one helps, and where in the text."""
    lines = strict_yaml.Lines(text)
    return list(dict.fromkeys(_sentence(fault, lines) for fault in error.faults))


def _sentence(fault: Fault, lines: strict_yaml.Lines) -> str:
    sentence = fault.sentence[:1].upper() + fault.sentence[1:]
    for technical, plain in EXAMPLES.items():
        sentence = sentence.replace(technical, plain)
    if not fault.path:
        return f"{sentence}."
    parts = [name if name else int(number) for name, number in _PART.findall(fault.path)]
    line, found = lines.line_of(parts)
    place = ", ".join([*([f"line {line}"] if line else []), *_place(parts, found)])
    return f"{sentence} ({place})."


def _place(parts: list[str | int], found: list[Any]) -> Iterator[str]:
    """``case_rules``, 0, ``interval`` as case rule “every-case”, interval; without an id counted from 1.

    ``found``: the id of the entry that each part leads to, where it has one.
    """
    for index, part in enumerate(parts):
        if isinstance(part, str):
            if not (index + 1 < len(parts) and isinstance(parts[index + 1], int)):
                yield part
            continue
        before = str(parts[index - 1]) if index else ""
        name = ENTRIES.get(before, f"{before} entry" if before else "entry")
        yield f"{name} “{found[index]}”" if index < len(found) and found[index] else f"{name} {part + 1}"
