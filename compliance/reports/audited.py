"""What signed audits of a month answered: judgements, themes and questions answered with "no", counted; nothing else is read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from audits.learning.contents import signed_audits
from audits.learning.rules import Figures, Placed, placed, themes_by_service
from audits.models import Audit
from compliance.boards.counting import Scope
from compliance.reports import counting
from core.smallnumbers import LEAST
from staff.models import Team

# By what the sum of all is known beside the keys of services and teams
ALL = ""


@dataclass(slots=True)
class Answers:
    """Of which audits; judgements as (audit, service, team, judgement), themes as (theme, service, answer).

    ``asked`` and ``no``: how often each question was answered, and with "no".
    """

    audits: int = 0
    judged: list[tuple[UUID, str, str, str]] = field(default_factory=list)
    themes: list[tuple[str, str, str]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    no: Counter[str] = field(default_factory=Counter)
    said_no: list[tuple[UUID, str]] = field(default_factory=list)

    @property
    def judgements(self) -> dict[str, Figures]:
        """How often each judgement was given, by team, service and in all; None of what is withheld."""
        return _by_place(placed(each[1:] for each in self.judged))

    @property
    def by_theme(self) -> dict[str, dict[str, Figures]]:
        """How often each theme was answered with yes and no, by service and in all; None of what is withheld."""
        return {theme: _by_place(each) for theme, each in themes_by_service(self.themes).items()}

    @property
    def questions(self) -> dict[str, list[int]]:
        """Questions that were answered five times or more, and with "no" at all: how often, of how often."""
        return {each: [self.no[each], self.asked[each]] for each in sorted(self.no) if self.asked[each] >= LEAST}

    def figures(self) -> dict[str, Any]:
        """As they are kept: what is withheld is not among them, so that their digest does not tell it either."""
        return {
            "number": self.audits,
            "places": self.judgements,
            "themes": self.by_theme,
            "questions": self.questions,
        }


def _by_place(found: Placed) -> dict[str, Figures]:
    everything: Iterable[tuple[str, Figures]] = [(ALL, found.total), *found.services.items(), *found.teams.items()]
    return {place: None if figures is None else dict(sorted(figures.items())) for place, figures in sorted(everything)}


def answers(scope: Scope) -> Answers:
    """The answers of the audits that were first signed in the month, each as it last stood; in four queries."""
    team_of: dict[UUID, UUID] = {audit: team for team, audit in counting.rows(counting.AUDITED, scope)}
    audits = dict(Audit.objects.filter(pk__in=team_of).order_by("pk").values_list("pk", "record_id"))
    services: Mapping[UUID, UUID] = dict(
        Team.objects.filter(pk__in=set(team_of.values())).values_list("pk", "service_id")
    )
    said = signed_audits(records=list(audits.values()), known_at=scope.known_at)
    found = Answers(audits=len(team_of))
    for audit, record in audits.items():
        if not (signed := said.get(record)):
            continue
        team = team_of[audit]
        service = str(services[team])
        if signed.judgement:
            found.judged.append((audit, service, str(team), signed.judgement))
        found.themes += [(theme, service, answer) for theme, answer in signed.themes]
        for each in signed.answers:
            found.asked[each.label] += bool(each.answer)
            if each.answer == "no":
                found.no[each.label] += 1
                found.said_no.append((audit, each.label))
    return found
