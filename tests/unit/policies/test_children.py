"""The child clock: what a due date is counted from, changes of plan type and of policy, a child's own interval."""

from dataclasses import replace
from datetime import date

import pytest

from policies.rules import (
    AllocationHeld,
    Duration,
    Episode,
    PolicyTimeline,
    Severity,
    Status,
    assess_child,
    override_of,
)
from policies.rules.facts import Agreed
from policies.rules.labels import assessment_in_words
from policies.rules.policy import Atom, AtomType
from tests.children_kit import child, day, discussed, monthly, plans, rolling, rule, with_rules
from tests.policies_kit import pack

SHROPSHIRE = pack("shropshire-2017")
CAMDEN = pack("camden-short-guide")
FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
ST_HELENS = pack("st-helens")
EVERY_TWO_MONTHS = with_rules(SHROPSHIRE, rule(rolling("P2M")))


def due(answer: object, atom: str) -> date | None:
    """The due date of one condition."""
    return next(row.due_on for row in answer.rules if row.atom == atom)  # type: ignore[attr-defined]


# What a due date is counted from


@pytest.mark.req("R061", "R193")
def test_shropshire_asks_for_two_months_and_for_two_in_six_months() -> None:
    answer = assess_child(SHROPSHIRE, child("child_in_need", discussed("2026-11-12")), day("2027-01-20"))

    two_monthly, app3 = answer.rules
    assert (two_monthly.atom, two_monthly.status, two_monthly.due_on) == (
        "two-monthly",
        Status.OVERDUE,
        day("2027-01-12"),
    )
    assert (two_monthly.book_by, two_monthly.overdue_days) == (day("2027-01-12"), 8)
    assert (app3.status, app3.counted, app3.required) == (Status.NOT_DUE, 1, 2)
    assert (app3.due_on, app3.booked_on, app3.forecast) == (day("2027-04-01"), None, None)
    assert (answer.worst, answer.standing, answer.due_on) == (Status.OVERDUE, Status.OVERDUE, day("2027-01-12"))
    assert (answer.policy, answer.reference) == ("shropshire-2017", "P1234")


@pytest.mark.scenario(1, "a")
def test_a_child_that_changes_worker_stays_due() -> None:
    moved = child(
        "child_in_need", discussed("2026-11-12"),
        allocations=[AllocationHeld("A", day("2026-10-01"), day("2027-01-05")), AllocationHeld("B", day("2027-01-05"))],
    )  # fmt: skip

    assert assess_child(SHROPSHIRE, moved, day("2027-01-06")).due_on == day("2027-01-12")
    late = assess_child(SHROPSHIRE, moved, day("2027-01-20"))
    assert (late.worst, late.rules[0].overdue_days) == (Status.OVERDUE, 8)


def test_a_policy_may_let_a_transfer_start_the_clock_anew() -> None:
    policy = with_rules(SHROPSHIRE, rule(rolling("P2M"), on_transfer="restart"))
    held = [
        AllocationHeld("A", day("2026-10-01"), day("2026-12-01")),
        AllocationHeld("A", day("2026-12-01"), day("2027-01-05")),
        AllocationHeld("B", day("2027-01-05")),
    ]
    moved = child("child_in_need", discussed("2026-11-12"), allocations=held)

    answer = assess_child(policy, moved, day("2027-01-20"))
    assert answer.due_on == day("2027-03-05")
    assert answer.why.startswith(
        "Came to another worker on 5 January 2027 and no counted discussion since; every 2 months"
    )
    renewed = replace(moved, allocations=held[:2])
    assert assess_child(policy, renewed, day("2027-01-20")).due_on == day("2027-01-12")
    assert assess_child(policy, replace(moved, allocations=held[1:2]), day("2027-01-20")).due_on == day("2027-02-01")


@pytest.mark.parametrize(
    ("allocated", "due_on", "why"),
    [
        ("2026-10-20", "2026-12-20", "First allocated on 20 October 2026 and no counted discussion since"),
        ("2026-10-01", "2026-12-01", "The case was opened on 1 October 2026 and no counted discussion since"),
        ("2026-05-01", "2026-12-01", "The case was opened on 1 October 2026 and no counted discussion since"),
    ],
)
def test_a_case_is_counted_from_its_opening_or_its_first_allocation(allocated: str, due_on: str, why: str) -> None:
    held = [AllocationHeld("B", day("2026-11-20")), AllocationHeld("A", day(allocated), day("2026-11-20"))]

    answer = assess_child(EVERY_TWO_MONTHS, child(allocations=held), day("2026-11-25"))
    assert answer.due_on == day(due_on)
    assert answer.why.startswith(why)


