"""Reading cover: who is away, who of theirs has cover, and whom that is put to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from core.actor import Actor
from core.clock import date_of
from policies.rules.cover import SupervisorCover
from policies.selectors import ADOPTIONS, timeline_of
from staff.folder.ending import ENDING_ROWS, Ending, endings
from staff.models import Absence, StaffMember

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Days away. ``ends_on`` and ``expected_to``: the first day back, known or guessed; ``entered_on``: since when so."""

    starts_on: date
    ends_on: date | None
    expected_to: date | None
    entered_on: date
    absence_id: UUID

    @property
    def last_day(self) -> date | None:
        """The last day away; None while it is not known."""
        return self.ends_on - DAY if self.ends_on else None


@dataclass(frozen=True, slots=True)
class Cover:
    """Who covers for one supervisee, from when until when, and from which day on they see; None: no such day."""

    person_id: UUID
    name: str
    starts_on: date
    ends_on: date | None
    sees_from: date | None

    def holds(self, day: date) -> bool:
        """Whether it is cover on a day."""
        return self.starts_on <= day and (self.ends_on is None or self.ends_on > day)

    @property
    def last_day(self) -> date | None:
        """The last day of cover; None until it is ended."""
        return self.ends_on - DAY if self.ends_on else None


@dataclass(frozen=True, slots=True)
class Supervisee:
    """Somebody whose supervisor is away. ``cover``: who covers now, or is named for later; None without cover.

    ``cover_is_away``: the cover is away for long, too, which leaves this person without one.
    """

    person_id: UUID
    name: str
    cover: Cover | None = None
    cover_is_away: bool = False
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """A supervisor who is, was or will be away, and how the supervisees stand. ``due_on``: from when cover is owed.

    ``responsible_id``: the line manager, if any.
    """

    person_id: UUID
    name: str
    absence: Days | None = None
    due_on: date | None = None
    responsible_id: UUID | None = None
    supervisees: Sequence[Supervisee] = ()

    def is_due(self, on: date) -> bool:
        """Whether cover is owed on a day."""
        return self.due_on is not None and self.due_on <= on

    def is_back(self, on: date) -> bool:
        """Whether there is cover in the place of somebody who is not away any more."""
        return self.absence is None and any(row.cover and row.cover.starts_on <= on for row in self.supervisees)

    @property
    def uncovered(self) -> list[Supervisee]:
        """Those without cover."""
        return [row for row in self.supervisees if not row.is_covered]

    @property
    def covered(self) -> list[Supervisee]:
        """Those with cover, now or later."""
        return [row for row in self.supervisees if row.cover]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Somebody to whom cover is owed since ``due_on``, and who has none."""

    person_id: UUID
    name: str
    away: Away

    @property
    def due_on(self) -> date:
        """Since when cover is owed."""
        assert self.away.due_on is not None  # noqa: S101  nobody is uncovered before
        return self.away.due_on


# One row for each supervisee of a supervisor, with the absence that holds or comes next, the cover that holds or comes
# next, and the absence of that cover; one row for each policy; and one if any
# line of management waits for an answer. In one query, as home asks it every time
ROWS = """
SELECT 'policy', policy_id, digest, NULL::uuid, NULL, adopted.starts_on, NULL::date, NULL::uuid,
    NULL::uuid, NULL::date, NULL::date, NULL::date, NULL::timestamptz,
    NULL::uuid, NULL, NULL::date, NULL::date, NULL::date,
    NULL::uuid, NULL::date, NULL::date, NULL::date, NULL::timestamptz
FROM ({adoptions}) AS adopted
UNION ALL
(SELECT 'line', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL
FROM staff_managementline WHERE confirmed_at IS NULL AND declined_at IS NULL LIMIT 1)
UNION ALL
SELECT 'given', given.supervisor_id, supervisor.name, given.supervisee_id, supervisee.name,
    given.starts_on, given.ends_on,
    (SELECT manager_id FROM staff_managementline WHERE person_id = given.supervisor_id AND confirmed_at IS NOT NULL
        AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)),
    away.id, away.starts_on, away.ends_on, away.expected_to, COALESCE(away.end_entered_at, away.recorded_at),
    cover.supervisor_id, cover.name, cover.starts_on, cover.ends_on, cover.sees_from,
    gone.id, gone.starts_on, gone.ends_on, gone.expected_to, COALESCE(gone.end_entered_at, gone.recorded_at)
