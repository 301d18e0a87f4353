"""Pairs of people who sign at the same moment, through real gunicorn: each contract is sealed exactly once.

Each supervisor presses the button in two windows at once, then each supervisee does; all pairs together. The control is
the same program without the lock on the parent row.
"""

import http.client
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections
from django.urls import reverse

from bench.figures import Figure, say
from core.clock import date_of, now
from outbox.models import Job
from policies import selectors as policies
from policies import services as policy_services
from records import sealing, services
from records import selectors as records
from records.models import Part, Record
from records.rules import Kind, State
from staff.models import Service, StaffMember, Team
from staff.selectors import actor_for
from supervision.selectors.writing import signing_context
from tests.org import add_person, put_under, sign_in_as

PAIRS, WINDOWS = 2_000, 2
# So many pairs press at the same moment; the control, of which one failure says enough, is one such crowd
CROWD = 200
WORKERS, THREADS = 2, 8
POLICY = "shropshire-2017"
PROGRAM, CONTROL = "config.wsgi:application", "bench.signing_without_lock:application"


@dataclass(frozen=True)
class Pair:
    """Two people with a contract between them, drafted and not signed."""

    supervisor: StaffMember
    supervisee: StaffMember
    record: Record


@dataclass(frozen=True)
class Press:
    """One press of a button in one window: ready to be sent."""

    record: Record
    path: str
    body: str
    cookie: str


def measure(*, seed: int, scale: float) -> list[Figure]:
    """How many pairs did not end with one seal and two answers that say what happened; signatures a second."""
    number = max(round(PAIRS * scale), 2)
    at = {"pairs": number, "windows": WINDOWS}
    crowd = min(number, CROWD)
    say(f"{number} pairs, {crowd} of them at the same moment, and {crowd} again for the control.")
    program, control = list(make_pairs("Pair", number)), list(make_pairs("Control", crowd))
    failures, a_second = sign_all(program, wsgi=PROGRAM)
    lost, _ = sign_all(control, wsgi=CONTROL)
    return [
        Figure("signing", "contracts", "count", number * WINDOWS * 2, f"== {number * WINDOWS * 2}", at=at),
        Figure("signing", "contracts", "failures", failures, "== 0", runs=number, against="one seal each", at=at),
        Figure("signing", "control.without_lock", "failures", lost, ">= 1", runs=crowd, against="one seal each", at=at),
        Figure("signing", "contracts", "per_second", round(a_second, 1), ">= 1", runs=number * WINDOWS * 2, at=at),
    ]


def make_pairs(name: str, number: int) -> Iterator[Pair]:
    """People with a draft contract, written to the end."""
    policy_services.load_packs(at=now())
    policy_services.adopt(slug=POLICY, starts_on=date(2017, 6, 1), at=now())
    sealing.organisation_key()
    service, _ = Service.objects.get_or_create(name="Measured service")
    team, _ = Team.objects.get_or_create(name="Measured team", service=service)
    manager = add_person(f"{name} manager {secrets.token_hex(3)}", team=team, job_title="Service manager")
    for place in range(number):
        first, second = (f"{name} {role} {place} {secrets.token_hex(3)}" for role in ("supervisor", "worker"))
        supervisor = add_person(first, team=team, job_title="Team manager", category="team_manager")
        worker = add_person(second, team=team, job_title="Social worker", category="sw_case_management")
        put_under(supervisor, manager)
        put_under(worker, supervisor)
        yield Pair(supervisor, worker, draft_of(supervisor, worker, manager))


def draft_of(supervisor: StaffMember, worker: StaffMember, manager: StaffMember) -> Record:
    """A contract with everything in it that signing asks for."""
    at = now()
    template = policies.record_template("contract_1a")
    named = {"id": str(manager.pk), "name": manager.name, "role": "Service manager"}
    return services.open_record(
        kind=Kind.CONTRACT,
        subject_id=worker.pk,
        template=template,
        policy_slug=POLICY,
        policy_version="3",
        title=template.title,
        values={
            "key_tasks": {"key_tasks": "Work with eleven families.\nBe on duty every second Friday."},
            "meetings": {"format": "Individual", "frequency": "P1M", "minutes": 90},
            "disagreements": {"named_manager": named},
            "review": {"review_on": date_of(at).replace(year=date_of(at).year + 1, day=1).isoformat()},
        },
        actor=actor_for(supervisor, on=date_of(at)),
        at=at,
    )


