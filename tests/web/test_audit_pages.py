"""Pages of the plan, of one audit and of its draws: what each says, refuses and does."""

import subprocess
import sys
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audits.drawing import services as draws
from audits.models import Audit
from audits.sharing.services import share_now
from core.actor import Role
from staff.grants.services import Opened, give_sight
from staff.models import SightGrant
from tests.audits_kit import NOON, TODAY, Tiers, acting, opened, planned, signed, tiers
from tests.cases_kit import child_with
from tests.org import Org, SignIn, add_person, put_under
from tests.records_kit import load_templates

FILES_OF_WORKERS = "service_manager-supervision_file-social_worker"
FILES_OF_MANAGERS = "assistant_director-supervision_file-team_manager"
Q3 = (date(2026, 10, 1), date(2027, 1, 1))
pytestmark = pytest.mark.usefixtures("on_monday")


@pytest.fixture
def on_monday():
    with time_machine.travel("2026-11-09T12:00:00Z", tick=False):
        yield


@pytest.fixture
def line(shropshire: Org) -> Tiers:
    return tiers(shropshire, workers=2)


@pytest.fixture
def audit(line: Tiers) -> Audit:
    return planned(
        auditor=line.head, file_of=line.workers[0], supervisor=line.managers[0], duty=FILES_OF_WORKERS, period=Q3
    )


def read(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"audits:{name}", args=args), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "tomorrow", ""])
@pytest.mark.parametrize("duty", [FILES_OF_MANAGERS, "x"])
def test_a_day_that_no_duty_has_draws_nothing(line: Tiers, sign_in: SignIn, duty: str, day: str) -> None:
    response = sign_in(line.assistant).post(
        reverse("audits:audit-draw") + f"?duty={duty}&starts_on={day}", {"save": "x"}
    )

    assert response.status_code == 200
    assert not Audit.objects.exists()


def test_whoever_sees_the_file_under_a_grant_goes_from_the_audit_to_its_folder(
    line: Tiers, audit: Audit, sign_in: SignIn
) -> None:
    folder = reverse("staff:folder", args=[audit.file_of_id])
    assert folder not in read(sign_in(line.head), "audit-detail", audit.pk)

    give_sight(
        person_id=line.head.pk,
        opens=Opened(file_of_id=audit.file_of_id),
        basis=SightGrant.Basis.AUDIT,
        given_for=audit.pk,
        purpose="An audit",
        starts_on=TODAY,
        ends_on=date(2026, 12, 7),
        actor=acting(line.assistant),
        at=NOON,
    )

    client = sign_in(line.head)
    assert f'href="{folder}"' in read(client, "audit-detail", audit.pk)
    assert client.get(folder).status_code == 200


@pytest.mark.scenario(20, "a")
@pytest.mark.req("R117", "R120")
def test_an_assistant_director_draws_a_file_and_books_a_day(line: Tiers, sign_in: SignIn) -> None:
    client = sign_in(line.assistant)
    page = read(client, "plan")
    assert "Audit of a team manager’s supervision file, 1 every 3 months: 2 short" in page
    assert 'href="/audits/" aria-current="page"' in page
    assert "duty=assistant_director-supervision_file-team_manager&amp;starts_on=2026-10-01" in page
    assert "starts_on=2027-01-01" not in page, "not begun yet"

    draw = reverse("audits:audit-draw") + f"?duty={FILES_OF_MANAGERS}&starts_on=2026-10-01"
    seen = client.get(draw).content.decode()
    assert "One file is drawn at random from 2" in seen
    drawn = client.post(draw, {"save": "x"}, follow=True).content.decode()
    audit = Audit.objects.get()
    assert f"Drawn: {audit.file_of.name}’s file. Book a day for the audit." in drawn
    again = client.post(draw, {"save": "x"}).content.decode()
    assert "Nothing is left to draw for this period" in again

    book = reverse("audits:audit-book", args=[audit.pk])
    wrong = client.post(book, {"booked_on_0": "31", "booked_on_1": "11", "booked_on_2": "2026"}).content.decode()
    assert "There is no such date" in wrong
    past = client.post(book, {"booked_on_0": "8", "booked_on_1": "11", "booked_on_2": "2026"}).content.decode()
    assert "cannot be booked in the past" in past
    late = client.post(book, {"booked_on_0": "4", "booked_on_1": "1", "booked_on_2": "2027"}, follow=True)
    assert "after the period for which it counts" in late.content.decode()
    client.post(book, {"booked_on_0": "20", "booked_on_1": "11", "booked_on_2": "2026"})
    assert f'href="/audits/{audit.pk}/">Open it on the day<' in read(client, "plan")


