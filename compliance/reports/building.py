"""A month's figures, worked out step by step: keys, days and numbers alone, the same whenever they are asked for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from audits.timetable.rules import duty_words, how_often
from audits.timetable.selectors import standing_of_duties
from compliance.boards.counting import Scope
from compliance.boards.nights import BoardNight, last_of_each_month, nights_until, with_state
from compliance.boards.selectors import policies_between
from compliance.models import EqualityGroup
from compliance.reports import counting, recounting
from compliance.reports.audited import answers
from compliance.reports.counting import THINGS
from compliance.reports.rules import (
    DAY,
    MONTHS,
    NOT_STATED,
    PLAN,
    SECTIONS,
    Numbers,
    end_of,
    known_at,
    lines_of,
    summed,
)
from compliance.reports.withheld import withheld
from compliance.rules import CHILDREN, CHUNKS, PEOPLE
from policies.rules.durations import add_months
from supervision.feedback.selectors import trend_of_everybody

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Month:
    """Which month, as known on which day, of whom (None: everybody)."""

    first: date
    known_on: date
    people: Collection[UUID] | None

    @property
    def on(self) -> date:
        """Its last day."""
        return end_of(self.first)

    @property
    def is_own(self) -> bool:
        """Whether it is asked what was known when it ended."""
        return self.known_on == self.on

    @property
    def scope(self) -> Scope:
        """What statements take."""
        known = known_at(self.known_on)
        return Scope(self.on, known, known, people=self.people)

    def before(self, back: int) -> "Month":
        """So many months earlier, as each was known when it ended."""
        first = add_months(self.first, -back)
        return Month(first, end_of(first), self.people)


def steps_of(month: Month) -> int:
    """Of how many steps the work is: the month, those before it, and, of what became known later, each chunk of people."""
    if month.is_own:
        return MONTHS + 2
    people = len(list(counting.rows(counting.PLACES, month.scope)))
    children = len(list(counting.rows(counting.HOLDERS, month.scope)))
    return MONTHS + 2 + sum(-(-number // CHUNKS[kind]) for kind, number in ((PEOPLE, people), (CHILDREN, children)))


def figures_of(month: Month, *, step: Step) -> dict[str, Any]:
    """Everything that a month's report says. ``step`` is called after each step.

    How supervision is felt stands in a report of everybody alone, which the principal social worker alone reads.
    """
    nights = {night.on.replace(day=1): night for night in last_of_each_month(nights_until(month.on))}
    night = nights.get(month.first)
    sections = _sections(month, night, step=step)
    step()
    plan = sections.pop("plan", {})
    said = answers(month.scope)
    step()
    earlier = []
    for back in reversed(range(1, MONTHS)):
        each = month.before(back)
        earlier.append(_totals(each, _sections(each, nights.get(each.first), step=_nothing)))
        step()
    return {
        "month": f"{month.first:%Y-%m}",
        "known_on": month.known_on.isoformat(),
        "night": night.on.isoformat() if night and month.is_own else None,
        "policies": [[str(each.pk), each.starts_on.isoformat()] for each in policies_between(month.first, month.on)],
        "sections": sections,
        "plan": plan,
        "audits": said.figures(),
        "duties": _duties(month),
        "feedback": _feedback(month) if month.people is None else [],
        "months": [*earlier, _totals(month, sections)],
        "equality": _equality(month, night) if month.people is None else {},
    }


def _nothing() -> None:
    """Months before take no steps of their own."""


def _sections(month: Month, night: BoardNight | None, *, step: Step) -> dict[str, dict[str, Numbers]]:
    """The lines of each section by team, and of plan types by team and type; without a night none of what nights find."""
    found: dict[str, dict[str, Numbers]] = {}
    if not month.is_own:
        counted = recounting.of_nights(month.scope, step=step)
    else:
        counted = counting.of_nights(_of_night(month, night)) if night else {}
    for kind, rows in counted.items():
        found[kind] = lines_of(rows, PLAN if kind == PLAN.id else SECTIONS[kind])
    for name in THINGS:
        found[name] = lines_of(counting.counted(name, month.scope), SECTIONS[name])
    return found


def _of_night(month: Month, night: BoardNight) -> Scope:
    """What boards count of a night, as was known when the month ended."""
    return replace(with_state(night).scope(at=known_at(month.known_on)), people=month.people)


def _totals(month: Month, sections: Mapping[str, Mapping[str, Numbers]]) -> dict[str, Any]:
    """The sums of a month's sections; None of what no night looked at."""
    sums = {
        name: summed(sections[name].values(), section) if name in sections else None
        for name, section in SECTIONS.items()
    }
    return {"month": f"{month.first:%Y-%m}", "sums": sums}


