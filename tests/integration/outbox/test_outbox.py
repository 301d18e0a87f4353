"""Background work asked for is never lost: not by a rolled-back transaction, not by a broker that is down."""

import sysconfig
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from celery import current_app
from django.db import transaction
from kombu import pools
from pytest_django import DjangoCaptureOnCommitCallbacks
from runner import valkey
from runner.processes import Processes

from core.clock import now
from core.errors import NotNow, RuleBroken
from outbox import jobs, services, tasks
from outbox.models import Job

TASK = "outbox.tasks.nobody_listens_to_this"


class Broker:
    """A broker of this test's own, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes = Processes(folder / "notes")
        self.start()

    def start(self) -> None:
        self.server = valkey.start(
            base=self.folder,
            site_packages=Path(sysconfig.get_paths()["purelib"]),
            processes=self.processes,
            log=self.folder / "log",
            lasting=False,
        )

    def stop(self) -> None:
        self.processes.stop()

    @property
    def url(self) -> str:
        return valkey.environment_of(self.server)["CELERY_BROKER_URL"]

    def waiting(self) -> int:
        with redis.Redis(unix_socket_path=str(self.server.socket_file)) as client:
            return int(client.llen("celery"))


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Broker]:
    own = Broker(tmp_path)
    monkeypatch.setattr(current_app.conf, "broker_write_url", own.url)
    monkeypatch.setattr(services.Pause, "until", 0.0)
    yield own
    pools.reset()
    own.stop()


def test_a_job_is_sent_once_its_transaction_is_committed(committed_db: str, broker: Broker) -> None:
    with transaction.atomic():
        job = services.enqueue(TASK, record_id=uuid4())
        assert broker.waiting() == 0

    job.refresh_from_db()
    assert broker.waiting() == 1
    assert (job.attempts, job.done_at) == (1, None)
    assert job.sent_at


def test_a_rolled_back_transaction_leaves_nothing(committed_db: str, broker: Broker) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        services.enqueue(TASK, record_id=uuid4())
        raise ZeroDivisionError

    assert broker.waiting() == 0
    assert not Job.objects.exists()


def test_while_the_broker_is_down_the_row_waits_and_the_sweeper_sends_it(
    committed_db: str, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.stop()
    with transaction.atomic():
        job = services.enqueue(TASK, record_id=uuid4())
    assert services.sweep(at=now()) == 0
    job.refresh_from_db()
    assert (job.sent_at, job.attempts) == (None, 0)
    assert f"job {job.pk} waits for the sweeper" in caplog.text

    broker.start()

    assert services.sweep(at=now()) == 1
    assert broker.waiting() == 1
    job.refresh_from_db()
    assert job.attempts == 1


def test_nobody_waits_for_a_broker_that_is_down(committed_db: str, broker: Broker) -> None:
    broker.stop()
    began = time.monotonic()

    for _ in range(20):
        services.enqueue(TASK, record_id=uuid4())

    assert time.monotonic() - began < 2
    assert Job.objects.filter(sent_at=None).count() == 20


def test_one_that_the_broker_does_not_take_ends_the_sweep(
    committed_db: str, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs_asked = [services.enqueue(TASK, record_id=uuid4()) for _ in range(3)]
    Job.objects.update(sent_at=None)
    tried: list[UUID] = []

    def takes_one(job_id: UUID, *_: object) -> bool:
        tried.append(job_id)
        return len(tried) < 2

    monkeypatch.setattr(services, "_send", takes_one)

    assert services.sweep(at=now()) == 1
    assert tried == [job.pk for job in jobs_asked[:2]]


def test_after_a_failure_a_process_stays_away_from_the_broker_for_a_while(committed_db: str, broker: Broker) -> None:
    broker.stop()
    services.enqueue(TASK, record_id=uuid4())
    broker.start()

    services.enqueue(TASK, record_id=uuid4())
    assert broker.waiting() == 0
    assert services.sweep(at=now()) == 2
    services.enqueue(TASK, record_id=uuid4())

    assert broker.waiting() == 3


def test_what_the_broker_forgot_is_sent_again_later_and_later(committed_db: str, broker: Broker) -> None:
    with transaction.atomic():
        job = services.enqueue(TASK, record_id=uuid4())
    sent = Job.objects.get(pk=job.pk).sent_at
    assert sent

    def is_lost(seconds: float) -> bool:
        return Job.objects.lost(at=sent + timedelta(seconds=seconds)).exists()

    for attempts, wait in ((1, 60), (2, 120), (3, 240), (4, 480), (5, 600), (9, 600)):
        Job.objects.update(attempts=attempts)
        assert not is_lost(wait - 1)
        assert is_lost(wait + 1)


def test_what_is_done_is_never_sent_again(committed_db: str, broker: Broker) -> None:
    with transaction.atomic():
        job = services.enqueue(TASK, record_id=uuid4())

    services.mark_done(job_id=str(job.pk))
    first = Job.objects.get(pk=job.pk).done_at
    services.mark_done(job_id=str(job.pk))

    assert first
    assert Job.objects.get(pk=job.pk).done_at == first
    assert services.sweep(at=now() + timedelta(days=1)) == 0


def test_the_sweeper_is_a_task_of_its_own(committed_db: str, broker: Broker) -> None:
    services.enqueue(TASK, record_id=uuid4())
    Job.objects.update(sent_at=None)

    tasks.sweep.run()

    assert broker.waiting() == 2
    assert TASK in str(Job.objects.get())


# Declaring a task


@pytest.mark.django_db
def test_a_background_task_marks_its_job_done_when_it_has_succeeded() -> None:
    seen: list[Any] = []
    task = jobs.background(_named(lambda **arguments: seen.append(arguments)))
    job = Job.objects.create(task=task.name, arguments={})

    task.run(job=str(job.pk), record_id="1")

    assert seen == [{"record_id": "1"}]
    assert Job.objects.get(pk=job.pk).done_at


@pytest.mark.django_db
def test_a_background_task_that_fails_leaves_its_job_open() -> None:
    def fails(**_: Any) -> None:
        raise ZeroDivisionError

    task = jobs.background(_named(fails))
    job = Job.objects.create(task=task.name, arguments={})

    with pytest.raises(ZeroDivisionError):
        task.run(job=str(job.pk))

    assert Job.objects.get(pk=job.pk).done_at is None


def failing(error: Exception) -> tuple[Any, Job]:
    """A task that meets this error each time, and a job that asks for it."""

    def fails(**_: Any) -> None:
        raise error

    task = jobs.background(_named(fails))
    return task, Job.objects.create(task=task.name, arguments={})


@pytest.mark.django_db
def test_what_is_done_already_is_not_done_again_when_it_is_delivered_again() -> None:
    seen: list[Any] = []
    task = jobs.background(_named(lambda **arguments: seen.append(arguments)))
    job = Job.objects.create(task=task.name, arguments={})

    for _ in range(3):
        task.run(job=str(job.pk))

    assert seen == [{}]


@pytest.mark.django_db
def test_a_refusal_is_given_up_at_once_and_the_log_names_no_words(caplog: pytest.LogCaptureFixture) -> None:
    task, job = failing(RuleBroken("Her mother has died."))

    with pytest.raises(RuleBroken):
        task.run(job=str(job.pk))
    task.run(job=str(job.pk))

    job.refresh_from_db()
    assert (job.failures, bool(job.gave_up_at), job.done_at) == (1, True, None)
    assert services.count_given_up() == 1
    assert not Job.objects.lost(at=now() + timedelta(days=1)).exists()
    assert f"job {job.pk} given up: RuleBroken" in caplog.text
    assert "mother" not in caplog.text


@pytest.mark.django_db
def test_any_other_fault_is_given_up_after_so_many_times() -> None:
    task, job = failing(ZeroDivisionError())
    given_up = []

    for _ in range(services.MOST_FAILURES):
        given_up.append(services.count_given_up())
        with pytest.raises(ZeroDivisionError):
            task.run(job=str(job.pk))

    assert given_up == [0] * services.MOST_FAILURES
    assert services.count_given_up() == 1


@pytest.mark.django_db
def test_what_is_out_of_reach_is_never_given_up() -> None:
    task, job = failing(NotNow("the mail server"))

    for _ in range(2 * services.MOST_FAILURES):
        with pytest.raises(NotNow):
            task.run(job=str(job.pk))

    job.refresh_from_db()
    assert (job.failures, job.gave_up_at) == (0, None)


@pytest.mark.django_db
def test_the_sweep_says_in_the_log_that_somebody_has_to_look(caplog: pytest.LogCaptureFixture) -> None:
    Job.objects.create(task=TASK, gave_up_at=now())

    tasks.sweep.run()

    assert "1 jobs are given up" in caplog.text


@pytest.mark.django_db
def test_a_background_task_runs_without_a_job_too() -> None:
    seen: list[Any] = []

    jobs.background(_named(lambda **arguments: seen.append(arguments))).run(on="2026-11-09")

    assert seen == [{"on": "2026-11-09"}]


def _named(function: Callable[..., None]) -> Callable[..., None]:
    function.__name__ = f"made_in_a_test_{uuid4().hex}"
    return function


@pytest.mark.django_db
def test_arguments_are_plain_words(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    key = UUID("01934567-0000-7000-8000-000000000001")

    job = services.enqueue(TASK, record_id=key, on="2026-11-09", number=3)

    assert job.arguments == {"record_id": str(key), "on": "2026-11-09", "number": 3}


def test_many_jobs_are_asked_for_at_once_and_each_is_sent_under_its_own_key(
    db: None, broker: Broker, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    keys = [uuid4() for _ in range(3)]

    with django_capture_on_commit_callbacks(execute=True):
        made = services.enqueue_each(TASK, ({"thing": key} for key in keys))

    assert services.enqueue_each(TASK, []) == []
    kept = Job.objects.order_by("pk")
    assert [job.pk for job in kept] == [job.pk for job in made]
    assert [job.arguments for job in kept] == [{"thing": str(key)} for key in keys]
    assert all(job.sent_at for job in kept)
    assert broker.waiting() == 3
