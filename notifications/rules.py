"""What a mail may say, and how long one is still worth sending: pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WORTH_SENDING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and body of a mail. Nothing in it tells whom or what it is about."""

    subject: str
    body: str


def notice_wording(*, site: str) -> Wording:
    """The one text of every notice, whatever its kind: no names, no dates, no titles, a link to the home page only."""
    return Wording(
        subject="Something in Countersign waits for you",
        body=(
            "Something in Countersign waits for you.\n\n"
            f"Sign in to see what it is: {site.rstrip('/')}/\n\n"
            "This message leaves out every detail on purpose, since mail can be read by others.\n"
        ),
    )


def invitation_wording(*, site: str, path: str) -> Wording:
    """The invitation: a link to choose a password with, and nothing about the person."""
    return Wording(
        subject="You are invited to Countersign",
        body=(
            "Your organisation uses Countersign for supervision, and has made an account for you.\n\n"
            f"Choose your password here: {site.rstrip('/')}{path}\n\n"
            "The link works once, and for three days. If it has stopped working, ask whoever invited you for a new one.\n"
        ),
    )


def is_worth_sending(*, created_at: datetime, at: datetime) -> bool:
    """Whether a mail that could not be sent so far is still tried: for a week, so that a dead address ends too."""
    return at - created_at < WORTH_SENDING


def is_local(path: str) -> bool:
    """Whether a path stays within this service: one slash first, and nothing that a browser reads as another one."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path
