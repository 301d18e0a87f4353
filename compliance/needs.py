"""What needs somebody, in words: built from values that are at hand, without a query."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from uuid import UUID

from django.urls import reverse

from compliance import rules
from core.clock import date_of
from core.templatetags.countersign import away, days_overdue, long_date, time_of
from policies.rules.answers import Row
from records.rules import ADDED, Kind, PartKind, State, shown_state
from records.selectors import Unfinished
from staff.models import ManagementLine
from supervision.rules import FirstWeek, Standing
from supervision.selectors import ContractView, ExceptionAsked, Overview, SessionRow

PREPARE_WITHIN_DAYS = 7
REVIEW_WITHIN_DAYS = 30
AT_ONCE = 10
NEWS_AT_ONCE = 5


class Urgency(IntEnum):
    """What comes first on the home page."""

    OVERDUE = 1
    SOON = 2
    WAITING = 3
    ARRANGE = 4
    NEWS = 5

    @property
    def heading(self) -> str:
        """The words above such needs."""
        return HEADINGS[self]


HEADINGS = {
    Urgency.OVERDUE: "Overdue",
    Urgency.SOON: "Due within days",
    Urgency.WAITING: "Waiting for you",
    Urgency.ARRANGE: "To arrange",
    Urgency.NEWS: "Signed lately",
}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that somebody is asked to do. ``why``: the engine's sentence; ``hint``: what else helps to decide.

    ``does_it``: the button does it at once, instead of leading to a page.
    """

    urgency: Urgency
    title: str
    path: str
    action_label: str
    why: str = ""
    hint: str = ""
    due_on: date | None = None
    status: str = ""
    does_it: bool = False

    @property
    def order(self) -> tuple[Urgency, date, str]:
        """Overdue first, then by date, then by name."""
        return (self.urgency, self.due_on or date.max, self.title)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the home page: who supervises them now, by name, and with whom the contract is to be."""

    person_id: UUID
    name: str
    supervisor: str = ""
    contract_with: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Needs under one heading: those to see at once, and the rest, a click away."""

    urgency: Urgency
    first: list[Need]
    rest: list[Need]


def grouped(needs: Iterable[Need]) -> list[Group]:
    """The needs in order, under their headings, news left out; a heading without any is left out."""
    found: dict[Urgency, list[Need]] = {}
    for need in sorted(needs, key=lambda need: need.order):
        if need.urgency is not Urgency.NEWS:
            found.setdefault(need.urgency, []).append(need)
    return [Group(urgency, rows[:AT_ONCE], rows[AT_ONCE:]) for urgency, rows in found.items()]


def news(needs: Iterable[Need]) -> Group | None:
    """What somebody else sealed, the latest first; None where there is nothing new."""
    found = [need for need in needs if need.urgency is Urgency.NEWS][::-1]
    return Group(Urgency.NEWS, found[:NEWS_AT_ONCE], found[NEWS_AT_ONCE:]) if found else None


@dataclass(frozen=True, slots=True)
class RecordStanding:
    """Where a record stands, and between whom; ``held_on`` for the record of a session; what its answer says.

    ``part``: what came last, an addendum perhaps; ``by``: who signed that; ``corrects``: whether it corrects facts.
    """

    record_id: UUID
    kind: str
    state: str
    subject_id: UUID
    subject: str
    author: str
    held_on: date | None
    meaning: str
    part: str
    by: str
    corrects: bool


# As a supervisee


def own_needs(me: Person, overview: Overview, *, raised: Mapping[rules.Key, date], on: date) -> Iterator[Need]:
    """What one's own supervision asks for. ``raised``: when a night flagged a rule, its condition and its due date."""
    path = reverse("supervision:person-detail", args=[me.person_id])
    if overview.assessment and (row := _asking(overview)):
        late = row.is_late
        yield Need(
            urgency=Urgency.OVERDUE if late else Urgency.SOON,
            title="Your supervision is overdue" if late else "Your supervision is due",
            path=path,
            action_label="See your supervision",
            why=row.why,
            hint=_sentences(_due(row, on), _booked(overview.next, on) or _ask(me), _flagged(me.person_id, row, raised)),
            due_on=row.due_on,
            status=row.shown,
        )
    if overview.next and (overview.next.on - on).days <= PREPARE_WITHIN_DAYS:
        yield Need(
            urgency=Urgency.SOON,
            title=f"Prepare for supervision{_with(me.supervisor)}",
            path=reverse("supervision:session-prepare", args=[overview.next.pk]),
            action_label="Prepare for it",
            hint=f"{long_date(overview.next.on)} at {time_of(overview.next.starts)}, {away(overview.next.on, on)}.",
            due_on=overview.next.on,
            status="booked",
        )
    if overview.contract:
        yield from _own_contract(me, overview, path, on)


