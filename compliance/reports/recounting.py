"""How people and children stood at the end of a month, as was known later: the engine asked anew, counted as nights are."""

from collections.abc import Callable, Mapping
from uuid import UUID

from compliance import selectors
from compliance.boards.counting import Scope
from compliance.boards.rules import month_start, standing_of
from compliance.models import Kind
from compliance.reports import counting
from compliance.rules import CHILDREN, CHUNKS, PEOPLE, Standing, Thing, chunks
from policies.rules.answers import Status

Rows = list[tuple[str, str, int]]


def of_nights(scope: Scope, *, step: Callable[[], object]) -> dict[str, Rows]:
    """The same as ``counting.of_nights``, from facts and not from intervals. ``step`` is called after each chunk."""
    teams = {
        PEOPLE: {str(person): str(team) for person, team in counting.rows(counting.PLACES, scope)},
        CHILDREN: {str(child): str(team) for child, team in counting.rows(counting.HOLDERS, scope)},
    }
    plans: dict[str, list[str]] = {}
    for child, plan_type in counting.rows(counting.PLANS, scope):
        plans.setdefault(str(child), []).append(str(plan_type))
    found: dict[str, Rows] = {"plan": [], **{kind.value: [] for kind in Kind}}
    for kind, places in teams.items():
        for chunk in chunks(sorted(places), CHUNKS[kind]):
            keys = [UUID(key) for key in chunk]
            looked = selectors.look_at(kind, keys=keys, on=scope.on, known_at=scope.known_at, with_settled=True)
            _count(found, looked.standings, places=places, plans=plans, scope=scope)
            step()
    return found


def _count(
    found: dict[str, Rows],
    standings: Mapping[Thing, Standing],
    *,
    places: Mapping[str, str],
    plans: Mapping[str, list[str]],
    scope: Scope,
) -> None:
    for thing, standing in standings.items():
        team, stands = places[thing.about], standing_of(Kind(thing.kind), standing.status)
        if thing.kind == Kind.RECORD and not _counts(standing, scope):
            continue
        found[thing.kind].append((team, stands, 1))
        if thing.kind == Kind.CHILD:
            found["plan"] += [(f"{team} {plan_type}", stands, 1) for plan_type in plans.get(thing.about, [""])]


def _counts(standing: Standing, scope: Scope) -> bool:
    """Of records: those due in the month, and earlier ones still missing."""
    due_on = standing.due_on
    return standing.status == Status.OVERDUE or (due_on is not None and due_on >= month_start(scope.on))
