"""What requests for data ask of whoever approves or handles them."""

from django.urls import reverse

from archive.requests.selectors import RequestRow
from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import counted, long_date


def data_request_need(row: RequestRow) -> Need:
    """Approve who handles it, or answer it by its day; while the clock waits, look whether an answer came."""
    asked, clock = row.request, row.clock
    if clock.stopped_since:
        hint = f"The clock waits since {long_date(clock.stopped_since)}."
    elif clock.is_overdue:
        hint = f"It was to be answered by {long_date(clock.due_on)}." if clock.due_on else ""
    else:
        hint = (
            f"To be answered by {long_date(clock.due_on)}, in {counted(clock.days_left, 'day', 'days')}."
            if clock.due_on
            else ""
        )
    urgency = Urgency.OVERDUE if clock.is_overdue else Urgency.SOON if clock.is_soon else Urgency.WAITING
    return Need(
        urgency=urgency,
        title=f"Request for the data of {asked.about}",
        path=reverse("archive:data-request", args=[asked.pk]),
        action_label="Approve who handles it" if row.waits else "Go on with it",
        hint=hint,
        due_on=clock.due_on,
    )
