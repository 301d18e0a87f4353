"""Drafts as a list of one's own, and those that nobody typed into."""

from datetime import date, time, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from core.errors import NotAllowed, RuleBroken
from records import services as records
from records.models import DraftSection, ExpiredDraft, Record
from records.rules import LateEntry
from staff.models import SupervisionRelationship
from supervision import selectors, services
from supervision.models import SupervisionSession
from supervision.rules import Times
from tests.org import Org
from tests.records_kit import NOON, Kit, fresh
from trail.models import Entry

LATER = NOON + timedelta(days=31)


def hold(org: Org, day: date = date(2026, 11, 2)) -> SupervisionSession:
    return services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=day, starts=time(10), ends=time(11, 30)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor),
        at=NOON,
    )


def type_into(record: Record, org: Org, text: str, *, version: int = 0) -> None:
    records.save_section(
        record_id=record.pk,
        section="workload",
        key=None,
        fields={"discussed": text, "actions": []},
        version=version,
        actor=org.actor(org.supervisor),
        at=NOON + timedelta(minutes=5),
    )


def test_a_draft_that_nobody_typed_into_is_given_up_and_its_session_stays_held(shropshire: Org) -> None:
    session = hold(shropshire)
    record = session.record

    assert services.expire_drafts(at=NOON + timedelta(days=29)) == 0
    assert services.expire_drafts(at=LATER) == 1
    assert services.expire_drafts(at=LATER) == 0

    session.refresh_from_db()
    assert (session.status, session.record) == ("held", None)
    assert record is not None
    assert ExpiredDraft.objects.get().record_id == record.pk
    for person in (shropshire.supervisor, shropshire.worker):
        assert not Record.objects.visible_to(shropshire.actor(person)).exists()
    assert not Record.objects.drafts_known_to(shropshire.actor(shropshire.team_manager)).exists()
    entry = Entry.objects.get(verb="record.draft_expired")
    assert (entry.actor_id, entry.about_id) == (None, shropshire.worker.pk)


def test_a_new_draft_is_opened_in_its_place_once(shropshire: Org) -> None:
    session = hold(shropshire)
    services.expire_drafts(at=LATER)
    supervisor = shropshire.actor(shropshire.supervisor)

    first = services.open_session_record(session_id=session.pk, actor=supervisor, at=LATER)
    again = services.open_session_record(session_id=session.pk, actor=supervisor, at=LATER)

    assert first == again
    session.refresh_from_db()
    assert session.record == first


def test_no_record_is_opened_of_a_session_that_was_not_held(shropshire: Org) -> None:
    session = SupervisionSession.objects.create(
        supervisee=shropshire.worker,
        supervisor=shropshire.supervisor,
        on=date(2026, 11, 30),
        starts=time(10),
        ends=time(11),
        booked_at=NOON,
    )

    with pytest.raises(RuleBroken, match="that was held"):
        services.open_session_record(session_id=session.pk, actor=shropshire.actor(shropshire.supervisor), at=NOON)


def test_a_successor_opens_no_record_of_a_session_that_somebody_else_held(shropshire: Org) -> None:
    session = hold(shropshire)
    services.expire_drafts(at=LATER)
    SupervisionRelationship.objects.filter(supervisee=shropshire.worker).update(ends_on=date(2026, 11, 12))
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker, supervisor=shropshire.outsider, starts_on=date(2026, 11, 12), recorded_at=NOON
    )
    successor = shropshire.actor(shropshire.outsider, on=LATER.date())

    with pytest.raises(NotAllowed, match="who held this session"):
        services.open_session_record(session_id=session.pk, actor=successor, at=LATER)

    session.refresh_from_db()
    assert session.supervisor == shropshire.supervisor
    assert not selectors.session_page(session=session, actor=successor).can_open_record


@pytest.mark.parametrize("text", [".", " x ", "Eleven children."])
def test_one_typed_character_keeps_a_draft_for_ever(shropshire: Org, text: str) -> None:
    session = hold(shropshire)
    assert session.record
    type_into(session.record, shropshire, text)

    assert services.expire_drafts(at=NOON + timedelta(days=4_000)) == 0
    assert DraftSection.objects.filter(record=session.record).exists()


