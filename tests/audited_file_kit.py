"""A worker's supervision file for tests of audits: a contract, sessions with records in any state, papers."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from audits.findings.rules import Period, period_of_audit
from audits.findings.selectors import FileFacts, file_facts
from audits.findings.selectors.examined import findings_of
from core.actor import Actor
from records.findings import Finding
from records.models import Record
from records.rules import Kind, Meaning
from records.values import Given
from staff.models import Account
from supervision.models import SupervisionSession
from tests import diary_kit
from tests.adding_kit import close
from tests.org import Org
from tests.records_kit import Kit, values_for

AUDITED_ON = date(2026, 11, 20)
GAP = ("session", "gap_comment")
ANSWERS = {
    "sealed": Meaning.AGREE,
    "declined": Meaning.DECLINE,
    "not_agreed": Meaning.SEEN_NOT_AGREED,
}


def noon_of(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(12), tzinfo=UTC)


class AuditedFile:
    """The file of the worker of an organisation, as their supervisor keeps it."""

    def __init__(self, org: Org, *, on: date = AUDITED_ON) -> None:
        self.org, self.on = org, on

    @property
    def auditor(self) -> Actor:
        """The manager of the supervisor."""
        return self.org.actor(self.org.team_manager, on=self.on)

    @property
    def period(self) -> Period:
        """The twelve months before the audit."""
        return period_of_audit(self.on, last_audit_on=None)

    def facts(self, actor: Actor | None = None, **options: Any) -> FileFacts:
        """What the questions are answered from."""
        return file_facts(
            file_of=self.org.worker,
            supervisor=self.org.supervisor,
            period=self.period,
            actor=actor or self.auditor,
            **options,
        )

    def finding(self, name: str, actor: Actor | None = None) -> Finding:
        """What is found of one question."""
        return findings_of(self.facts(actor), period=self.period)[name]

    def contract(
        self,
        answer: Meaning | None = Meaning.AGREE,
        *,
        signed_on: date = date(2026, 1, 12),
        reason: str = "",
        **facts: Any,
    ) -> Record:
        """A contract that the supervisor has signed, and the worker, unless there is no answer yet."""
        agreed = {"every": "P1M", "minutes": 90, "format": "Individual", "review_on": "2027-01-12", **facts}
        kit = Kit(self.org, facts={name: value for name, value in agreed.items() if value is not None})
        record = self.contract_draft()
        kit.sign(record, at=noon_of(signed_on))
        if answer:
            kit.countersign(record, meaning=answer, reason=reason, at=noon_of(signed_on) + timedelta(hours=1))
        return record

    def contract_draft(self) -> Record:
        """A contract that nobody has signed."""
        manager = {"id": str(self.org.team_manager.pk), "name": "Tom Mills", "role": "Team manager"}
        values = {
            "key_tasks": {"key_tasks": "Work with eleven families."},
            "meetings": {"format": "Individual", "frequency": "P1M", "minutes": 90},
            "disagreements": {"named_manager": manager},
            "review": {"review_on": "2027-11-09"},
        }
        return Kit(self.org).draft(kind=Kind.CONTRACT, template="contract_1a", values=values)

    def session(
        self, on: date, standing: str = "sealed", *, reason: str = "", gap: str = "", values: Any = None
    ) -> SupervisionSession:
        """A session that was held, and its record in a state as lists say it; none: "no record"."""
        session = diary_kit.held(self.org.worker, self.org.supervisor, on=on)
        if standing == "no record":
            return session
        given = Given(asked=frozenset({GAP})) if gap else Given()
        facts = {"held_on": on.isoformat(), "minutes": 90, "mode": "in_person"}
        kit = Kit(self.org, facts=facts, given=given)
        typed = values if values is not None else values_for(self.org)
        record = kit.draft(values={**typed, **({"session": {"gap_comment": gap}} if gap else {})})
        session.record = record
        session.save()
        if standing != "draft":
            self._signed(kit, record, standing, at=noon_of(on), reason=reason)
        return session

    def _signed(self, kit: Kit, record: Record, standing: str, *, at: datetime, reason: str) -> None:
        kit.sign(record, at=at)
        later = at + timedelta(hours=1)
        if meaning := ANSWERS.get(standing):
            kit.countersign(record, meaning=meaning, reason=reason, comments="", at=later)
        elif standing == "returned":
            kit.send_back(record, reason=reason, at=later)
        elif standing == "closed_unsigned":
            Account.objects.filter(person=self.org.worker).update(is_active=False)
            close(kit, record, actor=self.org.actor(self.org.team_manager), text=reason, at=later)

    def year(self, *, without: tuple[date, ...] = (), until: date = AUDITED_ON) -> None:
        """A session on the first Monday-or-so of each month since the worker began, but for the months named."""
        months = [date(2025 + month // 12, month % 12 + 1, 6) for month in range(3, 24)]
        for day in months:
            if day <= until and day.replace(day=1) not in without:
                diary_kit.held(self.org.worker, self.org.supervisor, on=day)
