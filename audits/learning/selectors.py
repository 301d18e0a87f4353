"""The page of what can be learned: judgements, questions, actions, the timetable, the four functions, questions to ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Q, Subquery

from audits.learning import access, counting, rules
from audits.learning.contents import SignedAudit, signed_audits
from audits.learning.counting import Scope
from audits.learning.rules import Carried, Figures, Judged, Kept, Question, Sign, Theme, Touched
from audits.models import Audit, Moderation
from audits.moderating.rules import Agreement, agreement, steps_apart
from audits.timetable.selectors import standing_of_duties, year_of
from core.actor import Actor
from core.clock import LONDON
from core.smallnumbers import LEAST, kept_back
from policies.rules.audits import DEFAULT_JUDGEMENTS
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from records.models import Action, Part
from records.prompts import FUNCTIONS
from records.rules import EXAMINING, PartKind
from staff.models import Post, Team

MOST_QUESTIONS = 10
NO_TEAM = "Without a team"
EVERYBODY = "All"
TEAM_SIGNS = {
    "quick": "Records countersigned within 40 seconds of being opened: was there time to read them?",
}
SERVICE_SIGNS = {
    "batch": "Records of which one person signed three or more within ten minutes: were they written as the sessions were held?",
    "same": "Records in which a longer text stands as in the record before: was it still so, or carried over?",
}


class AuditRow(NamedTuple):
    """A signed audit as it is counted. ``second``: how another auditor judged the same file, where one did."""

    service: str
    team: str
    second: str | None
    said: SignedAudit


@dataclass(frozen=True, slots=True)
class TeamLearned:
    """The four functions, and a question to ask, of one team."""

    name: str
    records: int
    functions: list[Touched]
    signs: list[Sign]


@dataclass(frozen=True, slots=True)
class ServiceLearned:
    """The questions to ask of those who sign records in one service."""

    name: str
    signs: list[Sign]


@dataclass(frozen=True, slots=True)
class LearningPage:
    """What can be learned from a year. ``judgements``: of the scale in force; ``total`` of all, then by service and team."""

    starts_on: date
    ends_on: date
    services: list[tuple[str, str]]
    service: str
    judgements: tuple[str, ...]
    total: Judged
    by_service: list[Judged]
    by_team: list[Judged]
    themes: list[Theme]
    questions_no: list[Question]
    questions_overruled: list[Question]
    agreement: dict[str, Agreement]
    actions: Carried
    kept: dict[str, Kept]
    teams: list[TeamLearned]
    haste: list[ServiceLearned]
    audits: int

    @property
    def last_day(self) -> date:
        """The last day of the year."""
        return date.fromordinal(self.ends_on.toordinal() - 1)

    @property
    def bars(self) -> list[tuple[str, int, int]]:
        """Each judgement of all with its number and its share of a hundred; nothing while there are too few."""
        number = sum(self.total.judgements.values())
        if not number:
            return []
        return [
            (name, self.total.judgements.get(name, 0), round(100 * self.total.judgements.get(name, 0) / number))
            for name in self.judgements
        ]


def learning_page(*, actor: Actor, year: date, service: str = "") -> LearningPage:
    """What can be learned from the supervision year of a day, of the actor's line or of everybody; in ten queries.

    With a service chosen, the same figures of it are shown and withheld as without.
    """
    policy = policy_in_force(actor.on)
    starts_on, ends_on = year_of(policy, year)
    teams = {team.pk: team for team in Team.objects.select_related("service").order_by("name")}
    services = {str(team.service_id): team.service.name for team in teams.values()}
    service = service if service in services else ""
    chosen = {key for key, team in teams.items() if str(team.service_id) == service}
    scope = Scope(starts_on, ends_on, access.people_of(actor), frozenset(chosen) if service else None, actor.staff_id)
    rows = _audits(scope, teams)
    scale = tuple(policy.audit.judgements if policy else DEFAULT_JUDGEMENTS)
    found = rules.placed((row.service, row.team, row.said.judgement) for row in rows if row.said.judgement)
    shown = {str(key): team.name for key, team in teams.items() if not service or key in chosen}
    questions = _questions(rows, service)
    signs = counting.signs(scope)
    return LearningPage(
        starts_on=starts_on,
        ends_on=ends_on,
        services=sorted(services.items(), key=lambda each: each[1]),
        service=service,
        judgements=scale,
        total=rules.judged(EVERYBODY, found.services.get(service, {}) if service else found.total, scale=scale),
        by_service=_judged(found.services, _named(services, service), scale),
        by_team=_judged(found.teams, shown if service else {**shown, NO_TEAM: NO_TEAM}, scale),
        themes=_themes(rows, _named(services, service), service),
        questions_no=_most(questions, lambda each: each.no),
        questions_overruled=_most(questions, lambda each: each.overruled),
        agreement=_agreement(rows, _named(services, service), service, scale),
        actions=_actions(scope, on=actor.on),
        kept=_kept(scope, policy, on=actor.on, year=year),
        teams=_teams(scope, teams, signs),
        haste=_haste(services, signs),
        audits=sum(not service or row.service == service for row in rows),
    )


def _named(services: Mapping[str, str], service: str) -> dict[str, str]:
    """The names of the services that are shown: of the one that is chosen, or of all."""
    return {service: services[service]} if service else {**services, NO_TEAM: NO_TEAM}


def _audits(scope: Scope, teams: Mapping[UUID, Team]) -> list[AuditRow]:
    """The audits of every team whose first signature falls into the year; none of those of the actor's own supervision."""
    first = Part.objects.filter(record=OuterRef("record"), kind=PartKind.TEXT).order_by().values("record")
    second = Moderation.objects.filter(audit=OuterRef("pk"), done_at__isnull=False).values("judgement")[:1]
    rows = (
        Audit.objects.standing()
        .annotate(signed_at=Subquery(first.annotate(first=Min("signed_at")).values("first")), second=Subquery(second))
        .filter(signed_at__gte=_moment(scope.starts_on), signed_at__lt=_moment(scope.ends_on))
        .exclude(Q(supervisor=scope.me) | Q(file_of=scope.me))
    )
    if scope.people is not None:
        rows = rows.filter(supervisor__in=scope.people)
    found = list(rows.values_list("record_id", "team_id", "second"))
    said = signed_audits(records=[record for record, _, _ in found])
    return [
        AuditRow(
            str(teams[team].service_id) if team else NO_TEAM,
            str(team) if team else NO_TEAM,
            second,
            said.get(record) or SignedAudit(),
        )
        for record, team, second in found
    ]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=LONDON)


