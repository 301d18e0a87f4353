"""Children counted in windows: each month, any six months, months missed in a row, depth in turn, whom a session covers."""

from dataclasses import replace

import pytest

from policies.presenters import read_out
from policies.rules import (
    AllocationHeld,
    Child,
    Duration,
    Episode,
    PolicyTimeline,
    Severity,
    Status,
    assess_child,
    children_to_discuss,
    discussions_since_in_depth,
    last_in_depth_on,
)
from policies.rules.calendars import Per
from policies.rules.policy import Atom, AtomType
from tests.children_kit import child, day, discussed, monthly, plans, rule, with_rules
from tests.policies_kit import pack

FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
SHROPSHIRE = pack("shropshire-2017")


def window(**atom: object) -> Atom:
    """A window condition of a rule called "rule"."""
    return monthly(**atom)


def statuses(answer: object) -> list[tuple[str, str]]:
    """The last day and the status of each window."""
    return [(str(row.due_on), row.status) for row in answer.rules]  # type: ignore[attr-defined]


# Each calendar month


def test_003_asks_for_every_child_in_each_month() -> None:
    answer = assess_child(FAMILY_SAFEGUARDING, child("x", discussed("2026-10-13", format="group")), day("2026-11-20"))

    (row,) = answer.rules
    assert (row.rule, row.atom, row.status, row.standing) == (
        "every-open-case", "every-open-case", Status.NOT_DUE, Status.NOT_DUE,
    )  # fmt: skip
    assert (row.due_on, row.book_by, row.counted, row.required) == (day("2026-11-30"), day("2026-11-30"), 0, 1)
    assert row.forecast == "short"
    assert row.why.startswith("0 of 1 counted discussion in November 2026; due by 30 November 2026 (every-open-case; ")
    assert answer.due_on == day("2026-11-30")
    assert assess_child(FAMILY_SAFEGUARDING, child("x"), day("2026-11-24")).standing == Status.MISSED


def test_a_month_is_met_by_its_discussion_and_missed_from_the_day_after_its_end() -> None:
    facts = child("x", discussed("2026-10-13", "2027-01-04"))

    met = assess_child(FAMILY_SAFEGUARDING, facts, day("2026-10-13"))
    assert (met.worst, met.due_on, met.rules[0].forecast) == (Status.MET, None, None)
    soon = assess_child(FAMILY_SAFEGUARDING, facts, day("2026-11-28"))
    assert (soon.worst, soon.standing, soon.rules[0].book_by) == (Status.NOT_DUE, Status.DUE_SOON, day("2026-11-30"))
    assert statuses(assess_child(FAMILY_SAFEGUARDING, facts, day("2027-01-05"))) == [
        ("2027-01-31", Status.MET), ("2026-12-31", Status.MISSED), ("2026-11-30", Status.MISSED),
    ]  # fmt: skip
    assert (
        assess_child(FAMILY_SAFEGUARDING, facts, day("2026-12-01"))
        .rules[1]
        .why.startswith("0 of 1 counted discussion in November 2026 (every-open-case; ")
    )


@pytest.mark.scenario(4, "c")
def test_children_stay_due_while_their_worker_is_away_and_a_session_of_whoever_covers_counts() -> None:
    held = [AllocationHeld("W", day("2026-09-01"), day("2026-11-02")), AllocationHeld("manager", day("2026-11-02"))]
    facts = child("x", discussed("2026-09-10", "2026-10-13"), opened="2026-09-01", allocations=held)

    before = assess_child(FAMILY_SAFEGUARDING, facts, day("2026-11-03"))
    assert (before.worst, before.due_on) == (Status.NOT_DUE, day("2026-11-30"))
    covered = replace(facts, discussions=[*facts.discussions, *discussed("2026-11-17")])
    assert assess_child(FAMILY_SAFEGUARDING, covered, day("2026-11-18")).worst == Status.MET


