"""The pure engine: how a worker stands under a policy on a day. No clock, no database, no Django.

Two minutes for callers
-----------------------

Get a policy from ``policies.selectors.policy_in_force(on)`` (a frozen ``Policy``, cached), gather the facts of one
worker, ask::

    from policies.rules import Absence, Agreed, CategoryHeld, Duration, Facts, Session, assess

    facts = Facts(
        categories=[CategoryHeld("sw_case_management", starts_on=date(2024, 9, 2))],   # half-open, None = open
        anchors={"employment_start": date(2024, 9, 2)},          # role_start, asye_start, probation_start…
        sessions=[
            Session(on=date(2026, 11, 9), minutes=90),           # held, individual, combined, present
            Session(on=date(2026, 12, 7), status="booked"),      # also: cut_short, cancelled, did_not_attend
        ],
        absences=[Absence(date(2026, 6, 1), ends_on=date(2026, 6, 20), kind="sickness")],  # ends_on: first day back
        agreed=Agreed.rolling(Duration.parse("P14D"), starts_on=date(2026, 10, 1)),        # contract; only tightens
    )
    answer = assess(policy, facts, on)

Order does not matter. Give only sessions whose supervisor had a live relationship (cover included) on the day.
Anything left out is unknown, never "none".

What comes back: an ``Assessment`` with ``rules`` (a ``Row`` for each condition: ``status``, ``due_on``, ``book_by``,
``overdue_days``, ``counted`` of ``required``, ``forecast`` "short" or None, ``booked_on``, and ``why``, a sentence),
``worst`` and ``due_on`` over the breach rows, ``phase`` and ``phase_ends_on``, ``messages``. For a page:
``answer.standing`` (as ``worst``, but a window that ends within the week is "due soon"), ``answer.headline()`` (the
row to show when there is room for one), ``answer.why``, ``answer.overdue()`` (what the night flags). Where the policy
gives no figure the status is ``no_minimum_set``: show it as such, never as green.

``pace_of(atom)`` gives a condition's pace in one figure, to put into a contract, and ``is_looser(agreed, than)`` says
whether an agreed pace falls below it; ``last_on + Duration`` is the last day of a gap that is not too long.
"""

from policies.rules.answers import URGENCY, Assessment, Row, Status, by_urgency
from policies.rules.calendars import Within, WorkingCalendar
from policies.rules.cancellation import Cancellation
from policies.rules.durations import Duration
from policies.rules.engine import assess
from policies.rules.facts import Absence, Agreed, CategoryHeld, Event, Facts, ServiceHeld, Session
from policies.rules.frequency import is_looser, pace_of
from policies.rules.policy import Atom, AtomType, Policy, Rule, Severity
from policies.rules.timeline import PolicyTimeline

__all__ = [
    "URGENCY",
    "Absence",
    "Agreed",
    "Assessment",
    "Atom",
    "AtomType",
    "Cancellation",
    "CategoryHeld",
    "Duration",
    "Event",
    "Facts",
    "Policy",
    "PolicyTimeline",
    "Row",
    "Rule",
    "ServiceHeld",
    "Session",
    "Severity",
    "Status",
    "Within",
    "WorkingCalendar",
    "assess",
    "by_urgency",
    "is_looser",
    "pace_of",
]
