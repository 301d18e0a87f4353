"""Audits and observations as signed records: opened, written, signed, answered, responded to."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from records import canonical, pdf_wording, presenters, rules, selectors, services
from records.findings import Finding
from records.models import Action, DraftSection, Part, Record
from records.rules import ChallengeStale, Meaning, PartKind, Relation, State
from records.services import Incomplete, SectionChanged
from records.values import TypedSection
from tests.examining_kit import CHILD, FOUND, FOUND_NO, OVERRULED, Examining, confirmed, given, written
from tests.org import Org
from tests.records_kit import NOON, Kit, fresh, type_answer
from trail.models import Entry


@pytest.fixture
def examining(org: Org) -> Examining:
    return Examining(org)


def body_of(part: Part) -> dict[str, Any]:
    return canonical.loads(bytes(part.body))


def field_in(part: Part, section: str, field: str, key: str | None = None) -> Any:
    content = canonical.loads(part.contents.get(section=section, key=key).content.encode())
    return next(item["value"] for item in content["fields"] if item["id"] == field)


def test_nobody_examines_themselves_and_the_form_has_to_be_one_of_its_kind(examining: Examining, org: Org) -> None:
    with pytest.raises(NotAllowed):
        examining.audit(subject_id=org.team_manager.pk)
    with pytest.raises(RuleBroken):
        examining.audit(template="worker_record_app2")
    with pytest.raises(RuleBroken):
        examining.audit(template="observation_of_supervision")


@pytest.mark.req("R233", "R254")
def test_an_audit_is_sealed_with_the_auditor_s_signature_and_says_whom_it_is_about(
    examining: Examining, org: Org
) -> None:
    record = examining.audit()
    examining.write(record, written())

    part = examining.sign(record)

    assert part.relation == Relation.AUDITOR
    assert fresh(record).get_state() is State.SEALED
    body = body_of(part)
    assert body["required"] == ["auditor"]
    assert body["facts"]["held_on"] == "2026-11-09"
    signature = body["signature"]
    assert (signature["signer"]["name"], signature["relation"]) == ("Tom Mills", "auditor")
    assert signature["signed_at"] == canonical.utc_text(NOON)
    assert [(one["kind"], one["label"], one["role"]) for one in body["subjects"]] == [
        ("worker", "Priya Nair", "Senior social worker"),
        ("worker", "Amara Obi", "Whose file it is"),
        ("child", "C-1", "Child of section 3"),
    ]
    assert not DraftSection.objects.filter(record=record).exists()
    assert services.verify(fresh(record)).intact


@pytest.mark.scenario(20, "c")
def test_what_was_found_and_what_the_auditor_says_of_it_are_both_signed(examining: Examining) -> None:
    record = examining.audit()
    examining.write(record, written())

    part = examining.sign(record)

    contract = field_in(part, "section_1", "contract_in_place")
    assert contract == {"finding": FOUND_NO.as_signed(), **OVERRULED}
    sheet = field_in(part, "section_1", "personal_information_sheet")
    assert (sheet["finding"]["answer"], sheet["confirmed"], sheet["answer"]) == ("unknown", "", "yes")
    gaps = field_in(part, "section_1", "regularity")
    assert (gaps["confirmed"], gaps["answer"]) == ("confirm", "no")
    page = str(
        presenters.record_page(
            selectors.record_reading(record=fresh(record), actor=examining.supervisor), actor=examining.supervisor
        )
    )
    printed = pdf_wording.plain_text(selectors.verified_parts(record))
    for words in (FOUND_NO.summary, FOUND_NO.lines[0], OVERRULED["reason"]):
        assert words in page
        assert words in printed
    assert "Auditor: Yes (overruled)" in printed


@pytest.mark.scenario(20, "c")
@pytest.mark.parametrize(
    ("name", "said", "place", "words"),
    [
        ("contract_in_place", {"confirmed": "", "answer": "", "reason": ""}, "contract_in_place", "what was found is right"),
        ("contract_in_place", {**OVERRULED, "reason": " "}, "contract_in_place-reason", "why you overrule"),
        ("contract_in_place", {**OVERRULED, "answer": ""}, "contract_in_place-answer", "your own answer"),
        ("contract_in_place", {**OVERRULED, "answer": "no"}, "contract_in_place-answer", "is what was found"),
        ("contract_in_place", {"confirmed": "confirm", "answer": "yes", "reason": ""}, "contract_in_place", "has changed"),
        ("personal_information_sheet", {"confirmed": "", "answer": "", "reason": ""}, "personal_information_sheet-answer", "not known"),
        ("personal_information_sheet", {"confirmed": "confirm", "answer": "unknown", "reason": ""}, "personal_information_sheet-answer", "not known"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_complete_is_refused_beside_its_field(
    examining: Examining, name: str, said: dict[str, str], place: str, words: str
) -> None:
    record = examining.audit()
    examining.write(record, written(**{name: said}))

    (problem,) = examining.text(record).problems

    assert problem[:2] == ("section_1", place)
    assert words in problem[2]
    with pytest.raises(Incomplete):
        examining.sign(record)
    assert not record.parts.exists()


def test_all_that_is_missing_is_said_at_once_and_nothing_is_signed(examining: Examining) -> None:
    record = examining.audit()

    problems = examining.text(record).problems

    assert {name for name, _, _ in problems} == {"section_1", "section_2", "judgement"}
    assert len([1 for name, _, _ in problems if name == "section_1"]) == len(FOUND)
    with pytest.raises(Incomplete):
        examining.sign(record)


def test_evidence_that_changed_after_the_page_was_shown_is_not_signed(examining: Examining) -> None:
    record = examining.audit()
    examining.write(record, written(learning_log=confirmed(FOUND["learning_log"])))
    shown = examining.text(record).shown
    now = Finding("yes", "Eight entries.")
    examining.given = given(evidence={**examining.given.evidence, ("section_1", "learning_log"): now})

    with pytest.raises(Stale):
        examining.sign(record, shown=shown)
    examining.sign(record)


def test_a_section_for_each_child_stands_under_its_key(examining: Examining) -> None:
    other = str(uuid4())
    record = examining.audit()
    examining.given = given(repeated={"section_3": [(CHILD, "C-1"), (other, "C-2")]})
    examining.write(record, {**written(), f"section_3-{other}": {"reflection": "None."}})

    part = examining.sign(record)

    rows = [(row["key"], row["heading"]) for row in body_of(part)["sections"] if row["id"] == "section_3"]
    assert [key for key, _ in rows] == [CHILD, other]
    assert all(heading.endswith(label) for (_, heading), label in zip(rows, ("C-1", "C-2"), strict=True))
    assert field_in(part, "section_3", "discussions", key=CHILD) == "12 May 2026, in depth"
    assert field_in(part, "section_3", "discussions", key=other) == ""
    assert field_in(part, "section_3", "reflection", key=other) == "None."
    anchors = [
        section.anchor
        for section in presenters.record_page(
            selectors.record_reading(record=fresh(record), actor=examining.auditor), actor=examining.auditor
        ).sections
    ]
    assert len(anchors) == len(set(anchors))
    assert services.verify(fresh(record)).intact


@pytest.mark.req("R234")
@pytest.mark.scenario(20, "f")
def test_without_a_child_there_is_no_third_section(examining: Examining) -> None:
    record = examining.audit()
    examining.given = given(repeated={})
    examining.write(record, {name: fields for name, fields in written().items() if CHILD not in name})

    part = examining.sign(record)

    assert not [row for row in body_of(part)["sections"] if row["id"] == "section_3"]


def test_drafts_are_saved_by_section_under_versions_that_two_windows_cannot_overwrite(examining: Examining) -> None:
    record = examining.audit()
    examining.write(record, written())
    save: dict[str, Any] = {
        "record_id": record.pk,
        "section": "section_3",
        "key": CHILD,
        "actor": examining.auditor,
        "at": NOON,
    }

    services.save_section(**save, fields={"reflection": "From the first window."}, version=1)
    with pytest.raises(SectionChanged) as refused:
        services.save_section(**save, fields={"reflection": "From the second."}, version=1)

    assert refused.value.present.values == {"reflection": "From the first window."}
    draft = selectors.draft(record=record, actor=examining.auditor, repeated=examining.given.repeated)
    (of_child,) = [part for part in draft.parts if part.section.id == "section_3"]
    assert (of_child.name, of_child.version) == (f"section_3-{CHILD}", 2)
    for section, key in (("section_3", None), ("section_2", CHILD)):
        with pytest.raises(RuleBroken):
            examining.write(record, {f"{section}-{key}" if key else section: {"reflection": "yes"}})


@pytest.mark.parametrize("bad", [{"confirmed": "perhaps", "answer": "", "reason": ""}, {"confirmed": ""}, "yes"])
def test_an_answer_of_another_shape_is_not_kept(examining: Examining, bad: Any) -> None:
    record = examining.audit()

    with pytest.raises(RuleBroken):
        examining.write(record, {"section_1": {"regularity": bad}})


def test_a_draft_is_its_author_s_alone_and_nobody_else_hears_of_it(examining: Examining, org: Org) -> None:
    for record in (examining.audit(), examining.observation()):
        for person in (org.supervisor, org.worker, org.head, org.outsider, org.hr):
            actor = org.actor(person)
            assert not Record.objects.visible_to(actor).filter(pk=record.pk).exists()
            assert not Record.objects.drafts_known_to(actor).filter(pk=record.pk).exists()
            assert not selectors.drafts_of(actor=actor)
            assert not selectors.unfinished_records(actor=actor)
    assert len(selectors.drafts_of(actor=examining.auditor)) == 2
    assert Record.objects.visible_to(examining.auditor).count() == 2
    assert not Entry.objects.filter(about_id=org.worker.pk).exists()


def test_a_draft_whose_author_has_left_stays_unknown(examining: Examining, org: Org) -> None:
    examining.audit(), examining.observation()
    org.team_manager.left_on = date(2026, 11, 1)
    org.team_manager.save()

    for person in (org.head, org.supervisor):
        assert not selectors.unfinished_records(actor=org.actor(person))


def test_who_no_longer_manages_somebody_still_signs_what_they_began(examining: Examining, org: Org) -> None:
    record = examining.audit()
    examining.write(record, written())
    org.supervisor.management_lines.update(ends_on=date(2026, 11, 9))
    org.supervisor.supervision_received.update(ends_on=date(2026, 11, 9))

    examining.sign(record)

    assert Record.objects.visible_to(examining.supervisor).filter(pk=record.pk).exists()
    assert not Record.objects.visible_to(examining.auditor).filter(pk=record.pk).exists()


@pytest.mark.parametrize(
    ("meaning", "words", "seen"),
    [(Meaning.AGREE, "", "agrees"), (Meaning.SEEN_NOT_AGREED, "The gap had a cover.", "does not agree with all of it")],
)
def test_the_supervisor_responds_with_a_part_of_their_own(
    examining: Examining, meaning: Meaning, words: str, seen: str
) -> None:
    record = examining.signed()

    part = examining.respond(record, meaning=meaning, words=words)

    assert (part.kind, part.relation, part.meaning) == (PartKind.RESPONSE, Relation.SUPERVISOR, meaning)
    assert body_of(part)["subjects"] == body_of(record.parts.get(seq=1))["subjects"]
    assert fresh(record).get_state() is State.SEALED
    verified = selectors.verified_parts(record)
    assert f"Priya Nair has responded, and {seen}." in pdf_wording.state_in_words(verified)
    assert words in pdf_wording.plain_text(verified)
    assert not DraftSection.objects.filter(record=record).exists()
    assert services.verify(fresh(record)).intact


def test_a_response_that_does_not_agree_says_why(examining: Examining) -> None:
    record = examining.signed()

    for words in ("", "  "):
        with pytest.raises(RuleBroken) as refused:
            examining.respond(record, words=words)
        assert refused.value.field == "text"
    for meaning in (Meaning.DECLINE, Meaning.AUTHOR):
        with pytest.raises(RuleBroken):
            examining.respond(record, meaning=meaning)
    assert record.parts.count() == 1


def test_an_audit_is_responded_to_once_and_added_to_afterwards(examining: Examining) -> None:
    record = examining.signed()
    examining.respond(record)

    with pytest.raises(RuleBroken, match="already"):
        examining.respond(record)
    shown = selectors.shown_with(selectors.shown_for_responding(fresh(record)), [])
    with pytest.raises(RuleBroken, match="already"):
        examining.respond(record, shown=shown, meaning=Meaning.AGREE)
    for actor in (examining.auditor, examining.supervisor):
        add(examining, record, actor)
    assert [part.relation for part in record.parts.all()] == ["auditor", "supervisor", "auditor", "supervisor"]
    assert services.verify(fresh(record)).intact


def add(examining: Examining, record: Record, actor: Any) -> Part:
    section = rules.ADDENDUM
    typed = TypedSection(section, selectors.own_key(actor), 0, {"text": f"{actor.name} adds."})
    services.save_own(record_id=record.pk, sections=[typed], actor=actor, at=NOON)
    now = fresh(record)
    page = selectors.shown_for_adding(now, corrects=False)
    return services.add_addendum(
        record_id=record.pk,
        shown=selectors.shown_with(page, selectors.own_typed(now, section, actor)),
        sensitivity=rules.Sensitivity.SHARED,
        challenge=Kit(examining.org).challenge(),
        evidence=services.Evidence("", ""),
        actor=actor,
        at=NOON,
    )


def test_nobody_else_responds_nor_to_anything_else_nor_before_it_is_signed(examining: Examining, org: Org) -> None:
    record, draft, watched = examining.signed(), examining.audit(), examining.awaiting()

    for person in (org.team_manager, org.head):
        with pytest.raises((NotAllowed, Record.DoesNotExist)):
            examining.respond(record, shown="", actor=org.actor(person))
    with pytest.raises(Record.DoesNotExist):
        examining.respond(record, shown="", actor=org.actor(org.worker))
    with pytest.raises(Record.DoesNotExist):
        examining.respond(draft, shown="")
    with pytest.raises(NotAllowed):
        examining.respond(watched, shown="")
    with pytest.raises(NotAllowed):
        examining.countersign(record)


def test_a_response_needs_a_real_challenge_and_is_signed_as_it_was_shown(examining: Examining) -> None:
    record = examining.signed()
    shown = examining.say(record, "The gap had a cover.")

    old = Kit(examining.org).challenge(NOON, age=timedelta(minutes=6))
    with pytest.raises(ChallengeStale):
        examining.respond(record, shown=shown, challenge=old)
    examining.say(record, "Something else, from another window.")
    with pytest.raises(Stale):
        examining.respond(record, shown=shown)
    assert record.parts.count() == 1
    own = selectors.own_typed(record, rules.RESPONSE, examining.supervisor)
    assert own[0].values == {"text": "Something else, from another window."}


def test_those_who_have_something_to_do_or_to_have_are_told(examining: Examining, org: Org) -> None:
    record = examining.signed()
    assert told(record) == [("answer_wanted", str(org.supervisor.pk))]

    examining.respond(record)

    assert told(record)[1:] == [("record_added_to", str(org.team_manager.pk))]


def told(record: Record) -> list[tuple[str, str]]:
    asked = Job.objects.filter(task="notifications.tasks.notify").order_by("pk").values_list("arguments", flat=True)
    return [(one["kind"], one["person_id"]) for one in asked if str(record.pk) in one["path"]]


def test_an_observation_is_answered_by_whoever_was_observed(examining: Examining, org: Org) -> None:
    record = examining.awaiting()
    assert rules.awaits(fresh(record).get_heads()) == {Relation.OBSERVED}
    assert told(record) == [("record_to_countersign", str(org.supervisor.pk))]
    assert "The signature of the person observed is still missing." in pdf_wording.state_in_words(
        selectors.verified_parts(record)
    )

    part = examining.countersign(record)

    assert part.relation == Relation.OBSERVED
    assert fresh(record).get_state() is State.SEALED
    assert field_in(part, rules.COMMENTS, "text") == "Fair."
    assert services.verify(fresh(record)).intact


def test_an_observation_that_is_sent_back_is_corrected_and_signed_again(examining: Examining) -> None:
    record = examining.awaiting()
    typed = {rules.REASON: {"text": "It was on Monday."}}
    shown = type_answer(record, typed, actor=examining.supervisor, at=NOON, sends_back=True)
    services.return_for_correction(
        record_id=record.pk,
        shown=shown,
        challenge=Kit(examining.org).challenge(),
        evidence=services.Evidence("", ""),
        actor=examining.supervisor,
        at=NOON,
    )
    assert fresh(record).get_state() is State.RETURNED

    examining.write(record, {"session": {"what": "On Monday, an hour."}})
    examining.sign(record)
    examining.countersign(record)

    assert [part.relation for part in record.parts.all()] == ["observer", "observed", "observer", "observed"]
    assert services.verify(fresh(record)).intact


@pytest.mark.req("R253")
@pytest.mark.scenario(20, "g")
def test_actions_of_an_audit_are_owned_seen_and_closed_by_the_two_and_not_carried_into_supervision(
    examining: Examining, org: Org
) -> None:
    record = examining.audit()
    rows = [{"what": "Name a cover", "who": "Priya Nair", "who_id": str(org.supervisor.pk), "by": "2026-12-09"}]
    examining.write(record, {**written(), "actions": {"actions": rows}})
    examining.sign(record)
    action = Action.objects.get(record=record)

    for actor in (examining.supervisor, examining.auditor):
        assert Action.objects.visible_to(actor).filter(pk=action.pk).exists()
        page = selectors.actions_page(wanted=selectors.Wanted(), actor=actor, on=NOON.date(), number="1")
        (row,) = page.page.object_list
        assert row.may_close
        assert row.may_change
    for person in (org.worker, org.outsider):
        assert not Action.objects.visible_to(org.actor(person)).exists()
    assert not selectors.carried_in(record=examining.observation(), actor=examining.auditor).exists()
    assert not Action.objects.to_give_on(examining.auditor).exists()
    services.close_action(action_id=action.pk, status="done", reason="", actor=examining.auditor, at=NOON)
    assert not Action.objects.get(pk=action.pk).is_open


def test_an_action_that_the_auditor_keeps_is_not_left_behind(examining: Examining, org: Org) -> None:
    org.supervisor.supervision_received.all().delete()
    record = examining.audit()
    rows = [{"what": "Ask for a room", "who": "Tom Mills", "who_id": str(org.team_manager.pk), "by": None}]
    examining.write(record, {**written(), "actions": {"actions": rows}})
    examining.sign(record)

    assert Action.objects.filter(record=record).count() == 1
    assert not Action.objects.left_behind(on=NOON.date()).exists()


def test_an_audit_belongs_to_the_examined_person_s_own_file_and_not_to_the_worker_s(
    examining: Examining, org: Org
) -> None:
    draft, record = examining.audit(), examining.signed()

    assert list(selectors.own_signed_records(examining.supervisor)) == [record]
    assert not selectors.own_signed_records(org.actor(org.worker)).exists()
    assert not selectors.own_signed_records(examining.auditor).exists()
    assert draft.parts.count() == 0


def test_an_audit_counts_for_no_balance_of_functions(examining: Examining, org: Org) -> None:
    examining.signed()

    balance = selectors.function_balance(person_id=org.supervisor.pk, on=date(2026, 11, 20))

    assert (balance.half_year, balance.year) == (0, 0)
