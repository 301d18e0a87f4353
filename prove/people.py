"""People who use a site while it is being broken, and remember, on their own side, what it told them had happened."""

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from bench.signing import Pair, Press, countersignatures, first_signatures
from tests.org import sign_in_as

SAVES = 6
TOKEN = secrets.token_hex(16)
PAUSE = 0.25
# Seconds between two saves of a person who types, and before a person who reads signs
TYPING = 0.4
READING = 1.0
# Requests that can be on their way at once
LINES = 1_000
# Seconds until nobody listens any more for what a site answers to somebody who has given up and pressed again
LISTENING = 60
PLAIN = ("sorry", "try again", "unavailable", "not found", "signed", "problem")


@dataclass
class Told:
    """What a site acknowledged to one pair, and what it answered that it should not have."""

    pair: Pair
    saved: str = ""
    signed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unplain: list[str] = field(default_factory=list)
    gave_up: str = "did not work to the end"


@dataclass
class Clients:
    """All pairs at work at once, each in its own thread, until everything is done or ``patience`` seconds are over.

    After ``answer_within`` seconds a person presses again; what the first press is answered after that is judged as well.
    """

    port: int
    patience: float
    answer_within: float
    acknowledged: threading.Event
    lines: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=LINES))

    def work(self, pairs: Sequence[Pair]) -> list[Told]:
        """Let every pair write, sign and countersign a contract."""
        told = [Told(pair) for pair in pairs]
        threads = [threading.Thread(target=self._one, args=(each,)) for each in told]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.lines.shutdown()
        return told

    def _one(self, told: Told) -> None:
        until = time.monotonic() + self.patience
        try:
            self._write(told, until)
            self._sign(told, "text", first_signatures, until)
            self._sign(told, "countersignature", countersignatures, until)
            told.gave_up = ""
        except TimeoutError as error:
            told.gave_up = str(error)
        finally:
            connections.close_all()

    def _write(self, told: Told, until: float) -> None:
        """Type on in one section, as autosave does: the same text again until an answer comes."""
        record = told.pair.record
        path = reverse("records:record-section-save", args=[record.pk, "other"])
        cookie, version = cookie_of(sign_in_as(told.pair.supervisor)), 0
        for number in range(1, SAVES + 1):
            text = " ".join(f"Sentence {each}." for each in range(1, number + 1))
            while True:
                status, body = self._send(path, {"version": str(version), "other-other": text}, cookie, told, until)
                if status == 200:
                    version, told.saved = json.loads(body)["version"], text
                    if number == SAVES:
                        self.acknowledged.set()
                    time.sleep(TYPING)
                    break
                if status in (403, 409, 422):
                    told.faults.append(f"a save was answered {status}: {body[:200]}")
                    version = json.loads(body).get("version", version)

    def _sign(self, told: Told, kind: str, presses: Callable[[Pair], Iterator[Press]], until: float) -> None:
        """Press the button in two windows at once, again and again until a page says that it is signed."""
        time.sleep(READING)
        while True:
            with ThreadPoolExecutor() as windows:
                answers = list(windows.map(partial(self._press, told=told, until=until), presses(told.pair)))
            told.signed += [kind for status, _ in answers if status == 302][:1]
            if any(status == 302 or "already signed" in body for status, body in answers):
                return

    def _press(self, press: Press, *, told: Told, until: float) -> tuple[int, str]:
        fields = dict(parse_qsl(press.body, keep_blank_values=True))
        return self._send(press.path, fields, press.cookie.partition(";")[0], told, until)

    def _send(self, path: str, fields: Mapping[str, str], cookie: str, told: Told, until: float) -> tuple[int, str]:
        """One request; no answer, or a fault of the server's, gives 0 after a moment. Raises TimeoutError at the end."""
        if time.monotonic() > until:
            raise TimeoutError(f"{path} was not answered in time")
        answer = self.lines.submit(send, path, fields, cookie=cookie, port=self.port, within=LISTENING)
        answer.add_done_callback(partial(note_fault, told, path))
        try:
            status, body = answer.result(timeout=self.answer_within)
        except (OSError, http.client.HTTPException):
            status, body = 0, ""
        if status == 0 or status >= 500:
            time.sleep(PAUSE)
            return 0, ""
        return status, body


def note_fault(told: Told, path: str, answer: "Future[tuple[int, str]]") -> None:
    """Note an answer that says that the server failed, whether anybody still waits for it or not."""
    status, body = answer.result() if answer.exception() is None else (0, "")
    if status >= 500:
        told.faults.append(f"{path} was answered {status}")
        if "Traceback" in body or not any(word in body.lower() for word in PLAIN):
            told.unplain.append(f"{status}: {body[:200]}")


def send(path: str, fields: Mapping[str, str], *, cookie: str, port: int, within: float) -> tuple[int, str]:
    """Post a form as the page would; status and text. Raises OSError or HTTPException when no whole answer comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
    headers = {
        "Host": f"localhost:{port}",
        "Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "prove",
    }
    try:
        connection.request("POST", path, body=urlencode({**fields, "csrfmiddlewaretoken": TOKEN}), headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()


def cookie_of(client: Client) -> str:
    """The cookie of somebody who is signed in."""
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
