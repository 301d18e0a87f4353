"""Who has no supervisor, and who supervises without being prepared for it; each within the reader's sight."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, Subquery

from core.actor import Actor
from staff.cover.selectors import Uncovered, uncovered_supervisees
from staff.models import ManagementLine, StaffMember, StaffMemberQuerySet, SupervisionRelationship
from staff.relationships.selectors import LeftOut, left_out_elements

ROWS_ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class GapsPage:
    """A page of people by name. ``supervisors``: of those who supervise unprepared, instead of those without one."""

    page: Page
    supervisors: bool


def gaps_page(*, actor: Actor, on: date, supervisors: bool, number: str) -> GapsPage:
    """People with a line manager and no live supervisory relationship (R004), or unprepared supervisors (R156).

    Prepared is who has a day of reading the policy and one of training.
    """
    people = StaffMember.objects.with_file_open_to(actor).employed(on).exclude(pk=actor.staff_id)
    found = _unprepared(people, on=on) if supervisors else _unsupervised(people, on=on)
    shown: Page = Paginator(found.order_by("name", "pk"), ROWS_ON_A_PAGE).get_page(number)
    return GapsPage(page=shown, supervisors=supervisors)


@dataclass(frozen=True, slots=True)
class CoverGaps:
    """Whose supervisor is away for long and who has no cover (R046), a page of ``Uncovered``; for whom an element is
    nobody's (R275).
    """

    uncovered: Page
    left_out: list[LeftOut]


def cover_gaps(*, actor: Actor, on: date, number: str) -> CoverGaps:
    """Those within the reader's sight, oneself left out."""
    people = StaffMember.objects.with_file_open_to(actor).employed(on).exclude(pk=actor.staff_id)
    uncovered: list[Uncovered] = uncovered_supervisees(on=on, people=set(people.values_list("pk", flat=True)))
    return CoverGaps(
        uncovered=Paginator(uncovered, ROWS_ON_A_PAGE).get_page(number),
        left_out=left_out_elements(people=people, on=on),
    )


def _unsupervised(people: StaffMemberQuerySet, *, on: date) -> StaffMemberQuerySet:
    line = ManagementLine.objects.live(on).filter(person=OuterRef("pk"))
    received = SupervisionRelationship.objects.filter(supervisee=OuterRef("pk"))
    ended = received.filter(ends_on__lte=on).order_by("-ends_on")
    return people.filter(Exists(line), ~Exists(received.live(on))).annotate(
        manager_name=Subquery(line.values("manager__name")[:1]), ended_on=Subquery(ended.values("ends_on")[:1])
    )


def _unprepared(people: StaffMemberQuerySet, *, on: date) -> StaffMemberQuerySet:
    given = SupervisionRelationship.objects.live(on).filter(supervisor=OuterRef("pk"))
    supervising = people.filter(Exists(given)).with_employment(on=on)
    return supervising.filter(Q(policy_read_on=None) | Q(trained_on=None))
