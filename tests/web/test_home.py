"""The home page: what needs each person, and nobody else; in a fixed number of queries."""

import re
from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.models import Allocation
from compliance import services
from compliance.needs.shapes import AT_ONCE
from core.actor import Role
from records import services as records
from records.models import Record
from records.rules import Meaning
from records.selectors import text_to_sign
from records.services import Evidence
from staff.models import Absence, Account, ManagementLine, StaffMember, SupervisionRelationship
from supervision import services as supervision
from supervision.models import ChildEvent, Concern, ConcernEntry, Matter
from supervision.selectors import signing_context
from tests.cases_kit import child_with
from tests.diary_kit import booked, held
from tests.org import RECORDED, Org, SignIn, add_person, put_under
from tests.records_kit import Kit
from tests.triggers_kit import adopt_with_triggers

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(client: Client, **query: str) -> str:
    response = client.get(reverse("compliance:home"), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def in_time(org: Org, supervisee: StaffMember, supervisor: StaffMember) -> None:
    """A session in each month since the work began, so that nothing is overdue."""
    on = date(2025, 4, 14)
    while on < TODAY:
        held(supervisee, supervisor, on=on)
        on = (on.replace(day=1) + timedelta(days=32)).replace(day=14)


def night(org: Org) -> None:
    services.do_night(on=TODAY, at=NOW)
    services.start_night(on=TODAY, at=NOW)


# Nobody at all


def test_signed_out_people_are_sent_to_sign_in(db: None, client: Client) -> None:
    assert client.get("/").status_code == 302


def test_a_person_whom_nothing_needs_reads_what_will_be_there(org: Org, sign_in: SignIn) -> None:
    page = page_of(sign_in(org.hr))

    assert "Nothing needs you today." in page
    assert reverse("supervision:diary") in page


# Overdue


@pytest.mark.req("R041")
def test_the_supervisor_is_told_who_is_overdue_since_when_why_and_where_to_book(
    shropshire: Org, sign_in: SignIn
) -> None:
    night(shropshire)

    page = page_of(sign_in(shropshire.supervisor))

    assert "Supervision with Amara Obi is overdue" in page
    assert "Due Saturday 31 May 2025" in page or "Due Monday 30 June 2025" in page
    assert "Flagged on Monday 9 November 2026." in page
    assert "Nothing is in the diary." in page
    assert "at most one month may be missed in a row" in page
    assert reverse("supervision:session-book", args=[shropshire.worker.pk]) in page
    assert page.index("Overdue") < page.index("To arrange")


def test_the_supervisee_is_told_too_and_whom_to_ask(shropshire: Org, sign_in: SignIn) -> None:
    page = page_of(sign_in(shropshire.worker))

    assert "Your supervision is overdue" in page
    assert "Ask Priya Nair for a date." in page
    assert "at most one month may be missed in a row" in page


def test_neither_the_outsider_nor_those_further_up_are_asked_to_book(shropshire: Org, sign_in: SignIn) -> None:
    night(shropshire)

    outsider = page_of(sign_in(shropshire.outsider))
    next_up = page_of(sign_in(shropshire.team_manager))

    assert "Amara Obi" not in outsider
    assert "Supervision with Amara Obi" not in next_up
    assert "Priya Nair" in next_up, "the positive control: a supervisee of one's own"


def test_a_booked_session_shows_with_what_is_overdue(shropshire: Org, sign_in: SignIn) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))

    page = page_of(sign_in(shropshire.supervisor))

    assert "Booked for Monday 16 November 2026 at 9:00, in 7 days." in page
    assert reverse("supervision:session-detail", args=[session.pk]) in page


def test_nothing_is_overdue_after_a_session_every_month(shropshire: Org, sign_in: SignIn) -> None:
    in_time(shropshire, shropshire.worker, shropshire.supervisor)

    page = page_of(sign_in(shropshire.supervisor))

    assert "is overdue" not in page


@pytest.mark.req("R083")
def test_a_supervisee_without_a_future_session_is_named_and_one_with_it_is_not(
    shropshire: Org, sign_in: SignIn
) -> None:
    colleague = add_person("Ben Ode", team=shropshire.team, job_title="Social worker", category="sw_case_management")
    put_under(colleague, shropshire.supervisor)
    for person in (shropshire.worker, colleague):
        in_time(shropshire, person, shropshire.supervisor)
    booked(colleague, shropshire.supervisor, on=date(2026, 12, 7))

    page = page_of(sign_in(shropshire.supervisor), all="1")

    assert "Book supervision with Amara Obi" in page
    assert "Book supervision with Ben Ode" not in page


