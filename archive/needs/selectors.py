"""Requests for sight: what is to be chosen from, what waits, and what somebody may read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from archive.models import NeedToKnow, NeedToKnowQuerySet
from archive.models.needs import ANSWERING_ROLES
from archive.needs import access
from cases.models import Allocation, Child
from core.actor import Actor, Role
from core.clock import date_of
from core.errors import RuleBroken
from core.shortcuts import may
from core.templatetags.countersign import medium_date
from records.models import Part, Record, RecordQuerySet
from records.rules import EXAMINING, Kind
from staff.access import check_can_ask_for_sight, may_ask_for_sight
from staff.models import StaffMember
from staff.selectors import actor_for, people_with_role

KIND_WORDS = {
    Kind.CONTRACT: "Supervision contract",
    Kind.WORKER_RECORD: "Supervision record",
    Kind.CASE_ENTRY: "Entry about a child",
    Kind.DECISION: "Management decision",
    Kind.GROUP_RECORD: "Group supervision",
    Kind.HANDOVER: "Hand-over brief",
    Kind.AUDIT: "Audit",
    Kind.OBSERVATION: "Observation of practice",
}


@dataclass(frozen=True, slots=True)
class RecordNamed:
    """A signed record by its kind and day, and its title where the reader may see that; never what it says."""

    record_id: UUID
    kind: str
    on: date
    title: str = ""

    @property
    def words(self) -> str:
        """As one line."""
        more = f", {self.title}" if self.title and self.title != self.kind else ""
        return f"{self.kind}{more}, {medium_date(self.on)}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that somebody was let read, and what there is of it."""

    need: NeedToKnow
    records: Sequence[RecordNamed]


@dataclass(frozen=True, slots=True)
class NeedsPage:
    """``readings``: what one may read. ``about_me``: who may read of one's own. ``to_answer``, ``asked``: requests."""

    readings: Sequence[Reading]
    about_me: Sequence[NeedToKnow]
    to_answer: Sequence[NeedToKnow]
    asked: Sequence[NeedToKnow]
    may_ask: bool


@dataclass(frozen=True, slots=True)
class NeedPage:
    """One request, with whom it is about, its records, and what the reader may do."""

    need: NeedToKnow
    people: Sequence[str]
    records: Sequence[RecordNamed]
    stands: str
    can_answer: bool
    can_end: bool
    can_tell: bool


class AccountsAsked:
    """Requests for somebody from outside who cannot sign in: name, organisation, address and days alone."""

    model = NeedToKnow

    def visible_to(self, actor: Actor) -> NeedToKnowQuerySet:
        """A system administrator's, with that hat on; never of what one asked for oneself."""
        if not may(access.check_can_let_in, actor):
            return NeedToKnow.objects.none()
        rows = NeedToKnow.objects.without_account(actor.on).exclude(asked_by=actor.staff_id)
        return rows.only(
            "pk", "guest_name", "guest_organisation", "guest_email", "starts_on", "ends_on", "basis", "grantee_id"
        )


# What may be chosen


def signed_records_of(person: StaffMember, *, actor: Actor) -> list[RecordNamed]:
    """What is signed about a person, the latest first, by kind and day; with titles for those in the line."""
    check_can_ask_for_sight(actor, person.pk)
    return _named(_signed(Record.objects.filter(subject=person)), titles=access.sees_titles(actor))


def _signed(records: RecordQuerySet) -> RecordQuerySet:
    return records.filter(Exists(Part.objects.filter(record=OuterRef("pk"))))


def _named(records: RecordQuerySet, *, titles: bool) -> list[RecordNamed]:
    found = records.values_list("pk", "kind", "title", "created_at", "session__on")
    named = {
        pk: RecordNamed(pk, KIND_WORDS[Kind(kind)], on or date_of(created_at), title if titles else "")
        for pk, kind, title, created_at, on in found
    }
    return sorted(named.values(), key=attrgetter("on"), reverse=True)


def records_chosen(*, about: StaffMember, keys: Iterable[UUID]) -> list[UUID]:
    """Those of the keys that are signed records about a person."""
    return list(_signed(Record.objects.filter(subject=about, pk__in=list(keys))).values_list("pk", flat=True))


def child_called(reference: str, *, actor: Actor) -> UUID | None:
    """A child within the actor's sight, by its reference; None where there is none."""
    return Child.objects.visible_to(actor).filter(reference__iexact=reference).values_list("pk", flat=True).first()


def people_around(child: Child, *, on: date) -> set[UUID]:
    """Whose work the entries of a child show: who holds the child, and with whom it was discussed or who decided."""
    holders = Allocation.objects.live(on).filter(child=child).values_list("holder_id", flat=True)
    spoken = Record.objects.filter(child=child, discussed_with__isnull=False).values_list(
        "discussed_with_id", flat=True
    )
    return {*holders, *spoken}


def check_grantee(person: StaffMember, *, subjects: set[UUID], on: date) -> None:
    """Whoever is to read is none of those whom it is about, and does not read it anyway. Raises RuleBroken."""
    if person.pk in subjects:
        raise RuleBroken("This person reads their own file already.", field="grantee_id")
    reader = actor_for(person, on=on)
    if subjects and subjects <= reader.supervises | reader.next_up_for:
        raise RuleBroken(
            "This person reads these records already, as supervisor or as the supervisor’s manager.", field="grantee_id"
        )