FROM staff_supervisionrelationship AS given
JOIN staff_staffmember AS supervisor ON supervisor.id = given.supervisor_id
JOIN staff_staffmember AS supervisee ON supervisee.id = given.supervisee_id
LEFT JOIN LATERAL (
    SELECT * FROM staff_absence WHERE person_id = given.supervisor_id AND (ends_on IS NULL OR ends_on > %(on)s)
    ORDER BY starts_on LIMIT 1
) AS away ON true
LEFT JOIN LATERAL (
    SELECT held.*, person.name FROM staff_supervisionrelationship AS held
    JOIN staff_staffmember AS person ON person.id = held.supervisor_id
    WHERE held.supervisee_id = given.supervisee_id AND held.kind = 'cover'
        AND held.supervisor_id <> given.supervisor_id
        AND (held.covers_for_id = given.supervisor_id OR held.covers_for_id IS NULL)
        AND (held.ends_on IS NULL OR held.ends_on > %(on)s)
    ORDER BY held.starts_on LIMIT 1
) AS cover ON true
LEFT JOIN LATERAL (
    SELECT * FROM staff_absence WHERE person_id = cover.supervisor_id
        AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
    LIMIT 1
) AS gone ON true
WHERE given.kind <> 'cover' AND (given.ends_on IS NULL OR given.ends_on > %(on)s) AND {which}
"""  # noqa: S608  constants of this service alone
SOMETHING_TO_DO = "(away.id IS NOT NULL OR cover.id IS NOT NULL)"
OF_SUPERVISORS = "given.supervisor_id = ANY(%(people)s)"
# One row if any line of management waits, for whoever manages nobody; as wide as the rows above
LINES_ALONE = """
(SELECT 'line', NULL::uuid, NULL, NULL::uuid, NULL, NULL::date, NULL::date, NULL::uuid,
    NULL::uuid, NULL::date, NULL::date, NULL::date, NULL::timestamptz,
    NULL::uuid, NULL, NULL::date, NULL::date, NULL::date,
    NULL::uuid, NULL::date, NULL::date, NULL::date, NULL::timestamptz
FROM staff_managementline WHERE confirmed_at IS NULL AND declined_at IS NULL LIMIT 1)
"""


def cover_of(person: StaffMember, *, on: date) -> Away:
    """How the supervisees of one person stand on a day, whether that person is away or not; in one query."""
    found = _stand(_rows(OF_SUPERVISORS, people={person.pk}, on=on), on=on)
    return found[0] if found else Away(person.pk, person.name)


@dataclass(frozen=True, slots=True)
class ManagersTasks:
    """What waits for a line manager. ``away``: supervisors for whom cover is to be named or ended.

    ``lines_wait``: whether any proposed line of management waits for somebody, the actor perhaps. ``ending``: what ends
    in one's own folder and in those of the people supervised, who need not be managed.
    """

    away: Sequence[Away]
    lines_wait: bool
    ending: Sequence[Ending] = ()


def managers_tasks(actor: Actor, *, on: date) -> ManagersTasks:
    """What waits for the actor as a line manager, and what ends in folders; in one query, whether there is anything or not."""
    rows = ROWS.format(adoptions=ADOPTIONS, which=f"{OF_SUPERVISORS} AND {SOMETHING_TO_DO}")
    query = f"{rows if actor.manages else LINES_ALONE} UNION ALL {ENDING_ROWS}"
    folders = list({actor.staff_id} | actor.supervises)
    with connection.cursor() as cursor:
        cursor.execute(query, {"on": on, "people": list(actor.manages), "folders": folders})
        found = cursor.fetchall()
    away = _stand(found, on=on) if actor.manages else []
    tasks = [each for each in away if each.is_back(on) or (each.is_due(on) and each.uncovered)]
    return ManagersTasks(tasks, any(row[0] == "line" for row in found), endings(found, on=on))


def uncovered_supervisees(*, on: date, people: Collection[UUID] | None = None) -> list[Uncovered]:
    """Everybody to whom cover is owed on a day and who has none, by supervisor and name; in one query.

    ``people``: of these supervisees alone.
    """
    which = "given.supervisee_id = ANY(%(people)s)" if people is not None else "true"
    found = _stand(_rows(f"{which} AND {SOMETHING_TO_DO}", people=people or (), on=on), on=on)
    return [Uncovered(row.person_id, row.name, away) for away in found if away.is_due(on) for row in away.uncovered]


def absence_within(person_id: UUID, *, starts_on: date, last_day: date | None) -> Absence | None:
    """The first absence of somebody that holds on one of some days, or later where there is no last one."""
    absences = Absence.objects.open(starts_on).filter(person_id=person_id).order_by("starts_on")
    return absences.filter(starts_on__lte=last_day).first() if last_day else absences.first()


def _rows(which: str, *, people: Collection[UUID], on: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(adoptions=ADOPTIONS, which=which), {"on": on, "people": list(people)})
        return cursor.fetchall()


def _stand(rows: Iterable[tuple[Any, ...]], *, on: date) -> list[Away]:
    """Supervisors by name, with supervisees by name: of one row for each relationship in a supervisor's own right."""
    timeline = timeline_of([(row[1], row[2], row[5]) for row in rows if row[0] == "policy"], "")
    policy = timeline.on(on) if timeline else None
    terms = policy.supervisor_cover if policy else SupervisorCover()
    found: dict[UUID, Away] = {}
    below: dict[UUID, dict[UUID, Supervisee]] = defaultdict(dict)
    for kind, key, name, person_id, person, starts_on, ends_on, manager_id, *rest in rows:
        if kind != "given":
            continue
        absence, cover, gone = _days(*rest[:5]), _cover(*rest[5:10]), _days(*rest[10:])
        found[key] = Away(key, name, absence, _due_on(absence, terms), manager_id)
        first_day = max(on, absence.starts_on) if absence else on
        if starts_on <= first_day and (ends_on is None or ends_on > first_day):
            due_on = _due_on(gone, terms)
            is_gone = bool(due_on and due_on <= on)
            holds = bool(cover and cover.holds(first_day))
            below[key][person_id] = Supervisee(person_id, person, cover, is_gone, is_covered=holds and not is_gone)
    return [
        replace(away, supervisees=sorted(below[away.person_id].values(), key=lambda row: row.name))
        for away in sorted(found.values(), key=lambda away: away.name)
    ]


def _days(
    absence_id: UUID | None, starts_on: date, ends_on: date | None, expected_to: date | None, entered_at: datetime
) -> Days | None:
    return Days(starts_on, ends_on, expected_to, date_of(entered_at), absence_id) if absence_id else None


def _cover(
    person_id: UUID | None, name: str, starts_on: date, ends_on: date | None, sees_from: date | None
) -> Cover | None:
    return Cover(person_id, name, starts_on, ends_on, sees_from) if person_id else None


def _due_on(days: Days | None, terms: SupervisorCover) -> date | None:
    if days is None:
        return None
    return terms.due_on(
        starts_on=days.starts_on, ends_on=days.ends_on, expected_to=days.expected_to, entered_on=days.entered_on
    )