def test_the_month_that_ends_within_days_is_due_though_it_would_only_be_a_warning(
    shropshire: Org, sign_in: SignIn
) -> None:
    in_time(shropshire, shropshire.worker, shropshire.supervisor)

    with time_machine.travel(datetime(2026, 11, 26, 12, tzinfo=UTC), tick=False):
        page = page_of(sign_in(shropshire.supervisor))

    assert "Supervision with Amara Obi is due" in page
    assert "Due Monday 30 November 2026, in 4 days." in page


# Further down the line


def test_next_up_reads_who_is_overdue_and_by_whom_supervised(shropshire: Org, sign_in: SignIn) -> None:
    night(shropshire)

    page = page_of(sign_in(shropshire.team_manager))

    assert "Overdue further down your line" in page
    table = page.partition("Overdue further down your line")[2]
    assert "Amara Obi" in table
    assert "Priya Nair" in table
    assert "at most one month may be missed" in table


def test_somebody_of_another_line_is_not_there(shropshire: Org, sign_in: SignIn) -> None:
    night(shropshire)

    assert "Oscar Reed" not in page_of(sign_in(shropshire.team_manager))


def test_who_leads_in_the_service_is_asked_to_confirm_a_line_and_who_gains_by_it_is_not(
    org: Org, sign_in: SignIn
) -> None:
    newcomer = add_person("Nia Bell", team=org.team, job_title="Social worker")
    line = ManagementLine.objects.create(
        person=newcomer, manager=org.team_manager, starts_on=date(2026, 11, 2), recorded_at=RECORDED
    )

    page = page_of(sign_in(org.head))

    assert "Say whether Tom Mills manages Nia Bell" in page
    assert reverse("staff:line-confirm", args=[line.pk]) in page
    for other in (org.team_manager, org.supervisor, org.outsider):
        assert "Nia Bell" not in page_of(sign_in(other))


# Sessions and records


def test_a_supervisor_is_asked_to_write_what_was_held_and_to_close_what_passed(
    shropshire: Org, sign_in: SignIn
) -> None:
    was_held = held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 2))
    passed = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 5))

    page = page_of(sign_in(shropshire.supervisor))

    assert "Write the record of supervision with Amara Obi" in page
    assert "Held on Monday 2 November 2026, 7 days ago" in page
    assert reverse("supervision:session-detail", args=[was_held.pk]) in page
    assert "Say what became of supervision with Amara Obi" in page
    assert reverse("supervision:session-detail", args=[passed.pk]) in page
    for other in (shropshire.worker, shropshire.team_manager):
        assert "Write the record" not in page_of(sign_in(other))


def test_what_a_predecessor_left_unwritten_is_not_the_successors_to_write_but_the_diary_is_to_tidy(
    shropshire: Org, sign_in: SignIn
) -> None:
    held(shropshire.worker, shropshire.head, on=date(2026, 11, 2))
    booked(shropshire.worker, shropshire.head, on=date(2026, 11, 5))

    page = page_of(sign_in(shropshire.supervisor))

    assert "Write the record" not in page
    assert "Say what became" in page


def test_cover_is_asked_to_book_and_not_for_a_contract(shropshire: Org, sign_in: SignIn) -> None:
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker,
        supervisor=shropshire.outsider,
        kind=SupervisionRelationship.Kind.COVER,
        starts_on=date(2026, 11, 2),
        recorded_at=RECORDED,
    )

    page = page_of(sign_in(shropshire.outsider))

    assert "Supervision with Amara Obi is overdue" in page
    assert "Amara Obi has no supervision contract" not in page
    assert "Ask Oscar Reed for a date." in page_of(sign_in(shropshire.worker))


def test_somebody_overdue_whom_nobody_supervises_is_told_to_ask(shropshire: Org, sign_in: SignIn) -> None:
    assert "Nobody supervises you at present: ask your manager." in page_of(sign_in(shropshire.outsider))


