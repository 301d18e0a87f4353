"""Writes to what two people prepare: items of the agenda, and each one's own notes."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken, Stale
from records.rules import State
from records.values import cleaned_text
from staff.access import check_not_frozen
from staff.models import StaffMember
from supervision import access
from supervision.models import AgendaItem, Preparation, SupervisionSession
from trail import services as trail

MOST_NOTES = 50_000
MOST_ITEMS = 50


class NotesChanged(Stale):
    """Somebody saved these notes after they were opened. Nothing was overwritten: ``present`` is what stands there."""

    def __init__(self, present: Preparation) -> None:
        super().__init__(
            "These notes were saved from somewhere else after you opened them. Nothing was overwritten: take over what "
            "you need, then save again.",
            field="notes",
        )
        self.present = present


@transaction.atomic
def add_item(
    *,
    supervisee_id: UUID,
    kind: str,
    text: str,
    share: bool,
    actor: Actor,
    at: datetime,
    link: str = "",
    explained_on: date | None = None,
) -> AgendaItem:
    """Put something on the agenda of the next session, to be shared at once or kept to oneself for now.

    Raises NotAllowed, or RuleBroken: nothing said, too much waiting already, a policy without its day.
    """
    person = _lock_supervisee(supervisee_id, actor)
    text = _checked(kind, text, explained_on, actor)
    waiting = AgendaItem.objects.waiting().filter(supervisee=person)
    if waiting.count() >= MOST_ITEMS:
        raise RuleBroken(f"{MOST_ITEMS} items wait already. Discuss or remove some first.")
    item = AgendaItem.objects.create(
        supervisee=person,
        raised_by_id=actor.staff_id,
        kind=kind,
        text=text,
        link=link,
        explained_on=explained_on if kind == AgendaItem.Kind.POLICY else None,
        position=_last_position(person.pk) + 1,
        created_at=at,
        shared_at=at if share else None,
    )
    trail.record(actor=actor, verb="agenda.added", target=item, about=person.pk, at=at, shared=share)
    return item


@transaction.atomic
def share_item(*, item_id: UUID, actor: Actor, at: datetime) -> AgendaItem:
    """Let the other of the two read an item of one's own. Shared twice is shared once. Raises NotAllowed."""
    item = _lock_waiting(item_id, actor)
    access.check_raised(actor, item)
    if item.shared_at is None:
        item.shared_at = at
        item.save(update_fields=["shared_at"])
        trail.record(actor=actor, verb="agenda.shared", target=item, about=item.supervisee_id, at=at)
    return item


@transaction.atomic
def change_item(
    *, item_id: UUID, kind: str, text: str, link: str, explained_on: date | None, actor: Actor, at: datetime
) -> AgendaItem:
    """Put an item of one's own into other words until it is discussed; once it was shared, it says that it changed.

    Raises NotAllowed, or RuleBroken as adding does, and for an item that was discussed.
    """
    item = _lock_waiting(item_id, actor)
    access.check_raised(actor, item)
    item.text = _checked(kind, text, explained_on, actor)
    item.kind, item.link = kind, link
    item.explained_on = explained_on if kind == AgendaItem.Kind.POLICY else None
    item.changed_at = at if item.is_shared else None
    item.save(update_fields=["kind", "text", "link", "explained_on", "changed_at"])
    trail.record(
        actor=actor, verb="agenda.changed", target=item, about=item.supervisee_id, at=at, shared=item.is_shared
    )
    return item


@transaction.atomic
def remove_item(*, item_id: UUID, actor: Actor, at: datetime) -> AgendaItem:
    """Take back an item of one's own, shared or not, until it is discussed. Raises NotAllowed or RuleBroken."""
    item = _lock_waiting(item_id, actor)
    access.check_raised(actor, item)
    trail.record(
        actor=actor, verb="agenda.removed", target=item, about=item.supervisee_id, at=at, shared=item.is_shared
    )
    AgendaItem.objects.filter(pk=item.pk).delete()
    return item


@transaction.atomic
def move_item(*, item_id: UUID, up: bool, actor: Actor, at: datetime) -> AgendaItem:
    """Let an item change places with its neighbour among those that the actor sees. At the end of the list it stays.

    Two who reorder at once wait for each other: each move is made on the list as the other left it.
    """
    item = _lock_waiting(item_id, actor)
    waiting = list(AgendaItem.objects.waiting().filter(supervisee=item.supervisee_id))
    seen = AgendaItem.objects.visible_to(actor).waiting().filter(supervisee=item.supervisee_id)
    order = list(seen.values_list("pk", flat=True))
    other = order.index(item.pk) + (-1 if up else 1)
    if 0 <= other < len(order):
        places = {each.pk: number for number, each in enumerate(waiting)}
        mine, theirs = places[item.pk], places[order[other]]
        waiting[mine], waiting[theirs] = waiting[theirs], waiting[mine]
        for number, each in enumerate(waiting, start=1):
            each.position = number
        AgendaItem.objects.bulk_update(waiting, ["position"])
        trail.record(actor=actor, verb="agenda.moved", target=item, about=item.supervisee_id, at=at)
    return item


