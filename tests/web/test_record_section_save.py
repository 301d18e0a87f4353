"""The address by which a long form saves itself, section by section."""

import re
from typing import Any

import pytest
from django.test import Client

from records.models import DraftSection, Record
from tests.org import Org, SignIn
from tests.records_kit import Kit


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.fixture
def supervisor(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.supervisor)


def save(client: Client, record: Record, section: str, *, version: int, **typed: Any) -> Any:
    fields = {f"{section}-{name}": value for name, value in typed.items()}
    return client.post(f"/records/{record.pk}/sections/{section}/", {"version": str(version), **fields})


def stored(record: Record, section: str) -> dict[str, Any]:
    return DraftSection.objects.get(record=record, section=section).values


def rows(*actions: dict[str, str]) -> dict[str, str]:
    data = {"actions-TOTAL_FORMS": str(len(actions)), "actions-INITIAL_FORMS": "0"}
    for number, action in enumerate(actions):
        data |= {f"actions-{number}-{name}": value for name, value in action.items()}
    return data


def test_answers_with_the_new_version_and_the_time(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()

    answer = save(supervisor, record, "other", version=0, discussed="Leave in December", **rows())

    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert re.fullmatch(r"\d{1,2}:\d\d", answer.json()["saved_at"])
    assert answer.json()["unclear"] == ""
    assert stored(record, "other")["discussed"] == "Leave in December"


def test_what_one_person_typed_is_not_saved_by_another_who_signed_in_meanwhile(
    kit: Kit, org: Org, supervisor: Client
) -> None:
    record = kit.draft()
    typed = {"version": "0", "other-discussed": "Leave in December", **rows()}
    address = f"/records/{record.pk}/sections/other/"

    answer = supervisor.post(address, {**typed, "typed_by": str(org.worker.pk)})

    assert answer.status_code == 403
    assert not DraftSection.objects.filter(record=record, section="other").exists()
    assert supervisor.post(address, {**typed, "typed_by": str(org.supervisor.pk)}).status_code == 200


def test_a_repeat_is_answered_with_yes(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()
    save(supervisor, record, "other", version=0, discussed="Leave", **rows())

    answer = save(supervisor, record, "other", version=0, discussed="Leave", **rows())

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_an_old_version_is_told_and_nothing_is_overwritten(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()
    save(supervisor, record, "other", version=0, discussed="One", **rows())

    answer = save(supervisor, record, "other", version=0, discussed="Two", **rows())

    assert answer.status_code == 409
    assert answer.json()["version"] == 1
    assert answer.json()["saved_by"] == ""
    assert stored(record, "other")["discussed"] == "One"


def test_actions_are_kept_with_their_owner_and_date(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()
    first = {"what": "See B at school", "who": "amara obi", "by": "23/11/2026"}
    third_party = {"what": "Send the letter", "who": "The school nurse", "by": ""}

    save(supervisor, record, "other", version=0, discussed="", **rows(first, {"what": ""}, third_party))

    assert stored(record, "other")["actions"] == [
        {"what": "See B at school", "who": "Amara Obi", "who_id": str(kit.org.worker.pk), "by": "2026-11-23"},
        {"what": "Send the letter", "who": "The school nurse", "who_id": None, "by": None},
    ]


def test_what_is_half_typed_does_not_keep_the_rest_from_being_saved(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()

    answer = save(supervisor, record, "next", version=0, next_session="31/2/2027", next_session_time="10:00")

    assert answer.status_code == 200
    assert "31/2/2027 is not a day that exists" in answer.json()["unclear"]
    answer = save(supervisor, record, "next", version=1, next_session="14/12/2026", next_session_time="10:00")
    assert stored(record, "next") == {"next_session": "2026-12-14T10:00"}


def test_too_long_a_text_is_told_and_what_was_saved_stays(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()
    save(supervisor, record, "other", version=0, discussed="Short", **rows())

    answer = save(supervisor, record, "other", version=1, discussed="x" * 250_000, **rows())

    assert answer.status_code == 422
    assert "250,000 characters" in answer.json()["message"]
    assert stored(record, "other")["discussed"] == "Short"


def test_word_emoji_welsh_and_right_to_left_are_kept(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()
    typed = "“Smart” – quotes\x0b👩🏽\u200d⚕️ tŷ שלום \u200fأمارا"

    save(supervisor, record, "other", version=0, discussed=typed, **rows())

    assert stored(record, "other")["discussed"] == typed.replace("\x0b", "\n")


def test_a_gap_comment_is_taken_when_the_page_asks_for_it(kit: Kit, supervisor: Client) -> None:
    record = kit.draft()

    save(supervisor, record, "session", version=0, gap_comment="Leave in October")

    assert stored(record, "session") == {"gap_comment": "Leave in October"}


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_version_that_is_no_number_is_an_old_one(kit: Kit, supervisor: Client, version: str) -> None:
    record = kit.draft()

    answer = supervisor.post(
        f"/records/{record.pk}/sections/other/", {"version": version, "other-discussed": "x", "other-version": "0"}
    )

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("name", "section", "status"),
    [
        ("worker", "workload", 403),
        ("worker", "supervisee_comments", 200),
        ("supervisor", "supervisee_comments", 403),
        ("supervisor", "nowhere", 403),
        ("team_manager", "workload", 404),
        ("outsider", "workload", 404),
    ],
)
def test_each_person_saves_their_own_sections(
    kit: Kit, org: Org, sign_in: SignIn, name: str, section: str, status: int
) -> None:
    record = kit.draft()

    assert save(sign_in(getattr(org, name)), record, section, version=0, comments="x").status_code == status


def test_nothing_is_saved_once_it_is_signed(kit: Kit, supervisor: Client) -> None:
    record = kit.awaiting()

    answer = save(supervisor, record, "workload", version=1, discussed="Changed", **rows())

    assert answer.status_code == 403
    assert supervisor.get(f"/records/{record.pk}/sections/workload/").status_code == 405