def _duties(month: Month) -> list[dict[str, Any]]:
    """What the policy wants audited and observed in the periods in which the month ends, and how far that is done.

    ``wanted`` None: the policy sets no number.
    """
    people = None if month.people is None else set(month.people)
    standings = standing_of_duties(on=month.on, people=people, known_at=known_at(month.known_on))
    found: dict[tuple[str, date], dict[str, Any]] = {}
    for each in standings:
        if not each.period[0] <= month.on < each.period[1]:
            continue
        row = found.setdefault(
            (each.duty.id, each.period[0]),
            {
                "by": each.duty.by,
                "what": duty_words(each.duty),
                "how_often": how_often(each.duty),
                "from": each.period[0].isoformat(),
                "until": each.last_day.isoformat(),
                "wanted": None if each.duty.count is None else 0,
                "done": 0,
                "booked": 0,
            },
        )
        row["done"], row["booked"] = row["done"] + each.done, row["booked"] + each.booked
        if row["wanted"] is not None:
            row["wanted"] += each.wanted or 0
    return [found[key] for key in sorted(found)]


def _feedback(month: Month) -> list[dict[str, Any]]:
    """How supervision was felt in each finished quarter, of everybody; None where too few answered."""
    return [
        {
            "from": each.starts_on.isoformat(),
            "until": (each.ends_on - DAY).isoformat(),
            "answers": each.overall.answers if each.overall else None,
            "shares": dict(each.overall.shares) if each.overall else {},
        }
        for each in trend_of_everybody(until=month.on)
    ]


def _equality(month: Month, night: BoardNight | None) -> dict[str, dict[str, list[int | None]]]:
    """Of each measure that HR supplies, each group: in time, late, neither, and all; None for what is withheld.

    Whoever HR counts to no group of a measure stands under "Not stated".
    """
    if night is None or not month.is_own:
        return {}
    moment = known_at(month.known_on)
    held = EqualityGroup.objects.filter(recorded_at__lte=moment).exclude(replaced_at__lte=moment)
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for person, measure, group in held.values_list("person_id", "measure", "group"):
        groups[measure][str(person)] = group
    if not groups:
        return {}
    places = {"met": 0, "late": 1}
    stood = [
        (str(person), places.get(str(stands), 2))
        for person, stands in counting.rows(counting.PEOPLE_STOOD, _of_night(month, night))
    ]
    return {measure: _compared(stood, group_of) for measure, group_of in sorted(groups.items())}


def _compared(stood: list[tuple[str, int]], group_of: Mapping[str, str]) -> dict[str, list[int | None]]:
    lines: dict[str, Numbers] = {}
    for person, place in stood:
        lines.setdefault(group_of.get(person, NOT_STATED), [0, 0, 0])[place] += 1
    names = sorted(lines, key=lambda name: (name == NOT_STATED, name))
    hidden = withheld([lines[name] for name in names])
    return {
        name: [
            None if (at, column) in hidden else number for column, number in enumerate([*lines[name], sum(lines[name])])
        ]
        for at, name in enumerate(names)
    }
