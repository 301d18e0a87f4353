"""Reading from whom is drawn, and what was drawn for an audit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from audits.drawing import rules
from audits.drawing.rules import Item
from audits.models import Audit, AuditedChild, Draw
from audits.timetable import rules as timetable
from audits.timetable.facts import gather
from audits.timetable.rules import DutyStanding
from audits.timetable.selectors import standing_of_duties
from cases.models import Allocation, Child
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from records.models import DraftSection
from records.values import is_filled
from staff.models import CategoryHeld, Post, StaffMember

NO_TEAM = "No team"
UNSEEN = "A child whose reference is not open to you"


@dataclass(frozen=True, slots=True)
class Pool:
    """From which files one is drawn: each with its supervisor and its team. ``audited_lately``: how many are left out,
    since they were audited within twelve months; ``under_audit``: since an audit of them is not done yet.
    """

    items: list[Item]
    supervisors: dict[UUID, UUID]
    teams: dict[UUID, UUID | None]
    audited_lately: int = 0
    under_audit: int = 0

    @property
    def strata(self) -> list[tuple[str, int]]:
        """Each team with how many of its files are in the pool, by name."""
        return counted_by_stratum(self.items)


def counted_by_stratum(items: Collection[Item]) -> list[tuple[str, int]]:
    """Each group with how many belong to it, by name."""
    names = sorted({item.stratum for item in items})
    return [(name, sum(item.stratum == name for item in items)) for name in names]


def standing_to_draw_for(duty_id: str, starts_on: date | None, *, actor: Actor, on: date) -> DutyStanding:
    """How far the actor is with a duty in the period from a day on, where a file can be drawn for it; in two queries.

    Raises RuleBroken where they have no such duty, or nothing is left to draw for the period.
    """
    standings = standing_of_duties(on=on, people={actor.staff_id}, year=starts_on)
    found = next((each for each in standings if each.duty.id == duty_id and each.period[0] == starts_on), None)
    if found is None or found.duty.what != timetable.SUPERVISION_FILE:
        raise RuleBroken("You have no such audit to do. Look at your plan again.")
    timetable.check_may_draw(found, on=on)
    return found


def why_not_to_draw(duty_id: str, starts_on: date | None, *, actor: Actor, on: date) -> str:
    """Why no file can be drawn for a duty in a period, in words; empty where one can, and on top of the timetable."""
    try:
        if duty_id:
            standing_to_draw_for(duty_id, starts_on, actor=actor, on=on)
    except RuleBroken as refusal:
        return str(refusal)
    return ""


def pool_of_files(*, actor: Actor, of: str | None, on: date, leave_out: UUID | None = None) -> Pool:
    """From which files the actor draws: those of whose supervisors the actor is the line manager (R114), of one tier.

    Never one that the actor supervises, nor the actor's own; none with an audit that is not done yet, but for that to
    ``leave_out``; and none that was audited within twelve months, while there are others. In three queries.
    """
    line = gather(starts_on=on, ends_on=on + timedelta(days=1), people={actor.staff_id}).line.on(on)
    files = line.files(actor.staff_id, of=of)
    done_on, under_audit = _audited(files, leave_out=leave_out)
    posts = Post.objects.live(on).filter(person__in=files).values_list("person_id", "team_id", "team__name")
    teams = {person_id: (team_id, name) for person_id, team_id, name in posts}
    free = [
        Item(str(person_id), teams.get(person_id, (None, NO_TEAM))[1])
        for person_id in files
        if person_id not in under_audit
    ]
    rested = rules.not_lately(free, done_on, on=on)
    return Pool(
        items=sorted(rested, key=lambda item: item.id),
        supervisors=files,
        teams={person_id: team_id for person_id, (team_id, _) in teams.items()},
        audited_lately=len(free) - len(rested),
        under_audit=len(files) - len(free),
    )


def _audited(files: Collection[UUID], *, leave_out: UUID | None) -> tuple[dict[str, date], set[UUID]]:
    """When files were last audited, by their keys as text; and those with an audit that is not done yet."""
    audits = Audit.objects.standing().filter(file_of__in=files).with_done_at()
    done_on: dict[str, date] = {}
    under_audit = set()
    for audit in audits:
        if audit.done_at:
            file_of = str(audit.file_of_id)
            done_on[file_of] = max(date_of(audit.done_at), done_on.get(file_of, date.min))
        elif audit.pk != leave_out:
            under_audit.add(audit.file_of_id)
    return done_on, under_audit


@dataclass(frozen=True, slots=True)
class ChildrenToDraw:
    """From which children of a worker is drawn, held between two days, and how many; none for who holds no cases."""

    items: list[Item]
    size: int
    starts_on: date | None = None
    ends_on: date | None = None


def day_of(audit: Audit, *, on: date) -> date:
    """The day of an audit: the one that is booked; until then, the day on which it is asked about."""
    return audit.booked_on or on


def pool_of_children(audit: Audit, *, on: date) -> ChildrenToDraw:
    """Which children the worker held within the policy's stretch before the audit's day, open or closed since.

    Two for each worker in Shropshire, of six months (R255). None where the policy draws none, or where the worker is in
    categories alone that hold no cases. In three queries.
    """
    day = day_of(audit, on=on)
    policy = policy_in_force(day)
    terms = policy.audit if policy else None
    if (
        policy is None
        or terms is None
        or not terms.cases_per_worker
        or not holds_cases(audit.file_of_id, policy, on=day)
    ):
        return ChildrenToDraw([], 0)
    since = rules.lookback_from(day, terms.lookback) or day
    held = Allocation.objects.filter(holder_id=audit.file_of_id, without_worker=False, starts_on__lte=day)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gt=since))
    items = [Item(str(child_id)) for child_id in sorted(set(held.values_list("child_id", flat=True)), key=str)]
    return ChildrenToDraw(items, terms.cases_per_worker, since, day)


def holds_cases(person_id: UUID, policy: Policy, *, on: date) -> bool:
    """Whether somebody is in a category that holds cases, or in none of which the policy says that it does not."""
    held = CategoryHeld.objects.live(on).filter(person_id=person_id).values_list("category", flat=True)
    found = [policy.category(each) for each in held]
    return not found or any(category is None or category.case_holding is not False for category in found)


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One draw as its page shows it. ``picked`` and ``pool``: in words; ``reason``: of a draw in another's place.

    ``is_whole``: with whose files were in the pool, the reason, and the program that makes it again.
    """

    draw_id: UUID
    of: str
    seed: str
    drawn_by: str
    drawn_at: datetime
    picked: list[str]
    pool: list[tuple[str, list[str]]]
    size: int
    reason: str
    is_present: bool
    agrees: bool
    is_whole: bool

    @property
    def is_of_children(self) -> bool:
        """Whether it chose the children of section 3."""
        return self.of == Draw.Of.CHILDREN


