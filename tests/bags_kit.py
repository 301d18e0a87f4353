"""A leaver's whole file for tests: something of each kind in it, in the archive, and its bag unpacked."""

import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from archive.bags import services as bags
from archive.files import services as files
from archive.models import ArchivedFile, Bag
from core.actor import Actor, Role
from documents import services as documents
from documents.models import FileScan
from records.models import Record
from staff.models import Custody, FolderDocument, HomeContact, SightGrant, StaffMember
from tests import folder_kit
from tests.entries_kit import EntriesKit
from tests.org import Org
from tests.records_kit import NOON
from trail import services as trail

LAST_DAY = date(2027, 2, 26)
AFTER = datetime(2027, 2, 27, 6, 30, tzinfo=NOON.tzinfo)
TODAY = AFTER.date()
CERTIFICATE = b"%PDF-1.7 the certificate of a course on neglect"


def fill(org: Org) -> list[Record]:
    """Signed records, entries on two children, a record that waits, a draft, papers, learning, a document, readers."""
    kit = EntriesKit(org)
    record, entries = kit.sealed_with("P1", "P2")
    waiting = kit.awaiting()
    kit.draft(values={"workload": {"discussed": "Only in the draft."}})
    folder_kit.paper(org.worker, "registration", date(2026, 10, 1), reference="SW 98 7654")
    folder_kit.learned(org.worker, date(2026, 9, 1), activity="A course on neglect")
    HomeContact.objects.create(person=org.worker, address="1 Hidden Lane", kin_name="Kin Obi")
    stored = documents.store(CERTIFICATE, media_type="application/pdf", at=NOON)
    FileScan.objects.create(stored=stored, result=FileScan.Result.CLEAN, at=NOON, engine="None: a test")
    FolderDocument.objects.create(
        person=org.worker,
        section=5,
        title="Certificate: “neglect” é",
        sensitivity="shared",
        dated_on=date(2026, 9, 2),
        stored=stored,
        name="scan of it.PDF",
        recorded_by=org.worker,
        recorded_at=NOON,
    )
    trail.record(actor=org.actor(org.supervisor), verb="folder.read", about=org.worker.pk, at=NOON)
    return [record, *entries, waiting]


def frozen(person: StaffMember, *, last_day: date = LAST_DAY, at: datetime = AFTER) -> ArchivedFile:
    """The person has left, and the archive holds the file."""
    Custody.objects.create(person=person, starts_on=last_day + timedelta(days=1), recorded_at=at)
    return files.take_over(person_id=person.pk, last_day=last_day, at=at)


def archivist(org: Org, *, opened: StaffMember | None = None, on: date = TODAY, hat: Role | None = Role.HR) -> Actor:
    """HR with that hat on; having opened a file today."""
    if opened is not None:
        files.open_file(
            person_id=opened.pk,
            purpose="A reference that was asked for",
            actor=org.actor(org.hr, on=on, hat=Role.HR),
            at=AFTER,
        )
        assert SightGrant.objects.filter(person=org.hr, file_of=opened).exists()
    return org.actor(org.hr, on=on, hat=hat)


def asked(person: StaffMember, **options: Any) -> Bag:
    """A bag that leaving asked for."""
    return bags.ask_for_bag(
        **{"person_id": person.pk, "purpose": "Leaver", "press": uuid4(), "actor": None, "at": AFTER, **options}
    )


def made(person: StaffMember, **options: Any) -> Bag:
    """The same, made."""
    bag = asked(person, **options)
    bags.make_bag(bag_id=bag.pk, at=AFTER)
    return Bag.objects.select_related("stored").get(pk=bag.pk)


def unpacked(bag: Bag, to: Path) -> Path:
    """A copy of the bag in a folder of its own."""
    assert bag.stored is not None, bag.faults
    with zipfile.ZipFile(bag.stored.path) as archive:
        assert archive.testzip() is None
        archive.extractall(to)
    (folder,) = to.iterdir()
    return folder