def test_the_supervisee_is_asked_to_prepare_within_a_week_and_not_before(shropshire: Org, sign_in: SignIn) -> None:
    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 17))
    assert "Prepare for supervision" not in page_of(sign_in(shropshire.worker))

    booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))

    page = page_of(sign_in(shropshire.worker))
    assert "Prepare for supervision with Priya Nair" in page
    assert "Monday 16 November 2026 at 9:00, in 7 days." in page


def test_a_signed_record_waits_for_the_supervisee_alone(shropshire: Org, sign_in: SignIn) -> None:
    kit = Kit(shropshire)
    record = kit.draft()
    kit.sign(record)

    page = page_of(sign_in(shropshire.worker))

    assert "Read and sign the record of supervision with Priya Nair" in page
    assert reverse("records:record-countersign", args=[record.pk]) in page
    for other in (shropshire.supervisor, shropshire.team_manager, shropshire.outsider):
        assert "Read and sign" not in page_of(sign_in(other))


def test_a_returned_record_is_back_with_its_author(shropshire: Org, sign_in: SignIn) -> None:
    kit = Kit(shropshire)
    record = kit.draft()
    kit.sign(record)
    kit.send_back(record)

    page = page_of(sign_in(shropshire.supervisor))

    assert "Correct the record of supervision with Amara Obi" in page
    assert reverse("supervision:record-write", args=[record.pk]) in page
    assert "Correct the record" not in page_of(sign_in(shropshire.worker))
    assert "The date of the visit is wrong." not in page, "what was written stands on the record's page alone"


def test_a_sealed_record_is_news_to_the_one_who_did_not_sign_last_and_for_two_weeks(
    shropshire: Org, sign_in: SignIn
) -> None:
    kit = Kit(shropshire)
    record = kit.draft()
    kit.sign(record)
    kit.countersign(record, at=NOW)

    assert "Record of supervision with Amara Obi" in page_of(sign_in(shropshire.supervisor))
    assert "Signed lately" not in page_of(sign_in(shropshire.worker))
    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        assert "Signed lately" not in page_of(sign_in(shropshire.supervisor))


@pytest.mark.parametrize(
    ("meaning", "said"),
    [
        (Meaning.AGREE, "Amara Obi agreed and signed."),
        (Meaning.SEEN_NOT_AGREED, "Amara Obi has seen it and does not agree."),
        (Meaning.DECLINE, "Amara Obi declined to sign it."),
    ],
)
def test_the_news_of_a_record_says_what_the_signature_says(
    shropshire: Org, sign_in: SignIn, meaning: Meaning, said: str
) -> None:
    kit = Kit(shropshire)
    record = kit.draft()
    kit.sign(record)
    reason = "" if meaning is Meaning.AGREE else "The figures are wrong."
    kit.countersign(record, meaning=meaning, reason=reason, at=NOW)

    page = page_of(sign_in(shropshire.supervisor))

    assert said in page
    assert [words for words in ("Declined", "Sealed, not agreed") if words in page] == {
        Meaning.DECLINE: ["Declined"],
        Meaning.SEEN_NOT_AGREED: ["Sealed, not agreed"],
    }.get(meaning, [])


# Contracts


@pytest.mark.req("R121")
def test_a_relationship_without_a_contract_is_a_task_of_both_people(shropshire: Org, sign_in: SignIn) -> None:
    assert "Amara Obi has no supervision contract with you" in page_of(sign_in(shropshire.supervisor))
    assert "You have no supervision contract with Priya Nair" in page_of(sign_in(shropshire.worker))
    assert "Amara Obi" not in page_of(sign_in(shropshire.head))


def signed_contract(org: Org) -> Record:
    """A contract that the supervisor has signed; to be reviewed in a year."""
    kit = Kit(org)
    record = supervision.open_contract(supervisee_id=org.worker.pk, actor=kit.supervisor, at=NOW)
    records.save_section(
        record_id=record.pk,
        section="key_tasks",
        key=None,
        fields={"key_tasks": "A caseload of children in need"},
        version=0,
        actor=kit.supervisor,
        at=NOW,
    )
    context = signing_context(record=record, on=TODAY)
    text = text_to_sign(record=record, facts=context.facts, late=context.late, given=context.given)
    challenge, evidence = kit.challenge(NOW), Evidence(address="192.0.2.7", browser="The suite")
    supervision.sign_record(
        record_id=record.pk, shown=text.shown, challenge=challenge, evidence=evidence, actor=kit.supervisor, at=NOW
    )
    return record


