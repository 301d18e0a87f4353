"""When a mail may go: quiet hours, the time of the digest, days. Local, so that summer time moves nothing. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a person gets no mail: from ``starts`` up to, not including, ``ends``, over midnight where it ends earlier.

    Both alike: at no hour. ``weekends``: Saturdays and Sundays, too.
    """

    starts: time
    ends: time
    weekends: bool

    def hold(self, at: datetime) -> bool:
        """Whether a moment lies within them, by the clock in London."""
        local = at.astimezone(LONDON)
        return (self.weekends and local.weekday() >= SATURDAY) or self.hold_clock(local.time())

    def hold_clock(self, clock: time) -> bool:
        """Whether a time of day lies within them, on a working day."""
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


def is_time_for(digest_at: time, *, at: datetime) -> bool:
    """Whether the time of day at which somebody wants the digest has come, by the clock in London."""
    return at.astimezone(LONDON).time() >= digest_at


def day_bounds(at: datetime) -> tuple[datetime, datetime]:
    """The first moment of the day in London, and that of the next one: 23 to 25 hours apart."""
    today = at.astimezone(LONDON).date()
    return (
        datetime.combine(today, time(), LONDON),
        datetime.combine(today + timedelta(days=1), time(), LONDON),
    )


def monday_of(on: date) -> date:
    """The Monday of a day's week."""
    return on - timedelta(days=on.weekday())
