"""That the text of a record, or all of it, is gone, and under which certificate; the record's row stays and says so."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from core.actor import Actor, Role
from core.models import AppendOnly


class RecordGoneQuerySet(models.QuerySet["RecordGone"]):
    def visible_to(self, actor: Actor) -> "RecordGoneQuerySet":
        """HR, with that hat on, and the two people of the record: what its page says in place of it holds no word of it."""
        if actor.hat is Role.HR:
            return self
        return self.filter(Q(record__author=actor.staff_id) | Q(record__subject=actor.staff_id))

    def destroyed(self) -> "RecordGoneQuerySet":
        """Those of which nothing is left but the certificate."""
        return self.filter(kind=RecordGone.Kind.DESTROYED)


class RecordGone(AppendOnly):
    """What became of a record: its text purged, or its parts destroyed. Written by the function that did it alone.

    ``certificate_id`` points upward, and so is no foreign key. ``acts``: of the parts that are gone, so that what was signed
    with them is not taken for something whose other half was lost.
    """

    class Kind(models.TextChoices):
        PURGED = "purged", "Text purged"
        DESTROYED = "destroyed", "Destroyed"

    written_by_function: ClassVar[bool] = True

    record = models.ForeignKey("records.Record", models.PROTECT, related_name="gone")
    kind = models.CharField(max_length=10, choices=Kind)
    certificate_id = models.UUIDField()
    number = models.PositiveIntegerField(help_text="of the certificate")
    at = models.DateTimeField()
    acts = ArrayField(models.UUIDField(), default=list)

    objects = RecordGoneQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["record", "kind"], name="record_gone_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"


def purge_of(record: str) -> Subquery:
    """When the text of a record was purged, for a query of its parts; what was signed later is not gone."""
    purged = RecordGone.objects.filter(record=OuterRef(record), kind=RecordGone.Kind.PURGED)
    return Subquery(purged.values("at")[:1])
