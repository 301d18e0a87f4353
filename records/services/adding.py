"""Addenda to sealed records, corrections of their facts, and closing what nobody can finish."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies.templates import Section
from records import access, canonical, rules, selectors, values
from records.models import DraftSection, Part, Record
from records.rules import Meaning, PartKind, Relation, Sensitivity
from records.services import acts
from records.services.appending import Evidence, append, new_act, repeated
from records.services.drafts import TRAIL_EVERY_SECONDS, DraftSaved, SavedSection, as_content, locked
from records.services.signing import check_challenge
from records.unfinished import UNFINISHED
from records.values import Given, TypedSection
from staff.challenge import Challenge
from trail import services as trail


def locked_unfinished(record_id: UUID, actor: Actor) -> Record:
    """A record that the actor may close, with its parent row locked. Raises DoesNotExist where nobody is gone."""
    Record.objects.select_for_update(no_key=True).filter(pk=record_id).first()
    return UNFINISHED.visible_to(actor).select_related("subject", "author").get(pk=record_id)


@transaction.atomic
def save_own(*, record_id: UUID, sections: list[TypedSection], actor: Actor, at: datetime) -> DraftSaved:
    """Keep what the actor typed of an addendum, a correction, a closure or a response, over the version that was read.

    Nobody else reads or writes it. Raises NotAllowed or RuleBroken: it is not theirs to add, or is of no such shape.
    """
    saved, conflicts = [], []
    for typed in sections:
        record, section = _own_section(record_id, typed, actor)
        row = selectors.own_row(record, section.id, actor)
        content = as_content(section, typed.values)
        if row and row.content == content:
            saved.append(SavedSection(row.section, row.key, row.version, row.updated_at))
        elif (row.version if row else 0) != typed.version:
            conflicts.append(row or DraftSection(section=section.id, key=typed.key, content="{}", version=0))
        else:
            row = _write(row, record=record, section=section, content=content, actor=actor, at=at)
            saved.append(SavedSection(row.section, row.key, row.version, row.updated_at))
    return DraftSaved(tuple(saved), tuple(conflicts))


def _own_section(record_id: UUID, typed: TypedSection, actor: Actor) -> tuple[Record, Section]:
    """The record under lock and the section, where the actor may write it now."""
    section = selectors.OWN_SECTIONS.get(typed.section)
    if section is None or typed.key != selectors.own_key(actor):
        raise RuleBroken("This form has no such section.")
    if section.id == rules.CLOSURE:
        return locked_unfinished(record_id, actor), section
    record = locked(record_id, actor)
    if section.id == rules.RESPONSE:
        access.check_can_respond(actor, record)
        rules.check_may_respond(record.get_heads())
        return record, section
    if section.id == rules.CORRECTION:
        access.check_can_correct(actor, record)
    else:
        access.check_can_add(actor, record)
    rules.check_may_add(record.get_heads())
    return record, section


def _write(
    row: DraftSection | None, *, record: Record, section: Section, content: str, actor: Actor, at: datetime
) -> DraftSection:
    is_news = row is None or (at - row.updated_at).total_seconds() > TRAIL_EVERY_SECONDS
    row = row or DraftSection(record=record, section=section.id, key=selectors.own_key(actor), version=0)
    row.version += 1
    row.content, row.updated_by_id, row.updated_at = content, actor.staff_id, at
    row.save()
    if is_news:
        trail.record(
            actor=actor,
            verb="record.draft_saved",
            target=record,
            about=record.subject_id,
            at=at,
            section=section.id,
            version=row.version,
        )
    return row


@transaction.atomic
def add_addendum(
    *,
    record_id: UUID,
    shown: str,
    sensitivity: Sensitivity,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    act: UUID | None = None,
) -> Part:
    """Add what the actor typed to a sealed record, as a part of its own. Nothing that was signed changes.

    ``facts``: the right ones, where the part that states them is to be corrected; then the reason is what was typed.
    The entries that it binds are corrected with it.
    ``shown`` is ``selectors.shown_with`` the page and what was saved from it. Raises NotAllowed, ChallengeStale,
    RuleBroken (not sealed yet, nothing typed, no fact that could be corrected) or Stale (it changed after it was shown).
    """
    record = locked(record_id, actor)
    access.check_can_add(actor, record)
    if facts is not None:
        access.check_can_correct(actor, record)
    challenge = check_challenge(challenge, at=at)
    heads = record.get_heads()
    rules.check_may_add(heads)
    if record.child_id and sensitivity != Sensitivity.SHARED:
        raise RuleBroken("Nothing about health or conduct of a worker stands in a record about a child.")
    section = selectors.ADDENDUM_SECTION if facts is None else selectors.CORRECTION_SECTION
    text = _signed_text(
        record,
        section,
        shown=shown,
        page=selectors.shown_for_adding(record, corrects=facts is not None),
        empty="Write what you want to add." if facts is None else "Say why it is corrected.",
        actor=actor,
    )
    act, statement = act or new_act(), selectors.addendum_statement(record, corrects=facts is not None)
    part = append(
        record,
        heads,
        kind=PartKind.ADDENDUM,
        relation=access.relation_of(actor, record) or Relation.SUPERVISEE,
        meaning=Meaning.AUTHOR,
        sections=[_as_signed(section, text, sensitivity=sensitivity, section_id=rules.ADDENDUM)],
        carried={**repeated(record), **_correction(record, facts)},
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        statement=statement,
    )
    if facts is not None:
        acts.correct_entries(
            record, facts, act=act, challenge=challenge, evidence=evidence, actor=actor, at=at, statement=statement
        )
    record.draft_sections.filter(section=section.id, key=selectors.own_key(actor)).delete()
    return part


def _correction(record: Record, facts: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a part carries that corrects facts: the right ones, and which part stated the wrong ones."""
    if facts is None:
        return {}
    now = selectors.record_facts(record)
    if not now.facts:
        raise RuleBroken("Nothing that could be corrected stands in this record: no text was signed.")
    if all(now.facts.get(name) == value for name, value in facts.items()):
        raise RuleBroken("This is what the record says already. Change what is wrong, then sign.", field="on")
    return {"facts": dict(facts), "corrects": {"record": str(record.pk), "seq": now.seq}}


