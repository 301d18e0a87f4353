"""The masked PDF: says what it is on every page, and holds nothing that is withheld, wherever one looks."""

import io
import subprocess
from datetime import date
from typing import Any

import pikepdf
import pytest

from documents.selectors import read_bytes
from outbox.models import Job
from records import pdf, sealing, selectors, services
from records.models import PartContent, Record, RenderedDocument
from records.rules import Audience
from records.tasks import render_document
from staff.models import StaffMember
from tests.adding_kit import add, close
from tests.org import Org
from tests.records_kit import NOON, WELLBEING, WORKLOAD, Kit, fresh
from trail.models import Entry

pytestmark = pytest.mark.slow
LABEL = "Masked copy: sections about health or conduct are withheld"
SECRETS = (WELLBEING, "occupational health", "operation")


def everything_in(data: bytes) -> str:
    """All that a reader program could get out of a file: text, metadata, bookmarks, attachments, each stream."""
    found = [text_in(data)]
    with pikepdf.open(io.BytesIO(data)) as file:
        for name, attached in file.attachments.items():
            found += [name, attached.get_file().read_bytes().decode("utf-8", "replace")]
        for item in file.objects:
            is_stream = isinstance(item, pikepdf.Stream)
            found.append(item.read_bytes().decode("latin-1") if is_stream else str(item))
    return "\n".join(found)


def text_in(data: bytes, *options: str) -> str:
    """What a reader program reads aloud, spaces made one."""
    command = ["pdftotext", "-enc", "UTF-8", *options, "-", "-"]
    return " ".join(subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode().split())


def pages_of(data: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(data)) as file:
        numbers = range(1, len(file.pages) + 1)
    return [text_in(data, "-f", str(number), "-l", str(number)) for number in numbers]


