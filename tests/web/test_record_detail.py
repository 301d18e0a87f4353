"""The page of a signed record."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from outbox.models import Job
from records import canonical, services
from records.models import DraftSection, PartContent, Record
from tests.org import Org, SignIn
from tests.records_kit import NOON, WELLBEING, WORKLOAD, Kit, fresh
from trail.models import Entry


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.mark.req("R176", "R177", "R178", "R189")
def test_shows_the_text_the_signatures_and_what_happens_next(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.awaiting()

    page = sign_in(org.worker).get(f"/records/{record.pk}/").content.decode()

    for words in (
        WORKLOAD,
        WELLBEING,
        "Amara Obi, Social worker",
        "Monday 9 November 2026",
        "Waiting for signature",
        "Read it to the end, then sign it or send it back",
        "Read and sign",
    ):
        assert words in page
    assert record.get_head_digest() not in page, "it stands on the page about being genuine"


def test_every_reading_is_in_the_trail_before_the_page_leaves(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()

    for name in ("worker", "supervisor", "team_manager"):
        sign_in(getattr(org, name)).get(f"/records/{record.pk}/")

    entries = Entry.objects.filter(verb="record.read", target_id=str(record.pk)).order_by("at", "pk")
    assert [(entry.via, entry.detail["masked"]) for entry in entries] == [
        ("self", False),
        ("supervisor", False),
        ("next up", True),
    ]


@pytest.mark.scenario(16)
def test_next_up_sees_that_a_section_is_there_and_not_what_is_in_it(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()

    page = sign_in(org.team_manager).get(f"/records/{record.pk}/").content.decode()

    assert WORKLOAD in page
    assert "Staff health, emotional or support issues" in page
    assert "Only the two people of this record can read this section" in page
    assert WELLBEING not in page
    assert "Ask occupational health" not in page
    assert "Download the PDF" not in page


@pytest.mark.parametrize("name", ["head", "outsider", "hr", "sysadmin"])
def test_for_anybody_else_it_does_not_exist(kit: Kit, org: Org, sign_in: SignIn, name: str) -> None:
    record = kit.sealed()
    client = sign_in(getattr(org, name))

    for path in ("", "countersign/", "return/", "pdf/", "genuine/", "draft/"):
        assert client.get(f"/records/{record.pk}/{path}").status_code == 404
        if path:
            assert client.post(f"/records/{record.pk}/{path}").status_code in (404, 405)
    assert not Entry.objects.filter(verb="record.read").exists()
    assert Entry.objects.filter(verb="refused").exists()


def test_a_sealed_record_says_so_and_that_its_pdf_is_being_made(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()

    page = sign_in(org.worker).get(f"/records/{record.pk}/").content.decode()

    assert "Signed and sealed" in page
    assert f'href="/records/{record.pk}/pdf/"' in page
    assert "It is made in a few seconds" in page
    assert "Thank you." in page
    assert "Read and sign" not in page


def test_a_record_of_which_no_pdf_could_be_made_says_so(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()
    Job.objects.update(gave_up_at=NOON)
    client = sign_in(org.worker)

    page = client.get(f"/records/{record.pk}/").content.decode()
    asked = client.get(f"/records/{record.pk}/pdf/", follow=True).content.decode()

    for text in (page, asked):
        assert "No PDF could be made of this record. The record itself is complete, and as it was signed." in text
    assert "It is made in a few seconds" not in page


def test_a_sign_in_that_was_changed_shortly_before_stands_with_the_signature(
    kit: Kit, org: Org, sign_in: SignIn
) -> None:
    record = kit.awaiting()
    changed = replace(kit.challenge(NOON + timedelta(hours=1)), changed_within_days=3)

    part = kit.countersign(record, challenge=changed)

    body = canonical.parse(bytes(part.body))
    assert body["signature"]["auth"]["credential_changed_within_days"] == 3
    page = sign_in(org.worker).get(f"/records/{record.pk}/").content.decode()
    assert page.count("An administrator let Amara Obi choose anew how to sign in 3 days before this signature.") == 1


def test_the_author_of_a_returned_record_finds_the_reason_and_the_way_to_correct_it(
    kit: Kit, org: Org, sign_in: SignIn
) -> None:
    record = kit.awaiting()
    kit.send_back(record, reason="The date of the visit is wrong.")

    page = sign_in(org.supervisor).get(f"/records/{record.pk}/").content.decode()

    assert "The date of the visit is wrong." in page
    assert "Correct the record" in page
    assert f"/supervision/records/{record.pk}/write/" in page
    assert "Correct the record" not in sign_in(org.worker).get(f"/records/{record.pk}/").content.decode()


def test_what_was_signed_before_a_return_is_kept_in_sight(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.awaiting()
    first = record.get_head_digest()
    kit.send_back(record, reason="The date of the visit is wrong.")
    kit.sign(fresh(record))

    worker = sign_in(org.worker)
    page = worker.get(f"/records/{record.pk}/").content.decode()

    assert "Before this version" in page
    assert first in worker.get(f"/records/{record.pk}/genuine/").content.decode()
    assert "The date of the visit is wrong." in page


def test_a_record_that_is_not_as_it_was_signed_is_not_shown(
    kit: Kit, org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = kit.sealed()
    original = PartContent.as_stored

    def changed(content: PartContent) -> object:
        content.content = content.content.replace("Eleven", "Twelve")
        return original(content)

    monkeypatch.setattr(PartContent, "as_stored", changed)

    answer = sign_in(org.worker).get(f"/records/{record.pk}/")

    assert answer.status_code == 500
    assert "This record is not as it was signed" in answer.content.decode()
    assert "Twelve" not in answer.content.decode()


@pytest.mark.parametrize("returns", [0, 3])
def test_takes_at_most_twelve_queries_however_long_the_chain(
    kit: Kit, org: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, returns: int
) -> None:
    record = kit.awaiting()
    for _ in range(returns):
        kit.send_back(fresh(record))
        kit.sign(fresh(record))
    client = sign_in(org.worker)

    with django_assert_max_num_queries(12):
        client.get(f"/records/{record.pk}/")


# -- the draft's own page


def test_the_supervisee_writes_the_own_part_of_a_draft(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.draft()
    client: Client = sign_in(org.worker)
    page = client.get(f"/records/{record.pk}/", follow=True).content.decode()
    assert "Your part of the record" in page
    assert WORKLOAD not in page

    answer = client.post(
        f"/records/{record.pk}/draft/",
        {"supervisee_comments-version": "0", "supervisee_comments-comments": "I want to talk about leave."},
        follow=True,
    )

    assert "What you wrote is saved." in answer.content.decode()
    assert "I want to talk about leave." in answer.content.decode()
    assert record.draft_sections.get(section="supervisee_comments").updated_by == org.worker


def test_the_author_is_led_to_the_page_of_writing(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.draft()

    answer = sign_in(org.supervisor).get(f"/records/{record.pk}/draft/")

    assert answer["Location"] == f"/supervision/records/{record.pk}/write/"


def test_next_up_gets_nothing_of_a_draft(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.draft()

    for path in ("", "draft/"):
        assert sign_in(org.team_manager).get(f"/records/{record.pk}/{path}").status_code == 404


# -- genuine?


def test_the_page_about_being_genuine_checks_and_says_intact(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()

    page = sign_in(org.team_manager).get(f"/records/{record.pk}/genuine/").content.decode()

    assert "This record is intact" in page
    assert record.get_head_digest() in page
    assert WORKLOAD not in page
    assert Entry.objects.get(verb="record.verified").via == "next up"


def test_the_page_about_being_genuine_says_what_is_wrong(
    kit: Kit, org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = kit.sealed()
    monkeypatch.setattr(services.documents.sealing.OrganisationKey, "verify", lambda *_: False)

    page = sign_in(org.worker).get(f"/records/{record.pk}/genuine/").content.decode()

    assert "This record is not as it was signed" in page
    assert "Part 1: the organisation&#x27;s key did not attest it." in page


def own_part(record: Record, text: str) -> dict[str, str]:
    return {"supervisee_comments-version": "0", "supervisee_comments-comments": text}


def test_comments_prepared_while_the_other_signs_are_saved_and_lead_to_signing(
    kit: Kit, org: Org, sign_in: SignIn
) -> None:
    record = kit.awaiting()

    answer = sign_in(org.worker).post(f"/records/{record.pk}/draft/", own_part(record, "Prepared on Sunday."))

    assert answer["Location"] == f"/records/{record.pk}/countersign/"
    row = DraftSection.objects.get(record=record, section="supervisee_comments")
    assert row.values == {"comments": "Prepared on Sunday."}


def test_comments_typed_after_one_has_signed_elsewhere_are_given_back(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()

    answer = sign_in(org.worker).post(f"/records/{record.pk}/draft/", own_part(record, "Typed in the other tab."))

    assert answer.status_code == 409
    assert "You signed this record in another window" in answer.content.decode()
    assert "Typed in the other tab." in answer.content.decode()
    assert not DraftSection.objects.exists()


def test_somebody_who_writes_nothing_in_it_has_no_page_to_write_on(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.awaiting()
    kit.send_back(record)
    manager = sign_in(org.team_manager)

    assert manager.get(f"/records/{record.pk}/draft/").status_code == 403
    assert manager.post(f"/records/{record.pk}/draft/", own_part(record, "Not mine.")).status_code == 403
    assert not Entry.objects.filter(verb="record.draft_read").exists()
