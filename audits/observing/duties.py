"""For which duty of the policy an observation counts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from audits.timetable.selectors import standing_of_duties
from core.actor import LEADING_ROLES, Role
from policies.rules import audits as terms
from policies.rules.audits import AuditDuty, Period
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from staff.models import RoleHeld

WHAT = {"supervision": terms.OBSERVATION_OF_SUPERVISION, "practice": terms.OBSERVATION_OF_PRACTICE}
TIERS = {
    Role.DIRECTOR: terms.DCS,
    Role.ASSISTANT_DIRECTOR: terms.ASSISTANT_DIRECTOR,
    Role.SERVICE_MANAGER: terms.SERVICE_MANAGER,
    Role.TEAM_MANAGER: terms.TEAM_MANAGER,
    Role.PRINCIPAL_SOCIAL_WORKER: terms.PRINCIPAL_SOCIAL_WORKER,
}


@dataclass(frozen=True, slots=True)
class CountsFor:
    """A duty by its id, and the period (half-open) for which something counts; empty where the policy has none."""

    duty: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


def duty_of(policy: Policy | None, *, kind: str, by: set[str], of: set[str]) -> AuditDuty | None:
    """The duty of a policy by which one tier observes another, in this kind of observation."""
    if policy is None:
        return None
    found = (each for each in policy.audit.duties if each.what == WHAT[kind] and each.by in by and each.of in of)
    return next(found, None)


def counts_for(
    *, kind: str, observer_id: UUID, observed_id: UUID, on: date, observation_id: UUID | None = None
) -> CountsFor:
    """For which duty and period an observation on a day counts, by the roles of that day; in three queries.

    ``observation_id``: of the one that is asked about, where there is one already.
    """
    roles: dict[UUID, set[str]] = {observer_id: set(), observed_id: set()}
    leads = set()
    for person_id, role in RoleHeld.objects.live(on).filter(person_id__in=roles).values_list("person_id", "role"):
        if Role(role) in TIERS:
            roles[person_id].add(TIERS[Role(role)])
        if Role(role) in LEADING_ROLES:
            leads.add(person_id)
    of = roles[observed_id] if observed_id in leads else {terms.SOCIAL_WORKER}
    policy = policy_in_force(on)
    duty = duty_of(policy, kind=kind, by=roles[observer_id], of=of)
    if policy is None or duty is None:
        return CountsFor()
    starts_on, ends_on = _period(duty, policy, observer_id=observer_id, on=on, leave_out=observation_id)
    return CountsFor(duty.id, starts_on, ends_on)


def _period(duty: AuditDuty, policy: Policy, *, observer_id: UUID, on: date, leave_out: UUID | None) -> Period:
    """The period of the day; where that has as many as it wants, the first before it in its year that is short.

    So what was left undone in one is made good in the next, and is late.
    """
    present = terms.period_of(duty, on, policy.calendar.year_starts)
    found = standing_of_duties(on=on, people={observer_id}, policy=policy)
    missing = [
        each.period
        for each in found
        if each.duty.id == duty.id and sum(work.id != leave_out for work in each.works) < (each.wanted or 0)
    ]
    before = sorted(period for period in missing if period[0] < present[0])
    return present if present in missing or not before else before[0]
