"""Reading people and how they stand to each other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import connection
from django.db.models import Prefetch

from core.actor import HATS, Actor, Role
from policies.selectors import policy_in_force
from staff.models import (
    Absence,
    Account,
    CategoryHeld,
    CredentialReset,
    ManagementLine,
    Post,
    RoleHeld,
    Service,
    SightGrant,
    StaffMember,
    StaffMemberQuerySet,
    SupervisionRelationship,
    Team,
    WorkingPattern,
)

RELATION_KINDS = ("supervises", "manages", "next_up_for", "above_for", "finishes")
GRANT_KINDS = ("granted_people", "granted_children", "granted_records")
# Sight that is given to those with a need to know: read on the page, under the reader's name, and taken along by nobody
ON_THE_PAGE_ALONE = frozenset(
    {
        SightGrant.Basis.INSPECTION,
        SightGrant.Basis.INVESTIGATION,
        SightGrant.Basis.REGULATOR,
        SightGrant.Basis.DATA_PROTECTION,
    }
)
# One row for each relation on a day; depth as far as two, so that a loop ends. Above a cover nobody gains a relation by it.
RELATIONS = """
WITH RECURSIVE
supervision AS NOT MATERIALIZED (
    SELECT supervisee_id, supervisor_id, sees_from, kind FROM staff_supervisionrelationship
    WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
),
management AS NOT MATERIALIZED (
    SELECT person_id, manager_id FROM staff_managementline
    WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s) AND confirmed_at IS NOT NULL
),
line (person_id, depth) AS (
    SELECT person_id, 1 FROM management WHERE manager_id = %(person)s
    UNION
    SELECT management.person_id, 2 FROM management JOIN line ON management.manager_id = line.person_id
)
SELECT 'supervises', supervisee_id, sees_from::text FROM supervision WHERE supervisor_id = %(person)s
UNION ALL
SELECT CASE depth WHEN 1 THEN 'next_up_for' ELSE 'above_for' END, supervisee_id, ''
FROM line JOIN supervision ON supervision.supervisor_id = line.person_id AND supervision.kind <> 'cover'
UNION ALL
SELECT CASE depth WHEN 1 THEN 'manages' ELSE 'above_for' END, person_id, '' FROM line
UNION ALL
SELECT 'finishes', leaver.id, '' FROM staff_staffmember AS leaver
WHERE leaver.finisher_id = %(person)s AND leaver.left_on <= %(on)s
    AND NOT EXISTS (SELECT FROM staff_custody WHERE staff_custody.person_id = leaver.id)
UNION ALL
SELECT 'role', NULL, role FROM staff_roleheld
WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
UNION ALL
SELECT 'job_title', NULL, job_title FROM staff_post
WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
UNION ALL
SELECT CASE WHEN file_of_id IS NOT NULL THEN 'granted_people' WHEN child_id IS NOT NULL THEN 'granted_children'
    ELSE 'granted_records' END, COALESCE(file_of_id, child_id, record_id), basis || CASE WHEN masked THEN '' ELSE ' unmasked' END