# Pages


def needs_page(*, actor: Actor) -> NeedsPage:
    """What concerns the actor; in five queries at most. Somebody from outside reads what they may read, and no more."""
    readings = _readings(actor) if actor.watermarked else []
    if actor.is_outside:
        return NeedsPage(readings, [], [], [], may_ask=False)
    rows = NeedToKnow.objects.with_people()
    return NeedsPage(
        readings,
        list(_told_to(actor).with_people().order_by("-starts_on", "pk")[:20]) if actor.hat is None else [],
        to_answer(actor=actor),
        list(rows.filter(asked_by=actor.staff_id).order_by("-asked_at", "pk")[:20]),
        may_ask=may_ask_for_sight(actor),
    )


def _told_to(actor: Actor) -> NeedToKnowQuerySet:
    """Approved requests about the actor, as far as they are told of them."""
    told = Q(why_not_told="") | Q(told_at__isnull=False)
    return NeedToKnow.objects.filter(told, subjects__person=actor.staff_id, is_approved=True, given_at__isnull=False)


def _readings(actor: Actor) -> list[Reading]:
    """What the actor may read now by a need to know, each with its records; in two queries."""
    live = NeedToKnow.objects.in_force(actor.on).filter(grantee=actor.staff_id, given_at__isnull=False)
    needs = list(
        live.filter(starts_on__lte=actor.on).with_people().prefetch_related("records").order_by("ends_on", "pk")
    )
    opened = Record.objects.visible_to(actor).filter(
        Q(pk__in=actor.watermarked)
        | Q(subject__in=actor.watermarked) & ~Q(kind__in=EXAMINING)
        | Q(child__in=actor.watermarked)
    )
    rows = list(opened.values_list("pk", "subject_id", "child_id"))
    named = {one.record_id: one for one in _named(opened, titles=True)}
    of: dict[UUID | None, list[UUID]] = defaultdict(list)
    for pk, subject_id, child_id in rows:
        of[subject_id].append(pk)
        of[child_id].append(pk)
    found = []
    for need in needs:
        exact = [row.record_id for row in need.records.all()]
        keys = exact or of[need.whole_of_id or need.child_id]
        own = [named[key] for key in keys if key in named]
        found.append(Reading(need, sorted(own, key=attrgetter("on"), reverse=True)))
    return found


def to_answer(*, actor: Actor) -> list[NeedToKnow]:
    """Requests that wait for the actor's answer, the soonest first; no query for those who answer none."""
    if actor.hat is not Role.HR and (actor.hat is not None or not actor.roles & ANSWERING_ROLES):
        return []
    rows = NeedToKnow.objects.to_answer(actor).with_people()
    return list(rows.order_by("starts_on", "pk"))


def need_page(need: NeedToKnow, *, actor: Actor) -> NeedPage:
    """One request; in three queries."""
    subjects = list(need.subjects.select_related("person").order_by("person__name"))
    records = Record.objects.filter(pk__in=need.records.values("record"))
    in_line = {
        row.person_id for row in subjects
    } <= actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    waits = need.answered_at is None and need.ended_at is None and need.ends_on > actor.on
    answers = may(access.check_can_answer, actor, need)
    runs = need.is_approved is True and need.ended_at is None and need.ends_on > actor.on
    return NeedPage(
        need,
        [row.person.name for row in subjects],
        _named(records, titles=actor.hat is None and in_line),
        stands_of(need, on=actor.on),
        can_answer=waits and answers,
        can_end=waits and actor.staff_id == need.asked_by_id or runs,
        can_tell=runs and not need.is_told and need.told_at is None,
    )


def stands_of(need: NeedToKnow, *, on: date) -> str:
    """Where a request stands, in words."""
    if need.ended_at:
        return "Ended early" if need.is_approved else "Taken back"
    if need.is_approved is False:
        return "Refused"
    if need.ends_on <= on:
        return "Over" if need.is_approved else "Not answered in time"
    if need.is_approved is None:
        return "Waits for an answer"
    if need.given_at is None:
        return "Approved, waits for an account"
    return "Open now" if need.starts_on <= on else "Approved, not begun"


def accounts_asked(*, actor: Actor) -> list[NeedToKnow]:
    """Accounts for people from outside that are asked for, the soonest first."""
    return list(AccountsAsked().visible_to(actor).order_by("starts_on", "pk"))


def answerers_of(need: NeedToKnow, *, on: date) -> set[UUID]:
    """Whom to ask: assistant directors and directors above everybody whom it is about; HR where there is none."""
    keys = {key for role in sorted(ANSWERING_ROLES) for key in people_with_role(role, on=on)}
    from_roles = StaffMember.objects.filter(pk__in=keys)
    found = {
        person.pk
        for person in from_roles
        if NeedToKnow.objects.to_answer(actor_for(person, on=on)).filter(pk=need.pk).exists()
    }
    return found or people_with_role(Role.HR, on=on) - {need.asked_by_id, need.grantee_id}
