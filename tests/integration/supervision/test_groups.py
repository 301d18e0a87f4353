"""Groups: booked, members invited, who was there; each member's own clock moves as the policy says."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest

from core.errors import NotAllowed, RuleBroken
from notifications.rules.handling import HANDLING, When
from outbox.models import Job
from policies import services as policies
from policies.rules.answers import Row, Status
from staff.models import CategoryHeld, Post, Service, StaffMember, Team
from supervision import selectors, services
from supervision.models import GroupAttendance, GroupSession
from supervision.rules import GroupPlan, Presence, Times
from tests.diary_kit import booked, held
from tests.org import BEGAN, RECORDED, Org, add_person, put_under

LONG_AGO = datetime(2026, 8, 1, 9, tzinfo=UTC)


@pytest.fixture
def colleague(org: Org) -> StaffMember:
    """Another of the supervisor's people."""
    person = add_person("Ben Cole", team=org.team, job_title="Residential worker", category="support_non_case_holding")
    put_under(person, org.supervisor)
    return person


@pytest.fixture
def residential(shropshire: Org) -> Org:
    """Shropshire, where the worker is one of those who alternate."""
    CategoryHeld.objects.filter(person=shropshire.worker).update(category="support_non_case_holding")
    return shropshire


def noon_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def book(org: Org, *days: date, members: set[UUID], at: datetime = LONG_AGO, **plan: Any) -> list[GroupSession]:
    """Groups of the supervisor from 10 to 11:30, with somebody from outside."""
    settled = {
        "title": "Reflective group",
        "kind": "combined",
        "facilitator_id": org.supervisor.pk,
        "guests": "Nora Lane, school nurse",
        **plan,
    }
    return services.book_groups(
        plan=GroupPlan(**settled),
        dates=[Times(day, time(10), time(11, 30)) for day in days],
        members=members,
        actor=org.actor(org.supervisor, on=at.date()),
        at=at,
    )


def book_one(org: Org, day: date, *, members: set[UUID]) -> GroupSession:
    """The same, once."""
    return book(org, day, members=members)[0]


def mark(
    org: Org, group: GroupSession, *present: StaffMember, at: datetime | None = None, reason: str = ""
) -> GroupSession:
    """These were there, and nobody else; entered at noon of the day unless told otherwise."""
    at = at or noon_of(group.on)
    seats = {seat.person_id: seat.pk for seat in group.members.invited()}
    here = frozenset(seats[person.pk] for person in present)
    return services.mark_attendance(
        group_id=group.pk,
        presence=Presence(
            group.starts, group.ends, here, {seat: reason for seat in seats.values() if seat not in here}
        ),
        actor=org.actor(org.supervisor, on=at.date()),
        at=at,
    )


def row_of(person: StaffMember, atom: str, *, on: date, known_at: datetime | None = None) -> Row:
    answer = selectors.statuses(people=[person.pk], on=on, known_at=known_at)[person.pk]
    return next(row for row in answer.rules if row.atom == atom)


# Scenario 12, as the product answers it

SEPTEMBER, OCTOBER = date(2026, 9, 15), date(2026, 10, 13)


@pytest.mark.scenario(12, "a")
@pytest.mark.req("R065")
def test_a_second_group_running_counts_for_its_month_and_warns(residential: Org) -> None:
    for day in (SEPTEMBER, OCTOBER):
        mark(residential, book_one(residential, day, members={residential.worker.pk}), residential.worker)

    on = date(2026, 10, 14)
    assert row_of(residential.worker, "monthly", on=on).status is Status.MET
    alternate = row_of(residential.worker, "alternate", on=on)
    assert (alternate.status, alternate.counted) == (Status.MISSED, 2)


@pytest.mark.scenario(12, "b")
@pytest.mark.req("R065")
def test_whoever_was_absent_has_missed_the_month_and_is_next_supervised_alone(
    residential: Org, colleague: StaffMember
) -> None:
    people = {residential.worker.pk, colleague.pk}
    mark(residential, book_one(residential, SEPTEMBER, members=people), residential.worker, colleague)
    mark(residential, book_one(residential, OCTOBER, members=people), colleague)

    november = date(2026, 11, 2)
    gap = row_of(residential.worker, "gap", on=november)
    assert gap.counted == 1
    assert "October 2026" in gap.why
    assert "the next has to be individual" in row_of(residential.worker, "alternate", on=november).why
    team = {row.person.pk: row for row in selectors.team_rows(people=people, on=november)}
    assert team[residential.worker.pk].must_be_alone
    assert row_of(colleague, "gap", on=november).counted == 0


