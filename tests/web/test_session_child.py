"""The pages on which what a session said of each child is written, and the page on which all of it is signed."""

from datetime import date, time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.errors import RuleBroken
from records.rules import FAMILY
from supervision.models import CaseEntry, InDepthMark, SupervisionSession
from supervision.rules.discussions import Mark
from supervision.selectors import family_version
from tests.org import Org, SignIn
from tests.session_entries_kit import NOON, SessionWithChildren, siblings
from trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def made(shropshire: Org) -> SessionWithChildren:
    made = SessionWithChildren(shropshire)
    for reference in ("P1001", "P1002", "P1003"):
        made.child(reference)
    return made


@pytest.fixture
def client(made: SessionWithChildren, sign_in: SignIn) -> Client:
    return sign_in(made.org.supervisor)


def typed(client: Client, made: SessionWithChildren, reference: str, **changed: str) -> dict[str, str]:
    """What the page of a child would send: each section under the version that it was shown with."""
    form = client.get(made.address(reference)).context["draft"]
    sent = {f"{one.prefix}-version": str(one.version) for one in form.sections}
    for section in form.sections:
        for rows in section.rows.values():
            sent |= {f"{rows.prefix}-TOTAL_FORMS": "1", f"{rows.prefix}-INITIAL_FORMS": "0"}
        sent |= {f"{section.prefix}-{name}": str(value or "") for name, value in section.initial.items() if value != []}
    mark = made.session.discussions.filter(child=made.children[reference]).first()
    return sent | ({"depth": mark.depth} if mark else {}) | changed


def text(answer) -> str:
    return answer.content.decode()


def test_the_page_says_what_is_known_and_leads_from_child_to_child(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1001="in_depth", P1002="brief", P1003=Mark("not_discussed", "No time."))

    page = text(client.get(made.address("P1001")))

    assert "Child 1 of 2" in page
    assert "Amara Obi" in page
    assert "A child who was discussed in depth needs an entry." in page
    assert "Current issues / situation" in page
    assert made.address("P1002") in page
    assert "Previous child" not in page
    # Who was not discussed has no place among those to be written
    assert made.address("P1003") not in page
    assert "About the family" not in page


def test_what_is_typed_is_saved_and_the_button_leads_on(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1001="in_depth", P1002="brief")

    sent = typed(client, made, "P1001", **{"situation-situation": "At her aunt's.", "next": "1"})
    answer = client.post(made.address("P1001"), sent)
    assert answer["Location"] == made.address("P1002")
    assert made.typed("P1001")["situation"] == {"situation": "At her aunt's."}

    last = client.post(made.address("P1002"), typed(client, made, "P1002", next="1"))
    assert last["Location"] == reverse("supervision:record-write", args=[made.record.pk])
    # Nothing was typed of the second, so nothing was opened
    assert made.entry("P1002") is None


def test_opening_the_page_of_a_child_who_is_not_marked_marks_nothing_until_it_is_saved(
    made: SessionWithChildren, client: Client
) -> None:
    page = text(client.get(made.address("P1001")))
    assert "Not marked yet" in page
    assert not made.session.discussions.exists()

    sent = typed(client, made, "P1001", **{"situation-situation": "Typed.", "save": "1"})
    refused = client.post(made.address("P1001"), sent)
    assert "Say how you discussed this child: briefly or in depth." in text(refused)
    assert 'href="#id_depth"' in text(refused)
    assert "Typed." in text(refused)
    assert made.typed("P1001")["situation"] == {"situation": "Typed."}

    assert client.post(made.address("P1001"), typed(client, made, "P1001", depth="brief", save="1")).status_code == 302
    assert made.discussion("P1001").depth == "brief"


def test_a_child_who_was_not_discussed_is_written_about_once_that_is_changed(
    made: SessionWithChildren, client: Client
) -> None:
    made.mark(P1001=Mark("not_discussed", "No time."))

    page = text(client.get(made.address("P1001")))
    assert "You marked this child as not discussed: No time." in page
    assert "situation-situation" not in page

    client.post(made.address("P1001"), {"depth": "in_depth", "save": "1"})
    assert "situation-situation" in text(client.get(made.address("P1001")))


