"""Both people add to a record at the same moment, or correct and add: all stands, and the chain has no hole."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from core.actor import Actor
from core.errors import Stale
from documents.models import StoredFile
from outbox.models import Job
from records import services
from records.models import Part, Record, RenderedDocument
from records.rules import Audience, Sensitivity
from records.services import adding
from tests.adding_kit import LATER, shown_addendum
from tests.concurrency.test_two_sign_at_once import at_once
from tests.org import make_org
from tests.records_kit import EVIDENCE, NOON, Kit, fresh

pytestmark = pytest.mark.slow
FACTS = {"held_on": "2026-11-06", "minutes": 60, "mode": "video"}


@pytest.fixture
def kit(committed_db: str) -> Kit:
    return Kit(make_org())


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same service, and nobody waits for anybody."""

    def not_locked(record_id: UUID, actor: Actor) -> Record:
        return Record.objects.visible_to(actor).select_related("subject", "author").get(pk=record_id)

    monkeypatch.setattr(adding, "locked", not_locked)
    # Here the other always comes, on a slow machine later
    monkeypatch.setattr("tests.meeting.LONGEST_WAIT", 5)


def sign_addendum(kit: Kit, record: Record, actor: Actor, shown: str, facts: dict[str, Any] | None = None) -> Part:
    return services.add_addendum(
        record_id=record.pk,
        shown=shown,
        sensitivity=Sensitivity.SHARED,
        facts=facts,
        challenge=kit.challenge(LATER),
        evidence=EVIDENCE,
        actor=actor,
        at=LATER,
    )


def add_both(kit: Kit, record: Record) -> list[Any]:
    both = {actor: shown_addendum(record, f"From {actor.name}.", actor=actor) for actor in (kit.supervisor, kit.worker)}
    return at_once(*[lambda a=actor, s=shown: sign_addendum(kit, record, a, s) for actor, shown in both.items()])


@pytest.mark.usefixtures("meeting")
def test_both_stand_one_after_the_other(kit: Kit) -> None:
    record = kit.sealed()

    results = add_both(kit, record)

    assert [type(result) for result in results] == [Part, Part], results
    chain = list(Part.objects.filter(record=record))
    assert [part.seq for part in chain] == [1, 2, 3, 4]
    assert [part.prev for part in chain[1:]] == [part.digest for part in chain[:-1]]
    assert {part.signer_id for part in chain[2:]} == {kit.org.supervisor.pk, kit.org.worker.pk}
    assert services.verify(fresh(record)).intact
    heads = Job.objects.filter(task="records.tasks.render_document").values_list("arguments__head", flat=True)
    assert sorted(heads) == sorted(part.digest for part in chain[1:])


@pytest.mark.usefixtures("meeting", "without_the_lock")
def test_control_without_the_lock_one_of_them_is_lost(kit: Kit) -> None:
    results = add_both(kit, kit.sealed())

    assert any(isinstance(result, IntegrityError) for result in results), results


@pytest.mark.usefixtures("meeting")
def test_the_same_addendum_signed_twice_at_once_stands_once(kit: Kit) -> None:
    record, worker = kit.sealed(), kit.worker
    shown = shown_addendum(record, "Once.", actor=worker)

    results = at_once(*[lambda: sign_addendum(kit, record, worker, shown) for _ in range(2)])

    assert sorted(type(result).__name__ for result in results) == ["Part", "Stale"], results
    assert Part.objects.filter(record=record, kind="addendum").count() == 1


@pytest.mark.usefixtures("meeting")
def test_two_corrections_from_two_windows_at_once_leave_one(kit: Kit) -> None:
    record, supervisor = kit.sealed(), kit.supervisor
    shown = shown_addendum(record, "It was on Friday.", actor=supervisor, corrects=True)

    results = at_once(
        *[
            lambda minutes=minutes: sign_addendum(kit, record, supervisor, shown, {**FACTS, "minutes": minutes})
            for minutes in (60, 75)
        ]
    )

    assert sum(isinstance(result, Part) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 1
    assert services.verify(fresh(record)).intact


def test_each_audience_s_pdf_is_kept_once_when_two_workers_print_it(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.services.documents.pdf.render", lambda chain, **_: str(chain[0].contents).encode())
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    record = kit.sealed()
    head = record.get_head_digest()

    at_once(
        *[
            lambda audience=audience: services.render_document(
                record_id=record.pk, head=head, audience=audience, at=NOON
            )
            for audience in (*Audience, *Audience)
        ]
    )

    made = RenderedDocument.objects.filter(head=head).values_list("audience", flat=True)
    assert sorted(made) == ["full", "masked"]
    assert StoredFile.objects.count() == 2


def test_a_worker_that_is_killed_after_printing_leaves_nothing_and_the_next_makes_it(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.services.documents.pdf.render", lambda chain, **_: b"%PDF")
    monkeypatch.setattr("records.services.documents.sealing.seal_pdf", lambda pdf, *, at: pdf)
    record = kit.sealed()
    head = record.get_head_digest()

    def die(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(RenderedDocument.objects, "create", die)
        with pytest.raises(SystemExit):
            services.render_document(record_id=record.pk, head=head, audience=Audience.MASKED, at=NOON)
    assert not RenderedDocument.objects.exists()

    services.render_document(record_id=record.pk, head=head, audience=Audience.MASKED, at=NOON)
    assert RenderedDocument.objects.count() == 1