@pytest.mark.req("R065")
def test_an_individual_session_makes_room_for_the_next_group(residential: Org) -> None:
    mark(residential, book_one(residential, SEPTEMBER, members={residential.worker.pk}), residential.worker)
    assert selectors.team_rows(people=[residential.worker.pk], on=OCTOBER)[0].must_be_alone

    held(residential.worker, residential.supervisor, on=date(2026, 10, 5))

    assert not selectors.team_rows(people=[residential.worker.pk], on=OCTOBER)[0].must_be_alone


@pytest.mark.scenario(12, "c")
@pytest.mark.req("R314")
def test_in_family_safeguarding_a_group_meets_the_rule_of_those_who_were_there_alone(
    org: Org, colleague: StaffMember
) -> None:
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2020, 1, 1), at=RECORDED)
    people = (org.worker, colleague)
    CategoryHeld.objects.filter(person__in=people).update(category="practitioner")
    team = Team.objects.create(name="Family Safeguarding 1", service=Service.objects.create(name="Family Safeguarding"))
    Post.objects.filter(person__in=people).update(team=team)
    [group] = book(org, OCTOBER, members={person.pk for person in people}, kind="practice")

    mark(org, group, colleague)

    on = date(2026, 10, 14)
    assert row_of(colleague, "month", on=on).status is Status.MET
    assert row_of(org.worker, "month", on=on).status is Status.NOT_DUE
    assert row_of(org.worker, "month", on=on).counted == 0


