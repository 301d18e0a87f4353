"""What becomes of agreed actions: closed, moved, given on, carried from session to session, reminded of."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from records import selectors, services
from records.action_rules import Outcome, Step
from records.models import Action, ActionEvent, Record
from records.selectors import Show, Wanted, Whose
from records.services import following
from staff.models import StaffMember, SupervisionRelationship
from tests.org import BEGAN, Org
from tests.records_kit import NOON, Kit, values_for
from trail.models import Entry

LATER = NOON + timedelta(days=30)


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.fixture
def action(kit: Kit) -> Action:
    """Due on 23 November, the worker's."""
    kit.sealed()
    return Action.objects.get(section="workload")


def given_to(kit: Kit, person: StaffMember, **more: Any) -> Action:
    """An action of a signed record that a third person owns."""
    row = {"what": "Find the file of 2019", "who": person.name, "who_id": str(person.pk), "by": "2026-11-20", **more}
    values = {**values_for(kit.org), "workload": {"discussed": "The file.", "actions": [row]}}
    kit.sign(kit.draft(values=values))
    return Action.objects.get(what=row["what"])


def follow(service: Any, action: Action, actor: Actor, *, at: datetime = NOON, **options: Any) -> Action:
    service(action_id=action.pk, actor=actor, at=at, **options)
    action.refresh_from_db()
    return action


def steps(action: Action) -> list[str]:
    return list(action.events.values_list("kind", flat=True))


# What is kept of one


@pytest.mark.req("R008", "R017", "R158")
def test_an_action_has_an_owner_a_date_a_function_and_where_given_priority_and_standard(kit: Kit) -> None:
    action = given_to(kit, kit.org.outsider, priority="high", standard="The file is on the desk")

    assert (action.owner_id, action.due_on, action.status) == (kit.org.outsider.pk, date(2026, 11, 20), "open")
    assert (action.function, action.priority, action.standard) == ("management", "high", "The file is on the desk")


@pytest.mark.req("R095")
def test_done_and_opened_again_are_steps_that_stay(action: Action, kit: Kit) -> None:
    follow(services.close_action, action, kit.worker, status="done", reason="")
    assert (action.status, action.closed_at) == ("done", NOON)

    follow(services.reopen_action, action, kit.worker)

    assert (action.status, action.closed_at, action.reason) == ("open", None, "")
    assert steps(action) == ["done", "reopened"]
    assert [event.by_id for event in action.events.all()] == [kit.org.worker.pk] * 2
    with pytest.raises(RuleBroken, match="open already"):
        follow(services.reopen_action, action, kit.worker)


@pytest.mark.req("R096")
def test_what_is_done_after_its_day_says_why_once(action: Action, kit: Kit) -> None:
    with pytest.raises(RuleBroken, match="done after its day"):
        follow(services.close_action, action, kit.worker, at=LATER, status="done", reason=" ")

    follow(
        services.move_action, action, kit.supervisor, at=LATER, due_on=date(2026, 12, 20), reason="The file came late."
    )
    follow(services.close_action, action, kit.worker, at=LATER, status="done", reason="")

    assert steps(action) == ["moved", "done"]


def test_a_date_moves_with_a_reason_and_the_old_one_stays_in_the_steps(action: Action, kit: Kit) -> None:
    follow(services.move_action, action, kit.supervisor, due_on=date(2026, 12, 1), reason="Court is on 30 November.")

    event = action.events.get()
    assert action.due_on == date(2026, 12, 1)
    assert (event.from_due_on, event.to_due_on, event.reason) == (
        date(2026, 11, 23),
        date(2026, 12, 1),
        "Court is on 30 November.",
    )


def test_steps_are_only_ever_added(action: Action, kit: Kit) -> None:
    follow(services.close_action, action, kit.worker, status="done", reason="")

    for change in (lambda: ActionEvent.objects.update(kind="dropped"), lambda: ActionEvent.objects.all().delete()):
        with pytest.raises(Exception, match="denied|append"), transaction.atomic():
            change()
    with pytest.raises(Exception, match="denied"), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(what="Something else")


# A third person