def test_missed_months_are_shown_for_a_year() -> None:
    facts = child("x", discussed(*(f"2026-{month:02}-15" for month in range(2, 13)), "2027-01-15"), opened="2026-01-01")

    assert ("2026-01-31", Status.MISSED) in statuses(assess_child(FAMILY_SAFEGUARDING, facts, day("2027-01-31")))
    assert len(assess_child(FAMILY_SAFEGUARDING, facts, day("2027-02-01")).rules) == 1


@pytest.mark.parametrize(
    ("opened", "discussions", "status"),
    [
        ("2026-09-17", (), Status.NOT_DUE),
        ("2026-09-18", (), Status.EXEMPT),
        ("2026-09-21", (), Status.EXEMPT),
        ("2026-09-21", ("2026-09-23",), Status.MET),
    ],
)
def test_a_month_with_fewer_than_ten_working_days_left_is_exempt_unless_a_discussion_happened_in_it(
    opened: str, discussions: tuple[str, ...], status: Status
) -> None:
    facts = child("x", discussed(*discussions), opened=opened)

    (row,) = assess_child(FAMILY_SAFEGUARDING, facts, day("2026-09-25")).rules
    assert row.status == status
    in_october = [row.status for row in assess_child(FAMILY_SAFEGUARDING, facts, day("2026-10-01")).rules]
    assert in_october == [Status.NOT_DUE] + [Status.MISSED] * (status == Status.NOT_DUE)


def test_a_first_allocation_or_an_opening_date_begins_the_windows() -> None:
    allocated = child("x", opened="2026-09-01", allocations=[AllocationHeld("A", day("2026-09-22"))])
    opened = child("x", opened="2026-03-01", opened_on=day("2026-09-22"))

    assert statuses(assess_child(FAMILY_SAFEGUARDING, allocated, day("2026-10-05"))) == [("2026-10-31", Status.NOT_DUE)]
    assert statuses(assess_child(FAMILY_SAFEGUARDING, opened, day("2026-10-05"))) == [("2026-10-31", Status.NOT_DUE)]
    assert assess_child(FAMILY_SAFEGUARDING, opened, day("2026-09-25")).worst == Status.MET


def test_a_transfer_begins_the_windows_only_where_the_policy_says_so() -> None:
    moved = child(
        "x", opened="2026-09-01",
        allocations=[AllocationHeld("A", day("2026-09-01"), day("2026-10-22")), AllocationHeld("B", day("2026-10-22"))],
    )  # fmt: skip
    restarting = with_rules(FAMILY_SAFEGUARDING, rule(monthly(), on_transfer="restart"))

    goes_on = statuses(assess_child(FAMILY_SAFEGUARDING, moved, day("2026-11-05")))
    assert goes_on[1:] == [("2026-10-31", Status.MISSED), ("2026-09-30", Status.MISSED)]
    assert statuses(assess_child(restarting, moved, day("2026-11-05")))[1:] == [("2026-09-30", Status.MISSED)]


def test_the_month_of_closing_is_not_charged_and_those_before_stay() -> None:
    closed = child("x", closed="2026-12-20")

    assert statuses(assess_child(FAMILY_SAFEGUARDING, closed, day("2027-02-01"))) == [
        ("2026-11-30", Status.MISSED), ("2026-10-31", Status.MISSED),
    ]  # fmt: skip
    assert statuses(assess_child(FAMILY_SAFEGUARDING, closed, day("2027-11-15"))) == [("2026-11-30", Status.MISSED)]


def test_a_month_counts_for_a_plan_type_that_was_held_on_its_last_day() -> None:
    policy = with_rules(FAMILY_SAFEGUARDING, rule(monthly(), plan_types=frozenset({"a"})))
    over = child(None, plan_types=plans(("a", None, "2026-12-15"), ("b", "2026-12-15", None)))
    begun = child(None, plan_types=plans(("a", "2026-11-20", None), ("a", "2026-11-25", "2026-12-28")))

    assert statuses(assess_child(policy, over, day("2027-01-05"))) == [
        ("2026-11-30", Status.MISSED), ("2026-10-31", Status.MISSED),
    ]  # fmt: skip
    assert statuses(assess_child(policy, begun, day("2026-12-05"))) == [("2026-12-31", Status.NOT_DUE)]


