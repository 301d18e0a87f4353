"""Many rows into a table at once, by COPY."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of these columns; keys are made by the database, as are all other columns that have a default there."""
    text = StringIO()
    for row in rows:
        text.write("\t".join([_cell(value) for value in row]) + "\n")
    text.seek(0)
    table = connection.ops.quote_name(model._meta.db_table)
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    names = ", ".join(connection.ops.quote_name(columns[name]) for name in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, UUID | int):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).translate(ESCAPES)
