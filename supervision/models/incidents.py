"""Abuse that a worker met with at work, and the support given: between the two people until it is shared for a reason."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly
from staff.models import StaffMember, of_those_supervised
from supervision.models.disclosures import Disclosure, DisclosureEntry
from supervision.rules.matters import BY_AGREEMENT


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, actor: Actor) -> "IncidentQuerySet":
        """The two of them alone; next up, too, once it was shared under a category of the log (R025).

        Cover sees those of its days.
        """
        entered = DisclosureEntry.objects.filter(disclosure=OuterRef("pk"), kind=DisclosureEntry.Kind.SHARED)
        done = Disclosure.objects.filter(~Q(category=BY_AGREEMENT) | Exists(entered), incident=OuterRef("pk"))
        return self.filter(
            Q(supervisee_id=actor.staff_id)
            | of_those_supervised(actor, person="supervisee_id", day="made_at__date")
            | Q(Exists(done), supervisee_id__in=actor.next_up_for)
        )


class Incident(AppendOnly):
    """One incident (R025): what happened, and what support was given for it. Only ever added to by a further entry."""

    supervisee = models.ForeignKey(StaffMember, models.RESTRICT, related_name="incidents")
    happened_on = models.DateField()
    what = ContentField()
    support = ContentField()
    made_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    made_at = models.DateTimeField()

    objects = IncidentQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(name="incident_says_what_and_which_support", condition=~Q(what="") & ~Q(support=""))
        ]
        indexes = [models.Index(fields=["supervisee", "-happened_on"], name="incident_of_supervisee")]

    def __str__(self) -> str:
        return f"incident {self.pk}"
