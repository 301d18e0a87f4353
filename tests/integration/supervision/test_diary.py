"""The diary: book, move, cancel, hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from core.errors import NotAllowed, RuleBroken
from staff.models import StaffMember
from supervision import services
from supervision.models import SessionMove, SupervisionSession
from supervision.rules import Cancelling, Times
from tests.org import Org
from trail.models import Entry

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)

Book = Callable[..., SupervisionSession]


def at_ten(on: date) -> Times:
    return Times(on=on, starts=time(10), ends=time(11, 30))


def cancelling(by: StaffMember, reason: str) -> Cancelling:
    """What Shropshire asks at least."""
    return Cancelling(by_id=by.pk, reason=reason, direct_contact=False)


@pytest.fixture
def book(shropshire: Org) -> Book:
    """Book a session of the worker as the supervisor."""

    def _book(on: date = date(2026, 11, 16), *, by: StaffMember | None = None) -> SupervisionSession:
        actor = shropshire.actor(by or shropshire.supervisor, on=MONDAY)
        return services.book_session(
            supervisee_id=shropshire.worker.pk, times=at_ten(on), mode="in_person", place="Room 4", actor=actor, at=NOON
        )

    return _book


def hold(
    org: Org, times: Times, *, session: SupervisionSession | None = None, at: datetime = NOON
) -> SupervisionSession:
    return services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=session.pk if session else None,
        times=times,
        mode="video",
        place="",
        actor=org.actor(org.supervisor, on=MONDAY),
        at=at,
    )


def test_a_booked_session_is_in_the_diary_of_both(book: Book, shropshire: Org) -> None:
    session = book()

    for person in (shropshire.worker, shropshire.supervisor):
        assert session in SupervisionSession.objects.visible_to(shropshire.actor(person))
    assert session not in SupervisionSession.objects.visible_to(shropshire.actor(shropshire.outsider))
    assert Entry.objects.filter(verb="session.booked", about_id=shropshire.worker.pk, via="supervisor").exists()


@pytest.mark.parametrize("name", ["worker", "team_manager", "head", "outsider"])
def test_nobody_but_the_supervisor_books(book: Book, shropshire: Org, name: str) -> None:
    with pytest.raises(NotAllowed, match="Only the supervisor of Amara Obi"):
        book(by=getattr(shropshire, name))

    assert not SupervisionSession.objects.exists()


def test_a_day_that_has_passed_cannot_be_booked(book: Book) -> None:
    with pytest.raises(RuleBroken, match="That day has passed") as refusal:
        book(date(2026, 11, 8))

    assert refusal.value.field == "on"


def test_two_sessions_at_the_same_time_are_refused(book: Book) -> None:
    book()

    with pytest.raises(RuleBroken, match="another session with this person at that time"):
        book()

    assert SupervisionSession.objects.count() == 1


def test_a_move_keeps_the_old_and_the_new_time(book: Book, shropshire: Org) -> None:
    session = book()

    services.move_session(
        session_id=session.pk, times=at_ten(date(2026, 11, 18)), actor=shropshire.actor(shropshire.supervisor), at=NOON
    )

    session.refresh_from_db()
    move = SessionMove.objects.get(session=session)
    assert session.on == date(2026, 11, 18)
    assert (move.from_on, move.to_on, move.moved_by_id) == (
        date(2026, 11, 16),
        date(2026, 11, 18),
        shropshire.supervisor.pk,
    )


@pytest.mark.req("R157")
def test_a_cancelled_session_says_who_and_why_and_a_new_one_can_be_booked(book: Book, shropshire: Org) -> None:
    session = book()

    services.cancel_session(
        session_id=session.pk,
        cancelling=cancelling(shropshire.worker, "Called to court at short notice"),
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON,
    )
    again = book()

    session.refresh_from_db()
    assert (session.status, session.cancelled_by_id, session.cancel_reason) == (
        "cancelled",
        shropshire.worker.pk,
        "Called to court at short notice",
    )
    assert again.pk != session.pk


@pytest.mark.parametrize(
    ("who", "reason", "field"),
    [("outsider", "Court", "cancelled_by"), ("worker", "  ", "reason")],
)
def test_a_cancellation_without_its_person_or_reason_is_refused(
    book: Book, shropshire: Org, who: str, reason: str, field: str
) -> None:
    session = book()

    with pytest.raises(RuleBroken) as refusal:
        services.cancel_session(
            session_id=session.pk,
            cancelling=cancelling(getattr(shropshire, who), reason),
            actor=shropshire.actor(shropshire.supervisor),
            at=NOON,
        )

    session.refresh_from_db()
    assert refusal.value.field == field
    assert session.is_planned


def test_a_cancelled_session_cannot_be_moved_or_held(book: Book, shropshire: Org) -> None:
    session = book(MONDAY)
    actor = shropshire.actor(shropshire.supervisor)
    services.cancel_session(
        session_id=session.pk, cancelling=cancelling(shropshire.supervisor, "Court"), actor=actor, at=NOON
    )

    with pytest.raises(RuleBroken, match="no longer booked"):
        services.move_session(session_id=session.pk, times=at_ten(date(2026, 12, 1)), actor=actor, at=NOON)
    with pytest.raises(RuleBroken, match="no longer booked"):
        hold(shropshire, at_ten(MONDAY), session=session)


@pytest.mark.req("R176", "R177", "R178")
def test_holding_a_session_opens_its_record_about_the_supervisee_in_the_supervisors_name(
    book: Book, shropshire: Org
) -> None:
    session = book(MONDAY)

    held = hold(shropshire, Times(on=MONDAY, starts=time(10, 5), ends=time(11, 20)), session=session)

    assert held.pk == session.pk
    assert (held.status, held.minutes, held.mode) == ("held", 75, "video")
    assert (held.record.subject_id, held.record.author_id) == (shropshire.worker.pk, shropshire.supervisor.pk)
    assert held.record.template_slug == "worker_record_app2"


def test_a_session_that_nobody_had_booked_can_be_recorded(shropshire: Org) -> None:
    held = hold(shropshire, at_ten(date(2026, 11, 6)))

    assert held.is_held
    assert held.record is not None


@pytest.mark.parametrize(
    ("times", "sentence", "field"),
    [
        (at_ten(date(2026, 11, 10)), "That day has not come yet", "on"),
        (Times(on=MONDAY, starts=time(14), ends=time(15)), "That time has not come yet", "starts"),
        (at_ten(date(2025, 3, 31)), "Your supervision of Amara Obi began on 1 April 2025", "on"),
        (Times(on=MONDAY, starts=time(10), ends=time(9)), "The end must be later than the start", "ends"),
        (Times(on=MONDAY, starts=time(1), ends=time(11)), "longer than eight hours", "ends"),
    ],
)
def test_a_session_that_cannot_have_been_held_is_refused(
    shropshire: Org, times: Times, sentence: str, field: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        hold(shropshire, times)

    assert refusal.value.field == field
    assert not SupervisionSession.objects.exists()


def test_the_same_form_sent_twice_holds_one_session(shropshire: Org) -> None:
    hold(shropshire, at_ten(date(2026, 11, 6)))

    with pytest.raises(RuleBroken, match="Nothing was added"):
        hold(shropshire, at_ten(date(2026, 11, 6)))

    assert SupervisionSession.objects.count() == 1
