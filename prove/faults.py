"""Faults: processes are killed, the broker loses everything, the disk is full, while people write and sign.

What is asked of every campaign: no acknowledged save and no acknowledged signature is gone; every sealed record has
exactly one PDF of its head soon after; every chain is intact; whatever page comes is a plain one. The people keep the
list of what they were told; the database is asked only afterwards.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import redis
from django.db import connection

from bench.figures import Figure, say
from bench.signing import make_pairs
from documents import selectors as documents
from prove import mail
from prove.people import Clients, Told
from prove.site import BROKER, Site, site
from records import services
from records.models import Record, RenderedDocument
from records.rules import Audience, PartKind, State

Break = Callable[[Site, threading.Event], None]


@dataclass(frozen=True)
class Size:
    """How much a campaign does: pairs of people; and seconds, between faults, of a long outage, until people give up,
    until a PDF must be there, before the sweeper hands a job over again."""

    pairs: int
    every: float
    outage: float
    working: float
    soon: float
    patience: float


QUICK = Size(pairs=4, every=1.5, outage=8, working=60, soon=45, patience=2)
USUAL = Size(pairs=12, every=4, outage=60, working=240, soon=240, patience=30)
FULL = Size(pairs=40, every=8, outage=600, working=900, soon=900, patience=30)


@dataclass(frozen=True)
class Campaign:
    """What is broken, how, the program in which the defence against it is off, and the words that say what that loses."""

    breaks: Break
    control: str
    loses: str
    slow: float = 0.0
    answer_within: float = 10.0


def kill_web(broken: Site, over: threading.Event) -> None:
    """The web server is killed the moment that somebody was told of their last save, and every few seconds."""
    while not over.is_set():
        broken.acknowledged.wait(timeout=float(broken.environment["PROVE_EVERY"]))
        broken.acknowledged.clear()
        broken.kill("web")
        broken.wait_until_it_answers()


def kill_busy(*names: str) -> Break:
    """Kill processes the moment that the worker holds a task of printing: each task once, for as long as people work."""

    def breaks(broken: Site, over: threading.Event) -> None:
        seen: set[bytes] = set()
        with watching(broken) as own:
            while not over.wait(0.02):
                held: Mapping[bytes, bytes] = {}
                with suppress(redis.RedisError):
                    held = own.hgetall("unacked")  # type: ignore[assignment]
                busy = {tag for tag, message in held.items() if b"render_document" in message}
                if busy - seen:
                    seen |= busy
                    for name in names:
                        broken.kill(name)

    return breaks


def flush_broker(broken: Site, over: threading.Event) -> None:
    """Everything that the broker holds is thrown away, again and again, while people work."""
    with watching(broken) as own:
        while not over.wait(0.05):
            with suppress(redis.RedisError):
                own.flushall()


@contextmanager
def watching(broken: Site) -> Iterator["redis.Redis"]:
    """A look into the broker, beside the program's own."""
    own = redis.Redis.from_url(broken.environment["REDIS_URL"])
    try:
        yield own
    finally:
        own.close()


def kill_broker(broken: Site, over: threading.Event) -> None:
    """The broker is killed again and again, at last with all in it that nobody has taken."""
    broken.kill("worker", for_good=True)
    while not over.wait(float(broken.environment["PROVE_EVERY"])):
        broken.kill(BROKER)
    broken.kill(BROKER)
    broken.start("worker")


def broker_away(broken: Site, over: threading.Event) -> None:
    """The broker is gone for a long time, from before people begin."""
    broken.kill(BROKER, for_good=True)
    over.wait()
    time.sleep(float(broken.environment["PROVE_OUTAGE"]))
    broken.start(BROKER)


def full_disk(broken: Site, over: threading.Event) -> None:
    """The worker can write no file, for as long as people work and a while longer."""
    broken.wait_until_it_says("worker", "ready")
    broken.limit_files("worker", 1)
    over.wait()
    time.sleep(float(broken.environment["PROVE_OUTAGE"]))
    broken.limit_files("worker", -1)


def no_fault(_: Site, over: threading.Event) -> None:
    """Nothing but what the campaign's slowness does."""
    over.wait()


MAIL_DOWN = "mail_down"
GONE, NO_PDF = "was acknowledged and is gone", "a sealed record has 0 PDFs"
CAMPAIGNS: Mapping[str, Campaign] = {
    "kill_web": Campaign(kill_web, control="prove.without_commit", loses=GONE),
    "kill_worker": Campaign(kill_busy("worker"), control="prove.without_outbox", loses=NO_PDF),
    "kill_beat": Campaign(kill_busy("beat", "worker"), control="prove.without_outbox", loses=NO_PDF),
    "kill_broker": Campaign(kill_broker, control="prove.without_outbox", loses=NO_PDF),
    "flush_broker": Campaign(flush_broker, control="prove.without_outbox", loses=NO_PDF),
    "broker_away": Campaign(broker_away, control="prove.without_outbox", loses=NO_PDF),
    "full_disk": Campaign(full_disk, control="prove.without_outbox", loses=NO_PDF),
    "slow_database": Campaign(
        no_fault, control="prove.without_lock", loses="/sign/ was answered 500", slow=0.12, answer_within=2.5
    ),
}


