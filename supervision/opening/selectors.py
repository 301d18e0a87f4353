"""What a file of opening dates would do, and who has none yet."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Upper

from cases.models import Child, Episode
from core.actor import Actor
from core.errors import RuleBroken
from staff.models import Account, CategoryHeld, StaffMember
from supervision.models import Discussion, GroupMember, OpeningDate, OpeningFile, SupervisionSession
from supervision.opening.rules import Fault, Line, Sorted, check_opening_date, day_in, said_twice

ON_A_PAGE = 50
RECENT = 10
FIELDS = {
    OpeningFile.About.PEOPLE: ("E-mail", "Last supervised"),
    OpeningFile.About.CHILDREN: ("Reference", "Last discussed"),
}
IN_ORDER: tuple[Sorted, ...] = ("faulty", "changed", "new", "unchanged")


def recent_files(*, actor: Actor) -> list[OpeningFile]:
    """The last files that were brought, without their rows."""
    files = OpeningFile.objects.visible_to(actor).defer("rows").select_related("uploaded_by")
    return list(files.order_by("-uploaded_at")[:RECENT])


@dataclass(frozen=True, slots=True)
class Checked:
    """One row of a file and what it would do. ``key`` and ``on`` are None where it is faulty; ``stood``: the day so far."""

    line: Line
    is_a: Sorted
    key: UUID | None = None
    on: date | None = None
    stood: date | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class DryRun:
    """What each row of a file would do, without anything being done."""

    rows: tuple[Checked, ...]

    def of(self, what: Sorted) -> list[Checked]:
        """The rows of one sort."""
        return [row for row in self.rows if row.is_a == what]

    @cached_property
    def numbers(self) -> dict[Sorted, int]:
        """How many rows there are of each sort."""
        return {what: len(self.of(what)) for what in IN_ORDER}

    @property
    def to_enter(self) -> list[Checked]:
        """The rows that change something."""
        return self.of("new") + self.of("changed")

    def page(self, number: str) -> Page:
        """The rows, faulty ones first."""
        ordered = sorted(self.rows, key=lambda row: (IN_ORDER.index(row.is_a), row.line.number))
        return Paginator(ordered, ON_A_PAGE).get_page(number)


@dataclass(frozen=True, slots=True)
class Present:
    """What is known of those whom a file is about: the day so far, and the first session or discussion recorded here."""

    keys: Mapping[str, UUID]
    stood: Mapping[UUID, date]
    first_here: Mapping[UUID, date]


def dry_run(file: OpeningFile, *, actor: Actor) -> DryRun:
    """What a file would do today; in four queries whatever its length."""
    lines = [Line(*row) for row in file.rows]
    about = OpeningFile.About(file.about)
    names = {each.who.casefold() for each in lines if each.who}
    present = _people(names) if about is OpeningFile.About.PEOPLE else _children(names)
    days = {line.number: day for line in lines if (day := _day_or_none(line.day))}
    twice = said_twice((line.number, line.who.casefold(), days.get(line.number)) for line in lines if line.who)
    check = _Check(about, present, twice, actor)
    return DryRun(tuple(check.row(line) for line in lines))


@dataclass(frozen=True, slots=True)
class _Check:
    about: OpeningFile.About
    present: Present
    twice: Mapping[int, int]
    actor: Actor

    def row(self, line: Line) -> Checked:
        """What one row does."""
        who, day = FIELDS[self.about]
        key = self.present.keys.get(line.who.casefold())
        if fault := self._fault_of_who(line, key):
            return Checked(line, "faulty", fault=Fault(who, fault))
        try:
            on = day_in(line.day)
            what = "session" if self.about is OpeningFile.About.PEOPLE else "discussion"
            first = self.present.first_here.get(key) if key else None
            check_opening_date(on, today=self.actor.on, first_here=first, what=what)
        except RuleBroken as refusal:
            return Checked(line, "faulty", fault=Fault(day, str(refusal)))
        stood = self.present.stood.get(key) if key else None
        return Checked(line, "new" if stood is None else "unchanged" if stood == on else "changed", key, on, stood)

    def _fault_of_who(self, line: Line, key: UUID | None) -> str:
        people = self.about is OpeningFile.About.PEOPLE
        if not line.who:
            return "There is no e-mail address." if people else "There is no reference."
        if key is None:
            return "Nobody here has this e-mail address." if people else "No child here has this reference."
        if key == self.actor.staff_id:
            return "This is you. Another administrator enters your own date."
        if line.number in self.twice:
            return f"This stands on line {self.twice[line.number]}, too. Leave one of them."
        return ""


def _day_or_none(text: str) -> date | None:
    try:
        return day_in(text)
    except RuleBroken:
        return None


def _people(names: Collection[str]) -> Present:
    accounts = Account.objects.filter(email__in=names).values_list("email", "person_id")
    keys = {email.casefold(): person for email, person in accounts}
    return Present(keys, opening_days(people=keys.values()), first_held(people=keys.values()))


def _children(names: Collection[str]) -> Present:
    found = Child.objects.annotate(written=Upper("reference")).filter(written__in={name.upper() for name in names})
    keys = {reference.casefold(): child for reference, child in found.values_list("reference", "pk")}
    return Present(keys, opening_days(children=keys.values()), first_discussed(children=keys.values()))


def opening_days(*, people: Iterable[UUID] = (), children: Iterable[UUID] = ()) -> dict[UUID, date]:
    """The opening date that counts of each of the people and children that has one; in one query."""
    which = Q(person__in=list(people)) | Q(child__in=list(children))
    rows = OpeningDate.objects.filter(which).counting().values_list("person_id", "child_id", "on")
    return {person or child: on for person, child, on in rows if on}


def first_held(*, people: Iterable[UUID]) -> dict[UUID, date]:
    """The day of the first session held, alone or in a group, that is recorded here of each of the people; in two queries."""
    wanted = list(people)
    held = SupervisionSession.objects.filter(supervisee__in=wanted, status=SupervisionSession.Status.HELD)
    places = GroupMember.objects.filter(person__in=wanted).select_related("session").with_presence()
    found = dict(held.order_by().values_list("supervisee_id").annotate(Min("on")))
    for place in places:
        if place.present:
            found[place.person_id] = min(place.session.on, found.get(place.person_id, date.max))
    return found


def first_discussed(*, children: Iterable[UUID]) -> dict[UUID, date]:
    """The day of the first discussion that is recorded here of each of the children; in one query."""
    held = Discussion.objects.filter(child__in=list(children)).exclude(depth=Discussion.Depth.NOT_DISCUSSED)
    return dict(held.order_by().values_list("child_id").annotate(Min("on")))


@dataclass(frozen=True, slots=True)
class Entered:
    """One opening date as it was entered: for a page, the newest first."""

    on: date | None
    by: str
    recorded_at: datetime


def entered(*, person_id: UUID | None = None, child_id: UUID | None = None) -> list[Entered]:
    """Every opening date that was ever entered of a person or a child."""
    rows = OpeningDate.objects.filter(person=person_id, child=child_id).order_by("-recorded_at", "-pk")
    return [Entered(*row) for row in rows.values_list("on", "recorded_by__name", "recorded_at")]


@dataclass(frozen=True, slots=True)
class Without:
    """Who has no opening date: people of a category who work here, or children whose case is open."""

    about: OpeningFile.About
    page: Page


def without_opening_date(*, about: OpeningFile.About, on: date, number: str) -> Without:
    """Those who have none, by name or reference; in two queries."""
    rows: QuerySet[Any] = _people_without(on) if about is OpeningFile.About.PEOPLE else _children_without(on)
    return Without(about, Paginator(rows, ON_A_PAGE).get_page(number))


def number_without(*, on: date) -> dict[str, int]:
    """How many people, and how many children, have none; in two queries."""
    return {"people": _people_without(on).count(), "children": _children_without(on).count()}


def _people_without(on: date) -> QuerySet[StaffMember]:
    in_category = CategoryHeld.objects.live(on).filter(person=OuterRef("pk"))
    people = StaffMember.objects.employed(on).filter(Exists(in_category)).annotate(opened=_latest("person"))
    return people.filter(opened=None).with_job_title(on=on).select_related("account").order_by("name", "pk")


def _children_without(on: date) -> QuerySet[Child]:
    is_open = Episode.objects.live(on).filter(child=OuterRef("pk"))
    return (
        Child.objects.filter(Exists(is_open))
        .annotate(opened=_latest("child"))
        .filter(opened=None)
        .order_by("reference")
    )


def _latest(of: str) -> Subquery:
    rows = OpeningDate.objects.filter(**{of: OuterRef("pk")}).order_by("-recorded_at", "-pk")
    return Subquery(rows.values("on")[:1])
