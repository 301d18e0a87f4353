"""Writes of imports: a file brought, its columns mapped, read, compared, applied or put aside."""

from cases.importing.services.applying import ask_to_apply, do_apply
from cases.importing.services.bringing import bring, map_columns, put_aside
from cases.importing.services.reading import do_read
from cases.importing.services.unattended import Stopped, import_unattended

__all__ = [
    "Stopped",
    "ask_to_apply",
    "bring",
    "do_apply",
    "do_read",
    "import_unattended",
    "map_columns",
    "put_aside",
]
