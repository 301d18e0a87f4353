"""The demo's diary, without a database: the story holds on whatever day it is loaded."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cache

import pytest

from compliance.demo import people, words
from compliance.demo.authority import Authority, Member, local
from compliance.demo.load import SEED
from compliance.demo.rhythm import Became, Meeting, dice_of, month_before
from compliance.demo.story import all_meetings
from policies.files import read_pack
from policies.rules import assess
from policies.rules.answers import Assessment, Status
from policies.rules.facts import Absence, CategoryHeld, Facts, Session

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 22)
# Ends and beginnings of months, years and supervision years; Easter Monday; a leap day
DAYS = [
    SUNDAY,
    MONDAY,
    date(2026, 12, 1),
    date(2027, 1, 1),
    date(2027, 3, 29),
    date(2027, 4, 1),
    date(2028, 2, 29),
]

POLICY = read_pack("shropshire-2017").policy
Diaries = dict[str, list[Meeting]]


def told_on(today: date) -> tuple[Authority, Diaries]:
    authority = Authority(today=today, at=local(today, time(7)), calendar=POLICY.calendar)
    diaries = all_meetings(authority, history_from=month_before(today, people.MONTHS), dice=dice_of(SEED))
    return authority, diaries


story_of = cache(told_on)


def assessed(member: Member, own: list[Meeting], today: date) -> Assessment:
    person = member.person
    anchors = {"employment_start": member.employed_from}
    if person.name == people.CERYS:
        anchors["asye_start"] = member.employed_from
    status = {Became.PLANNED: "booked", Became.HELD: "held", Became.CANCELLED: "cancelled"}
    facts = Facts(
        categories=[CategoryHeld(person.category, member.employed_from, member.left_on)] if person.category else [],
        anchors=anchors,
        absences=[Absence(away.starts_on, away.ends_on, away.expected_to, away.kind) for away in member.away],
        sessions=[Session(on=each.on, status=status[each.became], minutes=each.minutes) for each in own],
    )
    return assess(POLICY, facts, today)


def every_meeting(diaries: Diaries) -> Iterator[Meeting]:
    return (meeting for own in diaries.values() for meeting in own)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_two_people_are_overdue_and_nobody_else(today: date) -> None:
    authority, diaries = story_of(today)

    answers = {name: assessed(member, diaries.get(name, []), today) for name, member in authority.members.items()}

    assert {name for name, answer in answers.items() if answer.overdue()} == {people.DANIEL, people.ZAINAB}
    due = answers[people.CERYS]
    assert due.standing is (
        Status.DUE_TODAY if POLICY.calendar.is_working(today - timedelta(days=7)) else Status.DUE_SOON
    )


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_people_meet_on_working_days_and_nobody_is_in_two_rooms_at_once(today: date) -> None:
    _, diaries = story_of(today)
    meetings = list(every_meeting(diaries))

    assert all(POLICY.calendar.is_working(meeting.on) for meeting in meetings)
    places = [(name, each.on, each.starts) for each in meetings for name in (each.supervisee, each.supervisor)]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_what_is_past_was_held_or_cancelled_and_the_next_is_booked(today: date) -> None:
    authority, diaries = story_of(today)

    left_open = [each for each in every_meeting(diaries) if each.became is Became.PLANNED and each.on < today]
    held_early = [each for each in every_meeting(diaries) if each.became is not Became.PLANNED and each.on >= today]
    booked = {each.supervisee for each in every_meeting(diaries) if each.became is Became.PLANNED and each.on >= today}

    assert [meeting.supervisee for meeting in left_open] == [people.TARIQ]
    assert held_early == []
    without = {people.DANIEL, people.TARIQ, people.LEAVER, people.REBECCA}
    assert {name for name, member in authority.members.items() if member.spells} - booked == without


def test_the_same_day_gives_the_same_story() -> None:
    assert told_on(MONDAY)[1] == told_on(MONDAY)[1]


def test_the_change_of_supervisor_shows_in_the_diary() -> None:
    _, diaries = story_of(MONDAY)
    moved_on = month_before(MONDAY, 4)

    before = {each.supervisor for each in diaries[people.THOMAS] if each.on < moved_on}
    after = {each.supervisor for each in diaries[people.THOMAS] if each.on >= moved_on}

    assert (before, after) == ({people.GARETH}, {people.PRIYA})


def test_everybody_has_a_name_and_an_address_of_their_own() -> None:
    names = {person.name for person in people.PEOPLE}
    addresses = {person.email for person in people.PEOPLE}

    assert len(names) == len(addresses) == len(people.PEOPLE)
    assert all(address.isascii() and address.endswith(".example") for address in addresses)


def test_what_is_written_in_full_is_about_people_of_the_demo() -> None:
    names = {person.name for person in people.PEOPLE}

    assert {name for name, _ in words.scripts()} <= names
    for name, back in words.scripts():
        said = words.scripted(name, back, held_on=MONDAY)
        assert said is not None
        assert said.discussed["workload"]
