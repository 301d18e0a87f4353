"""Reading how somebody is engaged, and what prepared a supervisor."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from staff.models import KeyDate, Post, StaffMember, StaffMemberQuerySet


@dataclass(frozen=True, slots=True)
class Employment:
    """How somebody is engaged ("" without a post), in words too, and what prepared them to supervise."""

    engagement: str
    words: str
    policy_read_on: date | None
    trained_on: date | None

    @classmethod
    def read(cls, person: Any) -> "Employment":
        """Of a person that ``with_employment`` annotated."""
        engagement = person.engagement or ""
        words = Post.Engagement(engagement).label if engagement else ""
        return cls(engagement, words, person.policy_read_on, person.trained_on)


def with_employment(people: StaffMemberQuerySet, *, on: date) -> StaffMemberQuerySet:
    """Annotates what ``Employment`` is read from, as it is on a day; in the same query."""
    days = KeyDate.objects.filter(person=OuterRef("pk"))
    return people.annotate(
        engagement=Subquery(Post.objects.live(on).filter(person=OuterRef("pk")).values("engagement")[:1]),
        policy_read_on=Subquery(days.filter(kind=KeyDate.Kind.POLICY_READ).values("on")),
        trained_on=Subquery(days.filter(kind=KeyDate.Kind.SUPERVISOR_TRAINED).values("on")),
    )


def employment_of(person_id: UUID, *, on: date) -> Employment:
    """How somebody is engaged on a day, and when they read the policy and were trained; in one query."""
    return Employment.read(with_employment(StaffMember.objects.filter(pk=person_id), on=on).get())
