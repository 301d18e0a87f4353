"""Rules of children's facts: references, who holds a child, what may begin and end when. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.durations import Duration
from policies.rules.facts import Absence, Facts
from policies.rules.labels import from_slug
from policies.rules.policy import Policy
from policies.rules.worker import Worker

LONGEST_REFERENCE = 40
# In days: a child's own interval is no shorter
SHORTEST_INTERVAL = 7
# What every authority has; a policy names others, and an authority enters what it needs
USUAL_PLAN_TYPES = ("child_in_need", "child_protection_plan", "looked_after", "care_leaver_18_plus")


def plan_type_words(plan_type: str) -> str:
    """A plan type as people say it."""
    return "Care leaver 18+" if plan_type == "care_leaver_18_plus" else from_slug(plan_type)


class Way(StrEnum):
    """How a child comes to somebody."""

    TRANSFER = "transferred"
    JOINTLY = "joined"
    WITHOUT_WORKER = "held_without_worker"


class WithoutWorker(StrEnum):
    """Why nobody works with a child at present."""

    NOT_ALLOCATED = "not_allocated"
    AWAY = "away"
    LEFT = "left"

    @property
    def words(self) -> str:
        """As pages say it."""
        return {
            WithoutWorker.NOT_ALLOCATED: "Held without a worker",
            WithoutWorker.AWAY: "Held without a worker: away",
            WithoutWorker.LEFT: "Held without a worker: left",
        }[self]

    @property
    def briefly(self) -> str:
        """As it stands behind a number of children."""
        return {
            WithoutWorker.NOT_ALLOCATED: "with no worker yet",
            WithoutWorker.AWAY: "with a worker who is away",
            WithoutWorker.LEFT: "with a worker who has left",
        }[self]


@dataclass(frozen=True, slots=True)
class Holding:
    """One who holds a child on a day, with the absence that the day lies in.

    ``answerable``: who answers for the child in the holder's stead, None where nobody is known.
    """

    holder_id: UUID
    without_worker: bool = False
    left_on: date | None = None
    absence: Absence | None = None
    answerable: UUID | None = None


def why_without_worker(holding: Holding, *, policy: Policy | None, on: date) -> WithoutWorker | None:
    """Why a holder is no worker of the child on a day; None where one is (scenario 4; policy-model 2.4).

    An absence counts once it suspends the worker's own clock, by the policy in force.
    """
    if holding.without_worker:
        return WithoutWorker.NOT_ALLOCATED
    if holding.left_on and holding.left_on <= on:
        return WithoutWorker.LEFT
    if holding.absence and policy and Worker(policy, Facts(absences=[holding.absence]), on).suspended_since:
        return WithoutWorker.AWAY
    return None


@dataclass(frozen=True, slots=True)
class Held:
    """A child that nobody works with: why, whose it was, and against whom it stands until somebody does."""

    why: WithoutWorker
    holders: tuple[UUID, ...]
    against: frozenset[UUID]


def held_without_worker(holdings: Collection[Holding], *, policy: Policy | None, on: date) -> Held | None:
    """What holds of a child of which not one holder can work with it; None while one can, or nobody holds it."""
    reasons = [why_without_worker(each, policy=policy, on=on) for each in holdings]
    known = [reason for reason in reasons if reason]
    if not known or len(known) < len(reasons):
        return None
    return Held(
        why=min(known, key=list(WithoutWorker).index),
        holders=tuple(sorted(each.holder_id for each in holdings)),
        against=frozenset(person for each in holdings if (person := _answers_for(each))),
    )


def _answers_for(holding: Holding) -> UUID | None:
    return holding.holder_id if holding.without_worker else holding.answerable


def reference_label(policy: Policy | None) -> str:
    """What the authority calls the reference, such as "Child's P number"."""
    label = policy.labels.get("child_reference") if policy else None
    return label.replace("'", "’") if label else "Reference"


def reference_format(policy: Policy | None) -> str | None:
    """The pattern of the policy's references (``labels.child_reference_format``, a regular expression), where it has one."""
    return policy.labels.get("child_reference_format") if policy else None


