"""Policy files: the shipped ones load, every fault is named with its file and path, all at once."""

import copy
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.faults import Faulty, quoted
from policies.files import PACKS, pack_ids, read_document, read_pack, read_policy
from policies.rules import Duration, Status, Within, assess
from policies.rules.policy import OnEvent, ShortSession
from tests.policies_kit import held, pack, row, shipped, worker

Change = Callable[[dict[str, Any]], object]


def document(pack_id: str = "shropshire-2017") -> dict[str, Any]:
    """A fresh copy of a shipped policy's data."""
    return copy.deepcopy(shipped(pack_id).document)


def faults_of(data: Any) -> list[str]:
    """What is wrong with the data of a policy, a line for each fault."""
    with pytest.raises(Faulty) as refused:
        read_document(data, file="draft.yaml")
    return [str(fault) for fault in refused.value.faults]


def write(folder: Path, name: str, data: Any) -> Path:
    path = folder / name
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


# What ships


def test_six_policies_ship() -> None:
    assert pack_ids() == [
        "baseline-lga-2020",
        "camden-short-guide",
        "family-safeguarding-003",
        "recruitment-000",
        "shropshire-2017",
        "st-helens",
    ]


@pytest.mark.parametrize("pack_id", pack_ids())
def test_a_shipped_policy_is_filed_under_its_own_id(pack_id: str) -> None:
    assert pack(pack_id).id == pack_id


def test_deadlines_and_depth_by_turns_are_read_into_values() -> None:
    data = document("family-safeguarding-003")
    data["case_rules"][0]["in_depth_rotation"] = {"every": "P6M", "every_sessions": 4}

    read = read_document(data, file="draft.yaml")
    rule = read.case_rule("every-open-case")
    assert rule is not None
    assert (rule.in_depth_every, rule.in_depth_every_sessions) == (Duration.parse("P6M"), 4)
    assert read.deadlines == {"case": Within(working_days=5, qualifier="as_soon_as_possible")}
    assert pack("st-helens").deadlines == dict.fromkeys(("worker", "case"), Within(calendar_days=7))
    assert pack("shropshire-2017").deadlines == {}
    assert pack("shropshire-2017").case_rule("every-open-case") is None


def test_another_policy_is_none_of_those_that_ship() -> None:
    with pytest.raises(Faulty, match="there is no such policy; those that ship are baseline-lga-2020, camden"):
        read_pack("nowhere")


def test_a_policy_is_read_into_values() -> None:
    policy = pack("shropshire-2017")

    assert (policy.effective_from, policy.review_by) == (date(2017, 6, 1), date(2018, 4, 1))
    assert policy.labels["child_reference"] == "Child's P number"
    assert policy.blocks["contract"]["review_after"] == "P12M"
    assert [ambiguity.id for ambiguity in policy.ambiguities] == ["AMB-01", "AMB-02", "AMB-03", "AMB-04", "AMB-05"]
    monthly = policy.rule("individual-monthly")
    assert monthly is not None
    assert monthly.phases[0].terms.short_session == ShortSession.COUNTS_FOR_GAP_ONLY
    assert [rule.id for rule in policy.case_rules] == ["every-case"]
    assert policy.case_rules[0].plan_types is None
    camden = pack("camden-short-guide").case_rules[0]
    assert (camden.plan_types, camden.atoms[0].id, camden.atoms[0].every) == (
        frozenset({"child_protection_plan"}),
        "cp",
        Duration.parse("P1M"),
    )


def test_a_phase_that_uses_another_rule_takes_its_interval_and_terms() -> None:
    shropshire, camden = pack("shropshire-2017").rule("asye"), pack("camden-short-guide").rule("personal-nqsw")
    assert shropshire is not None
    assert camden is not None

    assert [atom.id for atom in shropshire.phases[2].atoms] == ["booked", "held", "monthly", "gap"]
    assert shropshire.phases[2].terms.short_session == ShortSession.COUNTS_FOR_GAP_ONLY
    assert shropshire.phases[0].terms.short_session == ShortSession.DOES_NOT_COUNT
    assert [atom.id for atom in camden.phases[2].atoms] == ["monthly"]
    assert isinstance(pack("family-safeguarding-003").rules[2].phases[1].until, OnEvent)


# Inheritance


