"""Bases for models: identified rows, and rows that are only ever added."""

from typing import ClassVar
from uuid import UUID

import pgtrigger
from django.db import connection, models
from django.db.models import Func


class UuidV7(Func):
    """A fresh time-ordered key, made by PostgreSQL 18."""

    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


def new_ids(count: int) -> list[UUID]:
    """Fresh time-ordered keys, for rows of which many are inserted at once: the database does not tell those of theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, %s)", [count])
        return [UUID(str(row[0])) for row in cursor.fetchall()]


class Identified(models.Model):
    """A row whose key may stand in an address: a UUIDv7, never a running number."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)

    class Meta:
        abstract = True


class Refuse(pgtrigger.Trigger):
    """Refuses an operation on a table, whoever asks and whatever session variables say.

    pgtrigger's own triggers look for a session variable that switches them off; this one runs ``refuse_change()``
    (the first migration of this app), which looks for nothing.
    """

    when = pgtrigger.Before
    func = "RETURN NULL;"

    def render_execute(self, model: models.Model) -> str:
        return "refuse_change()"


class AppendOnly(Identified):
    """Rows that are inserted and read, never changed or removed.

    Kept so by four layers: the runtime role has no other privilege (``protect_tables``), a row trigger and a
    statement trigger refuse the owner too, and every foreign key out of such a table is ON DELETE RESTRICT.
    """

    class Meta:
        abstract = True
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            Refuse(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            Refuse(name="append_only_truncate", operation=pgtrigger.Truncate, level=pgtrigger.Statement),
        ]
