"""The page on which a record is written: shared, followed, with files, with what stands beside the form."""

import io
from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from documents.models import StoredFile
from outbox.models import Job
from policies.models import RecordTemplate
from records import services as records
from records.models import DraftSection, DraftShare, Record
from records.rules import ATTACHMENTS
from supervision import services
from supervision.rules import Times
from tests.org import Org, SignIn
from tests.records_kit import NOON, Kit, fresh
from tests.uploads import pdf_of_pages
from trail.models import Entry

EITHER = "other"


@pytest.fixture
def supervisor(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.supervisor)


@pytest.fixture
def worker(shropshire: Org, sign_in: SignIn) -> Client:
    return sign_in(shropshire.worker)


@pytest.fixture
def draft(shropshire: Org) -> Record:
    """The record of a session of last week, opened and not yet typed into."""
    held = services.hold_session(
        supervisee_id=shropshire.worker.pk,
        session_id=None,
        times=Times(on=date(2026, 11, 2), starts=time(10), ends=time(11, 30)),
        mode="in_person",
        place="",
        actor=shropshire.actor(shropshire.supervisor),
        at=NOON,
    )
    assert held.record
    return held.record


@pytest.fixture
def written_by_both(draft: Record) -> Record:
    """The same draft, on a form of which both people write one section."""
    template = RecordTemplate.objects.get(slug=draft.template_slug, version=draft.template_version)
    document = {**template.document, "version": 97}
    document["sections"] = [
        {**section, "written_by": "either"} if section["id"] == EITHER else section for section in document["sections"]
    ]
    RecordTemplate.objects.create(
        slug=template.slug, version=97, document=document, digest=f"{template.digest[:-2]}97", loaded_at=NOON
    )
    both = Record.objects.create(
        **{
            name: getattr(draft, name)
            for name in ("kind", "subject", "author", "template_slug", "policy_slug", "policy_version", "title")
        },
        template_version=97,
        created_at=NOON,
    )
    draft.session.record = both
    draft.session.save()
    return both


def write(record: Record) -> str:
    return reverse("supervision:record-write", args=[record.pk])


def prepare(record: Record) -> str:
    return reverse("records:record-draft", args=[record.pk])


def type_into(client: Client, record: Record, section: str, *, version: int = 0, **typed: Any) -> Any:
    data = {"version": str(version), **{f"{section}-{name}": value for name, value in typed.items()}}
    return client.post(reverse("records:record-section-save", args=[record.pk, section]), data)


def ask(client: Client, record: Record, writing: str = "") -> Any:
    address = reverse("records:record-presence", args=[record.pk])
    return client.post(address, {"writing": writing}, headers={"X-Countersign-Automatic": "1"})


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "white").save(written, kind, **options)
    return written.getvalue()


def chosen(data: bytes, name: str = "note.jpg") -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def attach(client: Client, record: Record, *files: io.BytesIO, version: int = 0, **typed: Any) -> Any:
    data = {f"{ATTACHMENTS}-version": str(version), "attach": ATTACHMENTS, f"{ATTACHMENTS}-files": list(files), **typed}
    return client.post(write(record), data)


def attached(record: Record) -> list[dict[str, Any]]:
    row = DraftSection.objects.filter(record=record, section=ATTACHMENTS).first()
    return row.values["files"] if row else []


def test_a_draft_is_read_by_the_supervisee_once_it_is_shared_and_no_longer(
    supervisor: Client, worker: Client, draft: Record, shropshire: Org
) -> None:
    type_into(supervisor, draft, "workload", discussed="Eleven children.")
    assert "Eleven children." not in worker.get(prepare(draft)).content.decode()

    supervisor.post(write(draft), {"share": "1"})

    page = worker.get(prepare(draft)).content.decode()
    assert "Eleven children." in page
    assert "session of 2 November 2026" in page
    assert 'href="/supervision/drafts/"' in page
    assert "Save my part" in page
    assert "This supervision" not in page, "nothing stands in it before it is signed"
    assert 'name="workload-discussed"' not in page
    assert Job.objects.filter(arguments__kind="draft_shared", arguments__person_id=str(shropshire.worker.pk)).exists()
    assert "Stop sharing this draft with Amara Obi" in supervisor.get(write(draft)).content.decode()

    supervisor.post(write(draft), {"share": "0"})

    assert "Eleven children." not in worker.get(prepare(draft)).content.decode()
    assert not DraftShare.objects.exists()
    verbs = list(Entry.objects.filter(verb__contains="shared").order_by("at", "pk").values_list("verb", flat=True))
    assert verbs == ["record.draft_shared", "record.draft_unshared"]


