"""Purging the local text of entries that are on the child's record: what goes, what stays, and that it still verifies."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.models import Certificate
from archive.retention import destroying, selectors
from archive.retention.rules import DataClass
from core.errors import RuleBroken
from documents.models import StoredFile
from records.models import DraftSection, Part, PartContent, RecordGone, RenderedDocument
from records.rules import EVIDENCE
from records.services import render_document, verify
from tests.org import sign_in_as
from tests.retention_kit import NOW, RetentionKit

pytestmark = pytest.mark.django_db
ENTERED = date(2026, 11, 10)
DUE = datetime(2027, 5, 10, 3, tzinfo=UTC)


def purged_rule(kit: RetentionKit) -> None:
    kit.rule(DataClass.CASE_TEXT, months=6, trigger="entered", at=datetime(2026, 11, 9, 12, tzinfo=UTC))


def test_nothing_is_purged_by_default(retention: RetentionKit) -> None:
    _, (entry,) = retention.sealed_with("P1")
    retention.entered(entry)

    assert destroying.purge_due(at=NOW) == 0
    with pytest.raises(RuleBroken, match="No rule"):
        destroying.purge(record_id=entry.pk, at=NOW)


def test_text_and_salts_go_and_the_chain_stays(retention: RetentionKit) -> None:
    record, (entry,) = retention.sealed_with(
        "P1", actions=[{"what": "Visit", "who": "Amara Obi", "who_id": None, "by": None}]
    )
    entry.actions.update(status="done", closed_at=NOW)
    render_document(record_id=entry.pk, head=entry.get_head_digest(), at=NOW)
    retention.entered(entry, on=ENTERED)
    purged_rule(retention)
    digests = list(entry.parts.values_list("digest", flat=True))
    pdf = StoredFile.objects.get()

    assert destroying.purge_due(at=DUE) == 1
    assert destroying.purge_due(at=DUE) == 0

    assert not PartContent.objects.filter(part__record=entry).exclude(section=EVIDENCE).exists()
    assert not DraftSection.objects.filter(record=entry).exists()
    assert not RenderedDocument.objects.filter(record=entry).exists()
    assert not StoredFile.objects.filter(pk=pdf.pk).exists()
    assert list(entry.parts.values_list("digest", flat=True)) == digests
    assert entry.actions.get().what == "Purged under certificate 1."
    assert verify(entry).intact
    assert verify(record).intact
    assert PartContent.objects.filter(part__record=record).exists()
    certificate = Certificate.objects.get()
    assert certificate.record_id == entry.pk
    assert json.loads(bytes(certificate.body))["person"] is None


def test_it_waits_for_its_day_an_open_action_and_what_was_added_since(retention: RetentionKit) -> None:
    _, (early, acting, unsigned) = retention.sealed_with("P1", "P2", "P3")
    retention.entered(early, on=date(2026, 11, 11))
    purged_rule(retention)

    assert destroying.purge_due(at=DUE) == 0
    assert list(selectors.to_purge(on=DUE.date(), before=date(2027, 5, 11))) == [early]
    for entry in (acting, unsigned):
        with pytest.raises(RuleBroken, match="not on the child"):
            destroying.purge(record_id=entry.pk, at=DUE)


@pytest.mark.parametrize("scope", ["record", "person", "team", "class", "everything"])
def test_a_hold_keeps_the_text(retention: RetentionKit, scope: str) -> None:
    _, (entry,) = retention.sealed_with("P1")
    retention.entered(entry, on=ENTERED)
    purged_rule(retention)
    ways: dict[str, dict[str, Any]] = {
        "record": {"record_id": entry.pk},
        "person": {"person_id": retention.org.worker.pk},
        "team": {"team_id": retention.org.team.pk},
        "class": {"data_class": "case_text"},
        "everything": {},
    }
    retention.hold(scope, **ways[scope])

    assert destroying.purge_due(at=DUE) == 0
    with pytest.raises(RuleBroken, match="A hold stands"):
        destroying.purge(record_id=entry.pk, at=DUE)
    assert PartContent.objects.filter(part__record=entry).exists()


def test_the_page_says_that_the_text_was_purged_and_where_it_is(retention: RetentionKit) -> None:
    _, (entry,) = retention.sealed_with("P1", situation="Quite a secret.")
    retention.entered(entry, on=ENTERED)
    purged_rule(retention)
    destroying.purge_due(at=DUE)
    client: Client = sign_in_as(retention.org.supervisor)

    page = client.get(f"/records/{entry.pk}/")

    assert page.status_code == 200
    text = page.content.decode()
    assert "10 May 2027, under certificate 1" in text
    assert "10 November 2026 by Priya Nair" in text
    assert "Quite a secret" not in text
    assert "LCS-7" in text
    assert (
        "The text of this was purged, and its PDF with it."
        in client.get(f"/records/{entry.pk}/pdf/", follow=True).content.decode()
    )
    assert client.get(reverse("records:record-verify", args=[entry.pk])).status_code == 200


def test_contents_that_are_missing_without_a_purge_are_a_fault(retention: RetentionKit) -> None:
    _, (entry, other) = retention.sealed_with("P1", "P2")
    retention.entered(entry, on=ENTERED)
    purged_rule(retention)
    destroying.purge_due(at=DUE)

    assert RecordGone.objects.get().record == entry
    assert Part.objects.filter(record=other).as_stored().first().purged_at is None