def test_an_allocation_of_the_case_before_is_none_of_this_one() -> None:
    held = [AllocationHeld("A", day("2026-05-01"), day("2026-10-01")), AllocationHeld("B", day("2026-10-10"))]

    assert assess_child(EVERY_TWO_MONTHS, child(allocations=held), day("2026-11-25")).due_on == day("2026-12-10")


def test_facts_of_tomorrow_are_not_known_today() -> None:
    facts = child(
        None, discussed("2026-11-12", "2026-12-01"), closed="2026-12-20",
        plan_types=plans(("child_in_need", "2026-10-01", "2026-12-20"), ("child_protection_plan", "2026-12-02", None)),
        allocations=[AllocationHeld("A", day("2026-12-05"))], opened_on=day("2026-12-10"),
        override=override_of(Duration.parse("P7D"), starts_on=day("2026-12-03")),
    )  # fmt: skip

    answer = assess_child(CAMDEN, facts, day("2026-11-30"))
    assert [(row.rule, row.due_on) for row in answer.rules] == [("cin", day("2027-01-12"))]
    assert answer.messages == ()


@pytest.mark.req("R342", "R343", "R344", "R345")
@pytest.mark.parametrize(
    ("plan_type", "due_on"),
    [
        ("child_protection_plan", "2027-02-20"),
        ("child_in_need", "2027-03-20"),
        ("looked_after", "2027-03-20"),
        ("care_leaver_18_plus", "2027-04-20"),
    ],
)
def test_camden_asks_by_the_plan_type(plan_type: str, due_on: str) -> None:
    answer = assess_child(CAMDEN, child(plan_type, discussed("2027-01-20")), day("2027-01-25"))

    assert (answer.due_on, answer.worst) == (day(due_on), Status.NOT_DUE)
    assert f"plan type {plan_type}; camden-short-guide, version {CAMDEN.version})." in answer.why


def test_of_two_plan_types_the_shorter_interval_is_due_first_and_both_are_shown() -> None:
    both = child(
        None, discussed("2027-01-20"),
        plan_types=plans(("looked_after", "2026-10-01", None), ("child_protection_plan", "2026-10-01", None)),
    )  # fmt: skip

    answer = assess_child(CAMDEN, both, day("2027-02-01"))
    assert {row.rule: row.due_on for row in answer.rules} == {"cp": day("2027-02-20"), "lac": day("2027-03-20")}
    assert answer.due_on == day("2027-02-20")


@pytest.mark.scenario(3, "a")
def test_only_the_siblings_with_text_of_their_own_move() -> None:
    before, together = discussed("2027-01-04"), "2027-01-20"
    first = child("child_protection_plan", before, discussed(together))
    second = child("child_in_need", before, discussed(together))
    third = child("child_in_need", before, discussed(together, own_text=False))

    on = day("2027-01-25")
    dues = [assess_child(CAMDEN, each, on).due_on for each in (first, second, third)]
    assert dues == [day("2027-02-20"), day("2027-03-20"), day("2027-03-04")]


@pytest.mark.parametrize(
    ("format_", "depth", "counts"),
    [
        ("individual", "in_depth", True),
        ("individual", "brief", False),
        ("group", "in_depth", False),
        ("management_oversight", "in_depth", True),
    ],
)
def test_the_policy_says_which_discussions_count(format_: str, depth: str, counts: bool) -> None:
    satisfied_by = frozenset({"individual", "management_oversight"})
    policy = with_rules(CAMDEN, rule(rolling("P1M"), satisfied_by=satisfied_by, min_depth="in_depth"))

    answer = assess_child(policy, child("x", discussed("2026-10-20", depth=depth, format=format_)), day("2026-10-25"))
    assert answer.due_on == day("2026-11-20" if counts else "2026-11-01")
    assert ("Last discussion in depth 20 October 2026" in answer.why) is counts


