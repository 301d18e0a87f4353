"""Two who publish at the same moment: of one draft, and of two drafts for one day. One version begins."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection

from core.actor import Actor, Role
from core.errors import RuleBroken
from policies import selectors, services
from policies.models import Adoption, RecordTemplate, TemplateDraft
from policies.services import drafts, templates
from tests.integration.policies.kit import changed
from tests.org import RECORDED
from tests.records_kit import load_templates

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
NEW_YEAR = date(2027, 1, 1)


def psw(name: str) -> Actor:
    role = Role.PRINCIPAL_SOCIAL_WORKER
    return Actor(staff_id=uuid4(), name=name, on=date(2026, 11, 9), roles=frozenset({role}), hat=role)


def publish_together(keys: list[UUID], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each draft is published by somebody at once, once both have read it; what was refused."""
    both_have_read = threading.Barrier(2)
    read = drafts.read_proposal

    def read_together(text: str) -> Any:
        answer = read(text)
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_have_read.wait(1)
        return answer

    monkeypatch.setattr(drafts, "read_proposal", read_together)
    refused: list[str] = []

    def publish(key: UUID) -> None:
        try:
            services.publish_draft(draft_id=key, starts_on=NEW_YEAR, actor=psw("Ravi Sen"), at=NOON)
        except RuleBroken as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refused


def make(version: str) -> UUID:
    return services.draft_policy(text=changed(version=version), starts_on=NEW_YEAR, actor=psw("Petra Wolf"), at=NOON).pk


def begun() -> list[str]:
    rows = Adoption.objects.filter(starts_on=NEW_YEAR).values_list("policy__version", flat=True)
    return list(rows)


@pytest.fixture
def shropshire_there(committed_db: str) -> None:
    services.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)


@pytest.mark.usefixtures("shropshire_there")
def test_one_draft_is_published_once(monkeypatch: pytest.MonkeyPatch) -> None:
    key = make("4")

    refused = publish_together([key, key], monkeypatch)

    assert refused == ["This draft was published already by Ravi Sen."]
    assert begun() == ["4"]
    assert Adoption.objects.count() == 2


@pytest.mark.usefixtures("shropshire_there")
def test_two_drafts_do_not_begin_on_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [make("4"), make("5")]

    refused = publish_together(keys, monkeypatch)

    assert refused == ["A policy was adopted from 1 January 2027 on. Choose a later day."]
    assert len(begun()) == 1


@pytest.mark.usefixtures("shropshire_there")
def test_two_drafts_of_one_version_are_published_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [make("4"), make("4")]

    refused = publish_together(keys, monkeypatch)

    assert refused == ['version: "4" is loaded already; a changed policy needs another version']
    assert begun() == ["4"]


def begin_together(monkeypatch: pytest.MonkeyPatch, begin: Callable[[Actor], object]) -> list[str]:
    """Two begin a draft of one form, both having looked whether there is one; what went wrong."""
    both_have_looked = threading.Barrier(2)
    look = templates._open_draft

    def look_together(slug: str) -> Any:
        answer = look(slug)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(templates, "_open_draft", look_together)
    wrong: list[str] = []

    def one(name: str) -> None:
        try:
            begin(psw(name))
        except (RuleBroken, IntegrityError) as error:
            wrong.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(name,)) for name in ("Petra Wolf", "Ravi Sen")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return wrong


def begin(actor: Actor) -> object:
    return services.begin_template_draft(slug="worker_record_app2", actor=actor, at=NOON)


def bring(actor: Actor) -> object:
    document = RecordTemplate.objects.get(slug="worker_record_app2").document
    return services.import_template(text=selectors.as_yaml(document), actor=actor, at=NOON)


@pytest.mark.parametrize(("way", "wrong"), [(begin, []), (bring, ["RuleBroken"])])
def test_two_who_begin_a_draft_of_one_form_find_one(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, way: Callable[[Actor], object], wrong: list[str]
) -> None:
    load_templates()

    assert begin_together(monkeypatch, way) == wrong
    assert TemplateDraft.objects.count() == 1


def test_control_without_the_lock_the_second_meets_the_database(
    committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_templates()
    monkeypatch.setattr(templates, "_one_at_a_time", lambda: None)

    assert begin_together(monkeypatch, begin) == ["IntegrityError"]


@pytest.mark.usefixtures("shropshire_there")
def test_control_without_the_lock_both_would_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """With both locks taken away, the second one gets as far as the database, which has the last word."""
    key = make("4")
    lock = drafts.PolicyDraft.objects.filter
    monkeypatch.setattr(drafts, "one_at_a_time", lambda: None)
    monkeypatch.setattr(drafts, "_lock", lambda draft_id, actor: lock(pk=draft_id).get())
    faults: list[type[Exception]] = []
    publish = services.publish_draft

    def noting(**arguments: Any) -> Any:
        try:
            return publish(**arguments)
        except IntegrityError as error:
            faults.append(type(error))
            raise RuleBroken("the database refused it") from error

    monkeypatch.setattr(services, "publish_draft", noting)

    assert publish_together([key, key], monkeypatch) == ["the database refused it"]
    assert faults == [IntegrityError]
