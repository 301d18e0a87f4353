"""Writes to somebody's days: absences added, changed, taken back; the days of the week."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from staff import access
from staff.cover.services import ask_for_cover_of, ask_to_end_cover_of
from staff.days import rules
from staff.models import Absence, StaffMember, WorkingPattern
from trail import services as trail


@transaction.atomic
def add_absence(
    *,
    person_id: UUID,
    kind: str,
    starts_on: date,
    last_day: date | None,
    expected_to: date | None,
    actor: Actor,
    at: datetime,
) -> Absence:
    """Enter that somebody is, was or will be away: dates and a neutral word, never more (sight: absence dates).

    ``last_day``: the last day away, None while it is not known; ``expected_to``: a guess at the first day back.
    Raises NotAllowed, or RuleBroken when the days do not fit, or another absence holds on one of them.
    """
    person = _lock(person_id, actor)
    access.check_can_enter_absence(actor, person, kind=kind)
    rules.check_absence(starts_on=starts_on, last_day=last_day, expected_to=expected_to)
    ends_on = _first_day_back(last_day)
    _check_no_other(person, starts_on, ends_on)
    absence = Absence.objects.create(
        person=person, kind=kind, starts_on=starts_on, ends_on=ends_on, expected_to=expected_to, recorded_at=at
    )
    _note("absence.added", absence, actor, at)
    ask_for_cover_of(absence, on=actor.on)
    return absence


@transaction.atomic
def change_absence(
    *,
    absence_id: UUID,
    kind: str,
    starts_on: date,
    last_day: date | None,
    expected_to: date | None,
    actor: Actor,
    at: datetime,
) -> Absence:
    """Change the days of an absence, or end it; the trail keeps the days that stood there. Raises as adding does."""
    absence = _lock_absence(absence_id, actor)
    # As it stands now: the supervisor may have made leave a sickness since the page was opened
    access.check_can_enter_absence(actor, absence.person, kind=absence.kind)
    access.check_can_enter_absence(actor, absence.person, kind=kind)
    rules.check_absence(starts_on=starts_on, last_day=last_day, expected_to=expected_to)
    ends_on = _first_day_back(last_day)
    _check_no_other(absence.person, starts_on, ends_on, besides=absence)
    if (absence.ends_on, absence.expected_to) != (ends_on, expected_to):
        absence.end_entered_at = at
    stood = {"from_starts_on": absence.starts_on.isoformat(), "from_ends_on": _iso(absence.ends_on)}
    absence.kind, absence.starts_on, absence.ends_on, absence.expected_to = kind, starts_on, ends_on, expected_to
    absence.save(update_fields=["kind", "starts_on", "ends_on", "expected_to", "end_entered_at"])
    _note("absence.changed", absence, actor, at, **stood)
    ask_for_cover_of(absence, on=actor.on)
    ask_to_end_cover_of(absence, on=actor.on)
    return absence


@transaction.atomic
def remove_absence(*, absence_id: UUID, actor: Actor, at: datetime) -> None:
    """Take back an absence that was entered by mistake; the trail keeps its days. Raises NotAllowed."""
    absence = _lock_absence(absence_id, actor)
    access.check_can_enter_absence(actor, absence.person, kind=absence.kind)
    _note("absence.removed", absence, actor, at)
    absence.delete()


@transaction.atomic
def set_working_days(
    *, person_id: UUID, weekdays: Collection[int], starts_on: date, actor: Actor, at: datetime
) -> WorkingPattern:
    """From a day on somebody works on these days of the week, Monday being 0; what held before ends the day before.

    Raises NotAllowed, or RuleBroken without a day, or when other days are entered from a later day already.
    """
    person = _lock(person_id, actor)
    access.check_can_set_working_days(actor, person)
    rules.check_weekdays(weekdays)
    patterns = person.working_patterns
    latest = patterns.order_by("-starts_on").first()
    rules.check_pattern_begins(starts_on=starts_on, latest=latest.starts_on if latest else None)
    if latest and latest.starts_on == starts_on:
        latest.weekdays = sorted(weekdays)
        latest.save(update_fields=["weekdays"])
        pattern = latest
    else:
        patterns.open(starts_on).update(ends_on=starts_on)
        pattern = WorkingPattern.objects.create(
            person=person, weekdays=sorted(weekdays), starts_on=starts_on, recorded_at=at
        )
    trail.record(
        actor=actor,
        verb="working_days.set",
        target=pattern,
        about=person.pk,
        at=at,
        weekdays=sorted(weekdays),
        starts_on=starts_on.isoformat(),
    )
    return pattern


def _lock(person_id: UUID, actor: Actor) -> StaffMember:
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)
    access.check_not_frozen(person.pk)
    return person


def _lock_absence(absence_id: UUID, actor: Actor) -> Absence:
    absences = Absence.objects.visible_to(actor)
    _lock(absences.values_list("person_id", flat=True).get(pk=absence_id), actor)
    absence: Absence = absences.select_related("person").get(pk=absence_id)
    return absence


def _first_day_back(last_day: date | None) -> date | None:
    return last_day + timedelta(days=1) if last_day else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _check_no_other(
    person: StaffMember, starts_on: date, ends_on: date | None, *, besides: Absence | None = None
) -> None:
    others = person.absences.open(starts_on)
    if ends_on:
        others = others.filter(starts_on__lt=ends_on)
    if besides:
        others = others.exclude(pk=besides.pk)
    if other := others.order_by("starts_on").first():
        raise RuleBroken(
            f"An absence from {other.starts_on:%-d %B %Y} on holds on one of these days already. Change that one.",
            field="starts_on",
        )


def _note(verb: str, absence: Absence, actor: Actor, at: datetime, **detail: str) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        target=absence,
        about=absence.person_id,
        at=at,
        starts_on=absence.starts_on.isoformat(),
        ends_on=_iso(absence.ends_on),
        **detail,
    )