def test_sharing_saves_what_was_typed_first(supervisor: Client, worker: Client, draft: Record) -> None:
    supervisor.post(write(draft), {"workload-version": "0", "workload-discussed": "Typed just now", "share": "1"})

    assert "Typed just now" in worker.get(prepare(draft)).content.decode()


def test_the_supervisee_does_not_share_it(worker: Client, draft: Record) -> None:
    assert worker.post(write(draft), {"share": "1"}).status_code == 403
    assert not DraftShare.objects.exists()


def test_both_write_a_section_that_either_writes_and_neither_overwrites(
    supervisor: Client, worker: Client, written_by_both: Record
) -> None:
    assert type_into(supervisor, written_by_both, EITHER, discussed="Leave").status_code == 200
    assert type_into(worker, written_by_both, EITHER, version=1, discussed="Leave in May").status_code == 200

    late = type_into(supervisor, written_by_both, EITHER, version=1, discussed="Leave in June <b>")

    assert late.status_code == 409
    assert late.json()["saved_by"] == "Amara Obi"
    assert "Leave in May" in late.json()["html"]
    page = worker.get(prepare(written_by_both)).content.decode()
    assert 'name="other-discussed"' in page
    assert 'name="workload-discussed"' not in page


def test_what_the_other_types_into_an_unshared_section_is_no_news(
    supervisor: Client, worker: Client, written_by_both: Record
) -> None:
    type_into(supervisor, written_by_both, "workload", discussed="Not yet")
    type_into(supervisor, written_by_both, EITHER, discussed="For both")

    ask(supervisor, written_by_both, "workload")
    answer = ask(worker, written_by_both).json()

    assert set(answer["sections"]) == {EITHER}
    assert answer["writing"] == [{"name": "Priya Nair", "section": ""}]
    assert answer["sections"][EITHER]["saved_by"] == "Priya Nair"

    ask(supervisor, written_by_both, EITHER)
    assert ask(worker, written_by_both).json()["writing"] == [{"name": "Priya Nair", "section": EITHER}]
    assert ask(worker, written_by_both, "workload").json()["shared"] is False


def test_a_supervisor_learns_nothing_of_the_supervisees_own_section(
    supervisor: Client, worker: Client, draft: Record
) -> None:
    type_into(worker, draft, "supervisee_comments", comments="Mine")

    ask(worker, draft, "supervisee_comments")
    answer = ask(supervisor, draft).json()

    assert answer["sections"] == {}
    assert answer["writing"] == [{"name": "Amara Obi", "section": ""}]


def test_following_a_draft_costs_three_queries_and_is_for_its_two_people(
    supervisor: Client, draft: Record, shropshire: Org, sign_in: SignIn
) -> None:
    ask(supervisor, draft)
    bare = Client.get
    with CaptureQueriesContext(connection) as all_of_it:
        ask(supervisor, draft)
    with CaptureQueriesContext(connection) as signing_in:
        bare(supervisor, reverse("compliance:help-index"))

    assert len(all_of_it) - len(signing_in) <= 4
    assert ask(sign_in(shropshire.outsider), draft).status_code == 404
    assert ask(sign_in(shropshire.team_manager), draft).status_code == 404


def test_a_page_that_follows_by_itself_is_noted_once_in_a_while(supervisor: Client, draft: Record) -> None:
    def reads() -> int:
        return Entry.objects.filter(verb="record.draft_read").count()

    supervisor.get(write(draft))
    for _ in range(3):
        supervisor.get(write(draft), headers={"X-Countersign-Automatic": "1"})

    assert reads() == 1
    supervisor.get(write(draft))
    assert reads() == 2


@pytest.mark.req("R007", "R010")
def test_the_balance_of_functions_stands_beside_the_form(supervisor: Client, draft: Record) -> None:
    type_into(supervisor, draft, "workload", discussed="one two three")
    type_into(supervisor, draft, "development", discussed="four")

    page = " ".join(supervisor.get(write(draft)).content.decode().split())

    assert 'data-balance-words>3 words</span> <progress class="app-balance__bar" max="100" value="75"' in page
    assert "data-balance-words>1 word</span>" in page
    assert "Nothing yet" in page
    assert "No section of this form" in page


@pytest.mark.req("R011", "R016", "R026", "R033")
def test_questions_to_think_with_and_who_reads_a_section_stand_in_the_form(supervisor: Client, draft: Record) -> None:
    page = supervisor.get(write(draft)).content.decode()

    assert "What is different for the child or the family because of this work?" in page
    assert "equality" in page
    assert "only the two of you can read this section" in page
    contents = page[page.index('id="contents-title"') : page.index("</nav>", page.index('id="contents-title"'))]
    assert contents.count("app-contents__note") == 2


