"""What the mail of the morning counts: what is overdue, and the week to come. Keys, days and times; nobody's name."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cases.models import Allocation, Child
from compliance.models import Flag, Kind
from core.actor import Actor
from core.templatetags.countersign import DAYS, counted, time_of
from notifications.rules import Line
from policies.rules.answers import Assessment, ChildAssessment
from records.models import Action
from supervision.models import SupervisionSession
from supervision.selectors import child_statuses, statuses

# Under which kind of notice each kind of flag is counted
COUNTED = {
    Kind.WORKER: "session_overdue",
    Kind.CHILD: "child_overdue",
    Kind.CONTRACT: "contract_overdue",
    Kind.RECORD: "record_overdue",
}


def overdue_things(*, actor: Actor, on: date) -> dict[str, set[UUID]]:
    """What is overdue for a person, by kind, each by its oldest flag: own and supervisees' sessions and contracts, the
    children whom they hold, and the records that the person has to enter as supervisor.

    Reminders of actions come as notices, and are as few.
    """
    people = {actor.staff_id} | actor.supervises
    held = Allocation.objects.live(on).filter(child=OuterRef("child"), holder__in=people)
    mine = (Q(subject__in=people) & ~Q(kind=Kind.RECORD, subject=actor.staff_id)) | Q(Exists(held))
    flags = Flag.objects.visible_to(actor).longest_of_each().filter(mine)
    found: dict[str, set[UUID]] = {}
    for kind, flag in flags.values_list("kind", "pk"):
        found.setdefault(COUNTED[Kind(kind)], set()).add(flag)
    return found


def week_lines(*, actor: Actor, on: date) -> Iterator[Line]:
    """The rest of the week, from a day to its Sunday: sessions by day and time, what falls due, how much of each."""
    sunday = on + timedelta(days=6 - on.weekday())
    yield from _sessions(actor, on, sunday)
    home = reverse("compliance:home")
    people = {actor.staff_id} | actor.supervises
    if number := _falling_due(statuses(people=people, on=on).values(), on, sunday):
        yield Line(f"{counted(number, 'session falls', 'sessions fall')} due by Sunday", home)
    held = Allocation.objects.live(on).filter(holder__in=people)
    children = Child.objects.visible_to(actor).filter(pk__in=held.values("child")).values_list("pk", flat=True)
    if number := _falling_due(child_statuses(children=list(children), on=on).values(), on, sunday):
        path = f"{reverse('supervision:child-list')}?status=soon"
        yield Line(f"{counted(number, 'child falls', 'children fall')} due for discussion by Sunday", path)
    actions = Action.objects.visible_to(actor).live().filter(owner=actor.staff_id, due_on__range=(on, sunday))
    if number := actions.count():
        yield Line(f"{counted(number, 'action of yours falls', 'actions of yours fall')} due by Sunday", home)


def _falling_due(answers: Iterable[Assessment | ChildAssessment], first: date, last: date) -> int:
    """Of how many people or children the most pressing due date lies within some days."""
    pressing = (answer.pressing() for answer in answers)
    return sum(bool(row and row.due_on and first <= row.due_on <= last) for row in pressing)


def _sessions(actor: Actor, first: date, last: date) -> Iterator[Line]:
    sessions = SupervisionSession.objects.visible_to(actor).planned().of_person(actor.staff_id)
    times = list(sessions.filter(on__range=(first, last)).order_by("on", "starts").values_list("on", "starts"))
    if not times:
        return
    path = reverse("supervision:diary")
    yield Line(f"{counted(len(times), 'session', 'sessions')} of supervision in your diary", path)
    for day, rows in groupby(times, key=lambda row: row[0]):
        yield Line(f"{DAYS[day.weekday()]}: {', '.join(time_of(starts) for _, starts in rows)}", path)
