"""Files by their digest. No sight of their own: the thing that a file hangs on decides who reads it."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models

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
