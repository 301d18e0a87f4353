"""Phrases that several needs share."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from compliance import rules
from compliance.needs.shapes import Person
from core.templatetags.countersign import away, days_overdue, long_date, time_of
from policies.rules.answers import Row
from supervision.selectors import ContractView, Overview, SessionRow

REVIEW_WITHIN_DAYS = 30


def review_was_due(contract: ContractView) -> str:
    return f"Its review was due {long_date(contract.review_on)}. " if contract.review_on else ""


def review_is_near(contract: ContractView, on: date) -> bool:
    return bool(contract.review_on and (contract.review_on - on).days <= REVIEW_WITHIN_DAYS)


def review_ahead(contract: ContractView, on: date) -> str:
    if contract.review_on is None:
        return ""
    return f"Its review is due {long_date(contract.review_on)}, {away(contract.review_on, on)}."


def since_when(overview: Overview) -> str:
    """Since when a contract is owed: the relationship began that day (R121)."""
    due_on = overview.contract_due_on
    return f"It was due when the supervision began, on {long_date(due_on)}." if due_on else ""


def asking_row(overview: Overview) -> Row | None:
    """The row that asks for a session now: overdue, or else within days and without one in the diary by then."""
    if overview.assessment is None:
        return None
    if late := overview.assessment.longest_overdue():
        return late
    row = overview.assessment.pressing()
    covered = row is not None and row.booked_on and row.due_on and row.booked_on <= row.due_on
    return None if covered else row


def due_words(row: Row | None, on: date) -> str:
    if row is None or row.due_on is None:
        return ""
    return f"Due {long_date(row.due_on)}, {days_overdue(row.due_on, on) or away(row.due_on, on)}."


def booked_words(session: SessionRow | None, on: date) -> str:
    return (
        f"Booked for {long_date(session.on)} at {time_of(session.starts)}, {away(session.on, on)}." if session else ""
    )


def ask_for_a_date(me: Person) -> str:
    return (
        f"Ask {me.supervisor} for a date." if me.supervisor else "Nobody supervises you at present: ask your manager."
    )


def flagged_words(person_id: UUID, row: Row | None, raised: Mapping[rules.Key, date]) -> str:
    found = raised.get((person_id, row.rule, row.atom, row.due_on)) if row and row.due_on else None
    return f"Flagged on {long_date(found)}." if found else ""


def sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def with_name(name: str) -> str:
    return f" with {name}" if name else ""