@pytest.mark.req("R271", "R272")
@pytest.mark.parametrize("pack_id", ["st-helens", "recruitment-000"])
def test_a_category_without_a_worker_clock_rule_takes_the_parents(pack_id: str) -> None:
    [inherited] = [rule for rule in pack(pack_id).rules if rule.inherited]

    assert (inherited.id, inherited.categories) == ("nqsw", frozenset({"nqsw"}))
    assert inherited.source == "baseline-lga-2020, version 2020"
    assert [phase.terms.min_minutes for phase in inherited.phases] == [90, 90, 90]


@pytest.mark.parametrize("pack_id", ["shropshire-2017", "camden-short-guide", "family-safeguarding-003"])
def test_nothing_is_inherited_where_the_policy_has_rules_of_its_own(pack_id: str) -> None:
    assert not [rule for rule in pack(pack_id).rules if rule.inherited]


def test_a_category_that_is_not_declared_is_not_inherited() -> None:
    assert pack("recruitment-000").category("student") is None
    assert not [rule for rule in pack("recruitment-000").rules if "student" in (rule.categories or ())]


def test_blocks_that_are_left_out_come_from_the_parent(tmp_path: Path) -> None:
    parent = document("baseline-lga-2020")
    parent |= {
        "id": "county",
        "labels": {"case_system": "Mosaic"},
        "absence": {"obligation_suspended_after": {"calendar_days": 14}},
        "contract": {"review_after": "P6M"},
    }
    child = document("st-helens") | {"inherits": "county"}
    del child["labels"], child["absence"], child["contract"]
    write(tmp_path, "county.yaml", parent)

    policy = read_policy(write(tmp_path, "child.yaml", child)).policy

    assert policy.labels == {"case_system": "Mosaic"}
    assert policy.suspended_after.calendar_days == 14
    assert policy.blocks["contract"] == {"review_after": "P6M"}
    own = read_policy(write(tmp_path, "own.yaml", document("st-helens") | {"inherits": "county"})).policy
    assert own.labels["regulator_as_written"] == "HCPC"
    assert own.suspended_after.calendar_days == 28
    assert own.blocks["contract"] == {"required": None}


def test_a_phase_may_use_a_rule_of_the_parent() -> None:
    data = document("st-helens")
    data["supervision_rules"][1].pop("interval")
    data["supervision_rules"][1]["phases"] = [{"id": "always", "until": None, "use_rule": "sw-monthly"}]
    parent = shipped("baseline-lga-2020")

    policy = read_document(data, file="draft.yaml", parent=parent.policy, parent_data=parent.document)

    assert policy.rules[1].phases[0].atoms[0].every == Duration.parse("P1M")
    assert policy.rules[1].phases[0].terms.min_minutes == 90


def test_a_rule_without_categories_leaves_no_gap_to_fill() -> None:
    data = document("st-helens")
    data["supervision_rules"][0]["applies_to"] = {}
    parent = shipped("baseline-lga-2020").policy

    assert not [rule for rule in read_document(data, file="draft.yaml", parent=parent).rules if rule.inherited]


def test_a_parents_rule_for_everybody_fills_only_its_own_categories() -> None:
    data = document("baseline-lga-2020")
    data["supervision_rules"][0]["applies_to"] = {}
    parent = read_document(data, file="parent.yaml")
    child = document("st-helens")
    child["supervision_rules"] = child["supervision_rules"][1:]

    policy = read_document(child, file="draft.yaml", parent=parent)

    [monthly] = [rule for rule in policy.rules if rule.id == "sw-monthly"]
    assert monthly.categories == frozenset({"social_worker", "nqsw"})


# Product defaults


