"""Who or what is behind a figure of a board."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Page, Paginator

from cases.models import Child
from cases.rules import plan_type_words
from compliance import access as compliance_access
from compliance.boards import counting
from compliance.boards.counting import Selected
from compliance.boards.nights import BoardNight
from compliance.boards.rules import LABELS, Standing
from compliance.boards.selectors import HEADINGS, night_for
from compliance.models import Kind, StatusInterval
from core.actor import Actor
from core.shortcuts import may
from staff.models import Service, Team
from supervision.rules.discussions import inherited_on
from supervision.selectors import child_questions

ROWS_ON_A_PAGE, ROWS_AT_ONCE = 50, 500
LATE = ("overdue", "missed")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure the list is behind: of which kind, how it stands (empty: however), where, with which plan type."""

    kind: Kind
    standing: str
    service: Service | None = None
    team: Team | None = None
    plan_type: str | None = None

    @property
    def words(self) -> str:
        """As a heading says it, such as "Children: late"."""
        said = LABELS[self.kind].get(Standing(self.standing), "") if self.standing else "all"
        return f"{HEADINGS[self.kind]}: {said[:1].lower()}{said[1:]}"

    @property
    def where(self) -> str:
        """Of which team or service, with which plan type."""
        place = self.team.name if self.team else self.service.name if self.service else "Whole authority"
        if self.plan_type is None:
            return place
        return f"{place}, {plan_type_words(self.plan_type).lower() if self.plan_type else 'no plan type entered'}"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One person, child, contract or record. ``name``: of the person, or the child's reference, then ``holder`` is who
    held it; ``why`` is empty for a reader who sees names and dates alone; ``inherited_on``: since when the child is with
    a worker who has not discussed it yet.
    """

    name: str
    person_id: UUID | None
    child_id: UUID | None
    holder: str
    team: str
    status: str
    due_on: date | None
    days: int
    why: str
    inherited_on: date | None = None
    plan_types: tuple[str, ...] = ()

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.status in LATE


@dataclass(frozen=True, slots=True)
class Listed:
    """Everything behind a figure within sight. ``hidden``: how many count there and are not named to the reader."""

    asked: Asked
    day: date
    night: BoardNight | None
    selected: Sequence[Selected]
    hidden: int

    @property
    def of_children(self) -> bool:
        """Whether it is a list of children."""
        return self.asked.kind is Kind.CHILD


def listed(*, actor: Actor, asked: Asked, day: date, at: datetime) -> Listed:
    """What is behind a figure, the longest due first."""
    seen = night_for(actor=actor, day=day, at=at)
    if seen is None:
        return Listed(asked, day, None, (), 0)
    teams = None
    if asked.service:
        teams = list(Team.objects.filter(service=asked.service).values_list("pk", flat=True))
    scope = replace(seen.scope, teams=teams)
    found = counting.selected(
        scope,
        kind=asked.kind,
        standing=asked.standing,
        team=asked.team.pk if asked.team else None,
        plan_type=asked.plan_type,
    )
    named = found
    if asked.kind is Kind.CHILD and found:
        children = Child.objects.visible_to(actor).filter(pk__in=[each.subject for each in found])
        in_sight = set(children.values_list("pk", flat=True))
        named = [each for each in found if each.subject in in_sight]
    return Listed(asked, day, seen.night, named, len(found) - len(named))


def page_of(found: Listed, *, actor: Actor, number: str) -> Page:
    """A page of the list; in one query, two for children."""
    page: Page = Paginator(found.selected, ROWS_ON_A_PAGE).get_page(number)
    page.object_list = rows_of(found, list(page.object_list), actor=actor)
    return page


def all_rows(found: Listed, *, actor: Actor) -> Iterator[ListRow]:
    """The whole list, some rows at a time."""
    for start in range(0, len(found.selected), ROWS_AT_ONCE):
        yield from rows_of(found, found.selected[start : start + ROWS_AT_ONCE], actor=actor)


def rows_of(found: Listed, selected: Sequence[Selected], *, actor: Actor) -> list[ListRow]:
    """Some rows of the list, in its order."""
    if not selected or found.night is None:
        return []
    intervals = StatusInterval.objects.visible_to(actor).select_related("person", "child")
    by_key = {row.pk: row for row in intervals.filter(pk__in=[each.interval for each in selected])}
    inherited, plans = _of_children(found, selected)
    return [
        _row(
            by_key[each.interval],
            found=each,
            on=found.night.on,
            actor=actor,
            inherited_on=inherited.get(each.subject),
            plan_types=plans.get(each.subject, ()),
        )
        for each in selected
        if each.interval in by_key
    ]


def _of_children(found: Listed, selected: Sequence[Selected]) -> tuple[dict[UUID, date], dict[UUID, tuple[str, ...]]]:
    """Since when children are inherited, and their plan types, as was known in the night; in one query."""
    if not found.of_children or found.night is None:
        return {}, {}
    on = found.night.on
    asked = child_questions(children=[each.subject for each in selected], on=on, known_at=found.night.known_at)
    inherited = {key: since for key, question in asked.items() if (since := inherited_on(question.child, on))}
    plans = {
        key: tuple(
            plan_type_words(each.plan_type)
            for each in question.child.plan_types
            if each.ends_on is None or each.ends_on > on
        )
        for key, question in asked.items()
    }
    return inherited, plans


def _row(
    interval: StatusInterval,
    *,
    found: Selected,
    on: date,
    actor: Actor,
    inherited_on: date | None,
    plan_types: tuple[str, ...],
) -> ListRow:
    reads_why = interval.person_id is None or may(compliance_access.check_can_read_why, actor, interval.person_id)
    late = interval.status in LATE and interval.due_on
    return ListRow(
        name=interval.person.name if interval.person else str(interval.child),
        person_id=interval.person_id,
        child_id=interval.child_id,
        holder=found.name,
        team=found.team,
        status=interval.status,
        due_on=interval.due_on,
        days=(on - interval.due_on).days if late and interval.due_on else 0,
        why=interval.why if reads_why else "",
        inherited_on=inherited_on,
        plan_types=plan_types,
    )
