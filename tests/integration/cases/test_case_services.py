"""Cases opened and closed, children given from one to another, plan types, shorter intervals."""

from datetime import date
from typing import Any

import pytest

from cases import services
from cases.models import Allocation, Child, Episode, Override
from cases.rules import Way
from cases.selectors import children_of, held_without_a_worker
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from policies import services as policies
from policies.rules.answers import Status
from staff.models import Absence, CategoryHeld, StaffMember
from supervision.selectors import child_statuses, statuses
from supervision.selectors.caseload import child_rows
from tests.cases_kit import at, child_with, discuss
from tests.diary_kit import held as held_session
from tests.org import RECORDED, add_person, put_under
from trail.models import Entry

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)


def opened(org, *, by=None, **changed):
    asked = {
        "reference": "P12345",
        "initials": "",
        "plan_types": ["child_in_need"],
        "holder_id": org.worker.pk,
        "starts_on": date(2026, 11, 2),
        "in_error": False,
        "reason": "",
    }
    return services.open_episode(**asked | changed, actor=org.actor(by or org.supervisor), at=at(TODAY))


def given(child, org, to, *, way=Way.TRANSFER, starts_on=TODAY, by=None):
    return services.allocate(
        child_id=child.pk,
        to_id=to.pk,
        way=way,
        starts_on=starts_on,
        actor=org.actor(by or org.supervisor),
        at=at(TODAY),
    )


@pytest.fixture
def child(org):
    return child_with(org.worker, plan_type="child_in_need")


@pytest.fixture
def second_worker(org):
    person = add_person("Ben Amin", team=org.team, job_title="Social worker")
    put_under(person, org.supervisor)
    return person


def live(child, on=TODAY):
    return {(row.holder_id, row.without_worker) for row in Allocation.objects.live(on).filter(child=child)}


