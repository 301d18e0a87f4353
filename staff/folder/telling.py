"""Telling the worker and the supervisor of what ends in a folder: before its last day, on it, and after it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from outbox.services import enqueue_each
from staff.folder.rules import LONGEST_LEAD, stage_of
from staff.folder.services import folder_path
from staff.models import ExpiryTold, FolderItem, ManagementLine, StaffMember, SupervisionRelationship

Due = tuple[FolderItem, str]


@transaction.atomic
def tell_of_expiry(*, on: date) -> int:
    """Tell each worker and supervisor, once a stage, of what ends; how many things. After a missed night it is told then.

    Of a stage that was missed altogether, the later one tells: nobody hears today that something will end yesterday.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('staff: what ends in folders'))")
    due = _untold(_ending(on=on), on=on)
    ExpiryTold.objects.bulk_create(ExpiryTold(item=item, stage=stage, told_on=on) for item, stage in due)
    managers = _managers({item.person_id for item, _ in due}, on=on)
    enqueue_each(
        "notifications.tasks.notify",
        [
            {
                "person_id": person_id,
                "kind": "folder_expiry",
                "key": f"{item.pk}/{stage}",
                "path": f"{folder_path(item.person_id)}#{item.kind}",
            }
            for item, stage in due
            for person_id in [item.person_id, *sorted(managers[item.person_id] - {item.person_id})]
        ],
    )
    return len(due)


def _ending(*, on: date) -> list[FolderItem]:
    """The latest of each kind of everybody employed that ends within the longest time, or has ended."""
    latest = FolderItem.objects.latest_of_each().filter(person__in=StaffMember.objects.employed(on))
    ending = FolderItem.objects.filter(pk__in=latest.values("pk"), valid_to__lte=on + LONGEST_LEAD)
    return list(ending.order_by("person_id", "kind"))


def _untold(items: Iterable[FolderItem], *, on: date) -> list[Due]:
    due = [
        (item, stage)
        for item in items
        if item.valid_to and (stage := stage_of(item.valid_to, on=on, issuer=item.issuer))
    ]
    told = set(ExpiryTold.objects.filter(item__in=[item for item, _ in due]).values_list("item_id", "stage"))
    return [(item, stage) for item, stage in due if (item.pk, stage) not in told]


def _managers(people: set[UUID], *, on: date) -> dict[UUID, set[UUID]]:
    """Who supervises each of them by line or in cover; the line manager of those whom nobody supervises."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    kinds = (SupervisionRelationship.Kind.LINE_MANAGEMENT, SupervisionRelationship.Kind.COVER)
    supervised = SupervisionRelationship.objects.live(on).filter(supervisee__in=people, kind__in=kinds)
    for person_id, supervisor_id in supervised.values_list("supervisee_id", "supervisor_id"):
        found[person_id].add(supervisor_id)
    lines = ManagementLine.objects.live(on).filter(person__in=people - set(found))
    for person_id, manager_id in lines.values_list("person_id", "manager_id"):
        found[person_id].add(manager_id)
    return found
