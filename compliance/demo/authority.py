"""The rows of the demo's people: services, teams, posts, roles, lines, supervision, absences, accounts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from uuid import UUID

from django.contrib.auth.hashers import make_password

from compliance.demo import people
from compliance.demo.chains import Party, insert, key_at
from compliance.demo.people import Person
from compliance.demo.rhythm import DAY, Spell, month_before
from core.clock import LONDON
from policies.rules.calendars import WorkingCalendar
from staff.models import (
    Absence,
    Account,
    CategoryHeld,
    KeyDate,
    ManagementLine,
    Post,
    RoleHeld,
    Service,
    StaffMember,
    SupervisionRelationship,
    Team,
)

# How far before today things of the story lie, in whole months
MOVED_MONTHS = 4
LEFT_MONTHS = 2
WEEKS_OF_THE_NEW_ONE = 4


def local(day: date, clock: time) -> datetime:
    """A moment in Europe/London."""
    return datetime.combine(day, clock, LONDON)


# A senior manager who is away, who covers, and for which two of three: the third waits for the director
ABSENT, COVERS, COVERED = "Nadeem Farooqi", "Lorraine Beddoes", ("Helen Garside", "Winston Achampong")


@dataclass
class Member:
    """A person with the row, and what the story knows about them."""

    person: Person
    row: StaffMember
    employed_from: date
    category: str = ""
    left_on: date | None = None
    spells: list[Spell] = field(default_factory=list)
    away: list[Absence] = field(default_factory=list)

    @property
    def party(self) -> Party:
        """As a signer."""
        return Party(self.row.pk, self.row.name, self.person.job_title)


class Authority:
    """Everybody, by name. The demo's people unless others are given; more may join later."""

    def __init__(
        self,
        *,
        today: date,
        at: datetime,
        calendar: WorkingCalendar,
        cast: Sequence[Person] = people.PEOPLE,
        service_of: Mapping[str, str] = people.SERVICE_OF,
        category_of: Callable[[Person], str] = attrgetter("category"),
    ) -> None:
        self.category_of = category_of
        self.today, self.at, self.calendar = today, at, calendar
        self.members: dict[str, Member] = {}
        self.services: dict[str, Service] = {}
        self.teams: dict[str, Team] = {}
        self.enlist(cast, service_of)

    def enlist(self, cast: Sequence[Person], service_of: Mapping[str, str]) -> list[Member]:
        """Add people, and the services of their teams; managers before those whom they manage, or with them."""
        for team, service in service_of.items():
            if service not in self.services:
                self.services[service] = Service(id=self._key(), name=service)
            if team not in self.teams:
                self.teams[team] = Team(id=self._key(), name=team, service=self.services[service])
        members = [self._member(person) for person in cast]
        self.members |= {member.person.name: member for member in members}
        for member in members:
            member.away = self._absences(member)
            member.spells = self._spells(member)
        return members

    def write(self) -> None:
        """Insert all rows of the people who are not stored yet."""
        members = [member for member in self.members.values() if member.row._state.adding]
        insert([service for service in self.services.values() if service._state.adding])
        insert([team for team in self.teams.values() if team._state.adding])
        insert([member.row for member in members])
        insert([self._account(member) for member in members])
        insert([post for member in members for post in self._posts(member)])
        insert([self._category(member) for member in members if member.category])
        insert([self._role(member, member.person.role) for member in members if member.person.role])
        insert([line for member in members for line in self._lines(member)])
        insert([relation for member in members for relation in self._relationships(member)])
        insert([absence for member in members for absence in member.away])
        insert([self._long_absence(member) for member in members if member.person.name == ABSENT])
        insert([self._cover(member) for member in members if member.person.name in COVERED])
        insert([self._key_date(member) for member in members if member.person.name == people.CERYS])

    def first_working_day(self, months_back: int) -> date:
        """The first working day of a month some months ago."""
        day = month_before(self.today, months_back)
        while not self.calendar.is_working(day):
            day += DAY
        return day

    @property
    def new_one_from(self) -> date:
        """The Monday on which the newly qualified worker began: today lies in the fifth week."""
        day = self.today - timedelta(weeks=WEEKS_OF_THE_NEW_ONE)
        return day - timedelta(days=day.weekday())

    def _member(self, person: Person) -> Member:
        employed_from = self.first_working_day(person.months)
        if person.name == people.CERYS:
            employed_from = self.new_one_from
        left_on = month_before(self.today, LEFT_MONTHS) if person.name == people.LEAVER else None
        row = StaffMember(
            id=key_at(local(employed_from, time(9))), name=person.name, employed_from=employed_from, left_on=left_on
        )
        return Member(person, row, employed_from, self.category_of(person), left_on)

    def _spells(self, member: Member) -> list[Spell]:
        person = member.person
        if not person.manager or not person.supervised:
            return []
        start = max(member.employed_from, self.members[person.manager].employed_from)
        if person.name == people.THOMAS:
            moved_on = month_before(self.today, MOVED_MONTHS)
            return [Spell(people.GARETH, start, moved_on), Spell(people.PRIYA, moved_on)]
        return [Spell(person.manager, start, member.left_on)]

    def _absences(self, member: Member) -> list[Absence]:
        kind = Absence.Kind
        known: dict[str, list[tuple[date, date | None, Absence.Kind]]] = {
            people.REBECCA: [(month_before(self.today, 3) + 13 * DAY, None, kind.PARENTAL)],
            people.FIONA: [(month_before(self.today, 8), month_before(self.today, 8) + 43 * DAY, kind.SICKNESS)],
            people.YUSUF: [(self.today + 21 * DAY, self.today + 28 * DAY, kind.LEAVE)],
            "Chloe Fennimore": [(self.today - 16 * DAY, self.today - 13 * DAY, kind.SICKNESS)],
            people.PRIYA: [(month_before(self.today, 5) + 6 * DAY, month_before(self.today, 5) + 20 * DAY, kind.LEAVE)],
        }
        return [
            Absence(
                person=member.row,
                kind=what,
                starts_on=starts_on,
                ends_on=ends_on,
                expected_to=month_before(self.today, -7) if ends_on is None else None,
                recorded_at=min(local(starts_on, time(9, 10)), self.at),
            )
            for starts_on, ends_on, what in known.get(member.person.name, ())
        ]

    def _account(self, member: Member) -> Account:
        is_new = member.person.name == people.HR
        invited_on = max(member.employed_from, self.today - 12 * DAY) if is_new else member.employed_from
        return Account(
            email=member.person.email,
            person=member.row,
            password=make_password(None),
            is_active=member.left_on is None,
            invited_at=local(invited_on, time(8, 30)),
            last_login=None if is_new else local(invited_on, time(9, 15)),
        )

    def _posts(self, member: Member) -> Sequence[Post]:
        spans = [(member.person.team, member.employed_from, member.left_on)]
        if member.person.name == people.THOMAS:
            moved_on = month_before(self.today, MOVED_MONTHS)
            spans = [(people.SOUTH, member.employed_from, moved_on), (people.NORTH, moved_on, None)]
        return [
            Post(
                person=member.row,
                team=self.teams[team],
                job_title=member.person.job_title,
                starts_on=starts_on,
                ends_on=ends_on,
                recorded_at=self._noted(starts_on),
            )
            for team, starts_on, ends_on in spans
        ]

    def _category(self, member: Member) -> CategoryHeld:
        return CategoryHeld(
            person=member.row,
            category=member.category,
            starts_on=member.employed_from,
            ends_on=member.left_on,
            recorded_at=self._noted(member.employed_from),
        )

    def _role(self, member: Member, role: str) -> RoleHeld:
        return RoleHeld(
            person=member.row, role=role, starts_on=member.employed_from, recorded_at=self._noted(member.employed_from)
        )

    def _lines(self, member: Member) -> list[ManagementLine]:
        spells = member.spells
        if member.person.manager and not spells:
            spells = [Spell(member.person.manager, member.employed_from)]
        return [
            ManagementLine(
                person=member.row,
                manager=self.members[spell.supervisor].row,
                starts_on=spell.starts_on,
                ends_on=spell.ends_on,
                recorded_at=self._noted(spell.starts_on),
                confirmed_at=self._noted(spell.starts_on),
            )
            for spell in spells
        ]

    def _relationships(self, member: Member) -> list[SupervisionRelationship]:
        return [
            SupervisionRelationship(
                supervisee=member.row,
                supervisor=self.members[spell.supervisor].row,
                starts_on=spell.starts_on,
                ends_on=spell.ends_on,
                recorded_at=self._noted(spell.starts_on),
            )
            for spell in member.spells
        ]

    def _long_absence(self, member: Member) -> Absence:
        """Entered today, for twelve weeks: what is in the diary has yet to be moved."""
        return Absence(
            person=member.row,
            kind=Absence.Kind.SECONDMENT,
            starts_on=self.today,
            expected_to=self.today + timedelta(weeks=12),
            recorded_at=self.at,
        )

    def _cover(self, member: Member) -> SupervisionRelationship:
        return SupervisionRelationship(
            supervisee=member.row,
            supervisor=self.members[COVERS].row,
            kind=SupervisionRelationship.Kind.COVER,
            covers_for=self.members[ABSENT].row,
            starts_on=self.today,
            sees_from=month_before(self.today, 3),
            recorded_at=self.at,
        )

    def _key_date(self, member: Member) -> KeyDate:
        return KeyDate(
            person=member.row,
            kind=KeyDate.Kind.ASYE_START,
            on=member.employed_from,
            recorded_at=self._noted(member.employed_from),
        )

    def _noted(self, day: date) -> datetime:
        return min(local(day, time(8, 45)), self.at)

    def _key(self) -> UUID:
        return key_at(local(self.first_working_day(people.MONTHS), time(8)))
