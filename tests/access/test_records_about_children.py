"""Who reads a record about a child (sight: about a child): each relation, and each of the ways to its words."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from cases.models import Allocation, Episode
from core.actor import Role
from core.shortcuts import may
from records.access import audience_of, check_can_add, check_can_correct, check_can_countersign
from records.models import Record
from records.rules import Audience
from staff.models import StaffMember, SupervisionRelationship
from supervision.access import check_can_mark_entered
from tests.cases_kit import at, child_with
from tests.decisions_kit import decide
from tests.org import Org, SignIn, add_person, put_under
from trail.models import Entry

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)
HATS = {"psw": Role.PRINCIPAL_SOCIAL_WORKER, "hr": Role.HR, "sysadmin": Role.SYSTEM_ADMINISTRATOR}
# Who; reads the decision; adds to it; says that it is entered
TABLE = [
    ("worker", True, False, True),
    ("supervisor", True, True, True),
    ("team_manager", True, False, False),
    ("head", False, False, False),
    ("duty", True, True, True),
    ("asker", True, False, False),
    ("outsider", False, False, False),
    ("psw", False, False, False),
    ("hr", False, False, False),
    ("sysadmin", False, False, False),
]


@pytest.fixture
def people(shropshire: Org) -> Callable[[str], StaffMember]:
    """Everybody of the authority, a duty manager outside the line and who asked her."""
    duty = add_person("Dee Marsh", team=shropshire.other_team, job_title="Duty manager")
    asker = add_person("Asha Bell", team=shropshire.other_team, job_title="Social worker")
    put_under(asker, duty)
    more = {"duty": duty, "asker": asker}
    return lambda who: more.get(who) or getattr(shropshire, who)


@pytest.mark.req("R089")
@pytest.mark.parametrize(("who", "reads", "adds", "enters"), TABLE)
def test_a_decision_by_a_duty_manager(
    people: Callable[[str], StaffMember], sign_in: SignIn, who: str, reads: bool, adds: bool, enters: bool
) -> None:
    record = decide(child_with(people("worker")), people("duty"), asked_by=people("asker"))
    actor = Org.actor(people(who), on=TODAY, hat=HATS.get(who))

    assert Record.objects.visible_to(actor).filter(pk=record.pk).exists() is reads
    assert Record.objects.readable_in_full_by(actor).filter(pk=record.pk).exists() is reads
    if reads:
        assert may(check_can_add, actor, record) is adds
        assert may(check_can_mark_entered, actor, record) is enters
        assert audience_of(actor, record) is Audience.FULL
        assert not may(check_can_correct, actor, record)
        assert not may(check_can_countersign, actor, record)
    client: Client = sign_in(people(who), hat=HATS.get(who))
    for page in ("", "genuine/", "pdf/"):
        assert (client.get(f"/records/{record.pk}/{page}").status_code == 404) is not reads


@pytest.mark.req("R089")
@pytest.mark.parametrize(
    ("who", "via"),
    [
        ("worker", "holder"),
        ("supervisor", "supervisor of the holder"),
        ("team_manager", "next up of the holder"),
        ("duty", "who decided"),
        ("asker", "who asked"),
    ],
)
def test_each_reading_is_logged_with_the_relation_that_allowed_it(
    people: Callable[[str], StaffMember], sign_in: SignIn, who: str, via: str
) -> None:
    record = decide(child_with(people("worker")), people("duty"), asked_by=people("asker"))

    assert sign_in(people(who)).get(f"/records/{record.pk}/").status_code == 200

    entry = Entry.objects.get(verb="record.read", target_id=str(record.pk))
    assert (entry.actor_id, entry.via, entry.about_id) == (people(who).pk, via, None)


def test_a_former_holder_reads_what_was_written_while_they_held_the_child(shropshire: Org) -> None:
    child = child_with(shropshire.worker)
    was = decide(child, shropshire.supervisor)
    moved = date(2026, 11, 10)
    Allocation.objects.update(ends_on=moved)
    Allocation.objects.create(child=child, holder=shropshire.outsider, starts_on=moved, recorded_at=at(moved))
    other = add_person("Dee Marsh", team=shropshire.other_team, job_title="Team manager")
    put_under(shropshire.outsider, other)
    later = decide(child, other, decided_on="2026-11-09")
    former, supervisor, holder = (
        Org.actor(each, on=date(2026, 11, 12))
        for each in (shropshire.worker, shropshire.supervisor, shropshire.outsider)
    )

    assert set(Record.objects.visible_to(holder)) == {was, later}
    assert list(Record.objects.visible_to(supervisor)) == [was]
    assert was in Record.objects.visible_to(former)


def test_a_former_holder_reads_nothing_of_a_later_day(shropshire: Org) -> None:
    child = child_with(shropshire.worker)
    Allocation.objects.update(ends_on=date(2026, 11, 9))
    Allocation.objects.create(
        child=child, holder=shropshire.outsider, starts_on=date(2026, 11, 9), recorded_at=at(date(2026, 11, 9))
    )
    decide(child, shropshire.supervisor)

    assert not Record.objects.visible_to(Org.actor(shropshire.worker, on=TODAY)).exists()
    assert Record.objects.visible_to(Org.actor(shropshire.outsider, on=TODAY)).count() == 1


@pytest.mark.parametrize(("sees_from", "sees"), [(date(2026, 11, 10), False), (date(2026, 11, 9), True)])
def test_cover_reads_what_was_written_from_the_day_that_was_set(shropshire: Org, sees_from: date, sees: bool) -> None:
    decide(child_with(shropshire.worker), shropshire.supervisor)
    cover = add_person("Cal Moss", team=shropshire.team, job_title="Team manager")
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker,
        supervisor=cover,
        kind=SupervisionRelationship.Kind.COVER,
        starts_on=date(2026, 11, 9),
        sees_from=sees_from,
        recorded_at=datetime(2026, 11, 9, 9, tzinfo=UTC),
    )
    actor = Org.actor(cover, on=date(2026, 11, 12))

    assert Record.objects.visible_to(actor).exists() is sees


def test_the_manager_who_holds_a_child_without_a_worker_reads_and_adds(shropshire: Org) -> None:
    duty = add_person("Dee Marsh", team=shropshire.other_team, job_title="Duty manager")
    put_under(shropshire.outsider, duty)
    record = decide(child_with(shropshire.team_manager, without_worker=True), duty)
    holding, below = Org.actor(shropshire.team_manager, on=TODAY), Org.actor(shropshire.supervisor, on=TODAY)

    assert Record.objects.visible_to(holding).get() == record
    assert may(check_can_add, holding, record)
    assert may(check_can_mark_entered, holding, record)
    assert not Record.objects.visible_to(below).exists()


def test_of_a_case_that_was_opened_anew_what_was_before_is_read_through_the_worker_of_then(shropshire: Org) -> None:
    child = child_with(shropshire.worker)
    record = decide(child, shropshire.supervisor)
    closed, again = date(2026, 11, 10), date(2026, 11, 12)
    Episode.objects.update(ends_on=closed)
    Allocation.objects.update(ends_on=closed)
    for fact in (Episode(), Allocation(holder=shropshire.outsider)):
        fact.child, fact.starts_on, fact.recorded_at = child, again, at(again)
        fact.save()

    def sees(person: StaffMember) -> bool:
        return Record.objects.visible_to(Org.actor(person, on=again)).filter(pk=record.pk).exists()

    assert not sees(shropshire.outsider)
    assert sees(shropshire.worker)
    assert sees(shropshire.supervisor)
    assert not sees(shropshire.team_manager)