@transaction.atomic
def close_record(
    *,
    record_id: UUID,
    shown: str,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    act: UUID | None = None,
) -> Part:
    """Close a record that nobody can finish, with the saved reason: sealed as not countersigned, signed for by nobody.

    The entries that it binds are closed with it.

    What was typed into it and not signed is kept, and stays unread. Raises DoesNotExist (nobody has gone, or it is
    sealed), ChallengeStale, RuleBroken (no reason) or Stale (it changed after it was shown).
    """
    record = locked_unfinished(record_id, actor)
    challenge = check_challenge(challenge, at=at)
    heads = record.get_heads()
    rules.check_may_follow(heads, PartKind.CLOSURE)
    section = selectors.CLOSURE_SECTION
    text = _signed_text(
        record,
        section,
        shown=shown,
        page=selectors.shown_for_closing(record),
        empty="Say why it is closed. Your reason becomes part of the record.",
        actor=actor,
    )
    act, statement = act or new_act(), selectors.closure_statement(record)
    part = append(
        record,
        heads,
        kind=PartKind.CLOSURE,
        relation=Relation.NEXT_UP,
        meaning=Meaning.CLOSURE,
        sections=[_as_signed(section, text, sensitivity=Sensitivity.SHARED, section_id=rules.CLOSURE)],
        carried=repeated(record),
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        statement=statement,
    )
    acts.answer_entries(
        record,
        kind=PartKind.CLOSURE,
        relation=Relation.NEXT_UP,
        meaning=Meaning.CLOSURE,
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        statement=statement,
    )
    return part


def _signed_text(
    record: Record, section: Section, *, shown: str, page: str, empty: str, actor: Actor
) -> Mapping[str, Any]:
    """What the actor typed of their own section, as it was saved and shown. Raises Stale, or RuleBroken for nothing."""
    typed = selectors.own_typed(record, section.id, actor)
    rules.check_seen(
        shown,
        selectors.shown_with(page, typed),
        sentence="This changed after you opened it, perhaps in another window. Read it again, then sign.",
    )
    text = typed[0].values if typed else {}
    if not text.get("text", "").strip():
        raise RuleBroken(empty, field="text")
    return text


def _as_signed(
    section: Section, text: Mapping[str, Any], *, sensitivity: Sensitivity, section_id: str
) -> canonical.Section:
    as_content(section, text)
    return canonical.Section(
        id=section_id,
        key=None,
        heading=section.heading,
        sensitivity=sensitivity,
        content=values.content_of(section, text, given=Given()),
    )
