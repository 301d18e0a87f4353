"""Pages of the diary: a year in two pages, the rest of a series, what became of a session, the month."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from policies import services as policies
from staff.models import Absence
from supervision.models import SupervisionSession
from tests.diary_kit import booked, held
from tests.org import RECORDED, Org, SignIn, put_under

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def supervisor(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.supervisor)


def first_of_year(day: str = "16", count: str = "12") -> dict[str, str]:
    return {
        "on_0": day,
        "on_1": "11",
        "on_2": "2026",
        "starts": "10:00",
        "ends": "11:30",
        "mode": "in_person",
        "place": "Room 4",
        "count": count,
    }


def as_sent(table: Any) -> dict[str, str]:
    """What a browser would send of a table as it stands."""
    sent = {"dates-TOTAL_FORMS": str(len(table.rows.forms)), "dates-INITIAL_FORMS": "0"}
    for form in [table.terms, *table.rows.forms]:
        for field in form:
            value = field.value()
            if value not in (None, "", False):
                sent[field.html_name] = "on" if value is True else str(value)
    return sent


# Book the year


@pytest.mark.req("R038")
def test_a_year_is_proposed_checked_and_booked(supervisor: Client, shropshire: Org) -> None:
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    begin = supervisor.get(address).content.decode()
    check = supervisor.post(address, first_of_year())
    done = supervisor.post(address, {**as_sent(check.context["table"]), "book": "1"}, follow=True)

    page = check.content.decode()
    assert 'value="12"' in begin
    assert "Monday 14 December 2026" in page
    assert "Moved from Monday 29 March 2027, bank holiday." not in page  # the 15th is the nearer Monday
    assert not SupervisionSession.objects.filter(on__gt=date(2027, 12, 1)).exists()
    assert "12 sessions with Amara Obi are booked, from Monday 16 November 2026 to" in done.content.decode()
    assert SupervisionSession.objects.planned().count() == 12
    assert set(SupervisionSession.objects.values_list("place", "starts")) == {("Room 4", time(10))}


def test_a_date_that_was_moved_says_why_and_one_can_be_struck_out(supervisor: Client, shropshire: Org) -> None:
    Absence.objects.create(
        person=shropshire.worker,
        kind="annual_leave",
        starts_on=date(2026, 12, 14),
        ends_on=date(2026, 12, 19),
        recorded_at=NOW,
    )
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    check = supervisor.post(address, first_of_year(count="3"))
    sent = {**as_sent(check.context["table"]), "dates-2-drop": "on", "dates-2-on": "nonsense"}

    done = supervisor.post(address, {**sent, "book": "1"}, follow=True)

    assert "Moved from Monday 14 December 2026, Amara Obi is away." in check.content.decode()
    assert "2 sessions with Amara Obi are booked" in done.content.decode()


def test_errors_of_the_table_stand_beside_their_row_and_nothing_typed_is_lost(
    supervisor: Client, shropshire: Org
) -> None:
    put_under(shropshire.outsider, shropshire.supervisor)
    booked(shropshire.outsider, shropshire.supervisor, on=date(2026, 12, 17))
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    sent = as_sent(supervisor.post(address, first_of_year(count="3")).context["table"])

    unreadable = supervisor.post(address, {**sent, "dates-1-on": "17 Dezember", "book": "1"})
    clash = {**sent, "dates-1-on": "17/12/2026", "dates-1-starts": "10:00"}
    warned = supervisor.post(address, {**clash, "book": "1"})
    refused = supervisor.post(address, {**as_sent(warned.context["table"]), "book": "1"})

    page = unreadable.content.decode()
    assert "Date 2: Enter the date as day, month and year, such as 27/3/2027." in page
    assert 'value="17 Dezember"' in page
    assert 'href="#id_dates-1-on"' in page
    assert "Nothing is booked yet" in warned.content.decode()
    assert "You have supervision with Oscar Reed from 9:00 to 10:30." in warned.content.decode()
    assert "Date 2: You have supervision with Oscar Reed from 9:00 to 10:30." in refused.content.decode()
    assert SupervisionSession.objects.count() == 1


def test_a_changed_date_with_something_against_it_is_shown_before_it_is_booked(
    supervisor: Client, shropshire: Org
) -> None:
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    sent = as_sent(supervisor.post(address, first_of_year(count="2")).context["table"])

    shown = supervisor.post(address, {**sent, "dates-1-on": "25/12/2026", "book": "1"})
    none_yet = SupervisionSession.objects.count()
    done = supervisor.post(address, {**as_sent(shown.context["table"]), "book": "1"}, follow=True)

    assert "Bank holiday." in shown.content.decode()
    assert none_yet == 0
    assert "2 sessions with Amara Obi are booked" in done.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"count": "0"}, "Enter 1 or more."),
        ({"count": "400"}, "Enter 60 at most."),
        ({"on_1": "13"}, "There is no such date"),
        ({"starts": "soon"}, "Enter the start as a time"),
    ],
)
def test_a_first_date_that_cannot_be_is_refused(
    supervisor: Client, shropshire: Org, typed: dict[str, str], sentence: str
) -> None:
    response = supervisor.post(
        reverse("supervision:year-book", args=[shropshire.worker.pk]), {**first_of_year(), **typed}
    )

    assert sentence in response.content.decode()
    assert "Room 4" in response.content.decode()


# Move the rest


def series_of(client: Client, org: Org, count: str = "4") -> list[SupervisionSession]:
    address = reverse("supervision:year-book", args=[org.worker.pk])
    check = client.post(address, first_of_year(count=count))
    client.post(address, {**as_sent(check.context["table"]), "book": "1"})
    return list(SupervisionSession.objects.order_by("on"))


def test_the_rest_of_a_series_goes_to_another_weekday_and_time(supervisor: Client, shropshire: Org) -> None:
    sessions = series_of(supervisor, shropshire)
    offered = supervisor.get(reverse("supervision:session-move", args=[sessions[1].pk])).content.decode()
    address = reverse("supervision:series-move", args=[sessions[1].pk])

    check = supervisor.post(
        address, {"by_days": "0", "way": "later", "weekday": "2", "starts": "14:00", "ends": "15:30"}
    )
    done = supervisor.post(address, {**as_sent(check.context["table"]), "move": "1"}, follow=True)

    assert "2 later sessions were booked with this one" in offered
    assert "Monday 14 December 2026, 10:00" in check.content.decode()
    assert "Wednesday 16 December 2026" in check.content.decode()
    assert "3 sessions are moved" in done.content.decode()
    stands = SupervisionSession.objects.order_by("on").values_list("on", "starts")
    assert [day.weekday() for day, _ in stands] == [0, 2, 2, 2]
    assert [starts for _, starts in stands] == [time(10), time(14), time(14), time(14)]


def test_a_session_of_a_series_can_be_left_where_it_is(supervisor: Client, shropshire: Org) -> None:
    sessions = series_of(supervisor, shropshire)
    address = reverse("supervision:series-move", args=[sessions[0].pk])
    check = supervisor.post(
        address, {"by_days": "1", "way": "later", "weekday": "", "starts": "10:00", "ends": "11:30"}
    )

    supervisor.post(address, {**as_sent(check.context["table"]), "dates-1-drop": "on", "move": "1"})

    days = list(SupervisionSession.objects.order_by("on").values_list("on", flat=True))
    assert [day.weekday() for day in days] == [1, 0, 1, 1]


def test_a_booking_by_itself_moves_by_itself(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))

    page = supervisor.get(reverse("supervision:session-move", args=[session.pk])).content.decode()

    assert "booked with this one" not in page


def test_a_move_to_a_day_of_leave_is_said_before_it_is_done(supervisor: Client, shropshire: Org) -> None:
    Absence.objects.create(
        person=shropshire.worker, kind="sickness", starts_on=date(2026, 11, 17), ends_on=None, recorded_at=NOW
    )
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    address = reverse("supervision:session-move", args=[session.pk])
    typed = {"on_0": "18", "on_1": "11", "on_2": "2026", "starts": "09:00", "ends": "10:30"}

    first = supervisor.post(address, typed)
    session.refresh_from_db()
    stood = session.on
    supervisor.post(address, {**typed, "seen": first.context["form"]["seen"].value()})

    session.refresh_from_db()
    assert "Wednesday 18 November 2026: Amara Obi is away." in first.content.decode()
    assert "sick" not in first.content.decode().lower()
    assert (stood, session.on) == (date(2026, 11, 16), date(2026, 11, 18))


# What became of it


@pytest.mark.req("R082")
def test_cancelling_asks_for_contact_and_another_date_on_one_page(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    address = reverse("supervision:session-cancel", args=[session.pk])
    typed = {"cancelled_by": str(shropshire.worker.pk), "reason": "Court on both days"}

    form = supervisor.get(address).content.decode()
    asked = supervisor.post(address, typed).content.decode()
    said = {**typed, "direct_contact": "yes", "contact_by": str(shropshire.supervisor.pk), "urgent_issues": "None"}
    no_day = supervisor.post(address, said).content.decode()
    done = supervisor.post(
        address,
        {
            **said,
            "contact_on_0": "9",
            "contact_on_1": "11",
            "contact_on_2": "2026",
            "on_0": "18",
            "on_1": "11",
            "on_2": "2026",
            "starts": "9:00",
            "ends": "10:30",
        },
        follow=True,
    ).content.decode()

    assert "Is the reason exceptional?" not in form
    assert "Say whether the two of you spoke about it." in asked
    assert "Court on both days" in asked
    assert "Enter the day on which you spoke." in no_day
    assert "Another date is booked" in done
    assert "Priya Nair made contact, Monday 9 November 2026" in done
    assert SupervisionSession.objects.planned().get().on == date(2026, 11, 18)


@pytest.mark.req("R157")
@pytest.mark.scenario(14, "b")
@pytest.mark.scenario(14, "e")
@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("family-safeguarding-003", "Is the reason exceptional?"),
        ("st-helens", "The policy asks for another date by the end of today."),
    ],
)
def test_what_a_cancellation_asks_is_the_policys(org: Org, sign_in: SignIn, slug: str, sentence: str) -> None:
    policies.adopt(slug=slug, starts_on=date(2017, 6, 1), at=RECORDED)
    session = booked(org.worker, org.supervisor, on=date(2026, 11, 16))

    page = sign_in(org.supervisor).get(reverse("supervision:session-cancel", args=[session.pk])).content.decode()

    assert sentence in page


@pytest.mark.req("R094")
def test_somebody_did_not_come_and_it_is_put_right(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 9))
    address = reverse("supervision:session-not-attended", args=[session.pk])

    empty = supervisor.post(address, {"sent": "1"}).content.decode()
    entered = supervisor.post(
        address, {"missed_by": str(shropshire.worker.pk), "reason": "Not known yet"}, follow=True
    ).content.decode()
    detail = supervisor.get(reverse("supervision:session-detail", args=[session.pk])).content.decode()
    home = supervisor.get(reverse("compliance:home")).content.decode()
    right = supervisor.post(reverse("supervision:session-undo", args=[session.pk]), {"sent": "1"}, follow=True)

    assert "Choose which of the two of you did not come." in empty
    assert "book another" in entered
    assert "Not known yet" in detail
    assert "This was entered by mistake" in detail
    assert "Book another date with Amara Obi" in home
    page = right.content.decode()
    assert "The session is booked again" in page
    assert "Not known yet" in page
    session.refresh_from_db()
    assert session.is_planned


@pytest.mark.req("R081")
def test_how_a_session_went_is_entered_with_it(supervisor: Client, shropshire: Org) -> None:
    address = reverse("supervision:session-log", args=[shropshire.worker.pk])
    typed = {
        "on_0": "9",
        "on_1": "11",
        "on_2": "2026",
        "starts": "10:00",
        "ends": "11:00",
        "mode": "in_person",
        "interrupted": "yes",
        "minutes_lost": "10",
        "private_place": "no",
        "cut_short": "",
        "cut_short_reason": "An urgent visit",
        "left_over": "Training plan",
    }

    odd = supervisor.post(address, typed).content.decode()
    supervisor.post(address, {**typed, "cut_short": "yes"})

    session = SupervisionSession.objects.get()
    detail = supervisor.get(reverse("supervision:session-detail", args=[session.pk])).content.decode()
    assert "say that it ended before its time" in odd
    assert "An urgent visit" in odd
    for words in ("Cut short", "Yes, 10 minutes lost", "An urgent visit", "Training plan"):
        assert words in detail


@pytest.mark.scenario(14, "b")
def test_those_above_see_who_has_no_other_date_in_time(org: Org, sign_in: SignIn) -> None:
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    session = booked(org.worker, org.supervisor, on=date(2026, 11, 9))
    SupervisionSession.objects.filter(pk=session.pk).update(
        status="cancelled",
        closed_at=datetime(2026, 11, 6, 10, tzinfo=UTC),
        cancelled_by=org.worker,
        cancel_reason="Private words",
    )

    above = sign_in(org.team_manager).get(reverse("compliance:overdue")).content.decode()
    worker = sign_in(org.worker).get(reverse("compliance:overdue")).content.decode()

    assert "another date was to be booked by Friday 6 November 2026" in above
    assert "Private words" not in above
    assert "not booked again in time" not in worker


# The diary


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("", ["Amara Obi", "Tom Mills"], ["Past"]),
        ("?role=supervisor", ["Amara Obi"], ["Tom Mills, "]),
        ("?role=supervisee", ["Tom Mills"], []),
        ("?when=past", ["Held"], []),
        ("?view=month&month=2026-12", ["December 2026", "9:00 Amara Obi", "You are away"], []),
        ("?view=month&month=never&role=nobody&page=x", ["November 2026"], []),
    ],
)
def test_the_diary_shows_both_roles_as_wanted(
    supervisor: Client, shropshire: Org, query: str, shown: list[str], hidden: list[str]
) -> None:
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 12, 7))
    booked(shropshire.supervisor, shropshire.team_manager, on=date(2026, 12, 8))
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 2))
    Absence.objects.create(
        person=shropshire.supervisor,
        kind="annual_leave",
        starts_on=date(2026, 12, 21),
        ends_on=date(2026, 12, 24),
        recorded_at=NOW,
    )

    page = supervisor.get(reverse("supervision:diary") + query).content.decode()

    for words in shown:
        assert words in page
    for words in hidden:
        assert f'app-month">{words}' not in page


def test_a_gap_to_come_is_said_in_the_diary_and_on_the_persons_page(supervisor: Client, shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 4))
    booked(shropshire.worker, shropshire.supervisor, on=date(2027, 2, 15))

    diary = supervisor.get(reverse("supervision:diary")).content.decode()
    person = supervisor.get(reverse("supervision:person-detail", args=[shropshire.worker.pk])).content.decode()

    for page in (diary, person):
        assert "Supervision is due by Sunday 31 January 2027" in page
        assert "booked for Monday 15 February 2027" in page


@pytest.mark.parametrize("query", ["", "?when=past", "?view=month"])
def test_the_diary_asks_as_much_of_the_database_whatever_stands_in_it(
    supervisor: Client, shropshire: Org, query: str, django_assert_max_num_queries: Any
) -> None:
    for month in range(1, 11):
        held(shropshire.worker, shropshire.supervisor, on=date(2026, month, 14))
    for day in range(10, 28):
        booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, day))

    with django_assert_max_num_queries(12):
        supervisor.get(reverse("supervision:diary") + query)


@pytest.mark.parametrize("name", ["year-book", "session-book", "session-log"])
def test_the_pages_of_booking_keep_to_their_queries(
    supervisor: Client, shropshire: Org, name: str, django_assert_max_num_queries: Any
) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 2))

    with django_assert_max_num_queries(12):
        supervisor.get(reverse(f"supervision:{name}", args=[shropshire.worker.pk]))


def test_a_session_and_the_one_in_its_place_lead_to_each_other(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    off = {
        "cancelled_by": str(shropshire.supervisor.pk),
        "reason": "Court",
        "exceptional": "yes",
        "direct_contact": "no",
    }
    new = {"on_0": "19", "on_1": "11", "on_2": "2026", "starts": "10", "ends": "11"}

    done = supervisor.post(reverse("supervision:session-cancel", args=[session.pk]), {**off, **new}, follow=True)
    other = SupervisionSession.objects.planned().get()
    its_page = supervisor.get(reverse("supervision:session-detail", args=[other.pk])).content.decode()
    undo = reverse("supervision:session-undo", args=[session.pk])
    before_undoing = supervisor.get(undo).content.decode()
    undone = supervisor.post(undo, {"submit": "1"}, follow=True).content.decode()

    to_other = reverse("supervision:session-detail", args=[other.pk])
    page = done.content.decode()
    assert "Another date is booked: Thursday 19 November 2026 at 10:00." in page
    assert "Booked in its place" in page
    assert to_other in page
    assert "In place of" in its_page
    assert reverse("supervision:session-detail", args=[session.pk]) in its_page
    assert to_other in before_undoing
    assert "Both are booked. Cancel the one that is not needed." in undone


def test_unusual_hours_of_another_date_are_asked_about_before_anything_is_cancelled(
    supervisor: Client, shropshire: Org
) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    off = {
        "cancelled_by": str(shropshire.supervisor.pk),
        "reason": "Court",
        "exceptional": "yes",
        "direct_contact": "no",
    }
    new = {"on_0": "19", "on_1": "11", "on_2": "2026", "starts": "20:30", "ends": "21:30"}
    address = reverse("supervision:session-cancel", args=[session.pk])

    asked = supervisor.post(address, {**off, **new})
    none_yet = SupervisionSession.objects.count()
    supervisor.post(address, {**off, **new, "seen": asked.context["form"].data["seen"]})

    assert "It would end at 21:30, after 9 in the evening. Is that right?" in asked.content.decode()
    assert none_yet == 1
    assert SupervisionSession.objects.planned().get().on == date(2026, 11, 19)


# What the table of a year says of each date


def test_the_first_date_proposed_is_a_working_day_ahead(supervisor: Client, shropshire: Org) -> None:
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 9, 4))
    overdue = supervisor.get(address).context["form"].initial["on"]
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 28))
    after_a_saturday = supervisor.get(address).context["form"].initial["on"]

    assert overdue == date(2026, 11, 10)  # today is too late for a start in the morning
    assert after_a_saturday == date(2026, 12, 29)  # past a weekend and two bank holidays


def test_beside_a_date_that_cannot_be_read_the_others_are_checked(supervisor: Client, shropshire: Org) -> None:
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    sent = as_sent(supervisor.post(address, first_of_year(count="3")).context["table"])

    page = supervisor.post(address, {**sent, "dates-1-on": "25/12/2026", "dates-2-on": "rubbish", "book": "1"})

    lines = page.context["table"].lines
    assert "Bank holiday." in lines[1]["notes"]
    assert not lines[2]["checked"]
    assert page.content.decode().count("Not checked") == 1
    assert not SupervisionSession.objects.exists()


def test_a_note_that_was_read_is_not_shown_again_when_another_date_changes(supervisor: Client, shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 6, 1))
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    sent = as_sent(supervisor.post(address, first_of_year(count="2")).context["table"])
    on_a_holiday = supervisor.post(address, {**sent, "dates-1-on": "25/12/2026", "book": "1"})
    again = as_sent(on_a_holiday.context["table"])

    done = supervisor.post(address, {**again, "dates-1-on": sent["dates-1-on"], "book": "1"}, follow=True)

    assert "168 days after 1 June 2026" in on_a_holiday.content.decode()
    assert "2 sessions with Amara Obi are booked" in done.content.decode()


def test_the_page_says_what_is_wrong_and_not_the_browser(supervisor: Client, shropshire: Org) -> None:
    address = reverse("supervision:year-book", args=[shropshire.worker.pk])
    page = supervisor.post(address, {**first_of_year(count="400"), "on_1": "smarch", "on_2": "26"}).content.decode()

    assert " novalidate" in page
    for sentence in (
        "Enter 60 at most.",
        "Enter the month in figures or by name, such as 3 or March.",
        "Enter the year with four figures, such as 2027.",
    ):
        assert page.count(sentence) >= 2


def test_the_rest_can_go_to_earlier_days(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 18))
    address = reverse("supervision:series-move", args=[session.pk])

    sent = {"by_days": "1", "way": "earlier", "weekday": "", "starts": "10", "ends": "11"}
    page = supervisor.post(address, sent).content.decode()

    assert "Tuesday 17 November 2026" in page


# Times as they are typed


def test_ten_is_ten_in_the_morning_and_an_end_before_it_is_an_error(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    address = reverse("supervision:session-move", args=[session.pk])
    day = {"on_0": "17", "on_1": "nov", "on_2": "2026"}

    refused = supervisor.post(address, {**day, "starts": "10", "ends": "9:00"}).content.decode()
    ambiguous = supervisor.post(address, {**day, "starts": "2", "ends": "3"}).content.decode()
    done = supervisor.post(address, {**day, "starts": "10", "ends": "11.30"}, follow=True).content.decode()

    assert "The end must be later than the start." in refused
    assert "Enter the start as a time like 14:30." in ambiguous
    assert "Tuesday 17 November 2026" in done
    assert "10:00 to 11:30 (90 minutes)" in done


def test_unusual_hours_are_asked_about_once(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    address = reverse("supervision:session-move", args=[session.pk])
    sent = {"on_0": "17", "on_1": "11", "on_2": "2026", "starts": "9", "ends": "1330"}

    asked = supervisor.post(address, sent)
    done = supervisor.post(address, {**sent, "seen": asked.context["form"].data["seen"]}, follow=True)

    page = asked.content.decode()
    assert "From 9:00 to 13:30 is longer than 4 hours. Is that right?" in page
    assert 'value="9:00"' in page
    assert "The session is moved." in done.content.decode()


def test_unusual_hours_of_a_session_that_was_held_are_asked_about(supervisor: Client, shropshire: Org) -> None:
    address = reverse("supervision:session-log", args=[shropshire.worker.pk])
    sent = {"on_0": "9", "on_1": "11", "on_2": "2026", "starts": "1:00", "ends": "1:01", "mode": "in_person"}

    asked = supervisor.post(address, sent)

    assert "It would begin at 1:00, before 7 in the morning. Is that right?" in asked.content.decode()
    assert not SupervisionSession.objects.exists()


def test_all_that_is_wrong_with_a_session_that_was_held_is_said_at_once(supervisor: Client, shropshire: Org) -> None:
    address = reverse("supervision:session-log", args=[shropshire.worker.pk])
    sent = {"on_0": "9", "on_1": "12", "on_2": "2026", "starts": "10", "ends": "soon", "mode": "in_person"}

    page = supervisor.post(address, {**sent, "interrupted": "yes"}).content.decode()

    for sentence in (
        "That day has not come yet.",
        "Enter the end as a time like 14:30.",
        "Say how many minutes were lost to the interruption.",
    ):
        assert page.count(sentence) >= 2


def test_errors_of_a_cancellation_stand_in_the_order_of_the_page(supervisor: Client, shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))

    page = supervisor.post(reverse("supervision:session-cancel", args=[session.pk]), {"starts": ""}).content.decode()

    assert page.index("Choose which of the two of you cancelled.") < page.index("Say why the session is cancelled.")


def test_the_diary_leads_to_booking_for_those_who_supervise(
    supervisor: Client, shropshire: Org, sign_in: SignIn
) -> None:
    pages = [
        client.get(reverse("supervision:diary")).content.decode() for client in (supervisor, sign_in(shropshire.worker))
    ]

    assert ["Book a session with somebody you supervise" in page for page in pages] == [True, False]
