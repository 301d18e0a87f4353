"""What ends in one's own folder and in those of the people one supervises."""

from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse

from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import away, long_date
from staff.folder.ending import Ending
from staff.folder.rules import Stage

# Whose own it is hears of it as soon as it can be renewed; the supervisor once it presses
PRESSES = timedelta(days=14)
# Of an appraisal and of anything else, once it is over and before: how it stands, and what the day is
WORDS = {
    (True, True): ("is late", "It was due"),
    (True, False): ("is due", "It is due"),
    (False, True): ("has ended", "Its last day was"),
    (False, False): ("ends", "Its last day is"),
}


def folder_need(ending: Ending, *, me: UUID, on: date) -> Need | None:
    """What it asks of the reader; None where it does not press yet and is somebody else's."""
    is_own, is_over = ending.person_id == me, ending.stage is Stage.AFTER
    presses = ending.valid_to <= on + PRESSES
    if not is_own and not presses:
        return None
    whose = f"Your {ending.label[0].lower()}{ending.label[1:]}" if is_own else f"{ending.label} of {ending.name}"
    verb, ends = WORDS[ending.kind == "appraisal", is_over]
    return Need(
        urgency=Urgency.OVERDUE if is_over else Urgency.SOON if presses else Urgency.ARRANGE,
        title=f"{whose} {verb}",
        path=f"{reverse('staff:folder', args=[ending.person_id])}#{ending.kind}",
        action_label="Open the folder",
        hint=f"{ends} {long_date(ending.valid_to)}, {away(ending.valid_to, on)}.",
        due_on=ending.valid_to,
    )
