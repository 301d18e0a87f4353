"""Facts at random, for a policy: plausible ones, with all that can happen to a worker or a child."""

import random
from datetime import date, timedelta
from typing import Any

FIRST, LAST = date(2025, 6, 1), date(2027, 8, 1)
SPAN = (LAST - FIRST).days
KINDS = ["individual", "individual", "individual", "individual", "group", "group", "ad_hoc"]
STATUSES = ["held"] * 8 + ["cut_short", "cancelled", "did_not_attend"]
MINUTES = [90, 90, 90, 120, 60, 45]
ANCHORS = ["asye_start", "role_start", "probation_start", "placement_start"]
ABSENCES = ["sickness", "maternity", "annual_leave"]


class Guess:
    """A source of facts; the same seed gives the same facts."""

    def __init__(self, policy: dict[str, Any], seed: int) -> None:
        self.policy, self.chance = policy, random.Random(seed)  # noqa: S311

    def day(self, first: date = FIRST, last: date = LAST) -> date:
        return first + timedelta(days=self.chance.randrange(max(1, (last - first).days)))

    def worker(self, on: date) -> dict[str, Any]:
        chance = self.chance
        start = self.day(FIRST, on)
        anchors = {"employment_start": start.isoformat()} if chance.random() < 0.9 else {}
        for name in ANCHORS:
            if chance.random() < 0.4:
                anchors[name] = min(on, start + timedelta(days=chance.randrange(60))).isoformat()
        if "employment_start" not in anchors:
            anchors["role_start"] = start.isoformat()
        return {
            "categories": self._periods(
                "category", [each["id"] for each in self.policy["worker_categories"]], start, on
            ),
            "services": [{"service": "family_safeguarding"}] if chance.random() < 0.3 else [],
            "anchors": anchors,
            "events": self._events(start, on),
            "absences": self._absences(start, on),
            "sessions": self._sessions(start, on),
            "agreed": self._interval(on, start),
        }

    def _periods(self, name: str, choices: list[str], start: date, on: date) -> list[dict[str, Any]]:
        chance = self.chance
        if chance.random() < 0.6:
            return [{name: chance.choice(choices), "from": None, "to": None}]
        change = self.day(start, on + timedelta(days=1)).isoformat()
        if chance.random() < 0.6:
            return [
                {name: chance.choice(choices), "from": None, "to": change},
                {name: chance.choice(choices), "from": change, "to": None},
            ]
        return [{name: chance.choice(choices)}, {name: chance.choice(choices), "from": change}]

    def _events(self, start: date, on: date) -> list[dict[str, Any]]:
        slugs = [
            phase["until"]["event"]
            for rule in self.policy["supervision_rules"]
            for phase in rule.get("phases", ())
            if phase["until"] and "event" in phase["until"]
        ]
        return [{"event": each, "on": self.day(start, on + timedelta(days=20)).isoformat()} for each in slugs[:2]]

    def _absences(self, start: date, on: date) -> list[dict[str, Any]]:
        chance, found, when = self.chance, [], start
        for _ in range(chance.choice([0, 0, 0, 1, 1, 2])):
            when = self.day(when, on)
            until = when + timedelta(days=chance.choice([3, 10, 27, 28, 29, 40, 90, 200]))
            absence = {"from": when.isoformat(), "to": until.isoformat(), "kind": chance.choice(ABSENCES)}
            if until > on and chance.random() < 0.6:
                absence |= {"to": None, "expected_to": until.isoformat() if chance.random() < 0.6 else None}
            found.append(absence)
            when = until + timedelta(days=chance.randrange(1, 60))
            if when >= on:
                break
        return found

    def _sessions(self, start: date, on: date) -> list[dict[str, Any]]:
        chance, found, used = self.chance, [], set()
        step = chance.choice([7, 14, 25, 30, 45, 80])
        when = start + timedelta(days=chance.randrange(-20, 40))
        while when < on + timedelta(days=80):
            if when not in used:
                past = when <= on
                session: dict[str, Any] = {
                    "on": when.isoformat(),
                    "format": chance.choice(KINDS),
                    "kind": chance.choice(["combined"] * 5 + ["personal", "case", "management", "practice"]),
                    "status": chance.choice(STATUSES) if past else "booked",
                    "minutes": chance.choice(MINUTES),
                }
                if session["format"] == "group" and chance.random() < 0.5:
                    session["kind"] = "reflective_group"
                if past and chance.random() < 0.1:
                    session["present"] = False
                found.append(session)
                used.add(when)
            when += timedelta(days=max(1, round(chance.gauss(step, step / 3))))
        chance.shuffle(found)
        return found

    def _interval(self, on: date, start: date) -> dict[str, Any] | None:
        if self.chance.random() < 0.8:
            return None
        every = self.chance.choice(["P7D", "P14D", "P21D", "P28D", "P1M", "P2M"])
        since = self.day(start + timedelta(days=1), on + timedelta(days=2))
        return {"interval": {"type": "rolling", "every": every}, "from": since.isoformat()}

    def child(self, on: date, number: int) -> dict[str, Any]:
        chance = self.chance
        types = sorted({t for rule in self.policy["case_rules"] for t in rule["applies_to"].get("plan_types", ())})
        types = [each for each in types if each != "any"] or ["child_in_need"]
        opened = self.day(FIRST, on)
        episodes = [{"from": opened.isoformat(), "to": None}]
        if chance.random() < 0.3 and (on - opened).days > 30:
            closed = self.day(opened + timedelta(days=5), on)
            episodes[0]["to"] = closed.isoformat()
            if chance.random() < 0.6 and (on - closed).days > 3:
                again = self.day(closed + timedelta(days=1), on)
                episodes.append({"from": again.isoformat(), "to": None})
        step = chance.choice([14, 30, 50, 80])
        found, when = [], opened + timedelta(days=chance.randrange(-10, 60))
        while when <= on:
            found.append(
                {
                    "on": when.isoformat(),
                    "depth": chance.choice(["brief", "in_depth"]),
                    "format": chance.choice(["individual", "group", "management_oversight"]),
                    "own_text": chance.random() < 0.9,
                }
            )
            when += timedelta(days=max(1, round(chance.gauss(step, step / 3))))
        change = self.day(opened, on + timedelta(days=1)).isoformat()
        held = [{"plan_type": chance.choice(types), "from": opened.isoformat(), "to": None}]
        if chance.random() < 0.5:
            held[0]["to"] = change
            held.append({"plan_type": chance.choice(types), "from": change, "to": None})
        elif chance.random() < 0.3:
            held.append({"plan_type": chance.choice(types), "from": change, "to": None})
        allocations = []
        if chance.random() < 0.5:
            first = opened + timedelta(days=chance.choice([0, 0, 3, 12]))
            second = self.day(first + timedelta(days=1), max(on, first + timedelta(days=3)))
            allocations = [
                {"worker": "A", "from": first.isoformat(), "to": second.isoformat()},
                {"worker": "B", "from": second.isoformat(), "to": None},
            ]
        return {
            "reference": f"P{number}",
            "episodes": episodes,
            "plan_types": held,
            "discussions": found,
            "allocations": allocations,
            "override": self._interval(on, opened),
        }

    def record(self, on: date) -> dict[str, Any]:
        session = self.day(on - timedelta(days=30), on + timedelta(days=1))
        entered = session + timedelta(days=self.chance.randrange(25))
        known = [name for name, block in self.policy["recording"].items() if isinstance(block, dict)]
        known += ["worker", "case"]
        return {
            "what": self.chance.choice(known),
            "session_on": session.isoformat(),
            "entered_on": entered.isoformat() if entered <= on and self.chance.random() < 0.6 else None,
        }

    def facts(self) -> dict[str, Any]:
        on = self.day(FIRST + timedelta(days=90), LAST)
        return {
            "on": on.isoformat(),
            "worker": self.worker(on),
            "children": [self.child(on, number) for number in range(2)],
            "records": [self.record(on) for _ in range(2)],
        }
