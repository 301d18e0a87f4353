"""Duties resolved over people and periods: a duty belongs to the seat, and what is unmet at the end is short."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from audits.timetable import rules
from audits.timetable.rules import Held, Line, Managed, State, Supervised, Work
from core.actor import Role
from core.errors import RuleBroken
from policies.rules.audits import AuditDuty
from policies.rules.durations import Duration

APRIL = (4, 1)
YEAR = date(2026, 4, 1)
BEGAN = date(2025, 4, 1)
FILES = AuditDuty("assistant_director", "supervision_file", "team_manager", Duration.parse("P3M"), 1)
OBSERVED = AuditDuty("service_manager", "observation_of_supervision", "team_manager", Duration.parse("P6M"), 1)
ANY_NUMBER = AuditDuty("service_manager", "supervision_file", "social_worker", Duration.parse("P3M"), None)
Q3 = date(2026, 10, 1)


def key(number: int) -> UUID:
    return UUID(int=number)


ASSISTANT, SERVICE, TEAM, WORKER, OTHER_ASSISTANT = (key(number) for number in range(1, 6))
ROLES = (
    Held(ASSISTANT, "Asif Khan", Role.ASSISTANT_DIRECTOR, BEGAN, None, BEGAN),
    Held(SERVICE, "Helen Hart", Role.SERVICE_MANAGER, BEGAN, None, BEGAN),
    Held(TEAM, "Tom Mills", Role.TEAM_MANAGER, BEGAN, None, BEGAN),
)
MANAGED = (
    Managed(SERVICE, ASSISTANT, BEGAN, None),
    Managed(TEAM, SERVICE, BEGAN, None),
    Managed(WORKER, TEAM, BEGAN, None),
)
SUPERVISED = tuple(Supervised(row.person_id, row.manager_id, False, BEGAN, None) for row in MANAGED)
LINE = Line(ROLES, MANAGED, SUPERVISED)


def audit(number: int, *, of: UUID = SERVICE, by: UUID = ASSISTANT, **known: object) -> Work:
    return Work(key(number), FILES.id, Q3, by, of, **{"booked_on": None, "done_on": None} | known)  # type: ignore[arg-type]


def stand(duty: AuditDuty, works: list[Work], *, on: date, line: Line = LINE) -> dict[date, rules.DutyStanding]:
    """How a duty stands, by the first day of its period; for whoever is first by name."""
    found = rules.standings([duty], line, works, year_starts=APRIL, year=YEAR, on=on)
    return {each.period[0]: each for each in reversed(found)}


@pytest.mark.scenario(20, "a")
@pytest.mark.req("R115", "R117", "R120")
def test_an_assistant_director_has_one_team_managers_file_due_in_each_quarter() -> None:
    found = stand(FILES, [], on=date(2026, 11, 9))

    assert [(each.period, each.wanted, each.short) for each in found.values()][::-1] == [
        ((date(2026, 4, 1), date(2026, 7, 1)), 1, 1),
        ((date(2026, 7, 1), date(2026, 10, 1)), 1, 1),
        ((date(2026, 10, 1), date(2027, 1, 1)), 1, 0),
        ((date(2027, 1, 1), date(2027, 4, 1)), 1, 0),
    ]
    assert found[Q3].state is State.TO_DO
    assert found[Q3].missing == 1
    assert found[date(2027, 1, 1)].state is State.AHEAD
    assert {each.auditor.name for each in found.values()} == {"Asif Khan"}


@pytest.mark.parametrize(
    ("works", "on", "state", "short"),
    [
        ([audit(9)], date(2026, 11, 9), State.TO_BOOK, 0),
        ([audit(9, booked_on=date(2026, 11, 20))], date(2026, 11, 9), State.BOOKED, 0),
        ([audit(9, booked_on=date(2026, 11, 20))], date(2026, 11, 20), State.BOOKED, 0),
        ([audit(9, booked_on=date(2026, 11, 20))], date(2026, 11, 21), State.PASSED, 0),
        ([audit(9, done_on=date(2026, 11, 20))], date(2026, 11, 20), State.DONE, 0),
        ([audit(9, done_on=date(2026, 11, 20))], date(2026, 11, 19), State.TO_BOOK, 0),
        ([audit(9, done_on=date(2027, 1, 4))], date(2026, 12, 31), State.TO_BOOK, 1),
        ([audit(9, booked_on=date(2026, 12, 31))], date(2026, 12, 31), State.BOOKED, 1),
        ([audit(9, booked_on=date(2027, 1, 3))], date(2027, 1, 3), State.LATE, 1),
        ([audit(9, done_on=date(2027, 1, 4))], date(2027, 1, 4), State.DONE, 0),
        ([], date(2026, 12, 30), State.TO_DO, 0),
        ([], date(2026, 12, 31), State.SHORT, 1),
    ],
)
def test_a_period_stands_as_what_was_begun_and_done_in_it(
    works: list[Work], on: date, state: State, short: int
) -> None:
    found = stand(FILES, works, on=on)[Q3]

    assert (found.state, found.short) == (state, short)


def test_what_was_done_after_its_period_counts_for_it_and_is_said_to_be_late() -> None:
    found = stand(FILES, [audit(9, done_on=date(2027, 1, 4))], on=date(2027, 1, 4))[Q3]

    assert (found.done, found.late) == (1, 1)


@pytest.mark.scenario(20, "h")
@pytest.mark.req("R119")
@pytest.mark.parametrize("held_on", [date(2026, 6, 3), date(2027, 2, 3)])
def test_a_service_manager_with_one_observation_by_31_march_is_one_short(held_on: date) -> None:
    starts_on = date(2026, 4, 1) if held_on < date(2026, 10, 1) else date(2026, 10, 1)
    held = Work(key(9), OBSERVED.id, starts_on, SERVICE, TEAM, held_on, held_on)

    found = stand(OBSERVED, [held], on=date(2027, 3, 31))

    assert sum(each.short for each in found.values()) == 1
    assert sum(each.done for each in found.values()) == 1


@pytest.mark.req("R118")
def test_without_a_number_nobody_is_short_and_nothing_is_ever_done_with() -> None:
    found = stand(ANY_NUMBER, [], on=date(2026, 12, 31))[Q3]
    done = stand(ANY_NUMBER, [audit(9, done_on=Q3)._replace(duty_id=ANY_NUMBER.id, of_id=TEAM)], on=Q3)[Q3]

    assert (found.wanted, found.short, found.state) == (None, 0, State.NOT_SET)
    assert (done.wanted, done.done, done.state) == (None, 1, State.NOT_SET)
    assert rules.how_often(ANY_NUMBER) == "every 3 months, no number set"
    assert rules.how_often(FILES) == "1 every 3 months"


@pytest.mark.req("R114", "R115")
def test_the_auditor_of_a_file_is_the_line_manager_of_its_supervisor_and_neither_of_the_two() -> None:
    day = LINE.on(Q3)

    assert day.files(ASSISTANT, of="team_manager") == {TEAM: SERVICE}
    assert day.files(SERVICE, of=None) == {WORKER: TEAM}
    assert day.files(SERVICE, of="team_manager") == {}, "her own supervision"
    assert day.files(TEAM, of=None) == {}, "her own supervision"
    assert day.files(WORKER, of=None) == {}

    covering = replace(LINE, supervised=(*SUPERVISED, Supervised(TEAM, ASSISTANT, True, BEGAN, None)), _days={})
    assert covering.on(Q3).files(ASSISTANT, of="team_manager") == {}, "as cover, it is their own supervision"
    stands_in = replace(LINE, supervised=(Supervised(TEAM, SERVICE, True, BEGAN, None),), _days={})
    assert stands_in.on(Q3).files(ASSISTANT, of=None) == {}, "cover is in another's place"


def test_who_holds_two_tiers_is_of_the_higher() -> None:
    both = replace(LINE, roles=(*ROLES, Held(TEAM, "Tom Mills", Role.SERVICE_MANAGER, BEGAN, None, BEGAN)), _days={})

    assert both.on(Q3).tier_of(TEAM) == "service_manager"
    assert LINE.on(Q3).tier_of(WORKER) == "social_worker"


def changed_on(day: date) -> Line:
    """From a day on another assistant director has the post."""
    roles = (
        ROLES[0]._replace(ends_on=day),
        *ROLES[1:],
        Held(OTHER_ASSISTANT, "Bella Marsh", Role.ASSISTANT_DIRECTOR, day, None, day),
    )
    managed = (MANAGED[0]._replace(ends_on=day), Managed(SERVICE, OTHER_ASSISTANT, day, None), *MANAGED[1:])
    supervised = (SUPERVISED[0]._replace(ends_on=day), *SUPERVISED[1:])
    return Line(roles, managed, supervised)


@pytest.mark.req("R115")
def test_a_new_holder_takes_over_what_is_left_of_the_period_with_what_was_done_in_it() -> None:
    line = changed_on(date(2026, 12, 1))
    done = audit(9, done_on=date(2026, 11, 20))

    before = rules.standings([FILES], line, [done], year_starts=APRIL, year=YEAR, on=date(2026, 11, 30))
    after = rules.standings([FILES], line, [done], year_starts=APRIL, year=YEAR, on=date(2026, 12, 1))

    in_quarter = [each for each in before if each.period[0] == Q3]
    assert [(each.auditor.name, each.done, each.state) for each in in_quarter] == [("Asif Khan", 1, State.DONE)]
    in_quarter = [each for each in after if each.period[0] == Q3]
    assert [(each.auditor.name, each.done, each.state) for each in in_quarter] == [("Bella Marsh", 1, State.DONE)]


def test_what_was_left_undone_stays_with_whoever_had_the_post_when_the_period_ended() -> None:
    found = rules.standings(
        [FILES], changed_on(date(2026, 12, 1)), [], year_starts=APRIL, year=YEAR, on=Q3.replace(month=12)
    )

    assert {(each.auditor.name, each.period[0], each.short) for each in found} == {
        ("Asif Khan", date(2026, 4, 1), 1),
        ("Asif Khan", date(2026, 7, 1), 1),
        ("Bella Marsh", Q3, 0),
        ("Bella Marsh", date(2027, 1, 1), 0),
    }


def test_each_audit_counts_for_one_seat_and_for_who_did_it_where_the_seat_is_gone() -> None:
    second = Held(OTHER_ASSISTANT, "Bella Marsh", Role.ASSISTANT_DIRECTOR, BEGAN, None, BEGAN)
    two = replace(LINE, roles=(*ROLES, second), _days={}).on(Q3)
    for_another = audit(9, by=OTHER_ASSISTANT, done_on=Q3)
    of_one_gone = audit(10, of=key(99), by=OTHER_ASSISTANT, done_on=Q3)

    found = rules.attributed(
        FILES, (Q3, date(2027, 1, 1)), [for_another, of_one_gone], two, list(two.holders(FILES.by))
    )

    assert found == {ASSISTANT: [for_another], OTHER_ASSISTANT: [of_one_gone]}


def test_who_was_entered_after_a_period_is_not_asked_about_it() -> None:
    late = replace(LINE, roles=(ROLES[0]._replace(entered_on=date(2026, 8, 3)), *ROLES[1:]), _days={})

    assert sorted(stand(FILES, [], on=date(2026, 11, 9), line=late)) == [date(2026, 7, 1), Q3, date(2027, 1, 1)]


def test_with_nobody_below_nothing_is_wanted() -> None:
    alone = Line(ROLES, (), ())

    found = stand(FILES, [], on=date(2026, 12, 31), line=alone)[Q3]

    assert (found.wanted, found.short, found.state) == (0, 0, State.NOBODY)


@pytest.mark.parametrize(
    ("duty", "words"),
    [
        (FILES, "Audit of a team manager’s supervision file"),
        (OBSERVED, "Observation of supervision by a team manager"),
        (replace(OBSERVED, what="direct_observation_of_practice", of="social_worker"),
         "Direct observation of the practice of a social worker"),
    ],
)  # fmt: skip
def test_a_duty_is_said_in_words(duty: AuditDuty, words: str) -> None:
    assert rules.duty_words(duty) == words
    assert rules.tier_in(duty.id) == duty.of
    assert rules.tier_in("") is None


def test_draws_nothing_before_its_period_nor_beyond_what_is_wanted() -> None:
    found = stand(FILES, [audit(9)], on=date(2026, 11, 9))

    rules.check_may_draw(found[date(2026, 4, 1)], on=date(2026, 11, 9))
    with pytest.raises(RuleBroken, match="begins on 1 January 2027"):
        rules.check_may_draw(found[date(2027, 1, 1)], on=date(2026, 11, 9))
    with pytest.raises(RuleBroken, match="Nothing is left to draw"):
        rules.check_may_draw(found[Q3], on=date(2026, 11, 9))
    rules.check_may_draw(stand(ANY_NUMBER, [], on=Q3)[Q3], on=Q3)


def chased(works: list[Work], on: date) -> list[tuple[UUID, str, str]]:
    found = rules.standings([FILES], LINE, works, year_starts=APRIL, year=Q3, on=on)
    in_quarter = [each for each in found if each.period[0] == Q3]
    return [row[:3] for row in rules.chases(in_quarter, {ASSISTANT: key(50)}, on=on)]


def test_chases_a_month_before_the_end_a_day_that_passed_and_above_what_is_short() -> None:
    a_month_left = (ASSISTANT, "audit_due", f"{FILES.id}/2026-10-01")
    booked = audit(9, booked_on=date(2026, 12, 10))
    passed = (ASSISTANT, "audit_due", f"{booked.id}/2026-12-10")
    short = (key(50), "audit_short", f"{FILES.id}/2026-10-01/{ASSISTANT}")

    assert chased([], date(2026, 11, 30)) == []
    assert chased([], date(2026, 12, 1)) == [a_month_left]
    assert chased([booked], date(2026, 12, 10)) == []
    assert chased([booked], date(2026, 12, 11)) == [passed]
    assert chased([booked._replace(done_on=date(2026, 12, 11))], date(2026, 12, 11)) == []
    assert chased([], date(2026, 12, 31)) == [a_month_left], "the day is not over"
    assert chased([], date(2027, 1, 1)) == [short]
