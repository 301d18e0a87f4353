"""Reading a year's plan: how duties stand for some people or for everybody, and which audits there are."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from audits.models import Audit
from audits.timetable import rules
from audits.timetable.facts import Facts, gather
from audits.timetable.rules import Auditor, DutyStanding, State
from audits.timetable.steps import Step, draw_step, next_step
from core.actor import Actor, Role
from core.clock import date_of
from policies.rules.audits import AuditDuty, Period
from policies.rules.calendars import Per, window_holding
from policies.rules.policy import Policy
from policies.selectors import timeline_on


def year_of(policy: Policy | None, day: date) -> Period:
    """The supervision year in which a day lies, half-open; that from April where there is no policy."""
    starts = policy.calendar.year_starts if policy else (4, 1)
    window = window_holding(day, Per.SUPERVISION_YEAR, year_starts=starts)
    return window.starts_on, window.ends_on


def standing_of_duties(
    *,
    on: date,
    people: Collection[UUID] | None = None,
    known_at: datetime | None = None,
    year: date | None = None,
    policy: Policy | None = None,
) -> list[DutyStanding]:
    """How every duty of some people, or of everybody, stands on a day, in each period of a supervision year.

    Two queries, whatever the number of people; one where the policy is at hand. ``known_at``: as it was known then.
    ``year``: any day of the year asked for; that of ``on`` otherwise.
    """
    in_force = policy or _policy(year or on, on)
    if in_force is None or not in_force.audit.duties:
        return []
    starts_on, ends_on = year_of(in_force, year or on)
    facts = gather(starts_on=starts_on, ends_on=ends_on, people=people, known_at=known_at)
    found = _standings(in_force, facts, year=year or on, on=on)
    return found if people is None else [each for each in found if each.auditor.person_id in set(people)]


def own_duties(*, actor: Actor, on: date, policy: Policy | None = None) -> list[DutyStanding]:
    """What the actor owes in this supervision year, by duty and period."""
    return standing_of_duties(on=on, people={actor.staff_id}, policy=policy)


@dataclass(frozen=True, slots=True)
class AtHome:
    """What somebody owes in this year, and of other things asked in the same query those of which there is any.

    ``there`` None: nothing was asked, since the policy gives this person no duty.
    """

    standings: list[DutyStanding]
    there: frozenset[str] | None = None

    def may_have(self, name: str) -> bool:
        """Whether there is, or may be, any of another thing."""
        return self.there is None or name in self.there


def duties_at_home(*, actor: Actor, policy: Policy | None, on: date, besides: Mapping[str, QuerySet[Any]]) -> AtHome:
    """What the actor owes, for the home page: in one query, and in none for whoever has no duty.

    That one query answers, too, whether there is any of ``besides``, which the page need not ask for then.
    """
    roles = {rules.ROLE_OF[duty.by] for duty in policy.audit.duties} if policy else set()
    if policy is None or not roles & actor.roles:
        return AtHome([])
    starts_on, ends_on = year_of(policy, on)
    facts = gather(starts_on=starts_on, ends_on=ends_on, people={actor.staff_id}, besides=besides)
    found = _standings(policy, facts, year=on, on=on)
    return AtHome([each for each in found if each.auditor.person_id == actor.staff_id], facts.besides)


def _policy(day: date, on: date) -> Policy | None:
    """The policy of a year: that of today, or of its last day known where the year lies behind."""
    timeline = timeline_on(max(day, on))
    if timeline is None:
        return None
    _, ends_on = year_of(timeline.on(on), day)
    return timeline.on(max(min(on, ends_on - rules.DAY), day))


def _standings(policy: Policy, facts: Facts, *, year: date, on: date) -> list[DutyStanding]:
    return rules.standings(
        policy.audit.duties,
        facts.line,
        facts.works,
        year_starts=policy.calendar.year_starts,
        year=year,
        on=on,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the plan asks for: a day of the year, a kind of duty, and how it stands; empty: all."""

    year: date
    what: str = ""
    stands: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit in words. ``is_done``: signed; ``is_open``: being written."""

    audit_id: UUID
    file_of: str
    supervisor: str
    auditor_id: UUID
    auditor: str
    booked_on: date | None
    is_open: bool
    done_on: date | None

    @property
    def state(self) -> str:
        """Its state, as tags say it."""
        if self.done_on:
            return "done"
        if self.is_open:
            return "audit_open"
        return "booked" if self.booked_on else "audit_to_book"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A duty in one period, with the audits of it that the reader may see, and what of it the reader does next."""

    standing: DutyStanding
    audits: list[AuditRow]
    steps: tuple[Step, ...] = ()

    @property
    def words(self) -> str:
        """How it stands, in figures: "1 of 2 done, 1 booked"."""
        return figures(self.standing)

    @property
    def short_words(self) -> str:
        """How many are missing: "1 short"; what is begun is late, and not missing."""
        return f"{self.standing.missing} short"


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """A duty of somebody over the year, period by period."""

    duty: AuditDuty
    auditor: Auditor
    rows: list[PlanRow]

    @property
    def words(self) -> str:
        """What is examined, in words."""
        return rules.duty_words(self.duty)

    @property
    def how_often(self) -> str:
        """How many in which time, in words."""
        return rules.how_often(self.duty)

    @property
    def short(self) -> int:
        """How many are missing of periods that are over."""
        return sum(row.standing.missing for row in self.rows if row.standing.state is State.SHORT)