@pytest.mark.req("R008")
def test_a_third_person_is_told_and_sees_the_action_alone(kit: Kit) -> None:
    action = given_to(kit, kit.org.outsider)
    other = Action.objects.exclude(pk=action.pk)[0]
    outsider = kit.org.actor(kit.org.outsider)

    assert [job.arguments["kind"] for job in Job.objects.filter(arguments__person_id=str(outsider.staff_id))] == [
        "action_given"
    ]
    assert list(Action.objects.visible_to(outsider)) == [action]
    assert not Action.objects.visible_to(outsider).filter(pk=other.pk).exists()
    assert not Record.objects.visible_to(outsider).exists()
    row = selectors.action_row(
        Action.objects.with_people().with_delay_explained().get(pk=action.pk), actor=outsider, on=outsider.on
    )
    assert (row.about, row.asked_by, row.may_close, row.may_change) == ("", "Priya Nair", True, False)
    with pytest.raises(NotAllowed):
        follow(services.move_action, action, outsider, due_on=date(2027, 1, 4), reason="Later.")
    follow(services.close_action, action, outsider, status="done", reason="")


def test_the_two_are_not_told_what_they_agreed(action: Action) -> None:
    assert not Job.objects.filter(arguments__kind="action_given").exists()


def test_next_up_sees_no_action_of_a_masked_section_and_changes_none(action: Action, kit: Kit) -> None:
    next_up = kit.org.actor(kit.org.team_manager)

    assert list(Action.objects.visible_to(next_up)) == [action]
    tried: tuple[tuple[Any, dict[str, Any]], ...] = (
        (services.close_action, {"status": "done", "reason": ""}),
        (services.reopen_action, {}),
        (services.move_action, {"due_on": date(2027, 1, 4), "reason": "x"}),
        (services.reassign_action, {"owner_id": None, "owner_name": "The school", "reason": "x"}),
    )
    for service, options in tried:
        with pytest.raises(NotAllowed):
            follow(service, action, next_up, **options)


# Given to somebody else


