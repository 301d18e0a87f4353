"""Supervision around its records: sessions, groups, actions, matters, what was shared, processes elsewhere."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from archive.bags.lists.shapes import Listed, listed, named
from audits.models import Audit, Observation
from records.models import Action, ActionEvent
from supervision.models import (
    Disclosure,
    FrequencyException,
    GroupMember,
    Incident,
    Matter,
    RecordedEvent,
    Reference,
    SupervisionSession,
)


def supervision(person_id: UUID) -> Iterator[Listed]:
    """Everything of this person's supervision that is no signed record."""
    yield _sessions(person_id)
    yield _groups(person_id)
    yield from _actions(person_id)
    yield _matters(person_id)
    yield _disclosures(person_id)
    yield from _elsewhere(person_id)
    yield _exceptions(person_id)
    yield _programme(person_id)
    yield _examined(person_id)


def _sessions(person_id: UUID) -> Listed:
    sessions = SupervisionSession.objects.filter(supervisee_id=person_id).select_related("supervisor")
    return listed(
        "sessions",
        "Diary: sessions of supervision",
        (
            *("Day", "From", "To", "Supervisor", "Kind", "How", "Status", "Cancelled because", "Missed because"),
            *("Interrupted", "In private", "Record"),
        ),
        [
            (
                *(row.on, row.starts, row.ends, row.supervisor, row.get_kind_display(), row.get_mode_display()),
                *(row.get_status_display(), row.cancel_reason, row.missed_reason, row.interrupted, row.private_place),
                row.record_id,
            )
            for row in sessions.order_by("on", "starts", "pk")
        ],
    )


def _groups(person_id: UUID) -> Listed:
    places = GroupMember.objects.filter(person_id=person_id).select_related("session__facilitator")
    found = places.prefetch_related("attendance").order_by("session__on", "pk")
    rows = []
    for row in found:
        said = max(row.attendance.all(), key=lambda each: each.recorded_at, default=None)
        there = (said.present, said.reason) if said else (None, "")
        rows.append((row.session.on, row.session.title, row.session.facilitator, row.role, *there, row.removed_at))
    return listed(
        "groups",
        "Group sessions that this person was invited to",
        ("Day", "Group", "Facilitator", "Role", "Was there", "Was not, because", "Taken off the list"),
        rows,
    )


def _actions(person_id: UUID) -> Iterator[Listed]:
    agreed = Q(record__subject_id=person_id) | Q(record__discussed_with_id=person_id) | Q(owner_id=person_id)
    actions = list(Action.objects.filter(agreed).order_by("created_at", "pk"))
    yield listed(
        "actions",
        "Actions",
        ("Agreed", "What", "Owner", "By", "Status", "Closed", "Why", "Record", "Part", "Action"),
        [
            (
                *(row.created_at, row.what, row.owner_name, row.due_on, row.get_status_display(), row.closed_at),
                *(row.reason, row.record_id, row.part_seq, row.pk),
            )
            for row in actions
        ],
    )
    events = ActionEvent.objects.filter(action__in=actions).select_related("by").order_by("at", "pk")
    yield listed(
        "actions-history",
        "What became of actions",
        ("When", "Action", "Step", "By", "Why", "Due before", "Due after", "Owner before", "Owner after"),
        [
            (
                *(row.at, row.action_id, row.get_kind_display(), row.by, row.reason, row.from_due_on, row.to_due_on),
                *(row.from_owner_name, row.to_owner_name),
            )
            for row in events
        ],
    )


def _matters(person_id: UUID) -> Listed:
    matters = Matter.objects.filter(supervisee_id=person_id).with_people().prefetch_related("entries__author")
    return listed(
        "matters",
        "What was put to managers",
        ("Raised", "Raised by", "Put to", "About", "When", "What", "By", "Text", "Rationale"),
        [
            (
                *(row.raised_at, row.raised_by, row.referred_to, row.subject),
                *(entry.at, entry.get_kind_display(), entry.author, entry.text, entry.rationale),
            )
            for row in matters.order_by("raised_at", "pk")
            for entry in row.entries.all()
        ],
    )


