"""What the yearly survey asks of somebody."""

from collections.abc import Iterator

from django.urls import reverse

from compliance.healthcheck.selectors import Asked
from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import long_date


def survey_needs(asked: Asked | None) -> Iterator[Need]:
    """Answer it, as long as it is open."""
    if asked:
        yield Need(
            urgency=Urgency.WAITING,
            title="Say how it is to work here",
            path=reverse("compliance:health-check-answer", args=[asked.survey_id]),
            action_label="Answer the survey",
            hint=f"Without your name. Open until {long_date(asked.last_day)}.",
            due_on=asked.last_day,
        )
