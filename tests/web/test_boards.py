"""Boards: what each reader counts and may open, on which day, and what leaves as a file."""

import csv
import io
from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from cases.models import Allocation
from compliance.boards.services import keep_figures
from compliance.models import NightFigure, PlanFigure
from core.actor import Role
from staff.models import Post, Service
from tests.boards_kit import night, stands, two
from tests.cases_kit import child_with
from tests.org import RECORDED, Org, SignIn, add_person, put_under
from trail.models import Entry

TODAY = date(2026, 11, 9)
PSW = Role.PRINCIPAL_SOCIAL_WORKER
OCTOBER = date(2026, 10, 31)


@pytest.fixture(autouse=True)
def clock() -> Generator[None]:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def counted(shropshire: Org) -> Org:
    """A night that found one late worker, one in time, one paused, and two children of the worker, one of them late."""
    org = shropshire
    night(OCTOBER)
    night(TODAY)
    stands(org.worker, "overdue", due_on=date(2026, 11, 1), why="May be missed once.")
    stands(org.supervisor, "not_due", due_on=date(2026, 12, 1))
    stands(org.team_manager, "suspended")
    stands(org.outsider, "no_minimum_set")
    stands(org.worker, "overdue", kind="contract", due_on=date(2026, 11, 3))
    late = child_with(org.worker, reference="P77", plan_type="looked_after")
    stands(late, "overdue", due_on=date(2026, 11, 1), why="Every two months.")
    stands(child_with(org.worker, reference="P78"), "not_due", due_on=date(2026, 12, 20))
    return org


