"""One person's supervision: as many queries whatever there is, and figures without the diary for those who have no more."""

from datetime import date
from typing import Any

import pytest

from core.actor import Role
from records.models import Record
from supervision import selectors
from tests.diary_kit import booked, held
from tests.org import Org, put_under
from tests.records_kit import Kit

PAST = [date(2026, month, 14) for month in range(4, 11)]


def page_for(org: Org, actor: Any, today: date) -> Any:
    return selectors.person_page(person=org.worker, actor=actor, on=today, number="1")


def test_who_has_the_figures_alone_sees_the_same_due_date_and_no_session(shropshire: Org, today: date) -> None:
    for on in PAST:
        held(shropshire.worker, shropshire.supervisor, on=on)
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))

    full = page_for(shropshire, shropshire.actor(shropshire.supervisor), today)
    figures = page_for(shropshire, shropshire.actor(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER), today)

    assert full.row.assessment.due_on is not None
    assert figures.row.assessment.due_on == full.row.assessment.due_on
    assert figures.row.assessment.worst == full.row.assessment.worst
    assert len(full.booked) + len(full.past.object_list) == 8
    assert (figures.booked, figures.to_close, list(figures.past.object_list)) == ([], [], [])


def test_sessions_stand_where_they_belong(shropshire: Org, today: date) -> None:
    for on in PAST:
        held(shropshire.worker, shropshire.supervisor, on=on)
    left_open = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 5))
    upcoming = booked(shropshire.worker, shropshire.supervisor, on=today)

    page = page_for(shropshire, shropshire.actor(shropshire.worker), today)

    assert [session.pk for session in page.to_close] == [left_open.pk]
    assert [session.pk for session in page.booked] == [upcoming.pk]
    assert [session.on for session in page.past.object_list] == sorted(PAST, reverse=True)


def test_ten_times_the_sessions_ask_no_more_of_the_database(
    shropshire: Org, today: date, django_assert_num_queries: Any
) -> None:
    actor = shropshire.actor(shropshire.supervisor)
    held(shropshire.worker, shropshire.supervisor, on=PAST[0])
    with django_assert_num_queries(8):
        page_for(shropshire, actor, today)

    for on in PAST[1:]:
        held(shropshire.worker, shropshire.supervisor, on=on)

    with django_assert_num_queries(8):
        page_for(shropshire, actor, today)


@pytest.mark.req("R108")
def test_one_file_follows_the_worker_from_supervisor_to_supervisor(shropshire: Org, today: date) -> None:
    sealed = Kit(shropshire).sealed()
    for on in PAST:
        held(shropshire.worker, shropshire.supervisor, on=on)
    shropshire.worker.supervision_received.update(ends_on=today)
    shropshire.worker.management_lines.update(ends_on=today)
    put_under(shropshire.worker, shropshire.outsider, starts_on=today)
    held(shropshire.worker, shropshire.outsider, on=today)

    page = page_for(shropshire, shropshire.actor(shropshire.outsider), today)

    assert [session.on for session in page.past.object_list] == sorted([*PAST, today], reverse=True)
    assert list(Record.objects.visible_to(shropshire.actor(shropshire.outsider))) == [sealed]
    assert not Record.objects.visible_to(shropshire.actor(shropshire.supervisor)).exists()
    own = page_for(shropshire, shropshire.actor(shropshire.worker), today)
    assert len(own.past.object_list) == len(PAST) + 1
    assert list(Record.objects.visible_to(shropshire.actor(shropshire.worker))) == [sealed]


@pytest.mark.req("R077")
def test_who_shares_team_and_room_with_the_supervisor_is_late_on_the_same_day_as_who_does_not(
    shropshire: Org, today: date
) -> None:
    put_under(shropshire.outsider, shropshire.supervisor)
    for person in (shropshire.worker, shropshire.outsider):
        session = held(person, shropshire.supervisor, on=date(2026, 7, 14))
        session.place = "Room 4" if person == shropshire.worker else "By the river"
        session.save()

    found = selectors.statuses(people=[shropshire.worker.pk, shropshire.outsider.pk], on=today)

    same, other = found[shropshire.worker.pk], found[shropshire.outsider.pk]
    assert same.longest_overdue() is not None
    assert same.longest_overdue() == other.longest_overdue()
