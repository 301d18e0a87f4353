"""What two people agree beside a contract: an earlier review of it; less often than the policy, with an approval."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from outbox.services import enqueue
from policies.rules.durations import Duration
from records.models import Record
from records.values import cleaned_text
from staff.access import check_not_frozen
from staff.models import StaffMember
from staff.selectors import line_above, supervisor_of
from supervision import access, rules, selectors
from supervision.models import FrequencyException, ReviewRequest
from trail import services as trail

DAY = timedelta(days=1)
MOST_REASON = 2_000


@transaction.atomic
def ask_for_review(*, supervisee_id: UUID, reason: str, actor: Actor, at: datetime) -> ReviewRequest:
    """Ask for the contract in force to be reviewed before its date (R125): either of the two may.

    Raises NotAllowed, or RuleBroken: no contract is in force, one was asked for already, or no reason.
    """
    person = _lock_person(supervisee_id, actor)
    access.check_is_party(actor, person.pk)
    reason = cleaned_text(reason, most=MOST_REASON)
    if not reason:
        raise RuleBroken("Say why the contract should be looked at again.", field="reason")
    contract = selectors.contracts_of(people=[person.pk], on=actor.on).get(person.pk)
    if contract is None or contract.record_id is None or not contract.is_in_force:
        raise RuleBroken("There is no contract in force to review.")
    if contract.review_asked_on:
        raise RuleBroken("A review was asked for already. Nothing was added.")
    asked = ReviewRequest.objects.create(
        contract_id=contract.record_id, asked_by_id=actor.staff_id, reason=reason, asked_at=at
    )
    trail.record(actor=actor, verb="contract.review_asked", target=asked, about=person.pk, at=at)
    path = reverse("supervision:person-detail", kwargs={"person_id": person.pk})
    _tell("review_asked", asked.pk, path, to=_two(person.pk, actor), actor=actor)
    return asked


def meet_review_requests(record: Record, *, at: datetime) -> None:
    """A new version of a contract is signed: what was asked for is met. Within the caller's transaction."""
    ReviewRequest.objects.live().filter(contract__subject=record.subject_id, contract__author=record.author_id).update(
        closed_at=at
    )


@transaction.atomic
def ask_for_exception(
    *,
    supervisee_id: UUID,
    every: str,
    minutes: int | None,
    reason: str,
    starts_on: date,
    last_on: date,
    actor: Actor,
    at: datetime,
) -> FrequencyException:
    """Ask that supervision be less often, or shorter, than the policy says, for a time and a reason.

    Raises NotAllowed, or RuleBroken: no exception is needed, the days do not fit, one waits or holds already.
    """
    person = _lock_person(supervisee_id, actor)
    access.check_is_party(actor, person.pk)
    reason = cleaned_text(reason, most=MOST_REASON)
    if not reason:
        raise RuleBroken("Say why an exception is needed.", field="reason")
    bounds = selectors.contract_bounds(person_id=person.pk, on=actor.on)
    rules.check_exception(
        every=Duration.parse(every), minutes=minutes, starts_on=starts_on, last_on=last_on, bounds=bounds
    )
    others = FrequencyException.objects.filter(supervisee=person)
    if others.waiting().exists():
        raise RuleBroken("An exception was asked for already and waits for an answer. Nothing was added.")
    ends_on = last_on + DAY
    if others.approved().filter(starts_on__lt=ends_on, ends_on__gt=starts_on).exists():
        raise RuleBroken("Another exception holds in that time. Choose days after it.", field="starts_on")
    asked = FrequencyException.objects.create(
        supervisee=person,
        every=every,
        minutes=minutes,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        asked_by_id=actor.staff_id,
        asked_at=at,
    )
    trail.record(actor=actor, verb="exception.asked", target=asked, about=person.pk, at=at)
    supervisor_id = selectors.supervisor_for(person_id=person.pk, actor=actor)
    deciders = line_above(supervisor_id, on=actor.on)[:1] if supervisor_id else []
    _tell("answer_wanted", asked.pk, _exception_path(asked), to=set(deciders) - {person.pk}, actor=actor)
    return asked


@transaction.atomic
def decide_exception(
    *, exception_id: UUID, decision: str, decision_reason: str, actor: Actor, at: datetime
) -> FrequencyException:
    """Approve or refuse an exception: the supervisor's manager, never the supervisor or the supervisee.

    Raises NotAllowed, or RuleBroken: decided already, or refused without saying why.
    """
    found = FrequencyException.objects.visible_to(actor).get(pk=exception_id)
    _lock_person(found.supervisee_id, actor)
    asked = FrequencyException.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=exception_id)
    access.check_can_decide_exception(actor, asked)
    why = cleaned_text(decision_reason, most=MOST_REASON)
    if asked.decision:
        raise RuleBroken("This was answered already. Nothing was changed.")
    if decision == FrequencyException.Decision.REFUSED and not why:
        raise RuleBroken("Say why it is refused.", field="decision_reason")
    asked.decision, asked.decision_reason = decision, why
    asked.decided_by_id, asked.decided_at = actor.staff_id, at
    asked.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
    trail.record(actor=actor, verb=f"exception.{decision}", target=asked, about=asked.supervisee_id, at=at)
    _tell("exception_decided", asked.pk, _exception_path(asked), to=_two(asked.supervisee_id, actor), actor=actor)
    return asked


def _two(supervisee_id: UUID, actor: Actor) -> set[UUID]:
    """The supervisee, and whoever supervises now."""
    present = supervisor_of(supervisee_id, on=actor.on)
    return {supervisee_id, present.supervisor_id} if present else {supervisee_id}


def _exception_path(asked: FrequencyException) -> str:
    return reverse("supervision:exception-detail", kwargs={"exception_id": asked.pk})


def _tell(kind: str, key: UUID, path: str, *, to: set[UUID], actor: Actor) -> None:
    """Tell everybody concerned but the one who did it, without a word of what it is about."""
    for person_id in sorted(to - {actor.staff_id}):
        enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=str(key), path=path)


def _lock_person(person_id: UUID, actor: Actor) -> StaffMember:
    """The supervisee's row, so that two agreements about the same person wait for each other."""
    person = StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).filter(pk=person_id)
    if found := person.first():
        check_not_frozen(found.pk)
        return found
    raise NotAllowed("This is not yours to do.")