@pytest.mark.parametrize(
    ("on", "status", "overdue_days"),
    [
        ("2026-11-20", Status.NOT_DUE, 0),
        ("2026-11-21", Status.DUE_SOON, 0),
        ("2026-11-27", Status.DUE_SOON, 0),
        ("2026-11-28", Status.DUE_TODAY, 0),
        ("2026-11-29", Status.TARGET_PASSED, 0),
        ("2026-12-12", Status.TARGET_PASSED, 0),
        ("2026-12-13", Status.OVERDUE, 1),
    ],
)
def test_the_bounds_of_each_status(on: str, status: Status, overdue_days: int) -> None:
    policy = with_rules(CAMDEN, rule(rolling("P4W", limit=Duration.parse("P6W"))))

    (row,) = assess_child(policy, child("x", discussed("2026-10-31")), day(on)).rules
    assert (row.status, row.overdue_days) == (status, overdue_days)
    assert (row.due_on, row.limit_on, row.book_by) == (day("2026-11-28"), day("2026-12-12"), day("2026-11-27"))


# No figure, no case


@pytest.mark.parametrize(
    ("policy", "plan_type", "message"),
    [
        (ST_HELENS, "child_in_need", "The policy sets no minimum for the discussion of children."),
        (CAMDEN, "family_help", "The policy sets no minimum for “family_help”."),
        (CAMDEN, None, "The policy sets no minimum for a child without a plan type."),
    ],
)
def test_where_the_policy_is_silent_no_minimum_is_set(policy: object, plan_type: str | None, message: str) -> None:
    answer = assess_child(policy, child(plan_type, discussed("2026-10-20")), day("2026-11-25"))  # type: ignore[arg-type]

    assert (answer.worst, answer.standing, answer.due_on) == (Status.NO_MINIMUM_SET, Status.NO_MINIMUM_SET, None)
    assert (answer.rules, answer.messages) == ((), (message,))
    assert answer.why == message
    assert not answer.asks_anything


def test_a_rule_without_a_figure_is_shown_as_one() -> None:
    as_required = Atom(id="rule", type=AtomType.AS_REQUIRED, note="as the plan asks")
    asked = assess_child(with_rules(CAMDEN, rule(as_required)), child("x"), day("2026-11-25"))
    covered = assess_child(with_rules(CAMDEN, rule(as_required, each_session=True)), child("x"), day("2026-11-25"))

    assert [row.status for row in (*asked.rules, *covered.rules)] == [Status.NO_MINIMUM_SET] * 2
    assert asked.rules[0].why.startswith("The policy gives no figure: as the plan asks (rule; ")
    assert covered.rules[0].why.startswith("To be discussed in every session of its worker; ")
    assert asked.worst == Status.NO_MINIMUM_SET


def test_a_rule_for_some_workers_is_asked_of_every_child() -> None:
    policy = with_rules(CAMDEN, rule(rolling("P1M"), categories=frozenset({"nqsw"})))

    answer = assess_child(policy, child("x"), day("2026-10-10"))
    assert answer.due_on == day("2026-11-01")
    assert answer.messages == ("Rules for some categories or services of workers are asked of every child.",)


def test_nothing_is_asked_of_a_case_that_is_closed() -> None:
    closed = child("child_in_need", discussed("2026-11-12"), closed="2027-01-12")

    assert assess_child(EVERY_TWO_MONTHS, closed, day("2027-01-11")).worst == Status.DUE_SOON
    answer = assess_child(EVERY_TWO_MONTHS, closed, day("2027-01-12"))
    assert (answer.worst, answer.rules, answer.due_on) == (Status.NO_MINIMUM_SET, (), None)
    assert answer.messages == ("The case was closed on 12 January 2027: nothing is asked from then on.",)


def test_a_due_date_missed_before_closing_stays_for_a_year() -> None:
    closed = child("child_in_need", discussed("2026-11-12"), closed="2027-01-13")

    for on in ("2027-01-13", "2028-01-13"):
        answer = assess_child(EVERY_TWO_MONTHS, closed, day(on))
        (row,) = answer.rules
        assert (row.status, row.due_on, row.overdue_days) == (Status.MISSED, day("2027-01-12"), 0)
        assert (answer.worst, answer.due_on) == (Status.MISSED, None)
    assert assess_child(EVERY_TWO_MONTHS, closed, day("2028-01-14")).rules == ()


