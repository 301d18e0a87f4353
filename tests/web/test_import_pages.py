"""Pages of imports: a file brought, mapped, read, decided on, and its faulty rows taken, mended and brought again."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.importing import services
from cases.importing.models import ImportMapping, ImportRun
from cases.models import Child
from core.actor import Role
from tests.imports_kit import AMARA, MAPPED, compared, csv_of, row
from tests.org import Org, SignIn
from trail.models import Entry

LIST = "/supervision/children/import/"
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_that_day(settings, tmp_path: Path):
    settings.STATE_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sam(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)


def bring(sam: Client, data: bytes, name: str = "children.csv") -> Any:
    return sam.post(LIST, {"file": SimpleUploadedFile(name, data)})


def page(name: str, run: ImportRun) -> str:
    return reverse(f"cases:import-{name}", args=[run.pk])


def body(response: Any) -> str:
    return str(response.content.decode())


def test_from_a_file_to_children(sam: Client) -> None:
    response = bring(sam, csv_of([row("P1"), row("P2", worker="ghost")]).getvalue())
    run = ImportRun.objects.get()
    assert response["Location"] == page("columns", run)

    form = sam.get(page("columns", run)).context["form"]
    assert {name: value for name, value in form.initial.items() if name.startswith("column_")} == {
        f"column_{field}": header for field, header in MAPPED.items()
    }
    sam.post(page("columns", run), form.initial)
    run.refresh_from_db()
    assert run.state == "reading"
    assert "Being read" in body(sam.get(page("detail", run)))

    services.do_read(run_id=run.pk, at=NOW)
    shown = body(sam.get(page("detail", run)))
    assert "There is no person “ghost” in Countersign." in shown
    assert "Canary" not in shown
    refused = body(sam.post(page("apply", run), {}))
    assert "Choose what is to be applied." in refused
    sam.post(page("apply", run), {"way": "good"})
    services.do_apply(run_id=run.pk, at=NOW)

    assert Child.objects.get().reference == "P1"
    assert "Applied" in body(sam.get(page("detail", run)))


def test_what_is_faulty_is_taken_mended_and_brought_again(sam: Client, shropshire: Org) -> None:
    run = compared(csv_of([row("P1"), row("P2", worker="=ghost"), row("P3", opened="soon")]), org=shropshire, at=NOW)
    services.ask_to_apply(run_id=run.pk, only_good=True, many_closed=False, actor=None, at=NOW)
    services.do_apply(run_id=run.pk, at=NOW)

    response: Any = sam.get(page("faulty", run))
    taken = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(taken)))
    assert [each["Mosaic ID"] for each in rows] == ["P2", "P3"]
    assert rows[0]["Worker email"] == "'=ghost"
    assert [each["Line in the file"] for each in rows] == ["3", "4"]
    assert "Name of child" not in rows[0]
    assert Entry.objects.filter(verb="import.downloaded", target_id=str(run.pk)).exists()
    ImportMapping.objects.update(is_complete=True)
    again = taken.replace("'=ghost", AMARA).replace("soon", "05/01/2026")
    bring(sam, again.encode("utf-8-sig"))
    second = ImportRun.objects.get(state="brought")
    form = sam.get(page("columns", second)).context["form"]
    assert "is_complete" not in form.fields
    assert form.initial["column_worker"] == "Worker email"
    sam.post(page("columns", second), {name: value for name, value in form.initial.items() if name in form.fields})

    run = services.do_read(run_id=second.pk, at=NOW)
    assert (run.is_complete, run.counts) == (False, {"new": 2})
    sam.post(page("apply", run), {"way": "all"})
    services.do_apply(run_id=run.pk, at=NOW)

    assert Child.objects.count() == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.4", "This is a PDF."),
        (b"\n", "There is nothing in this file."),
        (b"Ref,Ref\nP1,P1\n", "Two columns of this file have the header “Ref”."),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_the_field(sam: Client, data: bytes, said: str) -> None:
    assert said in body(bring(sam, data))
    assert not ImportRun.objects.exists()


def test_columns_are_chosen_once_each_and_what_was_typed_stays(sam: Client) -> None:
    bring(sam, b"Ref,Day,Who\nP1,05/01/2026,x\n")
    run = ImportRun.objects.get()

    response = sam.post(
        page("columns", run),
        {
            "column_reference": "Ref",
            "column_opened_on": "Ref",
            "column_worker": "",
            "day_order": "dmy",
            "plan_words": "Gold = Unheard of",
        },
    )

    said = body(response)
    assert "“Ref” is chosen above already." in said
    assert "Choose the column that holds this: worker." in said
    assert "Gold = Unheard of" in said
    assert run.state == "brought"


def test_many_closed_are_asked_about_on_the_page(sam: Client, shropshire: Org) -> None:
    run = compared(csv_of([row(f"P{number}") for number in range(10)]), org=shropshire, at=NOW)
    services.ask_to_apply(run_id=run.pk, only_good=False, many_closed=False, actor=None, at=NOW)
    services.do_apply(run_id=run.pk, at=NOW)
    run = compared(csv_of([row(f"P{number}") for number in range(5)]), org=shropshire, at=NOW, is_complete=True)

    assert "Yes, close 5 of 10 open cases" in body(sam.get(page("detail", run)))
    assert "Say that this is meant." in body(sam.post(page("apply", run), {"way": "all"}))
    response = sam.post(page("apply", run), {"way": "all", "many_closed": "on"})

    assert response["Location"] == page("detail", run)


def test_put_aside_nothing_is_changed(sam: Client, shropshire: Org) -> None:
    run = compared(csv_of([row("P1")]), org=shropshire, at=NOW)

    sam.post(page("put-aside", run))

    assert not Child.objects.exists()
    assert "Put aside" in body(sam.get(LIST))


def test_while_one_is_open_another_is_refused(sam: Client, shropshire: Org) -> None:
    compared(csv_of([row("P1")]), org=shropshire, at=NOW)

    assert "Another import is under way." in body(bring(sam, b"Ref\nP1\n"))
    assert "Go on with children.csv" in body(sam.get(LIST))


def test_queries_do_not_grow_with_the_file(
    sam: Client, shropshire: Org, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run = compared(csv_of([row(f"P{number}", worker="ghost") for number in range(200)]), org=shropshire, at=NOW)

    with django_assert_max_num_queries(8):
        sam.get(page("detail", run))
    with django_assert_max_num_queries(8):
        sam.get(LIST)


def test_how_far_it_is_shows_with_and_without_scripts(sam: Client, shropshire: Org) -> None:
    run = compared(csv_of([row("P1")]), org=shropshire, at=NOW)
    ImportRun.objects.update(state="reading", lines_expected=1_000, lines_read=500, lines_compared=0)

    busy = body(sam.get(page("detail", run)))
    asked_again = sam.get(page("detail", run), headers={"HX-Request": "true"})
    ImportRun.objects.update(state="ready")
    done = sam.get(page("detail", run), headers={"HX-Request": "true"})

    assert 'value="25" max="100"' in busy
    assert "500 of about 1000 rows" in busy.replace(",", "")
    # By itself where scripts run, by a link where they do not
    assert 'hx-trigger="every 2s"' in busy
    assert f'href="{page("detail", run)}">Look again</a>' in busy
    assert "HX-Refresh" not in asked_again.headers
    assert done.headers["HX-Refresh"] == "true"
