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

from bench import around
from bench.data import Growing, Size, settle_figures
from bench.figures import Figure, say, time_ratio
from compliance.demo import people
from core.actor import Role
from core.clock import now
from records.models import Action, DraftSection, Record
from records.rules import Kind, State
from staff.middleware import HAT_SESSION_KEY
from staff.models import Absence, Account, StaffMember
from supervision.models import Concern, FrequencyException, Matter, SupervisionSession

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
    around.write(around.FEW, at=growing.at)
    around.ask_for_exception(at=growing.at)
    before = {page.name: queries(visit(page)) for page in pages()}
    say("All of it.")
    size = growing.grow()
    around.write(around.MANY, at=growing.at)
    settle_figures()
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
    """Every page that people read or write, as those open it who see most on it."""
    yield from pages_of_lists()
    yield from pages_of_a_person()
    yield from pages_of_records()
    yield from pages_of_sessions()
    yield from pages_between_people()


def pages_of_lists() -> Iterator[Page]:
    """What menu and account lead to."""
    amara, priya, helen, principal = people.AMARA, people.PRIYA, people.SERVICE_MANAGER, people.PRINCIPAL
    hat = Role.PRINCIPAL_SOCIAL_WORKER
    home, overdue = reverse("compliance:home"), reverse("compliance:overdue")
    diary, actions = reverse("supervision:diary"), reverse("records:actions")
    yield Page("home.supervisee", amara, home)
    yield Page("home.supervisor", priya, home)
    yield Page("home.service_manager", helen, home)
    yield Page("home.principal", principal, home, hat)
    yield Page("team", priya, reverse("supervision:team"))
    yield Page("diary", priya, diary)
    yield Page("diary.month", priya, f"{diary}?view=month")
    yield Page("diary.past", priya, f"{diary}?when=past")
    yield Page("drafts", priya, reverse("supervision:drafts"))
    yield Page("actions", priya, actions)
    yield Page("actions.closed", priya, f"{actions}?show=closed")
    yield Page("overdue.service_manager", helen, overdue)
    yield Page("overdue.principal", principal, overdue, hat)
    yield Page("directory", priya, reverse("staff:directory"))
    yield Page("policy", priya, reverse("policies:policy-detail"))
    yield Page("notices", priya, reverse("notifications:notices"))
    yield Page("notices.mails", priya, reverse("notifications:mails"))
    yield Page("notices.settings", priya, reverse("notifications:settings"), wanted=FORM)
    yield Page("security", priya, reverse("mfa_index"))
    yield Page("genuine", amara, reverse("records:genuine"), wanted=FORM)
    yield Page("records.own", amara, reverse("records:own-export"), wanted=FORM)


def pages_of_a_person() -> Iterator[Page]:
    """One person's supervision, days and reads."""
    amara, priya, helen = people.AMARA, people.PRIYA, people.SERVICE_MANAGER
    person = [StaffMember.objects.get(name=amara).pk]
    about = reverse("supervision:person-detail", args=person)
    leave = Absence.objects.filter(person=person[0]).order_by("-starts_on")[0]
    yield Page("person.self", amara, about)
    yield Page("person.supervisor", priya, about)
    yield Page("person.next_up", helen, about)
    yield Page("directory.person", priya, reverse("staff:person-detail", args=person))
    yield Page("reads", amara, reverse("compliance:person-reads", args=person))
    yield Page("absence.add", priya, reverse("staff:absence-add", args=person), wanted=FORM)
    yield Page("absence.change", priya, reverse("staff:absence-change", args=[leave.pk]), wanted=FORM)
    yield Page("working_days", priya, reverse("staff:working-days", args=person), wanted=FORM)
    yield Page("shared.self", amara, reverse("supervision:shared", args=person))
    yield Page("shared.supervisor", priya, reverse("supervision:shared", args=person))
    yield Page("shared.add", priya, reverse("supervision:disclosure-add", args=person), wanted=FORM)
    yield Page("reference.add", priya, reverse("supervision:reference-add", args=person), wanted=FORM)


