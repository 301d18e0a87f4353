"""What demands a decision, who writes which note, and the timeline of a child."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cases.models import Allocation, Child
from compliance.selectors import home_page
from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from policies import services as policies
from records.models import Part, Record
from supervision import selectors
from supervision.entering.selectors import to_enter
from supervision.models import Discussion
from supervision.oversight import services
from supervision.oversight.selectors import events_of, triggers_on, wanted_of_actor
from supervision.selectors.decisions import NO_CHILD
from tests.cases_kit import at, child_with, discuss
from tests.decisions_kit import NOON, TODAY, decide, draft_of, enter, sign
from tests.entries_kit import EntriesKit
from tests.org import RECORDED, Org, add_person, put_under
from tests.triggers_kit import adopt_with_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanting(org: Org, tmp_path: Path) -> Org:
    """The authority, going by a policy that names what demands a decision."""
    return adopt_with_triggers(org, "shropshire-2017", tmp_path / "packs")


@pytest.fixture
def wanting_in_camden(org: Org, tmp_path: Path) -> Org:
    """The authority, going by Camden's policy, in which what demands a decision is named besides."""
    return adopt_with_triggers(org, "camden-short-guide", tmp_path / "packs")


@pytest.fixture
def camden(org: Org) -> Org:
    policies.adopt(slug="camden-short-guide", starts_on=date(2017, 6, 1), at=RECORDED)
    return org


CONSULTED: dict[str, Any] = {
    "note_type": "consultation_cpo_iro",
    "agreement": "emergency",
    "emergency_because": "A move tonight.",
}


@pytest.mark.scenario(15, "e")
@pytest.mark.req("R356")
def test_either_side_writes_a_consultation_and_nothing_else(camden: Org) -> None:
    child = child_with(camden.worker)
    iro = add_person("Ines Roth", team=camden.other_team, job_title="Reviewing officer", category="iro")

    for writer in (camden.worker, iro):
        record = decide(child, writer, **CONSULTED)
        [part] = record.parts.all()
        assert (part.relation, part.state_after, record.title) == ("supervisee", "sealed", "Consultation with CPO/IRO")
        assert record in Record.objects.visible_to(camden.actor(camden.supervisor))
        with pytest.raises(RuleBroken, match="what kind of note"):
            decide(child, writer, note_type="managers_decision")
    with pytest.raises(NotAllowed):
        draft_of(child, camden.hr)


@pytest.mark.req("R358", "R359", "R360")
def test_the_kinds_are_those_of_the_policy_and_a_worker_chooses_among_their_own(camden: Org) -> None:
    child_with(camden.worker)

    everything = selectors.decision_forms(actor=camden.actor(camden.supervisor)).notes
    own = selectors.decision_forms(actor=camden.actor(camden.worker)).notes

    assert [note.label for note in everything] == [
        "Consultation with Principal officer",
        "Consultation with supervisor",
        "Manager’s decisions",
        "Consultation with CPO/IRO",
    ]
    assert [note.id for note in own] == ["consultation_cpo_iro"]


@pytest.mark.req("R355")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "agreement"),
        ({"agreement": "agreed"}, "agreed_by_id"),
        ({"agreement": "agreed", "agreed_by_id": "manager"}, "agreed_on"),
        ({"agreement": "agreed", "agreed_by_id": "manager", "agreed_on": "2026-11-10"}, "agreed_on"),
        ({"agreement": "agreed", "agreed_by_id": "oneself", "agreed_on": "2026-11-09"}, "agreed_by_id"),
        ({"agreement": "emergency"}, "emergency_because"),
    ],
)
def test_an_agreement_says_who_and_when_and_an_emergency_why(camden: Org, said: dict[str, str], field: str) -> None:
    people = {"manager": str(camden.team_manager.pk), "oneself": str(camden.supervisor.pk)}
    typed: dict[str, Any] = {name: people.get(value, value) for name, value in said.items()}
    typed["note_type"] = "consultation_cpo_iro"
    draft = draft_of(child_with(camden.worker), camden.supervisor, **typed)

    to_sign = selectors.decision_to_sign(draft=draft, actor=camden.actor(camden.supervisor))

    assert [name for name, _ in to_sign.problems] == [field]


