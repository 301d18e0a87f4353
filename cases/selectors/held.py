"""Who holds which child on a day, and whom nobody works with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from cases import access, rules
from cases.models import Allocation, Child, Episode, PlanTypeHeld, Sibling
from cases.rules import Held, Holding
from core.actor import Actor
from core.shortcuts import keys_in_one, may
from policies.rules.child_facts import Episode as EpisodeFact
from policies.rules.facts import Absence
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from staff.models import StaffMember


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a child on a day: by name, and what that rests on."""

    name: str
    since: date
    holding: Holding

    @property
    def person_id(self) -> UUID:
        """Who it is."""
        return self.holding.holder_id


# Who answers for a holder who is away or gone: the supervisor by line, else the line manager, else who finishes for a leaver
HOLDERS = """
SELECT held.child_id, held.holder_id, person.name, held.starts_on, held.without_worker, person.left_on,
    away.starts_on, away.ends_on, away.expected_to, away.kind,
    COALESCE(relation.supervisor_id, line.manager_id, CASE WHEN person.left_on <= %(on)s THEN person.finisher_id END)
FROM cases_allocation AS held
JOIN staff_staffmember AS person ON person.id = held.holder_id
LEFT JOIN staff_absence AS away ON away.person_id = held.holder_id
    AND away.starts_on <= %(on)s AND (away.ends_on IS NULL OR away.ends_on > %(on)s)
LEFT JOIN staff_supervisionrelationship AS relation ON relation.supervisee_id = held.holder_id
    AND relation.kind = 'line_management'
    AND relation.starts_on <= %(on)s AND (relation.ends_on IS NULL OR relation.ends_on > %(on)s)
LEFT JOIN staff_managementline AS line ON line.person_id = held.holder_id AND line.confirmed_at IS NOT NULL
    AND line.starts_on <= %(on)s AND (line.ends_on IS NULL OR line.ends_on > %(on)s)
WHERE held.child_id = ANY(%(children)s::uuid[])
    AND held.starts_on <= %(on)s AND (held.ends_on IS NULL OR held.ends_on > %(on)s)
ORDER BY held.starts_on, person.name
"""


def holders_of(*, children: Collection[UUID], on: date) -> dict[UUID, list[Holder]]:
    """Who holds each of the children on a day, the longest first; in one query."""
    found: dict[UUID, list[Holder]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, {"children": keys_in_one(children), "on": on})
        for child, holder, name, since, without, left_on, away_from, back_on, expected, kind, answers in cursor:
            absence = Absence(away_from, back_on, expected, kind) if away_from else None
            found[child].append(Holder(name, since, Holding(holder, without, left_on, absence, answers)))
    return dict(found)


def children_of(*, people: Collection[UUID], on: date) -> dict[UUID, list[UUID]]:
    """The children whom each of the people holds on a day, the holding team manager's among them; in one query."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    live = Allocation.objects.live(on).filter(holder_id__in=people).order_by("child__reference")
    for holder, child in live.values_list("holder_id", "child_id"):
        found[holder].append(child)
    return dict(found)


def held_without_a_worker(
    *,
    children: Collection[UUID],
    on: date,
    holders: Mapping[UUID, Collection[Holder]] | None = None,
    policy: Policy | None = None,
) -> dict[UUID, Held]:
    """Of the children those with whom nobody works on a day, and against whom each stands (scenario 4).

    In two queries; ``holders`` and ``policy``: for a caller that has them at hand, one less each.
    """
    policy = policy or policy_in_force(on)
    if holders is None:
        holders = holders_of(children=children, on=on)
    each = {
        child: rules.held_without_worker([holder.holding for holder in of_child], policy=policy, on=on)
        for child, of_child in holders.items()
    }
    return {child: held for child, held in each.items() if held}


@dataclass(frozen=True, slots=True)
class HoldingOf:
    """Who holds one child, and what holds while nobody works with it."""

    holdings: tuple[Holding, ...]
    without_worker: Held | None


def holding_of(*, child_id: UUID, on: date) -> HoldingOf:
    """Who holds a child on a day; in two queries."""
    holders = holders_of(children=[child_id], on=on)
    held = held_without_a_worker(children=[child_id], on=on, holders=holders)
    return HoldingOf(tuple(each.holding for each in holders.get(child_id, ())), held.get(child_id))


def child_by_reference(*, actor: Actor, reference: str) -> Child | None:
    """The child with exactly this reference within the actor's sight, however it is written in capitals; else None."""
    return Child.objects.visible_to(actor).filter(reference__iexact=reference.strip()).first()