FROM staff_sightgrant
WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s) AND ended_at IS NULL
"""


def actor_for(person: StaffMember, *, on: date, hat: Role | None = None, on_the_page: bool = False) -> Actor:
    """A person as an actor on a day, in one query. A person is never supervisor, next up or above of oneself.

    ``on_the_page``: for the page of a record itself, where alone sight for a need to know opens anything; anywhere else
    ``watermarked`` says that there is some, and nothing is opened by it.
    """
    people: dict[str, set[UUID]] = {kind: set() for kind in (*RELATION_KINDS, *GRANT_KINDS)}
    marked: dict[str, set[UUID]] = {"unmasked": set(), "watermarked": set(), "archived": set()}
    roles: set[Role] = set()
    job_title = ""
    bounds: dict[UUID, list[str | None]] = {}
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS, {"person": person.pk, "on": on})
        for kind, person_id, words in cursor.fetchall():
            if kind == "role":
                roles.add(Role(words))
            elif kind == "job_title":
                job_title = words
            elif kind in GRANT_KINDS:
                _add_grant(people[kind], marked, person_id, words, hat, on_the_page=on_the_page)
            elif person_id != person.pk:
                people[kind].add(person_id)
                if kind == "supervises":
                    bounds.setdefault(person_id, []).append(words)
    # Whoever supervises somebody in another way, too, sees everything
    sees_from = {key: date.fromisoformat(min(filter(None, days))) for key, days in bounds.items() if all(days)}
    return Actor(
        staff_id=person.pk,
        name=person.name,
        on=on,
        job_title=job_title or person.organisation,
        roles=frozenset(roles),
        limited=frozenset(sees_from),
        sees_from=sees_from,
        is_outside=bool(person.organisation),
        unmasked=frozenset(marked["unmasked"]),
        watermarked=frozenset(marked["watermarked"]),
        archived_people=frozenset(marked["archived"]),
        supervises=frozenset(people["supervises"]),
        manages=frozenset(people["manages"]),
        next_up_for=frozenset(people["next_up_for"]),
        above_for=frozenset(people["above_for"]),
        finishes=frozenset(people["finishes"]),
        granted_people=frozenset(people["granted_people"]),
        granted_children=frozenset(people["granted_children"]),
        granted_records=frozenset(people["granted_records"]),
    ).wearing(hat)


def _add_grant(
    opened: set[UUID], marked: dict[str, set[UUID]], key: UUID, words: str, hat: Role | None, *, on_the_page: bool
) -> None:
    basis, _, shown = words.partition(" ")
    if basis == SightGrant.Basis.ARCHIVE and hat is not Role.HR:
        return
    if basis in ON_THE_PAGE_ALONE:
        marked["watermarked"].add(key)
        if not on_the_page:
            return
    opened.add(key)
    if shown:
        marked["unmasked"].add(key)
    if basis == SightGrant.Basis.ARCHIVE:
        marked["archived"].add(key)


def grant_on_the_page(actor: Actor, things: Collection[UUID | None]) -> SightGrant | None:
    """By which grant somebody with a need to know reads one of these; the narrowest of several."""
    live = SightGrant.objects.live(actor.on).in_force().filter(person_id=actor.staff_id, basis__in=ON_THE_PAGE_ALONE)
    found = [grant for grant in live.order_by("pk") if grant.thing_id in things]
    return min(found, key=lambda grant: grant.record_id is None, default=None)


def supervisor_of(person_id: UUID, *, on: date) -> SupervisionRelationship | None:
    """The live supervisory relationship of a supervisee on a day, cover before line management; None without one."""
    relationships = (
        SupervisionRelationship.objects.live(on).filter(supervisee_id=person_id).select_related("supervisor")
    )
    return min(relationships, key=lambda row: row.kind != SupervisionRelationship.Kind.COVER, default=None)


def present_supervisor(person_id: UUID, *, was: UUID, on: date) -> UUID | None:
    """Who supervises somebody on a day: ``was``, while they still do; else whoever does now, or nobody."""
    if SupervisionRelationship.objects.live(on).filter(supervisee_id=person_id, supervisor_id=was).exists():
        return was
    present = supervisor_of(person_id, on=on)
    return present.supervisor_id if present else None


def job_titles(people: set[UUID], *, on: date) -> dict[UUID, str]:
    """What each person's job is called on a day."""
    return dict(Post.objects.live(on).filter(person_id__in=people).values_list("person_id", "job_title"))


def is_in_line_of(person_id: UUID, manager_id: UUID, *, on: date) -> bool:
    """Whether a manager is somewhere above a person on a day (or that person); ends even where a loop stands."""
    seen: set[UUID] = set()
    current: UUID | None = person_id
    while current and current not in seen:
        if current == manager_id:
            return True
        seen.add(current)
        current = ManagementLine.objects.live(on).filter(person_id=current).values_list("manager_id", flat=True).first()
    return False


# Managers above a person on a day, nearest first, each once; as far as twelve, so that a loop in the line ends
LINE_ABOVE = """
WITH RECURSIVE
management AS NOT MATERIALIZED (
    SELECT person_id, manager_id FROM staff_managementline
    WHERE starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s) AND confirmed_at IS NOT NULL
),
line (manager_id, depth) AS (
    SELECT manager_id, 1 FROM management WHERE person_id = %(person)s
    UNION
    SELECT management.manager_id, depth + 1 FROM management JOIN line ON management.person_id = line.manager_id
    WHERE depth < 12
)
SELECT manager_id FROM line GROUP BY manager_id ORDER BY min(depth)
"""


def line_above(person_id: UUID, *, on: date) -> list[UUID]:
    """Who is above a person in the line of management on a day, nearest first; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(LINE_ABOVE, {"person": person_id, "on": on})
        return [manager_id for (manager_id,) in cursor.fetchall()]


def people_with_role(role: Role, *, on: date) -> set[UUID]:
    """Who holds a role on a day and has not left."""
    people = StaffMember.objects.employed(on)
    return set(RoleHeld.objects.live(on).filter(role=role, person__in=people).values_list("person_id", flat=True))


def line_would_loop(*, person_id: UUID, manager_id: UUID, starts_on: date) -> bool:
    """Whether a line that begins on a day and stays open would close into a loop, then or with a line set for later."""
    later = ManagementLine.objects.confirmed().filter(starts_on__gt=starts_on).values_list("starts_on", flat=True)
    return any(is_in_line_of(manager_id, person_id, on=on) for on in [starts_on, *sorted(set(later))])


def account_of(person_id: UUID, *, on: date) -> Account | None:
    """The account by which a person signs in, if any that is active; None for somebody who has left by that day."""
    people = StaffMember.objects.let_in(on)
    return Account.objects.filter(person_id=person_id, person__in=people, is_active=True).first()


def own_resets(actor: Actor) -> list[CredentialReset]:
    """What administrators took away of the actor's own ways to sign in, newest first, with the reasons."""
    return list(CredentialReset.objects.filter(account__person_id=actor.staff_id).select_related("by")[:10])