@pytest.mark.req("R120")
def test_what_is_drawn_for_a_period_that_is_over_takes_its_place_and_leads_on(line: Tiers, sign_in: SignIn) -> None:
    over = (date(2026, 4, 1), date(2026, 7, 1))
    late = planned(
        auditor=line.assistant, file_of=line.managers[0], supervisor=line.head, duty=FILES_OF_MANAGERS, period=over
    )
    client = sign_in(line.assistant)
    draw = f"{reverse('audits:audit-draw')}?duty={FILES_OF_MANAGERS}&starts_on=2026-04-01"
    detail = reverse("audits:audit-detail", args=[late.pk])

    def both() -> tuple[str, str]:
        return read(client, "plan"), " ".join(client.get("/").content.decode().split())

    for page in both():
        assert draw.replace("&", "&amp;") not in page
        assert reverse("audits:audit-book", args=[late.pk]) in page
        assert "Late" in page
    assert "The file is drawn, no day is booked: the period ended on Tuesday 30 June 2026." in both()[1]
    assert "1 is short: the period ended on Wednesday 30 September 2026." in both()[1], "the next quarter"
    seen = client.get(draw).content.decode()
    assert "Nothing is left to draw for this period" in seen
    assert "<button" not in seen.split("<h1")[1].split("</main")[0]

    Audit.objects.filter(pk=late.pk).update(booked_on=TODAY)
    plan, home = both()
    assert f'href="{detail}">Open the audit<' in plan
    assert "Booked for Monday 9 November 2026, today: the period ended on Tuesday 30 June 2026." in home
    opened(late)
    for page in both():
        assert reverse("audits:audit-write", args=[late.pk]) in page
        assert "Write and sign it" in page


@pytest.mark.req("R119")
def test_a_short_observation_is_asked_for_on_home_and_plan_like_a_short_audit(line: Tiers, sign_in: SignIn) -> None:
    client = sign_in(line.head)
    home = " ".join(client.get("/").content.decode().split())

    assert "1 is short: the period ended on Wednesday 30 September 2026." in home
    plan = read(client, "plan", what="observation_of_supervision")
    assert 'Plan an observation<span class="govuk-visually-hidden"> for the period from 1 April 2026' in plan


@pytest.mark.req("R120")
def test_who_is_above_reads_the_plans_of_those_below_and_the_hat_figures_alone(
    line: Tiers, audit: Audit, sign_in: SignIn
) -> None:
    above = read(sign_in(line.assistant), "plan")
    everybody = read(sign_in(line.org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER), "plan")
    manager = read(sign_in(line.managers[0]), "plan")

    assert "Those below you" in above
    assert "Helen Hart" in above
    assert "A0 Worker’s file" in above
    assert "Everybody" in everybody
    assert "Asif Khan" in everybody
    assert "A0 Worker" not in everybody
    assert "Nobody has audits to do within your sight" in manager
    assert "Audit of a social worker’s supervision file" in read(sign_in(line.director), "plan")
    assert sign_in(line.org.hr, hat=Role.HR).get(reverse("audits:plan")).status_code == 403


def test_the_address_filters_by_year_kind_and_how_it_stands(line: Tiers, sign_in: SignIn) -> None:
    client = sign_in(line.head)

    assert "1 April 2026 to 31 March 2027" in read(client, "plan")
    assert "1 April 2025 to 31 March 2026" in read(client, "plan", year="2026-03-31")
    assert "1 April 2027 to 31 March 2028" in read(client, "plan", year="2027-04-01")
    assert "The year after" not in read(client, "plan", year="2027-04-01")
    assert "1 April 2026" in read(client, "plan", year="9999-99-99", what="nonsense", stands="nonsense")
    assert "1 April 2026" in read(client, "plan", year="1066-10-14")
    observed = read(client, "plan", what="observation_of_supervision")
    assert "Observation of supervision by a team manager, 1 every 6 months: 1 short" in observed
    assert "supervision file, every" not in observed
    assert "no number set" not in read(client, "plan", stands="short")
    assert "Observation of supervision by a team manager" in read(client, "plan", stands="to_do")
    assert "Nothing stands like that" in read(client, "plan", what="direct_observation_of_practice")


