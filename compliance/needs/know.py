"""What a need to know asks: to answer a request that somebody may read, and to read what one was let read."""

from datetime import date

from django.urls import reverse

from archive.models import NeedToKnow
from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import long_date


def answer_to_know_need(need: NeedToKnow, *, on: date) -> Need:
    """Approve or refuse that somebody may read; late from the first day that was asked for."""
    return Need(
        urgency=Urgency.OVERDUE if need.starts_on < on else Urgency.WAITING,
        title=f"Say whether {need.grantee_name} may read supervision records",
        path=reverse("archive:need-detail", args=[need.pk]),
        action_label="Read and answer",
        hint=(
            f"{need.get_basis_display()}, from {long_date(need.starts_on)} to {long_date(need.last_day)}, "
            f"asked by {need.asked_by.name}."
        ),
        due_on=need.starts_on,
    )


def read_need() -> Need:
    """What one was let read waits for as long as it is open."""
    return Need(
        urgency=Urgency.WAITING,
        title="Read what you were let read",
        path=reverse("archive:needs"),
        action_label="See what it is",
        hint="Supervision records, for a purpose and a time.",
    )
