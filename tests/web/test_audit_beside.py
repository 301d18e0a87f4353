"""What stands beside an audit's questions, and who is said to read what."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from audits.models import Audit
from policies import services as policies
from tests import audits_kit
from tests.audited_file_kit import AuditedFile
from tests.integration.policies.kit import changed
from tests.org import Org, SignIn
from tests.policies_kit import shipped
from tests.records_kit import load_templates

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
THEMES = ("reflection", "workload", "development", "wellbeing", "function_balance")


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def audit(shropshire: Org) -> Audit:
    load_templates()
    AuditedFile(shropshire).session(date(2026, 11, 2))
    return audits_kit.planned(
        auditor=shropshire.team_manager, file_of=shropshire.worker, supervisor=shropshire.supervisor
    )


@pytest.fixture
def auditor(shropshire: Org, sign_in: SignIn, audit: Audit) -> Client:
    client = sign_in(shropshire.team_manager)
    client.post(reverse("audits:audit-open", args=[audit.pk]))
    return client


def page_of(client: Client, audit: Audit, name: str) -> str:
    answer = client.get(reverse(f"audits:audit-{name}", args=[audit.pk]))
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


@pytest.mark.req("R245", "R246", "R247", "R248", "R249")
def test_the_passages_of_each_theme_stand_closed_before_its_own_answer(auditor: Client, audit: Audit) -> None:
    page = page_of(auditor, audit, "write")

    places = [
        found
        for theme in THEMES
        for found in (page.index(f'id="passages-{theme}"'), page.index(f'name="section_2-{theme}"'))
    ]
    assert places == sorted(places)
    assert not re.search(r'<details[^>]*id="passages-[a-z_]+"[^>]* open', page)
    assert page.count('id="passages-') == len(THEMES)


@pytest.mark.req("R250")
@pytest.mark.parametrize("name", ["write", "evidence"])
def test_a_withheld_theme_is_called_withheld_and_one_without_a_section_has_no_nought(
    auditor: Client, audit: Audit, name: str
) -> None:
    page = page_of(auditor, audit, name)

    assert "What the records say: wellbeing and support (withheld in 1 of 1 record)" in page
    assert "What the records say: reflective practice (the forms have no section for it)" in page
    assert "(0 of 1 record" not in page


@pytest.mark.req("R254")
def test_the_auditor_is_told_before_signing_who_reads_it(auditor: Client, audit: Audit) -> None:
    page = page_of(auditor, audit, "sign")

    assert "Priya Nair, who responds in words of their own; Amara Obi, whose file it is, at once" in page


@pytest.mark.req("R254")
def test_where_the_policy_does_not_share_audits_the_auditor_is_told_so(
    auditor: Client, audit: Audit, tmp_path: Path
) -> None:
    block = {**shipped("shropshire-2017").document["audit"], "share_with_supervisee": False}
    (tmp_path / "shropshire.yaml").write_text(changed(audit=block))
    policies.load_packs(at=NOON + timedelta(days=60), folder=tmp_path)
    policies.adopt(slug="shropshire-2017", starts_on=date(2026, 11, 1), at=NOON)

    assert "Amara Obi, whose file it is, only when it is shared with them" in page_of(auditor, audit, "sign")


@pytest.mark.req("R254")
def test_those_who_read_what_only_two_may_are_named(auditor: Client, audit: Audit) -> None:
    page = page_of(auditor, audit, "write")

    assert "he two of you" not in page
    assert re.search(r"only (Priya Nair and Tom Mills|Tom Mills and Priya Nair) can read this section", page)
