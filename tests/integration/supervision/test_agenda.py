"""What two people prepare: items of the agenda and notes, private until shared, and what becomes of them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from records.models import Action
from staff.models import Absence, SupervisionRelationship
from supervision import selectors, services
from supervision.models import AgendaItem, Preparation, SupervisionSession
from supervision.rules import Course, Times
from supervision.services import NotesChanged
from tests.diary_kit import booked, held
from tests.org import Org, SignIn
from tests.records_kit import Kit, load_templates
from trail.models import Entry

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


def worker(org: Org) -> Actor:
    return org.actor(org.worker, on=MONDAY)


def supervisor(org: Org) -> Actor:
    return org.actor(org.supervisor, on=MONDAY)


def add(org: Org, actor: Actor, text: str = "Two reports are due on one day", **options: Any) -> AgendaItem:
    return services.add_item(
        supervisee_id=org.worker.pk,
        **{"kind": "topic", "text": text, "share": True, "actor": actor, "at": NOON, **options},
    )


def seen(org: Org, actor: Actor, session: SupervisionSession | None = None) -> list[str]:
    agenda = selectors.agenda_of(supervisee=org.worker, actor=actor, session=session)
    return [item.text for item in agenda.waiting]


def session_of(org: Org, session: SupervisionSession) -> SupervisionSession:
    return SupervisionSession.objects.with_people().with_record_state().get(pk=session.pk)


# -- the agenda


@pytest.mark.req("R084", "R097")
def test_either_puts_something_on_the_agenda_before_a_session_is_booked(shropshire: Org) -> None:
    add(shropshire, worker(shropshire), "The caseload has grown", kind="workload")
    add(shropshire, supervisor(shropshire), "Leave in December")

    assert seen(shropshire, worker(shropshire)) == ["The caseload has grown", "Leave in December"]
    assert seen(shropshire, supervisor(shropshire)) == ["The caseload has grown", "Leave in December"]
    assert AgendaItem.objects.get(kind="workload").raised_by == shropshire.worker


@pytest.mark.req("R084")
def test_the_side_that_has_shared_nothing_is_named(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    add(shropshire, supervisor(shropshire))
    add(shropshire, worker(shropshire), share=False)

    agenda = selectors.agenda_of(
        supervisee=shropshire.worker, actor=worker(shropshire), session=session_of(shropshire, session)
    )

    assert agenda.silent == ["Amara Obi"]


@pytest.mark.req("R080", "R093")
def test_an_item_is_its_writers_alone_until_it_is_shared(shropshire: Org) -> None:
    item = add(shropshire, worker(shropshire), "Something personal", share=False)
    before = list(AgendaItem.objects.visible_to(supervisor(shropshire)))
    with pytest.raises(AgendaItem.DoesNotExist):
        services.share_item(item_id=item.pk, actor=supervisor(shropshire), at=NOON)
    services.share_item(item_id=item.pk, actor=worker(shropshire), at=NOON)

    assert before == []
    assert seen(shropshire, supervisor(shropshire)) == ["Something personal"]


def test_only_who_raised_it_takes_an_item_back_and_only_before_it_is_discussed(shropshire: Org) -> None:
    private = add(shropshire, worker(shropshire), share=False)
    shared = add(shropshire, worker(shropshire))
    discussed = add(shropshire, worker(shropshire))
    session = held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 9))
    AgendaItem.objects.filter(pk=discussed.pk).update(session=session, discussed_at=NOON)

    with pytest.raises(NotAllowed, match="Only the person who raised this"):
        services.remove_item(item_id=shared.pk, actor=supervisor(shropshire), at=NOON)
    services.remove_item(item_id=private.pk, actor=worker(shropshire), at=NOON)
    services.remove_item(item_id=shared.pk, actor=worker(shropshire), at=NOON)
    with pytest.raises(RuleBroken, match="discussed already"):
        services.remove_item(item_id=discussed.pk, actor=worker(shropshire), at=NOON)

    assert list(AgendaItem.objects.all()) == [discussed]


def test_its_writer_changes_an_item_and_a_shared_one_says_so(shropshire: Org) -> None:
    item = add(shropshire, worker(shropshire), "Adam and his sister")
    private = add(shropshire, worker(shropshire), share=False)
    words: dict[str, Any] = {"kind": "case", "text": "P204111", "link": "", "explained_on": None}

    with pytest.raises(NotAllowed, match="Only the person who raised this"):
        services.change_item(item_id=item.pk, **words, actor=supervisor(shropshire), at=NOON)
    services.change_item(item_id=item.pk, **words, actor=worker(shropshire), at=NOON)
    services.change_item(item_id=private.pk, **words, actor=worker(shropshire), at=NOON)
    with pytest.raises(RuleBroken, match="Say what you want"):
        services.change_item(item_id=item.pk, **{**words, "text": " "}, actor=worker(shropshire), at=NOON)

    item.refresh_from_db()
    private.refresh_from_db()
    assert (item.text, item.kind, item.changed_at, private.changed_at) == ("P204111", "case", NOON, None)


def test_a_stranger_and_the_next_up_neither_see_nor_add_to_it(shropshire: Org) -> None:
    add(shropshire, worker(shropshire))

    for person in (shropshire.team_manager, shropshire.head, shropshire.outsider):
        actor = shropshire.actor(person, on=MONDAY)
        assert not AgendaItem.objects.visible_to(actor).exists()
        with pytest.raises(NotAllowed):
            add(shropshire, actor)


@pytest.mark.req("R080")
def test_a_successor_reads_what_was_shared_and_never_what_was_private(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    add(shropshire, supervisor(shropshire), "Private to Priya", share=False)
    add(shropshire, supervisor(shropshire), "Shared by Priya")
    save(shropshire, session, supervisor(shropshire), "Her notes", share=True)
    SupervisionRelationship.objects.filter(supervisee=shropshire.worker).update(ends_on=MONDAY)
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker, supervisor=shropshire.outsider, starts_on=MONDAY, recorded_at=NOON
    )
    successor = shropshire.actor(shropshire.outsider, on=MONDAY)

    assert seen(shropshire, successor) == ["Shared by Priya"]
    assert not Preparation.objects.visible_to(successor).exists()
    assert not AgendaItem.objects.visible_to(supervisor(shropshire)).exists()


@pytest.mark.parametrize(("up", "order"), [(True, ["b", "a", "c"]), (False, ["a", "c", "b"])])
def test_both_can_change_the_order(shropshire: Org, up: bool, order: list[str]) -> None:
    items = {name: add(shropshire, worker(shropshire), name) for name in "abc"}

    services.move_item(item_id=items["b"].pk, up=up, actor=supervisor(shropshire), at=NOON)

    assert seen(shropshire, worker(shropshire)) == order


def test_an_item_steps_over_what_the_mover_cannot_see_and_stays_at_the_end(shropshire: Org) -> None:
    add(shropshire, worker(shropshire), "first")
    add(shropshire, worker(shropshire), "hidden", share=False)
    last = add(shropshire, worker(shropshire), "last")

    services.move_item(item_id=last.pk, up=True, actor=supervisor(shropshire), at=NOON)
    services.move_item(item_id=last.pk, up=True, actor=supervisor(shropshire), at=NOON)

    assert seen(shropshire, supervisor(shropshire)) == ["last", "first"]


@pytest.mark.req("R020", "R159")
@pytest.mark.parametrize(
    ("explained_on", "sentence"), [(None, "Enter the day"), (date(2026, 11, 10), "has not come yet")]
)
def test_a_policy_that_was_explained_has_its_day(shropshire: Org, explained_on: date | None, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        add(shropshire, supervisor(shropshire), kind="policy", explained_on=explained_on)

    item = add(shropshire, supervisor(shropshire), "Lone working", kind="policy", explained_on=date(2026, 11, 2))
    assert (item.kind, item.explained_on) == ("policy", date(2026, 11, 2))


@pytest.mark.req("R170")
@pytest.mark.parametrize("kind", ["good_practice", "data", "equality", "resources"])
def test_what_an_item_is_can_be_said(shropshire: Org, kind: str) -> None:
    item = add(shropshire, worker(shropshire), kind=kind, link="https://data.example.org/team/ash")

    assert (item.kind, item.link) == (kind, "https://data.example.org/team/ash")


# -- what becomes of it


def hold(org: Org, on: date = MONDAY) -> SupervisionSession:
    return services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=on, starts=time(9), ends=time(10, 30)),
        mode="in_person",
        place="",
        actor=supervisor(org),
        at=NOON,
    )


def test_what_is_ticked_was_discussed_and_the_rest_waits(shropshire: Org) -> None:
    first, second = (add(shropshire, worker(shropshire), text) for text in ("first", "second"))
    session = hold(shropshire)

    services.mark_discussed(session_id=session.pk, item_ids=[first.pk], actor=supervisor(shropshire), at=NOON)
    services.mark_discussed(session_id=session.pk, item_ids=[second.pk], actor=supervisor(shropshire), at=NOON)

    assert seen(shropshire, worker(shropshire)) == ["first"]
    assert AgendaItem.objects.get(session=session) == second


def test_only_the_supervisor_ticks_and_nobody_once_the_record_is_signed(shropshire: Org) -> None:
    item = add(shropshire, worker(shropshire))
    session = hold(shropshire)
    tick: dict[str, Any] = {"session_id": session.pk, "item_ids": [item.pk], "at": NOON}
    with pytest.raises(NotAllowed):
        services.mark_discussed(**tick, actor=worker(shropshire))
    services.mark_discussed(**tick, actor=supervisor(shropshire))
    record = session.record
    assert record
    Kit(shropshire).sign(record)

    with pytest.raises(NotAllowed, match="is signed"):
        services.mark_discussed(**{**tick, "item_ids": []}, actor=supervisor(shropshire))

    item.refresh_from_db()
    assert item.session_id == session.pk


def test_nobody_ticks_what_is_private_to_the_other(shropshire: Org) -> None:
    private = add(shropshire, worker(shropshire), share=False)
    session = hold(shropshire)

    services.mark_discussed(session_id=session.pk, item_ids=[private.pk], actor=supervisor(shropshire), at=NOON)

    private.refresh_from_db()
    assert private.session_id is None


def test_an_item_that_was_discussed_is_not_moved_any_more(shropshire: Org) -> None:
    item = add(shropshire, worker(shropshire))
    session = hold(shropshire)
    services.mark_discussed(session_id=session.pk, item_ids=[item.pk], actor=supervisor(shropshire), at=NOON)

    with pytest.raises(RuleBroken, match="discussed already"):
        services.move_item(item_id=item.pk, up=True, actor=worker(shropshire), at=NOON)


# -- notes


def save(
    org: Org, session: SupervisionSession, actor: Actor, notes: str, *, version: int = 0, share: bool = False
) -> Preparation:
    return services.save_preparation(
        session_id=session.pk, notes=notes, version=version, share=share, actor=actor, at=NOON
    )


@pytest.mark.req("R080", "R093")
def test_notes_are_ones_own_until_they_are_shared(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    save(shropshire, session, worker(shropshire), "Ask about leave")

    before = selectors.preparation_page(session=session_of(shropshire, session), actor=supervisor(shropshire))
    save(shropshire, session, worker(shropshire), "Ask about leave", version=1, share=True)
    after = selectors.preparation_page(session=session_of(shropshire, session), actor=supervisor(shropshire))

    assert before.theirs is None
    assert after.theirs is not None
    assert after.theirs.notes == "Ask about leave"
    assert after.mine is None


def test_notes_saved_from_two_windows_are_never_overwritten(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    save(shropshire, session, worker(shropshire), "From the first window")

    with pytest.raises(NotesChanged) as refused:
        save(shropshire, session, worker(shropshire), "From the second window")

    assert refused.value.present.notes == "From the first window"
    assert Preparation.objects.get().notes == "From the first window"
    assert save(shropshire, session, worker(shropshire), "From the first window").version == 1


def test_the_next_up_has_no_part_in_preparing(shropshire: Org) -> None:
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))

    with pytest.raises(NotAllowed):
        save(shropshire, session, shropshire.actor(shropshire.team_manager, on=MONDAY), "Mine")


# -- carried in


@pytest.mark.req("R165")
def test_time_away_is_carried_in_by_its_dates_alone(shropshire: Org) -> None:
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 12))
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))
    for kind, first in (("sickness", date(2026, 10, 19)), ("annual_leave", date(2026, 12, 21))):
        Absence.objects.create(
            person=shropshire.worker,
            kind=kind,
            starts_on=first,
            ends_on=first + timedelta(days=4),
            recorded_at=NOON,
        )
    Absence.objects.create(
        person=shropshire.worker,
        kind="sickness",
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 5),
        recorded_at=NOON,
    )

    page = selectors.preparation_page(session=session_of(shropshire, session), actor=supervisor(shropshire))

    assert [absence.starts_on for absence in page.carried.absences] == [date(2026, 10, 19), date(2026, 12, 21)]


@pytest.mark.req("R014", "R080")
def test_open_actions_loose_ends_and_good_practice_are_carried_in(shropshire: Org) -> None:
    Kit(shropshire).sealed()
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 9))
    SupervisionSession.objects.update(left_over="The court statement", cut_short_reason="Fire alarm")
    add(shropshire, worker(shropshire), "Put off twice")
    AgendaItem.objects.update(carried=2)
    add(shropshire, supervisor(shropshire), "The reunification went well", kind="good_practice")
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16))

    carried = selectors.preparation_page(session=session_of(shropshire, session), actor=worker(shropshire)).carried

    assert {action.what for action in carried.actions} == set(Action.objects.values_list("what", flat=True))
    assert carried.left_over == "The court statement"
    assert [item.text for item in carried.loose_ends] == ["Put off twice"]
    assert [item.text for item in carried.praise] == ["The reunification went well"]


def test_the_supervisors_reading_is_noted_and_the_supervisees_is_not(shropshire: Org) -> None:
    session = session_of(shropshire, booked(shropshire.worker, shropshire.supervisor, on=date(2026, 11, 16)))
    services.read_preparation(session=session, actor=worker(shropshire), at=NOON)
    services.read_preparation(session=session, actor=supervisor(shropshire), at=NOON)

    assert list(Entry.objects.filter(verb="preparation.read").values_list("actor_id", flat=True)) == [
        shropshire.supervisor.pk
    ]


@pytest.mark.req("R019")
@pytest.mark.parametrize("whose", ["my own", "the team's"])
def test_performance_data_is_linked_to_the_session_in_which_it_was_looked_at(
    shropshire: Org, sign_in: SignIn, whose: str
) -> None:
    link = "https://data.example.org/team/ash"
    item = add(shropshire, worker(shropshire), f"Visits of the quarter, {whose}", kind="data", link=link)
    load_templates()
    session = hold(shropshire)

    services.mark_discussed(session_id=session.pk, item_ids=[item.pk], actor=supervisor(shropshire), at=NOON)

    item.refresh_from_db()
    assert item.session == session
    page = sign_in(shropshire.worker).get(f"/supervision/sessions/{session.pk}/").content.decode()
    assert f'href="{link}"' in page
    assert "Performance data" in page


# -- what a session did not come to


@pytest.mark.req("R080")
def test_what_a_session_that_was_cut_short_did_not_come_to_waits_on_the_next_agenda(shropshire: Org) -> None:
    add(shropshire, worker(shropshire), "Already waiting")
    load_templates()

    session = services.hold_session(
        supervisee_id=shropshire.worker.pk,
        session_id=None,
        times=Times(MONDAY, time(9), time(9, 30)),
        mode="in_person",
        place="",
        course=Course(cut_short_reason="An urgent visit", left_over="The training plan"),
        actor=supervisor(shropshire),
        at=NOON,
    )

    item = AgendaItem.objects.waiting().last()
    assert item is not None
    assert (item.text, item.raised_by, item.session, item.shared_at) == (
        "The training plan",
        shropshire.supervisor,
        None,
        NOON,
    )
    assert seen(shropshire, worker(shropshire)) == ["Already waiting", "The training plan"]
    assert session.left_over == "The training plan"


def test_a_session_with_nothing_left_over_adds_nothing(shropshire: Org) -> None:
    load_templates()
    services.hold_session(
        supervisee_id=shropshire.worker.pk,
        session_id=None,
        times=Times(MONDAY, time(9), time(10)),
        mode="in_person",
        place="",
        actor=supervisor(shropshire),
        at=NOON,
    )

    assert not AgendaItem.objects.exists()
