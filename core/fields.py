"""The field that holds what people typed, so that how it is stored is decided in one place."""

from django.db import models


class ContentField(models.TextField):
    """Text that people typed into records. Stored as it is; never indexed, searched or logged."""
