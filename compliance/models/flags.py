"""What was overdue when a night looked, and who was told of it."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from cases.models import Child
from compliance.models.kinds import Kind
from compliance.rules import Key
from core.actor import Actor
from core.models import AppendOnly, Identified
from staff.models import StaffMember


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, actor: Actor) -> "FlagQuerySet":
        """Of the people whose due dates the actor may read (sight: due dates, status, why), and of children in sight."""
        people = StaffMember.objects.with_file_open_to(actor)
        return self.filter(Q(subject__in=people) | Q(child__in=Child.objects.visible_to(actor)))

    def about_supervision(self) -> "FlagQuerySet":
        """Those that a session of supervision mends."""
        return self.filter(kind=Kind.WORKER)

    def standing(self) -> "FlagQuerySet":
        """Those that still asked for something when the last night looked."""
        return self.filter(cleared_on=None)

    def longest_of_each(self) -> "FlagQuerySet":
        """Of each person's or child's standing flags of a kind, the one that has stood longest."""
        first = self.standing().order_by("kind", "subject", "child", "due_on", "pk")
        return self.model._default_manager.filter(pk__in=first.distinct("kind", "subject", "child").values("pk"))


class Flag(Identified):
    """That something was overdue under a rule, once for each due date. Never removed, never moved.

    ``subject``: the worker whose supervision, contract or record it is; ``child``: the child who was not discussed, and
    then there is no ``subject``. ``raised_on``: the night that found it, ``raised_at`` when that was entered (later, for
    a night done again). ``why``: the engine's sentence of that night. ``cleared_on``: the day on which it was found to
    ask for nothing more.
    """

    Kind = Kind

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORKER)
    subject = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="flags")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="flags")
    rule = models.CharField(max_length=80)
    atom = models.CharField(max_length=80)
    due_on = models.DateField()
    raised_on = models.DateField()
    raised_at = models.DateTimeField()
    policy = models.CharField(max_length=320)
    why = models.TextField()
    cleared_on = models.DateField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("cleared_on",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "rule", "atom", "due_on"], name="flag_once_for_each_due_date"),
            models.UniqueConstraint(fields=["child", "rule", "atom", "due_on"], name="flag_once_for_a_child"),
            models.CheckConstraint(name="flag_raised_after_it_was_due", condition=Q(raised_on__gt=F("due_on"))),
            models.CheckConstraint(
                name="flag_cleared_after_it_was_raised",
                condition=Q(cleared_on=None) | Q(cleared_on__gte=F("raised_on")),
            ),
            models.CheckConstraint(
                name="flag_about_a_worker_or_a_child",
                condition=Q(kind="child", child__isnull=False, subject=None)
                | (~Q(kind="child") & Q(child=None, subject__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "subject"], condition=Q(cleared_on=None), name="flag_standing"),
            models.Index(fields=["child"], condition=Q(cleared_on=None, kind="child"), name="flag_of_child_standing"),
            models.Index(fields=["-raised_on", "id"], name="flag_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.atom}, due {self.due_on:%d %B %Y}"

    @property
    def about_id(self) -> UUID:
        """The key of the worker, or of the child."""
        found = self.subject_id or self.child_id
        assert found is not None  # noqa: S101  the database holds one of the two
        return found

    @property
    def key(self) -> Key:
        """What it was raised for, once."""
        return (self.about_id, self.rule, self.atom, self.due_on)

    def days_overdue(self, on: date) -> int:
        """Whole days since it was due."""
        return (on - self.due_on).days


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, actor: Actor) -> "EscalationQuerySet":
        """Of the flags within sight."""
        return self.filter(flag__in=Flag.objects.visible_to(actor))

    def in_order(self) -> "EscalationQuerySet":
        """By step, with the people at hand."""
        return self.select_related("to", "in_place_of").order_by("flag", "step")


class Escalation(AppendOnly):
    """That a flag was brought to somebody in the line of management, each step of the policy once.

    ``level``: whom the policy names. ``in_place_of``: who that was, where away or without the place filled, and the next
    one above was told instead. ``held_by``: who supervised on the day that it was due, whose figure it is.
    """

    flag = models.ForeignKey(Flag, models.RESTRICT, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=30)
    to = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    in_place_of = models.ForeignKey(StaffMember, models.RESTRICT, null=True, related_name="+")
    held_by = models.ForeignKey(StaffMember, models.RESTRICT, null=True, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()

    objects = EscalationQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["flag", "step"], name="escalation_each_step_once")]

    def __str__(self) -> str:
        return f"{self.level}, {self.on:%d %B %Y}"
