"""A wrong fact corrected after both have signed: the record says both, and the diary and every clock follow."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from cases.models import Allocation
from core.errors import NotAllowed, RuleBroken
from records import selectors as records
from records import services as record_services
from records.models import Part, Record
from records.rules import CORRECTION
from staff.challenge import Challenge
from staff.models import SupervisionRelationship
from supervision import services
from supervision.entering.selectors import to_enter
from supervision.models import Discussion, SupervisionSession
from supervision.rules import Times
from supervision.rules.discussions import Mark
from supervision.selectors import statuses
from supervision.selectors.timeline import said_of
from tests.adding_kit import type_own
from tests.diary_kit import held
from tests.integration.supervision.test_writing import EVIDENCE, MONDAY, countersign, hold, sign
from tests.org import RECORDED, Org
from tests.records_kit import fresh
from tests.session_entries_kit import SessionWithChildren, words_of
from trail.models import Entry

LATER = datetime(2026, 11, 11, 12, tzinfo=UTC)
FRIDAY = Times(on=date(2026, 11, 6), starts=time(9), ends=time(10))


def sealed(org: Org) -> Record:
    """A record that says the ninth, ten to half past eleven, in person."""
    record = hold(org, MONDAY).record
    assert record
    sign(org, record)
    countersign(org, record)
    return fresh(record)


def correct(org: Org, record: Record, times: Times = FRIDAY, *, who: str = "supervisor", mode: str = "video") -> Part:
    actor = org.actor(getattr(org, who), on=LATER.date())
    typed = type_own(record, CORRECTION, "The diary had it wrong.", actor=actor, at=LATER)
    return services.correct_session(
        record_id=record.pk,
        shown=records.shown_with(records.shown_for_adding(record, corrects=True), typed),
        times=times,
        mode=mode,
        challenge=Challenge(method="demo", auth_time=LATER - timedelta(minutes=1)),
        evidence=EVIDENCE,
        actor=actor,
        at=LATER,
    )


def test_the_diary_and_the_clocks_follow_and_the_signed_bytes_stay(shropshire: Org) -> None:
    record = sealed(shropshire)
    before = bytes(Part.objects.get(record=record, seq=1).body)
    worker = shropshire.worker.pk

    part = correct(shropshire, record)

    session = SupervisionSession.objects.get(record=record)
    assert (session.on, session.starts, session.ends, session.mode) == (FRIDAY.on, FRIDAY.starts, FRIDAY.ends, "video")
    assert part.facts == {
        "held_on": "2026-11-06",
        "starts": "09:00",
        "ends": "10:00",
        "minutes": 60,
        "mode": "video",
    }
    answer = statuses(people=[worker], on=LATER.date())[worker]
    assert "6 November 2026" in " ".join(row.why for row in answer.rules)
    assert "9 November 2026" not in " ".join(row.why for row in answer.rules)
    assert bytes(Part.objects.get(record=record, seq=1).body) == before
    assert record_services.verify(fresh(record)).intact
    assert Entry.objects.filter(verb="session.corrected", about_id=worker).count() == 1


def test_a_successor_may_correct_within_the_time_of_the_author(shropshire: Org) -> None:
    record = sealed(shropshire)
    SupervisionRelationship.objects.filter(supervisee=shropshire.worker).update(ends_on=date(2026, 11, 10))
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker,
        supervisor=shropshire.outsider,
        starts_on=date(2026, 11, 10),
        recorded_at=RECORDED,
    )

    assert correct(shropshire, record, who="outsider").relation == "supervisor"


@pytest.mark.parametrize(
    ("times", "what"),
    [
        (Times(date(2026, 11, 12), time(9), time(10)), "has not come yet"),
        (Times(date(2026, 11, 10), time(9), time(10)), "first signed on 9 November 2026"),
        (Times(date(2026, 11, 9), time(10), time(9)), "end must be later"),
        (Times(date(2025, 3, 31), time(9), time(10)), "did not supervise Amara Obi on that day"),
    ],
)
def test_refuses_a_time_at_which_it_cannot_have_been(shropshire: Org, times: Times, what: str) -> None:
    record = sealed(shropshire)

    with pytest.raises(RuleBroken, match=what):
        correct(shropshire, record, times)

    assert SupervisionSession.objects.get(record=record).on == MONDAY
    assert Part.objects.filter(record=record).count() == 2


@pytest.mark.parametrize("other", ["supervisee", "supervisor"])
def test_refuses_a_time_at_which_one_of_the_two_was_elsewhere(shropshire: Org, other: str) -> None:
    record = sealed(shropshire)
    org = shropshire
    pair = (org.worker, org.outsider) if other == "supervisee" else (org.outsider, org.supervisor)
    held(*pair, on=FRIDAY.on)

    with pytest.raises(RuleBroken, match="in another session at that time"):
        correct(shropshire, record)


def test_refuses_what_is_no_correction_and_nothing_of_the_diary_moves(shropshire: Org) -> None:
    record = sealed(shropshire)

    with pytest.raises(RuleBroken, match="what the record says already"):
        correct(shropshire, record, Times(MONDAY, time(10), time(11, 30)), mode="in_person")


def test_nobody_but_the_supervisor_corrects(shropshire: Org) -> None:
    record = sealed(shropshire)

    for who in ("worker", "team_manager"):
        with pytest.raises(NotAllowed):
            correct(shropshire, record, who=who)
    with pytest.raises(Record.DoesNotExist):
        correct(shropshire, record, who="outsider")


def test_a_record_that_is_not_sealed_is_not_corrected_so(shropshire: Org) -> None:
    record = hold(shropshire, MONDAY).record
    assert record
    sign(shropshire, record)

    with pytest.raises(RuleBroken, match="once this is signed and sealed"):
        correct(shropshire, fresh(record))


def with_children(org: Org) -> SessionWithChildren:
    """A sealed session of the ninth with P1 in depth, P2 briefly and P3 not discussed; P1 and P2 have entries."""
    made = SessionWithChildren(org)
    for reference in ("P1", "P2", "P3"):
        made.child(reference)
    made.mark(P1="in_depth", P2="brief", P3=Mark("not_discussed", "There was no time."))
    for reference in ("P1", "P2"):
        made.write(reference, "situation", situation=f"What happens for {reference}.")
    made.sign()
    made.countersign()
    return made


@pytest.mark.req("R110")
def test_what_was_said_of_each_child_and_each_entry_follow_in_the_same_act(shropshire: Org) -> None:
    made = with_children(shropshire)
    before = {entry.pk: bytes(entry.parts.get(seq=1).body) for entry in map(made.entry, ("P1", "P2")) if entry}

    part = correct(shropshire, fresh(made.record))

    said = Discussion.objects.filter(session=made.session)
    assert {(each.child.reference, each.depth, each.on) for each in said} == {
        ("P1", "in_depth", FRIDAY.on),
        ("P2", "brief", FRIDAY.on),
        ("P3", "not_discussed", FRIDAY.on),
    }
    replaced = Discussion.ever.filter(session=made.session, on=MONDAY)
    assert set(replaced.values_list("replaced_at", flat=True)) == {LATER}, "kept for what was known until then"
    actor = shropshire.actor(shropshire.supervisor, on=LATER.date())
    for reference in ("P1", "P2"):
        entry = made.entry(reference)
        assert entry
        addendum = entry.parts.last()
        assert addendum
        assert addendum.act == part.act
        assert addendum.facts == {"held_on": "2026-11-06", "minutes": 60}
        assert json.loads(bytes(addendum.body))["corrects"] == {"record": str(entry.pk), "seq": 1}
        assert "The diary had it wrong" not in words_of(entry), "why may be personal: it stands in the worker's record"
        assert bytes(entry.parts.get(seq=1).body) == before[entry.pk]
        assert record_services.verify(fresh(entry)).intact
        child = made.children[reference]
        lines = [(each.on, each.record_id) for each in said_of(child=child, actor=actor)]
        assert (FRIDAY.on, entry.pk) in lines
        assert MONDAY not in {on for on, _ in lines}
        [row] = [each for each in to_enter(actor) if each.pk == entry.pk]
        assert row.held_on == FRIDAY.on
    assert record_services.verify(fresh(made.record)).intact


def test_a_correction_of_how_they_met_alone_leaves_the_entries(shropshire: Org) -> None:
    made = with_children(shropshire)

    correct(shropshire, fresh(made.record), Times(MONDAY, time(10), time(11, 30)))

    entry = made.entry("P1")
    assert entry
    assert entry.parts.count() == 2
    assert not Discussion.ever.filter(session=made.session).exclude(replaced_at=None).exists()


def test_refuses_a_day_on_which_a_child_that_was_discussed_was_with_somebody_else(shropshire: Org) -> None:
    made = with_children(shropshire)
    for reference in ("P2", "P3"):
        Allocation.objects.filter(child=made.children[reference]).update(starts_on=date(2026, 11, 9))

    with pytest.raises(RuleBroken, match="P2 was not with Amara Obi on that day") as refusal:
        correct(shropshire, fresh(made.record))

    assert refusal.value.field == "on"
    assert SupervisionSession.objects.get(pk=made.session.pk).on == MONDAY