@dataclass(frozen=True, slots=True)
class Table:
    """One duty of several people: its periods as columns, one row for each of them."""

    duty: AuditDuty
    plans: list[DutyPlan]

    @property
    def words(self) -> str:
        """What is examined, in words."""
        return self.plans[0].words

    @property
    def how_often(self) -> str:
        """How many in which time, in words."""
        return self.plans[0].how_often

    @property
    def short(self) -> int:
        """How many are missing, all people together."""
        return sum(plan.short for plan in self.plans)


@dataclass(frozen=True, slots=True)
class Plan:
    """A year's plan. ``below``: duties of others within sight. ``others``: audits of the actor's own on top of the
    timetable, given to them, or of another year and not done. ``has_policy``: whether there is a timetable at all.
    """

    asked: Asked
    on: date
    year: Period
    mine: list[DutyPlan]
    below: list[Table]
    others: list[AuditRow]
    has_policy: bool
    may_draw_more: bool

    @property
    def is_this_year(self) -> bool:
        """Whether today lies in it."""
        return self.year[0] <= self.on < self.year[1]

    @property
    def last_day(self) -> date:
        """The last day of the year."""
        return self.year[1] - rules.DAY

    @property
    def year_before(self) -> date:
        """A day of the year before."""
        return self.year[0] - rules.DAY

    @property
    def year_after(self) -> date | None:
        """A day of the year after; None beyond the next one."""
        return self.year[1] if self.year[0] <= self.on else None


def plan(*, actor: Actor, asked: Asked, on: date) -> Plan:
    """A supervision year's plan: one's own and that of the people below; everybody's for the principal social worker.

    In three queries, whatever the number of people.
    """
    everybody = actor.hat is Role.PRINCIPAL_SOCIAL_WORKER
    policy = _policy(asked.year, on)
    year = year_of(policy, asked.year)
    below = actor.manages | actor.next_up_for | actor.above_for
    people = None if everybody else below | {actor.staff_id}
    standings = standing_of_duties(on=on, people=people, year=asked.year, policy=policy) if policy else []
    # Whose file it is, is not for the hat (sight: audit, aggregate)
    audits = [] if everybody else _audits(actor, year)
    rows = _rows(standings, {row.audit_id: row for row in audits}, actor=actor, on=on)
    counted = {work.id for each in standings for work in each.works}
    return Plan(
        asked=asked,
        on=on,
        year=year,
        mine=[] if everybody else _kept(rows, asked, lambda row: _is_of(row, actor)),
        below=_tables(_kept(rows, asked, lambda row: everybody or not _is_of(row, actor))),
        others=[row for row in audits if row.auditor_id == actor.staff_id and row.audit_id not in counted],
        has_policy=bool(policy and policy.audit.duties),
        may_draw_more=not everybody and bool(actor.manages and actor.next_up_for),
    )