def test_opens_a_case_with_its_worker_and_plan_type(org):
    child = opened(org)

    assert live(child) == {(org.worker.pk, False)}
    assert [row.plan_type for row in child.plan_types.all()] == ["child_in_need"]
    entry = Entry.objects.get(verb="child.opened")
    assert (entry.about_id, entry.target_id) == (org.worker.pk, str(child.pk))


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("Amy Shaw", "This looks like a name"),
        ("amy", "This looks like a name"),
        ("Amy Shaw 2", "A reference has no spaces"),
        ("P" + "1" * 40, "A reference has no spaces"),
    ],
)
def test_refuses_what_is_no_reference(org, reference, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refused:
        opened(org, reference=reference)

    assert refused.value.field == "reference"
    assert not Child.objects.exists()


def test_refuses_a_name_for_initials(org):
    with pytest.raises(RuleBroken, match="initials alone"):
        opened(org, initials="Amy")


def test_refuses_a_second_case_under_one_reference_however_it_is_written(org):
    opened(org)

    with pytest.raises(RuleBroken, match="open already"):
        opened(org, reference="p12345")


def test_refuses_somebody_whom_one_does_not_supervise(org):
    with pytest.raises(NotAllowed):
        opened(org, holder_id=org.outsider.pk)


def test_refuses_a_worker_who_was_not_here_yet_beside_the_choice_of_the_worker(org):
    StaffMember.objects.filter(pk=org.worker.pk).update(employed_from=TODAY)

    with pytest.raises(RuleBroken, match="does not work here on that day") as refused:
        opened(org)

    assert refused.value.field == "holder_id"


def test_a_worker_opens_no_case(org):
    asked: dict[str, Any] = {"initials": "", "plan_types": [], "starts_on": TODAY, "in_error": False, "reason": ""}

    with pytest.raises(NotAllowed):
        services.open_episode(
            reference="P1", holder_id=org.worker.pk, **asked, actor=org.actor(org.worker), at=at(TODAY)
        )


def test_closing_ends_everything_that_holds(org, child):
    services.close_episode(child_id=child.pk, ends_on=TODAY, actor=org.actor(org.supervisor), at=at(TODAY))

    assert live(child) == set()
    assert [row.ends_on for row in child.plan_types.all()] == [TODAY]
    assert [(row.ends_on, row.end_recorded_at) for row in child.episodes.all()] == [(TODAY, at(TODAY))]
    assert not Child.objects.visible_to(org.actor(org.supervisor)).exists()


def test_opens_again_as_another_episode(org, child):
    services.close_episode(child_id=child.pk, ends_on=date(2026, 10, 1), actor=org.actor(org.supervisor), at=at(TODAY))

    opened(org, reference=child.reference, starts_on=TODAY)

    assert [(row.starts_on, row.closed_in_error) for row in child.episodes.order_by("starts_on")] == [
        (date(2026, 1, 5), False),
        (TODAY, False),
    ]


def test_a_closing_by_mistake_says_why_and_the_case_goes_on(org, child):
    services.close_episode(child_id=child.pk, ends_on=date(2026, 10, 1), actor=org.actor(org.supervisor), at=at(TODAY))
    asked = {"reference": child.reference, "starts_on": TODAY, "in_error": True}

    with pytest.raises(RuleBroken, match="why it was closed by mistake"):
        opened(org, **asked)
    opened(org, **asked, reason="The wrong sibling was closed.")

    first, second = child.episodes.order_by("starts_on")
    assert first.closed_in_error
    assert second.reopened_because == "The wrong sibling was closed."


@pytest.fixture
def elsewhere(org):
    """The manager of another team, who supervises the outsider."""
    person = add_person("Mel Cho", team=org.other_team, job_title="Team manager")
    put_under(org.outsider, person)
    return person


def opened_elsewhere(org, elsewhere, child, **changed):
    return opened(org, by=elsewhere, **{"reference": child.reference, "holder_id": org.outsider.pk} | changed)


def test_a_reference_outside_sight_is_answered_alike_whether_its_case_is_open_or_was_closed(org, child, elsewhere):
    with pytest.raises(RuleBroken) as is_open:
        opened_elsewhere(org, elsewhere, child)
    services.close_episode(child_id=child.pk, ends_on=TODAY, actor=org.actor(org.supervisor), at=at(TODAY))
    with pytest.raises(RuleBroken) as was_closed:
        opened_elsewhere(org, elsewhere, child)
    with pytest.raises(RuleBroken) as by_mistake:
        opened_elsewhere(org, elsewhere, child, in_error=True, reason="I want to read it.", starts_on=TODAY)

    refusals = [each.value for each in (is_open, was_closed, by_mistake)]
    assert {(str(each), each.field) for each in refusals} == {(str(is_open.value), "reference")}
    assert not any(word in str(is_open.value) for word in ("open already", "closed", "2026"))
    tried = Entry.objects.filter(verb="child.opening_refused", target_id=str(child.pk))
    assert [each.actor_id for each in tried] == [elsewhere.pk] * 3
    assert child.episodes.count() == 1


def test_those_above_the_last_holder_are_told_of_a_case_that_others_open_anew(org, child, elsewhere):
    services.close_episode(child_id=child.pk, ends_on=date(2026, 10, 1), actor=org.actor(org.supervisor), at=at(TODAY))

    opened_elsewhere(org, elsewhere, child)

    told = Job.objects.filter(arguments__kind="child_elsewhere")
    assert {each.arguments["person_id"] for each in told} == {str(org.supervisor.pk)}
    assert all(child.reference not in str(each.arguments) for each in told)
    assert Entry.objects.get(verb="child.reopened_elsewhere").about_id == org.worker.pk
    assert live(child) == {(org.outsider.pk, False)}


def test_nobody_is_told_where_those_who_knew_open_it_anew(org, child):
    services.close_episode(child_id=child.pk, ends_on=date(2026, 10, 1), actor=org.actor(org.supervisor), at=at(TODAY))

    opened(org, reference=child.reference, by=org.team_manager, starts_on=TODAY)

    assert not Job.objects.filter(arguments__kind="child_elsewhere").exists()


def test_a_transfer_ends_one_allocation_and_begins_another_on_the_same_day(org, child, second_worker):
    given(child, org, second_worker)

    rows = child.allocations.order_by("starts_on").values_list("holder_id", "starts_on", "ends_on")
    assert list(rows) == [(org.worker.pk, date(2026, 1, 5), TODAY), (second_worker.pk, TODAY, None)]


def test_a_transfer_is_in_the_log_of_who_lost_the_child_too(org, child, second_worker):
    given(child, org, org.supervisor, way=Way.WITHOUT_WORKER)
    given(child, org, second_worker)

    logged = Entry.objects.filter(verb__startswith="child.").values_list("verb", "about_id", "via")
    assert set(logged) == {
        ("child.held_without_worker", org.supervisor.pk, "holds what nobody works with"),
        ("child.given_away", org.worker.pk, "supervisor"),
        ("child.transferred", second_worker.pk, "supervisor"),
        ("child.given_away", org.supervisor.pk, "holds what nobody works with"),
    }


def test_what_the_manager_who_holds_a_child_changes_says_so(org):
    child = child_with(org.supervisor, without_worker=True)

    services.set_plan_types(
        child_id=child.pk,
        plan_types=["looked_after"],
        starts_on=TODAY,
        actor=org.actor(org.supervisor),
        at=at(TODAY),
    )

    entry = Entry.objects.get(verb="child.plan_types")
    assert (entry.about_id, entry.via) == (org.supervisor.pk, "holds what nobody works with")


def test_two_workers_hold_a_child_together(org, child, second_worker):
    given(child, org, second_worker, way=Way.JOINTLY)

    assert live(child) == {(org.worker.pk, False), (second_worker.pk, False)}
    with pytest.raises(RuleBroken, match="already"):
        given(child, org, second_worker, way=Way.JOINTLY)


def test_of_two_who_hold_a_child_together_one_goes_on(org, child, second_worker):
    given(child, org, second_worker, way=Way.JOINTLY)

    given(child, org, org.worker)

    assert live(child) == {(org.worker.pk, False)}
    assert child.allocations.get(holder=org.worker).starts_on == date(2026, 1, 5)


def test_a_manager_holds_a_child_for_want_of_a_worker_and_gives_it_on(org, child, second_worker):
    given(child, org, org.supervisor, way=Way.WITHOUT_WORKER)

    assert live(child) == {(org.supervisor.pk, True)}
    held = held_without_a_worker(children=[child.pk], on=TODAY)
    assert held[child.pk].against == {org.supervisor.pk}

    given(child, org, second_worker)

    assert live(child) == {(second_worker.pk, False)}
    assert held_without_a_worker(children=[child.pk], on=TODAY) == {}


@pytest.mark.parametrize("to", ["outsider", "supervisor"])
def test_gives_a_child_to_nobody_outside_and_not_to_oneself_as_a_worker(org, child, to):
    with pytest.raises(NotAllowed):
        given(child, org, getattr(org, to))


def test_a_worker_gives_no_child_away(org, child):
    with pytest.raises(NotAllowed):
        given(child, org, org.supervisor, by=org.worker)


def test_for_an_outsider_the_child_does_not_exist(org, child):
    with pytest.raises(Child.DoesNotExist):
        given(child, org, org.outsider, by=org.outsider)


@pytest.mark.parametrize(
    ("starts_on", "sentence"), [(date(2026, 11, 10), "lies ahead"), (date(2026, 1, 4), "open since 5 January 2026")]
)
def test_refuses_days_on_which_it_cannot_have_been(org, child, second_worker, starts_on, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        given(child, org, second_worker, starts_on=starts_on)


def test_refuses_to_change_what_was_changed_for_a_later_day(org, child, second_worker):
    given(child, org, second_worker)

    with pytest.raises(RuleBroken, match="Choose a later day"):
        given(child, org, org.worker, starts_on=date(2026, 10, 1))


def test_what_was_given_to_the_wrong_worker_today_is_given_back_today(org, child, second_worker):
    given(child, org, second_worker)

    given(child, org, org.worker)

    assert live(child) == {(org.worker.pk, False)}


def test_nothing_that_stood_longer_than_a_day_is_wiped_out_by_a_change_of_the_past(org, child, second_worker):
    """Control: the same change is taken on the day after the first, which the adversary does not want."""
    first = date(2026, 1, 5)
    by = {"child_id": child.pk, "actor": org.actor(org.supervisor), "at": at(TODAY)}

    for change in (
        lambda: given(child, org, second_worker, starts_on=first),
        lambda: services.set_plan_types(**by, plan_types=["looked_after"], starts_on=first),
        lambda: services.close_episode(**by, ends_on=first),
    ):
        with pytest.raises(RuleBroken, match="was entered on an earlier day, and stays. Choose a later day") as refused:
            change()
        assert refused.value.field in ("starts_on", "ends_on")
    given(child, org, second_worker, starts_on=date(2026, 1, 6))

    rows = child.allocations.order_by("starts_on").values_list("holder_id", "starts_on", "ends_on")
    assert list(rows) == [(org.worker.pk, first, date(2026, 1, 6)), (second_worker.pk, date(2026, 1, 6), None)]
    assert child.episodes.get().ends_on is None
    assert child.plan_types.get().plan_type == "child_in_need"


def test_what_was_entered_late_and_wrongly_today_is_put_right_today(org, child, second_worker):
    day = date(2026, 10, 1)
    given(child, org, second_worker, starts_on=day)

    given(child, org, org.worker, starts_on=day)

    assert live(child) == {(org.worker.pk, False)}
    assert live(child, on=day) == {(org.worker.pk, False)}


def test_sets_plan_types_from_a_day_on_and_those_that_go_on_stay(org, child):
    services.set_plan_types(
        child_id=child.pk,
        plan_types=["child_in_need", "looked_after"],
        starts_on=TODAY,
        actor=org.actor(org.supervisor),
        at=at(TODAY),
    )
    services.set_plan_types(
        child_id=child.pk,
        plan_types=["looked_after"],
        starts_on=TODAY,
        actor=org.actor(org.supervisor),
        at=at(TODAY),
    )

    rows = child.plan_types.order_by("starts_on").values_list("plan_type", "starts_on", "ends_on")
    assert list(rows) == [("child_in_need", date(2026, 1, 5), TODAY), ("looked_after", TODAY, None)]


@pytest.mark.req("R346")
def test_sets_a_shorter_interval_with_a_reason_and_ends_it(org, child):
    asked = {"child_id": child.pk, "actor": org.actor(org.supervisor), "at": at(TODAY)}
    services.set_override(**asked, every="P14D", reason="Three moves in a month", review_on=date(2027, 1, 4))

    assert Override.objects.live(TODAY).get().every == "P14D"
    services.end_override(**asked)
    assert not Override.objects.live(TODAY).exists()
    with pytest.raises(RuleBroken, match="no interval of its own"):
        services.end_override(**asked)


@pytest.mark.req("R346")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"every": "often"}, "every"),
        ({"every": "P6D"}, "every"),
        ({"review_on": TODAY}, "review_on"),
        ({"review_on": date(2028, 1, 1)}, "review_on"),
    ],
)
def test_refuses_an_interval_without_reason_or_review(org, child, changed, field):
    asked = {"every": "P14D", "reason": "Three moves", "review_on": date(2027, 1, 4)} | changed

    with pytest.raises(RuleBroken) as refused:
        services.set_override(child_id=child.pk, **asked, actor=org.actor(org.supervisor), at=at(TODAY))

    assert refused.value.field == field