@transaction.atomic
def mark_discussed(*, session_id: UUID, item_ids: Collection[UUID], actor: Actor, at: datetime) -> None:
    """Say which shared items a session dealt with; those that are not named wait for the next one.

    An item that was marked in this session and is not named any more waits again. Raises NotAllowed, also once its
    record is signed, or RuleBroken for a session that was not held.
    """
    visible = SupervisionSession.objects.visible_to(actor)
    _lock_supervisee(visible.get(pk=session_id).supervisee_id, actor)
    session = visible.select_related("record").get(pk=session_id)
    access.check_can_change_session(actor, session)
    if not session.is_held:
        raise RuleBroken("Say first that the session was held.")
    if session.record and session.record.get_state() not in (State.DRAFT, State.RETURNED):
        raise NotAllowed("The record of this session is signed. What was discussed in it stays as it is.")
    known = AgendaItem.objects.visible_to(actor).shared().filter(supervisee=session.supervisee_id)
    done = known.filter(session=None, pk__in=item_ids).update(session=session, discussed_at=at)
    back = known.filter(session=session).exclude(pk__in=item_ids).update(session=None, discussed_at=None)
    if done or back:
        trail.record(
            actor=actor,
            verb="agenda.discussed",
            target=session,
            about=session.supervisee_id,
            at=at,
            discussed=done,
            back=back,
        )


def take_over(session: SupervisionSession, *, actor: Actor, at: datetime) -> None:
    """What a session that was cut short did not come to waits for the next one. Within the caller's transaction.

    The supervisor has entered it for both to read, so that it is shared from the first.
    """
    if not session.left_over:
        return
    item = AgendaItem.objects.create(
        supervisee_id=session.supervisee_id,
        raised_by_id=actor.staff_id,
        text=session.left_over,
        position=_last_position(session.supervisee_id) + 1,
        created_at=at,
        shared_at=at,
    )
    trail.record(actor=actor, verb="agenda.added", target=item, about=session.supervisee_id, at=at, shared=True)


def carry_on(session: SupervisionSession) -> None:
    """Count for each shared item that is left that a session went by without it. Within the caller's transaction."""
    left = AgendaItem.objects.shared().filter(session=None, supervisee=session.supervisee_id)
    left.filter(shared_at__lt=session.closed_at).update(carried=F("carried") + 1)


@transaction.atomic
def save_preparation(
    *, session_id: UUID, notes: str, version: int, share: bool, actor: Actor, at: datetime
) -> Preparation:
    """Keep one's own notes for a session, and with ``share`` let the other read them from now on.

    Raises NotAllowed, or NotesChanged where they were saved from somewhere else in between: nothing is overwritten.
    """
    session = SupervisionSession.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=session_id)
    access.check_can_prepare(actor, session)
    notes = cleaned_text(notes, most=MOST_NOTES)
    row = Preparation.objects.filter(session=session, person=actor.staff_id).first()
    row = row or Preparation(session=session, person_id=actor.staff_id)
    if row.notes != notes and row.version != version:
        raise NotesChanged(row)
    if row.notes != notes or (share and not row.shared_at) or not row.version:
        row.notes, row.version, row.updated_at = notes, row.version + 1, at
        row.shared_at = row.shared_at or (at if share else None)
        row.save()
        trail.record(
            actor=actor, verb="preparation.saved", target=row, about=session.supervisee_id, at=at, shared=bool(share)
        )
    return row


def _checked(kind: str, text: str, explained_on: date | None, actor: Actor) -> str:
    """The text of an item as it is kept. Raises RuleBroken: nothing said, a policy without its day."""
    text = cleaned_text(text, most=2_000)
    if not text:
        raise RuleBroken("Say what you want to talk about.", field="text")
    if kind == AgendaItem.Kind.POLICY and explained_on is None:
        raise RuleBroken("Enter the day on which the policy was explained.", field="explained_on")
    if kind == AgendaItem.Kind.POLICY and explained_on and explained_on > actor.on:
        raise RuleBroken("That day has not come yet. Enter the day on which it was explained.", field="explained_on")
    return text


def _last_position(person_id: UUID) -> int:
    waiting = AgendaItem.objects.waiting().filter(supervisee=person_id)
    return waiting.aggregate(last=Max("position"))["last"] or 0


def _lock_waiting(item_id: UUID, actor: Actor) -> AgendaItem:
    """An item that waits, under the lock of its supervisee's row: whoever changes the agenda waits here for the other."""
    item = AgendaItem.objects.visible_to(actor).get(pk=item_id)
    _lock_supervisee(item.supervisee_id, actor)
    found = AgendaItem.objects.visible_to(actor).get(pk=item_id)
    if found.session_id:
        raise RuleBroken("This was discussed already. Nothing was changed.")
    return found


def _lock_supervisee(person_id: UUID, actor: Actor) -> StaffMember:
    if person_id != actor.staff_id and person_id not in actor.supervises:
        raise NotAllowed("Only the two people of this supervision prepare it.")
    check_not_frozen(person_id)
    return StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)