@pytest.mark.scenario(2, "b")
def test_a_late_entry_is_said_before_it_is_signed(supervisor: Client, draft: Record) -> None:
    words = "days ("

    assert words in supervisor.get(write(draft)).content.decode()
    assert " after the session" in supervisor.get(write(draft)).content.decode()
    assert "working days) after" in supervisor.get(reverse("supervision:record-sign", args=[draft.pk])).content.decode()


def test_open_actions_of_before_stand_beside_the_form(supervisor: Client, draft: Record, shropshire: Org) -> None:
    Kit(shropshire).sealed()

    page = supervisor.get(write(draft)).content.decode()

    assert "Finish the chronology for B" in page


def test_a_returned_draft_shows_why_in_twelve_queries_at_most(
    supervisor: Client, draft: Record, shropshire: Org
) -> None:
    kit = Kit(shropshire)
    type_into(supervisor, draft, "workload", discussed="Eleven children.")
    page = supervisor.get(reverse("supervision:record-sign", args=[draft.pk])).content.decode()
    shown = page.partition('name="shown" value="')[2].partition('"')[0]
    supervisor.post(reverse("supervision:record-sign", args=[draft.pk]), {"shown": shown})
    kit.send_back(fresh(draft), reason="Not the right day.")
    supervisor.get(write(draft))

    with CaptureQueriesContext(connection) as captured:
        answer = supervisor.get(write(draft))

    assert "Not the right day." in answer.content.decode()
    sql = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(sql) <= 12, "\n".join(sql)


def test_signed_while_it_was_being_sent_the_text_comes_back(
    supervisor: Client, draft: Record, monkeypatch: pytest.MonkeyPatch, shropshire: Org
) -> None:
    kit = Kit(shropshire)
    save = records.save_draft

    def signed_first(**arguments: Any) -> Any:
        kit.sign(fresh(draft))
        return save(**arguments)

    monkeypatch.setattr("records.services.save_draft", signed_first)
    answer = supervisor.post(write(draft), {"workload-version": "0", "workload-discussed": "Half an hour of text"})

    assert answer.status_code == 409
    assert "Half an hour of text" in answer.content.decode()
    assert "This was not saved" in answer.content.decode()


def test_a_text_for_a_section_of_both_that_comes_after_the_signature_comes_back(
    worker: Client, written_by_both: Record, shropshire: Org
) -> None:
    Kit(shropshire).sign(written_by_both)

    answer = worker.post(prepare(written_by_both), {"other-version": "0", "other-discussed": "Typed on the train"})

    assert answer.status_code == 409
    assert "Typed on the train" in answer.content.decode()


def test_the_save_line_is_not_green_while_something_is_wrong(supervisor: Client, draft: Record) -> None:
    good = supervisor.get(write(draft)).content.decode()
    wrong = supervisor.post(write(draft), {"next-version": "0", "next-next_session": "31/2/2027"}).content.decode()

    assert 'data-autosave-status data-state="saved"' in good
    assert 'data-autosave-status data-state="unclear"' in wrong
    assert "Something has to be put right" in wrong


# Files


