"""Rules and checks about people, and the words of the log: without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from core.actor import Actor, Role
from core.errors import NotAllowed, RuleBroken
from core.shortcuts import may
from staff import access, rules
from staff.models import ManagementLine, StaffMember
from trail.rules import READ_ENDINGS, words_of

ME, OTHER = uuid4(), uuid4()
ACTOR = Actor(staff_id=ME, name="Priya Nair", on=date(2026, 11, 9), roles=frozenset(Role))


@pytest.mark.parametrize(
    ("supervisor", "given_back", "sentence"),
    [(ME, False, "Nobody can supervise themselves"), (OTHER, True, "would supervise each other")],
)
def test_who_may_not_supervise(supervisor: object, given_back: bool, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence) as refused:
        rules.check_may_supervise(supervisor_id=supervisor, supervisee_id=ME, given_back=given_back)  # type: ignore[arg-type]

    assert refused.value.field == "to_id"


def test_who_may() -> None:
    rules.check_may_supervise(supervisor_id=OTHER, supervisee_id=ME, given_back=False)
    rules.check_may_manage(manager_id=OTHER, person_id=ME)
    rules.check_makes_no_loop(manager_is_below=False)


def test_nobody_manages_themselves_or_somebody_above() -> None:
    with pytest.raises(RuleBroken, match="Nobody can manage themselves"):
        rules.check_may_manage(manager_id=ME, person_id=ME)
    with pytest.raises(RuleBroken, match="below this one in the line"):
        rules.check_makes_no_loop(manager_is_below=True)


RELATIONS = {
    "self": (ACTOR, ME),
    "supervisor": (replace(ACTOR, supervises=frozenset({OTHER})), OTHER),
    "line manager": (replace(ACTOR, manages=frozenset({OTHER})), OTHER),
    "next up": (replace(ACTOR, next_up_for=frozenset({OTHER})), OTHER),
    "above": (replace(ACTOR, above_for=frozenset({OTHER})), OTHER),
    "colleague": (ACTOR, OTHER),
    "PSW": (ACTOR.wearing(Role.PRINCIPAL_SOCIAL_WORKER), OTHER),
    "HR": (ACTOR.wearing(Role.HR), OTHER),
    "sysadmin": (ACTOR.wearing(Role.SYSTEM_ADMINISTRATOR), OTHER),
}


@pytest.mark.parametrize("relation", sorted(RELATIONS))
@pytest.mark.parametrize(
    ("check", "allowed"),
    [
        (access.check_can_read_relations, {"self", "supervisor", "line manager", "next up", "above", "PSW", "HR"}),
        (access.check_can_change_supervisor, {"line manager", "next up", "above"}),
        (access.check_can_change_line, {"next up", "above"}),
        (access.check_can_propose_line, {"sysadmin"}),
    ],
)
def test_who_may_do_what_with_a_person(relation: str, check: object, allowed: set[str]) -> None:
    actor, person_id = RELATIONS[relation]
    person = StaffMember(pk=person_id, name="Amara Obi", employed_from=date(2025, 4, 1))

    assert may(check, actor, person) is (relation in allowed)  # type: ignore[arg-type]


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_who_may_see_who_has_read_a_file(relation: str) -> None:
    actor, person_id = RELATIONS[relation]

    assert may(access.check_can_read_reads, actor, person_id) is (relation in {"self", "HR"})


def test_administrators_do_not_propose_their_own_line() -> None:
    me = StaffMember(pk=ME, name="Priya Nair", employed_from=date(2025, 4, 1))

    with pytest.raises(NotAllowed, match="Another administrator can"):
        access.check_can_propose_line(ACTOR.wearing(Role.SYSTEM_ADMINISTRATOR), me)


def test_nobody_answers_what_they_gain_by_or_proposed() -> None:
    moment = datetime(2026, 11, 9, tzinfo=UTC)
    third = uuid4()
    for line in (
        ManagementLine(manager_id=ME, person_id=OTHER, recorded_at=moment),
        ManagementLine(manager_id=OTHER, person_id=ME, recorded_at=moment),
    ):
        with pytest.raises(NotAllowed, match="about themselves"):
            access.check_can_confirm_line(ACTOR, line)
    with pytest.raises(NotAllowed, match="both proposes and confirms"):
        access.check_can_confirm_line(
            ACTOR, ManagementLine(manager_id=OTHER, person_id=third, proposed_by_id=ME, recorded_at=moment)
        )


def test_what_may_begin_when() -> None:
    monday = date(2026, 11, 9)
    for day, is_first in ((monday, False), (date(2026, 11, 8), True)):
        rules.check_begins_no_earlier(starts_on=day, today=monday, is_first=is_first)
    with pytest.raises(RuleBroken, match="cannot begin in the past"):
        rules.check_begins_no_earlier(starts_on=date(2026, 11, 8), today=monday, is_first=False)


def test_nobody_gives_sight_to_themselves_but_a_line_manager_may_supervise() -> None:
    rules.check_gives_not_to_oneself(to_id=OTHER, actor_id=ME, is_line_manager=False, field="to_id")
    rules.check_gives_not_to_oneself(to_id=ME, actor_id=ME, is_line_manager=True, field="to_id")
    with pytest.raises(RuleBroken, match="nobody gives this to themselves"):
        rules.check_gives_not_to_oneself(to_id=ME, actor_id=ME, is_line_manager=False, field="to_id")


def test_verbs_of_the_log_are_words_for_people() -> None:
    assert words_of("record.read") == "Read a record"
    assert words_of("contract.review_read") == "Contract: review read"
    assert "record.draft_read".endswith(READ_ENDINGS)
    assert not "record.draft_saved".endswith(READ_ENDINGS)
