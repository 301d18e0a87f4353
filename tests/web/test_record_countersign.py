"""The page on which a supervisee reads a signed record and signs it."""

import re
import time
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from records import rules, services
from records.models import DraftSection, Part, PartContent, Record
from records.rules import Meaning, State
from tests.org import Org, SignIn
from tests.records_kit import WELLBEING, WORKLOAD, Kit, fresh
from trail.models import Entry


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.fixture
def worker(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.worker)


def address(record: Record) -> str:
    return f"/records/{record.pk}/countersign/"


def posted(page: str, **typed: str) -> dict[str, str]:
    """What a browser would send: the hidden inputs of the page, and what is typed."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {**{unescape(name): unescape(value) for name, value in hidden}, **typed}


def comments(text: str) -> dict[str, str]:
    return {"supervisee_comments-comments": text}


def reason(text: str) -> dict[str, str]:
    return {"_reason-text": text}


@pytest.mark.req("R087", "R189")
def test_shows_the_whole_record_its_signature_and_three_meanings(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()

    page = worker.get(address(record)).content.decode()

    for words in (WORKLOAD, WELLBEING, "Finish the chronology for B", "Priya Nair", "Supervisor: wrote and signed"):
        assert words in page
    for meaning in ("agree", "seen_not_agreed", "decline"):
        assert f'value="{meaning}"' in page
    assert "I have read this record and agree that it is a true record." in page
    assert f"/records/{record.pk}/return/" in page


def test_reading_it_is_in_the_trail(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()

    worker.get(address(record))

    entry = Entry.objects.get(verb="record.read")
    assert (entry.target_id, entry.via) == (str(record.pk), "self")


@pytest.mark.req("R087", "R187")
def test_one_press_signs_with_the_comments_and_seals(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()
    page = worker.get(address(record)).content.decode()

    answer = worker.post(address(record), posted(page, meaning="agree", **comments("Thank you.\r\nAmara")))

    assert answer.status_code == 302
    assert answer["Location"] == f"/records/{record.pk}/"
    assert fresh(record).get_state() is State.SEALED
    part = Part.objects.get(record=record, seq=2)
    assert r"Thank you.\nAmara" in PartContent.objects.get(part=part, section="supervisee_comments").content
    evidence = PartContent.objects.get(part=part, section="_evidence")
    assert '"address":"127.0.0.1"' in evidence.content


@pytest.mark.scenario(22, "a")
@pytest.mark.parametrize("meaning", ["seen_not_agreed", "decline"])
def test_disagreeing_and_declining_complete_the_record_with_the_reason(kit: Kit, worker: Client, meaning: str) -> None:
    record = kit.awaiting()
    page = worker.get(address(record)).content.decode()

    worker.post(address(record), posted(page, meaning=meaning, **reason("I did not say that.")))

    part = Part.objects.get(record=record, seq=2)
    assert part.meaning == meaning
    assert "I did not say that." in PartContent.objects.get(part=part, section=rules.REASON).content
    shown = worker.get(f"/records/{record.pk}/").content.decode()
    assert "I did not say that." in shown
    assert ("Declined" if meaning == "decline" else "Sealed, not agreed") in shown


@pytest.mark.parametrize(
    ("typed", "sentence", "target"),
    [
        ({}, "Choose what your signature says.", "id_meaning"),
        ({"meaning": "decline"}, "Say why you decline to sign.", "id__reason-text"),
        ({"meaning": "seen_not_agreed"}, "Say what you do not agree with, and why.", "id__reason-text"),
        ({"meaning": "author"}, "is not one of the available choices", "id_meaning"),
    ],
)
def test_says_what_is_missing_beside_the_field_and_keeps_what_was_typed(
    kit: Kit, worker: Client, typed: dict[str, str], sentence: str, target: str
) -> None:
    record = kit.awaiting()
    page = worker.get(address(record)).content.decode()
    answer = worker.post(address(record), posted(page, **typed, **comments("I would like to say."))).content.decode()

    assert sentence in answer
    assert f'href="#{target}"' in answer
    assert f'id="{target}"' in answer
    assert "I would like to say." in answer
    assert fresh(record).get_state() is State.AWAITING


def test_a_text_that_is_too_long_is_kept_in_the_page_and_not_signed(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()
    page = worker.get(address(record)).content.decode()

    answer = worker.post(address(record), posted(page, meaning="agree", **comments("y" * 250_000))).content.decode()

    assert "250,000 characters long and the most that can be kept is 200,000" in answer
    assert "y" * 250_000 in answer
    assert Part.objects.count() == 1


def test_an_old_challenge_saves_what_was_typed_and_asks_again(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.awaiting()
    worker = sign_in(org.worker)
    page = worker.get(address(record)).content.decode()
    session = worker.session
    session["account_authentication_methods"] = [{"method": "demo", "at": time.time() - 301}]
    session.save()

    typed = posted(page, meaning="decline", **comments("My comment."), **reason("My reason."))
    answer = worker.post(address(record), typed)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/demo/confirm/?next=")
    assert Part.objects.count() == 1
    rows = {row.section: row.values for row in DraftSection.objects.filter(record=record, updated_by=org.worker)}
    assert rows == {"supervisee_comments": {"comments": "My comment."}, rules.REASON: {"text": "My reason."}}
    assert "Nothing is signed yet" not in worker.get(f"{address(record)}?meaning=decline&confirmed=1").content.decode()
    session = worker.session
    session["account_authentication_methods"] = [{"method": "demo", "at": time.time()}]
    session.save()
    back = worker.get(f"{address(record)}?meaning=decline&confirmed=1").content.decode()
    assert "You have confirmed that it is you. Nothing is signed yet: sign now." in back
    assert 'role="alert"' in back
    assert "My comment." in back
    assert "My reason." in back
    assert re.search(r'value="decline"[^>]*checked', back)


def test_pressed_twice_it_is_signed_once_and_says_so(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()
    data = posted(worker.get(address(record)).content.decode(), meaning="agree")
    assert "You signed the record. It is sealed." in worker.post(address(record), data, follow=True).content.decode()

    again = worker.post(address(record), data, follow=True)

    assert "already signed and sealed" in again.content.decode()
    assert again.redirect_chain == [(f"/records/{record.pk}/", 302)]
    assert Part.objects.count() == 2


def test_signed_in_another_window_at_the_same_moment_it_says_so(
    kit: Kit, worker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = kit.awaiting()
    data = posted(worker.get(address(record)).content.decode(), meaning="agree", **comments("From this window."))
    original = services.countersign

    def other_window_first(**arguments: Any) -> Part:
        monkeypatch.setattr(services, "countersign", original)
        kit.countersign(record, comments="From the other window.")
        return original(**arguments)

    monkeypatch.setattr(services, "countersign", other_window_first)

    answer = worker.post(address(record), data, follow=True)

    assert answer.redirect_chain == [(f"/records/{record.pk}/", 302)]
    assert "already signed and sealed" in answer.content.decode()
    assert "You signed the record" not in answer.content.decode()
    assert Part.objects.count() == 2


def test_a_page_that_is_no_longer_what_stands_there_signs_nothing(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()
    data = posted(worker.get(address(record)).content.decode(), meaning="agree", **comments("Kept."))
    kit.send_back(record)
    kit.sign(fresh(record), at=timezone.now() - timedelta(seconds=1))

    answer = worker.post(address(record), data).content.decode()

    assert "changed after you opened it. Read it again, then sign." in answer
    assert "Kept." in answer
    assert fresh(record).get_state() is State.AWAITING


def test_comments_saved_from_another_window_are_shown_beside_and_nothing_is_overwritten(
    kit: Kit, worker: Client
) -> None:
    record = kit.awaiting()
    data = posted(worker.get(address(record)).content.decode(), **comments("From the old window."))
    kit.save(record, "supervisee_comments", {"comments": "From the new window."}, version=0, actor=kit.worker)

    answer = worker.post(address(record), {**data, "save": "1"}).content.decode()

    assert "From the old window." in answer
    assert "From the new window." in answer
    assert "Another window" in answer or "Amara Obi changed" in answer
    row = DraftSection.objects.get(record=record, section="supervisee_comments")
    assert row.values == {"comments": "From the new window."}


@pytest.mark.parametrize("button", [{}, {"save": "1"}])
def test_an_old_window_never_signs_an_empty_box_over_what_another_window_saved(
    kit: Kit, worker: Client, button: dict[str, str]
) -> None:
    record = kit.awaiting()
    old = posted(worker.get(address(record)).content.decode(), meaning="agree", **comments(""))
    autosaved = {"version": "0", **comments("Two hours of comments.")}
    assert worker.post(f"/records/{record.pk}/sections/supervisee_comments/", autosaved).status_code == 200

    answer = worker.post(address(record), {**old, **button}).content.decode()

    assert "this section was saved elsewhere in the meantime. Look at both texts." in answer
    assert "Two hours of comments." in answer
    assert fresh(record).get_state() is State.AWAITING
    row = DraftSection.objects.get(record=record, section="supervisee_comments")
    assert row.values == {"comments": "Two hours of comments."}


def test_a_reason_beside_an_agreement_is_asked_about(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()
    page = worker.get(address(record)).content.decode()

    answer = worker.post(address(record), posted(page, meaning="agree", **reason("Not what I said."))).content.decode()

    assert "You wrote a reason but chose “I agree”" in answer
    assert 'href="#id__reason-text"' in answer
    assert "Not what I said." in answer
    assert Part.objects.count() == 1


def test_typed_html_stands_there_as_text(kit: Kit, worker: Client) -> None:
    record = kit.draft()
    kit.save(record, "workload", {"discussed": "<script>alert(1)</script>", "actions": []}, version=1)
    kit.sign(record)

    page = worker.get(address(record)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(("name", "status"), [("supervisor", 403), ("team_manager", 403), ("outsider", 404)])
def test_nobody_else_gets_there(kit: Kit, org: Org, sign_in: SignIn, name: str, status: int) -> None:
    record = kit.awaiting()
    client = sign_in(getattr(org, name))

    assert client.get(address(record)).status_code == status
    assert client.post(address(record), {"meaning": "agree", "shown": "x"}).status_code == status
    assert Entry.objects.filter(verb="refused", detail__status=status).count() == 2
    assert fresh(record).get_heads()[-1].meaning is Meaning.AUTHOR


def test_a_draft_cannot_be_signed_by_its_address(kit: Kit, worker: Client) -> None:
    record = kit.draft()

    answer = worker.get(address(record), follow=True)

    assert answer.redirect_chain[-1][0] == f"/records/{record.pk}/draft/"
    assert (
        "Nobody has signed it yet" in answer.content.decode() or "nobody has signed it yet" in answer.content.decode()
    )
