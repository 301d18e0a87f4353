"""Rules of children's facts: references, who holds a child, what may begin and end when. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from core.errors import RuleBroken
from policies.rules.facts import Absence, Facts
from policies.rules.labels import from_slug
from policies.rules.policy import Policy
from policies.rules.worker import Worker

LONGEST_REFERENCE = 40
# What every authority has; a policy names others, and an authority enters what it needs
USUAL_PLAN_TYPES = ("child_in_need", "child_protection_plan", "looked_after", "care_leaver_18_plus")


def plan_type_words(plan_type: str) -> str:
    """A plan type as people say it."""
    return "Care leaver 18+" if plan_type == "care_leaver_18_plus" else from_slug(plan_type)


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


def reference_format(policy: Policy | None) -> str | None:
    """The pattern of the policy's references (``labels.child_reference_format``, a regular expression), where it has one."""
    return policy.labels.get("child_reference_format") if policy else None


def check_reference(reference: str, *, label: str, pattern: str | None = None) -> None:
    """A reference of the case system, never a name. Raises RuleBroken with a plain sentence."""
    if not any(each.isdigit() for each in reference):
        raise RuleBroken(
            f"This looks like a name. Enter the {label} from the case system; a child’s name is never kept here.",
            field="reference",
        )
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ./_-]*", reference) or len(reference) > LONGEST_REFERENCE:
        raise RuleBroken(
            f"A {label} has letters, digits, full stops, slashes and dashes alone, at most {LONGEST_REFERENCE}.",
            field="reference",
        )
    if pattern and not re.fullmatch(pattern, reference):
        raise RuleBroken(f"This is not how a {label} is written. Look again in the case system.", field="reference")


def check_initials(initials: str) -> None:
    """Initials, where the authority wants them: at most four capital letters. Raises RuleBroken."""
    if initials and not re.fullmatch(r"[A-Z](\.?[A-Z]){0,3}\.?", initials):
        raise RuleBroken("Enter initials alone, such as “AB”, or nothing. A name is never kept here.", field="initials")


def check_not_ahead(day: date, *, today: date, what: str, field: str) -> None:
    """What happened has happened by today. Raises RuleBroken."""
    if day > today:
        raise RuleBroken(f"{what} lies ahead. Enter it when the day has come.", field=field)
