"""Signed audits for tests of what comes after: the answers stand in a chain of one part, as the signature leaves them."""

import json
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from audits.models import Audit
from records.models import Part, PartContent, Record
from records.rules import Kind
from staff.models import StaffMember
from tests.audits_kit import planned


def item(field_id: str, kind: str, value: Any, label: str = "") -> dict[str, Any]:
    """A field as it is signed."""
    return {"id": field_id, "label": label or field_id, "type": kind, "value": value}


def evidence(found: str, answer: str) -> dict[str, Any]:
    """An answer to what was found, as it is signed."""
    said = "confirm" if found == answer else "overrule"
    return {"finding": {"answer": found, "summary": "", "lines": []}, "confirmed": said, "answer": answer, "reason": ""}


def signed_audit(
    *,
    auditor: StaffMember,
    file_of: StaffMember,
    supervisor: StaffMember,
    on: date,
    judgement: str = "Good",
    comment: str = "Careful work.",
    sections: dict[str, list[dict[str, Any]]] | None = None,
    **options: Any,
) -> Audit:
    """An audit that its auditor has signed on a day, with what it says."""
    audit = planned(auditor=auditor, file_of=file_of, supervisor=supervisor, **options)
    at = datetime.combine(on, time(12), tzinfo=UTC)
    record = Record.objects.create(
        kind=Kind.AUDIT,
        subject=supervisor,
        author=auditor,
        title="Audit",
        template_slug="audit_tool_file",
        template_version=1,
        created_at=at,
    )
    part = Part.objects.create(
        record=record,
        seq=1,
        kind="text",
        relation="auditor",
        signer=auditor,
        meaning="author",
        signed_at=at,
        act=uuid4(),
        digest=f"sha256:{audit.pk.hex}{record.pk.hex}"[:71],
        body=b"{}",
        facts={"held_on": on.isoformat()},
        state_after="sealed",
    )
    said = {
        "judgement": [item("judgement", "judgement", judgement), item("comment", "long_text", comment)],
        **(sections or {}),
    }
    PartContent.objects.bulk_create(
        PartContent(
            part=part, section=name, sensitivity="shared", salt=b"0" * 32, content=json.dumps({"fields": fields})
        )
        for name, fields in said.items()
    )
    audit.record, audit.opened_at = record, at
    audit.save(update_fields=["record", "opened_at"])
    return audit
