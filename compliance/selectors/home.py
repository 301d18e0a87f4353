"""The home page: what needs the person in front of it, in a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from compliance import needs
from compliance.needs import Group, Need, Person
from compliance.selectors.lists import FlagRow, standing_flags
from core.actor import Actor
from policies.rules.answers import Row
from records.models import Part, Record
from records.rules import State
from staff.models import SupervisionRelationship
from staff.selectors import lines_waiting_for
from supervision.models import SupervisionSession
from supervision.selectors import ContractView, Overview, overviews

NEWS_FOR = timedelta(days=14)
SERVICE_ROWS = 10
NOBODY = Person(UUID(int=0), "")
KIND = SupervisionRelationship.Kind
WEIGHTS = (KIND.PRACTICE_EDUCATION, KIND.PROFESSIONAL, KIND.LINE_MANAGEMENT, KIND.COVER)


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """How one's own supervision stands. ``row``: the condition that asks for a session first, None where none does."""

    me: Person
    row: Row | None
    next: SupervisionSession | None
    contract: ContractView | None


@dataclass(frozen=True, slots=True)
class HomePage:
    """What needs the actor, under headings; how the own supervision stands; who is overdue further down the line."""

    groups: list[Group]
    own: OwnStanding | None
    service: list[FlagRow]
    service_total: int


def home_page(*, actor: Actor, on: date) -> HomePage:
    """Everything that needs the actor on a day, most pressing first; in eight queries whatever the team."""
    people = {actor.staff_id} | actor.supervises
    found = overviews(people=people, on=on)
    names = _people(actor, people, on=on)
    flags = standing_flags(actor=actor, people=people | actor.next_up_for | actor.manages, on=on)
    raised = {flag.key: flag.raised_on for flag in flags}
    me = names[actor.staff_id]
    asked: list[Need] = list(needs.own_needs(me, found[me.person_id], raised=raised, on=on))
    for person_id in actor.supervises:
        asked += needs.supervisee_needs(names[person_id], found[person_id], me=me.person_id, raised=raised, on=on)
    asked += [needs.record_need(record, me=me.person_id) for record in _records(actor, on=on)]
    asked += [needs.line_need(line) for line in lines_waiting_for(actor)]
    below = _longest_of_each(flag for flag in flags if flag.person_id not in people)
    return HomePage(
        groups=needs.grouped(asked),
        own=_own(me, found[me.person_id]),
        service=below[:SERVICE_ROWS],
        service_total=len(below),
    )


def _people(actor: Actor, people: Collection[UUID], *, on: date) -> dict[UUID, Person]:
    """Each of the people by name, with who supervises them: cover before line management."""
    found = {actor.staff_id: Person(actor.staff_id, actor.name)}
    rows = SupervisionRelationship.objects.live(on).filter(supervisee_id__in=people)
    for row in sorted(rows.select_related("supervisee", "supervisor"), key=_weight):
        contract_with = row.supervisor_id if row.kind == row.Kind.LINE_MANAGEMENT else None
        found[row.supervisee_id] = Person(
            person_id=row.supervisee_id,
            name=row.supervisee.name,
            supervisor=row.supervisor.name,
            contract_with=contract_with or found.get(row.supervisee_id, NOBODY).contract_with,
        )
    return found


def _weight(row: SupervisionRelationship) -> int:
    return WEIGHTS.index(KIND(row.kind))


def _records(actor: Actor, *, on: date) -> list[Record]:
    """Records that wait for the actor's signature or correction, and those that somebody else sealed lately."""
    last = Part.objects.filter(record=OuterRef("pk")).order_by("-seq")
    rows = (
        Record.objects.visible_to(actor)
        .with_state()
        .annotate(
            last_signer=Subquery(last.values("signer")[:1]), last_signed_at=Subquery(last.values("signed_at")[:1])
        )
        .select_related("subject", "author", "session")
    )
    sealed = Q(state=State.SEALED, last_signed_at__date__gt=on - NEWS_FOR) & ~Q(last_signer=actor.staff_id)
    mine = Q(author=actor.staff_id) & (Q(state=State.RETURNED) | sealed)
    about_me = Q(subject=actor.staff_id) & (Q(state=State.AWAITING) | sealed)
    return list(rows.filter(mine | about_me).order_by("created_at"))


def _own(me: Person, overview: Overview) -> OwnStanding | None:
    row = overview.assessment.asks_first() if overview.assessment else None
    if not row and not overview.contract and not overview.next:
        return None
    return OwnStanding(me=me, row=row, next=overview.next, contract=overview.contract)


def _longest_of_each(flags: Iterable[FlagRow]) -> list[FlagRow]:
    found: dict[UUID, FlagRow] = {}
    for flag in flags:
        found.setdefault(flag.person_id, flag)
    return list(found.values())
