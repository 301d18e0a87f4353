"""One notice for each event, and one job to mail it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.actor import Actor
from core.errors import RuleBroken
from notifications import services, tasks
from notifications.models import Notice
from outbox.models import Job
from staff.models import StaffMember

NOON = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return StaffMember.objects.create(name="Amara Obi", employed_from=date(2020, 1, 1))


def notify(person: StaffMember, **changes: Any) -> Notice:
    told: dict[str, Any] = {"kind": "record_to_countersign", "key": "record 1", "path": "/records/1/", "at": NOON}
    return services.notify(person_id=person.pk, **(told | changes))


def jobs():
    return Job.objects.filter(task="notifications.tasks.send_mail")


def test_the_same_event_gives_one_notice_and_one_job_however_often_it_is_told(person):
    first = notify(person)

    again = notify(person)

    assert again == first
    assert Notice.objects.count() == 1
    assert [job.arguments for job in jobs()] == [{"notice_id": str(first.pk)}]


def test_another_event_another_kind_and_another_person_each_give_their_own(person):
    colleague = StaffMember.objects.create(name="Ben Ode", employed_from=date(2020, 1, 1))

    notify(person)
    notify(person, key="record 2")
    notify(person, kind="contract_to_sign")
    notify(colleague)

    assert Notice.objects.count() == jobs().count() == 4


@pytest.mark.parametrize("kind", ["record_sealed", "relations_changed", "session_overdue"])
def test_what_can_wait_for_the_morning_asks_for_no_mail_of_its_own(person, kind):
    notify(person, kind=kind)

    assert not jobs().exists()


def test_the_database_refuses_a_second_notice_of_an_event(person):
    notice = notify(person)

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(person=person, kind=notice.kind, key=notice.key, path="/", created_at=NOON)


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_refuses_a_path_that_leads_out_of_the_service(person, path):
    with pytest.raises(RuleBroken, match="a page of this service"):
        notify(person, path=path)

    assert not Notice.objects.exists()


def test_refuses_a_kind_that_does_not_exist(person):
    with pytest.raises(ValueError, match="gossip"):
        notify(person, kind="gossip")


def test_the_task_takes_plain_values(person):
    tasks.notify(person_id=str(person.pk), kind="record_sealed", key="record 1", path="/records/1/", something="new")

    assert Notice.objects.get().person == person


def test_a_notice_is_seen_by_its_own_person_alone(person):
    notice = notify(person)
    above = Actor(staff_id=StaffMember.objects.create(name="Up", employed_from=date(2020, 1, 1)).pk, name="Up",
                  on=NOON.date(), supervises=frozenset({person.pk}))  # fmt: skip

    own = Actor(staff_id=person.pk, name=person.name, on=NOON.date())

    assert list(Notice.objects.visible_to(own)) == [notice]
    assert not Notice.objects.visible_to(above).exists()
