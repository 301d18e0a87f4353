"""An export of the case system, read, compared and applied, unattended, each in a process of its own.

The first night brings all children, with three rows in a hundred broken; the second brings the same file once more; the
third one in which one child in ten has moved, another plan, or is closed. The peak is that of the whole process.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection, transaction
from openpyxl import Workbook

from bench.figures import Figure, say
from cases.importing.models import ImportMapping
from cases.models import Child
from core.clock import date_of, now
from policies import services as policies
from staff.models import Account, StaffMember

POLICY = "shropshire-2017"
ROWS, WORKERS = 50_000, 2_000
RATE, PEAK = f">= {ROWS / 60:.0f}", "<= 300"
HEADERS = ["Reference", "Opened", "Closed", "Worker", "Plan", "Plan since", "Name"]
FIELDS = ("reference", "opened_on", "closed_on", "worker", "plan_types", "plan_since")
PLANS = ("CIN", "CP", "LAC", "Care leaver", "")
NIGHT = """
import json, resource, sys, time
import django
django.setup()
from pathlib import Path
from cases.importing import services
from core.clock import date_of, now
began = time.perf_counter()
run = services.import_unattended(Path(sys.argv[1]), on=date_of(now()), at=now())
took = time.perf_counter() - began
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, run.counts, run.state]))
"""


@dataclass(frozen=True, slots=True)
class Night:
    """What one file took: seconds, megabytes, and what became of its children."""

    seconds: float
    peak: float
    counts: dict[str, int]


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Seconds for 50,000 rows, rows a second and peak memory, of the first night and of those after it."""
    rows = int(ROWS * scale)
    chance = random.Random(seed)  # noqa: S311
    emails = _begin(now())
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        whole = list(_rows(rows, emails, chance))
        first = _night(_csv(Path(folder) / "first.csv", whole))
        again = _night(Path(folder) / "first.csv")
        usual = _night(_csv(Path(folder) / "usual.csv", [_changed(row, emails, chance) for row in whole]))
        book = _night(_xlsx(Path(folder) / "usual.xlsx", Path(folder) / "usual.csv"))
    found: list[Figure] = []
    for name, night in (("first", first), ("again", again), ("usual", usual), ("xlsx", book)):
        at = {"rows": rows, **night.counts}
        say(f"  {name}: {night.seconds:.1f} s, {night.peak:.0f} MB, {night.counts}")
        found.append(Figure("import", name, "per_second", round(rows / night.seconds, 1), RATE, at=at))
        found.append(Figure("import", name, "peak_mb", round(night.peak, 1), PEAK, at=at))
    faulty = sum(1 for row in whole if row[3] == "nobody@example.org" or row[1] == "soon")
    found.append(Figure("import", "faulty.named", "count", first.counts.get("faulty", 0), f"== {faulty}"))
    new = sum(night.counts.get("new", 0) for night in (first, usual))
    changed = again.counts.keys() - {"unchanged", "faulty"}
    found.append(Figure("import", "again.changed", "count", len(changed), "== 0"))
    found.append(Figure("import", "children", "count", Child.objects.count(), f"== {new}"))
    return found


def _begin(at: datetime) -> list[str]:
    """People with accounts, a policy, and how the columns are mapped; nothing else."""
    on = date_of(at)
    policies.load_packs(at=at)
    policies.adopt(slug=POLICY, starts_on=date(2017, 6, 1), at=at)
    with transaction.atomic():
        people = StaffMember.objects.bulk_create(
            StaffMember(pk=uuid4(), name=f"Worker {number}", employed_from=on - timedelta(days=2_000))
            for number in range(WORKERS)
        )
        emails = [f"worker{number}@example.org" for number in range(WORKERS)]
        Account.objects.bulk_create(
            Account(email=email, person=person, invited_at=at) for email, person in zip(emails, people, strict=True)
        )
        ImportMapping.objects.create(
            headers=HEADERS,
            columns=dict(zip(FIELDS, HEADERS, strict=False)),
            is_complete=False,
            saved_at=at,
            saved_by=people[0],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return emails


def _rows(number: int, emails: list[str], chance: random.Random) -> Iterator[list[str]]:
    day = date_of(now()) - timedelta(days=400)
    for place in range(number):
        opened = day + timedelta(days=chance.randrange(300))
        worker = "nobody@example.org" if place % 67 == 0 else chance.choice(emails)
        began = "soon" if place % 67 == 33 else f"{opened:%d/%m/%Y}"
        since = f"{opened + timedelta(days=chance.randrange(60)):%d/%m/%Y}"
        yield [f"P{place:07}", began, "", worker, chance.choice(PLANS), since, "Not Kept"]


def _changed(row: list[str], emails: list[str], chance: random.Random) -> list[str]:
    luck = chance.random()
    if luck < 0.05:
        return [*row[:3], chance.choice(emails), *row[4:]]
    if luck < 0.08:
        return [*row[:4], chance.choice(PLANS), f"{date_of(now()) - timedelta(days=3):%d/%m/%Y}", row[6]]
    if luck < 0.10:
        return [*row[:2], f"{date_of(now()) - timedelta(days=1):%d/%m/%Y}", *row[3:]]
    return row


def _csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADERS, *rows])
    return path


def _xlsx(path: Path, of: Path) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    with of.open(newline="") as file:
        for place, row in enumerate(csv.reader(file)):
            sheet.append([_cell(cell) if place else cell for cell in row])
    book.save(path)
    return path


def _cell(text: str) -> str | date:
    day, _, rest = text.partition("/")
    month, _, year = rest.partition("/")
    return date(int(year), int(month), int(day)) if year else text


def _night(path: Path) -> Night:
    done = subprocess.run([sys.executable, "-c", NIGHT, str(path)], check=True, stdout=subprocess.PIPE, text=True)
    seconds, peak, counts, state = json.loads(done.stdout.splitlines()[-1])
    assert state == "applied", state
    return Night(seconds, peak, counts)
