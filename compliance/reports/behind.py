"""What is behind a figure of a report: whose, and of which day. No content."""

from collections.abc import Mapping, Sequence
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
from compliance.reports.audited import ALL, Answers, answers
from compliance.reports.building import Month
from compliance.reports.counting import Thing
from compliance.reports.rules import SECTIONS
from core.actor import Actor
from staff.models import Service, Team

ROWS_ON_A_PAGE = 50
# Of audits: which judged so, and which answered the question with "no"
JUDGEMENT, QUESTION = "judgement", "question"
OF_AUDITS = (JUDGEMENT, QUESTION)


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
        if self.section == QUESTION:
            return f"Audits that answered “no”: {self.stands}"
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
    """Everything behind a figure within sight. ``hidden``: how many count there and are not named to the reader.

    None of a figure that is withheld.
    """

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
    is_told = True
    if asked.section in OF_AUDITS:
        said = answers(each.scope)
        found, is_told = _audits(asked, said, each.scope, teams), _is_told(asked, said)
    else:
        found = counting.listed(asked.section, each.scope, stands=asked.stands, teams=teams)
    named = _in_sight(asked.section, found, actor=actor)
    return Behind(asked, each, named, len(found) - len(named) if is_told else 0)


def _in_sight(section: str, found: list[Thing], *, actor: Actor) -> list[Thing]:
    """Names and dates of people are for whoever has the report; a child, and what an audit judged, for who sees those."""
    seen: QuerySet[Any]
    if section in OF_AUDITS:
        seen = Audit.objects.visible_to(actor)
    elif section == "depth":
        seen = Child.objects.visible_to(actor)
    else:
        return found
    keys = set(seen.filter(pk__in=[thing.subject for thing in found]).values_list("pk", flat=True)) if found else set()
    return [thing for thing in found if thing.subject in keys]


def _audits(asked: Asked, said: Answers, scope: Scope, teams: list[UUID] | None) -> list[Thing]:
    """The audits that judged so, or answered so."""
    if asked.section == JUDGEMENT:
        kept = {audit for audit, _, _, judgement in said.judged if judgement == asked.stands}
    else:
        kept = {audit for audit, question in said.said_no if question == asked.stands}
    listed = counting.listed("audit", scope, stands="audit", teams=teams)
    return [thing for thing in listed if thing.subject in kept]


def _is_told(asked: Asked, said: Answers) -> bool:
    """Whether the figure itself is shown: only then is it told how many stand behind it."""
    place = str(asked.team.pk) if asked.team else str(asked.service.pk) if asked.service else ALL
    if asked.section == QUESTION:
        return place == ALL and asked.stands in said.questions
    return said.judgements.get(place) is not None


def page_of(found: Behind, *, actor: Actor, number: str) -> Page:
    """A page of the list; in one query for children."""
    page: Page = Paginator(found.things, ROWS_ON_A_PAGE).get_page(number)
    shown = list(page.object_list)
    references: dict[UUID, str] = {}
    if found.of_children:
        children = Child.objects.visible_to(actor).filter(pk__in=[thing.subject for thing in shown])
        references = dict(children.values_list("pk", "reference"))
    section = found.asked.section
    words: Mapping[str, str] = {} if section in OF_AUDITS else SECTIONS[section].columns
    said = "no" if section == QUESTION else found.asked.stands
    page.object_list = [Row(thing, words.get(thing.stands, said), references.get(thing.subject, "")) for thing in shown]
    return page
