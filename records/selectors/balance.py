"""How sessions are spread over the four functions of supervision: counts from what was signed, no content."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT

from core.prepared import prepared
from policies import selectors as policies
from policies.rules.durations import add_months
from records import prompts, rules, values
from records.models import Part, PartContent
from records.rules import Kind, PartKind

MONTHS = (6, 12)
TYPED = values.TEXTS | {"actions", "choice", "multi_choice", "judgement", "yes_no", "number", "date"}


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """In how many sessions something was written under a function, in the last 6 and 12 months.

    ``has_place``: whether the forms that were used have a section for it.
    """

    function: str
    label: str
    in_half_year: int
    in_year: int
    has_place: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """How many sessions there were in the last 6 and 12 months, and what they were about (R007)."""

    half_year: int
    year: int
    rows: tuple[FunctionRow, ...]

    @property
    def untouched(self) -> list[FunctionRow]:
        """Functions that the form has a section for, and that nobody touched in half a year."""
        return [row for row in self.rows if row.has_place and not row.in_half_year] if self.half_year else []


def function_balance(*, person_id: UUID, on: date) -> Balance:
    """The balance of a person's signed sessions up to a day; in one query, whatever the number of sessions.

    Counts alone leave: whoever may not read a section may know that there was something under its function.
    """
    months = {number: add_months(on, -number) for number in MONTHS}
    sessions = _sessions(person_id, since=months[12], on=on)
    within = {
        number: [one for one in sessions if since < date.fromisoformat(one.held_on) <= on]
        for number, since in months.items()
    }
    rows = tuple(
        FunctionRow(
            name,
            label,
            in_half_year=sum(name in one.touched for one in within[6]),
            in_year=sum(name in one.touched for one in within[12]),
            has_place=any(name in one.places for one in within[12]),
        )
        for name, label in prompts.FUNCTIONS.items()
    )
    return Balance(len(within[6]), len(within[12]), rows)


@dataclass(slots=True)
class _Session:
    held_on: str
    seq: int
    places: frozenset[str]
    touched: set[str]


def _sessions(person_id: UUID, *, since: date, on: date) -> list[_Session]:
    """Each signed session with the functions that its last text has something under, on its day as it was corrected."""
    found: dict[UUID, _Session] = {}
    for row in _contents(person_id=person_id, since=since.isoformat(), until=on.isoformat()):
        functions = {one.id: one.function for one in policies.record_template(row["slug"], row["version"]).sections}
        known = found.get(row["record_id"])
        if known is None or row["seq"] > known.seq:
            places = frozenset(filter(None, functions.values()))
            known = found[row["record_id"]] = _Session(row["held_on"], row["seq"], places, set())
        function = functions.get(row["section"])
        if function and row["seq"] == known.seq and _says_something(json.loads(row["content"])):
            known.touched.add(function)
    return list(found.values())


@prepared
def _contents(*, person_id: UUID, since: str, until: str) -> QuerySet[PartContent, Any]:
    dated = Part.objects.filter(record=OuterRef("part__record"), facts__has_key="held_on").order_by("-seq")
    return (
        PartContent.objects.filter(
            part__kind=PartKind.TEXT, part__record__kind=Kind.WORKER_RECORD, part__record__subject_id=person_id
        )
        .exclude(section=rules.EVIDENCE)
        .annotate(held_on=Subquery(dated.values(day=KT("facts__held_on"))[:1]))
        .filter(held_on__gt=since, held_on__lte=until)
        .annotate(record_id=F("part__record_id"), seq=F("part__seq"))
        .annotate(slug=F("part__record__template_slug"), version=F("part__record__template_version"))
        .values("record_id", "seq", "held_on", "slug", "version", "section", "content")
    )


def _says_something(content: Mapping[str, Any]) -> bool:
    return any(item["type"] in TYPED and values.is_filled(item["value"]) for item in content["fields"])
