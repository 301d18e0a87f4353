"""The sentences of "why" as people read them; the engine's own keep the names of the file."""

from datetime import date

import pytest

from policies.rules import assess
from policies.rules.answers import Row, Status
from policies.rules.children import assess_child
from policies.rules.deadlines import RecordDue, assess_record
from policies.rules.facts import CategoryHeld, Facts, Session
from policies.rules.labels import assessment_in_words, label_in, record_in_words
from policies.rules.plain import in_plain_words
from policies.rules.policy import Severity, named
from tests.children_kit import child, day
from tests.policies_kit import pack

SHROPSHIRE = pack("shropshire-2017")


def row(status: Status = Status.NOT_DUE, due_on: date | None = None) -> Row:
    return Row("rule", "atom", Severity.BREACH, status, "", due_on=due_on)


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        (
            "No session in September 2026 and October 2026; at most 1 month may be missed in a row",
            "Nothing was held in September or October 2026, and at most one month may be missed in a row",
        ),
        (
            "No counted session in December 2026 and January 2027; at most 0 months may be missed in a row",
            "No session that counts was held in December 2026 or January 2027, and no month may be missed in a row",
        ),
        ("2 of 1 counted session held in November 2026", "2 held in November 2026, 1 asked for"),
        (
            "0 of 1 session held in November 2026; due by 30 November 2026",
            "Nothing was held in November 2026, 1 asked for; due by 30 November 2026",
        ),
        ("0 of 1 counted discussion in May 2026", "No discussion that counts was held in May 2026, 1 asked for"),
        ("1 of 2 counted discussions in May 2026", "1 discussion in May 2026, 2 asked for"),
        ("4 of 12 sessions put in the diary in 2026", "4 in the diary for 2026, 12 asked for"),
        (
            "Last counted session 9 November 2026 (opening date); every 4 weeks, overdue after 6 weeks",
            "The last session that counts was on 9 November 2026 (opening date), "
            "and one is asked for every 4 weeks, overdue after 6 weeks",
        ),
        (
            "Back from a long absence on 1 May 2026 and no counted session yet; the first within 5 days of the return",
            "Back from a long absence on 1 May 2026, with no session yet that counts, "
            "and the first is asked for within 5 days of the return",
        ),
        (
            "2 counted sessions since 10 March 2026; 2 sessions in any 6 months",
            "The last 2 sessions that count reach back to 10 March 2026, and 2 sessions are asked for in any 6 months",
        ),
        (
            "Last counted discussion 1 May 2026; another interval, counted from 1 June 2026; every two months",
            "The last discussion that counts was on 1 May 2026; another interval, counted from 1 June 2026, "
            "and a discussion is asked for every two months",
        ),
        (
            "Last discussion in depth 1 May 2026; every 3 months",
            "Last discussed in depth on 1 May 2026, and a discussion in depth is asked for every 3 months",
        ),
        (
            "No month was missed before May 2026, which has no counted session yet; "
            "a breach if there is none by 30 June 2026",
            "No session that counts yet in May 2026; no month before it was missed; "
            "a breach if there is none by 30 June 2026",
        ),
        ("There was a counted session in May 2026", "A session was held in May 2026"),
        ("Away since 1 May 2026", "Away since 1 May 2026"),
    ],
)
def test_a_sentence_says_what_happened_and_what_was_asked(sentence: str, plain: str) -> None:
    assert in_plain_words(sentence, row()) == plain


@pytest.mark.parametrize("policy_id", ["shropshire-2017", "camden-short-guide", "st-helens", "baseline-lga-2020"])
def test_no_name_of_the_file_is_left_in_what_people_read(policy_id: str) -> None:
    policy = pack(policy_id)
    for category in policy.categories:
        facts = Facts(
            categories=[CategoryHeld(category.id, starts_on=date(2026, 1, 1))],
            anchors={"employment_start": date(2026, 1, 1), "asye_start": date(2026, 1, 1)},
            sessions=[Session(on=date(2026, 6, 1), minutes=90)],
        )
        plain, said = assess(policy, facts, date(2026, 11, 22)), None
        said = assessment_in_words(policy, plain)
        for raw, worded in zip(plain.rules, said.rules, strict=True):
            assert f"({raw.rule}" in raw.why
            assert "version" in raw.why
            for name in ("counted session", "reading ", policy_id, "baseline-lga-2020", f"({raw.rule}"):
                assert name not in worded.why


def test_a_run_of_missed_months_says_since_when_it_is_a_breach_and_what_was_held_there() -> None:
    facts = Facts(
        categories=[CategoryHeld("sw_case_management", starts_on=date(2026, 1, 1))],
        sessions=[Session(on=date(2026, 8, 3), minutes=90), Session(on=date(2026, 9, 3), minutes=90, format="group")],
    )
    answer = assess(SHROPSHIRE, facts, date(2026, 11, 22))
    gap = next(each for each in assessment_in_words(SHROPSHIRE, answer).rules if each.atom == "gap")

    assert gap.why == (
        "No session that counts was held in September or October 2026, and at most one month may be missed in a row: "
        "a breach since the end of 31 October 2026 "
        "(“Individual, 90 minutes, monthly”; Shropshire Council, version 3, June 2017)."
    )


def test_a_child_is_said_with_the_label_of_the_rule_of_cases() -> None:
    camden = pack("camden-short-guide")
    answer = assessment_in_words(camden, assess_child(camden, child("looked_after"), day("2026-11-01")))

    assert "“Looked after" in answer.rules[0].why


def test_a_record_names_the_policy_and_no_name_of_the_file() -> None:
    policy = pack("family-safeguarding-003")
    answer = assess_record(policy, RecordDue("case", date(2026, 11, 2)), date(2026, 11, 22))

    assert record_in_words(policy, answer).endswith("not entered yet (Unnamed authority, source 003, undated).")


@pytest.mark.parametrize(
    ("why", "label"),
    [
        ("Nothing was held (“Reflective group”; London Borough of Camden, undated).", "Reflective group"),
        ("Back on 1 May 2026 (“After a long absence”; London Borough of Camden, undated).", ""),
        ("Its contract is not signed by both.", ""),
    ],
)
def test_what_is_owed_is_the_label_and_never_that_somebody_was_away(why: str, label: str) -> None:
    assert label_in(why) == label


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (("London Borough of Camden", "undated; reading 3", "Short guide"), "London Borough of Camden, undated"),
        (("(national baseline, England)", "2020", "LGA Standards"), "LGA Standards, version 2020"),
        (("(unnamed authority, source 003: x)", "undated; reading 2", ""), "Unnamed authority, source 003, undated"),
    ],
)
def test_a_policy_is_named_by_authority_and_version(policy: tuple[str, str, str], said: str) -> None:
    assert named(*policy) == said