@pytest.mark.req("R351", "R365")
@pytest.mark.parametrize(
    ("slug", "category", "rule"),
    [("camden-short-guide", "sw_1_year_pq", "personal-monthly"), ("recruitment-000", "social_worker", "monthly")],
)
def test_a_reflective_group_comes_on_top_of_personal_supervision(org: Org, slug: str, category: str, rule: str) -> None:
    policies.adopt(slug=slug, starts_on=date(2020, 1, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category=category)
    [group] = book(org, OCTOBER, members={org.worker.pk}, kind="reflective_group", recorder_id=org.supervisor.pk)
    mark(org, group, org.worker)

    rows = {row.rule: row for row in selectors.statuses(people=[org.worker.pk], on=OCTOBER)[org.worker.pk].rules}
    assert rows["reflective-group"].due_on == date(2026, 11, 13)
    assert rows[rule].is_late


# Who was there


def test_attendance_said_again_keeps_what_stood_and_the_last_word_holds(residential: Org) -> None:
    [group] = book(residential, OCTOBER, members={residential.worker.pk, residential.outsider.pk})
    mark(residential, group, residential.worker, reason="In court")
    mark(residential, group, residential.worker, reason="In court", at=noon_of(date(2026, 10, 14)))
    assert GroupAttendance.objects.count() == 2

    later = noon_of(date(2026, 10, 20))
    mark(residential, group, residential.outsider, at=later)

    assert GroupAttendance.objects.filter(member__person=residential.worker).count() == 2
    on = date(2026, 10, 21)
    assert row_of(residential.worker, "monthly", on=on).status is not Status.MET
    assert row_of(residential.worker, "monthly", on=on, known_at=noon_of(date(2026, 10, 15))).status is Status.MET


def test_nobody_was_there_before_it_was_said(residential: Org) -> None:
    [group] = book(residential, OCTOBER, members={residential.worker.pk})
    mark(residential, group, residential.worker, at=noon_of(date(2026, 10, 16)))

    known_at = noon_of(date(2026, 10, 15))
    assert row_of(residential.worker, "monthly", on=OCTOBER, known_at=known_at).status is not Status.MET


def test_a_group_that_has_not_begun_or_is_off_or_that_nobody_came_to_is_not_marked(residential: Org) -> None:
    [group] = book(residential, OCTOBER, members={residential.worker.pk})
    with pytest.raises(RuleBroken, match="not begun"):
        mark(residential, group, residential.worker, at=noon_of(date(2026, 10, 12)))
    with pytest.raises(RuleBroken, match="Tick who was there"):
        mark(residential, group)
    services.cancel_group(
        group_id=group.pk,
        reason="The building is closed",
        actor=residential.actor(residential.supervisor, on=OCTOBER),
        at=noon_of(OCTOBER),
    )
    with pytest.raises(RuleBroken, match="called off"):
        mark(residential, group, residential.worker)
    assert row_of(residential.worker, "monthly", on=OCTOBER).counted == 0


def test_a_member_says_of_nobody_that_they_were_there(shropshire: Org) -> None:
    """The team manager books a group that somebody else leads, and is a member of it."""
    [group] = services.book_groups(
        plan=GroupPlan("Managers", "combined", facilitator_id=shropshire.head.pk),
        dates=[Times(OCTOBER, time(10), time(11, 30))],
        members={shropshire.team_manager.pk},
        actor=shropshire.actor(shropshire.team_manager, on=LONG_AGO.date()),
        at=LONG_AGO,
    )
    with pytest.raises(NotAllowed):
        services.mark_attendance(
            group_id=group.pk,
            presence=Presence(time(10), time(11, 30), frozenset(group.members.values_list("pk", flat=True))),
            actor=shropshire.actor(shropshire.team_manager, on=OCTOBER),
            at=noon_of(OCTOBER),
        )


# Booking


@pytest.mark.req("R364")
def test_a_colleague_who_supervises_nobody_leads_a_group_across_teams(shropshire: Org) -> None:
    leader = add_person("Lena Fox", team=shropshire.other_team, job_title="Senior practice lead")
    [group] = book(
        shropshire, OCTOBER, members={shropshire.worker.pk, shropshire.outsider.pk}, facilitator_id=leader.pk
    )
    seats = list(group.members.values_list("pk", flat=True))

    services.mark_attendance(
        group_id=group.pk,
        presence=Presence(time(10), time(11, 30), frozenset(seats)),
        actor=shropshire.actor(leader, on=OCTOBER),
        at=noon_of(OCTOBER),
    )

    assert GroupAttendance.objects.filter(present=True).count() == 2
    told = Job.objects.filter(task="notifications.tasks.notify").values_list("arguments", flat=True)
    assert {str(leader.pk), str(shropshire.worker.pk), str(shropshire.outsider.pk)} == {
        each["person_id"] for each in told if each["kind"] == "group_changed"
    }


def test_only_people_who_supervise_book_and_nobody_leads_a_group_they_are_in(shropshire: Org) -> None:
    with pytest.raises(NotAllowed):
        services.book_groups(
            plan=GroupPlan("Peers", "combined", facilitator_id=shropshire.worker.pk),
            dates=[Times(OCTOBER, time(10), time(11, 30))],
            members=set(),
            actor=shropshire.actor(shropshire.worker),
            at=LONG_AGO,
        )
    with pytest.raises(RuleBroken, match="not one of its members"):
        book(shropshire, OCTOBER, members={shropshire.supervisor.pk})


@pytest.mark.req("R353")
def test_camden_wants_a_recorder_before_the_group_meets(org: Org) -> None:
    policies.adopt(slug="camden-short-guide", starts_on=date(2020, 1, 1), at=RECORDED)
    with pytest.raises(RuleBroken, match="recorder"):
        book(org, OCTOBER, members={org.worker.pk}, kind="reflective_group")


def test_a_group_and_a_session_of_two_are_not_at_the_same_time(shropshire: Org) -> None:
    booked(shropshire.worker, shropshire.supervisor, on=OCTOBER)
    with pytest.raises(RuleBroken, match="in another session"):
        book(shropshire, OCTOBER, members={shropshire.worker.pk})

    [group] = book(shropshire, date(2026, 10, 20), members={shropshire.worker.pk})
    with pytest.raises(RuleBroken, match="Amara Obi is in a group session"):
        services.book_session(
            supervisee_id=shropshire.worker.pk,
            times=Times(group.on, time(11), time(12)),
            mode="in_person",
            place="",
            actor=shropshire.actor(shropshire.supervisor, on=LONG_AGO.date()),
            at=LONG_AGO,
        )


def test_a_group_in_the_wrong_turn_is_asked_about_and_not_refused(residential: Org) -> None:
    mark(residential, book_one(residential, SEPTEMBER, members={residential.worker.pk}), residential.worker)
    actor = residential.actor(residential.supervisor, on=date(2026, 9, 20))
    dates = [Times(OCTOBER, time(10), time(11, 30))]

    said = selectors.group_warnings(dates, members={residential.worker.pk}, actor=actor)

    assert said == ["The last session of Amara Obi is in a group: the next has to be individual."]
    booked(residential.worker, residential.supervisor, on=date(2026, 10, 5))
    assert not selectors.group_warnings(dates, members={residential.worker.pk}, actor=actor)


def test_a_monthly_group_falls_on_working_days_of_the_same_weekday(shropshire: Org) -> None:
    dates = selectors.group_dates(Times(date(2026, 11, 24), time(10), time(11, 30)), count=3, on=date(2026, 11, 1))

    assert [each.on for each in dates] == [date(2026, 11, 24), date(2026, 12, 22), date(2027, 1, 26)]


def test_members_are_added_and_taken_off_for_one_date_or_for_all_that_follow(shropshire: Org) -> None:
    first, second = book(shropshire, OCTOBER, date(2026, 11, 10), members={shropshire.worker.pk})

    services.change_members(
        group_id=first.pk,
        remove=set(),
        roles={},
        add_id=shropshire.outsider.pk,
        later=True,
        actor=shropshire.actor(shropshire.supervisor, on=LONG_AGO.date()),
        at=LONG_AGO,
    )
    services.change_members(
        group_id=second.pk,
        remove={shropshire.worker.pk},
        roles={},
        add_id=None,
        later=False,
        actor=shropshire.actor(shropshire.supervisor, on=LONG_AGO.date()),
        at=LONG_AGO,
    )

    assert {each.person_id for each in first.members.invited()} == {shropshire.worker.pk, shropshire.outsider.pk}
    assert {each.person_id for each in second.members.invited()} == {shropshire.outsider.pk}


def test_whoever_joined_on_a_later_date_stays_on_it_and_whoever_is_taken_off_is_told(
    shropshire: Org, colleague: StaffMember
) -> None:
    """Ben joins from the second date on; then the worker is taken off and the outsider added, on all dates."""
    first, second, third = book(
        shropshire, OCTOBER, date(2026, 11, 10), date(2026, 12, 8), members={shropshire.worker.pk}
    )
    change: dict[str, Any] = {
        "roles": {},
        "later": True,
        "actor": shropshire.actor(shropshire.supervisor, on=LONG_AGO.date()),
        "at": LONG_AGO,
    }
    services.change_members(group_id=second.pk, remove=set(), add_id=colleague.pk, **change)
    Job.objects.all().delete()

    services.change_members(group_id=first.pk, remove={shropshire.worker.pk}, add_id=shropshire.outsider.pk, **change)

    def invited(group: GroupSession) -> set[UUID]:
        return {each.person_id for each in group.members.invited()}

    assert invited(first) == {shropshire.outsider.pk}
    assert invited(second) == invited(third) == {shropshire.outsider.pk, colleague.pk}
    told = Job.objects.filter(task="notifications.tasks.notify").values_list("arguments", flat=True)
    assert {(each["person_id"], each["path"]) for each in told} == {
        (str(shropshire.outsider.pk), f"/supervision/groups/{first.pk}/"),
        (str(shropshire.worker.pk), "/supervision/groups/"),
    }


# Nobody moves a stranger's dates, or supervises by turns


def test_a_group_that_has_met_is_entered_only_for_ones_own_people(residential: Org, colleague: StaffMember) -> None:
    after = noon_of(date(2026, 10, 20))
    with pytest.raises(RuleBroken, match="only for people whom its facilitator or you supervise") as refused:
        book(residential, OCTOBER, members={residential.worker.pk, residential.outsider.pk}, at=after)
    assert refused.value.field == "members"
    with pytest.raises(RuleBroken, match="has begun already"):
        book(residential, after.date(), members={residential.worker.pk, residential.outsider.pk}, at=after)

    [group] = book(residential, OCTOBER, members={residential.worker.pk, colleague.pk}, at=after)
    with pytest.raises(RuleBroken, match="has begun already") as refused:
        services.change_members(
            group_id=group.pk,
            remove=set(),
            roles={},
            add_id=residential.outsider.pk,
            later=False,
            actor=residential.actor(residential.supervisor, on=after.date()),
            at=after,
        )
    assert refused.value.field == "add_id"


def test_a_group_that_has_met_is_entered_for_the_people_of_who_led_it(residential: Org) -> None:
    peer = add_person("Pat Lowe", team=residential.other_team, job_title="Team manager")
    put_under(residential.outsider, peer)
    after = noon_of(date(2026, 10, 20))

    [group] = book(residential, OCTOBER, members={residential.outsider.pk}, at=after, facilitator_id=peer.pk)

    assert group.members.count() == 1


def test_two_managers_do_not_supervise_each_other_by_turns(residential: Org) -> None:
    peer = add_person("Pat Lowe", team=residential.other_team, job_title="Team manager")
    put_under(residential.outsider, peer)
    services.book_groups(
        plan=GroupPlan("Peers", "combined", facilitator_id=peer.pk),
        dates=[Times(date(2026, 9, 15), time(10), time(11))],
        members={residential.supervisor.pk, residential.outsider.pk},
        actor=residential.actor(peer, on=LONG_AGO.date()),
        at=LONG_AGO,
    )

    with pytest.raises(RuleBroken, match="Pat Lowe: supervises the facilitator or you, or leads a group"):
        book(residential, OCTOBER, members={peer.pk, residential.worker.pk})
    # A year later it is nobody's turn
    assert book(residential, date(2027, 9, 14), members={peer.pk, residential.worker.pk})


def test_nobody_leads_a_group_with_their_own_supervisor_in_it(residential: Org) -> None:
    with pytest.raises(RuleBroken, match="Nobody supervises each other by turns"):
        book(residential, OCTOBER, members={residential.team_manager.pk, residential.worker.pk})


def test_one_person_is_no_group(residential: Org) -> None:
    [group] = book(residential, OCTOBER, members={residential.worker.pk}, guests="")

    with pytest.raises(RuleBroken, match="One person is no group"):
        mark(residential, group, residential.worker)
    assert not GroupAttendance.objects.exists()


def test_the_supervisor_of_a_member_hears_who_was_there(residential: Org) -> None:
    peer = add_person("Pat Lowe", team=residential.other_team, job_title="Team manager")
    put_under(residential.outsider, peer)
    [group] = book(residential, OCTOBER, members={residential.worker.pk, residential.outsider.pk})
    Job.objects.all().delete()

    for _ in range(2):
        mark(residential, group, residential.outsider)

    told = Job.objects.filter(task="notifications.tasks.notify").values_list("arguments", flat=True)
    assert [(each["kind"], each["person_id"]) for each in told] == [("group_attended", str(peer.pk))]
    assert GroupSession.objects.visible_to(residential.actor(peer)).filter(pk=group.pk).exists()
    assert HANDLING["group_attended"].when is When.DAILY


@pytest.mark.req("R352")
def test_members_take_the_roles_of_the_way_of_working(org: Org) -> None:
    policies.adopt(slug="camden-short-guide", starts_on=date(2020, 1, 1), at=RECORDED)
    actor = org.actor(org.supervisor, on=LONG_AGO.date())
    plan: dict[str, Any] = {"kind": "reflective_group", "model": "bells-that-ring", "recorder_id": org.outsider.pk}
    [group] = book(org, OCTOBER, members={org.worker.pk}, **plan)

    services.change_members(
        group_id=group.pk,
        remove=set(),
        roles={org.worker.pk: "presenter"},
        add_id=None,
        later=False,
        actor=actor,
        at=LONG_AGO,
    )

    page = selectors.group_page(group=group, actor=actor)
    assert page.model
    assert page.model.steps[0] == "Assign roles"
    assert [seat.role for seat in page.seats] == ["presenter"]
    assert selectors.group_page(group=group, actor=org.actor(org.outsider)).is_party


# Sight


def test_who_sees_a_group_and_how_much_of_it(shropshire: Org) -> None:
    [group] = book(shropshire, OCTOBER, members={shropshire.worker.pk, shropshire.outsider.pk})
    mark(shropshire, group, shropshire.outsider, reason="In court")

    def seen_by(person: StaffMember) -> Any:
        actor = shropshire.actor(person)
        found = GroupSession.objects.visible_to(actor).filter(pk=group.pk).first()
        return selectors.group_page(group=found, actor=actor) if found else None

    assert {seat.reason for seat in seen_by(shropshire.supervisor).seats} == {"", "In court"}
    # A member knows who was there, and nobody else's reason
    assert [seat.reason for seat in seen_by(shropshire.outsider).seats] == ["", ""]
    next_up = seen_by(shropshire.team_manager)
    assert [seat.person_id for seat in next_up.seats] == [shropshire.worker.pk]
    above = seen_by(shropshire.head)
    assert not above.sees_details
    assert [seat.reason for seat in above.seats] == [""]
    assert seen_by(shropshire.hr) is None


def test_the_history_of_a_person_shows_groups(shropshire: Org) -> None:
    [group] = book(shropshire, OCTOBER, members={shropshire.worker.pk})
    mark(shropshire, group, shropshire.worker)

    [row] = selectors.rows.session_rows(people=[shropshire.worker.pk])

    assert (row.is_group, row.group_status, row.status) == (True, "present", "held")
    assert BEGAN < row.on == OCTOBER
