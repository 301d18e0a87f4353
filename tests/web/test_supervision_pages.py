"""Pages of supervision: what they show, what they refuse, and that nothing typed is lost."""

import re
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from records.models import Action, DraftSection, Part
from records.rules import Meaning
from supervision.models import AgendaItem, SupervisionSession
from tests.org import Org, SignIn
from tests.records_kit import Kit

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def supervisor(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.supervisor)


def times(
    day: str = "9", month: str = "11", year: str = "2026", starts: str = "10:00", ends: str = "11:30"
) -> dict[str, str]:
    return {
        "on_0": day,
        "on_1": month,
        "on_2": year,
        "starts": starts,
        "ends": ends,
        "mode": "in_person",
        "place": "Room 4",
    }


def book(org: Org, on: date, *, status: str = "planned") -> SupervisionSession:
    return SupervisionSession.objects.create(
        supervisee=org.worker,
        supervisor=org.supervisor,
        on=on,
        starts=time(10),
        ends=time(11, 30),
        booked_at=NOW,
        status=status,
        closed_at=None if status == "planned" else NOW,
    )


def test_the_team_page_says_who_is_due_and_why(supervisor: Client, shropshire: Org) -> None:
    page = supervisor.get(reverse("supervision:team")).content.decode()

    assert "Amara Obi" in page
    assert "No contract" in page
    assert "Why is this due?" in page


def test_a_session_is_booked_moved_and_cancelled(supervisor: Client, shropshire: Org) -> None:
    booked = supervisor.post(
        reverse("supervision:session-book", args=[shropshire.worker.pk]), times(day="16"), follow=True
    )
    session = SupervisionSession.objects.get()
    moved = supervisor.post(reverse("supervision:session-move", args=[session.pk]), times(day="18"), follow=True)
    cancelled = supervisor.post(
        reverse("supervision:session-cancel", args=[session.pk]),
        {"cancelled_by": str(shropshire.worker.pk), "reason": "Court", "direct_contact": "no"},
        follow=True,
    )

    assert "Supervision with Amara Obi is booked" in booked.content.decode()
    assert "Wednesday 18 November 2026" in moved.content.decode()
    assert "The date by which supervision is due stays the same" in cancelled.content.decode()
    session.refresh_from_db()
    assert session.status == "cancelled"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": "31", "month": "2"}, "There is no such date"),
        ({"day": "30", "month": "11", "year": "26"}, "Enter the year with four figures"),
        ({"day": "10"}, "That day has not come yet"),
        ({"day": "1", "month": "3", "year": "2025"}, "Your supervision of Amara Obi began on 1 April 2025"),
        ({"ends": "09:00"}, "The end must be later than the start"),
        ({"starts": "half ten"}, "Enter the start as a time like 14:30."),
        ({"year": "2126"}, "That is too far ahead. Check the year."),
        ({"day": "x" * 300}, "Enter the day in figures"),
    ],
)
def test_bad_times_are_refused_beside_the_field_and_stay_as_typed(
    supervisor: Client, shropshire: Org, typed: dict[str, str], sentence: str
) -> None:
    response = supervisor.post(reverse("supervision:session-log", args=[shropshire.worker.pk]), times(**typed))

    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert "There is a problem" in page
    assert "Room 4" in page
    for value in typed.values():
        assert value in page
    assert not SupervisionSession.objects.exists()


def test_holding_a_session_leads_to_its_record(supervisor: Client, shropshire: Org) -> None:
    session = book(shropshire, date(2026, 11, 9))

    page = supervisor.post(reverse("supervision:session-hold", args=[session.pk]), times(), follow=True)

    text = page.content.decode()
    assert "Supervision with Amara Obi, 9 November 2026" in text
    for heading in (
        "Workload management",
        "Professional development",
        "Supervisor&#x27;s comments",
        "Next supervision",
    ):
        assert heading in text


