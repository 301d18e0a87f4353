"""Retention for tests: a leaver's file with a signed record, rules that two people gave, and the two who decide."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from archive.models import Certificate, Disposal, Hold, RetentionRule
from archive.retention import services
from archive.retention.rules import DataClass
from core.actor import Actor, Role
from records.models import Record
from staff.models import Custody, StaffMember
from supervision.models import EnteredOnChildRecord
from tests.entries_kit import EntriesKit
from tests.org import add_person

LEFT = date(2027, 2, 27)
NOW = datetime(2034, 3, 1, 12, tzinfo=UTC)


@dataclass
class RetentionKit(EntriesKit):
    """The services of retention with everything that a test does not care about filled in."""

    seconds: list[StaffMember] = field(default_factory=list)

    def hr(self) -> Actor:
        """Who decides first."""
        return self.org.actor(self.org.hr, on=NOW.date(), hat=Role.HR)

    def second(self) -> Actor:
        """Who decides second: another of HR."""
        if not self.seconds:
            self.seconds.append(
                add_person("Nora Quill", team=self.org.other_team, job_title="HR adviser", role=Role.HR)
            )
        return self.org.actor(self.seconds[0], on=NOW.date(), hat=Role.HR)

    def leave(self) -> Custody:
        """The worker's file is the archive's."""
        return Custody.objects.create(person=self.org.worker, starts_on=LEFT, recorded_at=NOW)

    def rule(
        self,
        data_class: DataClass = DataClass.RECORDS,
        *,
        months: int = 84,
        trigger: str = "left",
        confirmed: bool = True,
        at: datetime = NOW,
    ) -> RetentionRule:
        """A rule that two people gave."""
        rule = services.set_rule(
            data_class=data_class,
            outcome="after",
            trigger=trigger,
            months=months,
            reason="As the schedule of the authority says.",
            source="Schedule 2026, 4.2",
            actor=self.hr(),
            at=at,
        )
        if confirmed:
            services.answer_rule(rule_id=rule.pk, confirmed=True, words="", actor=self.second(), at=at)
        return rule

    def hold(self, scope: str = "person", **what: Any) -> Hold:
        """A hold; on the worker's file where nothing is said."""
        if scope == "person":
            what.setdefault("person_id", self.org.worker.pk)
        return services.place_hold(scope=scope, reason="An inquiry.", actor=self.hr(), at=NOW, **what)

    def propose(self, data_class: DataClass = DataClass.RECORDS, *, at: datetime = NOW) -> Disposal:
        """One person of HR asks for the destruction of a class."""
        return services.decide(
            person_id=self.org.worker.pk,
            data_class=data_class,
            kind="destroy",
            until=None,
            reason="Seven years are over.",
            actor=self.hr(),
            at=at,
        )

    def approve(self, disposal: Disposal, *, actor: Actor | None = None, at: datetime = NOW) -> Certificate:
        """The second person says yes."""
        certificate = services.answer_disposal(
            disposal_id=disposal.pk, approved=True, words="", actor=actor or self.second(), at=at
        )
        assert certificate
        return certificate

    def destroyed(self, data_class: DataClass = DataClass.RECORDS) -> Certificate:
        """A class of the leaver's file, from the rule to the certificate."""
        self.leave()
        self.rule(data_class)
        return self.approve(self.propose(data_class))

    def entered(self, record: Record, *, on: date = date(2026, 11, 10)) -> EnteredOnChildRecord:
        """An entry is on the child's record."""
        return EnteredOnChildRecord.objects.create(
            record=record,
            entered_by=self.org.supervisor,
            entered_on=on,
            reference="LCS-7",
            recorded_at=datetime(on.year, on.month, on.day, 16, tzinfo=UTC),
        )
