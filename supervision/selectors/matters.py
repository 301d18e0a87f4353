"""Matters, concerns, what was shared: to whom each goes, and what a reader sees of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from core.actor import Actor, Role
from core.prepared import prepared
from core.shortcuts import may
from policies import selectors as policies
from records.models import PartContent
from records.rules import PartKind
from staff.models import RoleHeld, StaffMember, SupervisionRelationship
from staff.selectors import job_titles, line_above, supervisor_of
from supervision import access
from supervision.models import Concern, ConcernEntry, Disclosure, Incident, Matter, Reference, SupervisionSession
from supervision.models.matters import MatterQuerySet
from supervision.rules.matters import HR, LINE_MANAGER, Disputes, disputes, sharing_categories
from supervision.selectors.contracts import contracts_of

NAMED_MANAGER = "named_manager"


def policy_blocks(on: date) -> Mapping[str, Any]:
    """What the policy in force says beside its clocks; nothing without a policy."""
    policy = policies.policy_in_force(on)
    return policy.blocks if policy else {}


@dataclass(frozen=True, slots=True)
class NamedManager:
    """To whom a disagreement of two people goes, why to that one, and whether it belongs on their record."""

    manager: StaffMember | None
    job_title: str
    why: str
    on_record: bool


def named_manager(*, person_id: UUID, supervisor_id: UUID, on: date) -> NamedManager:
    """The manager whom the policy names by role, in the line above the supervisor; else the contract's; else next up."""
    said = _disputes(person_id, supervisor_id, on)
    above = [each for each in line_above(supervisor_id, on=on) if each not in (person_id, supervisor_id)]
    holders = set()
    if said.role and not said.on_record:
        held = RoleHeld.objects.live(on).filter(person_id__in=above, role=said.role)
        holders = set(held.values_list("person_id", flat=True))
    chosen, why = next((each for each in above if each in holders), None), "The policy says that this manager decides."
    if chosen is None:
        chosen, why = _of_contract(person_id, supervisor_id, on), "Your supervision contract names this manager."
    if chosen is None:
        chosen, why = next(iter(above), None), "This is the supervisor’s line manager."
    found = StaffMember.objects.employed(on).filter(pk=chosen).first() if chosen else None
    title = job_titles({found.pk}, on=on).get(found.pk, "") if found else ""
    return NamedManager(manager=found, job_title=title, why=why if found else "", on_record=said.on_record)


def _disputes(person_id: UUID, supervisor_id: UUID, on: date) -> Disputes:
    held: dict[UUID, set[Role]] = {person_id: set(), supervisor_id: set()}
    for holder, role in RoleHeld.objects.live(on).filter(person_id__in=held).values_list("person_id", "role"):
        held[holder].add(Role(role))
    return disputes(policy_blocks(on), supervisor=held[supervisor_id], supervisee=held[person_id])


def _of_contract(person_id: UUID, supervisor_id: UUID, on: date) -> UUID | None:
    """Whom the contract in force between the two names; None where it names nobody who is neither of them."""
    contract = contracts_of(people=[person_id], on=on, supervisors={person_id: supervisor_id}).get(person_id)
    if contract is None or not contract.is_in_force:
        return None
    contents = PartContent.objects.filter(
        part__record=contract.record_id, part__kind=PartKind.TEXT, sensitivity="shared"
    )
    for content in contents.order_by("-part__seq").values_list("content", flat=True):
        for field in json.loads(content)["fields"]:
            if field["id"] == NAMED_MANAGER and field["value"]:
                found = UUID(field["value"]["id"])
                return None if found in (person_id, supervisor_id) else found
    return None


def supervisor_for(*, person_id: UUID, actor: Actor) -> UUID | None:
    """Who stands on the other side of a supervisee: the actor, who supervises them, or who supervises the actor."""
    if person_id in actor.supervises:
        return actor.staff_id
    present = supervisor_of(person_id, on=actor.on)
    return present.supervisor_id if present else None


def sessions_to_name(*, person_id: UUID, on: date) -> list[SupervisionSession]:
    """The sessions that a matter may be about: the last that were held."""
    held = SupervisionSession.objects.held().filter(supervisee_id=person_id, on__lte=on)
    return list(held.order_by("-on", "-starts")[:12])


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A matter as one reader sees it, and what they may add."""

    matter: Matter
    entries: Sequence[Any]
    gives_view: bool
    decides: bool
    closes: bool


def matter_page(*, matter: Matter, actor: Actor) -> MatterPage:
    """What is written in a matter so far, in order."""
    return MatterPage(
        matter=matter,
        entries=list(matter.entries.select_related("author")),
        gives_view=matter.is_open and may(access.check_can_give_view, actor, matter),
        decides=matter.is_open and may(access.check_can_answer_matter, actor, matter),
        closes=matter.is_open and may(access.check_can_close_matter, actor, matter),
    )


def matters_of(*, actor: Actor, person_id: UUID, session_id: UUID | None = None) -> list[Matter]:
    """What was put to a manager between a person and whoever supervises them, of one session or all, the newest first."""
    return _matters(actor=actor, person_id=person_id, session_id=session_id)


@prepared
def _matters(*, actor: Actor, person_id: UUID, session_id: UUID | None) -> MatterQuerySet:
    found = Matter.objects.visible_to(actor).filter(supervisee_id=person_id)
    if session_id:
        found = found.filter(session_id=session_id)
    return found.with_people().order_by("-raised_at")


# What is asked of each: its key, whether it is a concern, about whom, since when
PUT = ("pk", "is_concern", "about_name", "raised_at")


@dataclass(frozen=True, slots=True)
class PutToMe:
    """Something that waits for the reader's answer. ``is_concern``: about supervision, and then it names nobody."""

    pk: UUID
    is_concern: bool
    person: str
    raised_at: datetime