@pytest.mark.req("R357")
def test_the_timeline_has_everything_in_order_and_leads_to_what_can_be_read(shropshire: Org) -> None:
    kit = EntriesKit(shropshire)
    _, [entry] = kit.sealed_with("P1")
    child = Child.objects.get(reference="P1")
    discuss(child, shropshire.worker, on=date(2026, 10, 5))
    decision = decide(child, shropshire.supervisor)
    enter(decision, shropshire.supervisor)

    def titles(person: Any) -> list[str]:
        shown = selectors.child_page(child=child, actor=shropshire.actor(person), on=TODAY).timeline
        return [each.title for each in shown]

    assert titles(shropshire.supervisor) == titles(shropshire.worker)
    shown = titles(shropshire.supervisor)
    assert set(shown[:2]) == {
        f"{entry.title}, by Priya Nair: not yet entered on the child’s record",
        "Management decision, by Priya Nair: entered on 9 November 2026",
    }
    assert shown[2:] == ["Discussed with Amara Obi: in depth", "Case opened", "Given to Amara Obi"]
    assert not Child.objects.visible_to(shropshire.actor(shropshire.outsider)).exists()


def test_a_long_timeline_comes_a_page_at_a_time(shropshire: Org) -> None:
    child = child_with(shropshire.worker, opened_on=date(2024, 1, 5))
    for number in range(45):
        discuss(child, shropshire.worker, on=date(2026, 1, 1 + number % 28), depth="brief")
    actor = shropshire.actor(shropshire.supervisor)

    first = selectors.child_page(child=child, actor=actor, on=TODAY).timeline
    last = selectors.child_page(child=child, actor=actor, on=TODAY, number="2").timeline

    assert (len(first), len(last)) == (40, 7)
    assert [each.title for each in last][-2:] == ["Case opened", "Given to Amara Obi"]


def test_a_transfer_is_one_entry_that_says_from_whom(shropshire: Org) -> None:
    child = child_with(shropshire.worker)
    other = add_person("Ben Amin", team=shropshire.team, job_title="Social worker")
    put_under(other, shropshire.supervisor)
    move(child, other, on=date(2026, 11, 2))

    found = selectors.child_page(child=child, actor=shropshire.actor(shropshire.supervisor), on=TODAY).timeline

    assert {each.title: each.text for each in found}["Transferred to Ben Amin"] == "From Amara Obi"


def move(child: Child, to: Any, *, on: date) -> None:
    """The child goes from whoever holds it to somebody else."""
    child.allocations.filter(ends_on=None).update(ends_on=on)
    Allocation.objects.create(child=child, holder=to, starts_on=on, recorded_at=at(on))


def whats(org: Org, child: Child | None = None, *, on: date = TODAY) -> list[str]:
    """What a decision is wanted after: for the supervisor, or on the page of a child."""
    actor = org.actor(org.supervisor, on=on)
    if child is None:
        return [each.what for each in wanted_of_actor(actor=actor, asked=triggers_on(on))]
    return [each.what for each in selectors.child_page(child=child, actor=actor, on=on).wanted]


def test_a_transfer_wants_a_decision_until_one_of_that_day_or_later_is_signed(wanting: Org) -> None:
    child = child_with(wanting.worker)
    other = add_person("Ben Amin", team=wanting.team, job_title="Social worker")
    put_under(other, wanting.supervisor)
    assert whats(wanting) == whats(wanting, child) == []
    decide(child, wanting.supervisor, decided_on="2026-11-05")

    move(child, other, on=date(2026, 11, 6))

    assert whats(wanting) == whats(wanting, child) == ["A transfer to another worker"]
    page = home_page(actor=wanting.actor(wanting.supervisor), on=TODAY, at=NOON)
    needs = [need.title for group in page.groups for need in group.first]
    assert f"A decision is wanted about {child.reference}: A transfer to another worker" in needs
    decide(child, wanting.supervisor)
    assert whats(wanting) == whats(wanting, child) == []