def test_what_a_policy_leaves_out_is_said_to_be_ours() -> None:
    assert pack("shropshire-2017").product_defaults == (
        "What is overdue is brought to the supervisor at once, the supervisor’s manager after 7 calendar days, the service "
        "manager after 14 calendar days.",
        "A month or other window with fewer than 10 available working days is exempt, unless a session happened in it.",
        "An audit is shared with the worker whose file it is once it is signed.",
        "Auditors do not read what was written about health and wellbeing.",
    )
    assert pack("camden-short-guide").product_defaults == (
        "An absence of 28 calendar days or more suspends supervision from its first day.",
        "The first session after a long absence is due within 10 working days.",
        "A supervisor who is away for more than a month needs cover for each supervisee, named by the supervisor’s "
        "line manager.",
        "What is overdue is brought to the supervisor at once, the supervisor’s manager after 7 calendar days, the service "
        "manager after 14 calendar days.",
        "An audit ends with one of four judgements: Outstanding; Good; Requires improvement; Inadequate.",
        "An audit is shared with the worker whose file it is once it is signed.",
        "Auditors do not read what was written about health and wellbeing.",
    )
    data = document("camden-short-guide")
    del data["calendar"]["due_soon_days"]
    assert "“Due soon” begins 7 days before a due date." in read_document(data, file="draft.yaml").product_defaults


def test_defaults_of_a_rule_that_says_little() -> None:
    data = document("camden-short-guide")
    data["supervision_rules"] = [
        {"id": "bare", "applies_to": {"categories": ["nqsw"]}, "kind": "personal", "obligation": "must"}
    ]
    policy = read_document(data, file="draft.yaml")

    answer = assess(policy, worker("nqsw", held("2026-11-09")), date(2026, 11, 10))

    assert row(answer, "bare").status == Status.NO_MINIMUM_SET
    assert policy.rules[0].phases[0].terms.accepts == {("personal", "individual"), ("combined", "individual")}


def test_a_phase_may_ask_for_other_minutes() -> None:
    data = document()
    phases(data)[0]["min_minutes"] = 60

    weekly, fortnightly, _ = read_document(data, file="draft.yaml").rules[2].phases

    assert (weekly.terms.min_minutes, fortnightly.terms.min_minutes) == (60, 90)


def test_an_unnamed_atom_takes_the_id_of_its_phase_or_rule() -> None:
    data = document("camden-short-guide")
    every = {"type": "rolling", "every": "P1M"}
    named = {"type": "rolling", "every": "P2M", "id": "rolling"}
    rules = data["supervision_rules"]
    rules[0]["interval"] = {"all_of": [every]}
    rules[1]["interval"] = {"all_of": [every, named, every, {"type": "as_required"}]}
    policy = read_document(data, file="draft.yaml")

    ids = [[atom.id for atom in phase.atoms] for rule in policy.rules[:3] for phase in rule.phases]
    assert ids == [
        ["personal-monthly"],
        ["rolling-2", "rolling", "rolling-3", "as_required"],
        ["weekly"],
        ["fortnightly"],
        ["monthly"],
    ]


def test_sessions_of_an_additional_rule_never_satisfy_the_other() -> None:
    data = document("camden-short-guide")
    extra = {"id": "extra", "applies_to": {"categories": ["sw_1_year_pq"]}, "kind": "combined", "obligation": "must"}
    data["supervision_rules"].append(extra | {"additional_to": ["personal-monthly", "manager-monthly"]})
    same = {"id": "same", "applies_to": {"categories": ["team_manager"]}, "kind": "management", "obligation": "must"}
    data["supervision_rules"].append(same | {"additional_to": ["manager-monthly"]})

    rules = {rule.id: rule.phases[0].terms.accepts for rule in read_document(data, file="draft.yaml").rules}

    assert rules["personal-monthly"] == {("personal", "individual")}
    assert rules["manager-monthly"] == {("management", "individual")}


# Faults