@pytest.mark.scenario(23, "a")
def test_each_month_is_judged_by_the_version_in_force_on_its_last_day() -> None:
    once, twice = with_rules(SHROPSHIRE, rule(monthly())), with_rules(SHROPSHIRE, rule(monthly(count=2)), version="4")
    timeline = PolicyTimeline(((once, None), (twice, day("2027-01-01"))))
    facts = child("x", discussed("2026-10-05", "2026-12-05", "2027-01-05"))

    answer = assess_child(timeline, facts, day("2027-02-01"))
    assert statuses(answer) == [
        ("2027-02-28", Status.NOT_DUE), ("2026-11-30", Status.MISSED), ("2027-01-31", Status.MISSED),
    ]  # fmt: skip
    assert [row.required for row in answer.rules] == [2, 1, 2]
    assert "version 4" not in answer.rules[1].why
    same = PolicyTimeline(((once, None), (replace(once, version="4"), day("2026-11-20"))))
    assert statuses(assess_child(same, facts, day("2026-12-06")))[1:] == [("2026-11-30", Status.MISSED)]


def test_a_case_that_goes_on_when_it_is_opened_again_keeps_its_windows() -> None:
    reopened = replace(child("x"), episodes=[Episode(day("2026-09-01"), day("2026-12-01")), Episode(day("2027-01-04"))])
    going_on = with_rules(FAMILY_SAFEGUARDING, rule(monthly(), on_reopen="continue"))

    on = day("2027-02-02")
    assert statuses(assess_child(FAMILY_SAFEGUARDING, reopened, on))[1:] == [("2027-01-31", Status.MISSED)]
    assert [last for last, _ in statuses(assess_child(going_on, reopened, on))[1:]] == [
        "2027-01-31", "2026-11-30", "2026-10-31", "2026-09-30",
    ]  # fmt: skip


def test_missed_months_of_a_warning_are_named_and_have_no_row() -> None:
    policy = with_rules(FAMILY_SAFEGUARDING, rule(monthly(severity=Severity.WARNING)))

    (row,) = assess_child(policy, child("x"), day("2026-12-05")).rules
    assert "missed in the twelve months before: October 2026 and November 2026 (rule; " in row.why


# Quarters, years, windows of any length


@pytest.mark.parametrize(
    ("atom", "last_on", "required", "name"),
    [
        (window(per=Per.CALENDAR_QUARTER), "2026-12-31", 1, "1 October 2026 to 31 December 2026"),
        (window(per=Per.CALENDAR_YEAR, count=12), "2026-12-31", 3, "1 January 2026 to 31 December 2026"),
        (
            window(per=Per.SUPERVISION_YEAR, count=6), "2027-03-31", 3,
            "the supervision year 1 April 2026 to 31 March 2027",
        ),
        (window(per=Per.ANCHORED, size=Duration.parse("P6W")), "2026-11-11", 1, "1 October 2026 to 11 November 2026"),
        (window(type=AtomType.SCHEDULED, count=1), "2026-10-31", 1, "October 2026"),
    ],
)  # fmt: skip
def test_windows_of_other_lengths(atom: Atom, last_on: str, required: int, name: str) -> None:
    (row,) = assess_child(with_rules(SHROPSHIRE, rule(atom)), child("x"), day("2026-10-20")).rules

    assert (row.due_on, row.counted, row.required) == (day(last_on), 0, required)
    assert f"in {name}; due by" in row.why


def test_windows_counted_from_a_transfer() -> None:
    policy = with_rules(SHROPSHIRE, rule(window(per=Per.ANCHORED, size=Duration.parse("P6W")), on_transfer="restart"))
    moved = child("x", allocations=[AllocationHeld("A", day("2026-10-01")), AllocationHeld("B", day("2026-10-12"))])

    assert assess_child(policy, moved, day("2026-10-20")).due_on == day("2026-11-22")