def _disclosures(person_id: UUID) -> Listed:
    disclosures = Disclosure.objects.filter(supervisee_id=person_id).with_entries().order_by("made_at", "pk")
    return listed(
        "disclosures",
        "What was shared of supervision",
        (
            *("Entered", "By", "What", "Why", "Shared with", "Shared on", "Advice from", "Advice", "Not told because"),
            "Added later",
        ),
        [
            (
                *(row.made_at, row.made_by, row.what, row.category_words, row.shared_with, row.shared_on),
                *(row.advice_from, row.advice_outcome, row.not_told_because),
                "; ".join(
                    f"{entry.at:%Y-%m-%d} {entry.get_kind_display()}, {entry.author}: {entry.text}".rstrip(": ")
                    for entry in row.entries.all()
                ),
            )
            for row in disclosures
        ],
    )


def _elsewhere(person_id: UUID) -> Iterator[Listed]:
    references = Reference.objects.filter(supervisee_id=person_id).select_related("made_by")
    yield listed(
        "processes-elsewhere",
        "Processes elsewhere, and support offered",
        ("Kind", "Reference", "Note", "From", "To", "Entered by", "Entered", "Replaces"),
        [
            (
                *(row.get_kind_display(), row.number, row.note, row.starts_on, row.ends_on),
                *(row.made_by, row.made_at, row.replaces_id),
            )
            for row in references.order_by("starts_on", "pk")
        ],
    )
    incidents = Incident.objects.filter(supervisee_id=person_id).select_related("made_by")
    yield listed(
        "incidents",
        "Abuse at work, and the support given",
        ("Day", "What", "Support", "Entered by", "Entered"),
        [
            (row.happened_on, row.what, row.support, row.made_by, row.made_at)
            for row in incidents.order_by("happened_on", "pk")
        ],
    )


def _exceptions(person_id: UUID) -> Listed:
    exceptions = FrequencyException.objects.filter(supervisee_id=person_id).select_related("asked_by", "decided_by")
    return listed(
        "exceptions",
        "Supervision less often than the policy asks",
        ("From", "Before", "Every", "Minutes", "Why", "Asked by", "Asked", "Decision", "By", "Decided", "Why so"),
        [
            (
                *(row.starts_on, row.ends_on, row.every, row.minutes, row.reason, row.asked_by, row.asked_at),
                *(row.get_decision_display(), named(row.decided_by), row.decided_at, row.decision_reason),
            )
            for row in exceptions.order_by("starts_on", "pk")
        ],
    )


def _programme(person_id: UUID) -> Listed:
    events = RecordedEvent.objects.filter(person_id=person_id).select_related("recorded_by")
    return listed(
        "programme",
        "Reviews of a programme",
        ("Day", "What", "Entered by", "Entered"),
        [
            (row.on, row.event.replace("_", " "), row.recorded_by, row.recorded_at)
            for row in events.order_by("recorded_at", "pk")
        ],
    )


def _examined(person_id: UUID) -> Listed:
    of_either = Q(file_of_id=person_id) | Q(supervisor_id=person_id)
    audits = Audit.objects.filter(of_either, record__isnull=False).select_related("auditor", "file_of", "supervisor")
    observed = Observation.objects.filter(observed_id=person_id).select_related("observer")
    rows: list[tuple[object, ...]] = [
        (
            *(row.opened_at, "Audit of this file" if row.file_of_id == person_id else "Audit of this supervision"),
            *(row.auditor, row.file_of if row.supervisor_id == person_id else row.supervisor, row.given_up_at),
            row.record_id,
        )
        for row in audits.order_by("opened_at", "pk")
    ]
    rows += [
        (row.held_on or row.planned_on, row.get_kind_display(), row.observer, "", row.given_up_at, row.record_id)
        for row in observed.order_by("planned_on", "pk")
    ]
    return listed(
        "audits-and-observations",
        "Audits and observations",
        ("Day", "What", "By", "With", "Given up", "Record"),
        rows,
    )
