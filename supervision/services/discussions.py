"""What was said of each child in a session, and reading one child's page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from cases.access import stands_as
from cases.models import Child
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from policies.selectors import policy_in_force
from supervision import access, selectors
from supervision.models import SupervisionSession
from supervision.models.discussions import Discussion
from supervision.rules.discussions import NOT_DISCUSSED, Mark, check_capabilities, check_marks, check_not_signed
from supervision.selectors.caseload import ChildPage
from supervision.services import entries
from supervision.services.diary import lock_session
from trail import services as trail


@transaction.atomic
def mark_discussions(*, session_id: UUID, marks: Mapping[UUID, Mark], actor: Actor, at: datetime) -> list[str]:
    """Say of the worker's children how each was discussed in a session that was held; what was said before is replaced.

    A child that the page no longer offers keeps what was said of it.
    The references of those of whom the policy still wants a word come back. Raises NotAllowed, or RuleBroken once the
    session's record is signed.
    """
    session = lock_session(session_id, actor)
    access.check_can_record(actor, session)
    if not session.is_held:
        raise RuleBroken("This session was not held.")
    check_not_signed(_state_of(session))
    offered = selectors.held_on_the_day(session)
    check_marks(marks, offered=offered)
    stood = {each.child_id: each for each in session.discussions.all()}
    if any(mark.capabilities for mark in marks.values()):
        named = selectors.capabilities_for(session)
        before = {name for each in stood.values() for name in each.capabilities}
        check_capabilities(marks, known=before.union(tag.id for tag in named.tags) if named else before)
    changed = {child: mark for child, mark in marks.items() if child not in stood or _differs(stood[child], mark)}
    unsaid = offered - marks.keys()
    left = (unsaid & stood.keys()) | {child for child, mark in changed.items() if mark.depth == NOT_DISCUSSED}
    entries.check_may_leave(session, left, actor=actor, at=at)
    gone = [each.pk for child, each in stood.items() if child in changed or child in unsaid]
    session.discussions.filter(pk__in=gone).update(replaced_at=at)
    Discussion.objects.bulk_create(
        Discussion(
            child_id=child,
            worker_id=session.supervisee_id,
            session=session,
            on=session.on,
            depth=mark.depth,
            reason=mark.reason if mark.depth == NOT_DISCUSSED else "",
            capabilities=_shown(mark, stood.get(child)),
            recorded_at=at,
        )
        for child, mark in changed.items()
    )
    entries.follow_marks(session, actor=actor, at=at)
    trail.record(
        actor=actor,
        verb="session.children_marked",
        target=session,
        about=session.supervisee_id,
        at=at,
        number=len(marks),
    )
    return selectors.unmarked_children(session, policy=policy_in_force(session.on))


@transaction.atomic
def mark_child(*, session_id: UUID, child_id: UUID, depth: str, actor: Actor, at: datetime) -> None:
    """Say of one child how it was discussed; what is said of the others stays. Raises what ``mark_discussions`` raises."""
    session = lock_session(session_id, actor)
    offered = selectors.held_on_the_day(session)
    stands = {each.child_id: _as_mark(each) for each in session.discussions.all() if each.child_id in offered}
    marks = {**stands, child_id: replace(stands.get(child_id, Mark(depth)), depth=depth)}
    mark_discussions(session_id=session_id, marks=marks, actor=actor, at=at)


@transaction.atomic
def read_child(*, child: Child, actor: Actor, at: datetime, number: str = "1") -> ChildPage:
    """One child's page, and a page of what has been; what was typed to it is read, so the trail hears of it."""
    page = selectors.child_page(child=child, actor=actor, on=date_of(at), number=number)
    holders = {each.person_id for each in page.row.holders}
    if actor.staff_id not in holders:
        via = stands_as(actor, holders)
        for person_id in sorted(holders):
            trail.record(actor=actor, verb="child.read", target=child, about=person_id, at=at, via=via)
    return page


def _state_of(session: SupervisionSession) -> str | None:
    state: str | None = SupervisionSession.objects.with_record_state().get(pk=session.pk).record_state
    return state


def _as_mark(stood: Discussion) -> Mark:
    return Mark(stood.depth, stood.reason)


def _differs(stood: Discussion, mark: Mark) -> bool:
    if stood.depth != mark.depth or (mark.depth == NOT_DISCUSSED and stood.reason != mark.reason):
        return True
    return set(stood.capabilities) != set(_shown(mark, stood))


def _shown(mark: Mark, stood: Discussion | None) -> list[str]:
    """The capabilities that a discussion shows; none where there was no discussion."""
    if mark.depth == NOT_DISCUSSED:
        return []
    if mark.capabilities is None:
        return stood.capabilities if stood else []
    return list(mark.capabilities)
