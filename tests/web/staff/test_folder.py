"""The supervision folder, its forms, and what it asks for on the home page."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from staff.models import ContactOpening, FolderItem, HomeContact, LearningEntry, PersonalSheet
from tests.folder_kit import learned, paper, sheet
from tests.org import Org, SignIn

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
TODAY = {"dated_on_0": "9", "dated_on_1": "11", "dated_on_2": "2026"}


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def address(page: str, org: Org, **more: object) -> str:
    return reverse(f"staff:{page}", kwargs={"person_id": org.worker.pk, **more})


def words(response: object) -> str:
    """The page's text, spaces folded."""
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


@pytest.mark.req("R130", "R215", "R216", "R217", "R218", "R219", "R220", "R221", "R222", "R223", "R224")
def test_a_folder_has_its_ten_sections_and_each_leads_to_what_is_elsewhere(shropshire: Org, sign_in: SignIn) -> None:
    page = words(sign_in(shropshire.worker).get(address("folder", shropshire)))

    for heading in (
        "1. Personal details and certification",
        "2. Supervision records",
        "3. Workload and caseload",
        "4. Appraisals",
        "5. Training and learning log",
        "6. Audits and feedback",
        "7. Attendance",
        "8. Performance, complaints and compliments",
        "9. HR documents",
        "10. Miscellaneous",
    ):
        assert f">{heading}</h2>" in page
    assert reverse("supervision:person-detail", args=[shropshire.worker.pk]) in page
    assert address("learning-log", shropshire) in page
    assert reverse("audits:own-file-audits") in page
    of_supervisor = words(sign_in(shropshire.supervisor).get(address("folder", shropshire)))
    assert reverse("audits:own-file-audits") not in of_supervisor


@pytest.mark.req("R288", "R290", "R292")
def test_each_paper_stands_somehow_with_its_why_and_its_history(shropshire: Org, sign_in: SignIn) -> None:
    worker = shropshire.worker
    paper(worker, "registration", date(2025, 1, 6), date(2025, 11, 30))
    paper(worker, "registration", date(2026, 1, 5), date(2026, 11, 30))
    paper(worker, "insurance", date(2025, 3, 2), date(2026, 3, 1))
    paper(worker, "appraisal", date(2026, 3, 1))

    page = words(sign_in(shropshire.supervisor).get(address("folder", shropshire)))

    assert (
        "To be renewed</strong> Its last day is 30 November 2026. Social Work England renews from 1 September" in page
    )
    assert "Expired</strong> It ended on 1 March 2026." in page
    assert "No end entered</strong>" in page
    assert "Not entered</strong> No DBS check is entered." in page
    assert "SW012345" in page
    assert "30 November 2025" in page


def test_those_above_and_the_psw_read_dates_and_nothing_that_was_typed(shropshire: Org, sign_in: SignIn) -> None:
    paper(shropshire.worker, "registration", date(2026, 1, 5), date(2026, 11, 30))
    sheet(shropshire.worker, date(2026, 1, 5), date(2026, 1, 5))

    for client in (
        sign_in(shropshire.head),
        sign_in(shropshire.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER),
    ):
        page = words(client.get(address("folder", shropshire)))
        assert "Until 30 November 2026" in page
        assert "SW012345" not in page
        assert "07700 900123" not in page


@pytest.mark.parametrize("who", ["worker", "supervisor", "head"])
def test_a_folder_costs_the_same_however_much_is_in_it(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, who: str
) -> None:
    client = sign_in(getattr(shropshire, who))
    for year in range(2020, 2026):
        for kind in ("registration", "insurance", "appraisal", "dbs", "qualification"):
            paper(shropshire.worker, kind, date(year, 1, 5))
        learned(shropshire.worker, date(year, 1, 5))
    client.get(address("folder", shropshire))

    with django_assert_num_queries({"worker": 12, "supervisor": 12, "head": 11}[who]):
        client.get(address("folder", shropshire))


# Forms


