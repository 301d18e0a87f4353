"""The download of a record's PDF."""

import pytest

from records import services
from records.models import RenderedDocument
from tests.org import Org, SignIn
from tests.records_kit import NOON, Kit
from trail.models import Entry


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.fixture(autouse=True)
def _printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "records.services.documents.pdf.render", lambda parts, **_: b"%PDF-1.7 " + parts[-1].digest.encode()
    )
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)


@pytest.mark.req("R087", "R152")
def test_both_people_download_it_as_an_attachment(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()
    services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)

    for name in ("worker", "supervisor"):
        answer = sign_in(getattr(org, name)).get(f"/records/{record.pk}/pdf/")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith('attachment; filename="worker-record-')
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer.content == b"%PDF-1.7 " + record.get_head_digest().encode()
        assert "Amara" not in answer["Content-Disposition"]
    assert Entry.objects.filter(verb="record.downloaded").count() == 2


def test_no_byte_leaves_when_the_trail_cannot_be_written(
    kit: Kit, org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = kit.sealed()
    services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)

    def broken(**_: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("records.services.documents.trail.record", broken)
    client = sign_in(org.worker)
    client.raise_request_exception = False

    assert client.get(f"/records/{record.pk}/pdf/").status_code == 500


def test_says_that_it_is_being_made(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()

    answer = sign_in(org.worker).get(f"/records/{record.pk}/pdf/", follow=True)

    assert "The PDF is being made" in answer.content.decode()


def test_says_that_there_is_none_before_both_have_signed(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.awaiting()

    answer = sign_in(org.worker).get(f"/records/{record.pk}/pdf/", follow=True)

    assert "There is a PDF once everybody has signed." in answer.content.decode()


def test_a_masked_reader_never_gets_the_full_one_and_their_own_is_asked_for(
    kit: Kit, org: Org, sign_in: SignIn
) -> None:
    record = kit.sealed()
    services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)

    answer = sign_in(org.team_manager).get(f"/records/{record.pk}/pdf/", follow=True)

    assert "The PDF is being made" in answer.content.decode()
    assert RenderedDocument.objects.count() == 1
