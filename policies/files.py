"""Policy files: read strictly, with every fault at once, and their parents found by id."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from policies import strict_yaml
from policies.build import build
from policies.checks import find_faults
from policies.faults import Fault, Faulty, faults_of, path_of, quoted
from policies.rules.policy import Policy
from policies.schema import PolicyShape

PACKS = Path(__file__).parent / "packs"
_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy with the raw document it was read from, and the parent that fills its gaps."""

    policy: Policy
    document: dict[str, Any]
    parent: "PolicyFile | None" = None


def read_pack(pack_id: str) -> PolicyFile:
    """A policy that ships with the product. Raises Faulty, naming those that do, when it is not one of them."""
    path = PACKS / f"{pack_id}.yaml"
    if not path.is_file():
        raise Faulty([Fault(pack_id, "", f"there is no such policy; those that ship are {', '.join(pack_ids())}")])
    return read_policy(path)


def pack_ids() -> list[str]:
    """The ids of the policies that ship with the product."""
    return sorted(path.stem for path in PACKS.glob("*.yaml"))


def read_policy(path: Path) -> PolicyFile:
    """The policy in a file; its parent is looked for beside the file, then among the shipped ones.

    Raises Faulty with every fault of the file and of its parent; what else lies beside it does not matter.
    """
    return _read(read_data(path), path, folders=(path.parent, PACKS))


def read_data(path: Path) -> Any:
    """The data in a file, not yet checked. Raises Faulty when it cannot be read at all."""
    text, faults = _text(path)
    data, more = strict_yaml.read(text, file=path.name) if text is not None else (None, [])
    if faults or more:
        raise Faulty([*faults, *more])
    return data


def read_document(document: Any, *, file: str, parent: Policy | None = None, parent_data: Any = None) -> Policy:
    """The policy in data already read. Raises Faulty with every fault."""
    faults = []
    shape = None
    try:
        shape = PolicyShape.model_validate(document)
    except ValidationError as error:
        faults += faults_of(error, file)
    if isinstance(document, dict):
        ancestor = parent_data if isinstance(parent_data, dict) else {}
        faults += [Fault(file, path_of(path), sentence) for path, sentence in find_faults(document, ancestor)]
    if faults or shape is None:
        raise Faulty(sorted(faults))
    return build(shape, document, parent)


def _read(data: Any, path: Path, *, folders: Sequence[Path]) -> PolicyFile:
    faults: list[Fault] = []
    parent, parent_data = None, None
    parent_id = data.get("inherits") if isinstance(data, dict) else None
    if isinstance(parent_id, str):
        parent, parent_data, faults = _read_parent(data, path, parent_id, folders)
    policy = None
    try:
        policy = read_document(data, file=path.name, parent=parent.policy if parent else None, parent_data=parent_data)
    except Faulty as error:
        faults = [*error.faults, *faults]
    if faults or policy is None:
        raise Faulty(faults)
    return PolicyFile(policy, data, parent)


def _read_parent(
    data: dict[str, Any], path: Path, parent_id: str, folders: Sequence[Path]
) -> tuple[PolicyFile | None, Any, list[Fault]]:
    """The parent, its raw data (faulty or not), and why it cannot be used."""
    if loop := _loop(data, folders):
        sentence = f"{quoted(parent_id)} leads back to where it began ({', '.join(loop)})"
        return None, None, [Fault(path.name, "inherits", sentence)]
    found = _find(parent_id, folders)
    if found is None:
        sentence = f"{quoted(parent_id)} is not the id of a policy beside this file or among those that ship"
        return None, None, [Fault(path.name, "inherits", sentence)]
    parent_path, parent_data, faults = found
    if faults:
        return None, parent_data, faults
    try:
        return _read(parent_data, parent_path, folders=folders), parent_data, []
    except Faulty as error:
        return None, parent_data, list(error.faults)


def _loop(data: dict[str, Any], folders: Sequence[Path]) -> list[str]:
    """The ids along the line of parents up to the one that stands in it twice; empty where none does."""
    chain = [str(data.get("id"))]
    while isinstance(parent_id := data.get("inherits"), str):
        if parent_id in chain:
            return [*chain, parent_id]
        chain.append(parent_id)
        found = _find(parent_id, folders)
        if found is None or not isinstance(found[1], dict):
            break
        data = found[1]
    return []


def _find(policy_id: str, folders: Sequence[Path]) -> tuple[Path, Any, list[Fault]] | None:
    """The file whose id it is, with its data, or with its faults where it cannot be read as YAML."""
    declared = re.compile(rf"""^["']?id["']?\s*:\s*["']?{re.escape(policy_id)}["']?\s*(#.*)?,?$""", re.MULTILINE)
    for path in _candidates(folders):
        text, faults = _text(path)
        if text is None:
            continue
        data, more = strict_yaml.read(text, file=path.name)
        faults += more
        if data.get("id") == policy_id if isinstance(data, dict) else declared.search(text):
            return path, data, faults
    return None


def _candidates(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        yield from sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())


def _text(path: Path) -> tuple[str | None, list[Fault]]:
    try:
        return path.read_text(encoding="utf-8"), []
    except FileNotFoundError:
        return None, [Fault(path.name, "", "there is no such file")]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Fault(path.name, "", f"this file cannot be read as text: {error}")]
