"""What a draft of the policy would change, for those who may see names and dates."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator

from compliance.models import PolicyEffect
from compliance.rules.effects import GROUPS
from core.actor import Actor
from policies.models import PolicyDraft
from staff.models import StaffMember

ROWS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One worker for whom something changes: the name, and the due date before and after."""

    person_id: UUID
    name: str
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """How many workers and children fall into one group."""

    group: str
    label: str
    workers: int
    children: int


@dataclass(frozen=True, slots=True)
class EffectPage:
    """Figures by group, and the workers of the one that was chosen, by name. ``effect`` None: never asked for.

    ``today``: whether it is asked what would change if the version began today.
    """

    effect: PolicyEffect | None
    today: bool = False
    figures: tuple[Figure, ...] = ()
    group: str = ""
    label: str = ""
    page: Page | None = None


def effect_page(*, draft: PolicyDraft, actor: Actor, today: bool, group: str, number: str) -> EffectPage:
    """The newest reckoning for a draft, in three queries; names and figures of workers only within sight."""
    known = PolicyEffect.objects.visible_to(actor).filter(draft=draft)
    days = known.filter(on__lt=draft.starts_on) if today else known.filter(on__gte=draft.starts_on)
    effect = days.order_by("-asked_at").first()
    if effect is None or effect.finished_at is None:
        return EffectPage(effect, today)
    people = StaffMember.objects.with_file_open_to(actor).filter(pk__in=[row[0] for row in effect.workers])
    names = {str(key): name for key, name in people.values_list("pk", "name")}
    seen = [row for row in effect.workers if row[0] in names]
    counts = Counter(row[1] for row in seen)
    figures = tuple(Figure(key, label, counts[key], effect.children.get(key, 0)) for key, label in GROUPS.items())
    chosen = group if group in GROUPS else next((each.group for each in figures if each.workers), "overdue")
    rows = [
        EffectRow(UUID(key), names[key], _day(before), _day(after))
        for key, found, before, after in seen
        if found == chosen
    ]
    page = Paginator(sorted(rows, key=lambda row: row.name), ROWS_ON_A_PAGE).get_page(number)
    return EffectPage(effect, today, figures, chosen, GROUPS[chosen], page)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