def _own_contract(me: Person, overview: Overview, path: str, on: date) -> Iterator[Need]:
    contract = overview.contract
    if contract is None:
        return
    if contract.standing is Standing.IN_FORCE:
        if _review_is_near(contract, on):
            yield Need(
                urgency=Urgency.SOON,
                title=f"Your supervision contract{_with(me.supervisor)} is to be reviewed",
                path=path,
                action_label="See your supervision",
                hint=_review_ahead(contract, on),
                due_on=contract.review_on,
            )
        return
    sentences = {
        Standing.MISSING: _sentences(_since(overview), "Agree on one together: your supervisor begins it."),
        Standing.DECLINED: "It is not in force. Agree on another with your supervisor.",
        Standing.OUT_OF_DATE: f"{_review(contract)}Agree on a new one with your supervisor. This one holds until then.",
    }
    titles = {
        Standing.MISSING: f"You have no supervision contract{_with(me.supervisor)}",
        Standing.DECLINED: f"Your supervision contract{_with(me.supervisor)} was declined",
        Standing.OUT_OF_DATE: f"Your supervision contract{_with(me.supervisor)} is out of date",
    }
    if contract.standing in titles:
        yield Need(
            urgency=Urgency.OVERDUE if contract.standing is Standing.OUT_OF_DATE else Urgency.ARRANGE,
            title=titles[contract.standing],
            path=path,
            action_label="See your supervision",
            hint=sentences[contract.standing],
            due_on=contract.review_on if contract.standing is Standing.OUT_OF_DATE else overview.contract_due_on,
        )


# As a supervisor


def supervisee_needs(
    person: Person, overview: Overview, *, me: UUID, raised: Mapping[rules.Key, date], on: date
) -> Iterator[Need]:
    """What the supervision of one supervisee asks of the supervisor."""
    booking = [] if overview.starter and overview.starter.to_book else _to_book(person, overview, raised=raised, on=on)
    yield from booking
    if overview.starter:
        yield _starter(person, overview.starter, on)
    for session in overview.to_close:
        yield Need(
            urgency=Urgency.WAITING,
            title=f"Say what became of supervision with {person.name}",
            path=reverse("supervision:session-detail", args=[session.pk]),
            action_label="Open the session",
            hint=f"It was booked for {long_date(session.on)}.",
            due_on=session.on,
        )
    for session in overview.to_rebook:
        yield _to_rebook(person, session)
    for session in overview.to_write:
        if session.supervisor_id == me and session.record_state != State.RETURNED:
            yield _to_write(person, session, on)
    if overview.contract and person.contract_with == me:
        yield from _contract(person, overview, overview.contract, on)


def _starter(person: Person, week: FirstWeek, on: date) -> Need:
    """A new starter's first week (R036): one need for all that is left, the first session included."""
    view = "supervision:session-book" if week.to_book else "supervision:agenda-add"
    late = on > week.due_on
    left = f"{', '.join(week.left[:-1])} and {week.left[-1]}" if week.left[1:] else week.left[0]
    return Need(
        urgency=Urgency.OVERDUE if late else Urgency.SOON,
        title=f"{person.name} is new: first week of supervision",
        path=reverse(view, args=[person.person_id]),
        action_label="Book the first session" if week.to_book else "Add it to the agenda",
        hint=f"Still to do: {left}. To be done by {long_date(week.due_on)}, {away(week.due_on, on)}.",
        due_on=week.due_on,
    )


def _to_rebook(person: Person, session: SessionRow) -> Need:
    """Another date for a session that did not take place (R082, R157): asked until there is one."""
    return Need(
        urgency=Urgency.ARRANGE,
        title=f"Book another date with {person.name}",
        path=reverse("supervision:session-book", args=[person.person_id]),
        action_label="Book a session",
        hint=f"The session of {long_date(session.on)} did not take place, and no other is booked in its stead.",
        due_on=session.on,
        status=session.shown_status,
    )


