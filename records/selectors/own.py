"""A person's own signed records, and how far the file of them is."""

from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor
from outbox.models import Job
from records.models import OwnExport, Record, RecordQuerySet

EXPORTING = "records.tasks.make_own_export"
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OwnExportRow:
    """A file that somebody asked for, and how far it is."""

    asked: OwnExport
    failed: bool
    gone: bool

    @property
    def is_in_the_making(self) -> bool:
        """Whether somebody is making it."""
        return self.asked.ready_at is None and not self.failed


def own_signed_records(actor: Actor) -> RecordQuerySet:
    """What is signed about the actor and read in full by the actor today, the oldest first."""
    own = Record.objects.readable_in_full_by(actor).filter(subject_id=actor.staff_id, parts__seq=1)
    return own.with_parts().order_by("created_at", "pk")


def own_exports(actor: Actor, *, at: datetime) -> list[OwnExportRow]:
    """What the actor asked for lately, the newest first. At most one is not ready, so few queries are asked."""
    found = OwnExport.objects.visible_to(actor).select_related("stored").order_by("-asked_at")[:MOST_SHOWN]
    return [
        OwnExportRow(
            asked,
            failed=export_failed(asked),
            gone=asked.removed_at is not None or (asked.expires_at is not None and asked.expires_at <= at),
        )
        for asked in found
    ]


def export_failed(asked: OwnExport) -> bool:
    """Whether nobody is making a file that is not ready."""
    if asked.ready_at:
        return False
    jobs = Job.objects.filter(task=EXPORTING, arguments={"export_id": str(asked.pk)}, done_at=None, gave_up_at=None)
    return not jobs.exists()