def put_rows(actor: Actor) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """The matters and the concerns that were put to the reader and wait for an answer, with what ``PUT`` names."""
    matters = (
        Matter.objects.visible_to(actor)
        .waiting_for(actor)
        .annotate(is_concern=Value(value=False), about_name=F("supervisee__name"))
    )
    last = ConcernEntry.objects.filter(concern=OuterRef("pk")).order_by("-at").values("author_id")[:1]
    concerns = (
        Concern.objects.visible_to(actor)
        .filter(recipient_id=actor.staff_id)
        .annotate(
            is_concern=Value(value=True),
            about_name=Value(""),
            last_by=Coalesce(Subquery(last), F("raised_by_id"), output_field=UUIDField()),
        )
        .filter(last_by=F("raised_by_id"))
    )
    return matters, concerns


@dataclass(frozen=True, slots=True)
class MattersPage:
    """What was put to the reader, and what the reader's own supervision has put to managers."""

    put_to_me: list[Matter]
    others: list[Matter]


def matters_page(*, actor: Actor) -> MattersPage:
    """Everything that the reader has to do with: what waits for an answer first."""
    found = list(Matter.objects.visible_to(actor).with_people().order_by("-raised_at")[:200])
    waiting_first = sorted(found, key=lambda matter: matter.status != Matter.Status.REFERRED)
    return MattersPage(
        put_to_me=[matter for matter in waiting_first if matter.referred_to_id == actor.staff_id],
        others=[matter for matter in waiting_first if matter.referred_to_id != actor.staff_id],
    )


# Concerns


@dataclass(frozen=True, slots=True)
class ConcernRoute:
    """One way that a concern can go. ``about``: the supervisor past whom it goes; ``recipient``: None for HR."""

    about: StaffMember
    route: str
    recipient: StaffMember | None
    job_title: str = ""

    @property
    def value(self) -> str:
        """What the form sends."""
        return f"{self.route}/{self.about.pk}"


def concern_routes(*, actor: Actor) -> list[ConcernRoute]:
    """Whom the actor can turn to about each of their supervisors: by the policy, and never a supervisor of theirs."""
    live = SupervisionRelationship.objects.live(actor.on).filter(supervisee_id=actor.staff_id)
    supervisors = list({row.supervisor_id: row.supervisor for row in live.select_related("supervisor")}.values())
    said = disputes(policy_blocks(actor.on), supervisor=(), supervisee=()).routes
    found = []
    for supervisor in supervisors:
        if LINE_MANAGER in said and (manager := _past(supervisor, supervisors, actor)):
            title = job_titles({manager.pk}, on=actor.on).get(manager.pk, "")
            found.append(ConcernRoute(supervisor, LINE_MANAGER, manager, title))
        if HR in said:
            found.append(ConcernRoute(supervisor, HR, None))
    return found


def _past(supervisor: StaffMember, supervisors: Sequence[StaffMember], actor: Actor) -> StaffMember | None:
    """The supervisor's line manager, where that is nobody who supervises the actor, too."""
    nearest = line_above(supervisor.pk, on=actor.on)[:1]
    if not nearest or nearest[0] in {actor.staff_id, *(each.pk for each in supervisors)}:
        return None
    return StaffMember.objects.employed(actor.on).filter(pk=nearest[0]).first()


@dataclass(frozen=True, slots=True)
class ConcernsPage:
    """The reader's own concerns, and those put to them."""

    own: list[Concern]
    put_to_me: list[Concern]


def concerns_page(*, actor: Actor) -> ConcernsPage:
    """Concerns that the reader raised, and those put to the reader, the newest first."""
    found = list(Concern.objects.visible_to(actor).with_people().order_by("-raised_at")[:200])
    return ConcernsPage(
        own=[concern for concern in found if concern.raised_by_id == actor.staff_id],
        put_to_me=[concern for concern in found if concern.raised_by_id != actor.staff_id],
    )


# What was shared, and what runs elsewhere


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What of a person's supervision was shared, and which processes and support there are, as one reader sees it.

    ``incidents``: the restricted entries that this reader may see.
    """

    person: StaffMember
    is_self: bool
    supervises: bool
    disclosures: list[Disclosure]
    references: list[Reference]
    advisor: str
    incidents: Sequence[Incident] = ()

    @property
    def is_party(self) -> bool:
        """Whether the reader is one of the two."""
        return self.is_self or self.supervises


# Whom the policies name that ship, in words; any other name is read out as it stands
ADVISORS = {"supervisor_line_manager": "supervisor’s line manager"}


def shared_page(*, person: StaffMember, actor: Actor) -> SharedPage:
    """The disclosure log and the references of one person, the newest first."""
    disclosures = Disclosure.objects.visible_to(actor).filter(supervisee=person).with_entries()
    references = Reference.objects.visible_to(actor).filter(supervisee=person, replaced_by=None)
    advisor = (policy_blocks(actor.on).get("confidentiality") or {}).get("if_unsure", "supervisor_line_manager")
    return SharedPage(
        person=person,
        is_self=person.pk == actor.staff_id,
        supervises=person.pk in actor.supervises,
        disclosures=list(disclosures.order_by("-made_at")),
        references=list(references.select_related("made_by").order_by("-starts_on", "-made_at")),
        advisor=ADVISORS.get(advisor, advisor.replace("_", " ")),
        incidents=list(
            Incident.objects.visible_to(actor)
            .filter(supervisee=person)
            .select_related("made_by")
            .order_by("-happened_on", "-made_at")
        ),
    )


def categories_to_share(*, on: date) -> list[tuple[str, str]]:
    """The closed list of the policy in force, with what both must agree to last."""
    return sharing_categories(policy_blocks(on))
