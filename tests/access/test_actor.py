"""Who stands how to whom, on a day: half-open ends, successors, cover, lines that end even where they loop."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from core.actor import Actor, Role
from staff.models import ManagementLine, RoleHeld, StaffMember, SupervisionRelationship
from staff.selectors import actor_for
from tests.org import RECORDED, Org, add_person, put_under

LINE_MANAGEMENT = SupervisionRelationship.Kind.LINE_MANAGEMENT
COVER = SupervisionRelationship.Kind.COVER


def supervise(
    supervisee: StaffMember,
    supervisor: StaffMember,
    *,
    starts_on: date,
    ends_on: date | None = None,
    kind: SupervisionRelationship.Kind = LINE_MANAGEMENT,
) -> SupervisionRelationship:
    return SupervisionRelationship.objects.create(
        supervisee=supervisee,
        supervisor=supervisor,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=RECORDED,
    )


def end_supervision(supervisee: StaffMember, *, ends_on: date) -> None:
    SupervisionRelationship.objects.filter(supervisee=supervisee).update(ends_on=ends_on)


def test_each_step_of_the_line_has_its_own_relation_to_the_worker(org: Org) -> None:
    worker = org.worker.pk

    assert org.actor(org.worker).relation_to(worker) == "self"
    assert org.actor(org.supervisor).relation_to(worker) == "supervisor"
    assert org.actor(org.team_manager).relation_to(worker) == "next up"
    assert org.actor(org.head).relation_to(worker) == "above"
    assert org.actor(org.outsider).relation_to(worker) == "colleague"
    assert org.actor(org.hr, hat=Role.HR).relation_to(worker) == "hr"
    assert org.actor(org.hr).relation_to(worker) == "colleague"


def test_nobody_is_anything_to_those_above(org: Org) -> None:
    actor = org.actor(org.worker)

    assert actor.supervises == actor.manages == actor.next_up_for == actor.above_for == frozenset()


def test_the_whole_line_below_is_gathered(org: Org) -> None:
    actor = org.actor(org.head)

    assert actor.manages == actor.supervises == {org.team_manager.pk}
    assert actor.next_up_for == {org.supervisor.pk}
    assert org.worker.pk in actor.above_for
    assert org.outsider.pk not in actor.above_for


def test_somebody_in_the_line_whom_nobody_supervises_is_known_to_those_above(org: Org) -> None:
    newcomer = add_person("Nia Bell", team=org.team, job_title="Social worker")
    put_under(newcomer, org.supervisor, supervises=False)

    assert newcomer.pk in org.actor(org.supervisor).manages
    assert newcomer.pk in org.actor(org.team_manager).above_for
    assert newcomer.pk in org.actor(org.head).above_for
    assert newcomer.pk not in org.actor(org.supervisor).supervises


def test_an_end_is_the_first_day_without(org: Org) -> None:
    end_supervision(org.worker, ends_on=date(2026, 12, 1))

    assert org.worker.pk in org.actor(org.supervisor, on=date(2026, 11, 30)).supervises
    assert org.worker.pk not in org.actor(org.supervisor, on=date(2026, 12, 1)).supervises
    assert org.worker.pk not in org.actor(org.team_manager, on=date(2026, 12, 1)).next_up_for


def test_a_start_is_the_first_day_with(org: Org) -> None:
    supervise(org.outsider, org.supervisor, starts_on=date(2026, 12, 1))

    assert org.outsider.pk not in org.actor(org.supervisor, on=date(2026, 11, 30)).supervises
    assert org.outsider.pk in org.actor(org.supervisor, on=date(2026, 12, 1)).supervises


@pytest.mark.scenario(5)
def test_the_successor_sees_from_the_day_on_which_the_former_supervisor_does_not(org: Org) -> None:
    change = date(2026, 12, 1)
    end_supervision(org.worker, ends_on=change)
    supervise(org.worker, org.outsider, starts_on=change)

    for on in (change - timedelta(days=1), change, change + timedelta(days=1)):
        former = org.worker.pk in org.actor(org.supervisor, on=on).supervises
        successor = org.worker.pk in org.actor(org.outsider, on=on).supervises
        assert (former, successor) == (on < change, on >= change)


@pytest.mark.scenario(10)
def test_cover_sees_from_its_first_day_until_its_end_and_the_supervisor_goes_on_seeing(org: Org) -> None:
    supervise(org.worker, org.outsider, starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 1), kind=COVER)

    seen = {
        on: (
            org.worker.pk in org.actor(org.outsider, on=on).supervises,
            org.worker.pk in org.actor(org.supervisor, on=on).supervises,
        )
        for on in (date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 1))
    }

    assert seen == {
        date(2026, 11, 1): (False, True),
        date(2026, 11, 2): (True, True),
        date(2026, 11, 30): (True, True),
        date(2026, 12, 1): (False, True),
    }


def test_the_line_manager_of_cover_is_never_next_up_by_it(org: Org) -> None:
    """Control: whoever supervises in the own right brings the own line manager along."""
    manager = add_person("Mo Karim", team=org.other_team, job_title="Team manager")
    put_under(org.outsider, manager)
    supervise(org.worker, org.outsider, starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 1), kind=COVER)
    supervise(org.worker, org.outsider, starts_on=date(2026, 12, 1), kind=SupervisionRelationship.Kind.PROFESSIONAL)

    assert org.worker.pk in org.actor(org.outsider, on=date(2026, 11, 30)).supervises
    assert org.worker.pk not in org.actor(manager, on=date(2026, 11, 30)).next_up_for
    assert org.worker.pk in org.actor(org.team_manager, on=date(2026, 11, 30)).next_up_for
    assert org.worker.pk in org.actor(manager, on=date(2026, 12, 1)).next_up_for


def test_a_proposed_line_gives_no_sight_until_it_is_confirmed(org: Org, today: date) -> None:
    line = ManagementLine.objects.create(
        person=org.outsider, manager=org.supervisor, starts_on=today, recorded_at=RECORDED
    )

    assert org.outsider.pk not in org.actor(org.supervisor).manages

    ManagementLine.objects.filter(pk=line.pk).update(confirmed_at=datetime(2026, 11, 9, tzinfo=UTC))

    assert org.outsider.pk in org.actor(org.supervisor).manages


def test_a_loop_in_the_line_ends_and_nobody_stands_above_themselves(org: Org) -> None:
    put_under(org.head, org.worker)  # past the services, which refuse it

    actor = org.actor(org.team_manager)

    assert org.team_manager.pk not in actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    assert {org.worker.pk, org.head.pk, org.supervisor.pk} <= actor.supervises | actor.next_up_for | actor.above_for


def test_roles_and_job_title_are_those_of_the_day(org: Org) -> None:
    RoleHeld.objects.filter(person=org.head).update(ends_on=date(2026, 12, 1))

    assert org.actor(org.head, on=date(2026, 11, 30)).roles == {Role.SERVICE_MANAGER}
    assert org.actor(org.head, on=date(2026, 12, 1)).roles == frozenset()
    assert org.actor(org.head, on=date(2025, 1, 1)).job_title == ""
    assert org.actor(org.head).job_title == "Service manager"


def test_it_is_one_query_whatever_the_line(org: Org, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        put_under(add_person(f"Worker {number}", team=org.team, job_title="Social worker"), org.supervisor)

    with django_assert_num_queries(1):
        actor_for(org.head, on=date(2026, 11, 9))


# Hats, without a database


def an_actor(**changes: object) -> Actor:
    return replace(Actor(staff_id=uuid4(), name="Sam Adair", on=date(2026, 11, 9)), **changes)  # type: ignore[arg-type]


def test_a_hat_that_is_not_owned_stays_off() -> None:
    actor = an_actor(roles=frozenset({Role.HR}))

    assert actor.wearing(Role.SYSTEM_ADMINISTRATOR).hat is None
    assert actor.wearing(Role.HR).hat is Role.HR
    assert actor.wearing(Role.HR).wearing(None).hat is None


def test_only_three_roles_are_hats() -> None:
    actor = an_actor(roles=frozenset(Role))

    assert actor.wearing(Role.DIRECTOR).hat is None
    assert list(actor.available_hats()) == [Role.PRINCIPAL_SOCIAL_WORKER, Role.HR, Role.SYSTEM_ADMINISTRATOR]


def test_the_closest_relation_is_the_one_that_is_named() -> None:
    person: UUID = uuid4()
    people = frozenset({person})

    assert an_actor(supervises=people, next_up_for=people, above_for=people).relation_to(person) == "supervisor"
    assert an_actor(next_up_for=people, above_for=people).relation_to(person) == "next up"
    assert an_actor(manages=people, above_for=people).relation_to(person) == "line manager"
    assert an_actor(above_for=people).relation_to(person) == "above"
