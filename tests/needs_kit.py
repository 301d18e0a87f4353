"""Requests for sight for tests: an inspector from outside, an assistant director who approves, and two records."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from archive.models import NeedToKnow
from archive.needs import services
from archive.needs.rules import Guest, Why
from archive.needs.services import Of
from core.actor import Actor, Role
from records.models import Record
from staff.models import Account, RoleHeld, SightGrant, StaffMember
from tests.org import RECORDED, Org, add_person
from tests.records_kit import NOON, Kit

INSPECTOR = Guest("Jane Ward", "Ofsted", "jane.ward@ofsted.example")
TODAY = NOON.date()
PURPOSE = "Inspection of children’s services: how supervision is recorded."


@dataclass
class NeedsKit:
    """The services of need to know with everything that a test does not care about filled in."""

    org: Org
    promotes: bool = True

    def __post_init__(self) -> None:
        """The head is the assistant director: above the worker; unless ``promotes`` is False."""
        known = StaffMember.objects.filter(name="Dora Penn").first()
        self.colleague = known or add_person("Dora Penn", team=self.org.other_team, job_title="Data protection officer")
        if not self.promotes:
            return
        head = RoleHeld.objects.filter(person=self.org.head)
        head.delete()
        RoleHeld.objects.create(
            person=self.org.head,
            role=Role.ASSISTANT_DIRECTOR,
            starts_on=date(2025, 4, 1),
            recorded_at=RECORDED,
        )

    def actor(self, person: StaffMember, *, on: date = TODAY, hat: Role | None = None) -> Actor:
        return Org.actor(person, on=on, hat=hat)

    def let_read(self, person: StaffMember, keys: Collection[UUID], *, on: date) -> None:
        """Sight of exact records for five days, given by HR; an account where there is none."""
        if not Account.objects.filter(person=person).exists():
            Account.objects.create_user("let.read@example.org", person=person, invited_at=RECORDED)
        for key in keys:
            SightGrant.objects.create(
                person=person,
                basis=SightGrant.Basis.INSPECTION,
                record_id=key,
                purpose=PURPOSE,
                given_for=key,
                given_by=self.org.hr,
                starts_on=on,
                ends_on=on + timedelta(days=5),
                recorded_at=RECORDED,
            )

    def records(self, count: int = 3) -> list[Record]:
        """Sealed records about the worker."""
        kit = Kit(self.org)
        return [kit.sealed() for _ in range(count)]

    def ask(
        self,
        records: Collection[Record] = (),
        *,
        by: Actor | None = None,
        guest: Guest | None = INSPECTOR,
        to: StaffMember | None = None,
        at: datetime = NOON,
        days: int = 5,
        **more: Any,
    ) -> NeedToKnow:
        """The team manager asks, of two records for five days."""
        keys: list[UUID] = [record.pk for record in records]
        return services.ask(
            **{
                "of": Of(self.org.worker, None, keys),
                "grantee_id": to.pk if to else None,
                "guest": Guest() if to else guest,
                "basis": "inspection",
                "purpose": PURPOSE,
                "why": Why(),
                "starts_on": at.date(),
                "last_day": at.date() + timedelta(days=days - 1),
                "actor": by or self.actor(self.org.team_manager, on=at.date()),
                "at": at,
                **more,
            }
        )

    def approve(
        self, need: NeedToKnow, *, by: Actor | None = None, at: datetime = NOON, approve: bool = True
    ) -> NeedToKnow:
        """The assistant director answers."""
        actor = by or self.actor(self.org.head, on=at.date())
        return services.answer(
            need_id=need.pk, approve=approve, words="" if approve else "Not now.", actor=actor, at=at
        )

    def let_in(self, need: NeedToKnow, *, at: datetime = NOON) -> StaffMember:
        """The system administrator makes the account; who is let in by it."""
        actor = self.actor(self.org.sysadmin, on=at.date(), hat=Role.SYSTEM_ADMINISTRATOR)
        made = services.open_account(need_id=need.pk, actor=actor, at=at)
        assert made.grantee is not None
        return made.grantee

    def opened(self, records: Collection[Record], **more: Any) -> tuple[NeedToKnow, StaffMember]:
        """A request that was approved, and whose inspector was let in."""
        need = self.ask(records, **more)
        self.approve(need)
        inspector = self.let_in(need)
        Account.objects.filter(person=inspector).update(is_active=True)
        need.refresh_from_db()
        return need, inspector
