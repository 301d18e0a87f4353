"""Leavings for tests: Amara Obi's last day is Friday 26 February 2027, as the scenario has it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from archive.leaving import freezing, services
from archive.leaving.rules import TO_RETURN
from archive.models import Leaving
from core.actor import Actor, Role
from core.clock import date_of
from staff.models import StaffMember
from tests.org import Org

FRIDAY, SATURDAY = date(2027, 2, 26), date(2027, 2, 27)
SET_AT = datetime(2027, 1, 11, 10, tzinfo=UTC)
AFTER = datetime(2027, 2, 27, 0, 10, tzinfo=UTC)


@dataclass
class LeavingKit:
    """The services of leaving with everything that a test does not care about filled in."""

    org: Org

    def hr(self, at: datetime = SET_AT) -> Actor:
        """HR, with the hat on, on the day of a moment."""
        return self.org.actor(self.org.hr, on=date_of(at), hat=Role.HR)

    def set(self, person: StaffMember | None = None, *, at: datetime = SET_AT, **options: Any) -> Leaving:
        """The worker leaves, or somebody else."""
        options.setdefault("last_day", FRIDAY)
        person = person or self.org.worker
        return services.set_last_day(person_id=person.pk, actor=self.hr(at), at=at, **options)

    def confirm_all(self, leaving: Leaving, *, by: Actor | None = None, at: datetime = SET_AT) -> None:
        """Everything of the product's list is confirmed."""
        for key in TO_RETURN:
            services.confirm(leaving_id=leaving.pk, key=key, is_done=True, actor=by or self.hr(at), at=at)

    def complete(self, leaving: Leaving, *, at: datetime = SET_AT) -> Leaving:
        """HR completes it."""
        return services.complete_leaving(leaving_id=leaving.pk, actor=self.hr(at), at=at)

    def gone(self, *, person: StaffMember | None = None) -> Leaving:
        """Somebody who has left, with a complete list and a frozen file."""
        leaving = self.set(person)
        self.confirm_all(leaving)
        self.complete(leaving)
        assert freezing.freeze_leaving(leaving_id=leaving.pk, at=AFTER)
        leaving.refresh_from_db()
        return leaving
