"""Actions of audits and observations: reminded, late for those above, done; what waits stands with the account."""

from datetime import date, timedelta
from typing import Any

import pytest

from audits.following import selectors
from audits.following.selectors import Show, Waiting, waiting_of
from records import services as records
from records.models import Action
from staff.backends import AccountBackend
from staff.models import Account, StaffMember
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
    return waiting_of(getattr(account, "waiting_in_audits", None), on=on)


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


def test_without_the_account_nothing_waits() -> None:
    assert waiting_of(None, on=LATE) == Waiting()


def test_the_list_asks_as_often_whatever_its_length(
    kit: ObservingKit, action: Action, django_assert_num_queries: Any
) -> None:
    actor = kit.org.actor(kit.org.supervisor, on=LATE)
    with django_assert_num_queries(2):
        selectors.actions_page(actor=actor, show=Show.OPEN, number="1")