def save(client: Client, made: SessionWithChildren, reference: str, section: str, **sent: str):
    address = reverse("supervision:session-child-save", args=[made.session.pk, made.children[reference].pk, section])
    return client.post(address, sent)


def test_each_section_saves_itself(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1001="in_depth")

    first = save(client, made, "P1001", "situation", **{"situation-situation": "First.", "version": "0"})
    assert (first.status_code, first.json()["version"], first.json()["unclear"]) == (200, 1, "")
    again = save(client, made, "P1001", "situation", **{"situation-situation": "First.", "version": "0"})
    assert (again.status_code, again.json()["version"]) == (200, 1)
    late = save(client, made, "P1001", "situation", **{"situation-situation": "Another.", "version": "0"})
    assert (late.status_code, late.json()["version"]) == (409, 1)
    assert "First." in late.json()["html"]
    assert save(client, made, "P1001", "nothing", version="0").status_code == 403

    assert save(client, made, "P1001", "_depth", depth="brief", version="0").status_code == 200
    assert made.discussion("P1001").depth == "brief"
    assert save(client, made, "P1001", "_depth", depth="not_discussed", version="0").status_code == 422


def test_siblings_share_one_text_with_a_warning_and_no_reference_in_it(
    made: SessionWithChildren, client: Client
) -> None:
    siblings(made.children["P1001"], made.children["P1002"])
    made.mark(P1001="in_depth", P1002="brief", P1003="brief")

    page = text(client.get(made.address("P1001")))
    assert "Shared with P1002" in page
    assert "Write nothing here that belongs to one child alone." in page
    assert "Shared with" not in text(client.get(made.address("P1003")))

    saved = save(client, made, "P1001", FAMILY, **{f"{FAMILY}-text": "They move in May.", "version": "0"})
    assert saved.json()["version"] == family_version("They move in May.")
    assert "They move in May." in text(client.get(made.address("P1002")))
    late = save(client, made, "P1002", FAMILY, **{f"{FAMILY}-text": "Another.", "version": "0"})
    assert late.status_code == 409
    assert "They move in May." in late.json()["html"]


def test_the_last_entrys_actions_stand_beside(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1001="in_depth")
    made.write("P1001", "situation", situation="Then.")
    who = made.org.worker
    agreed = {"what": "Ask the school for the attendance", "who": who.name, "who_id": str(who.pk), "by": "2026-11-20"}
    made.write("P1001", "actions", actions=[agreed])
    made.sign()
    made.countersign()
    later = SessionWithChildren(made.org, children=made.children, hour=8)
    later.mark(P1001="brief")

    page = text(client.get(later.address("P1001")))

    assert "Agreed last time, Monday 9 November 2026" in page
    assert "Ask the school for the attendance" in page
    assert Entry.objects.filter(verb="actions.read", actor_id=made.org.supervisor.pk).exists()


def test_others_do_not_write(made: SessionWithChildren, sign_in: SignIn) -> None:
    made.mark(P1001="in_depth")
    for person, status in ((made.org.worker, 403), (made.org.team_manager, 403), (made.org.outsider, 404)):
        assert sign_in(person).get(made.address("P1001")).status_code == status
        assert save(sign_in(person), made, "P1001", "situation", version="0").status_code == status


def test_a_child_of_somebody_elses_has_no_page(made: SessionWithChildren, client: Client) -> None:
    assert client.get(reverse("supervision:session-child", args=[made.session.pk, made.session.pk])).status_code == 404


