"""Sessions on a day on which their supervisor is away, and what the home page says of the next session."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from staff.models import Absence, CategoryHeld, StaffMember, SupervisionRelationship
from supervision.models import SupervisionSession
from tests.cases_kit import child_with
from tests.diary_kit import booked, held
from tests.org import Org, SignIn

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
SESSION = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session(shropshire: Org) -> SupervisionSession:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 26))
    return booked(shropshire.worker, shropshire.supervisor, on=SESSION)


def away(org: Org, *, days: int | None = 5, expected: date | None = None, starts_on: date = date(2026, 11, 23)) -> None:
    ends_on = starts_on + timedelta(days=days) if days else None
    Absence.objects.create(
        person=org.supervisor, kind="annual_leave", starts_on=starts_on, ends_on=ends_on, expected_to=expected,
        recorded_at=NOW,
    )  # fmt: skip


def home(org: Org, sign_in: SignIn, who: StaffMember) -> str:
    return sign_in(who).get("/").content.decode()


def test_the_worker_the_supervisor_and_the_manager_above_are_asked(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    away(shropshire)

    worker, supervisor, manager = (
        home(shropshire, sign_in, who) for who in (shropshire.worker, shropshire.supervisor, shropshire.team_manager)
    )

    assert "Your supervision on Thursday 26 November 2026" in worker
    assert "Priya Nair is recorded as away on that day; ask for another date, or who covers." in worker
    assert reverse("supervision:session-move", args=[session.pk]) in supervisor
    assert "You are recorded as away on that day" in supervisor
    assert f'href="{reverse("staff:cover", args=[shropshire.supervisor.pk])}"' in manager
    assert "Supervision of Amara Obi on Thursday 26 November 2026" in manager
    assert "annual" not in (worker + supervisor + manager).lower()


@pytest.mark.parametrize(
    "dates",
    [
        {"days": 3},
        {"days": None, "expected": SESSION},
        {"starts_on": date(2026, 11, 27)},
    ],
)
def test_days_before_and_after_it_ask_nothing(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn, dates: dict[str, object]
) -> None:
    away(shropshire, **dates)  # type: ignore[arg-type]

    assert "recorded as away" not in home(shropshire, sign_in, shropshire.worker)


def test_an_absence_without_a_known_end_asks(shropshire: Org, session: SupervisionSession, sign_in: SignIn) -> None:
    away(shropshire, days=None)

    assert "recorded as away" in home(shropshire, sign_in, shropshire.worker)


def test_where_somebody_covers_the_cover_can_move_it_and_the_manager_is_not_asked(
    shropshire: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    away(shropshire)
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker, supervisor=shropshire.outsider, kind="cover", starts_on=TODAY, recorded_at=NOW,
        covers_for=shropshire.supervisor, sees_from=TODAY,
    )  # fmt: skip

    cover, manager = (home(shropshire, sign_in, who) for who in (shropshire.outsider, shropshire.team_manager))

    assert "Whoever moves it holds it." in cover
    assert "recorded as away" not in manager
    assert "somebody covers: it can be with them." in home(shropshire, sign_in, shropshire.worker)


# What the next session is to deal with


@pytest.mark.parametrize("number", [0, 2])
def test_home_and_diary_say_how_many_children_are_due_by_the_next_session(
    shropshire: Org, sign_in: SignIn, number: int
) -> None:
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 12))
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 12, 10))
    child_with(shropshire.worker, discussed=(date(2026, 10, 1), date(2026, 11, 1)))
    for _ in range(number):
        child_with(shropshire.worker, discussed=(date(2026, 8, 10), date(2026, 9, 11)))
    worker, supervisor = sign_in(shropshire.worker), sign_in(shropshire.supervisor)

    pages = [
        worker.get("/").content.decode(),
        worker.get(reverse("supervision:diary")).content.decode(),
        supervisor.get(reverse("supervision:diary")).content.decode(),
    ]

    assert [page.count("2 children due by then") for page in pages] == [number // 2] * 3


# A group that is owed


def test_where_a_group_is_owed_the_way_to_book_leads_to_a_group(shropshire: Org, sign_in: SignIn) -> None:
    CategoryHeld.objects.filter(person=shropshire.worker).update(category="sw_non_case_holding")
    book, group = reverse("supervision:session-book", args=[shropshire.worker.pk]), reverse("supervision:group-book")
    client = sign_in(shropshire.supervisor)
    before = client.get("/").content.decode()
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 12))

    after = client.get("/").content.decode()
    team = client.get(reverse("supervision:team")).content.decode()
    person = client.get(reverse("supervision:person-detail", args=[shropshire.worker.pk])).content.decode()

    assert book in before
    assert group not in before
    assert f'href="{group}"' in after
    assert "Book a group" in after
    assert f'href="{group}">book a group' in team
    assert "Book a group" in person
    assert book in person
