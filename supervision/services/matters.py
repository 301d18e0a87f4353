"""Putting a matter to a manager: both views, the decision with its rationale, closing; each only ever added."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import RuleBroken
from outbox.services import enqueue
from records.values import cleaned_line, cleaned_text
from staff.access import check_not_frozen
from staff.models import StaffMember
from staff.selectors import line_above, present_supervisor
from supervision import access, selectors
from supervision.models import Matter, MatterEntry, SupervisionSession
from supervision.rules import matters as rules
from supervision.selectors import MatterPage, MattersPage
from trail import services as trail

MOST = 10_000
CLOSED = "This is closed. Nothing was added; what you wrote is still below."


@transaction.atomic
def refer_disagreement(
    *, supervisee_id: UUID, subject: str, view: str, session_id: UUID | None, actor: Actor, at: datetime
) -> Matter:
    """Refer a disagreement to the manager whom policy or contract name. Raises what ``refer_matter`` raises."""
    return refer_matter(
        kind=Matter.Kind.DISAGREEMENT,
        supervisee_id=supervisee_id,
        subject=subject,
        view=view,
        referred_to_id=None,
        session_id=session_id,
        actor=actor,
        at=at,
    )


@transaction.atomic
def take_upward(
    *,
    supervisee_id: UUID,
    subject: str,
    view: str,
    referred_to_id: UUID | None,
    session_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> Matter:
    """Take an issue of a session upward, to somebody chosen (R022, R088). Raises what ``refer_matter`` raises."""
    return refer_matter(
        kind=Matter.Kind.ESCALATION,
        supervisee_id=supervisee_id,
        subject=subject,
        view=view,
        referred_to_id=referred_to_id,
        session_id=session_id,
        actor=actor,
        at=at,
    )


def refer_matter(
    *,
    supervisee_id: UUID,
    kind: str,
    subject: str,
    view: str,
    referred_to_id: UUID | None,
    session_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> Matter:
    """Put something to a manager, with one's own view: a disagreement to the named one, an issue to whom one chooses.

    Raises NotAllowed, or RuleBroken: nobody above the two to put it to, no subject, no view, no session where it belongs on a record.
    """
    person = StaffMember.objects.visible_to(actor).get(pk=supervisee_id)
    access.check_is_party(actor, person.pk)
    supervisor_id = selectors.supervisor_for(person_id=person.pk, actor=actor)
    if supervisor_id is None:
        raise RuleBroken(
            "Nobody supervises you at present, so there is nobody to disagree with here. Ask your manager."
        )
    on_record = False
    if kind == Matter.Kind.DISAGREEMENT:
        named = selectors.named_manager(person_id=person.pk, supervisor_id=supervisor_id, on=actor.on)
        referred_to_id, on_record = named.manager.pk if named.manager else None, named.on_record
        if referred_to_id is None:
            raise RuleBroken("No manager is named for this. Name one in the supervision contract first.")
    manager_id = rules.manager_to_put_it_to(referred_to_id, parties=[person.pk, supervisor_id, actor.staff_id])
    if kind == Matter.Kind.ESCALATION:
        rules.check_is_above(manager_id, above=_above(person.pk, supervisor_id, on=actor.on))
    subject, view = cleaned_line(subject, most=300), cleaned_text(view, most=MOST)
    if not subject:
        raise RuleBroken("Say in a few words what it is about.", field="subject")
    if not view:
        raise RuleBroken("Write your own view.", field="view")
    session = _session(session_id, person.pk, actor)
    if on_record and session is None:
        raise RuleBroken("Choose the session: this belongs on its record.", field="session_id")
    matter = Matter.objects.create(
        kind=Matter.Kind(kind),
        supervisee=person,
        supervisor_id=supervisor_id,
        raised_by_id=actor.staff_id,
        referred_to_id=manager_id,
        session=session,
        subject=subject,
        on_record=on_record,
        raised_at=at,
    )
    MatterEntry.objects.create(matter=matter, kind="view", author_id=actor.staff_id, at=at, text=view)
    trail.record(actor=actor, verb="matter.referred", target=matter, about=person.pk, at=at)
    _tell(matter, "answer_wanted", to={matter.referred_to_id}, key="referred", actor=actor)
    _tell(matter, "matter_referred", to={person.pk, supervisor_id}, key="referred", actor=actor)
    return matter


@transaction.atomic
def add_view(*, matter_id: UUID, text: str, actor: Actor, at: datetime) -> MatterEntry:
    """Add one's own view beside those that stand there. Raises NotAllowed or RuleBroken (closed, nothing written)."""
    matter = _locked(matter_id, actor)
    access.check_can_give_view(actor, matter)
    entry = _add(matter, MatterEntry.Kind.VIEW, text=text, rationale="", actor=actor, at=at)
    _tell(matter, "matter_referred", to=_all_of(matter, on=actor.on), key=str(entry.pk), actor=actor)
    return entry


