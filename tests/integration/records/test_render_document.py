"""The PDF: once for each head of the chain, made of the verified bytes alone, sealed and stored."""

from datetime import datetime, timedelta

import pytest

from core.errors import RuleBroken
from documents.models import StoredFile
from documents.selectors import read_bytes
from outbox.models import Job
from policies import selectors as policies
from policies.models import PolicyVersion
from policies.services import load_packs
from records import canonical, selectors, services
from records.models import Record, RenderedDocument
from records.pdf_wording import build_page
from records.rules import Audience, VerifiedPart
from records.tasks import render_document
from tests.org import Org
from tests.records_kit import NOON, Kit, fresh
from trail.models import Entry

Printed = list[list[VerifiedPart]]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Printed:
    """What was given to the printer, in place of a real one."""
    calls: Printed = []

    def render(parts: list[VerifiedPart], **_: str) -> bytes:
        calls.append(parts)
        return f"PDF of {parts[-1].digest}".encode()

    monkeypatch.setattr("records.services.documents.pdf.render", render)
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: b"sealed " + pdf)
    return calls


def test_a_head_is_printed_once_however_often_it_is_asked_for(kit: Kit, printed: Printed) -> None:
    record = kit.sealed()
    head = record.get_head_digest()

    first = services.render_document(record_id=record.pk, head=head, at=NOON)
    second = services.render_document(record_id=record.pk, head=head, at=NOON + timedelta(hours=1))

    assert first == second
    assert len(printed) == 1
    assert RenderedDocument.objects.count() == 1
    assert read_bytes(first.stored) == b"sealed PDF of " + head.encode()


def test_an_earlier_head_is_printed_from_the_parts_up_to_it(kit: Kit, printed: Printed) -> None:
    record = kit.awaiting()
    text = record.get_head_digest()
    kit.countersign(record)

    services.render_document(record_id=record.pk, head=text, at=NOON)
    services.render_document(record_id=record.pk, head=fresh(record).get_head_digest(), at=NOON)

    assert [len(parts) for parts in printed] == [1, 2]
    assert RenderedDocument.objects.count() == 2


def test_refuses_a_head_that_is_not_in_the_chain(kit: Kit, printed: Printed) -> None:
    record = kit.sealed()

    with pytest.raises(canonical.ChainBroken, match="is not in it"):
        services.render_document(record_id=record.pk, head="sha256:" + "0" * 64, at=NOON)

    assert not RenderedDocument.objects.exists()
    assert printed == []


def test_nothing_unsealed_is_stored_when_sealing_fails(
    kit: Kit, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = kit.sealed()

    def no_seal(pdf: bytes, *, at: datetime) -> bytes:
        raise RuntimeError("no certificate")

    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", no_seal)

    with pytest.raises(RuntimeError):
        services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)
    assert not StoredFile.objects.exists()


def test_the_task_does_it_by_ids(kit: Kit, printed: Printed) -> None:
    record = kit.sealed()

    for _ in range(2):
        render_document(record_id=str(record.pk), head=record.get_head_digest())

    assert RenderedDocument.objects.get().record == record


def test_both_people_read_the_same_pdf_and_it_is_noted_before(kit: Kit, printed: Printed) -> None:
    record = kit.sealed()
    services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)

    copies = [services.read_document(record=record, actor=actor, at=NOON) for actor in (kit.supervisor, kit.worker)]

    assert copies[0] == copies[1] == b"sealed PDF of " + record.get_head_digest().encode()
    assert Entry.objects.filter(verb="record.downloaded").count() == 2


def printing(record: Record) -> list[Job]:
    return list(Job.objects.filter(task="records.tasks.render_document", arguments__head=record.get_head_digest()))


def test_it_is_asked_for_again_when_nobody_is_making_it_and_once_while_somebody_is(kit: Kit, printed: Printed) -> None:
    record = kit.sealed()
    Job.objects.all().delete()

    assert services.read_document(record=record, actor=kit.worker, at=NOON) is None
    assert services.read_document(record=record, actor=kit.supervisor, at=NOON) is None

    (job,) = printing(record)
    render_document(**job.arguments)
    assert services.read_document(record=record, actor=kit.worker, at=NOON)


def test_it_is_not_asked_for_again_where_it_could_not_be_made_and_says_so(kit: Kit, printed: Printed) -> None:
    record = kit.sealed()
    Job.objects.update(gave_up_at=NOON)

    with pytest.raises(RuleBroken, match="No PDF could be made of this record"):
        services.read_document(record=record, actor=kit.worker, at=NOON)

    assert len(printing(record)) == 1
    assert selectors.record_reading(record=record, actor=kit.worker).has_no_pdf


def test_there_is_none_before_both_have_signed(kit: Kit) -> None:
    with pytest.raises(RuleBroken, match="once everybody has signed"):
        services.read_document(record=kit.awaiting(), actor=kit.worker, at=NOON)

    assert not Job.objects.filter(task="records.tasks.render_document").exists()


def test_there_is_none_until_it_is_made_and_only_that_of_the_head_counts(kit: Kit, printed: Printed) -> None:
    record = kit.awaiting()
    services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)
    kit.countersign(record)

    assert services.read_document(record=fresh(record), actor=kit.worker, at=NOON) is None
    assert not Entry.objects.filter(verb="record.downloaded").exists()


def test_a_masked_reader_never_gets_the_full_one(kit: Kit, org: Org, printed: Printed) -> None:
    record = kit.sealed()
    document = services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)

    assert services.read_document(record=record, actor=org.actor(org.team_manager), at=NOON) is None

    assert document not in RenderedDocument.objects.visible_to(org.actor(org.team_manager))
    assert document in RenderedDocument.objects.visible_to(kit.worker)


def test_the_policy_stands_there_as_the_authority_calls_it(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    load_packs(at=NOON)
    version = PolicyVersion.objects.get(slug="shropshire-2017").version
    words = policies.policy_called(slug="shropshire-2017", version=version)

    page = build_page(selectors.parts_for(kit.sealed(), audience=Audience.FULL), organisation="X", policy=words)

    assert words == "Shropshire Council: Supervision policy, procedure and practice guidance (children's social care)"
    assert page.policy == f"{words} (shropshire-2017), version 3"
    assert policies.policy_called(slug="shropshire-2017", version="none such") == ""


@pytest.mark.slow
@pytest.mark.req("R087")
@pytest.mark.filterwarnings("ignore:unclosed file.*icc:ResourceWarning")
def test_the_real_one_is_a_sealed_pdf(kit: Kit) -> None:
    record = kit.sealed()

    document = services.render_document(record_id=record.pk, head=record.get_head_digest(), at=NOON)

    data = read_bytes(document.stored)
    assert data.startswith(b"%PDF-1.7")
    assert b"/ByteRange" in data
    assert services.verify(record).intact
