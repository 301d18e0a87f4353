"""The bags of a file, and how far each is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from archive.models import Bag
from core.actor import Actor
from outbox.models import Job

MAKING = "archive.tasks.make_bag"
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class BagRow:
    """A bag that was asked for, and how far it is."""

    bag: Bag
    is_lost: bool
    is_gone: bool

    @property
    def is_in_the_making(self) -> bool:
        """Whether somebody is making it."""
        return self.bag.ready_at is None and self.bag.failed_at is None and not self.is_lost


def bags_of(person_id: UUID, *, actor: Actor, at: datetime) -> list[BagRow]:
    """The bags that were asked for lately, the newest first. At most one is not ready, so few queries are asked."""
    found = Bag.objects.visible_to(actor).filter(person_id=person_id).select_related("stored", "asked_by")
    return [
        BagRow(
            bag,
            is_lost=bag.ready_at is None and bag.failed_at is None and not in_the_making(bag),
            is_gone=bag.removed_at is not None or bag.expires_at is not None and bag.expires_at <= at,
        )
        for bag in found.order_by("-asked_at")[:MOST_SHOWN]
    ]


def in_the_making(bag: Bag) -> bool:
    """Whether a job for it stands."""
    return Job.objects.filter(task=MAKING, arguments={"bag_id": str(bag.pk)}, done_at=None, gave_up_at=None).exists()
