"""A person's own records as one file: asked for, made in the background, there for a week."""

from django.db import models
from django.db.models import Q

from core.actor import Actor
from core.models import Identified
from documents.models import StoredFile
from staff.models import StaffMember


class OwnExportQuerySet(models.QuerySet["OwnExport"]):
    def visible_to(self, actor: Actor) -> "OwnExportQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person_id=actor.staff_id)


class OwnExport(Identified):
    """All of a person's own signed records in one ZIP, made once for each press of the button.

    ``done`` of ``total`` records are in it so far. ``heads``: of what it holds, each record's last part, by record id.
    ``stored`` is empty until it is ready, and again once it was removed.
    """

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="own_exports")
    press = models.UUIDField(help_text="stands in the form, so that one press twice asks once")
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    heads = models.JSONField(default=dict)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = OwnExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "press"], name="own_export_once_for_each_press"),
            models.UniqueConstraint(fields=["person"], condition=Q(ready_at=None), name="own_export_one_in_the_making"),
            models.CheckConstraint(
                name="own_export_stored_while_ready",
                condition=Q(ready_at=None, stored=None, expires_at=None, removed_at=None)
                | Q(ready_at__isnull=False, expires_at__isnull=False, removed_at=None, stored__isnull=False)
                | Q(ready_at__isnull=False, expires_at__isnull=False, removed_at__isnull=False, stored=None),
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(stored__isnull=False), name="own_export_to_remove")]

    def __str__(self) -> str:
        return f"own records {self.pk}"
