"""Files that somebody got wrong: each fault is one line with the file, the path and a plain sentence that quotes it."""

import json
from pathlib import Path

import pytest

from policies.assessing import Asked, answers_to
from policies.faults import Faulty

SHIPPED = Path(__file__).resolve().parents[3] / "policies" / "packs" / "st-helens.yaml"
ASKED = json.dumps({"on": "2026-12-01"})

# What stands in the file that ships, what stands there instead, and what is said of it
POLICIES = [
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: &a {type: rolling, every: P28D}",
        'st-helens.yaml: "&a" is an anchor, which is not read here (line 24)',
    ),
    (
        "id: st-helens",
        'id: !!python/object/apply:os.system ["echo hi"]',
        'st-helens.yaml: this is not YAML that can be read: "tag:yaml.org,2002:python/object/apply:os.system" is a tag (line 2)',
    ),
    ("id: st-helens", "id: !foo bar", 'st-helens.yaml: this is not YAML that can be read: "!foo" is a tag (line 2)'),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: rolling, every: P28D, every: P7D}",
        'st-helens.yaml: "every" is used twice (line 24)',
    ),
    (
        "min_minutes: 90",
        "min_minutes: .nan",
        'st-helens.yaml: supervision_rules[0].min_minutes: "NaN" is not a whole number',
    ),
    (
        "min_minutes: 90",
        "min_minutes: .inf",
        'st-helens.yaml: supervision_rules[0].min_minutes: "Infinity" is not a whole number',
    ),
    (
        "min_minutes: 90",
        "min_minutes: 1e9",
        'st-helens.yaml: supervision_rules[0].min_minutes: "1e9" is not a whole number',
    ),
    (
        "min_minutes: 90",
        "min_minutes: 0o17",
        'st-helens.yaml: supervision_rules[0].min_minutes: "0o17" is not a whole number',
    ),
    (
        "min_minutes: 90",
        "min_minutes: 017",
        'st-helens.yaml: supervision_rules[0].min_minutes: "017" is not a whole number',
    ),
    (
        "min_minutes: 90",
        "min_minutes: 99999999999999999999",
        'st-helens.yaml: supervision_rules[0].min_minutes: "99999999999999999999" is more than 3660',
    ),
    ("min_minutes: 90", "min_minutes: -1", 'st-helens.yaml: supervision_rules[0].min_minutes: "-1" is less than 0'),
    (
        "min_minutes: 90",
        "min_minutes: true",
        'st-helens.yaml: supervision_rules[0].min_minutes: "true" is not a whole number',
    ),
    (
        "min_minutes: 90",
        'min_minutes: "90"',
        'st-helens.yaml: supervision_rules[0].min_minutes: "90" is not a whole number',
    ),
    ("counts: [individual]", "counts: yes", 'st-helens.yaml: supervision_rules[0].counts: "true" is not a list'),
    (
        "min_minutes: 90",
        "min_minutes: 1:30",
        'st-helens.yaml: supervision_rules[0].min_minutes: "1:30" is not a whole number',
    ),
    (
        "supervision-policy/1",
        "supervision-policy/2",
        "st-helens.yaml: schema: \"supervision-policy/2\" is not one of 'supervision-policy/1'",
    ),
    ("P28D", "P28X", 'st-helens.yaml: supervision_rules[0].interval.every: "P28X" is not an ISO 8601 duration'),
    ("P28D", "P0D", 'st-helens.yaml: supervision_rules[0].interval.every: "P0D" lasts no time at all'),
    ("P28D", "P1M2D", 'st-helens.yaml: supervision_rules[0].interval.every: "P1M2D" is not an ISO 8601 duration'),
    ("P28D", "PT5H", 'st-helens.yaml: supervision_rules[0].interval.every: "PT5H" is not an ISO 8601 duration'),
    (
        "every: P28D",
        "every: 28",
        'st-helens.yaml: supervision_rules[0].interval.every: "28" is not text (write it in quotes)',
    ),
    (
        "P28D",
        "P99999999999D",
        'st-helens.yaml: supervision_rules[0].interval.every: "P99999999999D" is not an ISO 8601 duration',
    ),
    ("P28D", '"P２８D"', 'st-helens.yaml: supervision_rules[0].interval.every: "P２８D" is not an ISO 8601 duration'),
    ("P28D", "-P1D", 'st-helens.yaml: supervision_rules[0].interval.every: "-P1D" is not an ISO 8601 duration'),
    (
        "every: P28D",
        "every: P28D, limit: P28D",
        'st-helens.yaml: supervision_rules[0].interval.limit: "P28D" is not longer than "every", "P28D"',
    ),
    (
        "every: P28D",
        "every: P1M, limit: P30D",
        'st-helens.yaml: supervision_rules[0].interval.limit: "P30D" is not longer than "every", "P1M"',
    ),
    (
        "categories: [social_worker]",
        "categories: [nobody]",
        'st-helens.yaml: supervision_rules[0].applies_to.categories[0]: "nobody" is not a worker category of this policy',
    ),
    (
        "categories: [social_worker]",
        "categories: []",
        'st-helens.yaml: supervision_rules[0].applies_to.categories: "categories" is empty',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: rolling}",
        'st-helens.yaml: supervision_rules[0].interval.every: "every" is missing: "rolling" cannot be computed without it',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: window, count: 0, per: calendar_month}",
        'st-helens.yaml: supervision_rules[0].interval.count: "0" is less than 1',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: window, count: 1, per: rolling}",
        'st-helens.yaml: supervision_rules[0].interval.size: "size" is missing: "window" cannot be computed without it',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: window, count: 1, per: fortnight}",
        "st-helens.yaml: supervision_rules[0].interval.per: \"fortnight\" is not one of 'calendar_month', 'calendar_quarter', 'calendar_year', 'supervision_year', 'rolling' or 'anchored'",
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: max_consecutive_missed, per: calendar_month}",
        'st-helens.yaml: supervision_rules[0].interval.max: "max" is missing: "max_consecutive_missed" cannot be computed without it',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: max_consecutive_missed, per: calendar_month, max: -1}",
        'st-helens.yaml: supervision_rules[0].interval.max: "-1" is less than 0',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: alternation}",
        'st-helens.yaml: supervision_rules[0].interval.max: "max" is missing: "alternation" cannot be computed without it',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: scheduled, per: calendar_year}",
        'st-helens.yaml: supervision_rules[0].interval.count: "count" is missing: "scheduled" cannot be computed without it',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {all_of: []}",
        'st-helens.yaml: supervision_rules[0].interval.all_of: "all_of" is empty',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: magic}",
        "st-helens.yaml: supervision_rules[0].interval.type: \"magic\" is not one of 'rolling', 'window', 'scheduled', 'max_consecutive_missed', 'alternation' or 'as_required'",
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {all_of: [{id: a, type: rolling, every: P1M}, {id: a, type: rolling, every: P2M}]}",
        'st-helens.yaml: supervision_rules[0].interval.all_of[1].id: "a" is the id of more than one entry',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: a, until: null, interval: {type: rolling, every: P7D}}, {id: b, until: null, interval: {type: rolling, every: P7D}}]",
        'st-helens.yaml: supervision_rules[0].phases[0].until: "a" is open-ended, but other phases follow it',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: a, until: {anchor: asye_start, plus: [P6W]}, interval: {type: rolling, every: P7D}}]",
        'st-helens.yaml: supervision_rules[0].phases[0].until: the last phase, "a", has to be open-ended ("until": null)',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: a, until: {anchor: asye_start, plus: [P6W]}, interval: {type: rolling, every: P7D}},{id: a, until: null, interval: {type: rolling, every: P7D}}]",
        'st-helens.yaml: supervision_rules[0].phases[1].id: "a" is the id of more than one entry',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: []",
        'st-helens.yaml: supervision_rules[0].phases: "phases" is empty',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: a, until: {anchor: birth, plus: [P6W]}, interval: {type: rolling, every: P7D}},{id: b, until: null, interval: {type: rolling, every: P7D}}]",
        "st-helens.yaml: supervision_rules[0].phases[0].until.anchor: \"birth\" is not one of 'employment_start', 'role_start', 'asye_start', 'placement_start', 'probation_start', 'return_to_work', 'allocation' or 'relationship_start'",
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: a, until: {anchor: asye_start, plus: []}, interval: {type: rolling, every: P7D}},{id: b, until: null, interval: {type: rolling, every: P7D}}]",
        'st-helens.yaml: supervision_rules[0].phases[0].until.plus: "plus" is empty',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: b, until: null, use_rule: nowhere}]",
        'st-helens.yaml: supervision_rules[0].phases[0].use_rule: "nowhere" is not a rule of this policy',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: b, until: null, use_rule: four-weekly}]",
        'st-helens.yaml: supervision_rules[0].phases[0].use_rule: "four-weekly" has no interval of its own that could be used',
    ),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "phases: [{id: b, until: null, use_rule: early-help-monthly, interval: {type: rolling, every: P7D}}]",
        'st-helens.yaml: supervision_rules[0].phases[0].use_rule: "use_rule" and "interval" stand side by side; a phase has one or the other',
    ),
    (
        "inherits: baseline-lga-2020",
        "inherits: nothing-here",
        'st-helens.yaml: inherits: "nothing-here" is not the id of a policy beside this file or among those that ship',
    ),
    (
        "inherits: baseline-lga-2020",
        "inherits: st-helens",
        'st-helens.yaml: inherits: "st-helens" leads back to where it began (st-helens, st-helens)',
    ),
    ("inherits: baseline-lga-2020", "inherits: 7", 'st-helens.yaml: inherits: "7" is not text (write it in quotes)'),
    (
        "effective: {from: null",
        "effective: {from: 2026-02-30",
        'st-helens.yaml: effective.from: "2026-02-30" is a date that does not exist',
    ),
    (
        "effective: {from: null",
        "effective: {from: 2026-2-3",
        'st-helens.yaml: effective.from: "2026-2-3" is not a date written as YYYY-MM-DD',
    ),
    (
        "effective: {from: null, to: null",
        'effective: {from: "2026-05-01", to: "2026-01-01"',
        'st-helens.yaml: effective.to: "2026-01-01" is not after "from", "2026-05-01"',
    ),
    (
        "closure_days: []",
        "closure_days: [2026-13-01]",
        'st-helens.yaml: calendar.closure_days[0]: "2026-13-01" is a date that does not exist',
    ),
    ("closure_days: []", "closure_days: 5", 'st-helens.yaml: calendar.closure_days: "5" is not a list'),
    ('"04-01"', '"13-01"', 'st-helens.yaml: calendar.supervision_year_start: "13-01" is a date that does not exist'),
    ('"04-01"', '"02-30"', 'st-helens.yaml: calendar.supervision_year_start: "02-30" is a date that does not exist'),
    ('"04-01"', '"02-29"', 'st-helens.yaml: calendar.supervision_year_start: "02-29" is a date that does not exist'),
    (
        "england-and-wales",
        "wales",
        "st-helens.yaml: calendar.bank_holidays: \"wales\" is not one of 'england-and-wales', 'scotland' or 'northern-ireland'",
    ),
    ("[mon, tue, wed, thu, fri]", "[]", 'st-helens.yaml: calendar.working_days: "working_days" is empty'),
    ("due_soon_days: 7", "due_soon_days: -1", 'st-helens.yaml: calendar.due_soon_days: "-1" is less than 0'),
    (
        "id: early-help-monthly",
        "id: four-weekly",
        'st-helens.yaml: supervision_rules[1].id: "four-weekly" is the id of more than one entry',
    ),
    (
        "{id: nqsw, label: NQSW",
        "{id: social_worker, label: NQSW",
        'st-helens.yaml: worker_categories[1].id: "social_worker" is the id of more than one entry',
    ),
    ("id: AMB-02", "id: AMB-01", 'st-helens.yaml: ambiguities[1].id: "AMB-01" is the id of more than one entry'),
    (
        "interval: {type: rolling, every: P28D, severity: breach}",
        "interval: {type: window, count: 1, per: calendar_month, min_available_working_days: 0}",
        'st-helens.yaml: supervision_rules[0].interval.min_available_working_days: "0" is less than 1',
    ),
    (
        "kind: combined",
        'kind: "com\\nbined"',
        "st-helens.yaml: supervision_rules[0].kind: \"com\nbined\" is not one of 'combined', 'personal', 'case', 'management', 'reflective_group' or 'practice'",
    ),
    (
        "kind: combined",
        'kind: "\\e[31m"',
        "st-helens.yaml: supervision_rules[0].kind: \"\x1b[31m\" is not one of 'combined', 'personal', 'case', 'management', 'reflective_group' or 'practice'",
    ),
]

