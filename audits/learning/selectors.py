"""The page of what can be learned: judgements, questions, actions, the timetable, the four functions, questions to ask."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Q, Subquery

from audits.learning import access, counting, rules
from audits.learning.contents import SignedAudit, signed_audits
from audits.learning.counting import Scope
from audits.learning.rules import Carried, Judged, Kept, Question, Sign, Touched
from audits.models import Audit, Moderation
from audits.moderating.rules import Agreement, agreement, steps_apart
from audits.timetable.selectors import standing_of_duties, year_of
from core.actor import Actor
from core.clock import LONDON
from core.smallnumbers import LEAST
from policies.rules.audits import DEFAULT_JUDGEMENTS
from policies.rules.policy import Policy
from policies.selectors import policy_in_force
from records.models import Action, Part
from records.prompts import FUNCTIONS
from records.rules import EXAMINING, PartKind
from staff.models import Post, Team

MOST_QUESTIONS = 10
NO_TEAM = "Without a team"
SIGNS = {
    "quick": "Records countersigned within 40 seconds of being opened: was there time to read them?",
    "batch": "Records of which one person signed three or more within ten minutes: were they written as the sessions were held?",
    "same": "Records in which a longer text stands as in the record before: was it still so, or carried over?",
}


class AuditRow(NamedTuple):
    """A signed audit as it is counted."""

    record_id: UUID
    team_id: UUID | None
    second: str


@dataclass(frozen=True, slots=True)
class TeamLearned:
    """The four functions, and the questions to ask, of one team."""

    name: str
    records: int
    functions: list[Touched]
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
    questions_no: list[Question]
    questions_overruled: list[Question]
    agreement: dict[str, Agreement]
    actions: Carried
    kept: dict[str, Kept]
    teams: list[TeamLearned]
    audits: int

    @property
    def last_day(self) -> date:
        """The last day of the year."""
        return date.fromordinal(self.ends_on.toordinal() - 1)

    @property
    def bars(self) -> list[tuple[str, int, int]]:
        """Each judgement of all with its number and its share of a hundred; nothing while there are too few."""
        if self.total.withheld:
            return []
        number = max(self.total.number, 1)
        return [
            (name, self.total.judgements.get(name, 0), round(100 * self.total.judgements.get(name, 0) / number))
            for name in self.judgements
        ]


def learning_page(*, actor: Actor, year: date, service: str = "") -> LearningPage:
    """What can be learned from the supervision year of a day, of the actor's line or of everybody; in ten queries."""
    policy = policy_in_force(actor.on)
    starts_on, ends_on = year_of(policy, year)
    teams = {team.pk: team for team in Team.objects.select_related("service").order_by("name")}
    chosen = {key for key, team in teams.items() if not service or str(team.service_id) == service}
    people = access.people_of(actor)
    scope = Scope(starts_on, ends_on, people, frozenset(chosen) if service else None, actor.staff_id)
    rows = _audits(scope)
    said = signed_audits(records=[row.record_id for row in rows])
    questions = _questions(said.values())
    scale = policy.audit.judgements if policy else DEFAULT_JUDGEMENTS
    services = {str(team.service_id): team.service.name for team in teams.values()}
    return LearningPage(
        starts_on=starts_on,
        ends_on=ends_on,
        services=sorted(services.items(), key=lambda each: each[1]),
        service=service if service in services else "",
        judgements=tuple(scale),
        total=_total(rows, said),
        by_service=rules.judged(_by(rows, said, _service_of(teams)), names=services, scale=scale),
        by_team=rules.judged(
            _by(rows, said, str), names={str(key): team.name for key, team in teams.items()}, scale=scale
        ),
        questions_no=_most(questions, lambda each: each.no),
        questions_overruled=_most(questions, lambda each: each.overruled),
        agreement=_agreement(rows, said, teams, scale),
        actions=_actions(scope, on=actor.on),
        kept=_kept(scope, policy, on=actor.on, year=year),
        teams=_teams(scope, teams),
        audits=len(rows),
    )


def _audits(scope: Scope) -> list[AuditRow]:
    """The audits whose first signature falls into the year; none of those of the actor's own supervision."""
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
    if scope.teams is not None:
        rows = rows.filter(team__in=scope.teams)
    return [AuditRow(*row) for row in rows.values_list("record_id", "team_id", "second")]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=LONDON)


def _by(rows: Iterable[AuditRow], said: Mapping[UUID, SignedAudit], place_of: Any) -> list[tuple[str, str]]:
    found = ((row, said.get(row.record_id)) for row in rows)
    return [
        (place_of(row.team_id) if row.team_id else NO_TEAM, audit.judgement)
        for row, audit in found
        if audit and audit.judgement
    ]


def _service_of(teams: Mapping[UUID, Team]) -> Any:
    return lambda team_id: str(teams[team_id].service_id)


def _total(rows: list[AuditRow], said: Mapping[UUID, SignedAudit]) -> Judged:
    counted = Counter(judgement for _, judgement in _by(rows, said, str))
    number = counted.total()
    return Judged("All", number, dict(counted) if number >= LEAST else {}, number < LEAST)


def _questions(audits: Iterable[SignedAudit]) -> list[Question]:
    found: dict[str, Question] = {}
    for audit in audits:
        for each in audit.answers:
            found.setdefault(each.question, Question(each.label)).count(each.answer, overruled=each.is_overruled)
    return list(found.values())


def _most(questions: Iterable[Question], figure: Any) -> list[Question]:
    """Those of which there is anything, the most first; of questions asked fewer than five times nothing is said."""
    found = [each for each in questions if figure(each) and each.asked >= LEAST]
    return sorted(found, key=lambda each: (-figure(each), each.label))[:MOST_QUESTIONS]


def _agreement(
    rows: Iterable[AuditRow], said: Mapping[UUID, SignedAudit], teams: Mapping[UUID, Team], scale: tuple[str, ...]
) -> dict[str, Agreement]:
    """How often two people judged alike, of all and by service; those of fewer than five are left out."""
    steps: dict[str, list[int | None]] = {"All": []}
    for row in rows:
        if row.second and row.record_id in said:
            apart = steps_apart(said[row.record_id].judgement, row.second, judgements=scale)
            steps["All"].append(apart)
            if row.team_id:
                steps.setdefault(teams[row.team_id].service.name, []).append(apart)
    found = {name: agreement(each) for name, each in steps.items()}
    return {name: each for name, each in found.items() if each.number >= LEAST}


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


def _teams(scope: Scope, teams: Mapping[UUID, Team]) -> list[TeamLearned]:
    balance, signs = counting.touched(scope), counting.signs(scope)
    found = []
    for key, team in teams.items():
        number = balance.get((key, ""), 0)
        if number < LEAST:
            continue
        functions = [Touched(label, balance.get((key, name), 0), number) for name, label in FUNCTIONS.items()]
        asked = [rules.sign(words, *signs.get((key, name), (0, 0))) for name, words in SIGNS.items()]
        found.append(TeamLearned(team.name, number, functions, asked))
    return found
