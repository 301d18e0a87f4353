"""Pages of retention: a rule and its second person, the review list, destroying, the certificate, holds."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from archive.models import Certificate, Hold, RetentionRule
from archive.retention.rules import DataClass
from core.actor import Role
from core.clock import now
from records.models import Record
from staff.models import Custody, RoleHeld
from tests.org import BEGAN, RECORDED, Org, sign_in_as
from tests.retention_kit import RetentionKit

Assert = Callable[..., object]


@pytest.fixture
def kit(org: Org) -> RetentionKit:
    return RetentionKit(org)


@pytest.fixture
def left(kit: RetentionKit) -> Record:
    """A record of somebody who left long enough ago, by the clock of the pages."""
    record, _ = kit.sealed_with("P1")
    Custody.objects.create(person=kit.org.worker, starts_on=now().date() - timedelta(days=800), recorded_at=now())
    return record


@pytest.fixture
def hr(kit: RetentionKit) -> Client:
    return sign_in_as(kit.org.hr, hat=Role.HR)


@pytest.fixture
def director(kit: RetentionKit) -> Client:
    """Somebody above, who may be the second person without any hat."""
    RoleHeld.objects.create(person=kit.org.head, role=Role.DIRECTOR, starts_on=BEGAN, recorded_at=RECORDED)
    return sign_in_as(kit.org.head)


def text(client: Client, path: str, data: dict[str, str] | None = None) -> str:
    answer = client.get(path) if data is None else client.post(path, data, follow=True)
    return answer.content.decode()


@pytest.mark.req("R140")
def test_the_table_is_empty_when_it_comes(kit: RetentionKit, hr: Client) -> None:
    page = text(hr, "/retention/")

    assert page.count("No rule set: kept") == len(DataClass)
    assert "Nothing has." in text(hr, "/retention/review/")
    assert not RetentionRule.objects.exists()


def test_two_people_give_a_rule_decide_and_destroy(
    kit: RetentionKit, left: Record, hr: Client, director: Client
) -> None:
    rule = {"outcome": "after", "trigger": "left", "months": "24", "reason": "Our schedule.", "source": "4.2"}
    assert "waits for a second person" in text(hr, "/retention/rules/records/", rule) or RetentionRule.objects.exists()
    made = RetentionRule.objects.get()
    assert hr.get(f"/retention/rules/{made.pk}/answer/").status_code == 403
    assert "2 years after" in text(director, f"/retention/rules/{made.pk}/answer/")
    text(director, f"/retention/rules/{made.pk}/answer/", {"answer": "yes", "words": ""})
    assert "2 years after: The end of employment" in text(hr, "/retention/")

    assert "Amara Obi" in text(hr, "/retention/review/")
    assert "HR decides first" in text(director, "/retention/review/")
    decide = f"/retention/files/{kit.org.worker.pk}/records/"
    assert "Say why." in text(hr, decide, {"kind": "destroy", "reason": ""})
    text(hr, decide, {"kind": "destroy", "reason": "Its time is over."})
    waiting = f"/retention/disposals/{kit.org.worker.disposals.get().pk}/"
    assert hr.get(waiting).status_code == 403
    page = text(director, waiting, {"answer": "yes", "words": ""})

    certificate = Certificate.objects.get()
    assert "Destroyed, under certificate 1." in page
    assert "Its time is over." in page
    assert f"certificate {certificate.number}</a>" in text(hr, f"/retention/files/{kit.org.worker.pk}/")
    gone = hr.get(f"/records/{left.pk}/")
    assert gone.status_code == 410
    assert "destroyed under certificate 1" in gone.content.decode()
    file = hr.get(f"/retention/certificates/{certificate.pk}/file/")
    assert json.loads(file.content)["digest"] == certificate.digest
    assert "attachment" in file["Content-Disposition"]


@pytest.mark.scenario(17, "d")
def test_a_hold_is_placed_from_the_file_and_says_so(
    kit: RetentionKit, left: Record, hr: Client, director: Client
) -> None:
    kit.rule(months=12, at=now())
    page = text(hr, f"/retention/files/{kit.org.worker.pk}/hold/", {"reason": "A claim."})
    assert "Held since" in page
    assert "A claim." in page
    decide = f"/retention/files/{kit.org.worker.pk}/records/"
    refused = text(hr, decide, {"kind": "destroy", "reason": "Its time is over."})
    assert "A hold stands on this" in refused
    assert "Its time is over." in refused

    hold = Hold.objects.get()
    assert hr.get(f"/retention/holds/{hold.pk}/lift/").status_code == 403
    assert "The hold is lifted." in text(director, f"/retention/holds/{hold.pk}/lift/", {"reason": "It is settled."})


def test_a_hold_names_what_it_holds(kit: RetentionKit, hr: Client) -> None:
    assert "Say what is held." in text(hr, "/retention/holds/", {"scope": "team", "reason": "x", "save": "1"})

    page = text(hr, "/retention/holds/", {"scope": "team", "team_id": str(kit.org.team.pk), "reason": "x", "save": "1"})

    assert "The hold stands." in page
    assert "Ash team" in page


def test_nobody_else_comes_to_it(kit: RetentionKit) -> None:
    for person, hat in (
        (kit.org.supervisor, None),
        (kit.org.hr, None),
        (kit.org.sysadmin, Role.SYSTEM_ADMINISTRATOR),
        (kit.org.psw, Role.PRINCIPAL_SOCIAL_WORKER),
    ):
        client = sign_in_as(person, hat=hat)
        for page in ("", "holds/", "review/", "certificates/", "rules/records/"):
            assert client.get(f"/retention/{page}").status_code == 403


@pytest.mark.parametrize("place", ["", "holds/", "review/", "certificates/", "rules/records/", "files/{worker}/"])
def test_no_page_asks_more_the_more_there_is(
    kit: RetentionKit, left: Record, hr: Client, place: str, django_assert_max_num_queries: Assert
) -> None:
    for data_class in (DataClass.RECORDS, DataClass.FOLDER, DataClass.DIARY):
        kit.rule(data_class, months=12, at=now())
    kit.hold("team", team_id=kit.org.team.pk)
    kit.hold("class", data_class="learning")
    path = f"/retention/{place}".replace("{worker}", str(kit.org.worker.pk))

    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        assert hr.get(path).status_code == 200
