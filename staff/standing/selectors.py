"""Reading somebody's categories over time, and the dates that the policy counts from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from policies.rules.policy import AnchorPlus, OnEvent, Phase, Policy
from policies.selectors import policy_in_force
from staff.models import CategoryHeld, KeyDate, SupervisionRelationship

# Those that a policy may count from and that are entered here; employment is a date of its own
COUNTED = (
    KeyDate.Kind.ROLE_START,
    KeyDate.Kind.ASYE_START,
    KeyDate.Kind.PROBATION_START,
    KeyDate.Kind.PLACEMENT_START,
)


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A category over time, as a page shows it. ``is_declared``: whether the policy in force knows it."""

    held: CategoryHeld
    words: str
    is_declared: bool
    is_over: bool

    @property
    def last_day(self) -> date | None:
        """The last day in it, where it ends."""
        return self.held.last_day


@dataclass(frozen=True, slots=True)
class Standing:
    """``missing``: dates that the policy counts from for the categories held, and that are not entered."""

    rows: list[HeldRow]
    key_dates: dict[KeyDate.Kind, date]
    missing: list[str]

    @property
    def dates(self) -> list[tuple[str, date | None]]:
        """Each date that can be entered here, in words, and the day."""
        return [(kind.label, self.key_dates.get(kind)) for kind in COUNTED]


def standing_of(person_id: UUID, *, on: date) -> Standing:
    """Somebody's categories, the latest first, and key dates; by the policy in force on a day."""
    policy = policy_in_force(on)
    held = list(CategoryHeld.objects.filter(person_id=person_id).order_by("-starts_on", "category"))
    days = KeyDate.objects.filter(person_id=person_id, kind__in=COUNTED, replaced_at=None).values_list("kind", "on")
    key_dates = {KeyDate.Kind(kind): day for kind, day in days}
    wanted = anchors_of(policy, {row.category for row in held if row.holds(on)}) if policy else set()
    missing = [kind.label for kind in COUNTED if kind.value in wanted and kind not in key_dates]
    return Standing([_row(row, policy, on) for row in held], key_dates, missing)


def _row(held: CategoryHeld, policy: Policy | None, on: date) -> HeldRow:
    declared = policy.category(held.category) if policy else None
    words = declared.label if declared else held.category.replace("_", " ")
    is_over = held.ends_on is not None and held.ends_on <= on
    return HeldRow(held, words, is_declared=declared is not None, is_over=is_over)


def anchors_of(policy: Policy, categories: Iterable[str]) -> set[str]:
    """The dates of its own that a policy counts the phases of these categories from."""
    wanted = set(categories)
    bound = [rule for rule in policy.rules if rule.categories is None or rule.categories & wanted]
    return {anchor for rule in bound for phase in rule.phases if (anchor := _anchor(phase))} if wanted else set()


def _anchor(phase: Phase) -> str:
    until = phase.until.prompt_at if isinstance(phase.until, OnEvent) else phase.until
    return until.anchor if isinstance(until, AnchorPlus) else ""


def to_choose(days: Iterable[date]) -> list[tuple[str, str]]:
    """Worker categories of the policies in force on the days, as (id, label), by label."""
    policies = {policy.source: policy for day in days if (policy := policy_in_force(day))}
    found = {each.id: each.label for policy in policies.values() for each in policy.categories}
    return sorted(found.items(), key=lambda pair: pair[1])


def practice_educator(person_id: UUID, *, on: date) -> SupervisionRelationship | None:
    """Who educates in practice on a day or later."""
    open_ones = SupervisionRelationship.objects.open(on + timedelta(days=1)).select_related("supervisor")
    kind = SupervisionRelationship.Kind.PRACTICE_EDUCATION
    found: SupervisionRelationship | None = open_ones.filter(supervisee_id=person_id, kind=kind, ends_on=None).first()
    return found
