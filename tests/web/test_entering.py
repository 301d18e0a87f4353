"""The pages of what is to be entered on the child's record, and of what demands a decision."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from shutil import copytree

import pytest
import time_machine
from django.urls import reverse

from policies import services as policies
from policies.files import PACKS
from supervision.models import ChildEvent, EnteredOnChildRecord
from tests.cases_kit import child_with
from tests.decisions_kit import RATIONALE, decide, enter
from tests.diary_kit import booked
from tests.org import RECORDED

pytestmark = pytest.mark.django_db

LIST, MARK, FILE = (reverse(f"supervision:entered-{name}") for name in ("list", "mark", "export"))


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def waiting(shropshire):
    return [decide(child_with(shropshire.worker, reference=f"P{number}"), shropshire.supervisor) for number in (71, 72)]


@pytest.mark.req("R076", "R333")
def test_many_are_marked_at_once(shropshire, waiting, sign_in):
    client = sign_in(shropshire.supervisor)
    chosen = [str(record.pk) for record in waiting]
    assert "P71: Management decision" in client.get(LIST).content.decode()

    page = client.post(MARK, {"record": chosen}).content.decode()
    wrong = client.post(MARK, {"record": chosen, "save": "1", "entered_on_0": "9"}).content.decode()
    day = {"entered_on_0": "9", "entered_on_1": "11", "entered_on_2": "2026", "reference": "CN 3", "form": ""}
    done = client.post(MARK, {"record": chosen, "save": "1", **day}, follow=True).content.decode()

    assert "2 records entered on" in page
    assert "There is a problem" in wrong
    assert "2 are noted as entered" in done
    assert EnteredOnChildRecord.objects.filter(reference="CN 3", form="Management decision").count() == 2
    entered = client.get(LIST, {"show": "entered"}).content.decode()
    assert "P71" in entered
    assert "CN 3" in entered
    again = client.post(MARK, {"record": chosen, "save": "1", **day}, follow=True).content.decode()
    assert "Choose at least one that still waits" in again


def test_the_file_is_sent_with_what_was_chosen_alone(shropshire, waiting, sign_in):
    client = sign_in(shropshire.supervisor)

    answer = client.post(FILE, {"record": [str(waiting[0].pk), "no key"]})

    assert answer["Content-Disposition"] == 'attachment; filename="for-the-childs-record-2026-11-09.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        words = "".join(archive.read(name).decode() for name in archive.namelist() if not name.endswith(".pdf"))
    assert "P71" in words
    assert "P72" not in words
    assert "Choose at least one" in client.post(FILE, follow=True).content.decode()
    assert (
        "Choose at least one"
        in sign_in(shropshire.outsider).post(FILE, {"record": str(waiting[0].pk)}, follow=True).content.decode()
    )


@pytest.mark.req("R044", "R333", "R349")
def test_the_page_of_a_record_offers_its_text_and_says_when_it_was_held_written_and_entered(
    shropshire, waiting, sign_in
):
    client = sign_in(shropshire.supervisor)
    page = client.get(reverse("records:record-detail", args=[waiting[0].pk])).content.decode()
    assert 'data-copy="copy-text"' in page
    assert RATIONALE in page.split('id="copy-text"')[1].split("</textarea>")[0]
    enter(waiting[0], shropshire.supervisor, form="Case note")

    page = client.get(reverse("records:record-detail", args=[waiting[0].pk])).content.decode()
    times = client.get(reverse("supervision:record-entered", args=[waiting[0].pk])).content.decode()

    assert "Entered on Monday 9 November 2026" in page
    for words in ("Of", "Written and signed", "On the child’s record", "on the form “Case note”", "No deadline set"):
        assert words in times


@pytest.mark.scenario(14, "f")
def test_a_decision_given_on_the_phone_begins_from_the_cancelled_session(shropshire, sign_in):
    session = booked(shropshire.worker, shropshire.supervisor, on=date(2026, 12, 2))
    client = sign_in(shropshire.supervisor)
    address = f"{reverse('supervision:decision-record')}?session={session.pk}"
    assert address in client.get(reverse("supervision:session-cancel", args=[session.pk])).content.decode()

    page = client.get(address).content.decode()

    assert "Record a decision" in page
    assert f'value="{shropshire.worker.pk}" checked' in page.replace("\n", " ")
    other = sign_in(shropshire.team_manager).get(address).content.decode()
    assert str(shropshire.worker.pk) not in other


def test_what_demands_a_decision_is_entered_on_the_childs_page_and_taken_back(org, tmp_path, sign_in):
    packs = copytree(PACKS, tmp_path / "packs")
    trigger = {"id": "section_47", "label": "A section 47 enquiry begins"}
    file = packs / "shropshire-2017.yaml"
    file.write_text(
        f"{file.read_text().replace('id: shropshire-2017', 'id: wanting', 1)}oversight_triggers: {json.dumps([trigger])}\n"
    )
    policies.load_packs(at=RECORDED, folder=packs)
    policies.adopt(slug="wanting", starts_on=date(2017, 6, 1), at=RECORDED)
    child = child_with(org.worker, reference="P81")
    client = sign_in(org.supervisor)
    page = reverse("supervision:child-detail", args=[child.pk])
    path = reverse("supervision:child-event", args=[child.pk])
    assert path in client.get(page).content.decode()
    assert "Choose what happened" in client.post(path, {"on_0": "9"}).content.decode()

    day = {"on_0": "9", "on_1": "11", "on_2": "2026"}
    shown = client.post(path, {"trigger": "section_47", **day}, follow=True).content.decode()

    assert "A decision is wanted" in shown
    assert "Entered by Priya Nair" in shown
    assert "P81: A section 47 enquiry begins" in client.get(reverse("supervision:decision-list")).content.decode()
    back = reverse("supervision:child-event-withdraw", args=[ChildEvent.objects.get().pk])
    assert "This was a mistake" in client.get(path).content.decode()
    assert "It is taken back" in client.post(back, follow=True).content.decode()
    assert "A decision is wanted" not in client.get(page).content.decode()
    assert sign_in(org.team_manager).get(path).status_code == 403


def test_where_the_policy_names_nothing_there_is_nothing_to_enter(shropshire, sign_in):
    child = child_with(shropshire.worker)
    client = sign_in(shropshire.supervisor)
    path = reverse("supervision:child-event", args=[child.pk])

    assert path not in client.get(reverse("supervision:child-detail", args=[child.pk])).content.decode()
    for answer in (client.get(path), client.post(path, {"trigger": "section_47"})):
        assert "The policy names nothing" in answer.content.decode()
    assert not ChildEvent.objects.exists()


def test_the_pages_ask_few_queries(shropshire, waiting, sign_in, django_assert_max_num_queries):
    enter(waiting[0], shropshire.supervisor)
    for person in (shropshire.supervisor, shropshire.worker, shropshire.team_manager):
        client = sign_in(person)
        for path in (LIST, f"{LIST}?show=entered", reverse("supervision:record-entered", args=[waiting[1].pk])):
            with django_assert_max_num_queries(12, info=path):
                assert client.get(path).status_code == 200
