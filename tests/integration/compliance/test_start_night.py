"""The night begins once, in chunks of people, and can be done by hand."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from compliance import rules, selectors, services, tasks
from compliance.models import Flag, Night
from compliance.rules import Bounds
from outbox.models import Job
from staff.models import StaffMember
from tests.org import Org, SignIn

ON = date(2026, 11, 9)
TWO = datetime(2026, 11, 9, 2, tzinfo=UTC)


def jobs() -> list[dict[str, Any]]:
    found = Job.objects.filter(task="compliance.tasks.assess_chunk").order_by("pk")
    return list(found.values_list("arguments", flat=True))


def bounds_in(arguments: dict[str, Any]) -> Bounds:
    return Bounds(arguments["kind"], UUID(arguments["after"]), UUID(arguments["until"]))


def test_everybody_employed_that_day_is_in_one_chunk_or_another(
    shropshire: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rules.CHUNKS, rules.PEOPLE, 4)
    StaffMember.objects.create(name="Gone", employed_from=date(2020, 1, 1), left_on=ON)
    StaffMember.objects.create(name="Yet to come", employed_from=date(2026, 11, 10))
    last_day = StaffMember.objects.create(name="Last day", employed_from=date(2020, 1, 1), left_on=date(2026, 11, 10))

    chunks = services.start_night(on=ON, at=TWO)

    of_people = [bounds for bounds in map(bounds_in, jobs()) if bounds.kind == rules.PEOPLE]
    found = [key for bounds in of_people for key in selectors.keys_within(bounds, on=ON)]
    people = {person.pk for person in StaffMember.objects.filter(account__isnull=False)}
    assert sorted(found) == sorted(people | {last_day.pk})
    assert [len(selectors.keys_within(bounds, on=ON)) for bounds in of_people] == [4, 4, 1]
    assert chunks == len(jobs()) == 4, "three of people, one of children"
    assert {job["on"] for job in jobs()} == {job["since"] for job in jobs()} == {"2026-11-09"}


def test_a_night_begins_once(shropshire: Org) -> None:
    services.start_night(on=ON, at=TWO)

    assert services.start_night(on=ON, at=TWO) == 0

    assert (Night.objects.count(), len(jobs())) == (1, 2)
    assert services.start_night(on=date(2026, 11, 10), at=TWO) == 2


def test_the_tasks_take_plain_values_and_do_the_work(shropshire: Org) -> None:
    with time_machine.travel(TWO, tick=False):
        tasks.start_night()
        for arguments in jobs():
            tasks.assess_chunk(**arguments)

    assert Flag.objects.filter(subject=shropshire.worker, raised_on=ON).exists()
    assert Night.objects.get().people == 8


def test_a_past_night_can_be_done_by_hand_and_twice(shropshire: Org, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("assess_night", "--on", "2026-09-01")
    first = set(Flag.objects.values_list("pk", flat=True))
    call_command("assess_night", "--on", "2026-09-01")

    assert first
    assert set(Flag.objects.values_list("pk", flat=True)) == first
    assert set(Flag.objects.values_list("raised_on", flat=True)) == {date(2026, 9, 1)}
    assert capsys.readouterr().out.splitlines() == [
        f"2026-09-01: 8 people and 0 children assessed, {len(first)} new flags.",
        "2026-09-01: 8 people and 0 children assessed, 0 new flags.",
    ]


def test_today_is_assessed_when_no_day_is_named(shropshire: Org) -> None:
    with time_machine.travel(TWO, tick=False):
        call_command("assess_night", verbosity=0)

    assert set(Flag.objects.values_list("raised_on", flat=True)) == {ON}


@pytest.mark.parametrize(("on", "sentence"), [("tomorrow", "is not a date"), ("2999-01-01", "has not come yet")])
def test_a_night_that_cannot_be_is_refused_in_a_sentence(db: None, on: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("assess_night", "--on", on)


def test_one_person_who_cannot_be_assessed_keeps_nobody_else_from_being_flagged(
    shropshire: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = shropshire.supervisor.pk
    known = selectors.look_at

    def fail_for_one(kind: str, *, keys: Collection[UUID], **options: Any) -> Any:
        if broken in keys:
            raise ZeroDivisionError
        return known(kind, keys=keys, **options)

    monkeypatch.setattr(selectors, "look_at", fail_for_one)
    services.start_night(on=ON, at=TWO)
    refused = []
    with time_machine.travel(TWO, tick=False):
        for job in iter(lambda: Job.objects.filter(done_at=None, gave_up_at=None, failures=0).first(), None):
            try:
                tasks.assess_chunk(job=str(job.pk), **job.arguments)
            except ZeroDivisionError:
                refused.append(selectors.keys_within(bounds_in(job.arguments), on=ON))

    assert refused == [[broken]]
    assert Flag.objects.filter(subject=shropshire.worker).exists()


def test_the_list_says_while_some_of_the_night_is_still_to_be_done(shropshire: Org, sign_in: SignIn) -> None:
    services.start_night(on=ON, at=TWO)
    client = sign_in(shropshire.team_manager)

    assert "work is not finished" in client.get(reverse("compliance:overdue")).content.decode()

    Job.objects.update(done_at=TWO)
    assert "work is not finished" not in client.get(reverse("compliance:overdue")).content.decode()