def test_an_action_is_given_to_a_colleague_who_is_told(action: Action, kit: Kit) -> None:
    follow(
        services.reassign_action,
        action,
        kit.supervisor,
        owner_id=kit.org.outsider.pk,
        owner_name="",
        reason="Oscar knows the family.",
    )

    assert (action.owner_id, action.owner_name) == (kit.org.outsider.pk, "Oscar Reed")
    event = action.events.get()
    assert (event.from_owner_id, event.from_owner_name, event.to_owner_name) == (
        kit.org.worker.pk,
        "Amara Obi",
        "Oscar Reed",
    )
    assert Job.objects.filter(arguments__person_id=str(kit.org.outsider.pk), arguments__kind="action_given").exists()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"owner_name": "", "reason": "x"}, "owner_id"),
        ({"owner_name": "The school", "reason": ""}, "reason"),
    ],
)
def test_giving_it_on_needs_somebody_and_a_reason(
    action: Action, kit: Kit, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        follow(services.reassign_action, action, kit.supervisor, owner_id=None, **options)
    assert refusal.value.field == field


def test_a_successor_finds_the_open_actions_and_those_of_the_former_supervisor_to_give_on(kit: Kit) -> None:
    kit.sealed()
    change = date(2026, 11, 16)
    present = SupervisionRelationship.objects.filter(supervisee=kit.org.worker)
    present.update(ends_on=change)
    SupervisionRelationship.objects.create(
        supervisee=kit.org.worker, supervisor=kit.org.outsider, starts_on=change, recorded_at=NOON
    )
    successor = kit.org.actor(kit.org.outsider, on=change)

    page = selectors.actions_page(wanted=Wanted(), actor=successor, on=change, number="1")
    to_give_on = selectors.actions_page(wanted=Wanted(show=Show.TO_GIVE_ON), actor=successor, on=change, number="1")

    assert sorted(row.action.owner_name for row in page.page) == ["Amara Obi", "Priya Nair"]
    assert [row.action.owner_name for row in to_give_on.page] == ["Priya Nair"]
    assert page.counts["to_give_on"] == 1
    former = kit.org.actor(kit.org.supervisor, on=change)
    of_former = selectors.actions_page(wanted=Wanted(), actor=former, on=change, number="1")
    assert not list(of_former.page), "not even what the former supervisor still owns of that supervision"
    assert (
        selectors.actions_page(wanted=Wanted(), actor=kit.supervisor, on=kit.supervisor.on, number="1").counts[
            "to_give_on"
        ]
        == 0
    ), "control: while Priya supervises there is none"


# From session to session


def next_draft(kit: Kit) -> Record:
    return kit.draft(values=None)


def said(action: Action, step: Step, **options: Any) -> Outcome:
    return Outcome(action.pk, step, **options)


@pytest.mark.req("R095", "R096")
def test_open_actions_stand_ready_and_count_how_often_they_were_carried(action: Action, kit: Kit) -> None:
    first, second = next_draft(kit), next_draft(kit)
    assert action in list(selectors.carried_in(record=first, actor=kit.supervisor))

    for draft in (first, second):
        services.review_actions(
            record_id=draft.pk,
            outcomes=[said(action, Step.CARRIED, reason="Court was moved.", due_on=date(2026, 12, 7))],
            actor=kit.supervisor,
            at=NOON,
        )

    action.refresh_from_db()
    assert (action.status, action.times_carried, action.due_on) == ("open", 2, date(2026, 12, 7))
    assert list(action.events.values_list("record_id", flat=True)) == [first.pk, second.pk]


@pytest.mark.req("R096")
def test_one_without_a_reason_leaves_all_as_they_were_and_is_named(action: Action, kit: Kit) -> None:
    other = Action.objects.exclude(pk=action.pk).get()
    draft = next_draft(kit)

    with pytest.raises(RuleBroken, match="Say why it is carried forward") as refusal:
        services.review_actions(
            record_id=draft.pk,
            outcomes=[said(other, Step.DONE), said(action, Step.CARRIED)],
            actor=kit.supervisor,
            at=NOON,
        )

    assert refusal.value.field == f"{action.pk}/reason"
    assert not ActionEvent.objects.exists()


def test_an_action_is_carried_once_into_a_record(action: Action, kit: Kit) -> None:
    draft = next_draft(kit)
    carried = [said(action, Step.CARRIED, reason="Later.")]
    services.review_actions(record_id=draft.pk, outcomes=carried, actor=kit.supervisor, at=NOON)

    with pytest.raises(RuleBroken, match="carried into this record already"):
        services.review_actions(record_id=draft.pk, outcomes=carried, actor=kit.supervisor, at=NOON)
    event = action.events.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionEvent.objects.create(
            action=action, kind="carried", by_id=event.by_id, at=NOON, on=NOON.date(), reason="x", record=draft
        )


def test_only_the_author_of_the_next_record_goes_through_them(action: Action, kit: Kit) -> None:
    draft = next_draft(kit)
    with pytest.raises(NotAllowed):
        services.review_actions(record_id=draft.pk, outcomes=[said(action, Step.DONE)], actor=kit.worker, at=NOON)


def test_actions_of_somebody_else_are_not_among_them(action: Action, kit: Kit) -> None:
    draft = next_draft(kit)
    SupervisionRelationship.objects.create(
        supervisee=kit.org.outsider, supervisor=kit.org.supervisor, starts_on=BEGAN, recorded_at=NOON
    )
    theirs = Action.objects.create(
        record=Record.objects.create(
            kind="worker_record",
            subject=kit.org.outsider,
            author=kit.org.supervisor,
            template_slug="worker_record_app2",
            template_version=1,
            policy_slug="shropshire-2017",
            policy_version="3",
            title="Supervision record",
            created_at=NOON,
        ),
        part_seq=1,
        section="workload",
        sensitivity="shared",
        what="Theirs",
        owner_name="Oscar Reed",
        created_at=NOON,
    )

    count = services.review_actions(
        record_id=draft.pk, outcomes=[said(theirs, Step.DONE)], actor=kit.supervisor, at=NOON
    )

    theirs.refresh_from_db()
    assert (count, theirs.status) == (0, "open")


# A record that is sent back


def test_an_action_that_was_moved_stays_the_same_when_the_record_is_corrected(kit: Kit) -> None:
    record = kit.awaiting()
    action = Action.objects.get(section="workload")
    follow(services.move_action, action, kit.supervisor, due_on=date(2026, 12, 1), reason="Court.")
    follow(
        services.reassign_action, action, kit.supervisor, owner_id=None, owner_name="The school", reason="They offered."
    )
    kit.send_back(record)

    kit.sign(Record.objects.get(pk=record.pk), at=NOON + timedelta(hours=1))

    action.refresh_from_db()
    assert (action.status, action.due_on, action.owner_name) == ("open", date(2026, 12, 1), "The school")
    assert Action.objects.filter(what=action.what).count() == 1


def test_an_action_that_the_correction_leaves_out_is_dropped_by_its_signer(kit: Kit) -> None:
    record = kit.awaiting()
    kit.send_back(record)
    kit.save(record, "workload", {"discussed": "Changed.", "actions": []}, version=1)
    kit.sign(Record.objects.get(pk=record.pk), at=NOON + timedelta(hours=1))

    event = ActionEvent.objects.get()
    assert (event.kind, event.by_id, event.reason) == (
        "dropped",
        kit.org.supervisor.pk,
        "Left out when the record was corrected.",
    )


# Lists


@pytest.mark.req("R017")
def test_the_list_is_by_urgency_and_by_what_is_asked_for(kit: Kit) -> None:
    kit.sealed()
    given_to(kit, kit.org.outsider, priority="high")
    on = date(2026, 11, 30)
    actor = kit.org.actor(kit.org.supervisor, on=on)

    def whats(**options: Any) -> list[str]:
        page = selectors.actions_page(wanted=Wanted(**options), actor=actor, on=on, number="1")
        return [row.action.what for row in page.page]

    file_first = ["Find the file of 2019", "Finish the chronology for B", "Finish the chronology for B"][:1]
    assert whats()[:1] == file_first
    assert whats(show=Show.OVERDUE)[0] == "Find the file of 2019"
    assert "Ask occupational health" in whats(whose=Whose.MINE)
    assert "Ask occupational health" not in whats(whose=Whose.OTHERS)
    assert whats(person_id=kit.org.worker.pk) == whats()
    assert whats(person_id=kit.org.outsider.pk) == []
    assert whats(show=Show.CLOSED) == []


def test_reading_the_list_is_in_the_trail_for_each_person_whose_words_it_shows(kit: Kit) -> None:
    kit.sealed()

    services.read_actions(wanted=Wanted(), actor=kit.supervisor, number="1", at=NOON)
    services.read_actions(wanted=Wanted(), actor=kit.worker, number="1", at=NOON)

    entry = Entry.objects.get(verb="actions.read")
    assert (entry.actor_id, entry.about_id, entry.via) == (kit.org.supervisor.pk, kit.org.worker.pk, "supervisor")


# Reminders


def reminded() -> list[str]:
    jobs = Job.objects.filter(arguments__kind="action_due").order_by("created_at")
    return [job.arguments["key"].rsplit("/", 1)[1] for job in jobs]


def remind(*days: int) -> None:
    for day in days:
        services.remind_of_actions(at=datetime(2026, 11, 20, 7, tzinfo=UTC) + timedelta(days=day))


def test_some_are_reminded_of_at_a_time_and_none_is_left_out(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "REMINDED_AT_ONCE", 1)
    given_to(kit, kit.org.outsider)
    Action.objects.update(due_on=date(2026, 11, 20))
    with_owner = Action.objects.filter(owner__isnull=False).count()

    assert with_owner > 1
    assert services.remind_of_actions(at=datetime(2026, 11, 20, 7, tzinfo=UTC)) == with_owner


def test_its_owner_is_reminded_before_on_the_day_and_once_after(kit: Kit) -> None:
    given_to(kit, kit.org.outsider)

    remind(-10, -3)
    assert reminded() == []
    remind(-2, -2, -1, 0, 0, 3, 7, 8, 30)

    jobs = Job.objects.filter(arguments__kind="action_due", arguments__person_id=str(kit.org.outsider.pk))
    assert sorted(job.arguments["key"].rsplit("/", 1)[1] for job in jobs) == ["1", "2", "3"]


def test_nobody_is_reminded_more_than_three_times_however_often_the_date_moves(kit: Kit) -> None:
    action = given_to(kit, kit.org.outsider)
    remind(0)
    for days in (14, 28, 42, 56):
        at = datetime(2026, 11, 20, 7, tzinfo=UTC) + timedelta(days=days - 1)
        services.move_action(
            action_id=action.pk,
            due_on=date(2026, 11, 20) + timedelta(days=days),
            reason="Again.",
            actor=kit.supervisor,
            at=at,
        )
        remind(days)

    assert Job.objects.filter(arguments__kind="action_due", arguments__key__startswith=str(action.pk)).count() == 3
    action.refresh_from_db()
    assert action.reminders == 3


def test_nobody_is_reminded_of_what_is_closed_or_belongs_to_somebody_outside(kit: Kit, action: Action) -> None:
    follow(services.close_action, action, kit.worker, status="done", reason="")
    remind(0, 3, 30)
    assert reminded() == []
