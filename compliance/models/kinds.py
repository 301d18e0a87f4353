"""What has a due date: the kinds of things that a night looks at."""

from django.db import models


class Kind(models.TextChoices):
    """Whose or which clock it is."""

    WORKER = "worker", "Supervision of a worker"
    CHILD = "child", "Discussion of a child"
    CONTRACT = "contract", "Supervision contract"
    RECORD = "record", "Record of a session"
