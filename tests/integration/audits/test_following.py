"""Actions of audits and observations: reminded, late for those above, done; what waits stands with the account."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audits.following import selectors
from audits.following.selectors import Show, Waiting, waiting_of
from audits.timetable.services import chase_audits
from notifications.models import Notice
from outbox.models import Job
from records import services as records
from records.models import Action
from staff.backends import AccountBackend
from staff.models import Account, ManagementLine, StaffMember, SupervisionRelationship
from staff.selectors import actor_for
from tests.observing_kit import ObservingKit
from tests.org import Org

LATE = date(2026, 12, 3)


@pytest.fixture
def kit(shropshire: Org) -> ObservingKit:
    return ObservingKit(shropshire)


@pytest.fixture
def action(kit: ObservingKit) -> Action:
    """Agreed in an observation of the worker by the supervisor, to be done by 1 December."""
    row = {"what": "Leave silence", "who": "Amara Obi", "who_id": str(kit.org.worker.pk), "by": "2026-12-01"}
    kit.done(kit.practice(), actions=[row])
    return Action.objects.get()


def listed(kit: ObservingKit, person: StaffMember, *, show: Show, on: date = LATE) -> list[Any]:
    page = selectors.actions_page(actor=kit.org.actor(person, on=on), show=show, number="1")
    return [each.pk for each in page.page.object_list]


def waiting(person: StaffMember, *, on: date) -> Waiting:
    account = AccountBackend().get_user(Account.objects.get(person=person).pk)
    return waiting_of(getattr(account, "waiting_in_audits", None), actor=actor_for(person, on=on))


@pytest.mark.scenario(20, "g")
def test_actions_track_to_done(kit: ObservingKit, action: Action) -> None:
    for person in (kit.org.worker, kit.org.supervisor, kit.org.team_manager):
        assert listed(kit, person, show=Show.LATE) == [action.pk]
    assert listed(kit, kit.org.outsider, show=Show.LATE) == []

    at = kit.at + timedelta(days=30)
    records.close_action(
        action_id=action.pk,
        status=Action.Status.DONE,
        reason="It took a while.",
        actor=kit.org.actor(kit.org.worker, on=at.date()),
        at=at,
    )

    assert listed(kit, kit.org.supervisor, show=Show.LATE) == []
    assert listed(kit, kit.org.supervisor, show=Show.DONE) == [action.pk]


def test_it_is_not_late_on_its_day(kit: ObservingKit, action: Action) -> None:
    assert listed(kit, kit.org.supervisor, show=Show.LATE, on=date(2026, 12, 1)) == []
    assert listed(kit, kit.org.supervisor, show=Show.OPEN, on=date(2026, 12, 1)) == [action.pk]


def test_its_owner_is_reminded(kit: ObservingKit, action: Action) -> None:
    assert records.remind_of_actions(at=kit.at + timedelta(days=22)) == 1
    assert Action.objects.get().reminders == 1


def test_the_observer_hears_of_it_once_it_is_late(kit: ObservingKit, action: Action) -> None:
    assert waiting(kit.org.supervisor, on=date(2026, 12, 1)).late_actions == ()
    assert waiting(kit.org.supervisor, on=LATE).late_actions == (date(2026, 12, 1),)
    assert waiting(kit.org.worker, on=LATE).late_actions == ()


def test_whoever_is_asked_hears_of_it_until_they_answer(kit: ObservingKit) -> None:
    planned = kit.supervision()
    asked = ((planned.pk, planned.planned_on),)
    assert waiting(kit.org.worker, on=kit.on).observations == asked
    assert waiting(kit.org.supervisor, on=kit.on).observations == asked
    assert waiting(kit.org.team_manager, on=kit.on).observations == ()

    kit.answer(planned, kit.org.worker, agreed=False)

    assert waiting(kit.org.worker, on=kit.on).observations == ()


def test_who_has_left_the_line_hears_no_more_of_actions_that_they_do_not_see(kit: ObservingKit, action: Action) -> None:
    SupervisionRelationship.objects.filter(supervisee=kit.org.worker).update(ends_on=LATE)
    ManagementLine.objects.filter(person=kit.org.worker).update(ends_on=LATE)

    assert listed(kit, kit.org.supervisor, show=Show.LATE) == []
    assert waiting(kit.org.supervisor, on=LATE).late_actions == ()

    Action.objects.update(owner=kit.org.supervisor)

    assert listed(kit, kit.org.supervisor, show=Show.LATE) == [action.pk]
    assert waiting(kit.org.supervisor, on=LATE).late_actions == (date(2026, 12, 1),)


def test_without_the_account_nothing_waits(shropshire: Org) -> None:
    assert waiting_of(None, actor=shropshire.actor(shropshire.worker)) == Waiting()


TWO_WEEKS_LATE = datetime(2026, 12, 15, 6, 45, tzinfo=UTC)


def told_of_late_actions() -> list[tuple[str, str]]:
    jobs = Job.objects.filter(arguments__kind="examined_action_late")
    return [(job.arguments["person_id"], job.arguments["path"]) for job in jobs]


@pytest.mark.scenario(20, "g")
def test_the_line_manager_is_told_of_an_action_that_stays_late_once(kit: ObservingKit, action: Action) -> None:
    chase_audits(at=TWO_WEEKS_LATE - timedelta(days=1))
    assert told_of_late_actions() == []

    # A night later than the day itself: the machine was off
    assert chase_audits(at=TWO_WEEKS_LATE + timedelta(days=1)) == 1

    manager = ManagementLine.objects.get(person=kit.org.worker).manager_id
    assert told_of_late_actions() == [(str(manager), "/audits/actions/?show=late")]
    job = Job.objects.get(arguments__kind="examined_action_late")
    assert action.what not in str(job.arguments)
    told = {name: job.arguments[name] for name in ("kind", "key", "path")}
    Notice.objects.create(person_id=manager, created_at=TWO_WEEKS_LATE, **told)
    assert chase_audits(at=TWO_WEEKS_LATE + timedelta(days=1)) == 0


def test_nobody_above_is_told_of_what_is_done_or_is_their_own_or_that_they_do_not_see(
    kit: ObservingKit, action: Action
) -> None:
    manager = ManagementLine.objects.get(person=kit.org.worker).manager
    Action.objects.update(owner=manager)
    assert chase_audits(at=TWO_WEEKS_LATE) == 0
    Action.objects.update(owner=kit.org.worker, status=Action.Status.DONE, closed_at=TWO_WEEKS_LATE)
    assert chase_audits(at=TWO_WEEKS_LATE) == 0
    Action.objects.update(status=Action.Status.OPEN, closed_at=None)
    ManagementLine.objects.filter(person=kit.org.worker).update(manager=kit.org.outsider)
    assert chase_audits(at=TWO_WEEKS_LATE) == 0


def test_the_list_asks_as_often_whatever_its_length(
    kit: ObservingKit, action: Action, django_assert_num_queries: Any
) -> None:
    actor = kit.org.actor(kit.org.supervisor, on=LATE)
    with django_assert_num_queries(2):
        selectors.actions_page(actor=actor, show=Show.OPEN, number="1")
