"""Two people say at the same moment that children belong together: all of them do, and nobody is parted."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.models import Child, Sibling
from cases.selectors import siblings_of
from cases.siblings import services
from core.actor import Actor
from core.errors import RuleBroken
from tests.cases_kit import child_with
from tests.concurrency.test_two_sign_at_once import at_once
from tests.meeting import LONGEST_WAIT
from tests.org import make_org

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def family(committed_db: str) -> tuple[list[Child], Actor]:
    """Two families of two: the first with the second, the third with the fourth; and whoever may say so."""
    org = make_org()
    actor = org.actor(org.supervisor)
    children = [child_with(org.worker, reference=f"P{number}") for number in range(1, 6)]
    for one, other in ((0, 1), (2, 3)):
        add(children[one], children[other], actor, days_ago=1)
    return children, actor


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each wait, after it looked who belongs to whom and before the first write, until the other has come as far."""
    barrier = threading.Barrier(2)
    original = services._move

    def wait_then_move(*args: Any, **options: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=LONGEST_WAIT)
        original(*args, **options)

    monkeypatch.setattr(services, "_move", wait_then_move)


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same service, and nobody waits for anybody. The other, who always comes, is waited for longer."""
    monkeypatch.setattr(f"{__name__}.LONGEST_WAIT", 5)

    def not_locked(children: list[Child]) -> dict[UUID, UUID]:
        held = Sibling.objects.filter(child__in=children, ends_on=None)
        return dict(held.values_list("child_id", "group_id"))

    monkeypatch.setattr(services, "_lock_groups", not_locked)


def add(child: Child, other: Child, actor: Actor, *, days_ago: int = 0) -> Child:
    return services.add_sibling(
        child_id=child.pk,
        reference=other.reference,
        starts_on=actor.on - days_ago * DAY,
        actor=actor,
        at=NOW - days_ago * DAY,
    )


def together(child: Child, actor: Actor) -> set[str]:
    keys = siblings_of(children=[child.pk], on=actor.on).get(child.pk, frozenset())
    return set(Child.objects.filter(pk__in=keys).values_list("reference", flat=True))


@pytest.mark.usefixtures("meeting")
def test_two_families_joined_from_both_sides_at_once_are_one(family: tuple[list[Child], Actor]) -> None:
    (one, two, three, four, _), actor = family

    results = at_once(lambda: add(one, three, actor), lambda: add(four, two, actor))

    assert sorted(type(result).__name__ for result in results) == ["Child", "RuleBroken"], results
    assert any("belong together already" in str(result) for result in results)
    assert together(one, actor) == {"P2", "P3", "P4"}
    assert Sibling.objects.filter(ends_on=None).values("group").distinct().count() == 1


@pytest.mark.usefixtures("without_the_lock", "meeting")
def test_control_without_the_lock_the_families_change_places(family: tuple[list[Child], Actor]) -> None:
    (one, two, three, four, _), actor = family

    results = at_once(lambda: add(one, three, actor), lambda: add(four, two, actor))

    assert [type(result) for result in results] == [Child, Child], results
    assert together(one, actor) == {"P2"}


@pytest.mark.usefixtures("meeting")
def test_a_child_added_to_a_family_that_is_joined_to_another_comes_along(family: tuple[list[Child], Actor]) -> None:
    (one, _, three, four, five), actor = family

    results = at_once(lambda: add(one, three, actor), lambda: add(five, four, actor))

    assert [type(result) for result in results] == [Child, Child], results
    assert together(five, actor) == {"P1", "P2", "P3", "P4"}


def test_two_who_add_each_other_do_not_wait_for_ever(family: tuple[list[Child], Actor]) -> None:
    (one, _, _, _, five), actor = family

    results = at_once(lambda: add(one, five, actor), lambda: add(five, one, actor))

    assert sorted(type(result).__name__ for result in results) == ["Child", "RuleBroken"], results
    assert not any(isinstance(result, RuleBroken) and "together already" not in str(result) for result in results)
    assert together(five, actor) == {"P1", "P2"}