@pytest.mark.parametrize(
    "episodes", [[], [Episode(day("2026-12-01"))], [Episode(day("2026-10-01"), day("2026-10-01"))]]
)
def test_without_a_case_nothing_is_asked(episodes: list[Episode]) -> None:
    answer = assess_child(EVERY_TWO_MONTHS, replace(child(), episodes=episodes), day("2026-11-25"))

    assert (answer.worst, answer.rules, len(answer.messages)) == (Status.NO_MINIMUM_SET, (), 1)


@pytest.mark.parametrize(
    ("on_reopen", "in_error", "due_on"),
    [
        ("restart", None, "2027-03-01"),
        ("restart", True, "2027-03-01"),
        ("continue", None, "2027-01-12"),
        ("continue", True, "2027-01-12"),
        ("continue", False, "2027-03-01"),
    ],
)
def test_a_case_opened_again_begins_anew_unless_the_policy_lets_it_go_on(
    on_reopen: str, in_error: bool | None, due_on: str
) -> None:
    policy = with_rules(CAMDEN, rule(rolling("P2M"), on_reopen=on_reopen))
    reopened = replace(
        child("x", discussed("2026-11-12")),
        episodes=[Episode(day("2027-01-01")), Episode(day("2026-10-01"), day("2026-12-01"), in_error)],
        override=override_of(Duration.parse("P70D"), starts_on=day("2026-10-01")),
    )

    answer = assess_child(policy, reopened, day("2027-01-10"))
    assert answer.due_on == day(due_on)


def test_each_of_two_open_cases_has_its_own_clock() -> None:
    two = replace(
        child("x", discussed("2026-10-20")), episodes=[Episode(day("2026-10-01")), Episode(day("2026-11-01"))]
    )

    answer = assess_child(EVERY_TWO_MONTHS, two, day("2026-11-25"))
    assert [row.due_on for row in answer.rules] == [day("2026-12-20"), day("2027-01-01")]


# Going live


@pytest.mark.parametrize(
    ("opened_on", "due_on", "why"),
    [
        ("2026-11-03", "2027-01-03", "Last counted discussion 3 November 2026 (opening date); every 2 months"),
        ("2026-09-03", "2026-12-01", "The case was opened on 1 October 2026 and no counted discussion since"),
    ],
)
def test_nothing_is_asked_for_before_the_opening_date(opened_on: str, due_on: str, why: str) -> None:
    answer = assess_child(EVERY_TWO_MONTHS, child("x", opened_on=day(opened_on)), day("2026-11-25"))

    assert answer.due_on == day(due_on)
    assert answer.why.startswith(why)


def test_a_discussion_after_the_opening_date_is_one_like_any_other() -> None:
    facts = child("x", discussed("2026-11-20"), opened_on=day("2026-11-03"))

    assert assess_child(EVERY_TWO_MONTHS, facts, day("2026-11-25")).why.startswith(
        "Last counted discussion 20 November 2026;"
    )
    both = assess_child(SHROPSHIRE, facts, day("2026-11-25")).rules[1]
    assert (both.due_on, both.counted) == (day("2027-05-03"), 2)
    assert "The last 2 counted discussions reach back to 3 November 2026 (opening date)" in both.why


# Changes of plan type


@pytest.mark.scenario(9, "a")
def test_a_step_up_never_reaches_back() -> None:
    stepped_up = child(
        None, discussed("2027-01-20"),
        plan_types=plans(("child_in_need", "2026-10-01", "2027-03-10"), ("child_protection_plan", "2027-03-10", None)),
    )  # fmt: skip

    assert assess_child(CAMDEN, stepped_up, day("2027-03-09")).due_on == day("2027-03-20")
    answer = assess_child(CAMDEN, stepped_up, day("2027-03-10"))
    (row,) = answer.rules
    assert (row.rule, row.status, row.due_on, row.book_by) == (
        "cp",
        Status.NOT_DUE,
        day("2027-03-20"),
        day("2027-03-19"),
    )
    assert row.why.startswith(
        "Last counted discussion 20 January 2027; another interval since 10 March 2027, "
        "and the earlier date of before stays; every month (cp, plan type child_protection_plan; camden-short-guide"
    )
    discussed_again = replace(stepped_up, discussions=discussed("2027-01-20", "2027-03-19"))
    assert assess_child(CAMDEN, discussed_again, day("2027-03-20")).due_on == day("2027-04-19")


