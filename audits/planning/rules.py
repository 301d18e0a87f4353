"""When an audit may be, who may do it, and how long an auditor from outside the line sees the file: pure."""

from datetime import date, timedelta
from typing import NamedTuple

from core.errors import RuleBroken

# How long an auditor from outside the line reads a file at most, once the audit is open
SIGHT_LASTS = timedelta(days=28)
FARTHEST = timedelta(days=731)


def check_books(booked_on: date, *, today: date) -> None:
    """What is booked lies ahead, and within two years. Raises RuleBroken."""
    if booked_on < today:
        raise RuleBroken("An audit cannot be booked in the past. Choose today or a later day.", field="booked_on")
    if booked_on > today + FARTHEST:
        raise RuleBroken("That is more than two years ahead. Check the year.", field="booked_on")


def check_gives_reason(reason: str) -> None:
    """Giving an audit up asks for a reason. Raises RuleBroken."""
    if not reason.strip():
        raise RuleBroken("Say why the audit is given up. It stays on the record.", field="reason")


class Standing(NamedTuple):
    """How somebody stands to an audit that they are to be given."""

    name: str
    is_supervisor: bool
    is_supervisee: bool
    is_supervised_by_supervisor: bool
    is_oneself: bool
    is_next_up: bool


def check_may_audit(who: Standing, *, supervisor: str) -> None:
    """An auditor is neither supervisor nor supervisee of the file, nor supervised by whose supervision it looks at, and
    nobody gives themselves sight of a file (R114). Raises RuleBroken.
    """
    check_is_apart(who, supervisor=supervisor)
    if who.is_oneself and not who.is_next_up:
        raise RuleBroken(
            "You would give yourself sight of a file that is not open to you. Choose another person, or ask your manager.",
            field="to_id",
        )


def check_is_apart(who: Standing, *, supervisor: str) -> None:
    """The same without who gives it to whom: when it is given, and when sight of the file begins. Raises RuleBroken."""
    you = who.is_oneself
    if who.is_supervisor:
        words = "You supervise" if you else f"{who.name} supervises"
        raise RuleBroken(
            f"{words} the person whose file it is. Nobody audits their own supervision: choose another person.",
            field="to_id",
        )
    if who.is_supervisee:
        words = "It is your own file." if you else f"It is {who.name}’s own file."
        raise RuleBroken(f"{words} Nobody audits their own file: choose another person.", field="to_id")
    if who.is_supervised_by_supervisor:
        words = "You are" if you else f"{who.name} is"
        raise RuleBroken(
            f"{words} supervised by {supervisor}, whose supervision the audit looks at. Choose another person.",
            field="to_id",
        )


def sight_ends_on(today: date) -> date:
    """The first day without sight of the file for an auditor from outside the line to whom it is opened today."""
    return today + SIGHT_LASTS
