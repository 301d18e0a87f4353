"""Spreadsheets of opening dates: read, tried, entered; one date by hand."""

import csv
import io
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from staff.models import StaffMember
from supervision.models import OpeningDate, OpeningFile
from supervision.opening import services
from supervision.opening.files import read_table
from supervision.opening.rules import Line, day_in, find_columns
from supervision.opening.selectors import dry_run, number_without
from tests.cases_kit import at, child_with
from tests.diary_kit import held

pytestmark = pytest.mark.django_db
ADMIN = Role.SYSTEM_ADMINISTRATOR
WORKER, OUTSIDER = "amara.obi@example.org", "oscar.reed@example.org"


def admin(org):
    return org.actor(org.sysadmin, hat=ADMIN)


def bring(org, noon, *rows, about="people"):
    lines = [Line(number, who, day) for number, (who, day) in enumerate(rows, start=2)]
    return services.take_in(about=about, name="last.csv", lines=lines, actor=admin(org), at=noon)


def enter(org, noon, file, *, whole=False):
    return services.apply(file_id=file.pk, whole=whole, actor=admin(org), at=noon)


@pytest.mark.parametrize(
    "written",
    ["26/10/2026", "26.10.2026", "26-10-2026", "26 October 2026", "26 oct 2026", "2026-10-26", "2026-10-26 00:00:00"],
)
def test_days_are_read_as_people_in_the_uk_and_machines_write_them(written):
    assert day_in(written) == date(2026, 10, 26)


@pytest.mark.parametrize("written", ["", "46321", "10/26/2026", "26/10/26", "last week", "31/11/2026"])
def test_what_is_no_day_is_refused_in_a_sentence(written):
    with pytest.raises(RuleBroken) as refusal:
        day_in(written)
    assert str(refusal.value).endswith(".")


def test_a_workbook_and_a_text_file_say_the_same():
    book = Workbook()
    book.active.append(["Case ID", "Last discussed"])
    book.active.append([4711, datetime(2026, 10, 26)])  # noqa: DTZ001  as a workbook has days
    book.active.append([None, None])
    book.active.append(["P2", "26/10/2026"])
    written = io.BytesIO()
    book.save(written)

    text = "\ufeffCase ID;Last discussed\r\n4711;2026-10-26\r\n;\r\nP2;26/10/2026\r\n".encode()
    for content in (written.getvalue(), text):
        headings, rows = read_table(io.BytesIO(content))
        assert headings == ("Case ID", "Last discussed")
        assert rows == [(2, ("4711", "2026-10-26")), (4, ("P2", "26/10/2026"))]
    for broken in (b"PK\x03\x04 not a workbook", b"E-mail,Date\n"):
        with pytest.raises(RuleBroken) as refusal:
            read_table(io.BytesIO(broken))
        assert refusal.value.field == "file"


def test_headings_are_recognised_or_named():
    known = frozenset({"email"})
    assert find_columns(["Name", "E-mail", "Last supervised"], who=known).who == 1
    named = find_columns(["Worker", "When"], who=known, named_who="worker", named_day="When")
    assert (named.who, named.day) == (0, 1)
    with pytest.raises(RuleBroken) as refusal:
        find_columns(["Worker", "Date"], who=known)
    assert refusal.value.field == "who_column"
    assert "“Worker”" in str(refusal.value)


def test_a_file_is_tried_before_it_is_entered_and_twice_it_changes_nothing(shropshire, noon):
    org = shropshire
    file = bring(org, noon, (WORKER, "26/10/2026"), (OUTSIDER.upper(), "2026-10-27"))
    assert dry_run(file, actor=admin(org)).numbers == {"faulty": 0, "changed": 0, "new": 2, "unchanged": 0}
    assert not OpeningDate.objects.exists()

    enter(org, noon, file, whole=True)
    assert set(OpeningDate.objects.values_list("person_id", "on")) == {
        (org.worker.pk, date(2026, 10, 26)),
        (org.outsider.pk, date(2026, 10, 27)),
    }
    with pytest.raises(RuleBroken):
        enter(org, noon, file)

    again = bring(org, noon, (WORKER, "26/10/2026"), (OUTSIDER, "28/10/2026"))
    found = enter(org, noon, again)
    assert (found.numbers["unchanged"], found.numbers["changed"], OpeningDate.objects.count()) == (1, 1, 3)


def test_each_faulty_row_says_its_line_its_field_and_why(shropshire, noon):
    org = shropshire
    held(org.worker, org.supervisor, on=date(2026, 11, 2))
    file = bring(
        org,
        noon,
        ("nobody@example.org", "26/10/2026"),
        ("", "26/10/2026"),
        (OUTSIDER, "27/11/2026"),
        (WORKER, "3/11/2026"),
        ("priya.nair@example.org", "26/10/2026"),
        ("Priya.Nair@example.org", "27/10/2026"),
        ("sam.adair@example.org", "27/10/2026"),
        ("helen.hart@example.org", "46321"),
    )

    faulty = dry_run(file, actor=admin(org)).of("faulty")

    assert [(row.line.number, row.fault.field) for row in faulty] == [
        (2, "E-mail"), (3, "E-mail"), (4, "Last supervised"), (5, "Last supervised"),
        (6, "E-mail"), (7, "E-mail"), (8, "E-mail"), (9, "Last supervised"),
    ]  # fmt: skip
    sentences = [row.fault.sentence for row in faulty]
    assert sentences[0] == "Nobody here has this e-mail address."
    assert sentences[2] == "This day has not come yet."
    assert "2 November 2026 is recorded here already" in sentences[3]
    assert "line 7" in sentences[4]
    assert "Another administrator" in sentences[6]


