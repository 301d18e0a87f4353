"""What changes from one version of a policy to another, in words and by rule. No database."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from policies.difference import Change, Part, difference, lines_between
from policies.files import read_document
from policies.in_order import in_order
from policies.rules.policy import DayAdded
from tests.policies_kit import pack, shipped

Document = dict[str, Any]


def changed(change: Callable[[Document], object], slug: str = "shropshire-2017") -> list[Part]:
    """What the difference says after a change of the document."""
    before = shipped(slug)
    assert before.parent
    document = copy.deepcopy(before.document)
    change(document)
    after = read_document(document, file="x", parent=before.parent.policy, parent_data=before.parent.document)
    return difference(before.policy, after)


def only(parts: list[Part]) -> Change:
    [part] = parts
    [change] = part.changes
    return change


def test_the_same_policy_has_no_difference() -> None:
    assert changed(lambda document: None) == []


def test_a_changed_interval_is_said_from_and_to() -> None:
    parts = changed(lambda d: d["case_rules"][0].update(interval={"type": "rolling", "every": "P1M"}))

    change = only(parts)
    assert parts[0].title == "How often each child is discussed"
    assert change.how == "changed"
    [line] = change.lines
    assert line.about == "How often"
    assert line.before.startswith("A discussion every 2 months. Otherwise a breach.")
    assert line.after == "A discussion every month. Otherwise a breach."


def test_a_rule_that_goes_and_what_takes_its_place_are_both_named() -> None:
    parts = changed(lambda d: d.update(supervision_rules=[r for r in d["supervision_rules"] if r["id"] != "asye"]))

    assert [part.title for part in parts] == ["Who is supervised how often"]
    assert {(change.how, change.label) for change in parts[0].changes} == {("removed", "ASYE"), ("added", "NQSW")}
    added = next(change for change in parts[0].changes if change.how == "added")
    assert ("Taken from", "", "baseline-lga-2020, version 2020") in [
        (line.about, line.before, line.after) for line in added.lines
    ]


@pytest.mark.parametrize(
    ("change", "title", "about", "before", "after"),
    [
        (
            lambda d: d["calendar"].update(closure_days=["2026-12-24"]),
            "Working days",
            "Closure days",
            "",
            "24 December 2026",
        ),
        (
            lambda d: d["calendar"].update(working_days=["mon", "tue"]),
            "Working days",
            "Working days",
            "Monday, Tuesday, Wednesday, Thursday and Friday",
            "Monday and Tuesday",
        ),
        (
            lambda d: d.update(absence={"obligation_suspended_after": {"calendar_days": 14}}),
            "Absence",
            "Suspends supervision from",
            "28 calendar days",
            "14 calendar days",
        ),
        (lambda d: d["labels"].update(case_system="Mosaic"), "Contracts, records and the rest", "Case system",
         "ICS (CareFirst)", "Mosaic"),
        (lambda d: d["ambiguities"][0].update(chosen="one rule"), "Where it can be read in two ways", "Read as",
         "both apply; the stricter two-monthly rule decides overdue", "one rule"),
    ],
)  # fmt: skip
def test_everything_else_is_said_in_words(
    change: Callable[[Document], object], title: str, about: str, before: str, after: str
) -> None:
    found = [
        (part.title, line.about, line.before, line.after)
        for part in changed(change)
        for each in part.changes
        for line in each.lines
    ]

    assert (title, about, before, after) in found


def test_two_councils_differ_in_every_part_without_a_name_that_only_files_know() -> None:
    parts = difference(pack("shropshire-2017"), pack("camden-short-guide"))

    assert len(parts) > 5
    values = [line.after for part in parts for change in part.changes for line in change.lines]
    assert "Personal supervision record" in values
    assert not any("_" in value for value in values if " " not in value)


def test_days_that_an_administrator_added_are_no_change_of_the_policy() -> None:
    policy = pack("shropshire-2017")

    assert difference(policy.with_days((DayAdded(date(2026, 12, 30), "closure day", "Move"),)), policy) == []


def test_lines_and_keys_in_order() -> None:
    lines = lines_between("a\nb\n", "a\nc\n")

    assert [line for line in lines if line[:1] in "+-" and line[1:2] not in "+-"] == ["-b", "+c"]
    document = in_order(
        {"zebra": 1, "version": "1", "id": "x", "schema": "s", "applies_to": {"services": [], "categories": []}}
    )
    assert list(document) == ["schema", "id", "version", "applies_to", "zebra"]
    assert list(document["applies_to"]) == ["categories", "services"]
