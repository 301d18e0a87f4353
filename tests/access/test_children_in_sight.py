"""Who sees which child, and what was discussed of it: holder, supervisor, next up, holding manager, former holder."""

from datetime import date

import pytest

from cases.access import check_can_change_child
from cases.models import Allocation, Child, Episode, Override
from cases.selectors import child_by_reference, holding_of
from core.actor import Role
from core.shortcuts import may
from staff.models import Absence, ManagementLine, StaffMember, SupervisionRelationship
from supervision.models.discussions import Discussion
from supervision.selectors.caseload import child_page
from tests.cases_kit import at, child_with, discuss
from tests.org import Org, add_person, put_under

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)
HATS = {"psw": Role.PRINCIPAL_SOCIAL_WORKER, "hr": Role.HR, "sysadmin": Role.SYSTEM_ADMINISTRATOR}
# Who, whether the child is seen, and whether it may be changed
OF_THE_WORKER = [
    ("worker", True, False),
    ("supervisor", True, True),
    ("team_manager", True, False),
    ("head", False, False),
    ("outsider", False, False),
    ("psw", False, False),
    ("hr", False, False),
    ("sysadmin", False, False),
]
HELD_BY_THE_SUPERVISOR = [
    ("worker", False, False),
    ("supervisor", True, True),
    ("team_manager", True, True),
    ("head", True, False),
    ("outsider", False, False),
]


def stands(org: Org, who: str, child: Child) -> tuple[bool, bool]:
    actor = org.actor(getattr(org, who), on=TODAY, hat=HATS.get(who))
    held = holding_of(child_id=child.pk, on=TODAY)
    sees = Child.objects.visible_to(actor).filter(pk=child.pk).exists()
    assert (child_by_reference(actor=actor, reference=child.reference) is not None) is sees
    assert Allocation.objects.visible_to(actor).filter(child=child).exists() is sees
    return sees, may(check_can_change_child, actor, held.holdings, held=held.without_worker)


@pytest.mark.parametrize(("who", "sees", "changes"), OF_THE_WORKER)
def test_a_child_with_a_worker(org: Org, who: str, sees: bool, changes: bool) -> None:
    child = child_with(org.worker)

    assert stands(org, who, child) == (sees, changes)


@pytest.mark.parametrize(("who", "sees", "changes"), HELD_BY_THE_SUPERVISOR)
def test_a_child_that_a_manager_holds_without_a_worker(org: Org, who: str, sees: bool, changes: bool) -> None:
    child = child_with(org.supervisor, without_worker=True)

    assert stands(org, who, child) == (sees, changes)


@pytest.fixture
def line_manager(org: Org) -> StaffMember:
    """Manages the worker, and is neither the supervisor nor next up."""
    person = add_person("Mo Karim", team=org.team, job_title="Assistant team manager")
    put_under(person, org.team_manager)
    ManagementLine.objects.filter(person=org.worker).update(manager=person)
    return person


@pytest.mark.parametrize(
    ("kind", "has_supervisor", "sees"),
    [("sickness", False, True), ("sickness", True, False), ("annual_leave", False, False), (None, False, False)],
)
def test_a_line_manager_sees_the_children_of_somebody_who_is_away_and_has_no_supervisor_by_line(
    org: Org, line_manager: StaffMember, kind: str | None, has_supervisor: bool, sees: bool
) -> None:
    child = child_with(org.worker)
    if not has_supervisor:
        SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=TODAY)
    if kind:
        Absence.objects.create(
            person=org.worker, kind=kind, starts_on=date(2026, 9, 1), recorded_at=at(date(2026, 9, 1))
        )

    assert Child.objects.visible_to(org.actor(line_manager, on=TODAY)).filter(pk=child.pk).exists() is sees


def test_who_left_leaves_the_children_to_the_line_manager(shropshire: Org, org: Org, line_manager: StaffMember) -> None:
    child = child_with(org.worker)
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=TODAY)
    StaffMember.objects.filter(pk=org.worker.pk).update(left_on=TODAY)

    held = holding_of(child_id=child.pk, on=TODAY)
    actor = org.actor(line_manager, on=TODAY)

    assert held.without_worker is not None
    assert held.without_worker.against == {line_manager.pk}
    assert Child.objects.visible_to(actor).get() == child
    assert may(check_can_change_child, actor, held.holdings, held=held.without_worker)