def test_joint_work_and_a_manager_who_finds_a_worker_are_no_transfer(wanting: Org) -> None:
    joint, held = child_with(wanting.worker), child_with(wanting.supervisor, without_worker=True)
    other = add_person("Ben Amin", team=wanting.team, job_title="Social worker")
    put_under(other, wanting.supervisor)
    Allocation.objects.create(child=joint, holder=other, starts_on=TODAY, recorded_at=NOON)
    move(held, other, on=TODAY)

    assert whats(wanting) == whats(wanting, joint) == whats(wanting, held) == []


def test_what_somebody_enters_wants_a_decision_and_can_be_taken_back(wanting: Org) -> None:
    child = child_with(wanting.worker)
    actor = wanting.actor(wanting.worker)

    event = services.enter_event(child_id=child.pk, trigger="section_47", on=TODAY, actor=actor, at=NOON)
    again = services.enter_event(child_id=child.pk, trigger="section_47", on=TODAY, actor=actor, at=NOON)

    assert event == again
    assert whats(wanting) == whats(wanting, child) == ["A section 47 enquiry begins"]
    [wanted] = wanted_of_actor(actor=wanting.actor(wanting.supervisor), asked=triggers_on(TODAY))
    assert wanted.due_on == date(2026, 11, 10)
    services.withdraw_event(event_id=event.pk, actor=wanting.actor(wanting.supervisor), at=NOON)
    assert whats(wanting) == whats(wanting, child) == []
    for values, person, refusal in (
        ({"trigger": "transfer"}, wanting.worker, RuleBroken),
        ({"on": date(2026, 11, 10)}, wanting.worker, RuleBroken),
        ({"on": date(2025, 11, 10)}, wanting.worker, RuleBroken),
        ({}, wanting.team_manager, NotAllowed),
        ({}, wanting.outsider, Child.DoesNotExist),
    ):
        asked: dict[str, Any] = {"child_id": child.pk, "trigger": "section_47", "on": TODAY, **values}
        with pytest.raises(refusal):
            services.enter_event(**asked, actor=wanting.actor(person), at=NOON)


def test_a_policy_that_names_none_asks_for_none(shropshire: Org) -> None:
    child = child_with(shropshire.worker)

    assert triggers_on(TODAY) is None
    with pytest.raises(RuleBroken, match="Choose what happened"):
        services.enter_event(
            child_id=child.pk, trigger="section_47", on=TODAY, actor=shropshire.actor(shropshire.worker), at=NOON
        )


@pytest.mark.scenario(15, "a")
@pytest.mark.req("R043", "R075")
def test_a_duty_worker_asks_at_twenty_to_five_and_all_of_scenario_15_holds(shropshire: Org) -> None:
    asked_at = datetime(2026, 11, 9, 16, 40, tzinfo=UTC)
    child = child_with(shropshire.worker, discussed=(date(2026, 10, 5),))
    before = selectors.statuses(people=[shropshire.worker.pk], on=TODAY)

    draft = draft_of(child, shropshire.supervisor, at=asked_at, asked_by_id=str(shropshire.outsider.pk))
    record = sign(draft, shropshire.supervisor, at=asked_at.replace(minute=41))

    assert (record.title, record.asked_by) == ("Management decision", shropshire.outsider)
    assert to_enter(shropshire.actor(shropshire.supervisor)).get() == record
    assert selectors.statuses(people=[shropshire.worker.pk], on=TODAY) == before
    assert Part.objects.get(record=record).state_after == "sealed"


@pytest.mark.req("R356")
def test_a_worker_consults_about_own_children_alone_and_learns_of_no_other(camden: Org) -> None:
    child_with(camden.outsider)
    theirs = child_with(camden.worker)

    for reference in (theirs.reference, "NOPE9"):
        for note in ({}, {"note_type": ""}):
            draft = draft_of(reference, camden.outsider, **{**CONSULTED, **note})
            to_sign = selectors.decision_to_sign(draft=draft, actor=camden.actor(camden.outsider))
            assert ("reference", NO_CHILD) in to_sign.problems
            with pytest.raises(RuleBroken):
                sign(draft, camden.outsider, shown="")
    assert not Record.objects.exists()