@pytest.mark.parametrize("on", ["2026-12-01", "2027-04-01"])
def test_a_young_case_is_not_late_before_it_is_as_old_as_the_window(on: str) -> None:
    policy = with_rules(SHROPSHIRE, SHROPSHIRE.case_rules[0].__class__("app3", SHROPSHIRE.case_rules[0].atoms[1:]))

    answer = assess_child(policy, child("x"), day(on))
    assert (answer.due_on, answer.rules[0].counted) == (day("2027-04-01"), 0)
    assert answer.worst != Status.OVERDUE
    assert answer.why.startswith("The case was opened on 1 October 2026 and fewer than 2 counted discussions since; ")
    assert assess_child(policy, child("x"), day("2027-04-02")).worst == Status.OVERDUE


# Months missed in a row, and what comes in turn


@pytest.mark.parametrize(
    ("on", "discussions", "status", "counted", "due_on"),
    [
        ("2026-10-20", (), Status.NOT_DUE, 0, "2026-11-30"),
        ("2026-10-20", ("2026-10-12",), Status.MET, 0, None),
        ("2026-11-20", (), Status.NOT_DUE, 1, "2026-11-30"),
        ("2026-12-20", (), Status.MISSED, 2, "2026-11-30"),
        ("2026-12-20", ("2026-10-12",), Status.NOT_DUE, 1, "2026-12-31"),
    ],
)
def test_months_missed_in_a_row(
    on: str, discussions: tuple[str, ...], status: Status, counted: int, due_on: str | None
) -> None:
    atom = Atom(id="rule", type=AtomType.MAX_CONSECUTIVE_MISSED, per=Per.CALENDAR_MONTH, max=1)

    (row,) = assess_child(with_rules(SHROPSHIRE, rule(atom)), child("x", discussed(*discussions)), day(on)).rules
    assert (row.status, row.counted, row.required) == (status, counted, 1)
    assert row.due_on == (day(due_on) if due_on else None)
    assert ("a breach if there is none by" in row.why) is (status == Status.NOT_DUE)


def test_an_exempt_month_neither_extends_a_run_nor_ends_it() -> None:
    atom = Atom(id="rule", type=AtomType.MAX_CONSECUTIVE_MISSED, per=Per.CALENDAR_MONTH, max=0)
    policy = with_rules(SHROPSHIRE, rule(atom))

    (row,) = assess_child(policy, child("x", opened="2026-09-21"), day("2026-09-25")).rules
    assert (row.counted, row.due_on) == (0, day("2026-10-31"))
    (row,) = assess_child(policy, child("x", opened="2026-09-21"), day("2026-11-05")).rules
    assert (row.status, row.counted, row.due_on) == (Status.MISSED, 1, day("2026-10-31"))
    never = with_rules(SHROPSHIRE, rule(replace(atom, min_available_working_days=40)))
    assert assess_child(never, child("x"), day("2026-10-05")).due_on is None


@pytest.mark.parametrize(
    ("formats", "status", "counted"),
    [
        (("group", "group"), Status.MISSED, 2),
        (("individual", "group"), Status.MET, 1),
        (("group", "individual"), Status.MET, 0),
        ((), Status.MET, 0),
    ],
)
def test_groups_and_individual_discussions_in_turn(formats: tuple[str, ...], status: Status, counted: int) -> None:
    policy = with_rules(SHROPSHIRE, rule(Atom(id="rule", type=AtomType.ALTERNATION, max=1)))
    found = [discussed(f"2026-10-1{place}", format=form) for place, form in enumerate(formats)]

    (row,) = assess_child(policy, child("x", *found), day("2026-10-20")).rules
    assert (row.status, row.counted, row.required) == (status, counted, 1)


