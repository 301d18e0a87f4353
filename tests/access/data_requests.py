"""A request for data in the world of the sweep."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from archive.models import Passage, RequestBundle
from documents import services as documents
from documents.receiving import TakenIn
from tests.org import Org, add_person
from tests.records_kit import NOON
from tests.requests_kit import Asking


def data_request_things(org: Org, named: Callable[..., Any]) -> Mapping[str, Any]:
    """A request of somebody else's for their data, which HR approved and whoever is above handles, with what was found."""
    asks = add_person("Nora Quinn", team=org.other_team, job_title="Social worker")
    asking = Asking(org, handled_by=org.head)
    asked = asking.gathered(asking.own(asks))
    passage = Passage.objects.filter(item__request=asked).first()
    brought = TakenIn(name="Letter.pdf", data=b"%PDF-1.4 of a folder", media_type="application/pdf")
    stored = documents.keep_brought(brought, actor=asking.handler, at=NOON)
    file = Passage.objects.create(item=passage.item, place=99, label="File", text="Letter.pdf", stored=stored)
    kept = documents.store(b"PK of a bundle", media_type=documents.ZIP, at=NOON)
    made = {"asked_by": org.head, "asked_at": NOON, "ready_at": NOON, "expires_at": datetime(2099, 1, 1, tzinfo=UTC)}
    bundle = RequestBundle.objects.create(request=asked, press=uuid4(), stored=kept, digest=kept.digest, **made)
    key = {"request_id": asked.pk}
    decided = {"version": "0", "decision": "disclose"}
    return {
        "request for data": named(kwargs=key),
        "request for data: identity": named(kwargs={**key, "act": "identity"}),
        "request for data: paragraph": named(kwargs={**key, "passage_id": passage.pk}, data=decided),
        "request for data: file": named(kwargs={**key, "passage_id": file.pk}),
        "request for data: bundle": named(kwargs={**key, "bundle_id": bundle.pk}),
        "the worker's own request for data": named(kwargs={"request_id": asking.own().pk}),
    }
