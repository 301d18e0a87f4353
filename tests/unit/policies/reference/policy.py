"""Policy files as plain dictionaries, with what the parent fills in."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

CORE = {"combined", "personal", "case", "practice", "management"}


class TextDates(yaml.SafeLoader):
    """Dates stay text."""


TextDates.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> dict[str, Any]:
    """A policy file with its parents' blocks and the rules of categories that it leaves without one."""
    policy = yaml.load(path.read_text(encoding="utf-8"), Loader=TextDates)  # noqa: S506
    parent_id = policy.get("inherits")
    if not parent_id:
        return policy
    folders = [path.parent, Path(__file__).resolve().parents[4] / "policies" / "packs"]
    parent = load(next(f / f"{parent_id}.yaml" for f in folders if (f / f"{parent_id}.yaml").exists()))
    for block, value in parent.items():
        policy.setdefault(block, value)
    has_rule = {c for r in policy["supervision_rules"] if r["kind"] in CORE for c in categories(r)}
    without = {c["id"] for c in policy["worker_categories"]} - has_rule
    for rule in parent["supervision_rules"]:
        taken = [c for c in categories(rule) if c in without]
        if taken and rule["kind"] in CORE:
            filled = rule | {"applies_to": rule["applies_to"] | {"categories": taken}, "parent": parent}
            policy["supervision_rules"] = [*policy["supervision_rules"], filled]
    return policy


def categories(rule: dict[str, Any]) -> list[str]:
    return rule["applies_to"].get("categories", [])


@dataclass(frozen=True)
class Policies:
    """Policies over time: each with the day from which it is in force."""

    periods: tuple[tuple[dict[str, Any], date | None], ...]

    @classmethod
    def alone(cls, policy: dict[str, Any]) -> "Policies":
        return cls(((policy, None),))

    def on(self, when: date) -> dict[str, Any]:
        in_force = self.periods[0][0]
        for policy, starts_on in self.periods:
            if starts_on is None or starts_on <= when:
                in_force = policy
        return in_force


def atoms_of(interval: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    """Each condition of an interval under the id that answers give it."""
    several = interval.get("all_of", [interval])
    return [(atom.get("id") or name, atom) for atom in several]
