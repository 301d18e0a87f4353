"""The managers' record from its opening to its reading, under each of its headings."""

import html
from datetime import date

import pytest

from tests.diary_kit import held
from tests.integration.supervision.test_agreements import countersign, in_force, manager_session, sign, write
from tests.org import Org, SignIn

HEADINGS = {
    "R202": ("welfare", "1. Staff Welfare (including Annual Leave / Flexi)"),
    "R203": ("matters_arising", "2. Review of last meeting and matters arising"),
    "R204": ("budget", "3. Budget & Financial Management"),
    "R205": ("performance", "4. Team Performance data / Management information"),
    "R206": (
        "agencies",
        "5. Inter and Intra agency issues Practice / Learning and development for the team",
    ),
    "R207": ("staffing", "6. Staffing, Employment and HRE issues"),
    "R208": ("high_risk", "7. Individual High Risk / Need cases Discussed"),
    "R209": ("complaints", "8. Complaints"),
    "R210": ("development", "9. Supervisee Learning & Development"),
    "R211": ("health_and_safety", "10. Health & Safety / Risk Assessments"),
    "R212": ("other", "11. Any Other Business"),
}


@pytest.mark.req("R198", "R199", "R200", "R201", "R202", "R203", "R204", "R205", "R206", "R207")
@pytest.mark.req("R208", "R209", "R210", "R211", "R212", "R213", "R214")
def test_the_managers_record_is_opened_written_signed_and_read_under_each_heading(
    shropshire: Org, sign_in: SignIn
) -> None:
    in_force(shropshire)
    held(shropshire.worker, shropshire.supervisor, on=date(2026, 10, 8))
    record = manager_session(shropshire)
    write(shropshire, record, "session", gap_comment="Both were on leave")
    for number, (section, _) in HEADINGS.items():
        write(shropshire, record, section, discussed=f"Said under {number}")
    write(shropshire, record, "next", next_session="2026-12-07T14:00", next_venue="The Guildhall, room 3")

    sign(shropshire, record)
    countersign(shropshire, record)

    page = html.unescape(" ".join(sign_in(shropshire.worker).get(f"/records/{record.pk}/").content.decode().split()))
    at = -1
    for number, (_, heading) in HEADINGS.items():
        assert heading in page[at + 1 :], f"{number} is missing, or out of its order"
        at = page.index(heading, page.index(heading, at + 1))
        assert f"Said under {number}" in page[at:]
    for words in (
        "Amara Obi",
        "Priya Nair",
        "Senior social worker",
        "9 November 2026",
        "8 October 2026",
        "Both were on leave",
        "12. Date / Time and Venue of next session",
        "The Guildhall, room 3",
        "Issued",
    ):
        assert words in page, words
