"""Which supervision contracts there are: one a year for each pair, and the few that the story needs otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from compliance.demo import people
from compliance.demo.authority import Authority, Member, local
from compliance.demo.rhythm import DAY, Spell, month_before
from policies.rules.durations import add_months

REVIEW_MONTHS = 12
OVERDUE_REVIEW_MONTHS = 14
EVERY = {"nqsw": "P1W", "business_support": "P3M"}


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract: signed by the supervisor at ``at``; by the supervisee soon after, where ``is_signed``.

    ``renews``: whether it takes the place of an earlier one between the two.
    """

    member: Member
    supervisor: Member
    manager: Member
    at: datetime
    every: str
    is_signed: bool = True
    renews: bool = False

    @property
    def on(self) -> date:
        """The day on which the supervisor signed."""
        return self.at.date()

    @property
    def countersigned_at(self) -> datetime:
        """When the supervisee signed."""
        return self.at + timedelta(minutes=35)

    @property
    def review_on(self) -> date:
        """When it is to be looked at again."""
        return add_months(self.on, REVIEW_MONTHS)


def contracts_of(
    member: Member, *, authority: Authority, history_from: date, dice: Random, usually: str = "P1M"
) -> list[Contract]:
    """A person's contracts in order; nobody has one with Thomas's new supervisor, and Cerys has not signed hers."""
    found = []
    for spell in member.spells:
        supervisor = authority.members[spell.supervisor]
        manager = authority.members.get(supervisor.person.manager) or authority.members[people.HR]
        days = _days(member, spell, authority=authority, history_from=history_from, dice=dice)
        for number, on in enumerate(days):
            found.append(
                Contract(
                    member=member,
                    supervisor=supervisor,
                    manager=manager,
                    at=local(on, time(dice.randrange(9, 16), dice.randrange(60), dice.randrange(60))),
                    every=EVERY.get(member.person.category, usually),
                    is_signed=member.person.name != people.CERYS,
                    renews=number > 0,
                )
            )
    return found


def _days(member: Member, spell: Spell, *, authority: Authority, history_from: date, dice: Random) -> Iterator[date]:
    name, today, calendar = member.person.name, authority.today, authority.calendar
    if name == people.THOMAS and spell.supervisor == people.PRIYA:
        return
    if name == people.CERYS:
        yield calendar.on_or_before(calendar.on_or_before(today - DAY) - 2 * DAY)
        return
    if name == people.YUSUF:
        yield calendar.on_or_before(month_before(today, OVERDUE_REVIEW_MONTHS) + 9 * DAY)
        return
    on = spell.starts_on + timedelta(days=dice.randrange(6, 14))
    if spell.starts_on < history_from:
        on = history_from + timedelta(days=dice.randrange(1, 360))
    while on < today - 3 * DAY and (spell.ends_on is None or on < spell.ends_on):
        yield calendar.on_or_before(on)
        on = add_months(on, REVIEW_MONTHS) - DAY * 3
