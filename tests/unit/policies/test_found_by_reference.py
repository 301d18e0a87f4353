"""What the second, slower reckoning (``reference``) found wrong in the engine: each mended, each held by a test."""

import json
from pathlib import Path
from typing import Any

from policies.assessing import Asked, answers_to
from tests.policies_kit import shipped

MADE_UP = Path(__file__).parent / "made_up"
EVERY_KIND = str(MADE_UP / "every-kind.yaml")


def answer(policy: str, on: str, **facts: Any) -> dict[str, Any]:
    return answers_to(json.dumps({"on": on, **facts}), Asked(policy), file="facts")  # type: ignore[return-value]


def worker_rows(policy: str, on: str, **worker: Any) -> dict[str, dict[str, Any]]:
    """The rows by the names of their atoms; of several windows the first."""
    rows = answer(policy, on, worker=worker)["worker"]["rules"]
    return {row["atom"]: row for row in reversed(rows)}


def changed(tmp_path: Path, policy: str, **rule: Any) -> str:
    """A policy that ships, with its first rule changed, as a file."""
    document = json.loads(json.dumps(shipped(policy).document))
    document["supervision_rules"][0] |= rule
    document["id"] = "changed"
    path = tmp_path / "changed.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


class TestChildren:
    def test_asking_for_as_much_as_the_override_makes_nothing_due_later(self) -> None:
        """Care leaver with an interval of five weeks of their own since 1 December; on a plan from the 28th."""
        child = {
            "episodes": [{"from": "2025-11-20"}],
            "plan_types": [
                {"plan_type": "care_leaver_18_plus", "from": "2025-11-20", "to": "2025-12-28"},
                {"plan_type": "child_protection_plan", "from": "2025-12-28"},
            ],
            "override": {"interval": {"type": "rolling", "every": "P35D"}, "from": "2025-12-01"},
        }

        before = answer("camden-short-guide", "2025-12-27", children=[child])["children"][0]
        after = answer("camden-short-guide", "2025-12-28", children=[child])["children"][0]

        assert (before["due_on"], after["due_on"]) == ("2026-01-05", "2026-01-05")

    def test_a_window_says_by_when_to_book_missed_and_exempt_alike(self) -> None:
        child = {"episodes": [{"from": "2026-01-05"}], "plan_types": [{"plan_type": "any", "from": "2026-01-05"}]}

        rows = answer("family-safeguarding-003", "2026-03-02", children=[child])["children"][0]["rules"]
        late = {"episodes": [{"from": "2026-07-26"}]}
        exempt = answer("family-safeguarding-003", "2026-07-27", children=[late])["children"][0]["rules"]

        assert {row["due_on"]: row["book_by"] for row in rows} == {
            "2026-03-31": "2026-03-31",
            "2026-02-28": "2026-02-27",
            "2026-01-31": "2026-01-30",
        }
        assert [(row["status"], row["book_by"]) for row in exempt] == [("exempt", "2026-07-31")]


class TestChangesOfPace:
    def test_asking_for_as_much_as_was_agreed_makes_nothing_due_later(self) -> None:
        """Agreed three-weekly from 2 March, last seen on 27 February; newly qualified, fortnightly, from 16 March."""
        facts = {
            "categories": [
                {"category": "sw_1_year_pq", "to": "2026-03-16"},
                {"category": "nqsw", "from": "2026-03-16"},
            ],
            "anchors": {"asye_start": "2026-01-05"},
            "sessions": [{"on": "2026-02-27", "kind": "personal", "minutes": 60}],
            "agreed": {"interval": {"type": "rolling", "every": "P21D"}, "from": "2026-03-02"},
        }

        before = worker_rows("camden-short-guide", "2026-03-15", **facts)
        after = worker_rows("camden-short-guide", "2026-03-16", **facts)

        assert before["agreed"]["due_on"] == "2026-03-23"
        assert "agreed" not in after
        assert after["fortnightly"]["due_on"] == "2026-03-23"

    def test_what_was_only_a_warning_makes_no_breach_due_earlier(self) -> None:
        """Four weeks are a warning to a practitioner; a student's seven days are a breach from their first day on."""
        rows = worker_rows(
            "family-safeguarding-003",
            "2026-08-10",
            categories=[
                {"category": "practitioner", "to": "2026-08-08"},
                {"category": "student", "from": "2026-08-08"},
            ],
            anchors={"employment_start": "2026-06-24"},
        )

        assert (rows["weekly"]["status"], rows["weekly"]["due_on"]) == ("due_soon", "2026-08-15")

    def test_the_limit_of_a_return_stays_when_the_pace_becomes_looser(self) -> None:
        """Back on 3 May; four days later the fortnightly phase ends. The first session stays due within ten days."""
        rows = worker_rows(
            "baseline-lga-2020",
            "2026-05-10",
            categories=[{"category": "nqsw"}],
            anchors={"employment_start": "2025-11-07"},
            absences=[{"from": "2026-02-02", "to": "2026-05-03", "kind": "sickness"}],
        )

        assert rows["monthly"]["due_on"] == "2026-05-18"

    def test_a_sentence_names_the_session_that_the_date_is_counted_from(self) -> None:
        """A combined session satisfies personal supervision, though it did not satisfy the manager's rule of before."""
        rows = worker_rows(
            "camden-short-guide",
            "2026-01-12",
            categories=[{"category": "team_manager", "to": "2026-01-05"}, {"category": "nqsw", "from": "2026-01-05"}],
            anchors={"employment_start": "2025-08-24"},
            sessions=[{"on": "2025-11-21", "minutes": 90}],
        )

        assert rows["fortnightly"]["due_on"] == "2025-12-05"
        assert rows["fortnightly"]["why"].startswith("Last counted session 21 November 2025; every 14 days")

    def test_an_event_after_the_prompt_does_not_bring_back_a_phase_that_was_left(self) -> None:
        facts = {"categories": [{"category": "b"}], "anchors": {"role_start": "2025-06-30"}}

        silent = answer(EVERY_KIND, "2026-08-01", worker=facts)["worker"]
        late = answer(
            EVERY_KIND, "2026-08-01", worker=facts | {"events": [{"event": "signed_off", "on": "2026-07-08"}]}
        )
        early = answer(
            EVERY_KIND, "2025-11-01", worker=facts | {"events": [{"event": "signed_off", "on": "2025-10-20"}]}
        )

        assert silent["phase"] == late["worker"]["phase"] == early["worker"]["phase"] == "three"
        assert late["worker"]["rules"] == silent["rules"]


