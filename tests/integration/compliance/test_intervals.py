"""How things stood over time: nights one by one, all at once, twice, late, and two at a time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from cases.models import Allocation, Child, Episode
from compliance import rules, selectors, services
from compliance.models import Kind, Night, StatusInterval
from compliance.rules import Span, Standing, Thing
from core.clock import LONDON
from outbox.models import Job
from policies import services as policies
from staff.models import Absence, SupervisionRelationship
from supervision.models import CaseEntry, Discussion
from tests.decisions_kit import enter
from tests.diary_kit import booked, held
from tests.entries_kit import EntriesKit
from tests.org import RECORDED, Org
from tests.records_kit import NOON, Kit

QUARTER = [date(2026, 7, 1) + timedelta(days=number) for number in range(92)]
DAY = timedelta(days=1)


def two(on: date) -> datetime:
    return datetime.combine(on, time(2), LONDON)


def at_noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def night(keys: Iterable[UUID], *, on: date, kind: str = rules.PEOPLE, at: datetime | None = None) -> None:
    Night.objects.get_or_create(on=on, defaults={"started_at": two(on), "people": 1})
    services.assess(kind, keys=list(keys), on=on, at=at or two(on))


def kept(*subjects: UUID, kind: Kind | None = None) -> dict[Thing, list[Span]]:
    rows = StatusInterval.objects.order_by("starts_on")
    if kind:
        rows = rows.filter(kind=kind)
    found: dict[Thing, list[Span]] = {}
    for row in rows:
        thing = Thing(row.kind, str(row.subject), str(row.person_id or row.child_id))
        standing = Standing(row.status, row.due_on, row.rule, row.atom, row.policy, row.why)
        found.setdefault(thing, []).append(Span(row.starts_on, row.ends_on, standing))
    return found


def simulated(org: Org) -> list[UUID]:
    """A quarter under St Helens with all that may change: sessions entered late, a record entered late, leave, a child."""
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category="social_worker")
    for day, entered in ((date(2026, 6, 10), None), (date(2026, 7, 6), date(2026, 7, 20)), (date(2026, 8, 24), None)):
        held(org.worker, org.supervisor, on=day, entered_at=at_noon(entered or day))
    booked(org.worker, org.supervisor, on=date(2026, 9, 21), booked_at=at_noon(date(2026, 9, 1)))
    held(org.outsider, org.head, on=date(2026, 6, 29))
    Absence.objects.create(
        person=org.outsider, kind="other", starts_on=date(2026, 7, 13), ends_on=date(2026, 9, 7),
        recorded_at=at_noon(date(2026, 7, 14)),
    )  # fmt: skip
    return [org.worker.pk, org.outsider.pk]


# The property


def test_nights_one_by_one_give_what_is_built_at_once(org: Org) -> None:
    people = simulated(org)

    for on in QUARTER:
        night(people, on=on)

    at_once = services.rebuild(rules.PEOPLE, keys=people, first=QUARTER[0], last=QUARTER[-1])
    assert kept() == at_once
    of_worker = at_once[Thing(Kind.WORKER, str(org.worker.pk), str(org.worker.pk))]
    assert len(of_worker) > 5
    assert len(kept(kind=Kind.RECORD)) == 4, "three sessions of one, one of the other"


def test_a_row_begins_only_when_something_changes(org: Org) -> None:
    people = simulated(org)
    for on in QUARTER:
        night(people, on=on)

    for found in kept().values():
        assert all(
            one.standing != other.standing or one.ends_on != other.starts_on
            for one, other in zip(found, found[1:], strict=False)
        )
        assert found[-1].ends_on is None or found[-1].ends_on <= QUARTER[-1]
    assert StatusInterval.objects.count() < len(QUARTER)


def test_nights_that_were_missed_are_made_up_as_they_were_known_then(org: Org) -> None:
    people = simulated(org)
    Night.objects.create(on=QUARTER[0] - DAY, started_at=two(QUARTER[0]), people=2)
    (bounds,) = [rules.Bounds(rules.PEOPLE, rules.FIRST_KEY, rules.LAST_KEY)]
    for first in range(0, len(QUARTER), 23):
        services.assess_chunk(bounds, since=QUARTER[first], on=QUARTER[first + 22], at=two(QUARTER[first + 22]))

    at_once = services.rebuild(rules.PEOPLE, keys=people, first=QUARTER[0], last=QUARTER[-1])
    assert {thing: spans for thing, spans in kept().items() if thing in at_once} == at_once


def test_a_machine_that_was_off_begins_with_the_first_night_that_is_missing(shropshire: Org) -> None:
    services.start_night(on=date(2026, 11, 9), at=two(date(2026, 11, 9)))
    services.start_night(on=date(2026, 11, 12), at=two(date(2026, 11, 12)))

    assert list(Night.objects.order_by("on").values_list("on", flat=True)) == [
        date(2026, 11, day) for day in range(9, 13)
    ]
    asked = Job.objects.filter(task="compliance.tasks.assess_chunk", arguments__on="2026-11-12")
    assert {job.arguments["since"] for job in asked} == {"2026-11-10"}


def test_a_night_done_twice_changes_nothing(org: Org) -> None:
    people = simulated(org)
    for on in QUARTER[:30]:
        night(people, on=on)
    before = list(StatusInterval.objects.order_by("pk").values())

    for on in QUARTER[:30]:
        night(people, on=on, at=at_noon(QUARTER[40]))

    assert list(StatusInterval.objects.order_by("pk").values()) == before


STANDINGS = [Standing(status, None, "r", "a", "p", status) for status in ("met", "due_soon", "overdue")]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    days=some.lists(some.sampled_from([None, *STANDINGS]), min_size=1, max_size=12),
    order=some.randoms(use_true_random=False),
)
def test_in_whatever_order_nights_are_done_each_day_says_what_was_found(days: list[Any], order: Any) -> None:
    """Pure: nights that come late, or again, put no other day right or wrong."""
    numbered = list(enumerate(days))
    late = list(numbered)
    order.shuffle(late)
    rows: dict[str, Span] = {}
    done: set[int] = set()
    for number, standing in late + numbered[:2]:
        on = QUARTER[number]
        known = sorted(row for row in rows.values() if row.ends_on is None or row.ends_on > on)
        found = rules.change(
            known, standing, on=on, next_on=min((QUARTER[each] for each in done if each > number), default=None)
        )
        for key in found.ended:
            rows[key] = rows[key]._replace(ends_on=on)
        for span in found.begun:
            key = str(len(rows))
            rows[key] = span._replace(key=key)
        done.add(number)

    for number, standing in numbered:
        on = QUARTER[number]
        holding = [row for row in rows.values() if row.starts_on <= on and (row.ends_on is None or on < row.ends_on)]
        assert [row.standing for row in holding] == ([standing] if standing else [])


@given(days=some.lists(some.sampled_from([None, *STANDINGS]), min_size=1, max_size=20))
def test_day_by_day_in_order_equals_at_once(days: list[Any]) -> None:
    rows: list[Span] = []
    for number, standing in enumerate(days):
        on = QUARTER[number]
        known = [row for row in rows if row.ends_on is None]
        found = rules.change(known, standing, on=on, next_on=None)
        rows = [row._replace(ends_on=on) if row.key in found.ended else row for row in rows]
        rows += [span._replace(key=str(len(rows) + place)) for place, span in enumerate(found.begun)]

    assert [row._replace(key="") for row in rows] == rules.spans(
        {QUARTER[number]: each for number, each in enumerate(days)}
    )


# What ends


def test_the_intervals_of_somebody_who_left_end(org: Org) -> None:
    people = simulated(org)
    night(people, on=QUARTER[0])
    org.worker.left_on = QUARTER[3]
    org.worker.save()

    (bounds,) = selectors.chunk_bounds(rules.PEOPLE, on=QUARTER[3], size=500)
    night(selectors.keys_within(bounds, on=QUARTER[3]), on=QUARTER[3])

    of_worker = StatusInterval.objects.filter(person=org.worker)
    assert set(of_worker.values_list("ends_on", flat=True)) == {QUARTER[3]}


def test_the_interval_of_a_child_ends_with_its_case(shropshire: Org) -> None:
    child = Child.objects.create(reference="P1")
    dates: dict[str, Any] = {"child": child, "starts_on": date(2026, 4, 1), "recorded_at": RECORDED}
    episode = Episode.objects.create(**dates)
    Allocation.objects.create(holder=shropshire.worker, **dates)
    Discussion.objects.create(
        child=child, worker=shropshire.worker, on=date(2026, 5, 4), depth="brief", recorded_at=at_noon(date(2026, 5, 4))
    )
    for on in QUARTER[:10]:
        night([child.pk], on=on, kind=rules.CHILDREN)
    episode.ends_on, episode.end_recorded_at = QUARTER[10], at_noon(QUARTER[9])
    episode.save()
    night([child.pk], on=QUARTER[10], kind=rules.CHILDREN)

    rows = StatusInterval.objects.filter(child=child).order_by("starts_on")
    assert [(row.status, row.starts_on, row.ends_on) for row in rows] == [
        ("due_soon", date(2026, 7, 1), date(2026, 7, 4)),
        ("due_today", date(2026, 7, 4), date(2026, 7, 5)),
        ("overdue", date(2026, 7, 5), QUARTER[10]),
    ]


@pytest.mark.req("R121")
def test_a_contract_is_late_from_the_day_after_the_supervision_began_until_both_signed(shropshire: Org) -> None:
    began = date(2026, 7, 6)
    SupervisionRelationship.objects.filter(supervisee=shropshire.worker).update(
        starts_on=began, recorded_at=at_noon(QUARTER[0])
    )
    for on in (began, began + DAY, began + DAY * 2):
        night([shropshire.worker.pk], on=on)

    rows = StatusInterval.objects.filter(kind=Kind.CONTRACT).order_by("starts_on")
    assert [(row.status, row.starts_on, row.due_on) for row in rows] == [
        ("due_today", began, began),
        ("overdue", began + DAY, began),
    ]


@pytest.mark.scenario(13, "a")
def test_a_record_that_is_not_entered_falls_due_and_stands_as_late_for_ever(org: Org) -> None:
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category="social_worker")
    kit = Kit(org)
    session = held(org.worker, org.supervisor, on=date(2026, 11, 2))
    for day in range(3, 12):
        night([org.worker.pk], on=date(2026, 11, day))
    record = kit.sealed()
    type(session).objects.filter(pk=session.pk).update(record=record)
    record.parts.all()
    for day in range(12, 20):
        night([org.worker.pk], on=date(2026, 11, day))

    rows = list(StatusInterval.objects.filter(kind=Kind.RECORD, subject=session.pk).order_by("starts_on"))
    assert rows[0].due_on == date(2026, 11, 9)
    assert [row.status for row in rows][:3] == ["due_soon", "due_today", "overdue"]
    assert rows[-1].ends_on is None


@pytest.mark.req("R334")
def test_entries_are_in_time_once_the_last_of_them_is_on_its_childs_record(org: Org) -> None:
    """Under 003 the deadline is of the child's record in the case system, and a signature here does not meet it."""
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2017, 6, 1), at=RECORDED)
    org.worker.categories.update(category="practitioner")
    kit = EntriesKit(org)
    session = held(org.worker, org.supervisor, on=date(2026, 11, 9))
    record, entries = kit.sealed_with("P1", "P2")
    type(session).objects.filter(pk=session.pk).update(record=record)
    for entry in entries:
        assert entry.child
        CaseEntry.objects.create(record=entry, child=entry.child, session=session)
        Discussion.objects.create(
            child=entry.child, worker=org.worker, session=session, on=session.on, depth="in_depth", recorded_at=NOON
        )

    def standing(on: date) -> str:
        night([org.worker.pk], on=on)
        return StatusInterval.objects.filter(kind=Kind.RECORD, subject=session.pk).latest("starts_on").status

    enter(entries[0], org.supervisor, on=date(2026, 11, 10), at=at_noon(date(2026, 11, 10)))
    assert standing(date(2026, 11, 16)) == "due_today"
    assert standing(date(2026, 11, 17)) == "overdue"
    enter(entries[1], org.supervisor, on=date(2026, 11, 18), at=at_noon(date(2026, 11, 18)))
    assert standing(date(2026, 11, 19)) == "missed"


# Keeping


def test_two_workers_at_a_time_are_held_apart_by_the_database(org: Org) -> None:
    """The last guard, whatever the program does: a thing stands in one way on one day."""
    night(simulated(org), on=QUARTER[0])
    row = StatusInterval.objects.filter(kind=Kind.WORKER).first()
    assert row is not None
    row.pk, row._state.adding = None, True
    row.status = "met"

    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        StatusInterval.objects.bulk_create([StatusInterval(**{
            field.attname: getattr(row, field.attname) for field in StatusInterval._meta.fields if field.name != "id"
        })])  # fmt: skip


@pytest.mark.parametrize(
    "statement", ["UPDATE compliance_statusinterval SET status = 'met'", "DELETE FROM compliance_statusinterval"]
)
def test_the_program_can_neither_change_nor_remove_what_stood(org: Org, statement: str) -> None:
    night(simulated(org), on=QUARTER[0])

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
