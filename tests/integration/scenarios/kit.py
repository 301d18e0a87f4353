"""A session of a day held, written and signed at a moment, through the services that the pages use."""

from datetime import date, datetime, time, timedelta

from core.clock import date_of
from records import selectors as record_selectors
from records import services as records
from records.models import Part, Record
from records.rules import Meaning
from staff.challenge import Challenge
from staff.models import StaffMember
from supervision import selectors, services
from supervision.rules import Times
from tests.org import Org
from tests.records_kit import EVIDENCE, load_templates, type_answer


def challenge(at: datetime) -> Challenge:
    return Challenge(method="demo", auth_time=at - timedelta(minutes=1))


def hold(org: Org, *, on: date, at: datetime, hour: int = 9) -> Record:
    """The draft of a session that the supervisor held on a day, entered at a moment."""
    load_templates()
    session = services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=on, starts=time(hour), ends=time(hour + 1, 30)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor, on=date_of(at)),
        at=at,
    )
    assert session.record
    return session.record


def write(org: Org, record: Record, section: str, *, by: StaffMember, at: datetime, **fields: object) -> None:
    """Save one section of a draft, over what stands there."""
    row = record.draft_sections.filter(section=section).first()
    records.save_section(
        record_id=record.pk,
        section=section,
        key=None,
        fields={**(row.values if row else {}), **fields},
        version=row.version if row else 0,
        actor=org.actor(by, on=date_of(at)),
        at=at,
    )


def sign(org: Org, record: Record, *, at: datetime, by: StaffMember | None = None) -> Part:
    """Sign the text as whoever is named, the supervisor where nobody is."""
    context = selectors.signing_context(record=record, on=date_of(at))
    text = record_selectors.text_to_sign(
        record=record, facts=context.facts, late=context.late, given=context.given, entries=context.entries
    )
    return services.sign_record(
        record_id=record.pk,
        shown=text.shown,
        challenge=challenge(at),
        evidence=EVIDENCE,
        actor=org.actor(by or org.supervisor, on=date_of(at)),
        at=at,
    )


def countersign(
    org: Org,
    record: Record,
    *,
    at: datetime,
    by: StaffMember | None = None,
    meaning: Meaning = Meaning.AGREE,
    comments: str = "",
    reason: str = "",
) -> Part:
    """Answer as whoever is named, the supervisee where nobody is."""
    actor = org.actor(by or org.worker, on=date_of(at))
    typed = {"supervisee_comments": {"comments": comments}} if comments else {}
    typed |= {"_reason": {"text": reason}} if reason else {}
    return records.countersign(
        record_id=record.pk,
        shown=type_answer(record, typed, actor=actor, at=at),
        meaning=meaning,
        challenge=challenge(at),
        evidence=EVIDENCE,
        actor=actor,
        at=at,
    )
