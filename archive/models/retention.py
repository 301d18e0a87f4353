"""What is kept how long, what is held, what is to be destroyed by whom, and the certificates of what is gone."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from archive.retention.rules import DataClass
from core.actor import Actor, Role
from core.fields import ContentField
from core.models import AppendOnly
from staff.models import StaffMember, Team

SECOND_PERSONS = frozenset({Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})


def sees_retention(actor: Actor) -> bool:
    """HR with that hat on, and those who may be the second person (sight: archive, retention, holds)."""
    return actor.hat is Role.HR or bool(SECOND_PERSONS & actor.roles) and not actor.is_outside


class RetentionQuerySet(models.QuerySet[models.Model]):
    def visible_to(self, actor: Actor) -> Self:
        """HR, and those who may be the second person; of one's own file nobody decides, and nobody reads who does."""
        if not sees_retention(actor):
            return self.none()
        fields = {field.attname for field in self.model._meta.concrete_fields}
        return self.exclude(person_id=actor.staff_id) if "person_id" in fields else self


class OfAClass(AppendOnly):
    """A row that names one class of what is kept."""

    data_class: Any

    class Meta(AppendOnly.Meta):
        abstract = True

    @property
    def label(self) -> str:
        """The class in words; nothing where none is named."""
        return DataClass(self.data_class).label if self.data_class else ""


class RetentionRule(OfAClass):
    """One version of what is done with one class: how long after what it is kept, for good, or no rule any more.

    Nothing follows from it before somebody else confirmed it; the last that was confirmed holds.
    """

    class Outcome(models.TextChoices):
        AFTER = "after", "To be destroyed after a time"
        FOR_GOOD = "for_good", "Kept for good"
        NO_RULE = "no_rule", "No rule"

    class Trigger(models.TextChoices):
        LEFT = "left", "The end of employment"
        SEALED = "sealed", "The last signature"
        ENTERED = "entered", "Entered on the child’s record"

    data_class = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=Outcome)
    trigger = models.CharField(max_length=10, choices=Trigger, blank=True)
    months = models.PositiveSmallIntegerField(null=True)
    reason = ContentField()
    source = ContentField(blank=True)
    set_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = RetentionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="retention_rule_says_when",
                condition=Q(outcome="after", months__gt=0) & ~Q(trigger="")
                | ~Q(outcome="after") & Q(trigger="", months=None),
            ),
            models.CheckConstraint(name="retention_rule_says_why", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["data_class", "-set_at"], name="retention_rule_of_class")]

    def __str__(self) -> str:
        return f"{self.data_class}: {self.outcome}"


class RuleAnswer(AppendOnly):
    """What a second person says to a rule: confirmed, or not, in their words."""

    rule = models.OneToOneField(RetentionRule, models.PROTECT, related_name="answer")
    confirmed = models.BooleanField()
    words = ContentField(blank=True)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [models.Index(fields=["-at"], name="rule_answer_at")]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.confirmed}"


class Hold(OfAClass):
    """That something is kept whatever the table says: one record, a person's file, a team's, a class, or everything.

    It stands until it is lifted. ``record_id`` points at what may be gone one day, and so is no foreign key.
    """

    class Scope(models.TextChoices):
        RECORD = "record", "One record"
        PERSON = "person", "One person’s file"
        TEAM = "team", "Everybody who was ever in a team"
        CLASS = "class", "One class"
        EVERYTHING = "everything", "Everything"

    scope = models.CharField(max_length=10, choices=Scope)
    record_id = models.UUIDField(null=True)
    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="holds")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    data_class = models.CharField(max_length=20, blank=True)
    reason = ContentField()
    placed_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()

    objects = RetentionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="hold_of_one_thing",
                condition=Q(scope="record", record_id__isnull=False, person=None, team=None, data_class="")
                | Q(scope="person", record_id=None, person__isnull=False, team=None, data_class="")
                | Q(scope="team", record_id=None, person=None, team__isnull=False, data_class="")
                | Q(scope="class", record_id=None, person=None, team=None) & ~Q(data_class="")
                | Q(scope="everything", record_id=None, person=None, team=None, data_class=""),
            ),
            models.CheckConstraint(name="hold_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.scope} since {self.placed_at:%Y-%m-%d}"


class HoldLift(AppendOnly):
    """That a hold stands no longer: said by somebody other than who placed it, with a reason."""

    hold = models.OneToOneField(Hold, models.PROTECT, related_name="lift")
    reason = ContentField()
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.CheckConstraint(name="hold_lifted_for_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"lifted {self.at:%Y-%m-%d}"


class Disposal(OfAClass):
    """What a reviewer decides of one class of a leaver's file that has reached its date: keep it longer, or destroy it."""

    class Kind(models.TextChoices):
        KEEP = "keep", "Keep longer"
        DESTROY = "destroy", "Destroy"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="disposals")
    data_class = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    rule = models.ForeignKey(RetentionRule, models.PROTECT, related_name="+")
    until = models.DateField(null=True)
    reason = ContentField()
    decided_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = RetentionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(name="disposal_kept_until", condition=Q(kind="keep") ^ Q(until=None)),
            models.CheckConstraint(name="disposal_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="disposal_not_of_own_file", condition=~Q(person=F("decided_by"))),
        ]
        indexes = [models.Index(fields=["person", "data_class", "-decided_at"], name="disposal_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.data_class} of {self.person_id}"


class DisposalAnswer(AppendOnly):
    """What the second person says to a destruction: approved, or not, in their words."""

    disposal = models.OneToOneField(Disposal, models.PROTECT, related_name="answer")
    approved = models.BooleanField()
    words = ContentField(blank=True)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.disposal_id}: {self.approved}"


class Certificate(OfAClass):
    """What is gone: the signed bytes that say so, with digests and ids and nothing that anybody typed.

    Written by the database function that destroys, in the same transaction, and by nothing else; one after another in
    one chain. ``transaction`` is that of the destruction: rows go in no other (``refuse_change()``).
    """

    class Kind(models.TextChoices):
        DESTRUCTION = "destruction", "Destruction"
        PURGE = "purge", "Purge of text"

    written_by_function: ClassVar[bool] = True

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    data_class = models.CharField(max_length=20)
    person_id = models.UUIDField(null=True)
    record_id = models.UUIDField(null=True)
    body = models.BinaryField()
    digest = models.CharField(max_length=71, unique=True)
    prev = models.CharField(max_length=71, null=True, unique=True)
    signature = models.BinaryField()
    key_id = models.CharField(max_length=80)
    transaction = models.BigIntegerField()
    made_at = models.DateTimeField()

    objects = RetentionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["transaction"], name="certificate_transaction"),
            models.Index(fields=["person_id"], name="certificate_person", condition=Q(person_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"certificate {self.number}"
