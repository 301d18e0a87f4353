"""What changes from one version of a policy to another, in words and by rule."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies import audit_words
from policies.bank_holidays import bank_holidays
from policies.presenters import KINDS_OF_WORKER, ReadPhase, ReadRule, read_out
from policies.rules import words
from policies.rules.labels import from_slug
from policies.rules.policy import Policy

# Names that only the file knows
SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
# Blocks that have a part of their own
SAID_ABOVE = frozenset({"absence", "audit", "observation"})
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Facets = dict[str, str]  # what is said of a thing, by what it is about


@dataclass(frozen=True, slots=True)
class From:
    """One thing said of a rule, before and after; empty where nothing was or is said."""

    about: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A rule or another thing that is added, removed or changed, with what is said of it."""

    how: str
    label: str
    lines: tuple[From, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The changes of one part of a policy."""

    title: str
    changes: tuple[Change, ...]


def difference(before: Policy, after: Policy) -> list[Part]:
    """Every part in which the two differ; none where they ask for the same."""
    old, new = read_out(before), read_out(after)
    parts = (
        ("Who is supervised how often", _by_key(_rules(old.rules), _rules(new.rules))),
        ("How often each child is discussed", _by_key(_rules(old.case_rules), _rules(new.case_rules))),
        ("Kinds of worker", _by_key(_categories(before), _categories(after))),
        ("Working days", _whole("The calendar", _calendar(before), _calendar(after))),
        ("Absence", _whole("Long absences", _absence(before), _absence(after))),
        ("Audits and observations", _audits(before, after)),
        ("Where it can be read in two ways", _by_key(_passages(before), _passages(after))),
        ("Contracts, records and the rest", _blocks(before, after)),
        ("The policy itself", _whole("The document", _document(before), _document(after))),
    )
    return [Part(title, changes) for title, found in parts if (changes := tuple(found))]


def lines_between(before: str, after: str) -> list[str]:
    """The lines of two texts that differ, with three around them, as programmers compare them."""
    compared = difflib.unified_diff(before.splitlines(), after.splitlines(), "the present version", "this draft", n=3)
    return [line.rstrip("\n") for line in compared]


def _by_key(old: Mapping[str, tuple[str, Facets]], new: Mapping[str, tuple[str, Facets]]) -> Iterator[Change]:
    for key, (label, facets) in new.items():
        if key not in old:
            yield Change(ADDED, label, _lines({}, facets))
        elif lines := _lines(old[key][1], facets):
            yield Change(CHANGED, label, lines)
    for key, (label, facets) in old.items():
        if key not in new:
            yield Change(REMOVED, label, _lines(facets, {}))


def _whole(label: str, old: Facets, new: Facets) -> Iterator[Change]:
    if lines := _lines(old, new):
        yield Change(CHANGED, label, lines)


def _lines(old: Facets, new: Facets) -> tuple[From, ...]:
    return tuple(
        From(about, old.get(about, ""), new.get(about, ""))
        for about in dict.fromkeys([*new, *old])
        if old.get(about, "") != new.get(about, "")
    )


def _rules(rules: Iterable[ReadRule]) -> dict[str, tuple[str, Facets]]:
    return {rule.id: (rule.label, dict(_said_of(rule))) for rule in rules}


def _said_of(rule: ReadRule) -> Iterator[tuple[str, str]]:
    yield "Name", rule.label
    yield "Kind", rule.kind
    yield "Whom it binds", rule.binds
    for phase in rule.phases:
        yield from _said_of_phase(phase)
    yield "Remark", rule.note
    yield "Taken from", rule.inherited_from


def _said_of_phase(phase: ReadPhase) -> Iterator[tuple[str, str]]:
    of = f", {phase.name[:1].lower()}{phase.name[1:]}" if phase.name else ""
    yield f"How often{of}", " ".join(f"{each.sentence} {each.severity}".strip() for each in phase.conditions)
    yield f"How long{of}", phase.lasts
    yield f"Which sessions count{of}", phase.sessions
    yield f"Remark{of}", " ".join(each.note for each in phase.conditions if each.note)


def _categories(policy: Policy) -> dict[str, tuple[str, Facets]]:
    read = zip(policy.categories, read_out(policy).categories, strict=True)
    return {
        category.id: (
            category.label,
            {"Name": category.label, "Supervision": said.obligation, "Remark": said.note}
            | {about: _yes_or_no(getattr(category, name)) for name, about in KINDS_OF_WORKER.items()}
            | {"Supervised by": said.supervised_by},
        )
        for category, said in read
    }


def _calendar(policy: Policy) -> Facets:
    calendar = policy.calendar
    added = {day.on for day in policy.days_added}
    closed = sorted(calendar.days_off - bank_holidays(policy.bank_holidays) - added)
    return {
        "Working days": _listed(WEEKDAYS[day] for day in sorted(calendar.working_weekdays)),
        "Bank holidays": from_slug(policy.bank_holidays),
        "Closure days": _listed(words.day(day) for day in closed),
        "The supervision year begins on": f"{calendar.year_starts[1]} {words.MONTHS[calendar.year_starts[0] - 1]}",
        "“Due soon” begins": f"{words.number_of(calendar.due_soon_days, 'day')} before",
        "Book by": "the working day before, where the due date is none"
        if calendar.rolls_back
        else "the due date itself",
    }


def _absence(policy: Policy) -> Facets:
    return {
        "Suspends supervision from": policy.suspended_after.in_words,
        "First session after it within": policy.first_after_return.in_words,
    }


def _audits(before: Policy, after: Policy) -> Iterator[Change]:
    yield from _by_key(_duties(before), _duties(after))
    yield from _whole("What becomes of an audit", _examined(before), _examined(after))


def _duties(policy: Policy) -> dict[str, tuple[str, Facets]]:
    return {
        duty.id: (
            audit_words.duty_in_words(duty).removesuffix("."),
            {"Who, what and how often": audit_words.duty_in_words(duty), "Remark": duty.note},
        )
        for duty in policy.audit.duties
    }


def _examined(policy: Policy) -> Facets:
    terms, audit, observation = policy.audit, policy.blocks.get("audit") or {}, policy.blocks.get("observation") or {}
    return {
        "Children of a worker": audit_words.cases_in_words(terms),
        "Judgements": "; ".join(terms.judgements),
        "Who reads it": audit_words.sharing_in_words(terms),
        "Health": audit_words.health_in_words(terms),
        "Form of audits": from_slug(audit.get("template", "")),
        "Form of observations of supervision": from_slug(audit.get("observation_template", "")),
        "Direct observation of practice": audit_words.observation_in_words(policy.observation),
        "Form of observations of practice": from_slug(observation.get("template", "")),
    }


def _passages(policy: Policy) -> dict[str, tuple[str, Facets]]:
    return {
        each.id: (
            each.text,
            {
                "Passage": each.text,
                "Read as": each.chosen,
                "Could also mean": "; ".join(each.alternatives),
                "To be decided by": each.needs_decision_by,
            },
        )
        for each in policy.ambiguities
    }


def _blocks(before: Policy, after: Policy) -> Iterator[Change]:
    old, new = ({**policy.blocks, "labels": dict(policy.labels)} for policy in (before, after))
    for name in dict.fromkeys([*new, *old]):
        if name not in SAID_ABOVE:
            yield from _whole(from_slug(name), dict(_leaves(old.get(name))), dict(_leaves(new.get(name))))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Everything that a block says, each with the way to it in words."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for number, each in enumerate(value, start=1):
            name = each.get("id") or each.get("label") if isinstance(each, dict) else None
            yield from _leaves(each, (*path, str(name or number)))
    elif value is not None:
        about = from_slug(" ".join(path)) if path else "It says"
        yield about, _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value)
    if isinstance(value, str) and SLUG.fullmatch(value):
        return from_slug(value)
    return _yes_or_no(value) if isinstance(value, bool) else str(value)


def _document(policy: Policy) -> Facets:
    return {
        "Version": policy.version,
        "Authority": policy.authority,
        "Title": policy.title,
        "Id": policy.id,
        "Says that it begins on": _day(policy.effective_from),
        "To be reviewed by": _day(policy.review_by),
        "What it leaves out is filled from": policy.inherits or "",
        "Filled in by this product": " ".join(policy.product_defaults),
    }


def _day(day: date | None) -> str:
    return words.day(day) if day else ""


def _yes_or_no(value: bool | None) -> str:  # noqa: FBT001  one of three answers
    return "" if value is None else "yes" if value else "no"


def _listed(items: Iterable[str]) -> str:
    found = list(items)
    return words.listed(found) if found else ""
