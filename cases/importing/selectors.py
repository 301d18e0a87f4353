"""Reading for imports: what rows are read against, what is known of children, and what became of an import."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from cases import rules as children_rules
from cases.importing.models import ImportMapping, ImportRow, ImportRun
from cases.importing.rules import columns
from cases.importing.rules.changes import Held, Known, Outcome, Table
from cases.importing.rules.rows import Person, Surroundings
from cases.models import Allocation, Child, ChildWeight, Episode, Override, PlanTypeHeld, Sibling
from cases.selectors import plan_types_in_use
from core.actor import Actor, Role
from core.clock import date_of
from core.dated import DatedQuerySet
from policies.selectors import policy_in_force
from staff.models import Account, Post, RoleHeld, StaffMember

FACTS: dict[Table, Any] = {
    Table.EPISODE: Episode,
    Table.ALLOCATION: Allocation,
    Table.PLAN_TYPE: PlanTypeHeld,
    Table.OVERRIDE: Override,
    Table.SIBLING: Sibling,
    Table.WEIGHT: ChildWeight,
}

# What is compared of a fact, beside its days
WHAT: dict[Table, tuple[str, ...]] = {
    Table.ALLOCATION: ("holder_id", "without_worker"),
    Table.PLAN_TYPE: ("plan_type",),
    Table.SIBLING: ("group__number",),
    Table.WEIGHT: ("weight", "set_by"),
}


def open_run() -> ImportRun | None:
    """The one that is not over."""
    return ImportRun.objects.open().select_related("by").first()


def runs(*, actor: Actor) -> QuerySet[ImportRun]:
    """All imports within sight, the newest first."""
    return ImportRun.objects.visible_to(actor).select_related("by").order_by("-started_at")


def mapping_for(headers: Sequence[str]) -> ImportMapping | None:
    """The latest mapping that a file with these headers can be read by."""
    latest = ImportMapping.objects.order_by("-saved_at")
    return next((each for each in latest if columns.fits(each.columns, headers)), None)


def surroundings(*, mapping: ImportMapping, on: date) -> Surroundings:
    """What the rows of a file are read against: people, teams' managers, plan types, how references are written."""
    policy = policy_in_force(on)
    by_key = {
        each.pk: Person(each.pk, each.name, each.employed_from, each.left_on) for each in StaffMember.objects.all()
    }
    people: dict[str, dict[Person, None]] = defaultdict(dict)
    for key, email in Account.objects.values_list("person_id", "email"):
        people[email.lower()][by_key[key]] = None
    working = [person for person in by_key.values() if not person.left_on or person.left_on > on]
    for person in working:
        people[" ".join(person.name.lower().split())][person] = None
    return Surroundings(
        today=on,
        people={words: tuple(found) for words, found in people.items()},
        managers={name: (by_key[key],) for name, key in _managers(on)},
        plan_words=columns.plan_words(mapping.plan_words, plan_types_in_use(policy=policy, on=on)),
        pattern=children_rules.reference_format(policy),
        order=mapping.day_order,
    )


def known_children(keys: Collection[str], *, lock: bool = False) -> dict[str, Known]:
    """What is known of the children with these references in capitals; in eight queries. ``lock``: hold their rows."""
    rows = Child.objects.annotate(key=Upper("reference")).filter(key__in=keys).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = {pk: (key, Known(pk, initials)) for pk, key, initials in rows.values_list("pk", "key", "initials")}
    known = {pk: each for pk, (_, each) in found.items()}
    for child, starts, ends, key in _episodes(known):
        known[child].last = (starts, ends, key)
    for table in Table:
        for child, key, starts, ends, recorded_at, what in _facts(table, known):
            one = known[child]
            changed = max(starts, ends or starts)
            one.last_change[table] = max(one.last_change.get(table, changed), changed)
            if ends is None:
                one.held.append(Held(key, table, starts, date_of(recorded_at), what))
    return dict(found.values())


def missing(run: ImportRun) -> QuerySet[Child]:
    """The children whose cases are open, and whom no row of a run names."""
    is_open = Episode.objects.filter(child=OuterRef("pk"), ends_on=None)
    named = ImportRow.objects.filter(run=run, key=OuterRef("key"), line__isnull=False)
    return Child.objects.annotate(key=Upper("reference")).filter(Exists(is_open), ~Exists(named)).order_by("key")


def count_open() -> int:
    """How many cases are open."""
    return Episode.objects.filter(ends_on=None).count()


def administrators(*, on: date) -> list[Any]:
    """The keys of those who are told when an import stops."""
    held = RoleHeld.objects.live(on).filter(role=Role.SYSTEM_ADMINISTRATOR)
    return list(held.order_by("person_id").values_list("person_id", flat=True).distinct())


def counts_of(run: ImportRun) -> list[tuple[Outcome, int]]:
    """How many children of each outcome, in a fixed order; the faulty are rows."""
    return [(outcome, run.counts.get(outcome.value, 0)) for outcome in Outcome]


def rows_of(run: ImportRun, outcome: Outcome) -> QuerySet[ImportRow]:
    """The rows of one outcome, in the order of the file."""
    return run.rows.filter(outcome__contains=outcome.value).order_by("line", "key")


def mapped(run: ImportRun) -> list[tuple[str, str, str]]:
    """The columns of a run that hold something, as (field, label, header), in the order of the fields."""
    found = run.mapping.columns if run.mapping else {}
    return [(each.field, each.label, found[each.field]) for each in columns.COLUMNS if each.field in found]


def _managers(on: date) -> list[tuple[str, Any]]:
    """Each team's manager, where it has exactly one."""
    leading = RoleHeld.objects.live(on).filter(role=Role.TEAM_MANAGER).values("person_id")
    posts = Post.objects.live(on).filter(Q(person__left_on=None) | Q(person__left_on__gt=on), person_id__in=leading)
    found: dict[str, list[Any]] = defaultdict(list)
    for name, person in posts.values_list("team__name", "person_id"):
        found[" ".join(name.lower().split())].append(person)
    return [(name, people[0]) for name, people in found.items() if len(people) == 1]


def _episodes(children: Collection[Any]) -> QuerySet[Any, Any]:
    rows = Episode.objects.filter(child_id__in=children).order_by("child_id", "starts_on")
    return rows.values_list("child_id", "starts_on", "ends_on", "pk")


def _facts(table: Table, children: Collection[Any]) -> list[tuple[Any, ...]]:
    rows: DatedQuerySet = FACTS[table].objects.filter(child_id__in=children)
    more = WHAT.get(table, ())
    found = rows.values_list("child_id", "pk", "starts_on", "ends_on", "recorded_at", *more)
    if table is Table.ALLOCATION:
        return [(*row[:5], (row[5], row[6])) for row in found]
    if table is Table.WEIGHT:
        return [(*row[:5], None if row[6] else str(row[5])) for row in found]
    return [(*row[:5], row[5] if more else None) for row in found]