def check_reference(reference: str, *, pattern: str | None = None) -> None:
    """A reference of the case system, never a name. Raises RuleBroken with a plain sentence."""
    if not any(each.isdigit() for each in reference):
        raise RuleBroken(
            "This looks like a name. Enter the reference from the case system; a child’s name is never kept here.",
            field="reference",
        )
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9./_-]*", reference) or len(reference) > LONGEST_REFERENCE:
        raise RuleBroken(
            "A reference has no spaces: letters, digits, full stops, slashes and dashes alone,"
            f" at most {LONGEST_REFERENCE}.",
            field="reference",
        )
    if pattern and not re.fullmatch(pattern, reference):
        raise RuleBroken("This is not how a reference is written. Look again in the case system.", field="reference")


def check_initials(initials: str) -> None:
    """Initials, where the authority wants them: at most four capital letters. Raises RuleBroken."""
    if initials and not re.fullmatch(r"[A-Z](\.?[A-Z]){0,2}\.?", initials):
        raise RuleBroken("Enter initials alone, such as “AB”, or nothing. A name is never kept here.", field="initials")


def check_not_ahead(day: date, *, today: date, field: str = "starts_on") -> None:
    """What is entered has happened by today. Raises RuleBroken."""
    if day > today:
        raise RuleBroken("This day lies ahead. Enter it when the day has come.", field=field)


def check_within(day: date, *, opened_on: date, field: str = "starts_on") -> None:
    """Nothing changes of a case before it was opened. Raises RuleBroken."""
    if day < opened_on:
        raise RuleBroken(f"The case is open since {opened_on:%-d %B %Y}. Choose that day or a later one.", field=field)


class NotHere(RuleBroken):
    """A case that is none of the actor's to know of: open with others, or closed with others. It says neither."""

    def __init__(self) -> None:
        super().__init__(
            "This reference cannot be opened here as you entered it. Ask whoever last worked with the child, or your"
            " manager.",
            field="reference",
        )


def check_may_open(
    starts_on: date, *, last: tuple[date, date | None] | None, in_error: bool, in_sight: bool = True
) -> None:
    """One episode at a time, each after the one before. ``last``: the latest episode's days. Raises RuleBroken.

    ``in_sight``: whether the actor knows of that one by right. Who does not, opens a closed case anew, no more.
    """
    if last is None:
        return
    _, closed_on = last
    if not in_sight and (in_error or closed_on is None or starts_on < closed_on):
        raise NotHere
    if closed_on is None:
        raise RuleBroken(
            "A case with this reference is open already. Its supervisor can give it to another worker.",
            field="reference",
        )
    if starts_on < closed_on:
        raise RuleBroken(
            f"The case was closed on {closed_on:%-d %B %Y}. Choose that day or a later one.", field="starts_on"
        )


def check_reason(reason: str, *, of: str, field: str) -> None:
    """A reason is asked for where the record would not explain itself. Raises RuleBroken."""
    if not reason.strip():
        raise RuleBroken(f"Say {of}.", field=field)


def check_interval(every: str) -> None:
    """A length of time that the engine reads, of at least a week. Raises RuleBroken."""
    try:
        interval = Duration.parse(every)
    except RuleBroken as error:
        raise RuleBroken("Choose how often this child is to be discussed.", field="every") from error
    if interval.nominal_days < SHORTEST_INTERVAL:
        raise RuleBroken("A child is discussed once a week at most. Choose a longer interval.", field="every")


def check_review(review_on: date, *, today: date) -> None:
    """An interval for one child is looked at again, within a year. Raises RuleBroken."""
    if not today < review_on <= today + timedelta(days=366):
        raise RuleBroken("Choose a day within the next year on which to look at this again.", field="review_on")