RULE = "supervision_rules[0]"
FAULTS: list[tuple[str, Change, str]] = [
    (
        "a bad duration",
        lambda data: rule(data, "st-helens")["interval"].update(every="P28X"),
        f'{RULE}.interval.every: "P28X" is not an ISO 8601 duration',
    ),
    (
        "a duration of no time",
        lambda data: rule(data, "st-helens")["interval"].update(every="P0D"),
        f'{RULE}.interval.every: "P0D" lasts no time at all',
    ),
    (
        "a limit not longer than every",
        lambda data: rule(data, "st-helens")["interval"].update(limit="P4W"),
        f'{RULE}.interval.limit: "P4W" is not longer than "every", "P28D"',
    ),
    (
        "a missing field of an atom",
        lambda data: rule(data, "st-helens")["interval"].pop("every"),
        f'{RULE}.interval.every: "every" is missing: "rolling" cannot be computed without it',
    ),
    (
        "a rolling window without size",
        lambda data: atoms(data)[1].update(per="rolling"),
        f'{RULE}.interval.all_of[1].size: "size" is missing: "window" cannot be computed without it',
    ),
    (
        "a schedule without end",
        lambda data: atoms(data)[0].update(per="rolling", size="P6M"),
        f'{RULE}.interval.all_of[0].per: "rolling" windows have no end of their own: "scheduled" needs another "per"',
    ),
    (
        "a negative count",
        lambda data: atoms(data)[3].update(max=-1),
        f'{RULE}.interval.all_of[3].max: "-1" is less than 0',
    ),
    (
        "a count of nothing",
        lambda data: atoms(data)[1].update(count=0),
        f'{RULE}.interval.all_of[1].count: "0" is less',
    ),
    ("a count that is text", lambda data: atoms(data)[1].update(count="10"), 'count: "10" is not a whole number'),
    ("a count that is a truth", lambda data: atoms(data)[1].update(count=True), 'count: "true" is not a whole number'),
    (
        "a value left empty",
        lambda data: atoms(data)[1].update(count=None),
        f'{RULE}.interval.all_of[1].count: "count" has no value',
    ),
    (
        "an unknown key in an atom",
        lambda data: atoms(data)[0].update(evry="P1M"),
        f'{RULE}.interval.all_of[0].evry: "evry" is not a key that is known here',
    ),
    ("an unknown type", lambda data: atoms(data)[0].update(type="sometimes"), '.type: "sometimes" is not one of'),
    ("an empty all_of", lambda data: rule(data).update(interval={"all_of": []}), 'interval.all_of: "all_of" is empty'),
    ("an interval that is text", lambda data: rule(data).update(interval="P1M"), 'interval: "P1M" is not a mapping'),
    ("an unknown key", lambda data: data.update(holidays=[]), 'holidays: "holidays" is not a key that is known here'),
    ("a missing key", lambda data: data.pop("calendar"), 'calendar: "calendar" is missing'),
    (
        "another schema",
        lambda data: data.update(schema="supervision-policy/2"),
        'schema: "supervision-policy/2" is not',
    ),
    (
        "a version that is a number",
        lambda data: data.update(version=3),
        'version: "3" is not text (write it in quotes)',
    ),
    (
        "a category that does not exist",
        lambda data: rule(data)["applies_to"]["categories"].append("astronaut"),
        f'{RULE}.applies_to.categories[6]: "astronaut" is not a worker category of this policy',
    ),
    (
        "a category of a case rule that does not exist",
        lambda data: data["case_rules"][0]["applies_to"].update(categories=["astronaut"]),
        'case_rules[0].applies_to.categories[0]: "astronaut" is not a worker category of this policy',
    ),
    (
        "a used rule that does not exist",
        lambda data: phases(data)[2].update(use_rule="yearly"),
        'supervision_rules[2].phases[2].use_rule: "yearly" is not a rule of this policy',
    ),
    (
        "a used rule that has phases itself",
        lambda data: phases(data)[2].update(use_rule="asye"),
        'supervision_rules[2].phases[2].use_rule: "asye" has no interval of its own that could be used',
    ),
    (
        "a phase with rule and interval",
        lambda data: phases(data)[2].update(interval={"type": "as_required"}),
        'supervision_rules[2].phases[2].use_rule: "use_rule" and "interval" stand side by side',
    ),
    (
        "a phase with nothing in it",
        lambda data: phases(data)[1].pop("interval"),
        'supervision_rules[2].phases[1]: "fortnightly" has neither "interval" nor "use_rule"',
    ),
    (
        "a rule additional to none",
        lambda data: rule(data).update(additional_to=["nothing"]),
        f'{RULE}.additional_to[0]: "nothing" is not a rule of this policy',
    ),
    (
        "a rule with phases and interval",
        lambda data: rule(data).update(phases=[{"id": "x", "until": None, "use_rule": "asye"}]),
        f'{RULE}.phases: "phases" and "interval" stand side by side; a rule has one or the other',
    ),
    (
        "a last phase that ends",
        lambda data: phases(data).pop(),
        'supervision_rules[2].phases[1].until: the last phase, "fortnightly", has to be open-ended ("until": null)',
    ),
    (
        "an earlier phase that does not",
        lambda data: phases(data)[0].update(until=None),
        'supervision_rules[2].phases[0].until: "weekly" is open-ended, but other phases follow it',
    ),
    ("a phase without an end said", lambda data: phases(data)[0].pop("until"), 'phases[0].until: "until" is missing'),
    (
        "an unknown anchor",
        lambda data: phases(data)[0]["until"].update(anchor="birthday"),
        'phases[0].until.anchor: "birthday" is not one of',
    ),
    (
        "an id used twice",
        lambda data: data["supervision_rules"][3].update(id="asye"),
        'supervision_rules[3].id: "asye"',
    ),
    (
        "a phase id used twice",
        lambda data: phases(data)[1].update(id="weekly"),
        '[2].phases[1].id: "weekly" is the id of',
    ),
    (
        "an atom id used twice",
        lambda data: atoms(data)[2].update(id="held"),
        f'{RULE}.interval.all_of[2].id: "held" is the id of more than one entry',
    ),
    (
        "a date that does not exist",
        lambda data: data["calendar"]["closure_days"].append("2026-02-30"),
        'calendar.closure_days[0]: "2026-02-30" is a date that does not exist',
    ),
    (
        "a date written another way",
        lambda data: data["effective"].update(review_by="1 April 2018"),
        'effective.review_by: "1 April 2018" is not a date written as YYYY-MM-DD',
    ),
    (
        "an end before the beginning",
        lambda data: data["effective"].update(to="2017-06-01"),
        'effective.to: "2017-06-01" is not after "from", "2017-06-01"',
    ),
    (
        "a year that begins on no day",
        lambda data: data["calendar"].update(supervision_year_start="02-29"),
        'calendar.supervision_year_start: "02-29" is a date that does not exist',
    ),
    (
        "a year that begins on no day at all",
        lambda data: data["calendar"].update(supervision_year_start="April"),
        'calendar.supervision_year_start: "April" is not a day of the year written as MM-DD',
    ),
    (
        "a weekday that does not exist",
        lambda data: data["calendar"]["working_days"].append("someday"),
        'calendar.working_days[5]: "someday" is not one of',
    ),
    (
        "a deadline with an unknown unit",
        lambda data: data["recording"]["case"].update(deadline={"fortnights": 1}),
        'recording.case.deadline.fortnights: "fortnights" is not a key that is known here',
    ),
    (
        "depth by turns without a figure",
        lambda data: data["case_rules"][0].update(in_depth_rotation={}),
        'case_rules[0].in_depth_rotation: "{}" names neither "every" nor "every_sessions"',
    ),
    (
        "depth by turns of another kind",
        lambda data: data["case_rules"][0].update(in_depth_rotation={"each_month": 1}),
        'case_rules[0].in_depth_rotation.each_month: "each_month" is not a key that is known here',
    ),
    (
        "a deadline of ages",
        lambda data: data["absence"].update(first_after_return={"working_days": 10**30}),
        f'absence.first_after_return.working_days: "{10**30}" is more than 3660',
    ),
    (
        "a duration of ages",
        lambda data: rule(data, "st-helens")["interval"].update(every="P9999Y", limit="P1M"),
        f'{RULE}.interval.every: "P9999Y" is longer than two hundred years',
    ),
    (
        "an empty deadline",
        lambda data: data["absence"].update(first_after_return={}),
        'absence.first_after_return: "{}" names no deadline',
    ),
    (
        "a bad duration in the contract",
        lambda data: data["contract"].update(review_after="a year"),
        'contract.review_after: "a year" is not an ISO 8601 duration',
    ),
    (
        "a list that is a text",
        lambda data: data.update(worker_categories="all"),
        'worker_categories: "all" is not a list',
    ),
    ("a rule that is a text", lambda data: data["supervision_rules"].append("x"), 'supervision_rules[4]: "x" is not a'),
    ("a truth that is a text", lambda data: rule(data).update(uninterrupted="yes"), '"yes" is neither true nor false'),
    (
        "no categories at all",
        lambda data: data.update(worker_categories=[]),
        'worker_categories: "worker_categories" is',
    ),
    (
        "a used rule that is no name",
        lambda data: phases(data)[2].update(use_rule=["asye"]),
        'supervision_rules[2].phases[2].use_rule: "["asye"]" is not text',
    ),
    ("an empty id", lambda data: rule(data).update(id=""), 'supervision_rules[0].id: "id" is empty'),
]


