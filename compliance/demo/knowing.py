"""Two requests by a need to know: an inspector reads two records this week, and a complaint waits for an answer."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from archive.needs.rules import Guest, Why
from archive.needs.services import Of, answer, ask, open_account
from compliance.demo import people
from core.actor import Actor, Role
from records.models import Part, Record
from records.rules import Kind, State
from staff.models import StaffMember
from staff.selectors import actor_for

INSPECTOR = Guest("Jane Ward", "Ofsted", "jane.ward@inspectorate.example")
INSPECTED, COMPLAINED_OF = people.THOMAS, people.CERYS
FOR_DAYS = 5


def tell(*, at: datetime, today: date) -> int:
    """Store both; how many."""
    manager, director = (_actor(name, today) for name in (people.SERVICE_MANAGER, people.ASSISTANT_DIRECTOR))
    administrator = _actor(people.ADMINISTRATOR, today, hat=Role.SYSTEM_ADMINISTRATOR)
    days: dict[str, Any] = {
        "starts_on": today,
        "last_day": today + timedelta(days=FOR_DAYS - 1),
        "actor": manager,
        "at": at,
    }
    inspected = ask(
        of=_latest(INSPECTED, 2),
        grantee_id=None,
        guest=INSPECTOR,
        basis="inspection",
        purpose="Inspection of children’s services: how supervision is recorded.",
        why=Why(),
        **days,
    )
    answer(need_id=inspected.pk, approve=True, words="", actor=director, at=at)
    open_account(need_id=inspected.pk, actor=administrator, at=at)
    ask(
        of=_latest(COMPLAINED_OF, 1),
        grantee_id=StaffMember.objects.get(name=people.PRINCIPAL).pk,
        guest=Guest(),
        basis="investigation",
        purpose="Complaint about how a visit was followed up: what was agreed in supervision.",
        why=Why(),
        **days,
    )
    return 2


def _actor(name: str, today: date, hat: Role | None = None) -> Actor:
    return actor_for(StaffMember.objects.get(name=name), on=today, hat=hat)


def _latest(name: str, count: int) -> Of:
    """Somebody's latest records that are sealed."""
    person = StaffMember.objects.get(name=name)
    sealed = Part.objects.filter(state_after=State.SEALED).values("record")
    records = Record.objects.filter(subject=person, kind=Kind.WORKER_RECORD, pk__in=sealed).order_by(
        "-created_at", "pk"
    )
    keys: list[UUID] = list(records.values_list("pk", flat=True)[:count])
    return Of(person, None, keys)