def test_a_step_up_tightens_where_the_change_and_the_new_interval_come_first() -> None:
    stepped_up = child(
        None, discussed("2027-01-20"),
        plan_types=plans(("child_in_need", "2026-10-01", "2027-01-25"), ("child_protection_plan", "2027-01-25", None)),
    )  # fmt: skip

    answer = assess_child(CAMDEN, stepped_up, day("2027-02-01"))
    assert answer.due_on == day("2027-02-25")
    assert "another interval, counted from 25 January 2027; every month" in answer.why


@pytest.mark.scenario(9, "b")
def test_a_step_down_counts_the_longer_interval_from_the_last_discussion() -> None:
    stepped_down = child(
        None, discussed("2027-02-20"),
        plan_types=plans(("child_protection_plan", "2026-10-01", "2027-03-01"), ("child_in_need", "2027-03-01", None)),
    )  # fmt: skip

    assert assess_child(CAMDEN, stepped_down, day("2027-02-28")).due_on == day("2027-03-20")
    assert assess_child(CAMDEN, stepped_down, day("2027-03-01")).due_on == day("2027-04-20")


def test_up_down_and_up_again_each_step_counts_from_the_one_before() -> None:
    steps = child(
        None, discussed("2027-01-20"),
        plan_types=plans(
            ("child_in_need", "2026-10-01", "2027-02-01"), ("child_protection_plan", "2027-02-01", "2027-02-10"),
            ("care_leaver_18_plus", "2027-02-10", "2027-03-30"), ("child_protection_plan", "2027-03-30", None),
        ),
    )  # fmt: skip

    dues = [
        assess_child(CAMDEN, steps, day(on)).due_on for on in ("2027-01-31", "2027-02-01", "2027-02-10", "2027-03-30")
    ]
    assert dues == [day("2027-03-20"), day("2027-03-01"), day("2027-04-20"), day("2027-04-20")]


def test_a_plan_type_out_of_nothing_is_due_an_interval_after_its_first_day() -> None:
    later = child(
        None, discussed("2026-10-05"),
        plan_types=plans(("family_help", None, "2027-01-10"), ("child_in_need", "2027-01-10", None)),
    )  # fmt: skip

    assert assess_child(CAMDEN, later, day("2027-01-15")).due_on == day("2027-03-10")


def test_plan_types_that_touch_are_one() -> None:
    touching = plans(("child_in_need", "2026-12-01", None), ("child_in_need", "2026-10-01", "2026-12-01"))

    answer = assess_child(CAMDEN, child(None, plan_types=touching), day("2026-12-05"))
    assert answer.due_on == day("2026-12-01")


def test_a_limit_is_tightened_with_its_target() -> None:
    limited = rolling("P4W", limit=Duration.parse("P6W"))
    policy = with_rules(
        CAMDEN, rule(rolling("P3M"), plan_types=frozenset({"a"}), id="a"), rule(limited, plan_types=frozenset({"b"}))
    )
    stepped = [
        child(None, discussed("2026-10-05"), plan_types=plans(("a", None, on), ("b", on, None)))
        for on in ("2026-11-20", "2026-12-10", "2026-12-30")
    ]

    rows = [assess_child(policy, each, day("2026-12-30")).rules[0] for each in stepped]
    assert [(row.due_on, row.limit_on) for row in rows] == [
        (day("2026-12-18"), day("2027-01-01")),
        (day("2027-01-05"), None),
        (day("2027-01-05"), None),
    ]


def test_what_was_a_warning_before_does_not_make_a_breach_due_earlier() -> None:
    warned = rule(
        rolling("P1M", severity=Severity.WARNING), rolling("P3M", id="slow"), plan_types=frozenset({"a"}), id="a"
    )
    policy = with_rules(CAMDEN, warned, rule(rolling("P1M"), plan_types=frozenset({"b"})))
    stepped = child(
        None, discussed("2026-10-05"), plan_types=plans(("a", None, "2026-11-20"), ("b", "2026-11-20", None))
    )

    assert assess_child(policy, stepped, day("2026-11-21")).due_on == day("2026-12-20")


