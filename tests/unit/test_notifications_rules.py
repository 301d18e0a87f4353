"""What mails say, and for how long they are tried."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from notifications import rules
from notifications.models import Notice
from notifications.rules import Digest, Line, QuietHours, When

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


# The table of kinds


def test_every_kind_of_notice_is_in_the_table_with_its_reason():
    assert set(rules.HANDLING) == set(Notice.Kind.values)
    assert all(len(handling.why) > 10 and handling.one and handling.many for handling in rules.HANDLING.values())


def test_few_kinds_do_not_wait():
    at_once = {kind for kind, handling in rules.HANDLING.items() if handling.when in (When.SECURITY, When.AT_ONCE)}

    assert at_once == {"invitation", "credential_reset", "credential_changed", "line_to_confirm", "date_wanted"} | {
        "account_asked",
        "contact_opened",
        "cover_wanted",
        "data_request",
        "file_infected",
        "need_asked",
        "need_given",
        "shortfall_told",
    }


def test_kinds_are_counted_in_words_the_most_pressing_first():
    kinds = ["record_sealed", "record_to_countersign", "record_to_countersign"]

    assert list(rules.counted(kinds)) == ["2 records wait for your signature", "1 record is signed and sealed"]


# Quiet hours

NIGHTS = QuietHours(time(19), time(7, 30), weekends=True)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (datetime(2026, 11, 23, 7, 29, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 18, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 19, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 27, 18, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 29, 23, 59, tzinfo=UTC), True),
    ],
    ids=[
        "before they end",
        "their end",
        "before they begin",
        "their beginning",
        "midnight",
        "Friday",
        "Saturday",
        "Sunday",
    ],
)
def test_quiet_hours_hold_over_midnight_and_at_weekends(at, quiet):
    assert NIGHTS.hold(at) is quiet


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        (datetime(2026, 3, 27, 7, 29, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 6, 29, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 6, 30, tzinfo=UTC), False),
        (datetime(2026, 10, 23, 18, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 26, 18, 0, tzinfo=UTC), False),
        (datetime(2026, 10, 26, 7, 29, tzinfo=UTC), True),
    ],
    ids=["winter", "summer, before", "summer, after", "summer's evening", "winter's evening", "winter again"],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(at, quiet):
    assert NIGHTS.hold(at) is quiet


def test_hours_within_a_day_and_none_at_all():
    noon = QuietHours(time(12), time(13), weekends=False)
    none = QuietHours(time(8), time(8), weekends=False)

    assert [noon.hold_clock(time(hour)) for hour in (11, 12, 13)] == [False, True, False]
    assert not any(none.hold_clock(time(hour)) for hour in range(24))
    assert not none.hold(datetime(2026, 11, 28, 12, tzinfo=UTC))


def test_the_time_of_the_digest_is_the_clock_on_the_wall():
    assert not rules.is_time_for(time(8), at=datetime(2026, 7, 1, 6, 59, tzinfo=UTC))
    assert rules.is_time_for(time(8), at=datetime(2026, 7, 1, 7, 0, tzinfo=UTC))
    assert not rules.is_time_for(time(8), at=datetime(2026, 12, 1, 7, 59, tzinfo=UTC))


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)])
def test_a_day_is_as_long_as_it_is(on, hours):
    first, end = rules.day_bounds(datetime(on.year, on.month, on.day, 12, tzinfo=UTC))

    assert (end.astimezone(UTC) - first.astimezone(UTC)) == timedelta(hours=hours)
    assert first.date() == on


# The digest's words


def test_a_digest_lists_kinds_and_numbers_with_the_pages_where_they_are():
    digest = Digest(
        new=(Line("2 records wait for your signature", "/notices/"), Line("1 draft is shared with you", "/notices/")),
        overdue=(Line("1 supervision session is overdue", "/"),),
    )

    wording = rules.digest_wording(digest, site="https://c.example/", settings_path="/notices/settings/")

    assert wording.subject == "What waits for you in Countersign"
    assert wording.body.startswith(
        "New since the last message\n* 2 records wait for your signature\n* 1 draft is shared with you\n"
        "  https://c.example/notices/\n\nOverdue\n* 1 supervision session is overdue\n  https://c.example/\n\n"
    )
    assert "https://c.example/notices/settings/\n" in wording.body


def test_a_digest_without_anything_is_none():
    assert not Digest()
    assert Digest(week=(Line("1 session", "/"),))