def page_of(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def sent(answer: Any) -> bytes:
    """A file as it arrives."""
    return b"".join(answer.streaming_content)


def service_board(client: Client, org: Org, **query: str) -> Any:
    return client.get(reverse("compliance:board-service", args=[org.service.pk]), query)


def figures(response: Any, kind: str) -> dict[str, list[int]]:
    """The figures of one table, by row."""
    table = next(each for each in response.context["board"].tables if each.kind == kind)
    return {row.label: [cell.number for cell in row.cells] for row in table.all_rows}


def rows_of(client: Client, **query: str) -> list[str]:
    response = client.get(reverse("compliance:board-list"), query)
    assert response.status_code == 200
    return [row.name for row in response.context["page"].object_list]


@pytest.mark.req("R264")
@pytest.mark.parametrize("is_kept", [False, True])
def test_the_head_of_service_sees_how_each_team_stands(counted: Org, sign_in: SignIn, is_kept: bool) -> None:
    if is_kept:
        assert keep_figures(at=datetime.now(UTC)) == 2
    board = service_board(sign_in(counted.head), counted)

    assert figures(board, "worker") == {"Ash team": [1, 1, 1, 0], "All": [1, 1, 1, 0]}, "nobody of the other team"
    assert figures(board, "child") == {"Ash team": [1, 1, 0, 0], "All": [1, 1, 0, 0]}
    assert figures(board, "plan") == {"None entered": [1, 0, 0, 0], "Looked after": [0, 1, 0, 0]}
    assert figures(board, "contract")["All"] == [0, 1, 0]
    words = " ".join(board.content.decode().split())
    assert "As at 2:00 on Monday 9 November 2026." in words
    assert "Figures count the people of your own line" in words
    assert "Shropshire Council, version 3, June 2017</a>" in words


@pytest.mark.req("R278")
@pytest.mark.parametrize("is_kept", [False, True])
def test_the_principal_social_worker_counts_everybody(counted: Org, sign_in: SignIn, is_kept: bool) -> None:
    if is_kept:
        keep_figures(at=datetime.now(UTC))
    board = service_board(sign_in(counted.psw, hat=PSW), counted)

    assert figures(board, "worker") == {
        "Ash team": [1, 1, 1, 0],
        "Rowan team": [0, 0, 0, 1],
        "All": [1, 1, 1, 1],
    }
    assert figures(board, "child")["All"] == [1, 1, 0, 0]
    assert "Figures count everybody." in board.content.decode()


def test_the_authority_is_shown_by_service_and_by_team(counted: Org, sign_in: SignIn) -> None:
    client = sign_in(counted.psw, hat=PSW)
    path = reverse("compliance:board-authority")

    assert list(figures(client.get(path), "worker")) == ["Children in need", "All"]
    assert list(figures(client.get(path, {"by": "team"}), "worker")) == ["Ash team", "Rowan team", "All"]


# Who opens what


@pytest.mark.parametrize(
    ("who", "hat"),
    [
        ("worker", None),
        ("supervisor", None),
        ("outsider", None),
        ("psw", None),
        ("hr", Role.HR),
        ("sysadmin", Role.SYSTEM_ADMINISTRATOR),
    ],
)
@pytest.mark.parametrize("name", ["boards", "board-authority", "board-service", "board-list"])
def test_for_everybody_else_there_are_no_boards(
    counted: Org, sign_in: SignIn, who: str, hat: Role | None, name: str
) -> None:
    client = sign_in(getattr(counted, who), hat=hat)
    path = reverse(f"compliance:{name}", args=[counted.service.pk] if name == "board-service" else [])

    assert client.get(path, {"what": "worker"}).status_code == 404
    assert client.get(path, {"what": "worker", "as": "csv"}).status_code == 404
    assert reverse("compliance:boards") not in client.get("/").content.decode()


def test_a_service_in_which_one_leads_nobody_does_not_exist(counted: Org, sign_in: SignIn) -> None:
    other = Service.objects.create(name="Fostering")
    client = sign_in(counted.head)

    assert client.get(reverse("compliance:board-service", args=[other.pk])).status_code == 404
    for query in ({"service": str(other.pk)}, {"team": "nonsense"}, {"service": ""}):
        assert client.get(reverse("compliance:board-list"), {"what": "worker", **query}).status_code == 404
    assert client.get(reverse("compliance:board-list"), {"what": "gossip"}).status_code == 404
    assert client.get(reverse("compliance:board-list"), {"what": "worker", "stands": "open"}).status_code == 404


def test_the_menu_leads_to_the_board_of_ones_own_service(counted: Org, sign_in: SignIn) -> None:
    client = sign_in(counted.head)

    assert reverse("compliance:boards") in client.get("/").content.decode()
    assert client.get(reverse("compliance:boards")).context["board"].service == counted.service
    assert sign_in(counted.psw, hat=PSW).get(reverse("compliance:boards")).context["board"].service is None


# The lists behind


def test_the_next_manager_up_reads_names_children_and_why(counted: Org, sign_in: SignIn) -> None:
    client = sign_in(counted.team_manager)
    path = reverse("compliance:board-list")

    workers = page_of(client, path, what="worker", stands="late")
    assert "Amara Obi" in workers
    assert "8 days overdue" in workers
    assert "May be missed once." in workers
    children = page_of(client, path, what="child", stands="late")
    assert "P77" in children
    assert "Looked after" in children
    assert "P78" not in children


def test_above_and_the_principal_social_worker_read_names_and_dates_and_no_child(counted: Org, sign_in: SignIn) -> None:
    path = reverse("compliance:board-list")
    for client in (sign_in(counted.head), sign_in(counted.psw, hat=PSW)):
        workers = page_of(client, path, what="worker", stands="late")
        assert "Amara Obi" in workers
        assert "May be missed once." not in workers
        children = page_of(client, path, what="child", stands="late")
        assert "P77" not in children
        assert "0 of 1 are listed" in children
        board = service_board(client, counted)
        cells = [cell for table in board.context["board"].tables for row in table.rows for cell in row.cells]
        assert not any("what=child" in cell.url for cell in cells), "no figure of children opens"
        assert any("what=worker" in cell.url for cell in cells)


def test_each_figure_opens_the_list_behind_it(counted: Org, sign_in: SignIn) -> None:
    client = sign_in(counted.team_manager)
    board = service_board(client, counted)
    opened = 0
    for table in board.context["board"].tables:
        for row in table.all_rows:
            for cell in row.cells:
                if cell.url:
                    listed = client.get(cell.url)
                    assert listed.context["page"].paginator.count == cell.number, (row.label, cell.label)
                    opened += 1
    assert opened >= 10


@pytest.mark.scenario(1, "b")
@pytest.mark.scenario(1, "c")
def test_a_child_that_came_overdue_is_late_for_its_team_and_inherited_by_its_worker(
    shropshire: Org, sign_in: SignIn
) -> None:
    org, moved, on = shropshire, date(2027, 1, 5), date(2027, 1, 20)
    second = add_person("Bea Lund", team=org.team, job_title="Social worker", category="sw_case_management")
    put_under(second, org.supervisor)
    child = child_with(org.worker, reference="P12", discussed=(date(2026, 9, 24), date(2026, 11, 12)))
    held = Allocation.objects.filter(child=child)
    held.update(ends_on=moved, end_recorded_at=two(moved))
    Allocation.objects.create(child=child, holder=second, starts_on=moved, recorded_at=two(moved))
    night(on)
    stands(child, "not_due", due_on=date(2027, 1, 12), ends_on=date(2027, 1, 13))
    stands(child, "overdue", due_on=date(2027, 1, 12), starts_on=date(2027, 1, 13))
    with time_machine.travel(datetime(2027, 1, 20, 12, tzinfo=UTC), tick=False):
        keep_figures(at=datetime.now(UTC))
        page = page_of(
            sign_in(org.team_manager),
            reverse("compliance:board-list"),
            what="child",
            stands="late",
            team=str(org.team.pk),
        )
        late = dict(NightFigure.objects.exclude(person=None).values_list("person__name", "child_late"))
        team = page_of(sign_in(org.supervisor), reverse("supervision:team"))

    assert "P12" in page
    assert "8 days overdue" in page
    assert "Bea Lund" in page
    assert "Inherited on 5 Jan 2027, not discussed since" in page
    assert "Amara Obi" not in page
    assert late == {"Bea Lund": 1}, "nothing of it stands with the first worker"
    assert "children of Bea Lund</span></a><br>1 overdue, inherited" in team
    assert "children of Amara Obi" not in team


@pytest.mark.req("R297")
@pytest.mark.parametrize("number", [1, 12])
def test_my_team_takes_the_same_few_queries_whatever_its_size(
    counted: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for each in range(number):
        person = add_person(f"Person {each}", team=counted.team, job_title="W", category="sw_case_management")
        put_under(person, counted.supervisor)
        child_with(person)
    client = sign_in(counted.supervisor)
    path = reverse("supervision:team")
    page_of(client, path)

    with django_assert_max_num_queries(10):
        assert page_of(client, path).count("children of Person") == number


# Other days


def test_a_past_day_gives_the_answer_of_that_day(counted: Org, sign_in: SignIn) -> None:
    """What was entered later changes nothing of it: a night made up, a child given away, somebody moved to a team."""
    client = sign_in(counted.psw, hat=PSW)
    third = date(2026, 11, 3)
    night(third)
    before = service_board(client, counted, on="2026-11-03")
    was = {kind: figures(before, kind) for kind in ("worker", "child", "contract", "plan")}

    night(date(2026, 11, 2), begun_on=TODAY)
    present = counted.supervisor.status_intervals.get()
    present.ends_on, present.end_recorded_at = date(2026, 11, 2), two(TODAY)
    present.save(update_fields=["ends_on", "end_recorded_at"])
    late: dict[str, Any] = {"due_on": date(2026, 11, 1), "recorded_on": TODAY}
    stands(counted.supervisor, "overdue", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 4), **late)
    stands(counted.supervisor, "not_due", starts_on=date(2026, 11, 4), recorded_on=TODAY)
    moved = Allocation.objects.filter(child__reference="P77")
    moved.update(ends_on=date(2026, 11, 2), end_recorded_at=two(TODAY))
    Post.objects.filter(person=counted.worker).update(ends_on=date(2026, 11, 2))
    Post.objects.create(
        person=counted.worker,
        team=counted.other_team,
        job_title="W",
        starts_on=date(2026, 11, 2),
        recorded_at=two(TODAY) - timedelta(hours=1),
    )

    again = service_board(client, counted, on="2026-11-03")
    assert {kind: figures(again, kind) for kind in was} == was
    now = service_board(client, counted)
    assert figures(now, "worker")["Rowan team"] == [0, 1, 0, 1], "today the worker counts in the new team"
    assert "As at 2:00 on Tuesday 3 November 2026." in again.content.decode()


def test_a_day_is_chosen_in_three_boxes(counted: Org, sign_in: SignIn) -> None:
    client = sign_in(counted.head)
    chosen = service_board(client, counted, on_0="3", on_1="11", on_2="2026").content.decode()
    wrong = service_board(client, counted, on_0="3", on_1="foo", on_2="2026").content.decode()

    assert "Tuesday 3 November 2026" in chosen
    assert 'name="on_0" type="text" inputmode="numeric" maxlength="10" value="3"' in chosen
    assert "Choose a day up to today" in wrong
    assert 'value="foo"' in wrong


def test_a_night_that_was_made_up_later_was_not_known_on_its_day(counted: Org, sign_in: SignIn) -> None:
    night(date(2026, 11, 5), begun_on=TODAY)

    page = " ".join(service_board(sign_in(counted.head), counted, on="2026-11-06").content.decode().split())

    assert "As at 2:00 on Saturday 31 October 2026." in page
    assert "No night’s work was done on Friday 6 November 2026 itself" in page


@pytest.mark.parametrize("asked", ["2026-11-10", "tomorrow", "0001-01-01"])
def test_a_day_that_is_none_is_said_beside_the_field(counted: Org, sign_in: SignIn, asked: str) -> None:
    page = service_board(sign_in(counted.head), counted, on=asked).content.decode()

    assert page.count("Choose a day up to today") == 2
    assert "<title>Error: " in page


def test_before_the_first_night_the_board_says_so(counted: Org, sign_in: SignIn) -> None:
    page = service_board(sign_in(counted.head), counted, on="2026-01-05").content.decode()

    assert "No night had been looked at by then." in page


def test_the_months_before_stand_in_the_chart_and_in_its_table(counted: Org, sign_in: SignIn) -> None:
    stands(counted.head, "overdue", ends_on=date(2026, 11, 1), due_on=date(2026, 10, 1))
    keep_figures(at=datetime.now(UTC))

    board = service_board(sign_in(counted.head), counted)

    months = board.context["board"].months
    assert [(month.on, month.figures[0]) for month in months] == [
        (OCTOBER, ("Workers", 33, 2)),
        (TODAY, ("Workers", 50, 1)),
    ]
    page = " ".join(board.content.decode().split())
    assert "Workers: 33% in time on 31 October 2026, 50% on 9 November 2026, never under 33%." in page
    assert 'role="img" aria-labelledby="trend-title trend-words"' in page


def test_figures_are_kept_once_and_forgotten_but_for_the_ends_of_months(counted: Org) -> None:
    for day in (date(2026, 8, 30), date(2026, 8, 31), date(2026, 9, 30)):
        night(day)
    at = datetime.now(UTC)

    assert keep_figures(at=at) == 4
    assert keep_figures(at=at) == 0
    with time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False):
        night(date(2026, 11, 30))
        assert keep_figures(at=datetime.now(UTC)) == 1

    kept = set(NightFigure.objects.values_list("on", flat=True))
    assert kept == {date(2026, 8, 31), date(2026, 9, 30), OCTOBER, date(2026, 11, 30)}
    assert set(PlanFigure.objects.values_list("on", flat=True)) == kept


