"""The learning log of a person."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.actor import Actor, Role
from core.fields import ContentField
from staff.models.folder import FolderRow, row_constraints
from staff.models.people import StaffMember, of_those_supervised


def domains_field() -> "ArrayField[list[str], list[str]]":
    """Which domains of the capabilities framework something bears on, by the ids of the policy; none: nobody has said."""
    return ArrayField(models.CharField(max_length=50), default=list, blank=True)


class LearningEntryQuerySet(models.QuerySet["LearningEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; of those supervised, of cover from its day on; next up; under a grant; HR (sight: folder)."""
        if actor.hat is Role.HR:
            return self
        near = {actor.staff_id} | actor.next_up_for | actor.granted_people
        return self.filter(Q(person_id__in=near) | of_those_supervised(actor, person="person_id", day="done_on"))

    def standing(self) -> Self:
        """Those that nobody has withdrawn, and in whose place there is no later version."""
        return self.filter(withdrawn_at=None)


class LearningEntry(FolderRow):
    """Training or learning: when, what, how long, what it added, what came of it (R194-R197, R303), and with a peer.

    ``looked_back_on``: when the impact on practice was written down. ``replaces``: the version before, which is withdrawn.
    """

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="learning_entries")
    done_on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    activity = ContentField()
    provider = ContentField(blank=True)
    reflection = ContentField(blank=True)
    impact = ContentField(blank=True)
    looked_back_on = models.DateField(null=True)
    peer_reflection = ContentField(blank=True)
    domains = domains_field()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    objects = LearningEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            *row_constraints("learning_entry"),
            models.CheckConstraint(name="learning_entry_lasts", condition=Q(hours__gt=0)),
            models.CheckConstraint(
                name="learning_entry_looked_back_later",
                condition=Q(looked_back_on=None) | Q(looked_back_on__gte=F("done_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-done_on"], condition=Q(withdrawn_at=None), name="learning_entry_newest")
        ]

    def __str__(self) -> str:
        return f"learning {self.pk}"
