"""Who somebody was at work, over time: posts, supervisors, managers, absences, dates; and how the leaving went."""

from collections.abc import Iterator
from uuid import UUID

from archive.bags.lists.shapes import Listed, listed, named
from archive.models import Leaving, LeavingItem, LeavingMark
from staff.models import (
    Absence,
    CategoryHeld,
    KeyDate,
    ManagementLine,
    Post,
    SupervisionRelationship,
    WorkingPattern,
)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OVER_TIME = ("From", "Last day")


def employment(person_id: UUID) -> Iterator[Listed]:
    """Posts, line, supervision, categories, key dates, absences and working days."""
    posts = Post.objects.filter(person_id=person_id).select_related("team__service").order_by("starts_on")
    yield listed(
        "posts",
        "Posts",
        (*OVER_TIME, "Job title", "Team", "Service", "Engaged"),
        [
            (row.starts_on, row.last_day, row.job_title, row.team, row.team.service, row.get_engagement_display())
            for row in posts
        ],
    )
    supervision = SupervisionRelationship.objects.filter(supervisee_id=person_id).select_related("supervisor")
    yield listed(
        "supervisors",
        "Supervisors",
        (*OVER_TIME, "Supervisor", "Kind", "For"),
        [
            (row.starts_on, row.last_day, row.supervisor, row.get_kind_display(), row.for_words)
            for row in supervision.order_by("starts_on")
        ],
    )
    lines = ManagementLine.objects.confirmed().filter(person_id=person_id).select_related("manager")
    yield listed(
        "line-managers",
        "Line managers",
        (*OVER_TIME, "Line manager"),
        [(row.starts_on, row.last_day, row.manager) for row in lines.order_by("starts_on")],
    )
    yield from _dates(person_id)


def _dates(person_id: UUID) -> Iterator[Listed]:
    categories = CategoryHeld.objects.filter(person_id=person_id).order_by("starts_on")
    yield listed(
        "categories",
        "Worker categories",
        (*OVER_TIME, "Category"),
        [(row.starts_on, row.last_day, row.category.replace("_", " ")) for row in categories],
    )
    days = KeyDate.objects.filter(person_id=person_id).order_by("on")
    yield listed(
        "key-dates",
        "Key dates",
        ("Day", "What", "Entered", "Replaced"),
        [(row.on, row.get_kind_display(), row.recorded_at, row.replaced_at) for row in days],
    )
    absences = Absence.objects.filter(person_id=person_id).order_by("starts_on")
    yield listed(
        "absences",
        "Absences",
        (*OVER_TIME, "Kind"),
        [(row.starts_on, row.last_day, row.get_kind_display()) for row in absences],
    )
    patterns = WorkingPattern.objects.filter(person_id=person_id).order_by("starts_on")
    yield listed(
        "working-days",
        "Days of the week worked",
        (*OVER_TIME, "Days"),
        [(row.starts_on, row.last_day, [DAYS[day] for day in row.weekdays]) for row in patterns],
    )


def leaving(person_id: UUID) -> Iterator[Listed]:
    """The last day, and who confirmed what of the checklist."""
    leavings = list(
        Leaving.objects.filter(person_id=person_id).select_related("set_by", "completed_by", "cancelled_by")
    )
    yield listed(
        "leaving",
        "Leaving",
        ("Last day", "Set by", "Set", "Completed by", "Completed", "Cancelled by", "Cancelled"),
        [
            (
                *(row.last_day, row.set_by, row.set_at, named(row.completed_by), row.completed_at),
                *(named(row.cancelled_by), row.cancelled_at),
            )
            for row in leavings
        ],
    )
    words = {str(item.pk): item.words for item in LeavingItem.objects.filter(leaving__in=leavings)}
    marks = LeavingMark.objects.filter(leaving__in=leavings).select_related("by").order_by("at", "pk")
    yield listed(
        "leaving-checklist",
        "Leaving: the checklist",
        ("What", "Confirmed", "By", "When"),
        [
            (words.get(mark.key) or mark.key.replace("_", " ").capitalize(), mark.is_done, mark.by, mark.at)
            for mark in marks
        ],
    )
