"""Reading observations: one, one's own, those of the people below; when somebody was last observed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, OuterRef, Prefetch, Q, Subquery

from audits.models import Observation, ObservationConsent, ObservationMove, ObservationQuerySet
from audits.observing import access
from audits.observing.rules import (
    OPEN,
    Asked,
    Said,
    Stands,
    asked_of,
    stands,
    still_asked,
)
from cases.models import Child
from cases.selectors import children_of
from core.actor import Actor
from core.shortcuts import may
from policies.rules.audits import ObservationTerms
from policies.selectors import policy_in_force
from records.models import Part, Record
from records.rules import State
from staff.models import StaffMember
from supervision.models import SupervisionSession

THE_FAMILY = "the family"


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """An observation as lists show it. ``asks_me``: whether the reader has still to say that they agree."""

    observation: Observation
    stands: Stands
    asks_me: bool
    waits_for: tuple[str, ...]

    @property
    def on(self) -> date:
        """The day it was held, or is planned for."""
        return self.observation.held_on or self.observation.planned_on


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Somebody who is asked, what they said last, and in which words; ``agreed`` None: nothing yet."""

    name: str
    agreed: bool | None
    words: str = ""
    said_at: datetime | None = None
    passed_on_by: str = ""


@dataclass(frozen=True, slots=True)
class ObservationPage:
    """One observation as one reader sees it. ``child``: its reference, where the reader sees the child."""

    row: ObservationRow
    answers: list[AnswerRow]
    moves: list[ObservationMove]
    child: str
    observes: bool
    answers_for_self: bool
    asks_family: bool
    links_session: bool
    reads_record: bool


def asked_for(observation: Observation) -> Asked:
    """Who must agree to an observation."""
    return asked_of(
        kind=observation.kind,
        observed_id=observation.observed_id,
        practitioner_id=observation.practitioner_id,
        has_child=observation.child_id is not None,
    )


def said_of(consents: Iterable[ObservationConsent]) -> list[Said]:
    """What was answered, in order."""
    return [Said(each.person_id, each.agreed) for each in consents]


def names_of(observation: Observation) -> dict[UUID | None, str]:
    """Who is asked, by name; the people fetched with the observation."""
    people = [observation.observed, observation.practitioner]
    return {None: THE_FAMILY, **{person.pk: person.name for person in people if person}}


def with_answers(observations: ObservationQuerySet) -> ObservationQuerySet:
    """With the people, the answers in order, and where the record stands, in one query more."""
    consents = ObservationConsent.objects.select_related("said_by").order_by("said_at", "pk")
    last = Part.objects.filter(record=OuterRef("record")).order_by("-seq").values("state_after")[:1]
    return (
        observations.with_people().annotate(last_state=Subquery(last)).prefetch_related(Prefetch("consents", consents))
    )


def observations_in_full() -> ObservationQuerySet:
    """Observations with all that their own pages say of them."""
    return with_answers(Observation.objects.select_related("session"))


def row_of(observation: Observation, *, actor: Actor) -> ObservationRow:
    """An observation of ``with_answers`` as a row; without a query."""
    said, asked = said_of(observation.consents.all()), asked_for(observation)
    state = None
    if observation.record_id:
        state = getattr(observation, "last_state", None) or State.DRAFT.value
    standing = stands(given_up=observation.given_up_at is not None, state=state, asked=asked, said=said)
    names = names_of(observation)
    waits = still_asked(asked, said) if standing in OPEN else []
    return ObservationRow(observation, standing, actor.staff_id in waits, tuple(names[each] for each in waits))


@dataclass(frozen=True, slots=True)
class ToObserve:
    """Somebody whom the reader may observe: when they were last observed, of each kind, and how many are planned.

    ``supervises``: whether they supervise anybody. ``due_by``: where the policy sets how often practice is observed.
    """

    person: StaffMember
    supervises: bool
    practice_on: date | None
    supervision_on: date | None
    planned: int
    due_by: date | None = None