def test_what_was_typed_after_the_signature_is_given_back(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1001="in_depth")
    made.write("P1001", "situation", situation="Signed.")
    sent = typed(client, made, "P1001", **{"situation-situation": "Typed too late.", "save": "1"})
    made.sign()

    assert client.get(made.address("P1001")).status_code == 302
    answer = client.post(made.address("P1001"), sent)
    assert answer.status_code == 409
    assert "Typed too late." in text(answer)
    saved = save(client, made, "P1001", "situation", **{"situation-situation": "Typed too late.", "version": "1"})
    assert saved.status_code == 403


def test_the_page_before_signing_shows_each_entry_and_one_signature_signs_all(
    made: SessionWithChildren, client: Client
) -> None:
    made.mark(P1001="in_depth", P1002="brief", P1003="in_depth")
    made.write("P1001", "situation", situation="The story of one.")
    made.write("P1002", "reflection", reflection="What two shows us.")
    sign = reverse("supervision:record-sign", args=[made.record.pk])

    page = text(client.get(sign))
    assert "Entries for the children’s records (3)" in page
    assert "The story of one." in page
    assert "write something here before you sign" in page
    assert "Write the entry of P1003, who was discussed in depth" in page
    assert 'name="shown"' not in page

    made.write("P1002", "situation", situation="Two, briefly.")
    made.write("P1003", "situation", situation="Three.")
    ready = client.get(sign)
    assert "the record, and 3 entries for the children’s records" in text(ready)
    answer = client.post(sign, {"shown": ready.context["text"].shown})
    assert answer["Location"] == reverse("records:record-detail", args=[made.record.pk])
    assert {entry.record.get_state() for entry in CaseEntry.objects.all()} == {"awaiting"}


def test_the_worker_reads_the_entries_and_answers_all_with_one_signature(
    made: SessionWithChildren, sign_in: SignIn
) -> None:
    made.mark(P1001="in_depth", P1002="brief")
    made.write("P1001", "situation", situation="The story of one.")
    made.write("P1002", "situation", situation="The story of two.")
    made.sign()
    worker, record = sign_in(made.org.worker), made.record
    address = reverse("records:record-countersign", args=[record.pk])

    page = worker.get(address)
    assert "Entries for the children’s records (2)" in text(page)
    assert text(page).index("P1001") < text(page).index("The story of one.") < text(page).index("The story of two.")
    read = Entry.objects.filter(verb="record.read", actor_id=made.org.worker.pk).values_list("target_id", flat=True)
    assert {str(each.record_id) for each in CaseEntry.objects.all()} <= set(read)

    shown = page.context["form"].initial["shown"]
    sent = {f"{one.prefix}-version": "0" for one in page.context["typed"].sections}
    answer = worker.post(address, sent | {"shown": shown, "meaning": "agree", "sign": "1"})
    assert answer["Location"] == reverse("records:record-detail", args=[record.pk])
    assert {entry.record.get_state() for entry in CaseEntry.objects.all()} == {"sealed"}

    detail = text(worker.get(reverse("records:record-detail", args=[record.pk])))
    entry = made.entry("P1001")
    assert entry
    link = reverse("records:record-detail", args=[entry.pk])
    assert link in detail
    assert "The story of one." not in detail
    assert reverse("records:record-detail", args=[record.pk]) in text(worker.get(link))


def test_returning_the_record_returns_its_entries_and_they_are_written_again(
    made: SessionWithChildren, sign_in: SignIn, client: Client
) -> None:
    made.mark(P1001="in_depth")
    made.write("P1001", "situation", situation="The story of one.")
    made.sign()
    worker = sign_in(made.org.worker)
    address = reverse("records:record-return", args=[made.record.pk])
    page = worker.get(address)
    assert "1 entry for the children’s records go back with it" in text(page)
    sent = {f"{one.prefix}-version": "0" for one in page.context["typed"].sections} | {"_reason-text": "The date."}
    worker.post(address, sent | {"shown": page.context["form"].initial["shown"], "sign": "1"})
    assert CaseEntry.objects.get().record.get_state() == "returned"

    with pytest.raises(RuleBroken, match="was signed and sent back, so it is signed again"):
        made.mark(P1001=Mark("not_discussed", "A slip."))
    sent = typed(client, made, "P1001", **{"situation-situation": "Corrected.", "save": "1"})
    assert client.post(made.address("P1001"), sent).status_code == 302
    part = made.sign()
    again = CaseEntry.objects.get().record.parts.last()
    assert again
    assert (again.seq, again.act) == (3, part.act)


