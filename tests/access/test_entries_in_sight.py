"""Who reads an entry about a child, as a draft and once signed (sight: about a child), and who adds to it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Allocation
from core.actor import Actor, Role
from core.shortcuts import may
from records import access, selectors, services
from records.models import Record
from records.rules import Audience, Sensitivity
from staff.models import StaffMember, SupervisionRelationship
from tests.adding_kit import add
from tests.entries_kit import EntriesKit
from tests.org import Org, SignIn, add_person, put_under
from tests.records_kit import NOON, WELLBEING

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 9)
HATS = {"psw": Role.PRINCIPAL_SOCIAL_WORKER, "hr": Role.HR, "sysadmin": Role.SYSTEM_ADMINISTRATOR}
# Who; reads the signed entry; adds to it; reads the worker's record
TABLE = [
    ("worker", True, True, True),
    ("supervisor", True, True, True),
    ("team_manager", True, False, True),
    ("head", False, False, False),
    ("former", False, False, False),
    ("outsider", False, False, False),
    ("psw", False, False, False),
    ("hr", False, False, False),
    ("sysadmin", False, False, False),
]


@pytest.fixture
def kit(shropshire: Org) -> EntriesKit:
    return EntriesKit(shropshire)


@pytest.fixture
def people(shropshire: Org) -> Callable[[str], StaffMember]:
    """Everybody of the authority, and somebody who held the child before."""
    former = add_person("Fay Long", team=shropshire.other_team, job_title="Social worker")
    put_under(former, shropshire.outsider)
    return lambda who: former if who == "former" else getattr(shropshire, who)


def sees(record: Record, actor: Actor) -> bool:
    return Record.objects.visible_to(actor).filter(pk=record.pk).exists()


@pytest.mark.scenario(16, "c")
@pytest.mark.scenario(16, "d")
@pytest.mark.parametrize(("who", "reads", "adds", "reads_record"), TABLE)
def test_a_signed_entry(
    kit: EntriesKit,
    people: Callable[[str], StaffMember],
    sign_in: SignIn,
    who: str,
    reads: bool,
    adds: bool,
    reads_record: bool,
) -> None:
    record, (entry,) = kit.session("P1")
    Allocation.objects.create(
        child=entry.child, holder=people("former"), starts_on=date(2026, 9, 1), ends_on=TODAY, recorded_at=NOON
    )
    kit.sign_with(record, [entry])
    kit.countersign(record)
    actor = Org.actor(people(who), on=date(2026, 11, 12), hat=HATS.get(who))
    assert sees(entry, actor) is reads
    assert sees(record, actor) is reads_record
    if reads:
        assert may(access.check_can_add, actor, entry) is adds
        assert access.audience_of(actor, entry) is Audience.FULL
        assert not may(access.check_can_correct, actor, entry)
    client: Client = sign_in(people(who), hat=HATS.get(who))
    for page in ("", "genuine/", "pdf/"):
        assert (client.get(f"/records/{entry.pk}/{page}").status_code == 404) is not reads


@pytest.mark.scenario(16, "c")
def test_the_next_up_reads_the_workers_record_masked_and_the_entry_whole(kit: EntriesKit, shropshire: Org) -> None:
    record, (entry,) = kit.sealed_with("P1", situation="P1 sleeps badly.")
    actor = shropshire.actor(shropshire.team_manager)

    masked = selectors.record_reading(record=record, actor=actor)
    whole = services.read_record(record=entry, actor=actor, at=NOON)

    assert masked.masked
    assert not whole.masked
    assert WELLBEING not in str([part.contents for part in masked.parts])
    assert "P1 sleeps badly." in str([part.contents for part in whole.parts])


@pytest.mark.scenario(16, "a")
def test_a_former_holder_reads_what_was_written_while_they_held_the_child(
    kit: EntriesKit, people: Callable[[str], StaffMember]
) -> None:
    record, (entry,) = kit.session("P1")
    Allocation.objects.create(
        child=entry.child,
        holder=people("former"),
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 11, 11),
        recorded_at=NOON,
    )
    kit.sign_with(record, [entry])
    kit.countersign(record)
    former = Org.actor(people("former"), on=date(2026, 11, 12))

    assert sees(entry, former)
    assert not may(access.check_can_add, former, entry)
    assert not sees(record, former)


def test_a_draft_is_its_authors_and_once_shared_the_workers(kit: EntriesKit, shropshire: Org) -> None:
    record, (entry,) = kit.session("P1")
    others = ("team_manager", "head", "outsider", "sysadmin", "hr", "psw")
    assert sees(entry, kit.supervisor)
    assert not sees(entry, kit.worker)

    services.share_draft(record_id=record.pk, shared=True, entries=[entry.pk], actor=kit.supervisor, at=NOON)

    assert sees(entry, kit.worker)
    shared = Record.objects.with_parts().get(pk=entry.pk)
    parts = {part.section.id: part.values for part in selectors.draft(record=shared, actor=kit.worker).parts}
    assert parts["situation"] == {"situation": "What happens for P1 now."}
    assert not any(part.editable for part in selectors.draft(record=shared, actor=kit.worker).parts)
    assert not any(sees(entry, shropshire.actor(getattr(shropshire, who), hat=HATS.get(who))) for who in others)
    services.share_draft(record_id=record.pk, shared=False, entries=[entry.pk], actor=kit.supervisor, at=NOON)
    assert not sees(entry, kit.worker)


def test_a_supervisor_who_has_changed_sees_neither_draft_nor_entry_and_the_successor_what_is_signed(
    kit: EntriesKit, shropshire: Org
) -> None:
    record, (entry,) = kit.awaiting_with("P1")
    draft = kit.entry(kit.child("P2"))
    SupervisionRelationship.objects.filter(supervisee=shropshire.worker).update(ends_on=date(2026, 11, 10))
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker, supervisor=shropshire.outsider, starts_on=date(2026, 11, 10), recorded_at=NOON
    )
    before, after = (
        shropshire.actor(one, on=date(2026, 11, 12)) for one in (shropshire.supervisor, shropshire.outsider)
    )

    assert [sees(entry, before), sees(draft, before)] == [False, False]
    assert [sees(entry, after), sees(draft, after), sees(record, after)] == [True, False, True]


def test_the_worker_answers_for_a_child_who_has_moved_on_and_the_author_reads_what_they_wrote(
    kit: EntriesKit, shropshire: Org
) -> None:
    record, (entry,) = kit.session("P1")
    Allocation.objects.filter(child=entry.child).update(ends_on=TODAY)
    Allocation.objects.create(child=entry.child, holder=shropshire.outsider, starts_on=TODAY, recorded_at=NOON)

    kit.sign_with(record, [entry])
    kit.countersign(record)

    assert sees(entry, kit.worker)
    assert sees(entry, kit.supervisor)
    assert sees(entry, shropshire.actor(shropshire.outsider))
    assert not may(access.check_can_add, kit.worker, entry)
    assert may(access.check_can_add, shropshire.actor(shropshire.outsider), entry)


@pytest.mark.req("R089")
def test_an_addendum_to_an_entry_is_read_by_all_who_read_the_entry(kit: EntriesKit) -> None:
    _, (entry,) = kit.sealed_with("P1")

    part = add(kit, entry, actor=kit.worker, text="P1 has moved to the aunt.")

    assert part.relation == "supervisee"
    assert set(part.contents.exclude(section="_evidence").values_list("sensitivity", flat=True)) == {Sensitivity.SHARED}
    with pytest.raises(Exception, match="about health or conduct"):
        add(kit, entry, actor=kit.supervisor, text="Ill.", sensitivity=Sensitivity.HEALTH)


def test_the_page_of_an_answer_to_an_entry_leads_to_that_of_its_record(kit: EntriesKit, sign_in: SignIn) -> None:
    record, (entry,) = kit.awaiting_with("P1")
    client: Client = sign_in(kit.org.worker)

    for page in ("countersign", "return"):
        assert client.get(f"/records/{entry.pk}/{page}/").headers["Location"] == f"/records/{record.pk}/{page}/"
    assert "P1" in client.get(f"/records/{record.pk}/").content.decode()
    page = client.get(f"/records/{entry.pk}/").content.decode()
    assert "Amara Obi reads both and signs them together" in page
    assert "Read and sign" not in page


def test_the_worker_reads_a_shared_draft_and_has_nothing_to_save_in_it(kit: EntriesKit, sign_in: SignIn) -> None:
    record, (entry,) = kit.session("P1")
    services.share_draft(record_id=record.pk, shared=True, entries=[entry.pk], actor=kit.supervisor, at=NOON)
    client: Client = sign_in(kit.org.worker)

    page = client.get(f"/records/{entry.pk}/draft/").content.decode()

    assert "What happens for P1 now." in page
    assert "Save my part" not in page
    assert "<textarea" not in page


def test_the_page_of_an_entry_asks_little(kit: EntriesKit, sign_in: SignIn) -> None:
    _, (waiting,) = kit.awaiting_with("P1")
    _, (sealed,) = kit.sealed_with("P2")

    for who, most in (("supervisor", 14), ("worker", 15)):
        client: Client = sign_in(getattr(kit.org, who))
        client.get(f"/records/{sealed.pk}/")
        for entry in (waiting, sealed):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"/records/{entry.pk}/").status_code == 200
            reads = [query["sql"] for query in asked if query["sql"].lstrip().startswith("SELECT")]
            assert len(reads) <= most, reads
