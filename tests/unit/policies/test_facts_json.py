"""Facts in JSON: read strictly, every fault at once with its path; answered in the form of the contract."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.assessing import Asked, answers_to
from policies.assessing.moments import LONDON, read_moment
from policies.faults import Faulty
from tests.policies_kit import shipped

ON = date(2027, 1, 20)
ST_HELENS = Asked(policy="st-helens")


def facts(**worker: Any) -> dict[str, Any]:
    """The facts of a social worker who was last supervised on 9 November 2026."""
    return {
        "on": "2026-12-01",
        "worker": {
            "categories": [{"category": "social_worker"}],
            "anchors": {"employment_start": "2020-01-06"},
            "sessions": [{"on": "2026-11-09", "minutes": 90, "status": "held"}],
            **worker,
        },
    }


def answer(data: Any, asked: Asked = ST_HELENS) -> dict[str, Any]:
    found = answers_to(json.dumps(data), asked, file="facts")
    assert isinstance(found, dict)
    return found


def faults(data: Any, asked: Asked = ST_HELENS, *, folder: Path = Path()) -> list[str]:
    """What is wrong with data, or with a text, a line for each fault."""
    with pytest.raises(Faulty) as refused:
        answers_to(data if isinstance(data, str) else json.dumps(data), asked, file="facts", folder=folder)
    return [str(fault) for fault in refused.value.faults]


# Answers


def test_the_example_of_the_contract() -> None:
    example = {
        "on": "2027-01-20",
        "worker": {
            "categories": [{"category": "nqsw", "from": None, "to": None}],
            "services": [],
            "anchors": {"employment_start": "2026-09-07", "asye_start": "2026-09-07"},
            "events": [],
            "absences": [{"from": "2026-10-05", "to": "2026-10-09", "expected_to": None, "kind": "sickness"}],
            "sessions": [
                {"on": "2026-11-09", "format": "individual", "kind": "combined", "minutes": 90, "status": "held", "present": True},
                {"on": "2027-01-27", "format": "individual", "kind": "combined", "minutes": 90, "status": "booked"},
            ],
            "agreed": None,
        },
        "children": [
            {
                "reference": "P1234",
                "episodes": [{"from": "2026-10-01", "to": None}],
                "plan_types": [{"plan_type": "child_in_need", "from": "2026-10-01", "to": None}],
                "discussions": [{"on": "2026-11-12", "depth": "brief", "format": "individual", "own_text": True}],
                "override": None,
            }
        ],
        "records": [{"what": "case", "session_on": "2026-04-01", "entered_on": None}],
    }  # fmt: skip

    found = answer(example, Asked(policy="shropshire-2017"))

    assert list(found) == ["on", "policy", "worker", "children", "records", "messages"]
    assert (found["on"], found["policy"], found["messages"]) == ("2027-01-20", "shropshire-2017", [])
    assert list(found["worker"]) == ["phase", "phase_ends_on", "rules", "worst", "due_on"]
    [only] = found["worker"].pop("rules")
    assert found["worker"] == {
        "phase": "fortnightly",
        "phase_ends_on": "2027-03-07",
        "worst": "overdue",
        "due_on": "2026-11-23",
    }
    assert only.pop("why").startswith(
        "Last counted session 9 November 2026; every 14 days (asye, fortnightly, until 7 March 2027"
    )
    assert list(only.items()) == [
        ("rule", "asye"),
        ("atom", "fortnightly"),
        ("severity", "breach"),
        ("status", "overdue"),
        ("due_on", "2026-11-23"),
        ("limit_on", None),
        ("book_by", "2026-11-23"),
        ("overdue_days", 58),
        ("counted", None),
        ("required", None),
        ("booked_on", "2027-01-27"),
        ("forecast", None),
    ]
    [child] = found["children"]
    two_monthly, app3 = child["rules"]
    assert (child["reference"], child["worst"], child["due_on"]) == ("P1234", "overdue", "2027-01-12")
    assert (two_monthly["due_on"], two_monthly["overdue_days"]) == ("2027-01-12", 8)
    assert (app3["atom"], app3["status"], app3["counted"], app3["required"]) == ("app3", "not_due", 1, 2)
    assert found["records"] == [
        {
            "what": "case",
            "session_on": "2026-04-01",
            "due_on": None,
            "status": "no_minimum_set",
            "working_days_late": None,
        }
    ]


@pytest.mark.scenario(13)
def test_the_record_of_the_contract_under_another_policy() -> None:
    late = {"on": "2026-04-13", "records": [{"what": "case", "session_on": "2026-04-01"}]}

    found = answer(late, Asked(policy="family-safeguarding-003"))

    [record] = found["records"]
    assert (record["due_on"], record["status"], record["working_days_late"]) == ("2026-04-10", "overdue", 1)


@pytest.mark.scenario(12)
def test_a_group_without_the_worker_counts_for_the_child_alone() -> None:
    group = {"on": "2026-10-13", "format": "group", "kind": "practice", "minutes": 90, "present": False}
    data = {
        "on": "2026-10-20",
        "worker": {
            "categories": [{"category": "practitioner"}],
            "services": [{"service": "family_safeguarding"}],
            "anchors": {"employment_start": "2026-10-01"},
            "sessions": [group],
        },
        "children": [
            {
                "reference": "P1",
                "episodes": [{"from": "2026-10-01"}],
                "discussions": [{"on": "2026-10-13", "format": "group"}],
            }
        ],
    }

    found = answer(data, Asked(policy="family-safeguarding-003"))

    month = next(row for row in found["worker"]["rules"] if row["atom"] == "month")
    assert (month["status"], month["counted"]) == ("not_due", 0)
    assert [row["status"] for row in found["children"][0]["rules"]] == ["met"]


def test_what_is_left_out_is_empty() -> None:
    assert answer({"on": "2027-01-20"}) == {
        "on": "2027-01-20",
        "policy": "st-helens",
        "worker": None,
        "children": [],
        "records": [],
        "messages": [],
    }
    empty = answer({"on": "2027-01-20", "worker": {}})
    assert (empty["worker"]["rules"], empty["worker"]["worst"]) == ([], "no_minimum_set")
    assert empty["messages"] == ["No worker category is known for 20 January 2027."]


def test_a_category_that_the_policy_does_not_have_is_a_message() -> None:
    found = answer(facts(categories=[{"category": "astronaut"}]))

    assert found["worker"]["worst"] == "no_minimum_set"
    assert found["messages"] == ["“astronaut” is not a worker category of st-helens."]


def test_messages_about_a_child_name_it() -> None:
    found = answer({"on": "2027-01-20", "children": [{"reference": "P7"}, {}]})

    assert found["messages"] == ["P7: No case is open on 20 January 2027.", "No case is open on 20 January 2027."]


def test_a_list_is_answered_in_its_order() -> None:
    later = facts() | {"on": "2026-12-20"}

    found = answers_to(json.dumps([later, facts()]), ST_HELENS, file="facts")

    assert isinstance(found, list)
    assert [each["worker"]["worst"] for each in found] == ["overdue", "due_soon"]
    assert answers_to("[]", ST_HELENS, file="facts") == []


def test_the_day_asked_about_goes_before_the_day_in_the_facts() -> None:
    found = answer(facts(), Asked(policy="st-helens", on=ON))

    assert (found["on"], found["worker"]["worst"]) == ("2027-01-20", "overdue")


def test_an_agreed_interval_stands_in_the_policys_own_form() -> None:
    both = {"all_of": [{"type": "rolling", "every": "P14D"}, {"type": "window", "count": 2, "per": "calendar_month"}]}
    found = answer(facts(agreed={"interval": both, "from": "2026-12-01"}))
    alone = answer(facts(agreed={"interval": {"type": "rolling", "every": "P14D"}, "from": "2026-11-16"}))

    rows = [(row["rule"], row["atom"], row["due_on"]) for row in found["worker"]["rules"]]
    assert rows[1:] == [("agreed", "rolling", "2026-12-07"), ("agreed", "window", "2026-12-31")]
    assert [(row["rule"], row["atom"]) for row in alone["worker"]["rules"][1:]] == [("agreed", "agreed")]
    assert alone["worker"]["due_on"] == "2026-11-30"


# As it was known


@pytest.mark.parametrize(
    ("recorded_at", "known_at", "is_known"),
    [
        ("2026-11-20", "2026-11-20T23:59", False),
        ("2026-11-20", "2026-11-20", True),
        ("2026-11-20", "2026-11-21T00:00", True),
        ("2026-11-20T10:00", "2026-11-20T10:00", True),
        ("2026-11-20T10:00:01", "2026-11-20T10:00", False),
        ("2026-07-01T09:30Z", "2026-07-01T10:29", False),
        ("2026-07-01T09:30Z", "2026-07-01T10:30", True),
        ("2026-11-20T10:00+01:00", "2026-11-20T09:00", True),
    ],
)
def test_what_was_recorded_later_is_left_out(recorded_at: str, known_at: str, *, is_known: bool) -> None:
    session = {"on": "2026-11-30", "minutes": 90, "status": "held", "recorded_at": recorded_at}
    asked = Asked(policy="st-helens", on=date(2026, 12, 1), known_at=read_moment(known_at))

    found = answer(facts(sessions=[session]), asked)

    assert (found["worker"]["due_on"] == "2026-12-28") is is_known


def test_everything_is_known_where_nobody_asks_for_a_moment() -> None:
    session = {"on": "2026-11-30", "minutes": 90, "recorded_at": "2030-01-01"}

    assert answer(facts(sessions=[session]))["worker"]["due_on"] == "2026-12-28"


def test_any_fact_may_say_when_it_was_recorded() -> None:
    late = {"recorded_at": "2027-02-01"}
    interval = {"type": "rolling", "every": "P7D"}
    data = {
        "on": "2027-03-01",
        "policies": [{"policy": "st-helens"}, {"policy": "shropshire-2017", "from": "2027-01-01", **late}],
        "worker": {
            "categories": [{"category": "social_worker"}, {"category": "nqsw", **late}],
            "services": [{"service": "family_safeguarding", **late}],
            "anchors": {"employment_start": "2026-11-02"},
            "events": [{"event": "review", "on": "2026-11-01", **late}],
            "absences": [{"from": "2026-12-01", "expected_to": "2027-06-01", **late}],
            "sessions": [{"on": "2026-11-09", "minutes": 90}, {"on": "2026-12-09", "minutes": 90, **late}],
            "agreed": {"interval": interval, "from": "2026-11-10", **late},
        },
        "children": [
            {
                "reference": "P1",
                "episodes": [{"from": "2026-10-01"}, {"from": "2026-12-01", **late}],
                "plan_types": [{"plan_type": "child_in_need", **late}],
                "discussions": [{"on": "2026-11-12", **late}],
                "allocations": [{"worker": "A", "from": "2026-10-05", **late}],
                "override": {"interval": interval, "from": "2026-11-12", **late},
            },
            {"reference": "P2", **late},
        ],
        "records": [{"what": "case", "session_on": "2026-11-09", **late}],
    }

    then = answer(data, Asked(known_at=datetime(2027, 1, 31, 12, tzinfo=LONDON)))

    assert (then["policy"], then["worker"]["due_on"], then["records"]) == ("st-helens", "2026-12-07", [])
    assert [child["reference"] for child in then["children"]] == ["P1"]
    assert answer(data, Asked())["policy"] == "shropshire-2017"
    whole = data | {"worker": {"recorded_at": "2027-02-01"}}
    assert answer(whole, Asked(known_at=datetime(2027, 1, 31, 12, tzinfo=LONDON)))["worker"] is None


# Policies over time


@pytest.mark.scenario(23)
def test_the_policies_of_the_facts_each_have_their_days() -> None:
    periods = [{"policy": "recruitment-000", "from": "2027-01-01"}, {"policy": "st-helens", "from": None}]
    data = facts(sessions=[{"on": "2026-12-14", "minutes": 90}]) | {"policies": periods}

    before = answer(data | {"on": "2026-12-31"}, Asked())
    after = answer(data | {"on": "2027-01-01"}, Asked())

    assert (before["policy"], before["worker"]["due_on"]) == ("st-helens", "2027-01-11")
    assert (after["policy"], after["worker"]["due_on"]) == ("recruitment-000", "2027-01-14")


def test_a_policy_may_lie_beside_the_facts(tmp_path: Path) -> None:
    draft = dict(shipped("st-helens").document) | {"id": "draft"}
    (tmp_path / "draft.yaml").write_text(yaml.safe_dump(draft), encoding="utf-8")
    data = facts() | {"policies": [{"policy": "draft.yaml"}]}

    found = answers_to(json.dumps(data), Asked(), file="facts", folder=tmp_path)

    assert isinstance(found, dict)
    assert found["policy"] == "draft"


# Faults

Change = Callable[[dict[str, Any]], object]
FAULTS: list[tuple[str, Change, str]] = [
    ("an unknown key", lambda data: data.update(workers={}), 'workers: "workers" is not a key that is known here'),
    (
        "an unknown key of a session",
        lambda data: session(data).update(minuts=90),
        'worker.sessions[0].minuts: "minuts" is not a key that is known here',
    ),
    (
        "an unknown anchor",
        lambda data: data["worker"]["anchors"].update(birthday="1990-01-01"),
        'worker.anchors.birthday: "birthday" is not a key that is known here',
    ),
    (
        "a date that does not exist",
        lambda data: session(data).update(on="2026-11-31"),
        'worker.sessions[0].on: "2026-11-31" is a date that does not exist',
    ),
    (
        "a date in another form",
        lambda data: session(data).update(on="9 November 2026"),
        'worker.sessions[0].on: "9 November 2026" is not a date written as YYYY-MM-DD',
    ),
    (
        "a date that is a number",
        lambda data: session(data).update(on=20261109),
        'worker.sessions[0].on: "20261109" is not text (write it in quotes)',
    ),
    (
        "a date of another age",
        lambda data: session(data).update(on="0202-11-09"),
        'worker.sessions[0].on: "0202-11-09" is not a date between the years 1900 and 2199',
    ),
    (
        "a date that is empty",
        lambda data: session(data).update(on=None),
        'worker.sessions[0].on: "null" is not text (write it in quotes)',
    ),
    ("no date", lambda data: session(data).pop("on"), 'worker.sessions[0].on: "on" is missing'),
    (
        "a truth for a number",
        lambda data: session(data).update(minutes=True),
        'worker.sessions[0].minutes: "true" is not a whole number',
    ),
    (
        "part of a minute",
        lambda data: session(data).update(minutes=90.5),
        'worker.sessions[0].minutes: "90.5" is not a whole number',
    ),
    (
        "minutes below nothing",
        lambda data: session(data).update(minutes=-1),
        'worker.sessions[0].minutes: "-1" is less than 0',
    ),
    (
        "more minutes than a day has",
        lambda data: session(data).update(minutes=10**30),
        f'worker.sessions[0].minutes: "{10**30}" is more than 1440',
    ),
    (
        "a number for a truth",
        lambda data: session(data).update(present=1),
        'worker.sessions[0].present: "1" is neither true nor false',
    ),
    (
        "an unknown status",
        lambda data: session(data).update(status="done"),
        "worker.sessions[0].status: \"done\" is not one of 'booked', 'held'",
    ),
    (
        "an unknown format",
        lambda data: session(data).update(format="telephone"),
        'worker.sessions[0].format: "telephone" is not one of',
    ),
    (
        "an unknown kind",
        lambda data: session(data).update(kind="lunch"),
        'worker.sessions[0].kind: "lunch" is not one of',
    ),
    (
        "an absence that ends before it begins",
        lambda data: data["worker"].update(absences=[{"from": "2026-10-05", "to": "2026-10-04"}]),
        'worker.absences[0].to: "2026-10-04" is before "from", "2026-10-05"',
    ),
    (
        "an absence expected to end before it begins",
        lambda data: data["worker"].update(absences=[{"from": "2026-10-05", "expected_to": "2026-10-04"}]),
        'worker.absences[0].expected_to: "2026-10-04" is before "from", "2026-10-05"',
    ),
    (
        "an absence without a beginning",
        lambda data: data["worker"].update(absences=[{"from": None}]),
        'worker.absences[0].from: "null" is not text',
    ),
    (
        "a category that ends before it begins",
        lambda data: data["worker"].update(categories=[{"category": "nqsw", "from": "2026-10-05", "to": "2026-10-04"}]),
        'worker.categories[0].to: "2026-10-04" is before "from", "2026-10-05"',
    ),
    (
        "a list that is none",
        lambda data: data["worker"].update(sessions={}),
        'worker.sessions: "{}" is not a list',
    ),
    (
        "a worker that is none",
        lambda data: data.update(worker="A"),
        'worker: "A" is not a mapping of keys to values',
    ),
    (
        "an agreed interval without a figure",
        lambda data: data["worker"].update(agreed={"interval": {"type": "rolling"}, "from": "2026-10-05"}),
        'worker.agreed.interval.every: "every" is missing: "rolling" cannot be computed without it',
    ),
    (
        "an agreed interval that is no duration",
        lambda data: data["worker"].update(
            agreed={"interval": {"type": "rolling", "every": "P28X"}, "from": "2026-10-05"}
        ),
        'worker.agreed.interval.every: "P28X" is not an ISO 8601 duration',
    ),
    (
        "an agreed interval since no day",
        lambda data: data["worker"].update(agreed={"interval": {"type": "rolling", "every": "P7D"}}),
        'worker.agreed.from: "from" is missing',
    ),
    (
        "an interval of ages",
        lambda data: data["worker"].update(
            agreed={"interval": {"type": "rolling", "every": "P9999Y"}, "from": "2026-10-05"}
        ),
        'worker.agreed.interval.every: "P9999Y" is longer than two hundred years',
    ),
    (
        "an override without a figure",
        lambda data: data.update(
            children=[{}, {"override": {"interval": {"type": "window", "per": "calendar_month"}, "from": "2026-10-05"}}]
        ),
        'children[1].override.interval.count: "count" is missing: "window" cannot be computed without it',
    ),
    (
        "a discussion of another depth",
        lambda data: data.update(children=[{"discussions": [{"on": "2026-11-12", "depth": "deep"}]}]),
        'children[0].discussions[0].depth: "deep" is not one of',
    ),
    (
        "an episode without a beginning",
        lambda data: data.update(children=[{"episodes": [{"to": None}]}]),
        'children[0].episodes[0].from: "from" is missing',
    ),
    (
        "a record entered before its session",
        lambda data: data.update(records=[{"what": "case", "session_on": "2026-04-02", "entered_on": "2026-04-01"}]),
        'records[0].entered_on: "2026-04-01" is before "session_on", "2026-04-02"',
    ),
    (
        "a moment that is none",
        lambda data: session(data).update(recorded_at="noon"),
        'worker.sessions[0].recorded_at: "noon" is neither a date written as YYYY-MM-DD nor a time as YYYY-MM-DDTHH:MM',
    ),
    (
        "a moment that does not exist",
        lambda data: session(data).update(recorded_at="2026-11-20T25:00"),
        'worker.sessions[0].recorded_at: "2026-11-20T25:00" is a time that does not exist',
    ),
    ("no day", lambda data: data.pop("on"), 'on: "on" is missing, and no day is given beside the facts'),
    (
        "two words for the policy",
        lambda data: data.update(policies=[{"policy": "st-helens"}]),
        'policies: "st-helens" is given beside the facts already: leave one of the two out',
    ),
    (
        "half a letter",
        lambda data: data["worker"].update(categories=[{"category": "\ud800"}]),
        "worker.categories[0].category: '\\ud800' is not text that can be written",
    ),
]


def session(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["worker"]["sessions"][0]
    return found


@pytest.mark.parametrize(
    ("change", "expected"), [(change, line) for _, change, line in FAULTS], ids=[n for n, *_ in FAULTS]
)
def test_refuses(change: Change, expected: str) -> None:
    data = facts()

    change(data)

    [line] = faults(data)
    assert line.startswith(f"facts: {expected}")


def test_gives_every_fault_of_every_object_at_once() -> None:
    wrong = facts(absences=[{"from": "2026-10-05", "to": "2026-10-01"}])
    session(wrong).update(on="x", minutes="90")

    assert faults([facts(), wrong, 3, {"on": "2026-12-01", "a": 1}]) == [
        'facts[1]: worker.absences[0].to: "2026-10-01" is before "from", "2026-10-05"',
        'facts[1]: worker.sessions[0].minutes: "90" is not a whole number',
        'facts[1]: worker.sessions[0].on: "x" is not a date written as YYYY-MM-DD',
        'facts[2]: "3" is not an object of facts',
        'facts[3]: a: "a" is not a key that is known here',
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "facts: this is not JSON that can be read: Expecting value (line 1)"),
        ("{\n'on': 1}", "facts: this is not JSON that can be read: Expecting property name enclosed in double quotes (line 2)"),
        ('{"on": NaN}', 'facts: this is not JSON that can be read: "NaN" is not a number in JSON'),
        ('{"on": -Infinity}', 'facts: this is not JSON that can be read: "-Infinity" is not a number in JSON'),
        ("[" * 200_000, "facts: this is not JSON that can be read: it is nested too deeply"),
        ('{"on": ' + "9" * 5000 + "}", 'facts: this is not JSON that can be read: "999'),
        ('"facts"', 'facts: "facts" is not an object of facts'),
        ("null", 'facts: "null" is not an object of facts'),
    ],
)  # fmt: skip
def test_refuses_what_is_no_json_with_facts(text: str, line: str) -> None:
    [only] = faults(text)

    assert only.startswith(line)


def test_refuses_a_key_that_stands_twice() -> None:
    text = '{"on": "2026-12-01", "on": "2026-12-02", "records": [{"what": "case", "what": "case", "session_on": "2026-11-09"}]}'

    assert faults(text) == [
        'facts: on: "on" is used twice',
        'facts: records[0].what: "what" is used twice',
    ]
    assert faults(f"[{{}}, {text}]")[-1] == 'facts[1]: records[0].what: "what" is used twice'


def test_refuses_policies_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_text("id: draft\n", encoding="utf-8")
    periods = [{"policy": "nowhere"}, {"policy": "st-helens", "from": "2027-01-01"}, {"policy": "draft.yaml", "from": "2027-02-01"}]  # fmt: skip

    lines = faults(facts() | {"policies": periods}, Asked(), folder=tmp_path)

    assert lines[0].startswith('facts: policies[0].policy: "nowhere" is neither a file nor the id of a policy that')
    assert 'draft.yaml: authority: "authority" is missing' in lines
    assert faults(facts(), Asked()) == [
        'facts: policies: "policies" is missing, and no policy is given beside the facts'
    ]
    assert faults(facts(), Asked(policy="no/where.yaml"))[0].startswith('where.yaml: "no/where.yaml" is neither')


def test_refuses_two_policies_from_one_day() -> None:
    twice = [
        {"policy": "st-helens"},
        {"policy": "recruitment-000"},
        {"policy": "baseline-lga-2020", "from": "2027-01-01"},
    ]
    later = {"policy": "shropshire-2017", "from": "2027-01-01", "recorded_at": "2027-02-01"}

    assert faults(facts() | {"policies": [*twice, later]}, Asked()) == [
        'facts: policies[1].from: another policy begins without a "from", too',
        'facts: policies[3].from: another policy begins on "2027-01-01", too',
    ]
    known_at = datetime(2027, 1, 15, tzinfo=LONDON)
    assert answer(facts() | {"policies": [*twice[1:], later]}, Asked(known_at=known_at))["policy"] == "recruitment-000"
    assert faults(facts() | {"policies": [later]}, Asked(known_at=known_at)) == [
        "facts: policies: none of the policies was known at the time asked about"
    ]
