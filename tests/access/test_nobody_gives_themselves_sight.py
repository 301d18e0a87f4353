"""Stories of people who would like to read a file that is not theirs, each played through the pages."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.actor import Role
from outbox.models import Job
from staff.models import Account, ManagementLine
from tests.org import Org, SignIn
from tests.records_kit import NOON, Kit

LATER = NOON + timedelta(days=14)


@pytest.fixture
def kit(shropshire: Org) -> Kit:
    return Kit(shropshire)


def day(on: date) -> dict[str, str]:
    return {"starts_on_0": str(on.day), "starts_on_1": str(on.month), "starts_on_2": str(on.year)}


def answered(client: Client, line: ManagementLine, answer: str = "yes") -> int:
    return client.post(f"/people/lines/{line.pk}/", {"answer": answer}).status_code


def test_an_administrator_with_a_second_mailbox_reads_nobodys_file(kit: Kit, sign_in: SignIn) -> None:
    """Invite a second self, propose it as somebody's line manager, confirm as that second self, supervise, read."""
    org = kit.org
    record = kit.sealed()
    with time_machine.travel(LATER, tick=False):
        administrator = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
        invitation: dict[str, Any] = {
            "name": "Nina Nobody",
            "email": "nina@example.org",
            "job_title": "Team manager",
            "team": str(org.team.pk),
            "category": "",
            "manager_id": "",
            **day(LATER.date()),
        }
        assert administrator.post("/people/invite/", invitation).status_code == 302
        nina = Account.objects.get(email="nina@example.org").person
        proposal = {"manager_id": str(nina.pk), **day(LATER.date())}
        assert administrator.post(f"/people/{org.worker.pk}/propose-line/", proposal).status_code == 302
        line = ManagementLine.objects.waiting().get()

        second_self = sign_in(nina)
        refused = [answered(second_self, line), answered(administrator, line)]
        refused += [answered(second_self, line, "manage_and_supervise")]
        supervise = {"to_id": str(nina.pk), **day(LATER.date())}
        refused.append(second_self.post(f"/people/{org.worker.pk}/supervisor/", supervise).status_code)

        assert refused == [404, 404, 404, 403]
        assert second_self.get(f"/records/{record.pk}/").status_code == 404
        assert sign_in(org.supervisor).get(f"/records/{record.pk}/").status_code == 200
        line.refresh_from_db()
        assert (line.confirmed_at, line.declined_at) == (None, None)


def test_control_the_present_line_manager_confirms_and_the_worker_hears_of_it(kit: Kit, sign_in: SignIn) -> None:
    org = kit.org
    with time_machine.travel(LATER, tick=False):
        administrator = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
        proposal = {"manager_id": str(org.outsider.pk), **day(LATER.date())}
        administrator.post(f"/people/{org.worker.pk}/propose-line/", proposal)
        line = ManagementLine.objects.waiting().get()

        assert answered(sign_in(org.supervisor), line) == 302

        told = Job.objects.filter(arguments__kind="relations_changed").values_list("arguments__person_id", flat=True)
        assert {str(org.worker.pk), str(org.outsider.pk)} <= set(told)
        # Managing is not supervising: the records stay with the supervisor
        assert org.actor(org.outsider, on=LATER.date()).supervises == frozenset()


def test_the_head_of_service_does_not_unmask_a_file_by_becoming_supervisor(kit: Kit, sign_in: SignIn) -> None:
    org = kit.org
    with time_machine.travel(LATER, tick=False):
        head = sign_in(org.head)
        supervise = {"to_id": str(org.head.pk), **day(LATER.date())}
        manage = {"manager_id": str(org.head.pk), **day(LATER.date())}

        pages = [
            head.post(f"/people/{org.worker.pk}/supervisor/", supervise).content.decode(),
            head.post(f"/people/{org.worker.pk}/line/", manage).content.decode(),
        ]

    assert all("nobody gives this to themselves" in page for page in pages)
    assert org.worker.supervision_received.get().supervisor == org.supervisor


def test_a_colleague_does_not_learn_that_somebody_leaves(kit: Kit, sign_in: SignIn) -> None:
    org = kit.org
    org.worker.left_on = date(2026, 12, 24)
    org.worker.save()
    with time_machine.travel(LATER, tick=False):
        pages = {
            who: sign_in(getattr(org, who)).get(f"/people/{org.worker.pk}/").content.decode()
            for who in ("outsider", "supervisor")
        }

    assert "24 December" not in pages["outsider"]
    assert "24 December" in pages["supervisor"]


def test_control_if_the_proposed_manager_confirmed_the_second_mailbox_would_get_in(
    kit: Kit, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = kit.org
    record = kit.sealed()
    monkeypatch.setattr(
        "staff.models.ManagementLineQuerySet.visible_to",
        lambda self, actor: self.waiting().filter(manager=actor.staff_id),
    )
    monkeypatch.setattr("staff.selectors.confirmers_of", lambda line, on: {line.manager_id})
    monkeypatch.setattr("staff.access.check_can_confirm_line", lambda actor, line: None)
    with time_machine.travel(LATER, tick=False):
        administrator = sign_in(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
        proposal = {"manager_id": str(org.outsider.pk), **day(LATER.date())}
        administrator.post(f"/people/{org.worker.pk}/propose-line/", proposal)
        second_self = sign_in(org.outsider)

        assert answered(second_self, ManagementLine.objects.waiting().get()) == 302
        supervise = {"to_id": str(org.outsider.pk), **day(LATER.date())}
        assert second_self.post(f"/people/{org.worker.pk}/supervisor/", supervise).status_code == 302
        assert second_self.get(f"/records/{record.pk}/").status_code == 200
