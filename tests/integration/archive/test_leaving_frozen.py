"""The frozen file: made once, when the last day is over; nothing is written into it; who still sees what; who came back."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import transaction

from archive.leaving import freezing, services
from archive.models import ArchivedFile, Bag, Leaving
from core.actor import Role
from core.errors import RuleBroken
from outbox.models import Job
from records import services as records
from records.models import Action, Part, Record
from staff.access import FROZEN
from staff.days import services as days
from staff.folder import learning
from staff.folder import services as folder
from staff.models import Custody, SightGrant
from staff.selectors import actor_for
from supervision import services as supervision
from supervision.models import SupervisionSession
from supervision.rules import Times
from supervision.services import agenda
from tests.diary_kit import booked
from tests.folder_kit import learned, paper
from tests.leaving_kit import AFTER, FRIDAY, SATURDAY, SET_AT, LeavingKit
from tests.org import Org, add_person
from tests.records_kit import Kit

LATE = datetime(2027, 2, 26, 23, 59, tzinfo=UTC)


def completed(kit: LeavingKit, **options: Any) -> Leaving:
    leaving = kit.set(**options)
    kit.confirm_all(leaving)
    return kit.complete(leaving)


@pytest.mark.req("R106", "R140")
@pytest.mark.scenario(17, "b")
def test_when_the_last_day_is_over_the_file_is_frozen_once_and_a_bag_is_asked_for(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    completed(kit)

    assert freezing.watch_leavings(at=LATE) == 0
    assert not Custody.objects.exists()
    # The machine was off for days: the first run after does it, and the others find it done
    for at, frozen in ((datetime(2027, 3, 2, 3, 10, tzinfo=UTC), 1), (datetime(2027, 3, 2, 4, 10, tzinfo=UTC), 0)):
        assert freezing.watch_leavings(at=at) == frozen

    custody = Custody.objects.get()
    assert (custody.person_id, custody.starts_on) == (shropshire.worker.pk, SATURDAY)
    assert ArchivedFile.objects.get().last_day == FRIDAY
    assert Bag.objects.get().person_id == shropshire.worker.pk
    assert Job.objects.filter(task="archive.tasks.make_bag").count() == 1


@pytest.mark.parametrize(
    ("last_day", "before", "after"),
    [
        # The clocks go forward in the night after 27 March 2027, and back in that after 30 October
        (date(2027, 3, 27), datetime(2027, 3, 27, 23, 59, tzinfo=UTC), datetime(2027, 3, 28, 0, 1, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 22, 59, tzinfo=UTC), datetime(2027, 3, 28, 23, 1, tzinfo=UTC)),
        (date(2027, 10, 30), datetime(2027, 10, 30, 22, 59, tzinfo=UTC), datetime(2027, 10, 30, 23, 1, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 23, 59, tzinfo=UTC), datetime(2027, 11, 1, 0, 1, tzinfo=UTC)),
    ],
)
def test_the_last_day_ends_at_midnight_in_london(
    shropshire: Org, last_day: date, before: datetime, after: datetime
) -> None:
    completed(LeavingKit(shropshire), last_day=last_day)
    assert freezing.watch_leavings(at=before) == 0
    assert freezing.watch_leavings(at=after) == 1


def test_completing_after_the_last_day_asks_for_the_freeze_at_once(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set()
    later = datetime(2027, 3, 3, 9, tzinfo=UTC)
    kit.confirm_all(leaving, at=later)
    kit.complete(leaving, at=later)
    [job] = Job.objects.filter(task="archive.tasks.freeze_leaving")
    assert job.arguments == {"leaving_id": str(leaving.pk)}


def test_what_the_leaver_was_let_see_for_a_time_ends_with_the_freeze(shropshire: Org) -> None:
    grant = SightGrant.objects.create(
        person=shropshire.worker,
        basis=SightGrant.Basis.MODERATION,
        file_of=shropshire.outsider,
        purpose="A second judgement",
        given_for=shropshire.team.pk,
        given_by=shropshire.head,
        starts_on=SET_AT.date(),
        recorded_at=SET_AT,
    )
    LeavingKit(shropshire).gone()
    grant.refresh_from_db()
    assert grant.ended_at == AFTER


# Nothing is written into it


class Writer:
    """Writes into the worker's file by the supervisor and the worker, as they were until the last day's last minute."""

    def __init__(self, org: Org) -> None:
        self.org, self.kit = org, Kit(org)
        self.supervisor, self.worker = org.actor(org.supervisor, on=FRIDAY), org.actor(org.worker, on=FRIDAY)
        self.draft, self.awaiting = self.kit.draft(), self.kit.awaiting()
        self.item = paper(org.worker, "dbs", FRIDAY)
        self.entry = learned(org.worker, FRIDAY)
        self.session = booked(org.worker, org.supervisor, on=date(2027, 3, 1))
        self.times = Times(on=date(2027, 3, 2), starts=time(9), ends=time(10))

    def open_a_record(self) -> None:
        self.kit.draft(template="worker_record_app2")

    def save_a_draft(self) -> None:
        typed: dict[str, Any] = {
            "section": "supervisor_comments",
            "key": None,
            "fields": {"comments": "More."},
            "version": 1,
        }
        records.save_section(record_id=self.draft.pk, **typed, actor=self.supervisor, at=LATE)

    def sign(self) -> None:
        self.kit.sign(self.draft, at=LATE, actor=self.supervisor)

    def countersign(self) -> None:
        self.kit.countersign(self.awaiting, at=LATE)

    def move_an_action(self) -> None:
        action = Action.objects.filter(owner=self.org.worker)[0]
        day = date(2027, 4, 1)
        records.move_action(action_id=action.pk, due_on=day, reason="Later.", actor=self.supervisor, at=LATE)

    def add_a_paper(self) -> None:
        of: dict[str, Any] = {"person_id": self.org.worker.pk, "kind": "dbs", "dated_on": FRIDAY}
        folder.add_item(**of, actor=self.supervisor, at=LATE)

    def mark_as_seen(self) -> None:
        folder.mark_seen(item_id=self.item.pk, actor=self.supervisor, at=LATE)

    def withdraw_a_paper(self) -> None:
        folder.withdraw_item(item_id=self.item.pk, reason="Wrong.", actor=self.supervisor, at=LATE)

    def withdraw_learning(self) -> None:
        learning.withdraw_learning(entry_id=self.entry.pk, reason="Wrong.", actor=self.worker, at=LATE)

    def enter_an_absence(self) -> None:
        of: dict[str, Any] = {"person_id": self.org.worker.pk, "kind": "other", "starts_on": FRIDAY, "last_day": FRIDAY}
        days.add_absence(**of, expected_to=None, actor=self.supervisor, at=LATE)

    def book_a_session(self) -> None:
        of: dict[str, Any] = {"supervisee_id": self.org.worker.pk, "mode": "in_person", "place": ""}
        supervision.book_session(**of, times=self.times, actor=self.supervisor, at=LATE)

    def move_a_session(self) -> None:
        supervision.move_session(session_id=self.session.pk, times=self.times, actor=self.supervisor, at=LATE)

    def put_on_the_agenda(self) -> None:
        of: dict[str, Any] = {"supervisee_id": self.org.worker.pk, "kind": "other", "text": "One thing.", "share": True}
        agenda.add_item(**of, actor=self.worker, at=LATE)


WRITES = sorted(name for name in vars(Writer) if not name.startswith("_"))


@pytest.mark.req("R106", "R140")
@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_written_into_a_frozen_file_even_by_who_began_before_midnight(shropshire: Org, name: str) -> None:
    writer = Writer(shropshire)
    with transaction.atomic():
        # The control: without custody it is written
        getattr(writer, name)()
        transaction.set_rollback(True)
    Custody.objects.create(person=shropshire.worker, starts_on=SATURDAY, recorded_at=AFTER)
    before = Part.objects.count(), SupervisionSession.objects.count()

    with pytest.raises(RuleBroken) as refusal:
        getattr(writer, name)()

    assert str(refusal.value) == FROZEN
    assert (Part.objects.count(), SupervisionSession.objects.count()) == before


def test_what_was_given_on_stays_to_be_done_by_whoever_has_it(shropshire: Org) -> None:
    Kit(shropshire).sealed()
    action = Action.objects.filter(owner=shropshire.worker)[0]
    Action.objects.filter(pk=action.pk).update(owner=shropshire.outsider)
    Custody.objects.create(person=shropshire.worker, starts_on=SATURDAY, recorded_at=AFTER)
    outsider = shropshire.actor(shropshire.outsider, on=date(2027, 3, 3))
    at = datetime(2027, 3, 3, 9, tzinfo=UTC)

    records.close_action(action_id=action.pk, status="done", reason="Done late.", actor=outsider, at=at)

    action.refresh_from_db()
    assert action.status == "done"


# Who still sees what


@pytest.mark.req("R106", "R139", "R140")
@pytest.mark.scenario(17, "c")
def test_both_read_the_file_until_the_last_day_and_from_then_on_nobody_but_the_archive(shropshire: Org) -> None:
    record = Kit(shropshire).sealed()
    LeavingKit(shropshire).set()

    def reads(name: str, on: date, hat: Role | None = None) -> bool:
        actor = actor_for(getattr(shropshire, name), on=on, hat=hat)
        return Record.objects.visible_to(actor).filter(pk=record.pk).exists()

    assert [reads(name, FRIDAY) for name in ("worker", "supervisor", "team_manager")] == [True, True, True]
    everybody = ("supervisor", "team_manager", "head", "outsider", "psw", "sysadmin", "hr")
    assert not any(reads(name, SATURDAY) for name in everybody)
    assert not reads("hr", SATURDAY, Role.HR)


# Who came back


def test_who_comes_back_has_a_new_file_that_hr_alone_links_to_the_old_one(shropshire: Org) -> None:
    old_record = Kit(shropshire).sealed()
    give_on = Action.objects.update(status="done", closed_at=SET_AT)
    assert give_on
    kit = LeavingKit(shropshire)
    leaving = kit.gone()
    again = add_person("Amara Obi Two", team=shropshire.team, job_title="Social worker", starts_on=date(2027, 9, 1))
    at = datetime(2027, 9, 6, 9, tzinfo=UTC)

    services.link_returner(leaving_id=leaving.pk, returned_as_id=again.pk, actor=kit.hr(at), at=at)

    assert Leaving.objects.get(pk=leaving.pk).returned_as_id == again.pk
    actor = actor_for(again, on=at.date())
    assert not Record.objects.visible_to(actor).filter(pk=old_record.pk).exists()
    assert not Leaving.objects.visible_to(actor).exists()
    for name in ("supervisor", "team_manager", "head"):
        assert not Leaving.objects.visible_to(actor_for(getattr(shropshire, name), on=at.date())).exists()
    with pytest.raises(RuleBroken, match="began after"):
        services.link_returner(leaving_id=leaving.pk, returned_as_id=shropshire.psw.pk, actor=kit.hr(at), at=at)
