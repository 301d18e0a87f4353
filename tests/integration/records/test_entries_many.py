"""What signing costs: as much with many entries as with two."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.models import Job
from records.models import Part, Record
from tests.entries_kit import EntriesKit
from tests.org import Org
from trail.models import Entry


@pytest.fixture
def kit(org: Org) -> EntriesKit:
    return EntriesKit(org)


def asked(act: Callable[[], object]) -> int:
    """How many queries an act makes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def cost_of_signing(kit: EntriesKit, record: Record, entries: list[Record]) -> int:
    """How many queries it takes to sign what was shown."""
    shown = kit.to_sign(record, entries).shown
    return asked(lambda: kit.sign_with(record, entries, shown=shown))


def test_signing_and_countersigning_ask_the_same_of_twenty_entries_as_of_two(kit: EntriesKit) -> None:
    few, many = kit.session("A1", "A2"), kit.session(*(f"B{number}" for number in range(20)))

    signed = [cost_of_signing(kit, *each) for each in (few, many)]
    answered = [asked(partial(kit.countersign, record)) for record, _ in (few, many)]

    assert signed[0] == signed[1]
    assert answered[0] == answered[1]


def test_what_follows_stands_in_the_order_in_which_the_entries_were_signed(kit: EntriesKit) -> None:
    record, entries = kit.sealed_with("P1", "P2", "P3")
    in_order = [str(each.pk) for each in entries]

    for verb, whole_first in (("record.signed", False), ("record.countersigned", True)):
        rows = Entry.objects.filter(verb=verb).order_by("pk").values_list("target_id", flat=True)
        expected = [str(record.pk), *sorted(in_order)] if whole_first else [*in_order, str(record.pk)]
        assert list(rows) == expected, verb
    printed = Job.objects.filter(task="records.tasks.render_document").values_list("arguments__head", flat=True)
    heads = {part.digest for part in Part.objects.filter(state_after="sealed")}
    assert set(printed) == heads
    assert len(heads) == 1 + Record.objects.filter(kind="case_entry").count()
