"""By when the record of a session is to be entered."""

from datetime import date, timedelta
from typing import Any

from tests.unit.policies.reference.basics import after_working_days, day, days, plus, status_by_date, works
from tests.unit.policies.reference.policy import Policies


def answer_for_record(policies: Policies, record: dict[str, Any], on: date) -> dict[str, Any]:
    session, entered = day(record["session_on"]), day(record.get("entered_on"))
    policy = policies.on(session)
    within = ((policy.get("recording") or {}).get(record["what"]) or {}).get("deadline") or {}
    answer = {"what": record["what"], "session_on": record["session_on"], "due_on": None, "working_days_late": None}
    if within.get("working_days") is not None:
        due = after_working_days(session, within["working_days"], policy["calendar"])
    elif within.get("calendar_days") is not None:
        due = session + timedelta(days=within["calendar_days"])
    elif within.get("months") is not None:
        due = plus(session, f"P{within['months']}M")
    else:
        return answer | {"status": "no_minimum_set"}
    if entered is not None and entered > on:
        entered = None
    until = entered or on
    if entered:
        status = "met" if entered <= due else "missed"
    else:
        status = status_by_date(on, due, None, policy["calendar"].get("due_soon_days", 7))[0]
    late = None
    if until > due:
        beyond = until + timedelta(days=1)
        late = sum(works(each, policy["calendar"]) for each in days(due + timedelta(days=1), beyond))
    return answer | {"due_on": due.isoformat(), "status": status, "working_days_late": late}
