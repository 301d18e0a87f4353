"""Reading surveys: whom one waits for, what came of it, and the same as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from compliance.healthcheck import access
from compliance.healthcheck.rules import Standard, Statement, Tally, added, hidden, share, standards_of
from compliance.models import Survey, SurveyTaken, SurveyTally
from core.actor import Actor
from core.sheets import Table, Value
from core.smallnumbers import LEAST
from policies.rules.durations import add_months
from staff.models import Account, Post, Service

STANDARDS = Path(__file__).parent / "standards.yaml"
NO_SERVICE = "No service"
# It is asked once a year: after so many months whoever opens it is reminded
MONTHS_BETWEEN = 11


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey that waits for somebody."""

    survey_id: UUID
    last_day: date


@dataclass(frozen=True, slots=True)
class SurveyToOpen:
    """That the year's survey is to be opened. ``last_on``: when the last one began; None: there was none."""

    last_on: date | None


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One standard in the results: the share that agrees, now and last time, and of each statement; None: too few."""

    standard: Standard
    share: int | None
    before: int | None
    statements: Sequence[tuple[Statement, int | None]]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service in the results: how many answered, None where too few, and the share for each standard."""

    name: str
    people: int | None
    shares: Sequence[tuple[Standard, int | None]]


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a survey. ``people``: how many answered, None for fewer than five; ``invited``: how many could."""

    people: int | None
    invited: int
    standards: Sequence[StandardRow]
    services: Sequence[ServiceRow]


@cache
def standards_document() -> list[dict[str, Any]]:
    """What the next survey will ask, as the file says it."""
    found: list[dict[str, Any]] = yaml.safe_load(STANDARDS.read_text(encoding="utf-8"))
    return found


def waiting_survey() -> Combinable:
    """An expression on accounts: the latest unpublished survey that the account's person has not answered."""
    taken = SurveyTaken.objects.filter(survey=OuterRef("pk"), person=OuterRef(OuterRef("person_id")))
    open_ones = Survey.objects.filter(~Exists(taken), published_at=None).order_by("-starts_on")
    return Subquery(open_ones.values(survey=JSONObject(id="id", starts_on="starts_on", ends_on="ends_on"))[:1])


def asked_by(found: Mapping[str, str] | None, *, on: date) -> Asked | None:
    """What ``waiting_survey`` found, if its days are not over."""
    if not found or not found["starts_on"] <= on.isoformat() < found["ends_on"]:
        return None
    return Asked(UUID(found["id"]), date.fromisoformat(found["ends_on"]) - timedelta(days=1))


def surveys(*, actor: Actor) -> QuerySet[Survey]:
    """All surveys, the latest first."""
    return Survey.objects.visible_to(actor).order_by("-starts_on")


def survey_to_open(*, on: date) -> SurveyToOpen | None:
    """What to ask the principal social worker when no survey began in the last eleven months; None while one did."""
    last_on = Survey.objects.aggregate(last=Max("starts_on"))["last"]
    return SurveyToOpen(last_on) if last_on is None or add_months(last_on, MONTHS_BETWEEN) < on else None


def has_answered(survey: Survey, *, actor: Actor) -> bool:
    """Whether the actor has; asked of nobody else."""
    return SurveyTaken.objects.filter(survey=survey, person=actor.staff_id).exists()


def invited(*, on: date) -> "QuerySet[Account]":
    """The accounts of whoever is asked on a day: everybody employed who can sign in."""
    return Account.objects.filter(is_active=True, person__employed_from__lte=on).exclude(person__left_on__lte=on)


def service_of(person_id: UUID, *, on: date) -> UUID | None:
    """In which service somebody works on a day, by the latest of their posts."""
    posts = Post.objects.live(on).filter(person=person_id).order_by("-starts_on")
    return posts.values_list("team__service", flat=True).first()


def results(survey: Survey, *, actor: Actor) -> Results:
    """What came of a survey, in four queries. Raises NotAllowed while it is open, and before it is published."""
    access.check_can_read_results(actor, survey, on=actor.on)
    tallies = _tallies(survey)
    whole, standards = added(tallies.values()), standards_of(survey.standards)
    before = _before(survey)
    names = dict(Service.objects.filter(pk__in=[key for key in tallies if key]).values_list("pk", "name"))
    away = {standard.id: hidden(standard, tallies) for standard in standards}
    rows = [
        ServiceRow(
            names[key] if key else NO_SERVICE,
            tally.people if tally.people >= LEAST and not all(key in away[each.id] for each in standards) else None,
            [(each, None if key in away[each.id] else share(tally, each.keys)) for each in standards],
        )
        for key, tally in tallies.items()
        if tally.people
    ]
    return Results(
        people=whole.people if whole.people >= LEAST else None,
        invited=invited(on=survey.last_day).count(),
        standards=[_standard_row(each, whole, before) for each in standards],
        services=sorted(rows, key=lambda row: (row.name == NO_SERVICE, row.name)),
    )


def _tallies(survey: Survey) -> dict[UUID | None, Tally]:
    rows = SurveyTally.objects.filter(survey=survey).values_list("service", "people", "counts")
    return {service: Tally(people, counts) for service, people, counts in rows}


def _before(survey: Survey) -> Tally | None:
    """All answers to the survey before, if it was published."""
    last = Survey.objects.published().filter(starts_on__lt=survey.starts_on).order_by("-starts_on").values("pk")[:1]
    rows = SurveyTally.objects.filter(survey__in=last).values_list("people", "counts")
    return added(Tally(*row) for row in rows) if rows else None


def _standard_row(standard: Standard, whole: Tally, before: Tally | None) -> StandardRow:
    statements = zip(standard.statements, standard.keys, strict=True)
    known = before is not None and all(key in before.counts for key in standard.keys)
    return StandardRow(
        standard,
        share(whole, standard.keys),
        share(before, standard.keys) if before and known else None,
        [(statement, share(whole, [key])) for statement, key in statements],
    )


def results_table(survey: Survey, found: Results) -> Table:
    """Results as rows of a file: figures of groups alone, and "too few" where there is none."""
    headers = ["From", "To", "Service", "Answered", "Standard", "Agree, of 100"]
    return "Survey", headers, _rows(survey, found)


def _rows(survey: Survey, found: Results) -> Iterator[list[Value]]:
    days: list[Value] = [survey.starts_on, survey.last_day]
    for row in found.standards:
        yield [*days, "All", _figure(found.people), row.standard.title, _figure(row.share)]
    for service in found.services:
        for standard, of_service in service.shares:
            yield [*days, service.name, _figure(service.people), standard.title, _figure(of_service)]


def _figure(number: int | None) -> Value:
    return "too few" if number is None else number
