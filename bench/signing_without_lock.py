"""The control of ``bench.signing``: the same program, in which nobody waits for anybody. Started by it alone."""

from uuid import UUID

from config.wsgi import application
from core.actor import Actor
from records.models import Record
from records.services import drafts, signing

__all__ = ["application"]


def not_locked(record_id: UUID, actor: Actor) -> Record:
    """The visible record, its parent row not locked."""
    return Record.objects.visible_to(actor).select_related("subject", "author").get(pk=record_id)


drafts.locked = signing.locked = not_locked
