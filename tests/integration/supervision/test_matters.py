"""What is put to a manager: to whom it goes, both views, the decision with its reason, closing; who sees it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from records import selectors as record_selectors
from records.models import Record
from records.pdf_wording import build_page
from records.rules import Audience, Kind
from staff.models import ManagementLine, RoleHeld, StaffMember, SupervisionRelationship
from supervision import selectors, services
from supervision.models import Matter, MatterEntry, SupervisionSession
from tests.cases_kit import child_with
from tests.decisions_kit import decide
from tests.diary_kit import held
from tests.org import BEGAN, RECORDED, Org
from tests.records_kit import NOON, Kit
from trail.models import Entry

ON = date(2026, 11, 9)
VIEW = "I think that the case has to stay open."


def refer(org: Org, **options: Any) -> Matter:
    return services.refer_disagreement(
        **{
            "supervisee_id": org.worker.pk,
            "subject": "Closing the case",
            "view": VIEW,
            "session_id": None,
            "actor": org.actor(org.worker),
            "at": NOON,
            **options,
        }
    )


def named(org: Org) -> selectors.NamedManager:
    return selectors.named_manager(person_id=org.worker.pk, supervisor_id=org.supervisor.pk, on=ON)


# To whom it goes


@pytest.mark.req("R171")
@pytest.mark.scenario(21, "a")
def test_the_policy_names_the_service_manager_in_the_line_above(shropshire: Org) -> None:
    found = named(shropshire)

    assert (found.manager, found.job_title, found.on_record) == (shropshire.head, "Service manager", False)
    assert found.why == "The policy says that this manager decides."


def test_without_such_a_manager_it_is_whom_the_contract_names_and_else_next_up(shropshire: Org) -> None:
    RoleHeld.objects.filter(role=Role.SERVICE_MANAGER).update(ends_on=ON)
    assert named(shropshire).manager == shropshire.team_manager
    assert named(shropshire).why == "This is the supervisor’s line manager."

    kit = Kit(shropshire)
    manager = {"id": str(shropshire.psw.pk), "name": "Petra Wolf", "role": "Principal social worker"}
    contract = kit.draft(
        kind=Kind.CONTRACT,
        template="contract_1a",
        values={
            "key_tasks": {"key_tasks": "Work with eleven families."},
            "meetings": {"format": "Individual", "frequency": "P1M", "minutes": 90},
            "disagreements": {"named_manager": manager},
            "review": {"review_on": "2027-11-09"},
        },
    )
    kit.sign(contract)
    assert named(shropshire).manager == shropshire.team_manager, "control: nobody has countersigned it"
    kit.countersign(contract, comments=None)

    assert named(shropshire).manager == shropshire.psw
    assert named(shropshire).why == "Your supervision contract names this manager."


@pytest.mark.req("R172")
@pytest.mark.scenario(21, "c")
def test_between_a_service_and_a_team_manager_it_belongs_on_the_record_of_supervision(shropshire: Org) -> None:
    org = shropshire
    above = org.psw
    ManagementLine.objects.create(
        person=org.head, manager=above, starts_on=BEGAN, confirmed_at=RECORDED, recorded_at=RECORDED
    )
    session = held(org.team_manager, org.head, on=date(2026, 11, 2))
    ask: dict[str, Any] = {"supervisee_id": org.team_manager.pk, "actor": org.actor(org.team_manager)}

    found = selectors.named_manager(person_id=org.team_manager.pk, supervisor_id=org.head.pk, on=ON)
    with pytest.raises(RuleBroken, match="belongs on its record") as refusal:
        refer(org, **ask)
    matter = refer(org, **ask, session_id=session.pk)

    assert (found.on_record, found.manager, refusal.value.field) == (True, above, "session_id")
    assert (matter.on_record, matter.session_id, matter.referred_to_id) == (True, session.pk, above.pk)
    services.decide_matter(
        matter_id=matter.pk, text="It closes.", rationale="No risk is left.", actor=org.actor(above), at=NOON
    )
    on_session = selectors.matters_of(actor=org.actor(org.head), person_id=org.team_manager.pk, session_id=session.pk)
    assert [(row.subject, row.status) for row in on_session] == [("Closing the case", "answered")]


def test_the_database_keeps_one_of_a_record_with_its_session_and_away_from_the_two(shropshire: Org) -> None:
    matter = refer(shropshire)
    row = {
        "kind": "disagreement",
        "supervisee": shropshire.worker,
        "supervisor": shropshire.supervisor,
        "raised_by": shropshire.worker,
        "subject": "x",
        "raised_at": NOON,
    }
    for wrong in (
        {**row, "referred_to": shropshire.head, "on_record": True},
        {**row, "referred_to": shropshire.worker},
        {**row, "referred_to": shropshire.supervisor},
        {**row, "referred_to": shropshire.head, "subject": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Matter.objects.create(**wrong)
    with pytest.raises(Exception, match="denied"), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(subject="Something else")


# Both views, the decision


@pytest.mark.req("R171", "R023")
@pytest.mark.scenario(21, "a")
def test_both_views_stand_beside_the_decision_and_its_reason(shropshire: Org) -> None:
    org = shropshire
    matter = refer(org)
    services.add_view(matter_id=matter.pk, text="It can close.", actor=org.actor(org.supervisor), at=NOON)
    services.decide_matter(
        matter_id=matter.pk,
        text="It stays open until March.",
        rationale="The court hears it then.",
        actor=org.actor(org.head),
        at=NOON,
    )

    matter.refresh_from_db()
    assert (matter.raised_by_id, matter.referred_to_id, matter.status) == (org.worker.pk, org.head.pk, "answered")
    assert [(entry.kind, entry.author_id, entry.text, entry.rationale) for entry in matter.entries.all()] == [
        ("view", org.worker.pk, VIEW, ""),
        ("view", org.supervisor.pk, "It can close.", ""),
        ("decision", org.head.pk, "It stays open until March.", "The court hears it then."),
    ]


@pytest.mark.scenario(21, "b")
def test_decision_and_rationale_go_onto_the_childs_record_and_the_dispute_does_not(shropshire: Org) -> None:
    """The manager to whom it was put records the decision about the child; whoever reads that child sees nothing of the two views."""
    org, child = shropshire, child_with(shropshire.worker)
    matter = refer(org)
    services.add_view(matter_id=matter.pk, text="It can close.", actor=org.actor(org.supervisor), at=NOON)
    said = {
        "question": "May this close?",
        "decision": "It stays open until March.",
        "rationale": "The court hears it then.",
    }
    services.decide_matter(
        matter_id=matter.pk, text=said["decision"], rationale=said["rationale"], actor=org.actor(org.head), at=NOON
    )

    record = decide(child, org.head, decision=said)

    page = repr(build_page(record_selectors.parts_for(record, audience=Audience.FULL), organisation="Demo authority"))
    assert said["decision"] in page
    assert said["rationale"] in page
    for word in (VIEW, "It can close.", "Closing the case", "isagreement"):
        assert word not in page
    assert set(Record.objects.visible_to(org.actor(org.worker)).filter(child=child)) == {record}


def test_nobody_changes_what_anybody_wrote(shropshire: Org) -> None:
    refer(shropshire)

    for change in (lambda: MatterEntry.objects.update(text="x"), lambda: MatterEntry.objects.all().delete()):
        with pytest.raises(Exception, match="denied|append"), transaction.atomic():
            change()


def test_a_decision_needs_its_reason_and_each_writes_only_their_own_part(shropshire: Org) -> None:
    org = shropshire
    matter = refer(org)

    with pytest.raises(RuleBroken, match="Say why you decide so"):
        services.decide_matter(matter_id=matter.pk, text="It stays.", rationale=" ", actor=org.actor(org.head), at=NOON)
    with pytest.raises(NotAllowed):
        services.add_view(matter_id=matter.pk, text="Mine, too.", actor=org.actor(org.head), at=NOON)
    for person in (org.worker, org.supervisor):
        with pytest.raises(NotAllowed):
            services.decide_matter(
                matter_id=matter.pk, text="So be it.", rationale="x", actor=org.actor(person), at=NOON
            )


def test_who_raised_it_or_the_manager_closes_it_and_then_nothing_is_added(shropshire: Org) -> None:
    org = shropshire
    matter = refer(org)
    with pytest.raises(NotAllowed):
        services.close_matter(matter_id=matter.pk, text="Settled.", actor=org.actor(org.supervisor), at=NOON)

    services.close_matter(matter_id=matter.pk, text="We agreed after all.", actor=org.actor(org.worker), at=NOON)

    with pytest.raises(RuleBroken, match="what you wrote is still below"):
        services.add_view(matter_id=matter.pk, text="One more thing.", actor=org.actor(org.supervisor), at=NOON)


@pytest.mark.parametrize(("options", "field"), [({"subject": " "}, "subject"), ({"view": ""}, "view")])
def test_it_says_what_is_missing(shropshire: Org, options: dict[str, str], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        refer(shropshire, **options)
    assert refusal.value.field == field


# Who sees it


@pytest.mark.scenario(21, "a")
def test_the_two_and_the_named_manager_see_it_and_nobody_else(shropshire: Org) -> None:
    org = shropshire
    matter = refer(org)
    people = (org.worker, org.supervisor, org.team_manager, org.head, org.outsider, org.psw, org.hr, org.sysadmin)

    seen = [person.name for person in people if Matter.objects.visible_to(org.actor(person)).exists()]

    assert seen == ["Amara Obi", "Priya Nair", "Helen Hart"]
    other = refer(org, actor=org.actor(org.supervisor), supervisee_id=org.supervisor.pk)
    head = org.actor(org.head)
    assert set(Matter.objects.visible_to(head)) == {matter, other}, "control: another one put to the same manager"
    assert not SupervisionSession.objects.exists()


def test_a_former_supervisor_sees_nothing_of_it_and_the_successor_does(shropshire: Org) -> None:
    org = shropshire
    matter = refer(org)
    change = ON + timedelta(days=7)
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=change)
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.outsider, starts_on=change, recorded_at=RECORDED
    )

    assert not Matter.objects.visible_to(org.actor(org.supervisor, on=change)).exists()
    assert list(Matter.objects.visible_to(org.actor(org.outsider, on=change))) == [matter]

    Job.objects.all().delete()
    services.add_view(matter_id=matter.pk, text="And another.", actor=org.actor(org.worker, on=change), at=NOON)
    assert {job.arguments["person_id"] for job in Job.objects.all()} == {str(org.head.pk), str(org.outsider.pk)}


def test_everybody_concerned_is_told_without_a_word_of_it(shropshire: Org) -> None:
    org = shropshire
    refer(org)

    told = {(job.arguments["person_id"], job.arguments["kind"]) for job in Job.objects.all()}
    assert told == {(str(org.head.pk), "answer_wanted"), (str(org.supervisor.pk), "matter_referred")}
    assert not any("case" in str(job.arguments) for job in Job.objects.all())


def test_reading_it_is_in_the_trail_under_the_relation(shropshire: Org) -> None:
    matter = refer(shropshire)
    services.read_matter(matter=matter, actor=shropshire.actor(shropshire.head), at=NOON)
    services.read_matter(matter=matter, actor=shropshire.actor(shropshire.worker), at=NOON)

    entry = Entry.objects.get(verb="matter.read")
    assert (entry.about_id, entry.via) == (shropshire.worker.pk, "named manager")


# Taken upward


def test_nobody_below_and_nobody_who_left_is_given_an_issue(shropshire: Org) -> None:
    org = shropshire
    ask: dict[str, Any] = {
        "supervisee_id": org.supervisor.pk,
        "subject": "No pool car on Thursdays",
        "view": "Two visits a month do not take place.",
        "session_id": None,
        "actor": org.actor(org.team_manager),
        "at": NOON,
    }

    with pytest.raises(RuleBroken, match="above one of you"):
        services.take_upward(**ask, referred_to_id=org.worker.pk)
    StaffMember.objects.filter(pk=org.head.pk).update(left_on=ON)
    with pytest.raises(RuleBroken, match="above one of you"):
        services.take_upward(**ask, referred_to_id=org.head.pk)
    StaffMember.objects.filter(pk=org.head.pk).update(left_on=None)
    assert services.take_upward(**ask, referred_to_id=org.head.pk).referred_to == org.head


@pytest.mark.req("R021", "R022", "R088")
def test_an_issue_is_taken_upward_and_waits_until_it_is_answered(shropshire: Org) -> None:
    org = shropshire
    session = held(org.worker, org.supervisor, on=date(2026, 11, 2))
    ask: dict[str, Any] = {
        "supervisee_id": org.worker.pk,
        "subject": "No pool car on Thursdays",
        "view": "Two visits a month do not take place.",
        "session_id": session.pk,
        "actor": org.actor(org.supervisor),
        "at": NOON,
    }

    with pytest.raises(RuleBroken, match="neither|Choose the manager"):
        services.take_upward(**ask, referred_to_id=None)
    with pytest.raises(RuleBroken, match="one of the two of you"):
        services.take_upward(**ask, referred_to_id=org.worker.pk)
    for nobody_above in (org.outsider, org.hr):
        with pytest.raises(RuleBroken, match="above one of you"):
            services.take_upward(**ask, referred_to_id=nobody_above.pk)
    matter = services.take_upward(**ask, referred_to_id=org.team_manager.pk)

    waiting = Matter.objects.waiting_for(org.actor(org.team_manager))
    assert (matter.raised_by_id, matter.referred_to_id, matter.raised_at, matter.session_id) == (
        org.supervisor.pk,
        org.team_manager.pk,
        NOON,
        session.pk,
    )
    assert list(waiting) == [matter]
    services.decide_matter(
        matter_id=matter.pk,
        text="A second car from December.",
        rationale="There is money for it.",
        actor=org.actor(org.team_manager),
        at=NOON,
    )
    assert not waiting.all().exists()
