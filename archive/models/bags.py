"""Bags of whole files: asked for, made in the background, kept for a while; their manifests' digests for good."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from core.actor import Actor, Role
from core.models import Identified
from documents.models import StoredFile
from staff.models import StaffMember


class BagQuerySet(models.QuerySet["Bag"]):
    def visible_to(self, actor: Actor) -> Self:
        """That there are bags, and how far they are: HR, with that hat on. Taking one along wants the file opened."""
        return self if actor.hat is Role.HR else self.none()


class Bag(Identified):
    """One person's whole file as one BagIt bag in a ZIP, made once for each press of the button.

    ``asked_by`` is empty where leaving asked for it. ``done`` of ``total`` things are in it so far. ``stored`` is empty
    until it is ready, and again once its days are over; ``manifest``: the digest of its manifest, kept for good.
    ``faults``: what keeps it from being made, in words; then ``failed_at`` stands.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = (
        *("done", "total", "stored_id", "manifest", "files", "size", "ready_at", "expires_at", "removed_at"),
        *("faults", "failed_at"),
    )

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="bags")
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=500)
    press = models.UUIDField(help_text="stands in the form, so that one press twice asks once")
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    manifest = models.CharField(max_length=71, blank=True)
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)
    failed_at = models.DateTimeField(null=True)

    objects = BagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "press"], name="bag_once_for_each_press"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ready_at=None, failed_at=None), name="bag_one_in_the_making"
            ),
            models.CheckConstraint(
                name="bag_stored_while_ready",
                condition=Q(ready_at=None, stored=None, expires_at=None, removed_at=None, manifest="")
                | Q(ready_at__isnull=False, expires_at__isnull=False, removed_at=None, stored__isnull=False)
                & ~Q(manifest="")
                | Q(ready_at__isnull=False, expires_at__isnull=False, removed_at__isnull=False, stored=None)
                & ~Q(manifest=""),
            ),
            models.CheckConstraint(
                name="bag_fails_or_is_ready", condition=Q(failed_at=None) | Q(ready_at=None, failed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="bag_of_person"),
            models.Index(fields=["expires_at"], condition=Q(stored__isnull=False), name="bag_to_remove"),
        ]

    def __str__(self) -> str:
        return f"bag {self.pk}"
