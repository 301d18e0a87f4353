"""A policy written from plain text, that nobody had in mind when the engine was built, answers as its prose says."""

import json
from pathlib import Path
from typing import Any

import pytest

from policies.assessing import Asked, answers_to

NORTHMOOR = str(Path(__file__).parent / "made_up" / "northmoor-2026.yaml")


def ask(on: str, **facts: Any) -> dict[str, Any]:
    return answers_to(json.dumps({"on": on, **facts}), Asked(NORTHMOOR), file="facts")  # type: ignore[return-value]


def worker(on: str, category: str, *sessions: dict[str, Any], **more: Any) -> dict[str, Any]:
    facts = {"categories": [{"category": category}], "sessions": list(sessions), "anchors": {}} | more
    facts["anchors"] = {"employment_start": "2026-09-01"} | facts["anchors"]
    return ask(on, worker=facts)["worker"]


def held(on: str, format: str = "individual", minutes: int = 60) -> dict[str, Any]:
    return {"on": on, "format": format, "minutes": minutes}


def row(answer: dict[str, Any], atom: str) -> dict[str, Any]:
    return next(each for each in answer["rules"] if each["atom"] == atom)


class TestWorkers:
    def test_residential_staff_are_due_a_fortnight_after_a_group(self) -> None:
        once = worker("2026-10-12", "residential", held("2026-10-05", "group"))
        twice = worker("2026-10-19", "residential", held("2026-10-05", "group"), held("2026-10-19", "group"))

        assert (once["due_on"], row(once, "in-turn")["status"]) == ("2026-10-19", "met")
        assert (row(twice, "in-turn")["status"], row(twice, "in-turn")["counted"]) == ("missed", 2)

    def test_less_than_an_hour_does_not_count(self) -> None:
        assert worker("2026-10-12", "residential", held("2026-10-05", minutes=45))["due_on"] == "2026-09-15"

    def test_support_workers_every_six_weeks(self) -> None:
        answer = worker("2026-11-17", "support", held("2026-10-05"))

        assert (answer["worst"], answer["due_on"], answer["rules"][0]["overdue_days"]) == ("overdue", "2026-11-16", 1)

    @pytest.mark.parametrize(
        ("on", "status"), [("2026-10-01", "not_due"), ("2026-12-31", "not_due"), ("2027-01-01", "missed")]
    )
    def test_sessional_staff_once_a_quarter(self, on: str, status: str) -> None:
        answer = worker(on, "sessional", held("2026-09-15"))
        quarter = next(each for each in answer["rules"] if each["due_on"] == "2026-12-31")

        assert (quarter["status"], quarter["book_by"]) == (status, "2026-12-24")  # the last day before the closure

    def test_somebody_new_within_five_working_days_then_four_weeks_and_never_beyond_five(self) -> None:
        new = worker("2026-09-02", "social_worker")
        seen = worker("2026-10-07", "social_worker", held("2026-09-08"))

        assert new["due_on"] == "2026-09-08"
        assert (seen["due_on"], seen["rules"][0]["limit_on"], seen["worst"]) == (
            "2026-10-06", "2026-10-13", "target_passed",
        )  # fmt: skip

    def test_newly_qualified_weekly_until_the_review_then_like_the_others(self) -> None:
        start = {"anchors": {"asye_start": "2026-09-07"}}
        late = worker("2026-12-14", "newly_qualified", held("2026-12-11"), **start)
        reviewed = worker(
            "2026-12-14", "newly_qualified", held("2026-12-11"), **start,
            events=[{"event": "first_review_held", "on": "2026-12-11"}],
        )  # fmt: skip

        assert (late["phase"], late["due_on"]) == ("weekly", "2026-12-18")
        assert (reviewed["phase"], reviewed["due_on"]) == ("four-weekly", "2027-01-08")

    def test_volunteers_are_not_supervised_under_it(self) -> None:
        assert worker("2026-12-14", "volunteer")["worst"] == "not_required"


class TestChildren:
    @pytest.mark.parametrize(
        ("plan_type", "due_on"),
        [
            ("child_protection_plan", "2026-11-02"),
            ("child_in_need", "2026-11-16"),
            ("looked_after", "2026-12-31"),
            ("early_help", None),
        ],
    )
    def test_each_kind_of_plan_has_its_pace(self, plan_type: str, due_on: str | None) -> None:
        child = {
            "episodes": [{"from": "2026-10-05"}],
            "plan_types": [{"plan_type": plan_type, "from": "2026-10-05"}],
        }
        answer = ask("2026-10-06", children=[child])["children"][0]

        assert answer["due_on"] == due_on
        assert answer["worst"] == ("not_due" if due_on else "no_minimum_set")

    def test_onto_a_protection_plan(self) -> None:
        """Last discussed on 12 October, due 23 November; on a plan from 2 November: not later than before."""
        child = {
            "episodes": [{"from": "2026-10-05"}],
            "plan_types": [
                {"plan_type": "child_in_need", "from": "2026-10-05", "to": "2026-11-02"},
                {"plan_type": "child_protection_plan", "from": "2026-11-02"},
            ],
            "discussions": [{"on": "2026-10-12"}],
        }

        assert ask("2026-11-03", children=[child])["children"][0]["due_on"] == "2026-11-23"


def test_a_record_is_due_in_three_working_days_over_christmas_and_the_closure() -> None:
    answer = ask("2027-01-05", records=[{"what": "case", "session_on": "2026-12-23"}])["records"][0]

    assert (answer["due_on"], answer["status"], answer["working_days_late"]) == ("2027-01-05", "due_today", None)