@pytest.mark.scenario(1, "a")
@pytest.mark.scenario(1, "c")
@pytest.mark.parametrize(
    ("on", "due_on"), [(date(2027, 1, 5), date(2027, 1, 12)), (date(2027, 1, 20), date(2027, 1, 12))]
)
def test_a_transferred_child_stays_due_when_it_was(shropshire, org, second_worker, on, due_on):
    child = child_with(org.worker, discussed=(date(2026, 9, 24), date(2026, 11, 12)))
    moved = date(2027, 1, 5)
    services.allocate(
        child_id=child.pk,
        to_id=second_worker.pk,
        way=Way.TRANSFER,
        starts_on=moved,
        actor=org.actor(org.supervisor, on=moved),
        at=at(moved),
    )

    answer = child_statuses(children=[child.pk], on=on)[child.pk]

    assert answer.due_on == due_on
    row = child_rows(children=[child], on=on)[0]
    assert (row.inherited_on, row.assessment) == (moved, answer)
    assert max(row.overdue_days for row in answer.rules) == (on - due_on).days * (on > due_on)
    assert children_of(people=[org.worker.pk, second_worker.pk], on=on) == {second_worker.pk: [child.pk]}


@pytest.mark.scenario(4, "b")
def test_children_of_a_worker_who_is_away_are_held_without_a_worker(org):
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2025, 4, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="practitioner", starts_on=date(2026, 10, 1))
    held_session(org.worker, org.supervisor, on=date(2026, 10, 12))
    children = [child_with(org.worker, discussed=(date(2026, 10, day),)) for day in range(1, 19)]
    Episode.objects.update(starts_on=date(2026, 10, 1))
    Absence.objects.create(
        person=org.worker,
        kind="sickness",
        starts_on=date(2026, 11, 2),
        expected_to=date(2026, 12, 28),
        recorded_at=at(date(2026, 11, 2)),
    )
    first, *others = (child.pk for child in children)
    cover = add_person("Ben Amin", team=org.team, job_title="Social worker")
    discuss(children[0], cover, on=date(2026, 11, 5))

    held = held_without_a_worker(children=[first, *others], on=TODAY)
    answers = child_statuses(children=[first, *others], on=TODAY)
    own = statuses(people=[org.worker.pk], on=TODAY)[org.worker.pk]

    assert len(held) == 18
    assert {each.against for each in held.values()} == {frozenset({org.supervisor.pk})}
    assert {answers[key].due_on for key in others} == {date(2026, 11, 30)}
    assert answers[first].worst is Status.MET
    assert Status.SUSPENDED in {row.status for row in own.rules}
    assert own.overdue() == ()


