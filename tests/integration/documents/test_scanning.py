"""What people bring is kept apart until it is scanned, or until an administrator chose to keep it without."""

import importlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, connections
from pytest_django import Settings

from core.actor import Actor, Role
from core.errors import NotAllowed, NotNow, RuleBroken, Stale
from documents import scanner, selectors, services
from documents.models import FileScan, StoredFile, UnscannedChoice
from documents.receiving import TakenIn
from outbox.models import Job
from tests.clamd_kit import EICAR, ENGINE, Clamd, by_content, clamd, never
from trail.models import Entry

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
ONE, OTHER = UUID(int=11), UUID(int=12)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path


@pytest.fixture
def no_choice(db: None) -> None:
    """The choice of the suite's database is taken back."""
    UnscannedChoice.objects.create(
        number=2,
        accepts=False,
        reason="",
        at=NOON,
        by_id=uuid4(),
        by_name="Robin Ellis",
        by_role="System administrator",
    )


@pytest.fixture
def service(settings: Settings) -> Iterator[Clamd]:
    with clamd() as running:
        settings.CLAMD_URL = running.url
        yield running


def somebody(key: UUID = ONE) -> Actor:
    return Actor(staff_id=key, name="Dana Marsh", on=NOON.date())


def administrator() -> Actor:
    role = Role.SYSTEM_ADMINISTRATOR
    return Actor(staff_id=uuid4(), name="Kieran Stokoe", on=NOON.date(), roles=frozenset({role}), hat=role)


def bring(data: bytes = b"%PDF-1.7 a plan", *, by: UUID = ONE, path: str = "") -> StoredFile:
    file = TakenIn("plan.pdf", data, "application/pdf")
    return services.keep_brought(file, actor=somebody(by), at=NOON, path=path)


def words(stored: StoredFile) -> tuple[str, str]:
    standing = selectors.standings([stored.pk])[stored.pk]
    return standing.kind.value, standing.words


def scans_asked_for() -> list[str]:
    return [job.arguments["stored_id"] for job in Job.objects.filter(task="documents.tasks.scan_file", done_at=None)]


# -- the scanner


def test_the_whole_file_is_sent_and_the_answer_read(service: Clamd) -> None:
    large = bytes(range(256)) * 1_000

    verdict = scanner.scan(service.url, io.BytesIO(large))

    assert verdict == scanner.Verdict(signature="", engine=ENGINE)
    assert service.asked == [large]


def test_a_virus_is_named_over_a_socket_of_the_machine_too(tmp_path: Path) -> None:
    with clamd(path=str(tmp_path / "c")) as service:
        assert scanner.scan(service.url, io.BytesIO(EICAR)).signature == "Eicar-Test-Signature"


