"""A change of supervisor for the sweep: planned only while it is asked about, so that everything else goes on as it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from staff.models import StaffMember, SupervisionRelationship
from supervision.handing_over import services
from tests.org import Org
from tests.records_kit import load_templates

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHANGES_ON = date(2026, 12, 1)


def handover_things(org: Org, *, named: Callable[..., Any]) -> dict[str, Any]:
    """The worker while a change is planned, and the brief that the supervisor has begun for it."""
    keys: dict[str, UUID] = {}

    def plan(_: StaffMember | None) -> None:
        by_line = {"supervisee": org.worker, "kind": SupervisionRelationship.Kind.LINE_MANAGEMENT}
        SupervisionRelationship.objects.filter(**by_line, supervisor=org.supervisor).update(ends_on=CHANGES_ON)
        SupervisionRelationship.objects.create(**by_line, supervisor=org.outsider, starts_on=CHANGES_ON, recorded_at=AT)

    def begin(asker: StaffMember | None) -> None:
        load_templates()
        plan(asker)
        actor = org.actor(org.supervisor, on=AT.date())
        keys["record_id"] = services.open_brief(person_id=org.worker.pk, actor=actor, at=AT).pk

    return {
        "worker whose supervisor changes": named(kwargs={"person_id": org.worker.pk}, before=plan),
        "hand-over brief in draft": named(kwargs=keys, before=begin),
    }