def test_all_or_nothing_and_the_good_rows_alone(shropshire, noon):
    org = shropshire
    rows = [(WORKER, "26/10/2026"), ("nobody@example.org", "26/10/2026")]
    with pytest.raises(RuleBroken) as refusal:
        enter(org, noon, bring(org, noon, *rows), whole=True)
    assert refusal.value.field == "whole"
    assert not OpeningDate.objects.exists()

    file = bring(org, noon, *rows)
    enter(org, noon, file)

    assert OpeningDate.objects.get().person_id == org.worker.pk
    assert OpeningFile.objects.get(pk=file.pk).rows == [[3, "nobody@example.org", "26/10/2026"]]


def test_children_go_by_their_reference_and_an_unknown_one_is_faulty(shropshire, noon):
    org = shropshire
    child = child_with(org.worker)
    discussed = child_with(org.worker, discussed=(date(2026, 10, 5),))
    rows = [(child.reference.lower(), "26/10/2026"), ("Q-404", "26/10/2026"), (discussed.reference, "6/10/2026")]
    file = bring(org, noon, *rows, about="children")

    found = enter(org, noon, file)

    assert [row.fault.sentence for row in found.of("faulty")][0] == "No child here has this reference."
    assert found.numbers["faulty"] == 2
    assert list(OpeningDate.objects.values_list("child_id", "on")) == [(child.pk, date(2026, 10, 26))]
    assert number_without(on=date(2026, 11, 9))["children"] == 1


def test_only_the_administrator_brings_files(shropshire, noon):
    org = shropshire
    for person, hat in ((org.sysadmin, None), (org.head, None), (org.psw, Role.PRINCIPAL_SOCIAL_WORKER)):
        with pytest.raises(NotAllowed):
            services.take_in(about="people", name="x", lines=[], actor=org.actor(person, hat=hat), at=noon)


def test_one_date_by_hand_is_corrected_and_taken_back(shropshire, noon):
    org = shropshire

    def say(on, by=org.team_manager, person=org.worker, **hat):
        services.set_person_opened(person_id=person.pk, on=on, actor=org.actor(by, **hat), at=noon)

    say(date(2026, 10, 26))
    say(date(2026, 10, 26))
    say(date(2026, 10, 27), by=org.sysadmin, hat=ADMIN)
    say(None)
    assert list(OpeningDate.objects.order_by("pk").values_list("on", flat=True)) == [
        date(2026, 10, 26), date(2026, 10, 27), None,
    ]  # fmt: skip
    for by, person in ((org.worker, org.worker), (org.outsider, org.worker), (org.head, org.head)):
        with pytest.raises(NotAllowed):
            say(date(2026, 10, 1), by=by, person=person)


def test_a_child_of_an_administrator_is_not_there_to_be_dated(shropshire, noon):
    child = child_with(shropshire.worker)
    with pytest.raises(type(child).DoesNotExist):
        services.set_child_opened(child_id=child.pk, on=date(2026, 10, 1), actor=admin(shropshire), at=noon)
    supervisor = shropshire.actor(shropshire.supervisor)
    services.set_child_opened(child_id=child.pk, on=date(2026, 10, 1), actor=supervisor, at=noon)
    assert OpeningDate.objects.get().child_id == child.pk


# In the browser


def upload(client, content, *, name="last.csv", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("supervision:opening-dates"), {"about": "people", "file": file, **fields})


def test_from_a_file_to_dates_in_the_browser(shropshire, sign_in, django_assert_max_num_queries):
    client = sign_in(shropshire.sysadmin, hat=ADMIN)
    refused = upload(client, b"Worker,When\namara.obi@example.org,26/10/2026\n")
    assert "No column has this heading" in refused.content.decode()

    content = b"Worker,When\namara.obi@example.org,26/10/2026\n=cmd|x,26/10/2026\n"
    brought = upload(client, content, who_column="Worker", day_column="When")
    with django_assert_max_num_queries(12):
        page = client.get(brought.url).content.decode()
    assert "Nobody here has this e-mail address." in page

    mend = client.get(f"{brought.url}faulty/").content.decode("utf-8-sig")
    (headings, row) = list(csv.reader(io.StringIO(mend)))
    assert headings[:2] == ["E-mail", "Last supervised"]
    assert row[:3] == ["'=cmd|x", "26/10/2026", "3"]

    assert client.post(brought.url, {"whole": "whole"}).status_code == 200
    assert client.post(brought.url, {"whole": "good"}).url == brought.url
    assert OpeningDate.objects.get().on == date(2026, 10, 26)
    assert "left to be mended" in client.get(brought.url).content.decode()


def test_the_date_stays_named_as_an_opening_date(shropshire, sign_in):
    org = shropshire
    child = child_with(org.worker)
    for whose in ({"person": org.worker}, {"child": child}):
        OpeningDate.objects.create(
            **whose, on=date(2026, 10, 26), recorded_by=org.sysadmin, recorded_at=at(date(2026, 11, 1))
        )
    client = sign_in(org.supervisor)

    person = client.get(reverse("supervision:person-detail", args=[org.worker.pk])).content.decode()
    page = client.get(reverse("supervision:child-detail", args=[child.pk])).content.decode()

    assert "26 October 2026, before Countersign was here" in person
    assert "Last discussed before Countersign was here (opening date)" in page


@pytest.mark.parametrize("about", ["people", "children"])
def test_who_has_none_is_listed(shropshire, sign_in, about):
    child = child_with(shropshire.worker)
    client = sign_in(shropshire.sysadmin, hat=ADMIN)

    page = client.get(reverse("supervision:opening-missing", args=[about])).content.decode()

    assert (shropshire.worker.name if about == "people" else child.reference) in page
    assert StaffMember.objects.get(pk=shropshire.hr.pk).name not in page