def _audits(actor: Actor, year: Period) -> list[AuditRow]:
    """Audits within sight of a year, or not done yet; in one query."""
    found = Audit.objects.visible_to(actor).standing().of_year_or_open(*year).with_people().with_done_at()
    return [audit_row(audit) for audit in found.order_by("starts_on", "planned_at")]


def audit_row(audit: Audit) -> AuditRow:
    """An audit, read ``with_people`` and ``with_done_at``, in words."""
    return AuditRow(
        audit_id=audit.pk,
        file_of=audit.file_of.name,
        supervisor=audit.supervisor.name,
        auditor_id=audit.auditor_id,
        auditor=audit.auditor.name,
        booked_on=audit.booked_on,
        is_open=audit.opened_at is not None,
        done_on=date_of(audit.done_at) if audit.done_at else None,
    )


def _is_of(row: PlanRow, actor: Actor) -> bool:
    return row.standing.auditor.person_id == actor.staff_id


def _rows(standings: Sequence[DutyStanding], audits: dict[UUID, AuditRow], *, actor: Actor, on: date) -> list[PlanRow]:
    return [
        PlanRow(
            each,
            [audits[work.id] for work in each.works if work.id in audits],
            steps=tuple(_steps(each, on=on)) if each.auditor.person_id == actor.staff_id else (),
        )
        for each in standings
    ]


def _steps(each: DutyStanding, *, on: date) -> Iterator[Step]:
    """What whoever has a duty does next for a period of it: first about what is begun, then about what is missing."""
    for work in each.works:
        if work.done_on is None:
            yield next_step(each, work, reader_id=each.auditor.person_id, on=on)
    is_audit = each.duty.what == rules.SUPERVISION_FILE
    if each.period[0] <= on and (each.missing or (is_audit and each.wanted is None)):
        yield draw_step(each) if is_audit else Step("Plan an observation", reverse("audits:observations"))


def _kept(rows: Sequence[PlanRow], asked: Asked, belongs: Callable[[PlanRow], bool]) -> list[DutyPlan]:
    """The rows of somebody or of others, as the filters of the address want them, by person and duty."""
    kept = (row for row in rows if belongs(row) and asked.what in ("", row.standing.duty.what))
    same = (list(rows) for _, rows in groupby(kept, key=lambda row: (row.standing.auditor, row.standing.duty.id)))
    plans = (DutyPlan(found[0].standing.duty, found[0].standing.auditor, found) for found in same)
    return [each for each in plans if _stands(each, asked.stands)]


def _stands(each: DutyPlan, stands: str) -> bool:
    states = {row.standing.state for row in each.rows}
    match stands:
        case "short":
            return bool(states & {State.SHORT, State.LATE})
        case "to_do":
            return bool(states & {State.TO_DO, State.TO_BOOK, State.PASSED, State.LATE})
        case _:
            return True


def _tables(plans: Sequence[DutyPlan]) -> list[Table]:
    by_duty = sorted(plans, key=lambda each: each.duty.id)
    return [Table(found[0].duty, found) for found in _grouped(by_duty)]


def _grouped(plans: Sequence[DutyPlan]) -> Iterator[list[DutyPlan]]:
    for _, same in groupby(plans, key=lambda each: each.duty.id):
        yield list(same)


def figures(standing: DutyStanding) -> str:
    """How a duty stands in a period, in figures: "1 of 2 done, 1 booked", "3 done, no number set"."""
    wanted = f"{standing.done} of {standing.wanted} done" if standing.wanted is not None else f"{standing.done} done"
    without_day = standing.drawn - standing.booked
    parts = [
        wanted,
        f"{standing.late} of them late" if standing.late else "",
        f"{standing.booked} booked" if standing.booked else "",
        f"{without_day} begun without a date" if without_day else "",
        "no number set" if standing.wanted is None else "",
    ]
    return ", ".join(filter(None, parts))
