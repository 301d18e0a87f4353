"""What children who were not discussed in time ask of those who hold them, and of their supervisors."""

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from django.urls import reverse

from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import counted, long_date


def children_needs(late: Mapping[UUID, date]) -> Iterator[Need]:
    """One need for all of them, with the day on which the first fell due; the list names them. ``late``: due when."""
    if not late:
        return
    first = min(late.values())
    yield Need(
        urgency=Urgency.OVERDUE,
        title=f"{counted(len(late), 'child has', 'children have')} not been discussed in time",
        path=f"{reverse('compliance:overdue')}?what=child",
        action_label="See which",
        hint=f"As of last night. The first was due {long_date(first)}.",
        due_on=first,
        status="overdue",
    )
