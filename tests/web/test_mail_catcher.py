"""The demo's mail catcher: shows what was sent, newest first, and can do nothing else."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from notifications.selectors import caught_mails


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send(*subjects: str, body: str = "Sign in: http://localhost/") -> None:
    messages = [EmailMessage(subject, body, "service@example.org", ["amara@example.org"]) for subject in subjects]
    get_connection().send_messages(messages)


def test_outside_the_demo_there_is_no_such_page(db: None, client: Client, settings: Settings) -> None:
    settings.DEMO = False

    assert client.get(reverse("notifications:mail-catcher")).status_code == 404


@pytest.mark.usefixtures("folder")
def test_mails_are_listed_newest_first_with_links_that_work(db: None, client: Client) -> None:
    send("First", "Second")
    send("Third – Llŷr")

    page = client.get(reverse("notifications:mail-catcher")).content.decode()

    assert page.index("Third – Llŷr") < page.index("Second") < page.index("First")
    assert 'href="http://localhost/"' in page
    assert "amara@example.org" in page
    assert "no mail leaves the machine" in page


@pytest.mark.usefixtures("folder")
def test_markup_in_a_mail_is_shown_as_text(db: None, client: Client) -> None:
    send("<b>Bold</b>", body="<script>alert(1)</script>")

    page = client.get(reverse("notifications:mail-catcher")).content.decode()

    assert "&lt;b&gt;Bold" in page
    assert "<script>alert" not in page


def test_without_a_folder_the_page_says_what_will_be_there(folder: Path, db: None, client: Client) -> None:
    assert not folder.exists()

    assert b"No mail has been sent yet." in client.get(reverse("notifications:mail-catcher")).content


@pytest.mark.usefixtures("folder")
def test_only_the_newest_are_read() -> None:
    send(*(f"Mail {number}" for number in range(5)))

    assert [mail.subject for mail in caught_mails(most=2)] == ["Mail 4", "Mail 3"]


def test_it_only_reads(db: None, client: Client) -> None:
    assert client.post(reverse("notifications:mail-catcher")).status_code == 405
