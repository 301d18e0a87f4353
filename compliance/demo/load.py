"""Loads the demo authority into an empty database: its people, two years of supervision, and what waits today."""

import time as stopwatch
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from compliance import services as compliance
from compliance.demo import (
    agendas,
    asked,
    audits,
    children,
    decisions,
    entries,
    families,
    folders,
    groups,
    knowing,
    leavers,
    matters,
    months,
    observed,
    people,
    voices,
)
from compliance.demo.authority import Authority
from compliance.demo.chains import Notary, Rows, insert
from compliance.demo.contracts import Contract, contracts_of
from compliance.demo.fitting import DEFAULT, FITS
from compliance.demo.records import Desk, Session, write_contract, write_session
from compliance.demo.rhythm import Became, Meeting, dice_of, month_before
from compliance.demo.story import all_meetings
from core.actor import Actor, Role
from core.clock import LONDON, date_of
from core.errors import RuleBroken
from documents import services as documents
from documents.selectors import choice_in_force
from notifications import services as notifications
from notifications.models import NoticeSettings
from outbox.services import enqueue
from policies import selectors as policies
from policies import services as policy_services
from policies.rules.policy import Policy
from policies.templates import Template
from records.models import Record
from records.rules import State
from records.sealing import organisation_key
from staff.models import Account, StaffMember
from trail import services as trail

SEED = 20170601
IN_FORCE_FROM = date(2017, 6, 1)
PDFS_FOR = timedelta(days=30)


@transaction.atomic
def load(*, at: datetime, say: Callable[[str], None], policy: str = DEFAULT) -> None:
    """Load everything, in one transaction, under one of the policies that ship.

    Raises RuleBroken where the database holds people already, or for a policy that the demo's people do not fit.
    """
    if policy not in FITS:
        raise RuleBroken(f"The demo can go by {', '.join(sorted(FITS))}; not by “{policy}”.")
    if StaffMember.objects.exists():
        raise RuleBroken("There are people in this database already, so the demo authority was not loaded.")
    Load(at=at, say=say, policy=policy).run()


