"""Flags as the night reads them, and who is above whom when they are brought on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from cases.models import Allocation
from compliance.models import Escalation, Flag, Kind
from compliance.rules import CHILDREN, Key, Late
from core.actor import Role
from staff.models import Absence, ManagementLine, RoleHeld, StaffMember, SupervisionRelationship

# Nobody's line is longer, and a loop in it ends
HIGHEST = 8


class KnownFlag(NamedTuple):
    """A flag as far as a night has to know it. ``about``: the worker or the child."""

    pk: UUID
    kind: str
    about: UUID
    rule: str
    atom: str
    due_on: date
    raised_on: date
    cleared_on: date | None

    @property
    def key(self) -> Key:
        """What it was raised for, once."""
        return (self.about, self.rule, self.atom, self.due_on)


def flags_of(kind: str, *, keys: Collection[UUID], late: Mapping[Key, Late]) -> list[KnownFlag]:
    """The flags of people or children that stand, or were raised for something that is late now."""
    about = "child" if kind == CHILDREN else "subject"
    days = {each.due_on for each in late.values()}
    rows = Flag.objects.filter(Q(cleared_on=None) | Q(due_on__in=days), **{f"{about}__in": keys})
    columns = ("pk", "kind", f"{about}_id", "rule", "atom", "due_on", "raised_on", "cleared_on")
    return [KnownFlag(*row) for row in rows.order_by("pk").values_list(*columns)]


@dataclass(slots=True)
class Line:
    """Who is to be told of some flags on a day. ``supervisors``: of each worker or child; empty for nobody."""

    supervisors: dict[UUID, UUID] = field(default_factory=dict)
    workers: dict[UUID, UUID] = field(default_factory=dict)
    managers: dict[UUID, UUID] = field(default_factory=dict)
    service_managers: set[UUID] = field(default_factory=set)
    away: set[UUID] = field(default_factory=set)

    def above(self, about: UUID) -> list[UUID | None]:
        """The supervisor (None: nobody), then those above in the line, nearest first; never the worker."""
        supervisor = self.supervisors.get(about)
        worker = self.workers.get(about)
        found: list[UUID | None] = [supervisor]
        lowest = supervisor or worker
        current = self.managers.get(lowest) if lowest else None
        while current and current not in found and len(found) <= HIGHEST:
            if current != worker:
                found.append(current)
            current = self.managers.get(current)
        return found


def line_of(flags: Iterable[KnownFlag], *, on: date) -> Line:
    """Who supervises the workers of some flags on a day, the holders of their children, and who is above, who is away."""
    line = Line()
    flags = list(flags)
    line.workers = {flag.about: flag.about for flag in flags if flag.kind != Kind.CHILD}
    children = {flag.about for flag in flags if flag.kind == Kind.CHILD}
    held = Allocation.objects.live(on).filter(child_id__in=children).order_by("-without_worker", "-starts_on", "pk")
    without_worker: dict[UUID, UUID] = {}
    for child, holder, alone in held.values_list("child_id", "holder_id", "without_worker"):
        if alone:
            without_worker[child] = holder
        line.workers[child] = holder
    supervised = _supervisors(set(line.workers.values()), on=on)
    line.supervisors = {about: supervised[worker] for about, worker in line.workers.items() if worker in supervised}
    # Of a child whom nobody works with the holder is the team's manager
    line.supervisors |= without_worker
    line.workers = {about: worker for about, worker in line.workers.items() if about not in without_worker}
    _climb(line, {*line.supervisors.values(), *line.workers.values()}, on=on)
    everybody = {*line.managers, *line.managers.values(), *line.supervisors.values()}
    line.service_managers = set(
        RoleHeld.objects.live(on)
        .filter(role=Role.SERVICE_MANAGER, person__in=everybody)
        .values_list("person", flat=True)
    )
    line.away = set(Absence.objects.filter(person__in=everybody).live(on).values_list("person", flat=True))
    line.away |= set(StaffMember.objects.filter(pk__in=everybody, left_on__lte=on).values_list("pk", flat=True))
    return line


def held_by(flags: Iterable[KnownFlag], line: Line) -> dict[UUID, UUID]:
    """Who supervised on the day that each flag was due, by flag: whose figure it is."""
    flags = list(flags)
    people = {line.workers[flag.about] for flag in flags if flag.about in line.workers}
    spells: dict[UUID, list[tuple[date, date | None, UUID]]] = defaultdict(list)
    rows = SupervisionRelationship.objects.filter(
        supervisee__in=people, kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
    )
    for supervisee, *spell in rows.values_list("supervisee_id", "starts_on", "ends_on", "supervisor_id"):
        spells[supervisee].append((spell[0], spell[1], spell[2]))
    found = {}
    for flag in flags:
        for starts_on, ends_on, supervisor in spells.get(line.workers.get(flag.about, flag.about), ()):
            if starts_on <= flag.due_on and (ends_on is None or flag.due_on < ends_on):
                found[flag.pk] = supervisor
    return found


def told_of(flags: Iterable[KnownFlag]) -> dict[UUID, dict[int, UUID]]:
    """To whom each flag was brought so far, by step."""
    found: dict[UUID, dict[int, UUID]] = defaultdict(dict)
    rows = Escalation.objects.filter(flag__in=[flag.pk for flag in flags])
    for flag, step, to in rows.values_list("flag_id", "step", "to_id"):
        found[flag][step] = to
    return found


def _supervisors(people: Collection[UUID], *, on: date) -> dict[UUID, UUID]:
    rows = SupervisionRelationship.objects.live(on).filter(
        supervisee__in=people, kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
    )
    return dict(rows.values_list("supervisee_id", "supervisor_id"))


def _climb(line: Line, people: Collection[UUID], *, on: date) -> None:
    """The managers above some people, level by level."""
    ask = set(people)
    for _ in range(HIGHEST):
        if not ask:
            return
        found = dict(ManagementLine.objects.live(on).filter(person__in=ask).values_list("person_id", "manager_id"))
        line.managers |= found
        ask = set(found.values()) - set(line.managers)