def _judged(found: Mapping[str, Figures], names: Mapping[str, str], scale: Sequence[str]) -> list[Judged]:
    rows = [rules.judged(names[key], figures, scale=scale) for key, figures in found.items() if key in names]
    return sorted(rows, key=lambda row: row.name)


def _themes(rows: Iterable[AuditRow], names: Mapping[str, str], service: str) -> list[Theme]:
    """The five themes by service, and of all services where none is chosen."""
    asked = ((theme, row.service, answer) for row in rows for theme, answer in row.said.themes)
    found = []
    for theme, figures in rules.themes_by_service(asked).items():
        lines = [(names[key], each) for key, each in figures.services.items() if key in names]
        every = [] if service else [(EVERYBODY, figures.total)]
        found += [rules.theme(rules.THEMES[theme], *line) for line in (*sorted(lines, key=itemgetter(0)), *every)]
    return found


def _questions(rows: Iterable[AuditRow], service: str) -> list[Question]:
    """The questions that may be spoken of: asked five times, and of one service where nothing of others comes out of it."""
    found: dict[str, dict[str, Question]] = {}
    for row in rows:
        for each in row.said.answers:
            by_service = found.setdefault(each.question, {})
            for key in (row.service, ""):
                by_service.setdefault(key, Question(each.label)).count(each.answer, overruled=each.is_overruled)
    return [each[service] for each in found.values() if service in each and service not in _kept_back(each)]


