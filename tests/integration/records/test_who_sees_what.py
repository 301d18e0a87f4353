"""Who sees records, drafts, actions, and how much of them: the table of sight, row by row."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from core.actor import Actor, Role
from core.errors import NotAllowed, RuleBroken
from core.shortcuts import may
from records import access, presenters, selectors, services
from records.models import Action, PartContent, Record
from records.rules import REASON, WrittenBy
from tests.org import Org, add_person, put_under
from tests.records_kit import NOON, WELLBEING, WORKLOAD, Kit, fresh, values_for
from trail.models import Entry

PEOPLE = ["worker", "supervisor", "team_manager", "head", "outsider", "hr", "psw", "sysadmin"]
HATS = {"hr": Role.HR, "psw": Role.PRINCIPAL_SOCIAL_WORKER, "sysadmin": Role.SYSTEM_ADMINISTRATOR}


def actor_called(org: Org, name: str) -> Actor:
    return org.actor(getattr(org, name), hat=HATS.get(name))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_draft_exists_for_its_author_and_its_subject_alone(kit: Kit, org: Org, name: str) -> None:
    record = kit.draft()

    seen = Record.objects.visible_to(actor_called(org, name)).filter(pk=record.pk).exists()

    assert seen is (name in ("worker", "supervisor"))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_signed_record_exists_for_next_up_too_and_no_higher(kit: Kit, org: Org, name: str) -> None:
    record = kit.awaiting()

    seen = Record.objects.visible_to(actor_called(org, name)).filter(pk=record.pk).exists()

    assert seen is (name in ("worker", "supervisor", "team_manager"))


@pytest.mark.req("R089", "R091")
def test_next_up_reads_one_level_down_and_each_reading_is_in_the_trail(kit: Kit, org: Org) -> None:
    record = kit.sealed()
    manager = org.actor(org.team_manager)
    for _ in range(2):
        reading = services.read_record(record=record, actor=manager, at=NOON)

    assert WORKLOAD in str(reading)
    entries = Entry.objects.filter(verb="record.read", target_id=str(record.pk))
    assert [(row.actor_id, row.about_id, row.via) for row in entries] == [
        (org.team_manager.pk, org.worker.pk, "next up")
    ] * 2
    for person in (org.head, org.outsider):
        with pytest.raises((NotAllowed, Record.DoesNotExist)):
            services.read_record(
                record=Record.objects.visible_to(org.actor(person)).get(pk=record.pk), actor=org.actor(person), at=NOON
            )


def test_next_up_knows_of_a_draft_that_it_exists_and_nothing_else(kit: Kit, org: Org) -> None:
    draft, signed = kit.draft(), kit.awaiting()
    manager = org.actor(org.team_manager)

    assert list(Record.objects.drafts_known_to(manager)) == [draft]
    assert signed not in Record.objects.drafts_known_to(manager)
    assert not Record.objects.drafts_known_to(org.actor(org.head)).exists()


def test_a_successor_reads_what_was_signed_and_never_the_draft(kit: Kit, org: Org) -> None:
    draft, signed = kit.draft(), kit.sealed()
    successor = add_person("Sara Lund", team=org.team, job_title="Senior social worker")
    day = date(2026, 11, 9)
    org.worker.supervision_received.update(ends_on=day)
    org.worker.management_lines.update(ends_on=day)
    put_under(org.worker, successor, starts_on=day)

    seen = Record.objects.visible_to(org.actor(successor))
    left = Record.objects.visible_to(org.actor(org.supervisor))

    assert list(seen) == [signed]
    assert draft not in seen
    assert not left.exists()


def test_one_record_is_one_row_however_many_parts_it_has(kit: Kit, org: Org) -> None:
    kit.sealed()

    for person in (org.worker, org.supervisor, org.team_manager):
        assert Record.objects.visible_to(org.actor(person)).count() == 1


@pytest.mark.scenario(16)
def test_next_up_reads_the_shared_sections_and_not_a_word_of_health(kit: Kit, org: Org) -> None:
    record = kit.sealed()

    reading = services.read_record(record=record, actor=org.actor(org.team_manager), at=NOON)

    page = presenters.record_page(reading, actor=org.actor(org.team_manager))
    by_id = {section.id: section for section in page.sections}
    assert reading.masked
    assert page.has_masked
    assert WORKLOAD in str(by_id["workload"].fields)
    assert by_id["wellbeing"].fields is None
    assert WELLBEING not in str(page)
    assert WELLBEING not in str(reading)


@pytest.mark.scenario(16)
def test_what_is_masked_never_leaves_the_database(
    kit: Kit, org: Org, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record = Record.objects.with_parts().get(pk=kit.sealed().pk)
    manager = org.actor(org.team_manager)

    with django_assert_num_queries(4) as queries:
        selectors.record_reading(record=record, actor=manager)

    contents = next(q["sql"] for q in queries.captured_queries if "records_partcontent" in q["sql"])
    assert "'shared'" in contents
    assert "'health'" not in contents


def test_reading_takes_as_many_queries_for_a_long_chain_as_for_a_short_one(
    kit: Kit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record = kit.awaiting()
    for _ in range(3):
        kit.send_back(fresh(record))
        kit.sign(fresh(record))
    kit.countersign(fresh(record))
    record, worker = Record.objects.with_parts().get(pk=record.pk), kit.worker

    # Parts, contents, the PDF, and how far it is
    with django_assert_num_queries(4):
        reading = selectors.record_reading(record=record, actor=worker)

    assert len(reading.parts) == 8
    assert len(presenters.record_page(reading, actor=worker).earlier) == 6


def test_the_two_people_read_everything_but_nobody_the_evidence(kit: Kit) -> None:
    record = kit.sealed()

    for actor in (kit.worker, kit.supervisor):
        reading = services.read_record(record=record, actor=actor, at=NOON)
        page = presenters.record_page(reading, actor=actor)
        assert WELLBEING in str(page)
        assert not page.has_masked
        assert "192.0.2.7" not in str(reading)
    assert PartContent.objects.filter(section="_evidence", content__contains="192.0.2.7").count() == 2


def test_the_supervisee_sees_in_a_draft_only_what_is_theirs_to_write(kit: Kit) -> None:
    record = kit.draft()

    draft = selectors.draft(record=record, actor=kit.worker)

    open_parts = {part.section.id for part in draft.parts if part.values is not None}
    assert open_parts == {"supervisee_comments"}
    assert WORKLOAD not in str(draft.parts)


def test_the_author_sees_in_a_draft_everything_but_what_the_supervisee_writes(kit: Kit) -> None:
    record = kit.draft()
    kit.save(record, "supervisee_comments", {"comments": "Not for you yet."}, version=0, actor=kit.worker)

    draft = selectors.draft(record=record, actor=kit.supervisor)

    hidden = {part.section.id for part in draft.parts if part.values is None}
    assert hidden == {"supervisee_comments"}
    assert "Not for you yet." not in str(draft.parts)


def test_the_author_still_reads_the_own_draft_while_it_waits_and_cannot_write_in_it(kit: Kit) -> None:
    draft = selectors.draft(record=kit.awaiting(), actor=kit.supervisor)

    workload = next(part for part in draft.parts if part.section.id == "workload")
    assert (workload.editable, workload.values) == (False, values_for(kit.org)["workload"])


@pytest.mark.parametrize(
    ("name", "sees_workload", "sees_health"),
    [
        ("worker", True, True),
        ("supervisor", True, True),
        ("team_manager", True, False),
        ("head", False, False),
        ("outsider", False, False),
        ("sysadmin", False, False),
    ],
)
def test_actions_of_a_masked_section_are_masked_too(
    kit: Kit, org: Org, name: str, sees_workload: bool, sees_health: bool
) -> None:
    kit.sealed()

    sections = set(Action.objects.visible_to(actor_called(org, name)).values_list("section", flat=True))

    assert ("workload" in sections, "wellbeing" in sections) == (sees_workload, sees_health)


def test_who_owns_an_action_sees_it_whatever_section_it_comes_from(kit: Kit, org: Org) -> None:
    kit.sealed()
    Action.objects.filter(section="wellbeing").update(owner=org.outsider)

    assert Action.objects.visible_to(org.actor(org.outsider)).get().section == "wellbeing"


def test_checks_say_who_may_in_a_sentence(kit: Kit, org: Org) -> None:
    record = kit.sealed()
    manager = org.actor(org.team_manager)

    assert may(access.check_can_add, kit.worker, record)
    assert not may(access.check_can_add, manager, record)
    assert may(access.check_can_correct, kit.supervisor, record)
    assert not may(access.check_can_correct, kit.worker, record)
    assert [access.audience_of(actor, record) for actor in (kit.worker, manager)] == ["full", "masked"]
    assert not may(access.check_can_sign_text, kit.worker, record)
    assert access.writable(manager, kit.draft(), []) == frozenset()
    assert access.writable(kit.worker, kit.draft(), []) == {WrittenBy.SUPERVISEE, WrittenBy.EITHER}
    assert selectors.draft_part(record=kit.draft(), section_id=REASON, actor=kit.worker) is not None
    assert selectors.draft_part(record=kit.draft(), section_id="nowhere", actor=kit.worker) is None


def test_an_action_is_closed_by_the_people_it_concerns(kit: Kit, org: Org) -> None:
    kit.sealed()
    action = Action.objects.get(section="workload")

    with pytest.raises(NotAllowed, match="Only the people who agreed"):
        services.close_action(action_id=action.pk, status="done", reason="", actor=org.actor(org.team_manager), at=NOON)
    with pytest.raises(Action.DoesNotExist):
        services.close_action(action_id=action.pk, status="done", reason="", actor=org.actor(org.outsider), at=NOON)

    services.close_action(action_id=action.pk, status="done", reason="", actor=kit.supervisor, at=NOON)
    action.refresh_from_db()
    assert (action.status, action.closed_at) == ("done", NOON)
    assert action not in Action.objects.live()


def test_an_action_is_dropped_for_a_reason_and_closed_once(kit: Kit) -> None:
    kit.sealed()
    action = Action.objects.get(section="workload")

    with pytest.raises(RuleBroken, match="Say why"):
        services.close_action(action_id=action.pk, status="dropped", reason=" ", actor=kit.worker, at=NOON)
    services.close_action(action_id=action.pk, status="dropped", reason="The family moved.", actor=kit.worker, at=NOON)
    with pytest.raises(RuleBroken, match="closed already"):
        services.close_action(action_id=action.pk, status="done", reason="", actor=kit.worker, at=NOON)


def test_people_are_found_in_the_directory_by_name_and_job(kit: Kit, org: Org) -> None:
    add_person("Helen Hartley", team=org.team, job_title="Social worker")
    actor = kit.supervisor

    assert [person.name for person in selectors.people_called("helen hart", actor=actor)] == ["Helen Hart"]
    assert len(selectors.people_called("hele", actor=actor)) == 2
    assert [p.name for p in selectors.people_called("Helen, Social worker", actor=actor)] == ["Helen Hartley"]
    assert selectors.people_called("Nobody", actor=actor) == []
