"""Policies and facts for tests of the engine. No database."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from policies.files import PolicyFile, read_pack
from policies.rules import Assessment, CategoryHeld, Facts, Row, Session
from policies.rules.policy import Policy


@cache
def shipped(pack_id: str) -> PolicyFile:
    """A policy that ships with the product, with its document."""
    return read_pack(pack_id)


def pack(pack_id: str) -> Policy:
    """The same as the engine reads it."""
    return shipped(pack_id).policy


def held(*days: str, minutes: int = 90, format: str = "individual", kind: str = "combined") -> list[Session]:
    """Sessions held on days written as ISO dates."""
    return [Session(date.fromisoformat(day), minutes=minutes, format=format, kind=kind) for day in days]


def booked(*days: str) -> list[Session]:
    """Sessions in the diary."""
    return [Session(date.fromisoformat(day), status="booked", minutes=90) for day in days]


def worker(category: str, *sessions: Iterable[Session], started: str | None = None, **facts: object) -> Facts:
    """A worker of one category; ``started`` is the start of employment."""
    anchors = {"employment_start": date.fromisoformat(started)} if started else {}
    return Facts(
        **{  # type: ignore[arg-type]
            "categories": [CategoryHeld(category)],
            "anchors": anchors,
            "sessions": [each for group in sessions for each in group],
            **facts,
        }
    )


def row(answer: Assessment, atom: str, *, rule: str | None = None) -> Row:
    """The first row of an atom: for a window, the one in force."""
    return next(each for each in answer.rules if each.atom == atom and (rule is None or each.rule == rule))


def rows(answer: Assessment, atom: str) -> list[Row]:
    """Every row of an atom: for a window the one in force, then those missed."""
    return [each for each in answer.rules if each.atom == atom]
