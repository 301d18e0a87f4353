"""The child's clock, day by day."""

import json
from datetime import date
from typing import Any

from tests.unit.policies.reference.basics import (
    NOT_OPEN,
    ONE_DAY,
    book_by,
    day,
    days,
    length,
    plus,
    row,
    status_by_date,
    summary,
    window_of,
    works,
    years_before,
)
from tests.unit.policies.reference.pace import Circumstances, Entry, walk
from tests.unit.policies.reference.policy import Policies, atoms_of
from tests.unit.policies.reference.windows import pace_of, times

NEVER, ALWAYS = date(2100, 1, 1), date(1990, 1, 1)


class Child:
    """One episode of one child, known up to a day."""

    def __init__(
        self, policies: Policies, facts: dict[str, Any], episode: dict[str, Any], on: date, known: date
    ) -> None:
        self.policies, self.facts, self.on = policies, facts, on
        self.opened, self.closed = day(episode["from"]), day(episode.get("to")) or NEVER
        begins = [
            day(each["from"])
            for each in facts.get("allocations", ())
            if self.opened <= day(each["from"]) < self.closed and day(each["from"]) <= known
        ]
        held_at_opening = any(
            day(each["from"]) <= self.opened < (day(each.get("to")) or NEVER) for each in facts.get("allocations", ())
        )
        self.start = self.opened if held_at_opening else min(begins, default=self.opened)
        self.discussions = [
            each | {"day": day(each["on"])}
            for each in facts.get("discussions", ())
            if each.get("own_text", True) and self.opened <= day(each["on"]) < self.closed and day(each["on"]) <= known
        ]

    def rules_on(self, when: date) -> list[dict[str, Any]]:
        types = {
            each["plan_type"]
            for each in self.facts.get("plan_types", ())
            if (day(each.get("from")) or ALWAYS) <= when < (day(each.get("to")) or NEVER)
        }
        return [
            rule
            for rule in self.policies.on(when)["case_rules"]
            if {"any", *types} & set(rule["applies_to"].get("plan_types", ["any"])) and rule.get("interval")
        ]

    def entries(self, when: date) -> dict[str, Entry]:
        found = {}
        if not self.start <= when < self.closed:
            return {}
        for rule in self.rules_on(when):
            terms = {
                "formats": rule.get("satisfied_by", ["individual"]),
                "depth": (rule.get("coverage") or {}).get("min_depth", "brief"),
                "transfer": rule.get("on_transfer", "continue"),
                "override": rule.get("per_case_override", "tighten_only"),
            }
            for atom_id, atom in atoms_of(rule["interval"], rule["id"]):
                key = json.dumps([rule["id"], atom_id, atom, terms], sort_keys=True)
                found[key] = Entry(rule["id"], atom_id, atom, key, terms, self.start)
        return found

    def counts(self, discussion: dict[str, Any], entry: Entry) -> bool:
        deep = entry.terms["depth"] == "brief" or discussion.get("depth", "brief") == "in_depth"
        return deep and discussion.get("format", "individual") in entry.terms["formats"]

    def counts_on(self, entry: Entry, when: date) -> bool:
        return any(each["day"] == when and self.counts(each, entry) for each in self.discussions)

    def restart(self, entry: Entry, when: date) -> bool:
        if entry.terms["transfer"] != "restart":
            return False

        def holders(at: date) -> set[str]:
            return {
                each["worker"]
                for each in self.facts.get("allocations", ())
                if day(each["from"]) <= at < (day(each.get("to")) or NEVER)
            }

        return bool(holders(when) - holders(when - ONE_DAY)) and when > self.start

    def override_on(self, when: date) -> Entry | None:
        override = self.facts.get("override")
        entries = [each for each in self.entries(when).values() if each.atom["type"] in ("rolling", "window")]
        if not override or when < day(override["from"]) or not self.start <= when < self.closed:
            return None
        every = override["interval"]["every"]
        binding = [each for each in entries if each.severity == "breach"]
        if binding and length(every) >= min(pace_of(each.atom) for each in binding):
            return None
        like = min(binding, key=lambda each: pace_of(each.atom)).terms if binding else {}
        plain = {"formats": ["individual", "group"], "depth": "brief", "transfer": "continue", "override": ""}
        return Entry("override", "override", {"type": "rolling", "every": every}, "override", like or plain, self.start)

    def active(self, when: date) -> dict[str, Entry]:
        return {key: each for key, each in self.entries(when).items() if each.atom["type"] == "rolling"}

    def own(self, when: date) -> tuple[Entry, date] | None:
        entry = self.override_on(when)
        return (entry, day(self.facts["override"]["from"])) if entry else None

    def rows(self) -> list[dict[str, Any]]:
        calendar = self.policies.on(self.on)["calendar"]
        soon = calendar.get("due_soon_days", 7)
        rows = []
        about = Circumstances(self.active, self.counts_on, restart=self.restart, own=self.own)
        for pace in walk(about, self.opened - ONE_DAY, self.on).values():
            status, late = status_by_date(self.on, pace.due, pace.limit, soon)
            rows.append(
                row(
                    rule=pace.entry.rule,
                    atom=pace.entry.atom_id,
                    severity=pace.entry.severity,
                    status=status,
                    due_on=pace.due,
                    limit_on=pace.limit,
                    book_by=book_by(pace.due, calendar),
                    overdue_days=late,
                )
            )
        ever: dict[str, Entry] = {}
        for when in days(self.start, self.on + ONE_DAY):
            ever |= {key: each for key, each in self.entries(when).items() if each.atom["type"] == "window"}
        for key, entry in ever.items():
            is_now = key in self.entries(self.on)
            if entry.atom["per"] == "rolling":
                rows += [self._rolling_window(entry, calendar)] if is_now else []
            else:
                rows += self._windows(entry, calendar, is_now=is_now)
        return rows

    def _held(self, entry: Entry, first: date, beyond: date) -> list[date]:
        return [
            each["day"]
            for each in self.discussions
            if first <= each["day"] < beyond and each["day"] <= self.on and self.counts(each, entry)
        ]

    def _rolling_window(self, entry: Entry, calendar: dict[str, Any]) -> dict[str, Any]:
        size, count = entry.atom["size"], entry.atom["count"]
        dates = sorted([each["day"] for each in self.discussions if self.counts(each, entry)], reverse=True)
        dates = [each for each in dates if each <= self.on]
        anchor = max(dates[count - 1], self.start) if len(dates) >= count else self.start
        due = plus(anchor, size)
        status, late = status_by_date(self.on, due, None, calendar.get("due_soon_days", 7))
        return row(
            rule=entry.rule,
            atom=entry.atom_id,
            severity=entry.severity,
            status=status,
            due_on=due,
            book_by=book_by(due, calendar),
            overdue_days=late,
            counted=sum(plus(each, size) >= self.on for each in dates),
            required=count,
        )

    def _around(self, entry: Entry, when: date, calendar: dict[str, Any]) -> tuple[date, date]:
        if entry.atom["per"] != "anchored":
            return window_of(when, entry.atom["per"], calendar["supervision_year_start"])
        begin = next(each for each in days(self.start, NEVER) if entry.key in self.entries(each))
        number = 0
        while plus(begin, times(entry.atom["size"], number + 1)) <= when:
            number += 1
        first = plus(begin, times(entry.atom["size"], number)) if number else begin
        return first, plus(begin, times(entry.atom["size"], number + 1))

    def _windows(self, entry: Entry, calendar: dict[str, Any], *, is_now: bool) -> list[dict[str, Any]]:
        rows = []
        least = entry.atom.get("min_available_working_days", 10)
        first, beyond = self._around(entry, self.on, calendar)
        current = True
        while first < beyond and beyond > self.start:
            last = beyond - ONE_DAY
            counted = len(self._held(entry, first, beyond))
            available = sum(works(d, calendar) and entry.key in self.entries(d) for d in days(first, beyond))
            status = "not_due" if current else "missed"
            if counted >= entry.atom["count"]:
                status = "met"
            elif available < least and not counted:
                status = "exempt"
            if current:
                shown = is_now
            else:
                shown = status == "missed" and entry.severity == "breach" and entry.key in self.entries(last)
                shown = shown and last >= years_before(self.on)
            if shown:
                rows.append(
                    row(
                        rule=entry.rule,
                        atom=entry.atom_id,
                        severity=entry.severity,
                        status=status,
                        due_on=last,
                        book_by=book_by(last, calendar),
                        counted=counted,
                        required=entry.atom["count"],
                        forecast="short" if status == "not_due" else None,
                    )
                )
            began = next(each for each in days(self.start, NEVER) if entry.key in self.entries(each))
            if first <= (began if entry.atom["per"] == "anchored" else self.start):
                break
            first, beyond = self._around(entry, first - ONE_DAY, calendar)
            current = False
        return rows


