"""The pages on which one adds to a sealed record, corrects its facts, or closes what nobody can finish."""

import re
from datetime import date, time
from html import unescape

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records import services
from records.models import DraftSection, Part, PartContent, Record
from records.rules import Audience
from staff.models import ManagementLine, StaffMember, SupervisionRelationship
from supervision.models import SupervisionSession
from tests.adding_kit import add
from tests.org import Org, SignIn
from tests.records_kit import FACTS, NOON, WELLBEING, WORKLOAD, Kit, fresh
from trail.models import Entry

pytestmark = pytest.mark.usefixtures("_afternoon")


@pytest.fixture
def _afternoon() -> object:
    with time_machine.travel("2026-11-11T14:00:00Z", tick=True):
        yield


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


@pytest.fixture
def worker(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.worker)


@pytest.fixture
def supervisor(org: Org, sign_in: SignIn) -> Client:
    return sign_in(org.supervisor)


def posted(page: str, **typed: str) -> dict[str, str]:
    """What a browser would send: the hidden inputs of the page, what is chosen already, and what is typed."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {**{unescape(name): unescape(value) for name, value in hidden}, **typed}


def with_session(kit: Kit) -> Record:
    kit.facts = {**FACTS, "starts": "10:00", "ends": "11:30"}
    record = kit.sealed()
    SupervisionSession.objects.create(
        supervisee=kit.org.worker,
        supervisor=kit.org.supervisor,
        on=date(2026, 11, 9),
        starts=time(10),
        ends=time(11, 30),
        status="held",
        booked_at=NOON,
        closed_at=NOON,
        record=record,
    )
    return record


@pytest.mark.scenario(2, "a")
def test_one_types_signs_and_it_stands_on_the_page_with_who_and_when(kit: Kit, worker: Client) -> None:
    record = kit.sealed()
    address = f"/records/{record.pk}/addendum/"
    assert f'href="{address}"' in worker.get(f"/records/{record.pk}/").content.decode()
    page = worker.get(address).content.decode()
    assert "I add this to the record, in my own name." in page

    answer = worker.post(address, posted(page, **{"_addendum-text": "One more thing.", "sensitivity": "shared"}))

    assert answer["Location"] == f"/records/{record.pk}/"
    shown = worker.get(answer["Location"]).content.decode()
    assert "Your addendum is part of the record now." in shown
    assert "Addendum by Amara Obi, Wednesday 11 November 2026" in shown
    assert "One more thing." in shown
    assert shown.index("Signatures") < shown.index("One more thing.")
    assert "Signed and sealed" in shown
    assert not DraftSection.objects.filter(record=record).exists()


def test_what_is_typed_is_kept_by_itself_and_comes_back_to_its_writer_alone(
    kit: Kit, worker: Client, supervisor: Client
) -> None:
    record = kit.sealed()
    typed = {"version": "0", "_addendum-text": "Half a sentence"}

    answer = worker.post(f"/records/{record.pk}/sections/_addendum/", typed)

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    again = worker.post(f"/records/{record.pk}/sections/_addendum/", {**typed, "_addendum-text": "Another"})
    assert again.status_code == 409
    address = f"/records/{record.pk}/addendum/"
    assert "Half a sentence" in worker.get(address).content.decode()
    assert "Half a sentence" not in supervisor.get(address).content.decode()


def test_an_old_challenge_costs_no_word_and_no_choice(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()
    client = sign_in(org.worker, challenged=False)
    address = f"/records/{record.pk}/addendum/"
    page = client.get(address).content.decode()

    answer = client.post(address, posted(page, **{"_addendum-text": "Not lost.", "sensitivity": "health"}))

    assert answer.status_code == 302
    assert "sensitivity%3Dhealth" in answer["Location"] or "sensitivity%253Dhealth" in answer["Location"]
    back = client.get(f"{address}?sensitivity=health").content.decode()
    assert "Not lost." in back
    assert re.search(r'value="health"[^>]*checked|checked[^>]*value="health"', back)
    assert Part.objects.filter(record=record).count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"_addendum-text": "", "sensitivity": "shared"}, "Write what you want to add."),
        ({"_addendum-text": "Kept.", "sensitivity": ""}, "Choose who may read it."),
    ],
)
def test_says_what_is_missing_and_keeps_what_was_typed(
    kit: Kit, worker: Client, typed: dict[str, str], sentence: str
) -> None:
    record = kit.sealed()
    address = f"/records/{record.pk}/addendum/"

    answer = worker.post(address, posted(worker.get(address).content.decode(), **typed)).content.decode()

    assert sentence in answer
    assert typed["_addendum-text"] in answer


def test_the_button_pressed_twice_adds_once(kit: Kit, worker: Client) -> None:
    record = kit.sealed()
    address = f"/records/{record.pk}/addendum/"
    typed = {"_addendum-text": "Once.", "sensitivity": "shared"}
    worker.post(f"/records/{record.pk}/sections/_addendum/", {"version": "0", "_addendum-text": "Once."})
    sent = posted(worker.get(address).content.decode(), **typed)

    first, second = worker.post(address, sent), worker.post(address, sent, follow=True)

    assert first.status_code == 302
    assert "You have signed this already. Nothing was added." in second.content.decode()
    assert Part.objects.filter(record=record, kind="addendum").count() == 1


def test_one_about_health_is_marked_for_the_next_up_and_not_shown(
    kit: Kit, org: Org, worker: Client, sign_in: SignIn
) -> None:
    record = kit.sealed()
    address = f"/records/{record.pk}/addendum/"
    page = worker.get(address).content.decode()
    worker.post(address, posted(page, **{"_addendum-text": "The operation was in May.", "sensitivity": "health"}))

    seen = sign_in(org.team_manager).get(f"/records/{record.pk}/").content.decode()

    assert "Addendum by Amara Obi" in seen
    assert "operation was in May" not in seen
    assert "Only the two people of this record can read this addendum." in seen


def test_a_record_that_still_waits_is_not_added_to(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()

    answer = worker.get(f"/records/{record.pk}/addendum/", follow=True).content.decode()

    assert "once this is signed and sealed" in answer


def test_pages_take_no_more_queries_for_more_addenda(
    kit: Kit, worker: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    record = kit.sealed()
    for number in range(3):
        add(kit, fresh(record), actor=kit.supervisor, text=f"Number {number}.")
    worker.get(f"/records/{record.pk}/")

    for address in (f"/records/{record.pk}/", f"/records/{record.pk}/addendum/"):
        with django_assert_max_num_queries(12):
            assert worker.get(address).status_code == 200


# Corrections


def correction(page: str, **changes: str) -> dict[str, str]:
    typed = {
        "on_0": "6",
        "on_1": "11",
        "on_2": "2026",
        "starts": "9:00",
        "ends": "10:00",
        "mode": "video",
        "_correction-text": "It was on Friday.",
    }
    return posted(page, **{**typed, **changes})


def test_the_supervisor_corrects_and_page_and_diary_say_so(kit: Kit, supervisor: Client, worker: Client) -> None:
    record = with_session(kit)
    address = f"/supervision/records/{record.pk}/correct/"
    assert f'href="{address}"' in supervisor.get(f"/records/{record.pk}/").content.decode()
    assert f'href="{address}"' not in worker.get(f"/records/{record.pk}/").content.decode()
    page = supervisor.get(address).content.decode()
    assert "I correct the facts of this record as they stand above." in page

    answer = supervisor.post(address, correction(page), follow=True).content.decode()

    assert "The record is corrected." in answer
    was = "Friday 6 November 2026 (was Monday 9 November 2026, corrected on 11 November 2026 by Priya Nair)"
    assert answer.count(was) == 2
    assert "Correction by Priya Nair" in answer
    assert "It was on Friday." in answer
    assert "Entered" in answer
    assert "3 days after (it said on the same day until the date was corrected)" in answer
    session = SupervisionSession.objects.get(record=record)
    assert (session.on, session.mode) == (date(2026, 11, 6), "video")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"on_0": "12"}, "has not come yet"),
        ({"ends": "8:00"}, "The end must be later than the start."),
        ({"_correction-text": ""}, "Say why it is corrected."),
        ({"on_0": "9", "starts": "10:00", "ends": "11:30", "mode": "in_person"}, "what the record says already"),
    ],
)
def test_a_correction_that_cannot_be_says_why_and_keeps_the_reason(
    kit: Kit, supervisor: Client, changes: dict[str, str], sentence: str
) -> None:
    record = with_session(kit)
    address = f"/supervision/records/{record.pk}/correct/"
    sent = correction(supervisor.get(address).content.decode(), **changes)

    answer = supervisor.post(address, sent).content.decode()

    assert sentence in answer
    assert sent["_correction-text"] in answer
    assert Part.objects.filter(record=record).count() == 2


def test_an_old_challenge_brings_back_what_was_corrected(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = with_session(kit)
    client = sign_in(org.supervisor, challenged=False)
    address = f"/supervision/records/{record.pk}/correct/"

    answer = client.post(address, correction(client.get(address).content.decode()))
    back = client.get(f"{address}?on=2026-11-06&starts=09%3A00%3A00&ends=10%3A00%3A00&mode=video").content.decode()

    assert answer.status_code == 302
    assert "mode" in answer["Location"]
    assert "It was on Friday." in back
    assert re.search(r'name="on_0"[^>]*value="6"|value="6"[^>]*name="on_0"', back)
    client.get(f"{address}?on=nonsense")


# Closing


def left_behind(kit: Kit, org: Org) -> Record:
    draft = kit.draft()
    StaffMember.objects.filter(pk=org.supervisor.pk).update(left_on=date(2026, 11, 10))
    return draft


def test_the_manager_finds_it_at_home_and_closes_it_without_seeing_the_draft(
    kit: Kit, org: Org, sign_in: SignIn
) -> None:
    draft = left_behind(kit, org)
    manager = sign_in(org.team_manager)
    address = f"/records/{draft.pk}/close/"
    home = manager.get("/").content.decode()
    assert "Nobody can finish the record of supervision of Amara Obi by Priya Nair" in home
    assert f'href="{address}"' in home
    page = manager.get(address).content.decode()
    assert "Priya Nair has left." in page
    assert "In draft since Monday 9 November 2026" in page
    assert WORKLOAD not in page + home
    assert WELLBEING not in page + home
    sent = posted(page, **{"_closure-text": "She left before she could finish it."})

    answer = manager.post(address, sent, follow=True).content.decode()

    assert "The record is closed, as not countersigned, with your reason." in answer
    for words in ("Closed, not countersigned", "Not countersigned, because", "She left before she could finish it."):
        assert words in answer
    assert "Nobody signed a text of this record." in answer
    assert WORKLOAD not in answer
    assert "You have closed this already." in manager.post(address, sent, follow=True).content.decode()
    assert Part.objects.filter(record=draft).count() == 1
    assert f'href="{address}"' not in manager.get("/").content.decode()


def test_who_is_nobody_else_to_the_record_closes_it_and_reads_what_they_signed(
    kit: Kit, org: Org, sign_in: SignIn
) -> None:
    draft = left_behind(kit, org)
    ManagementLine.objects.filter(person=org.supervisor).update(ends_on=date(2026, 11, 10))
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=date(2026, 11, 10))
    manager = sign_in(org.team_manager)
    address = f"/records/{draft.pk}/close/"
    detail = f"/records/{draft.pk}/"
    assert manager.get(detail).status_code == 404
    page = manager.get(address).content.decode()
    sent = posted(page, **{"_closure-text": "She left before she could finish it."})

    answer = manager.post(address, sent, follow=True)

    words = answer.content.decode()
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, detail)
    assert "She left before she could finish it." in words
    assert WORKLOAD not in words
    assert f"/supervision/people/{org.worker.pk}/" not in words
    assert "You have closed this already." in manager.post(address, sent, follow=True).content.decode()
    assert manager.get(f"{detail}genuine/").status_code == 200
    record = fresh(draft)
    services.render_document(record_id=record.pk, head=record.get_head_digest(), audience=Audience.MASKED, at=NOON)
    assert manager.get(f"{detail}pdf/").content.startswith(b"%PDF")
    assert sign_in(org.head).get(detail).status_code == 404, "control: another manager"
    assert (
        not Record.objects.visible_to(org.actor(org.team_manager, on=date(2026, 11, 11))).filter(pk=draft.pk).exists()
    )


def test_the_reason_is_kept_while_it_is_typed_and_wanted(kit: Kit, org: Org, sign_in: SignIn) -> None:
    draft = left_behind(kit, org)
    manager = sign_in(org.team_manager)
    typed = {"version": "0", "_closure-text": "She left"}
    assert manager.post(f"/records/{draft.pk}/sections/_closure/", typed).status_code == 200
    page = manager.get(f"/records/{draft.pk}/close/").content.decode()
    assert "She left" in page

    answer = manager.post(f"/records/{draft.pk}/close/", posted(page, **{"_closure-text": ""})).content.decode()

    assert "Say why it is closed." in answer
    assert not Part.objects.filter(record=draft).exists()


def test_the_supervisee_reads_that_it_is_closed_and_what_they_typed_themselves(
    kit: Kit, org: Org, sign_in: SignIn
) -> None:
    draft = kit.draft()
    kit.save(draft, "supervisee_comments", {"comments": "My own words."}, version=0, actor=kit.worker)
    StaffMember.objects.filter(pk=org.supervisor.pk).update(left_on=date(2026, 11, 10))
    manager = sign_in(org.team_manager)
    page = manager.get(f"/records/{draft.pk}/close/").content.decode()
    closed = manager.post(f"/records/{draft.pk}/close/", posted(page, **{"_closure-text": "She left."}), follow=True)

    seen = sign_in(org.worker).get(f"/records/{draft.pk}/").content.decode()

    assert "My own words." not in closed.content.decode()
    assert "My own words." in seen
    assert "nobody but you reads it" in seen
    assert WORKLOAD not in seen


def test_a_signed_text_is_closed_from_its_own_page(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.awaiting()
    manager = sign_in(org.team_manager)
    address = f"/records/{record.pk}/close/"
    assert address not in manager.get(f"/records/{record.pk}/").content.decode()
    assert manager.get(address).status_code == 404
    StaffMember.objects.filter(pk=org.worker.pk).update(left_on=date(2026, 11, 10))

    assert address in manager.get(f"/records/{record.pk}/").content.decode()
    assert "unanswered, since Monday 9 November 2026" in manager.get(address).content.decode()


# The masked PDF, and what the record says of itself


def test_the_next_up_downloads_the_masked_pdf(
    kit: Kit, org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.services.documents.pdf.render", lambda parts, **_: str(parts[0].contents).encode())
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    record, manager = kit.sealed(), sign_in(org.team_manager)
    address = f"/records/{record.pk}/pdf/"
    assert "Ask for the masked PDF" in manager.get(f"/records/{record.pk}/").content.decode()
    assert "The PDF is being made" in manager.get(address, follow=True).content.decode()
    services.render_document(record_id=record.pk, head=record.get_head_digest(), audience=Audience.MASKED, at=NOON)

    answer = manager.get(address)

    assert answer["Content-Disposition"].endswith('-masked.pdf"')
    assert WORKLOAD in answer.content.decode()
    assert WELLBEING not in answer.content.decode()
    assert Entry.objects.get(verb="record.downloaded").detail["masked"] is True


@pytest.mark.req("R214")
def test_the_page_shows_the_day_on_which_it_was_issued_to_the_supervisee(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()

    page = " ".join(re.sub("<[^>]+>", " ", worker.get(f"/records/{record.pk}/").content.decode()).split())

    assert "Issued to the supervisee Monday 9 November 2026" in page


@pytest.mark.scenario(22, "a")
def test_the_page_on_which_one_signs_says_what_each_answer_does(kit: Kit, worker: Client) -> None:
    record = kit.awaiting()

    page = worker.get(f"/records/{record.pk}/countersign/").content.decode()

    for words in (
        "If you agree, the record is sealed as signed by both of you.",
        "If you do not agree, it is sealed all the same, and says that you do not agree, and why.",
        "If you decline, it is sealed without your agreement, and says that you declined, and why.",
        "Sign with this answer",
    ):
        assert words in page
    assert PartContent.objects.exists()