@dataclass(frozen=True, slots=True)
class ObservationsPage:
    """The reader's own list: what waits for an answer, what to hold and write, of themselves, of others, whom to observe."""

    asked: list[ObservationRow]
    to_do: list[ObservationRow]
    of_me: list[ObservationRow]
    others: list[ObservationRow]
    people: list[ToObserve]
    terms: ObservationTerms


MOST_OF_OTHERS = 50


def observations_page(*, actor: Actor) -> ObservationsPage:
    """Everything of observations that the actor has to do with; in seven queries whatever their number."""
    visible = with_answers(Observation.objects.visible_to(actor))
    own = Q(observer_id=actor.staff_id) | Q(observed_id=actor.staff_id) | Q(practitioner_id=actor.staff_id)
    mine = [row_of(one, actor=actor) for one in visible.filter(own).order_by("-planned_on", "-pk")]
    rest = visible.exclude(own).order_by("-planned_on", "-pk")[:MOST_OF_OTHERS]
    others = [row_of(one, actor=actor) for one in rest]
    terms = _terms(actor.on)
    return ObservationsPage(
        asked=[row for row in mine if row.asks_me],
        to_do=[row for row in mine if row.observation.observer_id == actor.staff_id],
        of_me=[row for row in mine if row.observation.observer_id != actor.staff_id],
        others=others,
        people=people_to_observe(actor=actor, terms=terms),
        terms=terms,
    )


def _terms(on: date) -> ObservationTerms:
    policy = policy_in_force(on)
    return policy.observation if policy else ObservationTerms()


def last_observed(*, people: Collection[UUID]) -> dict[tuple[UUID, str], date]:
    """When each was last observed and the feedback signed, by person and kind; in one query."""
    signed = Observation.objects.standing().filter(observed__in=people, record__parts__isnull=False)
    rows = signed.values_list("observed_id", "kind").annotate(last_on=Max("held_on"))
    return {(person_id, kind): last_on for person_id, kind, last_on in rows}


def people_to_observe(*, actor: Actor, terms: ObservationTerms) -> list[ToObserve]:
    """Whom the actor supervises or manages, whoever was not observed for longest first; in three queries."""
    people = StaffMember.objects.visible_to(actor).employed(actor.on).with_employment(on=actor.on)
    found = list(people.filter(pk__in=actor.supervises | actor.manages).order_by("name", "pk"))
    last = last_observed(people={person.pk for person in found})
    open_ones = Observation.objects.visible_to(actor).standing().filter(held_on=None, observed__in=found)
    planned = list(open_ones.values_list("observed_id", flat=True))
    rows = [_to_observe(person, last, planned, terms) for person in found]
    return sorted(rows, key=lambda row: (row.practice_on or date.min, row.person.name))


def _to_observe(
    person: StaffMember, last: dict[tuple[UUID, str], date], planned: Sequence[UUID], terms: ObservationTerms
) -> ToObserve:
    practice_on = last.get((person.pk, Observation.Kind.PRACTICE))
    return ToObserve(
        person,
        supervises=getattr(person, "gives_supervision", False),
        practice_on=practice_on,
        supervision_on=last.get((person.pk, Observation.Kind.SUPERVISION)),
        planned=planned.count(person.pk),
        due_by=practice_on + terms.every if practice_on and terms.every else None,
    )


def observation_page(*, observation: Observation, actor: Actor) -> ObservationPage:
    """One observation of ``with_answers``; in three queries more."""
    row = row_of(observation, actor=actor)
    is_open = row.stands in OPEN
    observes = may(access.check_observes, actor, observation)
    return ObservationPage(
        row=row,
        answers=_answers(observation, actor),
        moves=list(observation.moves.select_related("moved_by").order_by("moved_at")),
        child=_child_shown(observation, actor),
        observes=observes,
        answers_for_self=is_open and may(access.check_is_asked, actor, observation),
        asks_family=is_open and may(access.check_speaks_with_family, actor, observation),
        links_session=row.stands is not Stands.GIVEN_UP and may(access.check_can_link_session, actor, observation),
        reads_record=row.stands in (Stands.AWAITING, Stands.SEALED) and _reads_record(observation, actor),
    )


