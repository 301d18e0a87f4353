"""What has a due date: the kinds of things that a night looks at."""

from django.db import models


class Kind(models.TextChoices):
    """Whose or which clock it is."""

    WORKER = "worker", "Supervision of a worker"
    CHILD = "child", "Discussion of a child"
    CONTRACT = "contract", "Supervision contract"
    RECORD = "record", "Record of a session"

    @property
    def heading(self) -> str:
        """The words above a list of them."""
        return {"worker": "Supervision", "child": "Children", "contract": "Contracts", "record": "Records"}[self]

    @property
    def nothing(self) -> str:
        """What the list says where nothing is overdue."""
        return {
            "worker": "Nobody within your sight is overdue for supervision.",
            "child": "No child whom you may see is overdue for discussion.",
            "contract": "No supervision contract within your sight is missing or past its review.",
            "record": "No record within your sight is late.",
        }[self]