def pages_of_records() -> Iterator[Page]:
    """Records and contracts, read and written; their actions."""
    amara, priya, helen = people.AMARA, people.PRIYA, people.SERVICE_MANAGER
    signed = last_record(amara, State.SEALED, Kind.WORKER_RECORD)
    contract = last_record(amara, State.SEALED, Kind.CONTRACT)
    waiting = last_record(amara, State.AWAITING, Kind.WORKER_RECORD)
    draft = last_record(people.KATARZYNA, State.DRAFT, Kind.WORKER_RECORD)
    action = Action.objects.live().filter(record__subject__name=amara).order_by("-created_at")[0]
    record, person = reverse("records:record-detail", args=[signed.pk]), [signed.subject_id]
    yield Page("record.self", amara, record)
    yield Page("record.supervisor", priya, record)
    yield Page("record.masked", helen, record)
    yield Page("record.genuine", amara, reverse("records:record-verify", args=[signed.pk]))
    yield Page("record.addendum", amara, reverse("records:record-addendum", args=[signed.pk]), wanted=FORM)
    yield Page("record.correct", priya, reverse("supervision:record-correct", args=[signed.pk]), wanted=FORM)
    yield Page("record.countersign", amara, reverse("records:record-countersign", args=[waiting.pk]), wanted=FORM)
    yield Page("record.return", amara, reverse("records:record-return", args=[waiting.pk]), wanted=FORM)
    yield Page("record.write", priya, reverse("supervision:record-write", args=[draft.pk]), wanted=FORM)
    yield Page("record.sign", priya, reverse("supervision:record-sign", args=[draft.pk]), wanted=FORM)
    yield Page("contract", amara, reverse("records:record-detail", args=[contract.pk]))
    yield Page("contract.review", priya, reverse("supervision:review-ask", args=person), wanted=FORM)
    yield Page("exception.ask", priya, reverse("supervision:exception-ask", args=person), wanted=FORM)
    yield Page("action", priya, reverse("records:action-detail", args=[action.pk]))
    yield Page("action.close", amara, reverse("records:action-close", args=[action.pk]), wanted=FORM)
    yield Page("action.move", priya, reverse("records:action-move", args=[action.pk]), wanted=FORM)
    yield Page("action.give_on", priya, reverse("records:action-reassign", args=[action.pk]), wanted=FORM)
    yield Page("actions.review", priya, reverse("records:actions-review", args=[draft.pk]), wanted=FORM)


def pages_of_sessions() -> Iterator[Page]:
    """Sessions, and their preparation."""
    amara, priya = people.AMARA, people.PRIYA
    held = SupervisionSession.objects.get(record=last_record(amara, State.SEALED, Kind.WORKER_RECORD))
    following, person = around.next_session(amara, at=now()).pk, [held.supervisee_id]
    prepare = reverse("supervision:session-prepare", args=[following])
    yield Page("session", priya, reverse("supervision:session-detail", args=[held.pk]))
    yield Page("session.next", priya, reverse("supervision:session-detail", args=[following]))
    yield Page("session.prepare.self", amara, prepare, wanted=FORM)
    yield Page("session.prepare.supervisor", priya, prepare, wanted=FORM)
    yield Page("session.move", priya, reverse("supervision:session-move", args=[following]), wanted=FORM)
    yield Page("session.cancel", priya, reverse("supervision:session-cancel", args=[following]), wanted=FORM)
    yield Page("session.book", priya, reverse("supervision:session-book", args=person), wanted=FORM)
    yield Page("session.book_year", priya, reverse("supervision:year-book", args=person), wanted=FORM)
    yield Page("session.log", priya, reverse("supervision:session-log", args=person), wanted=FORM)
    yield Page("agenda.add", amara, reverse("supervision:agenda-add", args=person), wanted=FORM)


def pages_between_people() -> Iterator[Page]:
    """What was put to managers, and concerns."""
    amara, helen = people.AMARA, people.SERVICE_MANAGER
    matter, concern = Matter.objects.order_by("-raised_at")[0], Concern.objects.order_by("-raised_at")[0]
    person = [StaffMember.objects.get(name=amara).pk]
    asked = FrequencyException.objects.waiting().get(supervisee__name__in=around.ABOUT)
    yield Page("matters", helen, reverse("supervision:matters"))
    yield Page("matter", helen, reverse("supervision:matter-detail", args=[matter.pk]))
    yield Page("matter.decide", helen, reverse("supervision:matter-decide", args=[matter.pk]), wanted=FORM)
    yield Page("matter.refer", amara, reverse("supervision:matter-refer", args=person), wanted=FORM)
    yield Page("matter.take_upward", amara, reverse("supervision:matter-escalate", args=person), wanted=FORM)
    yield Page("concerns", helen, reverse("supervision:concerns"))
    yield Page("concern", helen, reverse("supervision:concern-detail", args=[concern.pk]))
    yield Page("concern.raise", amara, reverse("supervision:concern-raise"), wanted=FORM)
    yield Page("exception", helen, reverse("supervision:exception-detail", args=[asked.pk]), wanted=FORM)


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
