"""Texts of policies for tests: one that ships, with a version of its own and what else a test changes."""

import copy
from typing import Any

from policies.selectors import written_out
from tests.policies_kit import shipped


def changed(slug: str = "shropshire-2017", *, version: str = "4", **parts: Any) -> str:
    """The policy as text, under another version, with whole parts of the document in the place of its own."""
    document = copy.deepcopy(shipped(slug).document)
    return written_out({**document, "version": version, **parts})


def with_case_interval(every: str, *, slug: str = "shropshire-2017", version: str = "4") -> str:
    """The same with the first rule about children asking for a discussion every so often, and nothing else."""
    rules = copy.deepcopy(shipped(slug).document["case_rules"])
    rules[0]["interval"] = {"type": "rolling", "every": every}
    return changed(slug, version=version, case_rules=rules)


def with_worker_interval(every: str, *, slug: str = "recruitment-000", version: str = "4") -> str:
    """The same with the first rule about workers asking for a session every so often."""
    rules = copy.deepcopy(shipped(slug).document["supervision_rules"])
    rules[0]["interval"] = {"type": "rolling", "every": every}
    return changed(slug, version=version, supervision_rules=rules)
