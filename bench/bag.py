"""The bag of a leaver after ten years, made by the worker in a process of its own, against copying and hashing its bytes.

Every record is signed by both, with the bytes and attestations of real ones, and printed before: printing is measured
elsewhere. The peak is that of the whole process, the copying included.
"""

import json
import secrets
import subprocess
import sys
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from archive.bags import services as bags
from archive.files import services as files
from bench.figures import Figure, say
from compliance.demo.chains import Chain, Notary, Party, Rows, insert, key_at
from core.clock import date_of, now
from documents.models import FileScan, StoredFile
from policies import selectors as policies
from policies import services as policy_services
from policies.templates import Template
from records.models import Record, RenderedDocument
from records.rules import Kind, LateEntry
from records.sealing import organisation_key
from records.values import Given
from staff.models import Custody, FolderDocument, StaffMember
from tests.cases_kit import child_with
from tests.org import Org, make_org

RECORDS, ENTRIES, DOCUMENTS, MEGABYTES = 120, 1_400, 300, 400
CHILDREN = 40
RUNS = 5
TIMES, PEAK = "<= 2", "<= 300"
PDF = "application/pdf"
WORDS = "We spoke about what has changed since the last time, what the family says, and what is to be done by when. "
CHILD = """
import gc, json, resource, shutil, sys, tempfile, time, zipfile
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4
import django
django.setup()
from archive.bags import services
from archive.models import Bag
from core.clock import now
from datetime import timedelta

person, runs = UUID(sys.argv[1]), int(sys.argv[2])
asked = Bag.objects.get(person_id=person, ready_at=None, failed_at=None)

def make():
    began = time.perf_counter()
    services.make_bag(bag_id=asked.pk, at=now())
    return time.perf_counter() - began

def copy(source, target):
    began = time.perf_counter()
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        summed = sha256()
        place.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file, place.open("wb") as copied:
            while chunk := file.read(1 << 20):
                summed.update(chunk)
                copied.write(chunk)
    return time.perf_counter() - began

pairs, size = [], {}
with tempfile.TemporaryDirectory() as folder:
    source = Path(folder) / "bag"
    for run in range(runs + 1):
        took = make()
        asked.refresh_from_db()
        assert asked.stored, asked.faults
        if not source.exists():
            with zipfile.ZipFile(asked.stored.path) as archive:
                archive.extractall(source)
        target = Path(folder) / "copy"
        pairs.append((took, copy(source, target)))
        shutil.rmtree(target)
        size = {"files": asked.files, "octets": asked.size}
        services.remove_old_bags(at=asked.expires_at + timedelta(days=1))
        asked = services.ask_for_bag(person_id=person, purpose="Measured", press=uuid4(), actor=None, at=now())
        gc.collect()
print(json.dumps({"pairs": pairs[1:], "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **size}))
"""


def measure(*, seed: int, scale: float) -> list[Figure]:
    """How long a bag takes against copying and hashing the same files, and how much memory. Nothing is left to chance."""
    at = now()
    policy_services.load_packs(at=at)
    org = make_org()
    policy_services.adopt(slug="shropshire-2017", starts_on=date(2015, 1, 5), at=at)
    fill(org, scale=scale, at=at)
    last_day = date_of(at) - timedelta(days=1)
    Custody.objects.create(person=org.worker, starts_on=date_of(at), recorded_at=at)
    files.take_over(person_id=org.worker.pk, last_day=last_day, at=at)
    bags.ask_for_bag(person_id=org.worker.pk, purpose="Measured", press=uuid4(), actor=None, at=at)
    return figures(org.worker.pk, scale=scale)


