"""What a mail may say, and how long one is still worth sending: pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

WORTH_SENDING = timedelta(days=7)
LEFT_OUT = "This message leaves out every detail on purpose, since mail can be read by others.\n"


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
            f"Something in Countersign waits for you.\n\nSign in to see what it is: {site.rstrip('/')}/\n\n{LEFT_OUT}"
        ),
    )


def security_wording(*, site: str) -> Wording:
    """The one text about every change to how somebody signs in."""
    return Wording(
        subject="How you sign in to Countersign was changed",
        body=(
            "How you sign in to Countersign was changed: by you, or by an administrator.\n\n"
            "If you do not know why, tell your service desk at once.\n\n"
            f"Sign in to see what it was: {site.rstrip('/')}/\n"
        ),
    )


def password_wording(*, site: str, path: str) -> Wording:
    """The link to choose a new password with, after an administrator took the old one away."""
    return Wording(
        subject="Choose a new password for Countersign",
        body=(
            "An administrator has taken your password for Countersign away, so that you can choose a new one.\n\n"
            f"Choose it here: {site.rstrip('/')}{path}\n\n"
            "The link works once, and for three days. If nobody told you of this, tell your service desk at once.\n"
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


@dataclass(frozen=True, slots=True)
class Line:
    """A thing of which a digest tells how many there are. ``path``: the page where they are, within this service."""

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says, under three headings: kinds and how many of each, days and times; never who or what."""

    new: tuple[Line, ...] = ()
    overdue: tuple[Line, ...] = ()
    week: tuple[Line, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.overdue or self.week)


def digest_wording(digest: Digest, *, site: str, settings_path: str) -> Wording:
    """The mail of the morning; with the week in it, that of the first working day of a week."""
    sections = (
        ("New since the last message", digest.new),
        ("Overdue", digest.overdue),
        ("This week", digest.week),
    )
    text = "\n\n".join("\n".join(_section(heading, lines, site)) for heading, lines in sections if lines)
    ways = f"What is mailed to you, and when, is yours to choose: {_address(site, settings_path)}"
    return Wording(
        subject="Your week in Countersign" if digest.week else "What waits for you in Countersign",
        body=f"{text}\n\n{LEFT_OUT}{ways}\n",
    )


def _section(heading: str, lines: Iterable[Line], site: str) -> Iterator[str]:
    """A heading, and under it the lines of each page with its address below them."""
    yield heading
    by_path: dict[str, list[str]] = {}
    for line in lines:
        by_path.setdefault(line.path, []).append(line.words)
    for path, words in by_path.items():
        yield from (f"* {each}" for each in words)
        yield f"  {_address(site, path)}"


def calendar_wording(*, site: str, number: int, diary_path: str, settings_path: str) -> Wording:
    """The mail that calendar entries are attached to: when, and nothing else, stands in the entries."""
    entries = "a calendar entry is" if number == 1 else f"{number} calendar entries are"
    return Wording(
        subject="Calendar: supervision",
        body=(
            f"With this message {entries} attached, for supervision that was booked, moved or cancelled. With whom, and "
            f"what for, is in your diary: {_address(site, diary_path)}\n\n"
            f"{LEFT_OUT}If your calendar fetches your dates by itself, you can do without these messages: "
            f"{_address(site, settings_path)}\n"
        ),
    )


def _address(site: str, path: str) -> str:
    return f"{site.rstrip('/')}{path}"


def is_worth_sending(*, created_at: datetime, at: datetime) -> bool:
    """Whether a mail that could not be sent so far is still tried: for a week, so that a dead address ends too."""
    return at - created_at < WORTH_SENDING


def is_local(path: str) -> bool:
    """Whether a path stays within this service: one slash first, and nothing that a browser reads as another one."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path
