"""Absences and working days: who enters them, and what is kept."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.errors import NotAllowed, RuleBroken
from staff.days import services
from staff.models import Absence, WorkingPattern
from supervision import selectors
from tests.org import Org
from trail.models import Entry

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 16)


def add(org: Org, by: str, *, kind: str = "annual_leave", starts_on: date = MONDAY, **days: Any) -> Absence:
    return services.add_absence(
        person_id=org.worker.pk,
        kind=kind,
        starts_on=starts_on,
        last_day=days.get("last_day"),
        expected_to=days.get("expected_to"),
        actor=org.actor(getattr(org, by)),
        at=NOON,
    )


@pytest.mark.parametrize(
    ("by", "kind", "may"),
    [
        ("worker", "annual_leave", True),
        ("worker", "sickness", False),
        ("supervisor", "sickness", True),
        ("team_manager", "other", True),
        ("head", "other", True),
        ("outsider", "annual_leave", False),
        ("hr", "annual_leave", False),
    ],
)
def test_who_enters_an_absence(org: Org, by: str, kind: str, may: bool) -> None:
    if may:
        absence = add(org, by, kind=kind, last_day=date(2026, 11, 20))
        assert (absence.ends_on, absence.last_day) == (date(2026, 11, 21), date(2026, 11, 20))
        entry = Entry.objects.get(verb="absence.added", about_id=org.worker.pk)
        assert entry.detail == {"starts_on": "2026-11-16", "ends_on": "2026-11-21"}
    else:
        with pytest.raises(NotAllowed):
            add(org, by, kind=kind)
        assert not Absence.objects.exists()


def test_nobody_makes_leave_of_ones_own_sickness(org: Org) -> None:
    absence = add(org, "supervisor", kind="sickness", expected_to=date(2026, 11, 30))
    asked: dict[str, Any] = {
        "absence_id": absence.pk,
        "kind": "annual_leave",
        "starts_on": MONDAY,
        "last_day": date(2026, 11, 18),
        "expected_to": None,
        "at": NOON,
    }

    with pytest.raises(NotAllowed, match="Of yourself you can enter leave"):
        services.change_absence(**asked, actor=org.actor(absence.person))

    assert Absence.objects.get().kind == "sickness"
    assert services.change_absence(**asked, actor=org.actor(org.supervisor)).kind == "annual_leave", "control"


def test_an_absence_ends_and_its_old_days_stay_in_the_trail(org: Org) -> None:
    absence = add(org, "supervisor", kind="sickness", expected_to=date(2026, 11, 30))

    services.change_absence(
        absence_id=absence.pk,
        kind="sickness",
        starts_on=MONDAY,
        last_day=date(2026, 11, 18),
        expected_to=None,
        actor=org.actor(org.supervisor),
        at=NOON,
    )
    services.remove_absence(absence_id=absence.pk, actor=org.actor(org.supervisor), at=NOON)

    changed = Entry.objects.get(verb="absence.changed")
    assert (changed.detail["from_ends_on"], changed.detail["ends_on"]) == ("", "2026-11-19")
    assert Entry.objects.get(verb="absence.removed").detail["starts_on"] == "2026-11-16"
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"last_day": date(2026, 11, 15)}, "last_day"),
        ({"last_day": date(2036, 11, 15)}, "last_day"),
        ({"last_day": date(2026, 11, 17), "expected_to": date(2026, 11, 20)}, "expected_to"),
        ({"expected_to": date(2026, 11, 16)}, "expected_to"),
    ],
)
def test_days_that_do_not_fit_are_refused(org: Org, days: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        add(org, "supervisor", **days)

    assert refusal.value.field == field


def test_nobody_is_away_twice_on_a_day(org: Org) -> None:
    add(org, "supervisor", last_day=date(2026, 11, 20))

    with pytest.raises(RuleBroken, match="from 16 November 2026 on holds on one of these days"):
        add(org, "worker", starts_on=date(2026, 11, 20))

    assert Absence.objects.count() == 1


def test_a_long_absence_pauses_what_is_asked_of_the_worker(shropshire: Org) -> None:
    add(shropshire, "supervisor", kind="sickness", starts_on=date(2026, 10, 1))

    answer = selectors.statuses(people=[shropshire.worker.pk], on=date(2026, 11, 9))[shropshire.worker.pk]

    assert not answer.asks_anything


# Working days


def set_days(org: Org, by: str, weekdays: list[int], starts_on: date) -> WorkingPattern:
    return services.set_working_days(
        person_id=org.worker.pk, weekdays=weekdays, starts_on=starts_on, actor=org.actor(getattr(org, by)), at=NOON
    )


def test_working_days_follow_one_another(org: Org) -> None:
    set_days(org, "worker", [0, 1, 2], MONDAY)
    set_days(org, "supervisor", [4, 3], date(2027, 1, 4))
    set_days(org, "supervisor", [2], date(2027, 1, 4))

    rows = list(WorkingPattern.objects.order_by("starts_on").values_list("weekdays", "starts_on", "ends_on"))
    assert rows == [([0, 1, 2], MONDAY, date(2027, 1, 4)), ([2], date(2027, 1, 4), None)]


@pytest.mark.parametrize("by", ["team_manager", "outsider", "hr"])
def test_others_do_not_set_working_days(org: Org, by: str) -> None:
    with pytest.raises(NotAllowed):
        set_days(org, by, [0], MONDAY)


def test_no_day_at_all_and_a_day_before_the_last_change_are_refused(org: Org) -> None:
    set_days(org, "worker", [0], MONDAY)

    with pytest.raises(RuleBroken, match="at least one day"):
        set_days(org, "worker", [], MONDAY)
    with pytest.raises(RuleBroken, match="from 16 November 2026 already"):
        set_days(org, "worker", [1], date(2026, 11, 2))
