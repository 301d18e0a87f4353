"""The page on which an agreed action is closed."""

import pytest

from records.models import Action
from tests.org import Org, SignIn
from tests.records_kit import Kit
from trail.models import Entry


@pytest.fixture
def action(org: Org) -> Action:
    Kit(org).sealed()
    return Action.objects.get(section="workload")


def test_shows_what_was_agreed_and_marks_it_as_done(action: Action, org: Org, sign_in: SignIn) -> None:
    client = sign_in(org.worker)
    page = client.get(f"/records/actions/{action.pk}/close/").content.decode()
    assert "Finish the chronology for B" in page
    assert "Monday 23 November 2026" in page

    answer = client.post(f"/records/actions/{action.pk}/close/", {"status": "done"}, follow=True)

    assert "The action is closed." in answer.content.decode()
    action.refresh_from_db()
    assert action.status == "done"
    assert "It is closed already." in client.get(f"/records/actions/{action.pk}/close/").content.decode()


def test_reading_its_words_is_in_the_trail(action: Action, org: Org, sign_in: SignIn) -> None:
    sign_in(org.supervisor).get(f"/records/actions/{action.pk}/close/")

    entry = Entry.objects.get(verb="action.read")
    assert (entry.target_id, entry.actor_id, entry.about_id) == (str(action.pk), org.supervisor.pk, org.worker.pk)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"reason": ""}, "Choose what became of it."), ({"status": "dropped"}, "Say why this action is dropped.")],
)
def test_says_what_is_missing(action: Action, org: Org, sign_in: SignIn, typed: dict[str, str], sentence: str) -> None:
    answer = sign_in(org.supervisor).post(f"/records/actions/{action.pk}/close/", typed).content.decode()

    assert sentence in answer
    action.refresh_from_db()
    assert action.status == "open"


@pytest.mark.parametrize(("name", "status"), [("team_manager", 403), ("outsider", 404)])
def test_nobody_else_closes_it(action: Action, org: Org, sign_in: SignIn, name: str, status: int) -> None:
    client = sign_in(getattr(org, name))

    assert client.get(f"/records/actions/{action.pk}/close/").status_code == status
    assert client.post(f"/records/actions/{action.pk}/close/", {"status": "done"}).status_code == status
