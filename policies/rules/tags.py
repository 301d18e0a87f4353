"""Tags that a policy names: what a session is for, and which capabilities a discussion shows. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from policies.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Tag:
    """One of them: what is stored, and its words."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """A framework of capabilities in one of its versions. ``categories``: of which kinds of worker; None: of everybody."""

    framework: str
    version: str
    tags: tuple[Tag, ...]
    categories: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """The framework with its version."""
        return f"{self.framework}, {self.version}" if self.version else self.framework

    def fit(self, categories: Collection[str]) -> bool:
        """Whether they are asked of a worker of these kinds."""
        return self.categories is None or not self.categories.isdisjoint(categories)


# The nine domains of the framework for social workers in England, where a policy names no framework of its own
PROFESSIONAL_CAPABILITIES = Capabilities(
    framework="Professional Capabilities Framework",
    version="2018",
    tags=(
        Tag("professionalism", "Professionalism"),
        Tag("values_and_ethics", "Values and ethics"),
        Tag("diversity_and_equality", "Diversity and equality"),
        Tag("rights_and_justice", "Rights, justice and economic wellbeing"),
        Tag("knowledge", "Knowledge"),
        Tag("critical_reflection", "Critical reflection and analysis"),
        Tag("skills_and_interventions", "Skills and interventions"),
        Tag("contexts_and_organisations", "Contexts and organisations"),
        Tag("professional_leadership", "Professional leadership"),
    ),
)


def purposes_of(policy: Policy | None) -> tuple[Tag, ...]:
    """What a session can be for under a policy (R336); none where it names no purposes."""
    return tuple(_tags(_block(policy).get("purposes")))


def capabilities_of(policy: Policy | None) -> Capabilities | None:
    """The framework whose capabilities a discussion can be tagged with (R059); None where the policy names none."""
    block = _block(policy).get("capabilities")
    if not isinstance(block, dict) or not (tags := tuple(_tags(block.get("items")))):
        return None
    categories = block.get("categories")
    return Capabilities(
        framework=str(block.get("framework") or ""),
        version=str(block.get("version") or ""),
        tags=tags,
        categories=frozenset(categories) if categories else None,
    )


def framework_of(policy: Policy | None) -> Capabilities:
    """The framework under which learning and appraisal are sorted: the policy's, or the one of the profession."""
    return capabilities_of(policy) or PROFESSIONAL_CAPABILITIES


def labels_of(chosen: Collection[str], tags: Collection[Tag]) -> list[str]:
    """The words of tags that were chosen, in the policy's order; of one that the policy no longer has, its name as words."""
    known = {tag.id: tag.label for tag in tags}
    gone = [name.replace("_", " ").replace("-", " ").capitalize() for name in chosen if name not in known]
    return [label for name, label in known.items() if name in chosen] + gone


def _block(policy: Policy | None) -> dict[str, Any]:
    block = policy.blocks.get("tags") if policy else None
    return block if isinstance(block, dict) else {}


def _tags(block: Any) -> Iterator[Tag]:
    for each in block if isinstance(block, list) else ():
        if isinstance(each, dict) and each.get("id"):
            yield Tag(str(each["id"]), str(each.get("label") or each["id"]))
