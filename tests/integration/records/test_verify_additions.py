"""What was added or closed is checked like all else: an untouched record passes, and every change shows and says where."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from records import services
from records.models import Record
from staff.models import StaffMember
from tests.adding_kit import add, close
from tests.org import make_org
from tests.records_kit import Kit, fresh
from tests.tampering import Tamper

pytestmark = pytest.mark.slow
FACTS = {"held_on": "2026-11-06", "minutes": 60, "mode": "video"}


@pytest.fixture
def kit(committed_db: str) -> Kit:
    return Kit(make_org())


def corrected(kit: Kit) -> Record:
    record = kit.sealed()
    add(kit, record, actor=kit.worker, text="I was not there.")
    add(kit, fresh(record), actor=kit.supervisor, text="It was on Friday.", facts=FACTS)
    return fresh(record)


CHANGES = {
    "the words of an addendum": (
        "UPDATE records_partcontent SET content = replace(content, 'not there', 'there') WHERE section = '_addendum'",
        "Part 3, section _addendum: its content is not what was signed.",
    ),
    "the facts of a correction": (
        "UPDATE records_part SET facts = '{\"minutes\": 90}' WHERE seq = 4",
        "Part 4: the column facts does not say what was signed.",
    ),
    "who signed it as what": (
        "UPDATE records_part SET relation = 'supervisor' WHERE seq = 3",
        "Part 3: the column relation does not say what was signed.",
    ),
    "the state that it left": (
        "UPDATE records_part SET state_after = 'returned' WHERE seq = 4",
        "Part 4: the column state_after does not say what was signed.",
    ),
    "an addendum made into an answer": (
        "UPDATE records_part SET kind = 'countersignature', meaning = 'decline' WHERE seq = 3",
        "Part 3: the column kind does not say what was signed.",
    ),
}


@pytest.mark.scenario(2, "d")
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_the_check_passes_on_an_untouched_record_and_on_no_other(kit: Kit, tamper: Tamper, name: str) -> None:
    sql, fault = CHANGES[name]
    record = corrected(kit)
    assert services.verify(record).intact
    assert services.verify(record).parts == 4

    tamper(sql)

    assert services.verify(fresh(record)).fault == fault


def test_the_command_knows_closures_and_finds_a_changed_reason(kit: Kit, tamper: Tamper) -> None:
    draft = kit.draft()
    corrected(kit)
    StaffMember.objects.filter(pk=kit.org.supervisor.pk).update(left_on=date(2026, 11, 10))
    close(kit, draft, actor=kit.org.actor(kit.org.team_manager, on=date(2026, 11, 11)), text="She left.")
    out = StringIO()
    call_command("verify_records", stdout=out)
    assert "2 records checked: all intact." in out.getvalue()

    tamper("UPDATE records_partcontent SET content = replace(content, 'left', 'lied') WHERE section = '_closure'")

    err = StringIO()
    with pytest.raises(CommandError, match="1 of 2 records"):
        call_command("verify_records", stdout=StringIO(), stderr=err)
    assert "Part 1, section _closure: its content is not what was signed." in err.getvalue()
