"""The forms about people: invite, propose, confirm, change; with and without scripts."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from core.actor import Role
from staff import services
from staff.models import Account, ManagementLine, RoleHeld, Service, StaffMember
from tests.org import RECORDED, Org, SignIn, put_under


@pytest.fixture
def administrator(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


def invitation(org: Org, **changes: Any) -> dict[str, Any]:
    filled = {
        "name": "Nia Bell",
        "email": "nia.bell@example.org",
        "job_title": "Social worker",
        "team": str(org.team.pk),
        "category": "",
        "starts_on_0": "1",
        "starts_on_1": "12",
        "starts_on_2": "2026",
        "manager_id": str(org.supervisor.pk),
    }
    return filled | changes


def day(on: date, name: str = "starts_on") -> dict[str, str]:
    return {f"{name}_0": str(on.day), f"{name}_1": str(on.month), f"{name}_2": str(on.year)}


# Inviting


def test_somebody_is_invited(org: Org, administrator: Client) -> None:
    assert administrator.get("/people/invite/").status_code == 200

    page = administrator.post("/people/invite/", invitation(org), follow=True).content.decode()

    assert "Nia Bell is invited" in page
    assert "Priya Nair is proposed from" in page
    assert Account.objects.filter(email="nia.bell@example.org").exists()


@pytest.mark.req("R001")
def test_categories_are_those_of_the_policy_in_force(shropshire: Org, administrator: Client) -> None:
    page = administrator.get("/people/invite/").content.decode()
    assert '<option value="sw_case_management">Children&#x27;s case management social workers</option>' in page

    administrator.post("/people/invite/", invitation(shropshire, category="nqsw"))

    assert Account.objects.get(email="nia.bell@example.org").person.categories.get().category == "nqsw"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Enter the person&#x27;s name."),
        ({"email": "nia"}, "Enter an e-mail address in the usual form"),
        ({"email": "amara.obi@example.org"}, "has an account already"),
        ({"job_title": ""}, "Enter what the job is called."),
        ({"team": ""}, "Choose a team."),
        ({"team": "rubbish"}, "Choose a team from the list."),
        ({"category": "rubbish"}, "Choose a category from the list."),
        ({"starts_on_0": "31", "starts_on_1": "2"}, "There is no such date."),
        ({"starts_on_2": ""}, "Enter the year."),
        ({"starts_on_2": "26"}, "Enter the year with four figures"),
        ({"manager_id": "rubbish"}, "Choose one of the people found."),
        ({"manager_id": "01934567-0000-7000-8000-000000000001"}, "Choose one of the people found."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    org: Org, administrator: Client, changes: dict[str, str], sentence: str
) -> None:
    filled = invitation(org, **changes)

    page = administrator.post("/people/invite/", filled).content.decode()

    assert page.count(sentence) >= 2
    assert "There is a problem" in page
    for name, value in filled.items():
        if value and name not in (*changes, "team", "category", "manager_id"):
            assert f'value="{value}"' in page
    assert not Account.objects.filter(person__name="Nia Bell").exists()


def test_the_manager_is_found_by_a_button_where_no_scripts_run_and_all_that_was_typed_stays(
    org: Org, administrator: Client
) -> None:
    typed = invitation(org, email="", manager_id="", manager_id_search="priya", find_person="manager_id")

    page = administrator.post("/people/invite/", typed).content.decode()

    assert f'name="manager_id" id="id_manager_id_1" value="{org.supervisor.pk}"' in page
    assert 'value="Nia Bell"' in page
    assert 'value="2026"' in page
    assert f'value="{org.team.pk}" selected' in page
    assert "There is a problem" not in page
    assert not Account.objects.filter(person__name="Nia Bell").exists()


def test_the_first_button_of_the_form_is_not_the_search(org: Org, administrator: Client) -> None:
    page = administrator.get("/people/invite/").content.decode()
    form = page[page.index("<form", page.index("<main")) :]

    assert form.index('type="submit" class="govuk-visually-hidden"') < form.index('name="find_person"')


def test_nobody_else_gets_the_form(org: Org, sign_in: SignIn) -> None:
    for person, hat in ((org.head, None), (org.sysadmin, None), (org.hr, Role.HR)):
        assert sign_in(person, hat=hat).get("/people/invite/").status_code == 403
        assert sign_in(person, hat=hat).post("/people/invite/", invitation(org)).status_code == 403


def test_nobody_who_has_left_can_be_chosen(org: Org, administrator: Client) -> None:
    StaffMember.objects.filter(pk=org.supervisor.pk).update(left_on=date(2026, 1, 1))

    page = administrator.post("/people/invite/", invitation(org)).content.decode()

    assert page.count("Choose one of the people found.") >= 2


# Services and teams


def test_services_and_teams_are_added_and_listed(org: Org, administrator: Client) -> None:
    assert administrator.get("/people/teams/add-service/").status_code == 200
    page = administrator.post("/people/teams/add-service/", {"name": "Fostering"}, follow=True).content.decode()
    assert "Fostering is added." in page
    fostering = Service.objects.get(name="Fostering")

    assert "Fostering" in administrator.get("/people/teams/add/").content.decode()
    filled = {"name": "Elm team", "service": str(fostering.pk)}
    page = administrator.post("/people/teams/add/", filled, follow=True).content.decode()

    assert "Elm team is added." in page
    for words in ("Children in need", "Ash team", "Rowan team", "Fostering"):
        assert words in page
    page = administrator.post("/people/teams/add/", {**filled, "name": "ash team"}).content.decode()
    assert page.count("There is a team of this name already.") == 2
    page = administrator.post("/people/teams/add/", {"name": "", "service": "rubbish"}).content.decode()
    assert "Enter the team&#x27;s name." in page
    assert "Choose a service from the list." in page


def test_in_a_fresh_authority_the_page_says_what_will_be_here(db: None, sign_in: SignIn) -> None:
    ada = StaffMember.objects.create(name="Ada Lee", employed_from=date(2025, 4, 1))
    Account.objects.create_user("ada.lee@example.org", person=ada, invited_at=RECORDED)
    RoleHeld.objects.create(person=ada, role="system_administrator", starts_on=date(2025, 4, 1), recorded_at=RECORDED)

    page = sign_in(ada, hat=Role.SYSTEM_ADMINISTRATOR).get("/people/teams/").content.decode()

    assert "Add the first service" in page


# A line, proposed and confirmed


def test_a_line_is_proposed_and_confirmed_by_the_present_line_manager(
    org: Org, administrator: Client, sign_in: SignIn
) -> None:
    address = f"/people/{org.worker.pk}/propose-line/"
    assert administrator.get(address).status_code == 200
    filled = {"manager_id": str(org.outsider.pk), **day(date(2026, 12, 1))}
    assert "The proposal is made" in administrator.post(address, filled, follow=True).content.decode()
    line = ManagementLine.objects.waiting().get()
    manager = sign_in(org.supervisor)

    assert "Say whether Oscar Reed manages Amara Obi" in manager.get("/").content.decode()
    page = manager.get(f"/people/lines/{line.pk}/").content.decode()
    assert "Sam Adair proposed that" in page
    assert "Does Oscar Reed manage Amara Obi?" in page
    manager.post(f"/people/lines/{line.pk}/", {"answer": "yes"})

    line.refresh_from_db()
    assert line.confirmed_at
    assert org.worker.supervision_received.get().supervisor == org.supervisor


def test_a_line_is_declined(org: Org, noon: datetime, sign_in: SignIn) -> None:
    line = _proposal(org, noon)

    response = sign_in(org.supervisor).post(f"/people/lines/{line.pk}/", {"answer": "no"})

    line.refresh_from_db()
    assert response.status_code == 302
    assert line.declined_at


@pytest.mark.parametrize("answer", ["", "rubbish"])
def test_an_answer_must_be_one_of_the_two(org: Org, noon: datetime, sign_in: SignIn, answer: str) -> None:
    line = _proposal(org, noon)

    page = sign_in(org.supervisor).post(f"/people/lines/{line.pk}/", {"answer": answer}).content.decode()

    assert "There is a problem" in page
    assert ManagementLine.objects.waiting().exists()


def test_a_refusal_is_shown_on_the_form(org: Org, noon: datetime, sign_in: SignIn) -> None:
    line = _proposal(org, noon)
    org.worker.management_lines.confirmed().update(ends_on=date(2027, 1, 1))
    put_under(org.worker, org.head, supervises=False, starts_on=date(2027, 1, 1))

    page = sign_in(org.supervisor).post(f"/people/lines/{line.pk}/", {"answer": "yes"}).content.decode()

    assert "begins on 1 January 2027 is recorded already" in page


@pytest.mark.parametrize("who", ["worker", "outsider", "psw", "sysadmin"])
def test_the_question_is_not_there_for_who_gains_by_it_nor_for_colleagues(
    org: Org, noon: datetime, sign_in: SignIn, who: str
) -> None:
    line = _proposal(org, noon)

    client = sign_in(getattr(org, who))

    assert client.get(f"/people/lines/{line.pk}/").status_code == 404
    assert client.post(f"/people/lines/{line.pk}/", {"answer": "yes"}).status_code == 404


def _proposal(org: Org, noon: datetime) -> ManagementLine:
    return services.propose_line(
        person_id=org.worker.pk,
        manager_id=org.outsider.pk,
        starts_on=date(2026, 12, 1),
        actor=org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR),
        at=noon,
    )


# Line and supervisor, changed from above


def test_the_line_is_changed_from_above(org: Org, sign_in: SignIn) -> None:
    address = f"/people/{org.worker.pk}/line/"
    client = sign_in(org.head)
    assert client.get(address).status_code == 200

    filled = {"manager_id": str(org.outsider.pk), **day(date(2026, 12, 1))}
    page = client.post(address, filled, follow=True).content.decode()

    assert "Oscar Reed manages Amara Obi from 1 December 2026." in page


def test_a_loop_is_refused_on_the_form(org: Org, sign_in: SignIn) -> None:
    filled = {"manager_id": str(org.worker.pk), **day(date(2026, 12, 1))}

    page = sign_in(org.head).post(f"/people/{org.supervisor.pk}/line/", filled).content.decode()

    assert page.count("below this one in the line of management") == 2


@pytest.mark.scenario(5)
def test_the_supervisor_is_changed(org: Org, sign_in: SignIn) -> None:
    address = f"/people/{org.worker.pk}/supervisor/"
    client = sign_in(org.team_manager)
    assert "Priya Nair has supervised Amara Obi since Tuesday 1 April 2025" in client.get(address).content.decode()

    filled = {"to_id": str(org.outsider.pk), **day(date(2026, 12, 1))}
    page = client.post(address, filled, follow=True).content.decode()

    assert "Oscar Reed supervises Amara Obi from 1 December 2026." in page


def test_without_a_person_chosen_it_says_what_to_do_and_lists_whom_the_words_find(org: Org, sign_in: SignIn) -> None:
    filled = {"to_id_search": "oscar", "save": "Save", **day(date(2026, 12, 1))}

    page = sign_in(org.team_manager).post(f"/people/{org.worker.pk}/supervisor/", filled).content.decode()

    assert page.count("Type a name, then choose one of the people found.") == 2
    assert "Oscar Reed" in page


def test_enter_in_the_box_of_a_name_searches(org: Org, sign_in: SignIn) -> None:
    filled = {"to_id_search": "oscar", **day(date(2026, 12, 1))}

    page = sign_in(org.team_manager).post(f"/people/{org.worker.pk}/supervisor/", filled).content.decode()

    assert "There is a problem" not in page
    assert "Oscar Reed" in page
    assert 'value="2026"' in page


def test_the_error_summary_leads_to_the_box(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.team_manager).post(f"/people/{org.worker.pk}/supervisor/", {"to_id": ""}).content.decode()

    assert 'href="#id_to_id"' in page
    assert 'id="id_to_id"' in page


@pytest.mark.parametrize("who", ["worker", "outsider", "hr"])
def test_nobody_else_changes_the_supervisor(org: Org, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(org, who))

    assert client.get(f"/people/{org.worker.pk}/supervisor/").status_code == 403
    assert client.post(f"/people/{org.worker.pk}/supervisor/", {"to_id": str(org.head.pk)}).status_code == 403
