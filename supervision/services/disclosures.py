"""The disclosure log and references to processes elsewhere: written by the supervisor, only ever added to."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from records.values import cleaned_line, cleaned_text
from staff.access import check_not_frozen
from staff.models import StaffMember
from staff.selectors import present_supervisor
from supervision import access, selectors
from supervision.models import Disclosure, DisclosureEntry, Incident, Reference
from supervision.rules import matters as rules
from supervision.rules.matters import Advice
from supervision.selectors import SharedPage
from trail import services as trail

MOST = 10_000
Kind = DisclosureEntry.Kind


@transaction.atomic
def log_disclosure(
    *,
    supervisee_id: UUID,
    what: str,
    category: str,
    shared_with: str,
    shared_on: date | None,
    advice: Advice,
    not_told_because: str,
    incident_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Disclosure:
    """Enter that something was shared, or ask for the agreement that it needs first. The supervisee is told.

    Unless a reason says why not (R164): then they do not see it until they are told. ``incident_id``: the restricted
    entry that is shared by it; next up reads that from now on (R025). Raises NotAllowed or RuleBroken.
    """
    person = _locked_person(supervisee_id, actor)
    access.check_can_supervise(actor, person)
    known = [slug for slug, _ in selectors.categories_to_share(on=actor.on)]
    why_not = cleaned_text(not_told_because, most=MOST)
    rules.check_disclosure(
        category=category, known=known, shared_on=shared_on, not_told_because=why_not, today=actor.on
    )
    rules.check_advice(advice, today=actor.on)
    texts = {"what": cleaned_text(what, most=MOST), "shared_with": cleaned_line(shared_with, most=300)}
    for name, sentence in (("what", "Say what is shared."), ("shared_with", "Say with whom.")):
        if not texts[name]:
            raise RuleBroken(sentence, field=name)
    if incident_id and not Incident.objects.visible_to(actor).filter(pk=incident_id, supervisee=person).exists():
        raise RuleBroken("That entry is not one of this person. Open it again from the list.")
    disclosure = Disclosure.objects.create(
        supervisee=person,
        incident_id=incident_id,
        made_by_id=actor.staff_id,
        made_at=at,
        **texts,
        category=category,
        shared_on=shared_on,
        advice_from=cleaned_line(advice.source, most=200),
        advice_on=advice.on,
        advice_outcome=cleaned_text(advice.outcome, most=MOST),
        not_told_because=why_not,
    )
    trail.record(actor=actor, verb="disclosure.entered", target=disclosure, about=person.pk, at=at)
    if not why_not:
        _tell(disclosure, to=person.pk, kind="answer_wanted" if disclosure.needs_agreement else "disclosure_made")
    return disclosure


@transaction.atomic
def answer_disclosure(*, disclosure_id: UUID, agrees: bool, actor: Actor, at: datetime) -> DisclosureEntry:
    """The supervisee agrees that something is shared, or does not (R101). Raises NotAllowed or RuleBroken."""
    disclosure = _locked(disclosure_id, actor)
    access.check_can_agree_to_share(actor, disclosure)
    if not disclosure.needs_agreement:
        raise RuleBroken("This needs no agreement.")
    if disclosure.status != "to_agree":
        raise RuleBroken("This was answered already. Nothing was changed.")
    entry = _add(disclosure, Kind.AGREED if agrees else Kind.REFUSED, actor=actor, at=at)
    if supervisor_id := present_supervisor(disclosure.supervisee_id, was=disclosure.made_by_id, on=actor.on):
        _tell(disclosure, to=supervisor_id, kind="matter_answered")
    return entry


@transaction.atomic
def note_shared(*, disclosure_id: UUID, on: date, actor: Actor, at: datetime) -> DisclosureEntry:
    """What both agreed to was shared on a day. Raises NotAllowed, or RuleBroken before both have agreed (R101)."""
    disclosure = _locked(disclosure_id, actor)
    access.check_can_supervise(actor, disclosure.supervisee)
    if disclosure.status != "agreed":
        raise RuleBroken("This may be shared only once both of you have agreed, and is entered once.")
    rules.check_has_come(on, today=actor.on, field="on")
    return _add(disclosure, Kind.SHARED, on=on, actor=actor, at=at)


@transaction.atomic
def note_told(*, disclosure_id: UUID, actor: Actor, at: datetime) -> DisclosureEntry:
    """The supervisee is told of what was kept from them, and sees it from now on. Raises NotAllowed or RuleBroken."""
    disclosure = _locked(disclosure_id, actor)
    access.check_can_supervise(actor, disclosure.supervisee)
    if disclosure.is_told:
        raise RuleBroken("They were told already. Nothing was changed.")
    entry = _add(disclosure, Kind.TOLD, actor=actor, at=at)
    _tell(disclosure, to=disclosure.supervisee_id, kind="disclosure_made")
    return entry


@transaction.atomic
def correct_disclosure(*, disclosure_id: UUID, text: str, actor: Actor, at: datetime) -> DisclosureEntry:
    """Add what was wrong in an entry; the entry stays as it was. Raises NotAllowed or RuleBroken."""
    disclosure = _locked(disclosure_id, actor)
    access.check_can_supervise(actor, disclosure.supervisee)
    text = cleaned_text(text, most=MOST)
    if not text:
        raise RuleBroken("Say what is right instead.", field="text")
    return _add(disclosure, Kind.CORRECTION, text=text, actor=actor, at=at)


@transaction.atomic
def add_reference(
    *,
    supervisee_id: UUID,
    kind: str,
    number: str,
    note: str,
    starts_on: date,
    ends_on: date | None,
    replaces_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> Reference:
    """Enter a process elsewhere by reference and dates, or support that was offered; or put an entry right, or end it.

    Raises NotAllowed or RuleBroken.
    """
    person = _locked_person(supervisee_id, actor)
    access.check_can_supervise(actor, person)
    note = cleaned_text(note, most=2_000)
    if note and kind != Reference.Kind.SUPPORT:
        raise RuleBroken(
            "What another process holds stays out of supervision: enter its reference and dates alone.", field="note"
        )
    rules.check_has_come(starts_on, today=actor.on, field="starts_on")
    if ends_on and ends_on < starts_on:
        raise RuleBroken("It ends before it begins. Check the dates.", field="ends_on")
    replaced = Reference.objects.filter(supervisee=person, replaced_by=None)
    if replaces_id and not replaced.filter(pk=replaces_id).exists():
        raise RuleBroken("This entry was put right already. Look at the newer one.")
    reference = Reference.objects.create(
        supervisee=person,
        kind=Reference.Kind(kind),
        number=cleaned_line(number, most=60),
        note=note,
        starts_on=starts_on,
        ends_on=ends_on,
        made_by_id=actor.staff_id,
        made_at=at,
        replaces_id=replaces_id,
    )
    trail.record(actor=actor, verb="reference.entered", target=reference, about=person.pk, at=at)
    return reference


@transaction.atomic
def read_shared(*, person: StaffMember, actor: Actor, at: datetime) -> SharedPage:
    """The disclosure log and the references of a person, noted in the trail first, whether or not there are any."""
    access.check_can_read_shared(actor, person.pk)
    if person.pk != actor.staff_id:
        trail.record(actor=actor, verb="disclosure_log.read", target=person, about=person.pk, at=at)
    return selectors.shared_page(person=person, actor=actor)


def _locked_person(person_id: UUID, actor: Actor) -> StaffMember:
    check_not_frozen(person_id)
    return StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=person_id)


def _locked(disclosure_id: UUID, actor: Actor) -> Disclosure:
    """The disclosure, its supervisee's row locked: the entry itself is never changed, so cannot be locked."""
    found = Disclosure.objects.visible_to(actor).get(pk=disclosure_id)
    _locked_person(found.supervisee_id, actor)
    return Disclosure.objects.visible_to(actor).select_related("supervisee").get(pk=disclosure_id)


def _add(
    disclosure: Disclosure, kind: Kind, *, actor: Actor, at: datetime, on: date | None = None, text: str = ""
) -> DisclosureEntry:
    try:
        with transaction.atomic():
            entry = DisclosureEntry.objects.create(
                disclosure=disclosure, kind=kind, author_id=actor.staff_id, at=at, on=on, text=text
            )
    except IntegrityError as error:
        raise RuleBroken("This was entered already. Nothing was changed.") from error
    trail.record(actor=actor, verb=f"disclosure.{kind.value}", target=disclosure, about=disclosure.supervisee_id, at=at)
    return entry


def _tell(disclosure: Disclosure, *, to: UUID, kind: str) -> None:
    path = reverse("supervision:shared", kwargs={"person_id": disclosure.supervisee_id})
    enqueue("notifications.tasks.notify", person_id=to, kind=kind, key=f"{disclosure.pk}", path=path)