def answer_for_child(policies: Policies, facts: dict[str, Any], on: date) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    episodes = [each for each in facts.get("episodes", ()) if day(each["from"]) <= on]
    open_now = [each for each in episodes if (day(each.get("to")) or NEVER) > on]
    if open_now:
        rows = Child(policies, facts, max(open_now, key=lambda each: each["from"]), on, on).rows()
    elif episodes:
        rows = _closed(policies, facts, max(episodes, key=lambda each: each["from"]), on)
    return {"reference": facts.get("reference", ""), "rules": rows} | summary(rows)


def _closed(policies: Policies, facts: dict[str, Any], episode: dict[str, Any], on: date) -> list[dict[str, Any]]:
    """What was overdue on the last day of the case stays as missed for twelve months."""
    last = day(episode["to"]) - ONE_DAY
    if last < years_before(on) or last < day(episode["from"]):
        return []
    child = Child(policies, facts, episode, last, last)
    passed = [
        each
        for each in child.rows()
        if each["severity"] == "breach"
        and each["status"] in ("overdue", "due_today", "target_passed", "not_due", "missed")
        and (each["limit_on"] or each["due_on"]) <= last.isoformat()
    ]
    return [
        each | {"status": "missed", "overdue_days": 0, "forecast": None}
        for each in passed
        if each["status"] != "missed" or day(each["due_on"]) >= years_before(on)
    ]


__all__ = ["NOT_OPEN", "answer_for_child"]