@pytest.mark.req("R131", "R229")
def test_a_registration_is_entered_with_the_regulator_of_the_policy(shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.worker)
    to = address("folder-add", shropshire, kind="registration")

    assert 'value="Social Work England"' in words(client.get(to))
    sent = {"issuer": "Social Work England", "reference": "SW000123", "outcome": "registered", **TODAY}
    response = client.post(to, sent | {"valid_to_0": "30", "valid_to_1": "11", "valid_to_2": "2026"}, follow=True)

    assert "SW000123" in words(response)
    assert FolderItem.objects.get().valid_to == date(2026, 11, 30)


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(shropshire: Org, sign_in: SignIn) -> None:
    to = address("folder-add", shropshire, kind="registration")
    sent = {"issuer": "Social Work England", "reference": "", "outcome": "registered"}

    page = words(
        sign_in(shropshire.worker).post(to, sent | {"dated_on_0": "1", "dated_on_1": "12", "dated_on_2": "2026"})
    )

    assert "Enter the registration number." in page
    assert 'value="registered"' in page
    assert " checked" in page
    later = sent | {"reference": "SW1", "dated_on_0": "1", "dated_on_1": "12", "dated_on_2": "2026"}
    assert "That day has not come yet." in words(sign_in(shropshire.worker).post(to, later))
    assert not FolderItem.objects.exists()


@pytest.mark.req("R135", "R230")
@pytest.mark.parametrize("kind", ["insurance", "dbs", "qualification", "appraisal"])
def test_each_kind_has_its_form(shropshire: Org, sign_in: SignIn, kind: str) -> None:
    sent = {"outcome": "certificate", "reference": "A degree", **TODAY}

    response = sign_in(shropshire.worker).post(address("folder-add", shropshire, kind=kind), sent)

    assert response.status_code == 302
    assert FolderItem.objects.get().kind == kind


def test_a_kind_that_there_is_not_is_no_page(shropshire: Org, sign_in: SignIn) -> None:
    assert sign_in(shropshire.worker).get(address("folder-add", shropshire, kind="passport")).status_code == 404


def test_the_supervisor_marks_as_seen_and_withdraws(shropshire: Org, sign_in: SignIn) -> None:
    item = paper(shropshire.worker, "insurance", date(2026, 3, 2), date(2027, 3, 1))
    client = sign_in(shropshire.supervisor)

    seen = words(client.post(reverse("staff:folder-item-seen", args=[item.pk]), follow=True))
    to = reverse("staff:folder-item-withdraw", args=[item.pk])
    refused = words(client.post(to, {"reason": " "}))
    withdrawn = words(client.post(to, {"reason": "Another car."}, follow=True))

    assert "Priya Nair, 9 November 2026" in seen
    assert "Say why it is withdrawn." in refused
    assert "Another car." in withdrawn
    assert "Nothing is entered: insurance" in withdrawn


@pytest.mark.req("R225", "R226", "R227", "R228", "R232")
def test_the_sheet_is_filled_in_and_shown_without_the_home_contact(shropshire: Org, sign_in: SignIn) -> None:
    sent = {"car_registration": "AB12 CDE", "kin_name": "Grace Obi", "address": "1 Low Road", "post_number": "P77"}

    own = words(sign_in(shropshire.worker).post(address("folder-sheet", shropshire), sent, follow=True))
    filled = words(sign_in(shropshire.worker).get(address("folder-sheet", shropshire)))
    supervisors = words(sign_in(shropshire.supervisor).get(address("folder", shropshire)))

    assert "AB12 CDE" in own
    assert "Grace Obi" in filled
    assert "AB12 CDE" in supervisors
    assert "P77" in supervisors
    assert "Grace Obi" not in supervisors
    assert "Low Road" not in supervisors
    assert PersonalSheet.objects.get().completed_on == date(2026, 11, 9)


@pytest.mark.req("R228")
def test_next_of_kin_opens_with_a_reason_alone_and_the_worker_reads_it(shropshire: Org, sign_in: SignIn) -> None:
    HomeContact.objects.create(person=shropshire.worker, kin_name="Grace Obi", kin_phone="01952 555555")
    client = sign_in(shropshire.supervisor)
    to = address("folder-contact", shropshire)

    assert "Grace Obi" not in words(client.get(to))
    assert "Say why you need it." in words(client.post(to, {"reason": ""}))
    assert not ContactOpening.objects.exists()
    opened = words(client.post(to, {"reason": "Not back from a visit."}))

    assert "Grace Obi" in opened
    assert "Amara Obi is told" in opened
    assert "Priya Nair, " in (own := words(sign_in(shropshire.worker).get(address("folder", shropshire))))
    assert "Not back from a visit." in own
    assert "01952 555555" in words(sign_in(shropshire.hr, hat=Role.HR).get(to))


# The learning log


