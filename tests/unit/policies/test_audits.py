"""Who examines whose practice how often, as the policy says it: duties, periods, faults, sentences. No database."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.difference import difference
from policies.faults import Faulty
from policies.files import read_document
from policies.presenters import read_out
from policies.rules.audits import AuditDuty, AuditTerms, ObservationTerms, period_of, periods
from policies.rules.durations import Duration
from policies.rules.policy import Policy
from tests.policies_kit import pack, shipped

APRIL = (4, 1)
PACKS = (
    "baseline-lga-2020",
    "camden-short-guide",
    "family-safeguarding-003",
    "recruitment-000",
    "shropshire-2017",
    "st-helens",
)
DUTY: dict[str, Any] = {
    "by": "assistant_director",
    "every": "P3M",
    "what": "supervision_file",
    "of": "team_manager",
    "count": 1,
}


def duty(every: str = "P3M", **changed: Any) -> AuditDuty:
    return AuditTerms.from_block({"timetable": [{**DUTY, "every": every, **changed}]}).duties[0]


def read(audit: Any = None, observation: Any = None) -> Policy:
    """A policy that has these blocks; it inherits from none."""
    data = copy.deepcopy(shipped("camden-short-guide").document)
    blocks = {"audit": audit, "observation": observation}
    return read_document({**data, **{key: block for key, block in blocks.items() if block is not None}}, file="x.yaml")


def faults(audit: Any = None, observation: Any = None) -> list[str]:
    with pytest.raises(Faulty) as refused:
        read(audit, observation)
    return [str(fault) for fault in refused.value.faults]


# Duties


@pytest.mark.parametrize(
    ("by", "what", "of", "every", "count"),
    [
        pytest.param("dcs", "supervision_file", "service_manager", "P1Y", 1, marks=pytest.mark.req("R116")),
        pytest.param("assistant_director", "supervision_file", "team_manager", "P3M", 1, marks=pytest.mark.req("R117")),
        # The source gives no number: nobody can be short of one
        pytest.param(
            "service_manager", "supervision_file", "social_worker", "P3M", None, marks=pytest.mark.req("R118")
        ),
        # Twice a year
        pytest.param(
            "service_manager", "observation_of_supervision", "team_manager", "P6M", 1, marks=pytest.mark.req("R119")
        ),
    ],
)
def test_the_timetable_of_shropshire(by: str, what: str, of: str, every: str, count: int | None) -> None:
    terms = pack("shropshire-2017").audit

    found = terms.duty(f"{by}-{what}-{of}")

    assert found is not None
    assert (found.by, found.what, found.of, found.every, found.count) == (by, what, of, Duration.parse(every), count)
    assert len(terms.duties) == 4


@pytest.mark.req("R115", "R118")
def test_another_council_sets_its_own_tiers_and_numbers() -> None:
    timetable = [
        {**DUTY, "by": "team_manager", "of": "social_worker", "every": "P1M", "count": 3},
        {**DUTY, "by": "principal_social_worker", "of": "assistant_director", "every": "P1Y", "count": None},
    ]

    duties = read({"timetable": timetable}).audit.duties

    assert [(each.id, each.count) for each in duties] == [
        ("team_manager-supervision_file-social_worker", 3),
        ("principal_social_worker-supervision_file-assistant_director", None),
    ]


@pytest.mark.parametrize("name", [name for name in PACKS if name != "shropshire-2017"])
def test_a_policy_that_says_nothing_of_audits_has_no_duties(name: str) -> None:
    assert pack(name).audit == AuditTerms()


def test_two_children_and_six_months_before_are_the_policys_own() -> None:
    terms = pack("shropshire-2017").audit

    assert (terms.cases_per_worker, terms.lookback) == (2, Duration.parse("P6M"))


@pytest.mark.req("R251")
@pytest.mark.parametrize("name", PACKS)
def test_an_audit_ends_with_one_of_four_judgements(name: str) -> None:
    assert pack(name).audit.judgements == ("Outstanding", "Good", "Requires improvement", "Inadequate")


def test_a_council_has_judgements_of_its_own_and_says_who_reads_what() -> None:
    terms = read({"judgements": ["Met", "Not met"], "share_with_supervisee": False, "health_content": "read"}).audit

    assert (terms.judgements, terms.shares_with_supervisee, terms.unmasks_health) == (("Met", "Not met"), False, True)


@pytest.mark.req("R305")
def test_observation_of_practice_is_required_without_a_figure() -> None:
    assert pack("st-helens").observation == ObservationTerms(is_required=True, every=None, feedback_required=True)
    assert pack("camden-short-guide").observation == ObservationTerms()


def test_how_often_practice_is_observed_can_be_set() -> None:
    terms = read(observation={"direct_observation_of_practice": "required", "frequency": "P6M"}).observation

    assert (terms.every, terms.feedback_required) == (Duration.parse("P6M"), False)


# Periods


@pytest.mark.req("R113")
def test_quarters_are_counted_from_the_supervision_year() -> None:
    assert periods(duty(), date(2026, 11, 23), APRIL) == [
        (date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 4, 1)),
    ]


@pytest.mark.req("R113")
@pytest.mark.parametrize(
    ("on", "period"),
    [
        (date(2026, 9, 30), (date(2026, 4, 1), date(2026, 10, 1))),
        (date(2026, 10, 1), (date(2026, 10, 1), date(2027, 4, 1))),
        (date(2027, 3, 31), (date(2026, 10, 1), date(2027, 4, 1))),
        (date(2027, 4, 1), (date(2027, 4, 1), date(2027, 10, 1))),
    ],
)
def test_a_day_lies_in_one_period(on: date, period: tuple[date, date]) -> None:
    assert period_of(duty("P6M"), on, APRIL) == period


any_year_start = st.dates(date(2027, 1, 1), date(2027, 12, 31)).map(lambda day: (day.month, day.day))
any_every = st.sampled_from(["P1M", "P2M", "P3M", "P4M", "P6M", "P12M", "P1Y"])
any_day = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@pytest.mark.req("R113")
@given(every=any_every, year_starts=any_year_start, on=any_day)
def test_periods_tile_the_year_without_hole_or_overlap(every: str, year_starts: tuple[int, int], on: date) -> None:
    found = periods(duty(every), on, year_starts)

    starts_on, ends_on = found[0][0], found[-1][1]
    assert starts_on <= on < ends_on
    assert (starts_on.month, starts_on.day) == (ends_on.month, ends_on.day) == year_starts
    assert ends_on.year == starts_on.year + 1
    assert len(found) * Duration.parse(every).months == 12
    assert all(before[1] == after[0] for before, after in zip(found, found[1:], strict=False))
    assert all(begins < ends for begins, ends in found)
    assert [each for each in found if each[0] <= on < each[1]] == [period_of(duty(every), on, year_starts)]
    # The next year begins where this one ends
    assert periods(duty(every), ends_on, year_starts)[0][0] == ends_on
    assert periods(duty(every), starts_on - timedelta(days=1), year_starts)[-1][1] == starts_on


# Read out, and compared


@pytest.mark.req("R116", "R117", "R118", "R119")
def test_duties_are_read_out_in_plain_english() -> None:
    assert read_out(pack("shropshire-2017")).audits == (
        "The director audits one service manager’s supervision file every year.",
        "Each assistant director audits one team manager’s supervision file every 3 months.",
        "Each service manager audits social workers’ supervision files every 3 months; no number set.",
        "Each service manager observes how one team manager supervises every 6 months.",
        "The periods are counted from 1 April, on which the supervision year begins.",
        "For a worker who holds cases, two children are drawn by lot, whose supervision is looked at for the 6 months "
        "before the audit.",
        "An audit ends with one of four judgements: Outstanding; Good; Requires improvement; Inadequate.",
        "The policy does not ask for direct observation of practice.",
    )


def test_no_timetable_and_no_figure_are_said() -> None:
    assert read_out(pack("st-helens")).audits == (
        "The policy sets no timetable. Audits can be planned all the same.",
        "Practice is observed directly, with feedback to the worker; no number set.",
    )


def test_several_and_others_are_said_in_good_english() -> None:
    timetable = [
        {**DUTY, "by": "team_manager", "what": "direct_observation_of_practice", "of": "social_worker", "count": 2},
        {**DUTY, "what": "observation_of_supervision", "count": None, "every": "P1Y"},
        {**DUTY, "by": "principal_social_worker", "count": 12, "every": "P1M"},
    ]
    block = {
        "timetable": timetable,
        "case_audit": {"cases_per_worker": 1, "lookback": "P1Y"},
        "share_with_supervisee": False,
        "health_content": "read",
    }
    observation = {"direct_observation_of_practice": "required", "frequency": "P1Y"}

    assert read_out(read(block, observation)).audits == (
        "Each team manager observes two social workers at work every 3 months.",
        "Each assistant director observes how team managers supervise every year; no number set.",
        "The principal social worker audits 12 team managers’ supervision files every month.",
        "The periods are counted from 1 April, on which the supervision year begins.",
        "For a worker who holds cases, one child is drawn by lot, whose supervision is looked at for the 1 year before "
        "the audit.",
        "An audit is not shared with the worker whose file it is.",
        "Auditors read what was written about health and wellbeing.",
        "Practice is observed directly every year.",
    )


def test_what_the_policy_does_not_say_is_ours() -> None:
    ours = pack("camden-short-guide").product_defaults

    assert "An audit ends with one of four judgements: Outstanding; Good; Requires improvement; Inadequate." in ours
    assert "An audit is shared with the worker whose file it is once it is signed." in ours
    theirs = read({"judgements": ["Met", "Not met"], "share_with_supervisee": True}).product_defaults
    assert [each for each in theirs if "udit" in each] == [
        "Auditors do not read what was written about health and wellbeing."
    ]


def test_what_the_parent_says_of_audits_is_no_default() -> None:
    parent = shipped("shropshire-2017")
    data = {**copy.deepcopy(shipped("camden-short-guide").document), "inherits": "shropshire-2017"}

    child = read_document(data, file="x.yaml", parent=parent.policy, parent_data=parent.document)

    assert child.audit == parent.policy.audit
    assert not any("judgements" in each for each in child.product_defaults)


def test_the_difference_says_duties_and_terms() -> None:
    before = read({"timetable": [DUTY, {**DUTY, "by": "dcs"}], "judgements": ["Met", "Not met"]})
    after = read(
        {"timetable": [{**DUTY, "count": 2}, {**DUTY, "of": "service_manager"}], "template": "our_tool"},
        {"direct_observation_of_practice": "required", "frequency": "P6M"},
    )

    [part, *others] = difference(before, after)

    assert part.title == "Audits and observations"
    assert [(change.how, [(one.about, one.before, one.after) for one in change.lines]) for change in part.changes] == [
        (
            "changed",
            [
                (
                    "Who, what and how often",
                    "Each assistant director audits one team manager’s supervision file every 3 months.",
                    "Each assistant director audits two team managers’ supervision files every 3 months.",
                )
            ],
        ),
        (
            "added",
            [
                (
                    "Who, what and how often",
                    "",
                    "Each assistant director audits one service manager’s supervision file every 3 months.",
                )
            ],
        ),
        (
            "removed",
            [
                (
                    "Who, what and how often",
                    "The director audits one team manager’s supervision file every 3 months.",
                    "",
                )
            ],
        ),
        (
            "changed",
            [
                ("Judgements", "Met; Not met", "Outstanding; Good; Requires improvement; Inadequate"),
                ("Form of audits", "", "Our tool"),
                (
                    "Direct observation of practice",
                    "The policy does not ask for direct observation of practice.",
                    "Practice is observed directly every 6 months.",
                ),
            ],
        ),
    ]
    # The rest of the document says only that the judgements are now this product's own
    assert [part.title for part in others] == ["The policy itself"]


# Faults


@pytest.mark.parametrize("key", ["by", "what", "of", "every"])
def test_a_duty_says_who_what_whom_and_how_often(key: str) -> None:
    broken = {name: value for name, value in DUTY.items() if name != key}

    assert faults({"timetable": [broken]}) == [f'x.yaml: audit.timetable[0].{key}: "{key}" is missing']


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"by": "mayor"}, "audit.timetable[0].by: \"mayor\" is not one of 'dcs'"),
        ({"of": "dcs"}, "audit.timetable[0].of: \"dcs\" is not one of 'assistant_director'"),
        ({"what": "diary"}, "audit.timetable[0].what: \"diary\" is not one of 'supervision_file'"),
        ({"every": "3 months"}, 'audit.timetable[0].every: "3 months" is not an ISO 8601 duration'),
        ({"every": "P5M"}, 'audit.timetable[0].every: "P5M" does not part a year evenly: write P1M, P2M'),
        ({"every": "P13W"}, 'audit.timetable[0].every: "P13W" does not part a year evenly'),
        ({"every": "P2Y"}, 'audit.timetable[0].every: "P2Y" does not part a year evenly'),
        ({"count": 0}, 'audit.timetable[0].count: "0" is less than 1'),
        ({"count": True}, 'audit.timetable[0].count: "true" is not a whole number'),
        ({"every": None}, 'audit.timetable[0].every: "every" has no value'),
        ({"of": "assistant_director"}, '"assistant_director" does not stand below "assistant_director"'),
        ({"by": "team_manager"}, 'audit.timetable[0].of: "team_manager" does not stand below "team_manager"'),
        ({"extra": 1}, 'audit.timetable[0].extra: "extra" is not a key that is known here'),
    ],
)
def test_a_slip_in_a_duty_is_named(change: dict[str, Any], said: str) -> None:
    assert any(f"x.yaml: {said}" in fault or said in fault for fault in faults({"timetable": [{**DUTY, **change}]}))


@pytest.mark.parametrize(
    ("audit", "said"),
    [
        (
            {"timetable": [DUTY, {**DUTY, "every": "P1Y"}]},
            'audit.timetable[1]: "assistant_director" has "supervision_file"',
        ),
        (
            {"judgements": ["Good"]},
            'audit.judgements: "judgements" names fewer than two, which leaves nothing to choose',
        ),
        ({"judgements": []}, 'audit.judgements: "judgements" names fewer than two'),
        ({"judgements": ["Good", "Good"]}, 'audit.judgements: "Good" is named twice'),
        ({"judgements": None}, 'audit.judgements: "judgements" has no value'),
        ({"model": "peer"}, "audit.model: \"peer\" is not one of 'grandparent'"),
        ({"health_content": "shown"}, "audit.health_content: \"shown\" is not one of 'masked' or 'read'"),
        ({"share_with_supervisee": "yes"}, 'audit.share_with_supervisee: "yes" is neither true nor false'),
        ({"case_audit": {"cases_per_worker": 0, "lookback": "P6M"}}, 'audit.case_audit.cases_per_worker: "0" is less'),
        ({"case_audit": {"cases_per_worker": 2}}, 'audit.case_audit.lookback: "lookback" is missing'),
        (
            {"case_audit": {"cases_per_worker": 2, "lookback": "half a year"}},
            'audit.case_audit.lookback: "half a year"',
        ),
        ("yes", 'audit: "yes" is not a mapping of keys to values'),
    ],
)
def test_a_slip_in_the_block_is_named(audit: Any, said: str) -> None:
    assert any(f"x.yaml: {said}" in fault for fault in faults(audit))


@pytest.mark.parametrize(
    ("observation", "said"),
    [
        (
            {"direct_observation_of_practice": "often"},
            'observation.direct_observation_of_practice: "often" is not one of',
        ),
        (
            {"direct_observation_of_practice": "required", "frequency": "P6"},
            'observation.frequency: "P6" is not an ISO 8601 duration',
        ),
        (
            {"direct_observation_of_practice": "required", "feedback_required": None},
            'observation.feedback_required: "feedback_required" has no value',
        ),
        (
            {"frequency": "P6M"},
            'observation.direct_observation_of_practice: "direct_observation_of_practice" is missing',
        ),
    ],
)
def test_a_slip_in_what_is_said_of_observation_is_named(observation: Any, said: str) -> None:
    assert any(f"x.yaml: {said}" in fault for fault in faults(observation=observation))


def test_everything_that_is_wrong_comes_at_once() -> None:
    found = faults(
        {"timetable": [{**DUTY, "by": "mayor"}, {**DUTY, "count": 0}, {**DUTY}], "judgements": ["Good"]},
        {"direct_observation_of_practice": "often", "frequency": "never"},
    )

    assert len(found) == 6
