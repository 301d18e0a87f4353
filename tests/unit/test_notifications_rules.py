"""What mails say, and for how long they are tried."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications import rules

NOON = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)


def test_the_text_of_a_notice_holds_nothing_but_the_way_home():
    wording = rules.notice_wording(site="https://countersign.example/")

    assert wording.subject == "Something in Countersign waits for you"
    assert wording.body.count("https://countersign.example/") == 1
    assert not any(letter.isdigit() for letter in wording.subject + wording.body)


def test_an_invitation_leads_to_its_own_page():
    wording = rules.invitation_wording(site="https://countersign.example/", path="/account/password/x/")

    assert "https://countersign.example/account/password/x/\n" in wording.body


@pytest.mark.parametrize(
    ("days", "worth"), [(0, True), (6, True), (7, False), (30, False)], ids=["now", "six days", "a week", "a month"]
)
def test_a_mail_is_tried_for_a_week(days, worth):
    assert rules.is_worth_sending(created_at=NOON - timedelta(days=days), at=NOON) is worth


@pytest.mark.parametrize("path", ["/", "/records/1/"])
def test_a_path_within_the_service_is_local(path):
    assert rules.is_local(path)


@pytest.mark.parametrize("path", ["", "records/", "//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere"])
def test_a_path_out_of_the_service_is_not_local(path):
    assert not rules.is_local(path)