class TestCounts:
    NEW = {"categories": [{"category": "c"}], "anchors": {"employment_start": "2026-01-05"}}

    def test_the_first_session_within_days_is_no_limit_for_a_count_of_several(self, tmp_path: Path) -> None:
        interval = {
            "all_of": [
                {"id": "soon", "type": "rolling", "every": "P1M"},
                {"id": "any-half-year", "type": "window", "count": 4, "per": "rolling", "size": "P6M"},
            ]
        }
        policy = changed(tmp_path, "st-helens", interval=interval, first_within={"working_days": 5})
        rows = worker_rows(
            policy, "2026-01-20", categories=[{"category": "social_worker"}], anchors={"employment_start": "2026-01-05"}
        )

        assert rows["soon"]["due_on"] == "2026-01-12"
        assert (rows["any-half-year"]["status"], rows["any-half-year"]["due_on"]) == ("not_due", "2026-07-05")

    def test_a_return_gives_a_row_of_its_own_beside_windows_of_every_kind(self) -> None:
        """Only windows, one of them rolling: ten working days for the first session, and the count has its whole size."""
        rows = worker_rows(
            EVERY_KIND,
            "2026-06-03",
            **self.NEW,
            absences=[{"from": "2026-02-02", "to": "2026-06-01", "kind": "sickness"}],
        )

        assert rows["return"]["due_on"] == "2026-06-16"  # 15 June 2026 is a bank holiday in Scotland
        assert rows["anyhalf"]["due_on"] == "2026-12-01"

    def test_no_window_is_missed_in_which_the_rule_did_not_bind(self) -> None:
        """Six days of a category in October; a session in the next spring belongs to nobody's quarter of that rule."""
        rows = answer(
            EVERY_KIND,
            "2026-04-01",
            worker={
                "categories": [{"category": "a", "to": "2025-10-17"}, {"category": "c", "from": "2025-10-17"}],
                "anchors": {"employment_start": "2025-10-11"},
                "sessions": [{"on": "2026-03-25", "minutes": 120}],
            },
        )["worker"]["rules"]

        assert [row for row in rows if row["rule"] == "ra"] == []


class TestAgreed:
    def test_where_the_policy_gives_no_figure_what_counts_is_still_the_policys(self) -> None:
        """The rule counts individual sessions of its kind; a group does not satisfy what is agreed beside it."""
        facts = {
            "categories": [{"category": "asye_early_help_worker"}],
            "anchors": {"employment_start": "2026-01-05"},
            "agreed": {"interval": {"type": "rolling", "every": "P14D"}, "from": "2026-06-01"},
        }

        group = worker_rows("st-helens", "2026-06-10", **facts, sessions=[{"on": "2026-06-08", "format": "group"}])
        alone = worker_rows("st-helens", "2026-06-10", **facts, sessions=[{"on": "2026-06-08"}])

        assert (group["agreed"]["due_on"], alone["agreed"]["due_on"]) == ("2026-06-15", "2026-06-22")