def figures(person_id: UUID, *, scale: float) -> list[Figure]:
    """What the child process says of its bags."""
    command = [sys.executable, "-W", "ignore", "-c", CHILD, str(person_id), str(RUNS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    ratios = sorted(made / copied for made, copied in found["pairs"])
    made, copied = (sorted(times)[RUNS // 2] for times in zip(*found["pairs"], strict=True))
    say(f"  made in {made:.2f} s, copied and hashed in {copied:.2f} s, peak {found['peak']:.0f} MB")
    at = {"records": round(RECORDS * scale), "entries": round(ENTRIES * scale), "documents": round(DOCUMENTS * scale)}
    at |= {"files": found["files"], "megabytes": round(found["octets"] / 1e6)}
    against = "copying and hashing the same files, interleaved"
    spread = (round(ratios[1], 3), round(ratios[-2], 3))
    return [
        Figure("bag", "make", "time_ratio", round(made / copied, 3), TIMES, RUNS, spread, against, at),
        Figure("bag", "make", "peak_mb", round(found["peak"], 1), PEAK, at=at),
    ]


def fill(org: Org, *, scale: float, at: datetime) -> None:
    """Ten years of records and entries, each printed, and documents that make up the rest of the bytes."""
    rows, key = Rows(), organisation_key()
    notary = Notary(key.sign, key.key_id)
    children = [child_with(org.worker, opened_on=date_of(at) - timedelta(days=3_600)) for _ in range(CHILDREN)]
    session, entry = (
        policies.record_template("worker_record_app2"),
        policies.record_template("case_entry_four_headings"),
    )
    number, about = round(RECORDS * scale), round(ENTRIES * scale)
    for place in range(number):
        signed_at = at - timedelta(days=3_650 - 30 * place, hours=2)
        sign(org, session, Kind.WORKER_RECORD, signed_at, notary, rows, subject=org.worker)
    for place in range(about):
        signed_at = at - timedelta(days=3_650 - 30 * (place * number // about), hours=1)
        child = children[place % CHILDREN]
        sign(org, entry, Kind.CASE_ENTRY, signed_at, notary, rows, child=child, discussed_with=org.worker)
    heads = {chain.record_id: chain.digest for chain in rows.parts}
    rows.write()
    say(f"{len(heads)} records are signed.")
    octets = round(MEGABYTES * scale * 1e6)
    printed = store_each(len(heads), octets * 4 // 10 // len(heads), at=at)
    insert(
        [
            RenderedDocument(record_id=record, head=head, stored=stored, made_at=at)
            for (record, head), stored in zip(heads.items(), printed, strict=True)
        ]
    )
    wanted = round(DOCUMENTS * scale)
    brought = store_each(wanted, octets * 6 // 10 // wanted, at=at)
    insert(
        [FileScan(stored=stored, result=FileScan.Result.CLEAN, at=at, engine="None: measured") for stored in brought]
    )
    for stored in brought:
        FolderDocument.objects.create(
            person=org.worker,
            section=5,
            title="Certificate",
            sensitivity="shared",
            dated_on=date_of(at),
            stored=stored,
            name="certificate.pdf",
            recorded_by=org.worker,
            recorded_at=at,
        )


def sign(org: Org, template: Template, kind: Kind, at: datetime, notary: Notary, rows: Rows, **whose: object) -> None:
    """One record, signed by both with something under each heading."""
    record = Record(
        id=key_at(at),
        kind=kind,
        author=org.supervisor,
        template_slug=template.id,
        template_version=template.version,
        policy_slug="shropshire-2017",
        policy_version="3",
        title=template.title,
        created_at=at,
        **whose,
    )
    rows.records.append(record)
    by, answers = (Party(person.pk, person.name, role) for person, role in people(org))
    chain = Chain(record, template, answers, notary, rows)
    written = {
        section.id: {item.id: WORDS * 4 for item in section.fields if item.type == "long_text"}
        for section in template.sections
    }
    facts = {"held_on": date_of(at).isoformat(), "minutes": 90, "mode": "in_person"}
    chain.sign_text(by, at, written=written, given=Given(), facts=facts, late=LateEntry())
    chain.countersign(answers, at + timedelta(hours=1), written=written)


def people(org: Org) -> list[tuple[StaffMember, str]]:
    """Who signs, and as what."""
    return [(org.supervisor, "Team manager"), (org.worker, "Social worker")]


def store_each(number: int, octets: int, *, at: datetime) -> list[StoredFile]:
    """So many files of so many octets, none like another."""
    common = secrets.token_bytes(octets)
    found = []
    for place in range(number):
        data = f"%PDF-1.7 {place} ".encode() + common[: octets - 20]
        row = StoredFile(digest=f"sha256:{sha256(data).hexdigest()}", size=len(data), media_type=PDF, created_at=at)
        row.path.parent.mkdir(parents=True, exist_ok=True)
        row.path.write_bytes(data)
        found.append(row)
    insert(found)
    return list(StoredFile.objects.filter(digest__in=[row.digest for row in found]))
