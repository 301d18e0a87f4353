"""Need to know: asked by one, approved by another, read on the page, gone on the day (scenario 18)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from archive.models import NeedToKnow
from archive.needs import services
from archive.needs.rules import Guest, Why
from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from records.models import Record, RenderedDocument
from staff import services as staff
from staff.models import Account, SightGrant, StaffMember
from staff.services import read_reads
from staff.standing.services import give_categories
from tests.needs_kit import INSPECTOR, PURPOSE, NeedsKit
from tests.org import Org, SignIn, add_person
from tests.records_kit import NOON, WELLBEING, WORKLOAD
from trail.models import Entry
from trail.services import record as note

DAY_FIVE = datetime(2026, 11, 13, 23, 55, tzinfo=UTC)
DAY_SIX = datetime(2026, 11, 14, 0, 5, tzinfo=UTC)


@pytest.fixture
def kit(shropshire: Org) -> NeedsKit:
    return NeedsKit(shropshire)


@pytest.fixture
def demo(settings: object) -> None:
    """The suite's sign-in proves who somebody is as the demo does."""
    settings.DEMO = True  # type: ignore[attr-defined]


def read(client: Client, record: Record, at: datetime = NOON) -> int:
    with time_machine.travel(at, tick=False):
        return client.get(reverse("records:record-detail", args=[record.pk])).status_code


def told(kind: str) -> list[str]:
    return [job.arguments["person_id"] for job in Job.objects.filter(arguments__kind=kind)]


# Asked and approved


@pytest.mark.req("R107")
@pytest.mark.scenario(18, "a")
def test_two_records_for_five_days_are_readable_and_nothing_else(kit: NeedsKit, sign_in: SignIn, demo: None) -> None:
    first, second, third = kit.records()
    need, inspector = kit.opened([first, second])

    with time_machine.travel(NOON, tick=False):
        client = sign_in(inspector)
        page = client.get(reverse("records:record-detail", args=[first.pk]))

    assert (need.asked_by, need.answered_by) == (kit.org.team_manager, kit.org.head)
    body = page.content.decode()
    assert WORKLOAD in body
    assert WELLBEING not in body
    assert read(client, second) == 200
    assert read(client, third) == 404


@pytest.mark.req("R107")
@pytest.mark.scenario(18, "c")
def test_day_five_is_open_and_day_six_is_gone(kit: NeedsKit, sign_in: SignIn, demo: None) -> None:
    first, second, _ = kit.records()
    colleague = kit.colleague
    need = kit.ask([first, second], to=colleague)
    kit.approve(need)

    with time_machine.travel(DAY_FIVE, tick=False):
        client = sign_in(colleague)
        assert client.get(reverse("records:record-detail", args=[first.pk])).status_code == 200
        assert PURPOSE in client.get(reverse("archive:needs")).content.decode()
    with time_machine.travel(DAY_SIX, tick=False):
        for name in ("record-detail", "record-pdf", "record-verify"):
            assert client.get(reverse(f"records:{name}", args=[first.pk])).status_code == 404
        assert PURPOSE not in client.get(reverse("archive:needs")).content.decode()

    refused = Entry.objects.filter(verb="refused", actor_id=colleague.pk)
    assert {entry.detail["page"] for entry in refused} >= {"records:record-detail", "records:record-pdf"}


@pytest.mark.scenario(18, "c")
def test_an_inspector_cannot_even_sign_in_on_day_six(kit: NeedsKit, sign_in: SignIn, demo: None) -> None:
    first, second, _ = kit.records()
    _, inspector = kit.opened([first, second])

    with time_machine.travel(DAY_FIVE, tick=False):
        client = sign_in(inspector)
        assert client.get(reverse("archive:needs")).status_code == 200
    with time_machine.travel(DAY_SIX, tick=False):
        response = client.get(reverse("records:record-detail", args=[first.pk]))

    assert response.status_code == 302
    assert "/account/login/" in response.headers["Location"] or "sign-in" in response.headers["Location"]


def test_nobody_approves_what_they_asked_for_are_to_read_or_are_part_of(kit: NeedsKit) -> None:
    records = kit.records(1)
    hr = kit.actor(kit.org.hr, hat=Role.HR)
    own = kit.ask(records, by=hr)
    to_head = kit.ask(records, to=kit.org.head, why=Why())

    with pytest.raises(NotAllowed):
        kit.approve(own, by=hr)
    with pytest.raises(NeedToKnow.DoesNotExist):
        kit.approve(to_head)
    for person in (kit.org.supervisor, kit.org.psw, kit.org.outsider, kit.org.worker):
        with pytest.raises(NeedToKnow.DoesNotExist):
            kit.approve(own, by=kit.actor(person))
    with pytest.raises(NotAllowed):
        kit.approve(own, by=kit.actor(kit.org.hr, hat=Role.HR))
    assert kit.approve(to_head, by=kit.actor(kit.org.hr, hat=Role.HR)).is_approved


