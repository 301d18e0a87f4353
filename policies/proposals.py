"""A policy as somebody typed or uploaded it: read strictly, its parent among the versions that are loaded."""

from dataclasses import dataclass
from typing import Any

from policies import strict_yaml
from policies.checks import find_unkept
from policies.faults import Fault, Faulty, path_of, quoted
from policies.files import read_document
from policies.models import PolicyVersion
from policies.rules.policy import Policy
from policies.selectors import policy_of

MOST_CHARACTERS = 400_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text without a fault: the policy that it makes, its document, and the version that fills its gaps."""

    policy: Policy
    document: dict[str, Any]
    parent: PolicyVersion | None


def read_proposal(text: str) -> Proposal:
    """The policy in a text. Raises Faulty with every fault of it; a text that is a version already is a fault, too."""
    if len(text) > MOST_CHARACTERS:
        raise Faulty([Fault("", "", f"this is longer than {MOST_CHARACTERS:,} characters; no policy is")])
    data, faults = strict_yaml.read(text, file="")
    if faults:
        raise Faulty(faults)
    if unkept := [Fault("", path_of(path), sentence) for path, sentence in find_unkept(data)]:
        raise Faulty(unkept)
    parent, faults = _parent_of(data)
    faults += _same_version(data)
    try:
        parent_policy = policy_of(parent) if parent else None
        policy = read_document(data, file="", parent=parent_policy, parent_data=parent.document if parent else None)
    except Faulty as error:
        raise Faulty(sorted([*error.faults, *faults])) from error
    if faults:
        raise Faulty(sorted(faults))
    return Proposal(policy, data, parent)


def _parent_of(data: Any) -> tuple[PolicyVersion | None, list[Fault]]:
    """The newest version with the id that a document inherits from, and why it cannot be used."""
    parent_id = data.get("inherits") if isinstance(data, dict) else None
    if not isinstance(parent_id, str):
        return None, []
    newest = PolicyVersion.objects.select_related("parent").filter(slug=parent_id).order_by("-loaded_at", "-pk").first()
    if newest is None:
        return None, [Fault("", "inherits", f"{quoted(parent_id)} is not the id of a policy that is loaded here")]
    line = {newest.slug}
    above = newest.parent
    while above:
        line.add(above.slug)
        above = above.parent
    if data.get("id") in line:
        return None, [Fault("", "inherits", f"{quoted(parent_id)} leads back to this policy itself")]
    return newest, []


def _same_version(data: Any) -> list[Fault]:
    """A changed policy needs a version of its own: what refers to the old one must go on meaning the same."""
    slug, version = (data.get("id"), data.get("version")) if isinstance(data, dict) else (None, None)
    if not isinstance(slug, str) or not isinstance(version, str):
        return []
    faults = [
        Fault("", path, f"{quoted(text)} is longer than {most} characters")
        for path, text, most in (("id", slug, 100), ("version", version, 200))
        if len(text) > most
    ]
    if not faults and PolicyVersion.objects.filter(slug=slug, version=version).exists():
        faults.append(
            Fault("", "version", f"{quoted(version)} is loaded already; a changed policy needs another version")
        )
    return faults
