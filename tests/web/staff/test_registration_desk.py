"""HR asks the register for everybody, brings its answer, and enters it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actor import Role
from staff.models import FolderItem, RegistrationCheck
from tests.folder_kit import paper
from tests.org import Org, SignIn, add_person
from trail.models import Entry

pytestmark = pytest.mark.django_db

DESK = "staff:registration-desk"
DAY = {"checked_on_0": "9", "checked_on_1": "11", "checked_on_2": "2026"}


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


def answer(*rows: str) -> SimpleUploadedFile:
    words = "\n".join(["Registration Number,Name,Status,Registered until", *rows])
    return SimpleUploadedFile("register.csv", words.encode(), content_type="text/csv")


def numbered(org: Org) -> None:
    paper(org.worker, "registration", date(2025, 12, 1), date(2026, 11, 30), reference="SW000123")
    paper(org.supervisor, "registration", date(2025, 12, 1), date(2026, 11, 30), reference="SW77")


@pytest.mark.req("R131")
@pytest.mark.req("R229")
def test_numbers_are_taken_along_as_they_were_typed_and_it_is_noted_of_each(shropshire: Org, sign_in: SignIn) -> None:
    numbered(shropshire)
    client = sign_in(shropshire.hr, hat=Role.HR)

    page = client.get(reverse(DESK)).content.decode()
    file = client.get(reverse("staff:registration-numbers", args=[1]))

    assert "SW000123" not in page
    words = b"".join(file.streaming_content).decode("utf-8-sig").split()  # type: ignore[attr-defined]
    assert words[-2:] == ["SW000123", "SW77"]
    noted = Entry.objects.filter(verb="registration_number.downloaded").values_list("about_id", flat=True)
    assert set(noted) == {shropshire.worker.pk, shropshire.supervisor.pk}
    assert client.get(reverse("staff:registration-numbers", args=[2])).status_code == 404


def test_whom_the_policy_has_among_the_registered_and_who_has_no_number_is_named(
    shropshire: Org, sign_in: SignIn
) -> None:
    page = sign_in(shropshire.hr, hat=Role.HR).get(reverse(DESK)).content.decode()

    assert "no number is entered" in page
    assert shropshire.worker.name in page.split("no number is entered")[1]


@pytest.mark.req("R288")
def test_what_the_register_says_is_named_and_entered_once(shropshire: Org, sign_in: SignIn) -> None:
    numbered(shropshire)
    client = sign_in(shropshire.hr, hat=Role.HR)

    sent = {
        **DAY,
        "file": answer(
            f"SW123,{shropshire.worker.name},Registered,30/11/2027", f"SW77,{shropshire.supervisor.name},Lapsed,"
        ),
    }
    page = client.post(reverse(DESK), sent, follow=True).content.decode()
    assert "Lapsed, or not on the register: 1" in page
    assert shropshire.supervisor.name in page.split("Lapsed, or not on the register: 1")[1].split("Registered: 1")[0]
    assert FolderItem.objects.filter(kind="registration").count() == 2

    check = RegistrationCheck.objects.get()
    for _ in range(2):
        done = client.post(reverse("staff:registration-enter", args=[check.pk]), follow=True).content.decode()
    assert "entered already" in done
    newest = {item.person_id: item for item in FolderItem.objects.filter(kind="registration").latest_of_each()}
    assert FolderItem.objects.filter(kind="registration").count() == 4
    worker, supervisor = newest[shropshire.worker.pk], newest[shropshire.supervisor.pk]
    assert (worker.outcome, worker.valid_to, worker.dated_on) == ("registered", date(2027, 11, 30), date(2026, 11, 9))
    assert worker.reference == "SW000123"
    assert (supervisor.outcome, supervisor.valid_to) == ("not_registered", None)


def test_what_is_unclear_or_somebody_elses_is_left_as_it_stood(shropshire: Org, sign_in: SignIn) -> None:
    numbered(shropshire)
    client = sign_in(shropshire.hr, hat=Role.HR)

    sent = {**DAY, "file": answer("SW123,Somebody Other,Registered,30/11/2027", "SW99,A Stranger,Registered,")}
    page = client.post(reverse(DESK), sent, follow=True).content.decode()

    assert "somebody else’s on the register: 1" in page
    assert "Asked for, and not in the answer: 1" in page
    assert "1 number in the answer is of nobody here." in page
    assert "Enter it in the folders" not in page
    client.post(reverse("staff:registration-enter", args=[RegistrationCheck.objects.get().pk]))
    assert FolderItem.objects.filter(kind="registration").count() == 2


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({**DAY}, "Choose the file that the register gave."),
        (
            {**DAY, "file": SimpleUploadedFile("a.csv", b"Name,Town\nAmara,Telford\n")},
            "No column holds the registration number.",
        ),
        ({**DAY, "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 not a table")}, "This is a PDF."),
        (
            {**DAY, "checked_on_0": "10", "file": answer("SW1,A,Registered,")},
            "not come yet",
        ),
    ],
)
def test_what_is_no_answer_is_refused_beside_its_field(
    shropshire: Org, sign_in: SignIn, sent: dict[str, object], sentence: str
) -> None:
    page = sign_in(shropshire.hr, hat=Role.HR).post(reverse(DESK), sent).content.decode()

    assert sentence in page
    assert not RegistrationCheck.objects.exists()


@pytest.mark.parametrize(("path", "args"), [(DESK, []), ("staff:registration-check", ["check"])])
def test_the_pages_take_as_many_queries_for_many_people(
    shropshire: Org, sign_in: SignIn, path: str, args: list[str]
) -> None:
    numbered(shropshire)
    client = sign_in(shropshire.hr, hat=Role.HR)
    client.post(reverse(DESK), {**DAY, "file": answer(f"SW123,{shropshire.worker.name},Registered,")})
    keys: list[UUID] = [RegistrationCheck.objects.get().pk] if args else []

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(path, args=keys))
        return len(found)

    few = queries()
    for number in range(130):
        paper(
            add_person(f"Person {number}", team=shropshire.team, job_title="Social worker"),
            "registration",
            date(2025, 12, 1) + timedelta(number),
        )
    assert queries() == few <= 12
