"""Each question of section 1, for files built to be right, wrong and on the very edge."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from audits.findings.rules import NAMES
from policies.templates import FINDINGS
from records.rules import Meaning
from staff.models import CategoryHeld, LearningEntry
from supervision.models import SupervisionSession
from tests import diary_kit, folder_kit
from tests.audited_file_kit import AUDITED_ON, AuditedFile
from tests.org import RECORDED, Org

Built = Callable[[AuditedFile], Any]
DAY = timedelta(days=1)
YEAR_AGO = date(2025, 11, 20)
FIRST = YEAR_AGO + DAY


@pytest.fixture
def file(shropshire: Org) -> AuditedFile:
    return AuditedFile(shropshire)


def paper(kind: str, dated_on: date, valid_to: date | None = None, **changes: Any) -> Built:
    return lambda file: folder_kit.paper(file.org.worker, kind, dated_on, valid_to, **changes)


def seen(kind: str, dated_on: date, valid_to: date | None = None, **changes: Any) -> Built:
    """A paper that the supervisor was shown."""

    def build(file: AuditedFile) -> None:
        by = {"seen_by": file.org.supervisor, "seen_at": folder_kit.ENTERED + DAY}
        folder_kit.paper(file.org.worker, kind, dated_on, valid_to, **by, **changes)

    return build


def sheet(completed_on: date, checked_on: date) -> Built:
    return lambda file: folder_kit.sheet(file.org.worker, completed_on, checked_on)


def learned(done_on: date) -> Built:
    return lambda file: folder_kit.learned(file.org.worker, done_on)


def contract(answer: Meaning | None = Meaning.AGREE, **options: Any) -> Built:
    return lambda file: file.contract(answer, **options)


def session(on: date, standing: str = "sealed", **options: Any) -> Built:
    return lambda file: file.session(on, standing, **options)


def of_category(category: str, built: Built = lambda _: None) -> Built:
    def build(file: AuditedFile) -> None:
        CategoryHeld.objects.filter(person=file.org.worker).update(category=category)
        built(file)

    return build


def every(*builds: Built) -> Built:
    def build(file: AuditedFile) -> None:
        for each in builds:
            each(file)

    return build


def sessions(*days: date) -> Built:
    def build(file: AuditedFile) -> None:
        for day in days:
            diary_kit.held(file.org.worker, file.org.supervisor, on=day)

    return build


def year(*without: date) -> Built:
    return lambda file: file.year(without=without)


def fortnightly(*, gap: int) -> Built:
    """A contract that asks for more than the policy does, and sessions of which the last came after ``gap`` days."""
    last = date(2026, 11, 10)
    days = [last - timedelta(days=gap + 14 * number) for number in range(8)]

    def build(file: AuditedFile) -> None:
        file.year(until=date(2026, 7, 20))
        sessions(*[day for day in days if day > date(2026, 7, 20)], last)(file)
        file.contract(every="P2W", signed_on=date(2026, 9, 1))

    return build


def nothing(_: AuditedFile) -> None:
    """A file in which there is nothing."""


WALES = "Social Work Wales"
CONTRACT = [
    (nothing, "no", "There is no contract between Priya Nair and Amara Obi."),
    (lambda file: file.contract_draft(), "no", "A contract is being drafted and nobody has signed it."),
    (contract(None), "no", "The contract waits for a signature, so it is not in force."),
    (contract(), "yes", "A contract is in force, signed by both. It says how often and in which form."),
    (contract(review_on="2026-11-20"), "yes", "Review due by 20 November 2026."),
    (contract(review_on="2026-11-19"), "yes", "Its review is overdue."),
    (contract(review_on="2026-11-19"), "yes", "Review was due by 19 November 2026 and is overdue."),
    (contract(every=None), "no", "It does not say how often supervision is to be."),
    (contract(format=None), "no", "It does not say whether supervision is one to one, in a group or both."),
    (contract(Meaning.SEEN_NOT_AGREED, reason="Too rare."), "no", "It is not signed by both: Amara Obi did not agree"),
    (contract(Meaning.DECLINE, reason="Not what we said."), "no", "The contract was declined, so it is not in force."),
    (contract(Meaning.DECLINE, reason="Not what we said."), "no", "on 12 January 2026: “Not what we said.”"),
]
SIGNATURES = [
    (nothing, "unknown", "No session was held in this time"),
    (session(YEAR_AGO, "draft"), "unknown", "No session was held in this time"),
    (session(FIRST), "yes", "1 of 1 record signed by both."),
    (session(FIRST, "draft"), "no", "21 November 2025: written since 21 November 2025 and not signed by Priya Nair."),
    (session(AUDITED_ON, "awaiting"), "no", "20 November 2026: waits for Amara Obi since 20 November 2026."),
    (session(AUDITED_ON + DAY, "draft"), "unknown", "No session was held in this time"),
    (session(date(2026, 3, 2), "no record"), "no", "2 March 2026: no record was written."),
    (
        session(date(2026, 3, 2), "returned", reason="The date is wrong."),
        "no",
        "2 March 2026: sent back for correction by Amara Obi on 2 March 2026, because: “The date is wrong.”",
    ),
    (
        every(session(date(2026, 2, 2)), session(date(2026, 3, 2), "declined", reason="I did not say that.")),
        "no",
        "1 of 2 records signed by both.",
    ),
    (
        session(date(2026, 3, 2), "not_agreed", reason="We spoke of B."),
        "no",
        "signed by Amara Obi on 2 March 2026 as seen, not agreed, because: “We spoke of B.”",
    ),
    (
        session(date(2026, 11, 9), "closed_unsigned", reason="Amara Obi has left."),
        "no",
        "closed without the missing signature on 9 November 2026, because: “Amara Obi has left.”",
    ),
]
REGISTRATION = [
    (nothing, "no", "There is no registration on the file."),
    (of_category("support_case_holding"), "unknown", "the policy does not say whether this post needs one."),
    (of_category("team_manager"), "unknown", "the policy does not say whether this post needs one."),
    (
        lambda file: CategoryHeld.objects.all().delete(),
        "unknown",
        "the policy does not say whether this post needs one.",
    ),
    (seen("registration", date(2025, 12, 1), AUDITED_ON), "yes", "number SW012345."),
    (seen("registration", date(2025, 12, 1), AUDITED_ON - DAY), "no", "The registration ended on 19 November 2026."),
    (seen("registration", YEAR_AGO, issuer=WALES), "yes", "Checked on 20 November 2025."),
    (seen("registration", YEAR_AGO - DAY, issuer=WALES), "no", "was last checked more than twelve months ago."),
    (seen("registration", date(2026, 9, 1), outcome="suspended"), "no", "was not in force when it was last checked."),
    (seen("registration", date(2026, 9, 1), outcome="conditions"), "yes", "registered, with conditions."),
    (seen("registration", date(2026, 9, 1), reference=""), "no", "without its number."),
    (seen("registration", date(2026, 9, 1), AUDITED_ON), "yes", "Seen by Priya Nair on 2 October 2026."),
    (paper("registration", date(2026, 9, 1), AUDITED_ON), "unknown", "and nobody else has seen it."),
    (paper("registration", date(2026, 9, 1), AUDITED_ON), "unknown", "Said to be checked on 1 September 2026."),
    (
        paper("registration", date(2026, 9, 1), AUDITED_ON),
        "unknown",
        "Entered by the worker on 1 October 2026, not seen by the supervisor yet.",
    ),
    (paper("registration", date(2025, 12, 1), AUDITED_ON - DAY), "no", "The registration ended on 19 November 2026."),
]
INSURANCE = [
    (nothing, "no", "There is nothing about car insurance on the file"),
    (seen("insurance", date(2026, 1, 5), outcome="no_driving"), "not_applicable", "No car is used for work."),
    (seen("insurance", date(2026, 1, 5), AUDITED_ON), "yes", "the certificate was seen on 5 January 2026."),
    (
        seen("insurance", date(2026, 1, 5), AUDITED_ON, outcome="verified"),
        "yes",
        "somebody verified it on 5 January 2026.",
    ),
    (seen("insurance", date(2026, 1, 5), AUDITED_ON - DAY), "no", "The insurance ended on 19 November 2026."),
    (seen("insurance", YEAR_AGO), "yes", "No last day of it is known."),
    (seen("insurance", YEAR_AGO - DAY), "no", "The insurance was last seen more than twelve months ago."),
    (seen("insurance", date(2026, 1, 5), AUDITED_ON), "yes", "Seen by Priya Nair on 2 October 2026."),
    (paper("insurance", date(2026, 1, 5), AUDITED_ON), "unknown", "and nobody else has seen it."),
    (
        paper("insurance", date(2026, 1, 5), AUDITED_ON, outcome="verified"),
        "unknown",
        "Entered by the worker on 1 October 2026, not seen by the supervisor yet.",
    ),
    (paper("insurance", date(2026, 1, 5), outcome="no_driving"), "unknown", "The worker says that no car is used"),
    (paper("insurance", date(2026, 1, 5), AUDITED_ON - DAY), "no", "The insurance ended on 19 November 2026."),
]
SHEET = [
    (nothing, "no", "There is no personal information sheet on the file."),
    (sheet(date(2024, 1, 8), YEAR_AGO), "yes", "Last filled in or gone through on 20 November 2025."),
    (sheet(date(2024, 1, 8), YEAR_AGO - DAY), "no", "was last gone through more than twelve months ago."),
]
LEARNING = [
    (nothing, "no", "Nothing was entered in the learning log since 21 November 2025."),
    (learned(FIRST), "yes", "1 entry in the learning log since 21 November 2025, 2 hours."),
    (learned(YEAR_AGO), "no", "Nothing was entered"),
    (every(learned(date(2026, 2, 2)), learned(AUDITED_ON)), "yes", "The last entry is of 20 November 2026."),
    (learned(AUDITED_ON + DAY), "no", "Nothing was entered"),
]
APPRAISAL = [
    (nothing, "no", "No appraisal is on the file."),
    (paper("appraisal", YEAR_AGO), "yes", "There is an appraisal of the last twelve months."),
    (paper("appraisal", YEAR_AGO - DAY), "no", "The last appraisal was more than twelve months ago."),
    (paper("appraisal", date(2026, 3, 2), AUDITED_ON), "yes", "The next is due by 20 November 2026."),
    (paper("appraisal", date(2026, 3, 2), AUDITED_ON - DAY), "no", "The next appraisal was due by 19 November 2026."),
]
REGULAR = [
    (of_category("nobody knows this"), "unknown", "Neither the policy nor a contract gives a figure"),
    (year(), "yes", "12 sessions held. As regular as policy and contract ask."),
    (year(date(2026, 7, 1)), "yes", "11 sessions held. As regular as policy and contract ask."),
    (year(date(2026, 7, 1), date(2026, 8, 1)), "no", "10 sessions held. Not as regular as policy or contract ask."),
    (year(date(2026, 7, 1), date(2026, 8, 1)), "no", "Nothing was held in July or August 2026"),
    (fortnightly(gap=14), "yes", "As regular as policy and contract ask."),
    (
        fortnightly(gap=15),
        "no",
        "Gap of 15 days from 26 October 2026 to 10 November 2026, where every 2 weeks is agreed.",
    ),
]
TABLE = {
    "contract_in_place": CONTRACT,
    "records_signed_by_both": SIGNATURES,
    "registration": REGISTRATION,
    "business_insurance": INSURANCE,
    "personal_information_sheet": SHEET,
    "learning_log": LEARNING,
    "appraisal": APPRAISAL,
    "regularity": REGULAR,
}
CASES = [
    pytest.param(name, *row, id=f"1.{number} {row[1]} {place}")
    for number, (name, rows) in enumerate(TABLE.items(), start=1)
    for place, row in enumerate(rows, start=1)
]


@pytest.mark.scenario(20, "c")
@pytest.mark.req("R236", "R237", "R238", "R239", "R240", "R241", "R242", "R243")
@pytest.mark.parametrize(("name", "build", "answer", "said"), CASES)
def test_each_question_is_answered_from_the_file(
    file: AuditedFile, name: str, build: Built, answer: str, said: str
) -> None:
    build(file)

    found = file.finding(name)

    assert (found.answer, said in "\n".join((found.summary, *found.lines))) == (answer, True), found


def test_every_question_has_its_table_and_each_answer_that_it_can_have_is_in_it() -> None:
    answers = {name: {row[1] for row in rows} for name, rows in TABLE.items()}

    assert tuple(TABLE) == NAMES == FINDINGS
    assert all(found >= {"yes", "no"} for found in answers.values())


@pytest.mark.scenario(22, "b")
@pytest.mark.parametrize("standing", ["declined", "not_agreed"])
def test_whoever_did_not_agree_counts_as_not_signed_by_both_with_the_reason(file: AuditedFile, standing: str) -> None:
    file.session(date(2026, 10, 5))
    file.session(date(2026, 11, 2), standing, reason="The plan for B is not what we agreed.")

    found = file.finding("records_signed_by_both")

    assert (found.answer, found.summary) == ("no", "1 of 2 records signed by both.")
    assert found.lines[1].startswith("2 November 2026: ")
    assert found.lines[1].endswith("because: “The plan for B is not what we agreed.”.")


@pytest.mark.req("R237")
def test_a_reason_is_said_to_those_alone_who_may_read_its_record(file: AuditedFile) -> None:
    file.session(date(2026, 11, 2), "declined", reason="It is about my health.")
    outsider = file.org.actor(file.org.outsider, on=AUDITED_ON)

    found = file.finding("records_signed_by_both", outsider)

    assert found.summary == "0 of 1 record signed by both."
    assert found.lines[1] == "2 November 2026: declined by Amara Obi."


@pytest.mark.req("R243", "R244")
def test_every_gap_stands_with_what_was_said_of_it(file: AuditedFile) -> None:
    file.contract()
    for day in (date(2026, 8, 3), date(2026, 9, 1)):
        file.session(day)
    file.session(date(2026, 10, 19), gap="Half term, then the court.")
    SupervisionSession.objects.create(
        supervisee=file.org.worker,
        supervisor=file.org.supervisor,
        on=date(2026, 10, 5),
        starts="09:00",
        ends="10:30",
        status="cancelled",
        cancelled_by=file.org.supervisor,
        cancel_reason="A child at risk.",
        booked_at=RECORDED,
        closed_at=RECORDED,
    )

    lines = file.finding("regularity").lines

    assert (
        "Gap of 48 days from 1 September 2026 to 19 October 2026, where every month is agreed. Said of it: “Half term, then "
        "the court.”. Booked and not held: 5 October 2026."
    ) in lines
    assert "Gap of 32 days from 19 October 2026 on, and none since" in "\n".join(lines)
    assert not any("3 August 2026 to 1 September" in line for line in lines)
    assert not any("A child at risk" in line for line in lines)


@pytest.mark.req("R240", "R241")
def test_what_is_entered_later_does_not_change_what_is_found_of_a_day(file: AuditedFile) -> None:
    folder_kit.learned(file.org.worker, AUDITED_ON)
    found = file.finding("learning_log")

    LearningEntry.objects.all().update(withdrawn_at=RECORDED, withdrawn_by=file.org.worker, withdrawn_because="Twice")

    assert found.answer == "yes"
    assert file.finding("learning_log").answer == "no"