# Changes of policy


@pytest.mark.scenario(23, "a")
@pytest.mark.scenario(23, "b")
def test_from_two_months_to_one_on_new_years_day() -> None:
    monthly_now = with_rules(SHROPSHIRE, rule(rolling("P1M")), version="4")
    timeline = PolicyTimeline(((EVERY_TWO_MONTHS, None), (monthly_now, day("2027-01-01"))))
    early, late = child("x", discussed("2026-11-12")), child("x", discussed("2026-12-20"))

    december = assess_child(timeline, late, day("2026-12-31"))
    assert (december.due_on, december.policy_version) == (day("2027-02-20"), EVERY_TWO_MONTHS.version)
    assert EVERY_TWO_MONTHS.version in december.why
    january = [assess_child(timeline, each, day("2027-01-01")) for each in (early, late)]
    assert [answer.due_on for answer in january] == [day("2027-01-12"), day("2027-02-01")]
    assert {answer.policy_version for answer in january} == {"4"}
    again = replace(late, discussions=discussed("2026-12-20", "2027-01-05"))
    assert assess_child(timeline, again, day("2027-01-06")).due_on == day("2027-02-05")


def test_a_rule_that_the_next_version_leaves_as_it_was_goes_on() -> None:
    timeline = PolicyTimeline(((SHROPSHIRE, None), (replace(SHROPSHIRE, version="4"), day("2027-01-01"))))
    facts = child("x", discussed("2026-11-12"))

    one, other = assess_child(SHROPSHIRE, facts, day("2027-01-05")), assess_child(timeline, facts, day("2027-01-05"))
    assert [row.due_on for row in one.rules] == [row.due_on for row in other.rules]
    assert "version 4" in other.why


def test_a_looser_policy_counts_from_the_last_discussion_and_a_new_one_from_its_day() -> None:
    facts = child("x", discussed("2026-12-12"))
    looser = PolicyTimeline(
        (
            (with_rules(CAMDEN, rule(rolling("P1M"))), None),
            (with_rules(CAMDEN, rule(rolling("P2M"))), day("2027-01-20")),
        )
    )
    new = PolicyTimeline(((ST_HELENS, None), (EVERY_TWO_MONTHS, day("2027-01-20"))))

    assert assess_child(looser, facts, day("2027-01-19")).worst == Status.OVERDUE
    assert assess_child(looser, facts, day("2027-01-20")).due_on == day("2027-02-12")
    assert assess_child(new, facts, day("2027-01-20")).due_on == day("2027-03-20")


# An interval of the child's own


@pytest.mark.scenario(9, "c")
@pytest.mark.parametrize(
    ("last", "due_on"), [("2027-01-20", "2027-02-15"), ("2026-12-10", "2027-02-10"), ("2027-02-03", "2027-02-17")]
)
def test_two_weeks_set_on_the_child_win_from_that_day(last: str, due_on: str) -> None:
    facts = child(
        "child_in_need", discussed(last), override=override_of(Duration.parse("P14D"), starts_on=day("2027-02-01"))
    )

    assert [row.rule for row in assess_child(CAMDEN, facts, day("2027-01-31")).rules] == ["cin"]
    answer = assess_child(CAMDEN, facts, day("2027-02-03"))
    assert [(row.rule, row.atom) for row in answer.rules] == [("cin", "cin"), ("override", "override")]
    assert answer.due_on == day(due_on)
    assert "(override; set for this child on 1 February 2027, over and above camden-short-guide" in answer.rules[1].why


@pytest.mark.scenario(9, "c")
def test_a_looser_one_is_ignored_with_a_message() -> None:
    facts = child("child_in_need", override=override_of(Duration.parse("P3M"), starts_on=day("2026-10-02")))

    answer = assess_child(CAMDEN, facts, day("2026-11-01"))
    assert [row.rule for row in answer.rules] == ["cin"]
    assert answer.messages == (
        "The interval set for this child, every 3 months, asks for less than the policy does, every 2 months: it is ignored.",
    )


