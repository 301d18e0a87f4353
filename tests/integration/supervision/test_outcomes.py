"""What became of a session: cancelled as the policy asks, somebody did not come, cut short, entered by mistake."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import NotAllowed, RuleBroken
from policies import services as policies
from staff.models import StaffMember
from supervision import selectors, services
from supervision.models import SessionUndo, SupervisionSession
from supervision.rules import Cancelling, Course, Times
from supervision.selectors import Wanted
from tests.diary_kit import booked, held
from tests.org import RECORDED, Org, SignIn, put_under
from tests.records_kit import load_templates
from trail.models import Entry

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
WEDNESDAY = date(2026, 12, 2)
TEN = datetime(2026, 12, 2, 10, tzinfo=UTC)


def at_two(on: date) -> Times:
    return Times(on, time(14), time(15, 30))


def adopt(org: Org, slug: str, category: str) -> Org:
    policies.adopt(slug=slug, starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category=category)
    return org


@pytest.fixture
def st_helens(org: Org) -> Org:
    return adopt(org, "st-helens", "social_worker")


@pytest.fixture
def family_safeguarding(org: Org) -> Org:
    return adopt(org, "family-safeguarding-003", "practitioner")


def cancel(
    org: Org, session: SupervisionSession, *, at: datetime = TEN, rebook: Times | None = None, **said: Any
) -> SupervisionSession:
    values = {"by_id": org.worker.pk, "reason": "Court all day", "direct_contact": False, **said}
    return services.cancel_session(
        session_id=session.pk,
        cancelling=Cancelling(**values),
        rebook=rebook,
        actor=org.actor(org.supervisor, on=at.date()),
        at=at,
    )


def miss(
    org: Org,
    session: SupervisionSession,
    *,
    by: StaffMember | None = None,
    at: datetime = NOON,
    reason: str = "Not known",
) -> SupervisionSession:
    return services.note_not_attended(
        session_id=session.pk,
        missed_by_id=(by or org.worker).pk,
        reason=reason,
        actor=org.actor(org.supervisor, on=at.date()),
        at=at,
    )


def assessment(org: Org, on: date) -> Any:
    return selectors.statuses(people=[org.worker.pk], on=on)[org.worker.pk]


# Cancelled


@pytest.mark.req("R082", "R157")
@pytest.mark.scenario(14, "a")
def test_a_session_cancelled_because_of_court_leaves_the_due_date_as_it_was(st_helens: Org) -> None:
    held(st_helens.worker, st_helens.supervisor, on=date(2026, 11, 6))
    session = booked(st_helens.worker, st_helens.supervisor, on=WEDNESDAY)
    before = assessment(st_helens, WEDNESDAY).due_on

    cancel(st_helens, session)

    assert before == date(2026, 12, 4)
    assert assessment(st_helens, WEDNESDAY).due_on == before


@pytest.mark.req("R082")
@pytest.mark.scenario(14, "d")
def test_shropshire_asks_for_direct_contact_and_keeps_which_urgent_issues_were_dealt_with(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=WEDNESDAY)
    with pytest.raises(RuleBroken, match="whether the two of you spoke") as refusal:
        cancel(shropshire, session, direct_contact=None)

    cancel(
        shropshire,
        session,
        direct_contact=True,
        contact_on=WEDNESDAY,
        contact_by_id=shropshire.supervisor.pk,
        urgent_issues="Safety plan for tonight",
    )

    session.refresh_from_db()
    assert refusal.value.field == "direct_contact"
    assert (session.direct_contact, session.contact_on, session.contact_by_id, session.urgent_issues) == (
        True,
        WEDNESDAY,
        shropshire.supervisor.pk,
        "Safety plan for tonight",
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"direct_contact": True}, "contact_on"),
        ({"direct_contact": True, "contact_on": date(2026, 12, 3)}, "contact_on"),
        ({"direct_contact": True, "contact_on": WEDNESDAY}, "contact_by"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_missing_of_a_cancellation_is_said_beside_its_field(
    shropshire: Org, said: dict[str, Any], field: str
) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=WEDNESDAY)

    with pytest.raises(RuleBroken) as refusal:
        cancel(shropshire, session, **said)

    session.refresh_from_db()
    assert refusal.value.field == field
    assert session.is_planned


@pytest.mark.req("R157", "R332")
@pytest.mark.scenario(14, "e")
@pytest.mark.parametrize("exceptional", [True, False])
def test_003_wants_an_exceptional_reason_or_keeps_that_it_is_none(family_safeguarding: Org, exceptional: bool) -> None:
    session = booked(family_safeguarding.worker, family_safeguarding.supervisor, on=WEDNESDAY)
    with pytest.raises(RuleBroken, match="whether the reason is exceptional") as refusal:
        cancel(family_safeguarding, session, exceptional=None)

    cancel(family_safeguarding, session, exceptional=exceptional)

    session.refresh_from_db()
    assert refusal.value.field == "exceptional"
    assert session.exceptional is exceptional


@pytest.mark.req("R332")
@pytest.mark.scenario(14, "e")
def test_reasons_that_are_not_exceptional_are_reported_of_the_year(family_safeguarding: Org, sign_in: SignIn) -> None:
    org = family_safeguarding
    for on, exceptional in [(WEDNESDAY, False), (date(2026, 12, 3), True), (date(2026, 12, 4), False)]:
        cancel(org, booked(org.worker, org.supervisor, on=on), exceptional=exceptional)

    def page(reader: StaffMember, on: date) -> Any:
        return selectors.person_page(person=org.worker, actor=org.actor(reader, on=on), on=on, number="1")

    assert page(org.supervisor, date(2026, 12, 7)).last_year.not_exceptional == 2
    assert page(org.supervisor, date(2027, 12, 3)).last_year.not_exceptional == 1
    with time_machine.travel(datetime(2026, 12, 7, 12, tzinfo=UTC), tick=False):
        address = reverse("supervision:person-detail", args=[org.worker.pk])
        assert "not for an exceptional reason: 2" in sign_in(org.supervisor).get(address).content.decode()


@pytest.mark.req("R295")
def test_every_date_that_was_offered_is_kept_beside_those_that_were_held(st_helens: Org) -> None:
    org = st_helens
    held(org.worker, org.supervisor, on=date(2026, 10, 5))
    cancel(org, booked(org.worker, org.supervisor, on=date(2026, 11, 2)), at=NOON)
    miss(org, booked(org.worker, org.supervisor, on=date(2026, 11, 3)), at=NOON)
    moved = booked(org.worker, org.supervisor, on=WEDNESDAY)
    services.move_session(
        session_id=moved.pk,
        times=at_two(date(2026, 12, 4)),
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )

    page = selectors.person_page(person=org.worker, actor=org.actor(org.supervisor, on=MONDAY), on=MONDAY, number="1")
    moved.refresh_from_db()
    of_session = selectors.session_page(session=moved, actor=org.actor(org.supervisor, on=MONDAY))

    assert [(row.on, row.status) for row in page.past.object_list] == [
        (date(2026, 11, 3), "did_not_attend"),
        (date(2026, 11, 2), "cancelled"),
        (date(2026, 10, 5), "held"),
    ]
    assert [row.on for row in page.booked] == [date(2026, 12, 4)]
    assert [(move.from_on, move.to_on) for move in of_session.moves] == [(WEDNESDAY, date(2026, 12, 4))]


@pytest.mark.req("R157", "R298")
@pytest.mark.scenario(14, "b")
def test_st_helens_wants_another_date_by_the_end_of_the_day_or_the_manager_is_on_the_list(st_helens: Org) -> None:
    session = booked(st_helens.worker, st_helens.supervisor, on=WEDNESDAY)
    cancel(st_helens, session)
    above = st_helens.actor(st_helens.team_manager, on=WEDNESDAY)

    same_day = selectors.late_to_rebook(actor=above, on=WEDNESDAY)
    next_day = selectors.late_to_rebook(actor=above, on=WEDNESDAY + timedelta(days=1))
    services.book_session(
        supervisee_id=st_helens.worker.pk,
        times=at_two(date(2026, 12, 4)),
        mode="phone",
        place="",
        actor=st_helens.actor(st_helens.supervisor, on=date(2026, 12, 3)),
        at=TEN + timedelta(days=1),
    )

    assert same_day == []
    assert [(row.supervisor, row.name, row.by) for row in next_day] == [("Priya Nair", "Amara Obi", WEDNESDAY)]
    assert selectors.late_to_rebook(actor=above, on=date(2026, 12, 4)) == []


def test_the_list_of_those_above_reads_the_diaries_of_those_alone_who_wait(st_helens: Org) -> None:
    booked(st_helens.supervisor, st_helens.team_manager, on=WEDNESDAY)
    cancel(st_helens, booked(st_helens.worker, st_helens.supervisor, on=WEDNESDAY))
    head = st_helens.actor(st_helens.head, on=WEDNESDAY)

    with CaptureQueriesContext(connection) as asked:
        found = selectors.late_to_rebook(actor=head, on=WEDNESDAY + timedelta(days=1))

    (diaries,) = [query["sql"] for query in asked if "AS session" in query["sql"]]
    assert [row.name for row in found] == ["Amara Obi"]
    assert str(st_helens.worker.pk) in diaries
    assert str(st_helens.supervisor.pk) not in diaries


@pytest.mark.req("R082", "R157")
def test_a_cancelled_session_stays_on_the_list_until_another_date_is_booked(shropshire: Org) -> None:
    booked(shropshire.worker, shropshire.supervisor, on=date(2027, 1, 11))
    session = booked(shropshire.worker, shropshire.supervisor, on=WEDNESDAY)
    on = WEDNESDAY

    def to_rebook() -> list[Any]:
        found = selectors.overviews(people=[shropshire.worker.pk], on=on)[shropshire.worker.pk].to_rebook
        return [row.pk for row in found]

    cancel(shropshire, session)
    waiting = to_rebook()
    services.book_session(
        supervisee_id=shropshire.worker.pk,
        times=at_two(date(2026, 12, 4)),
        mode="phone",
        place="",
        actor=shropshire.actor(shropshire.supervisor, on=on),
        at=TEN + timedelta(hours=1),
    )

    assert waiting == [session.pk]
    assert to_rebook() == []


@pytest.mark.req("R082")
def test_another_date_can_be_booked_in_the_same_step_and_a_clash_there_cancels_nothing(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=WEDNESDAY)
    put_under(shropshire.outsider, shropshire.supervisor)
    booked(shropshire.outsider, shropshire.supervisor, on=date(2026, 12, 4))

    with pytest.raises(RuleBroken, match="You have supervision with Oscar Reed from 9:00 to 10:30"):
        cancel(shropshire, session, rebook=Times(date(2026, 12, 4), time(10), time(11)))
    session.refresh_from_db()
    planned = session.is_planned
    cancel(shropshire, session, rebook=at_two(date(2026, 12, 4)))

    assert planned
    new = SupervisionSession.objects.planned().get(supervisee=shropshire.worker)
    assert (new.on, new.starts) == (date(2026, 12, 4), time(14))
    assert selectors.overviews(people=[shropshire.worker.pk], on=WEDNESDAY)[shropshire.worker.pk].to_rebook == ()


# Somebody did not come


@pytest.mark.req("R094")
def test_who_did_not_come_is_counted_apart_from_who_cancelled_and_for_nothing_else(shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 5))
    due = assessment(shropshire, MONDAY)
    for on, by in [(date(2026, 11, 2), shropshire.worker), (date(2026, 11, 3), shropshire.supervisor)]:
        miss(shropshire, booked(shropshire.worker, shropshire.supervisor, on=on), by=by)
    cancel(shropshire, booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 5)), at=NOON)
    cancel(shropshire, booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 6)), at=NOON)

    page = selectors.person_page(
        person=shropshire.worker, actor=shropshire.actor(shropshire.supervisor), on=MONDAY, number="1"
    )

    counts = page.last_year
    assert (counts.held, counts.cancelled_by_supervisee, counts.cancelled_by_supervisor) == (1, 2, 0)
    assert (counts.missed_by_supervisee, counts.missed_by_supervisor) == (1, 1)
    now = assessment(shropshire, MONDAY)
    assert now.due_on == due.due_on
    assert [row.counted for row in now.rules if row.atom in ("held", "monthly")] == [
        row.counted for row in due.rules if row.atom in ("held", "monthly")
    ]


def test_nobody_has_stayed_away_from_a_session_that_has_not_begun(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 10))

    with pytest.raises(RuleBroken, match="has not begun yet"):
        miss(shropshire, session)


@pytest.mark.parametrize(
    ("who", "reason", "field"), [("outsider", "Ill-timed", "missed_by"), ("worker", " ", "reason")]
)
def test_who_did_not_come_and_why_must_be_said(shropshire: Org, who: str, reason: str, field: str) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=MONDAY)

    with pytest.raises(RuleBroken) as refusal:
        miss(shropshire, session, by=getattr(shropshire, who), reason=reason)

    assert refusal.value.field == field


# Held, and how


@pytest.mark.req("R081", "R146")
@pytest.mark.parametrize(("ends", "lost", "counts"), [(time(11, 30), 0, 1), (time(11, 30), 20, 0), (time(11), 0, 0)])
def test_only_undisturbed_minutes_count_and_how_it_went_is_kept(
    shropshire: Org, ends: time, lost: int, counts: int
) -> None:
    load_templates()
    course = Course(
        interrupted=lost > 0,
        minutes_lost=lost,
        private_place=True,
        cut_short_reason="An urgent visit" if ends < time(11, 30) else "",
        left_over="Training" if ends < time(11, 30) else "",
    )

    session = services.hold_session(
        supervisee_id=shropshire.worker.pk,
        session_id=None,
        times=Times(MONDAY, time(10), ends),
        mode="in_person",
        place="",
        course=course,
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON,
    )

    session.refresh_from_db()
    ten_a_year = next(row for row in assessment(shropshire, MONDAY).rules if row.atom == "held")
    assert ten_a_year.counted == counts
    assert (session.interrupted, session.minutes_lost, session.private_place) == (lost > 0, lost, True)
    assert session.shown_status == ("cut_short" if ends < time(11, 30) else "held")
    assert session.left_over == course.left_over


@pytest.mark.parametrize(
    ("course", "field"),
    [
        (Course(minutes_lost=5), "interrupted"),
        (Course(interrupted=True), "minutes_lost"),
        (Course(interrupted=True, minutes_lost=90), "minutes_lost"),
    ],
)
def test_what_cannot_be_true_of_a_session_is_refused(shropshire: Org, course: Course, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        services.hold_session(
            supervisee_id=shropshire.worker.pk,
            session_id=None,
            times=Times(MONDAY, time(10), time(11, 30)),
            mode="in_person",
            place="",
            course=course,
            actor=shropshire.actor(shropshire.supervisor),
            at=NOON,
        )

    assert refusal.value.field == field


def test_nobody_held_two_sessions_at_once_but_a_mere_booking_is_in_no_ones_way(shropshire: Org) -> None:
    load_templates()
    put_under(shropshire.outsider, shropshire.supervisor)
    other = booked(shropshire.outsider, shropshire.supervisor, on=MONDAY)
    times = Times(MONDAY, time(9, 30), time(11))

    def hold() -> SupervisionSession:
        return services.hold_session(
            supervisee_id=shropshire.worker.pk,
            session_id=None,
            times=times,
            mode="in_person",
            place="",
            actor=shropshire.actor(shropshire.supervisor),
            at=NOON,
        )

    SupervisionSession.objects.filter(pk=other.pk).update(status="held", closed_at=NOON)
    with pytest.raises(RuleBroken, match="You have supervision with Oscar Reed from 9:00 to 10:30"):
        hold()
    SupervisionSession.objects.filter(pk=other.pk).update(status="planned", closed_at=None)

    assert hold().is_held


@pytest.mark.req("R085")
def test_a_held_session_without_a_signed_record_is_something_to_do(shropshire: Org) -> None:
    session = held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 4))

    page = selectors.diary_page(actor=shropshire.actor(shropshire.supervisor), on=MONDAY, wanted=Wanted())
    workers = selectors.diary_page(actor=shropshire.actor(shropshire.worker), on=MONDAY, wanted=Wanted())

    assert [(row.session.pk, row.other_name) for row in page.to_write] == [(session.pk, "Amara Obi")]
    assert workers.to_write == []


# Put right


@pytest.mark.parametrize("how", [cancel, miss])
def test_a_wrong_button_is_put_right_on_the_same_day_and_what_stood_is_kept(shropshire: Org, how: Any) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=MONDAY)
    how(shropshire, session, at=NOON)

    services.undo_outcome(
        session_id=session.pk, actor=shropshire.actor(shropshire.supervisor), at=NOON + timedelta(hours=2)
    )

    session.refresh_from_db()
    undo = SessionUndo.objects.get(session=session)
    assert session.is_planned
    assert (session.closed_at, session.cancel_reason, session.missed_reason) == (None, "", "")
    assert undo.reason in ("Court all day", "Not known")
    assert undo.said_by_id == shropshire.worker.pk
    assert Entry.objects.filter(verb="session.outcome_undone", about_id=shropshire.worker.pk).exists()


def test_it_stands_from_the_next_day_on_and_others_cannot_put_it_right(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=MONDAY)
    cancel(shropshire, session, at=NOON)
    tomorrow = NOON + timedelta(days=1)

    with pytest.raises(RuleBroken, match="entered on an earlier day"):
        services.undo_outcome(
            session_id=session.pk, actor=shropshire.actor(shropshire.supervisor, on=tomorrow.date()), at=tomorrow
        )
    with pytest.raises(NotAllowed):
        services.undo_outcome(session_id=session.pk, actor=shropshire.actor(shropshire.worker), at=NOON)

    assert not SessionUndo.objects.exists()


def test_it_cannot_be_put_right_once_somebody_else_has_the_time(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=WEDNESDAY)
    cancel(shropshire, session, at=NOON)
    put_under(shropshire.outsider, shropshire.supervisor)
    booked(shropshire.outsider, shropshire.supervisor, on=WEDNESDAY)

    with pytest.raises(RuleBroken, match="You have supervision with Oscar Reed"):
        services.undo_outcome(session_id=session.pk, actor=shropshire.actor(shropshire.supervisor), at=NOON)