@pytest.mark.req("R181", "R182", "R186")
def test_the_whole_job_without_scripts(supervisor: Client, shropshire: Org, sign_in: SignIn) -> None:
    supervisor.post(reverse("supervision:session-log", args=[shropshire.worker.pk]), times())
    record = SupervisionSession.objects.get().record
    write = reverse("supervision:record-write", args=[record.pk])
    form = {
        "session-version": "0",
        "workload-version": "0",
        "workload-discussed": "Court work is heavy. <b>Bold</b> ‘quotes’ – 🙂 Dŵr שלום",
        "workload-actions-TOTAL_FORMS": "1",
        "workload-actions-INITIAL_FORMS": "0",
        "workload-actions-0-what": "Ask for a co-worker",
        "workload-actions-0-who": "Priya Nair",
        "workload-actions-0-by": "20/11/2026",
        "supervisor_comments-version": "0",
        "supervisor_comments-comments": "A good month",
        "sign": "1",
    }
    check = supervisor.post(write, form, follow=True)
    shown = check.context["text"].shown
    signed = supervisor.post(reverse("supervision:record-sign", args=[record.pk]), {"shown": shown}, follow=True)

    worker = sign_in(shropshire.worker)
    countersign = reverse("records:record-countersign", args=[record.pk])
    reading = worker.get(countersign)
    done = worker.post(
        countersign,
        {
            "shown": reading.context["form"].initial["shown"],
            "meaning": "agree",
            "supervisee_comments-version": "0",
            "supervisee_comments-comments": "Thank you",
            "sign": "1",
        },
        follow=True,
    )

    assert "Ask for a co-worker" in check.content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt;" in reading.content.decode()
    assert "Amara Obi can now read and sign it" in signed.content.decode()
    assert "Thank you" in done.content.decode()
    assert [part.kind for part in Part.objects.filter(record=record)] == ["text", "countersignature"]


def test_the_page_that_checks_says_what_to_look_at_again(supervisor: Client, shropshire: Org) -> None:
    for text in ("Court dates", "Leave in May"):
        item = {"kind": "topic", "text": text, "share": "yes"}
        supervisor.post(reverse("supervision:agenda-add", args=[shropshire.worker.pk]), item)
    book(shropshire, date(2026, 12, 18))
    supervisor.post(reverse("supervision:session-log", args=[shropshire.worker.pk]), times())
    record = SupervisionSession.objects.exclude(record=None).get().record
    form = {
        "workload-version": "0",
        "workload-actions-TOTAL_FORMS": "1",
        "workload-actions-INITIAL_FORMS": "0",
        "workload-actions-0-what": "Send the letter",
        "workload-actions-0-who": "The school nurse",
        "next-version": "0",
        "next-next_session": "18/12/2026",
        "next-next_session_time": "16:45",
        "agenda": "1",
        "discussed": str(AgendaItem.objects.get(text="Court dates").pk),
        "sign": "1",
    }

    page = supervisor.post(reverse("supervision:record-write", args=[record.pk]), form, follow=True).content.decode()

    assert "“Send the letter” is for The school nurse: nobody of this name is in the directory" in page
    assert "18 December 2026 at 16:45 for the next session. The diary has that day at 10:00" in page
    assert re.search(r"Court dates <span[^>]*>\(discussed\)", page)
    assert re.search(r"Leave in May <span[^>]*>\(waits for the next session\)", page)


def test_a_form_sent_twice_signs_once(supervisor: Client, shropshire: Org) -> None:
    supervisor.post(reverse("supervision:session-log", args=[shropshire.worker.pk]), times())
    record = SupervisionSession.objects.get().record
    sign = reverse("supervision:record-sign", args=[record.pk])
    shown = supervisor.get(sign).context["text"].shown

    supervisor.post(sign, {"shown": shown})
    again = supervisor.post(sign, {"shown": shown}, follow=True)

    assert "You have signed this already. Nothing was added." in again.content.decode()
    assert Part.objects.filter(record=record).count() == 1


