"""YAML as this product reads it: plain data only. Dates stay text; anchors, tags and keys used twice are refused.

The text may be anybody's, so nothing is built of it before a walk over its events has found it shallow and short: what
builds it is in C and knows no limit of its own.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from policies.faults import Fault, quoted

# The parser in C where the wheel has it: ten times as fast
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 50
MOST_EVENTS = 100_000
LONGEST_NUMBER = 30


class _Loader(_Safe):
    """The safe loader without dates, and with a memory for keys."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.twice: list[tuple[str, int]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    problem="a list or a mapping stands where a key should", problem_mark=key_node.start_mark
                )
            if key_node.value in seen:
                self.twice.append((key_node.value, key_node.start_mark.line + 1))
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)

    def construct_number(self, node: yaml.ScalarNode) -> Any:
        """A number as any file has it. A longer one cannot even be written down again."""
        if len(node.value) > LONGEST_NUMBER:
            raise yaml.constructor.ConstructorError(problem="a number is too long", problem_mark=node.start_mark)
        is_whole = node.tag == "tag:yaml.org,2002:int"
        return self.construct_yaml_int(node) if is_whole else self.construct_yaml_float(node)


for _number in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_number}", _Loader.construct_number)

# Dates stay text, "<<" is a key like any other, and whole numbers are decimal: 017 is not 15, and 1:30 not 90
_NOT_READ = {f"tag:yaml.org,2002:{name}" for name in ("timestamp", "merge", "int")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_READ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


def read(text: str, *, file: str) -> tuple[Any, list[Fault]]:
    """The data in a YAML (or JSON) text, or None and what is wrong with it."""
    try:
        if unread := list(_unread(text, file)):
            return None, unread
        loader = _Loader(text)
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        return None, [Fault(file, "", _where(error))]
    return data, [Fault(file, "", f"{quoted(key)} is used twice (line {line})") for key, line in loader.twice]


def _unread(text: str, file: str) -> Iterator[Fault]:
    """What is not read here, found before anything is built. What is too deep or too much ends the walk."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Safe)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST or number > MOST_EVENTS:
            what = f"deeper than {DEEPEST} levels" if depth > DEEPEST else "more than any such file holds"
            yield Fault(file, "", f"this is {what}, so it is not read (line {line})")
            return
        if anchor := getattr(event, "anchor", None):
            sign, name = ("*", "alias") if isinstance(event, yaml.AliasEvent) else ("&", "anchor")
            yield Fault(file, "", f'"{sign}{anchor}" is an {name}, which is not read here (line {line})')
        if tag := getattr(event, "tag", None):
            yield Fault(file, "", f"this is not YAML that can be read: {quoted(tag)} is a tag (line {line})")


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"this is not YAML that can be read: {problem}" + (f" (line {mark.line + 1})" if mark else "")


class Lines:
    """Where in a text a value stands. Empty for a text that is not read at all."""

    def __init__(self, text: str) -> None:
        self.root: Any = None
        try:
            if not list(_unread(text, "")):
                self.root = yaml.compose(text, Loader=_Safe)
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
            self.root = None

    def line_of(self, parts: Iterable[str | int]) -> tuple[int, list[str]]:
        """The line of a value, or of what it would stand in where it is missing; the id of each entry on the way."""
        node, line, ids = self.root, 0, []
        for part in parts:
            if isinstance(node, yaml.MappingNode):
                pairs = {key.value: (key, value) for key, value in node.value}
                key, node = pairs.get(part, (None, None))
                line = key.start_mark.line + 1 if key else line
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
            else:
                node = None
            ids.append(_id_of(node))
        return line, ids


def _id_of(node: Any) -> str:
    if not isinstance(node, yaml.MappingNode):
        return ""
    return next((value.value for key, value in node.value if key.value == "id" and isinstance(value.value, str)), "")
