"""Things of the policy that an address can name: versions, passages, drafts, days off."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from core.actor import Actor, Role
from policies import services
from policies.models import Adoption, PolicyDraft
from tests.integration.policies.kit import changed
from tests.org import Org
from tests.records_kit import NOON

NEW_YEAR = {"starts_on_0": "1", "starts_on_1": "1", "starts_on_2": "2027"}


def policy_things(org: Org, *, named: Callable[..., Any]) -> dict[str, Any]:
    """By the words of docs/permissions.md."""
    version = Adoption.objects.get().policy_id
    return {
        "version of the policy": named(kwargs={"version_id": version}),
        "passage of the policy": named(
            kwargs={"version_id": version, "ambiguity": "AMB-01"}, data={"reading": "as_it_is"}
        ),
        "text of a policy": named(data={"text": changed(version="9"), **NEW_YEAR}),
        "draft of the policy": named(kwargs={"draft_id": make_policy_draft(uuid4()).pk}, data=NEW_YEAR),
        "the principal social worker's own draft of the policy": named(
            kwargs={"draft_id": make_policy_draft(org.psw.pk).pk}, data=NEW_YEAR
        ),
        "day off to come": named(
            data={"on_0": "4", "on_1": "1", "on_2": "2027", "kind": "closure", "reason": "The offices move"}
        ),
        "day off that was added": named(kwargs={"day_id": make_day_off(org)}),
    }


def make_policy_draft(drafted_by: UUID) -> PolicyDraft:
    """A draft by some principal social worker."""
    psw = Role.PRINCIPAL_SOCIAL_WORKER
    actor = Actor(staff_id=drafted_by, name="Ravi Sen", on=NOON.date(), roles=frozenset({psw}), hat=psw)
    return services.draft_policy(text=changed(), starts_on=date(2027, 1, 1), actor=actor, at=NOON)


def make_day_off(org: Org) -> UUID:
    """A closure day that lies ahead."""
    actor = org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    day = services.add_day_off(on=date(2027, 1, 5), kind="closure", reason="The offices move", actor=actor, at=NOON)
    return day.pk
