"""A record about a child that its writer signs at once: the record and its first part in one act."""

from datetime import datetime

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from policies.templates import Section
from records import rules, selectors
from records.models import Part, Record
from records.rules import Meaning, PartKind, Relation
from records.selectors import AtOnce
from records.services.actions import add_actions
from records.services.appending import Evidence, append, new_act
from records.services.drafts import as_content
from records.services.signing import Incomplete, check_challenge
from staff.challenge import Challenge


@transaction.atomic
def sign_at_once(
    *, made: AtOnce, shown: str, challenge: Challenge | None, evidence: Evidence, actor: Actor, at: datetime
) -> Part:
    """Make a record about a child and sign its text: complete with one signature, and sealed.

    The room above decides who may. ``shown`` is the digest of ``selectors.text_at_once``. Raises NotAllowed,
    ChallengeStale, RuleBroken (its form asks for a second signature), Incomplete, or Stale (it changed after it was shown).
    """
    challenge = check_challenge(challenge, at=at)
    text = selectors.text_at_once(made)
    rules.check_seen(
        shown, text.shown, sentence="This changed after you opened it for signing. Read it again, then sign."
    )
    if text.problems:
        raise Incomplete(text.problems)
    if made.template.signatures != (Relation.SUPERVISOR,):
        raise RuleBroken("The form of this record asks for two signatures, so it cannot be signed at once.")
    for section in made.template.sections:
        _check_written(section, made)

    record = Record.objects.create(
        id=made.record_id,
        kind=made.kind,
        child_id=made.child_id,
        asked_by_id=made.asked_by_id,
        author_id=actor.staff_id,
        template_slug=made.template.id,
        template_version=made.template.version,
        policy_slug=made.policy_slug,
        policy_version=made.policy_version,
        title=made.title,
        created_at=at,
    )
    part = append(
        record,
        [],
        kind=PartKind.TEXT,
        relation=made.relation,
        meaning=Meaning.AUTHOR,
        sections=text.sections,
        carried={
            "facts": dict(made.facts),
            "late": made.late.as_body(),
            "bound": [],
            "required": [made.relation],
        },
        act=new_act(),
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        statement=text.statement,
    )
    add_actions(record, part, text.sections, at=at)
    return part


def _check_written(section: Section, made: AtOnce) -> None:
    """Refuse what no form of this section could have made."""
    if written := made.written.get(section.id):
        as_content(section, written)
