"""How the council reads its policy, by name and date; days off that an administrator adds."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from core.actor import Actor, Role
from core.errors import NotAllowed, RuleBroken
from policies import selectors
from policies.models import Adoption, DayOff, PolicyVersion
from policies.services import add_day_off, decide_reading, draft_policy, publish_draft, remove_day_off
from supervision.selectors import statuses
from tests.diary_kit import held
from tests.integration.policies.kit import changed
from tests.org import Org
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shropshire")]

PSW = Role.PRINCIPAL_SOCIAL_WORKER
WEDNESDAY = date(2026, 12, 9)


@pytest.fixture
def psw(org: Org) -> Actor:
    return org.actor(org.psw, hat=PSW)


@pytest.fixture
def sysadmin(org: Org) -> Actor:
    return org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def version() -> PolicyVersion:
    return Adoption.objects.get().policy


def decide(version: PolicyVersion, chosen: str, actor: Actor, at: datetime) -> None:
    decide_reading(version_id=version.pk, ambiguity="AMB-01", chosen=chosen, actor=actor, at=at)


def test_nothing_is_confirmed_until_somebody_says_so(version: PolicyVersion, psw: Actor, noon: datetime) -> None:
    reading = selectors.readings_of(version=version)[0]
    assert (reading.is_confirmed, reading.needs_other_rules, reading.last) == (False, False, None)

    decide(version, reading.passage.chosen, psw, noon)

    reading = selectors.readings_of(version=version)[0]
    assert reading.is_confirmed
    assert reading.last
    assert (reading.last.decided_by_name, reading.last.decided_at) == ("Petra Wolf", noon)
    assert Entry.objects.get(verb="policy.reading_decided").detail == {"ambiguity": "AMB-01", "as_it_is": True}


def test_another_reading_needs_other_rules_and_the_last_decision_holds(
    version: PolicyVersion, psw: Actor, noon: datetime
) -> None:
    decide(version, "one rule", psw, noon)
    reading = selectors.readings_of(version=version)[0]
    assert (reading.is_confirmed, reading.needs_other_rules) == (False, True)

    decide(version, reading.passage.chosen, psw, noon + timedelta(days=1))

    reading = selectors.readings_of(version=version)[0]
    assert reading.is_confirmed
    assert [each.chosen for each in reading.decisions] == [reading.passage.chosen, "one rule"]


def test_a_later_version_with_the_same_words_need_not_ask_again(
    org: Org, version: PolicyVersion, psw: Actor, noon: datetime
) -> None:
    decide(version, selectors.readings_of(version=version)[0].passage.chosen, psw, noon)
    draft = draft_policy(text=changed(), starts_on=date(2027, 1, 1), actor=psw, at=noon)
    head = Actor(staff_id=org.head.pk, name="Helen Hart", on=date(2026, 11, 9), roles=frozenset({Role.DIRECTOR}))
    later = publish_draft(draft_id=draft.pk, starts_on=date(2027, 1, 1), actor=head, at=noon).policy

    readings = selectors.readings_of(version=later)

    assert readings[0].is_confirmed
    assert not any(reading.last for reading in readings[1:])


def test_decisions_are_the_principal_social_workers_and_stay(
    org: Org, version: PolicyVersion, psw: Actor, noon: datetime
) -> None:
    with pytest.raises(NotAllowed):
        decide(version, "one rule", org.actor(org.psw), noon)
    with pytest.raises(RuleBroken, match="has no such passage"):
        decide_reading(version_id=version.pk, ambiguity="AMB-99", chosen="x", actor=psw, at=noon)
    decide(version, "one rule", psw, noon)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE policies_readingdecision SET chosen = 'x'")


def test_an_added_day_moves_book_by_and_never_the_due_date(org: Org, sysadmin: Actor, noon: datetime) -> None:
    held(org.worker, org.supervisor, on=date(2026, 11, 9))
    on = date(2026, 11, 20)
    before = statuses(people=[org.worker.pk], on=on)[org.worker.pk]
    ends = next(row for row in before.rules if row.book_by and row.book_by > on)
    assert ends.book_by

    add_day_off(
        on=ends.book_by, kind="bank_holiday", reason="State funeral", actor=sysadmin, at=noon + timedelta(hours=1)
    )

    after = statuses(people=[org.worker.pk], on=on)[org.worker.pk]
    moved = next(row for row in after.rules if (row.rule, row.atom, row.due_on) == (ends.rule, ends.atom, ends.due_on))
    assert moved.book_by
    assert moved.book_by < ends.book_by
    as_known = statuses(people=[org.worker.pk], on=on, known_at=noon + timedelta(minutes=1))[org.worker.pk]
    assert as_known.rules == before.rules


def test_every_calendar_has_the_day_from_the_next_question_on_until_it_is_taken_back(
    sysadmin: Actor, noon: datetime, django_assert_num_queries: object
) -> None:
    def is_working() -> bool:
        policy = selectors.policy_in_force(date(2026, 11, 9))
        assert policy
        return policy.calendar.is_working(WEDNESDAY)

    assert is_working()
    day = add_day_off(on=WEDNESDAY, kind="closure", reason="Move", actor=sysadmin, at=noon)
    assert not is_working()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert not is_working()
    remove_day_off(day_id=day.pk, actor=sysadmin, at=noon)
    assert is_working()
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"day_off.added", "day_off.removed"}


def test_days_are_added_ahead_once_and_taken_back_before_they_come(org: Org, sysadmin: Actor, noon: datetime) -> None:
    def add(on: date, actor: Actor = sysadmin) -> DayOff:
        return add_day_off(on=on, kind="closure", reason="Move", actor=actor, at=noon)

    with pytest.raises(RuleBroken, match="This day has passed"):
        add(date(2026, 11, 6))
    with pytest.raises(RuleBroken, match="25 December 2026 is a day off already"):
        add(date(2026, 12, 25))
    with pytest.raises(NotAllowed):
        add(WEDNESDAY, org.actor(org.psw, hat=PSW))
    today = add(date(2026, 11, 9))
    with pytest.raises(RuleBroken, match="is a day off already"):
        add(date(2026, 11, 9))
    with pytest.raises(RuleBroken, match="has come: it stays"):
        remove_day_off(day_id=today.pk, actor=sysadmin, at=noon)
    later = add(WEDNESDAY)
    remove_day_off(day_id=later.pk, actor=sysadmin, at=noon)
    with pytest.raises(RuleBroken, match="was taken back already"):
        remove_day_off(day_id=later.pk, actor=sysadmin, at=noon)
    assert add(WEDNESDAY).pk != later.pk
