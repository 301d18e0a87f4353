"""When somebody was last supervised, or a child last discussed, before this product was there; and files that say so."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.models import Child
from core.actor import Actor, Role
from core.models import AppendOnly, Identified
from staff.models import StaffMember


class OpeningDateQuerySet(models.QuerySet["OpeningDate"]):
    def visible_to(self, actor: Actor) -> "OpeningDateQuerySet":
        """Of the people whose due dates the actor may read, and of the children within sight."""
        people = StaffMember.objects.with_file_open_to(actor)
        children = Child.objects.visible_to(actor)
        return self.filter(Q(person__in=people) | Q(child__in=children))

    def counting(self) -> "OpeningDateQuerySet":
        """The one of each person and child that counts: what was recorded last."""
        return self.order_by("person", "child", "-recorded_at", "-pk").distinct("person", "child")


class OpeningDate(AppendOnly):
    """The day of the last supervision of a person, or the last discussion of a child, before this product was there.

    Never changed: another row corrects it, and the one recorded last counts. ``on`` None: there is none after all.
    """

    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="opening_dates")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="opening_dates")
    on = models.DateField(null=True)
    recorded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = OpeningDateQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="opening_date_of_a_person_or_a_child",
                condition=Q(person__isnull=False, child=None) | Q(person=None, child__isnull=False),
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-recorded_at"], name="opening_date_of_person"),
            models.Index(fields=["child", "-recorded_at"], name="opening_date_of_child"),
        ]

    def __str__(self) -> str:
        return f"opened on {self.on}"


class OpeningFileQuerySet(models.QuerySet["OpeningFile"]):
    def visible_to(self, actor: Actor) -> "OpeningFileQuerySet":
        """Whoever wears the system administrator's hat (sight: imports)."""
        return self if actor.hat is Role.SYSTEM_ADMINISTRATOR else self.none()


class OpeningFile(Identified):
    """A spreadsheet of opening dates as it was read: (line, who, day as it stood there). Nothing of it counts until applied.

    ``rows`` keeps the faulty ones alone once it is applied.
    """

    class About(models.TextChoices):
        PEOPLE = "people", "People: when each was last supervised"
        CHILDREN = "children", "Children: when each was last discussed"

    about = models.CharField(max_length=10, choices=About)
    name = models.CharField(max_length=200)
    rows = models.JSONField()
    uploaded_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    objects = OpeningFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