def test_an_assistant_director_of_another_line_does_not_see_the_request(kit: NeedsKit) -> None:
    other = add_person(
        "Ada Lane", team=kit.org.other_team, job_title="Assistant director", role=Role.ASSISTANT_DIRECTOR
    )
    need = kit.ask(kit.records(1))

    assert not NeedToKnow.objects.visible_to(kit.actor(other)).filter(pk=need.pk).exists()
    assert told("need_asked") == [str(kit.org.head.pk)]


@pytest.mark.parametrize("who", ["worker", "outsider", "supervisor", "sysadmin"])
def test_who_does_not_lead_asks_for_nothing(kit: NeedsKit, who: str) -> None:
    with pytest.raises(NotAllowed):
        kit.ask(kit.records(1), by=kit.actor(getattr(kit.org, who)))


def test_what_goes_beyond_the_usual_has_its_reason(kit: NeedsKit) -> None:
    records = kit.records(1)

    for why in (Why(whole=True), Why(unmasked=True), Why(untold=True)):
        with pytest.raises(RuleBroken):
            kit.ask(records, why=why)
    with pytest.raises(RuleBroken, match="Choose the records"):
        kit.ask([])
    with pytest.raises(RuleBroken, match="28 days"):
        kit.ask(records, days=29)
    assert kit.ask(records, days=28).ends_on == NOON.date() + timedelta(days=28)
    with pytest.raises(RuleBroken, match="past"):
        kit.ask(records, starts_on=NOON.date() - timedelta(days=1))


def test_records_of_somebody_else_are_not_chosen(kit: NeedsKit) -> None:
    record = kit.records(1)[0]
    other = Record.objects.create(
        kind=record.kind,
        subject=kit.org.supervisor,
        author=kit.org.team_manager,
        template_slug=record.template_slug,
        template_version=record.template_version,
        policy_slug=record.policy_slug,
        policy_version=record.policy_version,
        title=record.title,
        created_at=NOON,
    )

    with pytest.raises(RuleBroken, match="Choose the records"):
        kit.ask([other])


def test_it_is_refused_with_a_reason_and_opens_nothing(kit: NeedsKit) -> None:
    need = kit.ask(kit.records(1), to=kit.colleague)

    with pytest.raises(RuleBroken, match="why not"):
        services.answer(need_id=need.pk, approve=False, words="", actor=kit.actor(kit.org.head), at=NOON)
    kit.approve(need, approve=False)

    assert not SightGrant.objects.filter(given_for=need.pk).exists()
    assert told("need_answered") == [str(kit.org.team_manager.pk)]
    with pytest.raises(RuleBroken, match="answered already"):
        kit.approve(need)


def test_it_is_ended_early_with_a_reason(kit: NeedsKit, sign_in: SignIn) -> None:
    record = kit.records(1)[0]
    need = kit.ask([record], to=kit.colleague)
    kit.approve(need)
    with time_machine.travel(NOON, tick=False):
        client = sign_in(kit.colleague)
    assert read(client, record) == 200

    services.end(need_id=need.pk, words="The inspection is over.", actor=kit.actor(kit.org.head), at=NOON)

    assert read(client, record) == 404
    with pytest.raises(RuleBroken, match="nothing to end"):
        services.end(need_id=need.pk, words="Again.", actor=kit.actor(kit.org.head), at=NOON)


def test_what_was_taken_back_is_not_approved(kit: NeedsKit) -> None:
    need = kit.ask(kit.records(1), to=kit.colleague)
    services.end(need_id=need.pk, words="A mistake.", actor=kit.actor(kit.org.team_manager), at=NOON)

    with pytest.raises(RuleBroken, match="taken back"):
        kit.approve(need)


def test_an_inspector_is_let_in_before_or_after_the_approval(kit: NeedsKit) -> None:
    record = kit.records(1)[0]
    need = kit.ask([record])
    inspector = kit.let_in(need)

    assert not SightGrant.objects.filter(person=inspector).exists()
    assert (inspector.organisation, inspector.left_on) == ("Ofsted", date(2026, 11, 14))
    kit.approve(need)
    assert SightGrant.objects.get(person=inspector).record_id == record.pk
    again = kit.ask([record], at=NOON + timedelta(days=2))
    assert kit.let_in(again, at=NOON + timedelta(days=2)) == inspector
    inspector.refresh_from_db()
    assert inspector.left_on == date(2026, 11, 16)
    assert Account.objects.filter(email=INSPECTOR.email).count() == 1


