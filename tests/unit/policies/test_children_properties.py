"""What holds for any child: of the child clock as a whole."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.rules import (
    URGENCY,
    AllocationHeld,
    Child,
    Discussion,
    Duration,
    Episode,
    PlanTypeHeld,
    Policy,
    PolicyTimeline,
    Severity,
    Status,
    assess_child,
    override_of,
)
from tests.children_kit import rolling, rule, with_rules
from tests.policies_kit import pack

# Enough for the quick suite; try a thousand after a change to the engine
EXAMPLES = 60
START = date(2025, 9, 1)
PLAN_TYPES = ("child_in_need", "child_protection_plan", "looked_after", "care_leaver_18_plus", "family_help")
LIMITED = with_rules(
    pack("camden-short-guide"),
    rule(rolling("P4W", limit=Duration.parse("P6W")), id="cp", plan_types=frozenset({"child_protection_plan"})),
    rule(rolling("P2M"), id="any", on_transfer="restart", on_reopen="continue"),
)
POLICIES = [pack("camden-short-guide"), pack("shropshire-2017"), pack("family-safeguarding-003"), LIMITED]
SETTLED = (Status.MET, Status.MISSED, Status.EXEMPT, Status.SUSPENDED)

days = st.integers(0, 700).map(lambda number: START + timedelta(days=number))
todays = st.integers(30, 560).map(lambda number: START + timedelta(days=number))
policies = st.sampled_from(POLICIES)
discussions = st.builds(
    Discussion,
    on=days,
    depth=st.sampled_from(["brief", "in_depth"]),
    format=st.sampled_from(["individual", "individual", "group", "management_oversight"]),
    own_text=st.sampled_from([True, True, True, False]),
)


@st.composite
def periods(draw: st.DrawFn) -> tuple[date, date | None]:
    starts_on = draw(days)
    length = draw(st.none() | st.integers(1, 300))
    return starts_on, starts_on + timedelta(days=length) if length else None


@st.composite
def children(draw: st.DrawFn) -> Child:
    """A child, its cases one after the other or at the same time, on several plan types."""
    episodes = (
        [Episode(START)] if draw(st.booleans()) else [Episode(*draw(periods())) for _ in range(draw(st.integers(1, 3)))]
    )
    held = [PlanTypeHeld(draw(st.sampled_from(PLAN_TYPES)), *draw(periods())) for _ in range(draw(st.integers(0, 4)))]
    return Child(
        episodes=episodes,
        plan_types=held,
        discussions=draw(st.lists(discussions, max_size=12)),
        allocations=[
            AllocationHeld(draw(st.sampled_from("AB")), *draw(periods())) for _ in range(draw(st.integers(0, 3)))
        ],
        override=override_of(draw(paces), starts_on=draw(days)) if draw(st.booleans()) else None,
        opened_on=draw(st.none() | days),
    )


paces = st.sampled_from(["P7D", "P14D", "P1M", "P6W", "P4M"]).map(Duration.parse)
examples = settings(max_examples=EXAMPLES, deadline=None)


@examples
@given(policies, children(), todays, st.randoms())
def test_the_order_of_facts_does_not_matter(policy: Policy, child: Child, on: date, chance: object) -> None:
    shuffled = {
        name: chance.sample(list(getattr(child, name)), len(getattr(child, name)))  # type: ignore[attr-defined]
        for name in ("episodes", "plan_types", "discussions", "allocations")
    }

    answer, other = assess_child(policy, child, on), assess_child(policy, replace(child, **shuffled), on)
    assert sorted(answer.rules, key=repr) == sorted(other.rules, key=repr)
    assert (answer.worst, answer.due_on, set(answer.messages)) == (other.worst, other.due_on, set(other.messages))


@examples
@given(policies, children(), todays, days)
def test_one_more_counted_discussion_never_makes_a_rolling_status_worse(
    policy: Policy, child: Child, on: date, discussed_on: date
) -> None:
    more = replace(child, discussions=[*child.discussions, Discussion(discussed_on)])
    rolls = {atom.id for each in policy.case_rules for atom in each.atoms if atom.is_rolling} | {"override"}

    before, after = assess_child(policy, child, on), assess_child(policy, more, on)
    pairs = list(zip(before.rules, after.rules, strict=False))
    for one, other in pairs if len(before.rules) == len(after.rules) else []:
        if one.atom in rolls and one.status != Status.MISSED:
            assert (one.rule, one.atom) == (other.rule, other.atom)
            assert URGENCY[other.status] >= URGENCY[one.status]
            assert one.due_on is None or other.due_on is None or other.due_on >= one.due_on


@examples
@given(policies, children(), todays, days, paces)
def test_an_interval_of_the_childs_own_never_moves_a_due_date_later(
    policy: Policy, child: Child, on: date, set_on: date, every: Duration
) -> None:
    without = assess_child(policy, replace(child, override=None), on)
    with_it = assess_child(policy, replace(child, override=override_of(every, starts_on=set_on)), on)

    assert [row for row in with_it.rules if row.rule != "override"] == list(without.rules)
    assert without.due_on is None or (with_it.due_on is not None and with_it.due_on <= without.due_on)


@examples
@given(children(), todays, days, st.sampled_from(["P1M", "P3W", "P6W"]))
def test_a_tighter_policy_never_moves_a_due_date_later(child: Child, on: date, from_day: date, every: str) -> None:
    old, new = (with_rules(LIMITED, rule(rolling(each))) for each in ("P2M", every))

    tightened = assess_child(PolicyTimeline(((old, None), (new, from_day))), replace(child, override=None), on)
    unchanged = assess_child(old, replace(child, override=None), on)
    assert unchanged.due_on is None or (tightened.due_on is not None and tightened.due_on <= unchanged.due_on)
    was_late = unchanged.worst == Status.OVERDUE
    if tightened.worst == Status.OVERDUE and not was_late and tightened.due_on:
        assert tightened.due_on > from_day


@examples
@given(policies, children(), todays)
def test_a_discussion_on_the_due_date_is_never_late(policy: Policy, child: Child, on: date) -> None:
    due_on = assess_child(policy, child, on).due_on
    if due_on is None or due_on < on:
        return
    that_day = assess_child(
        policy, replace(child, discussions=[each for each in child.discussions if each.on <= on]), due_on
    )
    assert not [row for row in that_day.rules if row.due_on == due_on and row.is_late]


@examples
@given(policies, children(), todays)
def test_the_worst_and_the_due_date_are_those_of_the_rows(policy: Policy, child: Child, on: date) -> None:
    answer = assess_child(policy, child, on)

    figures = [row for row in answer.rules if row.status != Status.NO_MINIMUM_SET]
    weightiest = [
        row for row in figures if row.severity == min((each.severity for each in figures), key=list(Severity).index)
    ]
    assert answer.worst == min(
        (row.status for row in weightiest), key=URGENCY.__getitem__, default=Status.NO_MINIMUM_SET
    )
    open_dues = [
        row.due_on for row in figures if row.severity == Severity.BREACH and row.status not in SETTLED and row.due_on
    ]
    assert answer.due_on == min(open_dues, default=None)
    assert all(policy.id in row.why and policy.version in row.why for row in answer.rules)


@examples
@given(policies, children(), todays, days)
def test_a_version_that_changes_nothing_for_children_changes_no_date(
    policy: Policy, child: Child, on: date, from_day: date
) -> None:
    timeline = PolicyTimeline(((policy, None), (replace(policy, version="next"), from_day)))

    one, other = assess_child(policy, child, on), assess_child(timeline, child, on)
    shape = [
        sorted((row.rule, row.atom, row.status, str(row.due_on), str(row.limit_on)) for row in each.rules)
        for each in (one, other)
    ]
    assert shape[0] == shape[1]
    assert (one.worst, one.due_on) == (other.worst, other.due_on)


@examples
@given(policies, children(), todays, st.lists(discussions, max_size=3))
def test_what_comes_later_changes_nothing_today(policy: Policy, child: Child, on: date, more: list[Discussion]) -> None:
    later = [replace(each, on=on + timedelta(days=1 + (each.on - START).days)) for each in more]

    assert assess_child(policy, replace(child, discussions=[*child.discussions, *later]), on) == assess_child(
        policy, child, on
    )