def rule(data: dict[str, Any], pack_id: str = "") -> dict[str, Any]:
    """The first rule; of another shipped policy where one is named."""
    if pack_id:
        data.clear()
        data.update(document(pack_id))
    found: dict[str, Any] = data["supervision_rules"][0]
    return found


def atoms(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rule(data)["interval"]["all_of"]
    return found


def phases(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["supervision_rules"][2]["phases"]
    return found


@pytest.mark.parametrize(
    ("change", "expected"), [(change, line) for _, change, line in FAULTS], ids=[n for n, *_ in FAULTS]
)
def test_refuses(change: Change, expected: str) -> None:
    data = document()

    change(data)

    assert any(fault.startswith("draft.yaml: ") and expected in fault for fault in faults_of(data)), faults_of(data)


def test_gives_every_fault_at_once() -> None:
    data = document()
    atoms(data)[0].update(evry="P1M")
    phases(data)[2].update(use_rule="yearly")
    data["effective"]["review_by"] = "2018-04-31"
    data.pop("authority")

    assert faults_of(data) == [
        'draft.yaml: authority: "authority" is missing',
        'draft.yaml: effective.review_by: "2018-04-31" is a date that does not exist',
        'draft.yaml: supervision_rules[0].interval.all_of[0].evry: "evry" is not a key that is known here',
        'draft.yaml: supervision_rules[2].phases[2].use_rule: "yearly" is not a rule of this policy',
    ]


@pytest.mark.parametrize("data", [None, [], "policy", 3])
def test_refuses_what_is_no_mapping(data: Any) -> None:
    assert len(faults_of(data)) == 1
    assert "is not a mapping of keys to values" in faults_of(data)[0]


def test_long_values_are_quoted_short() -> None:
    assert quoted("x" * 100) == f'"{"x" * 57}..."'
    assert quoted({"a": None}) == '"{"a": null}"'


# The file itself


def test_dates_are_read_as_text(tmp_path: Path) -> None:
    text = (PACKS / "baseline-lga-2020.yaml").read_text(encoding="utf-8")
    path = write(tmp_path, "own.yaml", text.replace('from: "2020-11-01"', "from: 2020-11-01"))

    assert read_policy(path).document["effective"]["from"] == "2020-11-01"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &shared [1]\nb: *shared\n", 'draft.yaml: "&shared" is an anchor, which is not read here (line 1)'),
        ("a: [1]\na: [2]\n", 'draft.yaml: "a" is used twice (line 2)'),
        ("a: [1\nb: 2\n", "draft.yaml: this is not YAML that can be read"),
        ("a: !!python/object:os.system x\n", "draft.yaml: this is not YAML that can be read"),
        ("a: 1\n---\nb: 2\n", "draft.yaml: this is not YAML that can be read"),
        ("a: \x01\n", "draft.yaml: this is not YAML that can be read"),
        ("", 'draft.yaml: "null" is not a mapping of keys to values'),
    ],
)
def test_refuses_a_text(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Faulty) as refused:
        read_policy(write(tmp_path, "draft.yaml", text))

    assert sentence in str(refused.value)