@pytest.mark.req("R125")
@pytest.mark.parametrize(("on", "overdue"), [(date(2027, 11, 10), True), (date(2027, 11, 9), False)])
def test_a_contract_whose_review_is_overdue_is_shown_to_both(
    shropshire: Org, sign_in: SignIn, on: date, overdue: bool
) -> None:
    record = signed_contract(shropshire)
    Kit(shropshire).countersign(record, comments="", at=NOW)

    with time_machine.travel(datetime(on.year, on.month, on.day, 12, tzinfo=UTC), tick=False):
        supervisor, worker = page_of(sign_in(shropshire.supervisor)), page_of(sign_in(shropshire.worker))

    assert ("The supervision contract with Amara Obi is out of date" in supervisor) is overdue
    assert ("Your supervision contract with Priya Nair is out of date" in worker) is overdue
    assert "has no supervision contract with you" not in supervisor


def test_a_contract_that_one_has_signed_waits_for_the_other(shropshire: Org, sign_in: SignIn) -> None:
    signed_contract(shropshire)

    assert "Read and sign the supervision contract with Priya Nair" in page_of(sign_in(shropshire.worker))
    assert "The supervision contract with Amara Obi is not signed by both" in page_of(sign_in(shropshire.supervisor))


# Hats


def test_the_principal_social_worker_reads_names_and_dates_of_all_and_no_reasons(
    shropshire: Org, sign_in: SignIn
) -> None:
    night(shropshire)

    page = page_of(sign_in(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER))

    assert "Amara Obi" in page
    assert "Oscar Reed" in page
    assert "2025" in page
    assert "may be missed in a row" not in page
    assert "Amara Obi" not in page_of(sign_in(shropshire.psw)), "without the hat"


def test_a_system_administrator_reads_who_has_not_signed_in_and_nothing_of_supervision(
    shropshire: Org, sign_in: SignIn
) -> None:
    night(shropshire)
    Account.objects.exclude(person=shropshire.worker).update(last_login=NOW)

    page = page_of(sign_in(shropshire.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR))

    assert "Amara Obi" in page
    assert "Priya Nair" not in page
    assert "overdue" not in page.lower()
    assert "Amara Obi" not in page_of(sign_in(shropshire.sysadmin)), "without the hat"


def test_hr_reads_that_nothing_needs_hr(org: Org, sign_in: SignIn) -> None:
    assert "Nothing needs HR." in page_of(sign_in(org.hr, hat=Role.HR))


# Queries


def team(org: Org, number: int) -> None:
    for count in range(number):
        person = add_person(f"Person {count}", team=org.team, job_title="Worker", category="sw_case_management")
        put_under(person, org.supervisor)
        held(person, org.supervisor, on=date(2026, 8, 14))
        booked(person, org.supervisor, on=date(2026, 11, 16))


@pytest.mark.parametrize("number", [2, 20])
@pytest.mark.parametrize("who", ["supervisor", "team_manager", "worker", "head"])
def test_the_whole_page_is_twelve_queries_at_most_whatever_the_team(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int, who: str
) -> None:
    team(shropshire, number)
    night(shropshire)
    client = sign_in(getattr(shropshire, who))
    page_of(client)

    # Whoever manages nobody has nothing to close for anybody
    with django_assert_num_queries(11 if who == "worker" else 12):
        page = page_of(client)

    assert "Person 1" in page or who in ("worker", "head")
    assert ("Plan an observation" in page) == (who == "head")


@pytest.mark.scenario(4, "b")
def test_a_manager_reads_how_many_children_nobody_works_with(shropshire: Org, sign_in: SignIn) -> None:
    child_with(shropshire.worker)
    beside = child_with(shropshire.worker)
    Allocation.objects.create(child=beside, holder=shropshire.supervisor, starts_on=TODAY, recorded_at=NOW)
    child_with(shropshire.team_manager, without_worker=True)
    assert "1 child held without a worker" in page_of(sign_in(shropshire.team_manager))

    away = Absence.objects.create(
        person=shropshire.worker, kind="parental", starts_on=TODAY - timedelta(days=60), recorded_at=NOW
    )

    # Not the one whom somebody else holds, too
    for reader, number in ((shropshire.supervisor, "1 child "), (shropshire.team_manager, "2 children ")):
        page = page_of(sign_in(reader))
        assert f"{number}held without a worker" in page
        assert f"{reverse('supervision:child-list')}?status=without_worker" in page
    assert "held without a worker" not in page_of(sign_in(shropshire.outsider))

    away.delete()
    assert "1 child held without a worker" in page_of(sign_in(shropshire.team_manager))


