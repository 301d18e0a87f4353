"""A last day: what ends with it, and what is put back when it changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from archive.leaving import services
from archive.models import EndedWith, Leaving
from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from staff.models import (
    CategoryHeld,
    ManagementLine,
    Post,
    RoleHeld,
    StaffMember,
    SupervisionRelationship,
)
from staff.selectors import actor_for
from tests.leaving_kit import FRIDAY, SATURDAY, SET_AT, LeavingKit
from tests.org import Org, put_under

MONDAY = date(2027, 3, 1)


def rows_of(person: StaffMember) -> dict[str, list[Any]]:
    """When all that a person holds ends."""
    return {
        "posts": list(Post.objects.filter(person=person).order_by("pk").values_list("pk", "ends_on")),
        "roles": list(RoleHeld.objects.filter(person=person).order_by("pk").values_list("pk", "ends_on")),
        "categories": list(CategoryHeld.objects.filter(person=person).order_by("pk").values_list("pk", "ends_on")),
        "line": list(ManagementLine.objects.filter(person=person).values_list("pk", "ends_on")),
        "managed": list(ManagementLine.objects.filter(manager=person).values_list("pk", "ends_on")),
        "received": list(SupervisionRelationship.objects.filter(supervisee=person).values_list("pk", "ends_on")),
        "given": list(SupervisionRelationship.objects.filter(supervisor=person).values_list("pk", "ends_on")),
    }


def ends(person: StaffMember) -> set[date | None]:
    return {day for rows in rows_of(person).values() for _, day in rows}


@pytest.mark.req("R106")
def test_all_that_somebody_holds_ends_by_the_date_of_the_last_day_alone(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    kit.set(shropshire.supervisor)

    assert ends(shropshire.supervisor) == {SATURDAY}
    on_the_day = actor_for(shropshire.supervisor, on=FRIDAY)
    assert shropshire.worker.pk in on_the_day.supervises
    the_day_after = actor_for(shropshire.supervisor, on=SATURDAY)
    assert not the_day_after.supervises | the_day_after.manages | the_day_after.roles
    assert StaffMember.objects.get(pk=shropshire.supervisor.pk).left_on == SATURDAY


def test_calling_a_leaving_off_puts_back_exactly_what_it_ended(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    Post.objects.filter(person=shropshire.supervisor).update(ends_on=date(2027, 6, 1))
    before = rows_of(shropshire.supervisor)
    leaving = kit.set(shropshire.supervisor)
    assert rows_of(shropshire.supervisor) != before

    services.cancel_leaving(leaving_id=leaving.pk, actor=kit.hr(), at=SET_AT + timedelta(hours=1))

    assert rows_of(shropshire.supervisor) == before
    person = StaffMember.objects.get(pk=shropshire.supervisor.pk)
    assert (person.left_on, person.finisher_id) == (None, None)
    assert not EndedWith.objects.exists()


def test_what_would_only_have_begun_after_the_last_day_is_taken_away_and_put_back_whole(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    later = SupervisionRelationship.objects.create(
        supervisee=shropshire.outsider,
        supervisor=shropshire.worker,
        elements=["case"],
        starts_on=MONDAY,
        recorded_at=SET_AT,
    )
    leaving = kit.set()
    assert not SupervisionRelationship.objects.filter(pk=later.pk).exists()

    services.cancel_leaving(leaving_id=leaving.pk, actor=kit.hr(), at=SET_AT)

    found = SupervisionRelationship.objects.get(pk=later.pk)
    assert (found.starts_on, found.ends_on, found.elements, found.recorded_at) == (MONDAY, None, ["case"], SET_AT)


def test_who_took_over_meanwhile_stays_when_the_leaving_is_called_off(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set(shropshire.supervisor)
    put_under(shropshire.worker, shropshire.team_manager, starts_on=SATURDAY)

    services.cancel_leaving(leaving_id=leaving.pk, actor=kit.hr(), at=SET_AT)

    received = SupervisionRelationship.objects.filter(supervisee=shropshire.worker)
    assert [(row.supervisor_id, row.ends_on) for row in received.order_by("starts_on")] == [
        (shropshire.supervisor.pk, SATURDAY),
        (shropshire.team_manager.pk, None),
    ]


def test_another_last_day_ends_everything_with_that_one(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set()

    services.change_last_day(leaving_id=leaving.pk, last_day=MONDAY, actor=kit.hr(), at=SET_AT)
    assert ends(shropshire.worker) == {date(2027, 3, 2)}
    services.change_last_day(leaving_id=leaving.pk, last_day=date(2027, 2, 1), actor=kit.hr(), at=SET_AT)
    assert ends(shropshire.worker) == {date(2027, 2, 2)}
    services.cancel_leaving(leaving_id=leaving.pk, actor=kit.hr(), at=SET_AT)
    assert ends(shropshire.worker) == {None}


def test_a_last_day_that_is_over_is_only_moved_forward_and_never_called_off(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set()
    later = datetime(2027, 3, 3, 9, tzinfo=UTC)

    with pytest.raises(RuleBroken, match="is over"):
        services.cancel_leaving(leaving_id=leaving.pk, actor=kit.hr(later), at=later)
    with pytest.raises(RuleBroken, match="today or a later day"):
        services.change_last_day(leaving_id=leaving.pk, last_day=date(2027, 3, 1), actor=kit.hr(later), at=later)
    services.change_last_day(leaving_id=leaving.pk, last_day=date(2027, 3, 31), actor=kit.hr(later), at=later)
    assert ends(shropshire.worker) == {date(2027, 4, 1)}


@pytest.mark.parametrize(
    ("last_day", "words"),
    [
        (date(2025, 3, 1), "began later"),
        (date(2026, 9, 1), "three months ago"),
        (date(2028, 2, 1), "a year ahead"),
    ],
)
def test_a_last_day_is_near(shropshire: Org, last_day: date, words: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refusal:
        LeavingKit(shropshire).set(last_day=last_day)
    assert refusal.value.field == "last_day"


def test_a_death_is_entered_after_it_and_the_past_of_that_day_stays(shropshire: Org) -> None:
    LeavingKit(shropshire).set(last_day=date(2027, 1, 3))
    assert ends(shropshire.worker) == {date(2027, 1, 4)}


def test_hr_alone_sets_a_last_day_and_never_its_own(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    for actor in (
        shropshire.actor(shropshire.hr, on=SET_AT.date()),
        shropshire.actor(shropshire.supervisor, on=SET_AT.date()),
        shropshire.actor(shropshire.sysadmin, on=SET_AT.date(), hat=Role.SYSTEM_ADMINISTRATOR),
    ):
        with pytest.raises(NotAllowed):
            services.set_last_day(person_id=shropshire.worker.pk, last_day=FRIDAY, actor=actor, at=SET_AT)
    with pytest.raises(NotAllowed, match="Somebody else of HR"):
        kit.set(shropshire.hr)
    assert not Leaving.objects.exists()


def test_who_leaves_once_does_not_leave_twice(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    kit.set()
    with pytest.raises(RuleBroken, match="set for this person already"):
        kit.set()


def test_the_line_manager_of_the_supervisor_finishes_unless_hr_names_somebody(shropshire: Org) -> None:
    kit = LeavingKit(shropshire)
    leaving = kit.set()
    assert StaffMember.objects.get(pk=shropshire.worker.pk).finisher_id == shropshire.team_manager.pk
    services.change_last_day(
        leaving_id=leaving.pk, last_day=FRIDAY, finisher_id=shropshire.head.pk, actor=kit.hr(), at=SET_AT
    )
    assert StaffMember.objects.get(pk=shropshire.worker.pk).finisher_id == shropshire.head.pk
    with pytest.raises(RuleBroken, match="somebody else who works here"):
        services.change_last_day(
            leaving_id=leaving.pk, last_day=FRIDAY, finisher_id=shropshire.worker.pk, actor=kit.hr(), at=SET_AT
        )
