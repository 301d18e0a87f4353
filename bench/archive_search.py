"""HR's search of the archive over twenty thousand leavers, against the smallest signed-in page of the same run."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db import connections
from django.urls import reverse

from archive.files import rules
from archive.models import ArchivedFile
from bench.data import FIRST_NAMES, LAST_NAMES
from bench.figures import Figure, say, time_ratio
from bench.pages import BARE, Page, queries, visit
from compliance.demo.rhythm import dice_of
from core.actor import Role
from core.clock import date_of, now
from core.models import new_ids
from staff.models import StaffMember
from tests.org import Org, make_org

LEAVERS, TEAMS = 20_000, 150
READING, QUERIES = "<= 4", "<= 4"
BATCH = 5_000


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Time ratio of each way to search, and how many queries it takes more than the bare page."""
    at = now()
    org = make_org()
    number = round(LEAVERS * scale)
    fill(number, seed=seed, at=at)
    say(f"{number} leavers.")
    return [figure for page in pages(org, on=date_of(at)) for figure in figures(page, number)]


def fill(number: int, *, seed: int, at: datetime) -> None:
    """So many files, with names, numbers, teams and days as a large authority has them."""
    dice, today = dice_of(seed, "leavers"), date_of(at)
    people, held = [], []
    for place, key in enumerate(new_ids(number)):
        name = f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}-{dice.choice(LAST_NAMES)}"
        last_day = today - timedelta(days=dice.randrange(1, 9_000))
        numbers = [f"SW{place:06d}", f"E-{place * 7:07d}", f"P/{place % 4_000:04d}"]
        people.append(
            StaffMember(pk=key, name=name, employed_from=date(1990, 1, 1), left_on=last_day + timedelta(days=1))
        )
        held.append(
            ArchivedFile(
                person_id=key,
                reference=f"{rules.reference_of(key.hex)[:8]}-{place:05d}",
                name=name,
                registration_number=numbers[0],
                employee_number=numbers[1],
                post_number=numbers[2],
                job_title="Social worker",
                team_name=f"Team {place % TEAMS}",
                last_day=last_day,
                words=rules.words_of(name, *numbers),
                archived_at=at,
            )
        )
    StaffMember.objects.bulk_create(people, batch_size=BATCH)
    ArchivedFile.objects.bulk_create(held, batch_size=BATCH)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def pages(org: Org, *, on: date) -> Iterator[Page]:
    """The ways to search."""
    since, until = on - timedelta(days=4_000), on - timedelta(days=3_000)
    days = {
        f"left_{name}_{place}": part
        for name, day in (("from", since), ("to", until))
        for place, part in enumerate((day.day, day.month, day.year))
    }
    for name, asked in (
        ("everybody", {}),
        ("last_page", {"page": 100_000}),
        ("name", {"q": "farida kaur"}),
        ("number", {"q": "sw000421"}),
        ("nobody", {"q": "nobody at all"}),
        ("days", days),
        ("team", {"team": "Team 14"}),
        ("all_at_once", {"q": "far", "team": "Team", **days}),
    ):
        yield Page(name, org.hr.name, f"{reverse('archive:file-list')}?{urlencode(asked)}", Role.HR)


def figures(page: Page, number: int) -> Iterator[Figure]:
    """What is measured of one search."""
    at, bare = {"leavers": number}, visit(Page("bare", page.who, reverse(BARE), page.hat))
    ratio = time_ratio(visit(page), bare)
    against = "bare signed-in page, interleaved"
    yield Figure(
        "archive_search", page.name, "time_ratio", ratio.median, READING, ratio.runs, ratio.spread, against, at
    )
    more = queries(visit(page)) - queries(bare)
    yield Figure("archive_search", page.name, "queries", more, QUERIES, against="those of the bare page", at=at)