@pytest.mark.parametrize("number", [2, 20])
@pytest.mark.parametrize("who", ["supervisor", "team_manager", "worker"])
def test_a_policy_that_names_what_demands_a_decision_asks_no_more(
    org: Org,
    sign_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    tmp_path: Path,
    number: int,
    who: str,
) -> None:
    adopt_with_triggers(org, "shropshire-2017", tmp_path / "packs")
    team(org, number)
    wants = [child_with(org.worker, opened_on=date(2026, 10, 5)) for _ in range(number)]
    ChildEvent.objects.bulk_create(
        ChildEvent(
            child=child,
            trigger="section_47",
            label="A section 47 enquiry begins",
            on=date(2026, 11, 2),
            recorded_by=org.worker,
            recorded_at=NOW,
        )
        for child in wants
    )
    Matter.objects.create(
        kind=Matter.Kind.DISAGREEMENT,
        supervisee=org.outsider,
        supervisor=org.worker,
        raised_by=org.outsider,
        referred_to=org.supervisor,
        subject="Whether to close",
        raised_at=NOW,
    )
    night(org)
    client = sign_in(getattr(org, who))
    page_of(client)

    with django_assert_num_queries(11 if who == "worker" else 12):
        page = page_of(client, all="1")

    asked = [child.reference for child in wants if f"A decision is wanted about {child.reference}:" in page]
    assert bool(asked) == (who == "supervisor")
    assert ("Oscar" in page and "Read and answer" in page) == (who == "supervisor")


@pytest.mark.parametrize("number", [2, 20])
def test_the_pages_of_hats_stay_as_few(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    team(shropshire, number)
    night(shropshire)
    psw = sign_in(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)
    sysadmin = sign_in(shropshire.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)

    with django_assert_num_queries(10):
        page_of(psw)
    # One of them: whether files that were brought wait that nothing will look at
    with django_assert_num_queries(6):
        page_of(sysadmin)


@pytest.mark.req("R171", "R173")
def test_what_was_put_to_a_manager_waits_there_until_it_is_answered(shropshire: Org, sign_in: SignIn) -> None:
    org, noon = shropshire, datetime(2026, 11, 9, 12, tzinfo=UTC)
    matter = Matter.objects.create(
        kind=Matter.Kind.DISAGREEMENT,
        supervisee=org.worker,
        supervisor=org.supervisor,
        raised_by=org.worker,
        referred_to=org.team_manager,
        subject="Whether to close",
        raised_at=noon,
    )
    concern = Concern.objects.create(
        raised_by=org.worker,
        about=org.supervisor,
        route=Concern.Route.LINE_MANAGER,
        recipient=org.team_manager,
        raised_at=noon,
        text="Every month it is cancelled",
    )

    page = sign_in(org.team_manager).get("/").content.decode()
    assert f"/supervision/matters/{matter.pk}/" in page
    assert f"/supervision/concerns/{concern.pk}/" in page
    assert "Every month" not in page
    assert "/supervision/concerns/" not in sign_in(org.supervisor).get("/").content.decode()

    ConcernEntry.objects.create(concern=concern, author=org.team_manager, at=noon, text="I look into it")
    Matter.objects.update(status=Matter.Status.ANSWERED)
    page = sign_in(org.team_manager).get("/").content.decode()
    assert "Read and answer" not in page


# What is shown at once


def test_the_most_pressing_are_shown_at_once_and_a_link_leads_to_all_of_them(org: Org, sign_in: SignIn) -> None:
    for number in range(25):
        person = add_person(
            f"Worker {number:02}", team=org.team, job_title="Social worker", category="sw_case_management"
        )
        put_under(person, org.supervisor)
        held(person, org.supervisor, on=date(2026, 10, 1))
    client = sign_in(org.supervisor)

    page, whole = page_of(client), page_of(client, all="1")

    at_once, every = (text.count("govuk-task-list__item") for text in (page, whole))
    more = [int(number) for number in re.findall(r'href="\?all=1#\w+">(\d+) more: ', page)]
    assert at_once == AT_ONCE < every
    assert at_once + sum(more) == every
    assert "more: " not in whole
    assert "Only the most pressing" in whole