def test_the_address_of_a_colleague_lets_nobody_in(kit: NeedsKit) -> None:
    need = kit.ask(kit.records(1), guest=Guest("Oscar Reed", "Ofsted", "oscar.reed@example.org"))

    with pytest.raises(RuleBroken, match="somebody else"):
        kit.let_in(need)


# On the page alone


@pytest.mark.scenario(18, "b")
def test_each_view_is_written_down_with_its_grant_and_shown_to_the_worker(
    kit: NeedsKit, sign_in: SignIn, demo: None
) -> None:
    first, second, _ = kit.records()
    need, inspector = kit.opened([first, second])
    with time_machine.travel(NOON, tick=False):
        client = sign_in(inspector)
    for record in (first, second, first):
        read(client, record)

    entries = Entry.objects.filter(verb="record.read", actor_id=inspector.pk)
    grants = {str(grant.pk): grant.record_id for grant in SightGrant.objects.filter(given_for=need.pk)}
    assert entries.count() == 3
    assert {(entry.via, grants[entry.detail["grant"]] == entry.target_id) for entry in entries} == {("grant", False)}
    assert [str(grants[entry.detail["grant"]]) for entry in entries.order_by("at", "pk")] == [
        entry.target_id for entry in entries.order_by("at", "pk")
    ]
    assert told("need_told") == [str(kit.org.worker.pk)]
    with time_machine.travel(NOON, tick=False):
        worker = sign_in(kit.org.worker)
        own = worker.get(reverse("compliance:person-reads", args=[kit.org.worker.pk])).content.decode()
        about = worker.get(reverse("archive:needs")).content.decode()
    assert "Jane Ward" in own
    assert PURPOSE in own
    assert "Jane Ward, Ofsted" in about
    assert PURPOSE in about


def test_the_page_is_watermarked_and_leads_nowhere(kit: NeedsKit, sign_in: SignIn, demo: None) -> None:
    first = kit.records(1)[0]
    _, inspector = kit.opened([first])
    with time_machine.travel(NOON, tick=False):
        body = sign_in(inspector).get(reverse("records:record-detail", args=[first.pk])).content.decode()

    assert "Read by Jane Ward, Ofsted, Monday 9 November 2026 at 12:00" in " ".join(body.split())
    assert 'class="app-watermark" aria-hidden="true"' in body
    for word in ("/pdf/", "/genuine/", "/files/", "addendum", 'data-module="app-copy"', "Download"):
        assert word not in body


def test_a_supervisor_reads_the_same_page_without_a_watermark(kit: NeedsKit, sign_in: SignIn) -> None:
    first = kit.records(1)[0]
    kit.opened([first])
    with time_machine.travel(NOON, tick=False):
        body = sign_in(kit.org.supervisor).get(reverse("records:record-detail", args=[first.pk])).content.decode()

    assert "app-watermark" not in body


def test_health_is_shown_where_it_was_asked_for_with_a_reason(kit: NeedsKit, sign_in: SignIn, demo: None) -> None:
    first = kit.records(1)[0]
    _, inspector = kit.opened([first], why=Why(unmasked=True, why_unmasked="The complaint is about it."))
    with time_machine.travel(NOON, tick=False):
        body = sign_in(inspector).get(reverse("records:record-detail", args=[first.pk])).content.decode()

    assert WELLBEING in body


def test_nothing_but_the_page_is_opened(kit: NeedsKit) -> None:
    """A grantee as any other page, job or list asks for them: no record, no PDF, no action."""
    first, *_ = kit.records(1)
    _, inspector = kit.opened([first], why=Why(whole=True, why_whole="All of it."))
    actor = kit.actor(inspector)

    assert not Record.objects.visible_to(actor).exists()
    assert not RenderedDocument.objects.visible_to(actor).exists()
    assert actor.granted_people == frozenset()
    assert actor.watermarked == {kit.org.worker.pk}


def test_the_whole_file_is_read_record_by_record(kit: NeedsKit, sign_in: SignIn, demo: None) -> None:
    records = kit.records(2)
    _, inspector = kit.opened([], why=Why(whole=True, why_whole="All of it is asked for."))
    with time_machine.travel(NOON, tick=False):
        client = sign_in(inspector)
        listed = client.get(reverse("archive:needs")).content.decode()
        assert client.get(reverse("staff:folder", args=[kit.org.worker.pk])).status_code == 404

    for record in records:
        assert str(record.pk) in listed
        assert read(client, record) == 200


# Told, or lawfully not yet


UNTOLD = Why(untold=True, why_not_told="An investigation that must not be warned of.", told_from=date(2026, 11, 12))


