"""Control: a save is acknowledged before it is committed, and written a moment later. Started by the campaigns alone."""

import threading
import time
from typing import Any

from django.db import connection

from config.celery import app
from config.wsgi import application
from core.clock import now
from records import services
from records.models import DraftSection
from records.services import SavedSection
from records.views import drafting

__all__ = ["app", "application"]

LATER = 0.3
save_section = services.save_section


def acknowledge_first(**arguments: Any) -> SavedSection:
    """Say that it is saved, and save it later."""
    threading.Thread(target=_write, args=(arguments,), daemon=True).start()
    return SavedSection(
        section=arguments["section"], key=arguments["key"], version=arguments["version"] + 1, saved_at=now()
    )


def _write(arguments: dict[str, Any]) -> None:
    time.sleep(LATER)
    present = DraftSection.objects.filter(record=arguments["record_id"], section=arguments["section"]).first()
    try:
        save_section(**{**arguments, "version": present.version if present else 0})
    finally:
        connection.close()


class Services:
    """The services of records, with one other."""

    save_section = staticmethod(acknowledge_first)

    def __getattr__(self, name: str) -> Any:
        return getattr(services, name)


drafting.services = Services()  # type: ignore[assignment]
