"""Whom a policy names for a disagreement or a concern, what it lets be shared, and what each step needs. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core.actor import Role
from core.errors import RuleBroken

LINE_MANAGER, HR = "line_manager", "hr"
ROUTES = {"supervisor_line_manager": LINE_MANAGER, "line_manager": LINE_MANAGER, "hr": HR}
BY_AGREEMENT = "by_agreement"

# Used where a policy lists none (R100)
CATEGORIES = (
    *("adult_or_child_protection_and_risk", "poor_performance", "sickness_absence", "discipline", "bullying"),
    *("harassment_or_discrimination", "staff_safety", "policy_development"),
)
CATEGORY_WORDS = {
    "adult_or_child_protection_and_risk": "Protection of adults or children, and managing risk",
    "poor_performance": "Poor performance",
    "sickness_absence": "Sickness absence",
    "discipline": "Discipline",
    "bullying": "Bullying",
    "harassment_or_discrimination": "Harassment or discrimination",
    "staff_safety": "Safety of staff",
    "policy_development": "Development of policy",
    BY_AGREEMENT: "Anything else: only if both of us agree",
}


@dataclass(frozen=True, slots=True)
class Disputes:
    """What a policy says of disagreements: which role decides, whether a pair's own goes on the record."""

    role: Role | None
    on_record: bool
    routes: tuple[str, ...]


def disputes(blocks: Mapping[str, Any], *, supervisor: Collection[Role], supervisee: Collection[Role]) -> Disputes:
    """How a disagreement of two people is settled by a policy's ``disagreements`` (R171-R173).

    Between a service manager and a team manager it belongs on the record of supervision, where the policy says so. A
    concern has both routes where the policy says nothing.
    """
    said = blocks.get("disagreements") or {}
    named = said.get("work_or_service_decision")
    is_pair = Role.SERVICE_MANAGER in supervisor and Role.TEAM_MANAGER in supervisee
    on_record = is_pair and said.get("between_service_and_team_manager") == "record_on_supervision_record"
    asked = [said.get("about_supervision_practice"), said.get("alternative_route")]
    routes = tuple(dict.fromkeys(ROUTES[each] for each in asked if each in ROUTES))
    return Disputes(
        role=Role(named) if named in set(Role) else None, on_record=on_record, routes=routes or (LINE_MANAGER, HR)
    )


def sharing_categories(blocks: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What may be shared without agreement, closed, and last what both must agree to: (slug, words)."""
    said = (blocks.get("confidentiality") or {}).get("may_share_without_agreement") or CATEGORIES
    return [(slug, category_words(slug)) for slug in (*said, BY_AGREEMENT)]


def category_words(slug: str) -> str:
    """A category in words; one of a council's own is spelt out."""
    return CATEGORY_WORDS.get(slug) or slug.replace("_", " ").capitalize()


def manager_to_put_it_to(manager_id: UUID | None, *, parties: Collection[UUID]) -> UUID:
    """A matter is put to a manager who is neither of the two. Raises RuleBroken."""
    if manager_id is None:
        raise RuleBroken("Choose the manager to whom this goes.", field="referred_to_id")
    if manager_id in parties:
        raise RuleBroken("That is one of the two of you. Choose another manager.", field="referred_to_id")
    return manager_id


def check_is_above(manager_id: UUID, *, above: Collection[UUID]) -> None:
    """An issue goes up the line of management, never to a peer or to somebody below. Raises RuleBroken."""
    if manager_id not in above:
        raise RuleBroken("Choose a manager who is above one of you in the line of management.", field="referred_to_id")


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice that was sought before something was shared (R102): from whom, when, what came of it; whole or not at all."""

    source: str = ""
    on: date | None = None
    outcome: str = ""


def check_disclosure(
    *, category: str, known: Collection[str], shared_on: date | None, not_told_because: str, today: date
) -> None:
    """What an entry of the log needs: its category, and its day or the agreement (R100, R101). Raises RuleBroken."""
    if category not in known:
        raise RuleBroken("Choose one of the categories.", field="category")
    if category == BY_AGREEMENT:
        _check_awaits_agreement(shared_on=shared_on, not_told_because=not_told_because)
    elif shared_on is None:
        raise RuleBroken("Enter the day on which it was shared.", field="shared_on")
    else:
        check_has_come(shared_on, today=today, field="shared_on")


def _check_awaits_agreement(*, shared_on: date | None, not_told_because: str) -> None:
    if shared_on:
        raise RuleBroken(
            "Leave the date out: this is shared only once both of you agree. You enter the date then.",
            field="shared_on",
        )
    if not_told_because:
        raise RuleBroken("What needs agreement cannot be kept from the person who agrees.", field="not_told_because")


def check_has_come(day: date, *, today: date, field: str) -> None:
    """What is entered has happened. Raises RuleBroken."""
    if day > today:
        raise RuleBroken("That day has not come. Enter it once it has happened.", field=field)


def check_advice(advice: Advice, *, today: date) -> None:
    """Advice is entered whole (R102), or not at all. Raises RuleBroken."""
    given = [bool(advice.source), bool(advice.on), bool(advice.outcome)]
    if any(given) and not all(given):
        field = ("advice_from", "advice_on", "advice_outcome")[given.index(False)]
        raise RuleBroken("Enter from whom the advice came, when, and what came of it.", field=field)
    if advice.on:
        check_has_come(advice.on, today=today, field="advice_on")
