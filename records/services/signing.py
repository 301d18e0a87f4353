"""Signing: a part is added to a locked record, with all that follows from it, or nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies.templates import Section
from records import access, canonical, rules, selectors, values
from records.models import Part, Record
from records.rules import AlsoAbout, LateEntry, Meaning, PartHead, PartKind, Relation
from records.selectors import EntryText
from records.services import acts
from records.services.actions import add_actions, carry_actions, lock_actions
from records.services.appending import Evidence, append, new_act, repeated
from records.services.drafts import as_content, locked
from records.values import Given
from staff.challenge import Challenge

Problem = tuple[str, str, str]


class Incomplete(RuleBroken):
    """Something must be filled in before signing: (section, field, sentence); ``entries``: the same by their keys."""

    def __init__(self, problems: Sequence[Problem], *, entries: Mapping[UUID, Sequence[Problem]] | None = None) -> None:
        every = [*problems, *chain.from_iterable((entries or {}).values())]
        super().__init__(" ".join(sentence for _, _, sentence in every))
        self.problems = tuple(problems)
        self.entries = {key: tuple(found) for key, found in (entries or {}).items()}


def check_challenge(challenge: Challenge | None, *, at: datetime) -> Challenge:
    """The challenge, where it is fresh. Raises ChallengeStale or NotAllowed."""
    rules.check_challenge(
        challenge.method if challenge else "",
        challenge.auth_time if challenge else None,
        at=at,
        demo=settings.DEMO,
    )
    assert challenge is not None  # noqa: S101  check_challenge refuses its absence
    return challenge


@transaction.atomic
def sign_text(
    *,
    record_id: UUID,
    shown: str,
    facts: Mapping[str, Any],
    late: LateEntry,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    given: Given | None = None,
    bound: Sequence[Mapping[str, Any]] = (),
    entries: Sequence[EntryText] = (),
    also: Sequence[AlsoAbout] = (),
    act: UUID | None = None,
) -> Part:
    """Sign the text of a record first, or again after a return; what was shown is what is signed.

    ``entries`` are signed before it in the same act, and it binds them; one that is sealed already it binds as it is.
    ``facts``, ``late``, ``given``, ``bound``, ``entries`` and ``also`` are the same as for ``selectors.text_to_sign``, whose
    digest ``shown`` is. Raises NotAllowed, ChallengeStale, RuleBroken (signed already), Incomplete, or Stale (it
    changed after it was shown).
    """
    record = locked(record_id, actor)
    access.check_can_sign_text(actor, record)
    challenge = check_challenge(challenge, at=at)
    heads = record.get_heads()
    rules.check_may_sign_text(heads)
    acts.lock_to_sign(record, entries, actor=actor)
    # Read again behind the lock, whatever the caller had at hand
    afresh = [replace(one, record=None) for one in entries]
    text = selectors.text_to_sign(
        record=record, facts=facts, late=late, given=given or Given(), bound=bound, entries=afresh, also=also
    )
    rules.check_seen(
        shown, text.shown, sentence="This record changed after you opened it for signing. Read it again, then sign."
    )
    unfinished = {entry.pk: each.problems for entry, each in text.entries if each.problems}
    if text.problems or unfinished:
        raise Incomplete(text.problems, entries=unfinished)

    act = act or new_act()
    with_it = acts.sign_entries(text, entries, act=act, challenge=challenge, evidence=evidence, actor=actor, at=at)
    part = append(
        record,
        heads,
        kind=PartKind.TEXT,
        relation=access.relation_of(actor, record) or Relation.SUPERVISOR,
        meaning=Meaning.AUTHOR,
        sections=text.sections,
        carried={
            "facts": dict(facts),
            "late": late.as_body(),
            "bound": [*text.bound, *with_it],
            "required": list(selectors.template_of(record).signatures),
        },
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        also=[one.as_body() for one in also],
    )
    carry_actions(part, text.sections, known=lock_actions([record.pk]).get(record.pk, ()), at=at)
    acts.ask_for_answers(text, part)
    return part


@transaction.atomic
def countersign(
    *,
    record_id: UUID,
    shown: str,
    meaning: Meaning,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    act: UUID | None = None,
) -> Part:
    """Add the supervisee's part and so seal the record, and in the same act each entry that it binds.

    The supervisee's own sections and the reason, where one is asked, are signed as they were saved; ``shown`` is ``selectors.shown_with``
    the page and what was saved from it. Raises NotAllowed, ChallengeStale, RuleBroken (not awaiting a countersignature,
    no reason), Incomplete, or Stale (it changed after it was read).
    """
    record = locked(record_id, actor)
    own = selectors.own_sections_shown(record)
    challenge, heads, typed = _check_answer(
        record,
        shown=shown,
        sections=[*own, *selectors.reasons_asked(record)],
        challenge=challenge,
        actor=actor,
        at=at,
        then="sign",
    )
    reason = typed.get(rules.REASON, {}).get("text", "")
    rules.check_meaning(meaning, reason=reason, is_asked=bool(selectors.reasons_asked(record)))
    if meaning is not Meaning.DECLINE and (problems := _missing(own, typed)):
        raise Incomplete(problems)

    sections = [own_part(section, typed.get(section.id, {})) for section in own]
    if reason.strip():
        sections.append(own_part(selectors.REASON_SECTION, typed[rules.REASON]))
    act = act or new_act()
    part = append(
        record,
        heads,
        kind=PartKind.COUNTERSIGNATURE,
        relation=access.relation_of(actor, record) or Relation.SUPERVISEE,
        meaning=meaning,
        sections=sections,
        carried=repeated(record),
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    add_actions(record, part, sections, at=at)
    acts.answer_entries(
        record,
        kind=PartKind.COUNTERSIGNATURE,
        relation=Relation.SUPERVISEE,
        meaning=meaning,
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    return part


@transaction.atomic
def return_for_correction(
    *,
    record_id: UUID,
    shown: str,
    challenge: Challenge | None,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    act: UUID | None = None,
) -> Part:
    """Send a record back to its author with the saved reason: a signed part of its own. The draft can be written again.

    So can the entries that it binds, but for those that are sealed.

    Raises NotAllowed, ChallengeStale, RuleBroken (not awaiting the actor, no reason) or Stale.
    """
    record = locked(record_id, actor)
    access.check_can_send_back(actor, record)
    challenge, heads, typed = _check_answer(
        record,
        shown=shown,
        sections=[selectors.return_asked(record)],
        challenge=challenge,
        actor=actor,
        at=at,
        then="send it back",
    )
    if not typed.get(rules.REASON, {}).get("text", "").strip():
        raise RuleBroken("Say what should be corrected.", field="reason")

    act = act or new_act()
    part = append(
        record,
        heads,
        kind=PartKind.RETURN,
        relation=access.relation_of(actor, record) or Relation.SUPERVISEE,
        meaning=Meaning.RETURN,
        sections=[own_part(selectors.return_asked(record), typed[rules.REASON])],
        carried=repeated(record),
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    record.draft_sections.filter(section=rules.REASON).delete()
    acts.answer_entries(
        record,
        kind=PartKind.RETURN,
        relation=Relation.SUPERVISEE,
        meaning=Meaning.RETURN,
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    return part


def _check_answer(
    record: Record,
    *,
    shown: str,
    sections: Sequence[Section],
    challenge: Challenge | None,
    actor: Actor,
    at: datetime,
    then: str,
) -> tuple[Challenge, list[PartHead], dict[str, Mapping[str, Any]]]:
    """What every answer of the supervisee needs of a locked record: the challenge, the heads, and what is saved.

    Of the saved, that of ``sections``. Raises what the services of signing raise.
    """
    access.check_can_countersign(actor, record)
    challenge = check_challenge(challenge, at=at)
    heads = record.get_heads()
    rules.check_awaiting(heads, relation=access.relation_of(actor, record) or Relation.SUPERVISEE)
    saved = selectors.saved_answer(record, sections)
    rules.check_seen(
        shown,
        selectors.shown_with(selectors.shown_for_countersigning(record), saved),
        sentence=f"This record changed after you opened it. Read it again, then {then}.",
    )
    return challenge, heads, {one.section: one.values for one in saved}


def own_part(section: Section, typed: Mapping[str, Any]) -> canonical.Section:
    """One of the supervisee's own sections, as it was saved, on its way into the part."""
    as_content(section, typed)
    return canonical.Section(
        id=section.id,
        key=None,
        heading=section.heading,
        sensitivity=section.sensitivity,
        content=values.content_of(section, typed, given=Given()),
    )


def _missing(own: Sequence[Section], typed: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """What must be filled in before signing, of the supervisee's own sections: (section, field, sentence)."""
    return [
        (section.id, field_id, sentence)
        for section in own
        for field_id, sentence in values.missing(section, typed.get(section.id, {}), given=Given())
    ]
