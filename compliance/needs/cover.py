"""What the absence of a supervisor asks of the line manager: cover for each supervisee, and its end."""

from datetime import date

from django.urls import reverse

from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import away as from_today
from core.templatetags.countersign import long_date
from staff.cover.selectors import Away

NAMES_AT_ONCE = 12


def cover_need(away: Away, *, on: date) -> Need:
    """Name cover for those who have nobody, by name; or end it, where the supervisor is back."""
    path = reverse("staff:cover", args=[away.person_id])
    if away.is_back(on):
        return Need(
            urgency=Urgency.WAITING,
            title=f"End the cover for {away.name}",
            path=reverse("staff:cover-end", args=[away.person_id]),
            action_label="End the cover",
            hint=f"{away.name} is not away any more. Covered for: {_names([row.name for row in away.covered])}.",
            due_on=on,
        )
    absence, since = away.absence, ""
    if absence:
        verb = "Away since" if absence.starts_on <= on else "Away from"
        since = f"{verb} {long_date(absence.starts_on)}, {from_today(absence.starts_on, on)}. "
    return Need(
        urgency=Urgency.OVERDUE if away.due_on and away.due_on < on else Urgency.WAITING,
        title=f"Name cover for {away.name}",
        path=path,
        action_label="Name cover",
        hint=f"{since}Without cover: {_names([row.name for row in away.uncovered])}.",
        due_on=away.due_on,
    )


def _names(names: list[str]) -> str:
    shown = names[:NAMES_AT_ONCE]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if shown[1:] else "".join(shown)
