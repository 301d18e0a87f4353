"""The audits of the demo's leaders: some done, one missed, some booked, and one half written. Made by the services."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from audits.drawing.services import draw_file
from audits.findings.selectors import examine
from audits.models import Audit
from audits.planning.services import book_audit
from audits.timetable.rules import DutyStanding
from audits.timetable.selectors import standing_of_duties
from audits.writing.selectors import AuditContext, audit_context, audit_to_sign
from audits.writing.services import open_audit, sign_audit
from compliance.demo import people
from compliance.demo.authority import Authority, local
from policies.rules.audits import SUPERVISION_FILE
from policies.rules.policy import Policy
from records.models import Record
from records.services import Evidence, save_section
from staff.challenge import Challenge
from staff.models import StaffMember
from staff.selectors import actor_for

EVIDENCE = Evidence(address="192.0.2.20", browser="The demo")
TEN = time(10)
INTO_A_PERIOD = timedelta(days=50)
BEGUN_BEFORE = timedelta(days=3)
BOOKED_IN = timedelta(days=11)
THEMES = {
    "reflection": "yes",
    "reflection_evidence": "What the anger of a parent did to the worker is asked about, and asked about again.",
    "workload": "yes",
    "development": "yes",
    "wellbeing": "yes",
    "function_balance": "no",
}
COMMENT = "Regular, clear and kind. Management takes up most of the space; learning and reflection are shorter."
ACTION = "Keep half an hour of every second session for one case in depth"


def tell(authority: Authority, policy: Policy, *, at: datetime, today: date) -> int:
    """Plan, draw, book, write and sign audits as the policy's timetable wants; how many there are."""
    if not policy.audit.duties:
        return 0
    return sum(
        1
        for name in (people.ASSISTANT_DIRECTOR, people.SERVICE_MANAGER, people.DIRECTOR)
        for _ in _of(authority.members[name].row, policy, at=at, today=today)
    )


def _of(auditor: StaffMember, policy: Policy, *, at: datetime, today: date) -> Iterator[Audit]:
    """One leader's: what is over is done, but for the last period of who has a number to reach; the present is begun."""
    found = standing_of_duties(on=today, people={auditor.pk}, policy=policy)
    files = [each for each in found if each.duty.what == SUPERVISION_FILE]
    over = [each for each in files if each.period[1] <= today]
    has_number = bool(files) and files[0].wanted is not None
    for each in over[:-1] if has_number else over:
        yield _done(auditor, each)
    for each in files:
        if each.period[0] <= today < each.period[1]:
            begun_on = max(today - BEGUN_BEFORE, each.period[0])
            audit = _drawn(auditor, each, begun_on, at=min(local(begun_on, TEN), at))
            if has_number:
                actor = actor_for(auditor, on=today)
                book_audit(audit_id=audit.pk, booked_on=today + BOOKED_IN, actor=actor, at=at)
            else:
                _half_written(audit, begun_on, at=min(local(begun_on, TEN), at))
            yield audit


def _drawn(auditor: StaffMember, each: DutyStanding, on: date, *, at: datetime) -> Audit:
    return draw_file(duty_id=each.duty.id, starts_on=each.period[0], actor=actor_for(auditor, on=on), at=at)


def _done(auditor: StaffMember, each: DutyStanding) -> Audit:
    """One that was drawn, written and signed on a day well into its period."""
    on = each.period[0] + INTO_A_PERIOD
    at = local(on, TEN)
    audit = _drawn(auditor, each, on, at=at)
    context = _opened(audit, on, at=at)
    _write(audit, on, "section_1", _section_1(context), at=at)
    _write(audit, on, "section_2", THEMES, at=at)
    _write(audit, on, "judgement", {"judgement": _judgement(context), "comment": COMMENT}, at=at)
    who = {"who": audit.supervisor.name, "who_id": str(audit.supervisor_id)}
    by = (on + timedelta(days=56)).isoformat()
    _write(audit, on, "actions", {"actions": [{"what": ACTION, **who, "by": by}]}, at=at)
    context = _context(audit, on)
    record = _record(audit)
    sign_audit(
        audit_id=audit.pk,
        shown=audit_to_sign(record, context).shown,
        found=context.found,
        challenge=Challenge(method="demo", auth_time=at - timedelta(minutes=1)),
        evidence=EVIDENCE,
        actor=actor_for(audit.auditor, on=on),
        at=at,
    )
    return audit


def _half_written(audit: Audit, on: date, *, at: datetime) -> None:
    context = _opened(audit, on, at=at)
    answered = dict(list(_section_1(context).items())[:4])
    _write(audit, on, "section_1", answered, at=at)


def _opened(audit: Audit, on: date, *, at: datetime) -> AuditContext:
    open_audit(audit_id=audit.pk, actor=actor_for(audit.auditor, on=on), at=at)
    return _context(audit, on)


def _record(audit: Audit) -> Record:
    return Record.objects.with_parts().get(audit=audit)


def _context(audit: Audit, on: date) -> AuditContext:
    found = Audit.objects.to_examine().get(pk=audit.pk)
    record = _record(audit)
    examined = examine(audit=found, on=on, actor=actor_for(audit.auditor, on=on))
    return audit_context(audit=found, record=record, examined=examined)


def _section_1(context: AuditContext) -> dict[str, dict[str, str]]:
    """Every finding confirmed; what nothing is known of, answered with no."""
    return {
        name: {"confirmed": "confirm", "answer": finding.answer, "reason": ""}
        if finding.is_known
        else {"confirmed": "", "answer": "no", "reason": ""}
        for name, finding in context.examined.found.items()
    }


def _judgement(context: AuditContext) -> str:
    """The judgement: "Good", or one grade lower where most of section 1 is a no."""
    answers = [finding.answer for finding in context.examined.found.values()]
    return "Good" if answers.count("no") * 2 <= len(answers) else "Requires improvement"


def _write(audit: Audit, on: date, section: str, fields: Mapping[str, Any], *, at: datetime) -> None:
    save_section(
        record_id=_record(audit).pk,
        section=section,
        key=None,
        fields=fields,
        version=0,
        actor=actor_for(audit.auditor, on=on),
        at=at,
    )
