"""Windows, what is scheduled, runs of missed windows, alternation: one window at a time, one day at a time."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.unit.policies.reference.basics import (
    ONE_DAY,
    book_by,
    day,
    days,
    length,
    plus,
    row,
    status_by_date,
    window_of,
    works,
    years_before,
)
from tests.unit.policies.reference.pace import Entry

if TYPE_CHECKING:
    from tests.unit.policies.reference.worker import Worker

GAP = "max_consecutive_missed"
PER = {"calendar_month": "P1M", "calendar_quarter": "P3M", "calendar_year": "P1Y", "supervision_year": "P1Y"}
YEARLY = {"calendar_year", "supervision_year"}


def pace_of(atom: dict[str, Any]) -> float:
    if atom["type"] == "rolling":
        return length(atom["every"])
    return length(atom.get("size") or PER[atom["per"]]) / atom.get("count", 1)


class Windows:
    """The windows of one condition of one worker."""

    def __init__(self, worker: "Worker", entry: Entry) -> None:
        self.worker, self.entry, self.atom = worker, entry, entry.atom
        self.calendar = worker.policies.on(worker.on)["calendar"]
        # What was held in the window before a category began still counts; what was held in another phase does not
        began = worker.phase_began(entry.rule, when) if (when := entry.seen_on) else None
        self.since = began or date(1990, 1, 1)
        self.least = entry.atom.get("min_available_working_days", 10)

    def active(self, when: date) -> bool:
        return self.entry.key in self.worker.entries(when)

    def around(self, when: date) -> tuple[date, date]:
        if self.atom["per"] != "anchored":
            return window_of(when, self.atom["per"], self.calendar["supervision_year_start"])
        begin, number = self.entry.start, 0
        size = self.atom["size"]
        while True:
            a = plus(begin, times(size, number)) if number else begin
            b = plus(begin, times(size, number + 1))
            if a <= when < b:
                return a, b
            number += 1

    def available(self, first: date, beyond: date) -> int:
        return sum(
            works(each, self.calendar) and self.active(each) and not self.worker.away(each)
            for each in days(first, beyond)
        )

    def held(self, first: date, beyond: date) -> list[date]:
        return [
            each["day"]
            for each in self.worker.held
            if first <= each["day"] < beyond and self.since <= each["day"] and self.worker.counts(each, self.entry)
        ]

    def in_diary(self, first: date, beyond: date) -> int:
        return sum(
            first <= day(each["on"]) < beyond
            and self.worker.kind_fits(each, self.entry.terms)
            and (day(each["on"]) <= self.worker.on or each.get("status") == "booked")
            and self.since <= day(each["on"])
            for each in self.worker.facts.get("sessions", ())
        )

    def booked(self, first: date, beyond: date) -> int:
        return sum(
            first <= day(each["on"]) < beyond
            and each.get("status") == "booked"
            and day(each["on"]) >= self.worker.on
            and self.worker.kind_fits(each, self.entry.terms)
            for each in self.worker.facts.get("sessions", ())
        )

    def required(self, first: date, beyond: date) -> int:
        count = self.atom["count"]
        if self.atom["per"] not in YEARLY:
            return count
        months, start = 0, first
        for number in range(12):
            a, b = plus(start, f"P{number}M"), plus(start, f"P{number + 1}M")
            months += self.available(a, b) >= self.least or bool(self.held(a, b))
        return count * months // 12

    def exempt(self, first: date, beyond: date) -> bool:
        return self.available(first, beyond) < self.least and not self.held(first, beyond)

    def before(self, on: date) -> Iterator[tuple[date, date]]:
        """The windows that ended before a day, the latest first."""
        first, _ = self.around(on)
        while first > self.worker.first_day:
            if self.atom["per"] == "anchored" and first <= self.entry.start:
                return
            window = self.around(first - ONE_DAY)
            yield window
            first = window[0]


def times(duration: str, number: int) -> str:
    return f"P{int(duration[1:-1]) * number}{duration[-1]}"


def rows_of(worker: "Worker") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    ever: dict[str, Entry] = {}
    for when in days(worker.first_day, worker.on + ONE_DAY):
        ever |= worker.entries(when)
    now = worker.entries(worker.on)
    for key, entry in ever.items():
        kind = entry.atom["type"]
        if kind in ("window", "scheduled") and entry.atom["per"] != "rolling":
            rows += _window_rows(worker, entry, is_now=key in now)
        elif key in now and kind == "window":
            rows.append(_rolling_window(worker, entry))
        elif key in now and kind == "max_consecutive_missed":
            rows.append(_consecutive(worker, entry))
        elif key in now and kind == "alternation":
            rows.append(_alternation(worker, entry))
        elif key in now and kind == "as_required":
            shown: dict[str, Any] = {"rule": entry.rule, "atom": entry.atom_id, "severity": entry.severity}
            rows.append(row(**shown, status="no_minimum_set", booked_on=worker.booked_on(entry)))
    rows += _return_row(worker, list(now.values()))
    return rows


def _return_row(worker: "Worker", now: list[Entry]) -> list[dict[str, Any]]:
    dated = [each for each in now if not each.clock]
    if not dated or any(each.atom["type"] == "rolling" for each in now) or worker.away(worker.on):
        return []
    ends = [end for _, end in worker.suspensions if end <= worker.on]
    if not ends:
        return []
    back = max(ends)
    if any(
        each["day"] >= back and any(worker.counts(each, entry) for entry in dated if entry.atom["type"] != GAP)
        for each in worker.held
    ):
        return []
    if back < (dated[0].start or back):
        return []
    due = worker.return_limit(back)
    calendar = worker.policies.on(worker.on)["calendar"]
    status, late = status_by_date(worker.on, due, None, calendar.get("due_soon_days", 7))
    return [
        row(
            rule="return",
            atom="return",
            severity="breach",
            status=status,
            due_on=due,
            book_by=book_by(due, calendar),
            overdue_days=late,
            booked_on=worker.booked_on(dated[0]),
        )
    ]


def _window_rows(worker: "Worker", entry: Entry, *, is_now: bool) -> list[dict[str, Any]]:  # noqa: C901
    windows, on = Windows(worker, entry), worker.on
    rows = []
    count = windows.in_diary if entry.atom["type"] == "scheduled" else lambda a, b: len(windows.held(a, b))
    shown: dict[str, Any] = {"rule": entry.rule, "atom": entry.atom_id, "severity": entry.severity}
    for first, beyond in windows.before(on):
        last = beyond - ONE_DAY
        required = windows.required(first, beyond)
        if last < years_before(on):
            break
        if (
            entry.severity == "breach"
            and (entry.start or any(each["day"] <= last for each in worker.held))
            and any(windows.active(each) for each in days(first, beyond))
            and not windows.exempt(first, beyond)
            and count(first, beyond) < required
        ):
            rows.append(
                row(
                    **shown,
                    status="missed",
                    due_on=last,
                    book_by=book_by(last, windows.calendar),
                    counted=count(first, beyond),
                    required=required,
                )
            )
    if not is_now:
        return rows
    first, beyond = windows.around(on)
    counted, required = count(first, beyond), windows.required(first, beyond)
    status, forecast = "not_due", None
    if counted >= required:
        status = "met"
    elif windows.exempt(first, beyond):
        status = "exempt"
    elif worker.away(on):
        status = "suspended"
    if windows.exempt(first, beyond):
        status = "exempt"
    planned = counted if entry.atom["type"] == "scheduled" else counted + windows.booked(first, beyond)
    if status in ("not_due", "suspended") and planned < required:
        forecast = "short"
    rows.append(
        row(
            **shown,
            status=status,
            due_on=beyond - ONE_DAY,
            book_by=book_by(beyond - ONE_DAY, windows.calendar),
            counted=counted,
            required=required,
            booked_on=worker.booked_on(entry),
            forecast=forecast,
        )
    )
    return rows


def _rolling_window(worker: "Worker", entry: Entry) -> dict[str, Any]:
    windows, on = Windows(worker, entry), worker.on
    size, count = entry.atom["size"], entry.atom["count"]
    dates = sorted(windows.held(worker.first_day, on + ONE_DAY), reverse=True)
    returns = [end for _, end in worker.suspensions if end <= on]
    anchor = dates[count - 1] if len(dates) >= count else max(windows.since, entry.start)
    anchor = max([anchor, *returns])
    inside = [each for each in dates if plus(each, size) >= on]
    shown: dict[str, Any] = {"rule": entry.rule, "atom": entry.atom_id, "severity": entry.severity}
    shown |= {"counted": len(inside), "required": count, "booked_on": worker.booked_on(entry)}
    if worker.away(on):
        return row(**shown, status="suspended")
    due = plus(anchor, size)
    status, late = status_by_date(on, due, None, windows.calendar.get("due_soon_days", 7))
    return row(**shown, status=status, due_on=due, book_by=book_by(due, windows.calendar), overdue_days=late)


def _consecutive(worker: "Worker", entry: Entry) -> dict[str, Any]:
    windows, on = Windows(worker, entry), worker.on
    most = entry.atom["max"]
    run, breach_end = 0, None
    first, beyond = windows.around(on)
    for a, b in reversed(list(windows.before(on))):
        known = entry.start or any(each["day"] < b for each in worker.held)
        asked = any(windows.active(each) for each in days(a, b))
        if not asked or not known or windows.exempt(a, b):
            continue
        run = 0 if windows.held(a, b) else run + 1
        if run == most + 1:
            breach_end = b - ONE_DAY
    met = bool(windows.held(first, beyond))
    if met:
        run = 0
    shown: dict[str, Any] = {"rule": entry.rule, "atom": entry.atom_id, "severity": entry.severity}
    shown |= {"counted": run, "required": most, "booked_on": worker.booked_on(entry)}
    due = None
    if run > most:
        status, due = "missed", breach_end
    else:
        status = "met" if met else "not_due"
        if worker.away(on) and not met:
            status = "suspended"
        left, (a, b) = most + 1 - run, (first, beyond)
        while not (met and run == 0) and left and b < date(on.year + 3, 1, 1):
            left -= not windows.exempt(a, b)
            due = None if left else b - ONE_DAY
            a, b = windows.around(b)
    return row(**shown, status=status, due_on=due, book_by=book_by(due, windows.calendar))


def _alternation(worker: "Worker", entry: Entry) -> dict[str, Any]:
    windows = Windows(worker, entry)
    run = 0
    held = [each for each in worker.held if windows.since <= each["day"] and worker.counts(each, entry)]
    for each in sorted(held, key=lambda each: each["day"]):
        run = run + 1 if each.get("format") == "group" else 0
    status = "missed" if run > entry.atom["max"] else "met"
    return row(
        rule=entry.rule,
        atom=entry.atom_id,
        severity=entry.severity,
        status=status,
        counted=run,
        required=entry.atom["max"],
        booked_on=worker.booked_on(entry),
    )
