"""Pages of groups."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from notifications import services as notifications
from policies import services as policies
from staff.models import CategoryHeld
from supervision.models import GroupAttendance, GroupMember, GroupSession, SupervisionSession
from tests.org import RECORDED, Org, SignIn, add_person, put_under
from trail.models import Entry

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def supervisor(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.supervisor)


def typed(org: Org, **more: Any) -> dict[str, Any]:
    return {
        "title": "Reflective group",
        "facilitator_id": str(org.supervisor.pk),
        "on_0": "16",
        "on_1": "11",
        "on_2": "2026",
        "starts": "10:00",
        "ends": "11:30",
        "count": "1",
        "mode": "in_person",
        "members": [str(org.worker.pk)],
        **more,
    }


def make_group(org: Org, *, on: date = date(2026, 11, 9), members: int = 1) -> GroupSession:
    group = GroupSession.objects.create(
        title="Reflective group",
        guests="Nora Lane, school nurse",
        facilitator=org.supervisor,
        booked_by=org.supervisor,
        on=on,
        starts=time(9),
        ends=time(10, 30),
        booked_at=RECORDED,
    )
    people = [org.worker] + [
        add_person(f"Member {number}", team=org.team, job_title="Worker") for number in range(members - 1)
    ]
    for person in people:
        GroupMember.objects.create(session=group, person=person, added_at=RECORDED, added_by=org.supervisor)
    return group


@pytest.mark.req("R065")
def test_a_group_is_booked_and_everybody_finds_it(supervisor: Client, shropshire: Org, sign_in: SignIn) -> None:
    page = supervisor.post(reverse("supervision:group-book"), typed(shropshire, count="3"), follow=True)

    assert "3 sessions are booked" in page.content.decode()
    assert GroupSession.objects.count() == 3
    worker = sign_in(shropshire.worker)
    assert "Reflective group" in worker.get(reverse("supervision:diary")).content.decode()
    assert "Reflective group" in worker.get(reverse("supervision:diary") + "?view=month").content.decode()
    assert "Monday 16 November 2026" in worker.get(reverse("supervision:groups")).content.decode()


def test_calendars_of_everybody_in_it_show_when_and_nothing_of_what(shropshire: Org) -> None:
    make_group(shropshire, on=date(2026, 11, 16))
    make_group(shropshire, on=date(2026, 11, 23)).members.update(removed_at=RECORDED)

    for person, number in ((shropshire.worker, 1), (shropshire.supervisor, 2), (shropshire.outsider, 0)):
        secret = notifications.make_feed(actor=shropshire.actor(person), at=NOW)
        feed = Client().get(reverse("supervision:calendar-feed", args=[secret])).content.decode()
        assert feed.count("BEGIN:VEVENT") == number
        assert "Reflective" not in feed


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    supervisor: Client, shropshire: Org
) -> None:
    page = supervisor.post(reverse("supervision:group-book"), typed(shropshire, title="", count="99"))

    text = " ".join(page.content.decode().split())
    assert "Give the group a name" in text
    assert "Enter 12 at most." in text
    assert re.search(rf'<input[^>]*value="{shropshire.worker.pk}"[^>]*checked', text)
    assert not GroupSession.objects.exists()


def test_somebody_of_another_team_is_found_and_added(supervisor: Client, shropshire: Org) -> None:
    group = make_group(shropshire, on=date(2026, 11, 16))
    address = reverse("supervision:group-members", args=[group.pk])

    found = supervisor.post(
        address, {"keep": [str(shropshire.worker.pk)], "add_id_search": "oscar", "find_person": "add_id"}
    )
    assert "Oscar Reed" in found.content.decode()
    shown = {"shown": [str(shropshire.worker.pk)]}
    supervisor.post(address, shown | {"keep": [str(shropshire.worker.pk)], "add_id": str(shropshire.outsider.pk)})

    assert {each.person_id for each in group.members.invited()} == {shropshire.worker.pk, shropshire.outsider.pk}


def test_who_was_there_is_said_on_one_page_and_moves_the_clock(supervisor: Client, shropshire: Org) -> None:
    CategoryHeld.objects.filter(person=shropshire.worker).update(category="support_non_case_holding")
    group = make_group(shropshire)
    seat = group.members.get()
    address = reverse("supervision:group-attendance", args=[group.pk])

    refused = supervisor.post(address, {"starts": "9:00", "ends": "10:30"})
    assert "Tick who was there." in refused.content.decode()
    page = supervisor.post(address, {"starts": "9:00", "ends": "10:30", "present": [str(seat.pk)]}, follow=True)

    assert "Present" in page.content.decode()
    assert GroupAttendance.objects.get().present
    history = supervisor.get(reverse("supervision:person-detail", args=[shropshire.worker.pk])).content.decode()
    assert "Group: " in history
    assert "the next one has to be individual" in history


def test_the_reason_why_somebody_was_absent_is_read_by_few_and_each_read_is_kept(
    supervisor: Client, shropshire: Org, sign_in: SignIn
) -> None:
    group = make_group(shropshire, members=2)
    absent, there = (group.members.get(person=shropshire.worker), group.members.exclude(person=shropshire.worker).get())
    address = reverse("supervision:group-attendance", args=[group.pk])
    supervisor.post(
        address,
        {"starts": "9:00", "ends": "10:30", "present": [str(there.pk)], f"reason_{absent.pk}": "Called to court"},
    )
    detail = reverse("supervision:group-detail", args=[group.pk])

    assert "Called to court" in supervisor.get(detail).content.decode()
    assert Entry.objects.filter(verb="group.read", about_id=shropshire.worker.pk).exists()
    assert "Called to court" in sign_in(shropshire.worker).get(detail).content.decode()
    assert "Called to court" not in sign_in(there.person).get(detail).content.decode()


@pytest.mark.req("R313")
def test_people_from_outside_stand_by_name_and_need_no_account(supervisor: Client, shropshire: Org) -> None:
    page = supervisor.post(
        reverse("supervision:group-book"), typed(shropshire, guests="Ada Moor, health visitor"), follow=True
    )

    assert "Ada Moor, health visitor" in page.content.decode()
    assert GroupMember.objects.count() == 1


def test_a_group_that_is_called_off_says_why(supervisor: Client, shropshire: Org) -> None:
    group = make_group(shropshire, on=date(2026, 11, 16))
    address = reverse("supervision:group-cancel", args=[group.pk])

    assert "Say why it is called off." in supervisor.post(address, {"reason": " "}).content.decode()
    page = supervisor.post(address, {"reason": "The building is closed"}, follow=True)

    assert "The building is closed" in page.content.decode()
    group.refresh_from_db()
    assert group.status == "cancelled"


def test_the_kind_is_asked_for_where_the_policy_knows_several(org: Org, sign_in: SignIn) -> None:
    policies.adopt(slug="camden-short-guide", starts_on=date(2020, 1, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="sw_1_year_pq")
    manager = add_person("Mia Lowe", team=org.team, job_title="Team manager", category="team_manager")
    put_under(manager, org.supervisor)
    supervisor = sign_in(org.supervisor)
    times = {"on_0": "16", "on_1": "11", "on_2": "2026", "mode": "in_person"}

    for person, hours, kind in ((org.worker, ("10:00", "11:30"), "case"), (manager, ("13:00", "14:30"), "")):
        address = reverse("supervision:session-book", args=[person.pk])
        assert ("Which supervision" in supervisor.get(address).content.decode()) is bool(kind)
        sent = {**times, "starts": hours[0], "ends": hours[1], **({"kind": kind} if kind else {})}
        page = supervisor.post(address, sent)
        if page.status_code == 200:
            supervisor.post(address, {**sent, "seen": f"2026-11-16 {hours[0]}:00 {hours[1]}:00"})

    kinds = {session.supervisee_id: session.kind for session in SupervisionSession.objects.all()}
    assert kinds == {org.worker.pk: "case", manager.pk: "management"}


@pytest.mark.parametrize("name", ["groups", "group-book", "group-detail", "group-members", "group-attendance"])
def test_the_pages_of_groups_keep_to_their_queries(
    supervisor: Client, shropshire: Org, name: str, django_assert_max_num_queries: Any
) -> None:
    group = make_group(shropshire, members=9)
    args = [] if name in ("groups", "group-book") else [group.pk]

    with django_assert_max_num_queries(12):
        assert supervisor.get(reverse(f"supervision:{name}", args=args)).status_code == 200
