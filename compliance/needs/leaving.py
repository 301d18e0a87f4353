"""What a last day asks: of whoever leaves, of who works the list off, and of HR."""

from datetime import date
from uuid import UUID

from django.urls import reverse

from archive.models import Leaving
from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import away, long_date


def leaving_need(leaving: Leaving, *, me: UUID, on: date) -> Need:
    """Work the list off before the last day; after it, what is left, until HR completes it."""
    is_over = leaving.last_day < on
    name, is_own = leaving.person.name, leaving.person_id == me
    verb = "had the last day on" if is_over else "has the last day on"
    return Need(
        urgency=Urgency.OVERDUE if is_over else Urgency.ARRANGE,
        title="Your last day: what is still to be done" if is_own else f"{name} {'has left' if is_over else 'leaves'}",
        path=reverse("archive:leaving-detail", args=[leaving.pk]),
        action_label="Open the list",
        hint=f"{'Your last day is' if is_own else f'{name} {verb}'} {long_date(leaving.last_day)}, {away(leaving.last_day, on)}.",
        due_on=leaving.last_day,
    )
