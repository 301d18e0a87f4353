"""The worker's clock, day by day."""

import json
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from tests.unit.policies.reference import windows
from tests.unit.policies.reference.basics import (
    ONE_DAY,
    after_working_days,
    book_by,
    day,
    length,
    plus,
    row,
    status_by_date,
    summary,
)
from tests.unit.policies.reference.pace import Circumstances, Entry, Pace, walk
from tests.unit.policies.reference.policy import Policies, atoms_of, categories

NEVER, ALWAYS = date(2100, 1, 1), date(1990, 1, 1)
ANNUAL = "annual_leave"


def within(period: dict[str, Any], when: date) -> bool:
    return (day(period.get("from")) or ALWAYS) <= when < (day(period.get("to")) or NEVER)


class Worker:
    def __init__(self, policies: Policies, facts: dict[str, Any], on: date) -> None:
        self.policies, self.facts, self.on = policies, facts, on
        self.anchors = {name: day(text) for name, text in facts.get("anchors", {}).items() if text}
        self.held = [
            each | {"day": day(each["on"])}
            for each in facts.get("sessions", ())
            if each.get("status", "held") in ("held", "cut_short")
            and each.get("present", True)
            and each.get("format", "individual") != "ad_hoc"
            and day(each["on"]) <= on
        ]
        self.entries = lru_cache(None)(self._entries)
        self.away = lru_cache(None)(self._away)
        self.counts_on = lru_cache(None)(self._counts_on)

    # What binds

    def rules_on(self, when: date) -> list[dict[str, Any]]:
        policy = self.policies.on(when)
        obligation = {each["id"]: each["obligation"] for each in policy["worker_categories"]}
        held = {each["category"] for each in self.facts.get("categories", ()) if within(each, when)}
        services = {each["service"] for each in self.facts.get("services", ()) if within(each, when)}
        found = []
        for rule in policy["supervision_rules"]:
            scope = rule["applies_to"]
            mine = held & set(categories(rule)) if categories(rule) else held
            if (
                mine
                and (not scope.get("services") or services & set(scope["services"]))
                and not services & set(scope.get("not_services", ()))
            ):
                found.append(rule | {"asked": any(obligation.get(each) != "none" for each in mine)})
        return found

    def start_of(self, rule: dict[str, Any]) -> date | None:
        wanted = ["employment_start", "role_start"]
        if rule.get("phases"):
            wanted.append(((rule["phases"][0]["until"]) or {}).get("anchor", "employment_start"))
        known = [self.anchors[name] for name in wanted if name in self.anchors] or list(self.anchors.values())
        past = [each for each in known if each <= self.on]  # what lies ahead does not count, unless it is all there is
        return max(past) if past else min(known, default=None)

    def anchored_at(self, when: date) -> date:
        return max((self.start_of(rule) or ALWAYS for rule in self.rules_on(when)), default=ALWAYS)

    def boundaries(self, rule: dict[str, Any]) -> list[date | None]:
        """The end of each phase, None where it is not known."""
        ends: list[date | None] = []
        for phase in rule["phases"]:
            until, end = phase["until"], None
            if until and "event" in until:
                known = [
                    day(each["on"])
                    for each in self.facts.get("events", ())
                    if each["event"] == until["event"] and day(each["on"]) <= self.on
                ]
                end = min(known, default=None)
                prompt = until.get("prompt_at")
                if prompt and until.get("if_not_recorded") == "advance_at_prompt":
                    at = self._date_of(rule, prompt)
                    end = min([each for each in (end, at) if each], default=None)
            elif until:
                end = self._date_of(rule, until)
            ends.append(end)
        return ends

    def _date_of(self, rule: dict[str, Any], until: dict[str, Any]) -> date | None:
        at = self.anchors.get(until["anchor"]) or self.start_of(rule)
        for duration in until["plus"]:
            at = plus(at, duration) if at else None
        return at

    def phase_on(self, rule: dict[str, Any], when: date) -> tuple[dict[str, Any], date | None, date | None]:
        """The phase on a day, the day on which it began (None: the first), and the day on which it ends."""
        began = None
        for phase, end in zip(rule["phases"], self.boundaries(rule), strict=True):
            if phase["until"] is None or end is None or when < end:
                return phase, began, end
            began = max(end, began) if began else end
        raise AssertionError("The last phase is open-ended.")

    def phase_began(self, rule_id: str, when: date) -> date | None:
        rule = next(each for each in self.rules_on(when) if each["id"] == rule_id)
        return self.phase_on(rule, when)[1] if rule.get("phases") else None

    def _entries(self, when: date) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for rule in self.rules_on(when):
            start = self.start_of(rule)
            if not rule["asked"] or (start and when < start):
                continue
            source, phase_id, interval = rule, None, rule.get("interval")
            minutes = rule.get("min_minutes")
            if rule.get("phases"):
                phase, _, _ = self.phase_on(rule, when)
                phase_id, interval = phase["id"], phase.get("interval")
                if phase.get("use_rule"):
                    home = rule.get("parent") or self.policies.on(when)
                    source = next(r for r in home["supervision_rules"] if r["id"] == phase["use_rule"])
                    interval, minutes = source["interval"], source.get("min_minutes")
                if phase.get("min_minutes") is not None:
                    minutes = phase["min_minutes"]
            terms = {
                "kind": source["kind"],
                "counts": source.get("counts", ["individual"]),
                "min_minutes": minutes,
                "short": source.get("short_session", "does_not_count"),
                "rule": rule["id"],
            }
            for atom_id, atom in atoms_of(interval, phase_id or rule["id"]):
                said = {name: value for name, value in atom.items() if name != "note"}
                key = json.dumps([rule["id"], phase_id, atom_id, said, terms, str(start)], sort_keys=True)
                beside = rule["kind"] == "reflective_group" or rule.get("additional_to")
                found[key] = Entry(rule["id"], atom_id, atom, key, terms, start, when, rule["id"] if beside else "")
        return found

    # What counts

    def kind_fits(self, session: dict[str, Any], terms: dict[str, Any]) -> bool:
        if "any_of" in terms:
            return f"{session.get('kind', 'combined')} {session.get('format', 'individual')}" in terms["any_of"]
        kind, wanted = session.get("kind", "combined"), terms["kind"]
        fits = kind == wanted or (kind == "combined" and wanted in ("personal", "case"))
        return fits and session.get("format", "individual") in terms["counts"]

    def counts(self, session: dict[str, Any], entry: Entry) -> bool:
        if not self.kind_fits(session, entry.terms):
            return False
        minutes, least = session.get("minutes"), entry.terms["min_minutes"]
        if minutes is None or not least or minutes >= least:
            return True
        short = entry.terms["short"]
        if short == "counts":
            return not entry.atom.get("qualifying_minutes_only")
        return short == "counts_for_gap_only" and entry.atom["type"] == "max_consecutive_missed"

    def _counts_on(self, entry: Entry, when: date) -> bool:
        return any(each["day"] == when and self.counts(each, entry) for each in self.held)

    # Absence

    def _suspending(self) -> list[tuple[date, date]]:
        found = []
        for each in self.facts.get("absences", ()):
            begin, end = day(each["from"]), day(each.get("to"))
            if begin > self.on or each.get("kind") == ANNUAL:
                continue
            policy = self.policies.on(begin)
            threshold = ((policy.get("absence") or {}).get("obligation_suspended_after") or {}).get("calendar_days", 28)
            expected = day(each.get("expected_to"))
            known = max(self.on + ONE_DAY, expected or begin) if end is None else end
            if (known - begin).days >= threshold:
                found.append((begin, end or (expected if expected and expected > self.on else NEVER)))
        return found

    @cached_property
    def suspensions(self) -> list[tuple[date, date]]:
        return self._suspending()

    def _away(self, when: date) -> bool:
        return any(begin <= when < end for begin, end in self.suspensions)

    def return_limit(self, when: date) -> date:
        policy = self.policies.on(when)
        number = ((policy.get("absence") or {}).get("first_after_return") or {}).get("working_days", 10)
        return after_working_days(when, number, policy["calendar"])

    # Answers

    def rolling(self) -> dict[str, Pace]:
        def first_within(entry: Entry) -> date | None:
            rules = self.rules_on(entry.start)
            said = next((r.get("first_within") for r in rules if r["id"] == entry.rule), None)
            if not said:
                return None
            if said.get("working_days") is not None:
                return after_working_days(entry.start, said["working_days"], self.policies.on(entry.start)["calendar"])
            return plus(entry.start, f"P{said['calendar_days']}D")

        def active(when: date) -> dict[str, Entry]:
            return {k: e for k, e in self.entries(when).items() if e.atom["type"] == "rolling"}

        def own(when: date) -> tuple[Entry, date] | None:
            entry = self.agreed_on(when)
            return (entry, day(self.facts["agreed"]["from"])) if entry else None

        about = Circumstances(active, self.counts_on, self.away, self.return_limit, first_within, own=own)
        return walk(about, self.first_day, self.on)

    def agreed_on(self, when: date) -> Entry | None:
        """The agreed interval as a condition, on days on which it is tighter than the policy."""
        agreed = self.facts.get("agreed")
        if not agreed or when < day(agreed["from"]) or when < self.anchored_at(when):
            return None
        every = agreed["interval"]["every"]
        entries = list(self.entries(when).values())
        if not entries:
            everything = [f"{kind} {form}" for kind in ("personal", "combined") for form in ("individual", "group")]
            terms = {"any_of": everything, "min_minutes": None, "short": "counts", "rule": "agreed"}
            return self._agreed_like(terms, self.start_of({}))
        entries = [each for each in entries if each.terms["kind"] != "reflective_group"] or entries
        if not entries:
            return None
        paced = [each for each in entries if each.atom["type"] in ("rolling", "window")]
        binding = [each for each in paced if each.severity != "info"]
        if binding and length(every) >= min(windows.pace_of(each.atom) for each in binding):
            return None
        like = min(binding or paced or entries, key=lambda each: windows.pace_of(each.atom) if each in paced else 0)
        return self._agreed_like(like.terms, like.start)

    def _agreed_like(self, terms: dict[str, Any], start: date | None) -> Entry:
        every = self.facts["agreed"]["interval"]["every"]
        return Entry("agreed", "agreed", {"type": "rolling", "every": every}, "agreed", terms, start)

    @property
    def first_day(self) -> date:
        known = [each["day"] for each in self.held]
        known += self.anchors.values()
        for period in [*self.facts.get("categories", ()), *self.facts.get("services", ())]:
            known += [day(period[name]) for name in ("from", "to") if period.get(name)]
        known += [day(each["from"]) for each in self.facts.get("absences", ())]
        return min([*known, self.on]) - ONE_DAY

    def booked_on(self, entry: Entry) -> date | None:
        return min(
            (
                day(each["on"])
                for each in self.facts.get("sessions", ())
                if each.get("status") == "booked" and day(each["on"]) >= self.on and self.kind_fits(each, entry.terms)
            ),
            default=None,
        )


