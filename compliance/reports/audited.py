"""What signed audits of a month answered: judgements and questions answered with "no", counted; nothing else is read."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from audits.models import Audit
from compliance.boards.counting import Scope
from compliance.reports import counting
from records.models import PartContent
from records.rules import PartKind

JUDGEMENT, ANSWERED = "judgement", ("yes_no", "evidence")


@dataclass(slots=True)
class Answers:
    """Of which audits; judgements as (audit, team, judgement), and how often each question was answered with "no"."""

    audits: int = 0
    judged: list[tuple[UUID, str, str]] = field(default_factory=list)
    no: Counter[str] = field(default_factory=Counter)

    @property
    def judgements(self) -> dict[str, dict[str, int]]:
        """How often each judgement was given, by team."""
        found: dict[str, dict[str, int]] = {}
        for (team, judgement), number in sorted(Counter(each[1:] for each in self.judged).items()):
            found.setdefault(team, {})[judgement] = number
        return found


def answers(scope: Scope) -> Answers:
    """The answers of the audits that were first signed in the month, each as it last stood; in three queries."""
    team_of: dict[UUID, str] = {audit: str(team) for team, audit in counting.rows(counting.AUDITED, scope)}
    found = Answers(audits=len(team_of))
    for audit, contents in _contents(list(team_of), known_at=scope.known_at):
        for item in contents:
            value = item["value"]
            if item["type"] == JUDGEMENT and value:
                found.judged.append((audit, team_of[audit], str(value)))
            elif item["type"] in ANSWERED and _answer(value) == "no":
                found.no[item["label"]] += 1
    return found


def _contents(audits: list[UUID], *, known_at: datetime) -> Iterator[tuple[UUID, list[Mapping[str, Any]]]]:
    """The fields of each section of each audit's last text, as was known."""
    rows = PartContent.objects.filter(
        part__record__in=Audit.objects.filter(pk__in=audits).values("record"),
        part__kind=PartKind.TEXT,
        part__signed_at__lte=known_at,
    ).order_by("part__record", "-part__seq")
    last: dict[UUID, int] = {}
    for audit, seq, content in rows.values_list("part__record__audit", "part__seq", "content"):
        if last.setdefault(audit, seq) == seq:
            yield audit, json.loads(content).get("fields", [])


def _answer(value: Any) -> str:
    """What was answered: of a question with evidence, what the auditor said of it."""
    return str(value.get("answer", "")) if isinstance(value, dict) else str(value)