def test_asking_for_the_same_or_for_no_pace_adds_nothing() -> None:
    same = override_of(Duration.parse("P2M"), starts_on=day("2026-10-02"))
    no_pace = Agreed((Atom(id="override", type=AtomType.ALTERNATION, max=1),), day("2026-10-02"))

    for override in (same, no_pace):
        answer = assess_child(CAMDEN, child(override=override), day("2026-11-01"))
        assert ([row.rule for row in answer.rules], answer.messages) == (["cin"], ())


@pytest.mark.parametrize(
    ("allowed", "every", "rules", "said"),
    [
        (
            "none",
            "P14D",
            ["rule"],
            "The policy takes no interval for one child: the one set on 2 October 2026 is ignored.",
        ),
        ("any", "P14D", ["rule", "override"], None),
        ("any", "P3M", ["rule", "override"], "it is shown beside the policy’s own date, which stands."),
    ],
)
def test_what_a_policy_allows_for_one_child(allowed: str, every: str, rules: list[str], said: str | None) -> None:
    policy = with_rules(CAMDEN, rule(rolling("P2M"), per_case_override=allowed))
    facts = child(override=override_of(Duration.parse(every), starts_on=day("2026-10-02")))

    answer = assess_child(policy, facts, day("2026-11-01"))
    assert [row.rule for row in answer.rules] == rules
    assert answer.due_on == min(row.due_on for row in answer.rules if row.due_on)
    assert answer.messages == () if said is None else said in answer.messages[0]


def test_where_the_policy_is_silent_what_is_set_for_the_child_binds() -> None:
    override = override_of(Duration.parse("P2M"), starts_on=day("2026-10-10"))

    answer = assess_child(ST_HELENS, child(override=override), day("2026-11-01"))
    assert [(row.rule, row.due_on) for row in answer.rules] == [("override", day("2026-12-10"))]


def test_an_interval_of_the_childs_own_may_be_a_window() -> None:
    override = Agreed((monthly(id="override"),), day("2026-11-10"))
    facts = child("child_in_need", discussed("2026-10-20"), override=override)

    in_december = assess_child(CAMDEN, facts, day("2026-12-05"))
    assert [(row.rule, row.status, row.due_on) for row in in_december.rules if row.rule == "override"] == [
        ("override", Status.NOT_DUE, day("2026-12-31")),
        ("override", Status.MISSED, day("2026-11-30")),
    ]
    in_time = PolicyTimeline(((CAMDEN, None), (replace(CAMDEN, version="2"), day("2026-12-01"))))
    assert len(assess_child(in_time, facts, day("2026-12-05")).rules) == 3


def test_an_override_goes_through_changes_of_policy() -> None:
    timeline = PolicyTimeline(((CAMDEN, None), (replace(CAMDEN, version="2"), day("2027-01-10"))))
    facts = child(
        "child_in_need",
        discussed("2027-01-05"),
        override=override_of(Duration.parse("P14D"), starts_on=day("2027-01-01")),
    )

    assert assess_child(timeline, facts, day("2027-01-15")).due_on == day("2027-01-19")


# In words


def test_the_message_about_a_rule_of_children_names_it_as_people_do() -> None:
    answer = replace(assess_child(SHROPSHIRE, child(), day("2026-10-02")), messages=("every-case: said.",))

    assert assessment_in_words(SHROPSHIRE, answer).messages == (
        "“Every case at least every two months (and twice in any six months, appendix 3)”: said.",
    )


def test_as_many_policies_may_be_asked_about_as_one_likes() -> None:
    drafts = [with_rules(CAMDEN, rule(rolling(f"P{days}D"))) for days in range(1, 80)]

    answers = [assess_child(draft, child("x"), day("2026-10-01")) for draft in (*drafts, drafts[0])]
    assert [(answer.due_on - day("2026-10-01")).days for answer in answers if answer.due_on] == [*range(1, 80), 1]


def test_an_answer_is_said_with_the_names_that_people_know() -> None:
    facts = child("child_in_need", override=override_of(Duration.parse("P14D"), starts_on=day("2026-10-02")))

    answer = assessment_in_words(CAMDEN, assess_child(CAMDEN, facts, day("2026-11-01")))
    assert [row.why.partition(" (")[2] for row in answer.rules] == [
        "“Child in need”, plan type “Child in need”; London Borough of Camden, undated).",
        "“Set for this child alone”; set for this child on 2 October 2026, "
        "over and above London Borough of Camden, undated).",
    ]
