"""Writes to what is prepared of the worker's children: worries, what to speak of in depth, and what the session is for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken, Stale
from policies.rules.tags import purposes_of
from policies.selectors import policy_in_force
from records.values import cleaned_text
from supervision import access, selectors
from supervision.models import InDepthMark, SupervisionSession, Worry
from supervision.rules.discussions import NOT_WITH_THIS_WORKER, because_field, worry_field
from supervision.services import agenda
from trail import services as trail

LONGEST_BECAUSE = 200


@dataclass(frozen=True, slots=True)
class Typed:
    """What a worker says of one child: how worried, why in a line, under the version that was read."""

    level: str
    because: str
    version: int


class WorryChanged(Stale):
    """Somebody saved this in another window after it was opened. Nothing was overwritten: ``present`` stands there."""

    def __init__(self, present: Worry) -> None:
        said = ": ".join(each for each in (present.get_level_display(), present.because) if each) or "nothing"
        super().__init__(
            f"This was saved from somewhere else after you opened it, and says “{said}”. Nothing was overwritten: "
            "save again to put yours in its place.",
            field=worry_field(present.child_id),
        )
        self.present = present


@transaction.atomic
def save_worry(*, session_id: UUID, child_id: UUID, typed: Typed, actor: Actor, at: datetime) -> Worry:
    """Keep how worried the worker is about one child. Raises NotAllowed, RuleBroken, or WorryChanged."""
    session = _lock(session_id, actor)
    row = _save(session, {child_id: typed}, actor=actor, at=at)[0]
    _note(session, row, actor=actor, at=at)
    return row


@transaction.atomic
def save_all_preparation(
    *,
    session_id: UUID,
    notes: str,
    version: int,
    share: bool,
    worries: Mapping[UUID, Typed],
    actor: Actor,
    at: datetime,
) -> None:
    """One's own notes, and with them the worker's worries: all of it, or nothing. ``share``: of the notes.

    Raises what the two raise.
    """
    agenda.save_preparation(session_id=session_id, notes=notes, version=version, share=share, actor=actor, at=at)
    if worries:
        session = _lock(session_id, actor)
        for row in _save(session, worries, actor=actor, at=at):
            _note(session, row, actor=actor, at=at)


@transaction.atomic
def set_agenda(
    *,
    session_id: UUID,
    purposes: Collection[str],
    in_depth: Collection[UUID],
    stood: Collection[UUID],
    actor: Actor,
    at: datetime,
) -> None:
    """Say what a session is for, and of which children the two mean to speak in depth (R329, R336).

    ``stood``: which were marked when the page was opened; what the other of the two marked since then stays.
    Raises NotAllowed or RuleBroken.
    """
    session = _lock(session_id, actor)
    known = [tag.id for tag in purposes_of(policy_in_force(session.on))]
    if not set(purposes) <= {*known, *session.purposes}:
        raise RuleBroken("Choose from what the policy names.", field="purposes")
    marked = set(in_depth) - set(stood)
    if not marked <= selectors.held_on_the_day(session):
        raise RuleBroken(NOT_WITH_THIS_WORKER, field="in_depth")
    session.purposes = [*(name for name in known if name in purposes), *sorted(set(purposes) - set(known))]
    session.save(update_fields=["purposes"])
    standing = InDepthMark.objects.filter(session=session).standing()
    standing.filter(child__in=set(stood) - set(in_depth)).update(taken_back_at=at)
    already = set(standing.values_list("child_id", flat=True))
    InDepthMark.objects.bulk_create(
        InDepthMark(session=session, child_id=child, marked_by_id=actor.staff_id, marked_at=at)
        for child in sorted(marked - already)
    )
    trail.record(
        actor=actor, verb="session.agenda_set", target=session, about=session.supervisee_id, at=at, number=len(in_depth)
    )


def _save(session: SupervisionSession, worries: Mapping[UUID, Typed], *, actor: Actor, at: datetime) -> list[Worry]:
    """The rows, of which those that say something else than before are written."""
    access.check_can_say_worry(actor, session)
    if not worries.keys() <= selectors.held_on_the_day(session):
        raise RuleBroken(NOT_WITH_THIS_WORKER)
    stood = {row.child_id: row for row in Worry.objects.filter(session=session, child__in=worries)}
    rows = []
    for child_id, typed in worries.items():
        row = stood.get(child_id) or Worry(session=session, child_id=child_id)
        level, because = _checked(child_id, typed)
        if (row.level, row.because) != (level, because):
            if row.version != typed.version:
                raise WorryChanged(row)
            row.level, row.because, row.version, row.updated_at = level, because, row.version + 1, at
            row.save()
        rows.append(row)
    return rows


def _checked(child_id: UUID, typed: Typed) -> tuple[str, str]:
    if typed.level and typed.level not in Worry.Level.values:
        raise RuleBroken("Choose how worried you are.", field=worry_field(child_id))
    because = " ".join(cleaned_text(typed.because, most=10 * LONGEST_BECAUSE).split())
    if len(because) > LONGEST_BECAUSE:
        raise RuleBroken(
            f"Say it in {LONGEST_BECAUSE} characters; it has {len(because)}.", field=because_field(child_id)
        )
    return typed.level, because


def _note(session: SupervisionSession, row: Worry, *, actor: Actor, at: datetime) -> None:
    """Of what was written just now alone: the trail holds that something was said, never what."""
    if row.version and row.updated_at == at:
        trail.record(actor=actor, verb="worry.saved", target=row, about=session.supervisee_id, at=at)


def _lock(session_id: UUID, actor: Actor) -> SupervisionSession:
    """A session that still takes something for its agenda, under lock. Raises NotAllowed or RuleBroken."""
    session = SupervisionSession.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=session_id)
    access.check_can_prepare(actor, session)
    state = SupervisionSession.objects.with_record_state().get(pk=session_id).record_state
    if not selectors.takes_more(session, state):
        raise RuleBroken("This session takes nothing more for its agenda: it is off, or its record is signed.")
    return session
