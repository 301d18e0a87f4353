"""A year of sessions: proposed within the policy and both diaries, booked in one go, moved together."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from policies import services as policies
from policies.rules.durations import Duration
from staff.models import Absence, KeyDate, ManagementLine, StaffMember, SupervisionRelationship, WorkingPattern
from supervision import selectors, services
from supervision.models import SessionMove, SupervisionSession
from supervision.rules import Pace, RowsRefused, Times
from tests.diary_kit import booked, held
from tests.org import RECORDED, Org, put_under
from trail.models import Entry

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


def at_ten(on: date) -> Times:
    return Times(on, time(10), time(11, 30))


def proposed(org: Org, first: date = date(2026, 11, 16), count: int = 12) -> list[Times]:
    seen = selectors.outlook(person_id=org.worker.pk, on=MONDAY)
    actor = org.actor(org.supervisor)
    found = selectors.year_proposal(at_ten(first), count=count, person=org.worker, actor=actor, pace=seen.pace)
    return [each.times for each in found if each.times]


def book_year(org: Org, dates: list[Times], by: StaffMember | None = None) -> list[SupervisionSession]:
    return services.book_year(
        supervisee_id=org.worker.pk,
        dates=dates,
        mode="in_person",
        place="Room 4",
        actor=org.actor(by or org.supervisor),
        at=NOON,
    )


@pytest.mark.req("R038")
def test_twelve_dates_are_booked_as_one_series_and_told_once(shropshire: Org) -> None:
    sessions = book_year(shropshire, proposed(shropshire))

    assert len(sessions) == 12
    assert len({session.series for session in sessions}) == 1
    assert SupervisionSession.objects.planned().filter(supervisee=shropshire.worker).count() == 12
    assert Entry.objects.filter(verb="session.series_booked", about_id=shropshire.worker.pk).count() == 1
    jobs = Job.objects.filter(task="supervision.tasks.invite_to_sessions")
    assert [len(job.arguments["session_ids"]) for job in jobs] == [12]


@pytest.mark.req("R038")
def test_fewer_than_twelve_booked_is_flagged_and_twelve_are_not(shropshire: Org) -> None:
    def booked_rows() -> list[tuple[int, int]]:
        on = date(2026, 4, 20)
        answer = selectors.statuses(people=[shropshire.worker.pk], on=on)[shropshire.worker.pk]
        return [
            (row.counted, row.required)
            for row in answer.rules
            if row.due_on == date(2027, 3, 31) and row.atom == "booked"
        ]

    for month in range(1, 12):
        booked(shropshire.worker, shropshire.supervisor, on=date(2026 + (month > 9), (month + 2) % 12 + 1, 20))
    short = booked_rows()
    booked(shropshire.worker, shropshire.supervisor, on=date(2027, 3, 20))

    assert short == [(11, 12)]
    assert booked_rows() == [(12, 12)]


@pytest.mark.req("R003")
@pytest.mark.parametrize(
    ("slug", "pace"),
    [
        ("shropshire-2017", Pace(Duration.parse("P1M"), 12, by_month=True)),
        ("st-helens", Pace(Duration.parse("P28D"), 13, longest=Duration.parse("P28D"))),
    ],
)
def test_the_pace_is_the_policys(org: Org, slug: str, pace: Pace) -> None:
    policies.adopt(slug=slug, starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category={"st-helens": "social_worker"}.get(slug, "sw_case_management"))

    assert selectors.outlook(person_id=org.worker.pk, on=MONDAY).pace == pace


def test_a_newly_qualified_worker_has_weekly_dates_until_the_phase_ends(shropshire: Org) -> None:
    shropshire.worker.categories.update(category="nqsw")
    KeyDate.objects.create(person=shropshire.worker, kind="asye_start", on=date(2026, 11, 2), recorded_at=RECORDED)

    dates = proposed(shropshire, count=52)

    pace = selectors.outlook(person_id=shropshire.worker.pk, on=MONDAY).pace
    assert (pace.every, pace.until) == (Duration.parse("P7D"), date(2026, 12, 14))
    assert [times.on for times in dates] == [date(2026, 11, 16) + timedelta(weeks=number) for number in range(4)]


def test_leave_working_days_and_other_sessions_of_both_are_avoided(shropshire: Org) -> None:
    Absence.objects.create(
        person=shropshire.supervisor,
        kind="annual_leave",
        starts_on=date(2026, 12, 14),
        ends_on=date(2026, 12, 19),
        recorded_at=NOON,
    )
    WorkingPattern.objects.create(
        person=shropshire.worker, weekdays=[1, 2, 3], starts_on=date(2027, 3, 1), recorded_at=NOON
    )
    put_under(shropshire.outsider, shropshire.supervisor)
    booked(shropshire.outsider, shropshire.supervisor, on=date(2027, 1, 18))
    actor = shropshire.actor(shropshire.supervisor)
    pace = selectors.outlook(person_id=shropshire.worker.pk, on=MONDAY).pace

    found = selectors.year_proposal(
        at_ten(date(2026, 11, 16)), count=12, person=shropshire.worker, actor=actor, pace=pace
    )

    because = {each.wished: each.moved_because for each in found}
    assert because[date(2026, 12, 14)] == "you are away"
    assert because[date(2027, 1, 18)] == "you have supervision with Oscar Reed from 9:00 to 10:30"
    assert because[date(2027, 3, 15)] == "Amara Obi does not work on Mondays"
    assert all(each.times.on.weekday() in (1, 2, 3) for each in found if each.times.on >= date(2027, 3, 1))


def test_one_date_that_clashes_refuses_the_whole_year_and_says_which(shropshire: Org) -> None:
    put_under(shropshire.outsider, shropshire.supervisor)
    booked(shropshire.outsider, shropshire.supervisor, on=date(2026, 12, 14))

    with pytest.raises(RowsRefused) as refusal:
        book_year(shropshire, [at_ten(date(2026, 11, 16)), at_ten(date(2026, 12, 14)), at_ten(date(2026, 11, 1))])

    assert refusal.value.rows == {
        1: "You have supervision with Oscar Reed from 9:00 to 10:30.",
        2: "That day has passed. To enter a session that was held, choose “Record a session that was held”.",
    }
    assert SupervisionSession.objects.count() == 1


@pytest.mark.parametrize(
    ("manages", "said"),
    [
        (True, "Amara Obi has supervision with Oscar Reed from 9:00 to 10:30."),
        (False, "Amara Obi is in another session from 9:00 to 10:30."),
    ],
)
def test_whose_other_session_it_is_is_named_to_those_alone_who_may_know(
    shropshire: Org, manages: bool, said: str
) -> None:
    if not manages:
        ManagementLine.objects.filter(person=shropshire.worker).update(manager=shropshire.head)
    SupervisionRelationship.objects.create(
        supervisee=shropshire.outsider, supervisor=shropshire.worker, starts_on=date(2026, 1, 1), recorded_at=NOON
    )
    booked(shropshire.outsider, shropshire.worker, on=date(2026, 11, 16))

    with pytest.raises(RowsRefused) as refusal:
        book_year(shropshire, [at_ten(date(2026, 11, 16))])

    assert refusal.value.rows == {0: said}


def test_a_booking_of_somebody_who_no_longer_supervises_takes_nobodys_time(shropshire: Org) -> None:
    put_under(shropshire.outsider, shropshire.supervisor, ends_on=date(2026, 11, 1))
    booked(shropshire.outsider, shropshire.supervisor, on=date(2026, 11, 16))

    assert len(book_year(shropshire, [at_ten(date(2026, 11, 16))])) == 1


@pytest.mark.parametrize("name", ["worker", "team_manager", "outsider"])
def test_nobody_but_the_supervisor_books_a_year(shropshire: Org, name: str) -> None:
    with pytest.raises(NotAllowed):
        book_year(shropshire, [at_ten(date(2026, 11, 16))], by=getattr(shropshire, name))


def test_two_dates_of_a_year_at_the_same_time_and_a_year_without_dates_are_refused(shropshire: Org) -> None:
    twice = at_ten(date(2026, 11, 16))

    with pytest.raises(RowsRefused, match="Nothing was changed"):
        book_year(shropshire, [twice, twice])
    with pytest.raises(RuleBroken, match="Keep at least one date"):
        book_year(shropshire, [])

    assert not SupervisionSession.objects.exists()


def test_whoever_shares_an_office_with_the_supervisor_is_due_like_anybody_else(shropshire: Org) -> None:
    put_under(shropshire.outsider, shropshire.supervisor)
    for person in (shropshire.worker, shropshire.outsider):
        held(person, shropshire.supervisor, on=date(2026, 9, 14))

    found = selectors.statuses(people=[shropshire.worker.pk, shropshire.outsider.pk], on=MONDAY)

    same_team, other_team = found[shropshire.worker.pk], found[shropshire.outsider.pk]
    assert same_team.due_on is not None
    assert same_team.rules == other_team.rules


@pytest.mark.req("R006")
def test_being_booked_is_not_being_supervised(shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 9, 14))
    before = selectors.statuses(people=[shropshire.worker.pk], on=MONDAY)[shropshire.worker.pk]

    booked(shropshire.worker, shropshire.supervisor, on=MONDAY)

    after = selectors.statuses(people=[shropshire.worker.pk], on=MONDAY)[shropshire.worker.pk]
    assert before.due_on == after.due_on
    assert [row.counted for row in after.rules if row.atom == "held"] == [
        row.counted for row in before.rules if row.atom == "held"
    ]


# The rest of it moves


def test_the_rest_of_a_series_moves_together_and_each_move_is_kept(shropshire: Org) -> None:
    sessions = book_year(shropshire, proposed(shropshire, count=4))
    later = sessions[1:]
    actor = shropshire.actor(shropshire.supervisor)
    wished = [at_ten(session.on + timedelta(days=2)) for session in later]

    found = selectors.move_proposal(later, wished, person=shropshire.worker, actor=actor)
    moves = {session.pk: each.times for session, each in zip(later, found, strict=True)}
    services.move_series(session_id=later[0].pk, moves=moves, actor=actor, at=NOON)

    stands = list(SupervisionSession.objects.order_by("on").values_list("on", flat=True))
    assert stands == [sessions[0].on, *(each.times.on for each in found)]
    assert SessionMove.objects.count() == 3
    assert all(day.weekday() == 2 for day in stands[1:])


def test_a_move_into_another_session_refuses_all_and_a_stranger_is_no_part_of_the_series(shropshire: Org) -> None:
    sessions = book_year(shropshire, proposed(shropshire, count=3))
    other = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 20))
    actor = shropshire.actor(shropshire.supervisor)

    moves = {sessions[0].pk: at_ten(date(2026, 11, 20)), sessions[1].pk: at_ten(date(2026, 12, 16))}
    with pytest.raises(RowsRefused) as refusal:
        services.move_series(session_id=sessions[0].pk, moves=moves, actor=actor, at=NOON)
    with pytest.raises(RuleBroken, match="no longer booked in this series"):
        services.move_series(
            session_id=sessions[0].pk, moves={other.pk: at_ten(date(2026, 11, 23))}, actor=actor, at=NOON
        )

    assert list(refusal.value.rows) == [0]
    assert not SessionMove.objects.exists()


# Gaps are said before they happen


def test_what_is_booked_is_measured_against_the_rule(shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 4))
    assert selectors.outlook(person_id=shropshire.worker.pk, on=MONDAY).forecast is None or not (
        selectors.outlook(person_id=shropshire.worker.pk, on=MONDAY).forecast.is_a_gap
    )

    booked(shropshire.worker, shropshire.supervisor, on=date(2027, 2, 15))
    forecast = selectors.outlook(person_id=shropshire.worker.pk, on=MONDAY).forecast

    assert (forecast.due_on, forecast.next_on) == (date(2027, 1, 31), date(2027, 2, 15))


def test_moving_a_session_past_the_rule_is_said_before(org: Org) -> None:
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category="social_worker")
    held(org.worker, org.supervisor, on=MONDAY)
    session = booked(org.worker, org.supervisor, on=date(2026, 12, 7))
    actor = org.actor(org.supervisor)

    late = selectors.warnings_about(at_ten(date(2026, 12, 10)), person=org.worker, actor=actor, session=session)
    early = selectors.warnings_about(at_ten(date(2026, 12, 4)), person=org.worker, actor=actor, session=session)

    assert late == [
        "Supervision is due by Monday 7 December 2026, and the next session would be after that, on "
        "Thursday 10 December 2026."
    ]
    assert early == []


def test_a_year_that_leaves_a_month_out_says_so_beside_the_date(shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 4))
    seen = selectors.outlook(person_id=shropshire.worker.pk, on=MONDAY)
    dates = {0: at_ten(date(2026, 12, 14)), 2: at_ten(date(2027, 2, 15)), 3: at_ten(date(2027, 3, 26))}

    notes = selectors.notes_on(
        dates, person=shropshire.worker, actor=shropshire.actor(shropshire.supervisor), seen=seen
    )

    assert notes == {
        2: ["63 days after 14 December 2026: a month without a session."],
        3: ["Bank holiday."],
    }
