"""Children of the demo, by references that nobody has: who holds them, on which plan, and when each was discussed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import models

from cases.models import Allocation, Child, Episode, PlanTypeHeld
from cases.rules import reference_label
from compliance.demo import people
from compliance.demo.authority import Authority, Member, local
from compliance.demo.chains import key_at
from compliance.demo.rhythm import dice_of, month_before
from policies.rules.policy import Policy
from supervision.models import SupervisionSession
from supervision.models.discussions import Discussion

CASE_HOLDING = frozenset(
    {"sw_case_management", "sw_other_case_holding", "nqsw", "targeted_youth_worker", "support_case_holding"}
)
# So many each, and those who have fewer, or more than any guide
USUAL, OTHERWISE = 14, {people.CERYS: 6, people.REBECCA: 3, people.LEAVER: 0, people.RUTH: 26}
PLANS = ("child_in_need", "child_in_need", "child_protection_plan", "looked_after", "child_in_need", "looked_after")
PROTECTED = "child_protection_plan"
MONTHS_DISCUSSED = 12
FIRST_NUMBER, STEP = 204_117, 13
HELD_WITHOUT_A_WORKER = 2


@dataclass
class Told:
    """Rows about children, parents first."""

    children: list[Child] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    plan_types: list[PlanTypeHeld] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    discussions: list[Discussion] = field(default_factory=list)

    def rows(self) -> Iterator[Sequence[models.Model]]:
        """All of them, a model at a time."""
        yield from (self.children, self.episodes, self.plan_types, self.allocations, self.discussions)


@dataclass(frozen=True, slots=True)
class Held:
    """A session that was held, as far as children go."""

    key: UUID
    on: date
    closed_at: datetime


def tell(authority: Authority, policy: Policy, *, at: datetime) -> Told:
    """Every worker's children, and two whom a manager holds; the sessions are those of the database."""
    return _Story(authority, policy, at).told()


class _Story:
    """One telling. ``number``: of the next child."""

    def __init__(self, authority: Authority, policy: Policy, at: datetime) -> None:
        self.authority, self.at = authority, at
        self.prefix = "P" if "P number" in reference_label(policy) else ""
        self.wants_each = any(rule.each_session for rule in policy.case_rules)
        self.rows = Told()
        self.number = FIRST_NUMBER
        self.sessions = self._sessions()

    def told(self) -> Told:
        """All rows."""
        for name, member in self.authority.members.items():
            if member.person.category in CASE_HOLDING:
                for place in range(OTHERWISE.get(name, USUAL)):
                    self._child(member, place)
        for _ in range(HELD_WITHOUT_A_WORKER):
            self._without_worker(self.authority.members[people.GARETH])
        self._closed(self.authority.members[people.KATARZYNA])
        return self.rows

    def _sessions(self) -> dict[UUID, list[Held]]:
        since = month_before(self.authority.today, MONTHS_DISCUSSED)
        held = SupervisionSession.objects.held().filter(on__gte=since).order_by("on")
        found: dict[UUID, list[Held]] = defaultdict(list)
        for person, key, on, closed_at in held.values_list("supervisee_id", "pk", "on", "closed_at"):
            found[person].append(Held(key, on, closed_at or self.at))
        return found

    def _child(self, member: Member, place: int) -> None:
        dice = dice_of("child", member.person.name, place)
        opened_on = max(member.employed_from, self.authority.today - timedelta(days=dice.randint(20, 420)))
        plan = PLANS[(self.number - FIRST_NUMBER) // STEP % len(PLANS)]
        child = self._open(opened_on, plan)
        former = self._former(member, place)
        moved_on = self.authority.today - timedelta(days=12)
        if former and opened_on < moved_on:
            self._give(child, former, opened_on, until=moved_on)
            self._give(child, member, moved_on)
        else:
            former = None
            self._give(child, member, opened_on)
        # One in every third caseload has been forgotten for some months
        is_forgotten = place == 4 and self.number % 3 == 0
        until = self.authority.today - timedelta(days=75) if is_forgotten else self.authority.today
        self._discuss(child, former or member, place, since=opened_on, until=until, plan=plan)

    def _former(self, member: Member, place: int) -> Member | None:
        """One child of Katarzyna's came from Daniel a short while ago."""
        is_moved = member.person.name == people.KATARZYNA and place == 0
        return self.authority.members[people.DANIEL] if is_moved else None

    def _without_worker(self, manager: Member) -> None:
        opened_on = self.authority.today - timedelta(days=40)
        child = self._open(opened_on, PLANS[0])
        self._give(child, manager, opened_on, without_worker=True)

    def _closed(self, member: Member) -> None:
        """One whose case was closed some weeks ago."""
        opened_on = max(member.employed_from, self.authority.today - timedelta(days=200))
        closed_on = self.authority.today - timedelta(days=25)
        child = self._open(opened_on, PLANS[0])
        for fact in (self.rows.episodes[-1], self.rows.plan_types[-1]):
            fact.ends_on, fact.end_recorded_at = closed_on, self._noted(closed_on)
        self._give(child, member, opened_on, until=closed_on)
        self._discuss(child, member, 1, since=opened_on, until=closed_on - timedelta(days=1), plan=PLANS[0])

    def _open(self, opened_on: date, plan: str) -> Child:
        self.number += STEP
        noted = self._noted(opened_on)
        child = Child(id=key_at(noted), reference=f"{self.prefix}{self.number}")
        self.rows.children.append(child)
        self.rows.episodes.append(Episode(child=child, starts_on=opened_on, recorded_at=noted))
        self.rows.plan_types.append(PlanTypeHeld(child=child, plan_type=plan, starts_on=opened_on, recorded_at=noted))
        return child

    def _give(
        self, child: Child, to: Member, since: date, *, until: date | None = None, without_worker: bool = False
    ) -> None:
        self.rows.allocations.append(
            Allocation(
                child=child,
                holder=to.row,
                without_worker=without_worker,
                starts_on=since,
                ends_on=until,
                recorded_at=self._noted(since),
                end_recorded_at=self._noted(until) if until else None,
            )
        )

    def _discuss(self, child: Child, member: Member, place: int, *, since: date, until: date, plan: str) -> None:
        sessions = [each for each in self.sessions[member.row.pk] if since <= each.on <= until]
        for back, session in enumerate(reversed(sessions)):
            # The second of two siblings was spoken of with the first the last time
            shared = place == 2 and back == 0
            if (back + place) % 3 == 2 and plan != PROTECTED and not self.wants_each:
                continue
            self.rows.discussions.append(
                Discussion(
                    child=child,
                    worker=member.row,
                    session_id=session.key,
                    on=session.on,
                    depth=Discussion.Depth.IN_DEPTH if (back + place) % 4 == 0 else Discussion.Depth.BRIEF,
                    own_text=not shared,
                    recorded_at=session.closed_at,
                )
            )

    def _noted(self, day: date) -> datetime:
        return min(local(day, time(9, 20)), self.at)