WHOLE = [
    ("", 'st-helens.yaml: "null" is not a mapping of keys to values'),
    ("- a\n- b\n", 'st-helens.yaml: "["a", "b"]" is not a mapping of keys to values'),
    ("hello", 'st-helens.yaml: "hello" is not a mapping of keys to values'),
    (
        "schema:\tx\n\tid: y\n",
        "st-helens.yaml: this is not YAML that can be read: found a tab character that violates indentation (line 2)",
    ),
    (
        "a: b: c\n",
        "st-helens.yaml: this is not YAML that can be read: mapping values are not allowed in this context (line 1)",
    ),
    (
        "? [a]\n: x\n",
        "st-helens.yaml: this is not YAML that can be read: a list or a mapping stands where a key should (line 1)",
    ),
]

FACTS = [
    ("", "facts: this is not JSON that can be read: Expecting value (line 1)"),
    ("null", 'facts: "null" is not an object of facts'),
    ("7", 'facts: "7" is not an object of facts'),
    ('"x"', 'facts: "x" is not an object of facts'),
    ('{"on":"2026-12-01"} x', "facts: this is not JSON that can be read: Extra data (line 1)"),
    (
        '{"on":"2026-12-01",}',
        "facts: this is not JSON that can be read: Expecting property name enclosed in double quotes (line 1)",
    ),
    (
        '{"on":"2026-12-01","worker":{"sessions":[{"on":"2026-11-01","minutes":NaN}]}}',
        'facts: this is not JSON that can be read: "NaN" is not a number in JSON',
    ),
    (
        '{"on":"2026-12-01","worker":{"sessions":[{"on":"2026-11-01","minutes":1e999}]}}',
        'facts: worker.sessions[0].minutes: "Infinity" is not a whole number',
    ),
    ('{"on":"2026-12-01","on":"2026-12-02"}', 'facts: on: "on" is used twice'),
    (
        '{"on":"2026-12-01","children":[{"reference":"\\ud800"}]}',
        "facts: children[0].reference: '\\ud800' is not text that can be written",
    ),
    (
        '{"on":"2026-12-01","worker":{"sessions":[{"on":"2026-11-01","minutes":90.5}]}}',
        'facts: worker.sessions[0].minutes: "90.5" is not a whole number',
    ),
    (
        '{"on":"2026-12-01","worker":{"sessions":[{"on":"2026-11-01","minutes":true}]}}',
        'facts: worker.sessions[0].minutes: "true" is not a whole number',
    ),
    ('{"on":"2026-02-30"}', 'facts: on: "2026-02-30" is a date that does not exist'),
    ('{"on":20261201}', 'facts: on: "20261201" is not text (write it in quotes)'),
    ('{"on":"2026-12-01T00:00"}', 'facts: on: "2026-12-01T00:00" is not a date written as YYYY-MM-DD'),
    ('{"on":"9999-12-31"}', 'facts: on: "9999-12-31" is not a date between the years 1900 and 2199'),
    ('{"on":"２０２６-12-01"}', 'facts: on: "２０２６-12-01" is not a date written as YYYY-MM-DD'),
    ("{}", 'facts: on: "on" is missing, and no day is given beside the facts'),
    ('{"on":"2026-12-01","worker":{"categories":"nqsw"}}', 'facts: worker.categories: "nqsw" is not a list'),
    ('{"on":"2026-12-01","worker":{"categories":[{}]}}', 'facts: worker.categories[0].category: "category" is missing'),
    (
        '{"on":"2026-12-01","worker":{"categories":[{"category":"a","from":"2026-02-01","to":"2026-01-01"}]}}',
        'facts: worker.categories[0].to: "2026-01-01" is before "from", "2026-02-01"',
    ),
    (
        '{"on":"2026-12-01","worker":{"anchors":{"birth":"2026-01-01"}}}',
        'facts: worker.anchors.birth: "birth" is not a key that is known here',
    ),
    (
        '{"on":"2026-12-01","worker":{"sessions":[{"on":"2026-11-01","status":"done"}]}}',
        "facts: worker.sessions[0].status: \"done\" is not one of 'booked', 'held', 'cut_short', 'cancelled' or 'did_not_attend'",
    ),
    (
        '{"on":"2026-12-01","worker":{"agreed":{"interval":{"type":"rolling","every":"P5X"},"from":"2026-01-01"}}}',
        'facts: worker.agreed.interval.every: "P5X" is not an ISO 8601 duration',
    ),
    (
        '{"on":"2026-12-01","worker":{"agreed":{"interval":{"type":"rolling"},"from":"2026-01-01"}}}',
        'facts: worker.agreed.interval.every: "every" is missing: "rolling" cannot be computed without it',
    ),
    (
        '{"on":"2026-12-01","worker":{"agreed":{"interval":{"type":"rolling","every":"P7D"}}}}',
        'facts: worker.agreed.from: "from" is missing',
    ),
    ('{"on":"2026-12-01","worker":{"agreed":[]}}', 'facts: worker.agreed: "[]" is not a mapping of keys to values'),
    ('{"on":"2026-12-01","children":{"reference":"x"}}', 'facts: children: "{"reference": "x"}" is not a list'),
    (
        '{"on":"2026-12-01","children":[{"discussions":[{"on":"2026-01-01","depth":"deep"}]}]}',
        "facts: children[0].discussions[0].depth: \"deep\" is not one of 'brief' or 'in_depth'",
    ),
    (
        '{"on":"2026-12-01","children":[{"discussions":[{"on":"2026-01-01","own_text":"yes"}]}]}',
        'facts: children[0].discussions[0].own_text: "yes" is neither true nor false',
    ),
    ('{"on":"2026-12-01","records":[{"what":"case"}]}', 'facts: records[0].session_on: "session_on" is missing'),
    (
        '{"on":"2026-12-01","records":[{"what":"case","session_on":"2026-05-01","entered_on":"2026-04-01"}]}',
        'facts: records[0].entered_on: "2026-04-01" is before "session_on", "2026-05-01"',
    ),
    (
        '{"on":"2026-12-01","records":[{"what":7,"session_on":"2026-05-01"}]}',
        'facts: records[0].what: "7" is not text (write it in quotes)',
    ),
    (
        '{"on":"2026-12-01","worker":{"sessions":[{"on":"2026-11-01","recorded_at":"yesterday"}]}}',
        'facts: worker.sessions[0].recorded_at: "yesterday" is neither a date written as YYYY-MM-DD nor a time as YYYY-MM-DDTHH:MM',
    ),
    ('{"on":"2026-12-01","wroker":{}}', 'facts: wroker: "wroker" is not a key that is known here'),
    (
        '{"on":"2026-12-01","worker":{"sessions":[{"on":"2026-11-01","minutes":-5}]}}',
        'facts: worker.sessions[0].minutes: "-5" is less than 0',
    ),
    (
        '{"on":"2026-12-01","children":[{"allocations":[{"from":"2026-01-01"}]}]}',
        'facts: children[0].allocations[0].worker: "worker" is missing',
    ),
    ("[" * 100_000, "facts: this is not JSON that can be read: it is nested too deeply"),
]


