"""That a night's work was started."""

from typing import ClassVar

from django.db import models

from core.models import Identified


class Night(Identified):
    """A day for which the night's work was started, once."""

    on = models.DateField(unique=True)
    started_at = models.DateTimeField()
    people = models.PositiveIntegerField(help_text="how many people were to be assessed")

    updatable_columns: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"night of {self.on:%d %B %Y}"