@pytest.mark.scenario(18, "b")
def test_a_worker_who_is_not_told_sees_neither_the_grant_nor_what_was_read(kit: NeedsKit, sign_in: SignIn) -> None:
    record = kit.records(1)[0]
    need = kit.ask([record], to=kit.colleague, basis="investigation", why=UNTOLD)
    kit.approve(need)
    with time_machine.travel(NOON, tick=False):
        reader, worker = sign_in(kit.colleague), sign_in(kit.org.worker)
        read(reader, record)
        own = reverse("compliance:person-reads", args=[kit.org.worker.pk])
        for address in (own, f"{own}?as=csv", reverse("archive:needs")):
            response = worker.get(address)
            body = b"".join(response) if response.streaming else response.content
            assert kit.colleague.name not in body.decode()
    assert told("need_told") == []
    seen = read_reads(person=kit.org.worker, actor=kit.actor(kit.org.hr, hat=Role.HR), at=NOON)
    assert seen.filter(actor_id=kit.colleague.pk).exists()
    grant = SightGrant.objects.get(given_for=need.pk)
    assert not SightGrant.objects.visible_to(kit.actor(kit.org.supervisor)).filter(pk=grant.pk).exists()

    assert services.tell_of_those_due(at=NOON) == 0
    assert services.tell_of_those_due(at=datetime(2026, 11, 12, 6, tzinfo=UTC)) == 1
    assert services.tell_of_those_due(at=datetime(2026, 11, 12, 6, tzinfo=UTC)) == 0

    assert told("need_told") == [str(kit.org.worker.pk)]
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        assert kit.colleague.name in sign_in(kit.org.worker).get(own).content.decode()
    need.refresh_from_db()
    assert need.why_not_told == UNTOLD.why_not_told


def test_other_reads_stay_in_the_list_of_a_worker_who_is_not_told(kit: NeedsKit) -> None:
    record = kit.records(1)[0]
    need = kit.ask([record], to=kit.colleague, why=UNTOLD)
    kit.approve(need)
    before = read_reads(person=kit.org.worker, actor=kit.actor(kit.org.worker), at=NOON).count()

    note(actor=kit.actor(kit.org.team_manager), verb="record.read", at=NOON, target=record, about=kit.org.worker.pk)

    assert read_reads(person=kit.org.worker, actor=kit.actor(kit.org.worker), at=NOON).count() == before + 1


def test_the_worker_can_be_told_at_any_time(kit: NeedsKit) -> None:
    need = kit.ask(kit.records(1), to=kit.colleague, why=Why(untold=True, why_not_told="Not yet."))
    kit.approve(need)

    services.tell_now(need_id=need.pk, actor=kit.actor(kit.org.head), at=NOON)

    assert SightGrant.objects.get(given_for=need.pk).is_told
    with pytest.raises(RuleBroken, match="nothing to tell"):
        services.tell_now(need_id=need.pk, actor=kit.actor(kit.org.head), at=NOON)


def test_the_longest_time_is_the_councils(kit: NeedsKit) -> None:
    assert settings.NEED_TO_KNOW_MOST_DAYS == 28


def test_people_from_outside_get_no_role_line_supervision_category_or_child(kit: NeedsKit) -> None:
    _, inspector = kit.opened(kit.records(1))
    sysadmin = kit.actor(kit.org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    head = kit.actor(kit.org.head)
    day = NOON.date()

    with pytest.raises(RuleBroken, match="another organisation"):
        staff.give_role(email=INSPECTOR.email, role=Role.HR, starts_on=day, at=NOON)
    with pytest.raises(RuleBroken, match="another organisation"):
        staff.propose_line(person_id=inspector.pk, manager_id=kit.org.head.pk, starts_on=day, actor=sysadmin, at=NOON)
    with pytest.raises(RuleBroken, match="another organisation"):
        staff.change_supervisor(
            supervisee_id=kit.org.supervisor.pk, to_id=inspector.pk, starts_on=day, actor=head, at=NOON
        )
    with pytest.raises(RuleBroken, match="another organisation"):
        give_categories(
            person_id=inspector.pk, categories=["sw_case_management"], starts_on=day, actor=sysadmin, at=NOON
        )


def test_people_from_outside_are_in_no_directory(kit: NeedsKit) -> None:
    _, inspector = kit.opened(kit.records(1))

    assert not StaffMember.objects.visible_to(kit.actor(kit.org.hr, hat=Role.HR)).filter(pk=inspector.pk).exists()
    assert list(StaffMember.objects.visible_to(kit.actor(inspector))) == [inspector]
    sysadmin = kit.actor(kit.org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    assert StaffMember.objects.visible_to(sysadmin).filter(pk=inspector.pk).exists()
