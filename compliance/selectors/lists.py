"""Lists that read across people: who is overdue, what was flagged, who has not signed in yet."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Exists, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from cases.models import Allocation, Child
from compliance import access
from compliance.models import Escalation, Flag, FlagQuerySet, Kind, Night
from compliance.rules import Key
from core.actor import Actor
from core.prepared import prepared
from core.shortcuts import may
from core.templatetags.countersign import short_date
from outbox.models import Job
from policies.rules.labels import label_in
from staff.models import Account, SupervisionRelationship

ROWS_ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag as one reader sees it. ``why`` is empty for a reader who sees names and dates alone.

    ``name``: of the worker, or a child's reference, and then ``supervisor`` is who holds the child. ``told``: to whom it
    was brought and when. ``asks``: the label of the rule that asks for it. ``is_near``: of a
    child: whether somebody holds it for whom the reader answers, not somebody further down.
    """

    key: Key
    kind: Kind
    person_id: UUID | None
    name: str
    supervisor: str
    due_on: date
    raised_on: date
    cleared_on: date | None
    days: int
    why: str
    child_id: UUID | None = None
    asks: str = ""
    is_near: bool = True
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """How many children who are not within the reader's sight were brought to the reader; ``name``: who supervised."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class OverduePage:
    """A page of ``FlagRow``; ``night``: when the last night's work began, None before the first.

    ``unfinished``: some people have not been looked at yet. ``kind``: of what; ``numbers``: how many of each there are.
    ``brought``: of children whom the reader does not see, as a figure. ``sees_children``: whether any may be shown at all.
    """

    page: Page
    night: datetime | None
    unfinished: bool
    past: bool
    kind: Kind = Kind.WORKER
    numbers: tuple[tuple[Kind, int], ...] = ()
    brought: tuple[Brought, ...] = ()
    sees_children: bool = True

    @property
    def of_children(self) -> bool:
        """Whether the list is one of children."""
        return self.kind is Kind.CHILD


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody with an account who has never signed in."""

    person_id: UUID
    name: str
    invited_at: datetime


def last_night() -> tuple[datetime | None, bool]:
    """When the work of the last night began, None before the first; and whether some of it is still to be done."""
    open_chunks = Job.objects.filter(task="compliance.tasks.assess_chunk", done_at=None)
    chunks = open_chunks.annotate(night=KT("arguments__on")).filter(night=Cast(OuterRef("on"), CharField()))
    nights = Night.objects.order_by("-on").annotate(unfinished=Exists(chunks))
    return nights.values_list("started_at", "unfinished").first() or (None, False)


def standing_flags(
    *, actor: Actor, people: Collection[UUID], on: date, holders: Collection[UUID] = (), below: Collection[UUID] = ()
) -> list[FlagRow]:
    """The flags of some people within sight that still ask for a session, the longest overdue first; and those of the
    children whom ``holders`` hold, which are near, or those ``below``.
    """
    flags = _standing(actor=actor, people=people, holders=holders, below=below, on=on)
    return _rows(flags, actor=actor, on=on)


@prepared
def _standing(
    *, actor: Actor, people: Collection[UUID], holders: Collection[UUID], below: Collection[UUID], on: date
) -> FlagQuerySet:
    wanted = Q(kind=Kind.WORKER, subject_id__in=people)
    held = Allocation.objects.live(on).filter(child=OuterRef("child"))
    if holders or below:
        wanted |= Q(Exists(held.filter(holder__in=[*holders, *below])), kind=Kind.CHILD)
    flags = Flag.objects.visible_to(actor).standing().filter(wanted)
    flags = flags.annotate(is_near=Exists(held.filter(holder__in=holders))) if below else flags
    return _with_names(flags, on=on).order_by("due_on", "subject__name")


def overdue_page(*, actor: Actor, on: date, past: bool, number: str, kind: Kind = Kind.WORKER) -> OverduePage:
    """Everyone within sight who is overdue, the longest first; with ``past``, each flag ever raised, the newest first.

    ``kind``: of supervision, children, contracts or records.
    """
    flags = Flag.objects.visible_to(actor)
    numbers = _numbers(flags if past else flags.longest_of_each())
    flags = flags.filter(kind=kind)
    shown = flags.order_by("-raised_on", "due_on", "pk") if past else flags.longest_of_each().order_by("due_on", "pk")
    page: Page[Any] = Paginator(_with_names(shown, on=on), ROWS_ON_A_PAGE).get_page(number)
    page.object_list = _with_told(page.object_list, actor=actor, on=on)
    night, unfinished = last_night()
    brought = _brought(actor) if kind is Kind.CHILD and not past else ()
    return OverduePage(
        page=page, night=night, unfinished=unfinished, past=past, kind=kind, numbers=numbers, brought=brought,
        sees_children=actor.hat is None,
    )  # fmt: skip


