"""Queries whose words are kept: with other people, days and hats they find what the ORM finds when it is asked anew."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from compliance.selectors import home, lists
from core.actor import Actor, Role
from core.prepared import prepared
from records.selectors import actions, adding
from staff.models import StaffMember
from supervision.selectors import agenda, contracts, matters, overview, people
from tests.diary_kit import booked
from tests.org import Org, add_person, put_under
from tests.records_kit import Kit


@prepared
def called(*, keys: Any, besides: UUID | None = None) -> QuerySet[StaffMember, str]:
    """Names of some people, one of them left out."""
    return StaffMember.objects.filter(pk__in=keys).exclude(pk=besides).order_by("name").values_list("name", flat=True)


@prepared
def beginning(*, actor: Actor, on: date) -> QuerySet[StaffMember, str]:
    """People with an open file who began after a day."""
    found = StaffMember.objects.with_file_open_to(actor).filter(employed_from__gt=on)
    return found.order_by("name").values_list("name", flat=True)


def everybody(org: Org) -> list[Actor]:
    """Each relation to the worker, some of them with a hat, on two days."""
    people = [org.worker, org.supervisor, org.team_manager, org.head, org.outsider]
    actors = [org.actor(person) for person in people]
    hats = [org.actor(org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER), org.actor(org.hr, hat=Role.HR)]
    return [*actors, *hats, org.actor(org.psw)]


@pytest.mark.django_db
def test_each_call_finds_its_own_people(org: Org) -> None:
    first, second, third = (add_person(name, team=org.team, job_title="") for name in ("Ann Lee", "Bo Hill", "Cy Ray"))

    assert called(keys={first.pk, second.pk}) == ["Ann Lee", "Bo Hill"]
    assert called(keys={third.pk}) == ["Cy Ray"]
    assert called(keys=[third.pk, first.pk], besides=first.pk) == ["Cy Ray"]
    assert called(keys=frozenset({second.pk, third.pk}), besides=second.pk) == ["Cy Ray"]
    assert called(keys=set()) == []
    assert called(keys={uuid4()}) == []


@pytest.mark.django_db
def test_the_words_are_kept_and_the_values_are_not(org: Org) -> None:
    with CaptureQueriesContext(connection) as captured:
        called(keys={org.worker.pk, org.head.pk})
        called(keys={org.supervisor.pk})

    first, second = (query["sql"] for query in captured.captured_queries)
    assert str(org.worker.pk) in first
    assert str(org.head.pk) in first
    assert str(org.supervisor.pk) in second
    assert str(org.worker.pk) not in second


@pytest.mark.django_db
def test_a_query_that_computes_with_its_arguments_is_refused() -> None:
    @prepared
    def late(*, on: date) -> QuerySet[StaffMember]:
        return StaffMember.objects.filter(employed_from__lt=on - timedelta(days=28))

    @prepared
    def said(*, person_id: UUID) -> QuerySet[StaffMember]:
        return StaffMember.objects.filter(name=str(person_id))

    for query, value in ((late, {"on": date(2026, 11, 9)}), (said, {"person_id": uuid4()})):
        with pytest.raises(ValueError, match="must not compute"):
            query(**value)


@pytest.mark.django_db
def test_an_actor_is_taken_apart(org: Org) -> None:
    day = org.worker.employed_from - timedelta(days=1)

    for actor in everybody(org):
        plain = list(beginning.plain(actor=actor, on=day))  # type: ignore[attr-defined]
        assert beginning(actor=actor, on=day) == plain
        assert beginning(actor=actor, on=date(2200, 1, 1)) == []


def queries(org: Org, actor: Actor) -> list[tuple[Callable[..., Any], dict[str, Any]]]:
    """Every prepared query of the pages, with what they ask for one actor."""
    at = datetime(2026, 11, 9, 12, tzinfo=UTC)
    near = {actor.staff_id} | actor.supervises
    due: dict[str, Any] = {"actor": actor, "people": near | actor.next_up_for, "holders": near, "on": actor.on}
    listed: dict[str, Any] = {"actor": actor, "on": actor.on, "person_id": None}
    shown = {"whose": actions.Whose.ALL, "show": actions.Show.OPEN, "place": range(25)}
    return [
        (home._last_parts, {"actor": actor, "since": at - timedelta(days=14)}),
        (lists._standing, {**due, "below": frozenset()}),
        (lists._standing, {**due, "below": actor.next_up_for | {actor.staff_id}}),
        (adding._unfinished, {"actor": actor}),
        (actions._counts, {**listed, "whose": actions.Whose.ALL}),
        (actions._counts, {**listed, "whose": actions.Whose.OTHERS}),
        (actions._shown, {**listed, **shown}),
        (actions._shown, {**listed, **shown, "show": actions.Show.TO_GIVE_ON}),
        (agenda._waiting, {"supervisee_id": org.worker.pk, "session_id": None, "actor": actor}),
        (contracts._rows, {"people": near}),
        (contracts._by_line, {"people": near, "on": actor.on}),
        (matters._matters, {"actor": actor, "person_id": org.worker.pk, "session_id": None}),
        (overview._rows, {"people": near, "on": actor.on, "decides_for": actor.next_up_for, "me": actor.staff_id}),
        (people._persons, {"people": near, "on": actor.on}),
        (people._person_with_open_file, {"person_id": org.worker.pk, "actor": actor}),
        (people._open_actions, {"person_id": org.worker.pk, "actor": actor}),
    ]


@pytest.mark.django_db
def test_pages_find_for_each_relation_what_the_orm_finds_for_it(org: Org) -> None:
    """A query whose words were made for somebody else must never show to one person what another sees."""
    kit = Kit(org)
    kit.sealed()
    kit.awaiting()
    booked(org.worker, org.supervisor, on=date(2026, 12, 7))
    put_under(add_person("Ida Lowe", team=org.team, job_title="Social worker"), org.supervisor)

    differs = set()
    for actor in [*everybody(org), *reversed(everybody(org))]:
        for query, values in queries(org, actor):
            anew = list(query.plain(**values))  # type: ignore[attr-defined]
            assert query(**values) == anew, (query.__name__, actor.name)
            differs.add((query.__name__, str(anew)))

    assert len({name for name, _ in differs}) == 12
    assert sum(name == "_open_actions" for name, _ in differs) > 2


@pytest.mark.parametrize(
    "looks",
    [
        lambda actor, key: key in actor.supervises,
        lambda actor, key: key in actor.supervises | {actor.staff_id},
        lambda actor, key: key in frozenset({key}) | actor.supervises,
        lambda actor, key: actor.supervises - {key},
        lambda actor, key: actor.supervises & {key},
        lambda actor, key: actor.supervises <= frozenset({key}),
    ],
)
def test_a_query_that_looks_who_is_among_its_people_is_refused(org: Org, looks: Callable[[Any, UUID], object]) -> None:
    @prepared
    def looking(*, actor: Actor) -> QuerySet[StaffMember]:
        looks(actor, org.worker.pk)
        return StaffMember.objects.filter(pk__in=actor.supervises)

    assert looking.plain(actor=org.actor(org.supervisor)).get() == org.worker  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="must not look"):
        looking(actor=org.actor(org.supervisor))
