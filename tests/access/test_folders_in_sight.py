"""Who sees what of a supervision folder: models by models, a grant included; nobody but the worker and HR the next of kin."""

from datetime import date

import pytest

from core.actor import Actor, Role
from staff.grants.services import Opened, give_sight
from staff.models import ContactOpening, FolderItem, HomeContact, LearningEntry, PersonalSheet, SightGrant
from staff.selectors import actor_for
from tests.folder_kit import ENTERED, learned, paper, sheet
from tests.org import Org, add_person, put_under

TODAY = date(2026, 11, 9)
SEES = {
    "self": (True, True),
    "supervisor": (True, False),
    "next up": (True, False),
    "under a grant": (True, False),
    "HR": (True, True),
    "line manager": (False, False),
    "above": (False, False),
    "colleague": (False, False),
    "PSW": (False, False),
    "sysadmin": (False, False),
}


def actors(org: Org) -> dict[str, Actor]:
    line_manager = add_person("Mo Karim", team=org.team, job_title="Assistant team manager")
    put_under(line_manager, org.team_manager)
    org.worker.management_lines.update(manager=line_manager)
    auditor = add_person("Ada Grant", team=org.other_team, job_title="Service manager")
    give_sight(
        person_id=auditor.pk,
        opens=Opened(file_of_id=org.worker.pk),
        basis=SightGrant.Basis.AUDIT,
        given_for=org.team.pk,
        purpose="Audit of the file",
        starts_on=TODAY,
        ends_on=date(2026, 12, 9),
        actor=org.actor(org.head),
        at=ENTERED,
        masked=True,
    )
    return {
        "self": org.actor(org.worker),
        "supervisor": org.actor(org.supervisor),
        "line manager": org.actor(line_manager),
        "next up": org.actor(org.team_manager),
        "above": org.actor(org.head),
        "colleague": org.actor(org.outsider),
        "under a grant": org.actor(auditor),
        "PSW": org.actor(org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER),
        "HR": org.actor(org.hr, hat=Role.HR),
        "sysadmin": org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR),
    }


@pytest.mark.req("R103", "R130", "R139", "R228")
def test_the_folder_and_the_home_contact_are_seen_as_the_table_says(org: Org) -> None:
    people = actors(org)
    paper(org.worker, "registration", date(2026, 1, 5))
    learned(org.worker, date(2026, 5, 5))
    sheet(org.worker, date(2026, 1, 5), date(2026, 1, 5))
    HomeContact.objects.create(person=org.worker, kin_name="Grace Obi")

    folders = {
        name: {bool(model.objects.visible_to(actor)) for model in (FolderItem, LearningEntry, PersonalSheet)}
        for name, actor in people.items()
    }
    homes = {name: bool(HomeContact.objects.visible_to(actor)) for name, actor in people.items()}

    assert folders == {name: {sees} for name, (sees, _) in SEES.items()}
    assert homes == {name: sees for name, (_, sees) in SEES.items()}


def test_a_grant_that_has_ended_opens_nothing(org: Org) -> None:
    auditor = actors(org)["under a grant"]
    paper(org.worker, "registration", date(2026, 1, 5))
    person = SightGrant.objects.get(person_id=auditor.staff_id).person

    assert FolderItem.objects.visible_to(actor_for(person, on=date(2026, 12, 8)))
    assert not FolderItem.objects.visible_to(actor_for(person, on=date(2026, 12, 9)))


def test_the_home_contact_is_opened_by_supervisor_next_up_and_above_alone(org: Org) -> None:
    HomeContact.objects.create(person=org.worker, kin_name="Grace Obi")

    opened = {name for name, actor in actors(org).items() if HomeContact.objects.opened_by(actor)}

    assert opened == {"supervisor", "next up", "above"}


def test_why_it_was_opened_is_read_by_the_worker_the_opener_and_hr(org: Org) -> None:
    people = actors(org)
    ContactOpening.objects.create(
        person=org.worker, opened_by=org.supervisor, opened_at=ENTERED, reason="An accident on the way."
    )

    readers = {name for name, actor in people.items() if ContactOpening.objects.visible_to(actor)}

    assert readers == {"self", "supervisor", "HR"}


def test_cover_reads_the_learning_of_its_days_alone(org: Org) -> None:
    cover = org.outsider
    org.worker.supervision_received.create(
        supervisor=cover,
        kind="cover",
        covers_for=org.supervisor,
        sees_from=date(2026, 10, 1),
        starts_on=date(2026, 11, 1),
        recorded_at=ENTERED,
    )
    learned(org.worker, date(2026, 9, 30))
    seen = learned(org.worker, date(2026, 10, 1))

    assert list(LearningEntry.objects.visible_to(org.actor(cover))) == [seen]
