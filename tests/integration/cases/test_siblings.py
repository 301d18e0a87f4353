"""Brothers and sisters over time: added by reference, taken out, moved together, never named out of sight."""

from datetime import date, datetime, timedelta

import pytest

from cases.models import Child, Sibling, SiblingGroup
from cases.selectors import own_facts, siblings_of
from cases.siblings import services
from core.errors import NotAllowed, RuleBroken
from tests.cases_kit import child_with
from tests.org import Org
from trail.models import Entry

DAY = timedelta(days=1)


def add(child: Child, reference: str, org: Org, at: datetime, *, on: date | None = None) -> None:
    actor = org.actor(org.supervisor)
    services.add_sibling(child_id=child.pk, reference=reference, starts_on=on or actor.on, actor=actor, at=at)


def together(child: Child, on: date) -> set[str]:
    keys = siblings_of(children=[child.pk], on=on).get(child.pk, frozenset())
    return set(Child.objects.filter(pk__in=keys).values_list("reference", flat=True))


def test_one_is_added_by_reference_from_a_day_on(shropshire: Org, noon: datetime, today: date) -> None:
    one, _ = (child_with(shropshire.worker, reference=each) for each in ("P1", "P2"))

    add(one, " p2 ", shropshire, noon, on=today - DAY)

    assert together(one, today - 2 * DAY) == set()
    assert together(one, today - DAY) == {"P2"} == together(one, today)
    assert set(Entry.objects.filter(verb="child.sibling_added").values_list("about_id", flat=True)) == {
        shropshire.worker.pk
    }


def test_who_is_sister_of_one_is_sister_of_all(shropshire: Org, noon: datetime, today: date) -> None:
    one, two, three, _ = (child_with(shropshire.worker, reference=f"P{number}") for number in range(1, 5))
    add(one, "P2", shropshire, noon, on=today - DAY)
    add(three, "P4", shropshire, noon, on=today - DAY)

    add(two, "P3", shropshire, noon)

    assert together(one, today) == {"P2", "P3", "P4"}
    assert together(three, today) == {"P1", "P2", "P4"}
    # What was before stays
    assert together(three, today - DAY) == {"P4"}
    assert SiblingGroup.objects.filter(siblings__ends_on=None).distinct().count() == 1


def test_taken_out_from_a_day_on_and_what_was_stays(shropshire: Org, noon: datetime, today: date) -> None:
    one, two = (child_with(shropshire.worker, reference=each) for each in ("P1", "P2"))
    add(one, "P2", shropshire, noon, on=today - DAY)
    actor = shropshire.actor(shropshire.supervisor)

    services.leave_siblings(child_id=two.pk, ends_on=today, actor=actor, at=noon)

    assert together(one, today) == set()
    assert together(one, today - DAY) == {"P2"}
    assert [(each.reference, each.ends_on) for each in own_facts(child=one, actor=actor).siblings] == [("P2", today)]
    with pytest.raises(RuleBroken, match="No brothers or sisters"):
        services.leave_siblings(child_id=two.pk, ends_on=today, actor=actor, at=noon)


@pytest.mark.parametrize("reference", ["P9", "Q1", ""])
def test_out_of_sight_and_unknown_are_one_answer(shropshire: Org, noon: datetime, reference: str) -> None:
    one = child_with(shropshire.worker, reference="P1")
    child_with(shropshire.outsider, reference="Q1")

    with pytest.raises(RuleBroken, match="None of the children whom you can see"):
        add(one, reference, shropshire, noon)

    assert not Sibling.objects.exists()


def test_a_brother_out_of_sight_is_neither_named_nor_counted(shropshire: Org, noon: datetime, today: date) -> None:
    one, two = (child_with(shropshire.worker, reference=each) for each in ("P1", "P2"))
    hidden = child_with(shropshire.outsider, reference="Q1")
    add(one, "P2", shropshire, noon, on=today - DAY)
    known = {"starts_on": today - DAY, "recorded_at": noon}
    Sibling.objects.create(group=SiblingGroup.objects.get(), child=hidden, **known)

    seen = own_facts(child=one, actor=shropshire.actor(shropshire.supervisor)).siblings
    elsewhere = own_facts(child=hidden, actor=shropshire.actor(shropshire.outsider)).siblings

    assert [each.child_id for each in seen] == [two.pk]
    assert elsewhere == []


def test_nobody_is_ones_own_brother_and_nothing_is_said_twice(shropshire: Org, noon: datetime, today: date) -> None:
    one, _ = (child_with(shropshire.worker, reference=each) for each in ("P1", "P2"))
    with pytest.raises(RuleBroken, match="the child itself"):
        add(one, "p1", shropshire, noon)
    add(one, "P2", shropshire, noon)

    with pytest.raises(RuleBroken, match="already"):
        add(one, "P2", shropshire, noon)
    with pytest.raises(RuleBroken, match="lies ahead"):
        add(one, "P2", shropshire, noon, on=today + DAY)


@pytest.mark.parametrize("relation", ["worker", "team_manager"])
def test_who_may_not_change_the_child_adds_nobody(shropshire: Org, noon: datetime, relation: str) -> None:
    one, _ = (child_with(shropshire.worker, reference=each) for each in ("P1", "P2"))
    actor = shropshire.actor(getattr(shropshire, relation))

    with pytest.raises(NotAllowed):
        services.add_sibling(child_id=one.pk, reference="P2", starts_on=actor.on, actor=actor, at=noon)