def test_the_old_address_of_a_draft_leads_to_the_page_of_the_child(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1001="in_depth")
    made.write("P1001", "situation", situation="Text.")
    entry = made.entry("P1001")
    assert entry
    for name in ("supervision:record-write", "supervision:record-sign"):
        assert client.get(reverse(name, args=[entry.pk]))["Location"] == made.address("P1001")


def test_what_is_shared_is_shared_with_its_entries(made: SessionWithChildren, client: Client, sign_in: SignIn) -> None:
    made.mark(P1001="in_depth")
    made.write("P1001", "situation", situation="The story of one.")
    entry = made.entry("P1001")
    assert entry
    draft = reverse("records:record-draft", args=[entry.pk])
    worker = sign_in(made.org.worker)
    assert worker.get(draft).status_code == 404

    client.post(reverse("supervision:record-write", args=[made.record.pk]), {"share": "1"})
    assert "The story of one." in text(worker.get(draft))
    assert draft in text(worker.get(reverse("supervision:session-detail", args=[made.session.pk])))

    client.post(reverse("supervision:record-write", args=[made.record.pk]), {"share": "0"})
    assert worker.get(draft).status_code == 404


def test_the_writing_page_leads_to_the_children(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1001="in_depth")

    page = text(client.get(reverse("supervision:record-write", args=[made.record.pk])))

    assert "Write about each child (1)" in page
    assert made.address("P1001") in page
    assert "In depth, to be written" in page


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_of_a_child_asks_few_queries_whatever_the_number(
    made: SessionWithChildren, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    many(made, number)
    client.get(made.address("Q000"))

    with django_assert_max_num_queries(12):
        client.get(made.address("Q000"))


@pytest.mark.parametrize("number", [2, 20])
def test_the_pages_of_writing_and_signing_ask_few_queries_whatever_the_number(
    made: SessionWithChildren, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    many(made, number)
    for name in ("supervision:record-sign", "supervision:record-write"):
        address = reverse(name, args=[made.record.pk])
        client.get(address)
        with django_assert_max_num_queries(16, info=address):
            client.get(address)


def many(made: SessionWithChildren, number: int) -> None:
    references = [f"Q{each:03}" for each in range(number)]
    family = [made.child(reference) for reference in references]
    siblings(*family)
    made.mark(**dict.fromkeys(references, "in_depth"))
    made.write_family("Q000", "The family.")
    for reference in references:
        made.write(reference, "situation", situation="Text.")


def test_a_family_text_is_kept_though_the_sibling_has_gone_meanwhile(made: SessionWithChildren, client: Client) -> None:
    siblings(made.children["P1001"], made.children["P1003"])
    made.mark(P1001="in_depth", P1003="brief")
    sent = typed(client, made, "P1003", **{f"{FAMILY}-text": "They moved in together.", "save": "1"})
    made.mark(P1001=Mark("not_discussed", "No time."))

    assert client.post(made.address("P1003"), sent).status_code == 302

    assert made.typed("P1003")[FAMILY] == {"text": "They moved in together."}
    assert not made.discussion("P1003").own_text
    assert made.entry("P1001") is None
    page = text(client.get(made.address("P1003")))
    assert "They moved in together." in page
    assert "No sibling of this child is marked as discussed in this session now" in page


def test_a_family_text_that_saves_itself_is_kept_too(made: SessionWithChildren, client: Client) -> None:
    made.mark(P1003="brief")

    saved = save(client, made, "P1003", FAMILY, **{f"{FAMILY}-text": "They moved in together.", "version": "77"})

    assert saved.status_code == 200
    assert made.typed("P1003")[FAMILY] == {"text": "They moved in together."}


def test_a_family_text_is_not_saved_past_the_siblings(made: SessionWithChildren, client: Client) -> None:
    siblings(made.children["P1001"], made.children["P1003"])
    made.mark(P1001="in_depth", P1003="brief")
    made.write_family("P1001", "As it stands.")
    entry = made.entry("P1001")
    assert entry
    alone = reverse("records:record-section-save", args=[entry.pk, FAMILY])

    assert client.post(alone, {f"{FAMILY}-text": "In one alone.", "version": "1"}).status_code == 403

    assert made.typed("P1001") == made.typed("P1003") == {FAMILY: {"text": "As it stands."}}


def test_what_was_typed_of_a_child_who_was_with_another_worker_is_given_back(
    made: SessionWithChildren, client: Client
) -> None:
    sent = typed(client, made, "P1001", depth="brief", **{"situation-situation": "Long typed words.", "save": "1"})
    made.children["P1001"].allocations.update(holder=made.org.outsider)

    answer = client.post(made.address("P1001"), sent)

    assert answer.status_code == 409
    assert "Long typed words." in text(answer)
    assert "This child was not with this worker on the day of the session." in text(answer)
    assert "P1001" not in text(answer)
    assert client.get(made.address("P1001")).status_code == 404


def test_sharing_stops_for_an_entry_that_is_not_discussed_any_more(
    made: SessionWithChildren, client: Client, sign_in: SignIn
) -> None:
    made.mark(P1001="in_depth")
    made.write("P1001", "situation", situation="The story of one.")
    write = reverse("supervision:record-write", args=[made.record.pk])
    client.post(write, {"share": "1"})
    made.write("P1001", "situation", situation="")
    made.mark(P1001=Mark("not_discussed", "A slip."))
    entry = made.entry("P1001")
    assert entry

    client.post(write, {"share": "0"})

    assert sign_in(made.org.worker).get(reverse("records:record-draft", args=[entry.pk])).status_code == 404


def test_children_in_depth_are_written_about_first_and_stand_once_on_the_page(
    made: SessionWithChildren, client: Client
) -> None:
    made.mark(P1001="brief", P1002=Mark("not_discussed", "No time."), P1003="in_depth")

    page = text(client.get(reverse("supervision:session-detail", args=[made.session.pk])))

    assert page.index(made.address("P1003")) < page.index(made.address("P1001"))
    assert page.index(made.address("P1001")) < page.index("P1002")
    assert (page.count("P1001"), page.count("P1003")) == (1, 1)
    writing = text(client.get(reverse("supervision:record-write", args=[made.record.pk])))
    assert "Children: 3 of 3 marked, 2 of them as discussed." in writing
    assert "Child 1 of 2" in text(client.get(made.address("P1003")))


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_on_which_the_worker_answers_asks_few_queries_whatever_the_number(
    made: SessionWithChildren,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    many(made, number)
    made.sign()
    worker, address = sign_in(made.org.worker), reverse("records:record-countersign", args=[made.record.pk])
    worker.get(address)

    with django_assert_max_num_queries(15):
        worker.get(address)


def test_who_is_chosen_to_be_discussed_in_depth_stands_with_the_agenda(
    made: SessionWithChildren, client: Client
) -> None:
    planned = SupervisionSession.objects.create(
        supervisee=made.org.worker,
        supervisor=made.org.supervisor,
        on=date(2026, 11, 16),
        starts=time(10),
        ends=time(11, 30),
        mode="in_person",
        booked_at=NOON,
    )
    page = reverse("supervision:session-detail", args=[planned.pk])
    assert "Nothing is on the shared agenda yet." in text(client.get(page))

    child, by = made.children["P1002"], made.org.supervisor
    InDepthMark.objects.create(session=planned, child=child, marked_by=by, marked_at=NOON)

    assert "To be discussed in depth: P1002." in text(client.get(page))
    assert "Nothing is on the shared agenda yet." not in text(client.get(page))
