"""Decisions about a child for tests: typed and signed through the services."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from cases.models import Child
from core.clock import date_of
from records.models import Record
from records.services import new_act
from staff.challenge import Challenge
from staff.models import StaffMember
from supervision import selectors, services
from supervision.entering import services as entering
from supervision.models import DecisionDraft
from tests.org import Org
from tests.records_kit import EVIDENCE, load_templates

TODAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
QUESTION = "May the child stay with the grandmother tonight?"
RATIONALE = "The grandmother is known, checked and willing."


def typed(child: Child | str, **changes: Any) -> dict[str, Any]:
    """What the page of a decision holds."""
    decision = {"question": QUESTION, "decision": "Proceed", "rationale": RATIONALE, "actions": []}
    return {
        "reference": str(child),
        "note_type": "management_decision",
        "decided_on": TODAY.isoformat(),
        "sections": {"decision": {**decision, **changes.pop("decision", {})}},
        **changes,
    }


def draft_of(child: Child | str, by: StaffMember, *, at: datetime = NOON, **changes: Any) -> DecisionDraft:
    """A decision that is typed and not signed."""
    load_templates()
    return services.save_decision(
        draft_id=new_act(), typed=typed(child, **changes), version=0, actor=Org.actor(by), at=at
    )


def shown(draft: DecisionDraft, by: StaffMember) -> str:
    """The digest that the page of the signature carries now."""
    text = selectors.decision_to_sign(draft=draft, actor=Org.actor(by)).text
    return text.shown if text else ""


def sign(draft: DecisionDraft, by: StaffMember, *, at: datetime = NOON, **options: Any) -> Record:
    """Sign what stands in a draft."""
    options.setdefault("shown", shown(draft, by))
    part = services.sign_decision(
        draft_id=draft.pk,
        challenge=Challenge(method="password", auth_time=at - timedelta(minutes=1)),
        evidence=EVIDENCE,
        actor=Org.actor(by),
        at=at,
        **options,
    )
    return part.record


def decide(child: Child | str, by: StaffMember, *, asked_by: StaffMember | None = None, **changes: Any) -> Record:
    """A signed decision."""
    if asked_by:
        changes["asked_by_id"] = str(asked_by.pk)
    return sign(draft_of(child, by, **changes), by)


def enter(
    record: Record, by: StaffMember, *, on: date = TODAY, reference: str = "CN 17", form: str = "", at: datetime = NOON
) -> Any:
    """Say that a decision or an entry was entered on the child's record."""
    [entered] = entering.mark_entered(
        record_ids=[UUID(str(record.pk))],
        entered_on=on,
        reference=reference,
        form=form,
        actor=Org.actor(by, on=date_of(at)),
        at=at,
    )
    return entered
