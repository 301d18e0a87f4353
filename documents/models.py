"""Files by their digest. No sight of their own: the thing that a file hangs on decides who reads it."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import AppendOnly
from documents import rules


class StoredFile(AppendOnly):
    """Some bytes, stored once however many things they hang on. What they are called is said by those things."""

    digest = models.CharField(max_length=71, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^sha256:[0-9a-f]{64}$"), name="stored_file_digest_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.digest

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return Path(settings.STATE_DIR) / "files" / rules.place_of(self.digest)


class UnscannedChoice(AppendOnly):
    """That a system administrator chose to keep files without a scan for viruses, or took that back; the newest holds.

    ``number``: counts them, so that of two who choose at once one is told. ``by``: by id and name as it was then.
    """

    number = models.PositiveIntegerField(unique=True)
    accepts = models.BooleanField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=100)

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(accepts=False) | ~Q(reason=""), name="unscanned_choice_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {'unscanned files are kept' if self.accepts else 'taken back'}"


class FileScanQuerySet(models.QuerySet["FileScan"]):
    def of_waiting(self) -> "FileScanQuerySet":
        """That somebody brought a file of which nothing else is known yet."""
        return self._brought_without(FileScan.Result.CLEAN, FileScan.Result.INFECTED, FileScan.Result.ACCEPTED)

    def of_unscanned(self) -> "FileScanQuerySet":
        """That somebody brought a file which no scanner has looked at: waiting, or kept without."""
        return self._brought_without(FileScan.Result.CLEAN, FileScan.Result.INFECTED)

    def _brought_without(self, *results: str) -> "FileScanQuerySet":
        known = FileScan.objects.filter(stored=models.OuterRef("stored"), result__in=results)
        return self.filter(~models.Exists(known), result=FileScan.Result.BROUGHT)


class FileScan(AppendOnly):
    """What became known of a file that somebody brought. How it stands is worked out from all of its rows.

    ``by_id``: who brought it, told if a virus is found; ``path``: the page on which they brought it. ``engine``: the
    scanner with its version, in its own words, and ``signature`` what it calls the virus. ``choice``: by which a file
    was kept without a scan.
    """

    class Result(models.TextChoices):
        BROUGHT = "brought", "Brought in"
        CLEAN = "clean", "Nothing found"
        INFECTED = "infected", "A virus was found"
        ACCEPTED = "unscanned_accepted", "Kept without a scan"

    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="scans")
    result = models.CharField(max_length=20, choices=Result)
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    path = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=200, blank=True)
    signature = models.CharField(max_length=200, blank=True)
    choice = models.ForeignKey(UnscannedChoice, models.PROTECT, null=True, related_name="+")

    objects = FileScanQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["stored", "result", "by_id"], name="file_scan_once_for_each_result", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(result="unscanned_accepted", choice__isnull=False)
                | (~Q(result="unscanned_accepted") & Q(choice=None)),
                name="file_scan_accepted_by_a_choice",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["result", "at"], name="file_scan_by_result")]

    def __str__(self) -> str:
        return f"{self.stored_id}: {self.result}"