def test_names_every_anchor_and_alias(tmp_path: Path) -> None:
    with pytest.raises(Faulty) as refused:
        read_policy(write(tmp_path, "draft.yaml", "a: &one 1\nb: *one\nc: &two 2\n"))

    assert len(refused.value.faults) == 3
    assert '"*one" is an alias, which is not read here (line 2)' in str(refused.value)


def test_refuses_what_is_not_there_or_no_text(tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_bytes(b"\xff\xfe")

    with pytest.raises(Faulty, match="nowhere.yaml: there is no such file"):
        read_policy(tmp_path / "nowhere.yaml")
    with pytest.raises(Faulty, match=r"draft.yaml: this file cannot be read as text"):
        read_policy(tmp_path / "draft.yaml")


def test_json_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_text('{"schema": "supervision-policy/1", "id": "x"}', encoding="utf-8")

    with pytest.raises(Faulty, match='draft.json: authority: "authority" is missing'):
        read_policy(path)


# Parents


def test_refuses_a_parent_that_does_not_exist(tmp_path: Path) -> None:
    path = write(tmp_path, "draft.yaml", document() | {"inherits": "nobody"})

    with pytest.raises(Faulty) as refused:
        read_policy(path)

    assert str(refused.value) == (
        'draft.yaml: inherits: "nobody" is not the id of a policy beside this file or among those that ship'
    )


@pytest.mark.parametrize(
    ("parents", "chain"),
    [({"a": "a"}, "a, a"), ({"a": "b", "b": "a"}, "a, b, a"), ({"a": "b", "b": "c", "c": "b"}, "a, b, c, b")],
)
def test_refuses_inheritance_in_a_circle(tmp_path: Path, parents: dict[str, str], chain: str) -> None:
    for name, parent in parents.items():
        write(tmp_path, f"{name}.yaml", document() | {"id": name, "inherits": parent})

    with pytest.raises(Faulty) as refused:
        read_policy(tmp_path / "a.yaml")

    assert str(refused.value) == f'a.yaml: inherits: "{parents["a"]}" leads back to where it began ({chain})'


def test_a_parents_faults_are_reported_with_its_file(tmp_path: Path) -> None:
    parent = document("baseline-lga-2020") | {"id": "county", "authority": 3}
    write(tmp_path, "county.yaml", parent)
    path = write(tmp_path, "draft.yaml", document() | {"inherits": "county", "version": 3})

    with pytest.raises(Faulty) as refused:
        read_policy(path)

    assert [str(fault) for fault in refused.value.faults] == [
        'draft.yaml: version: "3" is not text (write it in quotes)',
        'county.yaml: authority: "3" is not text (write it in quotes)',
    ]


def test_a_parent_that_is_no_yaml_is_reported_too(tmp_path: Path) -> None:
    write(tmp_path, "county.yaml", "id: county\nrules: [1\n")
    path = write(tmp_path, "draft.yaml", document() | {"inherits": "county"})

    with pytest.raises(Faulty, match="county.yaml: this is not YAML that can be read"):
        read_policy(path)


def test_what_else_lies_beside_the_file_does_not_matter(tmp_path: Path) -> None:
    write(tmp_path, "broken.yaml", "id: [1\n")
    write(tmp_path, "worse.yml", document() | {"id": "other", "version": 3})
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    (tmp_path / "notes.txt").write_text("id: baseline-lga-2020", encoding="utf-8")

    assert read_policy(write(tmp_path, "draft.yaml", document())).policy.id == "shropshire-2017"


def test_a_parent_beside_the_file_comes_before_the_shipped_one(tmp_path: Path) -> None:
    shutil.copy(PACKS / "baseline-lga-2020.yaml", tmp_path / "mine.yaml")
    mine = document("baseline-lga-2020") | {"version": "mine"}
    write(tmp_path, "mine.yaml", mine)

    read = read_policy(write(tmp_path, "draft.yaml", document("st-helens")))

    assert read.parent is not None
    assert read.parent.policy.version == "mine"


def test_circles_further_up_and_faults_along_the_way_are_seen(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", document() | {"id": "b", "inherits": "gone"})
    path = write(tmp_path, "a.yaml", document() | {"id": "a", "inherits": "b"})

    with pytest.raises(Faulty) as refused:
        read_policy(path)

    assert str(refused.value).startswith('b.yaml: inherits: "gone" is not the id of a policy')


@pytest.mark.parametrize("pattern", ["P[0-9]{6}", r"\d{6,8}", "^(P|Q)[0-9]{6}$", "[A-Z]{1,3}-?[0-9]{4}/[0-9]{2}"])
def test_a_pattern_of_references_is_read(pattern: str) -> None:
    labels = {"child_reference_format": pattern}
    assert read_document({**document("shropshire-2017"), "labels": labels}, file="f").labels == labels


@pytest.mark.parametrize(
    "pattern", ["P[", "(a+)+$", "a*", ".*", "(a{1,9}){9}", "[z-a]", "a{9,1}", "P" * 101, "[A-Z]{0,99}" * 5, 6, None]
)
def test_a_pattern_that_cannot_be_read_or_may_never_end_is_a_fault(pattern: object) -> None:
    labels = {"child_reference_format": pattern}
    faults = faults_of({**document("shropshire-2017"), "labels": labels})
    assert any("labels.child_reference_format" in fault for fault in faults)
