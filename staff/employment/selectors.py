"""Reading how somebody is engaged, and what prepared a supervisor."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from staff.models import Post, StaffMember


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


def employment_of(person_id: UUID, *, on: date) -> Employment:
    """How somebody is engaged on a day, and when they read the policy and were trained; in one query."""
    return Employment.read(StaffMember.objects.filter(pk=person_id).with_employment(on=on).get())
