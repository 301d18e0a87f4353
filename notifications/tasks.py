"""Notices and their mails, in the background."""

from uuid import UUID

from core.clock import now
from notifications import services
from outbox.jobs import background


@background
def notify(*, person_id: str, kind: str, key: str, path: str, **_: object) -> None:
    """Tell a person that something waits: asked for by rooms that may not import this one."""
    services.notify(person_id=UUID(person_id), kind=kind, key=key, path=path, at=now())


@background
def send_mail(*, notice_id: str, **_: object) -> None:
    """Mail a notice."""
    services.send_mail(notice_id=UUID(notice_id), at=now())


@background
def send_invitation(*, account_id: int, **_: object) -> None:
    """Mail an invitation."""
    services.send_invitation(account_id=account_id, at=now())


@background
def send_password_link(*, account_id: int, **_: object) -> None:
    """Mail the link to choose a new password with."""
    services.send_password_link(account_id=account_id, at=now())
