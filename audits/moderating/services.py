"""Asking for a second judgement, giving it, withdrawing it; reading it, noted first."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audits.models import Audit, Moderation
from audits.moderating import access, rules, selectors
from audits.moderating.selectors import AuditsToModerate, ModerationPage
from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from staff.grants.services import Opened, end_sight, give_sight
from staff.models import SightGrant, StaffMember
from trail import services as trail

# The person whose file it is reads this beside each look into it: a second judgement is not for them to know of
PURPOSE = "Audit of the supervision file"


@transaction.atomic
def ask_for_moderation(*, audit_id: UUID, to_id: UUID, due_on: date, actor: Actor, at: datetime) -> Moderation:
    """Ask somebody to judge a signed audit again by a day; until then, that day included, they read the file, masked.

    Raises NotAllowed, or RuleBroken: somebody who is not free to judge, or another was asked already.
    """
    audit = _lock_audit(audit_id, actor)
    access.check_can_ask(actor, audit)
    if Moderation.objects.filter(audit=audit, withdrawn_at=None).exists():
        raise RuleBroken("Somebody was asked for a second judgement of this audit already.")
    person = StaffMember.objects.visible_to(actor).employed(actor.on).get(pk=to_id)
    rules.check_may_judge(selectors.candidate(person=person, audit=audit, actor=actor))
    rules.check_due(due_on, today=actor.on)
    made = Moderation.objects.create(
        audit=audit, moderator=person, asked_by_id=actor.staff_id, asked_at=at, due_on=due_on
    )
    children = audit.children.values_list("child_id", flat=True)
    for opens in (Opened(file_of_id=audit.file_of_id), *(Opened(child_id=child_id) for child_id in children)):
        give_sight(
            person_id=person.pk,
            opens=opens,
            basis=SightGrant.Basis.MODERATION,
            given_for=made.pk,
            purpose=PURPOSE,
            starts_on=actor.on,
            ends_on=due_on + timedelta(days=1),
            actor=actor,
            at=at,
        )
    _note("moderation.asked", made, actor, at)
    _tell(made, person.pk, kind="answer_wanted")
    return made


@transaction.atomic
def judge(*, moderation_id: UUID, judgement: str, words: str, actor: Actor, at: datetime) -> Moderation:
    """Give the second judgement, for good. The file is closed by it, and the first judgement is shown from then on.

    Raises NotAllowed, or RuleBroken with the field, or once it was given or withdrawn.
    """
    moderation = _lock(moderation_id, actor)
    access.check_can_judge(actor, moderation)
    _check_waits(moderation)
    rules.check_judgement(judgement, words, judgements=selectors.judgements_on(actor.on))
    moderation.judgement, moderation.words, moderation.done_at = judgement, words, at
    moderation.save(update_fields=["judgement", "words", "done_at"])
    end_sight(given_for=moderation.pk, actor=actor, at=at, basis=SightGrant.Basis.MODERATION)
    _note("moderation.judged", moderation, actor, at)
    for person_id in {moderation.asked_by_id, moderation.audit.auditor_id}:
        _tell(moderation, person_id, kind="matter_answered")
    return moderation


@transaction.atomic
def withdraw(*, moderation_id: UUID, actor: Actor, at: datetime) -> Moderation:
    """Take back that somebody was asked; the file is closed to them. Raises NotAllowed, or RuleBroken once it was given."""
    moderation = _lock(moderation_id, actor)
    access.check_can_withdraw(actor, moderation)
    _check_waits(moderation)
    moderation.withdrawn_at = at
    moderation.save(update_fields=["withdrawn_at"])
    end_sight(given_for=moderation.pk, actor=actor, at=at, basis=SightGrant.Basis.MODERATION)
    _note("moderation.withdrawn", moderation, actor, at)
    return moderation


@transaction.atomic
def read_moderation(*, moderation: Moderation, actor: Actor, at: datetime) -> ModerationPage:
    """One second judgement, with the file that it is about or with the first one; its reading noted: of the file, about
    the person whose it is; of the rest, about nobody, since the two who were audited do not know of it.
    """
    page = selectors.moderation_page(moderation=moderation, actor=actor)
    if page.file is None:
        trail.record(actor=actor, verb="moderation.read", target=moderation, at=at)
    else:
        _note("audit.file_read", moderation, actor, at)
    return page


def _lock_audit(audit_id: UUID, actor: Actor) -> Audit:
    rows = AuditsToModerate().visible_to(actor).select_for_update(of=("self",), no_key=True)
    return rows.get(pk=audit_id)


def _lock(moderation_id: UUID, actor: Actor) -> Moderation:
    rows = Moderation.objects.visible_to(actor).select_related("audit", "moderator")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=moderation_id)


def _check_waits(moderation: Moderation) -> None:
    rules.check_waits(done=moderation.done_at is not None, withdrawn=moderation.withdrawn_at is not None)


def _note(verb: str, moderation: Moderation, actor: Actor, at: datetime) -> None:
    trail.record(actor=actor, verb=verb, target=moderation, about=moderation.audit.file_of_id, at=at)


def _tell(moderation: Moderation, person_id: UUID, *, kind: str) -> None:
    path = reverse("audits:moderation-detail", kwargs={"moderation_id": moderation.pk})
    enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=str(moderation.pk), path=path)
