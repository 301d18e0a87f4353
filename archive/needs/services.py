"""Asking for sight, answering, ending it early, telling whom it is about, and letting people from outside in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from archive.models import NeedRecord, NeedSubject, NeedToKnow
from archive.needs import access, rules, selectors
from archive.needs.rules import Guest, Why
from archive.needs.selectors import NeedPage
from cases.models import Child
from core.actor import Actor, Role
from core.clock import date_of
from core.errors import RuleBroken
from outbox.services import enqueue
from staff.access import check_can_ask_for_sight
from staff.grants.services import Opened, end_sight, give_sight, tell_of_sight
from staff.models import SightGrant, StaffMember
from staff.outside import let_in
from staff.selectors import people_with_role
from trail import services as trail


@dataclass(frozen=True, slots=True)
class Of:
    """What is to be read: of a person, exact records or the whole file; or of a child."""

    person: StaffMember | None = None
    child: Child | None = None
    record_ids: Collection[UUID] = ()


@transaction.atomic
def ask(
    *,
    of: Of,
    grantee_id: UUID | None,
    guest: Guest,
    basis: str,
    purpose: str,
    why: Why,
    starts_on: date,
    last_day: date,
    actor: Actor,
    at: datetime,
) -> NeedToKnow:
    """Ask that somebody may read, from a day to another; those who may answer are told. Raises NotAllowed or RuleBroken."""
    subjects, chosen = _what(of, why, actor=actor)
    rules.check_days(starts_on=starts_on, last_day=last_day, today=actor.on, most=settings.NEED_TO_KNOW_MOST_DAYS)
    rules.check_why(why, starts_on=starts_on)
    _check_who(grantee_id, guest, subjects=subjects, actor=actor)
    need = NeedToKnow.objects.create(
        asked_by_id=actor.staff_id,
        asked_at=at,
        grantee_id=grantee_id,
        guest_name=guest.name,
        guest_organisation=guest.organisation,
        guest_email=guest.email.lower(),
        basis=basis,
        purpose=purpose,
        whole_of=of.person if why.whole else None,
        why_whole=why.why_whole if why.whole else "",
        child=of.child,
        starts_on=starts_on,
        ends_on=last_day + timedelta(days=1),
        masked=not why.unmasked,
        why_unmasked=why.why_unmasked if why.unmasked else "",
        why_not_told=why.why_not_told if why.untold else "",
        told_from=why.told_from if why.untold else None,
    )
    NeedSubject.objects.bulk_create(NeedSubject(request=need, person_id=key) for key in sorted(subjects))
    NeedRecord.objects.bulk_create(NeedRecord(request=need, record_id=key) for key in sorted(chosen))
    _note("need.asked", need, actor, at)
    answerers = selectors.answerers_of(need, on=actor.on)
    if not answerers:
        raise RuleBroken("Nobody can answer this: there is neither HR nor an assistant director or director above.")
    for person_id in sorted(answerers):
        _tell(need, person_id, "need_asked")
    if need.grantee_id is None:
        for person_id in sorted(people_with_role(Role.SYSTEM_ADMINISTRATOR, on=actor.on) - {actor.staff_id}):
            _tell(need, person_id, "account_asked", path=reverse("archive:need-accounts"))
    return need


def _what(of: Of, why: Why, *, actor: Actor) -> tuple[set[UUID], list[UUID]]:
    """Whom it is about, and the exact records. Raises NotAllowed or RuleBroken."""
    if of.child is not None:
        access.check_can_ask_about_child(actor, of.child)
        subjects = selectors.people_around(of.child, on=actor.on)
        if actor.staff_id in subjects:
            raise RuleBroken("You were part of what was said of this child. Somebody else who leads asks for this.")
        if not subjects:
            raise RuleBroken("Nobody holds this child, and nothing was said of it in supervision.")
        return subjects, []
    assert of.person is not None  # noqa: S101  a request is of a person or of a child
    check_can_ask_for_sight(actor, of.person.pk)
    if why.whole:
        return {of.person.pk}, []
    chosen = selectors.records_chosen(about=of.person, keys=of.record_ids)
    rules.check_records(chosen=len(chosen))
    return {of.person.pk}, chosen


def _check_who(grantee_id: UUID | None, guest: Guest, *, subjects: set[UUID], actor: Actor) -> None:
    if grantee_id is None:
        rules.check_guest(guest)
        return
    if grantee_id == actor.staff_id:
        raise RuleBroken("Nobody asks for themselves. Let somebody else ask.", field="grantee_id")
    person = StaffMember.objects.visible_to(actor).employed(actor.on).get(pk=grantee_id)
    selectors.check_grantee(person, subjects=subjects, on=actor.on)


@transaction.atomic
def answer(*, need_id: UUID, approve: bool, words: str, actor: Actor, at: datetime) -> NeedToKnow:
    """Approve a request, and so give sight, or refuse it. Raises NotAllowed, or RuleBroken once it was answered."""
    need = _lock(need_id, actor)
    access.check_can_answer(actor, need)
    rules.check_waits(answered=need.answered_at is not None, ended=need.ended_at is not None)
    if need.ends_on <= actor.on:
        raise RuleBroken("The days that were asked for are over. It can be asked for anew.")
    if not approve and not words:
        raise RuleBroken("Say why not. Whoever asked reads it.", field="words")
    need.answered_by_id, need.answered_at, need.is_approved, need.answer = actor.staff_id, at, approve, words
    need.save(update_fields=["answered_by_id", "answered_at", "is_approved", "answer"])
    _note("need.approved" if approve else "need.refused", need, actor, at)
    _tell(need, need.asked_by_id, "need_answered")
    if approve:
        _give(need, actor=actor, at=at)
    return need


@transaction.atomic
def end(*, need_id: UUID, words: str, actor: Actor, at: datetime) -> NeedToKnow:
    """Take a request back, or end sight before its day; who asked, and who may answer. Raises NotAllowed or RuleBroken."""
    need = _lock(need_id, actor)
    if need.ended_at is not None or need.is_approved is False:
        raise RuleBroken("There is nothing to end: this was refused, taken back or ended before.")
    if need.is_approved is None and need.asked_by_id != actor.staff_id:
        raise RuleBroken("Only who asked takes a request back. You can refuse it.")
    if not words:
        raise RuleBroken("Say why it ends now.", field="words")
    need.ended_by_id, need.ended_at, need.end_reason = actor.staff_id, at, words
    need.save(update_fields=["ended_by_id", "ended_at", "end_reason"])
    ended = end_sight(given_for=need.pk, actor=actor, at=at)
    _note("need.ended", need, actor, at, ended=ended)
    if need.asked_by_id != actor.staff_id:
        _tell(need, need.asked_by_id, "need_answered", key=f"{need.pk}/ended")
    return need


@transaction.atomic
def tell_now(*, need_id: UUID, actor: Actor, at: datetime) -> NeedToKnow:
    """Tell whom it is about, of whom it was lawfully kept until now. Raises NotAllowed or RuleBroken."""
    need = _lock(need_id, actor)
    if not need.is_approved or need.given_at is None or need.is_told or need.told_at is not None:
        raise RuleBroken("There is nothing to tell: nothing was given, or it was told already.")
    _tell_subjects(need, actor=actor, at=at)
    return need


@transaction.atomic
def tell_of_those_due(*, at: datetime) -> int:
    """Tell of each of which the day to tell has come; how many."""
    on = date_of(at)
    rows = NeedToKnow.objects.filter(told_from__lte=on, told_at=None, given_at__isnull=False)
    due = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
    for need in due:
        _tell_subjects(need, actor=None, at=at)
    return len(due)


@transaction.atomic
def open_account(*, need_id: UUID, actor: Actor, at: datetime) -> NeedToKnow:
    """Let the person from outside of a request in, until its last day; it opens what was or will be approved, and no more.

    Raises NotAllowed, or RuleBroken where the address is a colleague's.
    """
    access.check_can_let_in(actor)
    asked = selectors.AccountsAsked().visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=need_id)
    need = NeedToKnow.objects.get(pk=asked.pk)
    person = let_in(
        name=need.guest_name,
        organisation=need.guest_organisation,
        email=need.guest_email,
        until=need.ends_on,
        actor=actor,
        at=at,
    )
    need.grantee = person
    need.save(update_fields=["grantee_id"])
    _note("need.account_opened", need, actor, at)
    if need.is_approved:
        _give(need, actor=actor, at=at)
    return need


@transaction.atomic
def read_need(*, need: NeedToKnow, actor: Actor, at: datetime) -> NeedPage:
    """A request with its reasons, its reading noted first: about nobody, since whom it is about may not know of it yet."""
    trail.record(actor=actor, verb="need.read", target=need, at=at)
    return selectors.need_page(need, actor=actor)


def _give(need: NeedToKnow, *, actor: Actor, at: datetime) -> None:
    """Open each thing of an approved request, once there is somebody to read; tell whom it is about, unless that waits."""
    if need.grantee_id is None:
        return
    things = [Opened(record_id=row.record_id) for row in need.records.order_by("pk")]
    if need.whole_of_id:
        things = [Opened(file_of_id=need.whole_of_id)]
    elif need.child_id:
        things = [Opened(child_id=need.child_id)]
    for opens in things:
        give_sight(
            person_id=need.grantee_id,
            opens=opens,
            basis=SightGrant.Basis(need.basis),
            given_for=need.pk,
            purpose=need.purpose,
            starts_on=need.starts_on,
            ends_on=need.ends_on,
            actor=actor,
            at=at,
            masked=need.masked,
            is_told=need.is_told,
            given_by_id=need.answered_by_id,
        )
    need.given_at = at
    need.save(update_fields=["given_at"])
    _tell(need, need.grantee_id, "need_given", path=reverse("archive:needs"))
    if need.is_told:
        _tell_subjects(need, actor=actor, at=at)


def _tell_subjects(need: NeedToKnow, *, actor: Actor | None, at: datetime) -> None:
    need.told_at = at
    need.save(update_fields=["told_at"])
    tell_of_sight(given_for=need.pk)
    trail.record(actor=actor, verb="need.told", target=need, at=at)
    for person_id in need.subjects.order_by("person").values_list("person_id", flat=True):
        _tell(need, person_id, "need_told", path=reverse("archive:needs"))


def _lock(need_id: UUID, actor: Actor) -> NeedToKnow:
    return NeedToKnow.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=need_id)


def _note(verb: str, need: NeedToKnow, actor: Actor, at: datetime, **detail: Any) -> None:
    trail.record(actor=actor, verb=verb, target=need, at=at, **detail)


def _tell(need: NeedToKnow, person_id: UUID, kind: str, *, path: str = "", key: str = "") -> None:
    """A notice without content."""
    path = path or reverse("archive:need-detail", kwargs={"need_id": need.pk})
    enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=key or str(need.pk), path=path)
