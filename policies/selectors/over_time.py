"""Versions of the policy over time, drafts of the next, decisions on readings, and days off that were added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import yaml

from core.actor import Actor
from policies.files import read_document
from policies.in_order import in_order
from policies.models import Adoption, DayOff, PolicyDraft, PolicyVersion, ReadingDecision
from policies.rules.policy import Ambiguity, Policy
from policies.selectors.reading import policy_of


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with when it holds or held (``adoption``; None: never yet), and who drafted it, where somebody did."""

    version: PolicyVersion
    adoption: Adoption | None
    drafted_by: str
    status: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage that can be read in two ways, and what was decided of it; the newest decision first."""

    passage: Ambiguity
    decisions: tuple[ReadingDecision, ...]

    @property
    def last(self) -> ReadingDecision | None:
        """The decision that holds."""
        return self.decisions[0] if self.decisions else None

    @property
    def is_confirmed(self) -> bool:
        """Whether the council reads it as the rules of this version do."""
        return self.last is not None and self.last.chosen == self.passage.chosen

    @property
    def needs_other_rules(self) -> bool:
        """Whether the council reads it in another way than the rules of this version."""
        return self.last is not None and not self.is_confirmed


def versions(*, on: date) -> list[VersionRow]:
    """Every version: those that hold or held, the newest first, then those that are loaded only; in two queries."""
    adoptions = list(Adoption.objects.select_related("policy").order_by("-starts_on"))
    adopted = {adoption.policy_id for adoption in adoptions}
    rows = PolicyVersion.objects.select_related("draft").defer("document", "draft__document", "draft__text")
    known = {version.pk: version for version in rows.order_by("slug", "-loaded_at")}
    found = [_row(known[adoption.policy_id], adoption, _status(adoption, on)) for adoption in adoptions]
    return found + [_row(version, None, "loaded") for version in known.values() if version.pk not in adopted]


def _row(version: PolicyVersion, adoption: Adoption | None, status: str) -> VersionRow:
    draft = getattr(version, "draft", None)
    return VersionRow(version, adoption, draft.drafted_by_name if draft else "", status)


def _status(adoption: Adoption, on: date) -> str:
    if adoption.starts_on > on:
        return "to_come"
    return "ended" if adoption.ends_on and adoption.ends_on <= on else "in_force"


def version_of(*, version_id: UUID) -> PolicyVersion | None:
    """A version by its key."""
    return PolicyVersion.objects.filter(pk=version_id).first()


def adoptions_of(*, version: PolicyVersion) -> list[Adoption]:
    """When a version held, holds or will hold."""
    return list(version.adoptions.order_by("starts_on"))


def adoptions_to_come(*, on: date) -> list[Adoption]:
    """What follows the version in force, in order."""
    return list(Adoption.objects.filter(starts_on__gt=on).select_related("policy").order_by("starts_on"))


def last_adopted() -> Adoption | None:
    """What was published last to hold: the version in force, or the last of those to come."""
    return Adoption.objects.select_related("policy").order_by("-starts_on").first()


def drafts(*, actor: Actor) -> list[PolicyDraft]:
    """Drafts within sight: the open ones first, then the newest."""
    rows = PolicyDraft.objects.visible_to(actor).defer("text", "document").order_by("-drafted_at")
    return sorted(rows, key=lambda draft: not draft.is_open)


def drafts_of_same_version(draft: PolicyDraft, *, actor: Actor) -> list[PolicyDraft]:
    """Other open drafts within sight with the same version of the same policy: of all these one alone can be published."""
    same = PolicyDraft.objects.visible_to(actor).filter(slug=draft.slug, version=draft.version)
    rows = same.filter(status=PolicyDraft.Status.DRAFT).exclude(pk=draft.pk)
    return list(rows.defer("text", "document").order_by("-drafted_at"))


def drafts_to_publish(*, actor: Actor) -> list[PolicyDraft]:
    """Open drafts that others drafted and that the actor may publish, the oldest first."""
    return list(PolicyDraft.objects.to_publish(actor).defer("text", "document").order_by("drafted_at"))


def policy_of_draft(draft: PolicyDraft) -> Policy:
    """The policy that a draft would be."""
    parent = draft.parent
    return read_document(
        draft.document,
        file=str(draft),
        parent=policy_of(parent) if parent else None,
        parent_data=parent.document if parent else None,
    )


def text_of(version: PolicyVersion) -> str:
    """A version as text to change: as it was drafted here, or its document written out."""
    draft = PolicyDraft.objects.filter(published_as=version).only("text").first()
    return draft.text if draft else written_out(version.document)


def written_out(document: dict[str, Any]) -> str:
    """A document as YAML, its keys in the order of the schema."""
    return yaml.safe_dump(in_order(document), sort_keys=False, allow_unicode=True, width=110)


def readings_of(*, version: PolicyVersion) -> list[Reading]:
    """Every passage of a version that can be read in two ways, with what was decided of it, in one query.

    Decided for an earlier version of the same policy, in the same words, it stays decided.
    """
    policy = policy_of(version)
    names = [passage.id for passage in policy.ambiguities]
    decided = ReadingDecision.objects.filter(policy__slug=version.slug, ambiguity__in=names)
    return readings(policy.ambiguities, decided.select_related("policy").order_by("-decided_at", "-pk"))


def readings(passages: Iterable[Ambiguity], decided: Iterable[ReadingDecision]) -> list[Reading]:
    """Passages with their decisions."""
    rows = list(decided)
    return [
        Reading(passage, tuple(row for row in rows if (row.ambiguity, row.passage) == (passage.id, passage.text)))
        for passage in passages
    ]


def days_off(*, on: date) -> tuple[list[DayOff], list[DayOff]]:
    """Days off that were added and stand: those from a day on in order, and those before, the newest first."""
    standing = list(DayOff.objects.standing().order_by("on"))
    return [day for day in standing if day.on >= on], [day for day in reversed(standing) if day.on < on]