def sign_all(pairs: Sequence[Pair], *, wsgi: str) -> tuple[int, float]:
    """Let every pair sign, both windows at once: how many pairs it went wrong for, and signatures a second."""
    wrong, seconds = 0, 0.0
    with web_server(wsgi) as port:
        for crowd in batched(pairs, CROWD):
            first, took = press_all([press for pair in crowd for press in first_signatures(pair)], port=port)
            second, took_second = press_all([press for pair in crowd for press in countersignatures(pair)], port=port)
            seconds += took + took_second
            wrong += sum(not went_well(pair, [*first[pair.record.pk], *second[pair.record.pk]]) for pair in crowd)
    say(f"  {wsgi}: {wrong} of {len(pairs)} pairs went wrong.")
    return wrong, len(pairs) * WINDOWS * 2 / seconds


def batched(pairs: Sequence[Pair], size: int) -> Iterator[Sequence[Pair]]:
    """The pairs in crowds."""
    return (pairs[start : start + size] for start in range(0, len(pairs), size))


def first_signatures(pair: Pair) -> Iterator[Press]:
    """The supervisor's two windows."""
    context = signing_context(record=pair.record, on=date_of(now()))
    text = records.text_to_sign(record=pair.record, facts=context.facts, late=context.late, given=context.given)
    path = reverse("supervision:record-sign", args=[pair.record.pk])
    return windows(pair.record, pair.supervisor, path, {"shown": text.shown})


def countersignatures(pair: Pair) -> Iterator[Press]:
    """The supervisee's two windows."""
    fields = {
        "shown": records.shown_for_countersigning(pair.record),
        "meaning": "agree",
        "_comments-version": "0",
        "_comments-text": "Thank you.",
        "sign": "1",
    }
    return windows(pair.record, pair.supervisee, reverse("records:record-countersign", args=[pair.record.pk]), fields)


def windows(record: Record, person: StaffMember, path: str, fields: Mapping[str, str]) -> Iterator[Press]:
    """The same form in several windows of a person who has just proved who they are."""
    for _ in range(WINDOWS):
        token = secrets.token_hex(16)
        session = sign_in_as(person).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
        yield Press(record, path, urlencode({**fields, "csrfmiddlewaretoken": token}), cookie)


def press_all(presses: Sequence[Press], *, port: int) -> tuple[dict[object, list[int]], float]:
    """Send all at the same moment, over connections that stand already: the answers' statuses by record; seconds."""
    answers: dict[object, list[int]] = {press.record.pk: [] for press in presses}
    ready = threading.Barrier(len(presses) + 1)
    threads = [
        threading.Thread(target=send, args=(press, port, ready, answers[press.record.pk].append)) for press in presses
    ]
    for thread in threads:
        thread.start()
    ready.wait(timeout=120)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return answers, time.perf_counter() - began


def send(press: Press, port: int, ready: threading.Barrier, note: Callable[[int], None]) -> None:
    """One press, when all are ready; no answer is noted as 0."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.connect()
    ready.wait(timeout=120)
    try:
        headers = {
            "Host": f"localhost:{port}",
            "Cookie": press.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "bench",
        }
        connection.request("POST", press.path, body=press.body, headers=headers)
        response = connection.getresponse()
        response.read()
        note(response.status)
    except OSError:
        note(0)
    finally:
        connection.close()


def went_well(pair: Pair, statuses: Sequence[int]) -> bool:
    """One text, one countersignature, one seal, one PDF asked for; each press answered by a page, none by a fault."""
    parts = list(Part.objects.filter(record=pair.record))
    sealed = [part for part in parts if part.state_after == State.SEALED]
    jobs = Job.objects.filter(task="records.tasks.render_document", arguments__record_id=str(pair.record.pk)).count()
    return (
        len(statuses) == WINDOWS * 2
        and all(status in (200, 302) for status in statuses)
        and [part.kind for part in parts] == ["text", "countersignature"]
        and len(sealed) == jobs == 1
        and services.verify(pair.record).intact
    )


@contextmanager
def web_server(wsgi: str) -> Iterator[int]:
    """Gunicorn as in production, on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", wsgi, "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += [
        "--worker-class",
        "gthread",
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
        "--log-level",
        "critical",
    ]
    connections.close_all()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_it_answers(running, port)
        yield port
    finally:
        running.terminate()
        running.wait(timeout=30)


def wait_until_it_answers(running: "subprocess.Popen[bytes]", port: int) -> None:
    """Raises RuntimeError when it ends, or does not answer within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until and running.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/healthy/", headers={"Host": f"localhost:{port}"})
            connection.getresponse().read()
            connection.close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")
