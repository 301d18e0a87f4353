"""Which form a policy wants for whom: the template that a contract, a session's record or a child's entry begins with."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from policies.rules.policy import Policy

# Where a policy names no form: ours, and said on the policy's page
DEFAULT_FORMS = {
    "contract": "contract_1a",
    "record": "plain_supervision_record",
    "group": "plain_group_record",
    "case": "plain_case_entry",
    "decision": "plain_decision",
    "audit": "plain_audit_tool",
    "observation_of_supervision": "observation_of_supervision",
    "observation_of_practice": "observation_of_practice",
    "handover": "handover_brief",
}
# What a one-to-one session is recorded under; the other kinds of recording are of children and of groups
ONE_TO_ONE = ("worker", "personal", "manager", "management")
# Where a policy names the form of an audit or observation: block and key
EXAMINING = {
    "audit": ("audit", "template"),
    "observation_of_supervision": ("audit", "observation_template"),
    "observation_of_practice": ("observation", "template"),
}
# Under which name a policy speaks of a purpose, where it is another
BLOCKS = {"decision": "informal"}


@dataclass(frozen=True, slots=True)
class NamedForm:
    """A form that a policy names. ``categories``: for whom; None for everybody who has none of their own."""

    slug: str
    categories: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class FormInUse:
    """A form that people write in, for the policy's page. ``title`` is empty where the policy names one that is not here."""

    purpose: str
    named: NamedForm
    title: str
    is_default: bool = False


def forms_named(policy: Policy, purpose: str) -> list[NamedForm]:
    """The forms that a policy names for one of the purposes of ``DEFAULT_FORMS``, those for some categories first."""
    blocks = _blocks(policy, purpose)
    found = [NamedForm(block["template"], _categories(block)) for block in blocks if _text(block.get("template"))]
    return sorted(found, key=lambda form: form.categories is None)


def form_named(policy: Policy, purpose: str, categories: Collection[str], kind: str = "") -> NamedForm | None:
    """The form for a worker of these categories; None where the policy names none.

    ``kind``: of the session that is recorded; a form of its own goes before that of the category.
    """
    recording = (policy.blocks.get("recording") or {}).get(kind) if purpose == "record" and kind in ONE_TO_ONE else None
    if isinstance(recording, dict) and _text(recording.get("template")):
        return NamedForm(recording["template"])
    return next(
        (form for form in forms_named(policy, purpose) if form.categories is None or form.categories & set(categories)),
        None,
    )


def _blocks(policy: Policy, purpose: str) -> Iterator[dict[str, Any]]:
    if purpose == "contract":
        yield from _variants(policy)
    elif purpose == "record":
        yield from _one_to_one(policy)
    elif purpose in EXAMINING:
        name, key = EXAMINING[purpose]
        yield {"template": (policy.blocks.get(name) or {}).get(key)}
    elif isinstance(block := (policy.blocks.get("recording") or {}).get(BLOCKS.get(purpose, purpose)), dict):
        yield block


def _variants(policy: Policy) -> Iterator[dict[str, Any]]:
    variants = (policy.blocks.get("contract") or {}).get("variants")
    for variant in variants if isinstance(variants, list) else ():
        yield variant if isinstance(variant, dict) else {"template": variant}


def _one_to_one(policy: Policy) -> Iterator[dict[str, Any]]:
    recording = policy.blocks.get("recording") or {}
    for kind in ONE_TO_ONE:
        block = recording.get(kind)
        if isinstance(block, dict) and (kind in ONE_TO_ONE[:2] or block.get("categories")):
            yield block


def _categories(block: dict[str, Any]) -> frozenset[str] | None:
    named = block.get("categories")
    return frozenset(str(each) for each in named) if isinstance(named, list) and named else None


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