def is_in_sight(*, actor: Actor, child_id: UUID) -> bool:
    """Whether an actor sees a child on the actor's day."""
    return Child.objects.visible_to(actor).filter(pk=child_id).exists()


def last_held_by(child: Child) -> list[Allocation]:
    """Who held a child on the last day on which anybody did."""
    ended = list(child.allocations.exclude(ends_on=None).order_by("-ends_on"))
    return [each for each in ended if each.ends_on == ended[0].ends_on]


def knows_of(actor: Actor, child: Child) -> bool:
    """Whether an actor knows of a child by right: sees it, or, once it is closed, is above those who last held it."""
    if is_in_sight(actor=actor, child_id=child.pk):
        return True
    if child.episodes.filter(ends_on=None).exists():
        return False
    people = actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    return any(
        each.holder_id in people or (each.without_worker and each.holder_id == actor.staff_id)
        for each in last_held_by(child)
    )


def seen_since(
    *, actor: Actor, child: Child, episodes: Iterable[Episode | EpisodeFact], allocations: Collection[Allocation]
) -> date | None:
    """The first day of what an actor sees of a child within sight; None where it is everything.

    A case that was closed and opened anew is seen from then on, by those who saw nobody of those who held it before;
    and by who is cover alone, from the first day that the cover sees. No query; one for a cover.
    """
    begun = [each for each in episodes if each.starts_on <= actor.on]
    closed = [each.ends_on for each in begun if each.ends_on and not each.closed_in_error]
    since = min((each.starts_on for each in begun if closed and each.starts_on >= max(closed)), default=None)
    near = (actor.supervises - actor.limited) | actor.next_up_for | {actor.staff_id}
    if since and any(each.starts_on < since and each.holder_id in near for each in allocations):
        since = None
    if actor.limited and not child.allocations.live(actor.on).visible_wholly_to(actor).exists():
        covered = [actor.sees_from.get(each.holder_id) for each in allocations if each.holds(actor.on)]
        since = max(filter(None, [since, min(filter(None, covered), default=None)]), default=None)
    return since


def plan_types_in_use(*, policy: Policy | None, on: date) -> list[tuple[str, str]]:
    """Plan types to choose from, as (id, words): those that the policy's case rules name, and those held on a day."""
    named = {each for rule in (policy.case_rules if policy else ()) for each in rule.plan_types or ()}
    held = set(PlanTypeHeld.objects.live(on).order_by().values_list("plan_type", flat=True).distinct())
    usual = set(rules.USUAL_PLAN_TYPES)
    return sorted(((each, rules.plan_type_words(each)) for each in named | held | usual), key=lambda pair: pair[1])


def holders_to_choose(*, actor: Actor, with_oneself: bool = False) -> list[tuple[str, str]]:
    """Whom the actor may give a child to, as (key, name), by name: those supervised or managed, who work here.

    ``with_oneself``: and the actor, to hold it without a worker, where the actor may.
    """
    people = StaffMember.objects.employed(actor.on).filter(pk__in=actor.supervises | actor.manages | actor.next_up_for)
    found = [(str(key), name) for key, name in people.order_by("name", "pk").values_list("pk", "name")]
    if with_oneself and may(access.check_can_hold, actor):
        found.append((str(actor.staff_id), "Nobody yet: I hold the child without a worker"))
    return found


def siblings_of(*, children: Collection[UUID], on: date, seen_by: Actor | None = None) -> dict[UUID, frozenset[UUID]]:
    """Of each child that has any on a day: the siblings, by key, without the child; in one query.

    ``seen_by``: of those children alone whom somebody sees; else that is for the caller to ask.
    """
    live = Sibling.objects.live(on)
    members = live.filter(group__in=live.filter(child__in=children).values("group"))
    if seen_by:
        members = members.filter(child__in=Child.objects.visible_to(seen_by))
    groups: dict[UUID, set[UUID]] = defaultdict(set)
    for group, child in members.values_list("group_id", "child_id"):
        groups[group].add(child)
    wanted = frozenset(children)
    return {
        child: frozenset(group - {child}) for group in groups.values() if len(group) > 1 for child in group & wanted
    }
