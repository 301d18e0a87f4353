"""Today, for this authority. Called by views, tasks, commands and middleware only."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, in UTC."""
    return timezone.now()


def date_of(at: datetime) -> date:
    """The civil date in Europe/London of a moment."""
    return at.astimezone(LONDON).date()
