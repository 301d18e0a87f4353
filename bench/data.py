"""An authority of any size from a seed, made with the demo's builders: the same bytes, diaries and words.

Attestations are real for the people whose records are opened, and a filler of the same length for everybody else's:
an RSA-3072 signature takes about 2 ms, and 60,000 of them would say nothing about a page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from multiprocessing import get_context

from django.db import connections

from bench.figures import say
from compliance import services as compliance
from compliance.demo import people
from compliance.demo.authority import Authority, Member, local
from compliance.demo.chains import Notary, Rows
from compliance.demo.contracts import Contract
from compliance.demo.load import contract_forms, session_forms
from compliance.demo.people import Person
from compliance.demo.records import Desk, Session, write_contract, write_session
from compliance.demo.rhythm import DAY, Became, Diary, Meeting, Need, dice_of, month_before
from core.actor import Role
from core.clock import date_of
from policies import selectors as policies
from policies import services as policy_services
from records.models import Record
from records.sealing import organisation_key

STAFF, RECORDS = 1_500, 30_000
# Each person has a contract and as many months of sessions as make up the rest
MONTHS = RECORDS // STAFF
# A supervisor of seven is usual, and so is a service of seven teams
WORKERS, TEAMS_IN_A_SERVICE = 7, 7
OVERDUE_EVERY = 15
FLUSH_AFTER, PROCESSES = 6, 2
FILLER = b"\x01" * 384

# Of those whose pages are opened, so much is there while the authority is a tenth of its size
FEW_WORKERS, FEW_SESSIONS = 2, 5
MEASURED = frozenset({people.AMARA, people.KATARZYNA, people.PRIYA})

TOP = "Leadership"
FIRST_NAMES = [
    "Adam",
    "Aisha",
    "Alan",
    "Amina",
    "Anna",
    "Arun",
    "Bola",
    "Carys",
    "Chen",
    "Clare",
    "Dafydd",
    "Dawit",
    "Deepa",
    "Ewan",
    "Farida",
    "Fergus",
    "Gemma",
    "Hana",
    "Hugh",
    "Imran",
    "Ines",
    "Jamal",
    "Jean",
    "Kamal",
    "Kate",
    "Kofi",
    "Lena",
    "Liam",
    "Maeve",
    "Marek",
    "Mina",
    "Neil",
    "Nora",
    "Omar",
    "Owen",
    "Paula",
    "Rafiq",
    "Rhys",
    "Rosa",
    "Sanjay",
]
LAST_NAMES = [
    "Abbey",
    "Adjei",
    "Akhtar",
    "Bagshaw",
    "Banerjee",
    "Bielak",
    "Bowen",
    "Calloway",
    "Chowdhury",
    "Corbet",
    "Dankwa",
    "Dhaliwal",
    "Eastwick",
    "Farrant",
    "Gethin",
    "Gill",
    "Hamid",
    "Hesketh",
    "Idowu",
    "Jessop",
    "Kaur",
    "Kendrick",
    "Lachman",
    "Lisle",
    "Maddox",
    "Mensah",
    "Nkemelu",
    "Oakley",
    "Onslow",
    "Parmar",
    "Quayle",
    "Rahim",
    "Roderick",
    "Salter",
    "Sesay",
    "Tomlin",
    "Udall",
    "Vaughan",
    "Wasik",
    "Yeomans",
]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    staff: int
    records: int


class Growing:
    """An authority that grows: a tenth of it first, then all. Nobody leaves, and nothing is written twice."""

    def __init__(self, *, seed: int, scale: float, at: datetime) -> None:
        self.seed, self.at, self.today = seed, at, date_of(at)
        self.teams = max(round(STAFF * scale / (WORKERS + 1 + 1 / TEAMS_IN_A_SERVICE)), 20)
        policy_services.load_packs(at=at)
        policy_services.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=at)
        policy = policies.policy_in_force(self.today)
        assert policy is not None
        key = organisation_key()
        self.real, self.filler = Notary(key.sign, key.key_id), Notary(lambda digest: FILLER, key.key_id)
        self.desk = Desk(
            today=self.today,
            policy=policy,
            session_forms=session_forms(policy, "worker_record_app2"),
            contract_forms=contract_forms(policy),
            notary=self.filler,
            rows=Rows(),
        )
        self.authority = Authority(today=self.today, at=at, calendar=policy.calendar, cast=(), service_of={})
        self.kept_back: list[Session] = []
        service_of = {f"Team {number}": f"Service {self._service_of(number)}" for number in range(1, self.teams + 1)}
        self._hire(list(_top()), {TOP: "Directorate", **service_of})
        self._hire([_service_manager(number) for number in range(1, self._service_of(self.teams) + 1)])

    def grow_to_a_tenth(self) -> Size:
        """A tenth of the authority; those whose pages are opened have little."""
        self._add_teams(range(1, self.teams // 10 + 1))
        return self._settle()

    def grow(self) -> Size:
        """All of it, on every core; those whose pages are opened have a whole team, and all their months."""
        self._hire([self._worker(1, place) for place in range(FEW_WORKERS, WORKERS)])
        for session in self.kept_back:
            self._write(session)
        self.kept_back.clear()
        self._flush()
        rest = range(self.teams // 10 + 1, self.teams + 1)
        connections.close_all()
        shares = [rest[start::PROCESSES] for start in range(PROCESSES)]
        running = [get_context("fork").Process(target=self._add_teams, args=(share,)) for share in shares]
        for process in running:
            process.start()
        for process in running:
            process.join()
            assert process.exitcode == 0, "a process that made data ended with a fault"
        return self._settle()

    # -- people

    def _add_teams(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            service_manager = _service_manager(self._service_of(number)).name
            manager = people.PRIYA if number == 1 else self._name(number, 0)
            team = f"Team {number}"
            cast = [
                Person(manager, "Team manager", team, service_manager, "team_manager", Role.TEAM_MANAGER, "manager")
            ]
            if number == 1:
                cast += [replace(self._worker(1, 0), name=name) for name in (people.AMARA, people.KATARZYNA)]
            else:
                cast += [self._worker(number, place) for place in range(WORKERS)]
            self._hire(cast)
            if number % FLUSH_AFTER == 0:
                say(f"  team {number} of {self.teams}")
                self._flush()
        self._flush()

    def _service_of(self, team: int) -> int:
        return (team - 1) // TEAMS_IN_A_SERVICE + 1

    def _worker(self, team: int, place: int) -> Person:
        manager = people.PRIYA if team == 1 else self._name(team, 0)
        return Person(self._name(team, place + 1), "Social worker", f"Team {team}", manager, "sw_case_management")

    def _name(self, team: int, place: int) -> str:
        dice = dice_of(self.seed, team, place)
        return f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)} {team * (WORKERS + 1) + place}"

    def _hire(self, cast: Sequence[Person], service_of: Mapping[str, str] | None = None) -> None:
        members = self.authority.enlist(cast, service_of or {})
        self.authority.write()
        first = cast[0].name
        diary = Diary(
            is_working=self.desk.policy.calendar.is_working, today=self.today, random=dice_of(self.seed, first)
        )
        for member in members:
            if member.spells:
                self._supervise(member, diary)

    # -- contracts, sessions, records

    def _supervise(self, member: Member, diary: Diary) -> None:
        name, dice = member.person.name, diary.random
        contract = self._contract(member, diary)
        write_contract(contract, self._desk_for(name))
        is_measured = name in MEASURED
        is_overdue = not is_measured and not member.person.role and dice.randrange(OVERDUE_EVERY) == 0
        need = Need(
            person=name,
            spells=member.spells,
            from_on=month_before(self.today, MONTHS - 1),
            last_on=diary.working_back(self.today - DAY, 2) if is_measured else None,
            missed=2 if is_overdue else 0,
            books_next=not is_overdue,
            troubled=not is_overdue and not is_measured,
        )
        sessions = list(self._sessions(member, diary.meetings_of(need), contract))
        if is_measured:
            self.kept_back += sessions[:-FEW_SESSIONS]
            sessions = sessions[-FEW_SESSIONS:]
        for session in sessions:
            self._write(session)

    def _contract(self, member: Member, diary: Diary) -> Contract:
        supervisor = self.authority.members[member.spells[-1].supervisor]
        manager = self.authority.members.get(supervisor.person.manager) or self.authority.members[people.HR]
        on = diary.working_back(month_before(self.today, 1 + diary.random.randrange(10)))
        return Contract(member, supervisor, manager, local(on, time(10, diary.random.randrange(60))), "P1M")

    def _sessions(self, member: Member, own: Sequence[Meeting], contract: Contract) -> Iterator[Session]:
        held = [meeting for meeting in own if meeting.became is Became.HELD]
        for number, meeting in enumerate(own):
            yield Session(
                meeting=meeting,
                member=member,
                supervisor=self.authority.members[meeting.supervisor],
                back=len(held) - 1 - held.index(meeting) if meeting.became is Became.HELD else -1,
                last_on=max((each.on for each in held if each.on < meeting.on), default=None),
                next=next((each for each in own[number + 1 :] if each.on > meeting.on), None),
                every=contract.every if contract.on <= meeting.on else None,
            )

    def _write(self, session: Session) -> None:
        dice = dice_of(session.member.person.name, session.meeting.on, session.meeting.starts)
        write_session(session, self._desk_for(session.member.person.name), dice=dice)

    def _desk_for(self, name: str) -> Desk:
        """The same desk, with the real key for those whose records are opened."""
        if name not in MEASURED:
            return self.desk
        desk = self.desk
        return Desk(desk.today, desk.policy, desk.session_forms, desk.contract_forms, self.real, desk.rows)

    def _flush(self) -> None:
        self.desk.rows.write()

    def _settle(self) -> Size:
        """What a night and a busy database would have done by now: flags, and the planner's figures."""
        done = compliance.do_night(on=self.today, at=self.at)
        settle_figures()
        return Size(done.people, Record.objects.count())


def settle_figures() -> None:
    """The planner's figures, as a busy database keeps them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _top() -> Iterator[Person]:
    lead, above = "strategic_lead_or_service_manager", people.ASSISTANT_DIRECTOR
    role, other = Role.ASSISTANT_DIRECTOR, Role.PRINCIPAL_SOCIAL_WORKER
    yield Person(
        people.DIRECTOR, "Director of children's services", TOP, role=Role.DIRECTOR, supervised=False, months=70
    )
    yield Person(above, "Assistant director", TOP, people.DIRECTOR, lead, role, "manager")
    yield Person(people.PRINCIPAL, "Principal social worker", TOP, above, "sw_non_case_holding", other, "quality")
    yield Person(people.HR, "HR adviser", TOP, people.DIRECTOR, role=Role.HR, supervised=False)


def _service_manager(number: int) -> Person:
    name = people.SERVICE_MANAGER if number == 1 else f"Service manager {number}"
    lead, above = "strategic_lead_or_service_manager", people.ASSISTANT_DIRECTOR
    return Person(name, "Service manager", TOP, above, lead, Role.SERVICE_MANAGER, "manager")