def identifier(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as file:
        return bytes(file.trailer.ID[0])


def attached_to(data: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(data)) as file:
        return set(file.attachments)


def printed(record: Record, audience: Audience) -> bytes:
    made = services.render_document(
        record_id=record.pk, head=fresh(record).get_head_digest(), audience=audience, at=NOON
    )
    return read_bytes(made.stored)


def test_nothing_withheld_is_anywhere_in_it_and_each_page_says_so(kit: Kit) -> None:
    record = kit.sealed()

    full, masked = printed(record, Audience.FULL), printed(record, Audience.MASKED)

    in_masked, in_full = everything_in(masked), everything_in(full)
    assert [secret for secret in SECRETS if secret in in_masked] == []
    assert [secret for secret in SECRETS if secret not in in_full] == [], "the control: they are in the full one"
    assert WORKLOAD in in_masked
    salts = [bytes(row.salt).hex() for row in PartContent.objects.filter(part__record=record, sensitivity="health")]
    assert salts
    assert [salt for salt in salts if salt in in_masked] == []
    pages = pages_of(masked)
    assert [number for number, page in enumerate(pages, start=1) if "Masked copy" not in page] == []
    assert "Withheld. This section is not shown in this copy." in " ".join(pages)
    assert LABEL in pages[0]
    assert "Masked copy" not in in_full
    names = attached_to(masked)
    assert {"part-1.json", "part-1.attestation", "part-1.workload.json"} <= names
    assert not [name for name in names if "wellbeing" in name]
    assert identifier(masked) != identifier(full)


def test_what_is_masked_stays_in_the_database_while_it_is_printed(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    record = kit.sealed()
    given: list[Any] = []

    def render(parts: Any, *, policy: str) -> bytes:
        given.append(parts)
        return b"%PDF"

    monkeypatch.setattr(pdf, "render", render)
    monkeypatch.setattr(sealing, "seal_pdf", lambda data, *, at: data)

    printed(record, Audience.MASKED)

    (parts,) = given
    assert parts[0].contents["wellbeing", None] is None
    assert ("wellbeing", None) not in parts[0].salts


def test_the_next_up_asks_for_it_gets_it_once_made_and_the_trail_says_masked(
    kit: Kit, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "render", lambda parts, policy: f"PDF {parts[0].contents['wellbeing', None]}".encode())
    monkeypatch.setattr(sealing, "seal_pdf", lambda data, *, at: data)
    record, manager = kit.sealed(), org.actor(org.team_manager)
    Job.objects.all().delete()

    assert services.read_document(record=record, actor=manager, at=NOON) is None
    assert services.read_document(record=record, actor=manager, at=NOON) is None
    (job,) = Job.objects.filter(task="records.tasks.render_document")
    assert job.arguments["audience"] == "masked"
    for _ in range(2):
        render_document(**job.arguments)

    assert services.read_document(record=record, actor=manager, at=NOON) == b"PDF None"
    assert RenderedDocument.objects.get().audience == "masked"
    assert Entry.objects.get(verb="record.downloaded").detail["masked"] is True


def test_the_two_people_never_get_the_masked_one_nor_the_next_up_the_full_one(
    kit: Kit, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "render", lambda parts, policy: f"PDF {parts[0].contents['wellbeing', None]}".encode())
    monkeypatch.setattr(sealing, "seal_pdf", lambda data, *, at: data)
    record = kit.sealed()
    full, masked = (printed(record, audience) for audience in (Audience.FULL, Audience.MASKED))
    assert full != masked

    for actor, expected in ((kit.worker, full), (kit.supervisor, full), (org.actor(org.team_manager), masked)):
        assert services.read_document(record=record, actor=actor, at=NOON) == expected
    seen = RenderedDocument.objects.visible_to(org.actor(org.team_manager))
    assert {row.audience for row in seen} == {"masked"}
    assert not RenderedDocument.objects.visible_to(org.actor(org.outsider)).exists()


@pytest.mark.req("R214")
def test_the_pdf_of_a_corrected_record_says_what_stood_there_before_and_when_it_was_issued(kit: Kit) -> None:
    record = kit.sealed()
    facts = {"held_on": "2026-11-06", "minutes": 60, "mode": "video"}
    add(kit, record, actor=kit.supervisor, text="It was on Friday.", facts=facts)

    text = text_in(printed(record, Audience.FULL))

    assert "Friday 6 November 2026 (was Monday 9 November 2026, corrected on 11 November 2026 by Priya Nair)" in text
    assert "1 hour (was 1 hour 30 minutes, corrected on" in text
    assert "Correction by Priya Nair" in text
    assert "Issued to the supervisee Monday 9 November 2026" in text


def test_a_closed_draft_has_a_pdf_that_says_so_and_holds_no_draft(kit: Kit, org: Org) -> None:
    record = kit.draft()
    StaffMember.objects.filter(pk=org.supervisor.pk).update(left_on=date(2026, 11, 10))
    close(kit, record, actor=org.actor(org.team_manager, on=date(2026, 11, 11)), text="She left on the tenth.")

    text = text_in(printed(record, Audience.FULL))

    assert "Not countersigned: Tom Mills closed it without the missing signature." in text
    assert "Not countersigned, because" in text
    assert "She left on the tenth." in text
    assert "Nobody signed a text of this record." in text
    assert WORKLOAD not in text


def test_each_head_has_one_of_each_kind_however_often_it_is_asked_for(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "render", lambda parts, policy: b"%PDF" + parts[-1].digest.encode())
    monkeypatch.setattr(sealing, "seal_pdf", lambda data, *, at: data)
    record = kit.sealed()
    heads = [record.get_head_digest(), add(kit, record, actor=kit.worker).digest]

    for _ in range(2):
        for head in heads:
            for audience in Audience:
                services.render_document(record_id=record.pk, head=head, audience=audience, at=NOON)

    made = RenderedDocument.objects.filter(record=record).values_list("head", "audience")
    assert sorted(made) == sorted((head, audience.value) for head in heads for audience in Audience)
    assert selectors.parts_for(record, audience=Audience.MASKED)[0].contents["wellbeing", None] is None
