"""Files that HR's archive holds, as they are found by name, number, team and date."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from core.actor import Actor, Role
from core.models import AppendOnly
from staff.models import StaffMember


class ArchivedFileQuerySet(models.QuerySet["ArchivedFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """That there is such a file: HR, with that hat on. What is in it opens with a purpose."""
        return self if actor.hat is Role.HR else self.none()

    def matching(self, words: list[str]) -> Self:
        """Files with each of these words somewhere in a name or a number; the words as ``archive.files.rules`` folds them."""
        found = self
        for word in words:
            found = found.filter(words__contains=word)
        return found


class ArchivedFile(AppendOnly):
    """What HR finds a leaver's file by: copied when the file was taken into the archive, whatever changes elsewhere.

    ``words``: name and numbers folded for the search, without accents. ``reference``: what the file and its bags are called.
    """

    person = models.OneToOneField(StaffMember, models.PROTECT, related_name="archived_file")
    reference = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    registration_number = models.CharField(max_length=100, blank=True)
    employee_number = models.CharField(max_length=100, blank=True)
    post_number = models.CharField(max_length=100, blank=True)
    job_title = models.CharField(max_length=100, blank=True)
    team_name = models.CharField(max_length=100, blank=True)
    last_day = models.DateField()
    words = models.TextField()
    archived_at = models.DateTimeField()

    objects = ArchivedFileQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="archived_file_words"),
            models.Index(fields=["name", "id"], name="archived_file_name"),
            models.Index(fields=["last_day"], name="archived_file_last_day"),
            models.Index(fields=["team_name", "name"], name="archived_file_team"),
        ]

    def __str__(self) -> str:
        return self.reference
