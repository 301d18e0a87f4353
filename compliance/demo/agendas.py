"""What some of the people have prepared for their next session, so that its page is alive."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from cases.models import Allocation
from compliance.demo import people
from compliance.demo.authority import Authority, Member
from compliance.demo.chains import key_at
from supervision.models import AgendaItem, FrequencyException, InDepthMark, Preparation, SupervisionSession, Worry

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
# By worker, of the children in the order in which they came: which, how worried the worker is, and why
WORRIES: dict[str, tuple[tuple[int, Worry.Level, str], ...]] = {
    people.AMARA: (
        (1, Worry.Level.VERY, "Two missed appointments, and the school has not seen them since Thursday."),
        (5, Worry.Level.MUCH, "Hearing on the 14th, and the statement is not begun."),
        (7, Worry.Level.LITTLE, ""),
        (9, Worry.Level.NOT, "Settled; the review went well."),
    ),
    people.THOMAS: (
        (0, Worry.Level.MUCH, "The placement gave notice by telephone and took it back."),
        (4, Worry.Level.LITTLE, ""),
    ),
    people.GRACE: ((3, Worry.Level.MUCH, "Father is back in the home."),),
}
# Which are to be discussed in depth: those that the worker marked, and those that the supervisor did
IN_DEPTH: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    people.AMARA: ((1, 5), (8,)),
    people.THOMAS: ((0,), ()),
    people.OLIVER: ((), (2, 6)),
}
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
        if session := _next_session(member, authority):
            written_at = at - timedelta(days=1)
            yield Preparation(
                id=key_at(written_at), session=session, person=member.row, notes=notes, version=1, updated_at=written_at
            )


def worries(authority: Authority, *, at: datetime) -> Iterator[Worry]:
    """What workers have said of their children for the next session, to themselves until its day."""
    for name, said in WORRIES.items():
        member = authority.members[name]
        session, held = _next_session(member, authority), _held_by(member, authority)
        written_at = at - timedelta(days=1)
        for place, level, because in said:
            if session and place < len(held):
                yield Worry(
                    id=key_at(written_at),
                    session=session,
                    child_id=held[place],
                    level=level,
                    because=because,
                    version=1,
                    updated_at=written_at,
                )


def to_discuss(authority: Authority, *, at: datetime) -> Iterator[InDepthMark]:
    """Children of whom it stands on the next agenda that they are discussed in depth."""
    for name, marked in IN_DEPTH.items():
        member = authority.members[name]
        session, held = _next_session(member, authority), _held_by(member, authority)
        marked_at = at - timedelta(hours=20)
        for by, places in zip((member, authority.members[member.spells[-1].supervisor]), marked, strict=True):
            for place in places:
                if session and place < len(held):
                    yield InDepthMark(
                        id=key_at(marked_at),
                        session=session,
                        child_id=held[place],
                        marked_by=by.row,
                        marked_at=marked_at,
                    )


def _next_session(member: Member, authority: Authority) -> SupervisionSession | None:
    booked = SupervisionSession.objects.planned().filter(supervisee=member.row, on__gte=authority.today)
    return booked.order_by("on", "starts").first()


def _held_by(member: Member, authority: Authority) -> list[UUID]:
    """Whom somebody holds, in the order in which they came."""
    held = Allocation.objects.live(authority.today).filter(holder=member.row, without_worker=False)
    return list(held.order_by("child__reference").values_list("child_id", flat=True))


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
