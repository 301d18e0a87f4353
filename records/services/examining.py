"""Records in which somebody's practice is looked at: an audit, an observation; and what the supervisor says to an audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from policies.templates import Template
from records import access, canonical, rules, selectors
from records.models import ExpiredDraft, Part, Record
from records.rules import Kind, Meaning, PartKind, Relation, Sensitivity
from records.services.appending import Evidence, append, new_act, repeated
from records.services.drafts import locked, write_section
from records.services.signing import check_challenge
from records.values import Given, content_of
from staff.challenge import Challenge
from trail import services as trail


@transaction.atomic
def open_examination(
    *,
    kind: Kind,
    subject_id: UUID,
    template: Template,
    policy_slug: str,
    policy_version: str,
    title: str,
    actor: Actor,
    at: datetime,
    values: Mapping[str, Mapping[str, Any]] | None = None,
) -> Record:
    """A new draft of an audit or an observation in the actor's own name. The room above decides who may.

    ``subject_id``: whose practice is looked at; nobody else hears of it before it is signed. ``values``: what stands in
    the form to begin with, by section id and field id. Raises NotAllowed for one's own practice, and RuleBroken for a
    form of another kind.
    """
    if subject_id == actor.staff_id:
        raise NotAllowed("Nobody examines their own practice.")
    if kind not in rules.EXAMINING or template.record_kind != kind:
        raise RuleBroken("This form is not one of an audit or an observation.")
    record = Record.objects.create(
        kind=kind,
        subject_id=subject_id,
        author_id=actor.staff_id,
        template_slug=template.id,
        template_version=template.version,
        policy_slug=policy_slug,
        policy_version=policy_version,
        title=title,
        created_at=at,
    )
    for section in template.sections:
        begun = (values or {}).get(section.id)
        if begun and not section.repeat:
            write_section(None, record=record, section=section, key=None, fields=begun, actor=actor, at=at)
    trail.record(actor=actor, verb="record.opened", target=record, about=subject_id, at=at, kind=str(kind))
    return record


@transaction.atomic
def give_up_examination(*, record_id: UUID, actor: Actor, at: datetime) -> None:
    """Give up the draft of an audit or observation that is not signed. From now on it is shown to nobody, its author
    included; what was typed stays. The room above decides who may, and says that it was given up. Raises RuleBroken.
    """
    rows = Record.objects.filter(kind__in=rules.EXAMINING).select_for_update(of=("self",), no_key=True)
    record = rows.get(pk=record_id)
    rules.check_may_sign_text(record.get_heads())
    ExpiredDraft.objects.create(record=record, expired_at=at)
    trail.record(actor=actor, verb="record.draft_given_up", target=record, at=at)


@transaction.atomic
def respond(
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
    """Add what the supervisor says to a signed audit of their supervision, as it was saved, as a part of its own; once.

    ``shown`` is ``selectors.shown_with`` the page and what was saved from it. Raises NotAllowed, ChallengeStale,
    RuleBroken (not signed yet, responded already, no words for a disagreement) or Stale (it changed after it was read).
    """
    record = locked(record_id, actor)
    access.check_can_respond(actor, record)
    challenge = check_challenge(challenge, at=at)
    heads = record.get_heads()
    rules.check_may_respond(heads)
    section, own = selectors.RESPONSE_SECTION, selectors.own_typed(record, rules.RESPONSE, actor)
    rules.check_seen(
        shown,
        selectors.shown_with(selectors.shown_for_responding(record), own),
        sentence="This audit changed after you opened it. Read it again, then sign.",
    )
    typed = own[0].values if own else {}
    rules.check_response(meaning, words=typed.get("text", ""))
    part = append(
        record,
        heads,
        kind=PartKind.RESPONSE,
        relation=Relation.SUPERVISOR,
        meaning=meaning,
        sections=[_as_signed(typed)] if typed.get("text", "").strip() else [],
        carried=repeated(record),
        act=act or new_act(),
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
    )
    record.draft_sections.filter(section=section.id, key=selectors.own_key(actor)).delete()
    return part


def _as_signed(typed: Mapping[str, Any]) -> canonical.Section:
    section = selectors.RESPONSE_SECTION
    return canonical.Section(
        id=section.id,
        key=None,
        heading=section.heading,
        sensitivity=Sensitivity.SHARED,
        content=content_of(section, typed, given=Given()),
    )