def _answers(observation: Observation, actor: Actor) -> list[AnswerRow]:
    """What each answered. The words go to who observes, and to whoever said or passed them on."""
    names = names_of(observation)
    consents = {each.person_id: each for each in observation.consents.all()}
    asked = asked_for(observation).everybody
    observes = observation.observer_id == actor.staff_id
    rows = []
    for who in [*asked, *(each for each in consents if each not in asked)]:
        said = consents.get(who)
        if said is None:
            rows.append(AnswerRow(names[who], None))
            continue
        words = said.words if observes or said.said_by_id == actor.staff_id else ""
        rows.append(AnswerRow(names[who], said.agreed, words, said.said_at, "" if who else said.said_by.name))
    return rows


def _child_shown(observation: Observation, actor: Actor) -> str:
    if observation.child_id is None:
        return ""
    seen = Child.objects.visible_to(actor).filter(pk=observation.child_id).first()
    return seen.reference if seen else "a child whom you do not see"


def _reads_record(observation: Observation, actor: Actor) -> bool:
    return Record.objects.visible_to(actor).filter(observation=observation).exists()


def sessions_to_observe(*, person_id: UUID, actor: Actor) -> list[SupervisionSession]:
    """Booked sessions, of today or later, in which somebody supervises, and which the actor sees; not those with the actor."""
    sessions = SupervisionSession.objects.visible_to(actor).planned().with_people()
    found = sessions.filter(supervisor=person_id, on__gte=actor.on).exclude(supervisee=actor.staff_id)
    return list(found.order_by("on", "starts"))


def sessions_to_move_to(*, observation: Observation, actor: Actor) -> list[SupervisionSession]:
    """Other booked sessions of the two people of an observation of supervision."""
    found = sessions_to_observe(person_id=observation.observed_id, actor=actor)
    others = [one for one in found if one.supervisee_id == observation.practitioner_id]
    return [one for one in others if one.pk != observation.session_id]


def children_to_name(*, person_id: UUID, actor: Actor) -> list[Child]:
    """Children with whom somebody works, and whom the actor sees."""
    held = children_of(people=[person_id], on=actor.on).get(person_id, [])
    return list(Child.objects.visible_to(actor).filter(pk__in=held).order_by("reference"))


def sessions_to_speak_in(*, observation: Observation, actor: Actor) -> list[SupervisionSession]:
    """The observed's own sessions with whoever observes, from the day it was held or is planned."""
    since = observation.held_on or observation.planned_on
    sessions = SupervisionSession.objects.visible_to(actor).taking_time().filter(on__gte=since)
    return list(sessions.filter(supervisee=observation.observed_id, supervisor=observation.observer_id).order_by("on"))


@dataclass(frozen=True, slots=True)
class ObservationsOfPerson:
    """One person's observations: the signed ones that the reader sees, and when the last of each kind was."""

    rows: list[ObservationRow]
    practice_on: date | None
    supervision_on: date | None
    due_by: date | None
    terms: ObservationTerms
    can_plan: bool
    supervises: bool


def observations_of(*, person: StaffMember, actor: Actor) -> ObservationsOfPerson:
    """Of one person, newest first; in five queries."""
    found = with_answers(Observation.objects.visible_to(actor)).filter(observed=person.pk)
    rows = [row_of(one, actor=actor) for one in found.order_by("-planned_on", "-pk")]
    last, terms = last_observed(people=[person.pk]), _terms(actor.on)
    practice_on = last.get((person.pk, Observation.Kind.PRACTICE))
    return ObservationsOfPerson(
        rows=rows,
        practice_on=practice_on,
        supervision_on=last.get((person.pk, Observation.Kind.SUPERVISION)),
        due_by=practice_on + terms.every if practice_on and terms.every else None,
        terms=terms,
        can_plan=may(access.check_can_observe, actor, person),
        supervises=StaffMember.objects.visible_to(actor).filter(pk=person.pk, supervision_given__isnull=False).exists(),
    )
