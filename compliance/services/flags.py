"""What is overdue, flagged once for each due date; and whose it is, told the same night."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from compliance import rules, selectors
from compliance.models import Flag, Kind
from compliance.rules import Key, Late
from compliance.selectors import KnownFlag
from core.clock import date_of
from notifications import services as notifications
from notifications.models import Notice

# So long after two o'clock nobody has entered anything that a night did not know
SOON_AFTER = timedelta(hours=1)
NOTICES = {
    Kind.WORKER: Notice.Kind.SESSION_OVERDUE,
    Kind.CHILD: Notice.Kind.CHILD_OVERDUE,
    Kind.CONTRACT: Notice.Kind.CONTRACT_OVERDUE,
    Kind.RECORD: Notice.Kind.RECORD_OVERDUE,
}


def raise_flags(
    kind: str, *, keys: Collection[UUID], late: Mapping[Key, Late], on: date, at: datetime
) -> tuple[int, list[KnownFlag]]:
    """Flag what was late on ``on``, once for each due date, and tell those whose it is; the number of new flags, and
    the flags that still ask for something today.

    Doing it twice changes nothing. A flag stays when its matter is settled, and says since when it is; where that was a
    mistake, which somebody took back, it stands again.
    """
    flags = selectors.flags_of(kind, keys=keys, late=late)
    known = {flag.key for flag in flags}
    new = [each for key, each in late.items() if key not in known]
    if new:
        Flag.objects.bulk_create([_flag(each, on=on, at=at) for each in new], ignore_conflicts=True)
        flags = selectors.flags_of(kind, keys=keys, late=late)
    asking = _asking(kind, flags, late, on=on, at=at)
    if settled := [flag.pk for flag in flags if flag.cleared_on is None and flag.key not in asking]:
        Flag.objects.filter(pk__in=settled).update(cleared_on=date_of(at))
    if again := [flag.pk for flag in flags if flag.cleared_on and flag.key in asking]:
        Flag.objects.filter(pk__in=again).update(cleared_on=None)
    if rules.tells_people(on=on, at=at):
        _tell([each for each in new if each.key in asking], on=on, at=at)
    return len(new), [flag._replace(cleared_on=None) for flag in flags if flag.key in asking]


def _asking(kind: str, flags: Collection[KnownFlag], late: Mapping[Key, Late], *, on: date, at: datetime) -> set[Key]:
    """What still asks for something today, as is known by now."""
    if on != date_of(at) or at - rules.known_at(on=on, at=at) > SOON_AFTER:
        late = selectors.look_at(kind, keys={flag.about for flag in flags}, on=date_of(at), known_at=at).late
    return {key for key, each in late.items() if each.still_asks}


def _tell(new: Collection[Late], *, on: date, at: datetime) -> None:
    """One notice a night of each kind for each worker and each present supervisor, however many flags there are.

    A child's are told to who holds it, those of a late record to the supervisor alone.
    """
    if not new:
        return
    today = date_of(at)
    holders = selectors.holders_of(children={each.about for each in new if each.kind == Kind.CHILD}, on=today)
    workers = {each.key: holders.get(each.about, set()) if each.kind == Kind.CHILD else {each.about} for each in new}
    supervisors = selectors.supervisors_of(people=set().union(*workers.values()), on=today)
    wanted: set[tuple[str, UUID]] = set()
    for each in new:
        for worker in workers[each.key]:
            told = supervisors.get(worker, set()) | (set() if each.kind == Kind.RECORD else {worker})
            wanted |= {(each.kind, person_id) for person_id in told}
    for kind, person_id in sorted(wanted):
        notifications.notify(
            person_id=person_id, kind=NOTICES[Kind(kind)], key=f"night {on.isoformat()}", path="/", at=at
        )


def _flag(late: Late, *, on: date, at: datetime) -> Flag:
    of_child = late.kind == Kind.CHILD
    return Flag(
        kind=late.kind,
        subject_id=None if of_child else late.about,
        child_id=late.about if of_child else None,
        rule=late.rule,
        atom=late.atom,
        due_on=late.due_on,
        raised_on=on,
        raised_at=at,
        policy=late.policy,
        why=late.why,
    )