def answer_for_worker(policies: Policies, facts: dict[str, Any], on: date) -> dict[str, Any]:  # noqa: C901
    worker = Worker(policies, facts, on)
    calendar = policies.on(on)["calendar"]
    soon = calendar.get("due_soon_days", 7)
    rows: list[dict[str, Any]] = []
    away = worker.away(on)
    for pace in worker.rolling().values():
        entry = pace.entry
        shown = {"rule": entry.rule, "atom": entry.atom_id, "severity": entry.severity}
        if pace.due is None:
            rows.append(row(**shown, status="suspended" if away else "not_due", booked_on=worker.booked_on(entry)))
            continue
        status, late = status_by_date(on, pace.due, pace.limit, soon)
        if away:
            rows.append(row(**shown, status="suspended", booked_on=worker.booked_on(entry)))
            continue
        rows.append(
            row(
                **shown,
                status=status,
                due_on=pace.due,
                limit_on=pace.limit,
                book_by=book_by(pace.due, calendar),
                overdue_days=late,
                booked_on=worker.booked_on(entry),
            )
        )
    rows += windows.rows_of(worker)
    phase = ends = None
    for rule in worker.rules_on(on):
        start = worker.start_of(rule)
        if rule.get("phases") and not (start and on < start):
            found, _, ends = worker.phase_on(rule, on)
            phase = found["id"]
            ends = ends if found["until"] else None
            break
    for rule in worker.rules_on(on):
        if not rule["asked"]:
            name, interval = rule["id"], rule.get("interval")
            if rule.get("phases"):
                found = worker.phase_on(rule, on)[0]
                name, interval = found["id"], found.get("interval") or {"type": "none"}
            rows += [
                row(rule=rule["id"], atom=atom_id, severity=atom.get("severity", "breach"), status="not_required")
                for atom_id, atom in atoms_of(interval, name)
            ]
    return {"phase": phase, "phase_ends_on": ends.isoformat() if ends else None, "rules": rows} | summary(rows)
