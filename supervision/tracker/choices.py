"""Whose children a tracker may show to somebody: a worker, or those of a team whom one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Allocation
from core.actor import Actor
from core.prepared import prepared
from staff.models import Post

TEAM, WORKER = "team", "worker"


class Person(NamedTuple):
    """Somebody who holds or held children, with the team that the person is or was in last."""

    person_id: UUID
    name: str
    team_id: UUID | None
    team: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose tracker it is: ``key`` as the address has it, ``people`` of whom the actor may see what they hold."""

    key: str
    label: str
    people: tuple[Person, ...]

    @property
    def is_team(self) -> bool:
        """Whether it is a whole team's."""
        return self.key.startswith(TEAM)


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that one may choose, and what is chosen."""

    teams: Sequence[Choice]
    workers: Sequence[Choice]
    chosen: Choice

    @property
    def is_single(self) -> bool:
        """Whether there is nothing to choose."""
        return not self.teams and len(self.workers) == 1


def people_in_sight(actor: Actor) -> list[Person]:
    """The actor and those below whose children the actor sees, as far as they hold or held any; in one query."""
    near = actor.supervises | actor.next_up_for | actor.manages
    found = [Person(*row) for row in _posts(people=near, me=actor.staff_id, on=actor.on)]
    if all(each.person_id != actor.staff_id for each in found):
        found.append(Person(actor.staff_id, actor.name, None, ""))
    return sorted(found, key=lambda each: (each.name, each.person_id))


@prepared
def _posts(*, people: frozenset[UUID], me: UUID, on: date) -> QuerySet[Post, tuple[Any, ...]]:
    holds = Exists(Allocation.objects.filter(holder=OuterRef("person"), starts_on__lte=on))
    posts = Post.objects.filter(Q(person__in=people) & holds | Q(person=me), starts_on__lte=on)
    columns = ("person_id", "person__name", "team_id", "team__name")
    return posts.order_by("person_id", "-starts_on").distinct("person_id").values_list(*columns)


def choices(*, actor: Actor, key: str) -> Choices:
    """What may be chosen; ``key`` names one of it, else it is what the actor looks at most."""
    people = people_in_sight(actor)
    workers = [Choice(f"{WORKER}-{each.person_id}", each.name, (each,)) for each in people]
    teams = _teams(people) if len(people) > 1 else []
    known = {each.key: each for each in (*teams, *workers)}
    return Choices(teams, workers, known.get(key) or _usual(actor, teams, workers))


def _teams(people: Sequence[Person]) -> list[Choice]:
    names = {each.team_id: each.team for each in people if each.team_id}
    return [
        Choice(f"{TEAM}-{team_id}", name, tuple(each for each in people if each.team_id == team_id))
        for team_id, name in sorted(names.items(), key=lambda pair: (pair[1], pair[0]))
    ]


def _usual(actor: Actor, teams: Sequence[Choice], workers: Sequence[Choice]) -> Choice:
    """The team in which most are supervised by the actor, or below; oneself, for whoever leads nobody."""
    own = next(each for each in workers if each.people[0].person_id == actor.staff_id)
    below = actor.supervises or actor.next_up_for or actor.manages

    def number(team: Choice) -> int:
        return sum(each.person_id in below for each in team.people)

    most = max(teams, key=number, default=own)
    return most if most is not own and number(most) else own
