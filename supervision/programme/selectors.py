"""One person's programme: the phases with their dates, what is asked for, and what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.actor import Actor
from core.shortcuts import may
from policies.rules.programme import Step, needs_both
from supervision import access
from supervision.models import RecordedEvent
from supervision.programme.rules import Recordable, event_words, recordable
from supervision.selectors.programmes import steps_of


@dataclass(frozen=True, slots=True)
class StepRow:
    """A phase as the page shows it."""

    step: Step
    asked_since: date | None

    @property
    def rule(self) -> str:
        """The rule that it is a phase of."""
        return self.step.rule.label or self.step.rule.id.replace("-", " ")

    @property
    def label(self) -> str:
        """What it is called."""
        return self.step.phase.label or (self.step.phase.id or "").replace("-", " ").capitalize()

    @property
    def waits_for(self) -> str:
        """What ends it, where that is something to be recorded and it was not."""
        return event_words(self.step.event) if self.step.event and not self.step.is_over else ""

    @property
    def may_be_reduced_by(self) -> str:
        """What may end it before its time."""
        return event_words(self.step.reduced_by) if self.step.reduced_by and not self.step.is_over else ""


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something recorded. ``waits``: an agreement that the worker has not recorded yet."""

    event: RecordedEvent
    by: str
    waits: bool
    can_agree: bool

    @property
    def words(self) -> str:
        """What it is."""
        return event_words(self.event.event)


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """``can_record``: whether the reader records what was held, and corrects it."""

    steps: list[StepRow]
    events: list[EventRow]
    recordable: list[Recordable]
    can_record: bool


def programme_page(*, person_id: UUID, actor: Actor) -> ProgrammePage:
    """One person's programme as one reader sees it; in five queries."""
    steps = steps_of(person_id=person_id, on=actor.on)
    can_record = may(access.check_is_supervisor, actor, person_id)
    return ProgrammePage(
        steps=[StepRow(step, step.prompt_on if step.is_asked(actor.on) else None) for step in steps],
        events=_events(person_id, actor),
        recordable=recordable(steps) if can_record else [],
        can_record=can_record,
    )


def _events(person_id: UUID, actor: Actor) -> list[EventRow]:
    rows = list(
        RecordedEvent.objects.visible_to(actor)
        .standing()
        .filter(person=person_id)
        .select_related("recorded_by")
        .order_by("-on", "-recorded_at")
    )
    own = {(row.event, row.on) for row in rows if row.recorded_by_id == person_id}
    return [_event(row, own, actor) for row in rows]


def _event(row: RecordedEvent, own: set[tuple[str, date | None]], actor: Actor) -> EventRow:
    waits = needs_both(row.event) and (row.event, row.on) not in own
    return EventRow(row, row.recorded_by.name, waits, waits and actor.staff_id == row.person_id)


def standing_events(*, person_id: UUID, event: str) -> Sequence[RecordedEvent]:
    """What is recorded of one event, and not taken back."""
    return list(RecordedEvent.objects.standing().filter(person=person_id, event=event))
