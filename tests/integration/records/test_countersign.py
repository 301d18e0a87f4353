"""The countersignature: exactly those bytes, one of three meanings, own comments, sealed once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from policies.templates import When
from records import canonical, rules, selectors, services
from records.models import Attestation, DraftSection, Part, PartContent, Record
from records.rules import Meaning, Relation, State
from tests.org import Org
from tests.records_kit import NOON, Kit, fresh
from trail.models import Entry


def signed_words(part: Part) -> str:
    return " ".join(
        PartContent.objects.filter(part=part).exclude(section="_evidence").values_list("content", flat=True)
    )


@pytest.mark.req("R087", "R128", "R187", "R189")
def test_the_supervisee_countersigns_and_the_record_is_sealed(kit: Kit) -> None:
    record = kit.awaiting()

    part = kit.countersign(record, comments="Thank you for the time.")

    body = canonical.parse(bytes(part.body))
    text = Part.objects.get(record=record, seq=1)
    assert fresh(record).get_state() is State.SEALED
    assert (body["seq"], body["prev"], body["kind"]) == (2, text.digest, "countersignature")
    assert body["signature"]["signer"]["name"] == "Amara Obi"
    assert body["signature"]["relation"] == Relation.SUPERVISEE
    assert body["signature"]["statement"] == "I have read this record and agree that it is a true record."
    assert [section["id"] for section in body["sections"]] == ["supervisee_comments"]
    assert body["facts"] == {}
    assert "Thank you for the time." in signed_words(part)
    assert Attestation.objects.filter(part=part).exists()


def test_sealing_asks_for_one_pdf_of_the_head_and_removes_the_draft(kit: Kit) -> None:
    record = kit.awaiting()
    assert DraftSection.objects.filter(record=record).exists()

    part = kit.countersign(record)

    (job,) = Job.objects.filter(task="records.tasks.render_document")
    assert job.arguments == {"record_id": str(record.pk), "head": part.digest}
    assert not DraftSection.objects.filter(record=record).exists()


def test_the_other_person_is_told_that_it_is_sealed(kit: Kit) -> None:
    record = kit.sealed()

    job = Job.objects.get(task="notifications.tasks.notify", arguments__kind="record_sealed")
    assert job.arguments["person_id"] == str(kit.org.supervisor.pk)
    assert job.arguments["path"] == f"/records/{record.pk}/"


@pytest.mark.scenario(22, "a")
@pytest.mark.parametrize(
    "meaning",
    [Meaning.SEEN_NOT_AGREED, Meaning.DECLINE],
)
def test_will_not_sign_and_the_record_is_complete_and_says_so(kit: Kit, meaning: Meaning) -> None:
    record = kit.awaiting()

    part = kit.countersign(record, meaning=meaning, reason="I did not say that about the visit.")

    heads = fresh(record).get_heads()
    assert rules.state_of(heads) is State.SEALED
    assert not rules.is_signed_by_both(heads)
    assert rules.is_agreed(heads) is (meaning is not Meaning.DECLINE)
    assert "I did not say that about the visit." in signed_words(part)
    assert "visit" not in bytes(part.body).decode()


@pytest.mark.scenario(22, "a")
def test_refuses_a_decline_or_disagreement_without_a_word_of_why(kit: Kit) -> None:
    record = kit.awaiting()

    with pytest.raises(RuleBroken, match="Say why you decline") as declined:
        kit.countersign(record, meaning=Meaning.DECLINE, comments="Something else.")
    with pytest.raises(RuleBroken, match="Say what you do not agree with"):
        kit.countersign(record, meaning=Meaning.SEEN_NOT_AGREED, comments="Thank you, this helped.")

    assert declined.value.field == "reason"
    assert Part.objects.count() == 1


def test_a_reason_typed_by_somebody_who_agrees_is_asked_about_and_not_thrown_away(kit: Kit) -> None:
    record = kit.awaiting()

    with pytest.raises(RuleBroken, match="You wrote a reason but chose “I agree”") as refused:
        kit.countersign(record, reason="But the second paragraph is not what I said.")

    assert refused.value.field == "reason"
    assert Part.objects.count() == 1
    kept = DraftSection.objects.get(record=record, section=rules.REASON)
    assert kept.values == {"text": "But the second paragraph is not what I said."}


@pytest.mark.parametrize(("meaning", "page"), [(Meaning.DECLINE, "REASON_SECTION"), (Meaning.RETURN, "RETURN_SECTION")])
def test_the_reason_is_signed_under_the_heading_and_label_that_the_page_showed(
    kit: Kit, meaning: Meaning, page: str
) -> None:
    record = kit.awaiting()
    asked = getattr(selectors, page)

    part = kit.send_back(record) if meaning is Meaning.RETURN else kit.countersign(record, meaning=meaning, reason="No")

    body = canonical.parse(bytes(part.body))
    assert [row["heading"] for row in body["sections"] if row["id"] == rules.REASON] == [asked.heading]
    content = canonical.parse(PartContent.objects.get(part=part, section=rules.REASON).content.encode())
    assert [item["label"] for item in content["fields"]] == [item.label for item in asked.fields]


def test_signs_what_is_saved_and_refuses_when_another_window_saved_after_it_was_shown(kit: Kit) -> None:
    record = kit.awaiting()
    shown = kit.answer(record, comments="")
    two_hours = kit.answer(record, comments="Two hours of comments.")

    with pytest.raises(Stale, match="changed after you opened it"):
        kit.countersign(record, shown=shown)
    part = kit.countersign(record, shown=two_hours)

    assert "Two hours of comments." in signed_words(part)


def test_refuses_when_the_reason_was_changed_after_it_was_shown(kit: Kit) -> None:
    record = kit.awaiting()
    shown = kit.answer(record, comments="", reason="The date is wrong.")
    kit.answer(record, comments="", reason="")
    kit.save(record, rules.REASON, {"text": "Something else."}, version=1, actor=kit.worker)

    with pytest.raises(Stale):
        kit.countersign(record, shown=shown, meaning=Meaning.DECLINE)

    assert Part.objects.count() == 1


def with_own_section(monkeypatch: pytest.MonkeyPatch, record: Record, **changes: Any) -> None:
    """Let the template's section for the supervisee be another."""
    template = selectors.template_of(record)
    sections = tuple(
        replace(section, **changes) if section.id == "supervisee_comments" else section for section in template.sections
    )
    monkeypatch.setattr(
        "policies.selectors.record_template", lambda slug, version: replace(template, sections=sections)
    )


