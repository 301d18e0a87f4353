"""Sessions that are booked for a day on which their supervisor is recorded as away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from staff.models import Absence, SupervisionRelationship
from supervision.models import SupervisionSession


@dataclass(frozen=True, slots=True)
class Clash:
    """The first such session of somebody. ``is_covered``: whether somebody covers for the supervisor on that day."""

    session_id: UUID
    on: date
    supervisor_id: UUID
    supervisor: str
    is_covered: bool

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> "Clash | None":
        """The one in a value of ``first_clash``."""
        if row is None:
            return None
        on = date.fromisoformat(row["on"])
        return cls(UUID(row["id"]), on, UUID(row["supervisor_id"]), row["supervisor"], row["is_covered"])


def first_clash(supervisee: Any, *, on: date) -> QuerySet[Any]:
    """The first from a day on as one value, for a subquery of a list that is read anyway."""
    here = {"person": OuterRef("supervisor"), "starts_on__lte": OuterRef("on")}
    away = Absence.objects.filter(
        Q(ends_on__gt=OuterRef("on")) | Q(ends_on=None) & (Q(expected_to=None) | Q(expected_to__gt=OuterRef("on"))),
        **here,
    )
    cover = SupervisionRelationship.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("on")),
        supervisee=OuterRef("supervisee"),
        kind=SupervisionRelationship.Kind.COVER,
        starts_on__lte=OuterRef("on"),
    ).exclude(supervisor=OuterRef("supervisor"))
    sessions = SupervisionSession.objects.planned().filter(Exists(away), supervisee=supervisee, on__gte=on)
    value = JSONObject(
        id="pk", on="on", supervisor_id="supervisor_id", supervisor=F("supervisor__name"), is_covered=Exists(cover)
    )
    return sessions.order_by("on", "starts").values(value=value)[:1]
