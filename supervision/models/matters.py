"""What is put to a manager: a disagreement that either of the two refers, or an issue that is taken upward."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from staff.models import StaffMember, of_those_supervised
from supervision.models.diary import SupervisionSession


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, actor: Actor) -> "MatterQuerySet":
        """Matters of the two, on either side, and those put to me (sight: matter referred in a disagreement).

        Cover sees those that were raised in its days.
        One that belongs on the record of supervision, between a service manager and a team manager, is read by next up
        like that record (R172).
        """
        return self.filter(
            Q(supervisee_id=actor.staff_id)
            | of_those_supervised(actor, person="supervisee_id", day="raised_at__date")
            | Q(referred_to_id=actor.staff_id)
            | Q(on_record=True, supervisee_id__in=actor.next_up_for)
        )

    def waiting_for(self, actor: Actor) -> "MatterQuerySet":
        """Put to me, and not answered."""
        return self.filter(referred_to_id=actor.staff_id, status=Matter.Status.REFERRED)

    def with_people(self) -> "MatterQuerySet":
        """With everybody in it, in the same query."""
        return self.select_related("supervisee", "supervisor", "raised_by", "referred_to", "session")


class Matter(Identified):
    """Something that two people put to a named manager: views, decision and rationale are its entries, only ever added.

    ``supervisor``: who supervised when it was raised; a successor stands in that place from the day of the change.
    ``on_record``: it belongs on the record of supervision (R172), that of ``session``.
    """

    class Kind(models.TextChoices):
        DISAGREEMENT = "disagreement", "Disagreement"
        ESCALATION = "escalation", "Issue taken upward"

    class Status(models.TextChoices):
        REFERRED = "referred", "Waits for an answer"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    updatable_columns: ClassVar[tuple[str, ...]] = ("status",)

    kind = models.CharField(max_length=20, choices=Kind)
    supervisee = models.ForeignKey(StaffMember, models.PROTECT, related_name="matters")
    supervisor = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    referred_to = models.ForeignKey(StaffMember, models.PROTECT, related_name="matters_referred")
    session = models.ForeignKey(SupervisionSession, models.PROTECT, null=True, related_name="matters")
    subject = ContentField()
    on_record = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.REFERRED)

    objects = MatterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="matter_has_a_subject", condition=~Q(subject="")),
            models.CheckConstraint(
                name="matter_is_put_to_neither_of_the_two",
                condition=~Q(referred_to=models.F("supervisee")) & ~Q(referred_to=models.F("supervisor")),
            ),
            models.CheckConstraint(
                name="matter_on_record_has_its_session", condition=Q(on_record=False) | Q(session__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["supervisee", "-raised_at"], name="matter_of_supervisee"),
            models.Index(fields=["referred_to"], condition=Q(status="referred"), name="matter_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether anything can still be added to it."""
        return self.status != self.Status.CLOSED


class MatterEntry(AppendOnly):
    """One thing that somebody wrote in a matter. Nobody changes another's, or their own."""

    class Kind(models.TextChoices):
        VIEW = "view", "View"
        DECISION = "decision", "Decision"
        CLOSING = "closing", "Closed"

    matter = models.ForeignKey(Matter, models.RESTRICT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    author = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    at = models.DateTimeField()
    text = ContentField()
    rationale = ContentField(blank=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="matter_entry_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="matter_decision_has_its_rationale", condition=~Q(kind="decision") | ~Q(rationale="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
