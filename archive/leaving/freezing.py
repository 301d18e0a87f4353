"""When a last day is over: the file of a completed leaving is frozen and goes to HR's archive; the others are chased."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from archive.bags.services import ask_for_bag
from archive.files.services import take_over
from archive.leaving import selectors
from archive.leaving.services import tell
from archive.models import Leaving
from core.clock import date_of
from staff.accounts import release_account
from staff.models import Custody, SightGrant, StaffMember
from trail import services as trail

BAG_FOR = "Archive of a leaver’s supervision file"


def watch_leavings(*, at: datetime) -> int:
    """Freeze what is completed and over, and tell of what is over and not completed; how many were frozen.

    Run again, it freezes and tells nothing twice; what a night missed, the next run does.
    """
    on = date_of(at)
    due = list(Leaving.objects.to_freeze(on).order_by("last_day", "pk").values_list("pk", flat=True))
    frozen = sum(freeze_leaving(leaving_id=leaving_id, at=at) for leaving_id in due)
    _tell_of_overdue(on=on)
    return frozen


@transaction.atomic
def freeze_leaving(*, leaving_id: UUID, at: datetime) -> bool:
    """Take a file into custody: from then on nothing is added to it or changed, and HR alone opens it (R106, R140).

    Where something came up after the list was complete, the leaving is open again, and HR hears of it. Two at once, or a
    second time: one of them does it, once. Gives whether this one did.
    """
    on = date_of(at)
    waiting = Leaving.objects.to_freeze(on).filter(pk=leaving_id)
    person_id = waiting.values_list("person_id", flat=True).first()
    if person_id is None:
        return False
    # Not without the key: whoever writes to the file holds that
    person = StaffMember.objects.select_for_update(of=("self",)).get(pk=person_id)
    leaving = waiting.select_for_update(of=("self",)).first()
    if leaving is None:
        return False
    leaving.person = person
    if selectors.checklist_of(leaving, on=on).blocking:
        _reopen(leaving, at=at)
        return False
    Custody.objects.create(person=person, starts_on=leaving.left_on, recorded_at=at)
    SightGrant.objects.in_force().filter(person=person).update(ended_at=at)
    release_account(person=person, at=at)
    take_over(person_id=person.pk, last_day=leaving.last_day, at=at)
    ask_for_bag(person_id=person.pk, purpose=BAG_FOR, press=leaving.pk, actor=None, at=at)
    trail.record(actor=None, verb="leaving.file_frozen", target=leaving, about=person.pk, at=at)
    return True


def _reopen(leaving: Leaving, *, at: datetime) -> None:
    completed_by = leaving.completed_by_id
    leaving.completed_by = leaving.completed_at = None
    leaving.save(update_fields=["completed_by", "completed_at"])
    trail.record(actor=None, verb="leaving.reopened", target=leaving, about=leaving.person_id, at=at)
    told = {completed_by, leaving.person.finisher_id} - {None}
    tell(leaving, {key for key in told if key}, what=f"open again {at.isoformat()}")


@transaction.atomic
def _tell_of_overdue(*, on: date) -> None:
    """Once of each leaving: HR and who finishes, where the last day is over and the list is not complete."""
    over = list(Leaving.objects.open().filter(last_day__lt=on, person__custody=None).select_related("person"))
    if not over:
        return
    hr = selectors.hr_people(on=on)
    for leaving in over:
        finisher = leaving.person.finisher_id
        people = (hr | ({finisher} if finisher else set())) - {leaving.person_id}
        tell(leaving, people, what=f"over {leaving.last_day.isoformat()}")
