"""The list of a leaving: what is open, read as it is now; what came back; completing; what the finisher can do."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from archive.leaving import freezing, selectors, services
from archive.models import Leaving, LeavingMark
from cases.models import Child
from cases.rules import Way
from cases.services import allocate
from core.clock import date_of
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from records import services as records
from records.models import Action
from staff.models import Custody
from tests.cases_kit import child_with
from tests.diary_kit import booked
from tests.leaving_kit import AFTER, FRIDAY, SATURDAY, SET_AT, LeavingKit
from tests.org import Org, put_under
from tests.records_kit import Kit

MONDAY = date(2027, 3, 1)
NEAR = SET_AT.date()


def words_open(leaving: Leaving, *, on: date = NEAR) -> list[str]:
    return [row.key for row in selectors.checklist_of(leaving, on=on).open]


def give_actions_on(org: Org, *, at: datetime = SET_AT) -> None:
    """The supervisor gives away what the worker was to do, and does the own."""
    supervisor = org.actor(org.supervisor, on=date_of(at))
    for action in Action.objects.live():
        if action.owner_id == org.worker.pk:
            given: dict[str, Any] = {"owner_id": org.team_manager.pk, "owner_name": "", "reason": "Amara leaves."}
            records.reassign_action(action_id=action.pk, **given, actor=supervisor, at=at)
        else:
            done: dict[str, Any] = {"status": "done", "reason": "Done late, before she left."}
            records.close_action(action_id=action.pk, **done, actor=supervisor, at=at)


@pytest.mark.req("R106")
@pytest.mark.scenario(17, "a")
def test_the_list_is_not_complete_until_actions_and_cases_are_elsewhere_and_copies_are_returned(
    shropshire: Org,
) -> None:
    Kit(shropshire).sealed()
    child = child_with(shropshire.worker)
    kit = LeavingKit(shropshire)
    leaving = kit.set()
    supervisor = shropshire.actor(shropshire.supervisor, on=NEAR)

    assert words_open(leaving) == ["actions", "agreed", "children"]
    with pytest.raises(RuleBroken) as refusal:
        kit.complete(leaving)
    for words in ("open action is", "child is", "Paper copies", "Electronic copies", "Equipment"):
        assert words in str(refusal.value)

    give_actions_on(shropshire)
    assert words_open(leaving) == ["children"]
    way: dict[str, Any] = {"way": Way.TRANSFER, "starts_on": NEAR}
    put_under(shropshire.outsider, shropshire.supervisor)
    supervisor = shropshire.actor(shropshire.supervisor, on=NEAR)
    allocate(child_id=child.pk, to_id=shropshire.outsider.pk, **way, actor=supervisor, at=SET_AT)
    assert words_open(leaving) == []
    with pytest.raises(RuleBroken, match="Paper copies of supervision records: not confirmed"):
        kit.complete(leaving)

    kit.confirm_all(leaving, by=supervisor)
    kit.complete(leaving)

    marks = LeavingMark.objects.filter(leaving=leaving)
    assert {(mark.by_id, mark.at) for mark in marks} == {(shropshire.supervisor.pk, SET_AT)}
    assert Leaving.objects.get(pk=leaving.pk).completed_at == SET_AT


def test_drafts_signatures_and_matters_that_wait_stand_on_the_list(shropshire: Org) -> None:
    records_kit, kit = Kit(shropshire), LeavingKit(shropshire)
    records_kit.draft(values={})
    leaving = kit.set()
    assert words_open(leaving) == ["drafts"]
    records_kit.awaiting()
    assert {"drafts", "waiting"} <= set(words_open(leaving))


def test_sessions_after_the_last_day_are_named_and_called_off_and_earlier_ones_stay(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    earlier = booked(shropshire.worker, shropshire.supervisor, on=date(2027, 2, 1))
    later = booked(shropshire.worker, shropshire.supervisor, on=date(2027, 3, 8))
    leaving = kit.set()

    [row] = selectors.checklist_of(leaving, on=NEAR).open
    assert row.key == "sessions"
    assert row.names == "Monday 8 March 2027 with Priya Nair"
    supervisor = shropshire.actor(shropshire.supervisor, on=NEAR)
    assert services.call_off(leaving_id=leaving.pk, actor=supervisor, at=SET_AT) == 1

    later.refresh_from_db()
    earlier.refresh_from_db()
    assert (later.status, earlier.status) == ("cancelled", "planned")
    assert words_open(leaving) == []
    # Nobody has said what became of the earlier one, once its day has passed
    assert words_open(leaving, on=date(2027, 2, 2)) == ["unclosed"]


def test_those_whom_a_leaver_supervised_are_named_until_somebody_else_does(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set(shropshire.supervisor)
    found = {row.key: row for row in selectors.checklist_of(leaving, on=NEAR).open}
    assert found["supervisees"].names == found["managed"].names == "Amara Obi"
    assert not found["supervisees"].blocks

    put_under(shropshire.worker, shropshire.team_manager, starts_on=SATURDAY)
    assert words_open(leaving) == []


def test_the_leaver_confirms_nothing_and_a_confirmation_can_be_taken_back(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set()
    worker = shropshire.actor(shropshire.worker, on=NEAR)
    with pytest.raises(NotAllowed, match="Somebody else confirms"):
        services.confirm(leaving_id=leaving.pk, key="equipment", is_done=True, actor=worker, at=SET_AT)
    outsider = shropshire.actor(shropshire.outsider, on=NEAR)
    with pytest.raises(Leaving.DoesNotExist):
        services.confirm(leaving_id=leaving.pk, key="equipment", is_done=True, actor=outsider, at=SET_AT)
    item = services.add_item(leaving_id=leaving.pk, words="Pool car key", actor=kit.hr(), at=SET_AT)
    kit.confirm_all(leaving)
    assert selectors.checklist_of(leaving, on=NEAR).blocking == ["Pool car key: not confirmed"]
    for is_done in (True, False):
        services.confirm(leaving_id=leaving.pk, key=str(item.pk), is_done=is_done, actor=kit.hr(), at=SET_AT)
    assert selectors.checklist_of(leaving, on=NEAR).blocking == ["Pool car key: not confirmed"]
    with pytest.raises(RuleBroken, match="no such thing"):
        services.confirm(leaving_id=leaving.pk, key="parrot", is_done=True, actor=kit.hr(), at=SET_AT)


def test_until_the_last_day_those_near_see_the_list_and_after_it_hr_and_who_finishes(shropshire: Org) -> None:
    leaving = LeavingKit(shropshire).set()

    def seen_by(on: date) -> set[str]:
        return {
            name
            for name in ("worker", "supervisor", "team_manager", "head", "outsider", "psw", "sysadmin")
            if Leaving.objects.visible_to(shropshire.actor(getattr(shropshire, name), on=on)).filter(pk=leaving.pk)
        }

    assert seen_by(FRIDAY) == {"worker", "supervisor", "team_manager"}
    assert seen_by(SATURDAY) == {"worker", "team_manager"}
    assert not Leaving.objects.visible_to(shropshire.actor(shropshire.hr, on=FRIDAY)).exists()


@pytest.mark.req("R106")
def test_who_finishes_gives_actions_and_children_on_once_the_supervisor_sees_nothing(shropshire: Org) -> None:
    Kit(shropshire).sealed()
    child = child_with(shropshire.worker)
    leaving = LeavingKit(shropshire).set()
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    supervisor = shropshire.actor(shropshire.supervisor, on=MONDAY)
    manager = shropshire.actor(shropshire.team_manager, on=MONDAY)

    assert not Action.objects.visible_to(supervisor).filter(owner=shropshire.worker).exists()
    [action] = Action.objects.to_give_on(manager).filter(owner=shropshire.worker)
    given: dict[str, Any] = {"owner_id": shropshire.outsider.pk, "owner_name": "", "reason": "Amara left."}
    records.reassign_action(action_id=action.pk, **given, actor=manager, at=at)
    assert Child.objects.visible_to(manager).filter(pk=child.pk).exists()
    assert not Child.objects.visible_to(supervisor).filter(pk=child.pk).exists()
    way: dict[str, Any] = {"way": Way.TRANSFER, "starts_on": MONDAY}
    allocate(child_id=child.pk, to_id=shropshire.supervisor.pk, **way, actor=manager, at=at)
    assert "children" not in words_open(leaving, on=MONDAY)


def test_what_comes_up_after_completing_opens_the_list_again_before_anything_is_frozen(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set()
    kit.confirm_all(leaving)
    kit.complete(leaving)
    booked(shropshire.worker, shropshire.supervisor, on=date(2027, 3, 8))

    assert not freezing.freeze_leaving(leaving_id=leaving.pk, at=AFTER)

    leaving.refresh_from_db()
    assert leaving.completed_at is None
    assert not Custody.objects.exists()
    asked = Job.objects.filter(task="notifications.tasks.notify", arguments__kind="leaving")
    told = {job.arguments["person_id"] for job in asked if "open again" in job.arguments["key"]}
    assert told == {str(shropshire.hr.pk), str(shropshire.team_manager.pk)}


def test_hr_and_who_finishes_hear_once_of_a_list_that_is_not_complete(shropshire: Org) -> None:
    leaving = LeavingKit(shropshire).set()
    friday_night = datetime(2027, 2, 26, 23, 59, tzinfo=UTC)
    for at in (friday_night, AFTER, datetime(2027, 3, 5, 9, tzinfo=UTC)):
        freezing.watch_leavings(at=at)
    over = Job.objects.filter(task="notifications.tasks.notify", arguments__key=f"{leaving.pk}/over 2027-02-26")
    assert {job.arguments["person_id"] for job in over} == {str(shropshire.hr.pk), str(shropshire.team_manager.pk)}
    assert {job.created_at is not None for job in over} == {True}


def test_setting_a_last_day_tells_those_near_and_those_whose_supervisor_goes(shropshire: Org) -> None:
    leaving = LeavingKit(shropshire).set(shropshire.supervisor)
    told = Job.objects.filter(task="notifications.tasks.notify", arguments__kind="leaving")
    paths = {job.arguments["person_id"]: job.arguments["path"] for job in told}
    page = f"/leaving/{leaving.pk}/"
    assert paths == {
        str(shropshire.supervisor.pk): page,
        str(shropshire.team_manager.pk): page,
        str(shropshire.head.pk): page,
        str(shropshire.worker.pk): f"/people/{shropshire.worker.pk}/",
    }
