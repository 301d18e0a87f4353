"""What some of the people have prepared for their next session, so that its page is alive."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from compliance.demo import people
from compliance.demo.authority import Authority
from compliance.demo.chains import key_at
from supervision.models import AgendaItem, FrequencyException, Preparation, SupervisionSession

# By supervisee: what is it, who raised it (the supervisee, or else the supervisor), whether it is shared, how often put off
ITEMS: dict[str, tuple[tuple[str, str, bool, bool, int], ...]] = {
    people.AMARA: (
        ("workload", "Two court statements are due in one week. I cannot do both well.", True, True, 0),
        ("good_practice", "P203958 and P203959 are home, and their mother says why: you kept coming.", False, True, 0),
        ("topic", "Whether to apply for the practice educator course this year", True, True, 1),
        ("policy", "The lone working procedure, changed in September", False, True, 0),
        ("topic", "How I am seen in the team since the reorganisation", True, False, 0),
    ),
    people.THOMAS: (
        ("case", "P203418: the network meeting has been put off twice, and I am uneasy about it.", True, True, 0),
        ("data", "Visits within timescale, last quarter", False, True, 0),
    ),
    people.PRIYA: (
        ("resources", "No family time worker on Thursdays since June", True, True, 2),
        ("topic", "Cover while Tariq is at court", False, True, 0),
    ),
}
NOTES = {people.AMARA: "Bring the diary. Say first what went well with the statement for B, then ask about January."}
EXCEPTION_FOR = people.KATARZYNA


def items(authority: Authority, *, at: datetime) -> Iterator[AgendaItem]:
    """Items of the agenda that wait for the next session."""
    for name, said in ITEMS.items():
        member = authority.members[name]
        supervisor = authority.members[member.spells[-1].supervisor]
        for place, (kind, text, own, shared, carried) in enumerate(said, start=1):
            raised_at = at - timedelta(days=6 - place % 4 + 30 * carried, hours=place)
            yield AgendaItem(
                id=key_at(raised_at),
                supervisee=member.row,
                raised_by=member.row if own else supervisor.row,
                kind=kind,
                text=text,
                explained_on=raised_at.date() if kind == "policy" else None,
                link="https://performance.example.org/visits" if kind == "data" else "",
                position=place,
                carried=carried,
                created_at=raised_at,
                shared_at=raised_at if shared else None,
            )


def preparations(authority: Authority, *, at: datetime) -> Iterator[Preparation]:
    """Notes that somebody wrote for the next session and has not shared."""
    for name, notes in NOTES.items():
        member = authority.members[name]
        booked = SupervisionSession.objects.planned().filter(supervisee=member.row, on__gte=authority.today)
        if session := booked.order_by("on", "starts").first():
            written_at = at - timedelta(days=1)
            yield Preparation(
                id=key_at(written_at), session=session, person=member.row, notes=notes, version=1, updated_at=written_at
            )


def exceptions(authority: Authority, *, at: datetime) -> Iterator[FrequencyException]:
    """One that a supervisor asked for, and that waits for the manager above."""
    member = authority.members[EXCEPTION_FOR]
    asked_at = at - timedelta(days=2)
    yield FrequencyException(
        id=key_at(asked_at),
        supervisee=member.row,
        every="P6W",
        reason="Works two days a week until the spring; a month holds eight working days.",
        starts_on=authority.today,
        ends_on=authority.today + timedelta(days=120),
        asked_by=authority.members[member.spells[-1].supervisor].row,
        asked_at=asked_at,
    )
