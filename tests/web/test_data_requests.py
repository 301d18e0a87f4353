"""Pages of requests for data: ask, note, approve, decide paragraph by paragraph, take the bundle, close."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from archive.models import DataRequest, Passage
from archive.requests import services
from core.actor import Role
from tests.org import Org
from tests.records_kit import Kit
from tests.requests_kit import Asking, passage_with
from trail.models import Entry

NINE = datetime(2026, 11, 9, 14, tzinfo=UTC)
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _today(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.STATE_DIR = tmp_path / "state"
    with time_machine.travel(NINE, tick=False):
        yield


@pytest.fixture
def asking(shropshire: Org) -> Asking:
    return Asking(shropshire)


def url(name: str, *args: object) -> str:
    return reverse(f"archive:data-request{name}", args=args)


def test_a_worker_asks_by_one_press_and_sees_where_it_stands(asking: Asking, sign_in: Callable[..., Client]) -> None:
    client = sign_in(asking.org.worker)
    assert "Ask for my data" in client.get(url("-list")).content.decode()

    response = client.post(url("-own"), follow=True)

    page = response.content.decode()
    assert "Your request for your data" in page
    assert "9 December 2026" in page
    assert "Nobody yet: it waits to be approved" in page
    assert "Before the data are given" not in page
    assert client.post(url("-own"))["Location"] == url("", DataRequest.objects.get().pk)


def test_what_was_typed_is_not_lost_when_a_request_is_refused(asking: Asking, sign_in: Callable[..., Client]) -> None:
    client = sign_in(asking.org.psw)
    typed = {
        "reference": "NONE-7",
        "asked_by": "A solicitor",
        "scope": "Everything of 2009",
        "how": "letter",
        "identity": "",
    }
    day = {"received_on_0": "2", "received_on_1": "11", "received_on_2": "2026", "save": "1"}

    page = client.post(url("-new"), {**typed, **day}).content.decode()

    assert "There is no child with this reference" in page
    assert "Everything of 2009" in page
    page = client.post(url("-new"), {"save": "1"}).content.decode()
    assert "Say who asked." in page
    assert not DataRequest.objects.exists()


def test_hr_approves_and_the_handler_goes_on_from_home(asking: Asking, sign_in: Callable[..., Client]) -> None:
    asked = asking.own()
    hr = sign_in(asking.org.hr, hat=Role.HR)
    assert "Request for the data of Amara Obi" in hr.get(reverse("compliance:home")).content.decode()
    sent = {"scope": "Everything.", "handler_id": str(asking.org.outsider.pk), "save": "1"}

    page = hr.post(url("-approve", asked.pk), sent, follow=True).content.decode()

    assert "Oscar Reed handles it" in page
    handler = sign_in(asking.org.outsider)
    assert "Request for the data of Amara Obi" in handler.get(reverse("compliance:home")).content.decode()
    page = handler.post(url("-gather", asked.pk), follow=True).content.decode()
    assert "Being looked through" in page or "It stopped" in page


def test_a_paragraph_is_decided_by_its_own_press_and_a_refused_one_keeps_what_was_typed(
    asking: Asking, sign_in: Callable[..., Client]
) -> None:
    Kit(asking.org).sealed()
    asked = asking.gathered()
    client = sign_in(asking.org.outsider)
    passage = passage_with(asked, "court statement")
    address = url("-decide", asked.pk, passage.pk)
    sent = {
        "version": "0",
        "typed": "court stetement",
        "reason": "third_party",
        "words": "Careful",
        "show": "undecided",
    }

    page = client.post(address, {**sent, "decision": "redact"}).content.decode()
    assert "do not stand in the paragraph" in page
    assert "court stetement" in page
    assert 'value="Careful"' in page
    response = client.post(address, {**sent, "typed": "court statement", "decision": "redact"})
    assert response["Location"] == f"{url('-passages', asked.pk)}?show=undecided"
    assert "<del>court statement</del>" in client.get(url("-passages", asked.pk)).content.decode()
    page = client.post(address, {**sent, "decision": "disclose"}).content.decode()
    assert "decided in another window" in page
    assert Entry.objects.filter(verb="data_request.content_read", about_id=asking.org.worker.pk).exists()


def test_the_press_of_a_page_gives_what_is_not_marked(asking: Asking, sign_in: Callable[..., Client]) -> None:
    asked = asking.gathered()
    client = sign_in(asking.org.outsider)
    rows = Passage.objects.filter(item__request=asked)
    shown = [f"{passage.pk}:{passage.version}" for passage in rows] + ["nonsense:0"]

    client.post(url("-give", asked.pk), {"shown": shown})

    assert not rows.filter(decision="", marks=[]).exists()
    assert rows.filter(decision="").exists()


def test_the_bundle_is_downloaded_by_the_handler_and_closes_the_request(
    asking: Asking, sign_in: Callable[..., Client]
) -> None:
    asked = asking.gathered()
    asking.give_rest(asked)
    client = sign_in(asking.org.outsider)
    bundle = asking.bundle(asked)

    response = client.get(url("-bundle-file", asked.pk, bundle.pk))
    assert response["Content-Type"] == "application/zip"
    assert b"".join(response).startswith(b"PK")
    page = client.get(url("", asked.pk)).content.decode()
    assert "Download the bundle" in page
    day = {"on_0": "9", "on_1": "11", "on_2": "2026"}
    sent = {"outcome": "disclosed", "words": "By hand.", **day}
    assert client.post(url("-event", asked.pk, "close"), sent).status_code == 302
    assert client.get(url("-passages", asked.pk)).status_code in (403, 404)
    worker = sign_in(asking.org.worker).get(url("", asked.pk)).content.decode()
    assert "Answered: the data were given" in worker
    assert "By hand." in worker


def test_what_was_withheld_is_listed_with_its_reason_and_words_that_stand_elsewhere(
    asking: Asking, sign_in: Callable[..., Client]
) -> None:
    asked = asking.gathered()
    asking.decide(passage_with(asked, "Manager: Priya Nair"), "redact", typed="Priya Nair", words="Asked her")

    page = sign_in(asking.org.outsider).get(url("-withheld", asked.pk)).content.decode()
    assert "About somebody else, who has not agreed" in page
    assert "still stand in something else that is given: Priya Nair" in page
    page = sign_in(asking.org.hr, hat=Role.HR).get(url("-withheld", asked.pk)).content.decode()
    assert "Asked her" in page
    assert "still stand" not in page


def test_pages_ask_few_queries_however_much_was_found(
    asking: Asking, sign_in: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Kit(asking.org).sealed()
    asked = asking.gathered()
    services.ask_for_own_data(actor=asking.org.actor(asking.org.supervisor), at=NINE)
    client = sign_in(asking.org.outsider)
    client.get(url("-list"))
    for address in (url("-list"), url("-passages", asked.pk), url("-withheld", asked.pk)):
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(address)
    with django_assert_max_num_queries(20):
        client.get(url("", asked.pk))