def test_discussing_in_depth_by_turns() -> None:
    by_turns = rule(monthly(), in_depth_every=Duration.parse("P6M"), in_depth_every_sessions=3)
    policy = with_rules(FAMILY_SAFEGUARDING, by_turns)
    brief = discussed("2026-11-10", "2026-12-10")
    facts = child("x", discussed("2026-10-10", depth="in_depth"), brief)

    _, every, sessions = assess_child(policy, facts, day("2026-12-15")).rules
    assert (every.atom, every.due_on, every.counted) == ("in_depth", day("2027-04-10"), None)
    assert every.why.startswith("Last discussion in depth 10 October 2026; every 6 months (rule, in_depth; ")
    assert (sessions.atom, sessions.status, sessions.counted, sessions.required) == (
        "in_depth_sessions",
        Status.MET,
        2,
        2,
    )
    late = replace(facts, discussions=[*facts.discussions, *discussed("2026-12-14")])
    assert assess_child(policy, late, day("2026-12-15")).worst == Status.MISSED
    assert (
        "3 discussions since the last in depth; one in every 3"
        in assess_child(policy, late, day("2026-12-15")).rules[2].why
    )
    opened = replace(late, discussions=brief, opened_on=day("2026-11-01"))
    assert assess_child(policy, opened, day("2026-12-15")).rules[2].counted == 2


def test_the_policys_page_says_how_depth_comes_by_turns() -> None:
    by_turns = rule(monthly(), in_depth_every=Duration.parse("P6M"), in_depth_every_sessions=3)

    conditions = read_out(with_rules(SHROPSHIRE, by_turns)).case_rules[0].phases[0].conditions
    assert [(each.sentence, each.severity) for each in conditions[1:]] == [
        ("A discussion in depth every 6 months.", "Otherwise a breach."),
        ("One in every 3 discussions in depth.", "Otherwise a breach."),
    ]


# Every open case in every session


def held(reference: str, since: str, **facts: object) -> Child:
    """A child that worker W holds."""
    return child("x", reference=reference, allocations=[AllocationHeld("W", day(since))], **facts)  # type: ignore[arg-type]


def test_a_session_covers_every_open_child_of_the_worker_those_of_that_morning_included() -> None:
    on = day("2026-11-10")
    children = [held(f"P{number:02}", "2026-10-01") for number in range(14)]
    children += [held("P14", "2026-11-10"), held("P15", "2026-11-10")]
    others = [
        held("closed", "2026-10-01", closed="2026-11-10"), held("tomorrow", "2026-11-11"),
        child("x", reference="another's", allocations=[AllocationHeld("V", day("2026-10-01"))]),
        child("x", reference="given up", allocations=[AllocationHeld("W", day("2026-10-01"), on)]),
    ]  # fmt: skip

    found = children_to_discuss(FAMILY_SAFEGUARDING, [*others, *children], "W", on)
    assert {each.reference for each in found} == {each.reference for each in children}
    assert children_to_discuss(SHROPSHIRE, children, "W", on) == []


def test_a_policy_may_leave_out_those_just_allocated_or_without_a_plan_type() -> None:
    some = rule(monthly(), each_session=True, allocated_days_before_session=5, plan_types=frozenset({"x"}))
    policy = with_rules(FAMILY_SAFEGUARDING, some)
    children = [held("P1", "2026-11-05"), held("P2", "2026-11-06"), replace(held("P3", "2026-11-05"), plan_types=[])]

    assert [each.reference for each in children_to_discuss(policy, children, "W", day("2026-11-10"))] == ["P1"]


@pytest.mark.scenario(11, "d")
def test_the_child_longest_without_depth_heads_the_agenda() -> None:
    on = day("2026-12-10")
    recent = held("P1", "2026-10-01", discussions=discussed("2026-12-01", depth="in_depth"))
    never = held("P2", "2026-10-01", discussions=discussed("2026-11-01", "2026-12-01"))
    longest = held("P3", "2026-10-01", opened="2026-01-05", discussions=discussed("2026-02-01", depth="in_depth"))

    found = children_to_discuss(FAMILY_SAFEGUARDING, [recent, never, longest], "W", on)
    assert [each.reference for each in found] == ["P3", "P2", "P1"]
    assert [discussions_since_in_depth(each, on) for each in (recent, never, longest)] == [0, 2, 0]
    assert [last_in_depth_on(each, on) for each in (recent, never)] == [day("2026-12-01"), None]
    assert discussions_since_in_depth(replace(never, episodes=[]), on) == 0
