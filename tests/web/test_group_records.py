"""Pages of what comes of a group: its record, children, entries, what was put forward, the steps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.models import Child
from records.models import Record
from records.rules import State
from staff.models import StaffMember
from supervision.models import Discussion, GroupItem, GroupMember, GroupSession
from tests.cases_kit import child_with
from tests.groups_kit import ENTRY_TEXT, GROUP_TEXT, booked, said
from tests.org import Org, SignIn, add_person, put_under
from tests.records_kit import load_templates
from trail.models import Entry

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
ON = date(2026, 11, 9)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def peer(shropshire: Org) -> StaffMember:
    person = add_person("Ben Cole", team=shropshire.team, job_title="Social worker", category="sw_case_management")
    put_under(person, shropshire.supervisor)
    load_templates()
    return person


@pytest.fixture
def group(shropshire: Org, peer: StaffMember) -> GroupSession:
    """A group of two that was held, and one child of each."""
    child_with(shropshire.worker, reference="P1001")
    child_with(peer, reference="P1002")
    found = booked(shropshire, shropshire.worker, peer, model="reflective-shropshire")
    return said(shropshire, found, shropshire.worker, peer)


def url(name: str, group: GroupSession, **more: object) -> str:
    return reverse(f"supervision:{name}", kwargs={"group_id": group.pk, **more})


def posted(text: dict[str, dict[str, str]], version: int = 0) -> dict[str, str]:
    fields = {f"{section}-{name}": value for section, typed in text.items() for name, value in typed.items()}
    return fields | {f"{section}-version": str(version) for section in text}


@pytest.mark.req("R066", "R068", "R069", "R070", "R071", "R072", "R074")
def test_from_who_was_there_to_a_signed_record_with_a_childs_entry(
    shropshire: Org, sign_in: SignIn, group: GroupSession
) -> None:
    supervisor = sign_in(shropshire.supervisor)
    page = supervisor.get(url("group-detail", group)).content.decode()
    assert "Nobody has begun it yet" in page
    supervisor.post(url("group-record-open", group))
    offered = supervisor.get(url("group-children", group)).content.decode()
    assert "P1001, brought by Amara Obi" in offered
    child = Child.objects.get(reference="P1001")
    marks = {f"depth-{child.pk}": "in_depth", "save": "1"}
    assert (
        "have moved as the policy says"
        in supervisor.post(url("group-children", group), marks, follow=True).content.decode()
    )
    assert Discussion.objects.get().format == "group"

    begun = supervisor.post(url("group-child", group, child_id=child.pk), {"begin": "1"})
    assert begun["Location"] == url("group-child", group, child_id=child.pk)
    assert "_family" not in supervisor.get(begun["Location"]).content.decode(), "siblings share in sessions alone"
    supervisor.post(begun["Location"], posted(ENTRY_TEXT) | {"save": "1"})
    form = supervisor.get(url("group-record", group)).content.decode()
    for asked in (
        "Presented by",
        "Questions",
        "What was affirmed",
        "Nature of the discussion",
        "presenter&#x27;s response",
    ):
        assert asked in form
    assert "Amara Obi: present" in form
    sent = supervisor.post(url("group-record", group), posted(GROUP_TEXT) | {"sign": "1"})
    assert sent["Location"] == url("group-record-sign", group)
    signing = supervisor.get(sent["Location"])
    text = signing.content.decode()
    assert "Entry for the record of P1001" in text
    assert "The child has not been seen alone since October." in text
    done = supervisor.post(sent["Location"], {"shown": signing.context["text"].shown}, follow=True)

    assert "Everybody who was there can read it" in done.content.decode()
    record = GroupSession.objects.get(pk=group.pk).record
    assert record
    assert record.get_state() is State.SEALED
    worker = sign_in(shropshire.worker)
    entry = Record.objects.get(case_entry__child=child)
    assert worker.get(reverse("records:record-detail", kwargs={"record_id": record.pk})).status_code == 200
    assert worker.get(reverse("records:record-countersign", kwargs={"record_id": entry.pk})).status_code == 200
    assert "Amara Obi is to sign it, too" in supervisor.get(url("group-detail", group)).content.decode()


@pytest.mark.req("R066")
def test_what_is_missing_is_said_before_the_signature(shropshire: Org, sign_in: SignIn, group: GroupSession) -> None:
    supervisor = sign_in(shropshire.supervisor)
    supervisor.post(url("group-record-open", group))

    page = supervisor.post(
        url("group-record", group),
        posted({**GROUP_TEXT, "issue": {"presenter": "Amara", "outline": ""}}) | {"sign": "1"},
    )

    assert page.status_code == 200
    assert "Outline of the issue" in page.context["error_list"][0]["text"]
    assert "It cannot be signed yet" in supervisor.get(url("group-record-sign", group)).content.decode()


def test_another_child_is_added_by_its_reference(shropshire: Org, sign_in: SignIn, group: GroupSession) -> None:
    absent = add_person("Cy Dale", team=shropshire.team, job_title="Social worker")
    put_under(absent, shropshire.supervisor)
    child_with(absent, reference="P2001")
    supervisor = sign_in(shropshire.supervisor)
    typed = {"reference": "P200", "brought_by": str(shropshire.worker.pk), "depth": "brief", "add": "1"}

    page = supervisor.post(url("group-children", group), typed).content.decode()
    assert "No open case has exactly this reference" in page
    assert 'value="P200"' in page
    page = supervisor.post(url("group-children", group), typed | {"reference": "P2001"}, follow=True).content.decode()

    assert "P2001, brought by Amara Obi" in page
    assert Entry.objects.get(verb="group.child_added").detail["child"]


@pytest.mark.req("R067")
def test_a_member_puts_something_forward_and_takes_it_back(shropshire: Org, sign_in: SignIn, peer: StaffMember) -> None:
    child = child_with(shropshire.worker, reference="P1001")
    group = booked(shropshire, shropshire.worker, peer)
    GroupSession.objects.filter(pk=group.pk).update(on=date(2026, 11, 16))
    worker = sign_in(shropshire.worker)

    assert "Say what you want to bring" in worker.post(url("group-put-forward", group), {"text": " "}).content.decode()
    typed = {"text": "How do I end a visit well?", "child_id": str(child.pk)}
    page = worker.post(url("group-put-forward", group), typed, follow=True).content.decode()

    assert "How do I end a visit well?" in page
    assert "P1001" in page
    assert "How do I end a visit well?" not in sign_in(peer).get(url("group-detail", group)).content.decode()
    supervisor = sign_in(shropshire.supervisor)
    assert "How do I end a visit well?" in supervisor.get(url("group-detail", group)).content.decode()
    assert Entry.objects.filter(verb="group.read", about_id=shropshire.worker.pk).exists()
    item = GroupItem.objects.get()
    worker.post(reverse("supervision:group-take-back", kwargs={"item_id": item.pk}))
    assert not GroupItem.objects.exists()


@pytest.mark.req("R073", "R352")
def test_the_steps_stand_with_their_minutes_and_the_duties(
    shropshire: Org, sign_in: SignIn, group: GroupSession
) -> None:
    GroupMember.objects.filter(session=group, person=shropshire.worker).update(role="presenter")

    page = sign_in(shropshire.worker).get(url("group-steps", group)).content.decode()

    assert page.count("15 minutes") == 6
    for words in ("Clarifying", "Keep the time", "Notice what people feel", "data-step-timer", "Amara Obi"):
        assert words in page


def test_the_facilitator_follows_the_draft_of_another_and_writes_nothing_in_it(
    shropshire: Org, sign_in: SignIn, group: GroupSession, peer: StaffMember
) -> None:
    GroupSession.objects.filter(pk=group.pk).update(recorder=peer)
    recorder = sign_in(peer)
    recorder.post(url("group-record-open", group))
    recorder.post(url("group-record", group), posted(GROUP_TEXT) | {"save": "1"})
    supervisor = sign_in(shropshire.supervisor)

    page = supervisor.get(url("group-record", group)).content.decode()

    assert "What we felt when the door stayed shut." in page
    assert "Save and check before signing" not in page
    assert supervisor.post(url("group-record", group), posted(GROUP_TEXT, 1)).status_code == 403
    assert sign_in(shropshire.worker).get(url("group-record", group)).status_code == 404


@pytest.mark.parametrize(
    ("name", "most"), [("group-detail", 12), ("group-record", 12), ("group-record-sign", 12), ("group-children", 12)]
)
def test_pages_ask_the_database_as_often_for_many_children_as_for_one(
    shropshire: Org,
    sign_in: SignIn,
    group: GroupSession,
    django_assert_max_num_queries: object,
    name: str,
    most: int,
) -> None:
    supervisor = sign_in(shropshire.supervisor)
    supervisor.post(url("group-record-open", group))
    supervisor.post(url("group-record", group), posted(GROUP_TEXT) | {"save": "1"})
    _discuss(shropshire, supervisor, group, "P1001")
    supervisor.get(url(name, group))

    with django_assert_max_num_queries(most) as one:  # type: ignore[operator]
        supervisor.get(url(name, group))
        asked = len(one)
    for number in range(2, 6):
        child_with(shropshire.worker, reference=f"P300{number}")
        _discuss(shropshire, supervisor, group, f"P300{number}")
    with django_assert_max_num_queries(asked):  # type: ignore[operator]
        supervisor.get(url(name, group))


@pytest.mark.parametrize("name", ["group-detail", "group-record"])
def test_every_form_of_a_page_carries_the_mark_of_its_session(
    shropshire: Org, sign_in: SignIn, group: GroupSession, name: str
) -> None:
    supervisor = sign_in(shropshire.supervisor)
    child = Child.objects.get(reference="P1001")
    supervisor.post(url("group-children", group), {f"depth-{child.pk}": "in_depth", "save": "1"})
    if name == "group-record":
        supervisor.post(url("group-record-open", group))

    page = supervisor.get(url(name, group)).content.decode()

    assert page.count('<form method="post"') == page.count("csrfmiddlewaretoken")
    assert (
        url(
            "group-record-open" if name == "group-detail" else "group-child",
            group,
            **({} if name == "group-detail" else {"child_id": child.pk}),
        )
        in page
    )


def _discuss(org: Org, supervisor: Client, group: GroupSession, reference: str) -> None:
    typed = {"reference": reference, "brought_by": str(org.worker.pk), "depth": "in_depth", "add": "1"}
    supervisor.post(url("group-children", group), typed)
    child = Discussion.objects.get(child__reference=reference).child_id
    begun = supervisor.post(url("group-child", group, child_id=child), {"begin": "1"})
    supervisor.post(begun["Location"], posted(ENTRY_TEXT) | {"save": "1"})


def test_who_reads_handwritten_notes_is_said_as_it_is(shropshire: Org, sign_in: SignIn, group: GroupSession) -> None:
    client = sign_in(shropshire.supervisor)
    client.post(url("group-record-open", group))

    page = client.get(url("group-record", group)).content.decode()

    assert "Those who lead the group only" in page
    assert "only whoever wrote the record and the facilitator can read this section" in page
    assert "two of you" not in page
