"""Records about children come onto the child's record: what waits, by when, marked one by one or many, given out as a file."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.errors import NotAllowed, RuleBroken
from policies import services as policies
from records import selectors as records
from records.models import PartContent, Record
from records.pdf_wording import plain_text
from supervision.entering import selectors, services
from supervision.models import EnteredOnChildRecord
from tests.cases_kit import child_with
from tests.decisions_kit import NOON, RATIONALE, TODAY, decide, enter
from tests.entries_kit import EntriesKit
from tests.org import RECORDED, Org
from trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def kit(org: Org) -> EntriesKit:
    return EntriesKit(org)


@pytest.fixture
def family_safeguarding(org: Org) -> Org:
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2017, 6, 1), at=RECORDED)
    return org


def page(org: Org, on: date = TODAY, **options: Any) -> list[selectors.ToEnter]:
    actor = org.actor(org.supervisor, on=on)
    return list(selectors.entering_page(actor=actor, on=on, **options).rows)


@pytest.mark.req("R044", "R076", "R333")
def test_entries_wait_like_decisions_until_they_are_marked(shropshire: Org, kit: EntriesKit) -> None:
    _, entries = kit.sealed_with("P1", "P2")
    decision = decide(child_with(shropshire.worker), shropshire.supervisor)
    kit.session("P3")

    assert {row.record_id for row in page(shropshire)} == {decision.pk, *(entry.pk for entry in entries)}
    made = services.mark_entered(
        record_ids=[entry.pk for entry in entries],
        entered_on=TODAY,
        reference="CN 4",
        form="Case note",
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON + timedelta(hours=1),
    )

    assert [row.record_id for row in page(shropshire)] == [decision.pk]
    assert {(row.form, row.reference, row.entered_by) for row in made} == {("Case note", "CN 4", shropshire.supervisor)}
    done = page(shropshire, shows_done=True)
    assert {row.reference for row in done} == {"P1", "P2"}
    assert Entry.objects.filter(verb="entry.entered").count() == 2


@pytest.mark.req("R349")
def test_an_entry_names_the_form_that_it_went_to_where_nobody_says_another(shropshire: Org, kit: EntriesKit) -> None:
    _, [entry] = kit.sealed_with("P1")

    entered = enter(entry, shropshire.supervisor, reference="", at=NOON + timedelta(hours=1))

    assert entered.form == entry.title != ""
    times = selectors.times_of(record=entry, actor=shropshire.actor(shropshire.supervisor), on=TODAY)
    assert times is not None
    assert (times.held_on, times.written_at, times.entered and times.entered.entered_on) == (TODAY, NOON, TODAY)
    assert times.due is not None
    assert times.due.due_on is None, "Shropshire sets no deadline"


@pytest.mark.scenario(13, "c")
@pytest.mark.req("R334")
@pytest.mark.parametrize(("moment", "late"), [((10, 22, 30), False), ((10, 23, 5), True)])
def test_an_entry_at_five_past_midnight_after_the_deadline_is_late_for_good(
    family_safeguarding: Org, kit: EntriesKit, moment: tuple[int, int, int], late: bool
) -> None:
    """The session was on 1 April 2026, so five working days end with Friday 10 April: Easter lies between them."""
    session, entry = kit.draft(), kit.entry(kit.child("P1"))
    text = replace(kit.text_of(entry), facts={"held_on": "2026-04-01"})
    shown = records.text_to_sign(record=session, facts=kit.facts, late=text.late, given=kit.given, entries=[text]).shown
    kit.sign(session, entries=[text], shown=shown)
    day, hour, minute = moment
    # Summer time: 23:05 in UTC is five past midnight in London
    at = datetime(2026, 4, day, hour, minute, tzinfo=UTC)

    entered = enter(entry, family_safeguarding.supervisor, on=date(2026, 4, 11 if late else 10), at=at)

    assert entered.due_on == date(2026, 4, 10)
    assert entered.is_late is late
    [row] = page(family_safeguarding, shows_done=True)
    assert bool(row.late) is late
    policies.adopt(slug="shropshire-2017", starts_on=date(2026, 11, 10), at=NOON)
    assert EnteredOnChildRecord.objects.get().is_late is late


def test_all_are_marked_or_none(shropshire: Org, kit: EntriesKit) -> None:
    _, entries = kit.sealed_with("P1", "P2")
    at = NOON + timedelta(hours=1)
    enter(entries[0], shropshire.supervisor, at=at)

    for person, refusal in ((shropshire.supervisor, RuleBroken), (shropshire.team_manager, NotAllowed)):
        with pytest.raises(refusal):
            services.mark_entered(
                record_ids=[entry.pk for entry in entries], entered_on=TODAY, actor=shropshire.actor(person), at=at
            )
    with pytest.raises(Record.DoesNotExist):
        enter(entries[1], shropshire.outsider, at=at)
    assert EnteredOnChildRecord.objects.count() == 1


def test_what_went_back_waits_for_its_new_text_and_says_so_where_it_was_entered_before(
    shropshire: Org, kit: EntriesKit
) -> None:
    record, [entry] = kit.awaiting_with("P1")
    assert [row.record_id for row in page(shropshire)] == [entry.pk]

    kit.send_back(record)

    assert page(shropshire) == []
    with pytest.raises(RuleBroken, match="went back for correction"):
        enter(entry, shropshire.supervisor, at=NOON + timedelta(hours=2))


@pytest.mark.req("R315", "R335")
def test_a_note_says_whether_it_was_significant_and_waits_only_then(family_safeguarding: Org) -> None:
    child = child_with(family_safeguarding.worker)
    said: dict[str, Any] = {"note_type": "management_oversight"}

    with pytest.raises(RuleBroken, match="belongs on the child’s record"):
        decide(child, family_safeguarding.supervisor, **said)
    significant = decide(child, family_safeguarding.supervisor, **said, significant="yes")
    decide(child, family_safeguarding.supervisor, **said, significant="no")

    assert significant.title == "Management oversight"
    assert [row.record_id for row in page(family_safeguarding)] == [significant.pk]


@pytest.mark.req("R333")
@pytest.mark.scenario(16, "a")
def test_the_file_holds_each_childs_own_text_and_nothing_of_any_other(shropshire: Org, kit: EntriesKit) -> None:
    session, entries = kit.sealed_with("P1", "P2")
    decide(child_with(shropshire.worker, reference="P3"), shropshire.supervisor)
    actor = shropshire.actor(shropshire.supervisor)

    data = services.export_chosen(
        record_ids=[*(entry.pk for entry in entries), session.pk], actor=actor, at=NOON + timedelta(hours=1)
    )

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt")}
        rows = list(csv.DictReader(io.StringIO(archive.read("entries.csv").decode("utf-8-sig"))))
    assert len(texts) == 2
    for reference, other in (("P1", "P2"), ("P2", "P1")):
        [name] = [each for each in texts if each.startswith(f"text/{reference.lower()}-")]
        assert f"What happens for {reference} now." in texts[name]
        assert other not in texts[name]
        [row] = [row for row in rows if row["Reference"] == reference]
        assert row["Text"] == texts[name]
    salts = [bytes(salt).hex() for salt in PartContent.objects.values_list("salt", flat=True)]
    assert not any(salt in text for salt in salts for text in texts.values())
    trail = Entry.objects.filter(verb="record.exported")
    assert {entry.target_id for entry in trail} == {str(entry.pk) for entry in entries}
    assert all("case system" in entry.detail["purpose"] for entry in trail)


def test_no_spreadsheet_takes_what_was_typed_for_a_formula(shropshire: Org) -> None:
    record = decide(child_with(shropshire.worker, reference="=1+1"), shropshire.supervisor)

    data = services.export_chosen(record_ids=[record.pk], actor=shropshire.actor(shropshire.supervisor), at=NOON)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [row] = csv.DictReader(io.StringIO(archive.read("entries.csv").decode("utf-8-sig")))
    assert row["Reference"] == "'=1+1"
    with pytest.raises(RuleBroken, match="Choose at least one"):
        services.export_chosen(record_ids=[record.pk], actor=shropshire.actor(shropshire.outsider), at=NOON)


@pytest.mark.req("R341")
def test_a_workers_own_record_never_goes_to_the_case_system(shropshire: Org, kit: EntriesKit) -> None:
    session, [entry] = kit.sealed_with("P1")
    actor = shropshire.actor(shropshire.supervisor)

    assert [row.record_id for row in page(shropshire)] == [entry.pk]
    for record_ids in ([session.pk], [session.pk, entry.pk]):
        chosen = selectors.chosen(record_ids=record_ids, actor=actor)
        assert session.pk not in {each.pk for each in chosen}
    with pytest.raises(Record.DoesNotExist):
        enter(session, shropshire.supervisor)
    assert selectors.times_of(record=session, actor=actor, on=TODAY) is None


def test_the_text_to_copy_has_headings_actions_and_additions(shropshire: Org, kit: EntriesKit) -> None:
    action = {"what": "Visit on Friday", "who": "Amara Obi", "who_id": str(shropshire.worker.pk), "by": "2026-11-13"}
    _, [entry] = kit.sealed_with("P1", actions=[action])

    text = plain_text(records.verified_parts(entry))

    assert text.startswith(f"{entry.title}\nP1\n")
    assert "CURRENT ISSUES / SITUATION" in text
    assert "- Visit on Friday (Amara Obi; Friday 13 November 2026)" in text
    assert RATIONALE not in text


def test_the_list_asks_few_queries_however_long_it_is(
    shropshire: Org, kit: EntriesKit, django_assert_max_num_queries: Any
) -> None:
    kit.sealed_with(*(f"P{number}" for number in range(6)))
    actor = shropshire.actor(shropshire.worker)

    with django_assert_max_num_queries(6):
        found = selectors.entering_page(actor=actor, on=TODAY)

    assert [row.may_mark for row in found.rows] == [True] * 6
