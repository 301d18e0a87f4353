"""Imports, the rows that they are about, and how the columns of a file were mapped."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.actor import Actor, Role
from core.models import Identified
from staff.models import StaffMember


class ImportMapping(Identified):
    """What the columns of a kind of file hold, said once by an administrator and used for every file like it.

    ``columns``: the header of each field. ``plan_words``: what the file calls which plan type. ``is_complete``: the file
    holds all open cases, so that whoever is not in it is closed.
    """

    headers = ArrayField(models.CharField(max_length=200), unique=True)
    columns = models.JSONField(default=dict)
    plan_words = models.JSONField(default=dict)
    day_order = models.CharField(max_length=3, default="dmy")
    is_complete = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{len(self.columns)} columns"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, actor: Actor) -> "ImportRunQuerySet":
        """All of them, for system administrators with that hat on; nobody else (sight: imports)."""
        return self if actor.hat is Role.SYSTEM_ADMINISTRATOR else self.none()

    def open(self) -> "ImportRunQuerySet":
        """Those that are not over."""
        return self.filter(state__in=ImportRun.OPEN)


class ImportRun(Identified):
    """One file, from the moment it was brought until it is applied or put aside.

    ``by``: null where it came by itself at night. ``on``: the day for which it was compared. ``counts``: how many
    children are new, moved and so on. ``open_before``, ``closing``: open cases, and how many of them it would close.
    ``said``: why it stopped, in a sentence.
    """

    class State(models.TextChoices):
        BROUGHT = "brought", "Its columns are to be mapped"
        READING = "reading", "Being read"
        READY = "ready", "Waits for a decision"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        PUT_ASIDE = "put_aside", "Put aside"
        FAILED = "failed", "Could not be read"

    OPEN: ClassVar[tuple[str, ...]] = (State.BROUGHT, State.READING, State.READY, State.APPLYING)
    BUSY: ClassVar[tuple[str, ...]] = (State.READING, State.APPLYING)

    file_name = models.CharField(max_length=200)
    headers = ArrayField(models.CharField(max_length=200))
    by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.BROUGHT)
    mapping = models.ForeignKey(ImportMapping, models.PROTECT, null=True, related_name="runs")
    is_complete = models.BooleanField(default=False)
    lines_expected = models.PositiveIntegerField(default=0)
    lines_read = models.PositiveIntegerField(default=0)
    lines_compared = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    open_before = models.PositiveIntegerField(default=0)
    closing = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=300, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Of two at once one is refused
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(state__in=["brought", "reading", "ready", "applying"]),
                name="import_one_at_a_time",
            ),
            models.CheckConstraint(
                name="import_ends_after_it_starts", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]
        indexes = [models.Index(fields=["-started_at"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.started_at:%d %B %Y}"

    @property
    def path(self) -> Path:
        """Where the file lies until it is read. It may hold columns that nobody keeps, so it goes then."""
        return Path(settings.STATE_DIR) / "imports" / str(self.pk)

    @property
    def is_busy(self) -> bool:
        """Whether something is being done with it at present."""
        return self.state in self.BUSY

    @property
    def percent(self) -> int:
        """How far reading and comparing are."""
        all_of_it = max(self.lines_expected, self.lines_read, 1) * 2
        return min(100 * (self.lines_read + self.lines_compared) // all_of_it, 100)


class ImportRow(Identified):
    """A row of a file, as far as its columns are mapped to something: once applied, those alone that changed or were faulty.

    ``key``: the reference in capitals. ``cells``: what was in the file, by field; never what looks like a name.
    ``faults``: pairs of field and sentence. ``outcome``: what becomes of the child, in words of ``rules.Outcome``.
    ``line`` is null for a case that is closed because the file, which is complete, does not name it.
    """

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField(null=True)
    key = models.CharField(max_length=40, blank=True)
    cells = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    outcome = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "key"], name="import_row_of_child"),
            models.Index(fields=["run", "outcome", "line"], name="import_row_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"
