"""The page that says how one knows that a record is genuine, and checks an uploaded file."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from core import limits
from records import certificates, forms, sealing
from tests.integration.records.test_genuine import printed
from tests.org import Org, SignIn
from tests.records_kit import Kit

ADDRESS = "/records/genuine/"


@pytest.fixture
def kit(org: Org) -> Kit:
    return Kit(org)


def send(client: Client, data: bytes, name: str = "record.pdf") -> str:
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data)}).content.decode()


@pytest.mark.req("R112")
def test_it_explains_and_shows_the_fingerprint(org: Org, sign_in: SignIn) -> None:
    page = sign_in(org.worker).get(ADDRESS).content.decode()

    assert certificates.known_certificates()[0].fingerprint_in_groups in page
    assert "It does not prove who sat at the keyboard" in page
    assert "Whoever controls the running server can read" in page


@pytest.mark.scenario(2, "d")
def test_the_two_people_read_which_record_it_prints(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()
    page = send(sign_in(org.worker), printed(record))

    assert "This PDF is genuine." in page
    assert f'href="/records/{record.pk}/"' in page
    assert "Nothing was added to that record since." in page
    assert "It is not the newest." in send(sign_in(org.supervisor), printed(record, parts=1))


def test_anybody_else_reads_no_name(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()
    page = send(sign_in(org.outsider), printed(record))

    assert "This PDF is genuine." in page
    assert "What it prints is not shown to you in this service." in page
    assert org.worker.name not in page
    assert str(record.pk) not in page
    assert record.title not in page


@pytest.mark.scenario(2, "d")
def test_a_changed_one_is_not_genuine(kit: Kit, org: Org, sign_in: SignIn) -> None:
    page = send(sign_in(org.worker), printed(kit.sealed()) + b"\n% more\n")

    assert "This PDF is not genuine: it was changed after this service sealed it." in page
    assert 'role="alert"' in page


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("note.pdf", b"<html>", "This is neither a PDF nor a ZIP, whatever its name says."),
        ("empty.pdf", b"", "This file is empty. Choose another."),
        ("broken.pdf", b"%PDF-1.7 nothing", "This file cannot be read."),
        ("export.zip", b"PK\x03\x04 nothing", "Could not be checked."),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    org: Org, sign_in: SignIn, name: str, data: bytes, sentence: str
) -> None:
    page = send(sign_in(org.worker), data, name)

    assert sentence in page.partition('id="id_file_error"')[2]
    assert 'href="#id_file"' in page


def test_a_file_that_is_too_large_or_missing(org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(org.worker)
    monkeypatch.setattr(forms.genuine, "MOST_BYTES", 10)

    assert "larger than 20 MB" in send(client, b"%PDF-1.7 long")
    assert "Choose a PDF or a ZIP." in client.post(ADDRESS, {}).content.decode()


def test_without_the_cache_files_are_checked_all_the_same(
    kit: Kit, org: Org, sign_in: SignIn, settings: Settings
) -> None:
    data = printed(kit.sealed())
    client = sign_in(org.worker)
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nowhere}

    assert "This PDF is genuine." in send(client, data)


def test_one_file_of_each_person_is_checked_at_a_time_and_nobody_frees_anothers_turn() -> None:
    with limits.one_at_a_time("genuine-x", seconds=5) as first, limits.one_at_a_time("genuine-x", seconds=5) as second:
        assert (first, second) == (True, False)
    with limits.one_at_a_time("genuine-x", seconds=5) as again:
        assert again
        cache.set("genuine-x", "somebody else's")
    assert cache.get("genuine-x") == "somebody else's"


def test_the_program_can_be_downloaded(org: Org, sign_in: SignIn) -> None:
    answer = sign_in(org.worker).get("/records/genuine/verify_countersign.py")

    assert answer["Content-Disposition"] == 'attachment; filename="verify_countersign.py"'
    assert b"def main()" in answer.content


def test_the_page_of_one_record_leads_here_and_this_one_to_nobody(kit: Kit, org: Org, sign_in: SignIn) -> None:
    record = kit.sealed()
    client = sign_in(org.worker)

    assert f'href="{ADDRESS}"' in client.get(f"/records/{record.pk}/genuine/").content.decode()
    assert str(record.pk) not in client.get(ADDRESS).content.decode()


def test_a_former_key_is_shown_as_such(
    org: Org, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("former")
    made = sealing.make_demo_keys()[sealing.CERTIFICATE_NAME]
    (folder / "old.pem").write_bytes(made)
    monkeypatch.setattr("django.conf.settings.SEAL_FORMER_CERTIFICATES", str(folder))

    page = sign_in(org.worker).get(ADDRESS).content.decode()

    assert page.count("Fingerprint (SHA-256)") == 2
    assert "Used before" in page
