"""The state of a record is read off its parts, and only some parts may follow in each state."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import NotAllowed, RuleBroken, Stale
from records import rules
from records.rules import Meaning, PartHead, PartKind, Relation, State

BOTH = frozenset({Relation.SUPERVISOR, Relation.SUPERVISEE})
NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)


def text(required: frozenset[Relation] = BOTH) -> PartHead:
    return PartHead(kind=PartKind.TEXT, relation=Relation.SUPERVISOR, required=required)


def countersigned(meaning: Meaning = Meaning.AGREE) -> PartHead:
    return PartHead(kind=PartKind.COUNTERSIGNATURE, relation=Relation.SUPERVISEE, required=BOTH, meaning=meaning)


def returned() -> PartHead:
    return PartHead(kind=PartKind.RETURN, relation=Relation.SUPERVISEE, required=BOTH, meaning=Meaning.RETURN)


def closed() -> PartHead:
    return PartHead(kind=PartKind.CLOSURE, relation=Relation.NEXT_UP, required=BOTH, meaning=Meaning.CLOSURE)


def addendum() -> PartHead:
    return PartHead(kind=PartKind.ADDENDUM, relation=Relation.SUPERVISOR, required=BOTH)


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([], State.DRAFT),
        ([text()], State.AWAITING),
        ([text(frozenset({Relation.SUPERVISOR}))], State.SEALED),
        ([text(), countersigned()], State.SEALED),
        ([text(), countersigned(Meaning.SEEN_NOT_AGREED)], State.SEALED),
        ([text(), countersigned(Meaning.DECLINE)], State.SEALED),
        ([text(), returned()], State.RETURNED),
        ([text(), returned(), text()], State.AWAITING),
        ([text(), returned(), text(), countersigned()], State.SEALED),
        ([text(), closed()], State.SEALED),
        ([text(), returned(), closed()], State.SEALED),
        ([closed()], State.SEALED),
        ([text(), countersigned(), addendum()], State.SEALED),
    ],
)
def test_state_is_read_off_the_parts(parts: list[PartHead], state: State) -> None:
    assert rules.state_of(parts) is state


def test_a_countersignature_from_before_a_return_does_not_count() -> None:
    parts = [text(), returned(), text()]

    assert rules.awaits(parts) == {Relation.SUPERVISEE}
    assert rules.meaning_of(parts, Relation.SUPERVISEE) is None


def test_nobody_is_awaited_once_it_is_sealed_or_sent_back() -> None:
    assert rules.awaits([text(), countersigned()]) == frozenset()
    assert rules.awaits([text(), returned()]) == frozenset()


@pytest.mark.parametrize("state", sorted(State))
@pytest.mark.parametrize("kind", sorted(PartKind))
def test_each_state_takes_exactly_the_parts_of_the_contract(state: State, kind: PartKind) -> None:
    chains = {
        State.DRAFT: [],
        State.AWAITING: [text()],
        State.RETURNED: [text(), returned()],
        State.SEALED: [text(), countersigned()],
    }
    wanted = {
        State.DRAFT: {"text", "closure"},
        State.AWAITING: {"countersignature", "return", "closure"},
        State.RETURNED: {"text", "closure"},
        State.SEALED: {"addendum", "response"},
    }

    if kind.value in wanted[state]:
        rules.check_may_follow(chains[state], kind)
    else:
        with pytest.raises(RuleBroken):
            rules.check_may_follow(chains[state], kind)


def test_only_the_relation_that_is_awaited_may_countersign() -> None:
    rules.check_awaiting([text()], relation=Relation.SUPERVISEE)
    with pytest.raises(RuleBroken, match="does not wait for your signature"):
        rules.check_awaiting([text()], relation=Relation.SUPERVISOR)
    with pytest.raises(RuleBroken, match="already signed and sealed"):
        rules.check_awaiting([text(), countersigned()], relation=Relation.SUPERVISEE)


@pytest.mark.scenario(22, "a")
@pytest.mark.parametrize(
    ("meaning", "reason", "refusal"),
    [
        (Meaning.AGREE, "", ""),
        (Meaning.SEEN_NOT_AGREED, "The visit is missing.", ""),
        (Meaning.SEEN_NOT_AGREED, "  ", "Say what you do not agree with"),
        (Meaning.DECLINE, "It leaves out what I said.", ""),
        (Meaning.DECLINE, " \n ", "Say why you decline"),
        (Meaning.AUTHOR, "", "Choose what your signature says"),
    ],
)
def test_a_signature_that_does_not_agree_says_why(meaning: Meaning, reason: str, refusal: str) -> None:
    if not refusal:
        rules.check_meaning(meaning, reason=reason)
        return
    with pytest.raises(RuleBroken, match=refusal):
        rules.check_meaning(meaning, reason=reason)


@pytest.mark.scenario(22, "a")
@pytest.mark.req("R128")
@pytest.mark.parametrize(
    ("meaning", "agreed", "by_both"),
    [
        (Meaning.AGREE, True, True),
        (Meaning.SEEN_NOT_AGREED, True, False),
        (Meaning.DECLINE, False, False),
    ],
)
def test_a_declined_record_is_sealed_and_not_in_force(meaning: Meaning, agreed: bool, by_both: bool) -> None:
    parts = [text(), countersigned(meaning)]

    assert rules.state_of(parts) is State.SEALED
    assert rules.is_agreed(parts) is agreed
    assert rules.is_signed_by_both(parts) is by_both


def test_nothing_is_agreed_before_it_is_sealed_or_when_it_was_closed() -> None:
    assert not rules.is_agreed([text()])
    assert not rules.is_signed_by_both([text()])
    assert not rules.is_agreed([text(), closed()])
    assert not rules.is_signed_by_both([text(), closed()])


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(0), True),
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, microseconds=1), False),
        (timedelta(seconds=-20), True),
        (timedelta(seconds=-31), False),
    ],
)
def test_a_challenge_lasts_five_minutes(age: timedelta, fresh: bool) -> None:
    assert rules.is_challenge_fresh(NOON - age, at=NOON) is fresh


def test_refuses_a_stale_or_missing_challenge_and_the_demo_outside_the_demo() -> None:
    rules.check_challenge("password", NOON, at=NOON, demo=False)
    rules.check_challenge("demo", NOON, at=NOON, demo=True)
    with pytest.raises(rules.ChallengeStale):
        rules.check_challenge("password", NOON - timedelta(minutes=6), at=NOON, demo=False)
    with pytest.raises(rules.ChallengeStale):
        rules.check_challenge("", None, at=NOON, demo=True)
    with pytest.raises(NotAllowed, match="no proof"):
        rules.check_challenge("demo", NOON, at=NOON, demo=False)


def test_refuses_what_differs_from_what_was_shown() -> None:
    rules.check_seen("sha256:a", "sha256:a", sentence="changed")
    with pytest.raises(Stale, match="changed"):
        rules.check_seen("sha256:a", "sha256:b", sentence="changed")


def test_a_late_entry_says_both_counts() -> None:
    assert rules.LateEntry(22, 16).as_body() == {"calendar_days": 22, "working_days": 16}
