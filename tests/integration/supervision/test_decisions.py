"""Decisions about a child between sessions: typed, signed at once, in the timeline, entered on the child's record."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.models import Child
from core.actor import Role
from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from policies import services as policies
from records import canonical
from records import services as records
from records.models import Action, Part, PartContent, Record, RenderedDocument
from records.rules import Kind
from records.services import Incomplete
from staff.models import StaffMember
from supervision import selectors, services
from supervision.entering.selectors import to_enter
from supervision.models import DecisionDraft, Discussion, EnteredOnChildRecord
from tests.cases_kit import child_with
from tests.decisions_kit import NOON, RATIONALE, TODAY, decide, draft_of, enter, shown, sign
from tests.org import RECORDED, Org, add_person, put_under
from trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def camden(org: Org) -> Org:
    """The authority, going by Camden's policy."""
    policies.adopt(slug="camden-short-guide", starts_on=date(2017, 6, 1), at=RECORDED)
    return org


@pytest.fixture
def duty(org: Org) -> StaffMember:
    """A manager of another team, outside the line of the worker."""
    person = add_person("Dee Marsh", team=org.other_team, job_title="Duty manager", role=Role.TEAM_MANAGER)
    put_under(org.outsider, person)
    return person


def words_of(record: Record) -> str:
    """All that stands in the first part of a record."""
    return "\n".join(PartContent.objects.filter(part__record=record).values_list("content", flat=True))


@pytest.mark.scenario(15, "b")
@pytest.mark.req("R075", "R078", "R079")
def test_a_decision_is_signed_at_once_under_the_name_that_the_policy_gives_it(shropshire: Org) -> None:
    child = child_with(shropshire.worker)

    record = decide(child, shropshire.supervisor, asked_by=shropshire.worker)

    assert (record.kind, record.title, record.child, record.subject) == (
        Kind.DECISION,
        "Management decision",
        child,
        None,
    )
    [part] = record.parts.all()
    body = canonical.loads(bytes(part.body))
    assert part.state_after == "sealed"
    assert body["subjects"] == [{"id": str(child.pk), "kind": "child", "label": child.reference, "role": ""}]
    assert body["required"] == ["supervisor"]
    fields = {
        item["id"]: item["value"]
        for content in PartContent.objects.filter(part=part).exclude(section="_evidence")
        for item in canonical.loads(content.content.encode())["fields"]
    }
    assert fields["rationale"] == RATIONALE
    assert fields["asked_by"] == "Amara Obi, Social worker"
    assert fields["note_type"] == "Management decision"
    assert not DecisionDraft.objects.exists()


@pytest.mark.parametrize(
    ("note", "title"),
    [
        ("consultation_principal_officer", "Consultation with Principal officer"),
        ("consultation_supervisor", "Consultation with supervisor"),
        ("managers_decision", "Manager’s decisions"),
    ],
)
def test_camden_has_kinds_of_its_own(camden: Org, note: str, title: str) -> None:
    assert decide(child_with(camden.worker), camden.supervisor, note_type=note).title == title


@pytest.mark.scenario(15, "e")
def test_a_consultation_with_an_iro_needs_the_line_managers_agreement_or_an_emergency(camden: Org) -> None:
    child = child_with(camden.worker)
    draft = draft_of(child, camden.supervisor, note_type="consultation_cpo_iro")

    assert [
        field for field, _ in selectors.decision_to_sign(draft=draft, actor=camden.actor(camden.supervisor)).problems
    ] == ["agreement"]
    with pytest.raises(RuleBroken, match="or that it was an emergency"):
        sign(draft, camden.supervisor, shown="")
    assert not Record.objects.exists()
    agreed: dict[str, Any] = {
        "agreement": "agreed",
        "agreed_by_id": str(camden.team_manager.pk),
        "agreed_on": "2026-11-09",
    }
    urgent: dict[str, Any] = {"agreement": "emergency", "emergency_because": "The placement ends tonight."}
    for said, words in (
        (agreed, "Tom Mills, Team manager, on Monday 9 November 2026"),
        (urgent, "The placement ends tonight."),
    ):
        record = decide(child, camden.supervisor, note_type="consultation_cpo_iro", **said)
        assert record.title == "Consultation with CPO/IRO"
        assert words in words_of(record)


