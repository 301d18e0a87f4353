"""JSON as this product reads it: no key twice in one object, no NaN, no infinity."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from policies.faults import Fault, Faulty, quoted

LONGEST_NUMBER = 4000  # digits; Python reads few more


class Repeating(dict[str, Any]):
    """An object in which keys stood more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.twice = sorted({name for name in names if names.count(name) > 1})


class Document(NamedTuple):
    """What a text holds. ``repeats``: whether a key stands more than once in an object somewhere."""

    data: Any
    repeats: bool


def read(text: str, *, file: str) -> Document:
    """The data in a JSON text. Raises Faulty when it cannot be read at all."""
    repeats: list[Repeating] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        repeats.append(Repeating(pairs))
        return repeats[-1]

    try:
        data = json.loads(text, object_pairs_hook=as_object, parse_constant=_refuse_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        why = f"{error.msg} (line {error.lineno})"
    except RecursionError:
        why = "it is nested too deeply"
    except ValueError as error:
        why = str(error)
    else:
        return Document(data, bool(repeats))
    raise Faulty([Fault(file, "", f"this is not JSON that can be read: {why}")])


def find_keys_used_twice(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Path and sentence of every key that stands in one object more than once."""
    if isinstance(value, dict):
        for name in value.twice if isinstance(value, Repeating) else ():
            yield (*path, name), f"{quoted(name)} is used twice"
        for name, inner in value.items():
            yield from find_keys_used_twice(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from find_keys_used_twice(inner, (*path, index))


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"{quoted(digits)} is longer than any number here")
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{quoted(name)} is not a number in JSON")