def said_of(text: str, policy: str) -> list[str]:
    with pytest.raises(Faulty) as refusal:
        answers_to(text, Asked(policy), file="facts")
    return [str(fault) for fault in refusal.value.faults]


@pytest.mark.parametrize(("stands", "instead", "said"), POLICIES, ids=range(len(POLICIES)))
def test_a_policy_with_a_fault(tmp_path: Path, stands: str, instead: str, said: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert stands in text
    path = tmp_path / "st-helens.yaml"
    path.write_text(text.replace(stands, instead, 1), encoding="utf-8")

    assert said_of(ASKED, str(path)) == [said]


@pytest.mark.parametrize(("text", "said"), WHOLE, ids=range(len(WHOLE)))
def test_a_file_that_is_no_policy(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "st-helens.yaml"
    path.write_text(text, encoding="utf-8")

    assert said_of(ASKED, str(path)) == [said]


@pytest.mark.parametrize(("text", "said"), FACTS, ids=range(len(FACTS)))
def test_facts_with_a_fault(text: str, said: str) -> None:
    assert said_of(text, "st-helens") == [said]


@pytest.mark.parametrize(
    ("stands", "instead"),
    [
        ("england-and-wales", "scotland"),
        ("england-and-wales", "northern-ireland"),
        ("{type: rolling, every: P28D, severity: breach}", "{type: window, count: 1, per: calendar_quarter}"),
        ("{type: rolling, every: P28D, severity: breach}", "{type: window, count: 2, per: anchored, size: P8W}"),
        ("{type: rolling, every: P28D, severity: breach}", "{type: window, count: 6, per: rolling, size: P6M}"),
        ("closure_days: []", "closure_days: [2026-12-29, 2026-12-30]"),
        ("applies_to: {categories: [social_worker]}", "applies_to: {categories: [social_worker], services: [a, b]}"),
        ("\n", "\r\n"),
    ],
)
def test_what_is_unusual_is_no_fault(tmp_path: Path, stands: str, instead: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert stands in text
    path = tmp_path / "st-helens.yaml"
    path.write_bytes(text.replace(stands, instead).encode("utf-8-sig"))

    facts = {"on": "2026-12-01", "worker": {"categories": [{"category": "social_worker"}]}}
    assert answers_to(json.dumps(facts), Asked(str(path)), file="facts")
