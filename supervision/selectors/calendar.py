"""Sessions as calendars take them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse

from core.actor import Actor
from core.clock import LONDON
from supervision.calendars import Entry
from supervision.models import (
    GroupMember,
    GroupSession,
    SessionInvitation,
    SessionMove,
    SessionUndo,
    SupervisionSession,
)

BACK = timedelta(days=92)


def own_entries(*, actor: Actor, on: date, with_place: bool) -> list[Entry]:
    """The sessions of a person in both roles, of the last three months and all to come, as far as the sight goes.

    Those in groups among them. In two queries, whatever the number.
    """
    sessions = SupervisionSession.objects.visible_to(actor).of_person(actor.staff_id).filter(on__gte=on - BACK)
    groups = GroupSession.objects.visible_to(actor).of_person(actor.staff_id).filter(on__gte=on - BACK)
    entries = [_entry(session, with_place=with_place) for session in _with_changes(sessions).order_by("pk")]
    entries += [_group_entry(group, with_place=with_place) for group in groups.order_by("pk")]
    return sorted(entries, key=lambda entry: entry.starts)


def entries_of(sessions: Collection[UUID], *, with_place: bool) -> dict[UUID, Entry]:
    """Sessions, of two or in groups, as calendar entries, by key."""
    rows = _with_changes(SupervisionSession.objects.filter(pk__in=sessions))
    entries = {session.pk: _entry(session, with_place=with_place) for session in rows}
    groups = GroupSession.objects.filter(pk__in=sessions)
    return entries | {group.pk: _group_entry(group, with_place=with_place) for group in groups}


def people_of_groups(groups: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who takes part in each group: facilitator, recorder, and those invited."""
    found: dict[UUID, set[UUID]] = {}
    for key, facilitator_id, recorder_id in GroupSession.objects.filter(pk__in=groups).values_list(
        "pk", "facilitator_id", "recorder_id"
    ):
        found[key] = {facilitator_id, recorder_id} - {None}
    for key, person_id in GroupMember.objects.invited().filter(session__in=groups).values_list("session", "person"):
        found[key].add(person_id)
    return found


def people_to_tell() -> list[UUID]:
    """Whose calendars have yet to be told of something, who waits longest first."""
    rows = SessionInvitation.objects.waiting().order_by("person").values("person").annotate(since=Max("asked_at"))
    return [row["person"] for row in sorted(rows, key=lambda row: row["since"])]


def _with_changes(sessions: QuerySet[SupervisionSession]) -> QuerySet[SupervisionSession]:
    """Annotates how often, and when last, a session was moved, and something entered of it taken back."""
    moves = SessionMove.objects.filter(session=OuterRef("pk")).order_by().values("session")
    undone = SessionUndo.objects.filter(session=OuterRef("pk")).order_by().values("session")
    return sessions.annotate(
        moves_made=Subquery(moves.annotate(number=Count("pk")).values("number")),
        moved_last=Subquery(moves.annotate(last=Max("moved_at")).values("last")),
        undos_made=Subquery(undone.annotate(number=Count("pk")).values("number")),
        undone_last=Subquery(undone.annotate(last=Max("undone_at")).values("last")),
    )


def _group_entry(group: GroupSession, *, with_place: bool) -> Entry:
    return Entry(
        session_id=group.pk,
        sequence=int(not group.is_planned),
        starts=datetime.combine(group.on, group.starts, LONDON),
        ends=datetime.combine(group.on, group.ends, LONDON),
        cancelled=group.status == GroupSession.Status.CANCELLED,
        changed_at=group.closed_at or group.booked_at,
        address=f"{settings.SITE_URL.rstrip('/')}{reverse('supervision:group-detail', args=[group.pk])}",
        place=group.place if with_place else "",
    )


def _entry(session: SupervisionSession, *, with_place: bool) -> Entry:
    """``sequence``: one more for each move, for what became of it, and two for that taken back."""
    made = vars(session)  # the annotations, of which the model's type knows nothing
    moments = (session.booked_at, session.closed_at, made["moved_last"], made["undone_last"])
    return Entry(
        session_id=session.pk,
        sequence=(made["moves_made"] or 0) + 2 * (made["undos_made"] or 0) + (not session.is_planned),
        starts=datetime.combine(session.on, session.starts, LONDON),
        ends=datetime.combine(session.on, session.ends, LONDON),
        cancelled=session.status == SupervisionSession.Status.CANCELLED,
        changed_at=max(moment for moment in moments if moment),
        address=f"{settings.SITE_URL.rstrip('/')}{reverse('supervision:session-detail', args=[session.pk])}",
        place=session.place if with_place else "",
    )
