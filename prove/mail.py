"""The mail server is down while people are invited: each invitation goes out once, when it is back."""

import contextlib
import secrets
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from django.urls import reverse

from bench.figures import Figure, say
from core.actor import Role
from prove.people import PAUSE, cookie_of, send
from prove.site import Site, free_port, site
from staff.models import Service, StaffMember, Team
from tests.org import add_person, sign_in_as


class Counting(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs; notes whom each message was for."""

    received: ClassVar[Counter[str]]

    def handle(self) -> None:
        """One client until it leaves."""
        self._answer(b"220 here")
        to = ""
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                to = line.split(b"<")[1].split(b">")[0].decode()
            if word == b"DATA":
                self._answer(b"354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                self.received[to] += 1
            self._answer(b"221 bye" if word == b"QUIT" else b"250 well")

    def _answer(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(line + b"\r\n")


@contextlib.contextmanager
def mail_server(port: int) -> Iterator[Counter[str]]:
    """A mail server that takes everything; gives the number of messages for each address."""
    received: Counter[str] = Counter()
    handler = type("Handler", (Counting,), {"received": received})
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield received
        server.shutdown()


def run(name: str, *, people: int, outage: float, soon: float, patience: float) -> list[Figure]:
    """How many invitations did not arrive exactly once, in the program and in its control."""
    options = {"people": people, "outage": outage, "patience": patience}
    failures = invite(program="prove.program", soon=soon, **options)  # type: ignore[arg-type]
    control = invite(program="prove.without_outbox", soon=soon / 3, **options)  # type: ignore[arg-type]
    at = {"people": people}
    return [
        Figure(name, "program", "count", people, f"== {people}", at=at),
        Figure(name, "program", "failures", failures, "== 0", runs=people, at=at),
        Figure(name, "control", "failures", control, ">= 1", runs=people, against="prove.without_outbox", at=at),
    ]


def invite(*, program: str, people: int, outage: float, soon: float, patience: float) -> int:
    """Invite people while no mail server answers, then let it come back; how many did not get exactly one mail."""
    port = free_port()
    options = {"PROVE_MAIL_PORT": str(port), "PROVE_PATIENCE": str(patience)}
    with site(program=program, slow=0.0, options=options) as broken:
        service = Service.objects.create(name="Measured service")
        team = Team.objects.create(name="Measured team", service=service)
        office = add_person("Office", team=team, job_title="Administrator", role=Role.SYSTEM_ADMINISTRATOR)
        invited = [
            add_person(f"Newcomer {secrets.token_hex(3)}", team=team, job_title="Social worker") for _ in range(people)
        ]
        acknowledged = [person for person in invited if press_invite(broken, office, person)]
        time.sleep(outage)
        with mail_server(port) as received:
            until = time.monotonic() + soon
            while time.monotonic() < until and len(received) < people:
                time.sleep(PAUSE)
            time.sleep(patience * 2)
            wrong = [person for person in acknowledged if received[person.account.email] != 1]
    if len(acknowledged) != people:
        say(f"  {people - len(acknowledged)} invitations were not even acknowledged.")
    return len(wrong) + people - len(acknowledged)


def press_invite(broken: Site, office: StaffMember, person: StaffMember) -> bool:
    """Whether the page said that the invitation will be sent."""
    client = sign_in_as(office, hat=Role.SYSTEM_ADMINISTRATOR)
    path = reverse("staff:person-invite-again", args=[person.pk])
    status, _ = send(path, {}, cookie=cookie_of(client), port=broken.port, within=10)
    return status == 302
