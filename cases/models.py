"""Children by reference, and the facts over time that decide how often each is discussed, and by whom."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper

from cases.caseload.models import CaseloadNote as CaseloadNote
from cases.importing.models import ImportMapping as ImportMapping
from cases.importing.models import ImportRow as ImportRow
from cases.importing.models import ImportRun as ImportRun
from core.actor import Actor
from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from core.fields import ContentField
from core.models import Identified
from staff.models import Absence, StaffMember, SupervisionRelationship


class ChildQuerySet(models.QuerySet["Child"]):
    def visible_to(self, actor: Actor) -> "ChildQuerySet":
        """Those whose allocations on the actor's day the actor sees (sight: about a child)."""
        held = Allocation.objects.live(actor.on).visible_to(actor).filter(child=OuterRef("pk"))
        return self.filter(Exists(held))


class Child(Identified):
    """One child, by the reference of the authority's case system; initials where the authority wants them, never a name."""

    reference = models.CharField(max_length=40, unique=True)
    initials = models.CharField(max_length=6, blank=True)

    objects = ChildQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "children"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="child_has_a_reference", condition=~Q(reference="")),
            models.UniqueConstraint(Upper("reference"), name="child_reference_once_however_written"),
        ]

    def __str__(self) -> str:
        return self.reference


class CaseFact(Dated):
    """A fact over time of which it is known, too, when its end was entered: a closure may be entered late."""

    end_recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Episode(CaseFact):
    """The child's case is open from a day on, up to, not including, another.

    ``closed_in_error``: the closure was a mistake, and the next episode goes on from this one; that one says why.
    """

    child = models.ForeignKey(Child, models.PROTECT, related_name="episodes")
    closed_in_error = models.BooleanField(default=False)
    reopened_because = ContentField(blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ends_after_it_starts("episode_ends_after_it_starts"),
            no_overlap("episode_one_at_a_time", "child"),
        ]

    def __str__(self) -> str:
        return f"open from {self.starts_on}"


class PlanTypeHeld(CaseFact):
    """The child's plan or status over time, as an id that the policy's case rules name; several at once may hold."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="plan_types")
    plan_type = models.SlugField(max_length=80)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ends_after_it_starts("plan_type_ends_after_it_starts"),
            no_overlap("plan_type_once_at_a_time", "child", "plan_type"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_type} from {self.starts_on}"


class AllocationQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> "AllocationQuerySet":
        """Allocations to the actor and to those whom the actor supervises or is next up for; and, for a line manager,
        those to people who are away or gone and whom nobody supervises by line, for then the children are the manager's
        to look after.
        """
        return self._held_by(actor.supervises, actor)

    def visible_wholly_to(self, actor: Actor) -> "AllocationQuerySet":
        """The same, without those that are seen as cover: through the others a child is seen with all that was."""
        return self._held_by(actor.supervises - actor.limited, actor)

    def covered_by(self, actor: Actor, *, day: OuterRef) -> "AllocationQuerySet":
        """Those to people for whom the actor is cover, where the cover sees a day."""
        relations = SupervisionRelationship.objects.live(actor.on)
        sees = relations.filter(supervisor=actor.staff_id, supervisee=OuterRef("holder"), sees_from__lte=day)
        return self.filter(Exists(sees), holder_id__in=actor.limited)

    def _held_by(self, supervised: frozenset[UUID], actor: Actor) -> "AllocationQuerySet":
        away = Absence.objects.live(actor.on).filter(person=OuterRef("holder")).exclude(kind=Absence.Kind.LEAVE)
        line = SupervisionRelationship.Kind.LINE_MANAGEMENT
        by_line = SupervisionRelationship.objects.live(actor.on).filter(supervisee=OuterRef("holder"), kind=line)
        left_behind = (Q(holder__left_on__lte=actor.on) | Q(Exists(away))) & ~Q(Exists(by_line))
        near = supervised | actor.next_up_for | {actor.staff_id}
        answers_for = actor.manages | actor.finishes
        return self.filter(Q(holder_id__in=near) | Q(holder_id__in=answers_for) & left_behind)


class Allocation(CaseFact):
    """Who holds the child over time. Two workers may hold one child together.

    ``without_worker``: the holder is the team's manager, for want of a worker.
    """

    child = models.ForeignKey(Child, models.PROTECT, related_name="allocations")
    holder = models.ForeignKey(StaffMember, models.PROTECT, related_name="allocations")
    without_worker = models.BooleanField(default=False)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ends_after_it_starts("allocation_ends_after_it_starts"),
            no_overlap("allocation_once_at_a_time", "child", "holder"),
        ]
        indexes = [models.Index(fields=["holder", "starts_on"], name="allocation_of_holder")]

    def __str__(self) -> str:
        return f"held by {self.holder_id} from {self.starts_on}"


class Override(CaseFact):
    """A shorter interval for one complex child (an ISO 8601 duration), with the reason and the day on which to look again."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="overrides")
    every = models.CharField(max_length=10)
    reason = ContentField()
    review_on = models.DateField()
    set_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ends_after_it_starts("override_ends_after_it_starts"),
            no_overlap("override_one_at_a_time", "child"),
            models.CheckConstraint(name="override_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"every {self.every} from {self.starts_on}"


class ChildWeight(CaseFact):
    """What one child counts in a caseload, where that is another figure than the policy's, with the reason.

    ``set_by``: None where the case system says so.
    """

    child = models.ForeignKey(Child, models.PROTECT, related_name="weights")
    weight = models.DecimalField(max_digits=4, decimal_places=2)
    reason = ContentField(blank=True)
    set_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ends_after_it_starts("child_weight_ends_after_it_starts"),
            no_overlap("child_weight_one_at_a_time", "child"),
            models.CheckConstraint(name="child_weight_is_one", condition=Q(weight__gt=0)),
            models.CheckConstraint(name="child_weight_says_why", condition=Q(set_by=None) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"counts {self.weight} from {self.starts_on}"


class SiblingGroup(Identified):
    """Children who belong together: brothers and sisters, or who else grows up in one household.

    ``number``: the case system's own for the family, in capitals, where a file named it; None where people said so.
    """

    number = models.CharField(max_length=40, null=True, unique=True)  # noqa: DJ001  many have none, and those that have one differ

    def __str__(self) -> str:
        return str(self.pk)


class SiblingQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> "SiblingQuerySet":
        """Those of children within sight: a brother or sister elsewhere is not named, nor counted (sight: about a child)."""
        return self.filter(child__in=Child.objects.visible_to(actor))


class Sibling(CaseFact):
    """That a child belongs to a group of siblings over time; to one at a time."""

    group = models.ForeignKey(SiblingGroup, models.PROTECT, related_name="siblings")
    child = models.ForeignKey(Child, models.PROTECT, related_name="sibling_groups")

    objects = SiblingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ends_after_it_starts("sibling_ends_after_it_starts"),
            no_overlap("sibling_in_one_group_at_a_time", "child"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} in {self.group_id} from {self.starts_on}"