def test_what_was_typed_in_a_window_while_another_signed_is_given_back(supervisor: Client, shropshire: Org) -> None:
    supervisor.post(reverse("supervision:session-log", args=[shropshire.worker.pk]), times())
    record = SupervisionSession.objects.get().record
    sign, write = (reverse(f"supervision:record-{page}", args=[record.pk]) for page in ("sign", "write"))
    supervisor.post(sign, {"shown": supervisor.get(sign).context["text"].shown})

    late = supervisor.post(write, {"workload-version": "0", "workload-discussed": "An hour of <b>new</b> text."})

    page = late.content.decode()
    assert late.status_code == 409
    assert "You signed this record in another window" in page
    assert "An hour of &lt;b&gt;new&lt;/b&gt; text." in page
    assert not DraftSection.objects.filter(content__contains="new").exists()
    assert supervisor.get(write).status_code == 302


def test_a_text_that_is_too_long_is_refused_and_stays_on_the_page(supervisor: Client, shropshire: Org) -> None:
    supervisor.post(reverse("supervision:session-log", args=[shropshire.worker.pk]), times())
    record = SupervisionSession.objects.get().record
    typed = "word " * 50_000

    response = supervisor.post(
        reverse("supervision:record-write", args=[record.pk]),
        {
            "workload-version": "0",
            "workload-discussed": typed,
            "supervisor_comments-version": "0",
            "supervisor_comments-comments": "Kept",
        },
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "200,000" in page
    assert typed.strip()[-500:] in page
    assert DraftSection.objects.get(record=record, section="supervisor_comments").values["comments"] == "Kept"


def test_an_old_challenge_leads_to_confirming_and_back(shropshire: Org, sign_in: SignIn) -> None:
    stale = sign_in(shropshire.supervisor, challenged=False)
    stale.post(reverse("supervision:session-log", args=[shropshire.worker.pk]), times())
    record = SupervisionSession.objects.get().record
    sign = reverse("supervision:record-sign", args=[record.pk])

    response = stale.post(sign, {"shown": stale.get(sign).context["text"].shown})

    assert response.status_code == 302
    assert "confirm" in response["Location"]
    assert not Part.objects.exists()


def test_somebody_elses_session_does_not_exist_and_the_try_is_in_the_trail(shropshire: Org, sign_in: SignIn) -> None:
    session = book(shropshire, date(2026, 11, 16))

    response = sign_in(shropshire.outsider).get(reverse("supervision:session-detail", args=[session.pk]))

    assert response.status_code == 404
    assert "Amara" not in response.content.decode()


@pytest.mark.parametrize(("name", "pages"), [("worker", 1), ("team_manager", 1), ("head", 1)])
def test_the_line_sees_the_persons_page(shropshire: Org, sign_in: SignIn, name: str, pages: int) -> None:
    response = sign_in(getattr(shropshire, name)).get(reverse("supervision:person-detail", args=[shropshire.worker.pk]))

    assert response.status_code == 200
    assert "Book a session" not in response.content.decode()


def test_above_sees_dates_and_no_more(shropshire: Org, sign_in: SignIn) -> None:
    session = book(shropshire, date(2026, 11, 16))
    session.place = "Room 4"
    session.save()

    next_up = sign_in(shropshire.team_manager).get(reverse("supervision:session-detail", args=[session.pk]))
    above = sign_in(shropshire.head).get(reverse("supervision:session-detail", args=[session.pk]))

    assert "Room 4" in next_up.content.decode()
    assert "Monday 16 November 2026" in above.content.decode()
    assert "Room 4" not in above.content.decode()


def contract_of(supervisor: Client, org: Org) -> str:
    """The address of a contract that was begun."""
    begun = supervisor.post(reverse("supervision:contract-open", args=[org.worker.pk]))
    return begun.headers["location"]


@pytest.mark.parametrize(
    ("typed", "sentence", "target"),
    [
        ({"key_tasks-key_tasks": ""}, "Key tasks: Fill in “Key tasks of supervisee”.", "id_key_tasks-key_tasks"),
        ({"review-review_on": "1/3/2026"}, "Review: The date of review has passed already.", "id_review-review_on"),
    ],
)
def test_what_keeps_a_contract_from_being_signed_is_said_beside_its_field_before_one_gets_there(
    supervisor: Client, shropshire: Org, typed: dict[str, str], sentence: str, target: str
) -> None:
    write = contract_of(supervisor, shropshire)
    form = {
        "key_tasks-version": "0",
        "key_tasks-key_tasks": "Hold cases",
        "review-version": "1",
        "review-review_on": "9/11/2027",
        "sign": "1",
    }

    page = supervisor.post(write, form | typed, follow=True)

    assert page.redirect_chain == []
    assert f'href="#{target}">{sentence}' in page.content.decode()
    sign = supervisor.get(write.replace("/write/", "/sign/")).content.decode()
    assert f"{write}#{target}" in sign
    assert "Sign and send" not in sign


def test_the_reason_of_a_return_stands_above_the_text_that_is_corrected(shropshire: Org, sign_in: SignIn) -> None:
    kit = Kit(shropshire)
    SupervisionSession.objects.filter(pk=book(shropshire, NOW.date(), status="held").pk).update(record=kit.awaiting())
    record = SupervisionSession.objects.get().record
    kit.send_back(record, reason="The date of the visit is wrong.")

    page = sign_in(shropshire.supervisor).get(reverse("supervision:record-write", args=[record.pk]))

    assert "The date of the visit is wrong." in page.content.decode()


def test_the_page_of_a_session_shows_what_its_signed_record_agreed_and_how_it_was_answered(
    shropshire: Org, sign_in: SignIn
) -> None:
    kit = Kit(shropshire)
    record = kit.awaiting()
    session = book(shropshire, NOW.date(), status="held")
    SupervisionSession.objects.filter(pk=session.pk).update(record=record)
    address = reverse("supervision:session-detail", args=[session.pk])
    Action.objects.create(
        record=record, part_seq=1, section="workload", sensitivity="shared", what="Ring the school",
        owner=shropshire.worker, owner_name="Amara Obi", due_on=date(2026, 11, 6), created_at=NOW,
    )  # fmt: skip

    before = " ".join(sign_in(shropshire.supervisor).get(address).content.decode().split())
    kit.countersign(record, meaning=Meaning.DECLINE, reason="It was not so.", at=NOW)
    after = sign_in(shropshire.supervisor).get(address).content.decode()

    assert "Ring the school" in before
    assert "Amara Obi, by 6 November 2026, 3 days overdue" in before
    assert "Declined" in after


def test_of_two_times_each_error_says_which(supervisor: Client, shropshire: Org) -> None:
    page = supervisor.post(
        reverse("supervision:session-book", args=[shropshire.worker.pk]), times(starts="half two", ends="")
    ).content.decode()

    assert "Enter the start as a time like 14:30." in page
    assert "Enter the end as a time like 14:30." in page


@pytest.mark.parametrize(("day", "said"), [("14", True), ("16", False)])
def test_a_day_on_which_nobody_works_is_said_before_it_is_booked_and_can_be_booked_all_the_same(
    supervisor: Client, shropshire: Org, day: str, said: bool
) -> None:
    address = reverse("supervision:session-book", args=[shropshire.worker.pk])
    form = supervisor.get(address).content.decode()

    first = supervisor.post(address, times(day=day), follow=True)

    assert "Why is this due?" in form
    page = first.content.decode()
    assert ("Saturday 14 November 2026: not a working day." in page) is said
    assert ("is booked" not in page) is said
    if said:
        again = supervisor.post(address, {**times(day=day), "seen": first.context["form"]["seen"].value()}, follow=True)
        assert "is booked" in again.content.decode()
    assert SupervisionSession.objects.count() == 1


def test_the_place_in_the_contents_list_does_not_follow_into_the_next_page(supervisor: Client, shropshire: Org) -> None:
    """A browser takes the fragment of a form without an address through every redirect: past the banner, unseen."""
    write = contract_of(supervisor, shropshire)

    for address in (write, write.replace("/write/", "/sign/")):
        supervisor.post(write, {"key_tasks-version": "0", "key_tasks-key_tasks": "Hold cases"})
        assert f'<form method="post" action="{address}"' in supervisor.get(address).content.decode()