def _to_book(person: Person, overview: Overview, *, raised: Mapping[rules.Key, date], on: date) -> Iterator[Need]:
    """A session that is overdue or falls due, or a diary without one (R083): one need, the most pressing."""
    row = _asking(overview) if overview.assessment else None
    if row is None and (overview.next or not overview.assessment or not overview.assessment.asks_anything):
        return
    late = row is not None and row.is_late
    booked = overview.next
    book = ("supervision:session-detail", booked.pk) if booked else ("supervision:session-book", person.person_id)
    yield Need(
        urgency=Urgency.OVERDUE if late else Urgency.SOON if row else Urgency.ARRANGE,
        title=_booking_title(person.name, row, late=late),
        path=reverse(book[0], args=[book[1]]),
        action_label="Open the session" if booked else "Book a session",
        why=row.why if row else "",
        hint=_sentences(
            _due(row, on),
            _booked(booked, on) or "Nothing is in the diary.",
            overview.exception.words if overview.exception else "",
            _flagged(person.person_id, row, raised),
        ),
        due_on=row.due_on if row else None,
        status=row.shown if row else "",
    )


def _booking_title(name: str, row: Row | None, *, late: bool) -> str:
    if row is None:
        return f"Book supervision with {name}"
    return f"Supervision with {name} is {'overdue' if late else 'due'}"


def _to_write(person: Person, session: SessionRow, on: date) -> Need:
    return Need(
        urgency=Urgency.WAITING,
        title=f"Write the record of supervision with {person.name}",
        path=(
            reverse("supervision:record-write", args=[session.record_id])
            if session.record_id
            else reverse("supervision:session-detail", args=[session.pk])
        ),
        action_label="Write and sign",
        hint=f"Held on {long_date(session.on)}, {away(session.on, on)}; you have not signed its record.",
        due_on=session.on,
        status=State.DRAFT if session.record_id else "",
    )


def _contract(person: Person, overview: Overview, contract: ContractView, on: date) -> Iterator[Need]:
    begin = (reverse("supervision:contract-open", args=[person.person_id]), "Draft a contract")
    if contract.next_id:
        yield from _next_version(person, contract)
        return
    if contract.review_asked_on or (contract.standing is Standing.IN_FORCE and _review_is_near(contract, on)):
        asked_for = f"An earlier review was asked for on {long_date(contract.review_asked_on)}."
        yield Need(
            urgency=Urgency.WAITING if contract.review_asked_on else Urgency.SOON,
            title=f"Review the supervision contract with {person.name}",
            path=begin[0],
            action_label="Draft a new version",
            hint=asked_for if contract.review_asked_on else _review_ahead(contract, on),
            due_on=contract.review_asked_on or contract.review_on,
            does_it=True,
        )
        return
    if contract.standing is Standing.IN_FORCE:
        return
    asked = {
        Standing.MISSING: (
            f"{person.name} has no supervision contract with you",
            _sentences(_since(overview), "Agree on one together."),
        ),
        Standing.DRAFT: (f"The supervision contract with {person.name} is a draft", "Nobody has signed it."),
        Standing.UNSIGNED: (
            f"The supervision contract with {person.name} is not signed by both",
            f"It waits for {person.name}.",
        ),
        Standing.DECLINED: (f"{person.name} declined the supervision contract", "It is not in force."),
        Standing.OUT_OF_DATE: (
            f"The supervision contract with {person.name} is out of date",
            f"{_review(contract)}It holds until there is a new one.",
        ),
    }
    ways = {}
    if contract.record_id:
        ways = {
            Standing.DRAFT: (reverse("supervision:record-write", args=[contract.record_id]), "Finish and sign"),
            Standing.UNSIGNED: (reverse("records:record-detail", args=[contract.record_id]), "Open the contract"),
        }
    if contract.standing in asked:
        title, hint = asked[contract.standing]
        path, label = ways.get(contract.standing, begin)
        late = contract.standing is Standing.OUT_OF_DATE
        yield Need(
            urgency=Urgency.OVERDUE if late else Urgency.ARRANGE,
            title=title,
            path=path,
            action_label=label,
            hint=hint,
            due_on=contract.review_on if late else overview.contract_due_on,
            does_it=contract.standing not in ways,
        )


def _next_version(person: Person, contract: ContractView) -> Iterator[Need]:
    """A new version that is not signed by both; one that was sent back is asked for as every record is."""
    if contract.next_standing is Standing.RETURNED:
        return
    waits = contract.next_standing is Standing.UNSIGNED
    yield Need(
        urgency=Urgency.ARRANGE,
        title=f"The new version of the supervision contract with {person.name} is not signed by both",
        path=reverse("records:record-detail" if waits else "supervision:record-write", args=[contract.next_id]),
        action_label="Open the contract" if waits else "Finish and sign",
        hint=f"{'It waits for ' + person.name + '. ' if waits else ''}The contract in force holds until then.",
    )


