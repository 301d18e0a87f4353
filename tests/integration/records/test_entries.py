"""Entries about children: signed with the record of their session in one act, bound by it, and answered with it."""


import pytest

from records import canonical, services
from records.models import Part, Record
from records.rules import State
from tests.entries_kit import EntriesKit
from tests.org import Org
from tests.records_kit import fresh


@pytest.fixture
def kit(org: Org) -> EntriesKit:
    return EntriesKit(org)


def last(record: Record) -> Part:
    return Part.objects.filter(record=record).order_by("-seq")[0]


def body_of(part: Part) -> dict:
    return canonical.parse(bytes(part.body))


@pytest.mark.scenario(16, "a")
@pytest.mark.req("R109", "R110")
def test_one_press_signs_the_record_and_every_entry_in_one_act(kit: EntriesKit) -> None:
    record, entries = kit.session("P1", "P2", "P3")

    part = kit.sign_with(record, entries)

    texts = [last(entry) for entry in entries]
    assert {each.act for each in texts} == {part.act}
    assert {each.signed_at for each in texts} == {part.signed_at}
    assert body_of(part)["bound"] == [
        {"record": str(each.record_id), "kind": "case_entry", "seq": 1, "digest": each.digest} for each in texts
    ]
    assert [fresh(entry).get_state() for entry in entries] == [State.AWAITING] * 3
    first = body_of(texts[0])
    assert first["subjects"] == [{"id": str(entries[0].child_id), "kind": "child", "label": "P1", "role": ""}]
    assert first["facts"] == {"held_on": "2026-11-09"}
    assert [section["heading"] for section in first["sections"]] == [
        "This discussion", "Current issues / situation", "Reflection", "Analysis", "Actions",
    ]  # fmt: skip
    assert all(services.verify(fresh(each)).intact for each in (record, *entries))
