"""That the text of a record, or all of it, is gone, and under which certificate; the record's row stays and says so."""

from typing import ClassVar

from django.db import models

from core.models import AppendOnly


class RecordGone(AppendOnly):
    """What became of a record: its text purged, or its parts destroyed. Written by the function that did it alone.

    ``certificate_id`` points upward, and so is no foreign key.
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

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["record", "kind"], name="record_gone_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"
