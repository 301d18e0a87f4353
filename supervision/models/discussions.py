"""Which children were discussed in supervision, and how deeply: what the child clock counts."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.models import Allocation, Child, Episode
from core.actor import Actor
from core.fields import ContentField
from core.models import Identified
from staff.models import StaffMember
from supervision.models.diary import SupervisionSession
from supervision.models.groups import GroupSession


def of_seen_days(actor: Actor, *, then: Q) -> Q:
    """Rows of a ``child`` on a day (``on``) that somebody sees: of the children within sight on the actor's day.

    Of a case that was closed and opened anew, what was before the closure is seen by those alone who see it through
    the worker of then (``then``: a row of such a worker). Who sees a child as cover alone sees what is of the days of
    the cover.
    """
    within = Q(child__in=Child.objects.visible_to(actor))
    closed = Episode.objects.filter(child=OuterRef("child"), closed_in_error=False, ends_on__gt=OuterRef("on"))
    # What costs least is asked first: of most discussions the other question need not be asked
    within &= then | ~Q(Exists(closed))
    if actor.limited:
        held = Allocation.objects.live(actor.on).filter(child=OuterRef("child"))
        wholly, as_cover = held.visible_wholly_to(actor), held.covered_by(actor, day=OuterRef(OuterRef("on")))
        within &= Q(Exists(wholly)) | Q(Exists(as_cover))
    return within


class DiscussionQuerySet(models.QuerySet["Discussion"]):
    def visible_to(self, actor: Actor) -> "DiscussionQuerySet":
        """Of the children within sight as far as their days are seen, and one's own as worker (sight: former holder)."""
        wholly = actor.supervises - actor.limited if actor.limited else actor.supervises
        then = Q(worker_id__in=wholly | actor.next_up_for)
        return self.filter(of_seen_days(actor, then=then) | Q(worker_id=actor.staff_id))


class StandingDiscussions(models.Manager.from_queryset(DiscussionQuerySet)):  # type: ignore[misc]
    """What is said now, and not what it replaced."""

    def get_queryset(self) -> DiscussionQuerySet:
        rows: DiscussionQuerySet = super().get_queryset().filter(replaced_at=None)
        return rows


class Discussion(Identified):
    """One child in one session: discussed briefly, in depth, or not, with the reason.

    ``replaced_at``: when something else was said in its place; the row is kept for what was known until then.
    ``own_text`` False: only mentioned in text that siblings share, which does not move this child's clock.
    ``worker``: the supervisee whose session it was; in a ``group``, who brought the child. Neither session nor group:
    outside the diary.
    """

    class Depth(models.TextChoices):
        BRIEF = "brief", "Briefly"
        IN_DEPTH = "in_depth", "In depth"
        NOT_DISCUSSED = "not_discussed", "Not discussed"

    class Format(models.TextChoices):
        INDIVIDUAL = "individual", "One to one"
        GROUP = "group", "In a group"
        MANAGEMENT_OVERSIGHT = "management_oversight", "Management oversight"

    child = models.ForeignKey(Child, models.PROTECT, related_name="discussions")
    worker = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    session = models.ForeignKey(SupervisionSession, models.PROTECT, null=True, related_name="discussions")
    group = models.ForeignKey(GroupSession, models.PROTECT, null=True, related_name="discussions")
    on = models.DateField()
    depth = models.CharField(max_length=15, choices=Depth)
    format = models.CharField(max_length=20, choices=Format, default=Format.INDIVIDUAL)
    own_text = models.BooleanField(default=True)
    reason = ContentField(blank=True)
    capabilities = ArrayField(
        models.CharField(max_length=50), default=list, db_default=[], help_text="ids of the policy's tags (R059)"
    )
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    updatable_columns: ClassVar[tuple[str, ...]] = ("replaced_at",)

    objects = StandingDiscussions()
    ever = DiscussionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="discussion_once_in_a_session",
                fields=["session", "child"],
                condition=Q(session__isnull=False, replaced_at=None),
            ),
            models.UniqueConstraint(
                name="discussion_once_in_a_group",
                fields=["group", "child"],
                condition=Q(group__isnull=False, replaced_at=None),
            ),
            models.CheckConstraint(name="discussion_in_one_meeting", condition=Q(session=None) | Q(group=None)),
            models.CheckConstraint(
                name="discussion_left_out_for_a_reason", condition=~Q(depth="not_discussed") | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["child", "on"], name="discussion_of_child")]

    def __str__(self) -> str:
        return f"{self.get_depth_display()} on {self.on:%d %B %Y}"
