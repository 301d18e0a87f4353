"""What one is asked to do as a supervisor."""

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from django.urls import reverse

from compliance import rules
from compliance.needs.contracts import contract_needs
from compliance.needs.handover import successor_needs
from compliance.needs.phrases import asking_row, booked_words, due_words, flagged_words, sentences
from compliance.needs.shapes import Need, Person, Urgency
from core.templatetags.countersign import away, long_date
from policies.rules.answers import Row
from records.rules import State
from supervision.rules import FirstWeek
from supervision.selectors import Overview, SessionRow


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
    yield from _phase_waits(person, overview)
    if person.contract_with == me:
        yield from successor_needs(person, overview)
    if overview.contract and person.contract_with == me:
        yield from contract_needs(person, overview, overview.contract, on)


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


def _phase_waits(person: Person, overview: Overview) -> Iterator[Need]:
    """What ends a phase of somebody's programme (R327): asked for from its day on, until it is recorded."""
    if asked := overview.phase_waits:
        yield Need(
            urgency=Urgency.WAITING,
            title=f"Record for {person.name}: {asked.words}",
            path=reverse("supervision:programme", args=[person.person_id]),
            action_label="Open the programme",
            hint=f"It has been asked for since {long_date(asked.since)}. Until it is recorded, the phase goes on.",
            due_on=asked.since,
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
    row = asking_row(overview) if overview.assessment else None
    if row is None and (overview.next or not overview.assessment or not overview.assessment.asks_anything):
        return
    late = row is not None and row.is_late
    booked = overview.next
    in_group = not booked and (overview.asks_for_group(row.rule) if row else overview.group_is_next)
    book = ("supervision:session-detail", booked.pk) if booked else ("supervision:session-book", person.person_id)
    yield Need(
        urgency=Urgency.OVERDUE if late else Urgency.SOON if row else Urgency.ARRANGE,
        title=_booking_title(person.name, row, late=late),
        path=reverse("supervision:group-book") if in_group else reverse(book[0], args=[book[1]]),
        action_label="Open the session" if booked else "Book a group" if in_group else "Book a session",
        why=row.why if row else "",
        hint=sentences(
            due_words(row, on),
            booked_words(booked, on) or "Nothing is in the diary.",
            overview.exception.words if overview.exception else "",
            flagged_words(person.person_id, row, raised),
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