def test_each_child_that_is_held_keeps_a_date_of_its_own(shropshire, org):
    days = [date(2026, 10, day) for day in (1, 7, 30)]
    children = [child_with(org.supervisor, without_worker=True, discussed=(date(2026, 8, 3), day)) for day in days]

    answers = child_statuses(children=[child.pk for child in children], on=TODAY)

    assert [answers[child.pk].due_on for child in children] == [
        date(2026, 12, 1),
        date(2026, 12, 7),
        date(2026, 12, 30),
    ]


def test_a_short_absence_and_leave_leave_the_children_with_their_worker(shropshire, org, child):
    days = {"person": org.worker, "recorded_at": at(TODAY)}
    Absence.objects.create(kind="sickness", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 16), **days)
    Absence.objects.create(kind="annual_leave", starts_on=date(2026, 12, 1), ends_on=date(2027, 1, 20), **days)

    assert held_without_a_worker(children=[child.pk], on=TODAY) == {}
    assert held_without_a_worker(children=[child.pk], on=date(2027, 1, 10)) == {}


def test_a_child_with_another_worker_beside_the_one_who_is_away_is_not_without(shropshire, org, child, second_worker):
    given(child, org, second_worker, way=Way.JOINTLY)
    org.worker.left_on = TODAY
    org.worker.save()

    assert held_without_a_worker(children=[child.pk], on=TODAY) == {}
    second_worker.left_on = TODAY
    second_worker.save()
    assert held_without_a_worker(children=[child.pk], on=TODAY)[child.pk].why == "left"


@pytest.mark.parametrize("way", [Way.TRANSFER, Way.JOINTLY])
def test_whoever_holds_a_child_is_not_given_it_again(org, child, second_worker, way):
    with pytest.raises(RuleBroken, match="holds the child already, so nothing would change"):
        given(child, org, org.worker, way=way)
    given(child, org, second_worker, way=Way.JOINTLY)

    given(child, org, org.worker)

    assert children_of(people=[org.worker.pk, second_worker.pk], on=TODAY) == {org.worker.pk: [child.pk]}
