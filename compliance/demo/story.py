"""Whose diary is particular, so that somebody who signs in as Priya Nair finds a believable Monday. No database."""

from datetime import date, timedelta
from random import Random

from compliance.demo import people
from compliance.demo.authority import Authority, Member
from compliance.demo.rhythm import DAY, Diary, Meeting, Need

OVERDUE = frozenset({people.DANIEL, people.ZAINAB})
YEAR_BOOKED = frozenset({people.YUSUF, people.THOMAS, people.LAURA})
NOTHING_BOOKED = frozenset({people.DANIEL, people.TARIQ})
# On the how-manieth working day before today the last session was held; 0: the last working day before today
LAST_HELD = {
    people.KATARZYNA: 1,
    people.LAURA: 1,
    people.AMARA: 2,
    people.PRIYA: 3,
    people.GRACE: 5,
    people.THOMAS: 8,
    people.YUSUF: 9,
}
QUARTERLY = 3


def all_meetings(authority: Authority, *, history_from: date, dice: Random) -> dict[str, list[Meeting]]:
    """Everybody's diary by name, in order of days."""
    diary = Diary(is_working=authority.calendar.is_working, today=authority.today, random=dice)
    needs = {
        name: _need(diary, authority, member, history_from=history_from)
        for name, member in authority.members.items()
        if member.spells
    }
    # First those whose story fixes a day, so that their days are free
    order = sorted(needs, key=lambda name: (name != people.CERYS, needs[name].last_on is None))
    found = {name: _diary_of(diary, needs[name]) for name in order}
    return {name: found[name] for name in needs}


def _diary_of(diary: Diary, need: Need) -> list[Meeting]:
    if need.person == people.CERYS:
        return diary.weekly(need)
    meetings = diary.meetings_of(need)
    if need.person == people.TARIQ:
        meetings += diary.left_open(need, diary.working_back(diary.today - DAY))
    return meetings


def _need(diary: Diary, authority: Authority, member: Member, *, history_from: date) -> Need:
    name, yesterday = member.person.name, authority.today - DAY
    last_on = diary.working_back(yesterday, LAST_HELD[name]) if name in LAST_HELD else None
    if name == people.TARIQ:
        last_on = diary.working_back(yesterday - timedelta(days=30))
    absences = [*member.away, *(away for spell in member.spells for away in authority.members[spell.supervisor].away)]
    return Need(
        person=name,
        spells=member.spells,
        from_on=max(member.employed_from, history_from, member.spells[0].starts_on),
        until_on=member.left_on,
        away=[(absence.starts_on, absence.ends_on or date.max) for absence in absences],
        last_on=last_on,
        missed=2 if name in OVERDUE else 0,
        every_months=QUARTERLY if member.person.category == "business_support" else 1,
        year_ahead=name in YEAR_BOOKED,
        books_next=name not in NOTHING_BOOKED and not member.left_on,
        troubled=name not in OVERDUE and last_on is None,
    )