def exception_need(person: Person, asked: ExceptionAsked) -> Need:
    """An exception that the reader, the supervisor's manager, is to approve or refuse."""
    return Need(
        urgency=Urgency.WAITING,
        title=f"Decide on supervision of {person.name} less often than the policy asks",
        path=reverse("supervision:exception-detail", args=[asked.exception_id]),
        action_label="Read and decide",
        hint=f"{asked.asked_by} asked for it on {long_date(asked.asked_on)}. Until you decide, nothing changes.",
        due_on=asked.starts_on,
    )


# Signatures, and the line

SAID = {
    State.SEALED: "agreed and signed",
    "not_agreed": "has seen it and does not agree",
    "declined": "declined to sign it",
    "closed_unsigned": "closed it, and it is not countersigned",
}


def record_need(record: RecordStanding, *, me: UUID) -> Need:
    """What a record asks of somebody who is to sign it, to correct it, or who gets it sealed."""
    other = record.author if record.subject_id == me else record.subject
    of = f"supervision contract with {other}" if record.kind == Kind.CONTRACT else f"record of supervision with {other}"
    held = f"Held on {long_date(record.held_on)}. " if record.held_on else ""
    status = shown_state(record.state, record.meaning)
    by = other
    match record.state:
        case State.AWAITING:
            title, label = f"Read and sign the {of}", "Read and sign"
            view, said = "records:record-countersign", "signed it and waits for you"
        case State.RETURNED:
            title, label = f"Correct the {of}", "Correct and sign"
            view, said = "supervision:record-write", "sent it back, with a reason"
        case _:
            title, label = f"{of[0].upper()}{of[1:]}", "Read it"
            view, said = "records:record-detail", SAID[status]
            if record.part in ADDED:
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


def closing_need(record: Unfinished) -> Need:
    """A record that nobody can finish, for the manager who may close it. Of its text there is not a word."""
    of = "supervision contract" if record.kind is Kind.CONTRACT else "record of supervision"
    since = "Signed and unanswered" if record.is_signed else "In draft"
    return Need(
        urgency=Urgency.WAITING,
        title=f"Nobody can finish the {of} of {record.subject} by {record.author}",
        path=reverse("records:record-close", args=[record.record_id]),
        action_label="Close it unsigned",
        why=record.why,
        hint=f"{since} since {long_date(record.since)}.",
        due_on=date_of(record.since),
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


# Phrases


def _review(contract: ContractView) -> str:
    return f"Its review was due {long_date(contract.review_on)}. " if contract.review_on else ""


def _review_is_near(contract: ContractView, on: date) -> bool:
    return bool(contract.review_on and (contract.review_on - on).days <= REVIEW_WITHIN_DAYS)


def _review_ahead(contract: ContractView, on: date) -> str:
    if contract.review_on is None:
        return ""
    return f"Its review is due {long_date(contract.review_on)}, {away(contract.review_on, on)}."


def _since(overview: Overview) -> str:
    """Since when a contract is owed: the relationship began that day (R121)."""
    due_on = overview.contract_due_on
    return f"It was due when the supervision began, on {long_date(due_on)}." if due_on else ""


def _asking(overview: Overview) -> Row | None:
    """The row that asks for a session now: overdue, or else within days and without one in the diary by then."""
    if overview.assessment is None:
        return None
    if late := overview.assessment.longest_overdue():
        return late
    row = overview.assessment.pressing()
    covered = row is not None and row.booked_on and row.due_on and row.booked_on <= row.due_on
    return None if covered else row


def _due(row: Row | None, on: date) -> str:
    if row is None or row.due_on is None:
        return ""
    return f"Due {long_date(row.due_on)}, {days_overdue(row.due_on, on) or away(row.due_on, on)}."


def _booked(session: SessionRow | None, on: date) -> str:
    return (
        f"Booked for {long_date(session.on)} at {time_of(session.starts)}, {away(session.on, on)}." if session else ""
    )


def _ask(me: Person) -> str:
    return (
        f"Ask {me.supervisor} for a date." if me.supervisor else "Nobody supervises you at present: ask your manager."
    )


def _flagged(person_id: UUID, row: Row | None, raised: Mapping[rules.Key, date]) -> str:
    found = raised.get((person_id, row.rule, row.atom, row.due_on)) if row and row.due_on else None
    return f"Flagged on {long_date(found)}." if found else ""


def _sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _with(name: str) -> str:
    return f" with {name}" if name else ""
