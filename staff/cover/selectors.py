"""Reading cover: who is away, who of theirs has cover, and whom that is put to."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.actor import Actor
from core.clock import date_of
from policies.rules.cover import SupervisorCover
from policies.selectors import policy_in_force
from staff.models import Absence, ManagementLine, StaffMember, SupervisionRelationship


@dataclass(frozen=True, slots=True)
class Supervisee:
    """Somebody whose supervisor is away. ``cover``: who covers now, or is named for later; None without cover.

    ``cover_is_away``: the cover is away for long, too, which leaves this person without one.
    """

    person_id: UUID
    name: str
    cover: SupervisionRelationship | None = None
    cover_is_away: bool = False
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """A supervisor who is, was or will be away, and how the supervisees stand. ``due_on``: from when cover is owed."""

    person_id: UUID
    name: str
    absence: Absence | None
    due_on: date | None
    supervisees: Sequence[Supervisee] = field(default_factory=tuple)

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
    """Somebody to whom cover is owed, and who has none. ``responsible_id``: the line manager of who is away, if any."""

    person_id: UUID
    name: str
    supervisor_id: UUID
    supervisor: str
    due_on: date
    absence_id: UUID
    responsible_id: UUID | None


def cover_terms(on: date) -> SupervisorCover:
    """What the policy in force on a day says of cover; the product's default without a policy."""
    policy = policy_in_force(on)
    return policy.supervisor_cover if policy else SupervisorCover()


def cover_of(person: StaffMember, *, on: date) -> Away:
    """How the supervisees of one person stand on a day, whether that person is away or not; in five queries."""
    absences = _next_absences({person.pk}, on=on)
    return _stand({person.pk: person.name}, absences, on=on)[0]


def away_below(actor: Actor, *, on: date) -> list[Away]:
    """The supervisors whom the actor manages for whom there is something to do: name cover, or end it.

    One query where there is nothing of the kind, five else.
    """
    if not actor.manages:
        return []
    absent = Absence.objects.open(on).filter(person=OuterRef("pk"))
    covered = SupervisionRelationship.objects.cover().open(on).filter(covers_for=OuterRef("pk"))
    given = SupervisionRelationship.objects.in_own_right().open(on).filter(supervisor=OuterRef("pk"))
    people = StaffMember.objects.filter(pk__in=actor.manages).filter(Q(Exists(absent), Exists(given)) | Exists(covered))
    names = dict(people.order_by("name").values_list("pk", "name"))
    if not names:
        return []
    found = _stand(names, _next_absences(names, on=on), on=on)
    return [away for away in found if away.is_back(on) or (away.is_due(on) and away.uncovered)]


def uncovered_supervisees(*, on: date, people: Collection[UUID] | None = None) -> list[Uncovered]:
    """Everybody to whom cover is owed on a day and who has none, by supervisor and name; in six queries at most.

    ``people``: of these alone.
    """
    absent = Absence.objects.open(on).filter(person=OuterRef("pk"))
    given = SupervisionRelationship.objects.in_own_right().open(on).filter(supervisor=OuterRef("pk"))
    if people is not None:
        given = given.filter(supervisee__in=people)
    names = dict(StaffMember.objects.filter(Exists(absent), Exists(given)).order_by("name").values_list("pk", "name"))
    if not names:
        return []
    lines = ManagementLine.objects.live(on).filter(person__in=names)
    responsible = dict(lines.values_list("person_id", "manager_id"))
    return [
        Uncovered(
            person_id=row.person_id,
            name=row.name,
            supervisor_id=away.person_id,
            supervisor=away.name,
            due_on=away.due_on,
            absence_id=away.absence.pk,
            responsible_id=responsible.get(away.person_id),
        )
        for away in _stand(names, _next_absences(names, on=on), on=on)
        for row in away.uncovered
        if away.absence and away.due_on and away.due_on <= on and (people is None or row.person_id in people)
    ]


def absence_within(person_id: UUID, *, starts_on: date, last_day: date | None) -> Absence | None:
    """The first absence of somebody that holds on one of some days, or later where there is no last one."""
    absences = Absence.objects.open(starts_on).filter(person_id=person_id).order_by("starts_on")
    return absences.filter(starts_on__lte=last_day).first() if last_day else absences.first()


def _next_absences(people: Collection[UUID], *, on: date) -> dict[UUID, Absence]:
    """The absence of each of some people that holds on a day, or else the next one."""
    found: dict[UUID, Absence] = {}
    for absence in Absence.objects.open(on).filter(person__in=people).order_by("starts_on"):
        found.setdefault(absence.person_id, absence)
    return found


def _stand(names: dict[UUID, str], absences: dict[UUID, Absence], *, on: date) -> list[Away]:
    terms = cover_terms(on)
    given = _given(names, on=on)
    covers = _covers({row.supervisee_id for row in given}, names, on=on)
    gone = _away_for_long({row.supervisor_id for row in covers}, terms, on=on)
    supervisees: dict[UUID, dict[UUID, Supervisee]] = defaultdict(dict)
    for row in given:
        absence = absences.get(row.supervisor_id)
        first_day = max(on, absence.starts_on) if absence else on
        if row.starts_on > first_day or (row.ends_on and row.ends_on <= first_day):
            continue
        cover = _cover_for(row, covers)
        is_away = cover is not None and cover.supervisor_id in gone
        holds = cover is not None and cover.starts_on <= first_day and (not cover.ends_on or cover.ends_on > first_day)
        supervisees[row.supervisor_id][row.supervisee_id] = Supervisee(
            row.supervisee_id, row.supervisee.name, cover, is_away, is_covered=holds and not is_away
        )
    return [
        Away(
            person_id=key,
            name=name,
            absence=absences.get(key),
            due_on=_due_on(absences[key], terms) if key in absences else None,
            supervisees=sorted(supervisees[key].values(), key=lambda each: each.name),
        )
        for key, name in names.items()
    ]


def _given(people: Collection[UUID], *, on: date) -> QuerySet[SupervisionRelationship]:
    given = SupervisionRelationship.objects.in_own_right().open(on).filter(supervisor__in=people)
    return given.select_related("supervisee").order_by("starts_on")


def _covers(supervisees: Collection[UUID], supervisors: Collection[UUID], *, on: date) -> list[SupervisionRelationship]:
    covers = SupervisionRelationship.objects.cover().open(on).filter(supervisee__in=supervisees)
    wanted = covers.filter(Q(covers_for__in=supervisors) | Q(covers_for=None))
    return list(wanted.select_related("supervisor").order_by("starts_on"))


def _cover_for(
    given: SupervisionRelationship, covers: Sequence[SupervisionRelationship]
) -> SupervisionRelationship | None:
    """The first cover in the place of one supervisor; one that names nobody stands for all but for who gives it."""
    return next(
        (
            cover
            for cover in covers
            if cover.supervisee_id == given.supervisee_id
            and cover.supervisor_id != given.supervisor_id
            and cover.covers_for_id in (None, given.supervisor_id)
        ),
        None,
    )


def _away_for_long(people: Collection[UUID], terms: SupervisorCover, *, on: date) -> set[UUID]:
    if not people:
        return set()
    absences = Absence.objects.live(on).filter(person__in=people)
    return {row.person_id for row in absences if (due := _due_on(row, terms)) and due <= on}


def _due_on(absence: Absence, terms: SupervisorCover) -> date | None:
    return terms.due_on(
        starts_on=absence.starts_on,
        ends_on=absence.ends_on,
        expected_to=absence.expected_to,
        entered_on=date_of(absence.end_entered_at or absence.recorded_at),
    )
