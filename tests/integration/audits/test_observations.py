"""Observations: planned within sight, held only once everybody agreed, signed by both; moved and given up with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest

from audits.models import Observation
from audits.observing import selectors, services
from audits.observing.feedback import services as feedback
from audits.observing.rules import Stands
from audits.timetable.rules import State as TimetableState
from audits.timetable.selectors import standing_of_duties
from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from policies import services as policies
from records.models import Action, Record
from records.rules import Relation, State
from staff.models import ManagementLine
from supervision.models import SupervisionSession
from tests.cases_kit import child_with
from tests.observing_kit import ObservingKit
from tests.org import RECORDED, Org

TOMORROW = date(2026, 11, 10)


@pytest.fixture
def kit(shropshire: Org) -> ObservingKit:
    return ObservingKit(shropshire)


def told(kind: str) -> list[str]:
    return [str(job.arguments["person_id"]) for job in Job.objects.filter(arguments__kind=kind)]


def stands(kit: ObservingKit, observation: Observation) -> Stands:
    full = selectors.observations_in_full().get(pk=observation.pk)
    return selectors.row_of(full, actor=kit.actor(observation.observer)).stands


@pytest.mark.req("R119")
def test_an_observation_of_supervision_asks_both_and_says_for_which_duty_it_counts(kit: ObservingKit) -> None:
    head, manager = kit.org.head, kit.org.team_manager
    kit.session(manager, kit.org.supervisor, on=TOMORROW)
    session = SupervisionSession.objects.get()

    made = services.plan_supervision(observed_id=manager.pk, session_id=session.pk, actor=kit.actor(head), at=kit.at)

    assert (made.observed, made.practitioner, made.planned_on) == (manager, kit.org.supervisor, TOMORROW)
    assert made.duty == "service_manager-observation_of_supervision-team_manager"
    assert made.starts_on is not None
    assert made.ends_on is not None
    assert made.starts_on <= TOMORROW < made.ends_on
    assert sorted(told("answer_wanted")) == sorted([str(manager.pk), str(kit.org.supervisor.pk)])


@pytest.mark.req("R119")
def test_a_second_in_a_period_makes_good_what_the_one_before_is_short_of(kit: ObservingKit) -> None:
    head, manager = kit.org.head, kit.org.team_manager
    sessions = [kit.session(manager, kit.org.supervisor, on=TOMORROW + timedelta(days=days)) for days in range(5)]

    made = [
        services.plan_supervision(observed_id=manager.pk, session_id=one.pk, actor=kit.actor(head), at=kit.at)
        for one in sessions[:3]
    ]

    first_half, second_half = date(2026, 4, 1), date(2026, 10, 1)
    assert [one.starts_on for one in made] == [second_half, first_half, second_half]
    short = [each for each in standing_of_duties(on=kit.on, people={head.pk}) if each.duty.id == made[0].duty]
    assert [(each.period[0], each.state) for each in short] == [
        (first_half, TimetableState.LATE), (second_half, TimetableState.BOOKED)
    ]  # fmt: skip

    moved = services.move_to_session(
        observation_id=made[1].pk, session_id=sessions[4].pk, reason="She is away.", actor=kit.actor(head), at=kit.at
    )
    assert moved.starts_on == first_half, "moving it takes it from no period"


def test_who_is_no_leader_of_a_tier_is_observed_on_top_of_the_timetable(kit: ObservingKit) -> None:
    assert kit.practice().duty == ""


@pytest.mark.req("R119", "R261")
@pytest.mark.parametrize("who", ["worker", "outsider", "head"])
def test_nobody_observes_themselves_or_whom_they_neither_supervise_nor_manage(kit: ObservingKit, who: str) -> None:
    person = getattr(kit.org, who)

    with pytest.raises(NotAllowed):
        services.plan_practice(
            observed_id=kit.org.worker.pk,
            activity="A visit",
            on=kit.on,
            child_id=None,
            actor=kit.actor(person),
            at=kit.at,
        )


def test_nobody_observes_their_own_supervisor(kit: ObservingKit) -> None:
    with pytest.raises(NotAllowed):
        services.plan_practice(
            observed_id=kit.org.supervisor.pk,
            activity="A visit",
            on=kit.on,
            child_id=None,
            actor=kit.actor(kit.org.worker),
            at=kit.at,
        )


def test_a_session_with_oneself_cannot_be_observed(kit: ObservingKit) -> None:
    session = kit.session(kit.org.supervisor, kit.org.team_manager)

    with pytest.raises(RuleBroken):
        services.plan_supervision(
            observed_id=kit.org.supervisor.pk, session_id=session.pk, actor=kit.actor(kit.org.team_manager), at=kit.at
        )


def test_a_session_is_observed_once(kit: ObservingKit) -> None:
    planned = kit.supervision()

    with pytest.raises(RuleBroken, match="already"):
        services.plan_supervision(
            observed_id=planned.observed_id,
            session_id=planned.session_id,
            actor=kit.actor(kit.org.team_manager),
            at=kit.at,
        )


@pytest.mark.req("R261")
def test_a_child_is_chosen_among_the_workers_own(kit: ObservingKit) -> None:
    others = child_with(kit.org.outsider)

    with pytest.raises(RuleBroken) as refused:
        kit.practice(child_id=others.pk)
    assert refused.value.field == "child_id"
    assert kit.practice(child_id=child_with(kit.org.worker).pk).child is not None


@pytest.mark.req("R119")
def test_it_is_not_held_before_both_agreed(kit: ObservingKit) -> None:
    planned = kit.supervision()
    kit.answer(planned, kit.org.supervisor)

    with pytest.raises(RuleBroken, match="Amara Obi has not said"):
        kit.hold(planned)

    kit.answer(planned, kit.org.worker)
    assert kit.hold(planned).record is not None


def test_a_no_is_respected_until_it_becomes_a_yes(kit: ObservingKit) -> None:
    planned = kit.supervision()
    kit.agree(planned)
    kit.answer(planned, kit.org.worker, agreed=False, words="I have a hard week.")

    assert stands(kit, planned) is Stands.REFUSED
    with pytest.raises(RuleBroken, match="Amara Obi did not agree"):
        kit.hold(planned)

    kit.answer(planned, kit.org.worker)
    assert stands(kit, planned) is Stands.AGREED


@pytest.mark.req("R261", "R279")
def test_where_a_child_is_named_the_worker_asks_the_family_first(kit: ObservingKit) -> None:
    planned = kit.practice(child_id=child_with(kit.org.worker).pk)
    kit.answer(planned, kit.org.worker)

    with pytest.raises(RuleBroken, match="the family has not said"):
        kit.hold(planned)
    with pytest.raises(NotAllowed):
        services.note_family(
            observation_id=planned.pk, agreed=True, words="", actor=kit.actor(kit.org.supervisor), at=kit.at
        )

    services.note_family(observation_id=planned.pk, agreed=True, words="", actor=kit.actor(kit.org.worker), at=kit.at)
    assert kit.hold(planned).held_on == kit.on


def test_a_familys_no_counts_where_no_child_is_named(kit: ObservingKit) -> None:
    planned = kit.agree(kit.practice())
    services.note_family(observation_id=planned.pk, agreed=False, words="", actor=kit.actor(kit.org.worker), at=kit.at)

    with pytest.raises(RuleBroken, match="the family did not agree"):
        kit.hold(planned)


def test_nobody_answers_for_somebody_else(kit: ObservingKit) -> None:
    planned = kit.supervision()

    with pytest.raises(NotAllowed):
        kit.answer(planned, kit.org.team_manager)


@pytest.mark.parametrize("on", [date(2026, 11, 10), date(2026, 11, 8)])
def test_it_is_not_held_in_days_to_come_or_before_anybody_was_asked(kit: ObservingKit, on: date) -> None:
    planned = kit.agree(kit.practice())

    with pytest.raises(RuleBroken) as refused:
        kit.hold(planned, on=on)
    assert refused.value.field == "on"


def test_a_session_that_was_called_off_was_not_observed(kit: ObservingKit) -> None:
    planned = kit.agree(kit.supervision())
    session = planned.session
    assert session is not None
    session.status, session.closed_at, session.cancelled_by = "cancelled", kit.at, kit.org.supervisor
    session.cancel_reason = "Court."
    session.save()

    with pytest.raises(RuleBroken, match="did not take place"):
        kit.hold(planned)


def test_a_session_on_another_day_was_not_observed_on_this_one(kit: ObservingKit) -> None:
    planned = kit.agree(kit.supervision(on=TOMORROW))

    with pytest.raises(RuleBroken, match="10 November 2026"):
        kit.hold(planned)


@pytest.mark.req("R119", "R161", "R253")
def test_the_feedback_is_signed_by_both(kit: ObservingKit) -> None:
    planned = kit.supervision()
    held = kit.hold(kit.agree(planned))
    record = kit.written(held)

    first = kit.sign(held)

    assert (first.relation, first.state_after) == (Relation.OBSERVER, State.AWAITING)
    assert stands(kit, held) is Stands.AWAITING
    assert kit.countersign(held).relation == Relation.OBSERVED
    record = Record.objects.with_parts().get(pk=record.pk)
    assert record.get_state() is State.SEALED
    assert record.parts.filter(contents__content__contains="I tried to listen.").exists()
    assert record.subject == kit.org.supervisor


def test_what_is_agreed_becomes_actions(kit: ObservingKit) -> None:
    wanted = {"what": "Leave silence", "who": "Amara Obi", "who_id": str(kit.org.worker.pk), "by": "2026-12-01"}

    kit.done(kit.practice(), actions=[wanted])

    assert Action.objects.get().owner == kit.org.worker


@pytest.mark.req("R261", "R305")
def test_the_feedback_says_what_was_observed_who_agreed_and_in_which_session_it_is_spoken_of(kit: ObservingKit) -> None:
    child = child_with(kit.org.worker)
    held = kit.hold(kit.agree(kit.practice(child_id=child.pk)))
    session = kit.session(kit.org.supervisor, kit.org.worker, on=TOMORROW)
    services.speak_in(observation_id=held.pk, session_id=session.pk, actor=kit.actor(kit.org.worker), at=kit.at)
    kit.written(held)

    part = kit.sign(held)

    said = "".join(part.contents.exclude(section="_evidence").values_list("content", flat=True))
    assert "A home visit" in said
    assert "10 November 2026" in said
    assert "Amara Obi, the family" in said
    assert child.reference in bytes(part.body).decode()


def test_a_signature_under_another_text_is_refused(kit: ObservingKit) -> None:
    held = kit.hold(kit.agree(kit.practice()))
    kit.written(held)

    with pytest.raises(Stale):
        kit.sign(held, shown="sha256:0")


def test_only_the_observer_holds_and_signs(kit: ObservingKit) -> None:
    planned = kit.agree(kit.practice())

    with pytest.raises(NotAllowed):
        feedback.hold(observation_id=planned.pk, on=kit.on, actor=kit.actor(kit.org.worker), at=kit.at)


def test_nothing_is_signed_before_it_is_held(kit: ObservingKit) -> None:
    planned = kit.agree(kit.practice())

    with pytest.raises(RuleBroken, match="not held yet"):
        kit.sign(planned, shown="")


def test_what_was_held_is_neither_moved_nor_answered_nor_given_up(kit: ObservingKit) -> None:
    held = kit.hold(kit.agree(kit.practice()))
    actor = kit.actor(kit.org.supervisor)

    for act in (
        lambda: kit.hold(held),
        lambda: kit.answer(held, kit.org.worker),
        lambda: services.give_up(observation_id=held.pk, reason="Late", actor=actor, at=kit.at),
        lambda: services.move(observation_id=held.pk, on=TOMORROW, reason="Late", actor=actor, at=kit.at),
    ):
        with pytest.raises(RuleBroken, match="held already"):
            act()


def test_it_moves_with_a_reason_and_the_others_are_told(kit: ObservingKit) -> None:
    planned = kit.agree(kit.practice())
    actor = kit.actor(kit.org.supervisor)

    moved = services.move(observation_id=planned.pk, on=TOMORROW, reason="The visit moved.", actor=actor, at=kit.at)

    assert moved.planned_on == TOMORROW
    assert [(row.from_on, row.to_on) for row in moved.moves.all()] == [(kit.on, TOMORROW)]
    assert told("observation_changed") == [str(kit.org.worker.pk)]
    assert stands(kit, moved) is Stands.AGREED


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [(date(2026, 11, 8), "x", "on"), (date(2026, 11, 9), "x", "on"), (TOMORROW, " ", "reason")],
)
def test_a_move_needs_another_day_and_a_reason(kit: ObservingKit, on: date, reason: str, field: str) -> None:
    planned = kit.practice()

    with pytest.raises(RuleBroken) as refused:
        services.move(observation_id=planned.pk, on=on, reason=reason, actor=kit.actor(kit.org.supervisor), at=kit.at)
    assert refused.value.field == field


def test_one_of_supervision_moves_to_another_session_of_the_same_two(kit: ObservingKit) -> None:
    planned = kit.supervision()
    other = kit.session(kit.org.supervisor, kit.org.worker, on=TOMORROW)
    strange = kit.session(kit.org.supervisor, kit.org.outsider, on=TOMORROW)
    actor = kit.actor(kit.org.team_manager)
    arguments: dict[str, Any] = {"observation_id": planned.pk, "reason": "Court", "actor": actor, "at": kit.at}

    with pytest.raises(RuleBroken):
        services.move_to_session(session_id=strange.pk, **arguments)
    with pytest.raises(RuleBroken, match="with its session"):
        services.move(on=TOMORROW, **arguments)

    assert services.move_to_session(session_id=other.pk, **arguments).session == other


def test_it_is_given_up_with_a_reason(kit: ObservingKit) -> None:
    planned = kit.practice()
    arguments: dict[str, Any] = {"actor": kit.actor(kit.org.supervisor), "at": kit.at}

    with pytest.raises(RuleBroken):
        services.give_up(observation_id=planned.pk, reason="", **arguments)
    services.give_up(observation_id=planned.pk, reason="Nobody had time.", **arguments)

    assert stands(kit, planned) is Stands.GIVEN_UP
    with pytest.raises(RuleBroken, match="given up"):
        kit.hold(planned)


def test_an_observer_who_no_longer_supervises_does_nothing_more(kit: ObservingKit) -> None:
    planned = kit.agree(kit.practice())
    kit.org.worker.supervision_received.update(ends_on=kit.on)
    ManagementLine.objects.filter(person=kit.org.worker).update(ends_on=kit.on)

    with pytest.raises(NotAllowed, match="no longer"):
        kit.hold(planned)


@pytest.mark.parametrize("session", ["strange", None])
def test_it_is_spoken_of_in_a_session_of_the_two_or_in_none_yet(kit: ObservingKit, session: str | None) -> None:
    held = kit.hold(kit.agree(kit.practice()))
    strange = kit.session(kit.org.supervisor, kit.org.outsider, on=TOMORROW)
    arguments: dict[str, Any] = {"observation_id": held.pk, "actor": kit.actor(kit.org.worker), "at": kit.at}

    if session:
        with pytest.raises(RuleBroken):
            services.speak_in(session_id=strange.pk, **arguments)
    else:
        assert services.speak_in(session_id=None, **arguments).session is None


def test_of_supervision_the_session_is_the_one_that_was_observed(kit: ObservingKit) -> None:
    planned = kit.supervision()

    with pytest.raises(NotAllowed):
        services.speak_in(observation_id=planned.pk, session_id=None, actor=kit.actor(kit.org.supervisor), at=kit.at)


# Who sees what


def test_the_practitioner_knows_of_it_and_does_not_read_the_feedback(kit: ObservingKit) -> None:
    done = kit.done(kit.supervision())
    practitioner = kit.actor(kit.org.worker)

    assert Observation.objects.visible_to(practitioner).filter(pk=done.pk).exists()
    assert not Record.objects.visible_to(practitioner).filter(pk=done.record_id).exists()


@pytest.mark.parametrize(
    ("who", "sees"), [("head", True), ("team_manager", True), ("worker", True), ("outsider", False)]
)
def test_those_above_the_observer_see_it(kit: ObservingKit, who: str, sees: bool) -> None:
    done = kit.done(kit.practice())

    assert Observation.objects.visible_to(kit.actor(getattr(kit.org, who))).filter(pk=done.pk).exists() is sees


def test_the_words_of_an_answer_are_for_the_observer(kit: ObservingKit) -> None:
    planned = kit.supervision()
    kit.answer(planned, kit.org.worker, agreed=False, words="I am worn out.")
    full = selectors.observations_in_full().get(pk=planned.pk)

    def words(who: str) -> list[str]:
        page = selectors.observation_page(observation=full, actor=kit.actor(getattr(kit.org, who)))
        return [row.words for row in page.answers if row.words]

    assert words("team_manager") == words("worker") == ["I am worn out."]
    assert words("supervisor") == words("head") == []


def test_a_child_stands_there_for_whoever_sees_the_child(kit: ObservingKit) -> None:
    child = child_with(kit.org.worker)
    planned = kit.practice(child_id=child.pk)
    full = selectors.observations_in_full().get(pk=planned.pk)

    assert selectors.observation_page(observation=full, actor=kit.actor(kit.org.supervisor)).child == child.reference
    above = selectors.observation_page(observation=full, actor=kit.actor(kit.org.head))
    assert above.child == "a child whom you do not see"


# When somebody was last observed


@pytest.mark.req("R304", "R305")
def test_a_policy_without_a_figure_shows_the_last_one_and_nobody_is_late(org: Org) -> None:
    policies.adopt(slug="st-helens", starts_on=date(2017, 6, 1), at=RECORDED)
    kit = ObservingKit(org)
    kit.done(kit.practice())
    later = org.actor(org.supervisor, on=kit.on + timedelta(days=900))

    page = selectors.observations_of(person=org.worker, actor=later)

    assert (page.practice_on, page.due_by) == (kit.on, None)
    assert page.terms.is_required
    assert [row.due_by for row in selectors.observations_page(actor=later).people] == [None]


def test_lists_ask_as_often_whatever_their_number(kit: ObservingKit, django_assert_num_queries: Any) -> None:
    actor = kit.actor(kit.org.supervisor)
    kit.done(kit.practice())
    selectors.observations_page(actor=actor)
    with django_assert_num_queries(7):
        selectors.observations_page(actor=actor)

    for _ in range(3):
        kit.agree(kit.practice())

    with django_assert_num_queries(7):
        page = selectors.observations_page(actor=actor)
    assert [row.planned for row in page.people] == [3]
