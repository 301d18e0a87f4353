"""What the night found: that it ran, how everybody stood, and what was overdue then."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cases.models import Child
from compliance.rules import Key
from core.actor import Actor
from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from core.models import Identified
from policies.models import PolicyDraft
from staff.models import StaffMember


class Night(Identified):
    """A day for which the night's work was started, once."""

    on = models.DateField(unique=True)
    started_at = models.DateTimeField()
    people = models.PositiveIntegerField(help_text="how many people were to be assessed")

    updatable_columns: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"night of {self.on:%d %B %Y}"


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, actor: Actor) -> "FlagQuerySet":
        """Of the people whose due dates the actor may read (sight: due dates, status, why)."""
        return self.filter(subject__in=StaffMember.objects.with_file_open_to(actor))

    def standing(self) -> "FlagQuerySet":
        """Those that still asked for a session when the last night looked."""
        return self.filter(cleared_on=None)

    def longest_of_each(self) -> "FlagQuerySet":
        """Of each person's standing flags, the one that has stood longest."""
        first = self.standing().order_by("subject", "due_on", "pk").distinct("subject")
        return self.model._default_manager.filter(pk__in=first.values("pk"))


class Flag(Identified):
    """That somebody's supervision was overdue under a rule, once for each due date. Never removed, never moved.

    ``raised_on``: the night that found it, ``raised_at`` when that was entered (later, for a night done again).
    ``why``: the engine's sentence of that night. ``cleared_on``: the day on which it was found to ask for nothing more.
    """

    subject = models.ForeignKey(StaffMember, models.PROTECT, related_name="flags")
    rule = models.CharField(max_length=80)
    atom = models.CharField(max_length=80)
    due_on = models.DateField()
    raised_on = models.DateField()
    raised_at = models.DateTimeField()
    policy = models.CharField(max_length=160)
    why = models.TextField()
    cleared_on = models.DateField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("cleared_on",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "rule", "atom", "due_on"], name="flag_once_for_each_due_date"),
            models.CheckConstraint(name="flag_raised_after_it_was_due", condition=Q(raised_on__gt=F("due_on"))),
            models.CheckConstraint(
                name="flag_cleared_after_it_was_raised",
                condition=Q(cleared_on=None) | Q(cleared_on__gte=F("raised_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "subject"], condition=Q(cleared_on=None), name="flag_standing"),
            models.Index(fields=["-raised_on", "id"], name="flag_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.atom}, due {self.due_on:%d %B %Y}"

    @property
    def key(self) -> Key:
        """What it was raised for, once."""
        return (self.subject_id, self.rule, self.atom, self.due_on)

    def days_overdue(self, on: date) -> int:
        """Whole days since it was due."""
        return (on - self.due_on).days


class StatusIntervalQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> "StatusIntervalQuerySet":
        """Of the people whose due dates the actor may read, and of the children within sight."""
        people = StaffMember.objects.with_file_open_to(actor)
        return self.filter(Q(person__in=people) | Q(child__in=Child.objects.visible_to(actor)))


class StatusInterval(Dated):
    """How a thing stood under the policy from a night on, up to, not including, another. A row only when it changes.

    ``subject``: the key of the worker, child, contract or record. ``person``: whom it is about (a child: nobody).
    ``status`` and ``why`` are the engine's; ``rule`` and ``atom`` those of the row that decided, empty where none did.
    """

    class Kind(models.TextChoices):
        WORKER = "worker", "Supervision of a worker"
        CHILD = "child", "Discussion of a child"
        CONTRACT = "contract", "Supervision contract"
        RECORD = "record", "Record of a session"

    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.UUIDField()
    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="status_intervals")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="status_intervals")
    status = models.CharField(max_length=20)
    due_on = models.DateField(null=True)
    rule = models.CharField(max_length=80, blank=True)
    atom = models.CharField(max_length=80, blank=True)
    policy = models.CharField(max_length=320, blank=True)
    why = models.TextField(blank=True)

    objects = StatusIntervalQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("ends_on",)

    class Meta:
        constraints = [
            ends_after_it_starts("status_interval_ends_after_it_starts"),
            no_overlap("status_interval_one_at_a_time", "kind", "subject"),
            models.CheckConstraint(
                name="status_interval_about_a_person_or_a_child",
                condition=Q(kind="child", child__isnull=False, person=None)
                | (~Q(kind="child") & Q(child=None, person__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["kind", "subject"], condition=Q(ends_on=None), name="status_interval_present")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status} from {self.starts_on:%d %B %Y}"


class PolicyEffectQuerySet(models.QuerySet["PolicyEffect"]):
    def visible_to(self, actor: Actor) -> "PolicyEffectQuerySet":
        """Of drafts within sight; whose names are shown is decided for each person."""
        return self.filter(draft__in=PolicyDraft.objects.visible_to(actor))


class PolicyEffect(Identified):
    """What a draft of a policy would change on the day ``on``, were it to begin then: asked for, computed, kept.

    ``workers``: a row for each person for whom something changes (key, group, due date before and after);
    ``children``: how many there are in each group. No content: keys, dates and figures.
    """

    draft = models.ForeignKey(PolicyDraft, models.PROTECT, related_name="effects")
    on = models.DateField()
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    workers = models.JSONField(default=list)
    children = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    objects = PolicyEffectQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("total", "done", "workers", "children", "finished_at")

    class Meta:
        indexes = [models.Index(fields=["draft", "-asked_at"], name="policy_effect_newest")]

    def __str__(self) -> str:
        return f"{self.draft} on {self.on:%d %B %Y}"