def test_what_was_typed_and_taken_away_again_keeps_it_too(shropshire: Org) -> None:
    session = hold(shropshire)
    assert session.record
    type_into(session.record, shropshire, "x")
    type_into(session.record, shropshire, "", version=1)

    assert services.expire_drafts(at=LATER) == 0


def test_empty_boxes_saved_once_are_nobodys_words(shropshire: Org) -> None:
    session = hold(shropshire)
    assert session.record
    type_into(session.record, shropshire, "")

    assert services.expire_drafts(at=LATER) == 1


def test_a_contract_that_stands_as_it_was_begun_is_given_up_and_can_be_begun_again(shropshire: Org) -> None:
    supervisor = shropshire.actor(shropshire.supervisor)
    contract = services.open_contract(supervisee_id=shropshire.worker.pk, actor=supervisor, at=NOON)
    assert contract.draft_sections.exists()

    assert services.expire_drafts(at=LATER) == 1

    again = services.open_contract(supervisee_id=shropshire.worker.pk, actor=supervisor, at=LATER)
    assert again.pk != contract.pk


def test_what_is_signed_never_expires(shropshire: Org) -> None:
    Kit(shropshire).awaiting()

    assert services.expire_drafts(at=LATER) == 0


def test_the_list_says_whose_turn_it_is_and_who_saved_last(
    shropshire: Org, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kit = Kit(shropshire)
    session = hold(shropshire)
    assert session.record
    type_into(session.record, shropshire, "Eleven children.")
    awaiting, _ = kit.awaiting(), kit.sealed()
    supervisor = kit.supervisor

    with django_assert_num_queries(4):
        page = selectors.drafts_page(actor=supervisor)
    ((row, day),) = page.to_write
    assert (row.record, day, row.saved_by) == (session.record, date(2026, 11, 2), "Priya Nair")
    assert [row.record for row, _ in page.waiting] == [awaiting]
    assert (page.to_answer, page.to_prepare) == ([], [])

    page = selectors.drafts_page(actor=kit.worker)
    ((row, _),) = page.to_prepare
    records.save_section(
        record_id=session.record.pk,
        section="supervisee_comments",
        key=None,
        fields={"comments": "Mine alone"},
        version=0,
        actor=kit.worker,
        at=LATER,
    )
    ((of_supervisor, _),) = selectors.drafts_page(actor=kit.supervisor).to_write
    assert of_supervisor.saved_by == "Priya Nair"
    assert (row.saved_by, row.saved_at) == ("", None)
    assert [row.record for row, _ in page.to_answer] == [awaiting]

    ((row, _),) = selectors.drafts_page(actor=kit.worker).to_prepare
    assert (row.saved_by, row.saved_at) == ("Amara Obi", LATER)
    records.share_draft(record_id=session.record.pk, shared=True, actor=kit.supervisor, at=NOON)
    assert selectors.drafts_page(actor=kit.worker).to_prepare[0][0].shared

    for person in (shropshire.team_manager, shropshire.outsider):
        assert selectors.drafts_page(actor=shropshire.actor(person)).is_empty


def test_a_returned_record_is_among_those_to_write(shropshire: Org) -> None:
    kit = Kit(shropshire)
    record = kit.awaiting()
    kit.send_back(fresh(record))

    page = selectors.drafts_page(actor=kit.supervisor)

    assert [row.record for row, _ in page.to_write] == [record]


@pytest.mark.scenario(2, "b")
def test_how_late_a_record_was_entered_stands_in_the_list_as_it_was_signed(shropshire: Org) -> None:
    kit = Kit(shropshire)
    session = hold(shropshire, date(2026, 10, 14))
    late = LateEntry(calendar_days=22, working_days=16)
    kit.sign(session.record, late=late, shown=kit.shown(session.record, late=late))

    for person, words in ((shropshire.worker, "22 days (16 working days) after"), (shropshire.head, "")):
        page = selectors.person_page(
            person=shropshire.worker, actor=shropshire.actor(person), on=date(2026, 11, 9), number="1"
        )
        assert [row.late_words for row in page.past.object_list] == [words]
