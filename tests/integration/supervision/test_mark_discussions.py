"""What was said of each child in a session: who may say it, what is refused, who is still to be named."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from cases.models import Allocation
from core.errors import NotAllowed, RuleBroken
from policies import services as policies
from policies.selectors import policy_in_force
from records.models import Record
from supervision import selectors, services
from supervision.models import SupervisionSession
from supervision.models.discussions import Discussion
from supervision.rules.discussions import Mark, inherited_on
from supervision.selectors import child_statuses
from tests.cases_kit import at, child_with
from tests.diary_kit import booked, held
from tests.org import RECORDED, add_person
from tests.records_kit import Kit
from trail.models import Entry

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 9)


@pytest.fixture
def child(org):
    return child_with(org.worker)


@pytest.fixture
def session(org):
    return held(org.worker, org.supervisor, on=DAY)


def mark(session, org, marks, *, by=None):
    return services.mark_discussions(
        session_id=session.pk,
        marks={child.pk: each for child, each in marks.items()},
        actor=org.actor(by or org.supervisor, on=DAY),
        at=at(DAY),
    )


def stands(session):
    return {each.child_id: (each.depth, each.reason) for each in session.discussions.all()}


def test_says_how_each_was_discussed(org, child, session):
    other = child_with(org.worker)

    mark(session, org, {child: Mark("brief"), other: Mark("not_discussed", "No time.")})

    assert stands(session) == {child.pk: ("brief", ""), other.pk: ("not_discussed", "No time.")}
    assert set(session.discussions.values_list("worker", "on")) == {(org.worker.pk, DAY)}
    assert Entry.objects.get(verb="session.children_marked").about_id == org.worker.pk


def test_what_was_said_before_is_replaced_and_what_stays_the_same_stays(org, child, session):
    other, third = child_with(org.worker), child_with(org.worker)
    mark(session, org, {child: Mark("brief"), other: Mark("brief"), third: Mark("brief")})
    stayed = Discussion.objects.get(child=child)

    mark(session, org, {child: Mark("brief"), other: Mark("in_depth")})

    assert stands(session) == {child.pk: ("brief", ""), other.pk: ("in_depth", "")}
    assert Discussion.objects.get(child=child) == stayed


def test_what_was_replaced_is_still_what_was_known_until_then(shropshire, org, session):
    child = child_with(org.worker, opened_on=date(2026, 9, 1))
    mark(session, org, {child: Mark("in_depth")})
    known_at, later = at(DAY + timedelta(days=1)), at(DAY + timedelta(days=11))
    then = child_statuses(children=[child.pk], on=DAY, known_at=known_at)[child.pk]

    services.mark_discussions(
        session_id=session.pk,
        marks={child.pk: Mark("not_discussed", "No time.")},
        actor=org.actor(org.supervisor, on=later.date()),
        at=later,
    )

    assert stands(session) == {child.pk: ("not_discussed", "No time.")}
    assert child_statuses(children=[child.pk], on=DAY, known_at=known_at)[child.pk] == then
    # The control: as is known now, it stands otherwise
    assert child_statuses(children=[child.pk], on=DAY)[child.pk] != then
    replaced = Discussion.ever.filter(session=session).exclude(replaced_at=None)
    assert [(each.depth, each.recorded_at, each.replaced_at) for each in replaced] == [("in_depth", at(DAY), later)]


def test_a_child_that_was_given_elsewhere_by_a_late_entry_keeps_its_mark(org, child, session):
    other = child_with(org.worker)
    mark(session, org, {child: Mark("brief"), other: Mark("brief")})
    Allocation.objects.filter(child=child).update(ends_on=DAY)

    mark(session, org, {other: Mark("in_depth")})

    assert stands(session) == {child.pk: ("brief", ""), other.pk: ("in_depth", "")}


def test_what_was_said_is_never_deleted(org, child, session):
    mark(session, org, {child: Mark("brief")})

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Discussion.objects.all().delete()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Discussion.objects.update(depth="in_depth")


def test_a_reason_is_kept_of_those_alone_that_were_left_out(org, child, session):
    mark(session, org, {child: Mark("brief", "Typed by mistake.")})

    assert stands(session) == {child.pk: ("brief", "")}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [(Mark("not_discussed", " "), "Say why"), (Mark("deeply"), "Choose briefly, in depth or not discussed")],
)
def test_refuses_a_child_left_out_without_a_reason(org, child, session, given, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        mark(session, org, {child: given})

    assert stands(session) == {}


def test_refuses_a_child_that_was_not_with_the_worker(org, session):
    with pytest.raises(RuleBroken, match="not with this worker"):
        mark(session, org, {child_with(org.outsider): Mark("brief")})


def test_a_child_that_was_given_on_later_was_with_the_worker_then(org, child, session):
    Allocation.objects.filter(child=child).update(ends_on=DAY + timedelta(days=1))

    mark(session, org, {child: Mark("brief")})

    assert child.pk in stands(session)


def test_refuses_once_the_record_is_signed_and_not_while_it_is_a_draft(shropshire, org, child, session):
    kit = Kit(org)
    draft = kit.draft()
    SupervisionSession.objects.filter(pk=session.pk).update(record=draft)
    mark(session, org, {child: Mark("brief")})

    kit.sign(draft)

    with pytest.raises(RuleBroken, match="is signed"):
        mark(session, org, {child: Mark("in_depth")})
    assert stands(session) == {child.pk: ("brief", "")}
    assert Record.objects.filter(pk=draft.pk).exists()


def test_refuses_a_session_that_was_not_held(org, child):
    with pytest.raises(RuleBroken, match="was not held"):
        mark(booked(org.worker, org.supervisor, on=DAY), org, {child: Mark("brief")})


@pytest.mark.parametrize("who", ["worker", "team_manager"])
def test_nobody_but_the_supervisor_says_it(org, child, session, who):
    with pytest.raises(NotAllowed):
        mark(session, org, {child: Mark("brief")}, by=getattr(org, who))


def test_for_an_outsider_the_session_does_not_exist(org, child, session):
    with pytest.raises(SupervisionSession.DoesNotExist):
        mark(session, org, {child: Mark("brief")}, by=org.outsider)


# Every open case in every session


@pytest.fixture
def every_session(org):
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2025, 4, 1), at=RECORDED)
    return org


def test_whoever_is_not_marked_yet_is_named(every_session, org, session):
    children = [child_with(org.worker, reference=f"M{number}") for number in range(100, 114)]
    children += [child_with(org.worker, reference=f"M{number}", opened_on=DAY) for number in (114, 115)]
    Allocation.objects.filter(starts_on=DAY).update(recorded_at=at(DAY) - timedelta(hours=1))

    unmarked = mark(session, org, {child: Mark("brief") for child in children[:15]})

    assert unmarked == ["M115"]
    assert mark(session, org, {child: Mark("brief") for child in children}) == []


def test_the_list_is_that_of_the_moment_at_which_the_session_began(every_session, org, session):
    late = child_with(org.worker, reference="M200", opened_on=DAY)
    Allocation.objects.filter(child=late).update(recorded_at=at(DAY) + timedelta(hours=3))

    assert selectors.unmarked_children(session, policy=policy_in_force(session.on)) == []
    assert [each.child for each in selectors.children_to_discuss(session)] == [late]


def test_the_page_of_a_signed_session_lists_those_alone_of_whom_it_says_something(shropshire, org, child, session):
    child_with(org.worker)
    mark(session, org, {child: Mark("brief")})
    assert len(selectors.children_to_discuss(session)) == 2
    kit = Kit(shropshire)
    record = kit.draft()
    SupervisionSession.objects.filter(pk=session.pk).update(record=record)
    assert len(selectors.children_to_discuss(session)) == 2

    kit.sign(record)

    assert [each.child for each in selectors.children_to_discuss(session)] == [child]


def test_a_read_child_is_in_the_log_of_each_who_holds_it(org, child):
    other = add_person("Ben Amin", team=org.other_team, job_title="Social worker")
    Allocation.objects.create(child=child, holder=other, starts_on=DAY, recorded_at=at(DAY))

    services.read_child(child=child, actor=org.actor(org.supervisor, on=DAY), at=at(DAY))

    read = Entry.objects.filter(verb="child.read").values_list("about_id", "via")
    assert set(read) == {(org.worker.pk, "supervisor"), (other.pk, "supervisor")}


def test_where_the_policy_does_not_want_each_nobody_is_named(shropshire, org, child, session):
    assert selectors.unmarked_children(session, policy=policy_in_force(session.on)) == []


@pytest.mark.scenario(11, "d")
def test_the_child_least_lately_discussed_in_depth_comes_first(every_session, org, session):
    lately = child_with(org.worker, discussed=(date(2026, 10, 12),))
    long_ago = child_with(org.worker, discussed=(date(2026, 3, 2),))
    never = child_with(org.worker)

    assert [each.child for each in selectors.children_to_discuss(session)] == [never, long_ago, lately]


def test_an_inherited_child_is_so_until_it_is_discussed(shropshire, org):
    child = child_with(org.worker, discussed=(date(2026, 9, 1),))
    Allocation.objects.update(ends_on=date(2026, 10, 1))
    Allocation.objects.create(
        child=child, holder=org.outsider, starts_on=date(2026, 10, 1), recorded_at=at(date(2026, 10, 1))
    )

    def inherited(on):
        return inherited_on(selectors.child_questions(children=[child.pk], on=on)[child.pk].child, on)

    assert inherited(date(2026, 9, 20)) is None
    assert inherited(DAY) == date(2026, 10, 1)
    Discussion.objects.create(
        child=child, worker=org.outsider, on=date(2026, 10, 5), depth="brief", recorded_at=at(date(2026, 10, 5))
    )
    assert inherited(DAY) is None
