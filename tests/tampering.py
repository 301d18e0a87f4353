"""Changing evidence as somebody would who owns the database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

Tamper = Callable[..., None]


@pytest.fixture
def tamper() -> Tamper:
    """Change evidence as somebody would who owns the database: with its triggers switched off."""

    def change(sql: str, *values: Any) -> None:
        table = next(word for word in sql.split() if word.startswith("records_"))
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql, values or None)
            assert cursor.rowcount > 0, "nothing was changed, so the test proves nothing"
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return change