def test_a_former_holder_sees_the_own_discussions_and_nothing_else(org: Org) -> None:
    child = child_with(org.worker)
    discuss(child, org.worker, on=date(2026, 3, 2))
    discuss(child, org.outsider, on=date(2026, 10, 5))
    Allocation.objects.update(ends_on=date(2026, 6, 1))
    Allocation.objects.create(
        child=child, holder=org.outsider, starts_on=date(2026, 6, 1), recorded_at=at(date(2026, 6, 1))
    )
    former, supervisor, holder = (org.actor(each, on=TODAY) for each in (org.worker, org.supervisor, org.outsider))

    assert not Child.objects.visible_to(former).exists()
    assert [each.on for each in Discussion.objects.visible_to(former)] == [date(2026, 3, 2)]
    assert not Discussion.objects.visible_to(supervisor).exists()
    assert Discussion.objects.visible_to(holder).count() == 2


def test_cover_sees_what_was_discussed_from_the_day_that_was_set(org: Org) -> None:
    cover = add_person("Cal Moss", team=org.team, job_title="Team manager")
    SupervisionRelationship.objects.create(
        supervisee=org.worker,
        supervisor=cover,
        kind=SupervisionRelationship.Kind.COVER,
        starts_on=date(2026, 11, 2),
        sees_from=date(2026, 10, 1),
        recorded_at=at(date(2026, 11, 2)),
    )
    discussed = (date(2026, 9, 1), date(2026, 10, 5))
    child = child_with(org.worker, discussed=discussed)
    actor = org.actor(cover, on=TODAY)

    assert Child.objects.visible_to(actor).get() == child
    assert [each.on for each in Discussion.objects.visible_to(actor)] == [date(2026, 10, 5)]


@pytest.mark.parametrize("holds_jointly", [False, True])
def test_cover_sees_of_a_former_worker_no_more_than_of_the_present_one(org: Org, holds_jointly: bool) -> None:
    """Control: whoever supervises another holder of the child in the own right sees everything of it."""
    cover, former = (add_person(name, team=org.team, job_title="Social worker") for name in ("Cal Moss", "Ben Amin"))
    SupervisionRelationship.objects.create(
        supervisee=org.worker,
        supervisor=cover,
        kind=SupervisionRelationship.Kind.COVER,
        starts_on=date(2026, 11, 2),
        sees_from=date(2026, 11, 2),
        recorded_at=at(date(2026, 11, 2)),
    )
    child = child_with(org.worker)
    discuss(child, former, on=date(2026, 3, 2), depth="not_discussed", reason="He was away.")
    Override.objects.create(
        child=child,
        every="P14D",
        reason="Three moves in a month",
        review_on=date(2027, 1, 4),
        set_by=org.supervisor,
        starts_on=date(2026, 9, 1),
        recorded_at=at(date(2026, 9, 1)),
    )
    if holds_jointly:
        put_under(former, cover)
        Allocation.objects.create(child=child, holder=former, starts_on=TODAY, recorded_at=at(TODAY))
    actor = org.actor(cover, on=TODAY)

    page = child_page(child=child, actor=actor, on=TODAY)

    assert Discussion.objects.visible_to(actor).exists() is holds_jointly
    typed = {each.text for each in page.timeline if each.text} | {page.override_because} - {""}
    assert typed == ({"He was away.", "Three moves in a month"} if holds_jointly else set())
    assert bool(page.override)
    assert all(each.at >= date(2026, 11, 2) for each in page.timeline) is not holds_jointly


@pytest.mark.parametrize("opened_again", [date(2026, 6, 1), date(2026, 11, 2)])
def test_what_was_before_a_closure_is_seen_by_those_who_saw_it_then(org: Org, opened_again: date) -> None:
    other = add_person("Mel Cho", team=org.other_team, job_title="Team manager")
    put_under(org.outsider, other)
    child = child_with(org.worker)
    discuss(child, org.worker, on=date(2026, 3, 2), depth="not_discussed", reason="She was away.")
    closed, again = date(2026, 6, 1), opened_again
    for facts in (child.episodes, child.allocations):
        facts.update(ends_on=closed)
    known = {"child": child, "starts_on": again, "recorded_at": at(again)}
    Episode.objects.create(**known)
    Allocation.objects.create(holder=org.outsider, **known)
    holder, manager = (org.actor(each, on=TODAY) for each in (org.outsider, other))

    for actor in (holder, manager):
        page = child_page(child=child, actor=actor, on=TODAY)
        assert not Discussion.objects.visible_to(actor).exists()
        assert {(each.at, each.text) for each in page.timeline} == {(again, "")}
    # The control: a closure by mistake is no closure, and whoever supervised the worker of then saw it then
    child.episodes.filter(ends_on=closed).update(closed_in_error=True)
    assert Discussion.objects.visible_to(holder).exists()
    child.episodes.filter(ends_on=closed).update(closed_in_error=False)
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=other, kind="professional", starts_on=TODAY, recorded_at=at(TODAY)
    )
    again_manager = org.actor(other, on=TODAY)
    assert Discussion.objects.visible_to(again_manager).exists()
    assert min(each.at for each in child_page(child=child, actor=again_manager, on=TODAY).timeline) < closed