def test_without_a_timetable_the_plan_says_so(org: Org, sign_in: SignIn) -> None:
    page = read(sign_in(org.team_manager), "plan")

    assert "The policy in force sets no timetable of audits" in page
    assert "Draw a file on top of the timetable" in page
    client = sign_in(org.team_manager)
    assert (
        "on top of the timetable: it counts for no period" in client.get(reverse("audits:audit-draw")).content.decode()
    )
    client.post(reverse("audits:audit-draw"), {"save": "x"})
    assert "Amara Obi’s file" in read(client, "plan")
    assert "There is nobody at present whose file you could draw" in read(client, "audit-draw")


@pytest.mark.req("R113", "R114")
def test_the_page_of_an_audit_says_whose_by_whom_for_what_and_what_can_be_done(
    line: Tiers, audit: Audit, sign_in: SignIn
) -> None:
    page = read(sign_in(line.head), "audit-detail", audit.pk)
    above = read(sign_in(line.assistant), "audit-detail", audit.pk)

    for words in (
        "Audit of A0 Worker’s supervision file",
        "By Tom Mills, of A0 Worker",
        "31 December 2026",
        "Book a day",
    ):
        assert words in page
    assert "Give it to somebody else" not in page
    assert "Give it to somebody else" in above
    assert "Draw another file" not in above
    for person in (line.managers[0], line.workers[0], line.org.outsider):
        assert sign_in(person).get(reverse("audits:audit-detail", args=[audit.pk])).status_code == 404
    signed(audit, on=date(2026, 11, 6))
    assert "Signed by the auditor on Friday 6 November 2026" in read(
        sign_in(line.managers[0]), "audit-detail", audit.pk
    )
    assert sign_in(line.workers[0]).get(reverse("audits:audit-detail", args=[audit.pk])).status_code == 404


@pytest.mark.scenario(20, "e")
def test_both_draws_are_listed_checked_and_made_again_by_a_program(line: Tiers, audit: Audit, sign_in: SignIn) -> None:
    client = sign_in(line.head)
    again = reverse("audits:audit-draw-again", args=[audit.pk])
    # The kit's draw was made without a seed of its own: its pool of one agrees with any
    assert "Say why you draw again" in client.post(again, {"reason": " "}).content.decode()
    done = client.post(again, {"reason": "She is on leave."}, follow=True).content.decode()
    assert "Both draws stay on the record" in done

    page = read(client, "audit-draws", audit.pk, check="1")
    assert page.count("It agrees") == 2
    assert "She is on leave." in page
    audit.refresh_from_db()
    address = reverse("audits:audit-draw-program", args=[audit.pk, audit.draw_id])
    program = client.get(address)
    assert program["Content-Disposition"].startswith('attachment; filename="draw-2026-11-09-')
    assert "Worker" not in program.content.decode(), "keys, not names"
    told = subprocess.run([sys.executable, "-c", program.content.decode()], capture_output=True, text=True, check=True)
    assert told.stdout == f"['{audit.file_of_id}']\nThe same as was drawn.\n"


@pytest.mark.scenario(20, "b")
def test_a_refused_auditor_is_said_beside_the_field(line: Tiers, audit: Audit, sign_in: SignIn) -> None:
    client = sign_in(line.assistant)
    appoint = reverse("audits:audit-appoint", args=[audit.pk])

    refused = client.post(appoint, {"to_id": str(line.managers[0].pk), "save": "x"}).content.decode()
    assert "Nobody audits their own supervision: choose another person." in refused
    given = client.post(appoint, {"to_id": str(line.org.psw.pk), "save": "x"}, follow=True).content.decode()
    assert (
        "Petra Wolf does this audit. They see the file once they open the audit: until it is signed, and for four weeks at most."
        in given
    )
    mine = read(sign_in(line.org.psw), "plan")
    assert "A0 Worker’s file" in mine
    assert "Given to them by Asif Khan" in read(sign_in(line.org.psw), "audit-detail", audit.pk)
    load_templates()
    client = sign_in(line.org.psw)
    client.post(reverse("audits:audit-open", args=[audit.pk]))
    assert "sees the file for this audit until Sunday 6 December 2026" in read(client, "audit-detail", audit.pk)

    client = sign_in(line.assistant)
    assert "Let them read the file again" in read(client, "audit-detail", audit.pk)
    assert "Petra Wolf sees A0 Worker’s supervision file" in client.get(appoint).content.decode()
    late = client.post(appoint, {"to_id": str(line.head.pk), "save": "x"}).content.decode()
    assert "is open already" in late
    renewed = client.post(appoint, {"save": "x"}, follow=True).content.decode()
    assert "Petra Wolf can go on with this audit. They see the file until Sunday 6 December 2026" in renewed


