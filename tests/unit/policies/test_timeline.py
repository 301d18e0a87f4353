"""Policies over time: each day is judged by the one in force on it; what did not change goes on without a break."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from core.errors import RuleBroken
from policies.files import read_pack
from policies.rules import (
    Absence,
    CategoryHeld,
    Duration,
    Facts,
    PolicyTimeline,
    Session,
    Severity,
    Status,
    Within,
    assess,
)
from policies.rules.calendars import Per
from policies.rules.policy import AnchorPlus, Atom, AtomType, Policy, Rule
from tests.policies_kit import held, pack, row, rows, worker
from tests.unit.policies.test_properties import EXAMPLES, cases, days, todays

ST_HELENS = pack("st-helens")
SHROPSHIRE = pack("shropshire-2017")
FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
CHANGE = date(2027, 1, 1)


def changed(policy: Policy, rule_id: str, *atoms: Atom, **terms: object) -> Policy:
    """The next version of a policy, with other atoms and terms in the first phase of a rule."""

    def of_rule(rule: Rule) -> Rule:
        phase = rule.phases[0]
        phase = replace(phase, atoms=atoms or phase.atoms, terms=replace(phase.terms, **terms))  # type: ignore[arg-type]
        return replace(rule, phases=(phase, *rule.phases[1:]), source=f"{policy.id}, version next")

    rules = tuple(of_rule(rule) if rule.id == rule_id else rule for rule in policy.rules)
    return replace(policy, version="next", rules=rules)


def every(text: str) -> Atom:
    return Atom(id="four-weekly", type=AtomType.ROLLING, every=Duration.parse(text))


def then(first: Policy, second: Policy, on: date = CHANGE) -> PolicyTimeline:
    return PolicyTimeline(((first, None), (second, on)))


# The policy of a day


def test_each_day_has_the_policy_in_force_on_it() -> None:
    timeline = then(ST_HELENS, SHROPSHIRE)

    assert [timeline.on(CHANGE - timedelta(days=1)).id, timeline.on(CHANGE).id] == ["st-helens", "shropshire-2017"]
    dated = PolicyTimeline(((ST_HELENS, date(2026, 4, 1)), (SHROPSHIRE, CHANGE)))
    assert dated.on(date(2025, 1, 1)).id == "st-helens"
    assert PolicyTimeline.from_periods([(SHROPSHIRE, CHANGE), (ST_HELENS, None)]) == timeline


@pytest.mark.parametrize(
    "periods",
    [
        (),
        ((ST_HELENS, None), (SHROPSHIRE, None)),
        ((ST_HELENS, CHANGE), (SHROPSHIRE, CHANGE)),
        ((ST_HELENS, CHANGE), (SHROPSHIRE, date(2026, 1, 1))),
        ((ST_HELENS, CHANGE), (SHROPSHIRE, None)),
    ],
)
def test_two_policies_never_begin_on_one_day(periods: tuple[tuple[Policy, date | None], ...]) -> None:
    with pytest.raises(RuleBroken):
        PolicyTimeline(periods)


def test_the_answer_names_the_policy_in_force() -> None:
    timeline = then(ST_HELENS, replace(ST_HELENS, version="next"))
    facts = worker("social_worker", held("2026-12-14"))

    before, after = assess(timeline, facts, date(2026, 12, 31)), assess(timeline, facts, CHANGE)

    assert (before.policy_version, after.policy_version) == (ST_HELENS.version, "next")


# A change of pace


@pytest.mark.scenario(23)
@pytest.mark.req("R037")
def test_a_tighter_version_never_reaches_back_before_its_day() -> None:
    timeline = then(ST_HELENS, changed(ST_HELENS, "four-weekly", every("P14D")))
    facts = worker("social_worker", held("2026-12-14"), started="2020-01-06")

    on_new_years_eve = assess(timeline, facts, date(2026, 12, 31))
    on_new_years_day = assess(timeline, facts, CHANGE)

    assert (on_new_years_eve.due_on, on_new_years_eve.worst) == (date(2027, 1, 11), Status.NOT_DUE)
    assert (on_new_years_day.due_on, on_new_years_day.worst) == (date(2027, 1, 11), Status.NOT_DUE)
    assert "a shorter interval since 1 January 2027" in on_new_years_day.why
    assert "version next" in on_new_years_day.why
    assert ST_HELENS.version in on_new_years_eve.why
    long_ago = replace(facts, sessions=held("2026-12-21"))
    assert assess(timeline, long_ago, CHANGE).due_on == date(2027, 1, 15)
    since = replace(facts, sessions=held("2027-01-04"))
    assert assess(timeline, since, date(2027, 1, 5)).due_on == date(2027, 1, 18)


@pytest.mark.scenario(23)
def test_what_was_overdue_before_the_change_stays_overdue_since_its_day() -> None:
    timeline = then(ST_HELENS, changed(ST_HELENS, "four-weekly", every("P14D")))
    facts = worker("social_worker", held("2026-11-16"), started="2020-01-06")

    only = row(assess(timeline, facts, date(2027, 1, 2)), "four-weekly")

    assert (only.status, only.due_on, only.overdue_days) == (Status.OVERDUE, date(2026, 12, 14), 19)


def test_a_looser_version_counts_from_the_last_session() -> None:
    timeline = then(ST_HELENS, changed(ST_HELENS, "four-weekly", every("P2M")))
    facts = worker("social_worker", held("2026-12-14"), started="2020-01-06")

    assert assess(timeline, facts, CHANGE).due_on == date(2027, 2, 14)


def test_a_policy_to_come_changes_nothing_yet() -> None:
    timeline = then(ST_HELENS, changed(ST_HELENS, "four-weekly", every("P14D")))
    facts = worker("social_worker", held("2026-12-14"), started="2020-01-06")

    assert assess(timeline, facts, date(2026, 12, 20)) == assess(ST_HELENS, facts, date(2026, 12, 20))


def test_another_councils_policy_takes_over_what_was_due() -> None:
    timeline = then(ST_HELENS, pack("recruitment-000"))
    facts = worker("social_worker", held("2026-12-14"), started="2020-01-06")

    answer = assess(timeline, facts, CHANGE)

    assert answer.policy == "recruitment-000"
    assert row(answer, "monthly").due_on == date(2027, 1, 14)


def test_a_session_counts_as_it_did_when_it_was_held() -> None:
    timeline = then(ST_HELENS, changed(ST_HELENS, "four-weekly", min_minutes=120))
    facts = worker("social_worker", held("2026-12-14"), started="2020-01-06")

    assert assess(timeline, facts, CHANGE).due_on == date(2027, 1, 11)
    since = replace(facts, sessions=held("2026-12-14", "2027-01-06"))
    assert assess(timeline, since, date(2027, 1, 7)).due_on == date(2027, 1, 11)


# Windows


@pytest.mark.scenario(23)
def test_december_is_judged_by_the_version_of_december() -> None:
    month = Atom(id="month", type=AtomType.WINDOW, count=2, per=Per.CALENDAR_MONTH)
    timeline = then(FAMILY_SAFEGUARDING, changed(FAMILY_SAFEGUARDING, "case-monthly", month))
    facts = worker(
        "practitioner", held("2026-12-10", kind="case"), held("2027-01-12", kind="case"), started="2026-12-01"
    )

    answer = assess(timeline, facts, date(2027, 2, 1))

    months = [(each.due_on, each.status, each.counted, each.required) for each in rows(answer, "month")]
    assert months == [
        (date(2027, 2, 28), Status.NOT_DUE, 0, 2),
        (date(2027, 1, 31), Status.MISSED, 1, 2),
    ]
    missed_before = replace(facts, sessions=held("2027-01-12", "2027-01-20", kind="case"))
    december = rows(assess(timeline, missed_before, date(2027, 2, 1)), "month")[1]
    assert (december.due_on, december.required) == (date(2026, 12, 31), 1)
    assert FAMILY_SAFEGUARDING.version in december.why


@pytest.mark.parametrize(("change", "missed"), [(date(2027, 1, 15), [2]), (date(2027, 1, 25), [])])
def test_a_window_that_a_change_cuts_is_judged_once_by_the_version_of_its_last_day(
    change: date, missed: list[int]
) -> None:
    month = Atom(id="month", type=AtomType.WINDOW, count=2, per=Per.CALENDAR_MONTH)
    timeline = then(FAMILY_SAFEGUARDING, changed(FAMILY_SAFEGUARDING, "case-monthly", month), on=change)
    facts = worker("practitioner", started="2027-01-01")

    answer = assess(timeline, facts, date(2027, 2, 1))

    assert [each.required for each in rows(answer, "month") if each.status == Status.MISSED] == missed


def test_a_window_that_did_not_change_goes_on_without_a_break() -> None:
    timeline = then(SHROPSHIRE, replace(SHROPSHIRE, version="next"), on=date(2026, 11, 16))
    facts = worker("sw_case_management", held("2026-09-10", "2026-11-03"), started="2026-04-01")

    over_time, alone = (assess(policy, facts, date(2026, 12, 2)) for policy in (timeline, SHROPSHIRE))

    assert [replace(each, why="") for each in over_time.rules] == [replace(each, why="") for each in alone.rules]


def test_a_condition_goes_on_where_only_its_neighbour_changed() -> None:
    atoms = {atom.id: atom for atom in SHROPSHIRE.rules[0].phases[0].atoms}
    eleven = replace(atoms["held"], count=11)
    timeline = then(
        SHROPSHIRE,
        changed(SHROPSHIRE, "individual-monthly", atoms["booked"], eleven, atoms["monthly"], atoms["gap"]),
        on=date(2026, 12, 1),
    )
    facts = worker("sw_case_management", held("2026-10-12"), started="2026-04-01")

    answer = assess(timeline, facts, date(2026, 12, 2))

    assert (row(answer, "gap").counted, row(answer, "gap").due_on) == (1, date(2026, 12, 31))
    assert row(answer, "held").required == 3


def test_what_a_rule_that_is_gone_had_missed_stays_on_the_page() -> None:
    timeline = then(FAMILY_SAFEGUARDING, ST_HELENS)
    facts = worker(
        "",
        held("2026-10-12"),
        categories=[CategoryHeld("practitioner", None, CHANGE), CategoryHeld("social_worker", CHANGE)],
        started="2026-10-01",
    )

    answer = assess(timeline, facts, date(2027, 1, 4))

    assert [(each.rule, each.due_on) for each in answer.rules if each.status == Status.MISSED] == [
        ("case-monthly", date(2026, 12, 31)),
        ("case-monthly", date(2026, 11, 30)),
    ]
    assert "family-safeguarding-003" in rows(answer, "month")[0].why
    assert row(answer, "four-weekly").severity == Severity.BREACH


def test_a_phase_is_measured_by_the_version_in_force() -> None:
    asye = SHROPSHIRE.rule("asye")
    assert asye is not None
    longer = replace(asye.phases[0], until=AnchorPlus("asye_start", (Duration.parse("P8W"),)))
    rules = tuple(
        replace(each, phases=(longer, *each.phases[1:])) if each is asye else each for each in SHROPSHIRE.rules
    )
    timeline = then(SHROPSHIRE, replace(SHROPSHIRE, version="next", rules=rules), on=date(2026, 10, 12))
    start = {"employment_start": date(2026, 9, 7), "asye_start": date(2026, 9, 7)}
    facts = worker("nqsw", held("2026-10-15"), anchors=start)

    assert assess(timeline, facts, date(2026, 10, 20)).phase == "weekly"
    assert assess(timeline, facts, date(2026, 11, 2)).phase == "fortnightly"
    assert assess(SHROPSHIRE, facts, date(2026, 10, 20)).phase == "fortnightly"


# Absences


def test_an_absence_is_judged_by_the_policy_of_its_first_day_and_a_return_by_that_of_the_return() -> None:
    strict = replace(ST_HELENS, suspended_after=Within(calendar_days=90), first_after_return=Within(working_days=2))
    timeline = then(ST_HELENS, strict)
    away = [Absence(date(2026, 12, 1), date(2027, 1, 11))]
    facts = worker("social_worker", held("2026-11-16"), absences=away, started="2020-01-06")

    answer = assess(timeline, facts, date(2027, 1, 12))

    assert answer.due_on == date(2027, 1, 13)
    later = replace(facts, absences=[Absence(date(2027, 1, 4), date(2027, 2, 15))])
    assert assess(timeline, later, date(2027, 1, 20)).worst == Status.OVERDUE


# Whatever the facts


@given(cases(), todays, days)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_same_policy_adopted_again_changes_no_answer(case: tuple[Policy, Facts], on: date, change: date) -> None:
    policy, facts = case
    same = PolicyTimeline(((policy, None), (read_pack(policy.id).policy, change)))

    assert assess(same, facts, on) == assess(policy, facts, on)


@given(cases(), todays, days)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_policy_adopted_later_never_moves_a_due_date_before_it(
    case: tuple[Policy, Facts], on: date, change: date
) -> None:
    policy, facts = case
    other = pack("recruitment-000" if policy.id != "recruitment-000" else "shropshire-2017")

    if change > on:
        assert assess(then(policy, other, change), facts, on) == assess(policy, facts, on)


def test_sessions_are_found_in_any_order() -> None:
    timeline = then(ST_HELENS, changed(ST_HELENS, "four-weekly", min_minutes=120))
    sessions = [*held("2026-12-14"), Session(date(2027, 1, 6), minutes=120), *held("2026-11-16")]
    facts = worker("social_worker", sessions, started="2020-01-06")

    assert assess(timeline, facts, date(2027, 1, 7)).due_on == date(2027, 2, 3)