class Load:
    """One load. Everything is dated from ``at``, and drawn from one seed."""

    def __init__(self, *, at: datetime, say: Callable[[str], None], policy: str) -> None:
        self.slug, self.fit = policy, FITS[policy]
        self.at, self.today, self.say = at, date_of(at), say
        self.dice = dice_of(SEED)
        self.history_from = month_before(self.today, people.MONTHS)
        self.began = stopwatch.monotonic()

    def run(self) -> None:
        """All steps in order."""
        self._policy()
        self.authority = Authority(
            today=self.today, at=self.at, calendar=self.calendar, category_of=self.fit.category_of
        )
        self.authority.write()
        self._tell(f"{len(self.authority.members)} people in {len(people.SERVICE_OF)} teams")
        self._files()
        key = organisation_key()
        self.desk = Desk(
            today=self.today,
            policy=self.policy,
            session_forms=session_forms(self.policy, self.fit.form),
            contract_forms=contract_forms(self.policy),
            notary=Notary(key.sign, key.key_id),
            rows=Rows(),
        )
        meetings = all_meetings(self.authority, history_from=self.history_from, dice=self.dice)
        contracts = self._contracts()
        sessions = self._sessions(meetings, contracts)
        records = list(self.desk.rows.records)
        self.desk.rows.write()
        held = sum(session.meeting.became is Became.HELD for session in sessions)
        self._tell(
            f"{len(sessions)} sessions in the diary, {held} of them held; {len(records)} signed or drafted records"
        )
        for told in groups.tell(self.authority, self.policy, at=self.at).rows():
            insert(told)
        self._children()
        self._tell(f"{entries.tell(self.policy)} entries of children in a record that is being written")
        self._tell(f"{decisions.tell(self.policy, at=self.at, today=self.today)} decisions about children")
        for rows in (agendas.items, agendas.preparations, agendas.worries, agendas.to_discuss, agendas.exceptions):
            insert(list(rows(self.authority, at=self.at)))
        self._tell(f"{folders.tell(self.authority, self.policy)} things in supervision folders")
        audited = audits.tell(self.authority, self.policy, at=self.at, today=self.today)
        self._tell(f"{audited} audits of supervision files")
        seen = observed.tell(self.authority, at=self.at, today=self.today)
        self._tell(f"{seen} observations and second judgements")
        self._tell(f"{voices.tell(today=self.today)} answers about sessions, and one survey")
        matters.settle_steps(at=self.at)
        matters.write_matter(self.authority, at=self.at)
        self._tell(f"{leavers.tell(at=self.at, today=self.today)} who leave, or have left")
        self._tell(f"{asked.tell(at=self.at, today=self.today)} paragraphs for somebody who asked for their data")
        self._tell(f"{knowing.tell(at=self.at, today=self.today)} requests by a need to know")
        self._ask_for_pdfs(records)
        self._notices(records)
        self._nights()
        self._mails()
        trail.record(actor=None, verb="demo.loaded", at=self.at, people=len(self.authority.members), policy=self.slug)
        self._tell("flags of the last nights")

    def _tell(self, what: str) -> None:
        self.say(f"  {what} ({stopwatch.monotonic() - self.began:.0f} s)")

    def _policy(self) -> None:
        loaded = policy_services.load_packs(at=self.at)
        if loaded.faults:
            raise RuleBroken("The policies could not be read: " + "; ".join(str(fault) for fault in loaded.faults))
        policy_services.adopt(slug=self.slug, starts_on=IN_FORCE_FROM, at=self.at)
        policy = policies.policy_in_force(self.today)
        assert policy is not None  # noqa: S101  adopted a line ago
        self.policy, self.calendar = policy, policy.calendar
        self._tell(f"Policy {policy.id}, version {policy.version}")

    def _files(self) -> None:
        """The demo has no scanner, so its administrator chose to keep files without."""
        if choice_in_force():
            return
        administrator = StaffMember.objects.get(name=people.ADMINISTRATOR)
        actor = Actor(
            staff_id=administrator.pk,
            name=administrator.name,
            on=self.today,
            roles=frozenset({Role.SYSTEM_ADMINISTRATOR}),
            hat=Role.SYSTEM_ADMINISTRATOR,
        )
        documents.accept_unscanned(reason="The demo has no scanner for viruses", after=0, actor=actor, at=self.at)

    # -- contracts and records

    def _contracts(self) -> dict[str, list[Contract]]:
        found: dict[str, list[Contract]] = {}
        for name, member in self.authority.members.items():
            found[name] = contracts_of(
                member,
                authority=self.authority,
                history_from=self.history_from,
                dice=dice_of(SEED, name),
                usually=self.fit.every,
            )
            for contract in found[name]:
                write_contract(contract, self.desk)
        return found

    def _sessions(self, meetings: dict[str, list[Meeting]], contracts: dict[str, list[Contract]]) -> list[Session]:
        sessions: list[Session] = []
        for name, own in meetings.items():
            held = [meeting for meeting in own if meeting.became is Became.HELD]
            for number, meeting in enumerate(own):
                session = Session(
                    meeting=meeting,
                    member=self.authority.members[name],
                    supervisor=self.authority.members[meeting.supervisor],
                    back=len(held) - 1 - held.index(meeting) if meeting.became is Became.HELD else -1,
                    last_on=max((each.on for each in held if each.on < meeting.on), default=None),
                    next=next((each for each in own[number + 1 :] if each.on > meeting.on), None),
                    every=_agreed_on(contracts[name], meeting),
                )
                write_session(session, self.desk, dice=dice_of(SEED, name, meeting.on, meeting.starts))
                sessions.append(session)
        return sessions

    def _children(self) -> None:
        told = children.tell(self.authority, self.policy, at=self.at)
        for rows in (*told.rows(), *families.tell(self.authority, told.allocations, at=self.at).rows()):
            insert(rows)
        insert(list(families.notes(self.authority, self.policy, at=self.at)))

    # -- what follows from them

    def _ask_for_pdfs(self, records: Sequence[Record]) -> None:
        """PDFs of the last weeks; older ones are made when somebody asks for them."""
        wanted = [record for record in records if record.created_at > self.at - PDFS_FOR]
        for record in Record.objects.filter(pk__in=[record.pk for record in wanted]).with_parts():
            if record.get_state() is State.SEALED:
                enqueue("records.tasks.render_document", record_id=record.pk, head=record.get_head_digest())

    def _notices(self, records: Sequence[Record]) -> None:
        """Word to whoever a signature waits for, as signing sends it."""
        recent = [record.pk for record in records if record.created_at > self.at - PDFS_FOR]
        for record in Record.objects.filter(pk__in=recent).with_parts():
            state, key = record.get_state(), f"{record.pk}/{len(record.get_heads())}"
            is_contract = record.kind == "contract"
            if state is State.AWAITING:
                kind = "contract_to_sign" if is_contract else "record_to_countersign"
                self._notify(record.worker_id, kind, key, reverse("records:record-countersign", args=[record.pk]))
            elif state is State.RETURNED:
                self._notify(
                    record.author_id, "record_returned", key, reverse("records:record-detail", args=[record.pk])
                )

    def _notify(self, person_id: UUID, kind: str, key: str, path: str) -> None:
        notifications.notify(person_id=person_id, kind=kind, key=key, path=path, at=self.at)

    def _nights(self) -> None:
        """The nights in which something could become overdue: one of each of the last months, and the last night; and, for
        boards, those at the ends of the year's months.
        """
        flagged = {self.today, *(month_before(self.today, back) for back in range(3))}
        for night in sorted(flagged | set(months.nights(self.today))):
            if night != self.today:
                months.stood(night)
            if night in flagged:
                compliance.do_night(on=night, at=self.at)
        compliance.start_night(on=self.today, at=self.at)
        months.figures(self.today, at=self.at)
        months.report(self.today, at=self.at)

    def _mails(self) -> None:
        """The digest of the last working day for those whom one is shown first. Nobody has quiet hours, so that mails of
        a trial on a Sunday are seen at once.
        """
        NoticeSettings.objects.bulk_create(
            NoticeSettings(person=member.row, quiet_from=time(), quiet_until=time(), quiet_weekends=False)
            for member in self.authority.members.values()
        )
        morning = datetime.combine(self.calendar.on_or_before(self.today), time(8), LONDON)
        for person_id in Account.objects.filter(email__in=settings.DEMO_START).values_list("person_id", flat=True):
            compliance.send_digest(person_id=person_id, on=date_of(morning), at=morning)


def contract_forms(policy: Policy) -> dict[str, Template]:
    """The form of a contract for each category, and under no name for those without one."""
    categories = ["", *(category.id for category in policy.categories)]
    return {each: policies.form_for(policy, "contract", categories=[each]) for each in categories}


def session_forms(policy: Policy, form: str = "") -> dict[str, Template]:
    """The form of a session's record for each category, and under no name for those without one; ``form``: for all."""
    if form:
        return {"": policies.record_template(form)}
    categories = ["", *(category.id for category in policy.categories)]
    return {each: policies.form_for(policy, "record", categories=[each]) for each in categories}


def _agreed_on(contracts: Sequence[Contract], meeting: Meeting) -> str | None:
    """The frequency of the contract between the two that is in force when the record of a session is signed."""
    valid = [
        contract
        for contract in contracts
        if contract.is_signed and contract.supervisor.person.name == meeting.supervisor and contract.on <= meeting.on
    ]
    return valid[-1].every if valid else None
