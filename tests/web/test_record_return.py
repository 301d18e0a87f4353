"""The page on which a supervisee sends a record back for correction."""

import time

import pytest
from django.test import Client

from records import rules, selectors
from records.models import DraftSection, Part
from records.rules import State
from tests.org import Org, SignIn
from tests.records_kit import WORKLOAD, Kit, fresh


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.fixture
def worker(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.worker)


def test_shows_the_statement_and_the_record_to_read_again(kit: Kit, worker: Client) -> None:
    page = worker.get(f"/records/{kit.awaiting().pk}/return/").content.decode()

    assert "Send the record back to Priya Nair" in page
    assert "send it back for correction, for the reason that I give" in page
    assert WORKLOAD in page


def test_sends_it_back_with_the_reason(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()

    answer = worker.post(
        f"/records/{record.pk}/return/",
        {
            "shown": selectors.shown_for_countersigning(record),
            "_reason-version": "0",
            "_reason-text": "The date of the visit is wrong.",
        },
        follow=True,
    )

    assert fresh(record).get_state() is State.RETURNED
    assert "You sent the record back." in answer.content.decode()
    assert "The date of the visit is wrong." in answer.content.decode()


def test_asks_for_the_reason_beside_the_field(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()

    answer = worker.post(
        f"/records/{record.pk}/return/",
        {"shown": selectors.shown_for_countersigning(record), "_reason-version": "0", "_reason-text": " "},
    ).content.decode()

    assert "Say what should be corrected." in answer
    assert 'href="#id__reason-text"' in answer
    assert Part.objects.count() == 1


def test_an_old_challenge_keeps_the_reason_and_asks_again(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()
    session = worker.session
    session["account_authentication_methods"] = [{"method": "demo", "at": time.time() - 400}]
    session.save()

    answer = worker.post(
        f"/records/{record.pk}/return/",
        {
            "shown": selectors.shown_for_countersigning(record),
            "_reason-version": "0",
            "_reason-text": "The date is wrong.",
        },
    )

    assert answer["Location"] == f"/demo/confirm/?next=%2Frecords%2F{record.pk}%2Freturn%2F%3Fconfirmed%3D1"
    assert DraftSection.objects.get(section=rules.REASON).values == {"text": "The date is wrong."}
    assert "The date is wrong." in worker.get(f"/records/{record.pk}/return/").content.decode()


def test_the_author_cannot_send_it_back_to_themselves(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.awaiting()

    assert sign_in(org.supervisor).post(f"/records/{record.pk}/return/", {}).status_code == 403
