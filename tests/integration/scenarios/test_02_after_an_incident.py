"""A record made after an incident: what was signed stays, what is added says how late, nobody signs for another."""

from datetime import UTC, date, datetime

import pytest
from django.db import connections

from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from policies import services as policies
from records import services as records
from records.models import Part, Record
from records.pdf_wording import late_in_words
from records.rules import Sensitivity, State
from tests.adding_kit import shown_addendum
from tests.integration.scenarios.kit import challenge, countersign, hold, sign, write
from tests.org import RECORDED, Org, make_org
from tests.records_kit import EVIDENCE, fresh

OCTOBER_14 = date(2026, 10, 14)
THAT_DAY = datetime(2026, 10, 14, 12, tzinfo=UTC)
NOVEMBER_5 = datetime(2026, 11, 5, 10, tzinfo=UTC)


def close_the_case(org: Org) -> Record:
    """The record of 14 October that decides to close, signed by both on the day."""
    record = hold(org, on=OCTOBER_14, at=THAT_DAY)
    write(org, record, "workload", by=org.supervisor, at=THAT_DAY, discussed="We close the case of family B.")
    sign(org, record, at=THAT_DAY)
    countersign(org, record, at=THAT_DAY)
    return fresh(record)


@pytest.mark.scenario(2, "a")
def test_on_5_november_only_a_dated_addendum_is_possible_and_the_original_stays(shropshire: Org) -> None:
    record = close_the_case(shropshire)
    before = [bytes(part.body) for part in record.parts.order_by("seq")]
    supervisor = shropshire.actor(shropshire.supervisor, on=NOVEMBER_5.date())

    with pytest.raises(NotAllowed, match="signed and sealed"):
        write(shropshire, record, "workload", by=shropshire.supervisor, at=NOVEMBER_5, discussed="We keep it open.")
    with pytest.raises(RuleBroken, match="already signed and sealed"):
        sign(shropshire, record, at=NOVEMBER_5)
    part = records.add_addendum(
        record_id=record.pk,
        shown=shown_addendum(record, "A neighbour called on 4 November.", actor=supervisor),
        sensitivity=Sensitivity.SHARED,
        facts=None,
        challenge=challenge(NOVEMBER_5),
        evidence=EVIDENCE,
        actor=supervisor,
        at=NOVEMBER_5,
    )

    after = [bytes(each.body) for each in Part.objects.filter(record=record).order_by("seq")]
    assert (part.kind, part.signed_at) == ("addendum", NOVEMBER_5)
    assert after[:2] == before
    assert len(after) == 3


@pytest.mark.scenario(2, "b")
def test_a_second_record_for_14_october_says_for_good_how_late_it_is_and_the_supervisee_is_told(
    shropshire: Org,
) -> None:
    close_the_case(shropshire)
    Job.objects.all().delete()

    second = hold(shropshire, on=OCTOBER_14, at=NOVEMBER_5, hour=14)
    write(shropshire, second, "workload", by=shropshire.supervisor, at=NOVEMBER_5, discussed="What we also said.")
    part = sign(shropshire, second, at=NOVEMBER_5)

    assert b'"late":{"calendar_days":22,"working_days":16}' in bytes(part.body)
    ((_, words),) = late_in_words({"calendar_days": 22, "working_days": 16})
    assert "22 days (16 working days)" in words
    told = [(job.arguments["person_id"], job.arguments["kind"]) for job in Job.objects.filter(task__endswith="notify")]
    assert told == [(str(shropshire.worker.pk), "record_to_countersign")]


@pytest.mark.scenario(2, "c")
@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head", "outsider", "sysadmin"])
def test_nobody_but_the_supervisees_own_login_signs_for_the_supervisee(shropshire: Org, who: str) -> None:
    record = hold(shropshire, on=OCTOBER_14, at=NOVEMBER_5)
    sign(shropshire, record, at=NOVEMBER_5)

    with pytest.raises((NotAllowed, Record.DoesNotExist, RuleBroken)):
        countersign(shropshire, record, at=NOVEMBER_5, by=getattr(shropshire, who))
    assert fresh(record).get_state() is State.AWAITING

    countersign(shropshire, record, at=NOVEMBER_5)
    assert fresh(record).get_state() is State.SEALED
    assert Part.objects.get(record=record, seq=2).signer == shropshire.worker


@pytest.mark.slow
@pytest.mark.scenario(2, "d")
def test_the_check_passes_on_untouched_records_and_on_no_others(committed_db: str) -> None:
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    touched, untouched = close_the_case(org), close_the_case_of_september(org)
    assert records.verify(touched).intact

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE records_partcontent DISABLE TRIGGER USER")
        cursor.execute("UPDATE records_partcontent SET content = replace(content, 'We close', 'We keep')")
        assert cursor.rowcount > 0
        cursor.execute("ALTER TABLE records_partcontent ENABLE TRIGGER USER")

    assert not records.verify(fresh(touched)).intact
    assert records.verify(fresh(untouched)).intact


def close_the_case_of_september(org: Org) -> Record:
    """Another record, of which not a word is touched."""
    at = datetime(2026, 9, 16, 12, tzinfo=UTC)
    record = hold(org, on=at.date(), at=at)
    write(org, record, "workload", by=org.supervisor, at=at, discussed="Nothing new.")
    sign(org, record, at=at)
    countersign(org, record, at=at)
    return fresh(record)
