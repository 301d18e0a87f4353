"""Drawing a file: from whom, by whom, again with a reason, and never once the audit is open."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import Error, connection, transaction
from pytest_django import DjangoAssertNumQueries

from audits.drawing import rules, selectors, services
from audits.models import Audit, Draw
from core.errors import NotAllowed, RuleBroken
from staff.models import StaffMember, SupervisionRelationship
from tests.audits_kit import NOON, TODAY, Tiers, acting, planned, signed, tiers
from tests.org import RECORDED, Org, add_person, put_under
from trail.models import Entry

FILES_OF_MANAGERS = "assistant_director-supervision_file-team_manager"
FILES_OF_WORKERS = "service_manager-supervision_file-social_worker"
Q3 = (date(2026, 10, 1), date(2027, 1, 1))


@pytest.fixture
def line(shropshire: Org) -> Tiers:
    return tiers(shropshire)


def drawn(line: Tiers, *, at=NOON) -> Audit:
    return services.draw_file(duty_id=FILES_OF_WORKERS, starts_on=Q3[0], actor=acting(line.head), at=at)


@pytest.mark.scenario(20, "a")
@pytest.mark.req("R113", "R114", "R117")
def test_the_assistant_director_draws_a_team_managers_file_for_the_quarter(line: Tiers) -> None:
    audit = services.draw_file(duty_id=FILES_OF_MANAGERS, starts_on=Q3[0], actor=acting(line.assistant), at=NOON)

    assert audit.file_of in line.managers
    assert audit.supervisor == line.head
    assert (audit.duty, audit.starts_on, audit.ends_on) == (FILES_OF_MANAGERS, *Q3)
    draw = audit.draw
    assert {each["id"] for each in draw.pool} == {str(manager.pk) for manager in line.managers}
    assert {each["stratum"] for each in draw.pool} == {"Ash team", "Rowan team"}
    assert rules.agrees(draw.seed, draw.pool, draw.picked)
    assert Entry.objects.get(verb="audit.drawn").about_id == audit.file_of_id

    with pytest.raises(RuleBroken, match="Nothing is left to draw"):
        services.draw_file(duty_id=FILES_OF_MANAGERS, starts_on=Q3[0], actor=acting(line.assistant), at=NOON)


@pytest.mark.req("R114", "R116")
def test_nobody_draws_a_file_that_they_supervise_or_their_own(line: Tiers) -> None:
    below_director = services.draw_file(
        duty_id="dcs-supervision_file-service_manager", starts_on=date(2026, 4, 1), actor=acting(line.director), at=NOON
    )
    assert (below_director.file_of, below_director.supervisor) == (line.head, line.assistant)

    # As cover, a file is the auditor's own supervision
    covered = line.workers[0]
    SupervisionRelationship.objects.create(
        supervisee=covered, supervisor=line.head, kind="cover", covers_for=line.managers[0],
        starts_on=TODAY - timedelta(days=3), recorded_at=RECORDED,
    )  # fmt: skip
    pool = selectors.pool_of_files(actor=acting(line.head), of="social_worker", on=TODAY)
    ids = {item.id for item in pool.items}
    assert str(covered.pk) not in ids
    assert {str(line.workers[1].pk), str(line.workers[4].pk)} <= ids
    assert not ids & {str(manager.pk) for manager in line.managers}
    for person in (line.managers[0], line.org.worker, line.org.outsider):
        with pytest.raises((NotAllowed, RuleBroken)):
            services.draw_file(duty_id=FILES_OF_WORKERS, starts_on=Q3[0], actor=acting(person), at=NOON)


def test_a_file_under_audit_is_left_out_and_one_audited_lately_while_there_are_others(line: Tiers) -> None:
    head, [one, another, *_] = line.head, line.workers
    under_audit = planned(auditor=head, file_of=one, supervisor=line.managers[0])
    signed(planned(auditor=head, file_of=another, supervisor=line.managers[0]), on=date(2026, 5, 4))

    pool = selectors.pool_of_files(actor=acting(head), of="social_worker", on=TODAY)

    ids = {item.id for item in pool.items}
    assert not ids & {str(one.pk), str(another.pk)}
    assert (pool.under_audit, pool.audited_lately) == (1, 1)
    assert [number for _, number in pool.strata] == [2, 3]
    again = selectors.pool_of_files(actor=acting(head), of="social_worker", on=TODAY, leave_out=under_audit.pk)
    assert str(one.pk) in {item.id for item in again.items}


@pytest.mark.scenario(20, "e")
@pytest.mark.req("R255")
def test_drawing_again_needs_a_reason_and_stays_on_the_record(line: Tiers) -> None:
    audit = drawn(line)
    first, file_of = audit.draw, audit.file_of
    actor = acting(line.head)

    with pytest.raises(RuleBroken, match="Say why you draw again"):
        services.draw_again(audit_id=audit.pk, reason=" ", actor=actor, at=NOON)
    again = services.draw_again(audit_id=audit.pk, reason="On leave until March.", actor=actor, at=NOON)

    assert again.file_of != file_of
    assert again.draw.replaces == first
    assert again.draw.reason == "On leave until March."
    assert str(file_of.pk) not in {each["id"] for each in again.draw.pool}
    rows = selectors.draws_of(again, actor=actor)
    assert [(row.is_present, row.agrees) for row in rows] == [(True, True), (False, True)]
    assert again.children.count() == 0


def test_whose_file_it_is_stands_once_the_audit_is_open_signed_or_given_up(line: Tiers) -> None:
    audit = drawn(line)
    Audit.objects.filter(pk=audit.pk).update(given_up_at=NOON)
    with pytest.raises(RuleBroken, match="given up already"):
        services.draw_again(audit_id=audit.pk, reason="Why not", actor=acting(line.head), at=NOON)
    Audit.objects.filter(pk=audit.pk).update(given_up_at=None)
    signed(audit, on=TODAY)
    with pytest.raises(RuleBroken, match="signed already"):
        services.draw_again(audit_id=audit.pk, reason="Why not", actor=acting(line.head), at=NOON)
    open_one = planned(auditor=line.head, file_of=line.workers[0], supervisor=line.managers[0])
    signed(open_one, on=TODAY)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_only_who_draws_a_file_draws_another(line: Tiers) -> None:
    audit = drawn(line)

    with pytest.raises(NotAllowed, match="Only the auditor can draw again"):
        services.draw_again(audit_id=audit.pk, reason="Another", actor=acting(line.assistant), at=NOON)
    for person in (audit.supervisor, audit.file_of, line.org.outsider):
        with pytest.raises(Audit.DoesNotExist):
            services.draw_again(audit_id=audit.pk, reason="Another", actor=acting(person), at=NOON)
    Audit.objects.filter(pk=audit.pk).update(auditor=line.org.psw)
    with pytest.raises(NotAllowed, match="was given to you"):
        services.draw_again(audit_id=audit.pk, reason="Another", actor=acting(line.org.psw), at=NOON)


def test_without_another_file_nothing_is_drawn_again(shropshire: Org) -> None:
    audit = services.draw_file(duty_id="", starts_on=None, actor=acting(shropshire.team_manager), at=NOON)
    assert audit.file_of == shropshire.worker
    assert (audit.duty, audit.starts_on) == ("", None)

    with pytest.raises(RuleBroken, match="no other file"):
        services.draw_again(audit_id=audit.pk, reason="Another", actor=acting(shropshire.team_manager), at=NOON)
    with pytest.raises(RuleBroken, match="nobody at present"):
        services.draw_file(duty_id="", starts_on=None, actor=acting(shropshire.team_manager), at=NOON)


def test_a_duty_of_others_or_of_another_period_draws_nothing(line: Tiers) -> None:
    for duty, starts_on in ((FILES_OF_MANAGERS, Q3[0]), (FILES_OF_WORKERS, date(2026, 10, 2)), ("nothing", Q3[0])):
        with pytest.raises(RuleBroken, match="no such audit"):
            services.draw_file(duty_id=duty, starts_on=starts_on, actor=acting(line.head), at=NOON)
    observed = "service_manager-observation_of_supervision-team_manager"
    with pytest.raises(RuleBroken, match="no such audit"):
        services.draw_file(duty_id=observed, starts_on=Q3[0], actor=acting(line.head), at=NOON)


def test_a_draw_is_never_changed_or_removed(line: Tiers) -> None:
    draw = drawn(line).draw

    for write in (
        lambda: Draw.objects.filter(pk=draw.pk).update(seed="another"),
        lambda: Draw.objects.filter(pk=draw.pk).delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            write()


def test_reads_the_pool_in_three_queries_whatever_the_number(
    line: Tiers, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = acting(line.head)
    with django_assert_num_queries(3):
        few = selectors.pool_of_files(actor=actor, of="social_worker", on=TODAY)
    for number in range(12):
        put_under(add_person(f"P{number}", team=line.org.team, job_title="Social worker"), line.managers[1])
    with django_assert_num_queries(3):
        many = selectors.pool_of_files(actor=actor, of="social_worker", on=TODAY)
    assert len(many.items) == len(few.items) + 12


def test_without_a_team_a_file_has_a_group_of_its_own(line: Tiers) -> None:
    person = StaffMember.objects.create(name="No Post", employed_from=date(2026, 1, 1))
    put_under(person, line.managers[0])

    pool = selectors.pool_of_files(actor=acting(line.head), of="social_worker", on=TODAY)

    assert ("No team", 1) in pool.strata
    assert pool.teams.get(UUID(str(person.pk))) is None
