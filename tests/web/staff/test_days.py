"""Pages of absences and working days."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from staff.models import Absence, WorkingPattern
from tests.org import Org, SignIn

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def typed(**more: str) -> dict[str, str]:
    return {"starts_on_0": "16", "starts_on_1": "11", "starts_on_2": "2026", **more}


LAST_DAY = {"last_day_0": "20", "last_day_1": "11", "last_day_2": "2026"}


def test_leave_is_entered_by_oneself_and_seen_on_the_page(shropshire: Org, sign_in: SignIn) -> None:
    worker = sign_in(shropshire.worker)
    address = reverse("staff:absence-add", args=[shropshire.worker.pk])

    form = worker.get(address).content.decode()
    page = worker.post(address, typed(kind="annual_leave", **LAST_DAY), follow=True).content.decode()
    sick = worker.post(address, typed(kind="sickness"))

    assert "Sickness" not in form
    assert "Away from 16 November 2026 until 20 November 2026" in page
    assert sick.status_code == 200
    assert Absence.objects.count() == 1


def test_the_kind_is_shown_to_those_alone_who_enter_it(shropshire: Org, sign_in: SignIn) -> None:
    absence = Absence.objects.create(
        person=shropshire.worker, kind="sickness", starts_on=date(2026, 11, 2), recorded_at=NOW
    )
    address = reverse("staff:person-detail", args=[shropshire.worker.pk])

    supervisor = sign_in(shropshire.supervisor).get(address).content.decode()
    worker = sign_in(shropshire.worker).get(address).content.decode()

    change = reverse("staff:absence-change", args=[absence.pk])
    assert "sickness" not in supervisor.lower()
    assert change in supervisor
    assert "Sickness" in sign_in(shropshire.supervisor).get(change).content.decode()
    assert sign_in(shropshire.worker).get(change).status_code in (403, 404)
    assert change not in worker
    assert "Away from 2 November 2026" in worker
    assert "sickness" not in worker.lower()


def test_an_absence_ends_and_is_taken_back(shropshire: Org, sign_in: SignIn) -> None:
    absence = Absence.objects.create(
        person=shropshire.worker, kind="other", starts_on=date(2026, 11, 16), recorded_at=NOW
    )
    supervisor = sign_in(shropshire.supervisor)
    address = reverse("staff:absence-change", args=[absence.pk])

    wrong = supervisor.post(address, typed(kind="other", last_day_0="2", last_day_1="11", last_day_2="2026"))
    supervisor.post(address, typed(kind="other", **LAST_DAY))
    absence.refresh_from_db()
    supervisor.post(address, {"remove": "1"})

    assert "The last day away cannot lie before the first." in wrong.content.decode()
    assert absence.ends_on == date(2026, 11, 21)
    assert not Absence.objects.exists()


def test_working_days_are_said_in_words(shropshire: Org, sign_in: SignIn) -> None:
    worker = sign_in(shropshire.worker)
    address = reverse("staff:working-days", args=[shropshire.worker.pk])

    none = worker.post(address, typed()).content.decode()
    page = worker.post(address, {**typed(), "weekdays": ["0", "2"]}, follow=True).content.decode()

    assert "Choose at least one day of the week." in none
    assert WorkingPattern.objects.get().weekdays == [0, 2]
    assert "The working days are saved" in page