def account_with_email(email: str) -> Account | None:
    """The account that somebody tried to sign in to, by the address as typed."""
    return Account.objects.filter(email=email.strip().lower()).first()


def directory(
    *, actor: Actor, search: str = "", team_id: UUID | None = None, limit: int | None = None
) -> StaffMemberQuerySet:
    """People by name, each with ``job_title`` and ``team_name``: to be paged by the caller, one query a page."""
    people = StaffMember.objects.visible_to(actor).employed(actor.on).matching(search).with_job_title(on=actor.on)
    if team_id:
        people = people.in_team(team_id, on=actor.on)
    return people.order_by("name", "pk")[:limit]


def teams() -> list[Team]:
    """Every team with its service, by name."""
    return list(Team.objects.select_related("service").order_by("name"))


def categories(*, on: date) -> list[tuple[str, str]]:
    """Worker categories to choose from, as (id, label), by label."""
    policy = policy_in_force(on)
    return (
        sorted(((category.id, category.label) for category in policy.categories), key=itemgetter(1)) if policy else []
    )


def person_named(*, actor: Actor, person_id: UUID) -> StaffMember | None:
    """One person of the directory with ``job_title`` and ``team_name``; None when there is none, or has left."""
    people = StaffMember.objects.visible_to(actor).employed(actor.on)
    return people.with_job_title(on=actor.on).filter(pk=person_id).first()


@dataclass(frozen=True, slots=True)
class CategoryOverTime:
    """A worker category in the words of the policy, and the days on which somebody was or is in it."""

    words: str
    starts_on: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class PersonRelations:
    """How a person stands: what those entitled see beside name, post and team. All rows newest first."""

    categories: list[CategoryOverTime]
    lines: list[ManagementLine]
    supervision: list[SupervisionRelationship]
    absences: list[Absence]


def working_days_of(person_id: UUID, *, on: date) -> list[int] | None:
    """The days of the week on which somebody works on a day, Monday being 0; None where nothing is entered."""
    return WorkingPattern.objects.live(on).filter(person_id=person_id).values_list("weekdays", flat=True).first()


def relations_of(person_id: UUID, *, on: date) -> PersonRelations:
    """A person's categories, confirmed line managers, supervisors and absences over time, in five queries.

    ``on``: the day whose policy names the categories.
    """
    labels = dict(categories(on=on))
    lines = ManagementLine.objects.confirmed().filter(person_id=person_id).select_related("manager")
    supervision = SupervisionRelationship.objects.filter(supervisee_id=person_id)
    supervision = supervision.select_related("supervisor", "covers_for")
    return PersonRelations(
        categories=[
            CategoryOverTime(labels.get(row.category, row.category.replace("_", " ")), row.starts_on, row.last_day)
            for row in CategoryHeld.objects.filter(person_id=person_id).order_by("-starts_on")
        ],
        lines=list(lines.order_by("-starts_on")),
        supervision=list(supervision.order_by("-starts_on", "kind")),
        absences=list(Absence.objects.filter(person_id=person_id).order_by("-starts_on")),
    )


def lines_waiting_for(actor: Actor) -> list[ManagementLine]:
    """Proposals that wait for the actor's answer, oldest first."""
    return list(ManagementLine.objects.visible_to(actor).with_people().order_by("recorded_at"))


def confirmers_of(line: ManagementLine, *, on: date) -> set[UUID]:
    """Whom to ask about a proposed line: the nearest in the present line who may answer, or all who lead in the service.

    Empty when there is nobody yet.
    """
    present = ManagementLine.objects.live(on).filter(person_id=line.person_id).first()
    seen: set[UUID] = set()
    while present and present.manager_id not in seen:
        if present.manager_id not in (line.manager_id, line.proposed_by_id):
            return {present.manager_id}
        seen.add(present.manager_id)
        present = ManagementLine.objects.live(on).filter(person_id=present.manager_id).first()
    leaders = StaffMember.objects.employed(on).filter(pk__in=RoleHeld.objects.leading(on).values("person"))
    return {
        person.pk
        for person in leaders
        if ManagementLine.objects.visible_to(actor_for(person, on=on)).filter(pk=line.pk)
    }


@dataclass(frozen=True, slots=True)
class ServiceWithTeams:
    """A service by name, and its teams by name."""

    name: str
    teams: list[str]


