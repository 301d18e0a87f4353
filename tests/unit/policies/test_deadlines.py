"""By when a session's record has to be entered, and what is said of one that was not."""

from dataclasses import replace

import pytest

from policies.rules import PolicyTimeline, RecordDue, Status, Within, assess_record
from tests.children_kit import day
from tests.policies_kit import pack

FAMILY_SAFEGUARDING = pack("family-safeguarding-003")
ST_HELENS = pack("st-helens")
EASTER = RecordDue("case", day("2026-04-01"))


@pytest.mark.scenario(13, "a")
@pytest.mark.req("R304", "R334")
@pytest.mark.parametrize(
    ("pack_id", "what", "session_on", "due_on"),
    [
        ("family-safeguarding-003", "case", "2026-04-01", "2026-04-10"),
        ("family-safeguarding-003", "case", "2026-12-22", "2026-12-31"),
        ("st-helens", "case", "2026-04-01", "2026-04-08"),
        ("st-helens", "worker", "2026-04-01", "2026-04-08"),
        ("st-helens", "worker", "2026-03-30", "2026-04-06"),
    ],
)
def test_deadlines_of_the_authorities(pack_id: str, what: str, session_on: str, due_on: str) -> None:
    answer = assess_record(pack(pack_id), RecordDue(what, day(session_on)), day(session_on))

    assert (answer.what, answer.session_on, answer.due_on) == (what, day(session_on), day(due_on))
    assert answer.working_days_late is None


@pytest.mark.scenario(13, "b")
@pytest.mark.parametrize(
    ("pack_id", "what"),
    [
        ("shropshire-2017", "case"), ("shropshire-2017", "worker"), ("camden-short-guide", "case"),
        ("recruitment-000", "case"), ("family-safeguarding-003", "worker"), ("st-helens", "nothing of the kind"),
    ],
)  # fmt: skip
def test_where_the_policy_is_silent_no_deadline_is_set(pack_id: str, what: str) -> None:
    answer = assess_record(pack(pack_id), replace(EASTER, what=what), day("2026-06-01"))

    assert (answer.status, answer.due_on, answer.working_days_late) == (Status.NO_MINIMUM_SET, None, None)
    assert f"the policy sets no deadline for entering it (recording, {what}; {pack_id}, version " in answer.why


def test_as_soon_as_possible_is_said_and_never_computed() -> None:
    policy = replace(ST_HELENS, deadlines={"case": Within(qualifier="as_soon_as_possible")})

    answer = assess_record(policy, EASTER, day("2026-06-01"))
    assert (answer.status, answer.due_on) == (Status.NO_MINIMUM_SET, None)
    assert "no deadline for entering it, as soon as possible (" in answer.why


@pytest.mark.parametrize(
    ("on", "status", "late"),
    [
        ("2026-04-02", Status.NOT_DUE, None),
        ("2026-04-03", Status.DUE_SOON, None),
        ("2026-04-09", Status.DUE_SOON, None),
        ("2026-04-10", Status.DUE_TODAY, None),
        ("2026-04-11", Status.OVERDUE, 0),
        ("2026-04-13", Status.OVERDUE, 1),
    ],
)
def test_a_record_that_is_not_entered_goes_by_the_date(on: str, status: Status, late: int | None) -> None:
    answer = assess_record(FAMILY_SAFEGUARDING, replace(EASTER, entered_on=day("2026-05-01")), day(on))

    assert (answer.status, answer.working_days_late) == (status, late)
    assert answer.why.startswith(
        "Session of 1 April 2026, to be entered within 5 working days, as soon as possible: by the end of 10 April 2026; "
        "not entered yet (recording, case; family-safeguarding-003, version "
    )


@pytest.mark.scenario(13, "c")
@pytest.mark.parametrize(
    ("entered_on", "status", "late"),
    [
        ("2026-04-01", Status.MET, None),
        ("2026-04-10", Status.MET, None),
        ("2026-04-11", Status.MISSED, 0),
        ("2026-04-14", Status.MISSED, 2),
    ],
)
def test_an_entry_is_in_time_or_late_for_good(entered_on: str, status: Status, late: int | None) -> None:
    for on in (entered_on, "2027-04-13"):
        answer = assess_record(FAMILY_SAFEGUARDING, replace(EASTER, entered_on=day(entered_on)), day(on))
        assert (answer.status, answer.working_days_late, answer.due_on) == (status, late, day("2026-04-10"))
        assert f"entered on {day(entered_on).day} April 2026 (" in answer.why


def test_a_record_is_judged_by_the_policy_of_the_day_of_its_session() -> None:
    timeline = PolicyTimeline(((FAMILY_SAFEGUARDING, None), (ST_HELENS, day("2026-04-02"))))

    assert assess_record(timeline, EASTER, day("2026-06-01")).due_on == day("2026-04-10")
    assert assess_record(timeline, replace(EASTER, session_on=day("2026-04-02")), day("2026-06-01")).due_on == day(
        "2026-04-09"
    )
