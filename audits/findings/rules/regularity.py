"""Question 1.8: whether supervision was as regular as contract and policy ask, with every gap (R243, R244). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from audits.findings.rules.period import Period
from policies.rules import words
from policies.rules.durations import Duration
from records.findings import Finding


@dataclass(frozen=True, slots=True)
class Late:
    """Something that the policy or the contract asked for and that came late or not at all, in the engine's words."""

    due_on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two sessions where it is longer than agreed. ``ends_on`` None: there was none since.

    ``said``: what the record of the later session says of it; ``called_off``: sessions that were booked within it and did
    not take place; ``away``: from when to when the supervisee was away, the first day back left out.
    """

    starts_on: date
    ends_on: date | None
    days: int
    said: str = ""
    called_off: Sequence[date] = ()
    away: Sequence[tuple[date, date | None]] = ()

    @property
    def is_explained(self) -> bool:
        """Whether something on the file says why."""
        return bool(self.said or self.away)


@dataclass(frozen=True, slots=True)
class RegularityFacts:
    """What the engine says of a period. ``asked``: whether policy or contract give any figure at all.

    ``late``: breaches; ``warned``: what is no breach and still to be explained.
    """

    held: int
    asked: bool
    every: Duration | None = None
    late: Sequence[Late] = ()
    warned: Sequence[Late] = ()
    gaps: Sequence[Gap] = field(default=())


def gaps_between(
    held: Iterable[date],
    *,
    every: Duration | None,
    period: Period,
    said: Mapping[date, str],
    called_off: Iterable[date] = (),
    away: Iterable[tuple[date, date | None]] = (),
) -> list[Gap]:
    """The gaps that end in a period, or are open at its end, and are longer than agreed.

    ``held``: the days of all sessions, also before it; ``said``: comments on a gap by the day of the session that ended it.
    """
    if every is None:
        return []
    days = sorted({day for day in held if day <= period.ends_on})
    pairs: list[tuple[date, date | None]] = list(pairwise(days))
    pairs += [(days[-1], None)] if days else []
    off, spells = sorted(called_off), list(away)
    found = []
    for first, last in pairs:
        end = last or period.ends_on
        if end < period.starts_on or end <= first + every:
            continue
        found.append(
            Gap(
                starts_on=first,
                ends_on=last,
                days=(end - first).days,
                said=said.get(last, "") if last else "",
                called_off=[day for day in off if first < day < end],
                away=[(begins, ends) for begins, ends in spells if begins < end and (ends is None or ends > first)],
            )
        )
    return found


def regularity(facts: RegularityFacts, *, period: Period) -> Finding:
    """Yes where nothing that policy and contract ask for came late in the period; every gap is listed with what is said."""
    whole = f"Looked at: {period.words}."
    held = f"{words.number_of(facts.held, 'session')} held"
    gaps = [_gap(each, facts.every) for each in facts.gaps]
    warned = [f"To be explained: {each.why}" for each in facts.warned]
    if not facts.asked:
        summary = f"{held}. Neither the policy nor a contract gives a figure to measure this by."
        return Finding("unknown", summary, (whole, *gaps, *warned))
    explained = sum(each.is_explained for each in facts.gaps)
    said = f" {explained} of {words.number_of(len(gaps), 'gap')} longer than agreed explained." if gaps else ""
    if facts.late:
        late = [f"Late: {each.why}" for each in facts.late]
        summary = f"{held}. Not as regular as policy or contract ask.{said}"
        return Finding("no", summary, (whole, *late, *gaps, *warned))
    return Finding("yes", f"{held}. As regular as policy and contract ask.{said}", (whole, *gaps, *warned))


def _gap(gap: Gap, every: Duration | None) -> str:
    first, agreed = words.day(gap.starts_on), f", where every {every.in_words} is agreed" if every else ""
    until = f"to {words.day(gap.ends_on)}" if gap.ends_on else "on, and none since"
    reasons = [f"Said of it: “{gap.said}”."] if gap.said else []
    reasons += [_away(begins, ends) for begins, ends in gap.away]
    if gap.called_off:
        days = words.listed([words.day(day) for day in gap.called_off])
        reasons.append(f"Booked and not held: {days}.")
    if not gap.is_explained:
        reasons.append("Nothing on the file explains it.")
    return f"Gap of {gap.days} days from {first} {until}{agreed}. {' '.join(reasons)}"


def _away(begins: date, ends: date | None) -> str:
    return f"Away from {words.day(begins)}{f', back on {words.day(ends)}' if ends else ''}."
