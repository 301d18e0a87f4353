"""Two who leave: one whose last day lies ahead, with a list to work off, and one whose file is in HR's archive."""

from datetime import date, datetime, timedelta

from archive.bags.services import ask_for_bag
from archive.files.services import take_over
from archive.leaving.freezing import BAG_FOR
from archive.leaving.rules import TO_RETURN
from archive.leaving.services import confirm, set_last_day
from archive.models import Leaving, LeavingMark
from compliance.demo import people
from core.actor import Actor, Role
from staff.models import Custody, StaffMember
from staff.selectors import actor_for

IN_NOTICE = "Lucy Prosser"
NOTICE = timedelta(days=25)


def tell(*, at: datetime, today: date) -> int:
    """Store both; how many."""
    actor = actor_for(StaffMember.objects.get(name=people.HR), on=today, hat=Role.HR)
    _leave(actor, at=at, today=today)
    _archive(actor, at=at)
    return 2


def _leave(actor: Actor, *, at: datetime, today: date) -> None:
    leaver = StaffMember.objects.get(name=IN_NOTICE)
    leaving = set_last_day(person_id=leaver.pk, last_day=today + NOTICE, actor=actor, at=at)
    confirm(leaving_id=leaving.pk, key="paper_copies", is_done=True, actor=actor, at=at)


def _archive(actor: Actor, *, at: datetime) -> None:
    """Somebody who left before the product was there to ask; HR had the copies, and completed it."""
    leaver = StaffMember.objects.get(name=people.LEAVER)
    assert leaver.left_on is not None  # noqa: S101  the demo's authority lets this one go
    known = {"last_day": leaver.left_on - timedelta(days=1), "set_by_id": actor.staff_id, "set_at": at}
    leaving = Leaving.objects.create(person=leaver, completed_by_id=actor.staff_id, completed_at=at, **known)
    for key in TO_RETURN:
        LeavingMark.objects.create(leaving=leaving, key=key, is_done=True, by_id=actor.staff_id, at=at)
    Custody.objects.create(person=leaver, starts_on=leaver.left_on, recorded_at=at)
    take_over(person_id=leaver.pk, last_day=leaving.last_day, at=at)
    ask_for_bag(person_id=leaver.pk, purpose=BAG_FOR, press=leaving.pk, actor=None, at=at)
