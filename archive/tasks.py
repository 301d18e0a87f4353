"""Background work of the archive."""

from uuid import UUID

from celery import shared_task

from archive.bags import services as bags
from archive.leaving import freezing
from archive.needs import services as needs
from archive.requests import services as requests
from archive.retention import destroying
from core.clock import now
from outbox.jobs import background


@background
def make_bag(*, bag_id: str, **_: object) -> None:
    """Make a bag of a whole file, once."""
    bags.make_bag(bag_id=UUID(bag_id), at=now())


@shared_task
def remove_old_bags(**_: object) -> None:
    """Remove the bags whose days are over; run again, it removes nothing twice."""
    bags.remove_old_bags(at=now())


@shared_task
def watch_leavings(**_: object) -> None:
    """Freeze the files of leavings that are completed and over, tell of the others; run again, it does nothing twice."""
    freezing.watch_leavings(at=now())


@background
def freeze_leaving(*, leaving_id: str, **_: object) -> None:
    """Freeze the file of one leaving that is completed and over, once."""
    freezing.freeze_leaving(leaving_id=UUID(leaving_id), at=now())


@shared_task
def tell_of_needs(**_: object) -> None:
    """Tell those whose records are read, where the day to tell has come; run again, it tells nobody twice."""
    needs.tell_of_those_due(at=now())


@background
def gather_data(*, request_id: str, **_: object) -> None:
    """Look through everything for one request for data; what was found before is not found again."""
    requests.gather(request_id=UUID(request_id), at=now())


@background
def make_data_bundle(*, bundle_id: str, **_: object) -> None:
    """Make the bundle that answers a request for data, once."""
    requests.make_bundle(bundle_id=UUID(bundle_id), at=now())


@shared_task
def remove_old_data_bundles(**_: object) -> None:
    """Remove the bundles whose week is over; run again, it removes nothing twice."""
    requests.remove_old_bundles(at=now())


@background
def finish_disposal(*, certificate_id: str, **_: object) -> None:
    """Remove the bytes of what is gone, and write its certificate into the ledger; run again, it changes nothing."""
    destroying.finish(certificate_id=UUID(certificate_id))


@shared_task
def purge_due(**_: object) -> None:
    """Purge local text that has reached its day, a chunk at a time; run again, it goes on where it ended."""
    destroying.purge_due(at=now())