# Files


@pytest.mark.req("R282")
def test_a_board_leaves_as_csv_and_is_noted(counted: Org, sign_in: SignIn) -> None:
    answer = service_board(sign_in(counted.head), counted, **{"as": "csv"})

    body = sent(answer).decode()
    assert body.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))
    assert [(row["Team"], row["Workers: late"], row["Children: late"]) for row in rows] == [
        ("Ash team", "1", "1"),
        ("All", "1", "1"),
    ]
    assert (rows[0]["Known at"], rows[0]["Workers: all"], rows[0]["Workers: share, of 100"]) == ("2:00", "3", "50")
    assert "version" in rows[0]["Judged by"]
    assert answer["Content-Disposition"] == 'attachment; filename="board-children-in-need-2026-11-09.csv"'
    entry = Entry.objects.get(verb="board.exported")
    assert (entry.actor_name, entry.target_id) == ("Helen Hart", str(counted.service.pk))


def test_a_list_leaves_with_the_same_sight_and_each_in_it_is_noted(counted: Org, sign_in: SignIn) -> None:
    counted.worker.name = "=HYPERLINK(1)"
    counted.worker.save(update_fields=["name"])
    asked = {"what": "worker", "stands": "late", "as": "csv"}

    answer = sign_in(counted.head).get(reverse("compliance:board-list"), asked)

    body = sent(answer).decode()
    (row,) = csv.DictReader(io.StringIO(body.removeprefix("\ufeff")))
    assert (row["Name"], row["Days overdue"], row["Why"]) == ("'=HYPERLINK(1)", "8", "")
    entry = Entry.objects.get(verb="due_dates.downloaded")
    assert (entry.about_id, entry.via) == (counted.worker.pk, "above")
    assert Entry.objects.reads().about(counted.worker.pk).filter(pk=entry.pk).exists(), "the worker sees it"


