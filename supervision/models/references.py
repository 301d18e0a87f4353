"""Processes outside supervision and support that was offered: by kind, reference and dates, never what they hold."""

from django.db import models
from django.db.models import F, Q

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly
from staff.models import StaffMember, of_those_supervised


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def visible_to(self, actor: Actor) -> "ReferenceQuerySet":
        """The two of them, cover those of its days; next up sees no more than compliments, for the rest is about health
        or conduct.
        """
        return self.filter(
            Q(supervisee_id=actor.staff_id)
            | of_those_supervised(actor, person="supervisee_id", day="made_at__date")
            | Q(supervisee_id__in=actor.next_up_for, kind=Reference.Kind.COMPLIMENT)
        )


class Reference(AppendOnly):
    """That there is a process elsewhere (R024, R090, R092, R162), or that support was offered (R027, R029, R166).

    ``replaces``: the entry that this one puts right, or ends; that one is no longer shown as standing.
    """

    class Kind(models.TextChoices):
        COMPLIMENT = "compliment", "Compliment"
        COMPLAINT = "complaint", "Complaint or formal review"
        CAPABILITY = "capability", "Capability procedure"
        DISCIPLINARY = "disciplinary", "Disciplinary procedure"
        CODE_OF_CONDUCT = "code_of_conduct", "Code of conduct"
        PRACTICE = "practice", "Concern about practice"
        OCCUPATIONAL_HEALTH_OFFERED = "oh_offered", "Occupational health offered"
        OCCUPATIONAL_HEALTH_MADE = "oh_made", "Referred to occupational health"
        SUPPORT = "support", "Support offered"

    supervisee = models.ForeignKey(StaffMember, models.RESTRICT, related_name="references")
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField(max_length=60, blank=True, help_text="the reference of the other process")
    note = ContentField(blank=True, help_text="of support alone: what was offered, and what came of it")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    made_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    made_at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.RESTRICT, null=True, related_name="replaced_by")

    objects = ReferenceQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="reference_ends_after_it_starts", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="reference_holds_no_content", condition=Q(note="") | Q(kind="support")),
        ]
        indexes = [models.Index(fields=["supervisee", "-starts_on"], name="reference_of_supervisee")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