def draws_of(audit: Audit, *, actor: Actor) -> list[DrawRow]:
    """Every draw of an audit, the newest first, made again to see whether it agrees; in five queries.

    To those who were audited the present draws alone, without what concerns others. Of children, the references that the
    actor may read, and to the auditor, until the audit is signed, those that were drawn (sight: about a child).
    """
    draws = list(audit.draws.select_related("drawn_by").order_by("-drawn_at", "-pk"))
    replaced = {draw.replaces_id for draw in draws}
    is_whole = Draw.objects.visible_to(actor).filter(for_audit=audit).exists()
    draws = draws if is_whole else [draw for draw in draws if draw.pk not in replaced]
    people = {each["id"] for draw in draws if draw.of == Draw.Of.FILE for each in draw.pool}
    drawn = {key for draw in draws if draw.of == Draw.Of.CHILDREN for key in draw.picked}
    children = Child.objects.filter(pk__in=drawn)
    if actor.staff_id != audit.auditor_id or audit.given_up_at or audit.is_signed:
        children = children.visible_to(actor)
    words = {str(key): name for key, name in StaffMember.objects.filter(pk__in=people).values_list("pk", "name")}
    words |= {str(key): name for key, name in children.values_list("pk", "reference")}
    return [
        DrawRow(
            draw_id=draw.pk,
            of=draw.of,
            seed=draw.seed,
            drawn_by=draw.drawn_by.name,
            drawn_at=draw.drawn_at,
            picked=[words.get(key, UNSEEN) for key in draw.picked],
            pool=_by_stratum(draw.pool, words) if is_whole and draw.of == Draw.Of.FILE else [],
            size=len(draw.pool),
            reason=draw.reason if is_whole else "",
            is_present=draw.pk not in replaced,
            agrees=rules.agrees(draw.seed, draw.pool, draw.picked),
            is_whole=is_whole,
        )
        for draw in draws
    ]


def _by_stratum(pool: Sequence[Mapping[str, str]], words: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    names = sorted({each["stratum"] for each in pool})
    return [(name, sorted(words[each["id"]] for each in pool if each["stratum"] == name)) for name in names]


def drawn_children(audit: Audit) -> list[AuditedChild]:
    """The children of section 3, by reference."""
    return list(audit.children.select_related("child").order_by("child__reference"))


def is_written_about(audit: Audit, children: Sequence[AuditedChild]) -> bool:
    """Whether anything is typed about drawn children in the draft of an audit."""
    rows = DraftSection.objects.filter(record=audit.record_id, key__in=[str(child.child_id) for child in children])
    return bool(children) and any(is_filled(value) for row in rows for value in row.values.values())
