"""By when the next session is due where nothing is due now, and since when somebody is away."""

from datetime import date

import pytest

from policies.rules.facts import Absence, CategoryHeld, Facts, Session
from policies.rules.timeline import PolicyTimeline
from supervision.rules import forecast
from supervision.selectors.status import Question, answer, away_since, next_due
from tests.policies_kit import pack

TODAY = date(2026, 11, 22)
MONTHS = [date(2026, month, 3) for month in range(1, 11)]


def question(*sessions: date, absences: tuple[Absence, ...] = ()) -> Question:
    facts = Facts(
        categories=[CategoryHeld("sw_case_management", starts_on=date(2026, 1, 1))],
        anchors={"employment_start": date(2026, 1, 1)},
        sessions=[Session(on=on, minutes=90) for on in (*MONTHS, *sessions)],
        absences=absences,
    )
    return Question(PolicyTimeline.of(pack("shropshire-2017")), facts, TODAY)


def test_where_this_month_is_met_the_next_is_due_by_the_end_of_the_next() -> None:
    asked = question(date(2026, 11, 10))

    first = answer(asked).asks_first()
    assert first is not None
    assert first.status == "met"
    assert next_due(asked) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("ends_on", "since"), [(None, date(2026, 8, 3)), (date(2027, 2, 1), date(2026, 8, 3)), (date(2026, 11, 20), None)]
)
def test_whoever_is_away_for_long_is_away_since_a_day_until_the_return(
    ends_on: date | None, since: date | None
) -> None:
    asked = question(absences=(Absence(date(2026, 8, 3), ends_on, kind="sickness"),))

    assert away_since(asked) == since


def test_a_short_absence_pauses_nothing() -> None:
    assert away_since(question(absences=(Absence(date(2026, 11, 18), kind="sickness"),))) is None


def test_a_forecast_names_the_booked_session_that_it_counts_on() -> None:
    facts = Facts(
        categories=[CategoryHeld("nqsw", starts_on=date(2026, 9, 1))],
        anchors={"employment_start": date(2026, 9, 1), "asye_start": date(2026, 9, 1)},
        sessions=[Session(on=date(2026, 11, 16), minutes=90), Session(on=date(2026, 11, 23), status="booked")],
    )

    seen = forecast(pack("shropshire-2017"), facts, TODAY)

    assert seen is not None
    assert seen.due_on == date(2026, 12, 7)
    assert seen.why == (
        "If the session booked for 23 November 2026 is held, the next is due by 7 December 2026: one is asked for every "
        "14 days (“ASYE”, fortnightly, until 1 March 2027; Shropshire Council, version 3, June 2017)."
    )