def test_children_leave_for_their_own_line_alone(counted: Org, sign_in: SignIn) -> None:
    asked = {"what": "child", "as": "xlsx"}
    found = []
    for client in (sign_in(counted.team_manager), sign_in(counted.psw, hat=PSW)):
        answer = client.get(reverse("compliance:board-list"), asked)
        sheet = load_workbook(io.BytesIO(sent(answer))).worksheets[0]
        found.append([row[1] for row in sheet.iter_rows(min_row=2, values_only=True)])

    assert found == [["P77", "P78"], []]


def test_a_workbook_has_teams_plan_types_and_months(counted: Org, sign_in: SignIn) -> None:
    path = reverse("compliance:board-authority")
    answer = sign_in(counted.psw, hat=PSW).get(path, {"as": "xlsx"})

    book = load_workbook(io.BytesIO(sent(answer)))
    assert book.sheetnames == ["Teams", "Plans", "Months"]
    assert [row[2] for row in book["Teams"].iter_rows(min_row=2, values_only=True)] == ["Ash team", "Rowan team", "All"]


# How much it takes


@pytest.mark.parametrize("teams", [1, 12])
def test_a_board_takes_eleven_queries_whatever_there_is(
    counted: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, teams: int
) -> None:
    for number in range(teams):
        team = counted.service.teams.create(name=f"Team {number}")
        person = add_person(f"Person {number}", team=team, job_title="W")
        put_under(person, counted.supervisor)
        stands(person, "overdue", due_on=TODAY)
        stands(child_with(person), "overdue", due_on=TODAY)
    keep_figures(at=datetime.now(UTC))
    client = sign_in(counted.team_manager)
    service_board(client, counted)

    with django_assert_num_queries(11):
        service_board(client, counted)
    for what, number in (("worker", 7), ("child", 9)):
        rows_of(client, what=what, stands="late")
        with django_assert_num_queries(number):
            rows_of(client, what=what, stands="late")


def test_somebody_who_covers_counts_nothing_of_before(counted: Org, sign_in: SignIn) -> None:
    """Whoever covers sees from a day on, be it on boards."""
    deputy = add_person("Dee Rook", team=counted.team, job_title="Manager", starts_on=date(2025, 4, 1))
    put_under(counted.psw, deputy)
    put_under(counted.outsider, counted.psw)
    counted.worker.supervision_received.create(
        supervisor=deputy,
        kind="cover",
        covers_for=counted.supervisor,
        starts_on=date(2026, 11, 4),
        sees_from=date(2026, 11, 4),
        recorded_at=RECORDED,
    )
    client = sign_in(deputy)

    assert figures(service_board(client, counted), "worker")["Ash team"] == [0, 1, 0, 0]
    assert "Ash team" not in figures(service_board(client, counted, on="2026-10-31"), "worker")