def services_with_teams() -> list[ServiceWithTeams]:
    """Every service with its teams, in two queries."""
    services = Service.objects.order_by("name").prefetch_related(Prefetch("teams", Team.objects.order_by("name")))
    return [ServiceWithTeams(service.name, [team.name for team in service.teams.all()]) for service in services]


@dataclass(frozen=True, slots=True)
class LineAsProposed:
    """What a system administrator sees of a person's line: who manages, and how the last proposal stands."""

    manager: StaffMember | None
    proposal: ManagementLine | None
    may_be_invited_again: bool
    has_password: bool
    has_factor: bool


def line_as_administrators_see_it(person_id: UUID, *, on: date) -> LineAsProposed:
    """The line manager on a day, the last proposal unless it was confirmed, and what the person signs in with."""
    lines = ManagementLine.objects.with_people().filter(person_id=person_id)
    present = lines.live(on).first()
    latest = lines.order_by("-recorded_at").first()
    account = account_of(person_id, on=on)
    return LineAsProposed(
        manager=present.manager if present else None,
        proposal=latest if latest and not latest.confirmed_at else None,
        may_be_invited_again=bool(account and not account.has_usable_password()),
        has_password=bool(account and account.has_usable_password()),
        has_factor=bool(account and is_mfa_enabled(account)),
    )


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as in the demo: ``group`` is what such people do, ``why`` a reason to choose this one."""

    person_id: UUID
    name: str
    job_title: str
    group: str
    why: str


PRACTITIONERS = "Practitioners: are supervised, and sign what was written about them"
SUPERVISORS = "Others who supervise"
HATTED = "People with a hat: principal social worker, HR, system administrator"
FROM_OUTSIDE = "From outside: read for some days what was approved for them"
DEMO_GROUPS = {
    Role.TEAM_MANAGER: "Team managers: hold supervision, write it up and sign it",
    None: PRACTITIONERS,
    Role.SERVICE_MANAGER: "Service managers: see what their service owes",
    Role.ASSISTANT_DIRECTOR: "Assistant directors",
    Role.DIRECTOR: "Director",
}
DEMO_ORDER = (*DEMO_GROUPS.values(), SUPERVISORS, HATTED, FROM_OUTSIDE)


def demo_people(*, on: date) -> list[DemoPerson]:
    """Everyone with an account, in the order of the groups, then by name; in four queries."""
    roles = _gathered(RoleHeld.objects.live(on).values_list("person_id", "role"))
    supervises = _gathered(SupervisionRelationship.objects.live(on).values_list("supervisor_id", "supervisee__name"))
    supervised = _gathered(SupervisionRelationship.objects.live(on).values_list("supervisee_id", "supervisor__name"))
    people = StaffMember.objects.let_in(on).with_job_title(on=on).filter(account__is_active=True).order_by("name")
    found = [
        DemoPerson(
            person_id=person.pk,
            name=person.name,
            job_title=person.job_title or person.organisation,
            group=FROM_OUTSIDE
            if person.organisation
            else _demo_group(roles.get(person.pk, []), supervises=person.pk in supervises),
            why="Reads two records, on the page alone."
            if person.organisation
            else _demo_why(roles.get(person.pk, []), supervises.get(person.pk, []), supervised.get(person.pk, [])),
        )
        for person in people
    ]
    return sorted(found, key=lambda person: DEMO_ORDER.index(person.group))


def demo_start(people: Iterable[DemoPerson]) -> list[DemoPerson]:
    """The few who tell the story, in its order, each with what there is to see instead of the reason."""
    by_key = {person.person_id: person for person in people}
    accounts = dict(Account.objects.filter(email__in=settings.DEMO_START).values_list("email", "person_id"))
    return [
        replace(by_key[accounts[email]], why=words)
        for email, words in settings.DEMO_START.items()
        if accounts.get(email) in by_key
    ]


def _gathered(pairs: Iterable[tuple[UUID, str]]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _demo_group(roles: list[str], *, supervises: bool) -> str:
    held = {Role(role) for role in roles}
    if held & set(HATS):
        return HATTED
    if held:
        return DEMO_GROUPS[max(held, key=list(Role).index)]
    return SUPERVISORS if supervises else PRACTITIONERS


def _demo_why(roles: list[str], supervises: list[str], supervised: list[str]) -> str:
    hats = [hat.label for hat in HATS if hat in roles]
    parts = [f"can put on the hat of {' or '.join(hats)}"] if hats else []
    if supervises:
        parts.append(f"supervises {min(supervises) if len(supervises) == 1 else f'{len(supervises)} people'}")
    if supervised:
        parts.append(f"is supervised by {' and '.join(sorted(supervised))}")
    if not parts:
        parts.append("has no supervisor yet")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."