def test_asks_the_supervisee_for_what_the_template_requires_of_them(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    record = kit.awaiting()
    with_own_section(monkeypatch, record, required_to_sign=True)

    with pytest.raises(services.Incomplete, match="write something here before you sign") as refused:
        kit.countersign(record, comments="")
    assert refused.value.problems[0][:2] == ("supervisee_comments", "comments")

    kit.countersign(record, meaning=Meaning.DECLINE, comments="", reason="I was not there.")
    assert fresh(record).get_state() is State.SEALED


def test_a_section_that_does_not_stand_on_the_form_is_not_signed(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    record = kit.awaiting()
    kit.answer(record, comments="Typed while it stood there.")
    with_own_section(monkeypatch, record, when=When(field="discussed", equals="nothing"))

    part = kit.countersign(record, shown=kit.answer(record, comments="Typed while it stood there."))

    assert canonical.parse(bytes(part.body))["sections"] == []


def test_refuses_anybody_but_the_supervisee(kit: Kit, org: Org) -> None:
    record = kit.awaiting()

    for person in (org.supervisor, org.team_manager):
        with pytest.raises(NotAllowed, match="Only Amara Obi can sign this"):
            kit.countersign(record, actor=org.actor(person))
    with pytest.raises(type(record).DoesNotExist):
        kit.countersign(record, actor=org.actor(org.outsider))

    assert Part.objects.count() == 1


def test_refuses_what_nobody_has_signed_yet(kit: Kit) -> None:
    with pytest.raises(RuleBroken, match="still a draft"):
        kit.countersign(kit.draft())


def test_refuses_a_second_countersignature(kit: Kit) -> None:
    record = kit.sealed()

    with pytest.raises(RuleBroken, match="already signed and sealed"):
        kit.countersign(record)

    assert Part.objects.count() == 2


def test_refuses_when_the_text_changed_after_it_was_read(kit: Kit) -> None:
    record = kit.awaiting()
    shown = kit.answer(record, comments="")
    kit.send_back(record)
    kit.sign(fresh(record), at=NOON + timedelta(hours=2))

    with pytest.raises(Stale, match="changed after you opened it"):
        kit.countersign(record, shown=shown, at=NOON + timedelta(hours=3))

    assert fresh(record).get_state() is State.AWAITING


def test_refuses_when_the_sentences_to_choose_from_changed(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    record = kit.awaiting()
    shown = kit.answer(record, comments="")

    monkeypatch.setattr("records.wording.statements", lambda kind: {"agree": "Something else."})

    with pytest.raises(Stale):
        kit.countersign(record, shown=shown)


def test_refuses_a_stale_challenge(kit: Kit) -> None:
    record = kit.awaiting()

    with pytest.raises(rules.ChallengeStale):
        kit.countersign(record, challenge=kit.challenge(NOON, age=timedelta(hours=1)))

    assert Part.objects.count() == 1


def test_refuses_comments_that_no_form_could_have_made(kit: Kit) -> None:
    record = kit.awaiting()

    with pytest.raises(RuleBroken, match="no such field"):
        kit.save(record, "supervisee_comments", {"signed_by": "somebody else"}, version=0, actor=kit.worker)


def test_a_template_without_a_section_for_the_supervisee_gets_one_for_comments(kit: Kit) -> None:
    template = selectors.template_of(kit.draft(kind=rules.Kind.CONTRACT, template="contract_1a"))

    assert [section.id for section in selectors.own_sections(template)] == ["_comments"]


def test_who_signed_with_which_meaning_is_in_the_trail(kit: Kit) -> None:
    kit.sealed()

    entry = Entry.objects.get(verb="record.countersigned")
    assert (entry.actor_id, entry.via) == (kit.org.worker.pk, "self")