@transaction.atomic
def decide_matter(*, matter_id: UUID, text: str, rationale: str, actor: Actor, at: datetime) -> MatterEntry:
    """The manager's answer with its rationale; both views stand. A later one stands beside the first.

    Raises NotAllowed or RuleBroken (closed, no answer, no rationale).
    """
    matter = _locked(matter_id, actor)
    access.check_can_answer_matter(actor, matter)
    if not cleaned_text(rationale):
        raise RuleBroken("Say why you decide so.", field="rationale")
    entry = _add(matter, MatterEntry.Kind.DECISION, text=text, rationale=rationale, actor=actor, at=at)
    _stand(matter, Matter.Status.ANSWERED)
    _tell(matter, "matter_answered", to=_all_of(matter, on=actor.on), key=str(entry.pk), actor=actor)
    return entry


@transaction.atomic
def close_matter(*, matter_id: UUID, text: str, actor: Actor, at: datetime) -> MatterEntry:
    """Close it, saying how it ended: settled between the two, or done as decided. Raises NotAllowed or RuleBroken."""
    matter = _locked(matter_id, actor)
    access.check_can_close_matter(actor, matter)
    entry = _add(matter, MatterEntry.Kind.CLOSING, text=text, rationale="", actor=actor, at=at)
    _stand(matter, Matter.Status.CLOSED)
    _tell(matter, "matter_answered", to=_all_of(matter, on=actor.on), key=str(entry.pk), actor=actor)
    return entry


@transaction.atomic
def read_matter(*, matter: Matter, actor: Actor, at: datetime) -> MatterPage:
    """A matter with its views and decision, noted in the trail first."""
    if matter.supervisee_id != actor.staff_id:
        via = "named manager" if matter.referred_to_id == actor.staff_id else ""
        trail.record(actor=actor, verb="matter.read", target=matter, about=matter.supervisee_id, at=at, via=via)
    return selectors.matter_page(matter=matter, actor=actor)


@transaction.atomic
def read_matters(*, actor: Actor, at: datetime) -> MattersPage:
    """The list of matters with their subjects, noted in the trail for each person whom one is about first."""
    page = selectors.matters_page(actor=actor)
    about = {matter.supervisee_id for matter in (*page.put_to_me, *page.others)} - {actor.staff_id}
    trail.record_for_each(actor=actor, verb="matters.read", people=about, at=at)
    return page


def _locked(matter_id: UUID, actor: Actor) -> Matter:
    matter = Matter.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=matter_id)
    check_not_frozen(matter.supervisee_id)
    return matter


def _add(
    matter: Matter, kind: MatterEntry.Kind, *, text: str, rationale: str, actor: Actor, at: datetime
) -> MatterEntry:
    if not matter.is_open:
        raise RuleBroken(CLOSED)
    text, rationale = cleaned_text(text, most=MOST), cleaned_text(rationale, most=MOST)
    if not text:
        raise RuleBroken("Write something first.", field="text")
    entry = MatterEntry.objects.create(
        matter=matter, kind=kind, author_id=actor.staff_id, at=at, text=text, rationale=rationale
    )
    trail.record(actor=actor, verb=f"matter.{kind.value}", target=matter, about=matter.supervisee_id, at=at)
    return entry


def _stand(matter: Matter, status: Matter.Status) -> None:
    matter.status = status
    matter.save(update_fields=["status"])


def _above(*people: UUID, on: date) -> set[UUID]:
    """Who is above any of some people in the line of management today, and has not left."""
    line = {each for person_id in people for each in line_above(person_id, on=on)}
    return set(StaffMember.objects.employed(on).filter(pk__in=line).values_list("pk", flat=True))


def _session(session_id: UUID | None, person_id: UUID, actor: Actor) -> SupervisionSession | None:
    if session_id is None:
        return None
    found = SupervisionSession.objects.visible_to(actor).filter(pk=session_id, supervisee_id=person_id).first()
    if found is None:
        raise RuleBroken("Choose one of the sessions.", field="session_id")
    return found


def _all_of(matter: Matter, *, on: date) -> set[UUID]:
    """The two of today, and the manager: a former supervisor hears no more of it."""
    supervisor_id = present_supervisor(matter.supervisee_id, was=matter.supervisor_id, on=on)
    return {matter.supervisee_id, matter.referred_to_id} | ({supervisor_id} if supervisor_id else set())


def _tell(matter: Matter, kind: str, *, to: set[UUID], key: str, actor: Actor) -> None:
    """Tell everybody concerned but the one who did it, without a word of what it is about."""
    path = reverse("supervision:matter-detail", kwargs={"matter_id": matter.pk})
    for person_id in sorted(to - {actor.staff_id}):
        enqueue("notifications.tasks.notify", person_id=person_id, kind=kind, key=f"{matter.pk}/{key}", path=path)
