"""Which kinds of session the policy knows for a person, and what it says of groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Value

from policies import selectors as policies
from policies.rules.kinds import (
    GroupModel,
    Kinds,
    group_models,
    kinds_of_groups,
    kinds_of_sessions,
    recorder_agreed_before,
    service_slug,
)
from policies.rules.tags import Capabilities, capabilities_of, labels_of, purposes_of
from staff.models import CategoryHeld, Post
from supervision.models import Discussion, GroupSession, SupervisionSession


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """What the policy in force says of groups: their kinds, its models, and whether a recorder is agreed before."""

    kinds: tuple[str, ...]
    models: tuple[GroupModel, ...] = ()
    needs_recorder: bool = False

    def model(self, model_id: str) -> GroupModel | None:
        """The model of this id, where the policy still has it."""
        return next((model for model in self.models if model.id == model_id), None)


def kinds_of(*, person_id: UUID, on: date) -> Kinds:
    """What a one-to-one session with a person may be under the policy in force on a day."""
    policy = policies.policy_in_force(on)
    if policy is None:
        return Kinds()
    categories = CategoryHeld.objects.live(on).filter(person_id=person_id).values_list(Value("category"), "category")
    services = Post.objects.live(on).filter(person_id=person_id).values_list(Value("service"), F("team__service__name"))
    held = list(categories.union(services, all=True))
    return kinds_of_sessions(
        policy,
        categories=[what for of, what in held if of == "category"],
        services=[service_slug(what) for of, what in held if of == "service"],
    )


def capabilities_for(session: SupervisionSession) -> Capabilities | None:
    """What the discussions of a session can be tagged with, for a worker of these kinds on its day; None for nothing."""
    found = capabilities_of(policies.policy_in_force(session.on))
    if found is None or found.categories is None:
        return found
    held = CategoryHeld.objects.live(session.on).filter(person_id=session.supervisee_id)
    return found if found.fit(list(held.values_list("category", flat=True))) else None


def tags_of(
    session: SupervisionSession, discussions: Iterable[Discussion] = ()
) -> tuple[list[str], dict[UUID, list[str]]]:
    """In words what a session is for, and which capabilities its discussions show, by child; no query where nothing is."""
    shown = {each.child_id: each.capabilities for each in discussions if each.capabilities}
    if not session.purposes and not shown:
        return [], {}
    policy = policies.policy_in_force(session.on)
    capabilities = capabilities_of(policy)
    named = capabilities.tags if capabilities else ()
    return labels_of(session.purposes, purposes_of(policy)), {
        child: labels_of(chosen, named) for child, chosen in shown.items()
    }


def group_terms(*, on: date) -> GroupTerms:
    """What the policy in force on a day says of groups."""
    policy = policies.policy_in_force(on)
    if policy is None:
        return GroupTerms(kinds=(GroupSession.Kind.REFLECTIVE,))
    return GroupTerms(kinds_of_groups(policy), group_models(policy), recorder_agreed_before(policy))


def kind_choices(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Kinds of one-to-one sessions with their words, for a form."""
    return [(kind, SupervisionSession.Kind(kind).label) for kind in kinds]


def group_kind_choices(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Kinds of groups with their words, for a form."""
    return [(kind, GroupSession.Kind(kind).label) for kind in kinds]
