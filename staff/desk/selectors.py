"""Reading the registration desk: whose number is to be asked for, and what an answer came to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.actor import Actor
from policies.selectors import policy_in_force
from staff.desk.rules import LABELS, ORDER, Asked, Outcome, batches
from staff.folder.selectors import regulator
from staff.models import CategoryHeld, FolderItem, RegistrationCheck, StaffMember


@dataclass(frozen=True, slots=True)
class Desk:
    """Who has to stand in the register: those with a number, in batches as the register takes them, and those without.

    ``says``: whether the policy says which categories are of registered people; where it does not, only whoever has a
    number is asked for.
    """

    regulator: str
    says: bool
    batches: list[Sequence[Asked]]
    without: list[StaffMember]
    asked: list[Asked]


def desk(*, actor: Actor, on: date) -> Desk:
    """The desk as it stands on a day; in three queries."""
    policy = policy_in_force(on)
    registered = [each.id for each in policy.categories if each.registered] if policy else []
    held = CategoryHeld.objects.live(on).filter(category__in=registered).values("person")
    called = regulator(on=on)
    papers = FolderItem.objects.visible_to(actor).filter(kind=FolderItem.Kind.REGISTRATION).latest_of_each()
    numbers = {paper.person_id: paper.reference for paper in papers if paper.reference and paper.issuer == called}
    people = StaffMember.objects.visible_to(actor).employed(on).order_by("name", "pk")
    have_to = set(people.filter(pk__in=held).values_list("pk", flat=True)) if registered else set()
    here = list(people.filter(pk__in=have_to | numbers.keys()))
    asked = [Asked(str(person.pk), person.name, numbers[person.pk]) for person in here if person.pk in numbers]
    without = [person for person in here if person.pk not in numbers]
    return Desk(called, bool(registered), batches(asked), without, asked)


def recent_checks(actor: Actor) -> list[RegistrationCheck]:
    """The answers that were read lately, the newest first."""
    return list(RegistrationCheck.objects.visible_to(actor).select_related("brought_by").order_by("-brought_at")[:10])


@dataclass(frozen=True, slots=True)
class Group:
    """Those of whom the register says the same."""

    outcome: str
    label: str
    rows: list[dict[str, Any]]
    is_pressing: bool


def groups_of(check: RegistrationCheck) -> list[Group]:
    """What an answer came to, the most pressing first; groups without anybody left out."""
    rows = rows_of(check)
    found = [(outcome, [row for row in rows if row["outcome"] == outcome]) for outcome in ORDER]
    quiet = (Outcome.REGISTERED, Outcome.CONDITIONS)
    return [Group(outcome, LABELS[outcome], each, outcome not in quiet) for outcome, each in found if each]


def rows_of(check: RegistrationCheck) -> list[dict[str, Any]]:
    """Its rows, with the day until which somebody is registered as a day."""
    rows: list[dict[str, Any]] = json.loads(check.rows)
    return [{**row, "until": date.fromisoformat(row["until"]) if row["until"] else None} for row in rows]