def test_a_picture_is_attached_drawn_anew_and_opened_by_the_two_alone(
    supervisor: Client, worker: Client, draft: Record, shropshire: Org, sign_in: SignIn
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken at 12 Elm Road"

    attach(supervisor, draft, chosen(picture(exif=exif), "../elm road.JPG"))

    (file,) = attached(draft)
    assert file["name"] == "elm road.jpg"
    stored = StoredFile.objects.get(digest=file["sha256"])
    assert (stored.size, stored.media_type) == (file["size"], "image/jpeg")
    assert b"Elm Road" not in stored.path.read_bytes()
    address = reverse("records:record-file", args=[draft.pk, file["sha256"].removeprefix("sha256:")])
    assert address in supervisor.get(write(draft)).content.decode()
    opened = supervisor.get(address)
    assert opened.content == stored.path.read_bytes()
    assert opened["Content-Security-Policy"].startswith("default-src 'none'")
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert Entry.objects.filter(verb="record.file_read").count() == 1
    assert worker.get(address).status_code == 404
    supervisor.post(write(draft), {"share": "1"})
    assert worker.get(address).status_code == 200
    assert sign_in(shropshire.team_manager).get(address).status_code == 404


def test_files_are_signed_by_name_size_and_digest_and_masked_for_the_next_up(
    supervisor: Client, worker: Client, draft: Record, shropshire: Org, sign_in: SignIn
) -> None:
    attach(supervisor, draft, chosen(picture()), chosen(pdf_of_pages(), "plan.pdf"))
    sign = reverse("supervision:record-sign", args=[draft.pk])
    page = supervisor.get(sign).content.decode()
    assert "note.jpg" in page
    supervisor.post(sign, {"shown": page.partition('name="shown" value="')[2].partition('"')[0]})

    reading = records.read_record(record=fresh(draft), actor=Kit(shropshire).worker, at=NOON)
    content = reading.parts[0].contents[ATTACHMENTS, None]
    assert content is not None
    (field,) = content["fields"]
    assert [set(file) for file in field["value"]] == [{"name", "size", "sha256"}] * 2
    pdf = reverse("records:record-file", args=[draft.pk, field["value"][1]["sha256"].removeprefix("sha256:")])
    assert worker.get(pdf)["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    detail = reverse("records:record-detail", args=[draft.pk])
    assert "plan.pdf" in worker.get(detail).content.decode()
    manager = sign_in(shropshire.team_manager)
    assert "plan.pdf" not in manager.get(detail).content.decode()
    assert manager.get(pdf).status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"<svg onload=alert(1)>", "x.jpg", "This is not a file that can be kept"),
        (b"", "x.jpg", "empty"),
        (b"\x00\x00\x00\x18ftypheic0000", "x.heic", "HEIC"),
        (b"\xff\xd8\xff\xe0 not a picture", "x.jpg", "damaged"),
    ],
)
def test_a_refused_file_is_said_beside_the_field_and_the_typed_text_is_kept(
    supervisor: Client, draft: Record, data: bytes, name: str, sentence: str
) -> None:
    typed: dict[str, Any] = {"workload-version": "0", "workload-discussed": "Typed with it"}

    page = attach(supervisor, draft, chosen(data, name), chosen(picture(), "good.jpg"), **typed).content.decode()

    assert sentence in page
    assert f'href="#id_{ATTACHMENTS}-files"' in page
    assert "Typed with it" in page
    assert DraftSection.objects.get(record=draft, section="workload").values["discussed"] == "Typed with it"
    assert [file["name"] for file in attached(draft)] == ["good.jpg"]
    assert "good.jpg" in page


def test_too_many_files_are_refused_beside_the_field_and_one_is_removed(supervisor: Client, draft: Record) -> None:
    many = [chosen(picture(size=(40 + number, 30)), f"{number}.jpg") for number in range(12)]
    attach(supervisor, draft, *many)

    kept = StoredFile.objects.count()
    page = attach(supervisor, draft, chosen(picture(size=(99, 30))), version=1).content.decode()

    assert "At most 12 files can be attached here" in page
    assert len(attached(draft)) == 12
    assert StoredFile.objects.count() == kept
    first = attached(draft)[0]
    supervisor.post(write(draft), {"remove_file": f"{ATTACHMENTS}/files/{first['sha256']}"})
    assert len(attached(draft)) == 11
    assert first not in attached(draft)


def test_no_file_comes_into_a_record_by_naming_its_digest(supervisor: Client, draft: Record) -> None:
    answer = type_into(supervisor, draft, ATTACHMENTS, files="sha256:" + "0" * 64)

    assert answer.status_code == 200
    assert attached(draft) == []


def test_the_same_picture_twice_is_one(supervisor: Client, draft: Record) -> None:
    attach(supervisor, draft, chosen(picture()))
    attach(supervisor, draft, chosen(picture()), version=1)

    assert len(attached(draft)) == 1


def test_writing_goes_on_after_files_came_and_went(supervisor: Client, draft: Record) -> None:
    attach(supervisor, draft, chosen(picture()))

    saved = type_into(supervisor, draft, ATTACHMENTS, version=1)

    assert saved.status_code == 200
    assert len(attached(draft)) == 1


@pytest.mark.req("R007")
def test_the_persons_page_prompts_for_a_function_that_nobody_touched(
    supervisor: Client, worker: Client, shropshire: Org, sign_in: SignIn
) -> None:
    Kit(shropshire).sealed()
    address = reverse("supervision:person-detail", args=[shropshire.worker.pk])

    for reader in (supervisor, worker, sign_in(shropshire.team_manager)):
        page = reader.get(address).content.decode()
        assert "Performance and development never came up in the last 12 months" in page
        assert "Mediation never came up" not in page
        assert "1 of 1 session" in page
    assert "Balance of supervision" not in sign_in(shropshire.head).get(address).content.decode()
