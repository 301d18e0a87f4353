"""November of the suite's authority, and its report."""

import json
from datetime import UTC, date, datetime
from typing import Any

from audits.learning.rules import THEMES
from audits.models import Audit
from cases.models import Child
from compliance.models import MonthlyReport
from compliance.reports import services
from core.actor import Actor
from records.models import Action, Part, PartContent, Record
from records.rules import Kind
from records.services import close_action
from tests.audits_kit import planned
from tests.boards_kit import night, stands
from tests.cases_kit import child_with
from tests.org import Org
from tests.records_kit import Kit

NOVEMBER, LAST = date(2026, 11, 1), date(2026, 11, 30)
DECEMBER = datetime(2026, 12, 7, 12, tzinfo=UTC)
TODAY = DECEMBER.date()


def moment(month: int, day: int) -> datetime:
    """Noon of a day of 2026."""
    return datetime(2026, month, day, 12, tzinfo=UTC)


def judged(
    audit: Audit, judgement: str, *, on: date, seq: int = 1, sensitivity: str = "shared", **answers: str
) -> Audit:
    """The audit with its record as its auditor signed it on a day: a judgement, and questions by their label."""
    at = moment(on.month, on.day)
    if audit.record is None:
        audit.record, audit.opened_at = (
            Record.objects.create(
                kind=Kind.AUDIT,
                subject=audit.supervisor,
                author=audit.auditor,
                template_slug="audit_tool",
                template_version=1,
                policy_slug="shropshire-2017",
                policy_version="3",
                title="Audit",
                created_at=at,
            ),
            at,
        )
        audit.save(update_fields=["record", "opened_at"])
    before = Part.objects.filter(record=audit.record).order_by("-seq").first()
    part = Part.objects.create(
        record=audit.record,
        seq=seq,
        kind="text",
        relation="auditor",
        signer=audit.auditor,
        meaning="author",
        signed_at=at,
        act=audit.pk,
        prev=before.digest if before else None,
        digest=f"sha256:{audit.pk.hex}{seq:032d}",
        body=b"{}",
        facts={},
        state_after="awaiting",
    )
    fields: list[dict[str, Any]] = [{"id": "folder", "label": "Judgement", "type": "judgement", "value": judgement}]
    for label, answer in answers.items():
        has_evidence = "contract" in label
        value = {"finding": {}, "confirmed": "", "answer": answer, "reason": ""} if has_evidence else answer
        kind = "evidence" if has_evidence else "yes_no"
        fields.append({"id": label, "label": label.replace("_", " "), "type": kind, "value": value})
    fields.append({"id": "comment", "label": "Comment", "type": "long_text", "value": "SECRET WORDS"})
    themes = [each for each in fields if f"section_2/{each['id']}" in THEMES]
    PartContent.objects.bulk_create(
        PartContent(
            part=part, section=section, sensitivity=sensitivity, salt=b"0" * 32, content=json.dumps({"fields": given})
        )
        for section, given in (
            ("judgement", [each for each in fields if each not in themes]),
            ("section_2", themes),
        )
        if given
    )
    return audit


def november(org: Org) -> tuple[Child, Child, Audit]:
    """A month with one of everything: a late worker, a signed record, an action done, a child in depth, an audit."""
    night(LAST)
    stands(org.worker, "overdue", due_on=date(2026, 11, 20))
    stands(org.supervisor, "not_due", due_on=date(2026, 12, 20))
    stands(org.team_manager, "suspended")
    stands(org.outsider, "no_minimum_set")
    stands(org.worker, "overdue", kind="contract", due_on=date(2026, 11, 3))
    deep = child_with(org.worker, reference="P77", plan_type="looked_after", discussed=(date(2026, 11, 12),))
    stands(deep, "overdue", due_on=date(2026, 11, 29))
    never = child_with(org.worker, reference="P78")
    stands(never, "not_due", due_on=date(2026, 12, 20))
    record = Kit(org).sealed()
    done = Action.objects.get(record=record, due_on=date(2026, 11, 23))
    close_action(action_id=done.pk, status="done", reason="", actor=org.actor(org.worker), at=moment(11, 20))
    audit = judged(
        planned(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor),
        "Good",
        on=date(2026, 11, 16),
        reflection_is_recorded="no",
        contract_in_place="no",
        wellbeing_is_asked_after="yes",
    )
    return deep, never, audit


def built(actor: Actor, *, month: date = NOVEMBER, known_on: date = LAST, at: datetime = DECEMBER) -> MonthlyReport:
    """The report of a month, asked for and worked out."""
    report = services.ask_for_report(month=month, known_on=known_on, actor=actor, at=at)
    services.build_report(report_id=report.pk, at=at)
    report.refresh_from_db()
    return report
