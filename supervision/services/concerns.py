"""Raising a concern about one's supervision past the supervisor, and answering it.

The trail names nobody whom a concern is about: who reads a person's trail must not find out that there is one.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor, Role
from core.errors import RuleBroken
from outbox.services import enqueue
from records.values import cleaned_text
from staff.models import StaffMember, SupervisionRelationship
from staff.selectors import people_with_role
from supervision import selectors
from supervision.models import Concern, ConcernEntry
from supervision.selectors import ConcernsPage
from trail import services as trail

MOST = 10_000


@transaction.atomic
def raise_concern(*, route: str, text: str, actor: Actor, at: datetime) -> Concern:
    """Put a concern to the supervisor's line manager or to HR, as the reader chose among ``selectors.concern_routes``.

    Raises RuleBroken: no such route any more, or nothing written.
    """
    StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=actor.staff_id)
    chosen = next((one for one in selectors.concern_routes(actor=actor) if one.value == route), None)
    if chosen is None:
        raise RuleBroken("Choose who is to read this.", field="route")
    text = cleaned_text(text, most=MOST)
    if not text:
        raise RuleBroken("Write what worries you.", field="text")
    concern = Concern.objects.create(
        raised_by_id=actor.staff_id,
        about=chosen.about,
        route=Concern.Route(chosen.route),
        recipient=chosen.recipient,
        raised_at=at,
        text=text,
    )
    trail.record(actor=actor, verb="concern.raised", target=concern, at=at)
    _tell(concern, "answer_wanted", to=_readers(concern, actor), key="raised")
    return concern


@transaction.atomic
def add_to_concern(*, concern_id: UUID, text: str, actor: Actor, at: datetime) -> ConcernEntry:
    """Answer a concern, or add to one's own. Raises RuleBroken where nothing is written."""
    concern = Concern.objects.visible_to(actor).get(pk=concern_id)
    text = cleaned_text(text, most=MOST)
    if not text:
        raise RuleBroken("Write something first.", field="text")
    entry = ConcernEntry.objects.create(concern=concern, author_id=actor.staff_id, at=at, text=text)
    trail.record(actor=actor, verb="concern.added_to", target=concern, at=at)
    if actor.staff_id == concern.raised_by_id:
        _tell(concern, "answer_wanted", to=_readers(concern, actor), key=str(entry.pk))
    else:
        _tell(concern, "matter_answered", to={concern.raised_by_id}, key=str(entry.pk))
    return entry


@transaction.atomic
def read_concern(*, concern: Concern, actor: Actor, at: datetime) -> list[ConcernEntry]:
    """What was written about a concern, its reading noted first, under no person's name."""
    trail.record(actor=actor, verb="concern.read", target=concern, at=at)
    return list(concern.entries.select_related("author"))


@transaction.atomic
def read_concerns(*, actor: Actor, at: datetime) -> ConcernsPage:
    """One's own concerns and those put to one; what is put to one is noted first, under no person's name."""
    page = selectors.concerns_page(actor=actor)
    if page.put_to_me:
        trail.record(actor=actor, verb="concerns.read", at=at, count=len(page.put_to_me))
    return page


def _readers(concern: Concern, actor: Actor) -> set[UUID]:
    """Who is told of it: the recipient, or HR; never who is meant by it, nor who supervises whoever raised it by now."""
    supervisors = SupervisionRelationship.objects.live(actor.on).filter(supervisee_id=concern.raised_by_id)
    kept_out = {concern.about_id, concern.raised_by_id, *supervisors.values_list("supervisor_id", flat=True)}
    readers = {concern.recipient_id} if concern.recipient_id else people_with_role(Role.HR, on=actor.on)
    return readers - kept_out


def _tell(concern: Concern, kind: str, *, to: set[UUID], key: str) -> None:
    path = reverse("supervision:concern-detail", kwargs={"concern_id": concern.pk})
    for person_id in sorted(to):
        enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=f"{concern.pk}/{key}", path=path)
