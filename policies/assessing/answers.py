"""Answers in the form that ``manage.py assess`` gives them."""

from datetime import date
from typing import Any

from policies.assessing.facts import IsKnown, child_facts, record_due, worker_facts
from policies.assessing.shapes import ChildShape, FactsShape, RecordShape, WorkerShape
from policies.rules import assess
from policies.rules.answers import Row
from policies.rules.children import assess_child
from policies.rules.deadlines import assess_record
from policies.rules.timeline import PolicyTimeline

Answer = dict[str, Any]


def answer_to(policies: PolicyTimeline, facts: FactsShape, on: date, *, is_known: IsKnown) -> Answer:
    """How the worker, each child and each record stand on a day; what is not in the facts is not in the answer."""
    messages: list[str] = []
    worker = None
    if facts.worker and is_known(facts.worker):
        worker = _worker(policies, facts.worker, on, is_known, messages)
    return {
        "on": on.isoformat(),
        "policy": policies.on(on).id,
        "worker": worker,
        "children": [_child(policies, each, on, is_known, messages) for each in facts.children if is_known(each)],
        "records": [_record(policies, each, on) for each in facts.records if is_known(each)],
        "messages": messages,
    }


def _worker(
    policies: PolicyTimeline, worker: WorkerShape, on: date, is_known: IsKnown, messages: list[str]
) -> dict[str, Any]:
    answer = assess(policies, worker_facts(worker, is_known), on)
    messages += answer.messages
    return {
        "phase": answer.phase,
        "phase_ends_on": _day(answer.phase_ends_on),
        "rules": [_row(row) for row in answer.rules],
        "worst": answer.worst,
        "due_on": _day(answer.due_on),
    }


def _child(
    policies: PolicyTimeline, child: ChildShape, on: date, is_known: IsKnown, messages: list[str]
) -> dict[str, Any]:
    answer = assess_child(policies, child_facts(child, is_known), on)
    messages += [f"{child.reference}: {message}" if child.reference else message for message in answer.messages]
    return {
        "reference": answer.reference,
        "rules": [_row(row) for row in answer.rules],
        "worst": answer.worst,
        "due_on": _day(answer.due_on),
    }


def _record(policies: PolicyTimeline, record: RecordShape, on: date) -> dict[str, Any]:
    answer = assess_record(policies, record_due(record), on)
    return {
        "what": answer.what,
        "session_on": _day(answer.session_on),
        "due_on": _day(answer.due_on),
        "status": answer.status,
        "working_days_late": answer.working_days_late,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "atom": row.atom,
        "severity": row.severity,
        "status": row.status,
        "due_on": _day(row.due_on),
        "limit_on": _day(row.limit_on),
        "book_by": _day(row.book_by),
        "overdue_days": row.overdue_days,
        "counted": row.counted,
        "required": row.required,
        "booked_on": _day(row.booked_on),
        "forecast": row.forecast,
        "why": row.why,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
