"""Why somebody holds more than the guide, and what is planned."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly
from policies.rules.workload import figure_in_words
from staff.models import StaffMember, of_those_supervised


class CaseloadNoteQuerySet(models.QuerySet["CaseloadNote"]):
    def visible_to(self, actor: Actor) -> "CaseloadNoteQuerySet":
        """Those about oneself, about whom one supervises, cover by its first day, and about whom one is next up for."""
        own = Q(worker_id__in=actor.next_up_for | {actor.staff_id})
        return self.filter(own | of_those_supervised(actor, person="worker_id", day="on"))


class CaseloadNote(AppendOnly):
    """Said by a supervisor of a worker above the guide: why, what is planned, when to look again. The last one holds.

    ``load`` and ``guide``: as they were then.
    """

    worker = models.ForeignKey(StaffMember, models.PROTECT, related_name="caseload_notes")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    on = models.DateField()
    recorded_at = models.DateTimeField()
    reason = ContentField()
    plan = ContentField()
    review_on = models.DateField()
    load = models.DecimalField(max_digits=7, decimal_places=2)
    guide = models.PositiveIntegerField()

    objects = CaseloadNoteQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="caseload_note_says_why_and_what", condition=~Q(reason="") & ~Q(plan="")),
            models.CheckConstraint(name="caseload_note_is_not_ones_own", condition=~Q(by=models.F("worker"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["worker", "-recorded_at"], name="caseload_note_newest")
        ]

    @property
    def words(self) -> str:
        """The caseload of then beside the guide of then."""
        return f"{figure_in_words(self.load)} of {self.guide}"

    def __str__(self) -> str:
        return f"{self.load} of {self.guide} on {self.on}"
