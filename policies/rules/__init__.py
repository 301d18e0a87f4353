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

Children and records are asked about in the same way, and a ``PolicyTimeline`` may stand wherever a policy does::

    child = Child(
        "P1234",
        episodes=[Episode(date(2026, 10, 1))],
        plan_types=[PlanTypeHeld("child_in_need", date(2026, 10, 1))],
        discussions=[Discussion(date(2026, 11, 12), depth="in_depth")],                # also: group, management_oversight
        override=override_of(Duration.parse("P14D"), starts_on=date(2026, 12, 1)),     # only tightens
    )
    assess_child(policy, child, on)                                                    # a ChildAssessment, with rows
    assess_record(policy, RecordDue("case", session_on=date(2026, 4, 1)), on)          # due_on, status, days late, why
    children_to_discuss(policy, children, "A", on)                                     # where each session covers each child
"""

from policies.rules.answers import URGENCY, Assessment, ChildAssessment, Row, Status, by_urgency
from policies.rules.calendars import Within, WorkingCalendar
from policies.rules.cancellation import Cancellation
from policies.rules.child_facts import AllocationHeld, Child, Discussion, Episode, PlanTypeHeld
from policies.rules.children import assess_child, override_of
from policies.rules.coverage import children_to_discuss, discussions_since_in_depth, in_agenda_order, last_in_depth_on
from policies.rules.deadlines import RecordAssessment, RecordDue, assess_record
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
    "AllocationHeld",
    "Assessment",
    "Atom",
    "AtomType",
    "Cancellation",
    "CategoryHeld",
    "Child",
    "ChildAssessment",
    "Discussion",
    "Duration",
    "Episode",
    "Event",
    "Facts",
    "PlanTypeHeld",
    "Policy",
    "PolicyTimeline",
    "RecordAssessment",
    "RecordDue",
    "Row",
    "Rule",
    "ServiceHeld",
    "Session",
    "Severity",
    "Status",
    "Within",
    "WorkingCalendar",
    "assess",
    "assess_child",
    "assess_record",
    "by_urgency",
    "children_to_discuss",
    "discussions_since_in_depth",
    "in_agenda_order",
    "is_looser",
    "last_in_depth_on",
    "override_of",
    "pace_of",
]
