"""One person's supervision: as many queries whatever there is, and figures without the diary for those who have no more."""

from datetime import date
from typing import Any

from core.actor import Role
from supervision import selectors
from tests.diary_kit import booked, held
from tests.org import Org

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
    with django_assert_num_queries(9):
        page_for(shropshire, actor, today)

    for on in PAST[1:]:
        held(shropshire.worker, shropshire.supervisor, on=on)

    with django_assert_num_queries(9):
        page_for(shropshire, actor, today)
