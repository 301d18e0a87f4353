"""A change of supervisor for tests: X hands over to Y, the outsider, and the brief is written and signed by services and pages."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.clock import date_of
from records import services as records
from records.models import Part, Record
from records.rules import Meaning
from staff import services as staff
from staff.challenge import Challenge
from staff.models import ManagementLine, StaffMember
from supervision.handing_over import selectors, services
from tests.org import Org
from tests.records_kit import EVIDENCE, load_templates, type_answer

LAST_DAY, FIRST_DAY = date(2026, 11, 30), date(2026, 12, 1)
FIRST_WEEKS = "Ask about the court date before anything else."
HEALTH = "Leaves at four on Thursdays for physiotherapy."
CONDUCT = "Chronologies are late; a plan runs until January."


def challenge(at: datetime) -> Challenge:
    return Challenge(method="demo", auth_time=at - timedelta(minutes=1))


def plan(org: Org, *, at: datetime, to: StaffMember | None = None, starts_on: date = FIRST_DAY) -> None:
    """X merely supervises; the team manager sets that Y supervises from a day on, and manages Y, too."""
    ManagementLine.objects.filter(person=org.worker).update(manager=org.team_manager)
    new = to or org.outsider
    if not ManagementLine.objects.filter(person=new).exists():
        ManagementLine.objects.create(
            person=new, manager=org.team_manager, starts_on=date(2025, 4, 1), recorded_at=at, confirmed_at=at
        )
    staff.change_supervisor(
        supervisee_id=org.worker.pk,
        to_id=new.pk,
        starts_on=starts_on,
        actor=org.actor(org.team_manager, on=date_of(at)),
        at=at,
    )


def begin(org: Org, *, at: datetime, **typed: Any) -> Record:
    """The draft of the brief by X, with words in it."""
    load_templates()
    actor = org.actor(org.supervisor, on=date_of(at))
    record = services.open_brief(person_id=org.worker.pk, actor=actor, at=at)
    words = {
        "standing": {"first_weeks": FIRST_WEEKS},
        "wellbeing": {"wellbeing": HEALTH},
        "performance": {"performance": CONDUCT},
        **typed,
    }
    for section, fields in words.items():
        records.save_section(
            record_id=record.pk, section=section, key=None, fields=fields, version=0, actor=actor, at=at
        )
    return record


def shown(record: Record, *, on: date) -> str:
    """The digest under which the page would sign on a day."""
    fresh = Record.objects.with_parts().get(pk=record.pk)
    change = selectors.change_of_brief(fresh)
    assert change
    return selectors.brief_to_sign(fresh, selectors.brief_context(record=fresh, change=change, on=on)).shown


def sign(org: Org, record: Record, *, at: datetime) -> Part:
    """X signs it."""
    return services.sign_brief(
        record_id=record.pk,
        shown=shown(record, on=date_of(at)),
        challenge=challenge(at),
        evidence=EVIDENCE,
        actor=org.actor(org.supervisor, on=date_of(at)),
        at=at,
    )


def countersign(
    org: Org,
    record_id: UUID,
    *,
    at: datetime,
    by: StaffMember | None = None,
    meaning: Meaning = Meaning.AGREE,
    comments: str = "",
    reason: str = "",
) -> Part:
    """Y, or who is named, signs after that."""
    actor = org.actor(by or org.outsider, on=date_of(at))
    record = Record.objects.with_parts().get(pk=record_id)
    typed = {"_comments": {"text": comments}} if comments else {}
    typed |= {"_reason": {"text": reason}} if reason else {}
    return records.countersign(
        record_id=record_id,
        shown=type_answer(record, typed, actor=actor, at=at),
        meaning=meaning,
        challenge=challenge(at),
        evidence=EVIDENCE,
        actor=actor,
        at=at,
    )
