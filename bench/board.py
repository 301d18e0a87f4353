"""Boards against the smallest signed-in page of the same run, and how many queries each takes."""

from collections.abc import Iterator

from django.urls import reverse

from bench import board_facts
from bench.assess_facts import Size
from bench.figures import Figure, say, time_ratio
from bench.pages import BARE, Page, queries, visit
from core.actor import Role
from core.clock import date_of, now

READING, QUERIES = "<= 5", "<= 15"


def measure(*, seed: int, scale: float) -> list[Figure]:
    """Time ratio and number of queries of the service board, and of the authority's with everybody on it."""
    at = now()
    size = board_facts.authority(seed=seed, scale=scale, at=at, on=date_of(at))
    say(f"{size.workers} people, {size.children} children.")
    return [figure for page in pages() for figure in figures(page, size)]


def pages() -> Iterator[Page]:
    """The boards, as those open them who see most on them."""
    manager, principal = (f"Worker {number}" for number in (board_facts.SERVICE_MANAGER, board_facts.PRINCIPAL))
    hat = Role.PRINCIPAL_SOCIAL_WORKER
    service = reverse("compliance:board-service", args=[board_facts.service_of_the_manager().pk])
    authority = reverse("compliance:board-authority")
    yield Page("service", manager, service)
    yield Page("service.principal", principal, service, hat)
    yield Page("authority", principal, authority, hat)
    yield Page("authority.by_team", principal, f"{authority}?by=team", hat)


def figures(page: Page, size: Size) -> Iterator[Figure]:
    """What is measured of one board."""
    at = {"staff": size.workers, "children": size.children}
    ratio = time_ratio(visit(page), visit(Page("bare", page.who, reverse(BARE), page.hat)))
    against = "bare signed-in page, interleaved"
    yield Figure("board", page.name, "time_ratio", ratio.median, READING, ratio.runs, ratio.spread, against, at)
    yield Figure("board", page.name, "queries", queries(visit(page)), QUERIES, at=at)
