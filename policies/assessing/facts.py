"""From checked facts to the values that the engine reads, as they were known at a moment."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from policies.assessing import shapes
from policies.build import build_interval
from policies.rules.child_facts import AllocationHeld, Child, Discussion, Episode, PlanTypeHeld
from policies.rules.deadlines import RecordDue
from policies.rules.facts import Absence, Agreed, CategoryHeld, Event, Facts, ServiceHeld, Session

Shape = TypeVar("Shape", bound=shapes.Fact)
IsKnown = Callable[[shapes.Fact], bool]


def known_by(known_at: datetime | None) -> IsKnown:
    """Whether a fact was recorded by a moment; everything is known where no moment is given."""
    if known_at is None:
        return lambda fact: True
    return lambda fact: fact.recorded_at is None or fact.recorded_at <= known_at


def worker_facts(worker: shapes.WorkerShape, is_known: IsKnown) -> Facts:
    """The facts of a worker's clock."""

    def known(facts: Iterable[Shape]) -> Iterable[Shape]:
        return filter(is_known, facts)

    return Facts(
        categories=[CategoryHeld(each.category, each.from_, each.to) for each in known(worker.categories)],
        services=[ServiceHeld(each.service, each.from_, each.to) for each in known(worker.services)],
        anchors={name: day for name, day in worker.anchors if day is not None},
        events=[Event(each.event, each.on) for each in known(worker.events)],
        absences=[Absence(each.from_, each.to, each.expected_to, each.kind or "") for each in known(worker.absences)],
        sessions=[_session(each) for each in known(worker.sessions)],
        agreed=_agreed(worker.agreed, "agreed", is_known),
    )


def child_facts(child: shapes.ChildShape, is_known: IsKnown) -> Child:
    """The facts of a child's clock."""

    def known(facts: Iterable[Shape]) -> Iterable[Shape]:
        return filter(is_known, facts)

    return Child(
        reference=child.reference,
        episodes=[Episode(each.from_, each.to) for each in known(child.episodes)],
        plan_types=[PlanTypeHeld(each.plan_type, each.from_, each.to) for each in known(child.plan_types)],
        discussions=[Discussion(each.on, each.depth, each.format, each.own_text) for each in known(child.discussions)],
        allocations=[AllocationHeld(each.worker, each.from_, each.to) for each in known(child.allocations)],
        override=_agreed(child.override, "override", is_known),
    )


def record_due(record: shapes.RecordShape) -> RecordDue:
    """A record of a session that is, or was, to be entered."""
    return RecordDue(record.what, record.session_on, record.entered_on)


def _session(shape: shapes.SessionShape) -> Session:
    present = shape.present is not False
    return Session(shape.on, shape.status, shape.format, shape.kind, shape.minutes, present)


def _agreed(shape: shapes.AgreedShape | None, rule: str, is_known: IsKnown) -> Agreed | None:
    if shape is None or not is_known(shape):
        return None
    return Agreed(build_interval(shape.interval, rule), shape.from_)
