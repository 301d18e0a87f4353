"""The demo authority as it is loaded: intact records, and every situation that a newcomer is promised."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from audits.drawing.rules import agrees
from audits.models import Audit, Draw, Moderation, Observation, ObservationConsent
from audits.timetable.selectors import standing_of_duties
from cases.models import Allocation, Child
from cases.rules import check_reference
from cases.selectors import held_without_a_worker
from compliance.demo import people
from compliance.demo.observed import JUDGED_AFTER
from compliance.models import Flag
from core.clock import date_of
from outbox.models import Job
from policies.rules.audits import SUPERVISION_FILE
from policies.selectors import policy_in_force
from records import canonical
from records import selectors as records
from records.models import Action, Part, Record
from records.rules import Kind, Meaning, PartKind, State
from staff.models import Account, KeyDate, Post, SightGrant, StaffMember, SupervisionRelationship
from supervision import selectors
from supervision.models import SupervisionSession
from supervision.models.discussions import Discussion
from supervision.selectors import child_statuses
from tests.databases import clone_of, use
from tests.sites import DEMO_TEMPLATE
from trail.models import Entry

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(demo_template: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    with django_db_blocker.unblock(), clone_of(DEMO_TEMPLATE) as name:
        before = use(name)
        yield demo_template
        use(before)


@pytest.fixture
def demo(loaded: Path, settings: Any) -> date:
    """The day on which the demo was loaded."""
    settings.STATE_DIR = loaded
    return date_of(Entry.objects.get(verb="demo.loaded").at)


def person(name: str) -> StaffMember:
    return StaffMember.objects.get(name=name)


def last_record(name: str) -> Record:
    """The record of the last session held."""
    session = SupervisionSession.objects.held().filter(supervisee__name=name).latest("on")
    assert session.record_id
    return Record.objects.with_parts().get(pk=session.record_id)


def standing_of(name: str, on: date) -> str:
    row = person(name)
    return selectors.contracts_of(people=[row.pk], on=on)[row.pk].standing.value


def test_every_record_is_intact(demo: date) -> None:
    out = StringIO()

    call_command("verify_records", stdout=out)

    assert "all intact" in out.getvalue()
    assert Record.objects.count() > 1_000


def test_is_loaded_into_an_empty_database_only(demo: date) -> None:
    out, before = StringIO(), StaffMember.objects.count()

    call_command("load_demo", stdout=out)

    assert "There are people in this database already, so the demo authority was not loaded." in out.getvalue()
    assert StaffMember.objects.count() == before


def test_refuses_outside_the_demo(demo: date, settings: Any) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="in the demo only"):
        call_command("load_demo")


def test_there_are_five_teams_and_forty_workers_with_their_managers(demo: date) -> None:
    employed = StaffMember.objects.employed(demo)
    front_line = [people.NORTH, people.SOUTH, people.ASSESSMENT, people.HELP, people.HOMES]
    posts = Post.objects.live(demo).filter(team__name__in=front_line)
    workers = employed.filter(pk__in=posts.values("person")).exclude(roles__role="team_manager")

    assert workers.count() == 39
    for role, number in {"director": 1, "assistant_director": 1, "service_manager": 2, "team_manager": 5}.items():
        assert employed.filter(roles__role=role).count() == number
    for role in ("principal_social_worker", "hr", "system_administrator"):
        assert employed.filter(roles__role=role).count() == 1


def test_every_category_of_the_policy_has_somebody_in_it(demo: date) -> None:
    policy = policy_in_force(demo)
    assert policy is not None
    held = set(StaffMember.objects.employed(demo).values_list("categories__category", flat=True))

    assert {category.id for category in policy.categories} <= held


def test_there_is_a_leaver_who_cannot_sign_in(demo: date) -> None:
    leaver = person(people.LEAVER)

    assert leaver.left_on
    assert leaver.left_on <= demo
    assert not Account.objects.get(person=leaver).is_active
    assert not SupervisionRelationship.objects.live(demo).filter(supervisee=leaver).exists()


def test_somebody_is_on_maternity_leave(demo: date) -> None:
    assert person(people.REBECCA).absences.live(demo).filter(kind="parental").exists()


def test_the_newly_qualified_worker_is_in_her_fifth_week(demo: date) -> None:
    began = KeyDate.objects.get(person__name=people.CERYS, kind=KeyDate.Kind.ASYE_START).on

    assert 28 <= (demo - began).days <= 34


def test_a_supervisor_changed_four_months_ago(demo: date) -> None:
    spells = SupervisionRelationship.objects.filter(supervisee__name=people.THOMAS).order_by("starts_on")

    assert [spell.supervisor.name for spell in spells] == [people.GARETH, people.PRIYA]
    assert 100 <= (demo - spells[1].starts_on).days <= 160


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        (people.AMARA, "in_force"),
        (people.THOMAS, "missing"),
        (people.CERYS, "unsigned"),
        (people.YUSUF, "out_of_date"),
    ],
)
def test_contracts_stand_as_the_story_says(demo: date, name: str, standing: str) -> None:
    assert standing_of(name, demo) == standing


@pytest.mark.parametrize(
    ("name", "state"),
    [
        (people.AMARA, State.AWAITING),
        (people.PRIYA, State.AWAITING),
        (people.GRACE, State.RETURNED),
        (people.KATARZYNA, State.DRAFT),
        (people.LAURA, State.DRAFT),
        (people.THOMAS, State.SEALED),
    ],
)
def test_records_stand_as_the_story_says(demo: date, name: str, state: State) -> None:
    assert last_record(name).get_state() is state


def test_one_draft_is_half_written_and_another_not_begun(demo: date) -> None:
    assert last_record(people.KATARZYNA).draft_sections.exists()
    assert not last_record(people.LAURA).draft_sections.exists()


def test_the_half_written_record_has_the_entries_of_its_children(demo: date) -> None:
    record = last_record(people.KATARZYNA)
    context = selectors.signing_context(record=record, on=demo)
    text = records.text_to_sign(
        record=record, facts=context.facts, late=context.late, given=context.given, entries=context.entries
    )

    assert text.entries
    assert context.unwritten == []
    assert [each.problems for _, each in text.entries if each.problems] == []


def test_a_session_of_yesterday_is_not_closed(demo: date) -> None:
    left_open = SupervisionSession.objects.planned().filter(on__lt=demo)

    assert [session.supervisee.name for session in left_open] == [people.TARIQ]


def test_two_people_are_flagged(demo: date) -> None:
    flags = list(Flag.objects.about_supervision().standing().select_related("subject"))

    assert {flag.subject.name for flag in flags if flag.subject} == {people.DANIEL, people.ZAINAB}
    assert {flag.atom for flag in flags} == {"gap"}


def test_somebody_disagreed_and_somebody_declined(demo: date) -> None:
    meanings = set(Part.objects.filter(kind=PartKind.COUNTERSIGNATURE).values_list("meaning", flat=True))

    assert {Meaning.AGREE, Meaning.SEEN_NOT_AGREED, Meaning.DECLINE} <= meanings


def test_actions_are_done_open_and_overdue(demo: date) -> None:
    of_amara = Action.objects.live().filter(record__subject__name=people.AMARA)

    assert of_amara.filter(due_on__lt=demo, owner__name=people.AMARA).exists()
    assert of_amara.filter(due_on__lt=demo, owner__name=people.PRIYA).exists()
    assert of_amara.filter(due_on__gte=demo).exists()
    assert Action.objects.filter(status=Action.Status.DONE).count() > 500


def test_pdfs_are_asked_for_of_the_last_month_alone(demo: date) -> None:
    jobs = Job.objects.filter(task="records.tasks.render_document")

    assert 20 <= jobs.count() <= 120


def test_no_child_is_named_and_references_stand_in_actions(demo: date) -> None:
    assert Action.objects.filter(what__regex=r"P20\d{4}").exists()


def test_bulk_records_say_what_the_pages_would_say(demo: date) -> None:
    """The text of a waiting record, made again from its draft and the diary, is the text that was signed."""
    record = last_record(people.AMARA)
    signed = records.verified_parts(record)[0]
    on = date.fromisoformat(signed.body["signature"]["signed_at"][:10])

    context = selectors.signing_context(record=record, on=on)
    text = records.text_to_sign(record=record, facts=context.facts, late=context.late, given=context.given)

    assert signed.body["facts"] == context.facts
    assert signed.body["late"] == context.late.as_body()
    assert signed.body["signature"]["statement"] == text.statement
    again = {(section.id, section.key): canonical.canonical(section.content) for section in text.sections}
    assert {place: canonical.canonical(content) for place, content in signed.contents.items()} == again


def test_a_bulk_contract_says_what_the_pages_would_say(demo: date) -> None:
    record = Record.objects.with_parts().get(kind=Kind.CONTRACT, subject__name=people.CERYS)
    signed = records.verified_parts(record)[0]

    context = selectors.signing_context(record=record, on=demo)
    text = records.text_to_sign(record=record, facts=context.facts, late=context.late, given=context.given)

    assert signed.body["facts"] == context.facts
    again = {(section.id, section.key): canonical.canonical(section.content) for section in text.sections}
    assert {place: canonical.canonical(content) for place, content in signed.contents.items()} == again


def home_of(client: Client, name: str, settings: Any) -> str:
    client.force_login(Account.objects.get(person__name=name), backend=settings.AUTHENTICATION_BACKENDS[0])
    response = client.get(reverse("compliance:home"))
    assert response.status_code == 200
    return response.content.decode()


def test_priya_has_a_believable_monday(demo: date, client: Client, settings: Any) -> None:
    home = home_of(client, people.PRIYA, settings)

    assert f"Supervision with {people.DANIEL} is overdue" in home
    assert f"Correct the record of supervision with {people.GRACE}" in home
    assert f"Read and sign the record of supervision with {people.SERVICE_MANAGER}" in home
    assert f"Write the record of supervision with {people.KATARZYNA}" in home
    assert f"{people.THOMAS} has no supervision contract with you" in home
    assert f"The supervision contract with {people.YUSUF} is out of date" in home


@pytest.mark.parametrize("name", [people.AMARA, people.PRIYA, people.SERVICE_MANAGER, people.PRINCIPAL, people.HR])
def test_everybody_gets_a_home_page(demo: date, client: Client, settings: Any, name: str) -> None:
    assert "<h1" in home_of(client, name, settings)


def test_workers_hold_children_of_whom_some_are_overdue_and_some_are_without_a_worker(demo: date) -> None:
    children = list(Child.objects.values_list("pk", flat=True))
    answers = child_statuses(children=children, on=demo)
    late = [child for child, answer in answers.items() if answer.longest_overdue()]
    held = held_without_a_worker(children=children, on=demo)

    assert 250 < len(children) < 500
    assert 5 < len(late) < len(children) / 4
    assert {each.why.value for each in held.values()} == {"not_allocated", "away"}
    assert Discussion.objects.filter(own_text=False).exists()
    assert Allocation.objects.exclude(ends_on=None).exists()


def test_a_dozen_decisions_stand_and_the_late_half_waits_to_be_entered(demo: date) -> None:
    decided = Record.objects.filter(kind="decision")

    assert 8 <= decided.count() <= 12
    assert 0 < decided.filter(entered__isnull=True).count() < decided.count()
    assert all(record.asked_by_id for record in decided)


def test_no_child_of_the_demo_has_more_than_a_reference(demo: date) -> None:
    assert not Child.objects.exclude(initials="").exists()
    for reference in Child.objects.values_list("reference", flat=True):
        check_reference(reference)


@pytest.mark.req("R113", "R120")
def test_audits_are_done_booked_short_and_one_is_half_written(demo: date) -> None:
    found = {
        name: [
            each for each in standing_of_duties(on=demo, people={person(name).pk}) if each.duty.what == SUPERVISION_FILE
        ]
        for name in (people.ASSISTANT_DIRECTOR, people.SERVICE_MANAGER, people.DIRECTOR)
    }
    over = [each for each in found[people.ASSISTANT_DIRECTOR] if each.period[1] <= demo]
    present = [each for each in found[people.ASSISTANT_DIRECTOR] if each.period[0] <= demo < each.period[1]]

    assert [each.short for each in over] == [*([0] * (len(over) - 1)), 1][: len(over)]
    assert [(each.done, each.booked) for each in present] == [(0, 1)]
    written = Audit.objects.unsigned().get(auditor=person(people.SERVICE_MANAGER))
    assert written.opened_at
    assert not Part.objects.filter(record=written.record).exists()
    for draw in Draw.objects.all():
        assert agrees(draw.seed, draw.pool, draw.picked)


def test_practice_was_observed_waits_for_consent_and_an_audit_was_judged_again(demo: date) -> None:
    done, waiting = (Observation.objects.get(observed=person(name)) for name in (people.OBSERVED, people.ASKED))
    assert done.record
    assert done.record.parts.latest("seq").state_after == State.SEALED
    assert waiting.planned_on > demo
    assert not ObservationConsent.objects.filter(observation=waiting).exists()
    audits = Audit.objects.with_done_at().filter(auditor=person(people.SERVICE_MANAGER))
    old = [audit for audit in audits if audit.done_at and date_of(audit.done_at) < demo - JUDGED_AFTER]
    assert Moderation.objects.filter(done_at__isnull=False).count() == bool(old)
    assert not SightGrant.objects.filter(basis=SightGrant.Basis.MODERATION, ended_at=None).exists()
