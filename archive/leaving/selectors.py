"""Reading who leaves, what is still open of it, and what was confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from archive.leaving.access import sees_links
from archive.leaving.rules import TO_RETURN
from archive.models import Leaving, LeavingItem, LeavingMark, LeavingQuerySet
from cases.models import Allocation
from core.actor import Actor, Role
from core.templatetags.countersign import counted, long_date
from records.models import Action, Record
from records.rules import EXAMINING, State
from staff.models import ManagementLine, StaffMember, SupervisionRelationship
from staff.relationships.selectors import supervisor_on
from staff.selectors import people_with_role
from supervision.models import Matter, SupervisionSession

NAMES_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Open:
    """One kind of thing that is still open: how many, in words, whom or when it concerns, and where it is mended.

    ``mends``: who does it, and how. ``blocks``: whether the list is incomplete until it is done.
    """

    key: str
    number: int
    words: str
    names: str = ""
    mends: str = ""
    path: str = ""
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class ToReturn:
    """One thing to be returned or settled, and who confirmed it when; ``by`` is empty while nobody has."""

    key: str
    words: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is open of a leaving, and what is to be returned."""

    open: list[Open]
    to_return: list[ToReturn]

    @property
    def blocking(self) -> list[str]:
        """What keeps the list from being complete, in words."""
        unconfirmed = [one.words.split(",")[0].split(":")[0] for one in self.to_return if not one.by]
        return [one.words for one in self.open if one.blocks] + [f"{words}: not confirmed" for words in unconfirmed]


def checklist_of(leaving: Leaving, *, on: date, actor: Actor | None = None) -> Checklist:
    """What is open of a leaving on a day, read from the rooms below as it is now; in three queries.

    ``actor``: for whom rows lead to where they are mended; without one they lead nowhere.
    """
    linked = actor is not None and sees_links(actor, leaving)
    return Checklist(open=list(_open(leaving, on=on, linked=linked)), to_return=_to_return(leaving))


def leavings(*, actor: Actor, search: str = "", stands: str = "open") -> LeavingQuerySet:
    """Leavings by their last day: those that are open, or that are completed; of people whose name fits."""
    found = Leaving.objects.visible_to(actor).standing().with_people()
    found = found.filter(completed_at__isnull=stands != "completed")
    people = StaffMember.objects.matching(search)
    if search.strip():
        found = found.filter(person__in=people.values("pk"))
    return found.order_by("last_day" if stands != "completed" else "-last_day", "person__name", "pk")


def leaving_of(person_id: UUID, *, actor: Actor) -> Leaving | None:
    """The leaving of a person that stands, where the actor sees it."""
    return Leaving.objects.visible_to(actor).standing().filter(person=person_id).first()


def asks_of(actor: Actor) -> LeavingQuerySet:
    """Leavings with something to do for the actor on the home page: the leaver's own, those near, and all for HR.

    With no hat but HR's, and without those that HR has completed.
    """
    if actor.hat is not None and actor.hat is not Role.HR:
        return Leaving.objects.none()
    return Leaving.objects.visible_to(actor).open()


def finisher_for(person: StaffMember, *, on: date) -> UUID | None:
    """Who finishes what somebody leaves: the line manager of the supervisor; else the own line manager; else nobody."""
    supervisor = supervisor_on(person.pk, on=on)
    wanted = [key for key in (supervisor, person.pk) if key]
    lines = dict(ManagementLine.objects.live(on).filter(person__in=wanted).values_list("person_id", "manager_id"))
    found = [lines[key] for key in wanted if key in lines and lines[key] != person.pk]
    here = set(StaffMember.objects.employed(on).filter(pk__in=found).values_list("pk", flat=True))
    return next((key for key in found if key in here), None)


def hr_people(*, on: date) -> set[UUID]:
    """Who is told of what HR has to do."""
    return people_with_role(Role.HR, on=on)


def returners(*, actor: Actor, leaving: Leaving) -> QuerySet[StaffMember]:
    """Who may be the new file of somebody who left: those who began after, and are linked to no old file."""
    people = StaffMember.objects.visible_to(actor).employed(actor.on).filter(employed_from__gte=leaving.left_on)
    return people.filter(came_back_from=None).exclude(pk=leaving.person_id)


