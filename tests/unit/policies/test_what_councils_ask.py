"""How often the councils that ship ask for supervision, worker by worker, each in its own days."""

from datetime import date
from types import MappingProxyType

import pytest

from policies.files import pack_ids
from policies.presenters import read_out
from policies.rules import CategoryHeld, Status, assess
from tests.policies_kit import held, pack, row, worker

ST_HELENS = pack("st-helens")
CAMDEN = pack("camden-short-guide")
FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
NATIONAL = pack("recruitment-000")
NEWLY_QUALIFIED = MappingProxyType({"employment_start": date(2026, 9, 7), "asye_start": date(2026, 9, 7)})


@pytest.mark.req("R295")
@pytest.mark.parametrize(
    ("minutes", "due_on"), [(89, date(2026, 11, 30)), (90, date(2026, 12, 28)), (120, date(2026, 12, 28))]
)
def test_st_helens_asks_for_ninety_minutes_within_twenty_eight_days(minutes: int, due_on: date) -> None:
    facts = worker("social_worker", held("2026-11-02"), held("2026-11-30", minutes=minutes))

    answer = assess(ST_HELENS, facts, date(2026, 12, 1))

    assert answer.due_on == due_on
    assert "every 28 days" in answer.why
    assert (answer.worst == Status.OVERDUE) is (minutes < 90)


@pytest.mark.req("R307", "R309", "R310")
@pytest.mark.parametrize(
    "category", ["early_help_worker", "family_intervention_coordinator", "family_intervention_worker"]
)
def test_early_help_and_family_intervention_are_monthly_however_long_the_session(category: str) -> None:
    answer = assess(ST_HELENS, worker(category, held("2026-11-09", minutes=30)), date(2026, 12, 10))

    assert [(each.rule, each.due_on, each.severity) for each in answer.rules] == [
        ("early-help-monthly", date(2026, 12, 9), "breach")
    ]
    assert (answer.worst, answer.rules[0].overdue_days) == (Status.OVERDUE, 1)


@pytest.mark.req("R307", "R309", "R310")
def test_the_policy_read_out_names_the_role_that_supervises() -> None:
    said = {category.label: category.supervised_by for category in read_out(ST_HELENS).categories}

    assert said == {
        "Social worker": "",
        "NQSW": "",
        "Early help worker": "Early help team manager",
        "ASYE early help worker": "Early help team manager",
        "Family intervention coordinator": "Early help team manager",
        "Family intervention worker": "Family intervention coordinator",
    }


@pytest.mark.req("R308")
def test_where_the_figure_is_in_another_policy_none_is_made_up_and_it_never_complies() -> None:
    started = worker("asye_early_help_worker", started="2025-01-06")
    supervised = worker("asye_early_help_worker", held("2026-11-09"), started="2025-01-06")

    for facts in (started, supervised):
        answer = assess(ST_HELENS, facts, date(2026, 11, 10))
        assert (answer.worst, answer.due_on) == (Status.NO_MINIMUM_SET, None)
        assert answer.worst != Status.MET

    [rule] = [each for each in read_out(ST_HELENS).rules if each.id == "asye-early-help"]
    assert rule.phases[0].conditions[0].note == "Per ASYE policy; set locally"


@pytest.mark.req("R326")
@pytest.mark.parametrize(
    ("on", "phase", "due_on"),
    [
        (date(2026, 10, 18), "weekly", date(2026, 10, 19)),
        (date(2026, 10, 19), "fortnightly", date(2026, 10, 26)),
    ],
)
def test_in_003_the_first_six_weeks_are_weekly(on: date, phase: str, due_on: date) -> None:
    facts = worker("nqsw", held("2026-10-12", kind="case"), anchors=dict(NEWLY_QUALIFIED))

    answer = assess(FAMILY_SAFEGUARDING, facts, on)

    assert (answer.phase, answer.due_on) == (phase, due_on)


@pytest.mark.req("R312")
@pytest.mark.parametrize(("format", "counts"), [("individual", True), ("group", False)])
def test_in_003_it_is_the_individual_session_that_counts(format: str, counts: bool) -> None:
    facts = worker("practitioner", held("2026-11-09", kind="case", format=format), started="2025-01-06")

    month = row(assess(FAMILY_SAFEGUARDING, facts, date(2026, 11, 10)), "month")

    assert (month.status == Status.MET) is counts


@pytest.mark.req("R339")
@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2026, 12, 7), Status.DUE_TODAY),
        (date(2026, 12, 8), Status.TARGET_PASSED),
        (date(2026, 12, 21), Status.TARGET_PASSED),
        (date(2026, 12, 22), Status.OVERDUE),
    ],
)
def test_on_probation_four_weeks_are_the_target_and_six_the_limit(on: date, status: Status) -> None:
    facts = worker("sw_probation", anchors={"probation_start": date(2026, 11, 9)})

    probation = row(assess(CAMDEN, facts, on), "personal-probation")

    assert (probation.due_on, probation.limit_on, probation.status) == (
        date(2026, 12, 7),
        date(2026, 12, 21),
        status,
    )


@pytest.mark.req("R338")
@pytest.mark.parametrize("became", [date(2027, 6, 1), date(2027, 9, 7)])
def test_in_camden_one_year_after_qualifying_is_monthly_and_so_are_the_months_before_it(became: date) -> None:
    """The day a year after qualifying is the first day of the category."""
    facts = worker(
        "",
        held("2027-05-20", kind="personal"),
        categories=[CategoryHeld("nqsw", None, became), CategoryHeld("sw_1_year_pq", became)],
        anchors=dict(NEWLY_QUALIFIED),
    )

    before, after = assess(CAMDEN, facts, date(2027, 5, 31)), assess(CAMDEN, facts, became)

    assert {each.rule for each in before.rules} == {"personal-nqsw", "reflective-group"}
    assert row(before, "monthly").due_on == date(2027, 6, 20)
    assert {each.rule for each in after.rules} == {"personal-monthly", "reflective-group"}
    assert row(after, "personal-monthly").due_on == date(2027, 6, 20)


@pytest.mark.req("R361")
@pytest.mark.parametrize("category", [each.id for each in NATIONAL.categories if each.id != "nqsw"])
def test_the_advert_asks_for_a_session_every_month(category: str) -> None:
    answer = assess(NATIONAL, worker(category, held("2026-11-09")), date(2026, 12, 10))

    assert (answer.worst, answer.due_on) == (Status.OVERDUE, date(2026, 12, 9))


@pytest.mark.req("R362")
def test_the_advert_leaves_newly_qualified_workers_to_the_national_baseline() -> None:
    facts = worker("nqsw", held("2026-09-14"), anchors=dict(NEWLY_QUALIFIED))

    answer = assess(NATIONAL, facts, date(2026, 9, 15))

    assert (answer.phase, answer.due_on) == ("weekly", date(2026, 9, 21))
    assert "baseline-lga-2020, version 2020" in answer.why


@pytest.mark.parametrize("pack_id", pack_ids())
def test_nobody_is_supervised_by_a_role_that_only_the_file_can_read(pack_id: str) -> None:
    said = [category.supervised_by for category in read_out(pack(pack_id)).categories]

    assert not [words for words in said if "_" in words]
