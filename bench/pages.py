"""Pages against the smallest signed-in page of the same run, and how many queries each takes, with ten times the data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.data import Growing, Size
from bench.figures import Figure, say, time_ratio
from compliance.demo import people
from core.actor import Role
from core.clock import now
from records.models import DraftSection, Record
from records.rules import Kind, State
from staff.middleware import HAT_SESSION_KEY
from staff.models import Account, StaffMember
from supervision.models import SupervisionSession

BARE = "compliance:help-index"
READING, FORM, QUERIES = "<= 5", "<= 12", "<= 12"
SAVE, LINEAR, WORDS = "<= 4", "<= 2", 10_000
# What opens and closes a transaction asks the database for nothing
NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")


@dataclass(frozen=True, slots=True)
class Page:
    """One page as somebody opens it. ``hat``: put on beforehand. ``wanted``: of its time against the bare page's."""

    name: str
    who: str
    path: str
    hat: Role | None = None
    wanted: str = READING


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Time ratio, number of queries, and how many more than with a tenth of the data, for each page."""
    growing = Growing(seed=seed, scale=scale, at=now())
    say("A tenth of the authority.")
    small = growing.grow_to_a_tenth()
    fill_the_draft()
    before = {page.name: queries(visit(page)) for page in pages()}
    say("All of it.")
    size = growing.grow()
    say(f"{size.staff} people, {size.records} records; counted before with {small.staff} and {small.records}.")
    found = [figure for page in pages() for figure in figures(page, before[page.name], size)]
    return [*found, *saving(size)]


def figures(page: Page, queries_before: int, size: Size) -> Iterator[Figure]:
    """What is measured of one page."""
    at = {"staff": size.staff, "records": size.records}
    bare = Page("bare", page.who, reverse(BARE), page.hat)
    ratio = time_ratio(visit(page), visit(bare))
    yield Figure(
        "pages",
        page.name,
        "time_ratio",
        ratio.median,
        page.wanted,
        runs=ratio.runs,
        spread=ratio.spread,
        against="bare signed-in page, interleaved",
        at=at,
    )
    number = queries(visit(page))
    yield Figure("pages", page.name, "queries", number, QUERIES, at=at)
    yield Figure(
        "pages", f"{page.name}.growth", "queries", number - queries_before, "== 0", against="a tenth of the data", at=at
    )


def saving(size: Size) -> Iterator[Figure]:
    """One save, as the page sends it by itself, of a section of 10,000 words; and of twice as many against that."""
    bare = visit(Page("bare", people.PRIYA, reverse(BARE)))
    versions: dict[str, int] = {}
    long, longer = saver(WORDS, versions), saver(2 * WORDS, versions)
    at = {"staff": size.staff, "records": size.records, "words": WORDS}
    for name, ratio, wanted, against in (
        ("record.save", time_ratio(long, bare), SAVE, "bare signed-in page, interleaved"),
        ("record.save.length", time_ratio(longer, long), LINEAR, "half as many words, interleaved"),
    ):
        yield Figure(
            "pages",
            name,
            "time_ratio",
            ratio.median,
            wanted,
            runs=ratio.runs,
            spread=ratio.spread,
            against=against,
            at=at,
        )
    yield Figure("pages", "record.save", "queries", queries(long), QUERIES, at=at)


def saver(words: int, versions: dict[str, int]) -> Callable[[], object]:
    """A browser that saves a section with so many words; each call types another and saves again.

    ``versions``: under which each address was saved last, by any of them.
    """
    draft = last_record(people.KATARZYNA, State.DRAFT, Kind.WORKER_RECORD)
    client = Client(HTTP_HOST="localhost")
    client.force_login(Account.objects.get(person=draft.author), backend=settings.AUTHENTICATION_BACKENDS[0])
    path = reverse("records:record-section-save", args=[draft.pk, "workload"])
    text, calls = quote_plus("caseload " * words), count()

    def save() -> Any:
        typed = f"version={versions.get(path, 0)}&workload-discussed={text}{next(calls)}"
        response = client.post(path, typed, content_type="application/x-www-form-urlencoded")
        versions[path] = response.json()["version"]
        return response

    while save().status_code != 200:
        pass
    return save


def pages() -> Iterator[Page]:
    """Every page that people read, as those open it who see most on it; and the form of a full record."""
    amara, priya, helen, principal = people.AMARA, people.PRIYA, people.SERVICE_MANAGER, people.PRINCIPAL
    hat = Role.PRINCIPAL_SOCIAL_WORKER
    person = StaffMember.objects.get(name=amara)
    signed = last_record(amara, State.SEALED, Kind.WORKER_RECORD)
    contract = last_record(amara, State.SEALED, Kind.CONTRACT)
    waiting = last_record(amara, State.AWAITING, Kind.WORKER_RECORD)
    draft = last_record(people.KATARZYNA, State.DRAFT, Kind.WORKER_RECORD)
    session = SupervisionSession.objects.get(record=signed)
    home, overdue = reverse("compliance:home"), reverse("compliance:overdue")
    about = reverse("supervision:person-detail", args=[person.pk])
    record = reverse("records:record-detail", args=[signed.pk])
    yield Page("home.supervisee", amara, home)
    yield Page("home.supervisor", priya, home)
    yield Page("home.service_manager", helen, home)
    yield Page("home.principal", principal, home, hat)
    yield Page("team", priya, reverse("supervision:team"))
    yield Page("diary", priya, reverse("supervision:diary"))
    yield Page("drafts", priya, reverse("supervision:drafts"))
    yield Page("person.self", amara, about)
    yield Page("person.supervisor", priya, about)
    yield Page("person.next_up", helen, about)
    yield Page("session", priya, reverse("supervision:session-detail", args=[session.pk]))
    yield Page("record.self", amara, record)
    yield Page("record.supervisor", priya, record)
    yield Page("record.masked", helen, record)
    yield Page("record.genuine", amara, reverse("records:record-verify", args=[signed.pk]))
    yield Page("contract", amara, reverse("records:record-detail", args=[contract.pk]))
    yield Page("overdue.service_manager", helen, overdue)
    yield Page("overdue.principal", principal, overdue, hat)
    yield Page("directory", priya, reverse("staff:directory"))
    yield Page("directory.person", priya, reverse("staff:person-detail", args=[person.pk]))
    yield Page("reads", amara, reverse("staff:person-reads", args=[person.pk]))
    yield Page("policy", priya, reverse("policies:policy-detail"))
    yield Page("record.countersign", amara, reverse("records:record-countersign", args=[waiting.pk]), wanted=FORM)
    yield Page("record.write", priya, reverse("supervision:record-write", args=[draft.pk]), wanted=FORM)
    yield Page("record.sign", priya, reverse("supervision:record-sign", args=[draft.pk]), wanted=FORM)


def visit(page: Page) -> Callable[[], object]:
    """A signed-in browser on a page; each call loads it once more."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(Account.objects.get(person__name=page.who), backend=settings.AUTHENTICATION_BACKENDS[0])
    if page.hat:
        session = client.session
        session[HAT_SESSION_KEY] = page.hat.value
        session.save()

    def load() -> object:
        response = client.get(page.path)
        assert response.status_code == 200, f"{page.name} ({page.path}) answered {response.status_code}"
        return response

    return load


def queries(load: Callable[[], object]) -> int:
    """How many queries a warm page takes."""
    load()
    with CaptureQueriesContext(connection) as captured:
        load()
    return sum(not query["sql"].startswith(NOT_QUERIES) for query in captured.captured_queries)


def last_record(name: str, state: State, kind: Kind) -> Record:
    """The newest record about somebody in a state."""
    records = Record.objects.filter(kind=kind, subject__name=name).with_parts().order_by("-created_at")
    return next(record for record in records if record.get_state() is state)


def fill_the_draft() -> None:
    """The draft that is opened as a form is as full as a record gets."""
    draft = last_record(people.KATARZYNA, State.DRAFT, Kind.WORKER_RECORD)
    like = last_record(people.AMARA, State.AWAITING, Kind.WORKER_RECORD)
    draft.draft_sections.all().delete()
    for row in like.draft_sections.filter(updated_by=like.author):
        DraftSection.objects.create(
            record=draft,
            section=row.section,
            key=row.key,
            version=row.version,
            content=row.content,
            updated_by=draft.author,
            updated_at=row.updated_at,
        )