# What is open, counted in one query


def _counted(rows: QuerySet[Any]) -> Coalesce:
    one = rows.order_by().annotate(_one=Value(1)).values("_one").annotate(_number=Count("pk")).values("_number")
    return Coalesce(Subquery(one), 0, output_field=IntegerField())


def _facts(leaving: Leaving, *, on: date) -> dict[str, Any]:
    person, left_on = leaving.person_id, leaving.left_on
    agreed = Action.objects.live().agreed_with([person])
    planned = SupervisionSession.objects.planned()
    known: Any = Record.objects.not_expired().with_state()
    unsealed = known.exclude(state=State.SEALED).exclude(kind__in=EXAMINING)
    about = unsealed.filter(Q(subject=person) | Q(discussed_with=person))
    waiting = Q(state=State.AWAITING)
    received = planned.filter(supervisee=person)
    said = {"on": "on", "supervisee": "supervisee__name", "supervisor": "supervisor__name"}
    later = planned.of_person(person).filter(on__gte=left_on).order_by("on", "starts")
    line = SupervisionRelationship.Kind.LINE_MANAGEMENT
    next_one = SupervisionRelationship.objects.open(left_on).filter(supervisee=OuterRef("supervisee"), kind=line)
    given = SupervisionRelationship.objects.filter(supervisor=person, kind=line, ends_on=left_on)
    given = given.filter(~Exists(next_one), supervisee__left_on=None).order_by("supervisee__name")
    manager = ManagementLine.objects.open(left_on).filter(person=OuterRef("person"), confirmed_at__isnull=False)
    managed = ManagementLine.objects.confirmed().filter(manager=person, ends_on=left_on, person__left_on=None)
    managed = managed.filter(~Exists(manager)).order_by("person__name")
    return dict(
        StaffMember.objects.filter(pk=person)
        .annotate(
            owned=_counted(Action.objects.live().filter(owner=person)),
            agreed=_counted(agreed.filter(owner=F("record__author")).exclude(owner=person)),
            children=_counted(Allocation.objects.open(max(left_on, on)).filter(holder=person)),
            later=ArraySubquery(later.values(said=JSONObject(**said))),
            unclosed=_counted(received.filter(on__lt=min(on, left_on))),
            drafts=_counted(about.exclude(waiting)),
            waiting=_counted(about.filter(waiting)),
            written=_counted(unsealed.filter(author=person).exclude(pk__in=about.values("pk"))),
            unanswered=_counted(
                Matter.objects.filter(Q(supervisee=person) | Q(referred_to=person), status=Matter.Status.REFERRED)
            ),
            supervisees=ArraySubquery(given.values("supervisee__name")),
            managed=ArraySubquery(managed.values("person__name")),
        )
        .values()
        .get()
    )


def _open(leaving: Leaving, *, on: date, linked: bool) -> Iterator[Open]:
    facts, person = _facts(leaving, on=on), leaving.person_id
    over = leaving.left_on <= on

    def address(view: str, *args: Any, query: str = "") -> str:
        return f"{reverse(view, args=args)}{query}" if linked else ""

    to_actions = address("records:actions", query=f"?show=give-on&person={person}" if over else "")
    if number := facts["owned"]:
        words = counted(number, "open action is", "open actions are")
        yield Open("actions", number, f"{words} still with {leaving.person.name}", "", GIVE_ON, to_actions)
    if number := facts["agreed"]:
        words = counted(number, "open action is", "open actions are")
        agreed = f"?person={person}" if not over else f"?show=give-on&person={person}"
        words = f"{words} agreed in this supervision, with the supervisor"
        yield Open("agreed", number, words, "", CLOSE_THEM, address("records:actions", query=agreed))
    if number := facts["children"]:
        words = f"{counted(number, 'child is', 'children are')} still held by {leaving.person.name}"
        path = address("supervision:child-list", query=f"?holder={person}" if not over else "?status=without_worker")
        yield Open("children", number, words, "", ALLOCATE, path)
    yield from _of_sessions(facts, leaving, diary=address("supervision:diary"))
    yield from _of_records(facts, leaving, drafts=address("compliance:home", query="?all=1"))
    if number := facts["unanswered"]:
        words = f"{counted(number, 'matter', 'matters')} put to a manager without an answer"
        yield Open("matters", number, words, "", ANSWER, address("supervision:matters"))
    directory = address("staff:directory")
    if names := facts["supervisees"]:
        words = f"{counted(len(names), 'person has', 'people have')} no supervisor from then on"
        yield Open("supervisees", len(names), words, _some(names), NEXT_SUPERVISOR, directory, blocks=False)
    if names := facts["managed"]:
        words = f"{counted(len(names), 'person has', 'people have')} no line manager from then on"
        yield Open("managed", len(names), words, _some(names), NEXT_MANAGER, directory, blocks=False)


