"""What ends with a last day, by its date alone; and how it is put back when the day changes."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django.core import serializers
from django.db.models import Q

from archive.models import EndedWith, Leaving
from core.dated import Dated, DatedQuerySet
from staff.models import CategoryHeld, ManagementLine, Post, RoleHeld, StaffMember, SupervisionRelationship

What = EndedWith.What
MODELS: dict[str, type[Dated]] = {
    What.POST: Post,
    What.SUPERVISION: SupervisionRelationship,
    What.LINE: ManagementLine,
    What.ROLE: RoleHeld,
    What.CATEGORY: CategoryHeld,
}


def end_with(leaving: Leaving) -> None:
    """End on the first day after the last one all that holds then, and remember how it stood.

    What would only begin later is taken away, and remembered whole.
    """
    on = leaving.left_on
    ended = []
    for what, rows in _held_by(leaving.person):
        for row in rows.open(on).order_by("pk"):
            if row.starts_on < on:
                ended.append(EndedWith(leaving=leaving, what=what, row_id=row.pk, former_ends_on=row.ends_on))
            else:
                [stood] = json.loads(serializers.serialize("json", [row]))
                ended.append(EndedWith(leaving=leaving, what=what, row_id=row.pk, stood=stood))
        rows.filter(starts_on__gte=on).delete()
        rows.open(on).update(ends_on=on)
    EndedWith.objects.bulk_create(ended)


def put_back(leaving: Leaving) -> None:
    """Put back what this leaving ended, as far as nothing has taken its place meanwhile.

    A row that somebody ended earlier by now stays so; one in whose place another begins ends where that one begins.
    """
    for ended in leaving.ended.order_by("pk"):
        rows: DatedQuerySet = MODELS[ended.what]._default_manager.all()  # type: ignore[assignment]
        if ended.stood is None:
            row = rows.filter(pk=ended.row_id, ends_on=leaving.left_on).first()
            if row is not None:
                row.ends_on = _until(row, ended.former_ends_on)
                row.save(update_fields=["ends_on"])
        else:
            for found in serializers.deserialize("python", [ended.stood]):
                row = cast(Dated, found.object)
                if not _in_its_place(row).open(row.starts_on).exists():
                    row.save(force_insert=True)
    leaving.ended.all().delete()


def relationships_ended(leaving: Leaving) -> list[SupervisionRelationship]:
    """The supervision that ended with it, of the leaver and by the leaver, with both people."""
    keys = leaving.ended.filter(what=What.SUPERVISION, stood__isnull=True).values("row_id")
    return list(SupervisionRelationship.objects.filter(pk__in=keys).select_related("supervisee", "supervisor"))


def _held_by(person: StaffMember) -> Iterator[tuple[str, Any]]:
    yield What.POST, Post.objects.filter(person=person)
    yield What.ROLE, RoleHeld.objects.filter(person=person)
    yield What.CATEGORY, CategoryHeld.objects.filter(person=person)
    yield What.LINE, ManagementLine.objects.filter(Q(person=person) | Q(manager=person)).confirmed()
    in_part = Q(supervisee=person) | Q(supervisor=person) | Q(covers_for=person)
    yield What.SUPERVISION, SupervisionRelationship.objects.filter(in_part)


def _until(row: Any, wanted: date | None) -> date | None:
    """The end that a row may have again: no later than another in its place begins."""
    later = _in_its_place(row).filter(starts_on__gte=row.ends_on).order_by("starts_on").first()
    ends = [day for day in (wanted, later and later.starts_on) if day]
    return min(ends, default=None)


def _in_its_place(row: Any) -> Any:
    """Others of which there can be one at a time beside a row."""
    others = type(row)._default_manager.exclude(pk=row.pk)
    if isinstance(row, SupervisionRelationship):
        return others.filter(supervisee=row.supervisee_id, kind=row.kind)
    if isinstance(row, ManagementLine):
        return others.filter(person=row.person_id, confirmed_at__isnull=False)
    if isinstance(row, RoleHeld):
        return others.filter(person=row.person_id, role=row.role)
    if isinstance(row, CategoryHeld):
        return others.filter(person=row.person_id, category=row.category)
    return others.filter(person=row.person_id)