NAMES = (*CAMPAIGNS, MAIL_DOWN)


def run(name: str, size: Size) -> list[Figure]:
    """One campaign: how many pairs it went wrong for, in the program and in its control."""
    if name == MAIL_DOWN:
        return mail.run(name, people=size.pairs, outage=size.outage, soon=size.soon, patience=size.patience)
    campaign = CAMPAIGNS[name]
    failures = [sentence for told in attack(campaign, "prove.program", size) for sentence in told]
    for sentence in failures:
        say(f"  {sentence}")
    weakened = attack(campaign, campaign.control, replace(size, soon=size.soon / 3))
    control = sum(any(campaign.loses in sentence for sentence in told) for told in weakened)
    at = {"pairs": size.pairs}
    return [
        Figure(name, "program", "count", size.pairs, f"== {size.pairs}", at=at),
        Figure(name, "program", "failures", len(failures), "== 0", runs=size.pairs, at=at),
        Figure(name, "control", "failures", control, ">= 1", runs=size.pairs, against=campaign.control, at=at),
    ]


def attack(campaign: Campaign, program: str, size: Size) -> Iterator[list[str]]:
    """Let people work while the site is broken; then, when it is whole again, what went wrong for each pair."""
    options = {
        "PROVE_EVERY": str(size.every),
        "PROVE_OUTAGE": str(size.outage),
        "PROVE_PATIENCE": str(size.patience),
    }
    with site(program=program, slow=campaign.slow, options=options) as broken:
        pairs = list(make_pairs("Pair", size.pairs))
        over = threading.Event()
        breaker = threading.Thread(target=campaign.breaks, args=(broken, over), daemon=True)
        breaker.start()
        clients = Clients(
            port=broken.port,
            patience=size.working,
            answer_within=campaign.answer_within,
            acknowledged=broken.acknowledged,
        )
        told = clients.work(pairs)
        over.set()
        breaker.join()
        until = time.monotonic() + size.soon
        records = [each.pair.record for each in told]
        while time.monotonic() < until and any(without_pdf(record) for record in records):
            time.sleep(0.5)
        yield from (list(wrong(each)) for each in told)
        connection.close()


def without_pdf(record: Record) -> bool:
    """Whether a sealed record has no PDF of its head."""
    fresh = Record.objects.get(pk=record.pk)
    return fresh.get_state() is State.SEALED and pdfs_of(fresh) == 0


def pdfs_of(record: Record) -> int:
    """How many PDFs of a record's head there are."""
    return RenderedDocument.objects.filter(record=record, head=record.get_head_digest(), audience=Audience.FULL).count()


def wrong(told: Told) -> Iterator[str]:
    """What was acknowledged and is not so, and what else is not as it should be."""
    record = Record.objects.get(pk=told.pair.record.pk)
    yield from told.unplain
    yield from told.faults
    if told.gave_up:
        yield f"never came to an end: {told.gave_up}"
    yield from gone(told, record)
    if fault := services.verify(record).fault:
        yield fault
    if record.get_state() is State.SEALED:
        yield from wrong_pdfs(record)


def gone(told: Told, record: Record) -> Iterator[str]:
    """What was acknowledged and is no longer there, or there twice."""
    kinds = [head.kind for head in record.get_heads()]
    for kind in told.signed:
        if kinds.count(PartKind(kind)) != 1:
            yield f"a {kind} was acknowledged, and there are {kinds.count(PartKind(kind))}"
    if told.saved and told.saved not in words_of(record):
        yield f"“{told.saved[-30:]}” {GONE}"


def wrong_pdfs(record: Record) -> Iterator[str]:
    """What is wrong with the PDFs of a sealed record."""
    if pdfs_of(record) != 1:
        yield f"a sealed record has {pdfs_of(record)} PDFs"
    for document in RenderedDocument.objects.filter(record=record).select_related("stored"):
        if not documents.read_bytes(document.stored).startswith(b"%PDF"):
            yield "a PDF cannot be read"


def words_of(record: Record) -> str:
    """All that is typed or signed in a record."""
    drafts = [section.content for section in record.draft_sections.all()]
    signed = [content.content for part in record.parts.all() for content in part.contents.all()]
    return " ".join([*drafts, *signed])