GIVE_ON = "The supervisor gives them to somebody else, or says that they are done; after the last day, who finishes."
CLOSE_THEM = "The supervisor does them, drops them with a reason, or gives them to somebody else."
ALLOCATE = "The supervisor gives each child to another worker; after the last day, the manager."
CALL_OFF = "A successor takes over, the supervisor cancels, or they are all called off here."
UNCLOSED = "The supervisor says whether it was held; after the last day it can be called off here."
SIGN = "The supervisor signs them; after the last day, the manager closes them unsigned."
COUNTERSIGN = "The person leaving signs them; after the last day, the manager closes them unsigned."
WRITTEN = "The person leaving signs them; after the last day, the manager closes them unsigned."
ANSWER = "The manager to whom it was put answers, or it is closed."
NEXT_SUPERVISOR = "Their line manager chooses another supervisor on their page."
NEXT_MANAGER = "Whoever is above them chooses another line manager on their page."


def _of_sessions(facts: dict[str, Any], leaving: Leaving, *, diary: str) -> Iterator[Open]:
    if later := facts["later"]:
        name = leaving.person.name
        who = [one["supervisor"] if one["supervisee"] == name else one["supervisee"] for one in later]
        days = [
            f"{long_date(date.fromisoformat(one['on']))} with {with_}" for one, with_ in zip(later, who, strict=True)
        ]
        words = f"{counted(len(later), 'session is', 'sessions are')} booked after the last day"
        yield Open("sessions", len(later), words, _some(days), CALL_OFF, diary)
    if number := facts["unclosed"]:
        words = f"Nobody has said what became of {counted(number, 'session', 'sessions')}"
        yield Open("unclosed", number, words, "", UNCLOSED, diary)


def _of_records(facts: dict[str, Any], leaving: Leaving, *, drafts: str) -> Iterator[Open]:
    if number := facts["drafts"]:
        yield Open("drafts", number, f"{counted(number, 'record is', 'records are')} not finished", "", SIGN, drafts)
    if number := facts["waiting"]:
        words = f"{counted(number, 'record waits', 'records wait')} for the signature of {leaving.person.name}"
        yield Open("waiting", number, words, "", COUNTERSIGN, drafts)
    if number := facts["written"]:
        words = f"{counted(number, 'record', 'records')} begun by {leaving.person.name} about others, not finished"
        yield Open("written", number, words, "", WRITTEN, drafts)


def _some(names: list[str]) -> str:
    rest = len(names) - NAMES_AT_ONCE
    return f"{'; '.join(names[:NAMES_AT_ONCE])}{f'; and {rest} more' if rest > 0 else ''}"


def _to_return(leaving: Leaving) -> list[ToReturn]:
    last = {mark.key: mark for mark in LeavingMark.objects.filter(leaving=leaving).select_related("by")}
    items = LeavingItem.objects.filter(leaving=leaving).order_by("added_at", "pk")
    wanted = [*TO_RETURN.items(), *((str(item.pk), item.words) for item in items)]
    return [_standing(key, words, last.get(key)) for key, words in wanted]


def _standing(key: str, words: str, mark: LeavingMark | None) -> ToReturn:
    done = mark is not None and mark.is_done
    return ToReturn(key, words, mark.by.name if mark and done else "", mark.at if mark and done else None)
