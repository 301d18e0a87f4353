"""Scenario 10: a supervisor of seven is away for more than a month (Shropshire)."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.urls import reverse

from core.clock import date_of
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from records.access import reads_in_full
from records.models import Action, Record
from staff import services as staff
from staff.cover import selectors, services
from staff.days import services as days
from staff.models import StaffMember, SupervisionRelationship
from supervision import services as supervision
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.selectors import statuses
from tests.integration.scenarios.kit import countersign, hold, sign, write
from tests.org import Org, SignIn, add_person, put_under
from trail.models import Entry

MONDAY = date(2026, 10, 5)
NAMES = ("Ada Ash", "Ben Birch", "Cal Cedar", "Dee Dogwood", "Eli Elm", "Fay Fir")
FRIDAY = datetime(2026, 11, 6, 12, tzinfo=UTC)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def seven(shropshire: Org) -> list[StaffMember]:
    """The worker and six more, all supervised by the same person."""
    people = [add_person(name, team=shropshire.team, job_title="Social worker") for name in NAMES]
    for person in people:
        put_under(person, shropshire.supervisor)
    return [shropshire.worker, *people]


def be_away(org: Org, *, entered: date = MONDAY, **more: date | None) -> None:
    dates = {"starts_on": MONDAY, "last_day": None, "expected_to": None} | more
    days.add_absence(
        person_id=org.supervisor.pk,
        kind="sickness",
        actor=org.actor(org.team_manager, on=entered),
        at=noon(entered),
        **dates,
    )


def home(org: Org, sign_in: SignIn, who: StaffMember, *, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        return sign_in(who).get("/").content.decode()


def name_cover(org: Org, people: list[StaffMember], *, at: datetime = FRIDAY, **more: object) -> None:
    arguments: dict[str, object] = {
        "supervisor_id": org.supervisor.pk,
        "supervisees": [person.pk for person in people],
        "to_id": org.outsider.pk,
        "starts_on": date_of(at),
        "last_day": None,
        "sees_from": MONDAY,
        "actor": org.actor(org.team_manager, on=date_of(at)),
        "at": at,
    }
    services.name_cover(**(arguments | more))  # type: ignore[arg-type]


def test_whoever_covers_for_several_hears_of_it_once(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire)
    Job.objects.all().delete()

    name_cover(shropshire, seven)

    told = Job.objects.filter(task="notifications.tasks.notify").values_list("arguments", flat=True)
    (of_cover,) = [each for each in told if each["person_id"] == str(shropshire.outsider.pk)]
    assert of_cover["kind"] == "cover_named"
    assert [each["kind"] for each in told if each["person_id"] == str(shropshire.supervisor.pk)] == [
        "relations_changed"
    ]
    assert {each["person_id"] for each in told} >= {str(person.pk) for person in seven}
    with time_machine.travel(FRIDAY, tick=False):
        assert sign_in(shropshire.outsider).get(of_cover["path"]).status_code == 200
        assert sign_in(shropshire.worker).get(of_cover["path"]).status_code == 200, "before cover begins, too"


@pytest.mark.scenario(10, "a")
@pytest.mark.req("R046")
def test_on_the_day_after_a_month_the_line_manager_has_a_task_that_names_all_seven(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire)

    thursday = home(shropshire, sign_in, shropshire.team_manager, at=noon(date(2026, 11, 5)))
    friday = home(shropshire, sign_in, shropshire.team_manager, at=FRIDAY)
    services.ask_for_cover(on=date(2026, 11, 5))
    assert not Job.objects.filter(arguments__kind="cover_wanted").exists()
    services.ask_for_cover(on=FRIDAY.date())

    assert "Name cover for Priya Nair" not in thursday
    assert "Name cover for Priya Nair" in friday
    assert all(person.name in friday for person in seven)
    told = Job.objects.get(arguments__kind="cover_wanted").arguments
    assert told["person_id"] == str(shropshire.team_manager.pk)
    assert told["path"] == reverse("staff:cover", args=[shropshire.supervisor.pk])
    assert "Name cover" not in home(shropshire, sign_in, shropshire.head, at=FRIDAY)


@pytest.mark.scenario(10, "a")
def test_the_page_lists_each_of_the_seven_and_whether_they_have_cover(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven[:2])

    with time_machine.travel(FRIDAY, tick=False):
        page = sign_in(shropshire.team_manager).get(reverse("staff:cover", args=[shropshire.supervisor.pk]))

    away = page.context["away"]
    assert [row.name for row in away.supervisees] == sorted(person.name for person in seven)
    assert len(away.uncovered) == 5
    words = page.content.decode()
    assert "Each supervisee is to have cover since" in words
    assert words.count("Oscar Reed") >= 2


@pytest.mark.scenario(10, "b")
@pytest.mark.req("R046")
def test_twelve_weeks_recorded_on_the_first_day_ask_at_once(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire, expected_to=date(2026, 12, 28))

    assert "Name cover for Priya Nair" in home(shropshire, sign_in, shropshire.team_manager, at=noon(MONDAY))
    assert Job.objects.filter(arguments__kind="cover_wanted", arguments__person_id=str(shropshire.team_manager.pk))


def test_an_absence_that_turns_out_longer_asks_on_the_day_on_which_that_is_entered(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire, expected_to=date(2026, 10, 19))
    absence = shropshire.supervisor.absences.get()
    days.change_absence(
        absence_id=absence.pk,
        kind="sickness",
        starts_on=MONDAY,
        last_day=None,
        expected_to=date(2026, 12, 28),
        actor=shropshire.actor(shropshire.team_manager, on=date(2026, 10, 19)),
        at=noon(date(2026, 10, 19)),
    )

    [first, *_] = selectors.uncovered_supervisees(on=date(2026, 10, 19))
    assert first.due_on == date(2026, 10, 19)


@pytest.mark.scenario(10, "c")
@pytest.mark.req("R046")
def test_the_task_closes_only_when_each_of_the_seven_has_cover(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven[:4])
    name_cover(shropshire, seven[4:6], to_id=shropshire.head.pk)

    six = home(shropshire, sign_in, shropshire.team_manager, at=FRIDAY)
    assert "Name cover for Priya Nair" in six
    assert "Without cover: Fay Fir." in six
    assert [row.name for row in selectors.uncovered_supervisees(on=FRIDAY.date())] == ["Fay Fir"]

    name_cover(shropshire, seven[6:])

    assert "Name cover" not in home(shropshire, sign_in, shropshire.team_manager, at=FRIDAY)
    assert selectors.uncovered_supervisees(on=FRIDAY.date()) == []


@pytest.mark.scenario(10, "c")
def test_it_closes_too_when_the_supervisor_is_back(shropshire: Org, seven: list[StaffMember], sign_in: SignIn) -> None:
    be_away(shropshire)
    absence = shropshire.supervisor.absences.get()
    days.change_absence(
        absence_id=absence.pk,
        kind="sickness",
        starts_on=MONDAY,
        last_day=date(2026, 11, 8),
        expected_to=None,
        actor=shropshire.actor(shropshire.team_manager, on=FRIDAY.date()),
        at=FRIDAY,
    )

    assert "Name cover" in home(shropshire, sign_in, shropshire.team_manager, at=noon(date(2026, 11, 8)))
    assert "Name cover" not in home(shropshire, sign_in, shropshire.team_manager, at=noon(date(2026, 11, 9)))


@pytest.mark.scenario(10, "d")
def test_the_access_of_a_cover_begins_and_ends_with_the_cover(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven, starts_on=date(2026, 11, 9), last_day=date(2026, 11, 30))
    address = reverse("supervision:person-detail", args=[shropshire.worker.pk])

    seen = {}
    for day in (date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 30), date(2026, 12, 1)):
        with time_machine.travel(noon(day), tick=False):
            seen[day.isoformat()] = sign_in(shropshire.outsider).get(address).status_code

    assert list(seen.values()) == [404, 200, 200, 404]
    refused = Entry.objects.filter(verb="refused", actor_id=shropshire.outsider.pk)
    assert refused.count() == 2


@pytest.mark.scenario(10, "d")
@pytest.mark.req("R177")
def test_a_session_of_the_cover_counts_and_its_record_names_the_cover(
    shropshire: Org, seven: list[StaffMember]
) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven)
    monday = date(2026, 11, 9)
    before = statuses(people=[shropshire.worker.pk], on=monday)[shropshire.worker.pk]
    session = supervision.hold_session(
        supervisee_id=shropshire.worker.pk,
        session_id=None,
        times=Times(on=monday, starts=time(9), ends=time(10, 30)),
        mode="in_person",
        place="",
        actor=shropshire.actor(shropshire.outsider, on=monday),
        at=noon(monday),
    )
    after = statuses(people=[shropshire.worker.pk], on=monday)[shropshire.worker.pk]

    assert session.supervisor == shropshire.outsider
    assert (before.rules[0].counted, after.rules[0].counted) == (0, 1)


@pytest.mark.scenario(10, "d")
def test_a_cover_sees_nothing_of_before_the_day_that_the_line_manager_sets(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    old, new = [_sealed(shropshire, on=day) for day in (date(2026, 9, 14), date(2026, 10, 2))]
    be_away(shropshire)
    name_cover(shropshire, seven, sees_from=date(2026, 10, 1))
    cover = shropshire.actor(shropshire.outsider, on=FRIDAY.date())

    assert cover.limited == {person.pk for person in seven}
    assert set(Record.objects.visible_to(cover)) == {new}
    assert set(Record.objects.readable_in_full_by(cover)) == {new}
    assert {action.record for action in Action.objects.visible_to(cover)} == {new}
    assert {session.record for session in SupervisionSession.objects.visible_to(cover)} == {new}
    with time_machine.travel(FRIDAY, tick=False):
        browser = sign_in(shropshire.outsider)
        codes = [browser.get(reverse("records:record-detail", args=[each.pk])).status_code for each in (old, new)]
        page = browser.get(reverse("supervision:person-detail", args=[shropshire.worker.pk])).content.decode()
    assert codes == [404, 200]
    assert "2 October 2026" in page
    assert reverse("supervision:session-detail", args=[old.session.pk]) not in page


def test_who_supervises_in_another_way_too_sees_everything(shropshire: Org, seven: list[StaffMember]) -> None:
    old = _sealed(shropshire, on=date(2026, 9, 14))
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker,
        supervisor=shropshire.outsider,
        kind=SupervisionRelationship.Kind.PROFESSIONAL,
        starts_on=MONDAY,
        recorded_at=noon(MONDAY),
    )
    be_away(shropshire)
    name_cover(shropshire, seven)

    cover = shropshire.actor(shropshire.outsider, on=FRIDAY.date())

    assert shropshire.worker.pk not in cover.limited
    assert old in Record.objects.visible_to(cover)


def test_next_up_who_covers_reads_what_was_before_as_next_up_with_health_masked(
    shropshire: Org, seven: list[StaffMember]
) -> None:
    old = _sealed(shropshire, on=date(2026, 9, 14))
    be_away(shropshire)
    name_cover(
        shropshire, seven, to_id=shropshire.team_manager.pk, actor=shropshire.actor(shropshire.head, on=FRIDAY.date())
    )
    manager = shropshire.actor(shropshire.team_manager, on=FRIDAY.date())

    assert old in Record.objects.visible_to(manager)
    assert old not in Record.objects.readable_in_full_by(manager)
    assert not reads_in_full(manager, old)


def _sealed(org: Org, *, on: date) -> Record:
    at = datetime(on.year, on.month, on.day, 15, tzinfo=UTC)
    record = hold(org, on=on, at=at)
    action = {"what": f"Call on {on}", "who": "Amara Obi", "who_id": str(org.worker.pk), "by": "", "priority": ""}
    write(org, record, "workload", by=org.supervisor, at=at, discussed="Eleven children.", actions=[action])
    sign(org, record, at=at)
    countersign(org, record, at=at)
    return record


# What cannot be named


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"starts_on": date(2026, 11, 5)}, "starts_on", "cannot begin in the past"),
        ({"last_day": date(2026, 11, 5)}, "last_day", "cannot lie before its first"),
        ({"sees_from": date(2026, 11, 7)}, "sees_from", "or an earlier day"),
        ({"supervisees": []}, "supervisees", "Choose people whom Priya Nair supervises"),
    ],
)
def test_days_and_people_that_do_not_fit_are_refused_beside_their_field(
    shropshire: Org, seven: list[StaffMember], more: dict[str, object], field: str, words: str
) -> None:
    be_away(shropshire)

    with pytest.raises(RuleBroken, match=words) as refused:
        name_cover(shropshire, seven, **more)  # type: ignore[arg-type]

    assert refused.value.field == field
    assert not SupervisionRelationship.objects.cover().exists()


def test_nobody_covers_for_themselves_for_who_supervises_them_or_at_their_own_choice(
    shropshire: Org, seven: list[StaffMember]
) -> None:
    be_away(shropshire)

    with pytest.raises(RuleBroken, match="is the one who is away"):
        name_cover(shropshire, seven, to_id=shropshire.supervisor.pk)
    with pytest.raises(RuleBroken, match="cannot cover for Ben Birch"):
        name_cover(shropshire, seven, to_id=seven[2].pk)
    with pytest.raises(RuleBroken, match="nobody gives this to themselves"):
        name_cover(shropshire, seven, to_id=shropshire.team_manager.pk)


@pytest.mark.parametrize("who", ["supervisor", "worker", "outsider", "hr", "sysadmin"])
def test_only_the_line_manager_and_those_above_name_cover(shropshire: Org, seven: list[StaffMember], who: str) -> None:
    be_away(shropshire)

    with pytest.raises(NotAllowed):
        name_cover(shropshire, seven, actor=shropshire.actor(getattr(shropshire, who), on=FRIDAY.date()))


def test_cover_needs_an_absence(shropshire: Org, seven: list[StaffMember]) -> None:
    with pytest.raises(RuleBroken, match="not entered as away"):
        name_cover(shropshire, seven)


def test_who_is_away_too_can_be_named_knowingly(shropshire: Org, seven: list[StaffMember]) -> None:
    be_away(shropshire)
    days.add_absence(
        person_id=shropshire.outsider.pk,
        kind="annual_leave",
        starts_on=date(2026, 11, 16),
        last_day=date(2026, 11, 20),
        expected_to=None,
        actor=shropshire.actor(shropshire.outsider, on=MONDAY),
        at=noon(MONDAY),
    )

    with pytest.raises(RuleBroken, match=r"^Oscar Reed may not be available\. Ask them first") as refused:
        name_cover(shropshire, seven)
    assert refused.value.field == "although_away"
    assert "November" not in str(refused.value)
    put_under(shropshire.outsider, shropshire.team_manager)
    with pytest.raises(RuleBroken, match="Oscar Reed is away, too, from 16 November 2026"):
        name_cover(shropshire, seven)
    name_cover(shropshire, seven, although_away=True)

    assert SupervisionRelationship.objects.cover().count() == 7


def test_a_cover_who_is_away_for_long_leaves_people_without_one(shropshire: Org, seven: list[StaffMember]) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven)
    days.add_absence(
        person_id=shropshire.outsider.pk,
        kind="annual_leave",
        starts_on=FRIDAY.date(),
        last_day=date(2027, 2, 1),
        expected_to=None,
        actor=shropshire.actor(shropshire.outsider, on=FRIDAY.date()),
        at=FRIDAY,
    )

    assert len(selectors.uncovered_supervisees(on=FRIDAY.date())) == 7


# Its end


@pytest.mark.req("R046")
def test_when_the_supervisor_is_back_the_line_manager_is_asked_to_end_it_and_confirms(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven)
    absence = shropshire.supervisor.absences.get()
    days.change_absence(
        absence_id=absence.pk,
        kind="sickness",
        starts_on=MONDAY,
        last_day=date(2026, 11, 15),
        expected_to=None,
        actor=shropshire.actor(shropshire.team_manager, on=FRIDAY.date()),
        at=FRIDAY,
    )
    back = noon(date(2026, 11, 16))
    key = f"{absence.pk}/2026-11-16"
    assert Job.objects.filter(arguments__kind="cover_wanted", arguments__key=key).count() == 1
    asked = home(shropshire, sign_in, shropshire.team_manager, at=back)
    assert "End the cover for Priya Nair" in asked
    still = shropshire.actor(shropshire.outsider, on=date(2026, 11, 20))
    assert still.supervises == {person.pk for person in seven}, "nothing ends by itself"

    with time_machine.travel(back, tick=False):
        browser = sign_in(shropshire.team_manager)
        address = reverse("staff:cover-end", args=[shropshire.supervisor.pk])
        form = browser.get(address).context["form"]
        typed = {"supervisees": form.initial["supervisees"], "last_day_0": "16", "last_day_1": "11"}
        done = browser.post(address, {**typed, "last_day_2": "2026"}, follow=True)

    assert "The cover ends on that day" in done.content.decode()
    assert shropshire.actor(shropshire.outsider, on=date(2026, 11, 16)).supervises
    assert not shropshire.actor(shropshire.outsider, on=date(2026, 11, 17)).supervises
    assert "End the cover" not in home(shropshire, sign_in, shropshire.team_manager, at=noon(date(2026, 11, 17)))


def test_cover_that_has_not_begun_is_taken_back(shropshire: Org, seven: list[StaffMember]) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven, starts_on=date(2026, 12, 1))

    services.end_cover(
        supervisor_id=shropshire.supervisor.pk,
        supervisees=[seven[0].pk],
        last_day=FRIDAY.date(),
        actor=shropshire.actor(shropshire.team_manager, on=FRIDAY.date()),
        at=FRIDAY,
    )

    assert SupervisionRelationship.objects.cover().count() == 6


def test_cover_ends_when_somebody_else_becomes_the_supervisor(shropshire: Org, seven: list[StaffMember]) -> None:
    be_away(shropshire)
    name_cover(shropshire, seven)
    staff.change_supervisor(
        supervisee_id=shropshire.worker.pk,
        to_id=shropshire.head.pk,
        starts_on=date(2026, 12, 1),
        actor=shropshire.actor(shropshire.team_manager, on=FRIDAY.date()),
        at=FRIDAY,
    )

    cover = shropshire.actor(shropshire.outsider, on=date(2026, 12, 1))
    assert cover.supervises == {person.pk for person in seven[1:]}


# The page


def test_everything_typed_stays_and_the_refusal_stands_beside_its_field(
    shropshire: Org, seven: list[StaffMember], sign_in: SignIn
) -> None:
    be_away(shropshire)
    address = reverse("staff:cover", args=[shropshire.supervisor.pk])
    typed = {
        "supervisees": [str(seven[0].pk), str(seven[3].pk)],
        "to_id": str(shropshire.outsider.pk),
        **dict(zip(("starts_on_0", "starts_on_1", "starts_on_2"), ("6", "11", "2026"), strict=True)),
        **dict(zip(("sees_from_0", "sees_from_1", "sees_from_2"), ("7", "11", "2026"), strict=True)),
    }
    with time_machine.travel(FRIDAY, tick=False):
        browser = sign_in(shropshire.team_manager)
        refused = browser.post(address, typed)
        done = browser.post(address, {**typed, "sees_from_0": "1"}, follow=True)

    assert "Choose the first day of cover or an earlier day." in refused.content.decode()
    assert refused.content.decode().count(" checked") == 3
    assert "Oscar Reed covers for 2 people." in done.content.decode()


def test_the_page_takes_the_same_queries_for_two_and_for_twenty(
    shropshire: Org, sign_in: SignIn, django_assert_max_num_queries: object
) -> None:
    be_away(shropshire)
    for number in range(20):
        put_under(add_person(f"Person {number}", team=shropshire.team, job_title="Worker"), shropshire.supervisor)
    with time_machine.travel(FRIDAY, tick=False):
        browser = sign_in(shropshire.team_manager)
        with django_assert_max_num_queries(9):  # type: ignore[operator]
            browser.get(reverse("staff:cover", args=[shropshire.supervisor.pk]))
        with django_assert_max_num_queries(13):  # type: ignore[operator]
            browser.get("/")
