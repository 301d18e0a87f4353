"""What records and proposed lines ask of those who sign, close or confirm."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.urls import reverse

from compliance.needs.shapes import Need, RecordStanding, Urgency
from core.clock import date_of
from core.templatetags.countersign import counted, long_date
from records.rules import ADDED, EXAMINING, Kind, PartKind, State, shown_state
from records.selectors import Unfinished
from staff.models import ManagementLine
from supervision.oversight.rules import Wanted
from supervision.selectors import PutToMe

SAID = {
    State.SEALED: "agreed and signed",
    "not_agreed": "has seen it and does not agree",
    "declined": "declined to sign it",
    "closed_unsigned": "closed it, and it is not countersigned",
}


def record_need(record: RecordStanding, *, me: UUID) -> Need:
    """What a record asks of somebody who is to sign it, to correct it, or who gets it sealed."""
    if record.reference:
        return _decision_need(record)
    if record.to_respond:
        return _respond_need(record)
    other = record.author if record.subject_id == me or record.kind == Kind.HANDOVER else record.subject
    of = _of(record, other=other or "", me=me)
    held = f"Held on {long_date(record.held_on)}. " if record.held_on else ""
    status = shown_state(record.state, record.meaning)
    by = other
    match record.state:
        case State.AWAITING:
            title, label = f"Read and sign the {of}", "Read and sign"
            view, said = "records:record-countersign", "signed it and waits for you"
        case State.RETURNED:
            title, label = f"Correct the {of}", "Correct and sign"
            is_examining = record.kind in EXAMINING
            view = "records:record-draft" if is_examining else "supervision:record-write"
            said = "sent it back, with a reason"
        case _:
            title, label = f"{of[0].upper()}{of[1:]}", "Read it"
            view, said = "records:record-detail", SAID[status]
            if record.part == PartKind.RESPONSE:
                said = "responded to it"
            elif record.part in ADDED:
                said = "corrected a fact in it" if record.corrects else "added to it"
            if record.part != PartKind.COUNTERSIGNATURE:
                by = record.by
    return Need(
        urgency=Urgency.NEWS if record.state == State.SEALED else Urgency.WAITING,
        title=title,
        path=reverse(view, args=[record.record_id]),
        action_label=label,
        hint=f"{held}{by} {said}.",
        due_on=record.held_on,
        status=status,
    )


def _of(record: RecordStanding, *, other: str, me: UUID) -> str:
    """What a record is of, for one of its two people."""
    about_me = record.subject_id == me
    match record.kind:
        case Kind.CONTRACT:
            return f"supervision contract with {other}"
        case Kind.AUDIT:
            return f"audit of your supervision by {other}" if about_me else f"audit of supervision by {other}"
        case Kind.HANDOVER:
            return "hand-over brief about you" if about_me else f"hand-over brief about {record.subject}"
        case Kind.OBSERVATION:
            return f"observation of you by {other}" if about_me else f"observation of {other}"
        case _:
            return f"record of supervision with {other}"


def _respond_need(record: RecordStanding) -> Need:
    """That an audit of one's own supervision is signed and waits for one's response."""
    return Need(
        urgency=Urgency.WAITING,
        title="Read and respond to the audit of your supervision",
        path=reverse("records:record-respond", args=[record.record_id]),
        action_label="Read and respond",
        hint=f"{record.author} signed it.",
        status=State.SEALED,
    )


def _decision_need(record: RecordStanding) -> Need:
    """A decision about a child: for who decided, until it is entered on the child's record; else that it was added to."""
    what = f"{record.title}, {record.reference}"
    if record.to_enter:
        return Need(
            urgency=Urgency.WAITING,
            title=f"Enter on the child’s record: {what}",
            path=reverse("supervision:record-entered", args=[record.record_id]),
            action_label="Say that it is entered",
            hint="You signed it. Nobody has said yet that it stands in the case system, too.",
        )
    return Need(
        urgency=Urgency.NEWS,
        title=what,
        path=reverse("records:record-detail", args=[record.record_id]),
        action_label="Read it",
        hint=f"{record.by} added to it.",
        status=State.SEALED,
    )


def goes_with_session(record: RecordStanding) -> bool:
    """Whether nothing is said of an entry about a child by itself: it is signed and answered with its session's record."""
    return record.kind == Kind.CASE_ENTRY and (record.to_enter or record.part not in ADDED)


def entries_needs(records: Iterable[RecordStanding]) -> Iterator[Need]:
    """One need for all the entries that their writer has still to enter on the children's records."""
    waiting = [record for record in records if record.kind == Kind.CASE_ENTRY and record.to_enter]
    if waiting:
        yield Need(
            urgency=Urgency.WAITING,
            title=f"Enter on the children’s records: {counted(len(waiting), 'entry', 'entries')}",
            path=reverse("supervision:entered-list"),
            action_label="See which",
            hint="You signed them. Copy each, or take all of them as a file.",
        )


def wanted_need(wanted: Wanted) -> Need:
    """A decision about a child that the policy wants after what happened."""
    return Need(
        urgency=Urgency.WAITING,
        title=f"A decision is wanted about {wanted.reference}: {wanted.what}",
        path=f"{reverse('supervision:decision-record')}?child={wanted.child_id}",
        action_label="Record a decision",
        hint=f"On {long_date(wanted.on)}.",
        due_on=wanted.due_on,
    )


UNFINISHED_OF = {
    Kind.CONTRACT: "supervision contract of",
    Kind.CASE_ENTRY: "entry about",
    Kind.OBSERVATION: "record of the observation of",
    Kind.HANDOVER: "hand-over brief about",
}


def closing_need(record: Unfinished) -> Need:
    """A record that nobody can finish, for the manager who may close it. Of its text there is not a word."""
    of = UNFINISHED_OF.get(record.kind, "record of supervision of")
    since = "Signed and unanswered" if record.is_signed else "In draft"
    return Need(
        urgency=Urgency.WAITING,
        title=f"Nobody can finish the {of} {record.subject} by {record.author}",
        path=reverse("records:record-close", args=[record.record_id]),
        action_label="Close it unsigned",
        why=record.why,
        hint=f"{since} since {long_date(record.since)}.",
        due_on=date_of(record.since),
    )


def answer_need(put: PutToMe) -> Need:
    """What was put to the reader and waits for an answer. Of a concern not even whose it is."""
    if put.is_concern:
        title, view = "Answer a concern about supervision", "supervision:concern-detail"
    else:
        title, view = f"Answer what was put to you about the supervision of {put.person}", "supervision:matter-detail"
    return Need(
        urgency=Urgency.WAITING,
        title=title,
        path=reverse(view, args=[put.pk]),
        action_label="Read and answer",
        hint=f"Since {long_date(put.raised_at)}.",
        due_on=date_of(put.raised_at),
    )


def line_need(line: ManagementLine) -> Need:
    """A line manager whom an administrator proposed, and whom the reader may confirm."""
    return Need(
        urgency=Urgency.WAITING,
        title=f"Say whether {line.manager.name} manages {line.person.name}",
        path=reverse("staff:line-confirm", args=[line.pk]),
        action_label="Confirm or decline",
        hint=f"From {long_date(line.starts_on)}. Until you confirm it, nobody sees anything by it.",
    )
