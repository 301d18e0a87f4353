"""The tracker of a team with two hundred children over twelve months, in an authority and in one ten times as large."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from bench import tracker_facts
from bench.assess_facts import Size
from bench.figures import Figure, say, time_ratio
from bench.pages import BARE, Page, queries, visit
from bench.tracker_facts import SUPERVISOR, TEAM_CHILDREN
from core.clock import date_of, now

READING, QUERIES = "<= 6", "<= 10"


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Time ratio and number of queries of the tracker and of the report of discussions in depth, before and after."""
    at = now()
    growing = tracker_facts.Growing(seed=seed, scale=scale, at=at, on=date_of(at))
    say("A tenth of the authority.")
    small = growing.grow_to_a_tenth()
    check_size()
    before = [figure for page in pages() for figure in figures(page, f"{page.name}.tenth", small)]
    say("All of it.")
    size = growing.grow(small)
    say(f"{size.workers} people, {size.children} children; before {small.workers} and {small.children}.")
    after = [figure for page in pages() for figure in figures(page, page.name, size)]
    return [*before, *after, *growth(before, after)]


def pages() -> Iterator[Page]:
    """The pages, as the manager of the team opens them."""
    who = f"Worker {SUPERVISOR}"
    yield Page("team", who, reverse("supervision:tracker"))
    yield Page("in_depth", who, reverse("supervision:tracker-in-depth"))


def check_size() -> None:
    """What is measured is the whole team, with something in each month."""
    answer: Any = visit(next(pages()))()
    text = answer.content.decode()
    rows, marks = text.count('id="child-'), text.count('class="app-said')
    assert rows == TEAM_CHILDREN, f"{rows} children"
    assert marks > TEAM_CHILDREN * 10, f"{marks} marks"


def figures(page: Page, name: str, size: Size) -> Iterator[Figure]:
    """What is measured of one page."""
    at = {"staff": size.workers, "children": size.children}
    ratio = time_ratio(visit(page), visit(Page("bare", page.who, reverse(BARE))))
    against = "bare signed-in page, interleaved"
    yield Figure("tracker", name, "time_ratio", ratio.median, READING, ratio.runs, ratio.spread, against, at)
    yield Figure("tracker", name, "queries", queries(visit(page)), QUERIES, at=at)


def growth(before: list[Figure], after: list[Figure]) -> Iterator[Figure]:
    """How many queries more than in a tenth of the authority."""
    for small, large in zip(before, after, strict=True):
        if large.figure == "queries":
            more = large.value - small.value
            yield Figure("tracker", f"{large.name}.growth", "queries", more, "== 0", against="a tenth", at=large.at)
