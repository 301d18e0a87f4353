"""What is behind a figure of a report: whose, and of which day. No content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from audits.models import Audit
from cases.models import Child
from compliance.boards.counting import Scope
from compliance.reports import access, counting
from compliance.reports.audited import answers
from compliance.reports.building import Month
from compliance.reports.counting import Thing
from compliance.reports.rules import SECTIONS
from core.actor import Actor
from staff.models import Service, Team

ROWS_ON_A_PAGE = 50
JUDGEMENT = "judgement"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure the list is behind: of which section, how it stands (empty: however), where."""

    section: str
    stands: str
    service: Service | None = None
    team: Team | None = None

    @property
    def words(self) -> str:
        """As a heading says it."""
        if self.section == JUDGEMENT:
            return f"Audits judged “{self.stands}”"
        section = SECTIONS[self.section]
        said = section.columns[self.stands] if self.stands else "all"
        return f"{section.heading}: {said[:1].lower()}{said[1:]}"

    @property
    def where(self) -> str:
        """Of which team or service."""
        return self.team.name if self.team else self.service.name if self.service else "Whole authority"


@dataclass(frozen=True, slots=True)
class Row:
    """One of the things: whose it is, of which day. ``child``: its reference, where it is one."""

    thing: Thing
    stands: str
    child: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """Everything behind a figure within sight. ``hidden``: how many count there and are not named to the reader."""

    asked: Asked
    month: Month
    things: Sequence[Thing]
    hidden: int

    @property
    def of_children(self) -> bool:
        """Whether it is a list of children."""
        return self.asked.section == "depth"


def behind(*, actor: Actor, asked: Asked, month: date, known_on: date) -> Behind:
    """What is behind a figure, the earliest first."""
    people = access.people_of(actor, month=month)
    each = Month(month, known_on, people)
    teams = None
    if asked.team:
        teams = [asked.team.pk]
    elif asked.service:
        teams = list(Team.objects.filter(service=asked.service).values_list("pk", flat=True))
    if asked.section == JUDGEMENT:
        found = _judged(asked, each.scope, teams)
    else:
        found = counting.listed(asked.section, each.scope, stands=asked.stands, teams=teams)
    named = _in_sight(asked.section, found, actor=actor)
    return Behind(asked, each, named, len(found) - len(named))


def _in_sight(section: str, found: list[Thing], *, actor: Actor) -> list[Thing]:
    """Names and dates of people are for whoever has the report; a child, and what an audit judged, for who sees those."""
    seen: QuerySet[Any]
    if section == JUDGEMENT:
        seen = Audit.objects.visible_to(actor)
    elif section == "depth":
        seen = Child.objects.visible_to(actor)
    else:
        return found
    keys = set(seen.filter(pk__in=[thing.subject for thing in found]).values_list("pk", flat=True)) if found else set()
    return [thing for thing in found if thing.subject in keys]


def _judged(asked: Asked, scope: Scope, teams: list[UUID] | None) -> list[Thing]:
    """The audits that judged so."""
    judged = {audit for audit, _, judgement in answers(scope).judged if judgement == asked.stands}
    listed = counting.listed("audit", scope, stands="audit", teams=teams)
    return [thing for thing in listed if thing.subject in judged]


def page_of(found: Behind, *, actor: Actor, number: str) -> Page:
    """A page of the list; in one query for children."""
    page: Page = Paginator(found.things, ROWS_ON_A_PAGE).get_page(number)
    shown = list(page.object_list)
    references: dict[UUID, str] = {}
    if found.of_children:
        children = Child.objects.visible_to(actor).filter(pk__in=[thing.subject for thing in shown])
        references = dict(children.values_list("pk", "reference"))
    words = {} if found.asked.section == JUDGEMENT else SECTIONS[found.asked.section].columns
    page.object_list = [
        Row(thing, words.get(thing.stands, found.asked.stands), references.get(thing.subject, "")) for thing in shown
    ]
    return page
