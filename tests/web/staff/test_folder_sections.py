"""The ten sections of a folder as pages: what stands, what is put in, what is withheld; the domains of learning."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.actor import Role
from staff.models import FolderDocument, FolderMedium, FolderNote, LearningEntry, Section
from tests.folder_kit import document, learned, note, paper
from tests.org import Org, SignIn
from tests.uploads import pdf_of_pages

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
DAY = {"dated_on_0": "9", "dated_on_1": "11", "dated_on_2": "2026"}
ON = date(2026, 11, 3)
# What is typed or brought, by whom it is for; no reader without the right gets a byte of it
SHARED = ("Heron title", "Heron said", "Heron.pdf", "Heron cabinet")
HEALTH = ("Otter title", "Otter said", "Otter who", "Otter reason")
CONDUCT = ("Lapwing title", "Lapwing said", "Lapwing who", "Lapwing.pdf", "Lapwing reason")


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def section(org: Org, number: int, page: str = "folder-section") -> str:
    return reverse(f"staff:{page}", kwargs={"person_id": org.worker.pk, "section": number})


def words(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def pdf(name: str = "review.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_of_pages())


def fill(org: Org) -> list[FolderDocument]:
    """Something of each sensitivity in a folder, in each way in which there can be something."""
    own = {"by": org.supervisor}
    kept = [
        document(org.worker, ON, title="Heron title", name="Heron.pdf", **own),
        document(org.worker, ON, title="Heron title", lies_at="Heron cabinet", **own),
        document(org.worker, ON, title="Otter title", section=Section.ATTENDANCE, sensitivity="health", **own),
        document(
            org.worker,
            ON,
            title="Lapwing title",
            name="Lapwing.pdf",
            section=Section.HR,
            sensitivity="conduct",
            domains=["knowledge"],
            **own,
        ),
        document(org.worker, ON, title="Lapwing title", section=Section.APPRAISALS, sensitivity="conduct", **own),
    ]
    note(org.worker, "compliment", ON, text="Heron said", **own)
    note(org.worker, "medical_condition", ON, text="Otter said", who="Otter who", **own)
    note(org.worker, "essential_conversation", ON, text="Lapwing said", who="Lapwing who", **own)
    gone: dict[str, Any] = {"withdrawn_at": NOW, "withdrawn_by": org.supervisor}
    note(org.worker, "outcome", ON, text="Lapwing said", withdrawn_because="Lapwing reason", **gone, **own)
    note(org.worker, "fit_note", ON, text="Otter said", withdrawn_because="Otter reason", **gone, **own)
    return kept


def all_pages(client: Client, org: Org, kept: list[FolderDocument]) -> str:
    """Every page on which a folder, or a part of it, stands, and every file and form of it, as one text."""
    person = {"person_id": org.worker.pk}
    names = ("folder", "learning-log", "person-detail", "folder-medium")
    addresses = [reverse(f"staff:{name}", kwargs=person) for name in names]
    addresses += [reverse("compliance:home"), reverse("supervision:person-detail", kwargs=person)]
    for number in Section.values:
        addresses += [section(org, number), section(org, number, "folder-document-add")]
    for each in kept:
        for name in ("folder-document", "folder-document-renew", "folder-document-withdraw"):
            addresses.append(reverse(f"staff:{name}", args=[each.pk]))
    for each_note in FolderNote.objects.all():
        addresses.append(reverse("staff:folder-note-withdraw", args=[each_note.pk]))
    answers = [client.get(address) for address in addresses]
    assert any(answer.status_code == 200 for answer in answers)
    return "\n".join(f"{answer.headers}{answer.content.decode(errors='replace')}" for answer in answers)


@pytest.mark.req("R103")
@pytest.mark.req("R138")
@pytest.mark.req("R221")
@pytest.mark.parametrize(
    ("who", "hat", "sees"),
    [
        ("worker", None, {"shared", "health", "conduct"}),
        ("supervisor", None, {"shared", "health", "conduct"}),
        ("team_manager", None, {"shared"}),
        ("head", None, set()),
        ("outsider", None, set()),
        ("psw", Role.PRINCIPAL_SOCIAL_WORKER, set()),
        ("hr", Role.HR, {"shared"}),
        ("sysadmin", Role.SYSTEM_ADMINISTRATOR, set()),
    ],
)
def test_no_byte_about_health_or_conduct_reaches_whom_it_is_not_for(
    shropshire: Org, sign_in: SignIn, who: str, hat: Role | None, sees: set[str]
) -> None:
    kept = fill(shropshire)

    text = all_pages(sign_in(getattr(shropshire, who), hat=hat), shropshire, kept)

    for name, canaries in {"shared": SHARED, "health": HEALTH, "conduct": CONDUCT}.items():
        found = {canary for canary in canaries if canary in text}
        assert found == (set(canaries) if name in sees else set())


@pytest.mark.req("R132")
@pytest.mark.req("R133")
@pytest.mark.req("R134")
@pytest.mark.req("R216")
@pytest.mark.req("R217")
@pytest.mark.req("R220")
def test_each_section_leads_to_what_is_kept_elsewhere(shropshire: Org, sign_in: SignIn) -> None:
    client, key = sign_in(shropshire.worker), shropshire.worker.pk

    records, workload, audits = (words(client.get(section(shropshire, number))) for number in (2, 3, 6))

    assert reverse("supervision:person-detail", args=[key]) in records
    assert reverse("supervision:groups") in records
    assert f"{reverse('supervision:tracker')}?whose=worker-{key}" in records
    assert f"{reverse('supervision:child-list')}?holder={key}" in workload
    assert reverse("cases:caseload-of", args=[key]) in workload
    assert reverse("audits:person-observations", args=[key]) in audits
    assert reverse("audits:own-file-audits") in audits
    of_supervision = words(client.get(reverse("supervision:person-detail", args=[key])))
    assert "Contract</h2>" in of_supervision
    assert "Sessions</h2>" in of_supervision
    assert client.get(reverse("audits:own-file-audits")).status_code == 200


@pytest.mark.req("R130")
@pytest.mark.req("R218")
def test_a_document_is_put_in_downloaded_renewed_and_withdrawn(shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.worker)
    sent = {"title": "Review form", "sensitivity": "shared", "domains": ["knowledge"], **DAY}

    page = words(client.post(section(shropshire, 4, "folder-document-add"), {**sent, "file": pdf()}, follow=True))
    old = FolderDocument.objects.get()
    assert "Review form, 9 November 2026" in page
    assert "Not scanned for viruses" in page
    file = client.get(reverse("staff:folder-document", args=[old.pk]))
    assert file.content.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"] == 'attachment; filename="review.pdf"'
    renew = reverse("staff:folder-document-renew", args=[old.pk])
    assert 'value="Review form"' in words(client.get(renew))
    renewed = words(client.post(renew, {"title": "Newer form", "lies_at": "Cabinet 3", **DAY}, follow=True))
    assert "History: renewed or withdrawn (1)" in renewed
    new = FolderDocument.objects.get(replaces=old)
    assert client.get(reverse("staff:folder-document", args=[new.pk])).status_code == 404
    withdraw = reverse("staff:folder-document-withdraw", args=[new.pk])
    assert "Withdraw Newer form" in words(client.get(withdraw))
    assert "Entered twice." in words(client.post(withdraw, {"reason": "Entered twice."}, follow=True))


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(shropshire: Org, sign_in: SignIn) -> None:
    client, to = sign_in(shropshire.worker), section(shropshire, 9, "folder-document-add")
    sent = {"title": "Reference letter", "sensitivity": "conduct", **DAY}

    neither = words(client.post(to, sent))
    untitled = words(client.post(to, {**sent, "title": "", "file": pdf()}))
    hostile = words(client.post(to, {**sent, "file": SimpleUploadedFile("a.pdf", b"<svg onload=alert(1)>")}))

    assert "Choose a file, or say where the paper lies." in neither
    assert 'value="Reference letter"' in neither
    assert "Enter what it is." in untitled
    assert "Choose the file again" in untitled
    assert "This is not a file that can be kept." in hostile
    assert not FolderDocument.objects.exists()


@pytest.mark.req("R137")
@pytest.mark.req("R138")
@pytest.mark.req("R222")
def test_an_essential_conversation_is_noted_and_withdrawn_by_the_supervisor(shropshire: Org, sign_in: SignIn) -> None:
    client, to = sign_in(shropshire.supervisor), section(shropshire, 8, "folder-note-add")

    assert "Essential conversation" in words(client.get(to))
    assert "Choose what it was." in words(client.post(to, {"text": "Kept", **DAY}))
    sent = {"kind": "essential_conversation", "who": "The two of us", "text": "Recording is late.", **DAY}
    page = words(client.post(to, sent, follow=True))

    assert "Essential conversation, 9 November 2026" in page
    assert "Recording is late." in page
    masked = words(sign_in(shropshire.team_manager).get(section(shropshire, 8)))
    assert "Essential conversation, 9 November 2026" in masked
    assert "About conduct. What it says is for the worker and the supervisor." in masked
    kept = FolderNote.objects.get()
    own = sign_in(shropshire.worker)
    assert own.get(reverse("staff:folder-note-withdraw", args=[kept.pk])).status_code == 403
    withdrawn = reverse("staff:folder-note-withdraw", args=[kept.pk])
    assert "Wrong day." in words(client.post(withdrawn, {"reason": "Wrong day."}, follow=True))


@pytest.mark.req("R221")
def test_attendance_is_off_days_alone(shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.supervisor)

    page = words(client.get(section(shropshire, 7)))
    form = words(client.get(section(shropshire, 7, "folder-note-add")))
    client.post(section(shropshire, 7, "folder-note-add"), {"kind": "return_to_work", "text": "The knee.", **DAY})

    assert "the policy in force keeps no more of attendance" in page
    assert "Add a document" not in page
    assert "What was said or agreed?" not in form
    assert client.get(section(shropshire, 7, "folder-document-add")).status_code == 403
    assert FolderNote.objects.get().text == ""


def test_sections_that_there_are_not_are_no_pages(shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.worker)

    for number in (0, 11):
        for page in ("folder-section", "folder-document-add", "folder-note-add"):
            assert client.get(section(shropshire, number, page)).status_code == 404
    assert client.get(section(shropshire, 4, "folder-note-add")).status_code == 403


@pytest.mark.req("R130")
def test_the_folder_says_in_what_form_it_is_kept_and_what_each_section_holds(shropshire: Org, sign_in: SignIn) -> None:
    client = sign_in(shropshire.worker)
    to = reverse("staff:folder-medium", kwargs={"person_id": shropshire.worker.pk})

    assert "Say where the paper file lies." in words(client.post(to, {"medium": "both"}))
    client.post(to, {"medium": "both", "lies_at": "Cabinet 3"})
    fill(shropshire)
    page = words(client.get(reverse("staff:folder", kwargs={"person_id": shropshire.worker.pk})))
    above = words(sign_in(shropshire.head).get(reverse("staff:folder", kwargs={"person_id": shropshire.worker.pk})))

    assert FolderMedium.objects.get().lies_at == "Cabinet 3"
    assert "How this file is kept: here, and a paper file, at Cabinet 3." in page
    assert "3 documents, the last of 3 November 2026" in page
    assert "2 notes, the last of 3 November 2026" in page
    assert 'Appraisals</dt><dd class="govuk-summary-list__value">2, the last of 3 November 2026' in above
    assert "Attendance</dt>" not in above
    assert "HR documents</dt>" not in above


@pytest.mark.parametrize(("number", "queries"), [(4, 12), (7, 11), (8, 10)])
def test_a_section_costs_the_same_however_much_is_in_it(
    shropshire: Org, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int, queries: int
) -> None:
    client = sign_in(shropshire.supervisor)
    fill(shropshire)
    fill(shropshire)
    client.get(section(shropshire, number))

    with django_assert_num_queries(queries):
        client.get(section(shropshire, number))


# Domains


@pytest.mark.req("R135")
@pytest.mark.req("R136")
@pytest.mark.req("R219")
def test_learning_is_tagged_with_domains_which_are_counted_over_the_year(shropshire: Org, sign_in: SignIn) -> None:
    client, key = sign_in(shropshire.worker), {"person_id": shropshire.worker.pk}
    learned(shropshire.worker, date(2025, 11, 9), domains=["values_and_ethics"])
    document(shropshire.worker, ON, by=shropshire.worker, domains=["knowledge"])
    sent = {"done_on_0": "5", "done_on_1": "5", "done_on_2": "2026", "hours": "1.5", "activity": "A day on neglect"}

    client.post(reverse("staff:learning-add", kwargs=key), {**sent, "domains": ["knowledge", "critical_reflection"]})
    page = words(client.get(reverse("staff:learning-log", kwargs=key)))
    file = b"".join(client.get(reverse("staff:learning-file", kwargs=key))).decode()
    refused = words(client.post(reverse("staff:learning-add", kwargs=key), {**sent, "domains": ["swimming"]}))

    def counted(label: str) -> str:
        return page.split(f">{label}</th>")[1].split("</tr>")[0]

    assert LearningEntry.objects.get(done_on=date(2026, 5, 5)).domains == ["knowledge", "critical_reflection"]
    assert ">1</td>" in counted("Critical reflection and analysis")
    assert counted("Knowledge").count(">1</td>") == 2
    # A year and a day ago counts no more, and is said to be missing
    assert "Nothing yet" in counted("Values and ethics")
    assert page.count("Nothing yet") == 7
    assert "Domains of the capabilities framework" in file
    assert "Knowledge; Critical reflection and analysis" in file
    assert "Select a valid choice" in refused or "not one of the available choices" in refused


def test_papers_and_domains_stand_side_by_side_in_the_section_of_appraisals(shropshire: Org, sign_in: SignIn) -> None:
    paper(shropshire.worker, "appraisal", date(2026, 3, 1))
    document(shropshire.worker, ON, by=shropshire.worker, domains=["knowledge"])

    page = words(sign_in(shropshire.supervisor).get(section(shropshire, 4)))

    assert "Domains in the last twelve months" in page
    assert '<dd class="govuk-summary-list__value">Knowledge</dd>' in page