def _brought(actor: Actor) -> tuple[Brought, ...]:
    """Who is told of children above those who see them reads how many there are, and with whom; never which."""
    told = Escalation.objects.filter(to=actor.staff_id, flag__kind=Kind.CHILD, flag__cleared_on=None)
    unseen = told.exclude(flag__child__in=Child.objects.visible_to(actor)).order_by("held_by__name")
    rows = unseen.values_list("held_by__name").annotate(number=Count("flag__child", distinct=True))
    return tuple(Brought(name or "", number) for name, number in rows)


def _numbers(flags: FlagQuerySet) -> tuple[tuple[Kind, int], ...]:
    found = dict(flags.order_by().values_list("kind").annotate(number=Count("pk")))
    return tuple((kind, found.get(kind, 0)) for kind in Kind)


def _with_told(flags: Iterable[Flag], *, actor: Actor, on: date) -> list[FlagRow]:
    """The rows of a page, and to whom each was brought; in one query more."""
    shown = list(flags)
    told: dict[UUID, list[str]] = {}
    for row in Escalation.objects.filter(flag__in=[flag.pk for flag in shown]).in_order():
        instead = f" in place of {row.in_place_of.name}" if row.in_place_of else ""
        told.setdefault(row.flag_id, []).append(f"{row.to.name}{instead}, {short_date(row.on)}")
    rows = _rows(shown, actor=actor, on=on)
    return [replace(row, told=tuple(told.get(flag.pk, ()))) for flag, row in zip(shown, rows, strict=True)]


def invited_page(*, actor: Actor, on: date, number: str) -> Page:
    """Everyone invited who has never signed in, the longest first. Raises NotAllowed."""
    access.check_can_see_invited(actor)
    accounts = Account.objects.filter(is_active=True, last_login=None)
    accounts = accounts.filter(Q(person__left_on=None) | Q(person__left_on__gt=on)).select_related("person")
    page: Page[Any] = Paginator(accounts.order_by("invited_at", "pk"), ROWS_ON_A_PAGE).get_page(number)
    page.object_list = [Invited(row.person_id, row.person.name, row.invited_at) for row in page.object_list]
    return page


def _with_names(flags: FlagQuerySet, *, on: date) -> FlagQuerySet:
    supervision = SupervisionRelationship.objects.live(on).filter(
        supervisee=OuterRef("subject"), kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
    )
    holders = Allocation.objects.live(on).filter(child=OuterRef("child")).order_by("starts_on", "pk")
    return flags.select_related("subject", "child").annotate(
        supervisor_name=Coalesce(
            Subquery(supervision.values("supervisor__name")[:1]), Subquery(holders.values("holder__name")[:1])
        )
    )


def _rows(flags: Iterable[Flag], *, actor: Actor, on: date) -> list[FlagRow]:
    return [_row(flag, open_to_reader=_may_read_why(actor, flag), on=on) for flag in flags]


def _may_read_why(actor: Actor, flag: Flag) -> bool:
    """A child within sight is one whose due dates the reader answers for."""
    return flag.subject_id is None or may(access.check_can_read_why, actor, flag.subject_id)


def _row(flag: Flag, *, open_to_reader: bool, on: date) -> FlagRow:
    return FlagRow(
        key=flag.key,
        kind=Kind(flag.kind),
        person_id=flag.subject_id,
        child_id=flag.child_id,
        name=flag.subject.name if flag.subject else str(flag.child),
        supervisor=getattr(flag, "supervisor_name", None) or "",
        due_on=flag.due_on,
        raised_on=flag.raised_on,
        cleared_on=flag.cleared_on,
        days=flag.days_overdue(flag.cleared_on or on),
        why=flag.why if open_to_reader else "",
        asks=label_in(flag.why),
        is_near=getattr(flag, "is_near", True),
    )