@pytest.mark.req("R136", "R194", "R195", "R196", "R197", "R303")
def test_learning_is_added_changed_shown_to_the_supervisor_and_taken_along(shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.worker)
    sent = {"done_on_0": "5", "done_on_1": "5", "done_on_2": "2026", "hours": "1.5", "activity": "A day on neglect"}

    client.post(address("learning-add", shropshire), sent)
    entry = LearningEntry.objects.get()
    change = reverse("staff:learning-change", args=[entry.pk])
    assert "A day on neglect" in words(client.get(change))
    client.post(change, sent | {"impact": "Two plans changed.", "peer_reflection": "=cmd"})
    supervisor = sign_in(shropshire.supervisor)
    log = words(supervisor.get(address("learning-log", shropshire)))
    later = LearningEntry.objects.standing().get()
    seen = words(supervisor.post(reverse("staff:learning-seen", args=[later.pk]), follow=True))
    file = b"".join(client.get(address("learning-file", shropshire))).decode()

    assert "5 May 2026, 1.5 hours" in log
    assert "Two plans changed." in log
    assert "Another version stands in its place." in log
    assert "Priya Nair, 9 November 2026" in seen
    assert "2026-05-05,1.5,A day on neglect,,Two plans changed.,,'=cmd" in file


@pytest.mark.parametrize(
    ("hours", "said"),
    [("", "how many hours"), ("a few", "in figures"), ("0", "quarter of an hour"), ("501", "at most 500")],
)
def test_hours_that_cannot_be_are_said_beside_the_field(
    shropshire: Org, sign_in: SignIn, hours: str, said: str
) -> None:
    sent = {"done_on_0": "5", "done_on_1": "5", "done_on_2": "2026", "hours": hours, "activity": "A day"}

    assert said in words(sign_in(shropshire.worker).post(address("learning-add", shropshire), sent))


def test_learning_is_withdrawn_with_a_reason(shropshire: Org, sign_in: SignIn) -> None:
    entry = learned(shropshire.worker, date(2026, 5, 5))

    to = reverse("staff:learning-withdraw", args=[entry.pk])
    page = words(sign_in(shropshire.worker).post(to, {"reason": "Entered twice."}, follow=True))

    assert "Entered twice." in page
    assert not LearningEntry.objects.standing().exists()


# Ways to it, and what asks for it


def test_the_menu_and_the_pages_of_a_person_lead_to_the_folder(shropshire: Org, sign_in: SignIn) -> None:
    folder = address("folder", shropshire)
    worker = sign_in(shropshire.worker)

    assert f'href="{folder}">My folder' in words(worker.get("/"))
    assert f'href="{folder}"' in words(sign_in(shropshire.supervisor).get(address("person-detail", shropshire)))
    person = reverse("supervision:person-detail", args=[shropshire.worker.pk])
    assert f'href="{folder}"' in words(sign_in(shropshire.supervisor).get(person))
    menu = words(worker.get(folder))
    assert menu.count('aria-current="page"') == 1


@pytest.mark.req("R292")
def test_home_asks_the_worker_at_once_and_the_supervisor_once_it_presses(shropshire: Org, sign_in: SignIn) -> None:
    worker = shropshire.worker
    paper(worker, "registration", date(2026, 1, 5), date(2026, 11, 30))
    paper(worker, "insurance", date(2026, 1, 5), date(2026, 11, 20))
    paper(worker, "appraisal", date(2025, 1, 5), date(2026, 1, 5))

    own = words(sign_in(worker).get("/"))
    supervisors = words(sign_in(shropshire.supervisor).get("/"))

    assert "Your registration ends" in own
    assert "Your car insurance for business use ends" in own
    assert "Your appraisal is late" in own
    assert "Registration of Amara Obi" not in supervisors
    assert "Car insurance for business use of Amara Obi ends" in supervisors
    assert "Appraisal of Amara Obi is late" in supervisors
    assert f"{address('folder', shropshire)}#insurance" in supervisors


def test_home_asks_for_nothing_where_all_is_in_order(shropshire: Org, sign_in: SignIn) -> None:
    paper(shropshire.worker, "registration", date(2026, 9, 5), date(2027, 11, 30))
    paper(shropshire.outsider, "insurance", date(2025, 9, 5), date(2025, 11, 30))

    assert "registration" not in words(sign_in(shropshire.worker).get("/")).lower()
    assert "insurance" not in words(sign_in(shropshire.supervisor).get("/")).lower()
