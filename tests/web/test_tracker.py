"""The tracker: the year's discussions of each child by month, ticks, the report of discussions in depth; as files."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from cases import services as cases
from cases.models import Allocation, Child
from cases.rules import Way
from records.models import Record
from staff.models import StaffMember
from supervision.models import Discussion, SupervisionSession
from tests.cases_kit import at, child_with, discuss
from tests.diary_kit import held
from tests.org import Org, SignIn, add_person, put_under
from tests.records_kit import Kit
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shropshire")]

TODAY = date(2026, 11, 9)
TRACKER, REPORT = reverse("supervision:tracker"), reverse("supervision:tracker-in-depth")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def second(org: Org) -> StaffMember:
    person = add_person("Bea Lund", team=org.team, job_title="Social worker", category="sw_case_management")
    put_under(person, org.supervisor)
    return person


def page_of(client: Client, path: str = TRACKER, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def row_of(page: str, child: Child) -> str:
    """The row of one child, as it is drawn."""
    found = re.search(rf'<tr class="[^"]*" role="row" id="child-{child.pk}">.*?</tr>', page)
    assert found, f"{child} has no row"
    return found[0]


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells_of(page: str, child: Child) -> list[str]:
    """What stands in the months of a child, in words."""
    return [words_of(cell) for cell in re.findall(r'<td role="cell"[^>]*>(.*?)</td>', row_of(page, child))]


def of(person: StaffMember) -> str:
    return f"worker-{person.pk}"


def give(child: Child, to: StaffMember, org: Org, on: date) -> None:
    actor = org.actor(org.supervisor, on=on)
    cases.allocate(child_id=child.pk, to_id=to.pk, way=Way.TRANSFER, starts_on=on, actor=actor, at=at(on))


def say(child: Child, worker: StaffMember, on: date, depth: str = "in_depth", **more: Any) -> Discussion:
    """A discussion, in a session or in a group."""
    return Discussion.objects.create(child=child, worker=worker, on=on, depth=depth, recorded_at=at(on), **more)


@pytest.mark.req("R190")
@pytest.mark.req("R191")
def test_children_stand_down_and_months_across_with_what_was_said_of_each(org: Org, sign_in: SignIn) -> None:
    child = child_with(org.worker, reference="P2001", plan_type="looked_after")
    say(child, org.worker, date(2026, 5, 4), "brief", format="group")
    discuss(child, org.worker, on=date(2026, 8, 3), depth="in_depth")
    discuss(child, org.worker, on=date(2026, 9, 7), depth="not_discussed", reason="No time.")
    discuss(child, org.worker, on=date(2026, 10, 1), depth="brief", own_text=False)
    say(child, org.worker, date(2026, 11, 2), "brief", format="management_oversight")

    page = page_of(sign_in(org.supervisor))

    assert cells_of(page, child) == [
        "–",
        *["", "", "", ""],
        "GB 4 , in a group, briefly",
        *["", ""],
        "D 3 , in depth",
        "N 7 , not discussed, with a reason",
        "S 1 , in text shared with siblings alone due 3 , discussion due by this day",
        "O 2 , decision or oversight",
    ]
    row = words_of(row_of(page, child))
    assert row.startswith("P2001 Amara Obi Looked after 3 Oct 2026 37 days overdue Overdue")
    assert "No time." not in page, "a reason is read on the child's page alone"


@pytest.mark.req("R193")
@pytest.mark.req("R061")
def test_every_rule_of_the_policy_is_met_or_not(org: Org, sign_in: SignIn) -> None:
    once = child_with(org.worker, reference="P1", opened_on=date(2026, 2, 2), discussed=(date(2026, 10, 12),))
    twice = child_with(
        org.worker, reference="P2", opened_on=date(2026, 2, 2), discussed=(date(2026, 9, 21), date(2026, 10, 12))
    )

    page = page_of(sign_in(org.supervisor))

    assert "Every 2 months: met; 2 in any 6 months: not met" in row_of(page, once)
    assert "Every 2 months: met; 2 in any 6 months: met" in row_of(page, twice)
    assert "<li>2 in any 6 months: <strong>not met</strong>. " in row_of(page, once)


@pytest.mark.req("R192")
@pytest.mark.scenario(1, "a")
def test_a_child_that_went_to_another_worker_stays_grey_on_the_first_ones_list(
    org: Org, second: StaffMember, sign_in: SignIn
) -> None:
    child = child_with(org.worker, reference="P12", discussed=(date(2026, 7, 6), date(2026, 10, 5)))
    moved = date(2026, 11, 2)
    give(child, second, org, moved)
    discuss(child, second, on=date(2026, 11, 9), depth="brief")
    client = sign_in(org.supervisor)

    first, now = (page_of(client, whose=of(person)) for person in (org.worker, second))

    assert "app-tracker__gone" in row_of(first, child)
    assert "With Bea Lund since 2 Nov 2026" in row_of(first, child)
    assert cells_of(first, child)[-5:] == ["D 6 , in depth", "", "", "D 5 , in depth", ""]
    assert "Overdue" not in row_of(first, child)
    assert "app-tracker__gone" not in row_of(now, child)
    assert cells_of(now, child)[-2:] == ["–", "B 9 , briefly"]


@pytest.mark.req("R192")
def test_who_was_its_worker_sees_the_reference_and_the_own_entries_alone(
    org: Org, second: StaffMember, sign_in: SignIn
) -> None:
    child = child_with(org.worker, reference="P12", plan_type="looked_after", discussed=(date(2026, 10, 5),))
    give(child, second, org, date(2026, 11, 2))
    discuss(child, second, on=date(2026, 11, 9))

    row = row_of(page_of(sign_in(org.worker)), child)

    assert "With another worker since 2 Nov 2026" in row
    assert cells_of(row, child)[-2:] == ["D 5 , in depth", ""]
    for hidden in ("Bea Lund", "Looked after", "D 9", reverse("supervision:child-detail", args=[child.pk])):
        assert hidden not in row


@pytest.mark.req("R192")
def test_a_closed_case_stays_grey_with_its_day_for_who_had_it_and_those_above(org: Org, sign_in: SignIn) -> None:
    child = child_with(org.worker, reference="P1300013", discussed=(date(2026, 10, 5),))
    cases.close_episode(child_id=child.pk, ends_on=date(2026, 11, 2), actor=org.actor(org.supervisor), at=at(TODAY))

    pages = {
        who: page_of(sign_in(getattr(org, who)), whose=of(org.worker))
        for who in ("worker", "supervisor", "team_manager")
    }
    others = [page_of(sign_in(getattr(org, who)), whose=of(org.worker)) for who in ("head", "outsider", "hr", "psw")]

    for page in pages.values():
        assert "app-tracker__gone" in row_of(page, child)
        assert "Closed on 2 Nov 2026" in row_of(page, child)
        assert cells_of(page, child)[-2:] == ["D 5 , in depth", ""]
    assert not any("P1300013" in page for page in others)


def test_nothing_of_a_child_elsewhere_is_shown_to_the_former_supervisor_but_the_day(org: Org, sign_in: SignIn) -> None:
    child = child_with(org.worker, reference="P14", plan_type="looked_after", discussed=(date(2026, 10, 5),))
    Allocation.objects.filter(child=child).update(ends_on=date(2026, 11, 2), end_recorded_at=at(date(2026, 11, 2)))
    Allocation.objects.create(
        child=child, holder=org.outsider, starts_on=date(2026, 11, 2), recorded_at=at(date(2026, 11, 2))
    )

    row = row_of(page_of(sign_in(org.supervisor)), child)

    assert "With another worker since 2 Nov 2026" in row
    assert not any(cells_of(row, child)[1:])
    assert "Oscar" not in row
    assert "Looked after" not in row


def test_each_mark_leads_to_where_it_is_read(org: Org, second: StaffMember, sign_in: SignIn) -> None:
    session = held(org.worker, org.supervisor, on=date(2026, 10, 5))
    child = child_with(org.worker)
    say(child, org.worker, session.on, session=session)
    elsewhere = discuss(child, org.worker, on=date(2026, 9, 7))

    for who in (org.worker, org.supervisor, org.team_manager):
        client = sign_in(who)
        found = re.findall(r'href="(/supervision/tracker/said/[^"]+)"', page_of(client, whose=of(org.worker)))
        first, last = (client.get(each) for each in found)
        assert f"Discussed with {org.worker.name}: in depth" in first.content.decode()
        assert elsewhere.child.reference in first.content.decode()
        assert last.headers["Location"] == reverse("supervision:session-detail", args=[session.pk])
        assert client.get(last.headers["Location"]).status_code == 200
    assert sign_in(org.outsider).get(found[0]).status_code == 404


@pytest.mark.req("R191")
def test_a_tick_says_that_a_child_was_discussed_briefly(org: Org, sign_in: SignIn) -> None:
    session = held(org.worker, org.supervisor, on=date(2026, 11, 2))
    first, other = child_with(org.worker, reference="P21"), child_with(org.worker, reference="P22")
    say(other, org.worker, session.on, session=session)
    client = sign_in(org.supervisor)
    address = reverse("supervision:tracker-tick", args=[session.pk])

    before = page_of(client, whose=of(org.worker))
    answer = client.post(address, {"child": str(first.pk), "whose": of(org.worker), "period": "months"}, follow=True)
    after = " ".join(answer.content.decode().split())

    assert f'formaction="{address}" name="child" value="{first.pk}"' in row_of(before, first)
    assert "Tick" not in row_of(before, other), "something is said of it already"
    assert answer.redirect_chain[0][0] == f"{TRACKER}?whose={of(org.worker)}&period=months#child-{first.pk}"
    assert "P21 was discussed briefly in the session of 2 November 2026 with Amara Obi." in after
    assert "B 2 , briefly" in cells_of(after, first)[-1]
    assert "Tick" not in row_of(after, first)
    marks = session.discussions.order_by("child__reference").values_list("child__reference", "depth")
    assert list(marks) == [("P21", "brief"), ("P22", "in_depth")]


@pytest.mark.req("R191")
def test_a_second_tick_changes_nothing(org: Org, sign_in: SignIn) -> None:
    session = held(org.worker, org.supervisor, on=date(2026, 11, 2))
    child = child_with(org.worker, reference="P21")
    say(child, org.worker, session.on, session=session)

    answer = sign_in(org.supervisor).post(
        reverse("supervision:tracker-tick", args=[session.pk]), {"child": str(child.pk)}, follow=True
    )

    assert "P21 is marked already" in answer.content.decode()
    assert session.discussions.get().depth == "in_depth"


@pytest.mark.req("R191")
def test_nothing_is_ticked_once_the_record_is_signed(org: Org, sign_in: SignIn) -> None:
    record: Record = Kit(org).awaiting()
    session = held(org.worker, org.supervisor, on=date(2026, 11, 2))
    SupervisionSession.objects.filter(pk=session.pk).update(record=record)
    child = child_with(org.worker, reference="P21")
    client = sign_in(org.supervisor)

    page = page_of(client, whose=of(org.worker))
    answer = client.post(reverse("supervision:tracker-tick", args=[session.pk]), {"child": str(child.pk)}, follow=True)

    assert "Tick" not in row_of(page, child)
    assert "The record of this session is signed" in answer.content.decode()
    assert not session.discussions.exists()


@pytest.mark.parametrize("who", ["worker", "team_manager"])
def test_only_who_held_the_session_ticks(org: Org, sign_in: SignIn, who: str) -> None:
    session = held(org.worker, org.supervisor, on=date(2026, 11, 2))
    child = child_with(org.worker)
    client = sign_in(getattr(org, who))

    assert "Tick" not in row_of(page_of(client, whose=of(org.worker)), child)
    answer = client.post(reverse("supervision:tracker-tick", args=[session.pk]), {"child": str(child.pk)})
    assert answer.status_code == 403


def test_the_months_are_those_of_the_supervision_year_where_that_is_asked_for(org: Org, sign_in: SignIn) -> None:
    child = child_with(org.worker, opened_on=date(2025, 6, 2), discussed=(date(2025, 7, 7), date(2026, 4, 6)))
    client = sign_in(org.supervisor)

    this = page_of(client, period="2026")
    last = page_of(client, period="2025")

    assert cells_of(this, child)[0] == "D 6 , in depth"
    months = ["–", "–", "", "D 7 , in depth", *[""] * 5, "due 7 , discussion due by this day", "", ""]
    assert cells_of(last, child) == months


@pytest.mark.req("R331")
def test_the_report_counts_sessions_since_the_last_discussion_in_depth(org: Org, sign_in: SignIn) -> None:
    for on in (date(2026, 8, 3), date(2026, 9, 7), date(2026, 10, 5)):
        held(org.worker, org.supervisor, on=on)
    personal = held(org.worker, org.supervisor, on=date(2026, 10, 19))
    SupervisionSession.objects.filter(pk=personal.pk).update(kind="personal")
    lately = child_with(org.worker, reference="P31", discussed=(date(2026, 9, 7),))
    never = child_with(org.worker, reference="P32")
    discuss(never, org.worker, on=date(2026, 9, 7), depth="brief")
    new = child_with(org.worker, reference="P33", opened_on=date(2026, 10, 1))
    client = sign_in(org.supervisor)

    rows = client.get(REPORT).context["found"].rows

    assert [(row.reference, row.last_in_depth, row.since) for row in rows] == [
        ("P32", None, 3),
        ("P33", None, 1),
        ("P31", date(2026, 9, 7), 1),
    ]
    page = page_of(client)
    assert "<td" in row_of(page, lately)
    assert "3 never yet" in words_of(row_of(page, never))
    assert "1 never yet" in words_of(row_of(page, new))
    by_reference = client.get(REPORT, {"order": "reference", "whose": "all"}).context["found"].rows
    assert [row.reference for row in by_reference] == ["P31", "P32", "P33"]


@pytest.mark.req("R331")
def test_the_report_of_a_team_has_its_children_alone(org: Org, sign_in: SignIn) -> None:
    child_with(org.worker, reference="P31")
    elsewhere = add_person("Una Dahl", team=org.other_team, job_title="Social worker")
    put_under(elsewhere, org.supervisor)
    child_with(elsewhere, reference="P35")
    client = sign_in(org.supervisor)

    found = {
        key: [row.reference for row in client.get(REPORT, {"whose": key}).context["found"].rows]
        for key in (f"team-{org.other_team.pk}", f"team-{org.team.pk}", "all")
    }

    assert list(found.values()) == [["P35"], ["P31"], ["P31", "P35"]]


@pytest.mark.req("R331")
@pytest.mark.req("R190")
@pytest.mark.parametrize("path", [TRACKER, REPORT])
def test_both_leave_as_files_in_which_nothing_is_a_formula(org: Org, sign_in: SignIn, path: str) -> None:
    org.worker.name = "=HYPERLINK(1)"
    org.worker.save()
    child_with(org.worker, reference="P41", plan_type="looked_after", discussed=(date(2026, 10, 5),))
    client = sign_in(org.supervisor)

    text = b"".join(client.get(path, {"as": "csv"}).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    book = load_workbook(io.BytesIO(b"".join(client.get(path, {"as": "xlsx"}).streaming_content)))  # type: ignore[attr-defined]

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Child’s P number"], row["Worker"], row["Plan or status"]) for row in rows] == [
        ("P41", "'=HYPERLINK(1)", "Looked after")
    ]
    if path == TRACKER:
        assert (rows[0]["October 2026"], rows[0]["December 2025"]) == ("5: in depth", "not on this list")
        assert rows[0]["Rules"].startswith("Every 2 months: met; ")
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert "P41" in [cell.value for cell in cells]
    assert (
        list(Entry.objects.filter(verb="due_dates.downloaded").values_list("about_id", flat=True))
        == [org.worker.pk] * 2
    )


def test_nonsense_in_the_address_gives_the_usual_page(org: Org, sign_in: SignIn) -> None:
    child = child_with(org.worker)

    page = page_of(sign_in(org.supervisor), whose=of(org.outsider), period="x", order="y", page="z")

    assert "Ash team</h1>" in page
    row_of(page, child)


def test_a_child_held_without_a_worker_stands_first(org: Org, sign_in: SignIn) -> None:
    late = child_with(org.worker, discussed=(date(2026, 2, 2),))
    unheld = child_with(org.supervisor, without_worker=True, discussed=(date(2026, 11, 2),))

    page = page_of(sign_in(org.supervisor))

    assert page.index(str(unheld.pk)) < page.index(str(late.pk))
    assert "Held without a worker" in row_of(page, unheld)


def test_cover_sees_what_is_of_its_days_alone(org: Org, sign_in: SignIn) -> None:
    cover = add_person("Cara Voss", team=org.team, job_title="Senior social worker")
    since = TODAY - timedelta(days=5)
    relation = org.worker.supervision_received.model
    relation.objects.create(
        supervisee=org.worker, supervisor=cover, kind="cover", starts_on=since, sees_from=since, recorded_at=at(since)
    )
    gone = child_with(org.worker, reference="P5100051")
    Allocation.objects.filter(child=gone).update(ends_on=date(2026, 10, 1), end_recorded_at=at(date(2026, 10, 1)))
    child = child_with(org.worker, reference="P52", discussed=(date(2026, 10, 5), date(2026, 11, 6)))

    page = page_of(sign_in(cover), whose=of(org.worker))

    assert cells_of(page, child)[-1] == "D 6 , in depth"
    assert "D 5" not in row_of(page, child)
    assert "P5100051" not in page


@pytest.mark.parametrize("number", [2, 40])
def test_the_tracker_asks_the_same_ten_queries_whatever_the_number(
    org: Org, sign_in: SignIn, number: int, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        session = held(org.worker, org.supervisor, on=date(2026, 9, 1) + timedelta(days=each))
        discuss(child_with(org.worker), org.worker, on=session.on)
    client = sign_in(org.supervisor)
    client.get(TRACKER)

    with django_assert_num_queries(10):
        client.get(TRACKER)
    client.get(REPORT)
    with django_assert_num_queries(9):
        client.get(REPORT)
