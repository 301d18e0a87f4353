"""The page about the states of a record is made from the rules and kept current."""

from pathlib import Path

from records import diagram, rules
from records.rules import PartKind, State

PAGE = Path(__file__).resolve().parents[2] / "docs" / "record-states.md"


def test_the_page_is_what_the_rules_say_now() -> None:
    assert PAGE.read_text() == diagram.page(), "run manage.py record_states"


def test_every_state_is_reached_and_every_allowed_kind_of_part_is_drawn() -> None:
    steps = diagram.transitions()

    assert {before for before, _, _ in steps} == set(State)
    drawn = {(before, words) for before, _, words in steps}
    for state, kinds in rules.MAY_FOLLOW.items():
        for kind in kinds:
            assert (state, diagram.WORDS[kind]) in drawn


def test_control_a_changed_rule_changes_the_page(monkeypatch: object) -> None:
    before = diagram.page()
    changed = {**rules.MAY_FOLLOW, State.SEALED: frozenset({PartKind.ADDENDUM, PartKind.RETURN})}

    monkeypatch.setattr(rules, "MAY_FOLLOW", changed)  # type: ignore[attr-defined]

    assert diagram.page() != before