def _kept_back(by_service: Mapping[str, Question]) -> set[str]:
    sizes = {key: each.asked for key, each in by_service.items()}
    every = {""} if sizes.pop("") < LEAST else set[str]()
    return kept_back(sizes) | every


def _most(questions: Iterable[Question], figure: Any) -> list[Question]:
    """Those of which there is anything, the most first."""
    found = [each for each in questions if figure(each)]
    return sorted(found, key=lambda each: (-figure(each), each.label))[:MOST_QUESTIONS]


def _agreement(
    rows: Iterable[AuditRow], names: Mapping[str, str], service: str, scale: tuple[str, ...]
) -> dict[str, Agreement]:
    """How often two people judged alike, of all and by service; fewer than five are left out, and what would tell them."""
    steps: dict[str, list[int | None]] = {}
    for row in rows:
        if row.second and row.said.judgement:
            apart = steps_apart(row.said.judgement, row.second, judgements=scale)
            steps.setdefault(row.service, []).append(apart)
    back = kept_back({key: len(each) for key, each in steps.items()})
    every = [each for group in steps.values() for each in group]
    found = {EVERYBODY: agreement(every)} if not service and len(every) >= LEAST else {}
    return found | {names[key]: agreement(each) for key, each in steps.items() if key in names and key not in back}


def _actions(scope: Scope, *, on: date) -> Carried:
    """What became of the actions of audits and observations that were signed in the year."""
    rows = Action.objects.filter(
        record__kind__in=sorted(EXAMINING),
        created_at__gte=_moment(scope.starts_on),
        created_at__lt=_moment(scope.ends_on),
    ).exclude(record__subject=scope.me)
    if scope.people is not None:
        rows = rows.filter(record__subject__in=scope.people)
    if scope.teams is not None:
        there = Post.objects.live(on).filter(team__in=scope.teams).values("person")
        rows = rows.filter(Q(record__audit__team__in=scope.teams) | Q(record__subject__in=there))
    is_open = Q(status=Action.Status.OPEN)
    found = rows.aggregate(
        open=Count("pk", is_open, distinct=True),
        late=Count("pk", is_open & Q(due_on__lt=on), distinct=True),
        closed=Count("pk", ~is_open, distinct=True),
    )
    return Carried(**found)


def _kept(scope: Scope, policy: Policy | None, *, on: date, year: date) -> dict[str, Kept]:
    """How far the duties of the policy were kept in the year, by what is to be done; whoever's line it is."""
    found: dict[str, Kept] = {}
    people = None if scope.people is None else scope.people | {scope.me}
    for each in standing_of_duties(on=on, people=people, year=year, policy=policy):
        row = found.setdefault(each.duty.what.replace("_", " ").capitalize(), Kept())
        row.done += each.done
        if each.wanted is None:
            row.no_number += 1
        else:
            row.wanted += each.wanted
            row.short += each.short
    return found


def _teams(scope: Scope, teams: Mapping[UUID, Team], signs: counting.Signs) -> list[TeamLearned]:
    """Teams whose records are of five people or more."""
    balance = counting.touched(scope)
    found = []
    for key, team in teams.items():
        if balance.get((key, counting.PEOPLE), 0) < LEAST:
            continue
        number = balance[key, ""]
        functions = [Touched(label, balance.get((key, name), 0), number) for name, label in FUNCTIONS.items()]
        asked = [rules.sign(words, *signs.get((key, name), (0, 0, 0))) for name, words in TEAM_SIGNS.items()]
        found.append(TeamLearned(team.name, number, functions, asked))
    return found


def _haste(services: Mapping[str, str], signs: counting.Signs) -> list[ServiceLearned]:
    """Services in which five people or more signed records."""
    found = []
    for key, name in sorted(services.items(), key=itemgetter(1)):
        asked = [rules.sign(words, *signs.get((UUID(key), sign), (0, 0, 0))) for sign, words in SERVICE_SIGNS.items()]
        if any(each.people >= LEAST for each in asked):
            found.append(ServiceLearned(name, asked))
    return found