@pytest.mark.parametrize(
    "answer",
    [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK", b"stream: OK FOUND it\0", b"UNKNOWN COMMAND\0"],
)
def test_what_is_no_verdict_is_none(service: Clamd, answer: bytes) -> None:
    service.answer = lambda data: answer

    with pytest.raises(scanner.OutOfReach):
        scanner.scan(service.url, io.BytesIO(b"a"))


def test_a_scanner_that_never_answers_is_not_waited_for(service: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "PATIENCE", 0.2)
    service.answer = never

    with pytest.raises(scanner.OutOfReach, match="TimeoutError"):
        scanner.scan(service.url, io.BytesIO(b"a"))


def test_nobody_there_is_no_verdict(tmp_path: Path) -> None:
    for url in (f"unix://{tmp_path}/none", "tcp://127.0.0.1:1"):
        with pytest.raises(scanner.OutOfReach):
            scanner.scan(url, io.BytesIO(b"a"))


# -- with a scanner


def test_a_file_is_kept_apart_until_nothing_was_found_in_it(service: Clamd) -> None:
    stored = bring()

    assert words(stored) == (
        "waiting",
        "This file waits to be scanned for viruses. It can be opened once that is done.",
    )
    assert scans_asked_for() == [str(stored.pk)]
    with pytest.raises(RuleBroken, match="waits to be scanned"):
        selectors.read_brought(stored)
    services.scan_file(stored_id=stored.pk, at=NOON)

    assert words(stored) == ("clean", "Scanned for viruses on 9 November 2026: nothing found")
    assert selectors.read_brought(stored) == b"%PDF-1.7 a plan"
    assert FileScan.objects.get(result="clean").engine == ENGINE
    services.scan_file(stored_id=stored.pk, at=NOON)
    assert len(service.asked) == 1, "a scan that is asked for again is not done again"


def test_the_same_file_of_another_person_waits_for_nothing(service: Clamd) -> None:
    stored = bring()
    services.scan_file(stored_id=stored.pk, at=NOON)

    assert bring(by=OTHER) == stored
    assert selectors.standings([stored.pk])[stored.pk].is_readable
    assert StoredFile.objects.count() == 1


def test_a_virus_shuts_a_file_for_ever_and_everybody_who_brought_it_is_told(service: Clamd) -> None:
    stored = bring(EICAR, path="/records/1/")
    bring(EICAR, by=OTHER)

    services.scan_file(stored_id=stored.pk, at=NOON)

    assert words(stored) == ("infected", "A virus was found in this file. Nobody can open it.")
    assert FileScan.objects.get(result="infected").signature == "Eicar-Test-Signature"
    told = Job.objects.filter(arguments__kind="file_infected").values_list("arguments__person_id", "arguments__path")
    assert set(told) == {(str(ONE), "/records/1/"), (str(OTHER), "/help/#files")}
    assert Entry.objects.filter(verb="file.infected").count() == 1
    with pytest.raises(RuleBroken, match="A virus was found in this file before, so it cannot be kept"):
        bring(EICAR, by=UUID(int=13))
    assert stored.path.read_bytes() == EICAR, "nothing is destroyed: what was signed may name it"


def test_a_virus_outweighs_whatever_else_is_said_of_a_file(service: Clamd) -> None:
    stored = bring()
    for result in ("infected", "clean"):
        FileScan.objects.create(stored=stored, result=result, at=NOON)
    assert words(stored)[0] == "infected"


def test_while_the_scanner_is_down_a_file_waits_and_is_scanned_later(service: Clamd) -> None:
    stored = bring()
    service.answer = lambda data: b""

    with pytest.raises(NotNow):
        services.scan_file(stored_id=stored.pk, at=NOON)
    assert services.settle_waiting(at=NOON) == 0
    assert words(stored)[0] == "waiting"
    assert scans_asked_for() == [str(stored.pk)], "what asked for the scan is open still"

    service.answer = by_content
    assert services.settle_waiting(at=NOON + timedelta(hours=1)) == 1
    assert words(stored)[0] == "clean"


def test_a_choice_to_keep_files_unscanned_does_not_let_past_a_scanner(service: Clamd) -> None:
    assert selectors.choice_in_force()

    assert words(bring())[0] == "waiting"


def test_what_was_kept_unscanned_is_scanned_once_there_is_a_scanner(settings: Settings) -> None:
    good, ill = bring(), bring(EICAR)
    assert {words(good)[0], words(ill)[0]} == {"unscanned_accepted"}

    with clamd() as service:
        settings.CLAMD_URL = service.url
        assert services.settle_waiting(at=NOON) == 2
        assert services.settle_waiting(at=NOON) == 0

    assert (words(good)[0], words(ill)[0]) == ("clean", "infected")


def test_a_damaged_file_does_not_hold_up_the_others(service: Clamd) -> None:
    damaged, sound = bring(b"%PDF one"), bring(b"%PDF two")
    damaged.path.write_bytes(b"rubbish")

    services.settle_waiting(at=NOON)

    assert (words(damaged)[0], words(sound)[0]) == ("waiting", "clean")


# -- without a scanner


def test_without_a_scanner_a_file_is_kept_by_the_choice_of_an_administrator_and_says_so() -> None:
    stored = bring()

    said = "Not scanned for viruses: accepted by Robin Ellis, system administrator, on 2 November 2026"
    assert words(stored) == ("unscanned_accepted", said)
    assert selectors.read_brought(stored)
    assert scans_asked_for() == []


def test_without_scanner_and_choice_a_file_waits_until_somebody_chooses(no_choice: None) -> None:
    stored = bring()
    assert words(stored)[0] == "waiting"
    assert words(stored)[1].startswith(
        "This file is kept apart: no scanner for viruses is set up, and no administrator"
    )
    services.scan_file(stored_id=stored.pk, at=NOON)
    assert services.settle_waiting(at=NOON) == 0
    assert words(stored)[0] == "waiting"
    assert selectors.files_apart() == "1 file waits to be scanned"

    services.accept_unscanned(reason="Our proxy scans", after=2, actor=administrator(), at=NOON)

    assert words(stored) == (
        "unscanned_accepted",
        "Not scanned for viruses: accepted by Kieran Stokoe, system administrator, on 9 November 2026",
    )
    assert selectors.files_apart() == ""


def test_a_choice_that_is_taken_back_holds_for_new_files_no_more() -> None:
    before = bring(b"%PDF before")

    services.take_back_choice(reason="A scanner comes", after=1, actor=administrator(), at=NOON)
    after = bring(b"%PDF after")

    assert (words(before)[0], words(after)[0]) == ("unscanned_accepted", "waiting")
    verbs = Entry.objects.filter(verb__startswith="files.").values_list("verb", flat=True)
    assert list(verbs) == ["files.unscanned_taken_back"]


def test_a_file_that_comes_while_somebody_chooses_is_kept_by_its_own_scan(no_choice: None) -> None:
    stored = bring()
    UnscannedChoice.objects.create(
        number=3,
        accepts=True,
        reason="Now",
        at=NOON,
        by_id=ONE,
        by_name="Kieran Stokoe",
        by_role="System administrator",
    )

    services.scan_file(stored_id=stored.pk, at=NOON)

    assert words(stored)[0] == "unscanned_accepted"


@pytest.mark.parametrize("hat", [None, Role.HR, Role.PRINCIPAL_SOCIAL_WORKER])
def test_only_a_system_administrator_chooses(hat: Role | None) -> None:
    actor = Actor(staff_id=ONE, name="Dana Marsh", on=NOON.date(), hat=hat)

    for choose in (services.accept_unscanned, services.take_back_choice):
        with pytest.raises(NotAllowed, match="Only a system administrator"):
            choose(reason="x", after=1, actor=actor, at=NOON)


def test_of_two_who_choose_the_second_is_told() -> None:
    services.take_back_choice(reason="One", after=1, actor=administrator(), at=NOON)

    with pytest.raises(Stale, match="Somebody else chose before you"):
        services.take_back_choice(reason="Two", after=1, actor=administrator(), at=NOON)
    with pytest.raises(Stale):
        services.take_back_choice(reason="Three", after=2, actor=administrator(), at=NOON)
    assert UnscannedChoice.objects.count() == 2


# -- rows


def test_a_file_of_which_nothing_is_known_waits() -> None:
    stored = services.store(b"%PDF made by the program", media_type="application/pdf", at=NOON)

    assert words(stored)[0] == "waiting"
    with pytest.raises(RuleBroken):
        selectors.check_readable(stored)


def test_what_was_brought_before_there_were_scans_is_settled_like_the_rest() -> None:
    kinds = ("image/png", "application/pdf", "application/zip")
    picture, plan, archive = (services.store(kind.encode(), media_type=kind, at=NOON) for kind in kinds)
    migration = importlib.import_module("documents.migrations.0002_scans")

    with connection.cursor() as cursor:
        cursor.execute(migration.BROUGHT)
    services.settle_waiting(at=NOON)

    assert [words(one)[0] for one in (picture, plan, archive)] == [
        "unscanned_accepted",
        "unscanned_accepted",
        "waiting",
    ]
    assert not FileScan.objects.filter(stored=archive).exists()


@pytest.mark.parametrize("table", ["documents_filescan", "documents_unscannedchoice"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("role", ["default", "owner"])
def test_rows_are_never_changed(committed_db: str, role: str, sql: str, table: str) -> None:
    bring()

    with (
        pytest.raises(DatabaseError, match=r"permission denied|append-only|never changed"),
        connections[role].cursor() as c,
    ):
        c.execute(sql.format(table))


def test_many_files_are_asked_about_in_one_query(django_assert_num_queries: object) -> None:
    stored = [bring(f"%PDF {number}".encode()) for number in range(5)]

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = selectors.standings_by_digest([one.digest for one in stored])

    assert {standing.is_readable for standing in found.values()} == {True}
