"""YAML as this product reads it: plain data only. Dates stay text; anchors, aliases and keys used twice are refused."""

from typing import Any

import yaml

from policies.faults import Fault, quoted

# The parser in C where the wheel has it: ten times as fast
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):
    """The safe loader without dates, and with a memory for keys."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.twice: list[tuple[str, int]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                self.twice.append((str(key_node.value), key_node.start_mark.line + 1))
            seen.add(key_node.value if isinstance(key_node.value, str) else id(key_node))
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str, *, file: str) -> tuple[Any, list[Fault]]:
    """The data in a YAML (or JSON) text, or None and what is wrong with it."""
    try:
        if shared := _anchors(text, file):
            return None, shared
        loader = _Loader(text)
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, [Fault(file, "", _where(error))]
    return data, [Fault(file, "", f"{quoted(key)} is used twice (line {line})") for key, line in loader.twice]


def _anchors(text: str, file: str) -> list[Fault]:
    faults = []
    for event in yaml.parse(text, Loader=_Safe):
        anchor = getattr(event, "anchor", None)
        if anchor:
            sign, name = ("*", "alias") if isinstance(event, yaml.AliasEvent) else ("&", "anchor")
            line = event.start_mark.line + 1 if event.start_mark else 0
            faults.append(Fault(file, "", f'"{sign}{anchor}" is an {name}, which is not read here (line {line})'))
    return faults


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"this is not YAML that can be read: {problem}" + (f" (line {mark.line + 1})" if mark else "")