@pytest.mark.req("R075")
@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"reference": "P99"}, "reference"),
        ({"note_type": "gossip"}, "note_type"),
        ({"decided_on": ""}, "decided_on"),
        ({"decided_on": "2026-11-10"}, "decided_on"),
        ({"decision": {"rationale": ""}}, "decision-rationale"),
        ({"decision": {"question": ""}}, "decision-question"),
        ({"decision": {"decision": ""}}, "decision-decision"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_signed(
    shropshire: Org, missing: dict[str, Any], field: str
) -> None:
    draft = draft_of(child_with(shropshire.worker), shropshire.supervisor, **missing)
    to_sign = selectors.decision_to_sign(draft=draft, actor=shropshire.actor(shropshire.supervisor))

    assert [name for name, _ in to_sign.problems] == [field]
    with pytest.raises((RuleBroken, Incomplete, Stale)):
        sign(draft, shropshire.supervisor)
    assert DecisionDraft.objects.get() == draft


def test_a_closed_case_has_no_decisions(shropshire: Org) -> None:
    child = child_with(shropshire.worker)
    child.episodes.update(ends_on=TODAY)
    draft = draft_of(child, shropshire.supervisor)

    [(field, sentence)] = selectors.decision_to_sign(
        draft=draft, actor=shropshire.actor(shropshire.supervisor)
    ).problems

    assert (field, sentence) == ("reference", selectors.decisions.NO_CHILD)


def test_nobody_decides_who_asked_or_works_with_the_child(shropshire: Org) -> None:
    own = draft_of(child_with(shropshire.supervisor), shropshire.supervisor)
    held = draft_of(child_with(shropshire.supervisor, without_worker=True), shropshire.supervisor)
    asked = draft_of(child_with(shropshire.worker), shropshire.supervisor, asked_by_id=str(shropshire.supervisor.pk))

    def faults(draft: DecisionDraft) -> list[str]:
        to_sign = selectors.decision_to_sign(draft=draft, actor=shropshire.actor(shropshire.supervisor))
        return [field for field, _ in to_sign.problems]

    assert faults(own) == ["reference"]
    assert faults(held) == []
    assert faults(asked) == ["asked_by_id"]
    with pytest.raises(NotAllowed):
        draft_of(child_with(shropshire.worker), shropshire.worker)


def test_a_duty_manager_decides_by_the_exact_reference_and_sees_that_decision_alone(
    shropshire: Org, duty: StaffMember
) -> None:
    child = child_with(shropshire.worker, discussed=(date(2026, 10, 5),))
    earlier = decide(child, shropshire.supervisor)

    record = decide(child.reference.lower(), duty, asked_by=shropshire.outsider)

    for person in (duty, shropshire.outsider):
        actor = shropshire.actor(person)
        assert list(Record.objects.visible_to(actor)) == [record]
        assert not Child.objects.visible_to(actor).exists()
        assert not Discussion.objects.visible_to(actor).exists()
    assert set(Record.objects.visible_to(shropshire.actor(shropshire.worker))) == {earlier, record}


@pytest.mark.scenario(15, "b")
@pytest.mark.req("R190", "R079")
def test_a_decision_stands_in_the_childs_timeline_until_it_is_entered_and_after(shropshire: Org) -> None:
    child = child_with(shropshire.worker)
    record = decide(child, shropshire.supervisor)
    actor = shropshire.actor(shropshire.worker)

    def timeline() -> list[str]:
        page = selectors.child_page(child=child, actor=actor, on=TODAY)
        return [each.title for each in page.timeline if each.url.endswith(f"{record.pk}/")]

    assert timeline() == ["Management decision, by Priya Nair: not yet entered on the child’s record"]
    enter(record, shropshire.supervisor)
    assert timeline() == ["Management decision, by Priya Nair: entered on 9 November 2026"]


@pytest.mark.scenario(15, "c")
@pytest.mark.req("R076", "R086")
def test_a_decision_waits_until_it_is_entered_once_and_for_good(shropshire: Org) -> None:
    record = decide(child_with(shropshire.worker), shropshire.supervisor)
    actor = shropshire.actor(shropshire.supervisor)
    assert list(to_enter(actor)) == list(to_enter(shropshire.actor(shropshire.worker))) == [record]

    entered = enter(record, shropshire.worker)

    assert (entered.entered_by, entered.entered_on, entered.reference) == (shropshire.worker, TODAY, "CN 17")
    assert not to_enter(actor).exists()
    with pytest.raises(RuleBroken, match="Amara Obi has said so already"):
        enter(record, shropshire.supervisor)
    assert EnteredOnChildRecord.objects.count() == 1
    assert Entry.objects.filter(verb="decision.entered", target_id=str(record.pk)).count() == 1


@pytest.mark.parametrize("on", [TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_it_is_entered_neither_before_it_was_decided_nor_tomorrow(shropshire: Org, on: date) -> None:
    record = decide(child_with(shropshire.worker), shropshire.supervisor)

    with pytest.raises(RuleBroken):
        enter(record, shropshire.supervisor, on=on)


def test_the_next_up_reads_it_and_does_not_say_that_it_is_entered(shropshire: Org) -> None:
    record = decide(child_with(shropshire.worker), shropshire.supervisor)

    assert Record.objects.visible_to(shropshire.actor(shropshire.team_manager)).get() == record
    with pytest.raises(NotAllowed):
        enter(record, shropshire.team_manager)
    with pytest.raises(Record.DoesNotExist):
        enter(record, shropshire.outsider)


@pytest.mark.scenario(15, "d")
def test_it_never_moves_the_workers_clock_and_the_childs_only_where_the_policy_counts_it(shropshire: Org) -> None:
    child = child_with(shropshire.worker, plan_type="child_in_need", discussed=(date(2026, 10, 5),))
    people = [shropshire.worker.pk, shropshire.supervisor.pk]
    before = selectors.statuses(people=people, on=TODAY), selectors.child_statuses(children=[child.pk], on=TODAY)
    last = selectors.child_page(child=child, actor=shropshire.actor(shropshire.worker), on=TODAY).row.last

    decide(child, shropshire.supervisor)

    assert (
        selectors.statuses(people=people, on=TODAY),
        selectors.child_statuses(children=[child.pk], on=TODAY),
    ) == before
    assert selectors.child_page(child=child, actor=shropshire.actor(shropshire.worker), on=TODAY).row.last == last
    facts = selectors.child_questions(children=[child.pk], on=TODAY)[child.pk].child
    assert [each.format for each in facts.discussions] == ["individual", "management_oversight"]


def test_whoever_asked_and_whoever_holds_the_child_is_told_and_each_action_has_its_owner(
    shropshire: Org, duty: StaffMember
) -> None:
    action = {"what": "Tell the school", "who": "Oscar Reed", "who_id": str(shropshire.outsider.pk), "by": "2026-11-16"}
    record = decide(child_with(shropshire.worker), duty, asked_by=shropshire.outsider, decision={"actions": [action]})

    told = {job.arguments["person_id"] for job in Job.objects.filter(arguments__key=f"{record.pk}/1")}
    assert told == {str(shropshire.outsider.pk), str(shropshire.worker.pk)}
    owned = Action.objects.visible_to(shropshire.actor(shropshire.outsider)).get()
    assert (owned.what, owned.due_on) == ("Tell the school", date(2026, 11, 16))
    assert Action.objects.visible_to(shropshire.actor(duty)).get() == owned
    assert not Action.objects.visible_to(shropshire.actor(shropshire.supervisor)).exists()


def test_what_was_entered_later_than_decided_says_so_for_good(shropshire: Org) -> None:
    record = decide(child_with(shropshire.worker), shropshire.supervisor, decided_on="2026-11-05")

    assert canonical.loads(bytes(record.parts.get().body))["late"] == {"calendar_days": 4, "working_days": 2}


def test_another_window_overwrites_nothing(shropshire: Org) -> None:
    draft = draft_of(child_with(shropshire.worker), shropshire.supervisor)
    actor = shropshire.actor(shropshire.supervisor)
    seen = shown(draft, shropshire.supervisor)
    services.save_decision(
        draft_id=draft.pk, typed={**draft.values, "reference": "P1"}, version=1, actor=actor, at=NOON
    )

    with pytest.raises(Stale):
        services.save_decision(draft_id=draft.pk, typed={"sections": {}}, version=1, actor=actor, at=NOON)
    services.save_decision(draft_id=draft.pk, typed=draft.values, version=2, actor=actor, at=NOON)
    with pytest.raises(Stale, match="changed after you opened it"):
        sign(draft, shropshire.supervisor, shown=seen)
    with pytest.raises(NotAllowed):
        services.save_decision(
            draft_id=draft.pk, typed={}, version=3, actor=shropshire.actor(shropshire.team_manager), at=NOON
        )


def test_what_was_typed_is_thrown_away_by_its_writer_alone(shropshire: Org) -> None:
    draft = draft_of(child_with(shropshire.worker), shropshire.supervisor)

    services.drop_decision(draft_id=draft.pk, actor=shropshire.actor(shropshire.team_manager))
    assert DecisionDraft.objects.get() == draft
    services.drop_decision(draft_id=draft.pk, actor=shropshire.actor(shropshire.supervisor))
    assert not DecisionDraft.objects.exists()


def test_a_policy_names_its_own_form_for_decisions(shropshire: Org) -> None:
    forms = (
        selectors.decision_forms(actor=shropshire.actor(shropshire.supervisor))
        if draft_of("P1", shropshire.supervisor)
        else None
    )

    assert forms is not None
    assert forms.template.id == "plain_decision"
    assert [section.id for section in forms.sections] == ["decision"]


def test_a_decision_is_checked_like_every_record_and_a_changed_word_is_found(shropshire: Org) -> None:
    record = decide(child_with(shropshire.worker), shropshire.supervisor)
    assert records.verify(record).intact
    part = Part.objects.get()
    stored = part.as_stored([each.as_stored() for each in part.contents.all()])

    for was, forged in ((RATIONALE, "Nobody asked her."), (record.about, "P9999999")):
        old, new = was.encode(), forged.encode()
        contents = tuple(replace(each, content=each.content.replace(old, new)) for each in stored.contents)
        tampered = replace(stored, raw=stored.raw.replace(old, new), contents=contents)
        assert tampered != stored
        with pytest.raises(canonical.ChainBroken):
            canonical.verify_chain([tampered], record_id=record.pk, attested=lambda *_: True)
    assert canonical.verify_chain([stored], record_id=record.pk, attested=lambda *_: True)


@pytest.mark.slow
def test_its_pdf_is_made_for_everybody_who_reads_it(shropshire: Org, duty: StaffMember) -> None:
    record = decide(child_with(shropshire.worker), duty, asked_by=shropshire.outsider)
    head = record.parts.get().digest

    document = records.render_document(record_id=UUID(str(record.pk)), head=head, at=NOON)

    for person in (duty, shropshire.outsider, shropshire.worker, shropshire.supervisor, shropshire.team_manager):
        assert RenderedDocument.objects.visible_to(shropshire.actor(person)).get() == document
    assert not RenderedDocument.objects.visible_to(shropshire.actor(shropshire.head)).exists()
