"""What holds for any facts: of the engine as a whole."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.files import pack_ids
from policies.rules import (
    URGENCY,
    Absence,
    Agreed,
    Assessment,
    CategoryHeld,
    Duration,
    Event,
    Facts,
    Row,
    ServiceHeld,
    Session,
    Severity,
    Status,
    assess,
)
from policies.rules.policy import AtomType, Policy
from tests.policies_kit import pack

# Enough for the quick suite; try a thousand after a change to the engine
EXAMPLES = 50
START = date(2025, 9, 1)
ANCHORS = ("employment_start", "role_start", "asye_start", "placement_start", "probation_start")
EVENTS = ("asye_six_month_review_held", "student_frequency_change_agreed")

days = st.integers(min_value=0, max_value=700).map(lambda number: START + timedelta(days=number))
todays = st.integers(min_value=30, max_value=560).map(lambda number: START + timedelta(days=number))
policies = st.sampled_from(pack_ids()).map(pack)
sessions = st.builds(
    Session,
    on=days,
    status=st.sampled_from(["held", "held", "held", "booked", "cancelled", "did_not_attend", "cut_short"]),
    format=st.sampled_from(["individual", "individual", "group", "ad_hoc"]),
    kind=st.sampled_from(["combined", "combined", "personal", "case", "management", "practice", "reflective_group"]),
    minutes=st.sampled_from([None, 30, 60, 90, 120]),
    present=st.sampled_from([True, True, True, False]),
)


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    starts_on = draw(days)
    ends_on = draw(st.none() | st.integers(1, 200).map(lambda number: starts_on + timedelta(days=number)))
    expected = draw(st.none() | st.integers(1, 200).map(lambda number: starts_on + timedelta(days=number)))
    return Absence(starts_on, ends_on, expected, draw(st.sampled_from(["sickness", "maternity", "annual_leave"])))


@st.composite
def periods(draw: st.DrawFn) -> tuple[date | None, date | None]:
    starts_on = draw(st.none() | days)
    length = draw(st.none() | st.integers(1, 400))
    return starts_on, (starts_on or START) + timedelta(days=length) if length else None


@st.composite
def cases(draw: st.DrawFn, *, away: bool = True) -> tuple[Policy, Facts]:
    """A policy, and facts about a worker whom it may bind in several ways."""
    policy = draw(policies)
    categories = [category.id for category in policy.categories]
    held = [
        CategoryHeld(category, *draw(periods()))
        for category in draw(st.lists(st.sampled_from(categories), min_size=1, max_size=3))
    ]
    anchors = draw(st.dictionaries(st.sampled_from(ANCHORS), days, max_size=3))
    pairs = sorted({pair for rule in policy.rules for phase in rule.phases for pair in phase.terms.accepts})
    counted = draw(st.lists(st.tuples(days, st.sampled_from(pairs)), min_size=3, max_size=15))
    facts = Facts(
        categories=held,
        services=[ServiceHeld("family_safeguarding", *draw(periods()))] if draw(st.booleans()) else [],
        anchors={"employment_start": START, **anchors},
        events=draw(st.lists(st.builds(Event, event=st.sampled_from(EVENTS), on=days), max_size=2)),
        absences=draw(st.lists(absences(), max_size=2)) if away else [],
        sessions=[Session(on, kind=kind, format=form, minutes=90) for on, (kind, form) in counted]
        + draw(st.lists(sessions, max_size=5)),
    )
    return policy, facts


def by_name(answer: Assessment) -> dict[Any, Row]:
    """The rows by rule and atom, and where an atom has several by the end of the window."""
    windows = {(each.rule, each.atom) for each in answer.rules if each.counted is not None}
    return {
        (each.rule, each.atom, each.due_on if (each.rule, each.atom) in windows else None): each
        for each in answer.rules
    }


def atom_types(policy: Policy) -> dict[tuple[str, str], AtomType]:
    return {(rule.id, atom.id): atom.type for rule in policy.rules for phase in rule.phases for atom in phase.atoms}


@given(cases(), todays)
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_facts_have_an_answer_that_is_consistent(case: tuple[Policy, Facts], on: date) -> None:
    policy, facts = case

    answer = assess(policy, facts, on)

    open_breaches = [
        each.due_on
        for each in answer.rules
        if each.severity == Severity.BREACH
        and each.due_on
        and each.status not in (Status.MET, Status.MISSED, Status.EXEMPT, Status.SUSPENDED)
    ]
    assert answer.due_on == min(open_breaches, default=None)
    for each in answer.rules:
        assert (each.overdue_days > 0) == (each.status == Status.OVERDUE)
        assert each.book_by is None or (each.due_on is not None and each.book_by <= each.due_on)
        assert each.limit_on is None or (each.due_on is not None and each.limit_on > each.due_on)
        assert each.why.endswith(").")
        assert each.booked_on is None or each.booked_on >= on
        assert URGENCY[each.standing] <= URGENCY[each.status]


@given(cases(), todays, st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_facts_does_not_matter(case: tuple[Policy, Facts], on: date, random: Any) -> None:
    policy, facts = case

    def shuffled(items: Any) -> list[Any]:
        return random.sample(list(items), len(items))

    other = Facts(
        categories=shuffled(facts.categories),
        services=shuffled(facts.services),
        anchors=dict(shuffled(facts.anchors.items())),
        events=shuffled(facts.events),
        absences=shuffled(facts.absences),
        sessions=shuffled(facts.sessions),
    )

    assert assess(policy, other, on) == assess(policy, facts, on)


@given(cases(), todays)
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_comes_later_changes_nothing_but_bookings(case: tuple[Policy, Facts], on: date) -> None:
    policy, facts = case
    known = replace(
        facts,
        sessions=[each for each in facts.sessions if each.on <= on],
        absences=[each for each in facts.absences if each.starts_on <= on],
        events=[each for each in facts.events if each.on <= on],
    )
    booked = {AtomType.SCHEDULED}

    first, second = assess(policy, facts, on), assess(policy, known, on)

    types = atom_types(policy)
    for one, other in zip(first.rules, second.rules, strict=True):
        if types.get((one.rule, one.atom)) not in booked:
            assert replace(one, booked_on=None, forecast=None) == replace(other, booked_on=None, forecast=None)


@given(cases(), todays, days)
@settings(max_examples=EXAMPLES, deadline=None)
def test_one_more_counted_session_never_makes_a_status_worse(case: tuple[Policy, Facts], on: date, extra: date) -> None:
    policy, facts = case
    kinds = {(kind, form) for rule in policy.rules for phase in rule.phases for kind, form in phase.terms.accepts}
    before = by_name(assess(policy, facts, on))
    types = atom_types(policy)
    for kind, form in sorted(kinds):
        more = replace(facts, sessions=[*facts.sessions, Session(extra, kind=kind, format=form, minutes=120)])

        after = by_name(assess(policy, more, on))

        for name, was in before.items():
            now = after.get(name)
            if types.get(name[:2]) in (AtomType.ROLLING, AtomType.WINDOW) and now is not None:
                if was.status == Status.NO_MINIMUM_SET or now.status == Status.EXEMPT:
                    continue
                assert URGENCY[now.status] >= URGENCY[was.status] or was.status == Status.EXEMPT, (was, now)
                assert was.due_on is None or now.due_on is None or now.due_on >= was.due_on


@given(cases(), todays, days, st.sampled_from(["P7D", "P14D", "P4W", "P1M", "P3M"]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_agreeing_on_more_never_moves_a_due_date_later(
    case: tuple[Policy, Facts], on: date, starts_on: date, every: str
) -> None:
    policy, facts = case
    agreed = replace(facts, agreed=Agreed.rolling(Duration.parse(every), starts_on=starts_on))

    before, after = assess(policy, facts, on).due_on, assess(policy, agreed, on).due_on

    assert before is None or (after is not None and after <= before)


@given(cases(), todays, st.integers(1, 20))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_tighter_policy_never_has_a_later_due_date(case: tuple[Policy, Facts], on: date, by: int) -> None:
    policy, facts = case
    tighter = replace(policy, rules=tuple(replace(rule, phases=_tightened(rule.phases, by)) for rule in policy.rules))

    before, after = assess(policy, facts, on), assess(tighter, facts, on)

    for was, now in zip(before.rules, after.rules, strict=True):
        if was.due_on and was.counted is None:
            assert now.due_on is not None
            assert now.due_on <= was.due_on


def _tightened(phases: Any, by: int) -> Any:
    def shorter(every: Duration) -> Duration:
        return Duration(days=max(1, (every.days or 28 * every.months) - by))

    return tuple(
        replace(
            phase, atoms=tuple(replace(atom, every=shorter(atom.every)) if atom.every else atom for atom in phase.atoms)
        )
        for phase in phases
    )


@given(cases(), todays)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_session_on_the_due_date_is_never_late(case: tuple[Policy, Facts], on: date) -> None:
    policy, facts = case
    for each in assess(policy, facts, on).rules:
        if each.counted is None and each.due_on and each.due_on >= on and each.status != Status.SUSPENDED:
            known = replace(facts, sessions=[session for session in facts.sessions if session.on <= on])
            on_the_day = by_name(assess(policy, known, each.due_on)).get((each.rule, each.atom, None))
            assert on_the_day is None or on_the_day.status != Status.OVERDUE or on_the_day.due_on != each.due_on


@given(cases(away=False), todays)
@settings(max_examples=EXAMPLES, deadline=None)
def test_nothing_becomes_overdue_before_its_due_date_has_passed(case: tuple[Policy, Facts], on: date) -> None:
    policy, facts = case
    yesterday = {each.rule for each in assess(policy, facts, on - timedelta(days=1)).rules}

    for each in assess(policy, facts, on).rules:
        if each.status == Status.OVERDUE and each.overdue_days == 1 and each.rule in yesterday:
            was = [
                other.status
                for other in assess(policy, facts, on - timedelta(days=1)).rules
                if (other.rule, other.atom) == (each.rule, each.atom)
            ]
            assert was == [Status.DUE_TODAY] or was == [Status.TARGET_PASSED]