@pytest.mark.scenario(15, "a")
def test_a_consultation_by_the_childs_worker_is_no_decision_of_management(wanting_in_camden: Org) -> None:
    child = child_with(wanting_in_camden.worker)
    worker, supervisor = wanting_in_camden.worker, wanting_in_camden.supervisor
    iro = add_person("Ines Roth", team=wanting_in_camden.other_team, job_title="Reviewing officer", category="iro")
    entered: dict[str, Any] = {"child_id": child.pk, "trigger": "section_47", "on": TODAY}
    services.enter_event(**entered, actor=wanting_in_camden.actor(worker), at=NOON)

    for writer in (worker, iro):
        decide(child, writer, **CONSULTED)
    assert whats(wanting_in_camden) == whats(wanting_in_camden, child) == ["A section 47 enquiry begins"]
    assert not Discussion.objects.exists()

    decide(child, supervisor, note_type="managers_decision")
    assert whats(wanting_in_camden) == whats(wanting_in_camden, child) == []


def closed_and_opened_anew(child: Child, holder: Any, *, by_mistake: bool = False) -> None:
    """A case that was closed on 1 June and opened anew on 1 October with somebody."""
    child.episodes.update(ends_on=date(2026, 6, 1), closed_in_error=by_mistake)
    child.allocations.update(ends_on=date(2026, 6, 1))
    again = {"starts_on": date(2026, 10, 1), "recorded_at": NOON}
    child.episodes.create(**again, reopened_because="Closed by mistake." if by_mistake else "")
    Allocation.objects.create(child=child, holder=holder, **again)


def test_what_was_before_a_closure_wants_nothing_and_is_not_shown_to_those_who_come_after(wanting: Org) -> None:
    child = child_with(wanting.worker)
    manager = add_person("Mo Khan", team=wanting.other_team, job_title="Team manager", role=Role.TEAM_MANAGER)
    put_under(wanting.outsider, manager)
    march = date(2026, 3, 3)
    event = services.enter_event(
        child_id=child.pk,
        trigger="section_47",
        on=march,
        actor=wanting.actor(wanting.worker, on=march),
        at=at(march),
    )
    other = add_person("Ben Amin", team=wanting.team, job_title="Social worker")
    put_under(other, wanting.supervisor)
    move(child, other, on=date(2026, 4, 1))
    asked = triggers_on(TODAY)
    assert len(wanted_of_actor(actor=wanting.actor(wanting.supervisor), asked=asked)) == 2

    closed_and_opened_anew(child, wanting.outsider)

    after = [wanting.actor(person) for person in (manager, wanting.outsider)]
    assert wanted_of_actor(actor=after[0], asked=asked) == []
    for actor in after:
        assert Child.objects.visible_to(actor).contains(child)
        assert events_of(child=child, actor=actor) == []
        assert list(selectors.child_page(child=child, actor=actor, on=TODAY).wanted) == []
    with pytest.raises(RuleBroken, match="was not open"):
        services.enter_event(child_id=child.pk, trigger="section_47", on=march, actor=after[1], at=NOON)
    Allocation.objects.create(child=child, holder=wanting.worker, starts_on=TODAY, recorded_at=NOON)
    assert events_of(child=child, actor=wanting.actor(wanting.supervisor)) == [event]


def test_a_case_closed_by_mistake_goes_on_as_it_was(wanting: Org) -> None:
    child = child_with(wanting.worker)
    march = date(2026, 3, 3)
    asked_for: dict[str, Any] = {"child_id": child.pk, "trigger": "section_47", "on": march}
    services.enter_event(**asked_for, actor=wanting.actor(wanting.worker, on=march), at=at(march))

    closed_and_opened_anew(child, wanting.worker, by_mistake=True)

    assert whats(wanting) == whats(wanting, child) == ["A section 47 enquiry begins"]
