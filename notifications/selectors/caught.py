"""Reading the mails that the demo keeps in a folder."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

BETWEEN_MAILS = b"-" * 79


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """A mail that went into the folder instead of out."""

    written_at: datetime
    to: str
    subject: str
    body: str
    attached: tuple[str, ...] = ()


def caught_mails(*, most: int = 50) -> list[CaughtMail]:
    """The newest mails in the demo's folder, newest first; none where there is no folder yet."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
    mails: list[CaughtMail] = []
    for file in files[:most]:
        parts = [part.strip(b"\n") for part in file.read_bytes().split(BETWEEN_MAILS)]
        mails += [_parsed(part) for part in reversed(parts) if part]
    return mails[:most]


def _parsed(raw: bytes) -> CaughtMail:
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    text = message.get_body(preferencelist=("plain",))
    return CaughtMail(
        written_at=message["Date"].datetime,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        body=text.get_content() if text else "",
        attached=tuple(
            part.get_content() for part in message.iter_attachments() if part.get_content_maintype() == "text"
        ),
    )
