"""Entries about the children of a session: when one is opened, what siblings share, what is refused, what is signed."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from core.errors import NotAllowed, RuleBroken, Stale
from policies import services as policies
from records.models import DraftShare, Part, Record
from records.rules import FAMILY, State
from records.services import share_draft
from records.values import TypedSection
from supervision import selectors, services
from supervision.models import CaseEntry, Discussion, SupervisionSession
from supervision.rules.discussions import Mark
from supervision.selectors import family_version
from supervision.services.entries import follow_own_text
from tests.cases_kit import child_with
from tests.integration.scenarios.kit import challenge, write
from tests.org import RECORDED, Org
from tests.records_kit import EVIDENCE
from tests.session_entries_kit import SessionWithChildren, siblings, words_of
from trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(shropshire: Org) -> SessionWithChildren:
    made = SessionWithChildren(shropshire)
    for reference in ("P1", "P2", "P3"):
        made.child(reference)
    return made


def test_an_entry_is_opened_with_the_first_words_and_not_before(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth")
    nothing = made.write("P1", "situation", situation="")
    assert nothing.record is None
    assert not CaseEntry.objects.exists()

    made.write("P1", "situation", situation="Two nights at her aunt's.")

    entry = made.entry("P1")
    assert entry
    assert (entry.child, entry.discussed_with, entry.author) == (
        made.children["P1"],
        made.org.worker,
        made.org.supervisor,
    )
    assert (entry.template_slug, entry.title) == ("case_entry_four_headings", "Supervision discussion")
    assert made.typed("P1") == {"situation": {"situation": "Two nights at her aunt's."}}


def test_a_text_saved_from_another_window_stays(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth")
    made.write("P1", "situation", situation="First.")

    result = made.write("P1", "situation", version=0, situation="Second.")

    assert [each.values for each in result.conflicts] == [{"situation": "First."}]
    assert made.typed("P1") == {"situation": {"situation": "First."}}


def test_text_may_be_kept_before_it_is_said_how_the_child_was_discussed_and_marks_nothing(
    made: SessionWithChildren,
) -> None:
    made.write("P1", "situation", situation="Typed first.")

    assert not Discussion.objects.exists()
    with pytest.raises(RuleBroken, match="Say how P1 was discussed: text about the child is written"):
        made.sign()


def test_who_was_not_discussed_and_who_was_not_there_has_no_entry(made: SessionWithChildren, org: Org) -> None:
    made.mark(P1=Mark("not_discussed", "No time."))
    made.children["P9"] = child_with(org.outsider, reference="P9")

    for reference, sentence in (("P1", "marked as not discussed"), ("P9", "was not with this worker")):
        with pytest.raises(RuleBroken, match=sentence):
            made.write(reference, "situation", situation="Text.")
    assert not CaseEntry.objects.exists()


def test_a_child_with_text_is_not_said_not_to_have_been_discussed(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth", P2="brief")
    made.write("P1", "situation", situation="Text.")

    for marks in ({"P1": Mark("not_discussed", "No time."), "P2": "brief"}, {"P2": "brief"}):
        with pytest.raises(RuleBroken, match="Text about P1 is written") as refused:
            made.mark(**marks)
        assert refused.value.field == f"depth-{made.children['P1'].pk}"
    assert made.discussion("P1").depth == "in_depth"
    assert made.typed("P1") == {"situation": {"situation": "Text."}}

    # The control: emptied, it can be said
    made.write("P1", "situation", situation="")
    made.mark(P1=Mark("not_discussed", "No time."), P2="brief")
    assert made.discussion("P1").depth == "not_discussed"


def test_only_who_held_the_session_writes(made: SessionWithChildren, org: Org) -> None:
    made.mark(P1="in_depth")
    typed = [TypedSection("situation", None, 0, {"situation": "Text."})]
    for person in (org.worker, org.team_manager):
        with pytest.raises(NotAllowed):
            services.save_entry(
                session_id=made.session.pk,
                child_id=made.children["P1"].pk,
                sections=typed,
                actor=org.actor(person, on=made.on),
                at=made.at,
            )
    assert not CaseEntry.objects.exists()


def test_the_text_about_a_family_stands_in_the_entry_of_each_sibling_discussed(made: SessionWithChildren) -> None:
    siblings(made.children["P1"], made.children["P2"], made.children["P3"])
    made.mark(P1="in_depth", P2="brief", P3=Mark("not_discussed", "At school."))

    made.write_family("P1", "They move in May.")

    assert [made.typed(each).get(FAMILY) for each in ("P1", "P2")] == [{"text": "They move in May."}] * 2
    assert made.entry("P3") is None
    assert made.discussion("P1").own_text is made.discussion("P2").own_text is False

    made.write("P2", "situation", situation="Her own.")
    assert made.discussion("P2").own_text is True
    made.write_family("P2", "They move in June.", over="They move in May.")
    assert made.typed("P1")[FAMILY] == {"text": "They move in June."}

    made.write("P2", "situation", situation="")
    assert made.discussion("P2").own_text is False
    replaced = Discussion.ever.filter(child=made.children["P2"]).exclude(replaced_at=None)
    assert {each.replaced_at for each in replaced} == {made.at}


@pytest.mark.scenario(3, "b")
def test_what_was_said_of_a_sealed_entry_stays_though_nothing_is_typed_any_more(made: SessionWithChildren) -> None:
    siblings(made.children["P1"], made.children["P2"])
    made.mark(P1="in_depth", P2="brief")
    made.write("P1", "situation", situation="Her own.")
    made.write_family("P1", "They move in May.")
    made.sign()
    made.countersign()
    assert not made.typed("P2")

    follow_own_text(made.session, at=made.at)

    assert [made.discussion(each).own_text for each in ("P1", "P2")] == [True, False]


def test_a_family_text_saved_elsewhere_is_not_overwritten(made: SessionWithChildren) -> None:
    siblings(made.children["P1"], made.children["P2"])
    made.mark(P1="in_depth", P2="brief")
    made.write_family("P1", "First.")

    result = made.write_family("P2", "Second.")

    (present,) = result.conflicts
    assert (present.values, present.version) == ({"text": "First."}, family_version("First."))
    assert made.typed("P2")[FAMILY] == {"text": "First."}
    assert not made.write_family("P2", "First. Second.", over="First.").conflicts


def test_a_sibling_who_is_marked_later_shares_what_stands(made: SessionWithChildren) -> None:
    siblings(made.children["P1"], made.children["P2"], made.children["P3"])
    made.mark(P1="in_depth", P2="brief")
    made.write_family("P1", "They move in May.")

    made.mark(P1="in_depth", P2="brief", P3="brief")

    assert made.typed("P3") == {FAMILY: {"text": "They move in May."}}
    assert made.discussion("P3").own_text is False

    made.mark(P1="in_depth", P2="brief", P3=Mark("not_discussed", "A slip."))
    assert made.typed("P3") == {FAMILY: {"text": ""}}
    assert made.typed("P1")[FAMILY] == {"text": "They move in May."}


def test_a_sibling_out_of_sight_or_elsewhere_is_never_written(made: SessionWithChildren, org: Org) -> None:
    away = child_with(org.outsider, reference="P8")
    siblings(made.children["P1"], away)
    made.mark(P1="in_depth", P2="in_depth")

    made.write_family("P1", "They move in May.")

    assert CaseEntry.objects.count() == 1
    assert selectors.families_of({made.children["P1"].pk, away.pk}, on=made.on, actor=made.actor) == {}


@pytest.mark.req("R109")
def test_a_discussion_in_depth_needs_an_entry_where_the_policy_says_how_cases_are_recorded(
    made: SessionWithChildren,
) -> None:
    made.mark(P1="in_depth", P2="brief")

    with pytest.raises(RuleBroken, match="Write the entry of P1, who was discussed in depth") as refused:
        made.sign()
    assert "P2" not in str(refused.value)
    assert not Part.objects.exists()

    made.write("P1", "situation", situation="Text.")
    part = made.sign()
    assert CaseEntry.objects.get().record.parts.get().act == part.act


@pytest.mark.req("R109")
@pytest.mark.req("R328")
def test_where_each_child_is_discussed_each_time_a_brief_discussion_needs_one_too(org: Org) -> None:
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2025, 4, 1), at=RECORDED)
    made = SessionWithChildren(org)
    made.child("M1")
    made.mark(M1="brief")

    with pytest.raises(RuleBroken, match="Write the entry of M1, who was discussed briefly"):
        made.sign()


def test_where_the_policy_names_no_record_of_cases_nothing_is_asked(org: Org) -> None:
    policies.adopt(slug="baseline-lga-2020", starts_on=date(2025, 4, 1), at=RECORDED)
    made = SessionWithChildren(org)
    made.child("B1")
    made.mark(B1="in_depth")

    assert made.sign().seq == 1


@pytest.mark.req("R350")
def test_camden_wants_an_action_with_its_day_or_why_none_is_needed(org: Org) -> None:
    policies.adopt(slug="camden-short-guide", starts_on=date(2025, 4, 1), at=RECORDED)
    made = SessionWithChildren(org)
    made.child("C1")
    made.mark(C1="in_depth")
    made.write("C1", "oversight", progress="At home again.", direction="")

    def problems() -> list[str]:
        ((_, entry),) = made.text().entries
        return [sentence for _, _, sentence in entry.problems]

    assert problems() == ["Is anything to be done?: fill in “Is any action needed?”."]
    with pytest.raises(RuleBroken, match="Is any action needed"):
        made.sign()

    made.write("C1", "next_steps", action_needed="yes")
    assert problems() == ["Actions: fill in “Actions with timescales”."]
    action = {"what": "Visit", "who": made.org.worker.name, "who_id": str(made.org.worker.pk), "by": None}
    made.write("C1", "actions", actions=[action])
    assert problems() == ["Actions: say by when each action is to be done."]
    made.write("C1", "actions", actions=[{**action, "by": "2026-11-20"}])
    assert problems() == []

    made.write("C1", "actions", actions=[])
    made.write("C1", "next_steps", action_needed="no")
    made.write("C1", "no_action", no_action="Seen weekly.")
    assert made.sign().seq == 1


def test_one_signature_signs_all_with_the_facts_of_each(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth", P2="brief")
    made.write("P1", "situation", situation="About one.")
    made.write("P2", "situation", situation="About two.")

    record = made.sign()

    parts = {each.child.reference: each.record.parts.get() for each in CaseEntry.objects.select_related("child")}
    assert {part.act for part in parts.values()} == {record.act}
    facts = {"held_on": "2026-11-09", "minutes": 90, "format": "individual"}
    assert parts["P1"].facts == {**facts, "depth": "in_depth"}
    assert parts["P2"].facts == {**facts, "depth": "brief"}
    with pytest.raises(RuleBroken, match="is signed, so what was discussed in it stays"):
        made.write("P1", "situation", situation="Later.")

    made.countersign()
    assert {each.record.get_state() for each in CaseEntry.objects.all()} == {State.SEALED}


@pytest.mark.scenario(16, "b")
def test_the_workers_record_holds_no_childs_story_and_an_entry_nothing_of_the_worker(
    made: SessionWithChildren,
) -> None:
    made.mark(P1="in_depth", P2="in_depth")
    made.write("P1", "situation", situation="The story of one.")
    made.write("P2", "situation", situation="The story of two.")
    write(
        made.org, made.record, "wellbeing", by=made.org.supervisor, at=made.at, discussed="Tired since the operation."
    )
    made.sign()
    made.countersign()

    record = words_of(made.record)
    assert "Tired since the operation." in record
    assert "story of" not in record
    for reference, other in (("P1", "two"), ("P2", "one")):
        entry = made.entry(reference)
        assert entry
        assert "operation" not in words_of(entry)
        assert f"story of {other}" not in words_of(entry)


def test_what_changes_between_reading_and_signing_is_not_signed(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth")
    made.write("P1", "situation", situation="As read.")
    shown = made.text().shown
    made.write("P1", "situation", situation="Changed since.")

    with pytest.raises(Stale):
        services.sign_record(
            record_id=made.record.pk,
            shown=shown,
            challenge=challenge(made.at),
            evidence=EVIDENCE,
            actor=made.actor,
            at=made.at,
        )
    assert not Part.objects.exists()


def test_entries_are_shared_with_the_record_and_an_entry_opened_later_too(made: SessionWithChildren, org: Org) -> None:
    made.mark(P1="in_depth", P2="in_depth")
    made.write("P1", "situation", situation="One.")
    worker = org.actor(org.worker, on=made.on)
    first = made.entry("P1")
    assert first
    assert not Record.objects.visible_to(worker).filter(pk=first.pk).exists()

    share_draft(record_id=made.record.pk, shared=True, entries=[first.pk], actor=made.actor, at=made.at)
    made.session.refresh_from_db()
    made.write("P2", "situation", situation="Two.")

    second = made.entry("P2")
    assert second
    assert Record.objects.visible_to(worker).filter(pk__in=[first.pk, second.pk]).count() == 2
    assert DraftShare.objects.count() == 3


def test_reading_the_page_of_an_entry_is_noted(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth")
    made.write("P1", "situation", situation="One.")

    session = SupervisionSession.objects.with_people().with_record_state().get(pk=made.session.pk)
    services.read_entry(session=session, child_id=made.children["P1"].pk, actor=made.actor, at=made.at)

    entry = made.entry("P1")
    assert entry
    assert Entry.objects.filter(verb="record.draft_read", target_id=str(entry.pk)).count() == 1


def test_a_record_beside_which_an_entry_is_written_is_not_given_up(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth")
    made.write("P1", "situation", situation="One.")
    later = made.at + timedelta(days=settings.UNTOUCHED_DRAFTS_EXPIRE_AFTER_DAYS + 1)

    assert services.expire_drafts(at=later) == 0

    made.session.refresh_from_db()
    assert made.session.record_id


def test_control_a_record_with_nothing_beside_it_is_given_up(made: SessionWithChildren) -> None:
    made.mark(P1="in_depth")

    later = made.at + timedelta(days=settings.UNTOUCHED_DRAFTS_EXPIRE_AFTER_DAYS + 1)

    assert services.expire_drafts(at=later) == 1