@pytest.mark.req("R114")
def test_who_was_audited_reads_the_present_draw_without_the_others(line: Tiers, audit: Audit, sign_in: SignIn) -> None:
    draws.draw_again(audit_id=audit.pk, reason="She is off sick.", actor=acting(line.head), at=NOON)
    audit.refresh_from_db()
    audit = signed(audit, on=date(2026, 11, 6))
    share_now(audit_id=audit.pk, actor=acting(line.head), at=NOON)

    for person in (audit.supervisor, audit.file_of):
        client = sign_in(person)
        page = read(client, "audit-draws", audit.pk, check="1")
        assert page.count("It agrees") == 1
        assert audit.draw.seed in page
        program = reverse("audits:audit-draw-program", args=[audit.pk, audit.draw_id])
        assert "off sick" not in page
        assert "in the pool</span>" not in page
        assert program not in page
        assert client.get(program).status_code == 404
    for person in (line.head, line.assistant):
        page = read(sign_in(person), "audit-draws", audit.pk)
        assert "off sick" in page
        assert "Whose files were in the pool" in page


def test_the_auditor_reads_the_children_until_the_audit_is_signed(line: Tiers, audit: Audit, sign_in: SignIn) -> None:
    only = child_with(line.workers[0])
    draws.draw_children(audit_id=audit.pk, actor=acting(line.head), at=NOON)
    Audit.objects.filter(pk=audit.pk).update(auditor=line.org.psw)
    audit.refresh_from_db()
    auditor = sign_in(line.org.psw)
    pages = ("audit-detail", "audit-draws")

    assert all(only.reference in read(auditor, name, audit.pk) for name in pages)
    signed(audit, on=date(2026, 11, 6))
    assert not any(only.reference in read(auditor, name, audit.pk) for name in pages)
    assert only.reference in read(sign_in(line.head), "audit-detail", audit.pk), "by the line"


def test_an_audit_is_given_up_on_its_page(line: Tiers, audit: Audit, sign_in: SignIn) -> None:
    client = sign_in(line.head)
    address = reverse("audits:audit-give-up", args=[audit.pk])

    assert "Say why the audit is given up" in client.post(address, {"reason": ""}).content.decode()
    page = client.post(address, {"reason": "She has left."}, follow=True).content.decode()
    assert "She has left." in page
    assert "Given up" in page


def test_children_are_drawn_again_on_their_page_with_a_reason(line: Tiers, audit: Audit, sign_in: SignIn) -> None:
    client = sign_in(line.head)
    address = reverse("audits:audit-draw-children", args=[audit.pk])

    assert "Say why you draw again" in client.post(address, {"reason": ""}).content.decode()
    assert "No children are drawn for this audit" in client.post(address, {"reason": "A niece"}).content.decode()
    children = [child_with(line.workers[0]) for _ in range(5)]
    draws.draw_children(audit_id=audit.pk, actor=acting(line.head), at=NOON)
    page = client.post(address, {"reason": "A niece"}, follow=True).content.decode()
    assert "Other children are drawn" in page
    assert sum(child.reference in page for child in children) == 2


@pytest.mark.parametrize("number", [2, 12])
def test_the_plan_is_eight_queries_at_most_whatever_the_number(
    line: Tiers, audit: Audit, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for place in range(number):
        head = add_person(f"Head {place}", team=line.org.team, job_title="Service manager", role=Role.SERVICE_MANAGER)
        put_under(head, line.assistant)
    for person, hat, queries in ((line.assistant, None, 6), (line.org.psw, Role.PRINCIPAL_SOCIAL_WORKER, 5)):
        client = sign_in(person, hat=hat)
        read(client, "plan")
        with django_assert_num_queries(queries):
            assert "Head 1" in read(client, "plan")


def test_the_page_of_an_audit_is_ten_queries_at_most(
    line: Tiers, audit: Audit, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(line.head)
    read(client, "audit-detail", audit.pk)
    for name in ("audit-detail", "audit-draws", "audit-book"):
        with django_assert_max_num_queries(12):
            read(client, name, audit.pk)
